import { chmod, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { hashPassword } from '../../src/accounts/index.ts';
import { bootstrap } from '../../src/platform/bootstrap.ts';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres.ts';
import { migrate } from '../../src/platform/migrate.ts';
import { demoPassword } from '../../seeds/demo-world.ts';
import { testKeyring } from './keyring.ts';

declare module 'vitest' {
  interface ProvidedContext {
    server: { adminUrl: string; migrationUrl: string; appUrl: string };
    /** Of the demo password under the tests' own key, made once. */
    passwordHash: string;
  }
}

/** One real PostgreSQL for the run, with one migrated template that each test file clones. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'parley-test-'));
  await chmod(folder, 0o711);
  const server = await startEmbeddedPostgres(folder, { max_connections: '200' });
  await bootstrap(server.adminUrl, [server.appUrl, server.migrationUrl]);
  await migrate(server.migrationUrl);
  provide('server', { adminUrl: server.adminUrl, migrationUrl: server.migrationUrl, appUrl: server.appUrl });
  provide('passwordHash', await hashPassword(testKeyring, demoPassword));
  return async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
}
