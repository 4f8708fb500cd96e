import { recordAudit, recordAudits } from '../audit/events.ts';
import { NotFound } from '../core/errors.ts';
import type { Queryable, Work } from '../platform/database.ts';
import type { Keyring } from '../platform/keyring.ts';
import { enterRecords } from '../families/index.ts';
import { confirmationHash } from './request-account.ts';
import { insertAccount, lockPending, markConfirmed, type PendingRow, selectPending } from './store.ts';

/** How things stand with a mail that somebody opened. Only whoever has the mail learns it. */
export type Confirming =
  | { kind: 'ready'; email: string }
  /** The account is there: by this mail, or by another one to the same parent. */
  | { kind: 'done' }
  | { kind: 'expired' }
  /** Another mail came after it. */
  | { kind: 'replaced' }
  | { kind: 'withdrawn' }
  | { kind: 'known' };

/** What a confirmation page shows. Looking changes nothing: mail programs look too. */
export async function findConfirming(db: Queryable, keyring: Keyring, token: string): Promise<Confirming> {
  const hashed = confirmationHash(token);
  const [pending] = hashed === null ? [] : await db.query(selectPending, [hashed]);
  if (!pending) throw new NotFound();
  return stateOf(keyring, pending);
}

function stateOf(keyring: Keyring, pending: PendingRow): Confirming {
  if (pending.confirmed || pending.hasAccount) return { kind: 'done' };
  if (pending.expired) return { kind: 'expired' };
  if (pending.replaced) return { kind: 'replaced' };
  if (pending.withdrawn) return { kind: 'withdrawn' };
  if (pending.addressKnown) return { kind: 'known' };
  return { kind: 'ready', email: keyring.openField('email', pending.emailCt!) };
}

/** Makes the account, and puts its parent on the records they share. However often it is asked, it is made once. */
export async function confirmAccount(work: Work, keyring: Keyring, token: string): Promise<void> {
  const { trx } = work;
  const hashed = confirmationHash(token);
  if (hashed !== null) await trx.query(lockPending, [hashed]);
  const [pending] = hashed === null ? [] : await trx.query(selectPending, [hashed]);
  if (!pending) throw new NotFound();
  if (stateOf(keyring, pending).kind !== 'ready') return;
  const { id, emailHash, emailCt, passwordHash, parentId, name } = pending;
  const [account] = await trx.query(insertAccount, [emailHash, emailCt, passwordHash, parentId, name]);
  if (!account) return;
  await trx.query(markConfirmed, [id]);
  const families = await enterRecords(trx, keyring, parentId);
  await recordAudit(work, 'account.made', { targetId: account.id });
  await recordAudits(
    work,
    families.map(familyId => ({ action: 'record.entered', targetId: parentId, familyId })),
  );
}
