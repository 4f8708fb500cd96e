import { z } from 'zod';
import { recordAudit } from '../../audit/events.ts';
import { system } from '../../core/actor.ts';
import type { ParentId, SchoolId } from '../../core/ids.ts';
import { job, type Job } from '../../platform/queue.ts';
import { Undeliverable } from '../../platform/undeliverable.ts';
import type { Services } from '../../web/services.ts';
import { selectTell } from './store.ts';

/** Whatever was decided, the words are the same: a telephone on a table says nothing about anybody. */
export const newsText = (schoolName: string): string =>
  `There is news about the photo for ${schoolName}. Open the link that the school sent you to see it; if it no longer opens, the school can tell you more.`;

export const tellParentJob = ({ db, keyring, mail, sms }: Services): Job<{ schoolId: SchoolId; parentId: ParentId }> =>
  job({
    name: 'photos.tell-parent',
    payload: z.object({ schoolId: z.string().transform(id => id as SchoolId), parentId: z.string().transform(id => id as ParentId) }),
    async run({ schoolId, parentId }) {
      await db.transact(system('photos.tell-parent'), async work => {
        const [adult] = await work.trx.query(selectTell, [schoolId, parentId]);
        if (!adult || (adult.emailCt === null && adult.phoneCt === null)) return;
        const text = newsText(adult.schoolName);
        await recordAudit(work, 'notice.sent', { targetId: parentId, schoolId });
        // Last, so that what could not be handed over is tried again and not noted as sent.
        try {
          if (adult.emailCt !== null) {
            await mail({
              to: keyring.openField('email', adult.emailCt),
              subject: `News about the photo for ${adult.schoolName}`,
              text: `${text}\n\nThis mail never says more than that. You need not answer it.\n`,
            });
          } else await sms({ to: keyring.openField('phone', adult.phoneCt!), text });
        } catch (error) {
          if (!(error instanceof Undeliverable)) throw error;
        }
      });
    },
  });
