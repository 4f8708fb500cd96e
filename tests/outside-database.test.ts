import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

const top = path.join(import.meta.dirname, '..');
const database = `outside_${process.pid}`;
let folder: string;
let environment: Record<string, string>;
let admin: pg.Client;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'parley-outside-'));
  const server = inject('server');
  const to = (url: string) => Object.assign(new URL(url), { pathname: `/${database}` }).href;
  admin = new pg.Client(Object.assign(new URL(server.adminUrl), { pathname: '/postgres' }).href);
  await admin.connect();
  await admin.query(`create database ${database}`);
  environment = {
    PATH: process.env.PATH ?? '',
    LOG_LEVEL: 'warn',
    PARLEY_DATA_DIR: folder,
    DATABASE_URL: to(server.appUrl),
    DATABASE_MIGRATION_URL: to(server.migrationUrl),
    DATABASE_ADMIN_URL: to(server.adminUrl),
  };
});
afterAll(async () => {
  await admin.query(`drop database if exists ${database} with (force)`);
  await admin.end();
  await rm(folder, { recursive: true, force: true });
});

const run = (file: string, more: Record<string, string> = {}) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [file], { cwd: top, env: { ...environment, ...more }, encoding: 'utf8' });
  return { status, said: stdout + stderr };
};

const production = {
  NODE_ENV: 'production',
  SESSION_SECRET: 'x'.repeat(40),
  PARLEY_BASE_URL: 'https://parley.example',
  PARLEY_MASTER_KEY: Buffer.alloc(32, 3).toString('base64'),
};

describe('an outside PostgreSQL', () => {
  it('is refused in production until it has been prepared, with the command that prepares it', () => {
    const { status, said } = run('src/server.ts', production);
    expect(status).toBe(1);
    expect(said).toContain('npm run db:bootstrap');
  });

  it('is prepared by two commands, both safe to repeat, and then serves in production without an administrator', async () => {
    for (const file of ['src/cli/bootstrap.ts', 'src/cli/migrate.ts', 'src/cli/bootstrap.ts', 'src/cli/migrate.ts']) {
      expect(run(file), file).toMatchObject({ status: 0 });
    }
    const port = 20_000 + (process.pid % 20_000);
    const child = spawn(process.execPath, ['src/server.ts'], { cwd: top, env: { ...environment, ...production, PORT: String(port) }, stdio: 'ignore' });
    const ended = new Promise(resolve => child.on('exit', resolve));
    const ask = async (at: string): Promise<Response> => {
      for (let attempt = 0; ; attempt += 1) {
        try {
          return await fetch(`http://127.0.0.1:${port}${at}`, { redirect: 'manual' });
        } catch (error) {
          if (attempt === 100) throw error;
          await new Promise(resolve => setTimeout(resolve, 100));
        }
      }
    };
    expect((await ask('/readyz')).status).toBe(200);
    const page = await ask('/sign-in');
    expect(page.headers.get('strict-transport-security')).toContain('max-age=');
    expect(await page.text(), 'no demo world in production').not.toContain('the demo password');
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });

  it('serves developers as a superuser, taking on the program’s role and saying so loudly', () => {
    const { status, said } = run('src/cli/verify-record.ts', {
      DATABASE_URL: environment.DATABASE_ADMIN_URL!,
      PARLEY_MASTER_KEY: production.PARLEY_MASTER_KEY,
    });
    expect(said).toContain('WARNING');
    expect(said).toContain('superuser');
    expect(said).toMatch(/\d+ records, \d+ entries: unbroken/);
    expect(status).toBe(0);
  });

  it('has no way to lay the demo world down in production', () => {
    expect(run('src/cli/seed.ts', production)).toMatchObject({ status: 1, said: expect.stringContaining('not for production') as string });
  });
});
