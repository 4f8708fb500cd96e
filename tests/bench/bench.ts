import { mkdir } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { measureCalendar } from './calendar.ts';
import { measureLive } from './live.ts';
import { ask, hangUp, loadGenerator } from './load.ts';
import { measurePhoto, type StartAnother } from './photo.ts';
import { type Running, startProgram } from './processes.ts';
import type { Effort, Sample } from './rounds.ts';
import { measureStart } from './start.ts';
import { type Figure, figureTable, sampleTable } from './table.ts';
import { barePage, type Bench, measureDashboard, measurePost, measureSearch, measureThread, type Measured, threadPage } from './throughput.ts';
import { openWorld, type World } from './world.ts';

/**
 * `npm run bench`: what Parley costs, as multiples of the barest program that sends the same bytes or writes the same row, both measured
 * by turns in the same minutes. Only these ratios mean something: figures of two runs, or of two machines, cannot be compared.
 */
const { values: options } = parseArgs({
  options: {
    /** A million entries, one record of 100,000. */
    large: { type: 'boolean', default: false },
    /** Shorter rounds, fewer of them: for a look, not for a judgement. */
    quick: { type: 'boolean', default: false },
    /** Writes a processor profile of Parley's process, for Chrome's developer tools. Profiling costs some itself. */
    profile: { type: 'boolean', default: false },
    /** Some of: thread, dashboard, calendar, post, search, live, photo, start. */
    only: { type: 'string', multiple: true },
  },
});
const effort: Effort = options.quick ? { rounds: 3, seconds: 1.5 } : { rounds: 5, seconds: 4 };

const source = path.join(import.meta.dirname, '../../src/server.ts');
const say = (text: string): void => void process.stdout.write(`${text}\n`);

const startSubject = (world: World, nodeOptions: string[] = [], environment: Record<string, string> = {}): Promise<Running> =>
  startProgram(
    source,
    {
      DATABASE_URL: world.postgres.appUrl,
      PARLEY_DATA_DIR: path.join(world.folder, 'subject'),
      PARLEY_MASTER_KEY: world.masterKey,
      SESSION_SECRET: world.sessionSecret,
      PARLEY_ROLE: 'web',
      LOG_LEVEL: 'info',
      NODE_COMPILE_CACHE: path.join(world.folder, 'cache-subject'),
      ...environment,
    },
    path.join(world.folder, 'subject.log'),
    nodeOptions,
  );

const startBaseline = async (world: World, pageBytes: number): Promise<Running> => {
  const photos = path.join(world.folder, 'baseline-photos');
  await mkdir(photos, { recursive: true });
  return startProgram(
    path.join(import.meta.dirname, 'baseline.ts'),
    {
      BASELINE_DATABASE_URL: world.baselineUrl,
      BASELINE_PAGE_BYTES: String(pageBytes),
      BASELINE_PHOTO_DIR: photos,
      NODE_COMPILE_CACHE: path.join(world.folder, 'cache-baseline'),
    },
    path.join(world.folder, 'baseline.log'),
  );
};

async function run(world: World, started: Running[]): Promise<{ figures: Figure[]; samples: Map<string, Sample[]>; faults: string[] }> {
  const profileFolder = path.join(os.tmpdir(), `parley-profile-${process.pid}`);
  const subject = await startSubject(world, options.profile ? ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`] : []);
  started.push(subject);
  if (options.profile) say(`The profile will be in ${profileFolder}`);
  const threadOf = (running: Running) => threadPage(running, world.measured.get(10_000)!);
  const { body } = await ask(threadOf(subject));
  const entries = body.split('<li class="entry ').length - 1;
  if (entries !== 50) throw new Error(`the thread page shows ${entries} entries, not 50`);
  const pageBytes = Buffer.byteLength(body);
  const baseline = await startBaseline(world, pageBytes);
  started.push(baseline);
  say(`The thread page has ${pageBytes} bytes.\n`);

  const bench: Bench = { world, subject, baseline, effort };
  const figures: Figure[] = [];
  const samples = new Map<string, Sample[]>();
  const faults: string[] = [];
  const throughput = (measure: (bench: Bench) => Promise<Measured>) => async (): Promise<Figure[]> => {
    const measured = await measure(bench);
    for (const [name, of] of measured.samples) samples.set(name, of);
    return measured.figures;
  };
  const startAnother: StartAnother = async (nodeOptions, environment) => {
    const another = await startSubject(world, nodeOptions, environment);
    started.push(another); // where the run is broken off, it is stopped with the others
    return another;
  };
  const startAnotherBaseline = async (bytes: number): Promise<Running> => {
    const another = await startBaseline(world, bytes);
    started.push(another);
    return another;
  };
  const sections: [name: string, measure: () => Promise<Figure[]>][] = [
    ['thread', throughput(measureThread)],
    ['dashboard', throughput(measureDashboard)],
    ['calendar', throughput(of => measureCalendar(of, startAnotherBaseline))],
    ['post', throughput(measurePost)],
    ['search', throughput(of => measureSearch(of, startAnother))],
    ['live', () => measureLive(bench)],
    ['photo', throughput(of => measurePhoto(of, startAnother))],
    [
      'start',
      () => measureStart({ start: () => startSubject(world), page: threadOf }, { start: () => startBaseline(world, pageBytes), page: barePage }, effort),
    ],
  ];
  for (const [name, measure] of sections) {
    if (options.only && !options.only.includes(name)) continue;
    try {
      figures.push(...(await measure()));
    } catch (error) {
      faults.push(`${name} could not be measured: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { figures, samples, faults };
}

say(
  `Load average ${os
    .loadavg()
    .map(load => load.toFixed(2))
    .join(' ')} on ${os.availableParallelism()} cores; judge only what began below 1.`,
);
say(`Node ${process.version}, load by ${loadGenerator}, ${effort.rounds} rounds of ${effort.seconds} s, 16 connections${options.large ? ', large' : ''}.`);
const began = performance.now();
const world = await openWorld(options.large);
const started: Running[] = [];
const cleanUp = async (): Promise<void> => {
  hangUp();
  for (const running of started) await running.stop();
  await world.close();
};
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void cleanUp().finally(() => process.exit(1)));
try {
  say(`Loaded in ${((performance.now() - began) / 1000).toFixed(0)} s.`);
  const { figures, samples, faults } = await run(world, started);
  if (figures.length > 0) say(figureTable(figures));
  if (samples.size > 0) say(`\n${sampleTable(samples)}`);
  for (const fault of faults) say(`\n${fault}`);
  if (faults.length > 0) process.exitCode = 1;
} finally {
  await cleanUp();
}
