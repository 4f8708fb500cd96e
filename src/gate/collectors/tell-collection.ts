import { recordAudit } from '../../audit/events.ts';
import type { ParentUser } from '../../core/actor.ts';
import { NotFound } from '../../core/errors.ts';
import type { ChildId, CollectionRequestId, CollectorId } from '../../core/ids.ts';
import type { Work } from '../../platform/database.ts';
import { insertRequest, selectMyChildren, selectTellable, withdrawRequest } from './store.ts';

type Telling = { child: ChildId; who: 'me' | CollectorId; day: string; note: string | null };

/** A parent tells the school who collects on one day. Nothing changes at the gate until the school confirms it. */
export async function tellCollection(work: Work<ParentUser>, { child: childId, who, day, note }: Telling): Promise<void> {
  const { trx, actor } = work;
  const [child] = await trx.query(selectMyChildren, [actor.parentId, [childId]]);
  if (!child) throw new NotFound();
  const [chosen] = who === 'me' ? [{ parentId: child.selfId }] : await trx.query(selectTellable, [actor.parentId, childId, who]);
  if (!chosen) throw new NotFound();
  const [made] = await trx.query(insertRequest, [child.schoolId, childId, chosen.parentId, day, note, child.selfId]);
  if (made) await recordAudit(work, 'collection.told', { targetId: made.id, schoolId: child.schoolId });
}

/** Takes back what waits; what the school has decided stays as it is. */
export async function withdrawCollection(work: Work<ParentUser>, requestId: CollectionRequestId): Promise<void> {
  const [request] = await work.trx.query(withdrawRequest, [work.actor.parentId, requestId]);
  if (!request) throw new NotFound();
  if (request.state === 'withdrawn') await recordAudit(work, 'collection.told-withdrawn', { targetId: requestId, schoolId: request.schoolId });
}
