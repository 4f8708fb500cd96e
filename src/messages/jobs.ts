import { z } from 'zod';
import { recordAudit } from '../audit/events.ts';
import { system } from '../core/actor.ts';
import type { FamilyId, ParentId } from '../core/ids.ts';
import { enqueue, job, type Job, type Schedule } from '../platform/queue.ts';
import type { Services } from '../web/services.ts';
import { waitingNotice } from '../web/waiting-notice.ts';
import { noticeEveryMs } from '../access/policy.ts';
import { deleteOldUploads } from './file-store.ts';
import { deleteWaitingNotice, markNotified, selectNotice } from './notice-store.ts';
import { passOnUnread } from './unread-store.ts';

export function messageJobs({ db, keyring, mail, baseUrl }: Services): Job[] {
  return [
    job({
      name: 'messages.tell-recipient',
      payload: z.object({ familyId: z.string().transform(id => id as FamilyId), parentId: z.string().transform(id => id as ParentId) }),
      /** One neutral e-mail, if something still waits, they still share the record, and none went out within thirty minutes. */
      async run({ familyId, parentId }) {
        // First and by itself, because what is written while the mail goes out is told of by another job.
        await db.query(deleteWaitingNotice, [familyId, parentId]);
        await db.transact(system('messages.tell-recipient'), async work => {
          const [notice] = await work.trx.query(selectNotice, [familyId, parentId]);
          if (!notice?.unread || notice.emailCt === null) return;
          const [marked] = await work.trx.query(markNotified, [familyId, parentId]);
          if (!marked) {
            // Another went out while this one waited: come back when the half hour is over.
            await enqueue(
              work.trx,
              'messages.tell-recipient',
              { familyId, parentId },
              {
                key: `messages.tell ${familyId} ${parentId}`,
                runAt: new Date((notice.notifiedAt?.getTime() ?? Date.now()) + noticeEveryMs),
              },
            );
            return;
          }
          await recordAudit(work, 'notice.sent', { targetId: parentId, familyId });
          // Last, so that a mail that could not be handed over takes the mark back with it.
          await mail({
            to: keyring.openField('email', notice.emailCt),
            ...waitingNotice(baseUrl()),
          });
        });
      },
    }),
    job({
      name: 'messages.pass-on-unread',
      payload: z.object({ from: z.string(), to: z.string() }),
      /** What was written to somebody before two rows were known to be one adult is unread under the row that reads. */
      async run({ from, to }) {
        await db.query(passOnUnread, [from, to]);
      },
    }),
    job({
      name: 'messages.clear-uploads',
      payload: z.object({}),
      async run() {
        await db.query(deleteOldUploads, []);
      },
    }),
  ] as Job[];
}

export const messageSchedules: Schedule[] = [{ job: 'messages.clear-uploads', cron: '17 * * * *' }];
