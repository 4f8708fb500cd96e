import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { addressHash } from './accounts/index.ts';
import type { Config } from './config.ts';
import { bootstrap, inspect } from './platform/bootstrap.ts';
import { type Database, openDatabase } from './platform/database.ts';
import { startEmbeddedPostgres } from './platform/embedded-postgres.ts';
import { openGuessLimit } from './platform/guesses.ts';
import { type Keyring, masterKeyFromFile, openKeyring } from './platform/keyring.ts';
import { describeError, type Logger } from './platform/log.ts';
import { openMail } from './platform/mail.ts';
import { migrate, migrationsPending } from './platform/migrate.ts';
import { openDiskPhotoStore } from './platform/photo-store.ts';
import { openS3PhotoStore } from './platform/photo-store-s3.ts';
import { openFaceInspector } from './platform/photo/inspect-faces.ts';
import { openSms } from './platform/sms.ts';
import { selfCheck } from './platform/self-check.ts';
import type { Services } from './web/services.ts';
import { openSessions, SessionStore } from './web/session.ts';

export type Opened = { services: Services; appUrl: string; asRole: string | undefined; port: number | undefined };

/** Builds each service once from its part of the configuration. What must be closed again is put on `closing`, in order of opening. */
export async function openServices(config: Config, log: Logger, closing: (() => Promise<unknown>)[]): Promise<Opened> {
  const urls = await openPostgres(config, closing);
  const db = openDatabase({ url: urls.app, asRole: urls.asRole, onIdleError: error => log.warn(describeError(error), 'a database connection was lost') });
  closing.push(() => db.close());
  if (await migrationsPending(db.pool)) throw new Error('The database is of an older release. Run: npm run db:migrate');

  const keyring = openKeyring(config.masterKey ?? (await masterKeyFromFile(config.masterKeyFile ?? (await inDataDir(config, 'master.key')))));
  await checkMasterKey(db, keyring);
  const faults = await selfCheck(db);
  if (faults.length > 0) {
    const words = `The record is not protected as it should be:\n${faults.map(fault => `  ${fault}`).join('\n')}`;
    if (config.production || urls.asRole === undefined) throw new Error(`${words}\nParley does not start like this.`);
    process.stderr.write(`\nWARNING. ${words}\nThis is accepted outside production only.\n`);
  }
  const demo = !config.production && (await loadDemo(db, urls.admin, keyring));

  const secrets = config.sessionSecrets ?? [await secretFromFile(await inDataDir(config, 'session.secret'))];
  const store = new SessionStore(db.pool, (...what) => log.warn({ what: String(what[0]) }, 'session store'));
  closing.push(async () => {
    store.close();
  });
  const faces = openFaceInspector();
  closing.push(() => faces.close());
  const opened: Opened = {
    appUrl: urls.app,
    asRole: urls.asRole,
    port: undefined,
    services: {
      db,
      keyring,
      log,
      mail: openMail({ smtpUrl: config.smtpUrl, from: config.mailFrom, outbox: path.join(config.dataDir, 'outbox') }),
      sms: openSms({ twilio: config.twilio, countryCode: config.smsCountryCode, outbox: path.join(config.dataDir, 'outbox') }),
      photos: {
        store: config.photoBucket ? openS3PhotoStore(config.photoBucket) : openDiskPhotoStore(config.photoDir),
        inspect: faces.inspect,
        thresholds: config.photoThresholds,
      },
      guesses: openGuessLimit({ most: 60, seconds: 600 }),
      sessions: openSessions(store, secrets, config.baseUrl?.startsWith('https://') ?? false),
      baseUrl: () => config.baseUrl ?? `http://localhost:${opened.port ?? config.port ?? 3000}`,
      leaveUrl: config.leaveUrl,
      demo,
    },
  };
  return opened;
}

type Urls = { app: string; admin: string | undefined; asRole: string | undefined };

/** The embedded server, made ready; or an outside one, made ready as far as the sign-ins we were given can. */
async function openPostgres(config: Config, closing: (() => Promise<unknown>)[]): Promise<Urls> {
  if (!config.database) {
    const server = await startEmbeddedPostgres(config.dataDir);
    closing.push(() => server.stop());
    await bootstrap(server.adminUrl, [server.appUrl, server.migrationUrl]);
    await migrate(server.migrationUrl);
    return { app: server.appUrl, admin: server.adminUrl, asRole: undefined };
  }
  const { app, migration, admin } = config.database;
  const { superuser, bootstrapped } = await inspect(app);
  if (config.production) {
    if (!bootstrapped) throw new Error('This database has not been prepared. Run once, with a superuser in DATABASE_ADMIN_URL: npm run db:bootstrap');
    return { app, admin: undefined, asRole: undefined };
  }
  const adminUrl = admin ?? (superuser ? app : undefined);
  if (adminUrl) await bootstrap(adminUrl, migration ? [app, migration] : [app]);
  else if (!bootstrapped) throw new Error('This database has not been prepared. Run once, with a superuser in DATABASE_ADMIN_URL: npm run db:bootstrap');
  const migrationUrl = migration ?? adminUrl;
  if (migrationUrl) await migrate(migrationUrl);
  return { app, admin: adminUrl, asRole: superuser ? 'parley_app' : undefined };
}

/** With another key every message would be unreadable, and new ones would not open under the old: better not to start. */
async function checkMasterKey(db: Database, keyring: Keyring): Promise<void> {
  await db.pool.query(`insert into parley.master_keys (key_id) select $1 where not exists (select from parley.master_keys)`, [keyring.keyId]);
  const { rowCount } = await db.pool.query(`select from parley.master_keys where key_id = $1`, [keyring.keyId]);
  if (rowCount === 0) {
    throw new Error(
      'This database was written with another master key. Put that key into PARLEY_MASTER_KEY, or its file where PARLEY_MASTER_KEY_FILE says. Without it the record cannot be read.',
    );
  }
}

/** Nobody outside the demo world has it. */
const demoAddress = 'amara@parley.example';

/** Lays the demo world down where nobody has an account and there is an administrator to do it; says whether it is there. */
async function loadDemo(db: Database, adminUrl: string | undefined, keyring: Keyring): Promise<boolean> {
  const { rows } = await db.pool.query<{ empty: boolean; demo: boolean }>(
    `select not exists (select from parley.accounts) as empty, exists (select from parley.accounts where email_hash = $1) as demo`,
    [addressHash(keyring, demoAddress)],
  );
  const { empty, demo } = rows[0]!;
  if (demo || !empty || !adminUrl) return demo;
  const { loadDemoWorld } = await import('../seeds/demo-world.ts');
  await loadDemoWorld(adminUrl, keyring, Temporal.Now.instant());
  return true;
}

async function inDataDir(config: Config, file: string): Promise<string> {
  await mkdir(config.dataDir, { recursive: true, mode: 0o711 });
  return path.join(config.dataDir, file);
}

async function secretFromFile(file: string): Promise<string> {
  await writeFile(file, `${randomBytes(36).toString('base64url')}\n`, { flag: 'wx', mode: 0o600 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  return (await readFile(file, 'utf8')).trim();
}
