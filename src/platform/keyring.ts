import { createCipheriv, createDecipheriv, createHmac, hash, hkdfSync, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';

/**
 * Everything that needs the master key. AES-256-GCM throughout: 12 bytes of nonce, the ciphertext, 16 bytes of tag.
 * The master key never touches the database; each item has a key of its own, stored wrapped.
 */
export type Keyring = {
  /** Eight bytes that say which master key this is and nothing about it. */
  keyId: Buffer;
  /** A new key for one item, and the same wrapped for the database. Bound to the item: it opens under no other id. */
  newItemKey(itemId: string): { key: Buffer; wrapped: Buffer };
  unwrap(itemId: string, wrapped: Buffer): Buffer;
  /** A small value outside the record (an e-mail address, a phone number), bound to what it is for. */
  sealField(purpose: string, text: string): Buffer;
  openField(purpose: string, sealed: Buffer): string;
  /** Finds a value without storing it: HMAC-SHA-256 under a key of its own. */
  lookup(purpose: string, text: string): Buffer;
};

const nonceLength = 12;
const tagLength = 16;

/** Encrypts under a key; `context` is authenticated with it, so that the bytes open nowhere else. */
export function encrypt(key: Buffer, context: Buffer, content: Uint8Array): Buffer {
  const nonce = randomBytes(nonceLength);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(context);
  return Buffer.concat([nonce, cipher.update(content), cipher.final(), cipher.getAuthTag()]);
}

/** Throws where a byte of the ciphertext, or the context, is not what was encrypted. */
export function decrypt(key: Buffer, context: Buffer, sealed: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceLength), { authTagLength: tagLength });
  decipher.setAAD(context);
  decipher.setAuthTag(sealed.subarray(sealed.length - tagLength));
  const content = decipher.update(sealed.subarray(nonceLength, sealed.length - tagLength));
  const rest = decipher.final();
  return rest.length === 0 ? content : Buffer.concat([content, rest]);
}

export function openKeyring(masterKey: Buffer): Keyring {
  const derive = (purpose: string) => Buffer.from(hkdfSync('sha256', masterKey, Buffer.alloc(0), `parley/${purpose}/v1`, 32));
  const wrapKey = derive('wrap');
  const fieldKey = derive('field');
  const lookupKey = derive('lookup');
  const uuidBytes = (id: string) => Buffer.from(id.replaceAll('-', ''), 'hex');
  return {
    keyId: Buffer.from(hash('sha256', derive('key-id'), 'buffer')).subarray(0, 8),
    newItemKey(itemId) {
      const key = randomBytes(32);
      return { key, wrapped: encrypt(wrapKey, uuidBytes(itemId), key) };
    },
    unwrap: (itemId, wrapped) => decrypt(wrapKey, uuidBytes(itemId), wrapped),
    sealField: (purpose, text) => encrypt(fieldKey, Buffer.from(purpose), Buffer.from(text)),
    openField: (purpose, sealed) => decrypt(fieldKey, Buffer.from(purpose), sealed).toString('utf8'),
    lookup: (purpose, text) => createHmac('sha256', lookupKey).update(`${purpose}\0${text}`).digest(),
  };
}

/** Reads the master key from its file, making one where there is none. Keep a copy apart from the database. */
export async function masterKeyFromFile(file: string): Promise<Buffer> {
  await writeFile(file, `${randomBytes(32).toString('base64')}\n`, { flag: 'wx', mode: 0o600 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  const key = Buffer.from(await readFile(file, 'utf8'), 'base64');
  if (key.length !== 32) throw new Error(`${file} does not hold 32 bytes in base64`);
  return key;
}
