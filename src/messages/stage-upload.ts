import { randomUUIDv7 } from 'node:crypto';
import type { ParentUser } from '../core/actor.ts';
import type { UploadId } from '../core/ids.ts';
import type { Database } from '../platform/database.ts';
import type { Keyring } from '../platform/keyring.ts';
import { sealPart } from '../platform/record/content.ts';
import { sha256 } from '../platform/record/leaf.ts';
import type { UploadedFile } from '../web/uploads.ts';
import { countUploads, insertUpload } from './file-store.ts';

export type StagedFile = { id: UploadId; mediaType: string; size: number };
type Staging = { staged: StagedFile[]; refused: string[] };

/** Files that one parent may have waiting at a time. */
const mostWaiting = 30;

/**
 * Takes files in between choosing and sending. What they are is read from their bytes; pictures are drawn anew, so that no place,
 * camera or hidden text goes with them; all are encrypted before they are stored.
 */
export async function stageUploads(db: Database, keyring: Keyring, actor: ParentUser, files: readonly UploadedFile[]): Promise<Staging> {
  const staging: Staging = { staged: [], refused: [] };
  if (files.length === 0) return staging;
  const [waiting] = await db.query(countUploads, [actor.parentId]);
  if (waiting!.count + files.length > mostWaiting) {
    return { staged: [], refused: ['There are many files of yours that were chosen and not sent. Send those first, or wait a day until they are cleared.'] };
  }
  for (const [index, file] of files.entries()) {
    const ready = await prepare(file.bytes);
    if (typeof ready === 'string') staging.refused.push(files.length === 1 ? ready : `File ${index + 1}: ${ready}`);
    else staging.staged.push(await store(db, keyring, actor, file.bytes, ready));
  }
  return staging;
}

type Ready = { mediaType: string; content: Buffer };

async function prepare(bytes: Buffer): Promise<Ready | string> {
  if (bytes.length === 0) return 'This file is empty. Choose it again.';
  // Both libraries are large, and most starts need neither.
  const { fileTypeFromBuffer } = await import('file-type');
  const type = await fileTypeFromBuffer(bytes);
  if (type?.mime === 'application/pdf') {
    return bytes.subarray(-2048).includes('%%EOF')
      ? { mediaType: type.mime, content: bytes }
      : 'This PDF is cut off before its end. Save it again and choose the new copy.';
  }
  if (type?.mime === 'image/jpeg' || type?.mime === 'image/png' || type?.mime === 'image/webp') {
    const { reencode } = await import('../platform/images.ts');
    const content = await reencode(bytes, type.mime);
    return content ? { mediaType: type.mime, content } : 'This picture cannot be opened. It may be damaged or far too large in pixels. Try a screenshot of it.';
  }
  return 'Only pictures (JPEG, PNG, WebP) and PDF documents can be sent. This file is something else, whatever its name says.';
}

async function store(db: Database, keyring: Keyring, actor: ParentUser, received: Buffer, { mediaType, content }: Ready): Promise<StagedFile> {
  const id = randomUUIDv7() as UploadId;
  const { key, wrapped } = keyring.newItemKey(id);
  const receivedSha256 = sha256(received);
  const sealed = sealPart(key, 'content', id, receivedSha256, content);
  await db.query(insertUpload, [id, actor.parentId, content.length, mediaType, receivedSha256, sha256(content), wrapped, sealed]);
  return { id, mediaType, size: content.length };
}
