import { constants } from 'node:fs';
import { mkdir, open, opendir, readFile, rename, rm, rmdir, stat, unlink } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import path from 'node:path';

/**
 * Where the encrypted files of photos lie. A key is a path of plain parts that this program makes up; an object is written once,
 * whole or not at all, and never changed.
 */
export type PhotoStore = {
  put(key: string, content: Buffer): Promise<void>;
  /** Undefined where there is none. */
  get(key: string): Promise<Buffer | undefined>;
  /** Gone afterwards, whether or not it was there. */
  delete(key: string): Promise<void>;
  list(): AsyncIterable<{ key: string; modifiedAt: Date }>;
};

/** The store has no room. Nothing was kept of what was being written. */
export class StorageFull extends Error {}

const keyShape = /^(?:[a-z0-9]+\/)*[a-z0-9]+$/;
/** A key comes from this program alone; a wrong one is a fault of ours, and must not leave the folder. */
export function checkedKey(key: string): string {
  if (!keyShape.test(key)) throw new Error('not a key of the photo store');
  return key;
}

/** Files in a folder of their own. Written beside their place, flushed, then moved there, so that a reader never meets half of one. */
export function openDiskPhotoStore(folder: string): PhotoStore {
  const place = (key: string) => path.join(folder, checkedKey(key));
  return {
    async put(key, content) {
      const target = place(key);
      const aside = path.join(folder, `.${randomUUID()}`);
      try {
        await mkdir(path.dirname(target), { recursive: true, mode: 0o700 });
        const file = await open(aside, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
        try {
          await file.writeFile(content);
          await file.sync();
        } finally {
          await file.close();
        }
        await rename(aside, target);
        await flushFolder(path.dirname(target));
      } catch (error) {
        await rm(aside, { force: true }).catch(() => {});
        throw isFull(error) ? new StorageFull('the photo store is full', { cause: error }) : error;
      }
    },
    get: key => readFile(place(key)).catch(absent),
    async delete(key) {
      await unlink(place(key)).catch(absent);
      // Its folder goes with the last file; one that is not empty refuses.
      if (key.includes('/')) await rmdir(path.dirname(place(key))).catch(() => {});
    },
    async *list() {
      const entries = await opendir(folder, { recursive: true }).catch(absent);
      if (!entries) return;
      for await (const entry of entries) {
        if (!entry.isFile()) continue;
        const file = path.join(entry.parentPath, entry.name);
        const found = await stat(file).catch(absent);
        if (!found) continue;
        if (entry.name.startsWith('.')) {
          // Left by a process that was stopped while it wrote.
          if (Date.now() - found.mtimeMs > hour) await rm(file, { force: true });
        } else yield { key: path.relative(folder, file).replaceAll(path.sep, '/'), modifiedAt: found.mtime };
      }
    },
  };
}

const hour = 60 * 60 * 1000;

const absent = (error: NodeJS.ErrnoException): undefined => {
  if (error.code !== 'ENOENT') throw error;
};

const isFull = (error: unknown): boolean => error instanceof Error && 'code' in error && ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(String(error.code));

/** A name that was moved is only certain to outlive a power cut once its folder is flushed too. */
async function flushFolder(at: string): Promise<void> {
  const folder = await open(at, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
