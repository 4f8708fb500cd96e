import { describe, expect, test } from 'vitest';
import type { ChildCalendar, Stretch } from '../../../src/schedule/engine/index.ts';
import { handoversOf, timeline } from '../../../src/schedule/engine/index.ts';
import type { Pattern } from '../../../src/schedule/terms.ts';
import { at, calendarOf, kerbside, letter, lines, school, schoolYear } from './calendars.ts';

const between = (calendar: ChildCalendar, from: string, until: string): Stretch[] => timeline(calendar, at(from, calendar.zone), at(until, calendar.zone));
const places = (stretches: readonly Stretch[]) => handoversOf(stretches).map(({ place }) => place?.label ?? null);

describe('by the month', () => {
  const weekends = (numbers: number[], until: 1 | 7 = 7): Pattern => ({
    kind: 'month-weekends',
    weekends: numbers,
    from: { weekday: 5, time: '18:00' },
    until: { weekday: until, time: until === 7 ? '18:00' : '08:30' },
  });
  const givenTo = (holder: 'A' | 'B', stretches: readonly Stretch[]) =>
    stretches.filter(stretch => letter(stretch.holder) === holder).map(({ from }) => lines([{ ...stretches[0]!, from }])[0]!.slice(0, 16));

  test('1st, 3rd and 5th weekends, Friday to Sunday', () => {
    const stretches = between(calendarOf(weekends([1, 3, 5])), '2026-05-01 00:00', '2026-07-01 00:00');
    expect(lines(stretches)).toEqual([
      '2026-05-01 00:00 A',
      '2026-05-01 18:00 B',
      '2026-05-03 18:00 A',
      '2026-05-15 18:00 B',
      '2026-05-17 18:00 A',
      '2026-05-29 18:00 B',
      '2026-05-31 18:00 A',
      '2026-06-05 18:00 B',
      '2026-06-07 18:00 A',
      '2026-06-19 18:00 B',
      '2026-06-21 18:00 A',
    ]);
    expect(new Set(places(stretches))).toEqual(new Set([kerbside.label]));
  });

  test('the weekend belongs to its Friday, also where it ends in another month or year', () => {
    // Friday 31 July 2026 is the 5th of its month, so the weekend of 1 August is; Friday 1 January 2027 is a 1st.
    expect(givenTo('B', between(calendarOf(weekends([5])), '2026-07-20 00:00', '2026-08-20 00:00'))).toEqual(['2026-07-31 18:00']);
    expect(lines(between(calendarOf(weekends([5], 1)), '2026-07-31 12:00', '2026-08-20 00:00'))).toEqual([
      '2026-07-31 12:00 A',
      '2026-07-31 18:00 B',
      '2026-08-03 08:30 A',
    ]);
    expect(givenTo('B', between(calendarOf(weekends([1])), '2026-12-20 00:00', '2027-01-20 00:00'))).toEqual(['2027-01-01 18:00']);
    expect(givenTo('B', between(calendarOf(weekends([5])), '2023-12-20 00:00', '2024-01-20 00:00'))).toEqual(['2023-12-29 18:00']);
  });

  test('a 5th weekend can be followed at once by a 1st', () => {
    expect(givenTo('B', between(calendarOf(weekends([1, 3, 5])), '2026-05-25 00:00', '2026-06-10 00:00'))).toEqual(['2026-05-29 18:00', '2026-06-05 18:00']);
  });

  test('months with four Fridays have no 5th weekend', () => {
    expect(givenTo('B', between(calendarOf(weekends([5])), '2026-02-02 00:00', '2026-03-31 00:00'))).toEqual([]);
  });

  test('weekends that begin on a Thursday or a Saturday', () => {
    const from = (weekday: number): Pattern => ({ ...weekends([2], 1), from: { weekday, time: '15:30' } }) as Pattern;
    const calendar = calendarOf(from(4), { school: schoolYear(2025) });
    const thursday = between(calendar, '2026-03-09 00:00', '2026-03-20 00:00');
    expect(lines(thursday)).toEqual(['2026-03-09 00:00 A', '2026-03-12 15:30 B', '2026-03-16 08:30 A']);
    expect(places(thursday)).toEqual([school.label, kerbside.label]);
    expect(lines(between(calendarOf(from(6)), '2026-03-09 00:00', '2026-03-20 00:00'))).toEqual([
      '2026-03-09 00:00 A',
      '2026-03-14 15:30 B',
      '2026-03-16 08:30 A',
    ]);
  });

  test('an agreement that begins in the middle of a weekend begins with it', () => {
    const calendar = calendarOf(weekends([1]), {}, '2026-05-02');
    expect(lines(between(calendar, '2026-05-01 00:00', '2026-05-10 00:00'))).toEqual(['2026-05-01 00:00 -', '2026-05-02 10:00 B', '2026-05-03 18:00 A']);
  });
});

describe('the possession order', () => {
  const year = schoolYear(2025);
  const order = (expanded: boolean, changed: Partial<ChildCalendar> = {}) =>
    calendarOf({ kind: 'possession-order', expanded }, { school: year, zone: 'America/Chicago', ...changed });
  const chicago = (stretches: readonly Stretch[]) => lines(stretches, 'America/Chicago');

  test('Thursdays in term from 18:00 to 20:00, and the weekends from Friday to Sunday', () => {
    expect(chicago(between(order(false), '2026-03-02 00:00', '2026-03-15 00:00'))).toEqual([
      '2026-03-02 00:00 A',
      '2026-03-05 18:00 B',
      '2026-03-05 20:00 A',
      '2026-03-06 18:00 B',
      '2026-03-08 18:00 A',
      '2026-03-12 18:00 B',
      '2026-03-12 20:00 A',
    ]);
  });

  test('no Thursdays in a break, nor where no school is known', () => {
    expect(chicago(between(order(false), '2026-03-30 00:00', '2026-04-13 00:00'))).toEqual(['2026-03-30 00:00 A', '2026-04-03 18:00 B', '2026-04-05 18:00 A']);
    expect(chicago(between(order(false, { school: [] }), '2026-03-02 00:00', '2026-03-15 00:00'))).toEqual([
      '2026-03-02 00:00 A',
      '2026-03-06 18:00 B',
      '2026-03-08 18:00 A',
    ]);
  });

  test('July, from the 1st at 18:00 to the 31st at 18:00; a weekend that begins then goes on', () => {
    // The 31st of July 2026 is a 5th Friday: its weekend begins as July ends.
    expect(chicago(between(order(false), '2026-06-29 00:00', '2026-08-05 00:00'))).toEqual(['2026-06-29 00:00 A', '2026-07-01 18:00 B', '2026-08-02 18:00 A']);
    expect(chicago(between(order(false, { school: [] }), '2025-07-01 00:00', '2025-08-01 12:00'))).toEqual([
      '2025-07-01 00:00 A',
      '2025-07-01 18:00 B',
      '2025-07-31 18:00 A',
    ]);
    expect(chicago(between(order(true), '2026-07-10 00:00', '2026-07-12 00:00'))).toEqual(['2026-07-10 00:00 B']);
  });

  test('expanded: from the end of school on Thursday until school on Monday, and other Thursdays overnight', () => {
    expect(chicago(between(order(true), '2026-03-02 00:00', '2026-03-15 00:00'))).toEqual([
      '2026-03-02 00:00 A',
      '2026-03-05 15:30 B',
      '2026-03-09 08:00 A',
      '2026-03-12 15:30 B',
      '2026-03-13 08:00 A',
    ]);
  });

  test('expanded: school may begin at another time', () => {
    const calendar = calendarOf({ kind: 'possession-order', expanded: true, schoolStarts: '08:50' }, { school: year });
    expect(lines(between(calendar, '2026-03-09 00:00', '2026-03-15 00:00'))).toEqual([
      '2026-03-09 00:00 B',
      '2026-03-09 08:50 A',
      '2026-03-12 15:30 B',
      '2026-03-13 08:50 A',
    ]);
  });

  test('expanded: days without school have the times of the order', () => {
    // Easter: the 1st weekend of April is in the break.
    expect(chicago(between(order(true), '2026-03-30 00:00', '2026-04-13 00:00'))).toEqual(['2026-03-30 00:00 A', '2026-04-03 18:00 B', '2026-04-05 18:00 A']);
    const closed = order(true, {
      school: [
        ...year,
        { kind: 'closed', name: 'Snow', from: '2026-03-05', until: '2026-03-05' },
        { kind: 'closed', name: 'Snow', from: '2026-03-09', until: '2026-03-09' },
      ],
    });
    expect(chicago(between(closed, '2026-03-02 00:00', '2026-03-11 00:00'))).toEqual(['2026-03-02 00:00 A', '2026-03-06 15:30 B', '2026-03-08 18:00 A']);
    const friday = order(true, { school: [...year, { kind: 'closed', name: 'Snow', from: '2026-03-13', until: '2026-03-13' }] });
    expect(chicago(between(friday, '2026-03-10 00:00', '2026-03-15 00:00'))).toEqual(['2026-03-10 00:00 A', '2026-03-12 15:30 B', '2026-03-13 18:00 A']);
  });
});
