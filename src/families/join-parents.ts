import type { FamilyId, ParentId } from '../core/ids.ts';
import type { Work } from '../platform/database.ts';
import { enqueue } from '../platform/queue.ts';
import { passShares, updateSameAs } from './store.ts';

/**
 * Two rows are one adult, each made by another school: the shares in records that stood under `from` go to `to`, and what is unread there with them.
 * Each school keeps its own row, with its photos, links and children. Refuses by giving null where `from` has been joined to somebody before.
 */
export async function joinParents({ trx }: Work, from: ParentId, to: ParentId): Promise<FamilyId[] | null> {
  const [joined] = await trx.query(updateSameAs, [from, to]);
  if (!joined) return null;
  const passed = await trx.query(passShares, [from, to]);
  if (passed.length > 0) await enqueue(trx, 'messages.pass-on-unread', { from, to });
  return passed.map(({ familyId }) => familyId);
}
