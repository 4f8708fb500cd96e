import { z } from 'zod';
import { recordAudit } from '../../audit/events.ts';
import type { ParentId, PhotoId, SchoolId } from '../../core/ids.ts';
import type { Work } from '../../platform/database.ts';
import type { Keyring } from '../../platform/keyring.ts';
import { describeError } from '../../platform/log.ts';
import { job, type Job, type Schedule } from '../../platform/queue.ts';
import type { Services } from '../../web/services.ts';
import { openPhoto } from '../open-photo.ts';
import { deleteEmbeddings, deleteUnneededEmbeddings, insertEmbedding, selectUndescribed, type UndescribedRow } from './likeness-store.ts';
import type { ReviewRow } from './queue-store.ts';

/**
 * Whether two photos look alike to a program: a hint for the reviewer and nothing else. A face turned into numbers is biometric data, so there are
 * some only where the school chose it and the parent agreed, only while a photo waits beside one in use, encrypted, and never in a page.
 */
export const likenessSchedules: Schedule[] = [{ job: 'photos.compare-faces', cron: '*/5 * * * *' }];

export const likenessJob = (services: Services): Job<Record<string, never>> =>
  job({ name: 'photos.compare-faces', payload: z.object({}), run: () => describeFaces(services) });

/** Makes the numbers that comparisons need, and deletes those that none needs any more. */
export async function describeFaces({ db, keyring, photos, log }: Services): Promise<void> {
  await db.query(deleteUnneededEmbeddings, []);
  for (const photo of await db.query(selectUndescribed, [])) {
    try {
      await db.query(insertEmbedding, [photo.id, seal(keyring, photo.id, await describe(keyring, photos, photo))]);
    } catch (error) {
      // A hint is not worth a second try before the next round.
      log.warn(describeError(error), 'two photos could not be compared');
    }
  }
}

/** The numbers of the largest face; none where no face was found. */
async function describe(keyring: Keyring, { store, inspect }: Services['photos'], photo: UndescribedRow): Promise<number[]> {
  // Both come with the image library, which most starts never need.
  const { decodePhoto } = await import('../../platform/photo/decode-photo.ts');
  const { shrinkForFaces } = await import('../../platform/photo/derive-sizes.ts');
  const shown = await openPhoto(keyring, store, photo, '1024');
  const [face] = await inspect(await shrinkForFaces(await decodePhoto(shown, 'image/webp')), { embedding: true });
  return face?.embedding ?? [];
}

const purposeOf = (photoId: PhotoId): string => `embedding ${photoId}`;
const seal = (keyring: Keyring, photoId: PhotoId, numbers: number[]): Buffer =>
  keyring.sealField(purposeOf(photoId), Buffer.from(Float32Array.from(numbers).buffer).toString('base64'));
const open = (keyring: Keyring, photoId: PhotoId, sealed: string): Float32Array => {
  const bytes = Buffer.from(keyring.openField(purposeOf(photoId), Buffer.from(sealed, 'hex')), 'base64');
  return new Float32Array(new Uint8Array(bytes).buffer);
};

/** 0 to 1, by the rule of those who made the model: 1 less the distance, stretched so that strangers come near 0. */
function similarity(one: Float32Array, other: Float32Array): number {
  const squares = one.reduce((sum, value, at) => sum + (value - other[at]!) ** 2, 0);
  return Math.min(1, Math.max(0, (1 - Math.sqrt(25 * squares) / 100 - 0.2) / 0.6));
}

/** In plain words, for the reviewer; null where nobody agreed to a comparison. */
export function hintOf(keyring: Keyring, pair: ReviewRow['likeness'], least: number): string | null {
  if (pair === null) return null;
  if (pair.fresh === null || pair.inUse === null) return 'The program has not compared the two photos yet. You decide in any case.';
  const [fresh, inUse] = [open(keyring, pair.photoId, pair.fresh), open(keyring, pair.inUseId, pair.inUse)];
  if (fresh.length === 0 || fresh.length !== inUse.length) return 'The program found no two faces that it could compare. You decide.';
  return similarity(fresh, inUse) >= least
    ? 'The two photos look alike to the program. It can be wrong; you decide.'
    : 'The two photos do not look alike to the program. It can be wrong, and people change; you decide.';
}

/** The numbers go at once: of one adult who no longer agrees, or of a school that no longer uses them. */
export async function forgetLikeness(work: Work, of: { schoolId: SchoolId; parentId: ParentId | null }): Promise<void> {
  const deleted = await work.trx.query(deleteEmbeddings, [of.schoolId, of.parentId]);
  if (deleted.length > 0) await recordAudit(work, 'likeness.deleted', { schoolId: of.schoolId, details: { count: deleted.length } });
}
