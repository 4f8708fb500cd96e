import { describe, expect, test } from 'vitest';
import type { ChildCalendar } from '../../../src/schedule/engine/index.ts';
import { addDays, handoversOf, hours, instantOf, nightHolders, overnights, preview, timeline, timeShare } from '../../../src/schedule/engine/index.ts';
import type { Pattern } from '../../../src/schedule/terms.ts';
import { agreed, amara, at, calendarOf, customNights, daniel, kerbside, letter, local, nightsOf, regularTerms, school, schoolYear } from './calendars.ts';

/** The timeline of some days, and one more for the last night. */
const of = (calendar: ChildCalendar, from: string, until: string) =>
  timeline(calendar, instantOf(from, '00:00', calendar.zone), instantOf(addDays(until, 2), '00:00', calendar.zone));
const nights = (calendar: ChildCalendar, from: string, until: string): string =>
  nightHolders(of(calendar, from, until), calendar.zone, from, until)
    .map(({ holder }) => letter(holder))
    .join('');
const counted = (counts: Map<unknown, number>) => Object.fromEntries([...counts].map(([holder, count]) => [letter(holder as never), count]));

describe('overnights', () => {
  test('a night is of the day it begins on, and of whoever has the child at 04:00 on the next', () => {
    const change = (from: string, until: string) => calendarOf(customNights('A'), { changes: [agreed(from, until, daniel)] });
    const night = (calendar: ChildCalendar) => nights(calendar, '2026-03-09', '2026-03-11');
    expect(night(change('2026-03-10 03:59', '2026-03-10 04:01'))).toBe('BAA');
    expect(night(change('2026-03-10 03:00', '2026-03-10 04:00'))).toBe('AAA');
    expect(night(change('2026-03-10 04:00', '2026-03-10 05:00'))).toBe('BAA');
    expect(night(change('2026-03-10 04:01', '2026-03-11 03:59'))).toBe('AAA');
    expect(night(change('2026-03-10 18:00', '2026-03-11 08:00'))).toBe('ABA');
  });

  test.each([
    ['clocks forward in London', 'Europe/London', '2026-03-27', '2026-03-30'],
    ['clocks back in London', 'Europe/London', '2026-10-23', '2026-10-26'],
    ['half an hour on Lord Howe', 'Australia/Lord_Howe', '2026-10-02', '2026-10-05'],
    ['a midnight that did not exist in São Paulo', 'America/Sao_Paulo', '2018-11-02', '2018-11-05'],
    ['Kathmandu', 'Asia/Kathmandu', '2026-03-27', '2026-03-30'],
    ['a leap day', 'Europe/London', '2024-02-28', '2024-03-02'],
    ['no leap day', 'Europe/London', '2026-02-26', '2026-03-01'],
    ['a year’s end', 'Europe/London', '2026-12-30', '2027-01-02'],
    ['a century without a leap day', 'Europe/London', '2100-02-26', '2100-03-01'],
  ])('night after night: %s', (_title, zone, from, until) => {
    const calendar = calendarOf(customNights('AB'), { zone }, '2010-01-01', from);
    expect(nights(calendar, from, until)).toBe('ABAB');
  });

  test('the night of a day that Samoa left out goes with the day before it', () => {
    const calendar = calendarOf(customNights('ABAA'), { zone: 'Pacific/Apia' }, '2010-01-01', '2011-12-29');
    // 29 December A, then 31 December: the 30th, which would be B's, has no hour of its own.
    expect(nights(calendar, '2011-12-29', '2011-12-31')).toBe('AAA');
  });

  test('add up to the number of nights, whoever has them, agreed or not', () => {
    const calendar = calendarOf(nightsOf('2-2-3'), { changes: [agreed('2026-06-03 10:00', '2026-06-08 10:00', 'third-party')] }, '2026-03-01');
    const count = overnights(of(calendar, '2026-01-01', '2026-12-31'), calendar.zone, '2026-01-01', '2026-12-31');
    expect(counted(count)).toEqual({ '-': 59, A: 152, B: 149, t: 5 });
    expect([...count.values()].reduce((sum, nights) => sum + nights, 0)).toBe(365);
  });

  test('what is outside the timeline is nobody’s', () => {
    const stretches = timeline(calendarOf(customNights('A')), at('2026-03-10 00:00'), at('2026-03-12 00:00'));
    expect(counted(overnights(stretches, 'Europe/London', '2026-03-08', '2026-03-12'))).toEqual({ '-': 3, A: 2 });
    expect(counted(overnights([], 'Europe/London', '2026-03-08', '2026-03-08'))).toEqual({ '-': 1 });
    expect(counted(overnights(stretches, 'Europe/London', '2026-03-11', '2026-03-10'))).toEqual({});
  });
});

describe('hours', () => {
  test.each([
    ['an ordinary day', 'Europe/London', '2026-03-28', { A: 14, B: 10 }],
    ['clocks forward', 'Europe/London', '2026-03-29', { A: 14, B: 9 }],
    ['clocks back', 'Europe/London', '2026-10-25', { A: 14, B: 11 }],
    ['half an hour forward', 'Australia/Lord_Howe', '2026-10-04', { A: 14, B: 9.5 }],
    ['half an hour back', 'Australia/Lord_Howe', '2026-04-05', { A: 14, B: 10.5 }],
    ['midnight left out', 'America/Sao_Paulo', '2018-11-04', { A: 14, B: 9 }],
  ])('%s', (_title, zone, day, expected) => {
    // The night of the day itself is A's, from 10:00; the one before it B's.
    const calendar = calendarOf(customNights('AB'), { zone }, '2010-01-01', day);
    expect(counted(hours(of(calendar, day, day), zone, day, day))).toEqual(expected);
  });

  test('add up to the hours of the period', () => {
    const calendar = calendarOf(nightsOf('2-2-5-5'), {}, '2026-02-01');
    const spent = hours(of(calendar, '2026-01-01', '2026-12-31'), calendar.zone, '2026-01-01', '2026-12-31');
    expect([...spent.values()].reduce((sum, one) => sum + one, 0)).toBe(8760);
    expect(spent.get(null)).toBe(31 * 24 + 10);
  });

  test('what is outside the timeline is nobody’s', () => {
    const stretches = timeline(calendarOf(customNights('A')), at('2026-03-10 06:00'), at('2026-03-11 00:00'));
    expect(counted(hours(stretches, 'Europe/London', '2026-03-09', '2026-03-10'))).toEqual({ '-': 30, A: 18 });
    expect(counted(hours([], 'Europe/London', '2026-03-29', '2026-03-29'))).toEqual({ '-': 23 });
  });
});

describe('the time share', () => {
  const term = schoolYear(2025);

  test.each([
    ['alternating-weeks', '50/50'],
    ['4-3', '57/43'],
    ['every-3rd-day', '67/33'],
    ['alternating-weekends', '86/14'],
    ['alternating-extended-weekends', '79/21'],
    ['every-3rd-weekend', '90/10'],
  ] as const)('of %s is %s, by nights and, with one clock for every day, by hours', (name, share) => {
    const { shareOfNights, shareOfHours, days } = timeShare(regularTerms(nightsOf(name)), []);
    expect(`${shareOfNights.a}/${shareOfNights.b}`).toBe(share);
    expect(shareOfHours).toEqual(shareOfNights);
    expect(days % 7).toBe(0);
  });

  test('by hours differs from nights by the clocks: every other weekend is 86/14 and 82/18', () => {
    // Brought to school on Friday at 08:00 by the one and kept by the other until Sunday at 20:00: 60 hours of 336.
    const terms = regularTerms(nightsOf('alternating-weekends'), '2026-01-05', {
      onSchoolDays: { time: '08:00', place: school },
      onOtherDays: { time: '20:00', place: kerbside },
    });
    const share = timeShare(terms, term);
    expect(share).toEqual({ days: 14, nights: { a: 12, b: 2 }, hours: { a: 276, b: 60 }, shareOfNights: { a: 86, b: 14 }, shareOfHours: { a: 82, b: 18 } });
    expect(timeShare(terms, []).shareOfHours).toEqual({ a: 86, b: 14 });
  });

  test('is the same whatever day it is asked from, and however the school’s breaks lie', () => {
    const terms = regularTerms(nightsOf('alternating-weekends-midweek-overnight'));
    for (const from of ['2026-01-05', '2026-03-25', '2026-07-30', '2030-12-31']) {
      expect(timeShare(terms, term, from)).toEqual(timeShare(terms, term));
    }
  });

  test('a cycle that drifts is taken until it meets the week again', () => {
    const { days, nights } = timeShare(regularTerms(nightsOf('alternating-every-2-days')), term);
    expect([days, nights]).toEqual([28, { a: 14, b: 14 }]);
    expect(timeShare(regularTerms(customNights('AAB')), []).days).toBe(21);
  });

  test('visits count by hours, not by nights', () => {
    const pattern: Pattern = { kind: 'nights', name: 'custom', nights: 'AAAAAAA', visits: [{ cycleDay: 2, from: '16:00', until: '19:00' }] };
    const share = timeShare(regularTerms(pattern), []);
    expect([share.nights, share.hours, share.shareOfHours]).toEqual([
      { a: 7, b: 0 },
      { a: 165, b: 3 },
      { a: 98, b: 2 },
    ]);
  });

  test('1st, 3rd and 5th weekends are about 80/20, from school to school', () => {
    const weekends = (from: string, until: { weekday: 1 | 7; time: string }): Pattern => ({
      kind: 'month-weekends',
      weekends: [1, 3, 5],
      from: { weekday: 5, time: from },
      until,
    });
    const share = timeShare(regularTerms(weekends('15:30', { weekday: 1, time: '08:30' })), term, '2026-01-01');
    expect(share.days).toBe(365);
    expect(share.shareOfHours).toEqual({ a: 79, b: 21 });
    expect(share.nights).toEqual({ a: 281, b: 84 });
    expect(timeShare(regularTerms(weekends('18:00', { weekday: 7, time: '18:00' })), term, '2026-01-01').shareOfNights).toEqual({ a: 85, b: 15 });
  });

  test('the possession orders, over twelve months', () => {
    const share = (expanded: boolean) => timeShare(regularTerms({ kind: 'possession-order', expanded }), term, '2025-09-01');
    expect(share(false)).toMatchObject({ nights: { a: 283, b: 82 }, shareOfNights: { a: 78, b: 22 } });
    expect(share(true)).toMatchObject({ nights: { a: 225, b: 140 }, shareOfNights: { a: 62, b: 38 } });
    expect(timeShare(regularTerms({ kind: 'possession-order', expanded: false }), term, '2024-02-29').days).toBe(366);
  });
});

describe('a preview', () => {
  test('is four weeks of the schedule as if nothing else were agreed', () => {
    const shown = preview(regularTerms(nightsOf('2-2-5-5')), schoolYear(2025), 'Europe/London', '2026-03-16');
    expect([shown.from, shown.until]).toEqual(['2026-03-16', '2026-04-12']);
    expect(shown.nights.map(({ holder }) => letter(holder)).join('')).toBe('AABBAAAAABBBBBAABBAAAAABBBBB');
    expect(shown.nights[0]!.day).toBe('2026-03-16');
    expect(shown.stretches[0]!.from).toBe(at('2026-03-16 00:00'));
    expect(shown.stretches.at(-1)!.until).toBe(at('2026-04-13 00:00'));
    expect(shown.handovers).toEqual(handoversOf(shown.stretches));
    expect(shown.handovers.map(handover => local(handover.at))).toEqual([
      '2026-03-16 15:30',
      '2026-03-18 15:30',
      '2026-03-20 15:30',
      '2026-03-25 15:30',
      '2026-03-30 10:00',
      '2026-04-01 10:00',
      '2026-04-03 10:00',
      '2026-04-08 10:00',
    ]);
    expect(shown.share.shareOfNights).toEqual({ a: 50, b: 50 });
  });

  test('can be of as many weeks as wanted, and begins within a night', () => {
    const shown = preview(regularTerms(customNights('AB')), [], 'Europe/London', '2026-03-29', 1);
    expect(shown.nights).toHaveLength(7);
    expect(shown.stretches[0]!.holder).toBe(shown.nights[0]!.holder === amara ? daniel : amara);
  });
});
