import { setTimeout as wait } from 'node:timers/promises';
import { type Done, type Target } from './load.ts';
import { processorMicros, processorMicrosWithChildren } from './processes.ts';

/** One target in one round. Processor time is of one completed request, in microseconds. */
export type Sample = { perSecond: number; server: number; database: number };

export type Effort = { rounds: number; seconds: number };

/** So that what was cut off, or written behind, is not charged to the next target. */
const settleMs = 150;

/**
 * Runs every target once a round, beginning with another each time, so that what the machine does besides hits all alike.
 * Each is run once beforehand and not counted: the first seconds of a program are its compiler's.
 */
export async function interleave<Asked>(
  targets: readonly Target<Asked>[],
  rounds: number,
  postmaster: number,
  drive: (target: Target<Asked>) => Promise<Done>,
): Promise<Map<string, Sample[]>> {
  const samples = new Map<string, Sample[]>(targets.map(target => [target.name, []]));
  for (const target of targets) await drive(target);
  for (let round = 0; round < rounds; round += 1) {
    for (let turn = 0; turn < targets.length; turn += 1) {
      const target = targets[(round + turn) % targets.length]!;
      const before = { server: processorMicros(target.pid), database: processorMicrosWithChildren(postmaster) };
      const { completed, seconds } = await drive(target);
      await wait(settleMs);
      samples.get(target.name)!.push({
        perSecond: completed / seconds,
        server: (processorMicros(target.pid) - before.server) / completed,
        database: (processorMicrosWithChildren(postmaster) - before.database) / completed,
      });
    }
  }
  return samples;
}

export const costOf = (sample: Sample): number => sample.server + sample.database;

/** Processor time for one request, as multiples of the baseline's in the same round. */
export const costRatios = (samples: Map<string, Sample[]>, target: string, baseline: string): number[] =>
  samples.get(target)!.map((sample, round) => costOf(sample) / costOf(samples.get(baseline)![round]!));

/** Requests a second, as a fraction of the baseline's in the same round. */
export const speedRatios = (samples: Map<string, Sample[]>, target: string, baseline: string): number[] =>
  samples.get(target)!.map((sample, round) => sample.perSecond / samples.get(baseline)![round]!.perSecond);
