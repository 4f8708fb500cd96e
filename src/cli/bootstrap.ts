import { readCommandConfig } from '../config.ts';
import { bootstrap } from '../platform/bootstrap.ts';

/** `npm run db:bootstrap`: once, by a superuser. Makes the roles, schema record and its guard, and sets the two sign-ins' passwords. */
const { database, admin } = readCommandConfig();
if (!admin || !database) {
  process.stderr.write(
    'Set DATABASE_ADMIN_URL (a superuser), DATABASE_URL (parley_app) and DATABASE_MIGRATION_URL (parley_migrator), all to the same database.\nThe passwords in the last two are the ones the roles are given.\n',
  );
  process.exit(1);
}
await bootstrap(admin, [database.app, ...(database.migration ? [database.migration] : [])]);
process.stdout.write('The roles, schema record and its guard are in place.\n');
