import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { figuresFor, KnownCalendars } from '../../../src/schedule/index.ts';
import { layAgreement } from '../../support/agreements.ts';
import { day, gate, handoverWorld, type HandoverWorld, hour, minute } from '../handovers/handover-world.ts';

let h: HandoverWorld;
const lines = (body: string) => body.replace('\uFEFF', '').trimEnd().split('\r\n');
beforeAll(async () => {
  h = await handoverWorld();
  const { amara, daniel, familyId, ines, theo } = h.world;
  const change = (from: string, until: string, holder: typeof daniel | null) =>
    layAgreement(
      h.database,
      { familyId, children: [ines, theo], askedBy: amara.parentId },
      { layer: 'change', from, until, holder: holder?.parentId ?? null, label: 'Weekend', place: gate },
    );
  // Three weekends with Daniel in January 2025, and camp.
  await change('2025-01-03T15:30:00Z', '2025-01-05T18:00:00Z', daniel);
  await change('2025-01-10T15:30:00Z', '2025-01-12T18:00:00Z', daniel);
  await change('2025-01-17T15:30:00Z', '2025-01-19T18:00:00Z', daniel);
  await change('2025-01-21T09:00:00Z', '2025-01-23T09:00:00Z', null);
  const at = (text: string) => Date.parse(`2025-01-${text}:00Z`);
  // The first began at 09:00 on the Saturday; the second did not take place; of the third they say different things.
  await h.layMarks(at('03T15:30'), amara.parentId, daniel.parentId, [{ by: daniel.parentId, kind: 'received', at: at('04T09:00') }]);
  await h.layMarks(at('10T15:30'), amara.parentId, daniel.parentId, [{ by: amara.parentId, kind: 'not-taken-place', at: at('10T16:30') }]);
  await h.layMarks(at('17T15:30'), amara.parentId, daniel.parentId, [
    { by: amara.parentId, kind: 'handed-over', at: at('17T15:31') },
    { by: daniel.parentId, kind: 'not-taken-place', at: at('17T17:00') },
  ]);
  await h.layMarks(at('29T12:00'), amara.parentId, daniel.parentId, [{ by: amara.parentId, kind: 'handed-over', at: at('29T12:00') }]);
});
afterAll(() => h.close());

const january = 'from=2025-01-01&until=2025-01-31';

describe('the figures of a period', () => {
  it('are planned and actual overnights and hours of each child, as tables, as charts and with their method', async () => {
    await h.amara.get(`/figures?${january}`);
    expect(h.amara.page.status).toBe(200);
    const text = h.amara.text();
    expect(text).toContain('Planned and actual time, 1 January 2025 to 31 January 2025');
    for (const child of ['Ines', 'Theo']) {
      expect(text).toContain(`Overnights , ${child} With Planned Actual Difference Amara (you) 23 26 +3 Daniel 6 3 −3 Somebody else 2 2 0`);
      // Camp is 48 hours; each weekend 50.5.
      expect(text).toContain(
        `Hours , ${child} With Planned Actual Difference Amara (you) 544 h 30 min 612 h 30 min +68 h Daniel 151 h 30 min 83 h 30 min −68 h Somebody else 48 h 48 h 0 h`,
      );
    }
    expect(text).toContain('An overnight counts where the child is at 04:00, and a day begins and ends in the family’s time zone (Europe/London).');
    expect(text).toContain(
      'Received, as marked 1 handover Not marked, as planned 5 handovers Did not take place 1 handover Said differently, as planned 1 handover',
    );
    expect(text).toContain('Fri 10 January 2025, 15:30: Ines and Theo from you to Daniel Did not take place, as you marked');
    expect(text).toContain('Fri 17 January 2025, 15:30: Ines and Theo from you to Daniel One parent marked it, the other says that it did not take place.');
    expect(text).toContain('Wed 29 January 2025, 12:00: Ines and Theo from you to Daniel Marked, and planned otherwise since. Its marks are not counted');
    expect(h.amara.page.body.match(/<svg class="chart chart--/g)).toHaveLength(8);
    expect(h.amara.page.body).toContain(
      '<desc id="nights-0-wide-d">Overnights: Amara (you) 23 planned, 26 actual, Daniel 6 planned, 3 actual and Somebody else 2 planned, 2 actual.</desc>',
    );
    expect(h.amara.page.body).not.toMatch(/\sstyle=/);
  });

  it('are the same for both parents', async () => {
    await h.daniel.get(`/figures?${january}`);
    expect(h.daniel.text()).toContain('Amara 23 26 +3 Daniel (you) 6 3 −3 Somebody else 2 2 0');
    expect(h.daniel.text()).toContain('Did not take place, as Amara marked');
  });

  it('are of this month where nothing is said, and of the periods that people ask for most', async () => {
    await h.amara.get('/figures');
    expect(h.amara.page.body).toMatch(/aria-current="page">This month/);
    for (const [period, words] of [
      ['this-month', /Planned and actual time, 1 \w+ \d{4} to (28|29|30|31) \w+ \d{4}/],
      ['last-month', /Planned and actual time, 1 \w+ \d{4} to (28|29|30|31) \w+ \d{4}/],
      ['this-year', /Planned and actual time, 1 January \d{4} to 31 December \d{4}/],
      ['last-12-months', /Planned and actual time/],
    ] as const) {
      await h.amara.get(`/figures?period=${period}`);
      expect(h.amara.page.status, period).toBe(200);
      expect(h.amara.text()).toMatch(words);
    }
  });

  it('are counted until now where the period is not over, and are the plan alone before it begins', async () => {
    await h.amara.get(`/figures?from=2025-01-01&until=${new Date(h.now + 30 * day).toISOString().slice(0, 10)}`);
    expect(h.amara.text()).toMatch(/Counted until today, \d\d:\d\d\./);
    expect(h.amara.text()).toContain('With Planned in all Planned until now Actual Difference');
    const [from, until] = [40, 50].map(days => new Date(h.now + days * day).toISOString().slice(0, 10));
    await h.amara.get(`/figures?from=${from}&until=${until}`);
    expect(h.amara.text()).toContain('This has not begun, so there is only the plan.');
    expect(h.amara.text()).toContain('With Planned in all Amara (you) 11');
    expect(h.amara.text()).not.toContain('Actual Difference');
  });

  it.each([
    ['from=2025-02-01&until=2025-01-01', 'The last day is before the first'],
    ['from=2000-01-01&until=2099-12-31', 'Choose at most 5 years at a time'],
    ['from=2025-02-30&until=2025-03-01', 'Write a date as a day that exists'],
    ['from=yesterday', 'Write a date as a day that exists'],
    ['until=9999-12-31', 'Choose a day between 2000 and 2099'],
    ['from=1825-01-01&until=1825-01-31', 'Choose a day between 2000 and 2099'],
    ['period=forever', 'Choose a period'],
    ['from=2025-01-01&from=2025-01-02', ''],
    ['from=-1&until=%F0%9F%98%80', 'Write a date as a day that exists'],
  ])('are refused with a clear answer for %s', async (query, words) => {
    const started = performance.now();
    expect((await h.amara.get(`/figures?${query}`)).status).toBe(422);
    expect(h.amara.text()).toContain(words);
    expect([404, 422]).toContain((await h.amara.get(`/figures/file.csv?${query}`)).status);
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('keep what was typed beside what is wrong with it', async () => {
    await h.amara.get('/figures?from=2025-02-01&until=2025-01-01');
    expect(h.amara.page.body).toMatch(/id="from"[^>]*value="2025-02-01"/);
    expect(h.amara.page.body).toMatch(/id="until"[^>]*value="2025-01-01"[^>]*aria-invalid="true"/);
    expect(h.amara.page.body).toContain('<a href="#until">The last day is before the first</a>');
  });

  it('take five years and a leap day', async () => {
    await h.amara.get('/figures?from=2020-01-06&until=2025-01-03');
    expect(h.amara.page.status).toBe(200);
    await h.amara.get('/figures?from=2024-02-29&until=2024-02-29');
    expect(h.amara.text()).toContain('Amara (you) 1 1 0');
    expect(h.amara.text()).toContain('Amara (you) 24 h 24 h 0 h');
  });

  it('say that nothing was agreed, where nothing was', async () => {
    await h.amara.get('/figures?from=2019-01-01&until=2019-01-31');
    expect(h.amara.text()).toContain('Nothing was agreed for these days');
    await h.nour.get(`/figures?${january}`);
    expect(h.nour.text()).toContain('Nothing was agreed for these days');
    expect(h.nour.page.body).not.toMatch(/Ines|Theo|Daniel|Amara/);
  });
});

describe('the figures to take away', () => {
  it('are one line for each child and person, under a neutral name', async () => {
    const { headers, body, status } = await h.amara.get(`/figures/file.csv?${january}`);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(headers.get('content-disposition')).toContain('Figures.csv');
    expect(headers.get('cache-control')).toContain('no-store');
    expect(lines(body)).toEqual([
      '"First day","Last day","Counted until","Child","With","Overnights planned in all","Overnights planned until then","Overnights actual","Overnights difference","Hours planned in all","Hours planned until then","Hours actual","Hours difference"',
      ...['Ines', 'Theo'].flatMap(child => [
        `"2025-01-01","2025-01-31","2025-01-31 24:00","${child}","Amara",23,23,26,3,544.5,544.5,612.5,68`,
        `"2025-01-01","2025-01-31","2025-01-31 24:00","${child}","Daniel",6,6,3,-3,151.5,151.5,83.5,-68`,
        `"2025-01-01","2025-01-31","2025-01-31 24:00","${child}","Somebody else",2,2,2,0,48,48,48,0`,
      ]),
    ]);
  });

  it('are one line for each night with what decided it and on whose word', async () => {
    const all = lines((await h.amara.get(`/figures/file.csv?${january}&lines=nights`)).body);
    expect(all).toHaveLength(1 + 2 * 31);
    expect(all[0]).toBe('"Night of","Child","Planned with","Actually with","Decided by","Last change of hands","Marked by"');
    const of = (night: string) => all.find(line => line.startsWith(`"${night}","Ines"`));
    expect(of('2025-01-03')).toMatch(/^"2025-01-03","Ines","Daniel","Amara","An agreed change: Weekend",/);
    expect(of('2025-01-04')).toBe('"2025-01-04","Ines","Daniel","Daniel","An agreed change: Weekend","Received","Daniel"');
    expect(of('2025-01-11')).toMatch(/"Daniel","Amara","An agreed change: Weekend","Not marked; the plan is counted",""$/);
    expect(of('2025-01-18')).toBe(
      '"2025-01-18","Ines","Daniel","Daniel","An agreed change: Weekend","The parents say different things; the plan is counted",""',
    );
    expect(of('2025-01-21')).toContain('"Somebody else","Somebody else"');
  });

  it('leave nights to come empty, and begin no formula', async () => {
    await h.database.admin.query(`update parley.children set given_name = '=HYPERLINK("x")' where id = $1`, [h.world.theo]);
    const until = new Date(h.now + 3 * day).toISOString().slice(0, 10);
    const from = new Date(h.now - 2 * day).toISOString().slice(0, 10);
    const nights = lines((await h.amara.get(`/figures/file.csv?from=${from}&until=${until}&lines=nights`)).body);
    expect(nights.at(-1)).toMatch(new RegExp(`^"${until}","'=HYPERLINK\\(""x""\\)","Amara","","The regular schedule`));
    const totals = (await h.amara.get(`/figures/file.csv?${january}`)).body;
    expect(totals).toContain(`"'=HYPERLINK(""x"")"`);
    expect(totals).not.toMatch(/(^|,)"?[=+@]/m);
    expect((await h.amara.get(`/figures/file.csv?lines=days`)).status).toBe(404);
    await h.database.admin.query(`update parley.children set given_name = 'Theo' where id = $1`, [h.world.theo]);
  });

  it('tell nobody that they were looked at', async () => {
    const [before] = await h.rows<{ entries: string; audits: string; jobs: string }>(
      `select (select count(*) from record.entries) as entries, (select count(*) from record.audit_events) as audits, (select count(*) from graphile_worker._private_jobs) as jobs`,
    );
    await h.amara.get(`/figures?${january}`);
    await h.amara.get(`/figures/file.csv?${january}`);
    const [after] = await h.rows(
      `select (select count(*) from record.entries) as entries, (select count(*) from record.audit_events) as audits, (select count(*) from graphile_worker._private_jobs) as jobs`,
    );
    expect(after).toEqual(before);
  });

  it('are there for an export of the record', async () => {
    const { family, figures } = await figuresFor(
      h.database.db,
      new KnownCalendars(),
      h.world.amara,
      h.world.familyId,
      { from: '2025-01-01', until: '2025-01-31' },
      new Date(),
    );
    expect(family.familyId).toBe(h.world.familyId);
    expect(figures.children.map(({ childId, actual }) => [childId, actual.nights.get(h.world.daniel.parentId)])).toEqual([
      [h.world.ines, 3],
      [h.world.theo, 3],
    ]);
    await expect(
      figuresFor(h.database.db, new KnownCalendars(), h.world.nour, h.world.familyId, { from: '2025-01-01', until: '2025-01-31' }, new Date()),
    ).rejects.toThrow();
  });
});

it('a mark counts in the figures as soon as it is made', async () => {
  await h.agree(h.world.daniel, -40 * minute, 5 * hour);
  const today = new Date(h.now - 40 * minute).toISOString().slice(0, 10);
  const hoursOf = async () => {
    const { body } = await h.amara.get(`/figures/file.csv?from=${today}&until=${today}`);
    return lines(body).find(line => line.includes('"Ines","Daniel"'))!;
  };
  const before = await hoursOf();
  await h.daniel.get(h.address(-40 * minute));
  expect((await h.daniel.submit(`${h.address(-40 * minute)}/mark`, { mark: 'received' })).status).toBe(303);
  expect(await hoursOf()).not.toBe(before);
  await h.amara.get(`/figures?from=${today}&until=${today}`);
  expect(h.amara.text()).toContain('Received, as marked 1 handover');
});
