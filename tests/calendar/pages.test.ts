import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { layAgreement } from '../support/agreements.ts';
import type { Client } from '../support/client.ts';
import type { RunningWorld } from '../support/running-world.ts';
import { statementsOf } from '../support/statements.ts';
import { agendaOf, allDays, calendarWorld, cellOf, motheringSunday } from './calendar-world.ts';

let c: RunningWorld;
beforeAll(async () => {
  c = await calendarWorld();
});
afterAll(() => c.close());

const body = async (client: Client, at: string): Promise<string> => {
  const answer = await client.get(at);
  expect(answer.status, at).toBe(200);
  return answer.body;
};

describe('the month', () => {
  it('has six weeks from Monday to Sunday, with the days of its neighbours stepped back', async () => {
    const html = await body(c.amara, '/calendar/2026-03');
    expect(html).toContain('<h1>March 2026</h1>');
    expect(html.split('class="cal__date"')).toHaveLength(43);
    expect(cellOf(html, '2026-02-23')?.css).toBe('is-out is-past');
    expect(cellOf(html, '2026-03-01')?.css).toBe('is-past');
    expect(cellOf(html, '2026-04-05')?.css).toContain('is-out');
    expect(cellOf(html, '2026-04-06')).toBeNull();
    for (const label of ['February 2026', 'April 2026']) expect(html).toContain(`<span class="vh">${label}</span>`);
  });

  it('says who has the children and when they change hands, in words beside the drawing', async () => {
    const html = await body(c.amara, '/calendar/2026-03');
    // Week of 9 March: Daniel Monday and Tuesday, Amara Wednesday and Thursday, Daniel from Friday.
    expect(cellOf(html, '2026-03-10')).toMatchObject({ spoken: 'With Daniel,', note: '' });
    expect(cellOf(html, '2026-03-11')).toMatchObject({ spoken: 'Handover to Amara at 15:30,', note: '15:30' });
    expect(cellOf(html, '2026-03-12')).toMatchObject({ spoken: 'With Amara,' });
    expect(cellOf(html, '2026-03-11')?.ribbons).toEqual([['seg--b seg--end seg--most', 'seg--a seg--start']]);
    expect(agendaOf(html, '2026-03-11')).toMatchObject({ small: 'With Daniel, then you' });
    expect(agendaOf(await body(c.daniel, '/calendar/2026-03'), '2026-03-11')).toMatchObject({ small: 'With you, then Amara' });
  });

  it('draws a holiday within the other parent’s day, and names it', async () => {
    const html = await body(c.amara, '/calendar/2026-03');
    expect(cellOf(html, '2026-03-15')).toMatchObject({
      spoken: 'With Daniel, and with Amara from 10:00 to 18:00,',
      note: '10:00, 18:00',
      lines: ['Mothering Sunday'],
      ribbons: [['seg--b seg--end', 'seg--a seg--start seg--end seg--most', 'seg--b seg--start']],
    });
    expect(agendaOf(html, '2026-03-15')).toEqual({
      small: 'With Daniel, and you 10:00 to 18:00',
      lines: [
        '10:00Mothering SundayUntil 18:00.',
        '10:00Handover at the kerbsideThe library steps. From Daniel to you.',
        '18:00Handover at the kerbsideThe library steps. From you to Daniel.',
      ],
    });
  });

  it('shows school days, public holidays and changes of the clock by name', async () => {
    const march = await body(c.amara, '/calendar/2026-03');
    expect(cellOf(march, '2026-03-27')?.lines).toEqual(['Spring term ends']);
    expect(cellOf(march, '2026-03-29')?.lines).toEqual(['The clocks go forward']);
    expect(cellOf(await body(c.amara, '/calendar/2026-10'), '2026-10-25')?.lines).toEqual(['The clocks go back']);
    expect(cellOf(await body(c.amara, '/calendar/2026-02'), '2026-02-18')?.lines).toEqual(['February half-term, school break']);
    expect(cellOf(await body(c.amara, '/calendar/2026-06'), '2026-06-26')?.lines).toEqual(['Staff training, school closed']);
    expect(cellOf(await body(c.amara, '/calendar/2026-04'), '2026-04-03')?.lines).toEqual(['Good Friday']);
  });

  it('shows activities with the child, and who brings and collects by whose time it is', async () => {
    const html = await body(c.amara, '/calendar/2026-03');
    expect(cellOf(html, '2026-03-10')?.lines).toEqual(['17:00 Swimming, Ines']);
    expect(agendaOf(html, '2026-03-10')?.lines).toEqual(['17:00Swimming, InesMill Road pool. Until 18:00. Daniel brings and collects.']);
    expect(agendaOf(await body(c.daniel, '/calendar/2026-03'), '2026-03-10')?.lines[0]).toContain('You bring and collect.');
  });

  it('gives each child a ribbon where their days differ, and third-party time a look and words of its own', async () => {
    const html = await body(c.amara, '/calendar/2026-06');
    const saturday = cellOf(html, '2026-06-13')!;
    expect(saturday.ribbons).toHaveLength(2);
    expect(saturday.spoken).toBe('Ines: with Amara; Theo: handover to neither parent (Beaver camp) at 10:00,');
    expect(saturday.ribbons[1]!.some(css => css.startsWith('seg--c'))).toBe(true);
    expect(html).toContain('With neither parent');
    expect(html).toContain('<bdi class="ribbon__of">Theo</bdi>');
    expect(agendaOf(html, '2026-06-13')).toMatchObject({ small: 'Ines: with you; Theo: with you, then neither parent (Beaver camp)' });
    // Alike again: one ribbon.
    expect(cellOf(await body(c.amara, '/calendar/2026-09'), '2026-09-12')?.ribbons).toHaveLength(1);
  });

  it('says where nothing is agreed, and how to propose it', async () => {
    const html = await body(c.nour, '/calendar/2026-03');
    expect(cellOf(html, '2026-03-11')).toMatchObject({ spoken: 'Nothing agreed,', ribbons: [['seg--none']] });
    expect(html).toContain('No regular schedule is agreed yet');
    expect(html).toContain('href="/schedule/new"');
    expect(html).not.toContain('Beaver camp');
    expect(await body(c.amara, '/calendar/2026-03')).not.toContain('No regular schedule is agreed yet');
    // Before it was agreed, the first family has nothing either, and the key says so.
    const before = await body(c.amara, '/calendar/2025-06');
    expect(cellOf(before, '2025-06-11')?.spoken).toBe('Nothing agreed,');
    expect(before).toContain('key__band--none');
  });

  it('is the current month of the family’s zone without an address, and marks today', async () => {
    const today = Temporal.Now.plainDateISO('Europe/London').toString();
    const html = await body(c.amara, '/calendar');
    expect(cellOf(html, today)).toMatchObject({ css: 'is-today' });
    expect(cellOf(html, today)?.note.startsWith('Today')).toBe(true);
    expect(html).toContain('aria-current="date"');
    expect(html).toContain(`<a class="nav__link" href="/calendar" aria-current="page">`);
  });

  it('knows a leap February, the ends of a year, and the first and last month that are shown', async () => {
    const february = await body(c.amara, '/calendar/2028-02');
    expect(cellOf(february, '2028-02-29')?.css).toBe('');
    expect(cellOf(february, '2028-03-01')?.css).toBe('is-out');
    expect(cellOf(await body(c.amara, '/calendar/2027-02'), '2027-02-29')).toBeNull();
    expect(cellOf(await body(c.amara, '/calendar/2026-12'), '2027-01-01')?.css).toContain('is-out');
    const first = await body(c.amara, '/calendar/2000-01');
    expect(first).not.toContain('1999-12');
    expect(first).toContain('<span class="vh">February 2000</span>');
    expect(await body(c.amara, '/calendar/2100-12')).not.toContain('2101-01');
  });
});

describe('addresses that mean no day', () => {
  it('are not there', async () => {
    for (const at of [
      '/calendar/2026-13',
      '/calendar/2026-00',
      '/calendar/2026-3',
      '/calendar/1999-12',
      '/calendar/2101-01',
      '/calendar/march',
      '/calendar/2026-03-01',
      '/calendar/week/2026-02-29',
      '/calendar/week/2026-03',
      '/calendar/day/2026-02-30',
      '/calendar/day/1999-12-31',
      '/calendar/day/2101-01-01',
      '/calendar/day/today',
      `/calendar/day/${'9'.repeat(300)}`,
      '/calendar/list/2026-14',
      '/calendar/list/2026-03-01',
    ])
      expect((await c.amara.get(at)).status, at).toBe(404);
    for (const at of [
      '/calendar/day/2000-01-01',
      '/calendar/day/2100-12-31',
      '/calendar/week/2000-01-01',
      '/calendar/week/2100-12-31',
      '/calendar/list/2028-02',
    ])
      expect((await c.amara.get(at)).status, at).toBe(200);
    expect((await c.amara.post('/calendar/2026-03', {})).status).toBe(404);
  });

  it('send a visitor to sign in, and are not there for a school’s staff', async () => {
    const staff = await c.app.signedIn(c.world.ruth.email);
    for (const at of ['/calendar', '/calendar/2026-03', '/calendar/week/2026-03-09', '/calendar/list/2026-03', '/calendar/day/2026-03-09', '/calendar/new']) {
      expect((await c.app.visitor().get(at)).location, at).toBe('/sign-in');
      expect((await staff.get(at)).status, at).toBe(404);
    }
  });
});

describe('month, week and list', () => {
  it('have the same days in the same words, line by line', async () => {
    for (const month of ['2026-03', '2026-06', '2026-10']) {
      const grid = await body(c.amara, `/calendar/${month}`);
      const list = await body(c.amara, `/calendar/list/${month}`);
      for (const day of allDays(month)) {
        const week = await body(c.amara, `/calendar/week/${day}`);
        const listed = agendaOf(list, day)!;
        expect(listed, day).not.toBeNull();
        expect(agendaOf(grid, day), day).toEqual(listed);
        // A week that spans two months names the month of each day; its lines are the same.
        expect(agendaOf(week, day), day).toEqual(listed);
        const { lines, note, spoken } = cellOf(grid, day)!;
        expect(cellOf(week, day), day).toMatchObject({ lines, note, spoken });
        // What the cell shows, the list has: each name, and each clock beside the date as a handover.
        for (const line of lines) expect(listed.lines.join('\n').replaceAll(/(\d\d:\d\d)(?=\S)/g, '$1 '), `${day}: ${line}`).toContain(line);
        for (const clock of note.split(', ').filter(one => /^\d/.test(one)))
          expect(
            listed.lines.some(line => line.startsWith(`${clock}Handover`)),
            day,
          ).toBe(true);
        expect(listed.lines.filter(line => line.includes('Handover')).length > 0, day).toBe(/\d/.test(note));
      }
    }
  });
});

describe('a day', () => {
  it('says which layer decided, and what it set aside', async () => {
    await body(c.amara, '/calendar/day/2026-03-15');
    const text = c.amara.text();
    expect(text).toContain('Sunday 15 March 2026');
    expect(text).toContain('With Daniel, and you 10:00 to 18:00');
    for (const part of [
      'Until 10:00 With Daniel Decided by: The regular schedule',
      '10:00 to 18:00 With you Decided by: A holiday or special day: Mothering Sunday',
      'From 18:00 With Daniel',
    ])
      expect(text).toContain(part);
    expect(text).toContain('How it was agreed');
  });

  it('shows what an agreed change stands above', async () => {
    await body(c.amara, '/calendar/day/2026-06-14');
    const text = c.amara.text();
    expect(text).toMatch(/Theo Beaver camp|Theo .*Until 16:00 With neither parent \(Beaver camp\) Decided by: An agreed change: Beaver camp/);
    expect(text).toMatch(/Handover at somebody else’s , Theo/);
    expect(text).toContain('From somebody else to you.');
  });

  it('leads to its neighbours, to what can be asked about it, and to its handovers', async () => {
    const html = await body(c.amara, '/calendar/day/2027-03-10');
    for (const href of [
      '/calendar/day/2027-03-09',
      '/calendar/day/2027-03-11',
      '/requests/new/swap?day=2027-03-10',
      '/requests/new/travel?day=2027-03-10',
      '/calendar/2027-03',
    ])
      expect(html).toContain(`href="${href}"`);
    expect(html).toMatch(/href="\/handovers\/at\/2027-03-10T10\.00Z"/);
    // What is over cannot be swapped; time that was missed can be made up for.
    const past = await body(c.amara, '/calendar/day/2026-03-10');
    expect(past).not.toContain('/requests/new/swap');
    expect(past).toContain('/requests/new/make-up?day=2026-03-10');
  });

  it('on which the clocks change is as long as it is', async () => {
    await body(c.amara, '/calendar/day/2026-03-29');
    expect(c.amara.text()).toContain('The clocks go forward');
    expect(c.amara.text()).toContain('All day With Daniel');
  });
});

describe('what one family has', () => {
  it('is on no page of another’s', async () => {
    for (const at of ['/calendar/2026-06', '/calendar/week/2026-06-13', '/calendar/list/2026-06', '/calendar/day/2026-06-13', '/today']) {
      const html = await body(c.nour, at);
      for (const word of ['Beaver', 'Swimming', 'Amara', 'Daniel', 'Theo', 'St Brigid', 'library steps', 'Staff training'])
        expect(html, `${at}: ${word}`).not.toContain(word);
    }
  });

  it('is not kept from what was changed: an agreement, a school’s year and a name show at once', async () => {
    expect(cellOf(await body(c.amara, '/calendar/2026-11'), '2026-11-18')?.spoken).toBe('Handover to Amara at 10:00,');
    await c.database.admin.query(
      `insert into parley.school_periods (school_id, kind, name, during) values ($1, 'term', 'Autumn term', '[2026-09-02,2026-12-18]')`,
      [c.world.school],
    );
    expect(cellOf(await body(c.amara, '/calendar/2026-11'), '2026-11-18')?.spoken).toBe('Handover to Amara at 15:30,');
    await c.database.admin.query(`update parley.children set given_name = 'Teodoro' where id = $1`, [c.world.theo]);
    expect(await body(c.amara, '/calendar/2026-06')).toContain('<bdi class="ribbon__of">Teodoro</bdi>');
    await c.database.admin.query(`update parley.parents set given_name = 'Danilo' where id = $1`, [c.world.daniel.parentId]);
    expect(cellOf(await body(c.amara, '/calendar/2026-03'), '2026-03-10')?.spoken).toBe('With Danilo,');
    await c.database.admin.query(`update parley.children set given_name = 'Theo' where id = $1`, [c.world.theo]);
    await c.database.admin.query(`update parley.parents set given_name = 'Daniel' where id = $1`, [c.world.daniel.parentId]);
  });

  it('is nobody’s who no longer shares it', async () => {
    const familyId = c.world.otherFamilyId;
    await body(c.nour, '/calendar/2026-03');
    await c.database.admin.query(`update parley.family_parents set until = now() where family_id = $1 and parent_id = $2`, [familyId, c.world.nour.parentId]);
    expect((await c.nour.get('/calendar/2026-03')).status).toBe(404);
    await c.database.admin.query(`update parley.family_parents set until = null where family_id = $1 and parent_id = $2`, [familyId, c.world.nour.parentId]);
    expect((await c.nour.get('/calendar/2026-03')).status).toBe(200);
  });

  it('is shown by the family that was chosen, to a parent who shares two', async () => {
    const { admin } = c.database;
    const { daniel: father, nour: other, otherFamilyId, familyId } = c.world;
    await admin.query(`insert into parley.family_parents (family_id, parent_id, side) values ($1, $2, 'b')`, [otherFamilyId, father.parentId]);
    expect(await body(c.daniel, '/calendar/2026-03')).toContain('Mothering Sunday');
    await c.daniel.get('/today');
    await c.daniel.post('/family', { family: otherFamilyId });
    expect(await body(c.daniel, '/calendar/2026-03')).not.toContain('Mothering Sunday');
    await c.daniel.post('/family', { family: familyId });
    expect(await body(c.daniel, '/calendar/2026-03')).toContain('Mothering Sunday');
    await admin.query(`update parley.family_parents set until = now() where family_id = $1 and parent_id = $2`, [otherFamilyId, father.parentId]);
    expect(await body(c.daniel, '/calendar/2026-03')).toContain('Mothering Sunday');
    expect(other.parentId).not.toBe(father.parentId);
  });
});

describe('hostile names', () => {
  it('stand on the page as text, whatever is in them and whichever way they run', async () => {
    const { admin } = c.database;
    await admin.query(`update parley.children set given_name = $2 where id = $1`, [c.world.theo, '<img src=x onerror=alert(1)>ليلى']);
    await layAgreement(
      c.database,
      { familyId: c.world.familyId, children: [c.world.theo], askedBy: c.world.daniel.parentId },
      { layer: 'change', from: '2026-08-08T09:00Z', until: '2026-08-09T15:00Z', holder: null, label: '"><script>x</script>' },
    );
    await admin.query(`update parley.children set class = '2B' where id = $1`, [c.world.theo]);
    for (const at of ['/calendar/2026-08', '/calendar/week/2026-08-08', '/calendar/list/2026-08', '/calendar/day/2026-08-08', '/today']) {
      const html = await body(c.amara, at);
      expect(html, at).not.toContain('<img src=x');
      expect(html, at).not.toContain('<script>x');
    }
    expect(await body(c.amara, '/calendar/2026-08')).toContain('&#34;&gt;&lt;script&gt;');
    await admin.query(`update parley.children set given_name = 'Theo' where id = $1`, [c.world.theo]);
  });
});

describe('statements', () => {
  it('are two for a page of days, and three where something has changed', async () => {
    const called = (surname: string) => c.database.admin.query('update parley.parents set surname = $2 where id = $1', [c.world.amara.parentId, surname]);
    const statements = (at: string) => statementsOf(() => body(c.amara, at));
    await c.amara.get('/calendar');
    for (const at of ['/calendar', '/calendar/2026-03', '/calendar/week/2026-03-11', '/calendar/list/2026-03', '/calendar/day/2026-03-11', '/calendar/new'])
      expect(await statements(at), at).toHaveLength(2);
    expect((await statements('/today')).length).toBeLessThanOrEqual(3);
    await called('Okafor-Bell');
    expect(await statements('/calendar')).toHaveLength(3);
    await called('Okafor');
    expect((await statements('/today')).length).toBeLessThanOrEqual(4);
  });
});

describe('the country', () => {
  it('is the one whose holidays the two agreed on', async () => {
    const { admin } = c.database;
    const { otherFamilyId, leila, sam, nour: mother } = c.world;
    expect(await body(c.nour, '/calendar/2026-07')).not.toContain('Independence Day');
    await layAgreement(
      c.database,
      { familyId: otherFamilyId, children: [leila], askedBy: sam.parentId },
      { layer: 'holiday', from: '2026-01-01', terms: { country: 'US', region: null, rules: [{ ...motheringSunday(c.world), oddYears: mother.parentId }] } },
    );
    await admin.query(`update parley.children set class = '2H' where id = $1`, [leila]);
    expect(await body(c.nour, '/calendar/2026-07')).toContain('Independence Day');
  });
});
