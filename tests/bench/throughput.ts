import { randomUUID } from 'node:crypto';
import { someText } from './records.ts';
import { ask, askSteadily, type Done, hangUp, load, type Request, sendAll, type Target } from './load.ts';
import type { StartAnother } from './photo.ts';
import { processorMicros, processorMicrosWithChildren, type Running } from './processes.ts';
import { costOf, costRatios, type Effort, interleave, type Sample, speedRatios } from './rounds.ts';
import { type Figure, median, quantile } from './table.ts';
import type { Family, World } from './world.ts';

export type Measured = { figures: Figure[]; samples: Map<string, Sample[]> };
export type Bench = { world: World; subject: Running; baseline: Running; effort: Effort };

const from = (running: Running, name: string, status: number, next: () => Request): Target => ({
  name,
  origin: running.origin,
  pid: running.pid,
  status,
  next,
});
const get = (path: string, headers: Record<string, string> = {}): Request => ({ method: 'GET', path, headers });

/** The newest fifty entries of the first subject, for the parent who has viewed them all. */
export const threadPage = (subject: Running, { entries, subjectIds, cookies }: Family, headers: Record<string, string> = {}, kind = ''): Target =>
  from(subject, `thread page, 50 entries${kind}, record of ${entries}`, 200, () => get(`/messages/${subjectIds[0]}`, { cookie: cookies[0], ...headers }));

export const barePage = (baseline: Running): Target => from(baseline, 'bare page of the same bytes', 200, () => get('/page'));

/** A page that costs little, to feel what others do to it. */
const lightPage = (subject: Running, { cookies }: Family): Target => from(subject, 'account page', 200, () => get('/account', { cookie: cookies[0] }));

/** A form as the page sends it: a new one each time. */
export const newMessage = (cookie: string, at: string): Request => ({
  method: 'POST',
  path: at,
  headers: { cookie, 'sec-fetch-site': 'same-origin', 'content-type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams({ text: someText(), submission: randomUUID(), urgent: '', corrects: '' }).toString(),
});

export async function measureThread({ world, subject, baseline, effort }: Bench): Promise<Measured> {
  const family = world.measured.get(10_000)!;
  const thread = threadPage(subject, family);
  const compressed = threadPage(subject, family, { 'accept-encoding': 'gzip' }, ', gzip');
  const bySize = [...world.measured.values()].map(one => threadPage(subject, one)).filter(({ name }) => name !== thread.name);
  const bare = barePage(baseline);
  const samples = await interleave([bare, thread, compressed, ...bySize], effort.rounds, world.postmaster, target =>
    load(target, effort.seconds, world.folder),
  );
  const smallest = threadPage(subject, world.measured.get(1000)!).name;
  return {
    samples,
    figures: [
      { what: 'thread page, 50 entries: cost / bare page', values: costRatios(samples, thread.name, bare.name), goal: 3.5, aim: 3 },
      { what: 'thread page, 50 entries: speed / bare page', values: speedRatios(samples, thread.name, bare.name), goal: 0.3, atLeast: true },
      { what: 'thread page, gzip: cost / bare page without', values: costRatios(samples, compressed.name, bare.name) },
      ...[...world.measured.keys()]
        .filter(size => size > 1000)
        .map(size => ({
          what: `growth: thread page in a record of ${size}: cost / of 1000`,
          values: costRatios(samples, threadPage(subject, world.measured.get(size)!).name, smallest),
        })),
    ],
  };
}

/** How a time grows with the record: the medians by the record's entries, as multiples of the smallest's. */
export const growth = (what: string, bySize: ReadonlyMap<number, number>): Figure[] => {
  const [[, smallest] = [0, 1], ...larger] = [...bySize];
  return larger.map(([size, ms]) => ({ what: `growth: ${what}, record of ${size}: time / of 1000`, values: [ms / smallest] }));
};

/** What is asked of each measured record in turn, so often: the median of each in milliseconds, by the record's entries. */
async function timeBySize({ world }: Bench, times: number, of: (family: Family) => Target): Promise<Map<number, number>> {
  const answers = new Map<number, number[]>([...world.measured.keys()].map(size => [size, []]));
  for (let turn = 0; turn <= times; turn += 1) {
    for (const [size, family] of world.measured) {
      const { ms } = await ask(of(family));
      if (turn > 0) answers.get(size)!.push(ms);
    }
  }
  return new Map([...answers].map(([size, each]) => [size, median(each)]));
}

/** Any filter and any page of the school's list, beside the bare page: the last as fast as the first. */
export async function measureDashboard({ world, subject, baseline, effort }: Bench): Promise<Measured> {
  const pages: [kind: string, query: string][] = [
    ['first page', ''],
    ['last page', '?last=1'],
    ['last page by change, one status', '?status=invited&sort=change&last=1'],
    ['one class', '?class=12A'],
    ['a name', '?q=haddad+nour'],
  ];
  const list = pages.map(([kind, query]) => from(subject, `dashboard of 10000, ${kind}`, 200, () => get(`/school${query}`, { cookie: world.officeCookie })));
  for (const target of list) if (!(await ask(target)).body.includes('name="pick"')) throw new Error(`${target.name} lists nobody`);
  const bare = barePage(baseline);
  const samples = await interleave([bare, ...list], effort.rounds, world.postmaster, target => load(target, effort.seconds, world.folder));
  return {
    samples,
    figures: [
      ...list.map(({ name }) => ({ what: `${name}: cost / bare page`, values: costRatios(samples, name, bare.name), goal: 6 })),
      { what: 'dashboard of 10000: cost of the last page / of the first', values: costRatios(samples, list[1]!.name, list[0]!.name) },
    ],
  };
}

/** Of one who writes: fewer than may be sent in an hour. */
const few = 60;

export async function measurePost(bench: Bench): Promise<Measured> {
  const { world, subject, baseline, effort } = bench;
  const authors = world.writing.flatMap(({ cookies, subjectIds }) => cookies.map(cookie => ({ cookie, at: `/messages/${subjectIds[0]}/comments` })));
  let turn = 0;
  const nextOf = (path: (at: string) => string) => (): Request => {
    const { cookie, at } = authors[(turn += 1) % authors.length]!;
    return newMessage(cookie, path(at));
  };
  const post = from(
    subject,
    'acknowledged message',
    303,
    nextOf(at => at),
  );
  const bare = from(
    baseline,
    'bare insert',
    303,
    nextOf(at => at.replace('/comments', '')),
  );
  const onRecord = async (): Promise<number> => Number((await world.admin.query<{ count: string }>('select count(*) from record.comments')).rows[0]!.count);
  const before = await onRecord();
  let acknowledged = 0;
  const samples = await interleave([bare, post], effort.rounds, world.postmaster, async target => {
    const done = await load(target, effort.seconds, world.folder);
    if (target === post) acknowledged += done.completed;
    return done;
  });
  const written = (await onRecord()) - before;
  if (written < acknowledged) throw new Error(`${acknowledged} messages were acknowledged and ${written} are on the record`);
  const bySize = await timeBySize(bench, few, ({ cookies, subjectIds }) =>
    from(subject, 'message to a measured record', 303, () => newMessage(cookies[1], `/messages/${subjectIds[0]}/comments`)),
  );
  return {
    samples,
    figures: [
      { what: 'acknowledged message: cost / bare insert', values: costRatios(samples, post.name, bare.name), goal: 6, aim: 4.5 },
      { what: 'acknowledged message: speed / bare insert', values: speedRatios(samples, post.name, bare.name) },
      ...growth('an acknowledged message', bySize),
    ],
  };
}

/** A word that no text has, so that every one of them is opened. */
const searchTarget = (subject: Running, { entries, cookies }: Family): Target =>
  from(subject, `search of ${entries} entries, nothing found`, 200, () => ({
    method: 'POST',
    path: '/messages/search',
    headers: { cookie: cookies[0], 'sec-fetch-site': 'same-origin', 'content-type': 'application/x-www-form-urlencoded' },
    body: 'q=xylophone',
  }));

const paceMs = 20;

/** The first search of a record after a start, when nothing of it has been opened: processor time of program and database, in microseconds. */
async function firstSearches({ world, effort }: Bench, startAnother: StartAnother): Promise<number[]> {
  const firsts: number[] = [];
  for (let round = 0; round < effort.rounds; round += 1) {
    const another = await startAnother([], {});
    // A smaller record beforehand, so that it is not the compiler that is measured.
    for (let count = 0; count < 3; count += 1) await ask(searchTarget(another, world.measured.get(1000)!));
    const spent = () => processorMicros(another.pid) + processorMicrosWithChildren(world.postmaster);
    const before = spent();
    await ask(searchTarget(another, world.measured.get(10_000)!));
    firsts.push(spent() - before);
    hangUp();
    await another.stop();
  }
  return firsts;
}

export async function measureSearch(bench: Bench, startAnother: StartAnother): Promise<Measured> {
  const { world, subject, baseline, effort } = bench;
  const family = world.measured.get(10_000)!;
  const search = searchTarget(subject, family);
  const stream = from(baseline, 'bare stream of 10000 rows', 200, () => get('/stream'));
  const answer = await ask(search);
  if (answer.body.includes('class="hit"')) throw new Error('the search found something');
  const each = Math.ceil(effort.seconds) * 8;
  const samples = await interleave([stream, search], effort.rounds, world.postmaster, (target): Promise<Done> => sendAll(target, each));
  const bySize = await timeBySize(bench, each, one => searchTarget(subject, one));
  const streamed = median(samples.get(stream.name)!.map(costOf));
  const firsts = await firstSearches(bench, startAnother);

  const light = lightPage(subject, family);
  const ratios: number[] = [];
  for (let round = 0; round < effort.rounds; round += 1) {
    const idle = await askSteadily(light, paceMs, effort.seconds);
    const over = new AbortController();
    const searches = (async () => {
      while (!over.signal.aborted) await ask(search);
    })();
    const busy = await askSteadily(light, paceMs, effort.seconds);
    over.abort();
    await searches;
    ratios.push(quantile(busy, 0.99) / quantile(idle, 0.99));
  }
  return {
    samples,
    figures: [
      { what: 'search of 10000, nothing found: cost / bare stream', values: costRatios(samples, search.name, stream.name), goal: 2 },
      { what: 'the first search of 10000 after a start: cost / bare stream', values: firsts.map(cost => cost / streamed) },
      { what: 'another page while one searches: p99 / p99 idle', values: ratios, goal: 2 },
      ...growth('a search that finds nothing', bySize),
    ],
  };
}
