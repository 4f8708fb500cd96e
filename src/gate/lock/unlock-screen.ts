import { unlockDelays } from '../../access/policy.ts';
import { confirmPassword } from '../../accounts/index.ts';
import { recordSecurity } from '../../audit/events.ts';
import type { User } from '../../core/actor.ts';
import type { AccountId } from '../../core/ids.ts';
import type { Database } from '../../platform/database.ts';
import type { Keyring } from '../../platform/keyring.ts';
import type { SessionStore } from '../../web/session.ts';
import { pinMatches } from './pins.ts';
import type { LockRow } from './store.ts';

type Unlocking = { kind: 'open' } | { kind: 'wrong'; left: number; retryAt: Date | null } | { kind: 'delayed'; retryAt: Date } | { kind: 'out' };

/**
 * Opens a locked screen, or not. Every attempt is counted before it is tried; after the last wrong one the caller ends the session,
 * and from then on it takes the password.
 */
export async function unlockScreen(
  { db, keyring, store }: { db: Database; keyring: Keyring; store: SessionStore },
  actor: User,
  sid: string,
  holder: LockRow,
  typed: { pin?: string | undefined; password?: string | undefined },
): Promise<Unlocking> {
  const { accountId } = actor;
  const attempt = await store.countUnlocking(sid, unlockDelays);
  if (!attempt) {
    const lock = await store.lockedUntil(sid);
    if (!lock) return { kind: 'open' };
    return lock.attempts >= unlockDelays.length ? { kind: 'out' } : { kind: 'delayed', retryAt: lock.retryAt ?? new Date() };
  }
  if (await isTheirs(db, keyring, accountId, holder, typed)) {
    await store.unlock(sid);
    await recordSecurity(db, 'screen.unlocked', { accountId });
    return { kind: 'open' };
  }
  await recordSecurity(db, 'screen.refused', { accountId, details: { attempt: attempt.attempts } });
  const left = unlockDelays.length - attempt.attempts;
  if (left <= 0) return { kind: 'out' };
  const seconds = unlockDelays[attempt.attempts - 1]!;
  return { kind: 'wrong', left, retryAt: seconds === 0 ? null : new Date(Date.now() + seconds * 1000) };
}

async function isTheirs(
  db: Database,
  keyring: Keyring,
  accountId: AccountId,
  holder: LockRow,
  typed: { pin?: string | undefined; password?: string | undefined },
): Promise<boolean> {
  if (holder.pinHash !== null) return typed.pin !== undefined && pinMatches(keyring, accountId, typed.pin, holder.pinHash);
  return typed.password !== undefined && (await confirmPassword(db, keyring, accountId, typed.password)).kind === 'right';
}
