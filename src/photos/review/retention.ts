import { z } from 'zod';
import { recordAudit } from '../../audit/events.ts';
import { system } from '../../core/actor.ts';
import type { PhotoId } from '../../core/ids.ts';
import { counted } from '../../core/text.ts';
import type { Database } from '../../platform/database.ts';
import { describeError, type Logger } from '../../platform/log.ts';
import type { PhotoStore } from '../../platform/photo-store.ts';
import { photoSizes } from '../../platform/photo/photo-sizes.ts';
import { job, type Job, type Schedule } from '../../platform/queue.ts';
import { setPhotoStatus } from '../../schools/index.ts';
import { objectKey } from '../open-photo.ts';
import { type ExpiredRow, forgetPhoto, lockExpired, selectExpired, selectStillExpired, withdrawForgotten } from './store.ts';

export const retentionSchedules: Schedule[] = [{ job: 'photos.delete-expired', cron: '41 2 * * *' }];

type Keeping = { db: Database; photos: { store: PhotoStore }; log: Logger };

export const retentionJob = (services: Keeping): Job<Record<string, never>> =>
  job({ name: 'photos.delete-expired', payload: z.object({}), run: () => deleteExpired(services) });

/**
 * Deletes the photos whose time is over, each in a transaction of its own. What cannot be deleted keeps its key and is tried again the next night,
 * and does not keep the others from going.
 */
export async function deleteExpired({ db, photos, log }: Keeping): Promise<void> {
  const failed: PhotoId[] = [];
  for (;;) {
    const expired = await db.query(selectExpired, [failed]);
    for (const row of expired) {
      try {
        await deletePhoto(db, photos.store, row);
      } catch (error) {
        failed.push(row.photoId);
        log.warn(describeError(error), 'a photo whose time is over could not be deleted');
      }
    }
    if (expired.length === 0) break;
  }
  if (failed.length > 0) throw new Error(`${counted(failed.length, 'photo')} could not be deleted`);
}

async function deletePhoto(db: Database, store: PhotoStore, { photoId, schoolId, parentId, cause }: ExpiredRow): Promise<void> {
  await db.transact(system('photos.delete-expired'), async work => {
    const { trx } = work;
    await trx.query(lockExpired, [photoId]);
    const [still] = await trx.query(selectStillExpired, [photoId]);
    if (!still) return;
    const [withdrawn] = await trx.query(withdrawForgotten, [photoId]);
    const [gone] = await trx.query(forgetPhoto, [photoId]);
    if (!gone) return;
    // The dashboard would go on counting a photo that is no longer there.
    if (withdrawn?.before === 'approved' || withdrawn?.before === 'waiting') await setPhotoStatus(trx, { schoolId, parentId }, 'not_invited');
    await recordAudit(work, 'photo.deleted', { targetId: photoId, schoolId, details: { cause } });
    // Last: when a file stays, so do its row and its key, and the next night finds both.
    for (const part of [...photoSizes, 'received'] as const) await store.delete(objectKey(gone.storeKey, part));
  });
}
