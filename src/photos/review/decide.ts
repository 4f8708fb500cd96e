import { recordAndEnqueue, recordAudit } from '../../audit/events.ts';
import type { User } from '../../core/actor.ts';
import { Conflict, NotFound } from '../../core/errors.ts';
import type { InvitationId, ParentId, SubmissionId } from '../../core/ids.ts';
import { closeInvitation, reopenForRetake } from '../../onboarding/index.ts';
import type { Work } from '../../platform/database.ts';
import { type SchoolView, setPhotoStatus } from '../../schools/index.ts';
import type { RetakeReason } from './reasons.ts';
import type { Decision } from './schema.ts';
import { insertFollowing, insertReview, lockInUse, lockSubmission, supersedeApproved, updateSubmission } from './store.ts';

const resulting = { approve: 'approved', retake: 'retake', reject: 'rejected' } as const;
const action = { approve: 'photo.approved', retake: 'photo.retake-asked', reject: 'photo.rejected' } as const;

/**
 * The school's word on a photo, once. False where somebody was quicker: then nothing changes, and theirs stands.
 * Approved, it takes the place of the one in use; the link closes, but for a retake.
 */
export async function decide(work: Work<User>, school: SchoolView, submissionId: SubmissionId, decision: Decision): Promise<boolean> {
  const { actor, trx } = work;
  const [found] = await trx.query(lockSubmission, [school.schoolId, submissionId]);
  if (!found) throw new NotFound();
  if (found.status !== 'waiting') return false;

  const reason = decision.do === 'retake' ? decision.reason : decision.do === 'reject' ? decision.rejection : null;
  const note = decision.do === 'retake' ? decision.note : null;
  const adult = { schoolId: school.schoolId, parentId: found.parentId };
  await trx.query(insertReview, [found.id, decision.do, reason, note, actor.accountId]);
  if (decision.do === 'approve') await trx.query(supersedeApproved, [adult.schoolId, adult.parentId]);
  await trx.query(updateSubmission, [found.id, resulting[decision.do]]);
  await setPhotoStatus(trx, adult, resulting[decision.do]);
  await settleLink(work, decision.do, adult, found);
  return true;
}

/** Asks an adult whose photo is in use for another. It stays in use until the new one is approved. */
export async function askForAnother(
  work: Work<User>,
  school: SchoolView,
  parentId: ParentId,
  { reason, note }: { reason: RetakeReason; note: string | null },
): Promise<void> {
  const { actor, trx } = work;
  const [inUse] = await trx.query(lockInUse, [school.schoolId, parentId]);
  if (!inUse) throw new NotFound();
  const [asked] = await trx.query(insertFollowing, [inUse.id, inUse.reviewId, reason, note, actor.accountId]);
  if (!asked) throw new Conflict('Another photo has been asked for already. The link is open, and the photo in use stays until the new one is approved.');
  const adult = { schoolId: school.schoolId, parentId };
  await setPhotoStatus(trx, adult, 'retake');
  await settleLink(work, 'retake', adult, inUse);
}

type Adult = { schoolId: SchoolView['schoolId']; parentId: ParentId };

/** The link is open again for a retake, which tells the parent; otherwise its work is done, and they hear that there is news. */
async function settleLink(
  work: Work<User>,
  decision: keyof typeof action,
  adult: Adult,
  { id, invitationId }: { id: SubmissionId; invitationId: InvitationId | null },
): Promise<void> {
  const about = { targetId: id, schoolId: adult.schoolId };
  if (decision !== 'retake' && invitationId !== null) await closeInvitation(work.trx, invitationId);
  const toldByLink = decision === 'retake' && invitationId !== null && (await reopenForRetake(work, invitationId));
  if (toldByLink) await recordAudit(work, action[decision], about);
  else {
    const job = { payload: adult, key: `photos.tell ${adult.schoolId} ${adult.parentId}`, runAt: null };
    await recordAndEnqueue(work, action[decision], about, 'photos.tell-parent', [job]);
  }
}
