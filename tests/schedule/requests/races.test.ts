import { randomUUIDv7 } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addDays } from '../../../src/schedule/engine/index.ts';
import { requestJobs } from '../../../src/schedule/requests/jobs.ts';
import type { Answer, Client } from '../../support/client.ts';
import { ahead, ask, idOf, requestsWorld, type RequestsWorld, respondByIs } from './requests-world.ts';

let w: RequestsWorld;
beforeAll(async () => {
  w = await requestsWorld();
});
afterAll(() => w.close());

const stateOf = async (at: string) => (await w.rows<{ state: string }>('select state from parley.requests where id = $1', [idOf(at)]))[0]!.state;
const settling = (at: string) => w.rows<{ kind: string }>(`select kind from record.steps where about_id = $1 and kind <> 'request.made'`, [idOf(at)]);
const laid = (at: string) => w.rows('select from parley.agreed_time where request_id = $1', [idOf(at)]);
const overlaps = () =>
  w.rows(`select from parley.agreed_time one join parley.agreed_time other on one.child_id = other.child_id and one.layer = other.layer
            and one.during && other.during and one.ctid <> other.ctid`);
const yes = { answer: 'yes', note: '' };
const statuses = (answers: Answer[]) => answers.map(({ status }) => status).toSorted((a, b) => a - b);
let weeks = 0;
const saturday = (): string => ahead(6, (weeks += 2));

/** A browser of each parent for every answer, so that nothing waits for a connection or a cookie. */
const daniel = () => copyOf(w.daniel);
const amara = () => copyOf(w.amara);
function copyOf(client: Client): Client {
  const copy = w.app.visitor();
  for (const [name, value] of client.cookies) copy.cookies.set(name, value);
  return copy;
}

describe('at the same moment', () => {
  it('two requests for one Saturday, each agreed by the other parent: one holds', async () => {
    for (let round = 0; round < 4; round++) {
      const day = saturday();
      const his = await ask(w.daniel, 'change', { a1day: day, who: 'other', label: 'Grandparents' });
      const hers = await ask(w.amara, 'change', { a1day: day, a1until: addDays(day, 1), who: 'other', label: 'Camp' });
      const answers = await Promise.all([w.amara.post(`${his}/answer`, yes), w.daniel.post(`${hers}/answer`, yes)]);
      expect(statuses(answers)).toEqual([303, 409]);
      const states = [await stateOf(his), await stateOf(hers)].toSorted();
      expect(states).toEqual(['accepted', 'open']);
      const agreed = (await stateOf(his)) === 'accepted' ? his : hers;
      const other = agreed === his ? hers : his;
      expect([(await laid(agreed)).length, (await laid(other)).length]).toEqual([2, 0]);
      expect(await overlaps()).toEqual([]);
      await (other === his ? w.daniel : w.amara).post(`${other}/withdraw`, {});
    }
  });

  it('many requests that overlap, all agreed at once: each minute of a child belongs to one', async () => {
    const day = saturday();
    const asked: string[] = [];
    for (let number = 0; number < 6; number++) {
      const client = number % 2 === 0 ? w.daniel : w.amara;
      asked.push(await ask(client, 'change', { a1day: day, a1start: `1${number}:00`, a1end: `1${number + 3}:30`, who: 'other', label: `Place ${number}` }));
    }
    const clients = asked.map((_, number) => (number % 2 === 0 ? amara() : daniel()));
    const answers = await Promise.all(asked.map((at, number) => clients[number]!.post(`${at}/answer`, yes)));
    expect(statuses(answers).filter(status => status === 303).length).toBeGreaterThan(0);
    expect(new Set(statuses(answers))).toEqual(new Set([303, 409]));
    expect(await overlaps()).toEqual([]);
    for (const [number, at] of asked.entries()) {
      expect(await stateOf(at)).toBe(answers[number]!.status === 303 ? 'accepted' : 'open');
      expect((await laid(at)).length > 0).toBe(answers[number]!.status === 303);
      expect(await settling(at)).toHaveLength(answers[number]!.status === 303 ? 1 : 0);
    }
  });

  it('agreed twice, kept as it is, taken back and countered: one of them, and one entry', async () => {
    for (let round = 0; round < 5; round++) {
      const day = saturday();
      const at = await ask(w.daniel, 'change', { a1day: day, who: 'other', label: 'Grandparents' });
      const [one, two, three, four] = [amara(), amara(), amara(), amara()];
      await four.get(`${at}/counter`);
      const counter = four.form(`${at}/counter`).fields;
      const acts = [
        () => one.post(`${at}/answer`, yes),
        () => two.post(`${at}/answer`, yes),
        () => three.post(`${at}/answer`, { answer: 'no', note: '' }),
        () => w.daniel.post(`${at}/withdraw`, {}),
        () => four.post(`${at}/counter`, { ...counter, a1day: addDays(day, 1), submission: randomUUIDv7() }),
      ];
      const turned = [...acts.slice(round), ...acts.slice(0, round)];
      const answers = await Promise.all(turned.map(act => act()));
      const state = await stateOf(at);
      expect(['accepted', 'declined', 'withdrawn', 'countered']).toContain(state);
      expect(statuses(answers).filter(status => status !== 303 && status !== 409)).toEqual([]);
      expect(answers.filter(({ status }) => status === 303)).toHaveLength(state === 'accepted' ? 2 : 1);
      expect((await settling(at)).map(({ kind }) => kind)).toEqual([`request.${state}`]);
      expect(await laid(at)).toHaveLength(state === 'accepted' ? 2 : 0);
      expect(await w.rows('select from parley.requests where counters_id = $1', [idOf(at)])).toHaveLength(state === 'countered' ? 1 : 0);
    }
  });

  it('an answer at the deadline, and the clock: one of them', async () => {
    const [job] = requestJobs(w.app.services);
    const seen = new Set<string>();
    for (const margin of [0, 15, 30, 60, 120, 2500]) {
      const at = await ask(w.daniel, 'change', { a1day: saturday(), who: 'other', label: 'Grandparents' });
      await w.amara.get(at);
      await respondByIs(w, at, `clock_timestamp() + interval '${margin} ms'`);
      const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));
      const [reply] = await Promise.all([
        pause(margin / 2).then(() => w.amara.post(`${at}/answer`, yes)),
        pause(margin).then(() => job!.run({})),
        pause(margin + 5).then(() => job!.run({})),
      ]);
      await job!.run({});
      const state = await stateOf(at);
      seen.add(state);
      expect([
        ['accepted', 303],
        ['expired', 409],
      ]).toContainEqual([state, reply.status]);
      expect((await settling(at)).map(({ kind }) => kind)).toEqual([`request.${state}`]);
      expect(await laid(at)).toHaveLength(state === 'accepted' ? 2 : 0);
    }
    expect(seen).toContain('expired');
    expect(seen).toContain('accepted');
  });

  it('two plans for one day, each agreed by the other parent: one holds', async () => {
    const from = ahead(1, 20);
    const propose = async (client: typeof w.amara, pattern: string) => {
      await client.get('/schedule/new');
      const values = { pattern, starts: w.world.amara.parentId, anchor: '', from, schoolTime: '15:30', otherTime: '10:00' };
      await client.submit('/schedule/new', { ...values, step: 'send' });
      expect(client.page.status, client.text()).toBe(303);
      return client.page.location!;
    };
    const his = await propose(w.daniel, 'alternating-weeks');
    const hers = await propose(w.amara, '2-2-3');
    const answers = await Promise.all([w.amara.post(`${his}/answer`, yes), w.daniel.post(`${hers}/answer`, yes)]);
    expect(statuses(answers)).toEqual([303, 409]);
    const plans = await w.rows(`select from parley.agreed_plans where lower(during) = $1 and layer = 'regular'`, [from]);
    expect(plans).toHaveLength(2); // one for each child
    expect(await w.rows('select distinct request_id from parley.agreed_plans where lower(during) = $1', [from])).toHaveLength(1);
  });
});
