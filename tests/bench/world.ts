import { createHmac, randomBytes, randomUUIDv7 } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { addressHash } from '../../src/accounts/index.ts';
import { bootstrap } from '../../src/platform/bootstrap.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/platform/embedded-postgres.ts';
import { openKeyring } from '../../src/platform/keyring.ts';
import { migrate } from '../../src/platform/migrate.ts';
import { cookieName, sessionLengths } from '../../src/web/session.ts';
import { laySchedule, type Scheduled } from './calendar.ts';
import { insert, layRecord, someText } from './records.ts';
import { laySchool } from './school.ts';

/** A family with a record and a signed-in browser for each parent: the `cookies`. */
export type Family = { familyId: string; entries: number; subjectIds: string[]; cookies: [string, string] };

export type World = {
  /** Everything the run writes: the database, logs, compile caches. */
  folder: string;
  postgres: EmbeddedPostgres;
  postmaster: number;
  admin: pg.Client;
  /** Signs in to a database of its own, so that what is measured against leaves Parley's alone. */
  baselineUrl: string;
  masterKey: string;
  sessionSecret: string;
  /** By the number of entries of its record. */
  measured: Map<number, Family>;
  /** Its two parents hear the live updates. */
  listening: Family;
  /** Of somebody in the office of a school with ten thousand adults. */
  officeCookie: string;
  /** Has five years of parenting time. */
  scheduled: Scheduled;
  /** Those who post. */
  writing: Family[];
  close(): Promise<void>;
};

const families = 200;

export async function openWorld(large: boolean): Promise<World> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'parley-bench-'));
  await chmod(folder, 0o711);
  const data = path.join(folder, 'database');
  await mkdir(data, { mode: 0o711 });
  const postgres = await startEmbeddedPostgres(data);
  const admin = new pg.Client({ connectionString: postgres.adminUrl });
  const close = async (): Promise<void> => {
    await admin.end().catch(() => {});
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await bootstrap(postgres.adminUrl, [postgres.appUrl, postgres.migrationUrl]);
    await migrate(postgres.migrationUrl);
    await admin.connect();
    const masterKey = randomBytes(32);
    const sessionSecret = randomBytes(32).toString('hex');
    const measuredSizes = large ? [1000, 10_000, 100_000] : [1000, 10_000];
    const others = families - measuredSizes.length;
    const entriesOfOthers = large ? Math.floor((1_000_000 - measuredSizes.reduce((sum, size) => sum + size, 0)) / others) : 250;
    const sizes = [...measuredSizes, ...Array.from({ length: others }, () => entriesOfOthers)];
    const laid = await layFamilies(admin, masterKey, sessionSecret, sizes);
    const scheduled = await laySchedule(admin, laid.pop()!);
    const { sid } = await laySchool(admin, openKeyring(masterKey));
    await admin.query('vacuum (analyze)');
    const baselineUrl = await layBaseline(admin, postgres.adminUrl);
    await admin.query('checkpoint');
    return {
      folder,
      postgres,
      postmaster: Number((await readFile(path.join(postgres.folder, 'postmaster.pid'), 'utf8')).split('\n')[0]),
      admin,
      baselineUrl,
      masterKey: masterKey.toString('base64'),
      sessionSecret,
      measured: new Map(laid.slice(0, measuredSizes.length).map(family => [family.entries, family])),
      listening: laid[measuredSizes.length]!,
      officeCookie: cookieOf(sid, sessionSecret),
      scheduled,
      writing: laid.slice(measuredSizes.length + 1),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

const stamped = ['members', 'subjects', 'comments', 'views'];

/** As the demo world is laid down: a past needs the stamping triggers off, and every entry still passes the check that it extends the chain. */
async function layFamilies(admin: pg.Client, masterKey: Buffer, sessionSecret: string, sizes: readonly number[]): Promise<Family[]> {
  const keyring = openKeyring(masterKey);
  const laid: Family[] = [];
  for (const table of stamped) await admin.query(`alter table record.${table} disable trigger a_append`);
  for (const [index, entries] of sizes.entries()) {
    const familyId = randomUUIDv7();
    const childId = randomUUIDv7();
    const schoolId = randomUUIDv7();
    const parents = ['Amara', 'Daniel'].map(givenName => ({
      givenName,
      parentId: randomUUIDv7(),
      accountId: randomUUIDv7(),
      sid: randomBytes(24).toString('base64url'),
    }));
    const [first, second] = parents as [(typeof parents)[number], (typeof parents)[number]];
    await admin.query('begin');
    await insert(admin, 'parley.families', [{ id: familyId, time_zone: 'Europe/London', created_at: new Date() }]);
    await insert(admin, 'parley.schools', [{ id: schoolId, name: 'St Brigid’s Primary', kind: 'school', time_zone: 'Europe/London', created_at: new Date() }]);
    await insert(admin, 'parley.children', [
      { id: childId, family_id: familyId, given_name: 'Ines', surname: 'Okafor', born_on: '2017-06-14', school_id: schoolId, created_at: new Date() },
      { id: randomUUIDv7(), family_id: familyId, given_name: 'Theo', surname: 'Okafor', born_on: '2020-10-02', school_id: schoolId, created_at: new Date() },
    ]);
    await insert(
      admin,
      'parley.parents',
      parents.map(({ parentId, givenName }) => ({
        id: parentId,
        given_name: givenName,
        surname: 'Okafor',
        phone_ct: keyring.sealField('phone', '07700 900142'),
        address_ct: keyring.sealField('address', '14 Larkspur Close, Ellerby Green'),
        created_at: new Date(),
      })),
    );
    await insert(
      admin,
      'parley.family_parents',
      parents.map(({ parentId }, side) => ({ family_id: familyId, parent_id: parentId, side: side === 0 ? 'a' : 'b', since: new Date() })),
    );
    await insert(
      admin,
      'parley.accounts',
      parents.map(({ parentId, accountId, givenName }) => {
        const email = `${givenName}.${index}@parley.example`;
        return {
          id: accountId,
          email_hash: addressHash(keyring, email),
          email_ct: keyring.sealField('email', email),
          password_hash: 'nobody signs in by password here',
          parent_id: parentId,
          display_name: `${givenName} Okafor`,
          family_id: familyId,
          created_at: new Date(),
        };
      }),
    );
    await insert(
      admin,
      'parley.sessions',
      parents.map(({ parentId, accountId, sid }) => ({
        sid,
        sess: {
          cookie: { originalMaxAge: null, expires: null, httpOnly: true, sameSite: 'lax', secure: false, path: '/' },
          accountId,
          parentId,
          signedInAt: Date.now(),
          ...sessionLengths.parent,
        },
        // Longer than any run: a session that is used is touched at once, and one that is not must still be there when its turn comes.
        expire: new Date(Date.now() + sessionLengths.parent.absoluteMinutes * 60_000),
      })),
    );
    const subjectIds = await layRecord(admin, keyring, { familyId, parentIds: [first.parentId, second.parentId], childId, entries });
    await admin.query('commit');
    laid.push({ familyId, entries, subjectIds, cookies: [cookieOf(first.sid, sessionSecret), cookieOf(second.sid, sessionSecret)] });
  }
  for (const table of stamped) await admin.query(`alter table record.${table} enable always trigger a_append`);
  return laid;
}

/** The cookie as express-session signs it. */
function cookieOf(sid: string, secret: string): string {
  const signature = createHmac('sha256', secret).update(sid).digest('base64').replace(/=+$/, '');
  return `${cookieName(false)}=${encodeURIComponent(`s:${sid}.${signature}`)}`;
}

/** A conversation of 10,000 plain rows among as many as Parley has, and a table to insert into, with the indexes one would give them. */
async function layBaseline(admin: pg.Client, adminUrl: string): Promise<string> {
  await admin.query('create database baseline');
  const url = Object.assign(new URL(adminUrl), { pathname: '/baseline' }).href;
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`
      create table message (conversation int, seq int, author text not null, sent_at timestamptz not null, body text not null, primary key (conversation, seq));
      create table posted (id uuid primary key default uuidv7(), conversation uuid not null, author uuid not null, body text not null, sent_at timestamptz not null default now());
      create index on posted (conversation, id)`);
    await client.query(
      `insert into message
       select c, s, 'Amara Okafor', now() - make_interval(hours => s), ($1::text[])[1 + s % 500]
         from generate_series(1, 200) c, lateral generate_series(1, case c when 1 then 10000 else 250 end) s`,
      [Array.from({ length: 500 }, someText)],
    );
    await client.query('vacuum (analyze)');
    return url;
  } finally {
    await client.end();
  }
}
