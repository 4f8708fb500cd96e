import { mostTravelItems } from '../../access/policy.ts';
import { recordAudit } from '../../audit/events.ts';
import type { ParentUser } from '../../core/actor.ts';
import { Conflict, NotFound } from '../../core/errors.ts';
import type { ChildId, TravelItemId } from '../../core/ids.ts';
import type { FamilyView } from '../../families/index.ts';
import type { Work } from '../../platform/database.ts';
import type { Keyring } from '../../platform/keyring.ts';
import { countItems, insertItem, removeItem, selectItem } from './store.ts';

const purpose = 'travel item';

export const openLabel = (keyring: Keyring, labelCt: string): string => keyring.openField(purpose, Buffer.from(labelCt, 'hex'));

/** Either parent puts a thing on the list of what travels, for one child or for all. */
export async function addItem(
  work: Work<ParentUser>,
  keyring: Keyring,
  { familyId, children }: FamilyView,
  { label, child, submission }: { label: string; child: ChildId | null; submission: string },
): Promise<void> {
  const { trx, actor } = work;
  if (child !== null && !children.some(({ id }) => id === child)) throw new NotFound();
  const [list] = await trx.query(countItems, [actor.parentId, familyId, submission]);
  if (list!.sent) return;
  if (list!.kept >= mostTravelItems) throw new Conflict(`The list has ${mostTravelItems} things. Take one off before you add another.`);
  const [made] = await trx.query(insertItem, [familyId, child, keyring.sealField(purpose, label), actor.parentId, submission]);
  await recordAudit(work, 'travel-item.added', { targetId: made!.id, familyId });
}

/** Either parent takes a thing off. Handovers that it went with still show it. */
export async function takeOffItem(work: Work<ParentUser>, itemId: TravelItemId): Promise<void> {
  const { trx, actor } = work;
  const [item] = await trx.query(selectItem, [actor.parentId, itemId]);
  if (!item) throw new NotFound();
  if (item.removed) return;
  const [removed] = await trx.query(removeItem, [itemId, actor.parentId]);
  if (removed) await recordAudit(work, 'travel-item.removed', { targetId: itemId, familyId: item.familyId });
}
