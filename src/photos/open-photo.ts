import type { PhotoId } from '../core/ids.ts';
import type { Keyring } from '../platform/keyring.ts';
import type { PhotoStore } from '../platform/photo-store.ts';
import type { PhotoSize } from '../platform/photo/photo-sizes.ts';
import { openObject } from '../platform/photo/seal-object.ts';

/** What it takes to open a photo: its row, or the part of it that says where and under which key. */
type StoredPhoto = { id: PhotoId; storeKey: string; wrapped: Buffer };

/** Until the checks are done: the file as it came. Nothing else ever reads it. */
type Part = PhotoSize | 'received';

export const objectKey = (storeKey: string, part: Part): string => `${storeKey}/${part}`;

/** One size of a photo, decrypted. A file that is not there although its row says so is a fault of ours. */
export const openPhoto = (keyring: Keyring, store: PhotoStore, photo: StoredPhoto, size: PhotoSize): Promise<Buffer> => openPart(keyring, store, photo, size);

/** The same for any part. */
export async function openPart(keyring: Keyring, store: PhotoStore, { id, storeKey, wrapped }: StoredPhoto, part: Part): Promise<Buffer> {
  const sealed = await store.get(objectKey(storeKey, part));
  if (!sealed) throw new MissingFile(`a photo has no file ${part}`);
  return openObject(keyring.unwrap(id, wrapped), id, part, sealed);
}

export class MissingFile extends Error {}

/** JPEG is kept, WebP is shown. */
export const mediaTypeOf = (size: PhotoSize): string => (size === 'master' ? 'image/jpeg' : 'image/webp');
export const fileNameOf = (size: PhotoSize): string => (size === 'master' ? 'photo.jpg' : 'photo.webp');
