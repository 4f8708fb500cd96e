import bcrypt from 'bcrypt';
import type { Keyring } from '../platform/keyring.ts';
import { BadRequest } from '../web/errors.ts';

/** bcrypt's cost: about 300 ms of one core. */
const cost = 12;

/** A hash of nothing anyone types, so that an unknown address takes as long as a known one. */
const nobody = '$2b$12$C6UzMDM.H6dfI/f/IKcEe.7Ch2nYyQ2ub8j0ySdvYT3lU2XvN5o6K';

/**
 * What bcrypt is given: 44 characters whatever was typed, because bcrypt ignores what comes after 72 bytes.
 * NFKC first, so that the same password from another keyboard is the same; the key is apart from the database.
 */
const prehash = (keyring: Keyring, password: string): string => keyring.lookup('password', password.normalize('NFKC')).toString('base64');

let tail: Promise<unknown> = Promise.resolve();
let waiting = 0;

/** One hash at a time: more would take both cores from everybody's pages. */
function inTurn<Result>(act: () => Promise<Result>): Promise<Result> {
  if (waiting >= 40) throw new BadRequest(503, 'Many people are signing in at this moment. Try again in a minute.');
  waiting += 1;
  const mine = tail.then(act).finally(() => {
    waiting -= 1;
  });
  tail = mine.catch(() => {});
  return mine;
}

export const hashPassword = (keyring: Keyring, password: string): Promise<string> => inTurn(() => bcrypt.hash(prehash(keyring, password), cost));

/** Compares in the same time whether or not there is such an account. */
export const passwordMatches = async (keyring: Keyring, password: string, hash: string | null): Promise<boolean> => {
  const matches = await inTurn(() => bcrypt.compare(prehash(keyring, password), hash ?? nobody));
  return matches && hash !== null;
};
