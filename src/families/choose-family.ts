import { recordAudit } from '../audit/events.ts';
import type { ParentUser } from '../core/actor.ts';
import { NotFound } from '../core/errors.ts';
import type { FamilyId } from '../core/ids.ts';
import type { Work } from '../platform/database.ts';
import { selectSharesFamily, updateChosenFamily } from './store.ts';

/** Which family this person's pages begin with, from now on. */
export async function chooseFamily(work: Work<ParentUser>, familyId: FamilyId): Promise<void> {
  const [family] = await work.trx.query(selectSharesFamily, [work.actor.parentId, familyId]);
  if (!family) throw new NotFound();
  await work.trx.query(updateChosenFamily, [work.actor.accountId, familyId]);
  await recordAudit(work, 'account.family-chosen', { targetId: work.actor.accountId, familyId });
}
