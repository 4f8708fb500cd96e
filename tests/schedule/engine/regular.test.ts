import { describe, expect, test } from 'vitest';
import type { ChildCalendar, Stretch } from '../../../src/schedule/engine/index.ts';
import { handoversOf, isSchoolDay, nightHolders, timeline } from '../../../src/schedule/engine/index.ts';
import type { Pattern, RegularTerms } from '../../../src/schedule/terms.ts';
import { amara, at, calendarOf, customNights, daniel, kerbside, letter, lines, nightsOf, regularTerms, school, schoolYear } from './calendars.ts';

const between = (calendar: ChildCalendar, from: string, until: string): Stretch[] => timeline(calendar, at(from, calendar.zone), at(until, calendar.zone));
const places = (stretches: readonly Stretch[]) => handoversOf(stretches).map(({ place }) => place?.label ?? null);

describe('nights', () => {
  test('a night begins at the exchange of its day, and hands change where the night before was the other’s', () => {
    const stretches = between(calendarOf(nightsOf('2-2-5-5')), '2026-01-05 00:00', '2026-01-20 00:00');
    expect(lines(stretches)).toEqual([
      '2026-01-05 00:00 B',
      '2026-01-05 10:00 A',
      '2026-01-07 10:00 B',
      '2026-01-09 10:00 A',
      '2026-01-14 10:00 B',
      '2026-01-19 10:00 A',
    ]);
    expect(stretches.every(({ layer, label, requestId }) => layer === 'regular' && label === '2-2-5-5' && requestId === 'regular')).toBe(true);
  });

  test('the exchange of a school day is its own, with its own place', () => {
    const calendar = calendarOf(nightsOf('2-2-3'), { school: schoolYear(2025) });
    const stretches = between(calendar, '2026-03-23 00:00', '2026-04-06 00:00');
    // Easter begins on Saturday 28 March.
    expect(lines(stretches)).toEqual([
      '2026-03-23 00:00 A',
      '2026-03-23 15:30 B',
      '2026-03-25 15:30 A',
      '2026-03-27 15:30 B',
      '2026-03-30 10:00 A',
      '2026-04-01 10:00 B',
      '2026-04-03 10:00 A',
    ]);
    expect(places(stretches)).toEqual([school.label, school.label, school.label, kerbside.label, kerbside.label, kerbside.label]);
  });

  test('a closed day and a break are no school days, nor is any weekend', () => {
    const year = schoolYear(2025);
    const table: [string, boolean][] = [
      ['2026-03-27', true],
      ['2026-03-28', false],
      ['2026-03-30', false],
      ['2026-04-13', true],
      ['2026-02-16', false],
      ['2026-02-21', false],
      ['2026-06-26', false],
      ['2026-06-25', true],
      ['2026-08-03', false],
      ['2024-03-04', false],
    ];
    expect(table.filter(([day, is]) => isSchoolDay(year, day) !== is)).toEqual([]);
    expect(isSchoolDay([{ kind: 'term', name: '', from: '2026-01-01', until: '2026-12-31' }], '2026-03-07')).toBe(false);
    expect(isSchoolDay([], '2026-03-09')).toBe(false);
  });

  test('day 1 may be any day, long before or after', () => {
    const nightsFrom = (anchor: string) =>
      nightHolders(
        between(calendarOf(customNights('AAB'), {}, '2020-01-01', anchor), '2026-03-01 00:00', '2026-03-12 00:00'),
        'Europe/London',
        '2026-03-01',
        '2026-03-09',
      )
        .map(({ holder }) => letter(holder))
        .join('');
    expect(nightsFrom('2026-03-01')).toBe('AABAABAAB');
    expect(nightsFrom('2026-03-02')).toBe('BAABAABAA');
    expect(nightsFrom('2020-02-29')).toBe('BAABAABAA');
    expect(nightsFrom('2026-03-31')).toBe('AABAABAAB');
  });

  test('a whole cycle of one parent never changes hands', () => {
    expect(lines(between(calendarOf(customNights('A')), '2026-01-01 00:00', '2027-01-01 00:00'))).toEqual(['2026-01-01 00:00 A']);
  });

  test('time without an overnight is the other parent’s for some hours of a day of the cycle', () => {
    const pattern: Pattern = {
      kind: 'nights',
      name: 'custom',
      nights: 'AAAAABB',
      visits: [
        { cycleDay: 2, from: '16:00', until: '19:00' },
        { cycleDay: 5, from: '12:00', until: '13:00' },
      ],
    };
    const stretches = between(calendarOf(pattern), '2026-01-05 12:00', '2026-01-12 00:00');
    expect(lines(stretches)).toEqual([
      '2026-01-05 12:00 A',
      '2026-01-07 16:00 B',
      '2026-01-07 19:00 A',
      '2026-01-10 10:00 B',
      '2026-01-10 12:00 A',
      '2026-01-10 13:00 B',
    ]);
  });

  test('a visit that begins with school’s end is collected from school, and brought back where there is no school', () => {
    const pattern: Pattern = { kind: 'nights', name: 'custom', nights: 'AAAAAAA', visits: [{ cycleDay: 2, from: '15:30', until: '19:00' }] };
    const calendar = calendarOf(pattern, { school: schoolYear(2025) });
    expect(places(between(calendar, '2026-01-06 00:00', '2026-01-09 00:00'))).toEqual([school.label, kerbside.label]);
    expect(places(between(calendar, '2026-02-17 00:00', '2026-02-19 00:00'))).toEqual([kerbside.label, kerbside.label]);
  });
});

describe('what is in force', () => {
  const period = (from: string, until: string | null, pattern: Pattern, changed: Partial<RegularTerms> = {}, requestId = from) => ({
    from,
    until,
    requestId,
    terms: regularTerms(pattern, '2026-01-05', changed),
  });

  test('nothing, before the first agreement: from its exchange on, it counts', () => {
    const calendar = calendarOf(null, { regular: [period('2026-03-02', null, customNights('B'))] });
    const stretches = between(calendar, '2026-02-27 00:00', '2026-03-05 00:00');
    expect(stretches.map(({ from, holder, layer, requestId, place }) => [from, holder, layer, requestId, place])).toEqual([
      [at('2026-02-27 00:00'), null, null, null, null],
      [at('2026-03-02 10:00'), daniel, 'regular', '2026-03-02', kerbside],
    ]);
    expect(handoversOf(stretches)).toEqual([{ at: at('2026-03-02 10:00'), from: null, to: daniel, place: kerbside }]);
  });

  test('a new agreement counts from its own exchange on its first day, and says nothing of the days before', () => {
    const old = calendarOf(null, { regular: [period('2026-01-05', null, nightsOf('2-2-5-5'))] });
    const changed = calendarOf(null, {
      regular: [
        period('2026-01-05', '2026-02-02', nightsOf('2-2-5-5')),
        period('2026-02-02', null, nightsOf('alternating-weeks'), { onOtherDays: { time: '18:00', place: school } }),
      ],
    });
    const cut = at('2026-02-02 18:00');
    expect(timeline(changed, at('2026-01-01 00:00'), cut)).toEqual(timeline(old, at('2026-01-01 00:00'), cut));
    expect(lines(between(changed, '2026-01-29 00:00', '2026-02-12 00:00'))).toEqual([
      '2026-01-29 00:00 B',
      '2026-02-02 10:00 A',
      '2026-02-02 18:00 A',
      '2026-02-09 18:00 B',
    ]);
  });

  test('one that ends is followed by nothing', () => {
    const calendar = calendarOf(null, { regular: [period('2026-01-05', '2026-02-02', customNights('A')), period('2026-02-09', null, customNights('B'))] });
    expect(lines(between(calendar, '2026-02-01 00:00', '2026-02-12 00:00'))).toEqual(['2026-02-01 00:00 A', '2026-02-02 10:00 -', '2026-02-09 10:00 B']);
  });

  test('the family moves: the same agreement is read in the new zone', () => {
    const calendar = calendarOf(nightsOf('alternating-weeks'));
    const moved = { ...calendar, zone: 'America/New_York' };
    expect(lines(between(calendar, '2026-03-01 00:00', '2026-03-20 00:00'))).toEqual([
      '2026-03-01 00:00 B',
      '2026-03-02 10:00 A',
      '2026-03-09 10:00 B',
      '2026-03-16 10:00 A',
    ]);
    expect(lines(between(moved, '2026-03-01 00:00', '2026-03-20 00:00'), 'America/New_York')).toEqual([
      '2026-03-01 00:00 B',
      '2026-03-02 10:00 A',
      '2026-03-09 10:00 B',
      '2026-03-16 10:00 A',
    ]);
    expect(at('2026-03-02 10:00', 'America/New_York') - at('2026-03-02 10:00')).toBe(5 * 3_600_000);
    // Between the two countries' changes of the clocks it is four hours.
    expect(at('2026-03-09 10:00', 'America/New_York') - at('2026-03-09 10:00')).toBe(4 * 3_600_000);
  });
});

test('the parents of the terms are the ones who have the time', () => {
  const terms = regularTerms(customNights('AB'), '2026-01-05', { a: daniel, b: amara });
  const calendar = calendarOf(null, { regular: [{ from: '2026-01-01', until: null, terms, requestId: 'regular' }] });
  expect(lines(between(calendar, '2026-01-05 10:00', '2026-01-07 00:00'))).toEqual(['2026-01-05 10:00 B', '2026-01-06 10:00 A']);
});
