import type { Transaction } from '../../platform/database.ts';
import { dayOf } from '../engine/index.ts';
import type { Laying } from './lay-time.ts';
import { deletePlansFrom, endPlansOn, insertPlans, selectPlansFrom } from './agreed-store.ts';
import type { LockedRequest } from './store.ts';
import { layerOf, type Plan } from './terms.ts';

/**
 * A plan that was proposed, from its day on: what held before ends on that day, and what was to begin after it falls away. Null where such a
 * plan was agreed after this was proposed, or where it would begin on a day that has begun and is no first regular schedule.
 */
export async function layPlan(trx: Transaction, zone: string, request: LockedRequest, plan: Plan): Promise<Laying | null> {
  const { familyId, children } = request;
  const layer = layerOf[plan.kind];
  const { from, terms } = plan.terms;
  const before = await trx.query(selectPlansFrom, [familyId, children, layer, from]);
  if (before.some(({ settledAt }) => settledAt > request.madeAt.getTime())) return null;
  if (from <= dayOf(Date.now(), zone) && (layer !== 'regular' || before.length > 0)) return null;
  return {
    replaced: before.map(({ childId, from: since, until, requestId }) => ({ childId, requestId, from: since, until })),
    async lay() {
      await trx.query(deletePlansFrom, [familyId, children, layer, from]);
      await trx.query(endPlansOn, [familyId, children, layer, from]);
      await trx.query(insertPlans, [familyId, children, layer, from, JSON.stringify(terms), request.id]);
    },
  };
}
