import { describe, expect, test } from 'vitest';
import type { ChildCalendar } from '../../../src/schedule/engine/index.ts';
import { publicHolidays, timeline } from '../../../src/schedule/engine/index.ts';
import type { HolidayRule } from '../../../src/schedule/terms.ts';
import { at, calendarOf, customNights, holidayRule, ines, local, theo } from './calendars.ts';

/** The days of a rule over some years. */
const daysOf = (
  rule: HolidayRule,
  first: number,
  last: number,
  changed: Partial<ChildCalendar> = {},
  country = 'GB',
  region: string | null = 'ENG',
): string[] => {
  const calendar = calendarOf(customNights('B'), {
    ...changed,
    holidays: [{ from: '1990-01-01', until: null, requestId: 'holidays', terms: { country, region, rules: [{ ...rule, method: 'fixed' }] } }],
  });
  return timeline(calendar, at(`${first}-01-01 00:00`), at(`${last + 1}-01-01 00:00`))
    .filter(({ layer }) => layer === 'holiday')
    .map(({ from }) => local(from).slice(0, 10));
};

describe('which day', () => {
  test('a birthday, and one on 29 February on the last of the month where the year has no such day', () => {
    const rule = holidayRule({ kind: 'birthday', childId: ines });
    expect(daysOf(rule, 2024, 2026)).toEqual(['2024-06-14', '2025-06-14', '2026-06-14']);
    expect(daysOf(rule, 2023, 2025, { bornOn: '2016-02-29' })).toEqual(['2023-02-28', '2024-02-29', '2025-02-28']);
    expect(daysOf(rule, 2015, 2017, {})).toEqual(['2016-06-14', '2017-06-14']);
  });

  test('a brother’s birthday, where it is known', () => {
    const rule = holidayRule({ kind: 'birthday', childId: theo });
    expect(daysOf(rule, 2025, 2025)).toEqual([]);
    expect(daysOf(rule, 2025, 2025, { siblings: [{ childId: theo, bornOn: '2019-09-30' }] })).toEqual(['2025-09-30']);
  });

  test('the same date each year', () => {
    expect(daysOf(holidayRule({ kind: 'date', month: 12, day: 31 }), 2025, 2026)).toEqual(['2025-12-31', '2026-12-31']);
    expect(daysOf(holidayRule({ kind: 'date', month: 2, day: 29 }), 2023, 2024)).toEqual(['2023-02-28', '2024-02-29']);
    expect(daysOf(holidayRule({ kind: 'date', month: 2, day: 31 }), 2026, 2026)).toEqual(['2026-02-28']);
  });

  test('Mothering Sunday is the 4th in Lent', () => {
    expect(daysOf(holidayRule({ kind: 'mothers-day' }), 2019, 2028)).toEqual([
      '2019-03-31',
      '2020-03-22',
      '2021-03-14',
      '2022-03-27',
      '2023-03-19',
      '2024-03-10',
      '2025-03-30',
      '2026-03-15',
      '2027-03-07',
      '2028-03-26',
    ]);
  });

  test.each([
    ['US', 'TX', '2026-05-10', '2026-06-21'],
    ['IE', null, '2026-03-15', '2026-06-21'],
    ['FR', null, '2026-05-31', '2026-06-21'],
    ['NO', null, '2026-02-08', '2026-11-08'],
    ['AU', 'NSW', '2026-05-10', '2026-09-06'],
    ['DE', null, '2026-05-10', '2026-05-14'],
    ['ZZ', null, '2026-05-10', '2026-06-21'],
  ])('mothers and fathers in %s', (country, region, mothers, fathers) => {
    expect(daysOf(holidayRule({ kind: 'mothers-day' }), 2026, 2026, {}, country, region)).toEqual([mothers]);
    expect(daysOf(holidayRule({ kind: 'fathers-day' }), 2026, 2026, {}, country, region)).toEqual([fathers]);
  });

  test('a public holiday of the country, by its name', () => {
    expect(daysOf(holidayRule({ kind: 'public', name: 'Christmas Day' }), 2025, 2027)).toEqual(['2025-12-25', '2026-12-25', '2027-12-25']);
    expect(daysOf(holidayRule({ kind: 'public', name: 'Good Friday' }), 2026, 2027)).toEqual(['2026-04-03', '2027-03-26']);
    expect(daysOf(holidayRule({ kind: 'public', name: 'Thanksgiving Day' }), 2026, 2026, {}, 'US', 'TX')).toEqual(['2026-11-26']);
    expect(daysOf(holidayRule({ kind: 'public', name: 'No such day' }), 2026, 2026)).toEqual([]);
    expect(daysOf(holidayRule({ kind: 'public', name: 'Christmas Day' }), 2026, 2026, {}, 'ZZ')).toEqual([]);
  });
});

describe('the library of public holidays', () => {
  test('has the days of a country and of its region', () => {
    const england = publicHolidays('GB', 'ENG', 2026);
    expect(england.filter(({ free }) => free).map(({ day, name }) => `${day} ${name}`)).toEqual([
      "2026-01-01 New Year's Day",
      '2026-04-03 Good Friday',
      '2026-04-06 Easter Monday',
      '2026-05-04 Early May bank holiday',
      '2026-05-25 Spring bank holiday',
      '2026-08-31 Summer bank holiday',
      '2026-12-25 Christmas Day',
      '2026-12-26 Boxing Day',
      '2026-12-28 Boxing Day (substitute day)',
    ]);
    expect(england.find(({ name }) => name === 'Easter Sunday')).toEqual({ day: '2026-04-05', name: 'Easter Sunday', free: false });
    expect(publicHolidays('GB', 'SCT', 2026).some(({ name }) => name === 'Easter Monday')).toBe(false);
  });

  test('knows nothing of a country that is not in it, and takes a region that is not for the country', () => {
    expect(publicHolidays('ZZ', null, 2026)).toEqual([]);
    expect(publicHolidays('IE', 'nowhere', 2026)).toEqual(publicHolidays('IE', null, 2026));
    expect(publicHolidays('IE', null, 2026).length).toBeGreaterThan(8);
  });

  test('is asked once for a year', () => {
    expect(publicHolidays('FR', null, 2030)).toBe(publicHolidays('FR', null, 2030));
  });
});
