import { recordAudit } from '../audit/events.ts';
import { system } from '../core/actor.ts';
import type { Database } from '../platform/database.ts';
import type { Keyring } from '../platform/keyring.ts';
import { movePhotoStatuses } from '../schools/index.ts';
import type { LinkView } from './find-link.ts';
import { codeMatches, readCode } from './link-secrets.ts';
import { markProved, reserveTry } from './link-store.ts';

/** `slip`: it cannot be a code and was not counted. `dead`: the link opens nothing any more, perhaps because of this try. */
type CodeOutcome = { kind: 'right' } | { kind: 'wrong'; left: number } | { kind: 'slip' } | { kind: 'dead' };

const mostTries = 5;

/** Compares the second secret with what was typed. Five wrong ones, however they come, and the link is burnt. */
export async function tryCode(db: Database, keyring: Keyring, link: LinkView, typed: string): Promise<CodeOutcome> {
  const code = readCode(typed);
  if (code === null) return { kind: 'slip' };
  return db.transact(system('onboarding.try-code'), async work => {
    const { invitationId, schoolId, parentId } = link;
    const [tried] = await work.trx.query(reserveTry, [invitationId, link.round]);
    if (!tried) return { kind: 'dead' };
    if (codeMatches(keyring, link, code)) {
      await work.trx.query(markProved, [invitationId, link.round]);
      await recordAudit(work, 'link.proved', { targetId: invitationId, schoolId });
      return { kind: 'right' };
    }
    const left = mostTries - tried.wrongCodes;
    await recordAudit(work, left === 0 ? 'link.burnt' : 'link.code-refused', { targetId: invitationId, schoolId });
    if (left > 0) return { kind: 'wrong', left };
    await movePhotoStatuses(work.trx, { schoolId, parentIds: [parentId] }, ['invited', 'opened', 'retake'], 'expired');
    return { kind: 'dead' };
  });
}
