import { z } from 'zod';
import type { SubmissionId } from '../core/ids.ts';
import { photoSizes } from '../platform/photo/photo-sizes.ts';
import { job, type Job, type Schedule } from '../platform/queue.ts';
import type { Services } from '../web/services.ts';
import { checkPhoto } from './check-photo.ts';
import { objectKey } from './open-photo.ts';
import { sweepFiles } from './sweep-files.ts';

export const photoJobs = (services: Services): Job[] =>
  [
    job({
      name: 'photos.check',
      payload: z.object({ submissionId: z.string().transform(id => id as SubmissionId) }),
      run: ({ submissionId }) => checkPhoto(services, submissionId),
    }),
    job({
      name: 'photos.delete-files',
      payload: z.object({ storeKey: z.string() }),
      async run({ storeKey }) {
        for (const part of [...photoSizes, 'received'] as const) await services.photos.store.delete(objectKey(storeKey, part));
      },
    }),
    job({ name: 'photos.sweep-files', payload: z.object({}), run: async () => void (await sweepFiles(services)) }),
  ] as Job[];

export const photoSchedules: Schedule[] = [{ job: 'photos.sweep-files', cron: '23 * * * *' }];
