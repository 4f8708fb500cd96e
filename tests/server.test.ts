import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoPassword } from '../seeds/demo-world.ts';
import { Client } from './support/client.ts';

const top = path.join(import.meta.dirname, '..');
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'parley start '));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

type Running = { process: ChildProcess; url: string; output: () => string; ended: Promise<number | null> };

/** `npm start` as a process of its own, until it says where it is. */
async function start(dataDir: string, more: Record<string, string> = {}): Promise<Running> {
  const child = spawn(process.execPath, ['src/server.ts'], {
    cwd: top,
    env: { PATH: process.env.PATH, PARLEY_DATA_DIR: dataDir, LOG_LEVEL: 'warn', ...more },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const ended = new Promise<number | null>(resolve => child.on('exit', resolve));
  const url = await new Promise<string>((resolve, reject) => {
    const hear = (piece: Buffer) => {
      output += piece.toString();
      const found = /running at (\S+)/.exec(output);
      if (found) resolve(found[1]!);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    void ended.then(code => reject(new Error(`ended with ${code}:\n${output}`)));
  });
  return { process: child, url, output: () => output, ended };
}

describe('npm start', () => {
  it('makes everything in a folder with a space, shows the sign-ins, and works again with what is there', async () => {
    const dataDir = path.join(folder, 'first start');
    const first = await start(dataDir);
    expect(first.output()).toContain('amara@parley.example');
    const amara = new Client(first.url);
    await amara.get('/sign-in');
    expect((await amara.submit('/sign-in', { email: 'amara@parley.example', password: demoPassword })).status).toBe(303);
    await amara.get('/today');
    expect(amara.text()).toContain('Theo: inhaler and PE kit');
    const cookies = new Map(amara.cookies);
    first.process.kill('SIGTERM');
    expect(await first.ended).toBe(0);

    const second = await start(dataDir);
    const again = new Client(second.url);
    for (const [name, value] of cookies) again.cookies.set(name, value);
    expect((await again.get('/today')).status, 'the session is still there').toBe(200);
    second.process.kill('SIGINT');
    expect(await second.ended).toBe(0);
    expect(await readdir(dataDir)).toContain('master.key');
    expect((await stat(path.join(dataDir, 'master.key'))).mode & 0o077).toBe(0);
  });

  it('runs beside another copy on another port, and the last one out stops the shared database', async () => {
    const dataDir = path.join(folder, 'shared');
    const one = await start(dataDir);
    const other = await start(dataDir);
    expect(new URL(one.url).port).not.toBe(new URL(other.url).port);
    one.process.kill('SIGTERM');
    expect(await one.ended).toBe(0);
    expect((await fetch(`${other.url}/readyz`)).status).toBe(200);
    other.process.kill('SIGTERM');
    expect(await other.ended).toBe(0);
  });

  it('finishes a request in flight and closes event streams when told to stop', async () => {
    const running = await start(path.join(folder, 'stopping'));
    const amara = new Client(running.url);
    await amara.get('/sign-in');
    await amara.submit('/sign-in', { email: 'amara@parley.example', password: demoPassword });
    await amara.get('/messages');
    const thread = /href="(\/messages\/[0-9a-f-]{36})/.exec(amara.page.body)![1]!;
    await amara.get(thread);
    const stream = /data-stream="([^"]+)"/.exec(amara.page.body)![1]!.replaceAll('&amp;', '&');
    const cookie = amara.cookie;
    const events = await fetch(`${running.url}${stream}`, { headers: { cookie } });
    expect(events.headers.get('content-type')).toMatch(/^text\/event-stream/);
    // A sign-in takes a while: it is under way when the signal comes.
    const inFlight = new Client(running.url);
    await inFlight.get('/sign-in');
    const answer = inFlight.submit('/sign-in', { email: 'daniel@parley.example', password: demoPassword });
    await new Promise(resolve => setTimeout(resolve, 50));
    running.process.kill('SIGTERM');
    expect((await answer).status).toBe(303);
    await events.text(); // ends
    expect(await running.ended).toBe(0);
  });

  it('says every wrong setting at once', async () => {
    await expect(start(folder, { NODE_ENV: 'production', PORT: 'high' })).rejects.toThrow(
      /PORT[\s\S]*DATABASE_URL[\s\S]*SESSION_SECRET[\s\S]*PARLEY_BASE_URL[\s\S]*PARLEY_MASTER_KEY/,
    );
  });

  it('says so when the port that was asked for is taken', async () => {
    const taken = createServer();
    await new Promise<void>(resolve => taken.listen(0, '127.0.0.1', resolve));
    const address = taken.address() as { port: number };
    await expect(start(path.join(folder, 'taken'), { PORT: String(address.port) })).rejects.toThrow(/is taken by another program/);
    taken.close();
  });

  it('refuses to go on with another master key, because every message would be unreadable', async () => {
    const dataDir = path.join(folder, 'keys');
    const running = await start(dataDir);
    running.process.kill('SIGTERM');
    await running.ended;
    await expect(start(dataDir, { PARLEY_MASTER_KEY: Buffer.alloc(32, 9).toString('base64') })).rejects.toThrow(/another master key/);
    const right = await start(dataDir);
    right.process.kill('SIGTERM');
    expect(await right.ended).toBe(0);
  });

  it.runIf(os.userInfo().uid === 0)('works as root from a folder that the database’s own user cannot reach', async () => {
    const closed = path.join(folder, 'closed');
    await mkdir(closed);
    await chmod(closed, 0o700);
    const dataDir = path.join(closed, 'data');
    const running = await start(dataDir);
    expect((await fetch(`${running.url}/readyz`)).status).toBe(200);
    running.process.kill('SIGTERM');
    expect(await running.ended).toBe(0);
    const elsewhere = /\n(\/\S+)/.exec(await readFile(path.join(dataDir, 'postgres-is-elsewhere.txt'), 'utf8'))![1]!;
    await rm(elsewhere, { recursive: true, force: true });
  });
});
