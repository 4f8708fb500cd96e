import { readCommandConfig } from '../config.ts';
import { startEmbeddedPostgres } from '../platform/embedded-postgres.ts';
import { bootstrap } from '../platform/bootstrap.ts';
import { migrate } from '../platform/migrate.ts';

/** `npm run db:migrate`: brings schema parley and the job queue to this release. */
const config = readCommandConfig();
if (config.database) {
  await migrate(config.database.migration ?? config.database.admin ?? config.database.app);
} else {
  const server = await startEmbeddedPostgres(config.dataDir);
  try {
    await bootstrap(server.adminUrl, [server.appUrl, server.migrationUrl]);
    await migrate(server.migrationUrl);
  } finally {
    await server.stop();
  }
}
process.stdout.write('The database is of this release.\n');
