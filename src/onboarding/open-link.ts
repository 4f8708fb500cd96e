import { recordAudit } from '../audit/events.ts';
import { system } from '../core/actor.ts';
import type { Database } from '../platform/database.ts';
import { movePhotoStatuses } from '../schools/index.ts';
import type { LinkView } from './find-link.ts';
import { markOpened } from './link-store.ts';

/** Remembers that somebody opened the link, the first time alone. */
export async function openLink(db: Database, link: LinkView): Promise<void> {
  await db.transact(system('onboarding.open-link'), async work => {
    const [opened] = await work.trx.query(markOpened, [link.invitationId, link.round]);
    if (!opened) return;
    const { schoolId, parentId } = opened;
    await movePhotoStatuses(work.trx, { schoolId, parentIds: [parentId] }, ['invited'], 'opened');
    await recordAudit(work, 'link.opened', { targetId: link.invitationId, schoolId });
  });
}
