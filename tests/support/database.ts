import { readFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { inject } from 'vitest';
import { type Database, openDatabase } from '../../src/platform/database.ts';

export type TestDatabase = {
  /** As the program signs in: parley_app. */
  db: Database;
  /** As a superuser, for arranging and for attacking. */
  admin: pg.Client;
  /** What the superuser reads. */
  rows<Row extends object>(text: string, values?: unknown[]): Promise<Row[]>;
  adminUrl: string;
  migrationUrl: string;
  appUrl: string;
  close(): Promise<void>;
};

let clones = 0;

/** A database of one's own, cloned from the migrated template: what is append-only cannot be emptied between tests. */
export async function cloneDatabase(): Promise<TestDatabase> {
  const server = inject('server');
  const name = `test_${process.pid}_${(clones += 1)}`;
  const to = (url: string, database: string) => Object.assign(new URL(url), { pathname: `/${database}` }).href;
  const keeper = new pg.Client(to(server.adminUrl, 'postgres'));
  await keeper.connect();
  // One clone at a time: a template that is being copied cannot be copied again.
  await keeper.query('select pg_advisory_lock(7236199)');
  await keeper.query(`create database ${name} template parley strategy file_copy`);
  await keeper.query('select pg_advisory_unlock(7236199)');
  const adminUrl = to(server.adminUrl, name);
  const admin = new pg.Client(adminUrl);
  await admin.connect();
  await admin.query(await readFile(path.join(import.meta.dirname, '../../migrations/record/database.sql'), 'utf8'));
  const appUrl = to(server.appUrl, name);
  const db = openDatabase({ url: appUrl, onIdleError: () => {} });
  return {
    db,
    admin,
    rows: async <Row extends object>(text: string, values: unknown[] = []) => (await admin.query<Row>(text, values)).rows,
    adminUrl,
    migrationUrl: to(server.migrationUrl, name),
    appUrl,
    async close() {
      await db.close();
      await admin.end();
      await keeper.query(`drop database ${name} with (force)`);
      await keeper.end();
    },
  };
}
