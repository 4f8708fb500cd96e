import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { get } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** A program that listens: its process, its address, and how long it took from being started to its first 200 of /readyz. */
export type Running = { pid: number; origin: string; readyMs: number; stop(): Promise<void> };

/** Starts a Node program with PORT set, its output in a file, and waits until it is ready. */
export async function startProgram(entry: string, environment: Record<string, string>, output: string, nodeOptions: string[] = []): Promise<Running> {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const file = await open(output, 'a');
  const began = performance.now();
  const child = spawn(process.execPath, [...nodeOptions, entry], {
    env: { PATH: process.env.PATH, ...environment, PORT: String(port) },
    stdio: ['ignore', file.fd, file.fd],
  });
  await file.close();
  const ended = new Promise<void>(resolve => child.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), 15_000);
    await ended;
    clearTimeout(late);
  };
  while (!(await isReady(`${origin}/readyz`))) {
    if (child.exitCode !== null || performance.now() - began > 60_000) {
      await stop();
      throw new Error(`${entry} did not become ready:\n${(await readFile(output, 'utf8')).split('\n').slice(-10).join('\n')}`);
    }
    await wait(4);
  }
  return { pid: child.pid!, origin, readyMs: performance.now() - began, stop };
}

const isReady = (address: string): Promise<boolean> =>
  new Promise(resolve => {
    get(address, { agent: false }, response => {
      response.resume();
      resolve(response.statusCode === 200);
    }).once('error', () => resolve(false));
  });

const freePort = (): Promise<number> =>
  new Promise(resolve => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });

/** The kernel counts processor time in hundredths of a second. */
const tickMicros = 10_000;

type Stat = { parent: number; own: number; endedChildren: number };

/** Processor time of a process, user and system, in microseconds (proc(5)); null where it has ended. */
function statOf(pid: number): Stat | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [user, system, userOfEnded, systemOfEnded] = fields.slice(11, 15) as [number, number, number, number];
    return { parent: fields[1]!, own: (user + system) * tickMicros, endedChildren: (userOfEnded + systemOfEnded) * tickMicros };
  } catch {
    return null;
  }
}

export const processorMicros = (pid: number): number => statOf(pid)?.own ?? 0;

/** Of a process with its children, those that have ended included: a PostgreSQL server as a whole. */
export function processorMicrosWithChildren(pid: number): number {
  const parent = statOf(pid);
  const children = readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(name => statOf(Number(name)))
    .filter(stat => stat?.parent === pid);
  return (parent?.own ?? 0) + (parent?.endedChildren ?? 0) + children.reduce((sum, child) => sum + child!.own, 0);
}

/** Proportional set size in megabytes: memory of its own, and its share of what it has in common with others. */
export function memoryMegabytes(pid: number): number {
  const [, kilobytes] = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'))!;
  return Number(kilobytes) / 1024;
}
