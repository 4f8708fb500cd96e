import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';

const folder = path.join(import.meta.dirname, '../../migrations/record');

/**
 * The one step that needs a superuser: makes the roles, schema `record` and its guard, and sets the passwords of the sign-ins it is given.
 * Safe to repeat. Each release of the record is applied once; ordinary migrations cannot touch what it makes.
 */
export async function bootstrap(adminUrl: string, signIns: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl, application_name: 'parley bootstrap' });
  await client.connect();
  try {
    // Two bootstraps of one database wait for each other. Roles belong to the whole server, and making one that is there is passed over.
    await client.query('begin');
    await client.query('select pg_advisory_xact_lock(7236101)');
    for (const release of await pendingReleases(client)) {
      await client.query(await readFile(path.join(folder, release), 'utf8'));
    }
    await client.query(`insert into guard.releases (name, attestation) select unnest($1::text[]), '' on conflict do nothing`, [await releases()]);
    await client.query(await readFile(path.join(folder, 'database.sql'), 'utf8'));
    for (const signIn of signIns) {
      const { username, password } = new URL(signIn);
      if (['parley_app', 'parley_migrator'].includes(username) && password) {
        await client.query(`alter role ${username} password ${client.escapeLiteral(decodeURIComponent(password))}`);
      }
    }
    await client.query(`update guard.releases set attestation = guard.attestation() where attestation = ''`);
    await client.query('commit');
  } finally {
    await client.end();
  }
}

const releases = async (): Promise<string[]> => (await readdir(folder)).filter(file => /^\d{4}_.*\.sql$/.test(file)).sort();

async function pendingReleases(client: pg.Client): Promise<string[]> {
  if (!(await isBootstrapped(client))) return releases();
  const { rows } = await client.query<{ name: string }>('select name from guard.releases');
  const done = new Set(rows.map(row => row.name));
  return (await releases()).filter(name => !done.has(name));
}

async function isBootstrapped(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ there: boolean }>(`select to_regclass('guard.releases') is not null as there`);
  return rows[0]!.there;
}

/** Whether the sign-in is a superuser's, and whether the database has been bootstrapped. */
export async function inspect(url: string): Promise<{ superuser: boolean; bootstrapped: boolean }> {
  const client = new pg.Client({ connectionString: url, application_name: 'parley', connectionTimeoutMillis: 5000 });
  await client.connect();
  try {
    const { rows } = await client.query<{ superuser: boolean }>(`select rolsuper as superuser from pg_roles where rolname = session_user`);
    return { superuser: rows[0]!.superuser, bootstrapped: await isBootstrapped(client) };
  } finally {
    await client.end();
  }
}
