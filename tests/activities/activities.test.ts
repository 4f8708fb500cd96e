import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addDays } from '../../src/schedule/index.ts';
import { subjectBy } from '../support/world.ts';
import { openSubject } from '../../src/messages/post-comment.ts';
import { testKeyring } from '../support/keyring.ts';
import { activitiesWorld, type ActivitiesWorld, add, anyId, long, next, terms, today } from './activities-world.ts';

let at: ActivitiesWorld;
beforeAll(async () => {
  at = await activitiesWorld();
});
afterAll(() => at.close());

const idOf = (address: string): string => address.split('/').at(-1)!;
const unseen = async (parentId: string, aboutId: string): Promise<number> =>
  (await at.rows<{ n: number }>('select count(*)::int as n from parley.unseen_steps where parent_id = $1 and about_id = $2', [parentId, aboutId]))[0]!.n;

describe('adding an activity', () => {
  it('puts it on the page with everything that was said, on the record, and before the other parent', async () => {
    const { amara, daniel, world } = at;
    await amara.get('/activities/new');
    expect(amara.text()).toContain('Amara (you)');
    const answer = await amara.submit('/activities/new', {
      ...terms({ name: '  Choir\tclub ', termOnly: '1', cost: '£3 a week' }),
      child: world.ines,
      provider: world.school,
      brings: world.daniel.parentId,
      collects: 'other',
      collectsOther: 'Grandma Grace',
    });
    expect(answer.status).toBe(303);
    const address = answer.location!.split('?')[0]!;
    await amara.get(answer.location!);
    const text = amara.text();
    for (const part of [
      'Choir club',
      'Thursdays',
      '15:30 to 16:15',
      long(today),
      'Term time only',
      'School hall',
      'St Brigid’s Primary',
      'Brings Daniel',
      'Collects Grandma Grace',
      'Cost £3 a week',
      'Added by You',
    ])
      // prettier-ignore
      expect(text).toContain(part);
    expect(text).toContain('Choir club on Thursdays falls in Daniel’s time on 13 of the next 13 Thursdays.');
    expect(text).toContain(`Amara Okafor added Choir club for Ines: on Thursdays from ${long(today)}, 15:30 to 16:15, in term time only, at School hall, with St Brigid’s Primary. Brings: Daniel Reyes. Collects: Grandma Grace. Cost: £3 a week.`); // prettier-ignore
    const entry = /\/record\/[0-9a-f-]{36}\/\d+/.exec(amara.page.body)![0];
    await amara.get(entry);
    expect(amara.text()).toContain('Amara Okafor added Choir club');
    expect(amara.page.body).toContain(address);

    expect(await unseen(world.daniel.parentId, idOf(address))).toBe(1);
    expect(await unseen(world.amara.parentId, idOf(address))).toBe(0);
    await daniel.request('HEAD', address);
    expect(await unseen(world.daniel.parentId, idOf(address))).toBe(1);
    await daniel.get(address);
    expect(daniel.text()).toContain('Choir club on Thursdays falls in your time on 13 of the next 13 Thursdays.');
    expect(daniel.text()).toContain('Brings You');
    expect(await unseen(world.daniel.parentId, idOf(address))).toBe(0);
    const told = await at.rows<{ n: number }>(`select count(*)::int as n from graphile_worker.jobs where task_identifier = 'messages.tell-recipient'`);
    expect(told[0]!.n).toBeGreaterThan(0);
    await daniel.get('/activities');
    expect(daniel.text()).toContain('Choir club');
    expect(daniel.page.body).toContain(`href="${address}"`);
  });

  it('makes one activity of a form that is sent twice, at once or later, and says so', async () => {
    const { daniel, world } = at;
    await daniel.get('/activities/new');
    const { fields } = daniel.form('/activities/new');
    const sent = { ...fields, ...terms({ name: 'Twice' }), child: world.theo };
    const both = await Promise.all([daniel.post('/activities/new', sent), daniel.post('/activities/new', sent)]);
    expect(both.map(({ status }) => status)).toEqual([303, 303]);
    const third = await daniel.post('/activities/new', sent);
    expect(third.location).toMatch(/done=again/);
    expect(new Set([...both, third].map(({ location }) => location!.split('?')[0])).size).toBe(1);
    expect(await at.rows(`select id from parley.activities where name = 'Twice'`)).toHaveLength(1);
  });

  it('shows every mistake beside its field and keeps what was typed', async () => {
    const { amara, world } = at;
    const tries: [more: Record<string, string | string[]>, message: string][] = [
      [{ name: ' ' }, 'Say what the activity is called'],
      [{ name: 'x'.repeat(81) }, 'Keep this to 80 characters or fewer'],
      [{ weekdays: [] }, 'Choose at least one day of the week'],
      [{ weekdays: ['8'] }, 'Choose days of the week'],
      [{ endsAt: '' }, 'Give both times, or neither for a whole day'],
      [{ endsAt: '15:30' }, 'It ends before it begins'],
      [{ startsAt: '25:00' }, 'Write a time as 17:00'],
      [{ startsOn: '2026-02-30' }, 'Write the first day as a day that exists'],
      [{ startsOn: '1999-12-31' }, 'Choose a day of this century'],
      [{ endsOn: addDays(today, -1) }, 'The last day is before the first'],
      [{ child: '' }, 'Choose a child'],
      [{ provider: 'other', providerOther: '' }, 'Say who offers it'],
      [{ brings: 'other', bringsOther: ' ' }, 'Say who brings'],
    ];
    for (const [more, message] of tries) {
      await amara.get('/activities/new');
      const answer = await amara.submit('/activities/new', { ...terms({ place: 'Somewhere <b> else' }), child: world.ines, ...more });
      expect([more, answer.status]).toEqual([more, 422]);
      expect([more, amara.text()]).toEqual([more, expect.stringContaining(message)]);
      expect(amara.page.body).toContain('Somewhere &lt;b&gt; else');
      expect(amara.page.body).toContain('<title>Error: Activity – Parley</title>');
    }
    // Once put right, it is added.
    expect((await amara.submit('/activities/new', { bringsOther: 'Grandma' })).status).toBe(303);
  });

  it('refuses hostile forms, and stores names as they are', async () => {
    const { amara, world } = at;
    await amara.get('/activities/new');
    const { fields } = amara.form('/activities/new');
    const sent = { ...fields, ...terms(), child: world.ines };
    for (const more of [
      { surprise: '1' },
      { name: ['a', 'b'] },
      { termOnly: 'yes' },
      { brings: 'me' },
      { submission: 'x' },
      { child: world.ines.toUpperCase() },
    ]) {
      expect((await amara.post('/activities/new', { ...sent, ...more })).status).toBe(422);
    }
    expect((await amara.post('/activities/new', { ...sent, name: 'a\0b' })).status).toBeGreaterThanOrEqual(400);
    expect((await amara.request('PUT', '/activities/new')).status).toBe(405);
    const hebrew = await add(amara, world.ines, { name: 'שיעור שחייה <script>', weekdays: ['1'], place: '=HYPERLINK("x")' });
    await amara.get(hebrew);
    expect(amara.page.body).toContain('<h1 dir="auto">שיעור שחייה &lt;script&gt;</h1>');
    expect(amara.text()).toContain('=HYPERLINK("x")');
    // Whole days have no clock.
    const trip = await add(amara, world.ines, { name: 'Trip', startsAt: '', endsAt: '' });
    await amara.get(trip);
    expect(amara.text()).toContain('All day');
  });

  it('names only children, parents and schools of the family', async () => {
    const { amara, world } = at;
    await amara.get('/activities/new');
    const before = await at.rows('select id from parley.activities');
    for (const more of [{ child: world.leila }, { provider: world.otherSchool }, { brings: world.nour.parentId }, { collects: anyId() }]) {
      const { fields } = amara.form('/activities/new');
      expect((await amara.post('/activities/new', { ...fields, ...terms(), child: world.ines, ...more })).status).toBe(404);
      await amara.get('/activities/new');
    }
    expect(await at.rows('select id from parley.activities')).toHaveLength(before.length);
  });
});

describe('numbers and addresses', () => {
  it('of one’s own are held back, and others are asked about once', async () => {
    const { amara, world } = at;
    for (const more of [
      { place: 'Ring 07700 900142' },
      { name: 'Judo 07700900142' },
      { cost: 'Send it to 14 Larkspur Close, Ellerby Green' },
      { collects: 'other', collectsOther: 'Ada, 07700 900142' },
    ]) {
      await amara.get('/activities/new');
      expect((await amara.submit('/activities/new', { ...terms(), child: world.theo, ...more })).status).toBe(422);
      expect(amara.text()).toContain('Held back: this looks like your own number or address');
    }
    await amara.get('/activities/new');
    expect((await amara.submit('/activities/new', { ...terms({ name: 'Rowing', place: 'Boathouse, 020 7946 0123' }), child: world.theo })).status).toBe(422);
    expect(amara.text()).toContain('Yes, this is meant to be shared');
    const { fields } = amara.form('/activities/new');
    const confirm = /name="confirm" value="([^"]+)"/.exec(amara.page.body)![1]!;
    expect((await amara.submit('/activities/new')).status).toBe(422);
    const made = await amara.post('/activities/new', { ...fields, confirm });
    expect(made.status).toBe(303);
    const address = made.location!.split('?')[0]!;
    await amara.get(`${address}/day?day=${next(4)}`);
    expect((await amara.submit(`${address}/day`, { kind: 'moved', place: 'At mine, 07700 900142' })).status).toBe(422);
    await amara.get(`${address}/edit`);
    expect((await amara.submit(`${address}/edit`, { place: '07700 900142' })).status).toBe(422);
    expect(await at.rows('select place from parley.activities where id = $1', [idOf(address)])).toEqual([{ place: 'Boathouse, 020 7946 0123' }]);
  });
});

describe('changing an activity', () => {
  it('says what changed, keeps how it was, and tells both', async () => {
    const { amara, daniel, world } = at;
    const address = await add(amara, world.ines, { name: 'Judo', weekdays: ['2'], startsAt: '17:00', endsAt: '18:00', place: 'Dojo' });
    await daniel.get(`${address}/edit`);
    const answer = await daniel.submit(`${address}/edit`, {
      weekdays: ['1', '3'],
      startsAt: '17:30',
      endsAt: '18:30',
      place: 'New dojo',
      brings: world.amara.parentId,
      cost: '£6',
    });
    expect(answer.location).toBe(`${address}?done=changed`);
    await daniel.get(answer.location!);
    expect(daniel.text()).toContain('Daniel Reyes changed Judo for Ines: the days from Tuesdays to Mondays and Wednesdays; the time from 17:00 to 18:00 to 17:30 to 18:30; the place from “Dojo” to “New dojo”; who brings from whoever the children are with to Amara Okafor; the cost from nothing said to “£6”.'); // prettier-ignore
    expect(daniel.text()).toContain('Amara Okafor added Judo for Ines');
    expect(await unseen(world.amara.parentId, idOf(address))).toBe(1);
    const steps = await at.rows<{ kind: string }>('select kind from record.steps where about_id = $1 order by pos', [idOf(address)]);
    expect(steps.map(({ kind }) => kind)).toEqual(['activity.added', 'activity.changed']);
    const audit = await at.rows<{ action: string }>('select action from record.audit_events where target_id = $1 order by id', [idOf(address)]);
    expect(audit.map(({ action }) => action)).toEqual(['activity.added', 'activity.changed']);
    // Nothing different is nothing written.
    await daniel.get(`${address}/edit`);
    expect((await daniel.submit(`${address}/edit`)).location).toBe(`${address}?done=same`);
    expect(await at.rows('select pos from record.steps where about_id = $1', [idOf(address)])).toHaveLength(2);
  });

  it('does not let an old tab overwrite a newer change: it shows that one and keeps what was typed', async () => {
    const { amara, daniel, world } = at;
    const address = await add(amara, world.theo, { name: 'Chess', place: 'Library' });
    await amara.get(`${address}/edit`);
    const old = amara.form(`${address}/edit`).fields;
    await daniel.get(`${address}/edit`);
    await daniel.submit(`${address}/edit`, { startsAt: '16:00', endsAt: '17:00' });
    const stale = await amara.post(`${address}/edit`, { ...old, place: 'Town hall' });
    expect(stale.status).toBe(409);
    expect(amara.text()).toContain('It was changed after this page was made, so nothing was written');
    expect(amara.text()).toContain('Daniel Reyes changed Chess for Theo: the time from 15:30 to 16:15 to 16:00 to 17:00.');
    expect(amara.page.body).toContain('value="Town hall"');
    const [kept] = await at.rows<{ place: string; starts_at: string }>('select place, starts_at from parley.activities where id = $1', [idOf(address)]);
    expect(kept).toEqual({ place: 'Library', starts_at: '16:00:00' });
    // Having read that, what was typed may be sent: the whole form, as it stands.
    expect((await amara.submit(`${address}/edit`)).location).toBe(`${address}?done=changed`);
    const [now] = await at.rows<{ place: string; starts_at: string }>('select place, starts_at from parley.activities where id = $1', [idOf(address)]);
    expect(now).toEqual({ place: 'Town hall', starts_at: '15:30:00' });
  });

  it('is still an old tab after a mistake was put right in it', async () => {
    const { amara, daniel, world } = at;
    const address = await add(amara, world.theo, { name: 'Cards' });
    await amara.get(`${address}/edit`);
    const old = amara.form(`${address}/edit`).fields;
    await daniel.get(`${address}/edit`);
    await daniel.submit(`${address}/edit`, { place: 'Theirs' });
    expect((await amara.post(`${address}/edit`, { ...old, name: '' })).status).toBe(422);
    expect((await amara.submit(`${address}/edit`, { name: 'Cards' })).status).toBe(409);
    expect(await at.rows('select place from parley.activities where id = $1', [idOf(address)])).toEqual([{ place: 'Theirs' }]);
  });

  it('writes one of two changes at once', async () => {
    const { amara, daniel, world } = at;
    const address = await add(amara, world.theo, { name: 'Race' });
    await amara.get(`${address}/edit`);
    await daniel.get(`${address}/edit`);
    const answers = await Promise.all([amara.submit(`${address}/edit`, { place: 'Here' }), daniel.submit(`${address}/edit`, { place: 'There' })]);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([303, 409]);
  });
});

describe('ending an activity', () => {
  it('cancels from a day on, once, and takes that back', async () => {
    const { amara, daniel, world } = at;
    const address = await add(amara, world.theo, { name: 'Drama', weekdays: ['2'] });
    const from = next(2, 1);
    await daniel.get(address);
    const { fields } = daniel.form(`${address}/cancel`);
    const both = await Promise.all([daniel.post(`${address}/cancel`, { ...fields, from }), daniel.post(`${address}/cancel`, { ...fields, from })]);
    expect(both.map(({ status }) => status)).toEqual([303, 303]);
    await amara.get(address);
    expect(amara.text()).toContain(`Daniel Reyes cancelled Drama for Theo from ${long(from)} on.`);
    expect(amara.text()).toContain(`Cancelled from ${long(from)} on`);
    expect(await at.rows('select pos from record.steps where about_id = $1', [idOf(address)])).toHaveLength(2);
    expect((await amara.submit(`${address}/cancel`)).location).toBe(`${address}?done=restored`);
    await amara.get(address);
    expect(amara.text()).toContain(`Amara Okafor took back that Drama for Theo is cancelled from ${long(from)} on. It goes on.`);
    // An old page's word does not count any more.
    expect((await daniel.post(`${address}/cancel`, { ...fields, submission: anyId(), from })).status).toBe(409);
    expect(daniel.text()).toContain('so nothing was written');
  });

  it('refuses a day that is over, and one that is none', async () => {
    const { amara, world } = at;
    const address = await add(amara, world.theo, { name: 'Knitting' });
    for (const from of [addDays(today, -1), '2026-13-01', '']) {
      await amara.get(address);
      expect((await amara.submit(`${address}/cancel`, { from })).status).toBe(422);
      expect(amara.text()).toMatch(/Choose today or a day to come|Choose the day from which it is off/);
    }
  });

  it('takes out what was added by mistake, before anybody can have relied on it', async () => {
    const { amara, daniel, world } = at;
    const address = await add(amara, world.theo, { name: 'Mistake' });
    await amara.get(address);
    const { fields } = amara.form(`${address}/remove`);
    expect((await amara.submit(`${address}/remove`)).location).toMatch(/done=removed$/);
    expect(await at.rows('select id from parley.activities where id = $1', [idOf(address)])).toEqual([]);
    const steps = await at.rows<{ kind: string }>('select kind from record.steps where about_id = $1 order by pos', [idOf(address)]);
    expect(steps.map(({ kind }) => kind)).toEqual(['activity.added', 'activity.removed']);
    // Pressed again it is still gone; its page says what became of it, to this family alone.
    expect((await amara.post(`${address}/remove`, fields)).status).toBe(303);
    expect((await daniel.get(address)).status).toBe(410);
    expect(daniel.text()).toContain('The record keeps that it was added, and that it was taken out.');
    expect((await at.nour.get(address)).status).toBe(404);
    expect(await unseen(world.daniel.parentId, idOf(address))).toBe(0);
  });

  it('lets nothing be taken out that others may rely on; the database says so too', async () => {
    const { amara, daniel, world, database } = { ...at };
    const refused = async (address: string, who = amara) => {
      const answer = await who.post(`${address}/remove`, { submission: anyId() });
      expect([answer.status, who.text()]).toEqual([409, expect.stringContaining('Cancel it instead')]);
      expect(await at.rows('select id from parley.activities where id = $1', [idOf(address)])).toHaveLength(1);
      await expect(database.db.pool.query('delete from parley.activities where id = $1', [idOf(address)])).rejects.toThrow(/rely on|violates/);
    };
    const opened = await add(amara, world.theo, { name: 'Opened' });
    await daniel.get(opened);
    await refused(opened);
    const changed = await add(amara, world.theo, { name: 'Altered' });
    await amara.get(`${changed}/edit`);
    await amara.submit(`${changed}/edit`, { place: 'Elsewhere' });
    await refused(changed);
    const different = await add(amara, world.theo, { name: 'Different' });
    await amara.get(`${different}/day?day=${next(4)}`);
    await amara.submit(`${different}/day`, { kind: 'cancelled' });
    await refused(different);
    const offered = await add(amara, world.theo, { name: 'Offered', provider: world.school });
    await refused(offered);
    const old = await add(amara, world.theo, { name: 'Old' });
    await database.admin.query(`update parley.activities set created_at = now() - interval '61 minutes' where id = $1`, [idOf(old)]);
    await refused(old);
    const spoken = await add(amara, world.theo, { name: 'Spoken of' });
    const draft = { text: 'About it.', submission: anyId(), urgent: null, corrects: null, confirm: null, files: [] };
    await database.db.transact(world.amara, work =>
      openSubject(work, testKeyring, world.familyId, { title: 'Spoken of', about: { activityId: idOf(spoken) as never } }, draft),
    );
    await refused(spoken);
    // Another's is nobody else's to take out.
    const hers = await add(amara, world.theo, { name: 'Hers' });
    const answer = await daniel.post(`${hers}/remove`, { submission: anyId() });
    expect(answer.status).toBe(409);
  });
});

describe('a day that is different', () => {
  it('is off, moved, one more, and as always again', async () => {
    const { amara, daniel, world } = at;
    const address = await add(amara, world.theo, { name: 'Guitar', weekdays: ['2'], startsAt: '17:00', endsAt: '17:30', place: 'Room 2' });
    const [first, second] = [next(2), next(2, 1)];
    await daniel.get(`${address}/day?day=${first}`);
    expect((await daniel.submit(`${address}/day`, { kind: 'cancelled' })).location).toBe(`${address}?done=day`);
    await daniel.get(`${address}/day?day=${second}`);
    await daniel.submit(`${address}/day`, { kind: 'moved', toDay: addDays(second, 2), startsAt: '18:00', endsAt: '18:30', place: 'Room 5' });
    await daniel.get(`${address}/day`);
    await daniel.submit(`${address}/day`, { kind: 'extra', day: addDays(first, 4), startsAt: '10:00', endsAt: '10:30' });
    await amara.get(address);
    const text = amara.text();
    expect(text).toContain(`Daniel Reyes cancelled Guitar for Theo on ${long(first)}.`);
    expect(text).toContain(
      `Daniel Reyes moved Guitar for Theo from ${long(second)}, 17:00 to 17:30, to ${long(addDays(second, 2))}, 18:00 to 18:30, at Room 5.`,
    );
    expect(text).toContain(`Daniel Reyes added a day of Guitar for Theo: ${long(addDays(first, 4))}, 10:00 to 10:30.`);
    for (const badge of ['Off', 'Moved to', 'Moved from', 'Extra day']) expect(text).toContain(badge);
    await amara.get(`${address}/day?day=${first}`);
    expect(amara.text()).toContain('Guitar is off on');
    await amara.submit(`${address}/day`, { kind: 'always' });
    await amara.get(address);
    expect(amara.text()).toContain(`Amara Okafor put Guitar for Theo on ${long(first)} back to what it always is.`);
    expect(await at.rows('select id from parley.activity_days where activity_id = $1', [idOf(address)])).toHaveLength(2);
  });

  it('refuses what makes no sense, beside the field', async () => {
    const { amara, world } = at;
    const address = await add(amara, world.theo, { name: 'Piano', weekdays: ['2'] });
    const tries: [fields: Record<string, string>, message: string][] = [
      [{ kind: 'cancelled', day: next(3) }, 'Piano does not take place on'],
      [{ kind: 'extra', day: next(2) }, 'Piano takes place on that day anyway'],
      [{ kind: 'moved', day: next(2), toDay: next(2, 1) }, 'Piano takes place on that day anyway. Choose another'],
      [{ kind: 'moved', day: next(2), toDay: addDays(today, -1) }, 'That day is over'],
      [{ kind: 'moved', day: next(2) }, 'Give the other day, time or place'],
      [{ kind: 'moved', day: next(2), startsAt: '10:00' }, 'Give both times, or neither'],
      [{ kind: 'cancelled', day: addDays(next(2), -7 * 60) }, 'That day is over'],
      [{ day: next(2) }, 'Say what is different'],
      [{ kind: 'cancelled', day: '' }, 'Choose a day'],
    ];
    for (const [fields, message] of tries) {
      await amara.get(`${address}/day`);
      const answer = await amara.submit(`${address}/day`, fields);
      expect([fields, answer.status, amara.text()]).toEqual([fields, 422, expect.stringContaining(message)]);
    }
    expect(await at.rows('select id from parley.activity_days where activity_id = $1', [idOf(address)])).toEqual([]);
    expect((await amara.get(`${address}/day?day=2026-02-30`)).status).toBe(404);
  });

  it('does not let an old page say something of a day that is different by now', async () => {
    const { amara, daniel, world } = at;
    const address = await add(amara, world.theo, { name: 'Flute', weekdays: ['2'] });
    await amara.get(`${address}/day?day=${next(2)}`);
    await daniel.get(`${address}/day?day=${next(2)}`);
    await daniel.submit(`${address}/day`, { kind: 'cancelled' });
    const stale = await amara.submit(`${address}/day`, { kind: 'moved', toDay: next(5), place: 'The annexe' });
    expect(stale.status).toBe(409);
    expect(amara.text()).toContain('Somebody changed this day after the page was made');
    expect(amara.text()).toContain('Flute is off on');
    expect(amara.page.body).toContain('value="The annexe"');
    // Having seen it, she may.
    expect((await amara.submit(`${address}/day`)).status).toBe(303);
    expect(await at.rows('select kind from parley.activity_days where activity_id = $1', [idOf(address)])).toEqual([{ kind: 'moved' }]);
  });

  it('is written once, however often its form is sent', async () => {
    const { amara, world } = at;
    const address = await add(amara, world.theo, { name: 'Oboe', weekdays: ['2'] });
    await amara.get(`${address}/day?day=${next(2)}`);
    const { fields } = amara.form(`${address}/day`);
    const sent = { ...fields, kind: 'cancelled' };
    const answers = await Promise.all([amara.post(`${address}/day`, sent), amara.post(`${address}/day`, sent)]);
    expect(answers.map(({ status }) => status)).toEqual([303, 303]);
    expect(await at.rows(`select pos from record.steps where about_id = $1 and kind = 'activity.day-cancelled'`, [idOf(address)])).toHaveLength(1);
  });
});

describe('who may', () => {
  it('is the parents of the family: for everybody else an activity is not there', async () => {
    const { amara, nour, office, world } = at;
    const address = await add(amara, world.ines, { name: 'Private' });
    const visitor = at.app.visitor();
    for (const path of ['', '/edit', '/day']) {
      expect((await nour.get(`${address}${path}`)).status).toBe(404);
      expect((await office.get(`${address}${path}`)).status).toBe(404);
      expect((await visitor.get(`${address}${path}`)).status).toBe(303);
    }
    const ids = { submission: anyId(), version: '1' };
    const posts: [string, Record<string, string | string[]>][] = [
      ['/edit', { ...ids, ...terms(), provider: '', brings: 'with', collects: 'with' }],
      ['/cancel', { ...ids, from: next(2) }],
      ['/cancel', { ...ids, back: '1' }],
      ['/remove', { submission: anyId() }],
      ['/day', { submission: anyId(), kind: 'cancelled', day: next(4) }],
    ];
    for (const [path, fields] of posts) {
      expect([path, (await nour.post(`${address}${path}`, fields)).status]).toEqual([path, 404]);
      expect([path, (await office.post(`${address}${path}`, fields)).status]).toEqual([path, 404]);
    }
    for (const id of [anyId(), 'x', idOf(address).toUpperCase()]) expect((await amara.get(`/activities/${id}`)).status).toBe(404);
    expect((await nour.get(`/activities?family=${world.familyId}`)).status).toBe(404);
    expect((await nour.get(`/activities/new?family=${world.familyId}`)).status).toBe(404);
    expect((await nour.get('/activities')).status).toBe(200);
    expect(nour.text()).not.toContain('Private');
    expect(await at.rows('select pos from record.steps where about_id = $1', [idOf(address)])).toHaveLength(1);
  });

  it('is nobody who no longer shares the record', async () => {
    const { amara, daniel, world, database } = { ...at };
    const address = await add(amara, world.ines, { name: 'Later' });
    await database.admin.query('update parley.family_parents set until = now() where parent_id = $1', [world.daniel.parentId]);
    try {
      expect((await daniel.get(address)).status).toBe(404);
      expect((await daniel.post(`${address}/cancel`, { submission: anyId(), version: '1', from: next(2) })).status).toBe(404);
    } finally {
      await database.admin.query('update parley.family_parents set until = null where parent_id = $1', [world.daniel.parentId]);
    }
  });

  it('finds an activity of a family that is not the one the pages begin with', async () => {
    const { amara, nour, world, database } = { ...at };
    await database.admin.query(`insert into parley.family_parents (family_id, parent_id, side) values ($1, $2, 'b')`, [
      world.otherFamilyId,
      world.amara.parentId,
    ]);
    try {
      const leilas = await add(nour, world.leila, { name: 'Ballet' });
      expect((await amara.get(leilas)).status).toBe(200);
      expect(amara.text()).toContain('Ballet');
      await amara.get(`/activities?family=${world.otherFamilyId}`);
      expect(amara.text()).toContain('Leila');
    } finally {
      await database.admin.query('delete from parley.unseen_steps where parent_id = $1 and family_id = $2', [world.amara.parentId, world.otherFamilyId]);
      await database.admin.query('delete from parley.family_parents where family_id = $1 and parent_id = $2', [world.otherFamilyId, world.amara.parentId]);
    }
  });
});

describe('messages about an activity', () => {
  it('begin from its page with the activity chosen, and are listed there by their titles', async () => {
    const { amara, daniel, world, database } = { ...at };
    const address = `/activities/${world.swimming}`;
    await amara.get(address);
    const write = /href="(\/messages\/new\?[^"]+)"/.exec(amara.page.body)![1]!.replaceAll('&amp;', '&');
    await amara.get(write);
    expect(amara.page.body).toContain(`<option value="activity:${world.swimming}" selected>`);
    await amara.submit('/messages/new/review', { title: 'Who brings on Tuesday?', text: 'Can you bring her?' });
    await amara.submit('/messages/new');
    await daniel.get(address);
    expect(daniel.text()).toContain('Who brings on Tuesday?');
    expect(daniel.text()).not.toContain('Can you bring her?');
    // Reading the title is no first view.
    expect(await at.rows('select pos from record.views')).toEqual([]);
    await subjectBy(database, world.amara, world.familyId, world.theo, 'Shoes', 'They are too small.');
    await daniel.get(address);
    expect(daniel.text()).not.toContain('Shoes');
    expect((await at.nour.get(write)).status).toBe(404);
    expect((await amara.get('/messages/new?about=activity:x')).status).toBe(404);
  });
});
