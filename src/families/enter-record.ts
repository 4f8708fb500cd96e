import { randomUUIDv7 } from 'node:crypto';
import type { FamilyId, ParentId } from '../core/ids.ts';
import type { Transaction } from '../platform/database.ts';
import type { Keyring } from '../platform/keyring.ts';
import { noContext, sealText } from '../platform/record/content.ts';
import { insertMember, selectToEnter } from './store.ts';

/**
 * Puts a parent with an account on the record of every family they share and are not on yet, and gives those families.
 * Safe to run twice; a parent without an account is put there when they make one.
 */
export async function enterRecords(trx: Transaction, keyring: Keyring, parentId: ParentId): Promise<FamilyId[]> {
  const families = await trx.query(selectToEnter, [parentId]);
  for (const { familyId, parentId: memberId, name } of families) {
    const id = randomUUIDv7();
    const sealed = sealText(keyring, 'name', id, noContext, name);
    await trx.query(insertMember, [id, familyId, memberId, sealed.commitment, sealed.ciphertext, sealed.wrapped]);
  }
  return families.map(({ familyId }) => familyId);
}
