import { NotFound } from '../../core/errors.ts';
import type { ChildId, ParentId } from '../../core/ids.ts';
import { calendarDay, longDay } from '../../core/time.ts';
import type { FamilyView } from '../../families/index.ts';
import type { Problem } from '../../web/form.ts';
import { addDays, dayOf, instantOf, isSchoolDay } from '../engine/index.ts';
import type { Calendars } from '../read-calendars.ts';
import { readRespondBy } from '../requests/respond-by.ts';
import type { Plan, RequestDetails } from '../requests/terms.ts';
import type { Place, placeKinds } from '../terms.ts';

/** Who proposes, for whom, and what is known. */
export type Proposing = { family: FamilyView & { country: string; region: string | null }; calendars: Calendars; me: ParentId; now: number };
export type ReadPlan = { ok: true; request: Plan & RequestDetails } | { ok: false; problems: Problem[] };

export type PlanFields = { child: ChildId[] | string[]; from: string; note: string; submission: string; respondDay: string; respondClock: string };

const furthestDays = 2 * 366;
const lists = { schedule: 'regular', breaks: 'breaks', holidays: 'holidays' } as const;

/** The children of a form, who are the family's. */
export function childrenOf({ family }: Proposing, given: readonly string[]): ChildId[] {
  const children = given.map(id => family.children.find(child => child.id === id)?.id);
  if (children.includes(undefined)) throw new NotFound();
  return children as ChildId[];
}

/** The two parents, the one who was chosen first; null with a problem where nobody was. */
export function parentsOf({ family }: Proposing, first: string, field: string, problems: Problem[]): [ParentId, ParentId] | null {
  const parents = family.members.filter(({ current }) => current).map(({ id }) => id);
  const one = parents.find(id => id === first);
  const other = parents.find(id => id !== first);
  if (one && other) return [one, other];
  problems.push({ field, message: other && parents.length > 1 ? 'Choose one of the parents' : 'Nobody else shares this record yet' });
  return null;
}

export const placeFrom = (kind: string, label: string): Place => ({ kind: kind === '' ? 'other' : (kind as (typeof placeKinds)[number]), label });

/**
 * From when a plan would hold: tomorrow or later, and today where it is the children's first regular schedule, which begins at its handover.
 * Null with a problem.
 */
export function effectiveDay(
  { family, calendars, now }: Proposing,
  kind: Plan['kind'],
  children: readonly ChildId[],
  from: string,
  problems: Problem[],
): string | null {
  const today = dayOf(now, family.timeZone);
  const isFirst = kind === 'schedule' && children.every(id => calendars.get(id)![lists[kind]].length === 0);
  const earliest = isFirst ? today : addDays(today, 1);
  if (from === '') problems.push({ field: 'from', message: 'Choose the day from which it holds' });
  else if (from < earliest)
    problems.push({
      field: 'from',
      message: isFirst
        ? 'Choose today or a later day. What has been stays as it was'
        : `Choose ${longDay(calendarDay(earliest))} or a later day. What has been stays as it was`,
    });
  else if (from > addDays(today, furthestDays)) problems.push({ field: 'from', message: 'Choose a day within the next two years' });
  else return from;
  return null;
}

/** The request that goes out with a plan. */
export function requestOf(proposing: Proposing, plan: Plan, children: ChildId[], form: PlanFields): ReadPlan {
  const problems: Problem[] = [];
  const zone = proposing.family.timeZone;
  const startsAt = startOf(proposing, plan, children, zone);
  const respondBy = readRespondBy(form, { now: proposing.now, startsAt, zone, startField: 'from' }, problems);
  if (respondBy === null) return { ok: false, problems };
  return { ok: true, request: { ...plan, children, startsAt, respondBy, note: form.note === '' ? null : form.note, submission: form.submission } };
}

/** Where a plan begins: with its day, and a first schedule that begins today, at the handover of today. */
function startOf({ calendars, now }: Proposing, plan: Plan, children: readonly ChildId[], zone: string): number {
  const { from } = plan.terms;
  if (from > dayOf(now, zone) || plan.kind !== 'schedule') return instantOf(from, '00:00', zone);
  const { onSchoolDays, onOtherDays } = plan.terms.terms;
  return Math.min(...children.map(id => instantOf(from, (isSchoolDay(calendars.get(id)!.school, from) ? onSchoolDays : onOtherDays).time, zone)));
}
