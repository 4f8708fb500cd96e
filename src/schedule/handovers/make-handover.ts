import { handoverAheadMs } from '../../access/policy.ts';
import type { ParentUser } from '../../core/actor.ts';
import { Conflict, NotFound } from '../../core/errors.ts';
import type { FamilyId, HandoverId } from '../../core/ids.ts';
import type { Work } from '../../platform/database.ts';
import type { Planned } from './planned.ts';
import { type HandoverFacts, insertHandover, planValues, selectHandover, selectHandoverOfPlan } from './store.ts';

/** A handover that has a row, or one that is planned and may have none yet. */
export type HandoverRef = { id: HandoverId } | { familyId: FamilyId; planned: Planned };

/**
 * The handover as its parent is about to write about it; one that is only planned gets its row. The actor's own lock is enough: no two
 * parents ever write the same thing, and of two who make the row the database keeps one.
 */
export async function takeHandover({ trx, actor, now }: Work<ParentUser>, ref: HandoverRef, submission: string): Promise<HandoverFacts> {
  if ('id' in ref) {
    const [found] = await trx.query(selectHandover, [actor.parentId, submission, ref.id]);
    if (!found) throw new NotFound();
    return found;
  }
  if (ref.planned.at > now.epochMilliseconds + handoverAheadMs)
    throw new Conflict('This handover is more than four weeks ahead. It can be prepared from four weeks before.');
  const values = planValues(ref.familyId, ref.planned);
  const find = () => trx.query(selectHandoverOfPlan, [actor.parentId, submission, ...values]);
  const [known] = await find();
  if (known) return known;
  await trx.query(insertHandover, values);
  const [made] = await find();
  if (!made) throw new NotFound();
  return made;
}
