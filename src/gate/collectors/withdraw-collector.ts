import { recordAudit } from '../../audit/events.ts';
import type { ParentUser } from '../../core/actor.ts';
import { NotFound } from '../../core/errors.ts';
import type { CollectorId } from '../../core/ids.ts';
import type { Work } from '../../platform/database.ts';
import { renewCollectorAdult } from '../../schools/index.ts';
import { lockOwnCollector, settleCollector } from './store.ts';

/** The parent who chose somebody takes it back: from this moment the gate does not show them. */
export async function withdrawCollector(work: Work<ParentUser>, collectorId: CollectorId): Promise<void> {
  const { trx, actor } = work;
  const [collector] = await trx.query(lockOwnCollector, [actor.parentId, collectorId]);
  if (!collector) throw new NotFound();
  if (collector.state !== 'waiting' && collector.state !== 'confirmed') return;
  await trx.query(settleCollector, [collectorId, 'withdrawn', null, null]);
  if (collector.parentId !== null) await renewCollectorAdult(trx, collector.schoolId, collector.parentId);
  await recordAudit(work, 'collector.withdrawn', { targetId: collectorId, schoolId: collector.schoolId });
}
