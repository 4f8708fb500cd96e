import { hkdfSync } from 'node:crypto';
import { decrypt, encrypt, type Keyring } from '../keyring.ts';
import { sha256, uuidToBytes } from './leaf.ts';

/**
 * What an item of the record says: encrypted at rest, and committed to in the ledger.
 * The ledger holds only salted commitments, so it reveals nothing that can be guessed, and destroying an item's key closes it for ever.
 */

const scheme = Buffer.from('parley/commit/v1\0', 'ascii');

/** Commitment scheme 1: SHA-256("parley/commit/v1" || 0x00 || salt || SHA-256(content)). */
export const commitment = (salt: Buffer, content: Buffer): Buffer => commitmentOfHash(salt, sha256(content));

/** The same where the content's SHA-256 is known and the content itself is not at hand. */
export const commitmentOfHash = (salt: Buffer, contentSha256: Buffer): Buffer => sha256(scheme, salt, contentSha256);

/**
 * The salt of an item, from its key. What the fixed leaf has no field for (the subject a comment stands under, the reason it is urgent,
 * the bytes a file arrived as) goes into `context`: with another context the salt is another, and the commitment no longer opens.
 */
export const saltOf = (key: Buffer, context: Buffer): Buffer =>
  Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), Buffer.concat([Buffer.from('parley/salt/v1\0', 'ascii'), context]), 32));

export const commentContext = (subjectId: string, urgentReason: string | null): Buffer =>
  Buffer.concat([uuidToBytes(subjectId), lengthPrefixed(urgentReason ?? '')]);

export const attachmentContext = (receivedSha256: Buffer, name: string): Buffer => Buffer.concat([receivedSha256, lengthPrefixed(name)]);

/** For titles and names: the leaf already binds all else. */
export const noContext = Buffer.alloc(0);

const nothing = Buffer.alloc(2);
function lengthPrefixed(text: string): Buffer {
  if (text === '') return nothing;
  const bytes = Buffer.from(text, 'utf8');
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** The parts of an item that are encrypted, each bound to its item and to what it is. */
export type Part = 'body' | 'title' | 'name' | 'content';

const partNames = Object.fromEntries(['body', 'title', 'name', 'content'].map(part => [part, Buffer.from(`${part}\0`, 'ascii')])) as Record<Part, Buffer>;
const boundTo = (part: Part, itemId: string, context: Buffer): Buffer => Buffer.concat([partNames[part], uuidToBytes(itemId), context]);

export const sealPart = (key: Buffer, part: Part, itemId: string, context: Buffer, content: Uint8Array): Buffer =>
  encrypt(key, boundTo(part, itemId, context), content);

export const openPart = (key: Buffer, part: Part, itemId: string, context: Buffer, sealed: Buffer): Buffer =>
  decrypt(key, boundTo(part, itemId, context), sealed);

export type SealedText = { ciphertext: Buffer; commitment: Buffer; wrapped: Buffer };

/** Makes a key for an item and encrypts and commits to its one text. */
export function sealText(keyring: Keyring, part: Part, itemId: string, context: Buffer, text: string): SealedText {
  const { key, wrapped } = keyring.newItemKey(itemId);
  const content = Buffer.from(text, 'utf8');
  return { ciphertext: sealPart(key, part, itemId, context, content), commitment: commitment(saltOf(key, context), content), wrapped };
}

export const openText = (keyring: Keyring, part: Part, itemId: string, context: Buffer, sealed: { ciphertext: Buffer; wrapped: Buffer }): string =>
  openPart(keyring.unwrap(itemId, sealed.wrapped), part, itemId, context, sealed.ciphertext).toString('utf8');

type ManifestFile = { id: string; commitment: Buffer; size: bigint; mediaType: string };

/** The list of a comment's files as it is hashed: a count, then for each its id, commitment, size and media type. */
export function encodeManifest(files: readonly ManifestFile[]): Buffer {
  const count = Buffer.alloc(2);
  count.writeUInt16BE(files.length);
  const parts = files.map(file => {
    const size = Buffer.alloc(8);
    size.writeBigInt64BE(file.size);
    return Buffer.concat([uuidToBytes(file.id), file.commitment, size, lengthPrefixed(file.mediaType)]);
  });
  return Buffer.concat([count, ...parts]);
}

/** The payload of kinds 1 and 6 in a leaf: scheme, commitment, manifest, and for a correction the comment it corrects. */
export const commentPayload = (committed: Buffer, manifest: Buffer, correctsId: string | null): Buffer =>
  Buffer.concat([Buffer.from([1]), committed, manifest, ...(correctsId ? [uuidToBytes(correctsId)] : [])]);

/** The payload of kind 15 in a leaf: scheme, commitment, what the step is about, and its kind with its length before it. */
export const stepPayload = (committed: Buffer, aboutId: string, kind: string): Buffer =>
  Buffer.concat([Buffer.from([1]), committed, uuidToBytes(aboutId), lengthPrefixed(kind)]);
