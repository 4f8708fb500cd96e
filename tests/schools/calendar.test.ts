import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '../support/client.ts';
import { type ActivitiesWorld, activitiesWorld, add, anyId } from '../activities/activities-world.ts';

let at: ActivitiesWorld;
beforeAll(async () => {
  at = await activitiesWorld();
});
afterAll(() => at.close());

type Period = { kind: string; name: string; from: string; until: string };
const periods = () => at.database.rows<{ name: string }>('select name from parley.school_periods where school_id = $1 order by during', [at.world.school]);
const version = async () => (await at.database.rows<{ v: number }>('select calendar_version as v from parley.schools where id = $1', [at.world.school]))[0]!.v;

async function enter(client: Client, period: Period) {
  await client.get('/school/calendar');
  return client.submit('/school/calendar', period);
}
const spring: Period = { kind: 'term', name: 'Spring term', from: '2031-01-06', until: '2031-03-28' };
const addressOf = (client: Client, name: string): string =>
  new RegExp(`href="(/school/calendar/[0-9a-f-]{36})"><span><span class="row__title" dir="auto">${name}`).exec(client.page.body)![1]!;

describe('a school’s calendar', () => {
  it('has terms, holidays and closed days, by school year, newest first', async () => {
    const { office } = at;
    const before = await version();
    for (const period of [
      spring,
      { kind: 'break', name: 'Half-term', from: '2031-02-17', until: '2031-02-21' },
      { kind: 'closed', name: 'Training day', from: '2031-01-06', until: '2031-01-06' },
      { kind: 'term', name: 'Autumn term', from: '2031-09-02', until: '2031-12-19' },
    ]) {
      // prettier-ignore
      expect((await enter(office, period)).location).toBe('/school/calendar?done=added');
    }
    await office.get('/school/calendar?done=added');
    const text = office.text();
    expect(text).toContain('Parents’ calendars follow it from now on');
    expect(text).toContain('2030 to 2031');
    expect(text.indexOf('2031 to 2032')).toBeLessThan(text.indexOf('2030 to 2031'));
    expect(text).toContain('Term. Mon 6 January to Fri 28 March 2031');
    expect(text).toContain('School closed. Monday 6 January 2031');
    expect(await version()).toBe(before + 4);
    const audited = await at.database.rows<{ details: { what: string } }>(
      `select details from record.audit_events where action = 'school.calendar-changed' and school_id = $1`,
      [at.world.school],
    );
    expect(audited.map(({ details }) => details.what)).toEqual(['added', 'added', 'added', 'added']);
  });

  it('has no two of one kind on a day, and says which there is', async () => {
    const { office } = at;
    const answer = await enter(office, { ...spring, name: 'Another', from: '2031-03-28', until: '2031-04-20' });
    expect(answer.status).toBe(422);
    expect(office.text()).toContain('Spring term has some of these days: Mon 6 January to Fri 28 March 2031. Two terms never share a day');
    expect(office.page.body).toContain('value="Another"');
    // Side by side they may stand, and of another kind they may lie within.
    expect((await enter(office, { ...spring, name: 'Next', from: '2031-03-29', until: '2031-04-20' })).status).toBe(303);
    // The same form once more is the same entry.
    expect((await enter(office, spring)).status).toBe(303);
    expect((await periods()).filter(({ name }) => name === 'Spring term')).toHaveLength(1);
    // Both at once: the database has one of them.
    const clash = { kind: 'closed', from: '2031-05-05', until: '2031-05-06' };
    const ruth = await at.app.signedIn(at.world.ruth.email);
    const answers = await Promise.all([ruth.post('/school/calendar', { ...clash, name: 'One' }), office.post('/school/calendar', { ...clash, name: 'Other' })]);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([303, 422]);
  });

  it('refuses what cannot be, beside the field', async () => {
    const { office } = at;
    const tries: [Partial<Period>, string][] = [
      [{ until: '2030-01-01' }, 'The last day is before the first'],
      [{ until: '2033-01-01' }, 'This is longer than a year'],
      [{ from: '2031-02-30' }, 'Write the first day as a day that exists'],
      [{ until: '' }, 'Write the last day as a day that exists'],
      [{ name: ' ' }, 'Give it a name'],
      [{ name: 'x'.repeat(81) }, 'Keep this to 80 characters or fewer'],
      [{ kind: 'feast' }, 'Say whether it is a term, a holiday or a day closed'],
      [{ from: '1900-01-01' }, 'Choose a day of this century'],
    ];
    for (const [more, message] of tries) {
      const answer = await enter(office, { ...spring, ...more });
      expect([more, answer.status, office.text()]).toEqual([more, 422, expect.stringContaining(message)]);
    }
    expect((await office.post('/school/calendar', { ...spring, surprise: '1' })).status).toBe(422);
    await enter(office, { kind: 'closed', name: 'יום <b>חופש</b>', from: '2032-05-05', until: '2032-05-05' });
    await office.get('/school/calendar');
    expect(office.page.body).toContain('dir="auto">יום &lt;b&gt;חופש&lt;/b&gt;<');
  });

  it('is changed and removed, and never by a page that has grown old', async () => {
    const { office } = at;
    await enter(office, { kind: 'term', name: 'Summer term', from: '2032-04-19', until: '2032-07-20' });
    await office.get('/school/calendar');
    const address = addressOf(office, 'Summer term');
    await office.get(address);
    const old = office.form(address).fields;
    const oldRemove = office.form(`${address}/remove`).fields;
    expect((await office.submit(address, { until: '2032-07-21' })).location).toBe('/school/calendar?done=changed');
    expect((await office.post(address, { ...old, name: 'Summer' })).status).toBe(409);
    expect(office.text()).toContain('A colleague changed it after this page was made');
    expect(office.page.body).toContain('value="Summer"');
    expect((await office.post(`${address}/remove`, oldRemove)).status).toBe(409);
    await office.get(address);
    expect((await office.submit(address, { from: '2031-09-01' })).status).toBe(422);
    expect(office.text()).toContain('Autumn term has some of these days');
    await office.get(address);
    expect((await office.submit(`${address}/remove`)).location).toBe('/school/calendar?done=removed');
    expect((await office.get(address)).status).toBe(404);
    expect((await periods()).some(({ name }) => name.startsWith('Summer'))).toBe(false);
  });

  it('is the office’s: not the gate’s, another school’s, a parent’s or a visitor’s', async () => {
    const { office, gate, hillview, amara, app } = at;
    await office.get('/school/calendar');
    const address = addressOf(office, 'Spring term');
    const was = { was: 'term 2031-01-06 2031-03-28 Spring term' };
    const before = await periods();
    for (const [method, to, fields] of [
      ['GET', '/school/calendar', {}],
      ['POST', '/school/calendar', { ...spring, from: '2040-01-01', until: '2040-02-01' }],
      ['GET', address, {}],
      ['POST', address, { ...spring, ...was, name: 'Taken' }],
      ['POST', `${address}/remove`, was],
    ] as const) {
      const ask = (client: Client) => (method === 'GET' ? client.get(to) : client.post(to, fields));
      expect([to, (await ask(gate)).status]).toEqual([to, 403]);
      expect([to, (await ask(amara)).status]).toEqual([to, 404]);
      expect([to, (await ask(app.visitor())).status]).toEqual([to, method === 'GET' ? 303 : 403]);
      if (to !== '/school/calendar') expect([to, (await ask(hillview)).status]).toEqual([to, 404]);
    }
    expect((await office.get(`/school/calendar/${anyId()}`)).status).toBe(404);
    expect(await periods()).toEqual(before);
  });

  it('reaches parents: an activity in term time passes over a holiday entered later', async () => {
    const { office, amara, world } = at;
    // A term around the activity, so that there is term time to be in.
    await enter(office, { kind: 'term', name: 'Long term', from: '2035-01-01', until: '2035-06-29' });
    const address = await add(amara, world.ines, { name: 'Band', weekdays: ['4'], startsOn: '2035-01-04', endsOn: '2035-01-25', termOnly: '1' });
    const holiday = (day: string) => amara.get(`${address}/day?day=${day}`).then(() => amara.page.body.includes('One more day, besides the weekly ones'));
    expect(await holiday('2035-01-18')).toBe(false);
    await enter(office, { kind: 'break', name: 'Snow week', from: '2035-01-15', until: '2035-01-19' });
    expect(await holiday('2035-01-18')).toBe(true);
    expect(await holiday('2035-01-11')).toBe(false);
    // The terms that come next stand beside the form's first and last day.
    await amara.get('/activities/new');
    expect(amara.text()).toContain('Spring term, St Brigid’s Primary: Mon 6 January to Fri 28 March 2031');
  });
});
