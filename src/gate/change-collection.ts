import { canChangeCollection } from '../access/policy.ts';
import { recordAudit } from '../audit/events.ts';
import type { User } from '../core/actor.ts';
import { Forbidden, NotFound } from '../core/errors.ts';
import type { ChildId, ParentId } from '../core/ids.ts';
import type { Work } from '../platform/database.ts';
import { findSchool } from '../schools/index.ts';
import { insertChanges, lockChildAt, selectKnown } from './store.ts';

type Change = {
  day: string;
  /** The adults who stood on the form. Nobody is changed who was not seen there. */
  shown: ParentId[];
  may: ParentId[];
  note: string | null;
};

/** Says who may collect a child on one day. Only what differs from now is written, so the same form sent twice is one change. */
export async function changeCollection(work: Work<User>, childId: ChildId, { day, shown, may, note }: Change): Promise<void> {
  const { schoolId, role } = await findSchool(work.trx, work.actor);
  const [child] = await work.trx.query(lockChildAt, [schoolId, childId]);
  if (!child) throw new NotFound();
  if (!canChangeCollection(role)) throw new Forbidden('Who may collect is changed by the school office.');
  const known = await work.trx.query(selectKnown, [schoolId, day, childId]);
  const differing = known.filter(adult => shown.includes(adult.id) && adult.may !== may.includes(adult.id));
  if (differing.length === 0) return;
  await work.trx.query(insertChanges, [
    schoolId,
    childId,
    day,
    differing.map(adult => adult.id),
    differing.map(adult => !adult.may),
    note,
    work.actor.accountId,
  ]);
  await recordAudit(work, 'collection.changed', { targetId: childId, schoolId, details: { day, adults: differing.length } });
}
