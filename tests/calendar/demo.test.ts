import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadDemoWorld } from '../../seeds/demo-world.ts';
import { schoolYears } from '../../seeds/story/school-years.ts';
import { schedules, storyMonday } from '../../seeds/story/schedule.ts';
import type { ChildId, FamilyId, ParentId } from '../../src/core/ids.ts';
import { checkRecord } from '../../src/record/check-record.ts';
import { addDays, weekdayOf } from '../../src/schedule/index.ts';
import { readAsked } from '../../src/schedule/requests/terms.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';
import { testKeyring } from '../support/keyring.ts';

let database: TestDatabase;
let app: TestApp;

beforeAll(async () => {
  database = await cloneDatabase();
  await loadDemoWorld(database.adminUrl, testKeyring, Temporal.Now.instant());
  app = await startApp(database);
});
afterAll(async () => {
  await app.close();
  await database.close();
});

describe('the demo world', () => {
  it('has whole records, with what was asked and agreed as steps of them', async () => {
    const { rows } = await database.admin.query<{ id: FamilyId; steps: string }>(
      `select f.id, (select count(*) from record.steps s where s.family_id = f.id and s.kind like 'request.%') as steps from parley.families f
        where exists (select from record.entries e where e.family_id = f.id) order by 2 desc`,
    );
    expect(rows.map(({ steps }) => Number(steps))).toEqual([15, 2, 0]);
    for (const { id } of rows) expect((await checkRecord(database.db, testKeyring, id)).fault).toBeNull();
  });

  it('leaves the triggers as they were', async () => {
    const { rows } = await database.admin.query(
      `select tgname from pg_trigger where tgrelid in ('parley.requests'::regclass, 'parley.agreed_plans'::regclass, 'parley.agreed_time'::regclass, 'parley.facts'::regclass) and tgenabled = 'D'`,
    );
    expect(rows).toEqual([]);
  });

  it('shows the story on the pages of both parents', async () => {
    const amara = await app.signedIn('amara@parley.example');
    await amara.get('/today');
    const text = amara.text();
    expect(text).toMatch(/Ines and Theo are with (you|Daniel) until/);
    for (const words of [
      'Next handover',
      'Waiting for your answer',
      'Swap of two Saturdays',
      'Theo’s blue inhaler',
      'Coming up',
      'Daniel asks for',
      'You would have',
    ])
      expect(text).toContain(words);
    const daniel = await app.signedIn('daniel@parley.example');
    await daniel.get('/today');
    expect(daniel.text()).toMatch(/Ines and Theo are with (you|Amara) until/);
    expect(daniel.text()).not.toContain('Waiting for your answer');
    const nour = await app.signedIn('nour@parley.example');
    await nour.get('/today');
    expect(nour.text()).toMatch(/Leila is with (you|Sam)/);
    expect(nour.text()).not.toContain('Amara');
  });
});

const everyDay = Array.from({ length: 370 }, (_, day) => addDays('2026-08-20', day));

describe('whatever day it is loaded on', () => {
  it('what is asked is asked before its answer is due, and that before it would begin', () => {
    const id = (key: string): string => `01890000-0000-7000-8000-${Buffer.from(key.padEnd(6, '-').slice(0, 6)).toString('hex')}`;
    const people = { parent: (key: string) => id(key) as ParentId, child: (key: string) => id(key) as ChildId };
    for (const today of everyDay) {
      for (const lay of Object.values(schedules)) {
        for (const agreement of lay(today, people)) {
          const { made, respondBy, answer, kind, terms } = agreement;
          const asked = readAsked(kind, terms);
          const begins = 'from' in asked.terms ? asked.terms.from : asked.terms.pieces.map(({ from }) => from.day).toSorted()[0]!;
          expect(made.day < today, `${today} ${kind}`).toBe(true);
          expect(`${made.day} ${made.at}` < `${respondBy.day} ${respondBy.at}`, `${today} ${kind}`).toBe(true);
          expect(respondBy.day < begins, `${today} ${kind}`).toBe(true);
          if (answer)
            expect(
              `${made.day} ${made.at}` < `${answer.day} ${answer.at}` && `${answer.day} ${answer.at}` < `${respondBy.day} ${respondBy.at}`,
              `${today} ${kind}`,
            ).toBe(true);
          else expect(today < respondBy.day, `${today} ${kind}`).toBe(true);
        }
      }
      // The week in which the open swap is for a Saturday of next week.
      const saturday = addDays(storyMonday(today), 12);
      expect(weekdayOf(saturday)).toBe(6);
      expect(saturday >= addDays(today, 8) && saturday <= addDays(today, 14), today).toBe(true);
    }
  });

  it('schools have terms, with their breaks and days off on days of the week', () => {
    for (const today of everyDay) {
      for (const school of ['st-brigids', 'hillview'] as const) {
        const periods = schoolYears(school, today);
        for (const { name, from, until } of periods) expect(from <= until, `${today} ${school} ${name}`).toBe(true);
        for (const kind of ['term', 'break', 'closed'] as const) {
          const of = periods.filter(period => period.kind === kind).toSorted((a, b) => (a.from < b.from ? -1 : 1));
          for (const [index, period] of of.entries()) if (index > 0) expect(of[index - 1]!.until < period.from, `${today} ${school} ${period.name}`).toBe(true);
        }
        const terms = periods.filter(({ kind }) => kind === 'term');
        expect(terms).toHaveLength(9);
        for (const { from, until, name } of terms)
          expect(weekdayOf(from) <= 5 && weekdayOf(until) <= 5, `${today} ${school} ${name} ${from} ${until}`).toBe(true);
        expect(
          periods[0]!.from < today &&
            today <
              periods
                .map(({ until }) => until)
                .toSorted()
                .at(-1)!,
        ).toBe(true);
      }
    }
    expect(schoolYears('mill-road', '2026-03-12')).toEqual([]);
  });
});
