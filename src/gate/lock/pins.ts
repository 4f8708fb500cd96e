import { hashPassword, passwordMatches } from '../../accounts/index.ts';
import type { AccountId } from '../../core/ids.ts';
import type { Keyring } from '../../platform/keyring.ts';

/** What is hashed: bound to its owner, so that the same digits of two people have nothing in common. */
const bound = (accountId: AccountId, pin: string): string => `pin ${accountId} ${pin}`;

/** A PIN is hashed as a password is, under the key outside the database: a million digits are few to try without it. */
export const hashPin = (keyring: Keyring, accountId: AccountId, pin: string): Promise<string> => hashPassword(keyring, bound(accountId, pin));

export const pinMatches = (keyring: Keyring, accountId: AccountId, pin: string, hash: string): Promise<boolean> =>
  passwordMatches(keyring, bound(accountId, pin), hash);
