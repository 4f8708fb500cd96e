import { recordSecurity } from '../audit/events.ts';
import type { AccountId, ParentId } from '../core/ids.ts';
import type { Database } from '../platform/database.ts';
import type { Keyring } from '../platform/keyring.ts';
import { passwordMatches } from './passwords.ts';
import { forgetAttempts, reserveAttempt, selectDelay, selectForSignIn } from './store.ts';

export type SignIn =
  { kind: 'welcome'; accountId: AccountId; parentId: ParentId | null; staff: boolean } | { kind: 'refused' } | { kind: 'delayed'; retryAt: Date };

/** An address as one and the same however it is typed. */
export const addressHash = (keyring: Keyring, email: string): Buffer => keyring.lookup('email', email.normalize('NFKC').trim().toLowerCase());

/**
 * Signs in, or not: with one answer and in the same time whether the address is known.
 * An attempt is counted before it is tried, so that many at once get no more guesses than one after another.
 * A device that has signed in before is counted apart: nobody can slow its owner down by guessing elsewhere.
 */
export async function signIn(db: Database, keyring: Keyring, typed: { email: string; password: string }, device: string | null): Promise<SignIn> {
  const address = addressHash(keyring, typed.email);
  const counted = device === null ? address : keyring.lookup('device', `${address.toString('hex')} ${device}`);

  const [attempt] = await db.query(reserveAttempt, [counted]);
  if (!attempt) {
    const [delay] = await db.query(selectDelay, [counted]);
    await recordSecurity(db, 'sign-in.delayed', { addressHash: address });
    return { kind: 'delayed', retryAt: delay?.retryAt ?? new Date() };
  }
  const [account] = await db.query(selectForSignIn, [address]);
  const matches = await passwordMatches(keyring, typed.password, account?.passwordHash ?? null);
  if (!account || !matches) {
    await recordSecurity(db, 'sign-in.refused', { accountId: account?.id ?? null, addressHash: address });
    return { kind: 'refused' };
  }
  await db.query(forgetAttempts, [counted]);
  await recordSecurity(db, 'sign-in.succeeded', { accountId: account.id, addressHash: address });
  return { kind: 'welcome', accountId: account.id, parentId: account.parentId, staff: account.staff };
}
