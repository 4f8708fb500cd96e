import { randomUUIDv7 } from 'node:crypto';
import pg from 'pg';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CommentId, FamilyId, SubjectId } from '../../src/core/ids.ts';
import { type About, type Draft, openSubject, postComment } from '../../src/messages/post-comment.ts';
import { stageUploads } from '../../src/messages/stage-upload.ts';
import { viewComments } from '../../src/messages/view-comments.ts';
import type { Queryable } from '../../src/platform/database.ts';
import { commentContext, commentPayload, encodeManifest, noContext, sealPart, sealText } from '../../src/platform/record/content.ts';
import { decodeLeaf, encodeLeaf, leafHash } from '../../src/platform/record/leaf.ts';
import { checkRecord, type Fault } from '../../src/record/check-record.ts';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';
import { testKeyring } from '../support/keyring.ts';
import { buildWorld, messageBy, type Person, subjectBy, type World } from '../support/world.ts';

let database: TestDatabase;
let world: World;
/** What the :names in the tampering stand for. */
const facts: Record<string, string> = {};
const filled = (sql: string): string => sql.replace(/(?<!:):([a-z]+\d*)\b/g, (_, name: string) => `'${facts[name]}'`);

beforeAll(async () => {
  database = await cloneDatabase();
  world = await buildWorld(database); // entries 1 and 2: two parents join
  const { amara, daniel, familyId } = world;
  const { subjectId } = await subjectBy(database, amara, familyId, world.theo, 'Theo: inhaler', 'The inhaler is in the front pocket.'); // 3, 4
  const picture = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'teal' } })
    .png()
    .toBuffer();
  const letter = Buffer.from('%PDF-1.4\n1 0 obj << /Type /Catalog >> endobj\n%%EOF\n');
  const { staged } = await stageUploads(
    database.db,
    testKeyring,
    daniel,
    [picture, letter].map(bytes => ({ field: 'files', name: 'x', bytes })),
  );
  await post(daniel, subjectId, {
    text: 'Here is the plan.',
    files: [
      { id: staged[0]!.id, name: 'plan.png' },
      { id: staged[1]!.id, name: 'letter.pdf' },
    ],
  }); // 5
  await post(amara, subjectId, { text: 'He has a cough and must be collected.', urgent: 'child_ill' }); // 6
  await post(daniel, subjectId, { text: 'On my way, there by three.' }); // 7
  const mine = await idAt(7);
  await post(daniel, subjectId, { text: 'There by half past three.', corrects: mine as CommentId }); // 8
  await view(daniel, 4, amara); // 9
  await view(amara, 5, daniel); // 10
  await open(daniel, { activityId: world.swimming as never }, 'Swimming', 'Swimming is on Tuesday.'); // 11, 12
  await open(amara, { schoolId: world.school }, 'Term dates', 'Term ends on Friday.'); // 13, 14
  await post(daniel, subjectId, { text: 'Thank you.' }); // 15
  const { rows } = await database.admin.query<{ pos: number; item_id: string }>('select pos::int, item_id from record.entries where family_id = $1', [
    familyId,
  ]);
  for (const row of rows) facts[`e${row.pos}`] = row.item_id;
  Object.assign(facts, {
    family: familyId,
    other: world.otherFamilyId,
    amara: amara.parentId,
    daniel: daniel.parentId,
    nour: world.nour.parentId,
    ines: world.ines,
    png: staged[0]!.id,
    pdf: staged[1]!.id,
    fresh: randomUUIDv7(),
  });
});
afterAll(() => database.close());

async function post(author: Person, subjectId: SubjectId, draft: Partial<Draft>): Promise<void> {
  const whole: Draft = { text: '', submission: randomUUIDv7(), urgent: null, corrects: null, confirm: null, files: [], ...draft };
  expect(await database.db.transact(author, work => postComment(work.trx, testKeyring, work.actor, subjectId, whole))).toMatchObject({ kind: 'posted' });
}
async function open(author: Person, about: About, title: string, text: string): Promise<void> {
  const draft: Draft = { text, submission: randomUUIDv7(), urgent: null, corrects: null, confirm: null, files: [] };
  expect(await database.db.transact(author, work => openSubject(work, testKeyring, world.familyId, { title, about }, draft))).toMatchObject({ kind: 'posted' });
}
async function view(viewer: Person, pos: number, author: Person): Promise<void> {
  const id = (await idAt(pos)) as CommentId;
  expect((await database.db.transact(viewer, work => viewComments(work, [{ id, authorId: author.parentId }]))).size).toBe(1);
}
const idAt = async (pos: number): Promise<string> =>
  (await database.admin.query<{ item_id: string }>('select item_id from record.entries where family_id = $1 and pos = $2', [world.familyId, pos])).rows[0]!
    .item_id;

type Tampering = string | ((client: pg.Client) => Promise<void>);

/** What the check says after a superuser turned every trigger off and did this. In a transaction that is rolled back, so that each case begins with an honest record. */
async function after(tampering: Tampering, familyId: FamilyId = world.familyId): Promise<{ fault: Fault | null; head: string }> {
  const client = new pg.Client(database.adminUrl);
  await client.connect();
  try {
    await client.query('begin');
    await client.query(`do $$ declare t record; begin
      for t in select oid::regclass as name from pg_class where relnamespace = 'record'::regnamespace and relkind = 'r' loop execute format('alter table %s disable trigger all', t.name); end loop; end $$`);
    if (typeof tampering !== 'string') await tampering(client);
    else expect((await client.query(filled(tampering))).rowCount, 'nothing was tampered with').not.toBe(0);
    const { rows } = await client.query<{ head: string }>(
      `select encode(leaf_hash, 'hex') as head from record.entries where family_id = $1 order by pos desc limit 1`,
      [familyId],
    );
    await client.query('set local role parley_app');
    const asProgram: Queryable = { ...database.db, query: async (statement, values) => (await client.query(statement.text, values as unknown[])).rows };
    return { fault: (await checkRecord(asProgram, testKeyring, familyId)).fault, head: rows[0]!.head };
  } finally {
    await client.query('rollback');
    await client.end();
  }
}

/** As somebody who holds the master key: other words for entry 4, encrypted and committed to as they should be. */
async function rewriteWords(client: pg.Client, text = 'I never sent the inhaler.'): Promise<Buffer> {
  const { rows } = await client.query<{ subject_id: string }>('select subject_id from record.comments where id = $1', [facts.e4]);
  const sealed = sealText(testKeyring, 'body', facts.e4!, commentContext(rows[0]!.subject_id, null), text);
  await client.query('update record.comments set body_ct = $2, commitment = $3 where id = $1', [facts.e4, sealed.ciphertext, sealed.commitment]);
  await client.query('update record.content_keys set wrapped = $2 where item_id = $1', [facts.e4, sealed.wrapped]);
  return commentPayload(sealed.commitment, encodeManifest([]), null);
}
/** Gives an entry other bytes and their own hash; with `chain`, every later entry too. */
async function rewriteEntry(client: pg.Client, pos: number, change: Partial<ReturnType<typeof decodeLeaf>>, chain: boolean): Promise<void> {
  const { rows } = await client.query<{ pos: number; leaf: Buffer }>(
    'select pos::int, leaf from record.entries where family_id = $1 and pos >= $2 order by pos',
    [world.familyId, pos],
  );
  let previous: Buffer | undefined;
  for (const row of chain ? rows : rows.slice(0, 1)) {
    const leaf = encodeLeaf({ ...decodeLeaf(row.leaf), ...(previous ? { prevHash: previous } : change) });
    await client.query('update record.entries set leaf = $3, leaf_hash = $4, prev_hash = coalesce($5, prev_hash) where family_id = $1 and pos = $2', [
      world.familyId,
      row.pos,
      leaf,
      leafHash(leaf),
      previous ?? null,
    ]);
    previous = leafHash(leaf);
  }
}
/** As somebody who holds the master key: another name or other bytes for a file, under the file's own key. */
const reseal =
  (part: 'name' | 'content', text: string) =>
  async (client: pg.Client): Promise<void> => {
    const { rows } = await client.query<{ wrapped: Buffer; received: Buffer }>(
      'select k.wrapped, a.received_sha256 as received from record.attachments a join record.content_keys k on k.item_id = a.id where a.id = $1',
      [facts.png],
    );
    const sealed = sealPart(
      testKeyring.unwrap(facts.png!, rows[0]!.wrapped),
      part,
      facts.png!,
      part === 'name' ? noContext : rows[0]!.received,
      Buffer.from(text),
    );
    await client.query(`update record.attachments set ${part}_ct = $2 where id = $1`, [facts.png, sealed]);
  };

const flip = (column: string) => `${column} = set_byte(${column}, 20, get_byte(${column}, 20) # 1)`;
const copyFile = (id: string, comment: string, ord: number) =>
  `insert into record.attachments select :${id}, :${comment}, ${ord}, commitment, size, media_type, received_sha256, name_ct, content_ct from record.attachments where id = :png`;
const keyed = `with key as (insert into record.content_keys select :fresh, wrapped from record.content_keys where item_id = :png)`;
const copyComment = (pos: number) =>
  `insert into record.comments select :fresh, family_id, ${pos}, subject_id, author_id, null, null, commitment, manifest, body_ct, gen_random_uuid(), created_at from record.comments where id = :e4`;

const files = /its files are not the ones that were hashed/;
const notStored = /what it is about is not stored/;
const closed = /does not open under its own key, place and urgency/;
const shown = /the time or author shown differs/;
const viewDiffers = /first view is missing or differs/;
const columns = /its columns say other than its bytes/;

/** Numbers are those of the tamper cases in the record’s design, section 11. */
const cases: [what: string, tampering: Tampering, pos: number, says: RegExp][] = [
  ['01 a bit of the words', `update record.comments set ${flip('body_ct')} where id = :e4`, 4, closed],
  ['01 a bit of a title', `update record.subjects set ${flip('title_ct')} where id = :e3`, 3, closed],
  ['01 a bit of a name', `update record.members set ${flip('name_ct')} where id = :e2`, 2, closed],
  ['01 a bit of a wrapped key', `update record.content_keys set ${flip('wrapped')} where item_id = :e4`, 4, closed],
  ['02 other words, with the master key', async client => void (await rewriteWords(client)), 4, /the ledger commits to another message/],
  ['02 another commitment beside the same words', `update record.comments set ${flip('commitment')} where id = :e4`, 4, /not what was committed to/],
  [
    '03 other words and their own entry, with the master key',
    async client => rewriteEntry(client, 4, { payload: await rewriteWords(client) }, false),
    5,
    /does not follow from the entry before/,
  ],
  ['09 a message gone', 'delete from record.comments where id = :e7', 7, notStored],
  ['09 a subject gone', 'delete from record.subjects where id = :e11', 11, notStored],
  ['09 a member gone', 'delete from record.members where id = :e2', 2, notStored],
  [
    '10 a message and its entry gone',
    'with c as (delete from record.comments where id = :e7) delete from record.entries where family_id = :family and pos = 7',
    7,
    /entry 7 is missing/,
  ],
  [
    '13 two messages that changed places',
    `update record.comments set pos = 1000 + pos where id in (:e6, :e7); update record.comments set pos = case pos when 1006 then 7 else 6 end where id in (:e6, :e7)`,
    6,
    notStored,
  ],
  ['15 another time shown', `update record.comments set created_at = created_at - interval '1 day' where id = :e4`, 4, shown],
  ['15 a time shown that is off by a microsecond', `update record.comments set created_at = created_at + interval '1 microsecond' where id = :e4`, 4, shown],
  [
    '16 another time in the ledger',
    `with e as (update record.entries set at = at - interval '1 day' where item_id = :e6 and pos = 6) update record.comments set created_at = created_at - interval '1 day' where id = :e6`,
    6,
    /not the time in its bytes/,
  ],
  ['20 a bit of a file', `update record.attachments set ${flip('content_ct')} where id = :png`, 5, /a file does not open/],
  ['20 another file, with the master key', reseal('content', 'another picture'), 5, /a file is not the one that was sent/],
  ['21 another kind of file', `update record.attachments set media_type = 'image/webp' where id = :png`, 5, files],
  ['21 another size', 'update record.attachments set size = size + 1 where id = :pdf', 5, files],
  ['22 a file gone', 'delete from record.attachments where id = :pdf', 5, files],
  ['22 all files gone', 'delete from record.attachments where comment_id = :e5', 5, files],
  ['23 a file more', `${keyed} ${copyFile('fresh', 'e5', 3)}`, 5, files],
  ['23 a file on a message that had none', `${keyed} ${copyFile('fresh', 'e4', 1)}`, 4, files],
  ['23 a file more that has no key', copyFile('fresh', 'e5', 3), 5, files],
  ['23 a file moved to another message', 'update record.attachments set comment_id = :e4 where id = :pdf', 4, files],
  ['24 a first view gone', 'delete from record.views where comment_id = :e4', 9, viewDiffers],
  ['24 a first view of another message', 'update record.views set comment_id = :e7 where comment_id = :e5', 10, viewDiffers],
  ['26 a first view made earlier', `update record.views set created_at = created_at - interval '1 hour' where comment_id = :e4`, 9, viewDiffers],
  ['27 another author beside the ledger', 'update record.comments set author_id = :daniel where id = :e4', 4, shown],
  [
    '27 another author everywhere but in the bytes',
    'with e as (update record.entries set actor_id = :daniel where family_id = :family and pos = 4) update record.comments set author_id = :daniel where id = :e4',
    4,
    columns,
  ],
  ['29 a message that the ledger does not have', copyComment(99), 99, /stored as entry 99 that the ledger does not have/],
  ['29 a message in the place of a first view', copyComment(9), 9, /stored as entry 9 that the ledger does not have/],
  [
    '29 a first view that the ledger does not have',
    `insert into record.views select :fresh, family_id, 98, :e6, viewer_id, created_at from record.views where comment_id = :e4`,
    98,
    /stored as entry 98/,
  ],
  ['30 a message moved to another subject of the family', 'update record.comments set subject_id = :e11 where id = :e4', 4, closed],
  ['30 a message moved to another family', 'update record.comments set family_id = :other where id = :e4', 4, notStored],
  ['30 a subject moved to another child', 'update record.subjects set child_id = :ines where id = :e3', 3, /the ledger commits to another subject/],
  [
    '30 a subject moved from an activity to a child',
    'update record.subjects set child_id = :ines, activity_id = null where id = :e11',
    11,
    /the ledger commits to another subject/,
  ],
  [
    '38 the key of a message destroyed, without a sealing entry',
    'delete from record.content_keys where item_id = :e4',
    4,
    /key is gone without a sealing entry/,
  ],
  ['38 the key of a title destroyed', 'delete from record.content_keys where item_id = :e13', 13, /key is gone without a sealing entry/],
  [
    '38 the key of a file destroyed',
    'delete from record.content_keys where item_id = :pdf',
    5,
    /files are not the ones that were hashed|key of a file is gone/,
  ],
  ['a message made urgent', `update record.comments set urgent_reason = 'child_hurt' where id = :e4`, 4, closed],
  ['an urgent message made ordinary', 'update record.comments set urgent_reason = null where id = :e6', 6, closed],
  ['another reason for its urgency', `update record.comments set urgent_reason = 'child_hurt' where id = :e6`, 6, closed],
  ['a correction made an ordinary message', 'update record.comments set corrects_id = null where id = :e8', 8, /the ledger commits to another message/],
  ['a correction of another message', 'update record.comments set corrects_id = :e5 where id = :e8', 8, /the ledger commits to another message/],
  ['a message made a correction', 'update record.comments set corrects_id = :e7 where id = :e15', 15, /the ledger commits to another message/],
  ['another hash of the file as it arrived', `update record.attachments set ${flip('received_sha256')} where id = :png`, 5, /a file does not open/],
  ['a file renamed, with the master key', reseal('name', 'holiday.png'), 5, /a file is not the one that was sent/],
  [
    'the name of a file exchanged for another file’s',
    'update record.attachments set name_ct = (select name_ct from record.attachments where id = :pdf) where id = :png',
    5,
    /a file does not open/,
  ],
  ['files in another order', `update record.attachments set ord = ord + 2 where id = :png`, 5, files],
  ['another list of files', `update record.comments set manifest = '\\x0000' where id = :e5`, 5, /the ledger commits to another message/],
  ['a byte of the ledger', `update record.entries set ${flip('leaf')} where family_id = :family and pos = 6`, 6, /fingerprint is not that of its bytes/],
  [
    'bytes of the ledger cut off',
    `update record.entries set leaf = substr(leaf, 1, octet_length(leaf) - 1) where family_id = :family and pos = 6`,
    6,
    /not a whole entry/,
  ],
  ['another fingerprint', `update record.entries set ${flip('leaf_hash')} where family_id = :family and pos = 6`, 6, /fingerprint is not that of its bytes/],
  [
    'another fingerprint before',
    `update record.entries set ${flip('prev_hash')} where family_id = :family and pos = 6`,
    6,
    /does not follow from the entry before/,
  ],
  ['another kind of entry', `update record.entries set kind = 7 where family_id = :family and pos = 6`, 6, columns],
  ['the first entry gone', 'delete from record.entries where family_id = :family and pos = 1', 1, /entry 1 is missing/],
];

describe('an honest record', () => {
  it('is sound: parents, subjects, messages, files, a correction, an urgent message and first views', async () => {
    expect(await checkRecord(database.db, testKeyring, world.familyId)).toEqual({ entries: 15, fault: null });
    expect(await checkRecord(database.db, testKeyring, world.otherFamilyId)).toEqual({ entries: 2, fault: null });
    const { rows } = await database.admin.query<{ kinds: number[] }>(
      'select array_agg(kind::int order by pos) as kinds from record.entries where family_id = $1',
      [world.familyId],
    );
    expect(rows[0]!.kinds).toEqual([4, 4, 3, 1, 1, 1, 1, 6, 2, 2, 3, 1, 3, 1, 1]);
  });

  it('is sound where a superuser only turned the triggers off and on', async () => {
    expect((await after('select 1')).fault).toBeNull();
  });
});

describe('the check finds', () => {
  it.each(cases)('%s', async (_, tampering, pos, says) => {
    expect((await after(tampering)).fault).toEqual({ pos, text: expect.stringMatching(says) });
  });

  it('30 in the other family too, where the message came to', async () => {
    const { fault } = await after('update record.comments set family_id = :other where id = :e4', world.otherFamilyId);
    expect(fault).toEqual({ pos: 4, text: expect.stringMatching(/stored as entry 4 that the ledger does not have/) });
  });
});

/** What only a copy outside the database can show; the check must not be thought to show it. */
describe('the check cannot find, and a fingerprint kept elsewhere does', () => {
  const rechained: [what: string, tampering: Tampering][] = [
    [
      '04 other words with every later entry made anew, by the holder of the master key',
      async client => rewriteEntry(client, 4, { payload: await rewriteWords(client) }, true),
    ],
    [
      '16 another time with every later entry made anew',
      async client => {
        await client.query(
          filled(
            `update record.comments set created_at = '2026-01-01' where id = :e4; update record.entries set at = '2026-01-01' where family_id = :family and pos = 4`,
          ),
        );
        await rewriteEntry(client, 4, { at: 1767225600000000n }, true);
      },
    ],
    [
      '27 another author with every later entry made anew',
      async client => {
        await client.query(
          filled(
            `update record.comments set author_id = :daniel where id = :e4; update record.entries set actor_id = :daniel where family_id = :family and pos = 4`,
          ),
        );
        await rewriteEntry(client, 4, { actorId: world.daniel.parentId }, true);
      },
    ],
    [
      '17 the newest message and its entry gone',
      'with c as (delete from record.comments where id = :e15) delete from record.entries where family_id = :family and pos = 15',
    ],
  ];
  it.each(rechained)('%s', async (_, tampering) => {
    const honest = await after('select 1');
    const tampered = await after(tampering);
    expect(tampered.fault).toBeNull();
    expect(tampered.head).not.toBe(honest.head);
  });

  it('04 but finds other words with every later entry made anew by somebody without the master key', async () => {
    const { fault } = await after(async client => {
      const { rows } = await client.query<{ commitment: Buffer }>(
        filled(
          'update record.comments c set body_ct = other.body_ct, commitment = other.commitment from record.comments other where c.id = :e4 and other.id = :e7 returning c.commitment',
        ),
      );
      await rewriteEntry(client, 4, { payload: commentPayload(rows[0]!.commitment, encodeManifest([]), null) }, true);
    });
    expect(fault).toEqual({ pos: 4, text: expect.stringMatching(closed) });
  });
});

describe('a long record', () => {
  it('is walked to its end, whatever the number of entries read at a time', async () => {
    const { subjectId } = await subjectBy(database, world.nour, world.otherFamilyId, world.leila, 'Leila: reading', 'Page one.');
    const rows = Array.from({ length: 996 }, (_, n) => {
      const id = randomUUIDv7();
      return { id, submission: randomUUIDv7(), ...sealText(testKeyring, 'body', id, commentContext(subjectId, null), `Page ${n + 2}.`) };
    });
    await database.db.pool.query(
      `with given as (select * from unnest($4::uuid[], $5::bytea[], $6::bytea[], $7::bytea[], $8::uuid[]) as g (id, commitment, body_ct, wrapped, submission)),
            keys as (insert into record.content_keys select id, wrapped from given)
       insert into record.comments (id, family_id, subject_id, author_id, commitment, body_ct, submission) select id, $1, $2, $3, commitment, body_ct, submission from given`,
      [
        world.otherFamilyId,
        subjectId,
        world.nour.parentId,
        rows.map(r => r.id),
        rows.map(r => r.commitment),
        rows.map(r => r.ciphertext),
        rows.map(r => r.wrapped),
        rows.map(r => r.submission),
      ],
    );
    expect(await checkRecord(database.db, testKeyring, world.otherFamilyId)).toEqual({ entries: 1000, fault: null });
    for (const pos of [499, 500, 501, 1000]) {
      const { fault } = await after(`update record.comments set ${flip('body_ct')} where family_id = :other and pos = ${pos}`, world.otherFamilyId);
      expect(fault).toEqual({ pos, text: expect.stringMatching(closed) });
    }
    const gone = await after('delete from record.entries where family_id = :other and pos in (500, 501)', world.otherFamilyId);
    expect(gone.fault).toEqual({ pos: 500, text: expect.stringMatching(/entry 500 is missing/) });
    expect((await messageBy(database, world.sam, subjectId, 'The end.')).pos).toBe(1001);
    expect(await checkRecord(database.db, testKeyring, world.otherFamilyId)).toEqual({ entries: 1001, fault: null });
  });
});
