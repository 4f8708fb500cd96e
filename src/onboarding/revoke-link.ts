import { canInvite } from '../access/policy.ts';
import { recordAudits } from '../audit/events.ts';
import type { User } from '../core/actor.ts';
import { Forbidden } from '../core/errors.ts';
import type { ParentId } from '../core/ids.ts';
import type { Work } from '../platform/database.ts';
import { findAdult, movePhotoStatuses, type SchoolView } from '../schools/index.ts';
import { revokeInvitations } from './invite-store.ts';

/** Takes an adult's link back: it opens nothing from now on. */
export async function revokeLink(work: Work<User>, school: SchoolView, parentId: ParentId): Promise<void> {
  const { schoolId } = school;
  await findAdult(work.trx, schoolId, parentId);
  if (!canInvite(school.role)) throw new Forbidden('Links are taken back by the school’s office.');
  const revoked = await work.trx.query(revokeInvitations, [schoolId, parentId]);
  await movePhotoStatuses(work.trx, { schoolId, parentIds: [parentId] }, ['invited', 'opened', 'expired'], 'not_invited');
  await recordAudits(
    work,
    revoked.map(({ invitationId }) => ({ action: 'link.revoked' as const, targetId: invitationId, schoolId })),
  );
}
