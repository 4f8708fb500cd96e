import { hash } from 'node:crypto';

/**
 * The canonical form PRLYENT1: the bytes of one entry that are hashed. Big-endian, length-prefixed, fixed for ever.
 * The database builds the same bytes in record.leaf(); this is the second reading, for checking. See README.md beside this file.
 */
export type Leaf = {
  kind: number;
  familyId: string;
  /** From 1, without gaps. */
  pos: bigint;
  /** The leaf hash of the entry before; for position 1 the genesis of the family. */
  prevHash: Buffer;
  /** Microseconds since 1970-01-01 UTC, by the database's clock. */
  at: bigint;
  actorId: string;
  /** The comment, subject or membership that the entry is about. */
  itemId: string;
  payload: Buffer;
};

export const kinds = { comment: 1, view: 2, subject: 3, member: 4, correction: 6, step: 15 } as const;

const magic = Buffer.from('PRLYENT1', 'ascii');
const headLength = 109;

export const uuidToBytes = (id: string): Buffer => Buffer.from(id.replaceAll('-', ''), 'hex');
const bytesToUuid = (bytes: Buffer): string => bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

export const sha256 = (...parts: Buffer[]): Buffer => hash('sha256', Buffer.concat(parts), 'buffer') as Buffer;

export function encodeLeaf(leaf: Leaf): Buffer {
  const head = Buffer.alloc(headLength);
  magic.copy(head, 0);
  head.writeUInt8(leaf.kind, 8);
  uuidToBytes(leaf.familyId).copy(head, 9);
  head.writeBigInt64BE(leaf.pos, 25);
  leaf.prevHash.copy(head, 33);
  head.writeBigInt64BE(leaf.at, 65);
  uuidToBytes(leaf.actorId).copy(head, 73);
  uuidToBytes(leaf.itemId).copy(head, 89);
  head.writeUInt32BE(leaf.payload.length, 105);
  return Buffer.concat([head, leaf.payload]);
}

/** Reads an entry strictly: anything but exactly one whole PRLYENT1 leaf is refused. */
export function decodeLeaf(bytes: Buffer): Leaf {
  if (bytes.length < headLength || !bytes.subarray(0, 8).equals(magic)) throw new Error('not a PRLYENT1 entry');
  const length = bytes.readUInt32BE(105);
  if (bytes.length !== headLength + length) throw new Error('an entry with bytes missing or left over');
  const pos = bytes.readBigInt64BE(25);
  if (pos < 1n) throw new Error('an entry before position 1');
  return {
    kind: bytes.readUInt8(8),
    familyId: bytesToUuid(bytes.subarray(9, 25)),
    pos,
    prevHash: bytes.subarray(33, 65),
    at: bytes.readBigInt64BE(65),
    actorId: bytesToUuid(bytes.subarray(73, 89)),
    itemId: bytesToUuid(bytes.subarray(89, 105)),
    payload: bytes.subarray(headLength),
  };
}

/** RFC 6962, section 2.1: the hash of a leaf. It is the chain's hash too. */
export const leafHash = (leaf: Buffer): Buffer => sha256(Buffer.from([0]), leaf);

/** What the first entry of a family points back at. */
export const genesis = (familyId: string): Buffer => sha256(Buffer.from('PARLEY-GENESIS1', 'ascii'), uuidToBytes(familyId));

/** The first eight hexadecimal digits, in two groups, as screens show them. */
export const fingerprint = (hashOfLeaf: Buffer): string => {
  const digits = hashOfLeaf.toString('hex', 0, 4);
  return `${digits.slice(0, 4)} ${digits.slice(4)}`;
};
