import { recordAudit } from '../../audit/events.ts';
import type { User } from '../../core/actor.ts';
import type { Work } from '../../platform/database.ts';
import { upsertPin } from './store.ts';

/** Sets the PIN of a member of staff, in place of one they had. Their password was asked for just before. */
export async function setPin(work: Work<User>, hashed: string): Promise<void> {
  await work.trx.query(upsertPin, [work.actor.accountId, hashed]);
  await recordAudit(work, 'staff.pin-set', { targetId: work.actor.accountId });
}
