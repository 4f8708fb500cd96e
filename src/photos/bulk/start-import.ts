import { recordAudit } from '../../audit/events.ts';
import type { User } from '../../core/actor.ts';
import { Gone, NotFound } from '../../core/errors.ts';
import type { PhotoImportId, SchoolId } from '../../core/ids.ts';
import type { Work } from '../../platform/database.ts';
import { takePhoto } from '../take-photo.ts';
import { lockImport, markStarted, selectMatched, settleFile } from './store.ts';

/** Makes photos of the files that matched: the same checks, the same queue as a parent's own. Pressed twice, it is done once. */
export async function startImport(work: Work<User>, schoolId: SchoolId, importId: PhotoImportId, despiteChecks: boolean): Promise<void> {
  const { actor, trx } = work;
  const [found] = await trx.query(lockImport, [importId, schoolId]);
  if (!found) throw new NotFound();
  if (found.startedAt !== null) return;
  if (found.expired) throw new Gone('This trial is more than a day old, and its photos have been deleted. Choose the files once more.');
  await trx.query(markStarted, [importId, actor.accountId, despiteChecks]);
  let taken = 0;
  for (const { n, parentId, photoId, storeKey, wrapped, sha256, size, mediaType, facts } of await trx.query(selectMatched, [importId])) {
    const to = { schoolId, parentId, source: 'bulk', invitationId: null, holderHash: null, createdBy: actor.accountId, despiteChecks } as const;
    const outcome = await takePhoto(work, { size, type: mediaType, facts }, { photoId, storeKey, wrapped, sha256 }, to).catch((error: unknown) => {
      // Off the roll since the trial; the others go on.
      if (error instanceof NotFound) return null;
      throw error;
    });
    if (outcome?.kind === 'taken') {
      taken += 1;
      await trx.query(settleFile, [importId, n, outcome.submissionId, 'matched', null]);
    } else if (outcome === null) await trx.query(settleFile, [importId, n, null, 'unmatched', 'This adult has left the roll meanwhile']);
    else await trx.query(settleFile, [importId, n, null, 'duplicate', 'A photo of this adult came meanwhile and waits to be reviewed']);
  }
  await recordAudit(work, 'photos.import-started', { targetId: importId, schoolId, details: { photos: taken, despiteChecks } });
}
