import { z } from 'zod';
import { job, type Job, type Schedule } from '../platform/queue.ts';
import type { Services } from '../web/services.ts';
import { forgetImports } from './store.ts';

export function activityJobs({ db }: Services): Job[] {
  return [
    job({
      name: 'activities.tidy',
      payload: z.object({}),
      async run() {
        await db.query(forgetImports, []);
      },
    }),
  ] as Job[];
}

export const activitySchedules: Schedule[] = [{ job: 'activities.tidy', cron: '47 3 * * *' }];
