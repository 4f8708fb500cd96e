import { recordAudit } from '../audit/events.ts';
import type { User } from '../core/actor.ts';
import { NotFound } from '../core/errors.ts';
import type { ChildId } from '../core/ids.ts';
import { localTime } from '../core/time.ts';
import type { Work } from '../platform/database.ts';
import { findSchool } from '../schools/index.ts';
import { insertCollection, lockChildAt, undoCollection } from './store.ts';

/** A child has left with somebody who may collect, or that was pressed by mistake. Pressed twice, it is marked once. */
export async function markCollected(work: Work<User>, childId: ChildId, collected: boolean): Promise<void> {
  const { schoolId, timeZone } = await findSchool(work.trx, work.actor);
  const [child] = await work.trx.query(lockChildAt, [schoolId, childId]);
  if (!child) throw new NotFound();
  const day = localTime(new Date(work.now.epochMilliseconds), timeZone).isoDay;
  const changed = collected
    ? await work.trx.query(insertCollection, [schoolId, childId, day, work.actor.accountId])
    : await work.trx.query(undoCollection, [schoolId, childId, day, work.actor.accountId]);
  if (changed.length === 0) return;
  await recordAudit(work, collected ? 'collection.marked' : 'collection.undone', { targetId: childId, schoolId });
}
