import { type AccountRequest, requestAccount } from '../accounts/index.ts';
import { recordAudit } from '../audit/events.ts';
import { DeadLink } from '../core/errors.ts';
import type { Work } from '../platform/database.ts';
import type { Keyring } from '../platform/keyring.ts';
import type { LinkView } from './find-link.ts';
import { lockLink, selectJoining } from './join-store.ts';

/** Asks for an account behind a link whose code was right. It is made when the address is confirmed. */
export async function askToJoin(
  work: Work,
  keyring: Keyring,
  link: LinkView,
  request: AccountRequest,
  passwordHash: string,
): Promise<'asked' | 'has-account' | 'too-many'> {
  const { trx } = work;
  const { invitationId, round, parentId, schoolId } = link;
  const [working] = await trx.query(lockLink, [invitationId, round]);
  if (!working) throw new DeadLink();
  const [joining] = await trx.query(selectJoining, [parentId]);
  if (joining!.accountId !== null) return 'has-account';
  if (!(await requestAccount(work, keyring, request, passwordHash))) return 'too-many';
  await recordAudit(work, 'account.requested', { targetId: invitationId, schoolId });
  return 'asked';
}
