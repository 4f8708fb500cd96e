import { hash } from 'node:crypto';
import type { FeedId } from '../../core/ids.ts';
import type { Keyring } from '../../platform/keyring.ts';

/**
 * The secret in the address: 256 bits that nobody can guess, computed from the feed's random id under a key outside the database, as the school's
 * links are. So a form sent twice is answered with one address, and the database, which holds the hash, opens nothing.
 */
export const feedToken = (keyring: Keyring, feedId: FeedId): string => keyring.lookup('feed', feedId).toString('base64url');

/** What is kept of an address as it was asked for, with or without its ending; null where the text cannot be one. */
export function tokenHash(asked: string): Buffer | null {
  const [, token] = /^([\w-]{43})(?:\.ics)?$/.exec(asked) ?? [];
  return token === undefined ? null : hash('sha256', token, 'buffer');
}

/** What makes the ids of a feed's events and the marks of what it published unlike those of every other feed, and readable by nobody. */
export const feedSecret = (keyring: Keyring, feedId: FeedId): string => keyring.lookup('feed-events', feedId).toString('base64url');
