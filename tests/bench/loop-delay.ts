import { renameSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

/** What one stretch of time was like. A delay is the time between two looks, which lie ten milliseconds apart where nothing is in the way. */
export type LoopDelay = { samples: number; p99Ms: number; longestMs: number };

/**
 * Loaded into the program before its own code (`--import`), because its event loop can only be watched from within. At each SIGUSR2 it writes
 * what it saw since the one before to the file of BENCH_LOOP_DELAY_FILE.
 */
if (isMainThread) {
  const file = process.env.BENCH_LOOP_DELAY_FILE!;
  // Node's own ten milliseconds. A shorter look would add many small delays for each long one, and make the same program look better.
  const seen = monitorEventLoopDelay({ resolution: 10 });
  seen.enable();
  process.on('SIGUSR2', () => {
    const told: LoopDelay = { samples: seen.count, p99Ms: seen.percentile(99) / 1e6, longestMs: seen.max / 1e6 };
    // Moved into place, so that it is never read half written.
    writeFileSync(`${file}.part`, JSON.stringify(told));
    renameSync(`${file}.part`, file);
    seen.reset();
  });
}
