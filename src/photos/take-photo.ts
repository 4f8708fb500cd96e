import { randomBytes, randomUUIDv7 } from 'node:crypto';
import { recordAudit } from '../audit/events.ts';
import { mostUploadsAnHour } from '../access/policy.ts';
import type { AccountId, InvitationId, ParentId, PhotoId, SchoolId, SubmissionId } from '../core/ids.ts';
import { NotFound, TooMany } from '../core/errors.ts';
import type { Transaction, Work } from '../platform/database.ts';
import { enqueue } from '../platform/queue.ts';
import type { PhotoFacts, PhotoType } from '../platform/photo/read-metadata.ts';
import type { Services } from '../web/services.ts';
import { objectKey } from './open-photo.ts';
import { forgetPhotos, insertPhoto, insertSubmission, lockAdult, selectSameUpload, withdrawUnsent } from './store.ts';

/** Why a file is not taken, as a sentence that says what to do. */
type Refused = { refused: string };
/** A file that is a picture as far as its first bytes tell. */
type Read = { size: number; type: PhotoType; facts: PhotoFacts };
type Ready = Read & { bytes: Buffer };

/** Looks at the first bytes only, so that whoever waits is answered at once; what the picture shows is looked at in a job. */
export async function readPhoto(bytes: Buffer): Promise<Ready | Refused> {
  if (bytes.length === 0) return { refused: 'This file is empty. Choose the photo again; if it lies in a cloud, let it download first' };
  const { photoTypeOf, readMetadata, TooManyPixels } = await import('../platform/photo/read-metadata.ts'); // the image library is large, and most starts never need it
  const type = await photoTypeOf(bytes);
  if (!type) return { refused: 'This is not a photo that can be read, whatever its name says. Choose a JPEG, PNG, WebP or HEIC file, or take a new picture' };
  try {
    const facts = await readMetadata(bytes, type);
    return facts ? { bytes, size: bytes.length, type, facts } : { refused: damaged };
  } catch (error) {
    if (error instanceof TooManyPixels) return { refused: tooLarge };
    throw error;
  }
}

export const damaged = 'This photo is damaged or was cut off on the way. Choose it again, or take a new picture';
export const tooLarge = 'This picture has more than 50 million pixels. Take one with the camera’s usual settings, or send a smaller copy';

type Destination = {
  schoolId: SchoolId;
  parentId: ParentId;
  source: 'link' | 'bulk' | 'staff';
  invitationId: InvitationId | null;
  holderHash: Buffer | null;
  createdBy: AccountId | null;
  despiteChecks: boolean;
};

export type Staged = { photoId: PhotoId; storeKey: string; wrapped: Buffer; sha256: Buffer };

/**
 * Puts the file, encrypted, where only the job of the checks reads it and then deletes it: the original is not kept. The file is there before
 * its row, so that there is never a row without one; where the row is not written after all, the file is swept.
 */
export async function stagePhoto({ keyring, photos }: Pick<Services, 'keyring' | 'photos'>, { bytes }: Ready): Promise<Staged> {
  const { sealObject, sha256Of } = await import('../platform/photo/seal-object.ts');
  const photoId = randomUUIDv7() as PhotoId;
  const random = randomBytes(16).toString('hex');
  const storeKey = `${random.slice(0, 2)}/${random.slice(2)}`;
  const { key, wrapped } = keyring.newItemKey(photoId);
  const sha256 = await sha256Of(bytes);
  await photos.store.put(objectKey(storeKey, 'received'), await sealObject(key, photoId, 'received', bytes));
  return { photoId, storeKey, wrapped, sha256 };
}

/** A file that became nobody's photo after all is not kept until the sweep: an hour of them would fill the disk. */
export const unstagePhoto = ({ photos }: Pick<Services, 'photos'>, { storeKey }: Staged): Promise<void> => photos.store.delete(objectKey(storeKey, 'received'));

/** Whether the adult's photo is waiting to be looked at already: then there is nothing to choose. */
type Taken = { kind: 'taken' | 'same'; submissionId: SubmissionId } | { kind: 'waiting' };

/** Writes down a photo that was staged, and has it checked. */
export async function takePhoto(work: Work, { size, type, facts }: Read, staged: Staged, to: Destination): Promise<Taken> {
  const { trx, now } = work;
  const [adult] = await trx.query(lockAdult, [to.schoolId, to.parentId]);
  if (!adult) throw new NotFound();
  if (adult.waiting) return { kind: 'waiting' };
  if (to.source === 'link') {
    const [same] = await trx.query(selectSameUpload, [to.invitationId, to.holderHash, staged.sha256]);
    if (same) return { kind: 'same', submissionId: same.submissionId };
    if (adult.uploads >= mostUploadsAnHour) {
      const retryAt = new Date(now.epochMilliseconds + 60 * 60 * 1000);
      throw new TooMany('Many photos were chosen on this link within an hour. Wait an hour, or take the photo at the school’s office.', retryAt);
    }
    await forgetUnsent(trx, to.invitationId!);
  }
  const { photoId, storeKey, wrapped, sha256 } = staged;
  const { width, height, bitDepth, colorType, compressionMethod, metadata } = facts;
  await trx.query(insertPhoto, [
    photoId,
    to.schoolId,
    to.parentId,
    type,
    size,
    sha256,
    width,
    height,
    bitDepth,
    colorType,
    compressionMethod,
    JSON.stringify(metadata),
    storeKey,
    wrapped,
  ]);
  const [submission] = await trx.query(insertSubmission, [
    to.schoolId,
    to.parentId,
    to.invitationId,
    to.source,
    photoId,
    to.holderHash,
    to.createdBy,
    to.despiteChecks,
  ]);
  await recordAudit(work, 'photo.uploaded', { targetId: submission!.id, schoolId: to.schoolId, details: { source: to.source } });
  await enqueue(trx, 'photos.check', { submissionId: submission!.id }, { queue: 'photos' });
  return { kind: 'taken', submissionId: submission!.id };
}

/** What was chosen on a link and not sent: its key goes now, its files with the job. */
async function forgetUnsent(trx: Transaction, invitationId: InvitationId): Promise<void> {
  const withdrawn = await trx.query(withdrawUnsent, [invitationId]);
  if (withdrawn.length > 0)
    await forgetFiles(
      trx,
      withdrawn.map(({ photoId }) => photoId),
    );
}

export async function forgetFiles(trx: Transaction, photoIds: readonly PhotoId[]): Promise<void> {
  const forgotten = await trx.query(forgetPhotos, [photoIds]);
  for (const { storeKey } of forgotten) await enqueue(trx, 'photos.delete-files', { storeKey });
}
