import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addDays, rulePatterns, standardPatterns } from '../../../src/schedule/engine/index.ts';
import { anchor, answer, idOf, monday, requestsWorld, type RequestsWorld, today } from '../requests/requests-world.ts';
import type { Client } from '../../support/client.ts';

let w: RequestsWorld;
beforeAll(async () => {
  w = await requestsWorld();
});
afterAll(() => w.close());

const handovers = { schoolTime: '15:30', schoolKind: 'school', schoolLabel: 'Main gate', otherTime: '10:00', otherKind: 'kerbside', otherLabel: 'Library' };
type Values = Record<string, string | string[]>;

async function preview(client: Client, values: Values, kind: 'new' | 'breaks' | 'holidays' = 'new') {
  await client.get(`/schedule/${kind}`);
  const defaults = kind === 'new' ? { ...handovers, pattern: 'alternating-weeks', starts: w.world.daniel.parentId, anchor: '' } : {};
  return client.submit(`/schedule/${kind}`, { ...defaults, ...values, step: 'preview' });
}
/** Looks at a plan and proposes it; gives the address of the request. */
async function propose(client: Client, values: Values, kind: 'new' | 'breaks' | 'holidays' = 'new'): Promise<string> {
  const seen = await preview(client, values, kind);
  expect(seen.status, client.text()).toBe(200);
  expect((await client.submit(`/schedule/${kind}`, { step: 'send' })).status, client.text()).toBe(303);
  return client.page.location!;
}
const plansOf = (child: string, layer: string) =>
  w.rows<{ from: string; until: string | null; request: string }>(
    `select lower(during)::text as from, upper(during)::text as until, request_id as request from parley.agreed_plans where child_id = $1 and layer = $2 order by 1`,
    [child, layer],
  );
const requests = async () => (await w.rows<{ count: number }>('select count(*)::int as count from parley.requests'))[0]!.count;

describe('a preview', () => {
  it('has every standard pattern by its name, with four weeks and its time share, and stores nothing', async () => {
    const before = await requests();
    for (const { name, title, share } of standardPatterns) {
      expect((await preview(w.amara, { pattern: name, from: monday(4) })).status, w.amara.text()).toBe(200);
      expect(w.amara.text(), name).toContain(`Pattern ${title}`);
      expect(w.amara.page.body.match(/class="cal__date"/g), name).toHaveLength(28);
      expect(w.amara.text(), name).toMatch(
        new RegExp(`Parent Nights Share by nights Hours Share by hours Daniel \\d+ ${share.a}% [\\d,]+ \\d+% Amara \\d+ ${share.b}% [\\d,]+ \\d+%`),
      );
    }
    for (const [index, pattern] of ['month-weekends', 'spo', 'espo'].entries()) {
      expect((await preview(w.amara, { pattern, weekend: ['1', '3', '5'], from: monday(4) })).status, w.amara.text()).toBe(200);
      expect(w.amara.text()).toContain(rulePatterns[index]!.title);
      expect(w.amara.text()).toContain('Over 365 days');
    }
    expect(await requests()).toBe(before);
  });

  it('gives a pattern of the month its own times, and a pattern of nights those of the handovers', async () => {
    await preview(w.amara, { pattern: 'espo', from: monday(4) });
    expect(w.amara.text()).toContain(
      'Handover at the end of school 15:30, School, Main gate Handover at other times Kerbside, Library Begins on the first day at 10:00',
    );
    expect(w.amara.text()).toContain('where Thursday has no school, from Friday (18:00, or the end of school)');
    expect(w.amara.text()).not.toContain('Handover on other days 10:00');
    await preview(w.amara, { pattern: '2-2-3', from: monday(4) });
    expect(w.amara.text()).toContain('Handover on school days 15:30, School, Main gate Handover on other days 10:00, Kerbside, Library');
  });

  it('says what it ends, and the nights of a year now and then', async () => {
    await preview(w.amara, { pattern: 'alternating-weekends', from: monday(4) });
    expect(w.amara.text()).toMatch(/2-2-5-5, in force from Mon \d+ \w+ \d{4}, ends\./);
    expect(w.amara.text()).toMatch(
      /Compared with now Nights of a year, .* Ines and Theo Amara 18\d nights \d+ nights Ines and Theo Daniel 18\d nights 3\d\d nights/,
    );
  });

  it('goes back to the form with all that was typed', async () => {
    await preview(w.amara, {
      pattern: 'custom',
      custom: 'AABBBBA',
      from: monday(4),
      v1day: '3',
      v1from: '16:00',
      v1until: '18:30',
      note: 'Shorter weeks.',
      child: w.world.theo,
    });
    expect(w.amara.text()).toContain('Nights in turn Daniel 2, Amara 4, Daniel 1; then again from the first');
    expect(w.amara.text()).toContain('Visits without a night day 3, 16:00 to 18:30, with Daniel');
    expect((await w.amara.submit('/schedule/new', { step: 'edit' })).status).toBe(200);
    const { fields } = w.amara.form('/schedule/new');
    expect(fields).toMatchObject({
      pattern: 'custom',
      custom: 'AABBBBA',
      v1day: '3',
      v1from: '16:00',
      note: 'Shorter weeks.',
      child: w.world.theo,
      otherLabel: 'Library',
      starts: w.world.daniel.parentId,
    });
  });
});

describe('a name that is typed', () => {
  it('is refused with the reason where its arithmetic is another', async () => {
    for (const named of ['2-5-2-5', '2525', ' 2 / 5 / 2 / 5 ']) {
      expect((await preview(w.amara, { named, from: monday(4) })).status).toBe(422);
      expect(w.amara.text()).toMatch(/2-5-2-5 is not 2-2-5-5: it gives 4 nights to 10 \(29\/71\), and 2-2-5-5 gives 7 nights to 7 \(50\/50\)\./);
    }
    expect((await preview(w.amara, { pattern: 'custom', custom: '2-5-2-5', from: monday(4) })).status).toBe(422);
    expect(w.amara.text()).toContain('write each as a letter: AABBBBBAABBBBB');
    expect((await preview(w.amara, { named: 'the usual', from: monday(4) })).status).toBe(422);
    expect(w.amara.text()).toContain('There is no pattern of this name');
  });

  it('is taken by any of its names, before the list', async () => {
    for (const [named, title] of [
      ['2-5-5-2', '2-2-5-5'],
      ['week on, week off', 'Alternating weeks'],
      ['eow', 'Alternating weekends'],
      ['SPO', 'Standard possession order'],
      ['3-3-4-4', '3-4-4-3'],
    ] as const) {
      expect((await preview(w.amara, { named, pattern: '5-2', from: monday(4) })).status, w.amara.text()).toBe(200);
      expect(w.amara.text(), named).toContain(`Pattern ${title}`);
    }
  });
});

describe('what is wrong', () => {
  const refuse = async (values: Values, words: string) => {
    expect((await preview(w.amara, { from: monday(4), ...values })).status, words).toBe(422);
    expect(w.amara.text()).toContain(words);
  };
  it('is said beside its field', async () => {
    await refuse({ pattern: '' }, 'Choose a pattern, or write its name');
    await refuse({ from: '' }, 'Choose the day from which it holds');
    await refuse({ from: today() }, 'What has been stays as it was');
    await refuse({ from: addDays(today(), -1) }, 'What has been stays as it was');
    await refuse({ from: addDays(today(), 1000) }, 'within the next two years');
    await refuse({ schoolTime: '' }, 'Choose the time of the handover');
    await refuse({ pattern: '2-2-3', anchor: addDays(monday(4), 1) }, 'The first night of this pattern is a Monday');
    await refuse({ pattern: 'custom', custom: 'ABC' }, 'Write each night as A');
    await refuse({ pattern: 'custom', custom: 'A'.repeat(85) }, 'at most 84 nights');
    await refuse({ pattern: 'month-weekends', weekend: [] }, 'Choose the weekends of the month');
    await refuse({ v1day: '15', v1from: '10:00', v1until: '11:00' }, 'from 1 to 14');
    await refuse({ v1day: '2', v1from: '12:00', v1until: '11:00' }, 'within the day');
    await refuse({ child: [] }, 'Choose at least one child');
    await refuse({ respondDay: monday(5) }, 'The answer has to come before it begins');
    await refuse({ note: 'Ring 07700 900142.' }, 'Held back');
  });

  it('is not there for other people’s children and parents, and bears hostile forms', async () => {
    await w.amara.get('/schedule/new');
    const { fields } = w.amara.form('/schedule/new');
    const filled: Values = { ...fields, ...handovers, pattern: '5-2', starts: w.world.amara.parentId, from: monday(4), step: 'send' };
    const post = (values: Values) => w.amara.post('/schedule/new', { ...filled, ...values });
    expect((await post({ child: w.world.leila })).status).toBe(404);
    expect((await post({ starts: w.world.nour.parentId })).status).toBe(422);
    for (const values of [
      { pattern: 'moon' },
      { starts: 'x' },
      { step: 'now' },
      { weekend: '9' },
      { extra: '1' },
      { from: [monday(4), monday(5)] },
      { custom: 'A'.repeat(300) },
    ] as Values[])
      expect((await post(values)).status, JSON.stringify(values)).toBe(422);
    expect((await w.nour.post('/schedule/new', { ...filled, family: w.world.familyId })).status).toBe(404);
    expect(await w.rows(`select from parley.requests where submission = $1`, [fields.submission])).toEqual([]);
  });
});

describe('a proposal', () => {
  it('shows the other parent the same preview, and takes effect on its day; what has been stays', async () => {
    const from = monday(6);
    const [before] = [await w.calendarOf(w.world.theo, anchor, from)];
    const at = await propose(w.amara, { from, note: 'Fewer handovers.' });
    await w.daniel.get(at);
    expect(w.daniel.text()).toContain('Fewer handovers.');
    expect(w.daniel.text()).toMatch(/Agree to the schedule .* Four weeks .* Time share .* Compared with now/);
    expect(w.daniel.page.body.match(/class="cal__date"/g)).toHaveLength(28);
    await w.daniel.get('/schedule');
    expect(w.daniel.text()).toMatch(/Proposed Regular schedule from \w{3} \d+ \w+.* Waiting for you until/);
    expect((await answer(w.daniel, at, true)).status).toBe(303);
    expect(await w.calendarOf(w.world.theo, anchor, from)).toBe(before);
    expect((await plansOf(w.world.theo, 'regular')).map(plan => [plan.from, plan.until])).toEqual([
      [anchor, from],
      [from, null],
    ]);
    expect(await w.nightsOf(w.world.theo, w.world.daniel, from, addDays(from, 6))).toBe(7);
    expect(await w.nightsOf(w.world.ines, w.world.amara, addDays(from, 7), addDays(from, 13))).toBe(7);
    await w.amara.get('/schedule');
    expect(w.amara.text()).toMatch(/Alternating weeks .* From \d+ \w+ \d{4}\. Agreed \w{3} \d+ \w+, \d\d:\d\d, entry \d+/);
    await w.amara.get(/href="(\/record\/[^"]+)">Agreed/.exec(w.amara.page.body)![1]!);
    expect(w.amara.text()).toMatch(
      /Daniel Reyes agrees to what Amara Okafor asked on .* \(entry \d+\): a regular schedule for Ines and Theo, from Monday \d+ \w+ \d{4}\. Pattern: Alternating weeks\. Nights in turn: Daniel Reyes 7, Amara Okafor 7; then again from the first\. Night 1: Monday \d+ \w+ \d{4}\. Handover on school days: 15:30, School, Main gate\. Handover on other days: 10:00, Kerbside, Library\./,
    );
  });

  it('for one child leaves the other’s as it is; and one that begins earlier replaces what was to come', async () => {
    const at = await propose(w.amara, { from: monday(10), pattern: '5-2', child: w.world.theo });
    await answer(w.daniel, at, true);
    expect((await plansOf(w.world.ines, 'regular')).map(({ until }) => until)).toEqual([monday(6), null]);
    expect((await plansOf(w.world.theo, 'regular')).at(-1)).toMatchObject({ from: monday(10), request: idOf(at) });
    const sooner = await propose(w.daniel, { from: monday(8), pattern: '2-2-3', child: [w.world.ines, w.world.theo] });
    await w.amara.get(sooner);
    expect(w.amara.text()).toMatch(/5-2, which was to begin on \w{3} \d+ \w+(?: \d{4})?, falls away, for Theo\./);
    await answer(w.amara, sooner, true);
    for (const child of [w.world.ines, w.world.theo]) {
      expect((await plansOf(child, 'regular')).map(plan => [plan.from, plan.until])).toEqual([
        [anchor, monday(6)],
        [monday(6), monday(8)],
        [monday(8), null],
      ]);
    }
  });

  it('is not agreed to where another was agreed since', async () => {
    const first = await propose(w.amara, { from: monday(12), pattern: '5-2' });
    const second = await propose(w.amara, { from: monday(13), pattern: '4-3' });
    await answer(w.daniel, second, true);
    const late = await answer(w.daniel, first, true);
    expect(late.status).toBe(409);
    expect(w.daniel.text()).toContain('was agreed otherwise since it was asked');
    expect((await plansOf(w.world.theo, 'regular')).at(-1)!.request).toBe(idOf(second));
    await answer(w.daniel, first, false);
  });

  it('overtakes a swap that was asked under the schedule before', async () => {
    const day = addDays(monday(20), 5);
    await w.daniel.get('/requests/new/change');
    await w.daniel.submit('/requests/new/change', { a1day: day, who: 'other', label: 'Camp' });
    const swap = w.daniel.page.location!;
    await answer(w.daniel, await propose(w.amara, { from: monday(19), pattern: 'alternating-weeks' }), true);
    expect((await answer(w.amara, swap, true)).status).toBe(409);
    await answer(w.amara, swap, false);
  });

  it('is countered by another, which begins with what was proposed', async () => {
    const first = await propose(w.amara, { from: monday(30), pattern: 'custom', custom: 'AAAABBB', v1day: '2', v1from: '16:00', v1until: '18:00' });
    await w.daniel.get(`${first}/counter`);
    expect(w.daniel.page.location).toBe(`/schedule/new?counter=${idOf(first)}`);
    await w.daniel.get(w.daniel.page.location!);
    expect(w.daniel.form('/schedule/new').fields).toMatchObject({ pattern: 'custom', custom: 'AAAABBB', from: monday(30), v1day: '2' });
    await w.daniel.submit('/schedule/new', { custom: 'AAABBBB', step: 'preview' });
    await w.daniel.submit('/schedule/new', { step: 'send' });
    expect(w.daniel.page.status, w.daniel.text()).toBe(303);
    const second = w.daniel.page.location!;
    await w.amara.get(second);
    expect(w.amara.text()).toContain('Daniel answered with a counter-offer');
    expect(w.amara.text()).toContain('Waiting for you');
    expect((await w.daniel.get(`/schedule/new?counter=${idOf(first)}`)).location).toBe(first);
    expect((await w.amara.get(`/schedule/breaks?counter=${idOf(second)}`)).status).toBe(404);
    await answer(w.amara, second, false);
  });
});

describe('school breaks', () => {
  it('come by their names from the school’s year, are looked at, and decide the days', async () => {
    const begins = addDays(monday(50), 0);
    const year = (kind: string, name: string, from: string, until: string) =>
      w.rows(`insert into parley.school_periods (school_id, kind, name, during) values ($1, $2, $3, daterange($4, $5, '[]'))`, [
        w.world.school,
        kind,
        name,
        from,
        until,
      ]);
    await year('term', 'Autumn', monday(40), addDays(begins, -3));
    await year('term', 'Spring', addDays(begins, 14), addDays(begins, 60));
    await year('break', 'Christmas', begins, addDays(begins, 11));
    await w.amara.get('/schedule/breaks');
    expect(w.amara.text()).toMatch(/Christmas What happens.* All other breaks What happens/);
    expect((await preview(w.amara, { from: monday(2), time: '10:00' }, 'breaks')).status).toBe(422);
    expect(w.amara.text()).toContain('Choose what happens in at least one break');
    expect((await preview(w.amara, { from: monday(2), method3: 'split', time: '10:00' }, 'breaks')).status).toBe(422);
    expect(w.amara.text()).toContain('Write the name that the break has');
    const at = await propose(w.amara, { from: monday(2), method1: 'split', even1: w.world.daniel.parentId, time: '10:00' }, 'breaks');
    await w.daniel.get(at);
    expect(w.daniel.text()).toMatch(/Christmas in halves, the first with Daniel in even years and with Amara in odd years/);
    expect(w.daniel.text()).toMatch(/Christmas, first half .* Christmas, second half/);
    await answer(w.daniel, at, true);
    const odd = Number(begins.slice(0, 4)) % 2 === 1;
    const [first, second] = odd ? [w.world.amara.parentId, w.world.daniel.parentId] : [w.world.daniel.parentId, w.world.amara.parentId];
    expect([await w.holderAt(w.world.theo, begins), await w.holderAt(w.world.theo, addDays(begins, 11))]).toEqual([first, second]);
    await w.amara.get('/schedule/breaks');
    expect(w.amara.form('/schedule/breaks').fields).toMatchObject({ name1: 'Christmas', method1: 'split', even1: w.world.daniel.parentId, time: '10:00' });
  });
});

describe('holidays', () => {
  const rowOf = (what: string): string => {
    const found = [...w.amara.page.body.matchAll(/<div class="plan-rule">([\s\S]*?)name="method(\d+)"/g)].find(([, inside]) =>
      inside!.includes(`<bdi>${what}</bdi>`),
    );
    if (!found) throw new Error(`no row for ${what}`);
    return found[2]!;
  };

  it('come from the country’s list, and decide the days', async () => {
    const { amara, daniel, ines } = w.world;
    await w.amara.get('/schedule/holidays');
    const [christmas, birthday, own, mothers] = [rowOf('Christmas Day'), rowOf('Birthday of Ines'), rowOf('A date of your own'), rowOf('Mothering Sunday')];
    const values = {
      from: monday(2),
      [`method${christmas}`]: 'split',
      [`even${christmas}`]: amara.parentId,
      [`split${christmas}`]: '14:00',
      [`method${birthday}`]: 'fixed',
      [`even${birthday}`]: daniel.parentId,
      [`from${birthday}`]: '09:00',
      [`until${birthday}`]: '19:00',
      [`method${own}`]: 'alternate',
      [`even${own}`]: amara.parentId,
      [`label${own}`]: 'Nowruz',
      [`date${own}`]: '2024-03-20',
      [`next${own}`]: '1',
      [`method${mothers}`]: 'fixed',
      [`even${mothers}`]: amara.parentId,
    };
    expect((await preview(w.amara, { ...values, [`date${own}`]: '' }, 'holidays')).status).toBe(422);
    expect(w.amara.text()).toContain('Choose the date of this day');
    expect(w.amara.page.body).toContain('value="Nowruz"');
    const at = await propose(w.amara, values, 'holidays');
    await w.daniel.get(at);
    expect(w.daniel.text()).toMatch(
      /Christmas Day in two parts, the first with Amara in even years and with Daniel in odd years, 10:00 to 18:00, changing hands at 14:00\. The public holiday “Christmas Day”/,
    );
    expect(w.daniel.text()).toContain('Nowruz with Amara in even years and with Daniel in odd years, 10:00 to 18:00 the next day. Each year on 20 March');
    expect(w.daniel.text()).toMatch(/The coming year and a half What When With As it is now .*Birthday of Ines/);
    await answer(w.daniel, at, true);
    const year = Number(monday(2).slice(0, 4)) + 1;
    const [first, second] = year % 2 === 0 ? [amara, daniel] : [daniel, amara];
    const at25 = (clock: string) => w.holderAt(w.world.theo, `${year}-12-25`, clock);
    expect([await at25('10:00'), await at25('13:59'), await at25('14:00'), await at25('17:59')]).toEqual([
      first.parentId,
      first.parentId,
      second.parentId,
      second.parentId,
    ]);
    // Her brother’s day too: the plan is for both.
    for (const child of [ines, w.world.theo]) expect(await w.holderAt(child, `${year}-06-14`, '09:00')).toBe(daniel.parentId);
    await w.amara.get('/schedule/holidays');
    expect(w.amara.form('/schedule/holidays').fields).toMatchObject({
      [`method${rowOf('Christmas Day')}`]: 'split',
      [`split${rowOf('Christmas Day')}`]: '14:00',
    });
    expect(w.amara.page.body).toContain('value="Nowruz"');
    await w.amara.get('/schedule');
    expect(w.amara.text()).toContain('Public holidays United Kingdom');
  });

  it('may be those of a region or of another country; one that nobody knows is left alone', async () => {
    await w.amara.get('/schedule/holidays?country=GB&region=SCT');
    expect(w.amara.text()).toContain('Public holidays: United Kingdom, Scotland');
    rowOf('January 2nd');
    await w.amara.get('/schedule/holidays?country=DE&region=BY');
    rowOf('Epiphany');
    await w.amara.get('/schedule/holidays?country=XX&region=%3Cb%3E');
    expect(w.amara.text()).toContain('Public holidays: United Kingdom');
    expect((await preview(w.amara, { from: monday(3), method1: 'twice', second1: '0' }, 'holidays')).status).toBe(422);
    expect(w.amara.text()).toContain('Choose how many days after it');
  });
});

describe('a first plan', () => {
  it('may begin today, and a later one from tomorrow on: the database says so too', async () => {
    const { leila, otherFamilyId, nour, sam } = w.world;
    await w.nour.get('/schedule');
    expect(w.nour.text()).toContain('No regular schedule is agreed yet.');
    await w.nour.get('/schedule/new');
    const fields = { ...handovers, pattern: '5-2', starts: nour.parentId, anchor: '' };
    await w.nour.submit('/schedule/new', { ...fields, from: addDays(today(), -1), step: 'preview' });
    expect(w.nour.text()).toContain('Choose today or a later day');
    await w.nour.submit('/schedule/new', { from: addDays(today(), 1), step: 'preview' });
    // An evening’s last hours leave no time to answer before tomorrow.
    if (w.nour.page.status === 422) expect(w.nour.text()).toContain('begins within the hour');
    await w.nour.get('/schedule/new');
    await w.nour.submit('/schedule/new', { ...fields, from: addDays(today(), 3), step: 'send' });
    const at = w.nour.page.location!;
    await answer(await w.app.signedIn(sam.email), at, true);
    const [plan] = await plansOf(leila, 'regular');
    expect(plan).toEqual({ from: addDays(today(), 3), until: null, request: idOf(at) });
    const tried = (sql: string, values: unknown[]) =>
      w.database.db.pool.query(sql, values).then(
        () => 'done',
        (error: { code: string }) => error.code,
      );
    const insert = (layer: string, from: string, terms: unknown = {}) =>
      tried(`insert into parley.agreed_plans (family_id, child_id, layer, during, terms, request_id) values ($1, $2, $3, daterange($4, null), $5, $6)`, [
        otherFamilyId,
        leila,
        layer,
        from,
        JSON.stringify(terms),
        idOf(at),
      ]);
    expect(await insert('regular', today())).toBe('P0S04');
    expect(await insert('holiday', addDays(today(), -1))).toBe('P0S04');
    // Holidays of today may be over already.
    expect(await insert('holiday', today())).toBe('P0S04');
    // What holds is what was agreed to, word for word.
    const [{ terms }] = (await w.rows<{ terms: { terms: object } }>('select terms from parley.requests where id = $1', [idOf(at)])) as [
      { terms: { terms: object } },
    ];
    expect(await tried('delete from parley.agreed_plans where child_id = $1', [leila])).toBe('done');
    expect(await insert('regular', addDays(today(), 3), { ...terms.terms, a: sam.parentId })).toBe('P0S05');
    expect(await insert('regular', addDays(today(), 4), terms.terms)).toBe('P0S05');
    expect(await insert('break', addDays(today(), 3), terms.terms)).toBe('P0S05');
    expect(await insert('regular', addDays(today(), 3), terms.terms)).toBe('done');
  });
});
