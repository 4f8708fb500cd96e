import { randomUUIDv7 } from 'node:crypto';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CommentId, FamilyId, SubjectId } from '../../src/core/ids.ts';
import { postComment } from '../../src/messages/post-comment.ts';
import { viewComments } from '../../src/messages/view-comments.ts';
import { type Database, openDatabase } from '../../src/platform/database.ts';
import { commentContext, openText, sealText } from '../../src/platform/record/content.ts';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';
import { testKeyring } from '../support/keyring.ts';
import { buildWorld, messageBy, type Person, subjectBy, type World } from '../support/world.ts';

let database: TestDatabase;
let world: World;
let wide: Database;
/** A subject of Amara and Daniel, and one of Nour and Sam. */
let ours: SubjectId;
let theirs: SubjectId;
beforeAll(async () => {
  database = await cloneDatabase();
  world = await buildWorld(database);
  // Longer patience than the program has: here everybody is made to wait for one lock.
  const patience = encodeURIComponent('-c lock_timeout=30s -c statement_timeout=30s -c transaction_timeout=60s');
  wide = openDatabase({ url: `${database.appUrl}?options=${patience}`, max: 32, onIdleError: () => {} });
  ours = (await subjectBy(database, world.amara, world.familyId, world.theo, 'Theo: swimming', 'Swimming is on Tuesday.')).subjectId;
  theirs = (await subjectBy(database, world.nour, world.otherFamilyId, world.leila, 'Leila: dentist', 'The dentist is on Monday.')).subjectId;
});
afterAll(async () => {
  await wide.close();
  await database.close();
});

type Written = { id: CommentId; pos: number };
type Row = { familyId: FamilyId; subjectId: SubjectId; author: Person; text: string };
type Change = Partial<{ corrects: string; submission: string; manifest: Buffer; withoutKey: boolean; onConflict: string; id: string }>;

/** One message in one statement, as the program writes it, past all of the program's own questions. */
async function write(on: pg.Pool | pg.ClientBase, row: Row, change: Change = {}): Promise<Written> {
  const id = change.id ?? randomUUIDv7();
  const body = sealText(testKeyring, 'body', id, commentContext(row.subjectId, null), row.text);
  const key = change.withoutKey ? 'with key as (select $8::bytea)' : 'with key as (insert into record.content_keys (item_id, wrapped) values ($1, $8))';
  const { rows } = await on.query<Written>(
    `${key} insert into record.comments (id, family_id, subject_id, author_id, commitment, manifest, body_ct, submission, corrects_id)
     values ($1, $2, $3, $4, $5, $6, $7, $9, $10) ${change.onConflict ?? ''} returning id, pos::int`,
    [
      id,
      row.familyId,
      row.subjectId,
      row.author.parentId,
      body.commitment,
      change.manifest ?? Buffer.alloc(2),
      body.ciphertext,
      body.wrapped,
      change.submission ?? randomUUIDv7(),
      change.corrects ?? null,
    ],
  );
  return rows[0]!;
}
const byAmara = (text: string): Row => ({ familyId: world.familyId, subjectId: ours, author: world.amara, text });
const byDaniel = (text: string): Row => ({ ...byAmara(text), author: world.daniel });
const byNour = (text: string): Row => ({ familyId: world.otherFamilyId, subjectId: theirs, author: world.nour, text });

/** Everything that could be wrong with a family's chain, counted by the database itself. */
async function chainOf(familyId: FamilyId): Promise<{ entries: number; brokenLinks: number; gaps: number; reversals: number; withoutItem: number }> {
  const { rows } = await database.admin.query(
    `select count(*)::int as entries,
            count(*) filter (where prev_hash <> coalesce(before, record.genesis(family_id)) or leaf_hash <> record.leaf_hash(leaf))::int as "brokenLinks",
            count(*) filter (where pos <> nth)::int as gaps,
            count(*) filter (where at < earlier)::int as reversals,
            count(*) filter (where not (exists (select from record.comments c where (c.family_id, c.pos, c.id, c.created_at) = (e.family_id, e.pos, e.item_id, e.at))
                                     or exists (select from record.views v where (v.family_id, v.pos, v.comment_id, v.created_at) = (e.family_id, e.pos, e.item_id, e.at))
                                     or exists (select from record.subjects s where (s.family_id, s.pos, s.id, s.created_at) = (e.family_id, e.pos, e.item_id, e.at))
                                     or exists (select from record.members m where (m.family_id, m.pos, m.id, m.created_at) = (e.family_id, e.pos, e.item_id, e.at))))::int as "withoutItem"
       from (select *, lag(leaf_hash) over w as before, lag(at) over w as earlier, row_number() over w as nth from record.entries where family_id = $1 window w as (order by pos)) e`,
    [familyId],
  );
  return rows[0];
}
const unbroken = { brokenLinks: 0, gaps: 0, reversals: 0, withoutItem: 0 };
const length = async (familyId: FamilyId = world.familyId): Promise<number> => (await chainOf(familyId)).entries;

/** Holds a family's record while others come to wait for it, so that they all go at once. */
async function holding<Result>(familyId: FamilyId, waiting: number, start: () => Promise<Result>[]): Promise<PromiseSettledResult<Result>[]> {
  await database.admin.query('begin');
  await database.admin.query('select record.lock_family($1)', [familyId]);
  const started = start();
  const settled = Promise.allSettled(started);
  try {
    await expect.poll(countWaiting, { timeout: 20_000, interval: 10 }).toBe(waiting);
  } finally {
    await database.admin.query('commit');
  }
  return settled;
}
const countWaiting = async (): Promise<number> => {
  const { rows } = await database.admin.query<{ count: number }>(
    `select count(*)::int from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())`,
  );
  return rows[0]!.count;
};
const fulfilled = <Result>(results: PromiseSettledResult<Result>[]): Result[] => results.flatMap(one => (one.status === 'fulfilled' ? [one.value] : []));

describe('one family, many writers', () => {
  it('takes 32 writers at once without a broken link, a gap, a step back in time or a lost word', async () => {
    const before = await length();
    const texts = Array.from({ length: 32 }, (_, writer) => Array.from({ length: 6 }, (_, n) => `Writer ${writer}, message ${n}.`));
    const results = await holding(world.familyId, 32, () =>
      texts.map(async (own, writer) => {
        const positions: number[] = [];
        for (const text of own) positions.push((await write(wide.pool, writer % 2 ? byAmara(text) : byDaniel(text))).pos);
        return positions;
      }),
    );
    const positions = fulfilled(results);
    expect(positions).toHaveLength(32);
    expect(positions.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: 192 }, (_, n) => before + 1 + n));
    expect(await chainOf(world.familyId)).toEqual({ ...unbroken, entries: before + 192 });

    const { rows } = await database.admin.query<{ id: string; pos: number; body: Buffer; wrapped: Buffer }>(
      'select c.id, c.pos::int, c.body_ct as body, k.wrapped from record.comments c join record.content_keys k on k.item_id = c.id where c.subject_id = $1 and c.pos > $2',
      [ours, before],
    );
    const stored = new Map(
      rows.map(row => [row.pos, openText(testKeyring, 'body', row.id, commentContext(ours, null), { ciphertext: row.body, wrapped: row.wrapped })]),
    );
    expect(texts.map((own, writer) => own.map((_, n) => stored.get(positions[writer]![n]!)))).toEqual(texts);
  });

  it('leaves no gap where a transaction was rolled back', async () => {
    const before = await length();
    const client = await wide.pool.connect();
    await client.query('begin');
    expect((await write(client, byAmara('This is taken back.'))).pos).toBe(before + 1);
    await client.query('rollback');
    client.release();
    expect((await write(wide.pool, byDaniel('This stays.'))).pos).toBe(before + 1);
    expect(await chainOf(world.familyId)).toEqual({ ...unbroken, entries: before + 1 });
  });

  it('writes a first view once, and one entry for it, when eight arrive at once', async () => {
    const { id } = await write(wide.pool, byAmara('Have you seen his towel?'));
    const before = await length();
    const view = () =>
      wide.pool.query('insert into record.views (family_id, comment_id, viewer_id) values ($1, $2, $3) returning pos', [
        world.familyId,
        id,
        world.daniel.parentId,
      ]);
    const results = fulfilled(await holding(world.familyId, 8, () => Array.from({ length: 8 }, view)));
    expect(results.map(result => result.rowCount).toSorted((a, b) => a! - b!)).toEqual([0, 0, 0, 0, 0, 0, 0, 1]);
    expect(await chainOf(world.familyId)).toEqual({ ...unbroken, entries: before + 1 });
  });

  it('keeps the first view as it was when the message is opened again', async () => {
    const { pos } = await messageBy(database, world.amara, ours, 'The towel is blue.');
    const { rows } = await database.admin.query<{ id: CommentId }>('select id from record.comments where family_id = $1 and pos = $2', [world.familyId, pos]);
    const open = () => database.db.transact(world.daniel, work => viewComments(work, [{ id: rows[0]!.id, authorId: world.amara.parentId }]));
    expect((await open()).size).toBe(1);
    expect((await open()).size).toBe(0);
    expect(await length()).toBe(pos + 1);
  });

  it('makes one message and one entry of a form that is sent twenty-five times at once', async () => {
    const before = await length(world.otherFamilyId);
    const draft = { text: 'Monday at nine.', submission: randomUUIDv7(), urgent: null, corrects: null, confirm: null, files: [] };
    const outcomes = await Promise.all(Array.from({ length: 25 }, () => postComment(wide, testKeyring, world.nour, theirs, draft)));
    expect(outcomes.filter(outcome => outcome.kind === 'posted')).toEqual([{ kind: 'posted', subjectId: theirs, pos: before + 1 }]);
    expect(outcomes.filter(outcome => outcome.kind === 'already')).toEqual(Array(24).fill({ kind: 'already', subjectId: theirs, pos: before + 1 }));
    expect(await chainOf(world.otherFamilyId)).toEqual({ ...unbroken, entries: before + 1 });
  });

  it('holds to that by itself, where nothing asked before: one insert is taken and twenty-four leave nothing', async () => {
    const before = await length();
    const submission = randomUUIDv7();
    const results = await holding(world.familyId, 25, () => Array.from({ length: 25 }, () => write(wide.pool, byAmara('Once only.'), { submission })));
    expect(fulfilled(results)).toMatchObject([{ pos: before + 1 }]);
    expect(results.flatMap(one => (one.status === 'rejected' ? [one.reason.constraint] : []))).toEqual(Array(24).fill('comments_author_id_submission_key'));
    expect(await chainOf(world.familyId)).toEqual({ ...unbroken, entries: before + 1 });
  });
});

describe('two families', () => {
  it('write at the same time, each on a chain of its own', async () => {
    const before = { ours: await length(), theirs: await length(world.otherFamilyId) };
    await Promise.all(Array.from({ length: 60 }, (_, n) => write(wide.pool, n % 2 ? byAmara(`Ours, ${n}.`) : byNour(`Theirs, ${n}.`))));
    expect(await chainOf(world.familyId)).toEqual({ ...unbroken, entries: before.ours + 30 });
    expect(await chainOf(world.otherFamilyId)).toEqual({ ...unbroken, entries: before.theirs + 30 });
    const { rows } = await database.admin.query(
      'select leaf_hash from record.entries where family_id = $1 intersect select prev_hash from record.entries where family_id = $2',
      [world.familyId, world.otherFamilyId],
    );
    expect(rows).toEqual([]);
  });

  it('do not wait for each other', async () => {
    let done = '';
    const [late] = await holding(world.familyId, 1, () =>
      [write(wide.pool, byAmara('This waits.')).then(() => (done += 'ours'))].concat(
        write(wide.pool, byNour('This does not.')).then(() => (done += 'theirs ')),
      ),
    );
    expect(late!.status).toBe('fulfilled');
    expect(done).toBe('theirs ours');
  });
});

describe('the database itself refuses', () => {
  /** Tried in a transaction that goes on to its commit, where the last of the checks are. */
  async function tried(act: (client: pg.PoolClient) => Promise<unknown>): Promise<string> {
    const before = await length();
    const client = await wide.pool.connect();
    try {
      await client.query('begin');
      await act(client);
      await client.query('commit');
      return 'taken';
    } catch (error) {
      await client.query('rollback');
      expect(await length()).toBe(before);
      return String((error as pg.DatabaseError).code);
    } finally {
      client.release();
    }
  }
  const view = (client: pg.PoolClient, commentId: string, viewer: Person, familyId = world.familyId) =>
    client.query('insert into record.views (family_id, comment_id, viewer_id) values ($1, $2, $3)', [familyId, commentId, viewer.parentId]);

  it('a first view by the author, by a stranger, and by a stranger who names a family of their own', async () => {
    const { id } = await write(wide.pool, byAmara('PE kit is washed.'));
    expect(await tried(client => view(client, id, world.amara))).toBe('P0R03');
    expect(await tried(client => view(client, id, world.nour))).toBe('23503');
    expect(await tried(client => view(client, id, world.nour, world.otherFamilyId))).toBe('P0R03');
    expect(await tried(client => view(client, id, world.daniel))).toBe('taken');
  });

  it('a message by a stranger, and one in a subject of another family', async () => {
    expect(await tried(client => write(client, { ...byAmara('Hello?'), author: world.nour }))).toBe('23503');
    expect(await tried(client => write(client, { ...byNour('Hello?'), subjectId: ours }))).toBe('23503');
    expect(await tried(client => write(client, byAmara('Hello.')))).toBe('taken');
  });

  it('a correction of somebody else’s message, and one from another subject', async () => {
    const { id } = await write(wide.pool, byAmara('Pick-up is at four.'));
    const other = (await subjectBy(database, world.amara, world.familyId, world.ines, 'Ines: recorder', 'The recorder is in the hall.')).subjectId;
    expect(await tried(client => write(client, byDaniel('Pick-up is at five.'), { corrects: id }))).toBe('P0R03');
    expect(await tried(client => write(client, { ...byAmara('Pick-up is at five.'), subjectId: other }, { corrects: id }))).toBe('23503');
    expect(await tried(client => write(client, byAmara('Pick-up is at half past four.'), { corrects: id }))).toBe('taken');
    const { rows } = await database.admin.query('select kind from record.entries where family_id = $1 order by pos desc limit 1', [world.familyId]);
    expect(rows).toEqual([{ kind: 6 }]);
  });

  it('a message without its key', async () => {
    expect(await tried(client => write(client, byAmara('No key.'), { withoutKey: true }))).toBe('P0R06');
    expect(await tried(client => write(client, byAmara('With its key.')))).toBe('taken');
  });

  it('a file of an unknown kind, a file that was not hashed, and a hashed file that is not there', async () => {
    const file = (mediaType: string, id: string) =>
      Buffer.concat([
        Buffer.from([0, 1]),
        Buffer.from(id.replaceAll('-', ''), 'hex'),
        Buffer.alloc(32, 1),
        Buffer.from([0, 0, 0, 0, 0, 0, 0, 9, 0, mediaType.length]),
        Buffer.from(mediaType),
      ]);
    const withFile =
      (mediaType: string, hashed = true, stored = true) =>
      async (client: pg.PoolClient) => {
        const id = randomUUIDv7();
        const comment = await write(client, byAmara('See the file.'), hashed ? { manifest: file(mediaType, id) } : {});
        if (!stored) return;
        await client.query(`insert into record.content_keys (item_id, wrapped) values ($1, $2)`, [id, Buffer.alloc(60)]);
        await client.query(
          `insert into record.attachments (id, comment_id, ord, commitment, size, media_type, received_sha256, name_ct, content_ct) values ($1, $2, 1, $3, 9, $4, $3, '\\x00', '\\x00')`,
          [id, comment.id, Buffer.alloc(32, 1), mediaType],
        );
      };
    expect(await tried(withFile('text/html'))).toBe('23514');
    expect(await tried(withFile('image/png', false))).toBe('P0R05');
    expect(await tried(withFile('image/png', true, false))).toBe('P0R05');
    expect(await tried(withFile('image/png'))).toBe('taken');
  });

  // Last: what this would leave behind stays for good.
  it('an entry that nothing stands beside: a duplicate that is passed over in silence leaves none', async () => {
    const submission = randomUUIDv7();
    expect(await tried(client => write(client, byAmara('The first of two.'), { submission }))).toBe('taken');
    await tried(client => write(client, byAmara('The second of two.'), { submission, onConflict: 'on conflict do nothing' }));
    expect(await chainOf(world.familyId)).toMatchObject(unbroken);
  });
});
