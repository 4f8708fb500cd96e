import type { ParentUser } from '../core/actor.ts';
import type { Queryable } from '../platform/database.ts';
import type { Keyring } from '../platform/keyring.ts';
import { type ShieldFinding, shieldContacts } from './contact-shield.ts';
import { selectOwnContact } from './post-store.ts';

/**
 * The contact shield for words that go on the record in another form than a message. `confirm` is what the form sent back of an earlier
 * finding, and makes that same finding clear; one's own number or address stays held whatever is sent.
 */
export async function shieldWords(db: Queryable, keyring: Keyring, actor: ParentUser, words: string, confirm: string | null): Promise<ShieldFinding> {
  const [own] = await db.query(selectOwnContact, [actor.parentId]);
  const finding = shieldContacts(words, {
    phone: own?.phoneCt ? keyring.openField('phone', own.phoneCt) : null,
    address: own?.addressCt ? keyring.openField('address', own.addressCt) : null,
    email: own?.emailCt ? keyring.openField('email', own.emailCt) : null,
  });
  return finding.kind === 'ask' && finding.confirm === confirm ? { kind: 'clear' } : finding;
}
