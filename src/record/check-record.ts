import type { FamilyId } from '../core/ids.ts';
import type { Queryable } from '../platform/database.ts';
import type { Keyring } from '../platform/keyring.ts';
import {
  attachmentContext,
  commentContext,
  commentPayload,
  commitment,
  encodeManifest,
  noContext,
  openPart,
  saltOf,
  stepPayload,
} from '../platform/record/content.ts';
import { decodeLeaf, genesis, kinds, leafHash, uuidToBytes } from '../platform/record/leaf.ts';
import { type CheckRow, selectCheckFiles, selectForCheck, selectRecordedElsewhere } from './store.ts';

/** What is wrong with an entry, in words; positions count from 1. */
export type Fault = { pos: number; text: string };

const batch = 500;

/**
 * Walks a family's whole record and works everything out again: the chain, each entry's bytes, and that what is stored beside the ledger
 * (messages, titles, names, files, first views) is what was hashed, with nothing over and nothing missing. Gives the first fault, or null.
 */
export async function checkRecord(db: Queryable, keyring: Keyring, familyId: FamilyId): Promise<{ entries: number; fault: Fault | null }> {
  let previous = genesis(familyId);
  let expected = 1;
  for (;;) {
    const rows = await db.query(selectForCheck, [familyId, expected - 1, batch]);
    for (const row of rows) {
      const text = row.pos === expected ? await faultOf(db, keyring, familyId, row, previous) : `entry ${expected} is missing`;
      if (text) return { entries: expected - 1, fault: { pos: expected, text } };
      previous = row.leafHash;
      expected += 1;
    }
    if (rows.length < batch) break;
  }
  const [stray] = await db.query(selectRecordedElsewhere, [familyId]);
  if (stray) return { entries: expected - 1, fault: { pos: stray.pos, text: `something is stored as entry ${stray.pos} that the ledger does not have` } };
  return { entries: expected - 1, fault: null };
}

async function faultOf(db: Queryable, keyring: Keyring, familyId: FamilyId, row: CheckRow, previous: Buffer): Promise<string | null> {
  let leaf;
  try {
    leaf = decodeLeaf(row.leaf);
  } catch {
    return 'its bytes are not a whole entry';
  }
  if (!leafHash(row.leaf).equals(row.leafHash)) return 'its fingerprint is not that of its bytes';
  if (!leaf.prevHash.equals(previous) || !row.prevHash.equals(previous)) return 'it does not follow from the entry before';
  if (leaf.familyId !== familyId || leaf.pos !== BigInt(row.pos) || leaf.kind !== row.kind || leaf.actorId !== row.actorId || leaf.itemId !== row.itemId) {
    return 'its columns say other than its bytes';
  }
  if (leaf.at !== BigInt(row.atMicroseconds)) return 'its time is not the time in its bytes';

  if (row.kind === kinds.view) return row.viewed && row.storedAt === row.atMicroseconds ? null : 'its first view is missing or differs';
  if (row.storedAt === null) return 'what it is about is not stored';
  if (row.storedAt !== row.atMicroseconds || row.storedActorId !== row.actorId) return 'the time or author shown differs from the ledger';
  if (!row.wrapped || !row.ciphertext || !row.commitment) return 'its key is gone without a sealing entry';
  const part = row.kind === kinds.subject ? 'title' : row.kind === kinds.member ? 'name' : 'body';
  const isStep = row.kind === kinds.step;
  const context = part === 'body' && !isStep ? commentContext(row.subjectId!, row.urgentReason) : noContext;
  try {
    const key = keyring.unwrap(row.itemId, row.wrapped);
    const committed = commitment(saltOf(key, context), openPart(key, part, row.itemId, context, row.ciphertext));
    if (!committed.equals(row.commitment)) return 'what is written is not what was committed to';
    if (part === 'name') return leaf.payload.equals(Buffer.concat([Buffer.from([1]), committed])) ? null : 'the ledger commits to another name';
    if (part === 'title') {
      const about = row.childId ?? row.activityId ?? row.schoolId!;
      const kind = row.childId ? 1 : row.activityId ? 2 : 3;
      return leaf.payload.equals(Buffer.concat([Buffer.from([1]), committed, Buffer.from([kind]), uuidToBytes(about)]))
        ? null
        : 'the ledger commits to another subject';
    }
    if (isStep) return leaf.payload.equals(stepPayload(committed, row.aboutId!, row.stepKind!)) ? null : 'the ledger commits to another step';
    if (!leaf.payload.equals(commentPayload(committed, row.manifest!, row.correctsId))) return 'the ledger commits to another message';
  } catch {
    return 'what is written does not open under its own key, place and urgency';
  }
  return row.manifest!.readUInt16BE(0) === 0 && row.files === 0 ? null : checkFiles(db, keyring, row);
}

async function checkFiles(db: Queryable, keyring: Keyring, row: CheckRow): Promise<string | null> {
  const files = await db.query(selectCheckFiles, [row.itemId]);
  const manifest = encodeManifest(files.map(file => ({ ...file, size: BigInt(file.size) })));
  if (!manifest.equals(row.manifest!)) return 'its files are not the ones that were hashed';
  for (const file of files) {
    if (!file.wrapped) return 'the key of a file is gone without a sealing entry';
    try {
      const key = keyring.unwrap(file.id, file.wrapped);
      const name = openPart(key, 'name', file.id, noContext, file.nameCt).toString('utf8');
      const content = openPart(key, 'content', file.id, file.receivedSha256, file.contentCt);
      if (!commitment(saltOf(key, attachmentContext(file.receivedSha256, name)), content).equals(file.commitment)) return 'a file is not the one that was sent';
    } catch {
      return 'a file does not open under its own key';
    }
  }
  return null;
}
