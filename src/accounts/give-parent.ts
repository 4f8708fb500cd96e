import type { AccountId, ParentId } from '../core/ids.ts';
import type { Work } from '../platform/database.ts';
import { updateAccountParent } from './store.ts';

/** Makes an account of staff a parent's besides. False where it is a parent's already. */
export async function giveParent({ trx }: Work, accountId: AccountId, parentId: ParentId): Promise<boolean> {
  const [given] = await trx.query(updateAccountParent, [accountId, parentId]);
  return given !== undefined;
}
