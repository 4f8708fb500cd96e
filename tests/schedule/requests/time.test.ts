import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addDays } from '../../../src/schedule/engine/index.ts';
import { ahead, answer, ask, idOf, requestsWorld, type RequestsWorld, today } from './requests-world.ts';

let w: RequestsWorld;
beforeAll(async () => {
  w = await requestsWorld();
});
afterAll(() => w.close());

let weeks = 0;
/** 2-2-5-5: a Saturday that Amara has, and the next one, which Daniel has; others at each call. */
async function saturdays(): Promise<[hers: string, his: string]> {
  const first = ahead(6, weeks);
  weeks += 3;
  return (await w.holderAt(w.world.theo, first)) === w.world.amara.parentId ? [first, addDays(first, 7)] : [addDays(first, 7), addDays(first, 14)];
}
const amaraId = () => w.world.amara.parentId;
const danielId = () => w.world.daniel.parentId;
const steps = (at: string) =>
  w.rows<{ kind: string; parent_id: string | null }>('select kind, parent_id from record.steps where about_id = $1 order by pos', [idOf(at)]);
const stateOf = async (at: string) => (await w.rows<{ state: string }>('select state from parley.requests where id = $1', [idOf(at)]))[0]!.state;

describe('a swap', () => {
  it('is asked, read by both, agreed, and changes the calendar of both children', async () => {
    const [hers, his] = await saturdays();
    const at = await ask(w.daniel, 'swap', { a1day: hers, b1day: his, note: 'It is my mother’s 70th on the 21st.' });
    await w.daniel.get(at);
    expect(w.daniel.text()).toMatch(/Swap of two Saturdays Ines and Theo Waiting for Amara/);
    expect(w.daniel.text()).toContain('Take this back');
    await w.amara.get(at);
    expect(w.amara.text()).toContain('Waiting for you');
    expect(w.amara.text()).toContain('It is my mother’s 70th on the 21st.');
    expect(w.amara.text()).toMatch(/If there is no answer by \w{3} \d+ \w+(?: \d{4})?, 18:00, nothing changes\./);
    expect(await w.holderAt(w.world.theo, hers)).toBe(amaraId());
    expect((await answer(w.amara, at, true, 'Enjoy the day.')).status).toBe(303);
    for (const child of [w.world.theo, w.world.ines]) {
      for (const clock of ['00:00', '23:59']) expect(await w.holderAt(child, hers, clock)).toBe(danielId());
      expect(await w.holderAt(child, his)).toBe(amaraId());
      expect(await w.holderAt(child, addDays(hers, 1))).toBe(amaraId());
      expect(await w.holderAt(child, addDays(hers, -1), '23:59')).toBe(amaraId());
    }
    await w.daniel.get(at);
    expect(w.daniel.text()).toMatch(/Amara agreed, .*, entry \d+\. This holds\. Enjoy the day\./);
    expect(w.daniel.page.body).not.toContain('/answer');
    expect((await steps(at)).map(({ kind }) => kind)).toEqual(['request.made', 'request.accepted']);
  });

  it('and then the same swapped back restores the calendar to the minute', async () => {
    const [hers, his] = await saturdays();
    const [from, until] = [addDays(hers, -10), addDays(his, 10)];
    const before = await w.calendarOf(w.world.theo, from, until);
    const there = await ask(w.daniel, 'swap', { a1day: hers, b1day: his });
    await answer(w.amara, there, true);
    const between = await w.calendarOf(w.world.theo, from, until);
    expect(between).not.toBe(before);
    const back = await ask(w.amara, 'swap', { a1day: hers, b1day: his });
    expect((await answer(w.daniel, back, true)).status).toBe(303);
    expect(await w.calendarOf(w.world.theo, from, until)).toBe(before);
    expect(await w.calendarOf(w.world.ines, from, until)).toBe(before);
  });

  it('of hours and of several pieces, for one child', async () => {
    const [hers, his] = await saturdays();
    const at = await ask(w.daniel, 'swap', {
      child: w.world.ines,
      a1day: hers,
      a1start: '10:00',
      a1end: '18:00',
      a2day: addDays(hers, 1),
      b1day: his,
      b1start: '09:00',
      b1until: addDays(his, 1),
      b1end: '12:00',
    });
    await answer(w.amara, at, true);
    expect(await Promise.all(['09:59', '10:00', '17:59', '18:00'].map(clock => w.holderAt(w.world.ines, hers, clock)))).toEqual([
      amaraId(),
      danielId(),
      danielId(),
      amaraId(),
    ]);
    expect(await w.holderAt(w.world.ines, addDays(his, 1), '11:59')).toBe(amaraId());
    expect(await w.holderAt(w.world.ines, addDays(his, 1), '12:01')).toBe(danielId());
    expect(await w.holderAt(w.world.theo, hers)).toBe(amaraId());
  });

  it('is time for time: one side alone is refused', async () => {
    const [hers] = await saturdays();
    await w.daniel.get('/requests/new/swap');
    expect((await w.daniel.submit('/requests/new/swap', { a1day: hers, note: 'Please.' })).status).toBe(422);
    expect(w.daniel.text()).toContain('A swap is time for time');
    expect(w.daniel.page.body).toContain(`value="${hers}"`);
    expect(w.daniel.page.body).toContain('Please.');
    expect(w.daniel.page.body).toContain('href="#b1day"');
  });
});

describe('the other kinds', () => {
  it('a change gives time to the other parent, or to somebody else by a name', async () => {
    const [, his] = await saturdays();
    const toHer = await ask(w.daniel, 'change', { a1day: his, who: amaraId() });
    await answer(w.amara, toHer, true);
    expect(await w.holderAt(w.world.theo, his)).toBe(amaraId());
    const [hers] = await saturdays();
    const camp = await ask(w.amara, 'change', {
      a1day: hers,
      a1until: addDays(hers, 1),
      who: 'other',
      label: 'Camp Wildwood',
      child: w.world.theo,
      placeKind: 'third-party',
    });
    await w.daniel.get(camp);
    expect(w.daniel.text()).toContain('Camp Wildwood');
    await answer(w.daniel, camp, true);
    expect(await w.holderAt(w.world.theo, hers)).toBe('third-party');
    expect(await w.holderAt(w.world.ines, hers)).toBe(amaraId());
    const [row] = await w.rows<{ label: string; place: { kind: string } }>('select label, place from parley.agreed_time where holder_id is null');
    expect([row!.label, row!.place.kind]).toEqual(['Camp Wildwood', 'third-party']);
  });

  it('extra and make-up time are for whoever asks; make-up time names what was missed', async () => {
    const [, his] = await saturdays();
    const extra = await ask(w.amara, 'extra', { a1day: his });
    await answer(w.daniel, extra, true);
    expect(await w.holderAt(w.world.theo, his)).toBe(amaraId());
    const [hers] = await saturdays();
    await w.daniel.get('/requests/new/make-up');
    expect((await w.daniel.submit('/requests/new/make-up', { a1day: hers })).status).toBe(422);
    expect(w.daniel.text()).toContain('Choose the time that was missed');
    const missed = addDays(today(), -9);
    const at = await ask(w.daniel, 'make-up', { a1day: hers, missedday: missed });
    await w.amara.get(at);
    expect(w.amara.text()).toContain('For the time missed');
    await answer(w.amara, at, true);
    expect(await w.holderAt(w.world.theo, hers)).toBe(danielId());
  });

  it('travel is a layer of its own, below an agreed change', async () => {
    const [hers, his] = await saturdays();
    const change = await ask(w.daniel, 'change', { a1day: hers, who: danielId() });
    await answer(w.amara, change, true);
    const at = await ask(w.amara, 'travel', { a1day: addDays(hers, -1), a1until: his, who: amaraId(), where: 'Cornwall' });
    await w.daniel.get(at);
    expect(w.daniel.text()).toContain('Where to Cornwall');
    expect(w.daniel.text()).toMatch(/What stays as it is\. .*: Change goes before this, with Daniel/);
    await answer(w.daniel, at, true);
    expect(await w.holderAt(w.world.theo, his)).toBe(amaraId());
    expect(await w.holderAt(w.world.theo, hers)).toBe(danielId());
    const [row] = await w.rows<{ label: string }>(`select distinct label from parley.agreed_time where layer = 'vacation'`);
    expect(row!.label).toBe('Travel: Cornwall');
  });

  it('an offer before a sitter is for the other parent, and a no changes nothing', async () => {
    const [hers] = await saturdays();
    const at = await ask(w.amara, 'first-refusal', { a1day: hers, a1start: '18:00', a1end: '22:00' });
    await w.daniel.get(at);
    expect(w.daniel.text()).toContain('Agree to take this time');
    expect((await answer(w.daniel, at, false, 'I work that evening.')).status).toBe(303);
    expect(await w.holderAt(w.world.theo, hers, '20:00')).toBe(amaraId());
    await w.amara.get(at);
    expect(w.amara.text()).toContain('Daniel kept it as it is');
    expect(w.amara.text()).toContain('I work that evening.');
    const again = await ask(w.amara, 'first-refusal', { a1day: hers, a1start: '18:00', a1end: '22:00' });
    await answer(w.daniel, again, true);
    expect(await w.holderAt(w.world.theo, hers, '20:00')).toBe(danielId());
    expect(await w.holderAt(w.world.theo, hers, '22:00')).toBe(amaraId());
  });
});

describe('a negotiation', () => {
  it('goes to and fro: a counter-offer closes the first, and is answered by whoever asked first', async () => {
    const [hers, his] = await saturdays();
    const first = await ask(w.daniel, 'swap', { a1day: hers, b1day: his });
    await w.amara.get(first);
    await w.amara.get(`${first}/counter`);
    const { fields } = w.amara.form(`${first}/counter`);
    expect([fields.a1day, fields.b1day]).toEqual([his, hers]); // her side of it
    const other = addDays(his, 1);
    expect((await w.amara.submit(`${first}/counter`, { a1day: other, note: 'Sunday would suit me.' })).status, w.amara.text()).toBe(303);
    const second = w.amara.page.location!;
    expect(await stateOf(first)).toBe('countered');
    await w.daniel.get(first);
    expect(w.daniel.text()).toContain('Amara answered with a counter-offer');
    expect(w.daniel.text()).toMatch(/Part of the same talk Swap, .*waiting for you/);
    await w.daniel.get(second);
    expect(w.daniel.text()).toContain('Sunday would suit me.');
    expect(w.daniel.text()).toMatch(/You asked: Swap of two Saturdays .* Amara answered with a counter-offer: Swap of two Saturdays .* Amara asked/);
    await answer(w.daniel, second, true);
    expect(await w.holderAt(w.world.theo, hers)).toBe(danielId());
    expect(await w.holderAt(w.world.theo, other)).toBe(amaraId());
    expect(await w.holderAt(w.world.theo, his)).toBe(danielId());
  });

  it('keeps to whom extra time was for, and may become a swap', async () => {
    const [hers, his] = await saturdays();
    const extra = await ask(w.daniel, 'extra', { a1day: hers });
    await w.amara.get(`${extra}/counter`);
    expect(w.amara.text()).toContain('Time that would be with Daniel');
    await w.amara.get(`${extra}/counter?kind=swap`);
    expect(w.amara.form(`${extra}/counter`).fields.b1day).toBe(hers);
    expect((await w.amara.submit(`${extra}/counter`, { a1day: his })).status, w.amara.text()).toBe(303);
    const swap = w.amara.page.location!;
    await answer(w.daniel, swap, true);
    expect([await w.holderAt(w.world.theo, hers), await w.holderAt(w.world.theo, his)]).toEqual([danielId(), amaraId()]);
  });

  it('is taken back by whoever asked, and by nobody else', async () => {
    const [hers, his] = await saturdays();
    const at = await ask(w.daniel, 'swap', { a1day: hers, b1day: his });
    expect((await w.amara.post(`${at}/withdraw`, {})).status).toBe(403);
    await w.daniel.get(at);
    expect((await w.daniel.submit(`${at}/withdraw`)).status).toBe(303);
    expect((await w.daniel.post(`${at}/withdraw`, {})).status).toBe(303);
    expect((await steps(at)).map(({ kind }) => kind)).toEqual(['request.made', 'request.withdrawn']);
    const late = await w.amara.post(`${at}/answer`, { answer: 'yes', note: 'Gladly, for once.' });
    expect(late.status).toBe(409);
    expect(w.amara.text()).toContain('It was taken back before your answer came.');
    expect(w.amara.text()).toContain('Gladly, for once.');
    expect(await w.holderAt(w.world.theo, hers)).toBe(amaraId());
  });

  it('is not answered by whoever asked', async () => {
    const [hers, his] = await saturdays();
    const at = await ask(w.daniel, 'swap', { a1day: hers, b1day: his });
    for (const yes of ['yes', 'no']) expect((await w.daniel.post(`${at}/answer`, { answer: yes, note: '' })).status).toBe(403);
    expect((await w.daniel.get(`${at}/counter`)).location).toBe(at);
    expect(await stateOf(at)).toBe('open');
    expect((await w.amara.post(`${at}/answer`, { answer: 'maybe', note: 'x' })).status).toBe(422);
    expect((await w.amara.post(`${at}/answer`, { note: 'x' })).status).toBe(422);
    await w.daniel.get(at);
    await w.daniel.submit(`${at}/withdraw`);
  });
});

describe('what is agreed', () => {
  it('cuts what was agreed before in the same layer, and leaves the rest of it', async () => {
    const [hers] = await saturdays();
    const week = await ask(w.daniel, 'change', { a1day: addDays(hers, -1), a1until: addDays(hers, 2), who: danielId(), child: w.world.theo });
    await answer(w.amara, week, true);
    const middle = await ask(w.amara, 'change', {
      a1day: hers,
      a1start: '10:00',
      a1until: addDays(hers, 1),
      a1end: '10:00',
      who: amaraId(),
      child: w.world.theo,
    });
    expect((await answer(w.daniel, middle, true)).status).toBe(303);
    expect(await Promise.all([addDays(hers, -1), hers, addDays(hers, 1)].map(day => w.holderAt(w.world.theo, day)))).toEqual([
      danielId(),
      amaraId(),
      danielId(),
    ]);
    const rows = await w.rows<{ request_id: string }>('select request_id from parley.agreed_time where request_id = any($1) order by lower(during)', [
      [week, middle].map(idOf),
    ]);
    expect(rows.map(({ request_id }) => (request_id === week.split('/')[2] ? 'first' : 'second'))).toEqual(['first', 'second', 'first']);
    const whole = await ask(w.amara, 'change', { a1day: addDays(hers, -1), a1until: addDays(hers, 2), who: amaraId(), child: w.world.theo });
    await answer(w.daniel, whole, true);
    expect(await w.rows('select from parley.agreed_time where request_id = any($1)', [[week, middle].map(idOf)])).toEqual([]);
  });

  it('is not agreed to where the time was agreed otherwise since it was asked: nothing changes, and nothing is lost', async () => {
    const [hers, his] = await saturdays();
    const first = await ask(w.daniel, 'swap', { a1day: hers, b1day: his });
    const second = await ask(w.daniel, 'change', { a1day: hers, who: danielId() });
    await answer(w.amara, second, true);
    await w.amara.get(first);
    const refused = await w.amara.submit(`${first}/answer`, { answer: 'yes', note: 'Both are fine by me.' });
    expect(refused.status).toBe(409);
    expect(w.amara.text()).toContain('This time was agreed otherwise since it was asked.');
    expect(w.amara.text()).toContain('Both are fine by me.');
    expect(await stateOf(first)).toBe('open');
    expect(await w.holderAt(w.world.theo, his)).toBe(danielId());
    expect((await answer(w.amara, first, false)).status).toBe(303);
  });
});

describe('the form', () => {
  const refuse = async (kind: string, values: Record<string, string | string[]>, words: string) => {
    await w.daniel.get(`/requests/new/${kind}`);
    const reply = await w.daniel.submit(`/requests/new/${kind}`, values);
    expect(reply.status, words).toBe(422);
    expect(w.daniel.text(), words).toContain(words);
    return reply;
  };

  it('says what is wrong beside its field, and keeps everything', async () => {
    const [hers, his] = await saturdays();
    await refuse('extra', { a1day: '' }, 'Choose a day');
    await refuse('extra', { a1day: addDays(today(), -1) }, 'What has been stays as it was');
    await refuse('extra', { a1day: addDays(today(), 1000) }, 'within the next two years');
    await refuse('extra', { a1day: hers, a1until: addDays(hers, -1) }, 'The last day is before the first');
    await refuse('extra', { a1day: hers, a1start: '18:00', a1end: '10:00' }, 'The end is not after the beginning');
    await refuse('extra', { a1day: hers, a1until: addDays(hers, 120) }, 'Ask for 92 days or fewer');
    await refuse('extra', { a1start: '10:00' }, 'Choose the day on which this begins');
    await refuse('extra', { a1day: his }, 'would be with Daniel then already');
    await refuse('extra', { a1day: hers, a2day: hers }, 'This overlaps with another time on this page');
    await refuse('extra', { a1day: hers, child: [] }, 'Choose at least one child');
    await refuse('extra', { a1day: hers, respondDay: addDays(hers, 1) }, 'The answer has to come before it begins');
    await refuse('extra', { a1day: hers, respondDay: today(), respondClock: '00:01' }, 'Leave at least an hour to answer');
    await refuse('change', { a1day: hers, who: 'other', label: '' }, 'Say who they would be with');
    await refuse('change', { a1day: hers, who: w.world.nour.parentId }, 'Choose who they would be with');
    await refuse('extra', { a1day: '2027-02-30' }, 'Write this as a day that exists');
    const kept = await refuse('extra', { a1day: hers, a1start: 'noon', note: 'مرحبا', placeLabel: 'The library', child: w.world.ines }, 'Write this as a time');
    for (const words of [`value="${hers}"`, 'value="noon"', 'مرحبا', 'The library']) expect(kept.body).toContain(words);
    expect(kept.body).toMatch(new RegExp(`value="${w.world.ines}" checked`));
    expect(kept.body).not.toMatch(new RegExp(`value="${w.world.theo}" checked`));
  });

  it('begins with the day that was looked at, and answers by five days or the evening before', async () => {
    const [hers] = await saturdays();
    await w.daniel.get(`/requests/new/extra?day=${hers}&child=${w.world.ines}`);
    expect(w.daniel.form('/requests/new/extra').fields).toMatchObject({ a1day: hers, child: w.world.ines });
    const in3 = addDays(today(), 3);
    const kind = (await w.holderAt(w.world.theo, in3)) === danielId() ? 'first-refusal' : 'extra';
    const soon = await ask(w.daniel, kind, { a1day: in3, a1start: '10:00', a1end: '12:00' });
    const late = await ask(w.daniel, 'extra', { a1day: hers });
    const rows = await w.rows<{ by: string }>(
      `select to_char(respond_by at time zone 'Europe/London', 'YYYY-MM-DD HH24:MI') as by from parley.requests where id = any($1) order by respond_by`,
      [[soon, late].map(idOf)],
    );
    expect(rows.map(({ by }) => by)).toEqual([`${addDays(today(), 2)} 18:00`, `${addDays(today(), 5)} 18:00`]);
    for (const at of [soon, late]) {
      await w.daniel.get(at);
      await w.daniel.submit(`${at}/withdraw`);
    }
  });

  it('holds back one’s own number, and asks once about another', async () => {
    const [hers] = await saturdays();
    await refuse('extra', { a1day: hers, note: 'Ring me on 07700 900418.' }, 'Held back');
    await refuse('extra', { a1day: hers, note: 'The surgery has 020 7946 0123.' }, 'Is it meant to be shared?');
    expect((await w.daniel.submit('/requests/new/extra', { confirm: /name="confirm" value="([^"]+)"/.exec(w.daniel.page.body)![1]! })).status).toBe(303);
    const at = w.daniel.page.location!;
    await w.amara.get(at);
    const held = await w.amara.submit(`${at}/answer`, { answer: 'no', note: 'Write to 14 Larkspur Close.' });
    expect([held.status, w.amara.text().includes('Held back')]).toEqual([422, true]);
    expect(await stateOf(at)).toBe('open');
    await answer(w.amara, at, false);
  });

  it('makes one request however often it is sent, and says so where it has something else in it', async () => {
    const [hers, his] = await saturdays();
    await w.daniel.get('/requests/new/swap');
    const { fields } = w.daniel.form('/requests/new/swap');
    const filled = { ...fields, a1day: hers, b1day: his };
    const replies = await Promise.all([0, 1, 2].map(() => w.daniel.post('/requests/new/swap', filled)));
    expect(replies.map(({ status }) => status)).toEqual([303, 303, 303]);
    expect(new Set(replies.map(({ location }) => location)).size).toBe(1);
    const other = await w.daniel.post('/requests/new/swap', { ...filled, b1day: addDays(his, 1) });
    expect(other.status).toBe(409);
    expect(w.daniel.text()).toContain('This form was sent before, with something else in it.');
    expect(await w.rows('select from parley.requests where submission = $1', [fields.submission])).toHaveLength(1);
    await w.daniel.get(replies[0]!.location!);
    await w.daniel.submit(`${replies[0]!.location!}/withdraw`);
  });

  it('stops at twenty that wait, with everything kept', async () => {
    const [hers] = await saturdays();
    const open = (
      await w.rows<{ count: number }>(`select count(*)::int as count from parley.requests where asked_by = $1 and state = 'open'`, [danielId()])
    )[0]!.count;
    const made: string[] = [];
    for (let number = open; number < 20; number++)
      made.push(await ask(w.daniel, 'extra', { a1day: hers, a1start: '10:00', a1end: `11:${String(number).padStart(2, '0')}` }));
    await w.daniel.get('/requests/new/extra');
    expect((await w.daniel.submit('/requests/new/extra', { a1day: hers, note: 'One more.' })).status).toBe(409);
    expect(w.daniel.text()).toContain('You have 20 requests waiting for an answer');
    expect(w.daniel.page.body).toContain('One more.');
    await w.daniel.get('/requests');
    expect(w.daniel.text()).toMatch(/Waiting for Amara Extra time/);
    for (const at of made) await w.daniel.post(`${at}/withdraw`, {});
    await w.daniel.get('/requests');
    expect(w.daniel.text()).toContain('Older');
    await w.daniel.get('/requests?page=2');
    expect(w.daniel.text()).toContain('Newer');
  });

  it('bears hostile forms', async () => {
    const [hers] = await saturdays();
    await w.daniel.get('/requests/new/extra');
    const { fields } = w.daniel.form('/requests/new/extra');
    const post = (values: Record<string, string | string[]>) => w.daniel.post('/requests/new/extra', { ...fields, a1day: hers, ...values });
    for (const values of [
      { a1day: [hers, hers] },
      { note: 'x'.repeat(2001) },
      { label: 'x'.repeat(81) },
      { placeKind: 'moon' },
      { submission: 'none' },
      { admin: '1' },
      { child: 'not an id' },
      { who: 'nobody' },
      { respondClock: '25:00' },
    ] as Record<string, string | string[]>[]) {
      expect((await post(values)).status, JSON.stringify(values).slice(0, 80)).toBe(422);
    }
    expect([400, 404, 422]).toContain((await post({ note: 'a\0b' })).status);
    expect((await post({ child: w.world.leila })).status).toBe(404);
    expect((await post({ child: [w.world.theo, w.world.leila] })).status).toBe(404);
    expect(await w.rows(`select from parley.requests where submission = $1`, [fields.submission])).toEqual([]);
  });
});

describe('the record', () => {
  it('has each step in one whole sentence, and what was written encrypted', async () => {
    const [hers, his] = await saturdays();
    const at = await ask(w.daniel, 'swap', { a1day: hers, b1day: his, note: 'A party of ninetytwoguests.' });
    const id = idOf(at);
    await answer(w.amara, at, false);
    await w.amara.get(at);
    const entries = [...w.amara.page.body.matchAll(/href="(\/record\/[^"]+)"/g)].map(([, href]) => href!);
    expect(entries).toHaveLength(2);
    await w.amara.get(entries[0]!);
    const long = (iso: string) =>
      new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeZone: 'UTC' }).format(new Date(`${iso}T12:00:00Z`)).replace(',', '');
    expect(w.amara.text()).toContain(
      `Daniel Reyes asks to swap time with Amara Okafor: Ines and Theo to be with Daniel Reyes on ${long(hers)}, all day, instead of with Amara Okafor; and with Amara Okafor on ${long(his)}, all day, instead of with Daniel Reyes.`,
    );
    expect(w.amara.text()).toMatch(/Answer by \w+ \d+ \w+ \d{4}, 18:00; without one, nothing changes\. In their words A party of ninetytwoguests\./);
    await w.amara.get(entries[1]!);
    expect(w.amara.text()).toMatch(
      /Amara Okafor does not agree to what Daniel Reyes asked on \w+ \d+ \w+ \d{4}, \d\d:\d\d \(entry \d+\): .* Nothing changes\./,
    );
    const stored = await w.rows<{ text: string }>(
      `select (r::text || coalesce((select string_agg(s::text, '') from record.steps s where s.about_id = r.id), '')) as text from parley.requests r where r.id = $1`,
      [id],
    );
    expect(stored[0]!.text).not.toContain('ninetytwoguests');
  });

  it('tells the other parent by the neutral notice, and what was seen is no longer new', async () => {
    const [hers] = await saturdays();
    const at = await ask(w.daniel, 'extra', { a1day: hers });
    const id = idOf(at);
    const unseen = (parentId: string) => w.rows('select from parley.unseen_steps where about_id = $1 and parent_id = $2', [id, parentId]);
    expect([(await unseen(amaraId())).length, (await unseen(danielId())).length]).toEqual([1, 0]);
    const jobs = await w.rows<{ key: string }>(`select key from graphile_worker.jobs where task_identifier = 'messages.tell-recipient'`);
    expect(jobs.map(({ key }) => key)).toContain(`messages.tell-step ${w.world.familyId} ${amaraId()}`);
    await w.amara.request('HEAD', at);
    expect(await unseen(amaraId())).toHaveLength(1);
    await w.amara.get(at);
    expect(await unseen(amaraId())).toHaveLength(0);
    await answer(w.amara, at, false);
    expect(await unseen(danielId())).toHaveLength(1);
  });
});
