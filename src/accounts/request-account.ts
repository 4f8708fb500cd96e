import { hash, randomUUIDv7 } from 'node:crypto';
import { mostRequestsADay } from '../access/policy.ts';
import type { InvitationId, ParentId } from '../core/ids.ts';
import type { Queryable, Work } from '../platform/database.ts';
import type { Keyring } from '../platform/keyring.ts';
import { enqueue } from '../platform/queue.ts';
import { passwordMatches } from './passwords.ts';
import { addressHash } from './sign-in.ts';
import { countRequests, insertRequest, selectRequest } from './store.ts';

export type AccountRequest = { invitationId: InvitationId; round: number; parentId: ParentId; submission: string; email: string };

/** The secret in the mail. Computed, so that neither the table nor the queue holds anything that opens it. */
export const confirmationToken = (keyring: Keyring, id: string): string => keyring.lookup('confirm-email', id).toString('base64url');

/** What the database keeps of a token; null where the text cannot be one. */
export const confirmationHash = (token: string): Buffer | null => (/^[\w-]{43}$/.test(token) ? hash('sha256', token, 'buffer') : null);

/** `asked`: this form was sent before with this address and this password. `other`: with another password, which must not be lost. */
export async function findRequest(
  db: Queryable,
  keyring: Keyring,
  { invitationId, submission, email }: AccountRequest,
  password: string,
): Promise<'none' | 'asked' | 'other'> {
  const [before] = await db.query(selectRequest, [invitationId, submission, addressHash(keyring, email)]);
  if (!before) return 'none';
  return (await passwordMatches(keyring, password, before.passwordHash)) ? 'asked' : 'other';
}

/**
 * Keeps what was typed until the address is confirmed, and has a mail sent there. Nothing here depends on whether the address is known:
 * only the mail does, and it goes to the address's owner. False where too many were asked for.
 */
export async function requestAccount({ trx }: Work, keyring: Keyring, request: AccountRequest, passwordHash: string): Promise<boolean> {
  const { invitationId, round, parentId, submission, email } = request;
  const [asked] = await trx.query(countRequests, [invitationId]);
  if (asked!.count >= mostRequestsADay) return false;
  const id = randomUUIDv7();
  const tokenHash = confirmationHash(confirmationToken(keyring, id));
  const sealed = keyring.sealField('email', email);
  const [made] = await trx.query(insertRequest, [id, invitationId, round, parentId, submission, addressHash(keyring, email), sealed, passwordHash, tokenHash]);
  if (made) await enqueue(trx, 'accounts.send-confirmation', { pendingId: id });
  return true;
}
