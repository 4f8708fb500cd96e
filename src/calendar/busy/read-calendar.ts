import { Worker } from 'node:worker_threads';
import type { AccountId } from '../../core/ids.ts';
import type { BusyTime, Expanded, Span } from './expand-calendar.ts';

/** Longer than any honest calendar takes. */
const patienceMs = 6000;
const tooMuch = 'This calendar holds more than Parley works out. Export a shorter part of it, such as this year and the next, and choose that.';

type Read = { times: BusyTime[]; leftOut: number } | { unreadable: string };

let last: Promise<unknown> = Promise.resolve();
/** The latest of each person who waits. */
const waiting = new Map<AccountId, Promise<unknown>>();

/**
 * Works a calendar out in a thread of its own with little memory and little time: a rule of one line may repeat for ever, or never find a day,
 * and the pages of everyone else go on meanwhile. One calendar at a time, and whoever sends many has one of them in the queue.
 */
export async function readCalendar(owner: AccountId, file: Buffer, span: Span): Promise<Read> {
  const read = (waiting.get(owner) ?? Promise.resolve()).then(() => inTurn(file, span));
  const done = read.catch(() => {});
  waiting.set(owner, done);
  try {
    return await read;
  } finally {
    if (waiting.get(owner) === done) waiting.delete(owner);
  }
}

function inTurn(file: Buffer, span: Span): Promise<Read> {
  const read = last.then(() => readNow(file, span));
  last = read.catch(() => {});
  return read;
}

async function readNow(file: Buffer, span: Span): Promise<Read> {
  const bytes = new Uint8Array(file);
  const worker = new Worker(new URL('./expand-worker.ts', import.meta.url), {
    workerData: { bytes, span },
    transferList: [bytes.buffer],
    resourceLimits: { maxOldGenerationSizeMb: 192, maxYoungGenerationSizeMb: 32 },
    stdout: true,
    stderr: true,
  });
  const answer = await new Promise<Expanded | 'failed'>(resolve => {
    const late = setTimeout(() => resolve('failed'), patienceMs);
    worker.once('message', (message: Expanded) => resolve(message));
    worker.once('error', () => resolve('failed')); // out of memory, most of all
    worker.once('exit', () => {
      clearTimeout(late);
      resolve('failed');
    });
  });
  await worker.terminate();
  if (answer === 'failed') return { unreadable: tooMuch };
  if ('times' in answer) return answer;
  return { unreadable: answer.refused === 'too-many' ? tooMuch : 'This file is not a calendar. Choose one that ends in .ics' };
}
