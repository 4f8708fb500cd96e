import { randomUUID, randomUUIDv7 } from 'node:crypto';
import type pg from 'pg';
import type { Keyring } from '../../src/platform/keyring.ts';
import { commentContext, commentPayload, encodeManifest, noContext, type SealedText, sealText } from '../../src/platform/record/content.ts';
import { encodeLeaf, genesis, kinds, leafHash, uuidToBytes } from '../../src/platform/record/leaf.ts';

/** Whose record it is, and how many entries it is to have. The first parent writes more, and reads what the benchmark reads. */
export type RecordOf = { familyId: string; parentIds: [string, string]; childId: string; entries: number };

type Row = Record<string, unknown>;

/** Inserts rows of one shape. Bytes go as PostgreSQL writes them, in hexadecimal. */
export async function insert(client: pg.Client, table: string, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return;
  const names = Object.keys(rows[0]!).join(', ');
  const json = JSON.stringify(rows, function (this: Row, key, value: unknown) {
    const plain = this[key]; // before Buffer's own toJSON
    return Buffer.isBuffer(plain) ? `\\x${plain.toString('hex')}` : value;
  });
  await client.query(`insert into ${table} (${names}) select ${names} from json_populate_recordset(null::${table}, $1)`, [json]);
}

const words =
  'the on school bag swimming Thursday could please home collect after fine again library homework coat Saturday because morning medicine would be party dentist football kit thanks forgotten early weekend reading bring tired lunch asked teacher shoes'.split(
    ' ',
  );
let seed = 1;
/** The next whole number below a limit: the same sequence in every run. */
const next = (below: number): number => {
  seed = (seed * 48_271) % 2_147_483_647;
  return seed % below;
};

/** Some sentences, about as long as messages are: 60 to 300 characters. */
export const someText = (): string => Array.from({ length: 10 + next(40) }, () => words[next(words.length)]).join(' ');

/** About seven entries in ten are comments; a subject for every 117 of them; the rest are first views. */
const shareOfComments = 0.7;
const commentsASubject = 117;
const flushEvery = 2000;
const dayMs = 24 * 60 * 60 * 1000;

/**
 * Writes a record of exactly so many entries over the past year, encrypted and chained as the program does it, and gives its subjects.
 * The second parent wrote three comments in ten, all viewed; of the first one's, those of the first subject are, and the newest.
 */
export async function layRecord(client: pg.Client, keyring: Keyring, { familyId, parentIds, childId, entries: size }: RecordOf): Promise<string[]> {
  const comments = Math.floor(size * shareOfComments);
  const subjectIds = Array.from({ length: Math.max(1, Math.ceil(comments / commentsASubject)) }, () => randomUUIDv7());
  const bySecond = Array.from({ length: comments }, () => next(10) < 3);
  let unwrittenByFirst = bySecond.filter(second => !second).length;
  let viewsForFirst = size - parentIds.length - subjectIds.length - comments - (comments - unwrittenByFirst);

  let pos = 0;
  let previous = genesis(familyId);
  const start = Date.now() - 365 * dayMs;
  const step = (363 * dayMs) / size;
  let waiting: Record<string, Row[]> = {};
  const add = (table: string, row: Row): void => void (waiting[table] ??= []).push(row);
  const seal = (part: 'name' | 'title' | 'body', id: string, context: Buffer, text: string): SealedText => {
    const sealed = sealText(keyring, part, id, context, text);
    add('record.content_keys', { item_id: id, wrapped: sealed.wrapped });
    return sealed;
  };
  const append = (kind: number, actorId: string, itemId: string, payload: Buffer): { pos: number; created_at: Date } => {
    pos += 1;
    const at = new Date(Math.floor(start + pos * step));
    const leaf = encodeLeaf({ kind, familyId, pos: BigInt(pos), prevHash: previous, at: BigInt(at.getTime()) * 1000n, actorId, itemId, payload });
    const hash = leafHash(leaf);
    add('record.entries', { family_id: familyId, pos, kind, at, actor_id: actorId, item_id: itemId, prev_hash: previous, leaf, leaf_hash: hash });
    previous = hash;
    return { pos, created_at: at };
  };
  const flush = async (): Promise<void> => {
    for (const table of [
      'record.content_keys',
      'record.entries',
      'record.members',
      'record.subjects',
      'record.comments',
      'record.views',
      'parley.unread_comments',
    ]) {
      await insert(client, table, waiting[table] ?? []);
    }
    waiting = {};
  };

  for (const parentId of parentIds) {
    const id = randomUUIDv7();
    const name = seal('name', id, noContext, 'A parent');
    add('record.members', {
      id,
      family_id: familyId,
      parent_id: parentId,
      commitment: name.commitment,
      name_ct: name.ciphertext,
      ...append(kinds.member, parentId, id, Buffer.concat([Buffer.from([1]), name.commitment])),
    });
  }
  for (const id of subjectIds) {
    const title = seal('title', id, noContext, words[next(words.length)]!);
    const payload = Buffer.concat([Buffer.from([1]), title.commitment, Buffer.from([1]), uuidToBytes(childId)]);
    add('record.subjects', {
      id,
      family_id: familyId,
      opened_by: parentIds[0],
      child_id: childId,
      commitment: title.commitment,
      title_ct: title.ciphertext,
      submission: randomUUID(),
      ...append(kinds.subject, parentIds[0], id, payload),
    });
  }
  const manifest = encodeManifest([]);
  for (let index = 0; index < comments; index += 1) {
    const [author, reader] = bySecond[index] ? [parentIds[1], parentIds[0]] : parentIds;
    const subjectId = subjectIds[index % subjectIds.length]!;
    const id = randomUUIDv7();
    const body = seal('body', id, commentContext(subjectId, null), someText());
    const placed = append(kinds.comment, author, id, commentPayload(body.commitment, manifest, null));
    add('record.comments', {
      id,
      family_id: familyId,
      subject_id: subjectId,
      author_id: author,
      commitment: body.commitment,
      manifest,
      body_ct: body.ciphertext,
      submission: randomUUID(),
      ...placed,
    });
    let viewed = bySecond[index]!;
    if (!viewed) {
      viewed = viewsForFirst > 0 && (subjectId === subjectIds[0] || viewsForFirst >= unwrittenByFirst);
      unwrittenByFirst -= 1;
      if (viewed) viewsForFirst -= 1;
    }
    if (viewed)
      add('record.views', { id: randomUUIDv7(), family_id: familyId, comment_id: id, viewer_id: reader, ...append(kinds.view, reader, id, Buffer.alloc(0)) });
    else add('parley.unread_comments', { parent_id: reader, comment_id: id, family_id: familyId, subject_id: subjectId, pos: placed.pos });
    if (index % flushEvery === flushEvery - 1) await flush();
  }
  await flush();
  return subjectIds;
}
