import type { Services } from '../web/services.ts';
import { deleteOldFiles, deleteOldImports, forgetTrials, selectStaged } from './bulk/store.ts';
import { selectKept } from './store.ts';

/** A file younger than this may belong to a photo whose row is being written. */
const settledMs = 60 * 60 * 1000;

/**
 * Deletes files that no photo accounts for: a row that was never written, a photo that was deleted, the file as it came once the checks are done.
 * Gives how many went.
 */
export async function sweepFiles({ db, photos, log }: Pick<Services, 'db' | 'photos' | 'log'>, now = Date.now()): Promise<number> {
  await db.query(forgetTrials, []);
  await db.query(deleteOldFiles, []);
  await db.query(deleteOldImports, []);
  let swept = 0;
  let found: string[] = [];
  const clear = async (): Promise<void> => {
    const keys = found;
    found = [];
    const folders = [...new Set(keys.map(folderOf))];
    // Trials first: one that is started between the two has photos by the second.
    const staged = await db.query(selectStaged, [folders]);
    const kept = new Map((await db.query(selectKept, [folders])).map(row => [row.storeKey, row.stored]));
    for (const { storeKey } of staged) kept.set(storeKey, false);
    for (const key of keys) {
      const stored = kept.get(folderOf(key));
      if (stored === undefined || (stored && key.endsWith('/received'))) {
        await photos.store.delete(key);
        swept += 1;
      }
    }
  };
  for await (const { key, modifiedAt } of photos.store.list()) {
    if (ours.test(key) && now - modifiedAt.getTime() > settledMs) found.push(key);
    if (found.length === 500) await clear();
  }
  await clear();
  if (swept > 0) log.info({ swept }, 'files of photos without a photo were deleted');
  return swept;
}

/** The store may hold what somebody else put there; that is left alone. */
const ours = /^[0-9a-f]{2}\/[0-9a-f]{30}\/[a-z0-9]+$/;
const folderOf = (key: string): string => key.slice(0, key.lastIndexOf('/'));
