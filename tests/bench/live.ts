import { type ClientRequest, get } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { ask, type Target } from './load.ts';
import { type Figure, median } from './table.ts';
import { type Bench, growth, newMessage } from './throughput.ts';
import type { Family } from './world.ts';

const streams = 50;

type Heard = { posts: number[]; lasts: number[]; lost: number };

/** Fifty open streams of one family, and messages one after another: how long each took to be answered, and until the last stream had it, in milliseconds. */
async function listen({ world, subject }: Bench, { familyId, subjectIds, cookies }: Family, messages: number): Promise<Heard> {
  const { rows } = await world.admin.query<{ entries: number }>('select max(pos)::int as entries from record.entries where family_id = $1', [familyId]);
  const { entries } = rows[0]!;
  /** How many streams have been told of a position, and whom to call at the next. */
  const heard = new Map<number, number>();
  let onHeard = (): void => {};
  const open = (cookie: string): Promise<ClientRequest> =>
    new Promise((resolve, reject) => {
      const request = get(`${subject.origin}/messages/stream?family=${familyId}&after=${entries}`, { headers: { cookie }, agent: false }, response => {
        if (response.statusCode !== 200) return reject(new Error(`a stream was answered with ${response.statusCode}`));
        let rest = '';
        response.setEncoding('utf8').on('data', (text: string) => {
          const events = `${rest}${text}`.split('\n\n');
          rest = events.pop()!;
          for (const event of events) {
            const position = /"position":(\d+)/.exec(event)?.[1];
            if (position === undefined) continue;
            heard.set(Number(position), (heard.get(Number(position)) ?? 0) + 1);
            onHeard();
          }
        });
        response.on('error', () => {}); // it is ended from this side below
        resolve(request);
      });
      request.on('error', reject);
    });
  const opened = await Promise.all(Array.from({ length: streams }, (_, index) => open(cookies[index % 2]!)));
  await wait(500); // each stream looks once for what it has missed

  const post: Target = {
    name: 'message to streams',
    origin: subject.origin,
    pid: subject.pid,
    status: 303,
    next: () => newMessage(cookies[0], `/messages/${subjectIds[0]}/comments`),
  };
  const posts: number[] = [];
  const lasts: number[] = [];
  for (let sent = 1; sent <= messages; sent += 1) {
    const position = entries + sent;
    const began = performance.now();
    const last = new Promise<number>(resolve => {
      onHeard = () => heard.get(position) === streams && resolve(performance.now() - began);
    });
    posts.push((await ask(post)).ms);
    const ms = await Promise.race([last, wait(3000, null)]);
    if (ms !== null) lasts.push(ms);
  }
  for (const request of opened) request.destroy();
  const lost = streams * messages - [...heard.values()].reduce((sum, count) => sum + count, 0);
  return { posts, lasts, lost };
}

const hundred = 100;
const few = 20;

export async function measureLive(bench: Bench): Promise<Figure[]> {
  const { posts, lasts, lost } = await listen(bench, bench.world.listening, hundred);
  const bySize = new Map<number, number>();
  for (const [size, family] of bench.world.measured) bySize.set(size, median((await listen(bench, family, few)).lasts));
  return [
    { what: `last of ${streams} streams has a message: median / median of the POST`, values: [median(lasts) / median(posts)], goal: 2 },
    { what: `of ${streams * hundred} announcements, lost`, values: [lost], goal: 0 },
    ...growth('last stream has a message', bySize),
  ];
}
