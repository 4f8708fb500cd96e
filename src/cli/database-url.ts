import { readConfig } from '../config.ts';
import { startEmbeddedPostgres } from '../platform/embedded-postgres.ts';

/**
 * `npm run db:url -- [app|migrator|admin]`: the address of the embedded database for one of its sign-ins, for looking at it with psql.
 * It carries a password. The server stays up while Parley runs; otherwise it is started for as long as this command waits.
 */
const role = process.argv[2] ?? 'app';
const server = await startEmbeddedPostgres(readConfig().dataDir);
const url = { app: server.appUrl, migrator: server.migrationUrl, admin: server.adminUrl }[role];
if (!url) {
  process.stderr.write('Name one of: app, migrator, admin\n');
  process.exitCode = 1;
} else process.stdout.write(`${url}\n`);
if (process.stdout.isTTY && url) {
  process.stderr.write('The database stays up until Ctrl-C.\n');
  await new Promise(resolve => process.once('SIGINT', resolve));
}
await server.stop();
