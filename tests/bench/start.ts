import { setTimeout as wait } from 'node:timers/promises';
import { ask, hangUp, type Target } from './load.ts';
import { memoryMegabytes, type Running } from './processes.ts';
import type { Effort } from './rounds.ts';
import type { Figure } from './table.ts';

const idleMs = 3000;

/** A program to be started, and the page that is asked for once it runs. */
export type Startable = { start: () => Promise<Running>; page: (running: Running) => Target };

/** Starts and stops both programs in turn, each with a compile cache of its own that an earlier start has filled. */
export async function measureStart(subject: Startable, baseline: Startable, effort: Effort): Promise<Figure[]> {
  for (const { start } of [subject, baseline]) await (await start()).stop();
  const readyRatios: number[] = [];
  const memoryRatios: number[] = [];
  const readyMs: number[] = [];
  const megabytes: number[] = [];
  for (let round = 0; round < effort.rounds; round += 1) {
    const inTurn = round % 2 === 0;
    const first = await startedAndIdle(inTurn ? subject : baseline);
    const second = await startedAndIdle(inTurn ? baseline : subject);
    const [ofSubject, ofBaseline] = inTurn ? [first, second] : [second, first];
    readyMs.push(ofSubject.readyMs);
    megabytes.push(ofSubject.megabytes);
    readyRatios.push(ofSubject.readyMs / ofBaseline.readyMs);
    memoryRatios.push(ofSubject.megabytes / ofBaseline.megabytes);
  }
  return [
    { what: 'cold start to ready, database there: / baseline', values: readyRatios, goal: 2.5 },
    { what: 'cold start to ready', values: readyMs, unit: ' ms' },
    { what: 'idle memory: / baseline', values: memoryRatios, goal: 3 },
    { what: 'idle memory', values: megabytes, unit: ' MB' },
  ];
}

async function startedAndIdle({ start, page }: Startable): Promise<{ readyMs: number; megabytes: number }> {
  const running = await start();
  try {
    await ask(page(running));
    hangUp();
    await wait(idleMs);
    return { readyMs: running.readyMs, megabytes: memoryMegabytes(running.pid) };
  } finally {
    await running.stop();
  }
}
