import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/platform/database.ts';
import { releasedAttestation, selfCheck } from '../../src/platform/self-check.ts';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await cloneDatabase();
});
afterAll(() => database.close());

/**
 * What the self-check says to a program that signs in as `signIn` after a superuser did this. In a transaction that is rolled back,
 * because roles belong to the whole server and other tests are running on it.
 */
async function after(sql: string, signIn = 'parley_app'): Promise<string[]> {
  const client = new pg.Client(database.adminUrl);
  await client.connect();
  try {
    await client.query('begin');
    if (sql) await client.query(sql);
    await client.query(`set local session authorization ${signIn}`);
    return await selfCheck({ ...database.db, pool: client as unknown as pg.Pool } satisfies Database);
  } finally {
    await client.query('rollback');
    await client.end();
  }
}

const differs: unknown = expect.stringMatching(
  new RegExp(`^the guard of the record differs from this release \\([0-9a-f]{16} is not ${releasedAttestation.slice(0, 16)}\\)$`),
);
const mayChange = 'the program may change or delete rows of the record';

describe('before the first request, the program', () => {
  it('finds no fault with its own sign-in', async () => {
    expect(await selfCheck(database.db)).toEqual([]);
    expect(await after('')).toEqual([]);
  });

  it('finds a sign-in that is a superuser’s', async () => {
    const client = new pg.Client(database.adminUrl);
    await client.connect();
    const found = await selfCheck({ ...database.db, pool: client as unknown as pg.Pool });
    await client.end();
    expect(found).toContain('the program signs in to the database as a superuser');
    expect(found).not.toContain(differs);
  });

  it.each<[weakness: string, sql: string, says: unknown[]]>([
    ['a right to change messages', 'grant update on record.comments to parley_app', [mayChange, differs]],
    ['a right to change one column of them', 'grant update (body_ct) on record.comments to parley_app', [mayChange, differs]],
    ['a right to delete first views', 'grant delete on record.views to parley_app', [mayChange, differs]],
    ['a right to empty the ledger', 'grant truncate on record.entries to parley_app', [mayChange, differs]],
    ['a right to change messages that everyone was given', 'grant update on record.comments to public', [mayChange, differs]],
    ['a right to write to the ledger', 'grant execute on function record.append to parley_app', ['the program may write to the ledger directly', differs]],
    ['a right to choose its own time and position', 'grant insert (created_at, pos) on record.comments to parley_app', [differs]],
    [
      'temporary tables',
      `do $$ begin execute format('grant temporary on database %I to parley_app', current_database()); end $$`,
      ['the program may make temporary tables'],
    ],
    [
      'a trigger that a setting can turn off',
      'alter table record.comments enable trigger z_block',
      ['triggers of the record are not always on: comments.z_block', differs],
    ],
    ['a trigger that is off', 'alter table record.entries disable trigger a_check', ['triggers of the record are not always on: entries.a_check', differs]],
    ['a trigger that is gone', 'drop trigger z_block on record.views', [differs]],
    [
      'a trigger function that refuses nothing',
      'create or replace function record.refuse() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$ begin return new; end $$',
      [differs],
    ],
    ['a trigger function without a fixed search path', 'alter function record.append(smallint, uuid, uuid, uuid, bytea) reset search_path', [differs]],
    [
      'a trigger that swallows messages',
      'create trigger a_a before insert on record.comments for each row execute function record.stamp()',
      ['triggers of the record are not always on: comments.a_a', differs],
    ],
    ['a child table', 'create table record.more () inherits (record.comments)', [differs]],
    ['a child table outside the record', 'create table parley.more () inherits (record.comments)', [differs]],
    ['a rule', 'create rule swallow as on insert to record.comments do instead nothing', [differs]],
    ['a row security policy', 'create policy hide on record.comments using (false)', [differs]],
    ['row security', 'alter table record.comments enable row level security', [differs]],
    ['a foreign key that is gone', 'alter table record.comments drop constraint comments_family_id_pos_fkey', [differs]],
    ['a guard against changes of form that is off', 'alter event trigger parley_refuse_ddl disable', [differs]],
    ['a table that a crash would empty', 'alter table record.audit_events set unlogged', [differs]],
    ['a sign-in that passes row security', 'alter role parley_app bypassrls', [differs]],
    ['settings that turn the triggers off', 'set local session_replication_role = replica', ['session_replication_role is not origin']],
    [
      'writes that a crash would lose',
      'set local synchronous_commit = off',
      ['fsync, full_page_writes or synchronous_commit is off: an acknowledged message could be lost'],
    ],
  ])('finds %s', async (_, sql, says) => {
    expect(await after(sql)).toEqual(says);
  });

  // Also where nothing is inherited: SET ROLE is enough.
  it.each(['parley_owner', 'parley_record'])('finds membership in %s', async role => {
    const found = await after(`grant ${role} to parley_app with inherit false, set true`);
    expect(found).toContain('the program signs in as an owner of the tables');
    expect(found).toContainEqual(differs);
  });
  it.each(['postgres', 'pg_write_all_data', 'pg_execute_server_program', 'pg_maintain'])('finds membership in %s', async role => {
    expect(await after(`grant ${role} to parley_app with inherit false, set true`)).toContainEqual(expect.stringMatching(/other roles/));
  });

  it('finds the sign-in for migrations, which may become an owner', async () => {
    expect(await after('', 'parley_migrator')).toContain('the program signs in as an owner of the tables');
  });
});
