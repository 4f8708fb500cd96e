import { hash, randomBytes, webcrypto } from 'node:crypto';

const nonceLength = 12;

/** A photo and its sizes have one key between them; what each file is, is authenticated with it, so that none passes for another. */
const contextOf = (photoId: string, part: string) => Buffer.from(`parley/photo/v1 ${photoId} ${part}`);
const imported = (key: Buffer) => webcrypto.subtle.importKey('raw', new Uint8Array(key), 'AES-GCM', false, ['encrypt', 'decrypt']);

/**
 * Encrypts one file of a photo: AES-256-GCM, laid out as everywhere (nonce, ciphertext, tag).
 * Off the event loop, because a photo may have fifteen megabytes.
 */
export async function sealObject(key: Buffer, photoId: string, part: string, content: Buffer): Promise<Buffer> {
  const nonce = randomBytes(nonceLength);
  const sealed = await webcrypto.subtle.encrypt(
    { name: 'AES-GCM', iv: nonce, additionalData: contextOf(photoId, part) },
    await imported(key),
    bytesOf(content),
  );
  return Buffer.concat([nonce, Buffer.from(sealed)]);
}

/** Throws where a byte is not what was encrypted, or the file belongs to another photo or size. */
export async function openObject(key: Buffer, photoId: string, part: string, sealed: Buffer): Promise<Buffer> {
  const iv = bytesOf(sealed.subarray(0, nonceLength));
  const content = bytesOf(sealed.subarray(nonceLength));
  return Buffer.from(await webcrypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData: contextOf(photoId, part) }, await imported(key), content));
}

export const sha256Of = async (content: Buffer): Promise<Buffer> =>
  content.length < 1024 * 1024 ? hash('sha256', content, 'buffer') : Buffer.from(await webcrypto.subtle.digest('SHA-256', bytesOf(content)));

const bytesOf = (content: Buffer): Uint8Array<ArrayBuffer> => new Uint8Array(content.buffer as ArrayBuffer, content.byteOffset, content.length);
