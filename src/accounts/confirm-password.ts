import { recordSecurity } from '../audit/events.ts';
import type { AccountId } from '../core/ids.ts';
import type { Database } from '../platform/database.ts';
import type { Keyring } from '../platform/keyring.ts';
import { passwordMatches } from './passwords.ts';
import { forgetAttempts, reserveAttempt, selectDelay, selectPasswordHash } from './store.ts';

type Confirmation = { kind: 'right' } | { kind: 'wrong' } | { kind: 'delayed'; retryAt: Date };

/** Asks somebody who is signed in for their password once more. Attempts are counted and slowed down as at sign-in, apart from those. */
export async function confirmPassword(db: Database, keyring: Keyring, accountId: AccountId, password: string): Promise<Confirmation> {
  const counted = keyring.lookup('confirm', accountId);
  const [attempt] = await db.query(reserveAttempt, [counted]);
  if (!attempt) {
    const [delay] = await db.query(selectDelay, [counted]);
    return { kind: 'delayed', retryAt: delay?.retryAt ?? new Date() };
  }
  const [account] = await db.query(selectPasswordHash, [accountId]);
  if (!(await passwordMatches(keyring, password, account?.passwordHash ?? null))) {
    await recordSecurity(db, 'password.refused', { accountId });
    return { kind: 'wrong' };
  }
  await db.query(forgetAttempts, [counted]);
  return { kind: 'right' };
}
