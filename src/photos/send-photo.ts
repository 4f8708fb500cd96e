import { recordAudit } from '../audit/events.ts';
import { Conflict, NotFound } from '../core/errors.ts';
import type { SubmissionId } from '../core/ids.ts';
import type { LinkView } from '../onboarding/index.ts';
import type { Work } from '../platform/database.ts';
import { setPhotoStatus } from '../schools/index.ts';
import { isBlocked } from './judge-photo.ts';
import { forgetLikeness } from './review/likeness.ts';
import { insertUses, lockAdult, lockDraft, markSent, type Use } from './store.ts';

/** `blocked`: a check failed, and only another photo helps. `unfinished`: the checks still run. */
type SendOutcome = 'sent' | 'already' | 'blocked' | 'unfinished';

/** The parent's own word that the school may have the photo. Sent once, however often it is pressed. */
export async function sendPhoto(work: Work, link: LinkView, holderHash: Buffer, submissionId: SubmissionId, uses: readonly Use[]): Promise<SendOutcome> {
  const { trx } = work;
  const [adult] = await trx.query(lockAdult, [link.schoolId, link.parentId]);
  const [draft] = await trx.query(lockDraft, [submissionId, link.invitationId, holderHash]);
  if (!adult || !draft) throw new NotFound();
  if (draft.status === 'checking') return 'unfinished';
  if (draft.status === 'withdrawn') throw new Conflict('Another photo was chosen after this one, or it waited for more than a day. Choose it once more.');
  if (draft.status !== 'draft') return 'already';
  if (!draft.checks || isBlocked(draft.checks)) return 'blocked';
  if (adult.waiting) throw new Conflict('The school has a photo of you that waits to be looked at. Another can be sent once it has been.');
  await trx.query(markSent, [submissionId]);
  await setPhotoStatus(trx, link, 'waiting');
  await changeUses(work, link, uses);
  await recordAudit(work, 'photo.sent', { targetId: submissionId, schoolId: link.schoolId });
  return 'sent';
}

/** What else the school may use the photo for: the parent's to say, now and later. */
export async function changeUses(work: Work, { schoolId, parentId, invitationId }: LinkView, uses: readonly Use[]): Promise<void> {
  const changed = await work.trx.query(insertUses, [schoolId, parentId, invitationId, uses]);
  if (changed.some(({ use }) => use === 'likeness' && !uses.includes(use))) await forgetLikeness(work, { schoolId, parentId });
  for (const { use } of changed) await recordAudit(work, 'photo.use-changed', { targetId: parentId, schoolId, details: { use, given: uses.includes(use) } });
}
