import { Worker } from 'node:worker_threads';
import { tooManyRows, type Unreadable, unreadable } from './refuse-list.ts';

/** What the worker says: the first sheet's cells as text, or why there are none. */
export type XlsxAnswer = { table: string[][] } | { refused: 'not-a-workbook' | 'too-large' | 'too-many-rows' | 'broken' };

/** Longer than any honest list takes. */
const patienceMs = 15_000;

const busy = 'This workbook takes too long to read. Save the list as CSV and choose that.';

/**
 * Reads the first sheet of an Excel workbook in a thread of its own with little memory: what is packed may be made to be a thousand times its size,
 * and the pages of everyone else go on meanwhile.
 */
export async function readXlsx(bytes: Buffer, mostRows: number): Promise<string[][] | Unreadable> {
  const copy = new Uint8Array(bytes);
  const worker = new Worker(new URL('./unpack-xlsx.ts', import.meta.url), {
    workerData: { bytes: copy, mostRows },
    transferList: [copy.buffer],
    resourceLimits: { maxOldGenerationSizeMb: 384, maxYoungGenerationSizeMb: 64 },
    stdout: true,
    stderr: true,
  });
  const answer = await new Promise<XlsxAnswer | 'late' | 'failed'>(resolve => {
    const late = setTimeout(() => resolve('late'), patienceMs);
    worker.once('message', (message: XlsxAnswer) => resolve(message));
    worker.once('error', () => resolve('failed')); // out of memory, most of all
    worker.once('exit', () => {
      clearTimeout(late);
      resolve('failed');
    });
  });
  await worker.terminate();
  if (answer === 'late') return unreadable(busy);
  if (answer === 'failed') return unreadable('This workbook is too large to read. Save the list as CSV and choose that.');
  if ('table' in answer) return answer.table;
  const words: Record<typeof answer.refused, string> = {
    'not-a-workbook': 'This is a packed file and no Excel workbook. Save the list as CSV or as an Excel workbook (.xlsx) and choose that.',
    'too-large': 'This workbook unpacks to far more than a list holds. Save the list alone, as CSV, and choose that.',
    'too-many-rows': tooManyRows(mostRows).unreadable,
    broken: 'This workbook is damaged and cannot be read. Open it, save it once more, and choose that.',
  };
  return unreadable(words[answer.refused]);
}
