import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import knexFactory from 'knex';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { migrationConfig } from '../../knexfile.ts';
import { bootstrap } from '../../src/platform/bootstrap.ts';
import { migrate } from '../../src/platform/migrate.ts';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';
import { schemaText } from '../support/schema-text.ts';

const migrations = path.join(import.meta.dirname, '../../migrations');
const reviewed = path.join(migrations, 'schema.txt');

let database: TestDatabase;
let text: string;
beforeAll(async () => {
  database = await cloneDatabase();
  text = await schemaText(database.admin);
  if (process.env.UPDATE_SCHEMA) await writeFile(reviewed, text);
});
afterAll(() => database.close());

const all = async <Row extends pg.QueryResultRow>(sql: string): Promise<Row[]> => (await database.admin.query<Row>(sql)).rows;

describe('the schema', () => {
  it('is the one that was reviewed', async () => {
    expect(text, 'If the change is meant: UPDATE_SCHEMA=1 npm test -- tests/platform/schema.test.ts writes migrations/schema.txt; review and commit it.').toBe(
      await readFile(reviewed, 'utf8').catch(() => 'migrations/schema.txt is missing'),
    );
  });

  it('shows what its text is there to show', async () => {
    await database.admin.query('begin');
    const changes = [
      'alter table record.comments disable trigger z_block',
      'alter table record.comments alter column pos drop not null',
      'grant update (body_ct) on record.comments to parley_app',
      'alter function record.append(smallint, uuid, uuid, uuid, bytea) reset search_path',
      'alter table parley.sessions drop constraint sessions_account_id_fkey',
      'drop index record.comments_by_author',
      'alter table parley.families alter column time_zone drop default',
    ];
    for (const change of changes) {
      const before = await schemaText(database.admin);
      await database.admin.query(change);
      expect(await schemaText(database.admin), change).not.toBe(before);
    }
    await database.admin.query('rollback');
    expect(await schemaText(database.admin)).toBe(text);
  });

  it('gives every table a primary key', async () => {
    const rows = await all<{ name: string; keyed: boolean }>(
      `select c.oid::regclass::text as name, exists (select from pg_constraint k where k.conrelid = c.oid and k.contype = 'p') as keyed
         from pg_class c where c.relkind in ('r', 'p') and c.relnamespace in ('parley'::regnamespace, 'record'::regnamespace, 'guard'::regnamespace)`,
    );
    expect(rows.length).toBeGreaterThan(20);
    expect(rows.filter(row => !row.keyed)).toEqual([]);
  });

  it('lets nothing be removed or altered through a foreign key', async () => {
    const rows = await all<{ name: string; removes: string; alters: string }>(
      `select conrelid::regclass || ' ' || conname as name, confdeltype as removes, confupdtype as alters from pg_constraint
        where contype = 'f' and connamespace in ('parley'::regnamespace, 'record'::regnamespace)
           or contype = 'f' and confrelid in (select oid from pg_class where relnamespace = 'record'::regnamespace)`,
    );
    expect(rows.length).toBeGreaterThan(30);
    expect(rows.filter(row => !'ar'.includes(row.removes) || !'ar'.includes(row.alters))).toEqual([]);
  });

  it('has an index under every foreign key, but for those that are never followed backwards', async () => {
    const rows = await all<{ key: string }>(
      `select k.conrelid::regclass || ' (' || (select string_agg(a.attname, ', ' order by nth) from unnest(k.conkey) with ordinality as u (num, nth) join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.num) || ')' as key
         from pg_constraint k
        where k.contype = 'f' and k.connamespace in ('parley'::regnamespace, 'record'::regnamespace)
          and not exists (select from pg_index x where x.indrelid = k.conrelid and x.indpred is null
                             and (x.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey and (x.indkey::int2[])[0:cardinality(k.conkey) - 1] <@ k.conkey)
        order by 1`,
    );
    expect(rows.map(row => row.key)).toEqual(Object.keys(withoutIndex).sort());
  });

  /** PostgreSQL looks from the other end only when a row there is deleted or its key changes, and those rows stay. What the program looks up goes another way. */
  const withoutIndex: Record<string, string> = {
    'parley.activities (family_id, brings_id)': 'sharers of a record stay; a family has few activities, looked up by child',
    'parley.activities (family_id, collects_id)': 'the same',
    'parley.handover_items (family_id, item_id)': 'items stay; looked up by handover',
    'parley.handover_marks (parent_id)': 'parents stay; looked up by handover',
    'parley.handover_notes (parent_id)': 'the same',
    'parley.handovers (from_id)': 'the same; handovers are looked up by family and time',
    'parley.handovers (to_id)': 'the same',
    'parley.parent_proposals (school_id)': 'schools stay; those that wait are looked up by parent_proposals_by_school, which leaves out the settled',
    'parley.recipients (parent_id)': 'parents stay; looked up by family and parent, the primary key',
    'parley.travel_items (removed_by)': 'the same; a list is looked up by family',
    'parley.waiting_notices (parent_id)': 'parents stay; looked up by family and parent, the primary key',
    'parley.unread_comments (family_id)': 'families stay; looked up by parent, then family',
    'record.comments (family_id, author_id)': 'members stay; an author’s messages are looked up by author and time',
    'record.comments (family_id, subject_id, corrects_id)':
      'comments stay; corrections are looked up by comments_by_corrected, which leaves out those that correct nothing',
    'record.members (parent_id)': 'parents stay; looked up by family',
    'record.subjects (family_id, activity_id)': 'activities stay; a family has few subjects, looked up by family',
    'record.subjects (family_id, child_id)': 'children stay; as above',
    'record.subjects (family_id, opened_by)': 'members stay; as above',
    'record.steps (school_id)': 'schools stay; as above',
    'record.subjects (school_id)': 'schools stay; as above',
    'record.views (family_id, viewer_id)': 'members stay; looked up by comment',
  };

  it('has no column for where somebody is', async () => {
    const rows = await all<{ name: string; column: string; type: string }>(
      `select c.oid::regclass::text as name, a.attname as column, format_type(a.atttypid, null) as type from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        where c.relkind in ('r', 'p') and c.relnamespace in ('parley'::regnamespace, 'record'::regnamespace)`,
    );
    expect(rows.length).toBeGreaterThan(100);
    const suspicious = rows.filter(({ column, type }) => namesAPlace.test(column) || holdsAPoint.test(type));
    expect(suspicious).toEqual([]);
    // Of any shape, and written by the program alone: see the types in src/audit/events.ts, src/schedule/terms.ts, src/web/session.ts and src/platform/photo.
    expect(
      rows
        .filter(({ type }) => type.startsWith('json'))
        .map(({ name, column }) => `${name}.${column}`)
        .sort(),
    ).toEqual([
      'parley.agreed_plans.terms',
      'parley.agreed_time.place',
      'parley.photo_import_files.facts',
      'parley.photos.metadata',
      'parley.requests.terms',
      'parley.sessions.sess',
      'parley.submissions.checks',
      'record.audit_events.details',
      'record.security_events.details',
    ]);
  });
  const namesAPlace = /(^|_)(lat|latitude|lng|lon|longitude|altitude|geo\w*|gps\w*|coord\w*|location|geohash|bearing|speed|accuracy)(_|$)/;
  const holdsAPoint = /^(point|box|circle|polygon|path|line|lseg|geometry|geography|cube|earth|real|double precision|numeric)/;

  it.each(['lat', 'home_longitude', 'geo_hash', 'last_location', 'gps'])('would notice a column called %s', column => {
    expect(column).toMatch(namesAPlace);
  });
});

describe('the guard of the record', () => {
  it('is on every table of the record, always: no UPDATE, no DELETE, no TRUNCATE', async () => {
    const rows = await all<{ name: string; row: boolean; truncate: boolean }>(
      `select c.relname as name,
              exists (select from pg_trigger g where g.tgrelid = c.oid and g.tgenabled = 'A' and g.tgfoid = 'record.refuse'::regproc and g.tgtype & 31 = 1 + 2 + 8 + 16 and g.tgqual is null and g.tgattr::text = '') as row,
              exists (select from pg_trigger g where g.tgrelid = c.oid and g.tgenabled = 'A' and g.tgfoid = 'record.refuse'::regproc and g.tgtype = 2 + 32) as truncate
         from pg_class c where c.relkind in ('r', 'p') and c.relnamespace = 'record'::regnamespace order by 1`,
    );
    expect(rows).toEqual(
      ['attachments', 'audit_events', 'comments', 'content_keys', 'entries', 'members', 'security_events', 'steps', 'subjects', 'views'].map(name => ({
        name,
        row: true,
        truncate: true,
      })),
    );
  });

  it('has no trigger that can be turned off by a setting', async () => {
    const rows = await all<{ name: string; enabled: string }>(
      `select g.tgrelid::regclass || ' ' || g.tgname as name, g.tgenabled as enabled from pg_trigger g join pg_class c on c.oid = g.tgrelid and c.relnamespace = 'record'::regnamespace where not g.tgisinternal
       union all select evtname, evtenabled from pg_event_trigger`,
    );
    expect(rows.length).toBeGreaterThan(30);
    expect(rows.filter(row => row.enabled !== 'A')).toEqual([]);
  });

  it('runs no function of the record whose names somebody else could resolve', async () => {
    const rows = await all<{ name: string; path: string | null }>(
      // What has a body in standard SQL was resolved when it was made.
      `select p.oid::regprocedure::text as name, array_to_string(p.proconfig, '; ') as path from pg_proc p
        where p.pronamespace in ('record'::regnamespace, 'guard'::regnamespace) and p.prosqlbody is null`,
    );
    expect(rows.length).toBeGreaterThan(12);
    expect(rows.filter(row => row.path !== 'search_path=pg_catalog, pg_temp')).toEqual([]);
  });
});

describe('a database of its own', () => {
  let bare: { adminUrl: string; migrationUrl: string; admin: pg.Client };
  let keeper: pg.Client;
  const name = `bare_${process.pid}`;
  beforeAll(async () => {
    const server = inject('server');
    const to = (url: string, to: string) => Object.assign(new URL(url), { pathname: `/${to}` }).href;
    keeper = new pg.Client(to(server.adminUrl, 'postgres'));
    await keeper.connect();
    await keeper.query(`create database ${name}`);
    bare = { adminUrl: to(server.adminUrl, name), migrationUrl: to(server.migrationUrl, name), admin: new pg.Client(to(server.adminUrl, name)) };
    await bare.admin.connect();
    await bootstrap(bare.adminUrl, []);
    await migrate(bare.migrationUrl);
  });
  afterAll(async () => {
    await bare.admin.end();
    await keeper.query(`drop database ${name} with (force)`);
    await keeper.end();
  });

  const attestation = async () => (await bare.admin.query<{ attestation: string }>('select guard.attestation()')).rows[0]!.attestation;
  const released = async () => (await readFile(path.join(migrations, 'record/attestation.txt'), 'utf8')).trim();
  const knex = async (act: (knex: ReturnType<typeof knexFactory>) => Promise<unknown>) => {
    const connection = knexFactory(migrationConfig(bare.migrationUrl));
    await act(connection).finally(() => connection.destroy());
  };

  it('comes out of bootstrap and migrations as reviewed and as released', async () => {
    expect(await schemaText(bare.admin)).toBe(text);
    expect(await attestation()).toBe(await released());
    expect((await bare.admin.query('select distinct attestation from guard.releases')).rows).toEqual([{ attestation: await released() }]);
  });

  it('is the same after bootstrap and migrations are run again', async () => {
    const releases = await bare.admin.query('select * from guard.releases order by name');
    await bootstrap(bare.adminUrl, []);
    await migrate(bare.migrationUrl);
    expect(await schemaText(bare.admin)).toBe(text);
    expect(await attestation()).toBe(await released());
    expect((await bare.admin.query('select * from guard.releases order by name')).rows).toEqual(releases.rows);
  });

  it('is the same after every migration was undone and done again, and the record stood throughout', async () => {
    await knex(connection => connection.migrate.rollback(undefined, true));
    expect((await bare.admin.query(`select to_regclass('parley.accounts') as accounts`)).rows).toEqual([{ accounts: null }]);
    expect(await attestation()).toBe(await released());
    await knex(connection => connection.migrate.latest());
    expect(await schemaText(bare.admin)).toBe(text);
    expect(await attestation()).toBe(await released());
  });
});
