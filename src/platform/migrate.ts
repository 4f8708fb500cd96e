import { readdir } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { migrationConfig } from '../../knexfile.ts';

/** Brings schema `parley` and the job queue to the newest form, as parley_owner. Schema `record` is out of its reach. */
export async function migrate(migrationUrl: string): Promise<void> {
  // Both libraries only where there is something to migrate with: they are a third of what a start would load.
  const { runMigrations } = await import('graphile-worker');
  const { default: knexFactory } = await import('knex');
  const pool = new pg.Pool({ connectionString: migrationUrl, max: 1, options: '-c role=parley_owner' });
  try {
    pool.on('error', () => {}); // a lost server fails the query in hand, which is where it is reported
    pool.on('connect', client => client.on('error', () => {}));
    await runMigrations({ pgPool: pool });
  } finally {
    await pool.end();
  }
  const knex = knexFactory(migrationConfig(migrationUrl));
  try {
    await knex.migrate.latest();
  } finally {
    await knex.destroy();
  }
}

/** Whether this release has migrations that the database has not. */
export async function migrationsPending(pool: pg.Pool): Promise<boolean> {
  const released = (await readdir(path.join(import.meta.dirname, '../../migrations'))).filter(file => file.endsWith('.ts'));
  try {
    const { rows } = await pool.query<{ name: string }>('select name from parley.knex_migrations');
    const done = new Set(rows.map(row => row.name));
    return released.some(name => !done.has(name));
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === '42P01') return true;
    throw error;
  }
}
