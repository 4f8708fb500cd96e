import path from 'node:path';
import type { Knex } from 'knex';

/** Migrations sign in as parley_migrator and work as parley_owner, who owns schema `parley` and nothing else. */
export const migrationConfig = (url: string): Knex.Config => ({
  client: 'pg',
  connection: { connectionString: url, options: '-c role=parley_owner -c lock_timeout=3s' },
  pool: { min: 0, max: 1 },
  migrations: {
    directory: path.join(import.meta.dirname, 'migrations'),
    loadExtensions: ['.ts'],
    schemaName: 'parley',
    tableName: 'knex_migrations',
  },
});

export default migrationConfig(process.env.DATABASE_MIGRATION_URL ?? process.env.DATABASE_URL ?? '');
