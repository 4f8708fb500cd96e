import { z } from 'zod';
import { job, type Job, type Schedule } from '../../platform/queue.ts';
import type { Services } from '../../web/services.ts';
import { expireRequest } from './expire-requests.ts';
import { selectOverdue } from './store.ts';

const expiring = 'schedule.expire-requests';

export function requestJobs({ db, keyring }: Pick<Services, 'db' | 'keyring'>): Job[] {
  return [
    job({
      name: expiring,
      payload: z.object({}),
      /** Each in a transaction of its own: one family's trouble keeps nobody else's requests open. */
      async run() {
        for (const overdue of await db.query(selectOverdue, [])) {
          await db.transact({ kind: 'system', name: expiring }, work => expireRequest(work, keyring, overdue));
        }
      },
    }),
  ] as Job[];
}

/** Pages treat what is overdue as over at once; the record says so within the minute. */
export const requestSchedules: Schedule[] = [{ job: expiring, cron: '* * * * *' }];
