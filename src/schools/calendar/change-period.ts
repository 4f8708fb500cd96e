import { canChangeSchoolCalendar } from '../../access/policy.ts';
import { recordAudit } from '../../audit/events.ts';
import type { User } from '../../core/actor.ts';
import { Conflict, Forbidden, NotFound } from '../../core/errors.ts';
import type { SchoolPeriodId } from '../../core/ids.ts';
import { brokenConstraint, type Queryable, type Work } from '../../platform/database.ts';
import { findSchool, type SchoolView } from '../index.ts';
import { countPeriods, deletePeriod, insertPeriod, lockPeriod, type Period, type PeriodRow, selectOverlapping, updatePeriod } from './store.ts';

/** Most periods that a school may have: ten years of them, and more. */
const mostPeriods = 500;

/** The school, for its office. */
export async function findCalendarOffice(db: Queryable, actor: User): Promise<SchoolView> {
  const school = await findSchool(db, actor);
  if (!canChangeSchoolCalendar(school.role)) throw new Forbidden('Only the school office changes terms and holidays. Ask a colleague there.');
  return school;
}

export type PeriodChanged = { kind: 'done' } | { kind: 'overlaps'; with: PeriodRow | null } | { kind: 'stale'; now: PeriodRow };

/** How a page names a period that it shows. */
export const markOf = ({ kind, name, from, until }: Period): string => `${kind} ${from} ${until} ${name}`;

const isSame = (one: Period, other: Period): boolean => markOf(one) === markOf(other);

export async function addPeriod(work: Work<User>, period: Period): Promise<PeriodChanged> {
  const { schoolId } = await findCalendarOffice(work.trx, work.actor);
  const [overlapping] = await work.trx.query(selectOverlapping, [schoolId, period.kind, period.from, period.until, null]);
  // The same form a second time finds what the first did.
  if (overlapping) return isSame(overlapping, period) ? { kind: 'done' } : { kind: 'overlaps', with: overlapping };
  const [there] = await work.trx.query(countPeriods, [schoolId]);
  if (there!.count >= mostPeriods)
    throw new Conflict(`There are ${mostPeriods} terms, holidays and closed days, which is the most there can be. Remove old ones first.`);
  const [made] = await work.trx.query(insertPeriod, [schoolId, period.kind, period.name, period.from, period.until]);
  await recordAudit(work, 'school.calendar-changed', { targetId: made!.id, schoolId, details: { what: 'added', kind: period.kind } });
  return { kind: 'done' };
}

async function lockHere(work: Work<User>, periodId: SchoolPeriodId): Promise<{ schoolId: SchoolView['schoolId']; now: PeriodRow }> {
  const { schoolId } = await findCalendarOffice(work.trx, work.actor);
  const [now] = await work.trx.query(lockPeriod, [schoolId, periodId]);
  if (!now) throw new NotFound();
  return { schoolId, now };
}

export async function changePeriod(work: Work<User>, periodId: SchoolPeriodId, period: Period, was: string): Promise<PeriodChanged> {
  const { schoolId, now } = await lockHere(work, periodId);
  if (isSame(now, period)) return { kind: 'done' };
  if (markOf(now) !== was) return { kind: 'stale', now };
  const [overlapping] = await work.trx.query(selectOverlapping, [schoolId, period.kind, period.from, period.until, periodId]);
  if (overlapping) return { kind: 'overlaps', with: overlapping };
  await work.trx.query(updatePeriod, [periodId, period.kind, period.name, period.from, period.until]);
  await recordAudit(work, 'school.calendar-changed', { targetId: periodId, schoolId, details: { what: 'changed', kind: period.kind } });
  return { kind: 'done' };
}

export async function removePeriod(work: Work<User>, periodId: SchoolPeriodId, was: string): Promise<PeriodChanged> {
  const { schoolId, now } = await lockHere(work, periodId);
  if (markOf(now) !== was) return { kind: 'stale', now };
  await work.trx.query(deletePeriod, [periodId]);
  await recordAudit(work, 'school.calendar-changed', { targetId: periodId, schoolId, details: { what: 'removed', kind: now.kind } });
  return { kind: 'done' };
}

/** Two of the office at once may both find no overlap: the database does, and then it is the same answer. */
export const orOverlap = (error: unknown): PeriodChanged => {
  if (brokenConstraint(error) === 'school_periods_school_id_kind_during_key') return { kind: 'overlaps', with: null };
  throw error;
};
