import { system } from '../core/actor.ts';
import type { SubmissionId } from '../core/ids.ts';
import { describeError } from '../platform/log.ts';
import type { PhotoSize } from '../platform/photo/photo-sizes.ts';
import { setPhotoStatus } from '../schools/index.ts';
import type { Services } from '../web/services.ts';
import { type Checks, isBlocked, judgePhoto, unreadableChecks } from './judge-photo.ts';
import { MissingFile, objectKey, openPart } from './open-photo.ts';
import { type CheckingRow, lockAdult, lockChecking, selectChecking, updateChecked, updateDerived } from './store.ts';
import { damaged, forgetFiles, tooLarge } from './take-photo.ts';

type Checking = Pick<Services, 'db' | 'keyring' | 'photos' | 'log'>;

/**
 * Opens a photo that was taken in, draws it anew in every size, and judges it. Its files are stored before the row says so; the file as it came
 * is deleted after. Run twice, it does the same again.
 */
export async function checkPhoto(services: Checking, submissionId: SubmissionId): Promise<void> {
  const { db, photos } = services;
  const [photo] = await db.query(selectChecking, [submissionId]);
  if (!photo) return;
  const result = await lookAt(services, photo);
  if ('unreadable' in result) await refuse(services, photo, result.unreadable);
  else await keep(services, photo, result);
  await photos.store.delete(objectKey(photo.storeKey, 'received'));
}

type Result = Awaited<ReturnType<typeof derive>>;

async function lookAt(services: Checking, photo: CheckingRow): Promise<Result | { unreadable: string }> {
  const { Unreadable } = await import('../platform/photo/decode-photo.ts');
  const { TooManyPixels } = await import('../platform/photo/read-metadata.ts');
  try {
    return await derive(services, photo, await openPart(services.keyring, services.photos.store, photo, 'received'));
  } catch (error) {
    if (error instanceof TooManyPixels) return { unreadable: tooLarge };
    if (error instanceof Unreadable || error instanceof MissingFile) return { unreadable: damaged };
    throw error;
  }
}

async function derive({ photos, log }: Checking, photo: CheckingRow, bytes: Buffer) {
  const { decodePhoto } = await import('../platform/photo/decode-photo.ts');
  const { cropAround, deriveSizes, shrinkForFaces } = await import('../platform/photo/derive-sizes.ts');
  const { inspectorVersion } = await import('../platform/photo/inspect-faces.ts');
  const { measureQuality } = await import('../platform/photo/measure-quality.ts');
  const picture = await decodePhoto(bytes, photo.mediaType);
  // Where the detector is away the photo goes on without it: a person looks at each anyway.
  const faces = await photos.inspect(await shrinkForFaces(picture)).catch((error: unknown) => {
    log.warn(describeError(error), 'a photo could not be looked at for faces');
    return null;
  });
  const face = faces?.find(({ score }) => score >= photos.thresholds.faceScore);
  const measured = {
    width: picture.fullWidth,
    height: picture.fullHeight,
    bytes: photo.bytes,
    faces,
    quality: face ? await measureQuality(picture, face) : null,
  };
  const crop = cropAround(picture, face);
  return { picture, crop, sizes: await deriveSizes(picture, crop), checks: judgePhoto(measured, photos.thresholds, inspectorVersion) };
}

/** The sizes, then the row. Where the photo was taken back meanwhile, what was written goes again. */
async function keep({ db, keyring, photos }: Checking, photo: CheckingRow, { picture, crop, sizes, checks }: Result): Promise<void> {
  const { sealObject, sha256Of } = await import('../platform/photo/seal-object.ts');
  const key = keyring.unwrap(photo.id, photo.wrapped);
  for (const [size, content] of Object.entries(sizes) as [PhotoSize, Buffer][]) {
    await photos.store.put(objectKey(photo.storeKey, size), await sealObject(key, photo.id, size, content));
  }
  const sha256 = await sha256Of(sizes.master);
  const kept = await db.transact(system('photos.check'), async ({ trx }) => {
    const [adult] = await trx.query(lockAdult, [photo.schoolId, photo.parentId]);
    const [still] = await trx.query(lockChecking, [photo.submissionId]);
    if (!still) return false;
    await trx.query(updateDerived, [
      photo.id,
      picture.fullWidth,
      picture.fullHeight,
      sizes.master.length,
      sha256,
      picture.width,
      picture.height,
      crop.left,
      crop.top,
      crop.width,
      crop.height,
    ]);
    const status = statusAfter(still, checks, adult !== undefined && !adult.waiting);
    await trx.query(updateChecked, [photo.submissionId, status, JSON.stringify(checks)]);
    if (status === 'waiting') await setPhotoStatus(trx, photo, 'waiting');
    if (status === 'withdrawn') await forgetFiles(trx, [photo.id]);
    return true;
  });
  if (!kept) for (const size of Object.keys(sizes) as PhotoSize[]) await photos.store.delete(objectKey(photo.storeKey, size));
}

/**
 * A parent sees the photo once more and sends it; what the school brought in goes to its queue, or back with the reason: also where another photo of
 * the adult came to the queue while this one was checked, or the adult left the roll.
 */
function statusAfter({ source, despiteChecks }: CheckingRow, checks: Checks, mayWait: boolean): 'draft' | 'waiting' | 'withdrawn' {
  if (source === 'link') return 'draft';
  return mayWait && (despiteChecks || !isBlocked(checks)) ? 'waiting' : 'withdrawn';
}

async function refuse({ db, photos }: Checking, photo: CheckingRow, sentence: string): Promise<void> {
  await db.transact(system('photos.check'), async ({ trx }) => {
    const [still] = await trx.query(lockChecking, [photo.submissionId]);
    if (!still) return;
    await trx.query(updateChecked, [photo.submissionId, 'withdrawn', JSON.stringify(unreadableChecks(sentence, photos.thresholds))]);
    await forgetFiles(trx, [photo.id]);
  });
}
