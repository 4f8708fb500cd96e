import { canChangeCollection } from '../../access/policy.ts';
import { recordAudit } from '../../audit/events.ts';
import type { User } from '../../core/actor.ts';
import { Conflict, Forbidden, NotFound } from '../../core/errors.ts';
import type { CollectionRequestId } from '../../core/ids.ts';
import type { Work } from '../../platform/database.ts';
import { findSchool } from '../../schools/index.ts';
import { insertChanges } from '../store.ts';
import { lockRequest, settleRequest } from './store.ts';

/** The school confirms or declines what a parent told it about one day. Confirmed, it is a change of that day like one of the school's own. */
export async function settleCollection(work: Work<User>, requestId: CollectionRequestId, confirmed: boolean): Promise<void> {
  const { trx, actor } = work;
  const { schoolId, role } = await findSchool(trx, actor);
  const [request] = await trx.query(lockRequest, [schoolId, requestId]);
  if (!request) throw new NotFound();
  if (!canChangeCollection(role)) throw new Forbidden('What changes for a day is decided by the school office.');
  const state = confirmed ? 'confirmed' : 'declined';
  if (request.state === state) return;
  if (request.state !== 'waiting') throw new Conflict('This has been decided, or the parent took it back. Nothing was changed.');
  await trx.query(settleRequest, [requestId, state, actor.accountId]);
  if (confirmed) await trx.query(insertChanges, [schoolId, request.childId, request.onDate, [request.parentId], [true], null, actor.accountId]);
  await recordAudit(work, confirmed ? 'collection.told-confirmed' : 'collection.told-declined', { targetId: requestId, schoolId });
}
