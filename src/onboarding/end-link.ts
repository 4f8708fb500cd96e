import { randomUUIDv7 } from 'node:crypto';
import type { InvitationId } from '../core/ids.ts';
import type { Transaction, Work } from '../platform/database.ts';
import { enqueue } from '../platform/queue.ts';
import { closeLink, insertSendings, reopenLink } from './link-store.ts';

/** How long a link works, unless somebody chose otherwise. */
export const linkDays = 14;

/** The link's work is done: its photo is approved, or rejected. */
export async function closeInvitation(trx: Transaction, invitationId: InvitationId): Promise<void> {
  await trx.query(closeLink, [invitationId]);
}

/**
 * Another photo is asked for: the same link is open again, for long enough, and its parent is told, in neutral words, that something is new there.
 * Says whether the link goes out to them: not where it was taken back, burnt or replaced, nor where the school has no address.
 */
export async function reopenForRetake({ actor, trx }: Work, invitationId: InvitationId): Promise<boolean> {
  const [link] = await trx.query(reopenLink, [invitationId, linkDays]);
  if (!link || link.channel === null) return false;
  const sendingId = randomUUIDv7();
  await trx.query(insertSendings, [[sendingId], [invitationId], [link.channel], 'retake', actor.kind === 'user' ? actor.accountId : null]);
  await enqueue(trx, 'onboarding.send-link', { sendingId });
  return true;
}
