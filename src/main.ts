import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApp } from './app.ts';
import { type Config, ConfigError, readConfig } from './config.ts';
import { describeError, openLog } from './platform/log.ts';
import { startWorker } from './platform/queue.ts';
import { migrationsPending } from './platform/migrate.ts';
import { openServices, type Opened } from './services.ts';
import { finishing } from './web/finish.ts';

// Not by `import`, which would read every export of it at once, and one of them loads an HTTP client that nothing here uses.
const { createServer } = process.getBuiltinModule('node:http');

/** The process: opens what it needs, listens, works, and closes in the reverse order. */
export async function main(): Promise<void> {
  let config: Config;
  try {
    config = readConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
    return;
  }
  const log = openLog(config.logLevel);
  const closing: (() => Promise<unknown>)[] = [];
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> =>
    (stopping ??= (async () => {
      for (const close of closing.reverse()) await close().catch((error: unknown) => log.error(describeError(error), 'closing'));
    })());

  const onSignal = (signal: NodeJS.Signals) => {
    if (stopping) return;
    log.info({ signal }, 'stopping');
    void stop().then(() => process.exit(0));
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  // A half-broken process is worse than none: whatever supervises it starts another.
  process.on('unhandledRejection', error => {
    log.fatal(describeError(error), 'unhandled rejection');
    void stop().then(() => process.exit(1));
  });

  try {
    await start(config, log, closing);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    log.debug(describeError(error), 'start failed');
    await stop();
    process.exit(1);
  }
}

async function start(config: Config, log: ReturnType<typeof openLog>, closing: (() => Promise<unknown>)[]): Promise<void> {
  const opened = await openServices(config, log, closing);
  const { services } = opened;
  if (config.role !== 'worker') {
    const app = createApp(services, {
      trustProxy: config.trustProxy,
      async isReady() {
        await services.db.pool.query('select 1');
        return !(await migrationsPending(services.db.pool));
      },
    });
    const server = await listen(app.express, config);
    opened.port = (server.address() as AddressInfo).port;
    const close = finishing(server, app.express);
    closing.push(async () => {
      await app.live.close();
      await close();
    });
  }
  if (config.role !== 'web') {
    const { jobs, schedules } = await import('./jobs.ts');
    const worker = await startWorker(opened.appUrl, opened.asRole, jobs(services), schedules, log);
    closing.push(() => worker.stop());
  }
  announce(config, opened);
}

/** Express behind Node's own server, with limits on how long anyone may take to ask. */
async function listen(app: Parameters<typeof createServer>[1], config: Config): Promise<Server> {
  const wanted = config.port ?? 3000;
  for (let port = wanted; ; port += 1) {
    const server = createServer({ headersTimeout: 10_000, requestTimeout: 60_000, connectionsCheckingInterval: 1000, keepAliveTimeout: 10_000 }, app);
    const taken = await new Promise<boolean>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? resolve(true) : reject(error)));
      server.listen(port, config.host, () => resolve(false));
    });
    if (!taken) return server;
    if (config.port !== undefined || port > wanted + 100) throw new Error(`Port ${port} is taken by another program. Set PORT to a free one.`);
  }
}

function announce(config: Config, { services, port }: Opened): void {
  if (port === undefined) return;
  const lines = [`Parley is running at ${services.baseUrl()}`];
  if (services.demo) {
    lines.push('', 'Sign in as one of the demo world; the password of each is: the demo password is long');
    for (const [email, who] of demoSignIns) lines.push(`  ${email.padEnd(26)} ${who}`);
    lines.push('', 'Two parents who write to each other: open a second browser, or a private window, for the other.');
  }
  lines.push('', 'Stop with Ctrl-C.');
  if (!config.production) process.stdout.write(`\n${lines.join('\n')}\n\n`);
}

const demoSignIns: [string, string][] = [
  ['amara@parley.example', 'Amara Okafor, a parent of Ines and Theo'],
  ['daniel@parley.example', 'Daniel Reyes, the other parent; also of Milo'],
  ['ruth@stbrigids.example', 'Ruth Farrell, office of St Brigid’s Primary'],
  ['tom@stbrigids.example', 'Tom Byrne, gate of St Brigid’s Primary'],
  ['nour@parley.example', 'Nour, in another family'],
  ['sam@parley.example', 'Sam, the other parent there'],
  ['head@hillview.example', 'the head of Hillview Primary'],
];
