import { giveParent } from '../accounts/index.ts';
import { recordAudit, recordAudits } from '../audit/events.ts';
import type { User } from '../core/actor.ts';
import { DeadLink } from '../core/errors.ts';
import type { FamilyId, ParentId } from '../core/ids.ts';
import { enterRecords, joinParents } from '../families/index.ts';
import type { Work } from '../platform/database.ts';
import type { Keyring } from '../platform/keyring.ts';
import type { LinkView } from './find-link.ts';
import { lockLink, selectConnecting } from './join-store.ts';

/** `taken`: the invited parent has another account. `on-record`: something on a record is theirs. `together`: the two stand side by side, so they are two people. */
export type Connection = { kind: 'connected' | 'already'; parentId: ParentId } | { kind: 'taken' | 'on-record' | 'together' };

/**
 * Connects an account that exists with the parent a school has invited. Where the account is a parent's already, the two rows are one adult:
 * the shares in records pass to the account's own row, and only as long as nothing on a record is the invited row's.
 */
export async function connectAccount(work: Work<User>, keyring: Keyring, link: LinkView): Promise<Connection> {
  const { actor, trx } = work;
  const { invitationId, round, schoolId, parentId: invited } = link;
  const [working] = await trx.query(lockLink, [invitationId, round]);
  const [facts] = await trx.query(selectConnecting, [actor.accountId, invited]);
  if (!working || !facts) throw new DeadLink();
  const { own, accountId, onRecord, together } = facts;
  if (accountId === actor.accountId) return { kind: 'already', parentId: own! };
  if (accountId !== null) return { kind: 'taken' };

  let families: FamilyId[];
  if (own === null) {
    if (!(await giveParent(work, actor.accountId, invited))) return { kind: 'taken' };
    families = await enterRecords(trx, keyring, invited);
  } else {
    if (onRecord) return { kind: 'on-record' };
    if (together) return { kind: 'together' };
    const passed = await joinParents(work, invited, own);
    if (passed === null) return { kind: 'on-record' };
    families = await enterRecords(trx, keyring, own);
  }
  await recordAudit(work, 'account.connected', { targetId: invited, schoolId, details: { sameAs: own ?? '' } });
  await recordAudits(
    work,
    families.map(familyId => ({ action: 'record.entered', targetId: own ?? invited, familyId })),
  );
  return { kind: 'connected', parentId: own ?? invited };
}
