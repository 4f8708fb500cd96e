import { recordAudit } from '../../audit/events.ts';
import type { User } from '../../core/actor.ts';
import { NotFound } from '../../core/errors.ts';
import type { ChildId, ParentId, SchoolId } from '../../core/ids.ts';
import type { Work } from '../../platform/database.ts';
import { openRoll } from '../roll/open-roll.ts';
import { endParenting } from '../roll/store.ts';
import { listAdults } from './list-adults.ts';
import { endAdultWithoutPupils } from './store.ts';

/** From today this adult no longer collects this pupil. What they share on a record is not the school's, and stays. */
export async function endCollecting(work: Work<User>, schoolId: SchoolId, childId: ChildId, parentId: ParentId): Promise<void> {
  await openRoll(work, schoolId);
  const [ended] = await work.trx.query(endParenting, [schoolId, childId, parentId]);
  if (!ended) throw new NotFound();
  await work.trx.query(endAdultWithoutPupils, [schoolId, parentId]);
  await listAdults(work.trx, schoolId, [], [parentId]);
  await recordAudit(work, 'adult.ended', { targetId: parentId, schoolId, details: { child: childId } });
}
