import { randomUUIDv7 } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commentContext, noContext, openText, sealText } from '../../src/platform/record/content.ts';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';
import { testKeyring } from '../support/keyring.ts';
import { buildWorld, messageBy, subjectBy, type World } from '../support/world.ts';

/** What an attempt comes to: the SQLSTATE that refuses it, or what happened instead. */
type Outcome = keyof typeof meaning;
const meaning = {
  '42501': 'is refused for want of a privilege',
  P0R01: 'is refused by the trigger: what is written stays',
  P0R04: 'is refused by the ledger, which takes only what extends the chain',
  P0R05: 'is refused at commit: the files of a message are fixed',
  P0R07: 'is refused by the guard: the record is frozen',
  '23001': 'is refused by a foreign key of the record',
  '42P16': 'is refused because logged tables depend on it',
  nothing: 'is let through and changes nothing',
  succeeds: 'succeeds, as declared: nothing inside the database stops a superuser',
} as const;

type Attempt = {
  name: string;
  /** Done one after another in one transaction. */
  sql: string[];
  /** Whether it did what it was meant to do. */
  took: string;
  app: Outcome;
  migrator?: Outcome;
  asOwner?: Outcome;
  recordOwner: Outcome;
  superuser: Outcome;
  /** What a superuser has to take away for a refused attempt to go through: that shows the attempt is a real one. */
  disarm?: string;
};

const sessions = {
  app: { who: 'parley_app', url: 'appUrl', become: '' },
  migrator: { who: 'parley_migrator', url: 'migrationUrl', become: '' },
  asOwner: { who: 'parley_migrator as parley_owner', url: 'migrationUrl', become: 'set role parley_owner' },
  recordOwner: { who: 'the owner of the record', url: 'adminUrl', become: 'set session authorization parley_record' },
  superuser: { who: 'a superuser', url: 'adminUrl', become: '' },
} as const;
type Role = keyof typeof sessions;

// What :names in the attempts stand for; the values are made in beforeAll.
const facts: Record<string, string> = {};
const filled = (sql: string): string => sql.replace(/(?<!:):([a-z]+)\b/g, (_, name: string) => `'${facts[name]}'`);

const comment = `(id, family_id, subject_id, author_id, commitment, body_ct, submission) values`;
const values = `:family, :subject, :author, :thirtytwo, '\\x00', :fresh`;
const update = `update record.comments set body_ct = '\\x00' where id = :comment`;
const updated = `select body_ct = '\\x00' from record.comments where id = :comment`;
const gone = `select not exists (select from record.comments where id = :comment)`;
const noRowTrigger = 'alter table record.comments disable trigger z_block';
const written = { app: '42501', recordOwner: 'P0R01', superuser: 'P0R01' } as const;
const frozen = { app: '42501', recordOwner: 'P0R07', superuser: 'succeeds' } as const;
// Tables outside the record that are append-only too are emptied in the same breath as what they point at.
const everyTable = (action: string) => `do $$ declare t record; begin
  for t in select tgrelid::regclass as name from pg_trigger where tgname = 'z_block_t' loop execute format('alter table %s ${action}', t.name); end loop; end $$`;
const dropForeignKeys = `do $$ declare k record; begin
  for k in select conrelid::regclass as name, conname from pg_constraint where contype = 'f' and 'record.comments'::regclass in (conrelid, confrelid)
  loop execute format('alter table %s drop constraint %I', k.name, k.conname); end loop; end $$`;

const attempts: Attempt[] = [
  { name: 'UPDATE', sql: [update], took: updated, ...written, disarm: noRowTrigger },
  {
    name: 'DELETE',
    sql: ['delete from record.comments where id = :comment'],
    took: gone,
    ...written,
    disarm: `${noRowTrigger}; set session_replication_role = replica`,
  },
  { name: 'UPDATE inside a CTE', sql: [`with changed as (${update} returning id) select * from changed`], took: updated, ...written, disarm: noRowTrigger },
  {
    name: 'INSERT .. ON CONFLICT DO UPDATE',
    sql: [`insert into record.comments ${comment} (:comment, ${values}) on conflict (id) do update set body_ct = '\\x00'`],
    took: updated,
    ...written,
    disarm: noRowTrigger,
  },
  {
    name: 'MERGE .. UPDATE',
    sql: [`merge into record.comments c using (select) as one on c.id = :comment when matched then update set body_ct = '\\x00'`],
    took: updated,
    ...written,
    disarm: noRowTrigger,
  },
  {
    name: 'MERGE .. DELETE',
    sql: [`merge into record.comments c using (select) as one on c.id = :comment when matched then delete`],
    took: gone,
    ...written,
    disarm: `${noRowTrigger}; set session_replication_role = replica`,
  },
  {
    name: 'UPDATE through a view',
    sql: ['create view record.words as select * from record.comments', update.replace('record.comments', 'record.words')],
    took: updated,
    ...written,
    recordOwner: 'P0R07',
    disarm: noRowTrigger,
  },
  {
    name: 'DELETE of a parent in parley.parents',
    sql: [`delete from parley.parents where id = :lone`],
    took: `select not exists (select from parley.parents where id = :lone)`,
    app: '42501',
    asOwner: '23001',
    recordOwner: '42501',
    superuser: '23001',
    disarm: 'set session_replication_role = replica',
  },
  {
    name: 'DELETE of a family in parley.families',
    sql: [`delete from parley.families where id = :lonefamily`],
    took: `select not exists (select from parley.families where id = :lonefamily)`,
    app: '42501',
    asOwner: '23001',
    recordOwner: '42501',
    superuser: '23001',
    disarm: 'set session_replication_role = replica',
  },
  {
    name: 'TRUNCATE',
    sql: ['truncate record.comments, record.attachments, record.views'],
    took: gone,
    ...written,
    disarm: everyTable('disable trigger z_block_t'),
  },
  {
    name: 'TRUNCATE .. CASCADE of what the record points at',
    sql: ['truncate parley.parents cascade'],
    took: gone,
    app: '42501',
    recordOwner: '42501',
    superuser: 'P0R01',
    disarm: everyTable('disable trigger z_block_t'),
  },
  { name: 'DROP TABLE', sql: ['drop table record.comments cascade'], took: `select to_regclass('record.comments') is null`, ...frozen },
  { name: 'DISABLE TRIGGER, then UPDATE', sql: [noRowTrigger, update], took: updated, ...frozen },
  { name: 'DROP TRIGGER, then UPDATE', sql: ['drop trigger z_block on record.comments', update], took: updated, ...frozen },
  {
    name: 'CREATE OR REPLACE of the trigger function, then UPDATE',
    sql: ['create or replace function record.refuse() returns trigger language plpgsql as $$ begin return new; end $$', update],
    took: updated,
    ...frozen,
  },
  {
    name: 'ALTER COLUMN .. TYPE .. USING',
    sql: [`alter table record.comments alter column body_ct type bytea using '\\x00'::bytea`],
    took: updated,
    ...frozen,
  },
  {
    name: 'DROP COLUMN and ADD COLUMN',
    sql: [`alter table record.comments drop column body_ct, add column body_ct bytea default '\\x00'`],
    took: updated,
    ...frozen,
  },
  {
    name: 'renaming the table and creating another',
    sql: ['alter table record.comments rename to comments_before', 'create table record.comments (like record.comments_before)'],
    took: gone,
    ...frozen,
  },
  {
    name: 'a child table by inheritance',
    sql: ['create table record.more () inherits (record.comments)'],
    took: `select exists (select from pg_inherits where inhparent = 'record.comments'::regclass)`,
    ...frozen,
  },
  {
    name: 'a row security policy',
    sql: ['create policy hide on record.comments for select using (false)', 'alter table record.comments enable row level security'],
    took: `select relrowsecurity from pg_class where oid = 'record.comments'::regclass`,
    ...frozen,
  },
  {
    name: 'a rule on INSERT',
    sql: ['create rule swallow as on insert to record.comments do instead nothing'],
    took: `select exists (select from pg_rules where schemaname = 'record' and rulename = 'swallow')`,
    ...frozen,
  },
  {
    name: 'a BEFORE INSERT trigger that swallows messages',
    sql: ['create trigger a_a before insert on record.comments for each row execute function parley.swallow()'],
    took: `select exists (select from pg_trigger where tgrelid = 'record.comments'::regclass and tgname = 'a_a')`,
    ...frozen,
  },
  {
    name: 'GRANT of more to the program',
    sql: ['grant update on record.comments to parley_app'],
    took: `select has_table_privilege('parley_app', 'record.comments', 'UPDATE')`,
    app: 'nothing',
    recordOwner: 'P0R07',
    superuser: 'succeeds',
  },
  {
    name: 'INSERT with a time and position of one’s own',
    sql: [`insert into record.comments (pos, created_at, ${comment.slice(1)} (1, '2020-02-02', :fresh, ${values})`],
    took: `select pos = 1 or created_at < '2021-01-01' from record.comments where id = :fresh`,
    app: '42501',
    recordOwner: 'nothing',
    superuser: 'nothing',
    disarm: 'alter table record.comments disable trigger a_append',
  },
  {
    name: 'SET UNLOGGED',
    sql: ['alter table record.comments set unlogged'],
    took: `select relpersistence = 'u' from pg_class where oid = 'record.comments'::regclass`,
    app: '42501',
    recordOwner: '42P16',
    superuser: '42P16',
    disarm: dropForeignKeys,
  },
  {
    name: 'CREATE TEMP TABLE',
    sql: ['create temp table entries (pos bigint)'],
    took: `select to_regclass('pg_temp.entries') is not null`,
    app: '42501',
    recordOwner: '42501',
    superuser: 'succeeds',
  },
  {
    name: 'INSERT straight into the ledger',
    sql: [
      `insert into record.entries (family_id, pos, kind, at, actor_id, item_id, prev_hash, leaf, leaf_hash) values (:family, 1000, 1, now(), :author, :fresh, :thirtytwo, :thirtytwo, :thirtytwo)`,
    ],
    took: `select exists (select from record.entries where pos = 1000)`,
    app: '42501',
    recordOwner: 'P0R04',
    superuser: 'P0R04',
    disarm: 'alter table record.entries disable trigger a_check',
  },
  {
    name: 'another file on a message that is on the record',
    sql: [
      `insert into record.content_keys (item_id, wrapped) values (:fresh, decode(repeat('00', 60), 'hex'))`,
      `insert into record.attachments (id, comment_id, ord, commitment, size, media_type, received_sha256, name_ct, content_ct) values (:fresh, :comment, 1, :thirtytwo, 1, 'image/png', :thirtytwo, '\\x00', '\\x00')`,
      'set constraints all immediate',
    ],
    took: `select exists (select from record.attachments where id = :fresh)`,
    app: 'P0R05',
    migrator: '42501',
    asOwner: '42501',
    recordOwner: 'P0R05',
    superuser: 'P0R05',
    disarm: 'alter table record.attachments disable trigger c_whole',
  },
  {
    name: 'session_replication_role = replica, then UPDATE',
    sql: ['set local session_replication_role = replica', update],
    took: updated,
    app: '42501',
    recordOwner: '42501',
    superuser: 'P0R01',
    disarm: 'alter table record.comments enable trigger z_block',
  },
  {
    name: 'event_triggers = off',
    sql: ['set local event_triggers = off'],
    took: `select current_setting('event_triggers') = 'off'`,
    app: '42501',
    recordOwner: '42501',
    superuser: 'succeeds',
  },
  {
    name: 'UPDATE of pg_trigger by hand',
    sql: [`update pg_catalog.pg_trigger set tgenabled = 'D' where tgname = 'z_block'`],
    took: `select tgenabled = 'D' from pg_trigger where tgrelid = 'record.comments'::regclass and tgname = 'z_block'`,
    app: '42501',
    recordOwner: '42501',
    superuser: 'succeeds',
  },
];

let database: TestDatabase;
let world: World;
let before: string[];

beforeAll(async () => {
  database = await cloneDatabase();
  world = await buildWorld(database);
  const { subjectId } = await subjectBy(database, world.amara, world.familyId, world.theo, 'Theo: inhaler', 'The inhaler is in the front pocket.');
  await messageBy(database, world.daniel, subjectId, 'Found it, thank you.');
  const { rows } = await database.admin.query<{ id: string }>('select id from record.comments order by pos');
  await database.db.pool.query('insert into record.views (family_id, comment_id, viewer_id) values ($1, $2, $3)', [
    world.familyId,
    rows[0]!.id,
    world.daniel.parentId,
  ]);

  // A parent and a family that nothing but the record points at.
  const memberId = randomUUIDv7();
  const name = sealText(testKeyring, 'name', memberId, noContext, 'Sam Keller');
  Object.assign(facts, { lone: randomUUIDv7(), lonefamily: randomUUIDv7() });
  await database.admin.query(
    filled(`insert into parley.families (id) values (:lonefamily); insert into parley.parents (id, given_name, surname) values (:lone, 'Sam', 'Keller')`),
  );
  await database.db.pool.query(
    `with key as (insert into record.content_keys (item_id, wrapped) values ($1, $6)) insert into record.members (id, family_id, parent_id, commitment, name_ct) values ($1, $2, $3, $4, $5)`,
    [memberId, facts.lonefamily, facts.lone, name.commitment, name.ciphertext, name.wrapped],
  );
  await database.admin.query('create function parley.swallow() returns trigger language plpgsql as $$ begin return null; end $$');
  Object.assign(facts, {
    comment: rows[0]!.id,
    family: world.familyId,
    subject: subjectId,
    author: world.amara.parentId,
    fresh: randomUUIDv7(),
    thirtytwo: `\\x${'07'.repeat(32)}`,
  });
  before = await theRecord();
});
afterAll(() => database.close());

/** Every position, its hash and, where there are some, its words. */
async function theRecord(): Promise<string[]> {
  const { rows } = await database.admin.query<{ line: string; id: string | null; subjectId: string; bodyCt: Buffer; wrapped: Buffer }>(
    `select e.family_id || ' ' || e.pos || ' ' || encode(e.leaf_hash, 'hex') || ' ' || coalesce(v.viewer_id::text, '') as line, c.id, c.subject_id as "subjectId", c.body_ct as "bodyCt", k.wrapped
       from record.entries e
       left join record.comments c using (family_id, pos) left join record.content_keys k on k.item_id = c.id left join record.views v using (family_id, pos)
      order by e.family_id, e.pos`,
  );
  return rows.map(row =>
    row.id === null
      ? row.line
      : `${row.line} ${openText(testKeyring, 'body', row.id, commentContext(row.subjectId, null), { ciphertext: row.bodyCt, wrapped: row.wrapped })}`,
  );
}

/** Tries it on a connection of its own, in a transaction that is rolled back. */
async function attemptAs(role: Role, attempt: Attempt, disarm = ''): Promise<{ outcome: string; error?: pg.DatabaseError }> {
  const session = sessions[role];
  const client = new pg.Client(database[session.url]);
  await client.connect();
  try {
    if (session.become) await client.query(session.become);
    await client.query('begin');
    if (disarm) await client.query(disarm);
    for (const sql of attempt.sql) await client.query(filled(sql));
    const { rows } = await client.query<{ took: boolean }>(`select (${filled(attempt.took)}) is true as took`);
    return { outcome: rows[0]!.took ? 'succeeds' : 'nothing' };
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error;
    return { outcome: error.code!, error };
  } finally {
    await client.query('rollback');
    await client.end();
  }
}

it('stands on a record with words, a first view and more than one writer', () => {
  expect(before).toHaveLength(9);
  expect(before.join('\n')).toMatch(/front pocket[\s\S]*Found it/);
});

describe.each(attempts)('$name', attempt => {
  const expected: Record<Role, Outcome> = { migrator: '42501', asOwner: '42501', ...attempt };

  for (const role of Object.keys(sessions) as Role[]) {
    it(`by ${sessions[role].who} ${meaning[expected[role]]}`, async () => {
      const { outcome, error } = await attemptAs(role, attempt);
      expect(outcome, error?.message).toBe(expected[role]);
      if (outcome === '23001') expect(error!.schema).toBe('record');
      expect(await theRecord()).toEqual(before);
    });
  }

  if (attempt.superuser !== 'succeeds') {
    it('would go through without what refuses it', async () => {
      const { outcome, error } = await attemptAs('superuser', attempt, attempt.disarm);
      expect(outcome, error?.message).toBe('succeeds');
      expect(await theRecord()).toEqual(before);
    });
  }
});
