import { describe, expect, test } from 'vitest';
import type { ChildCalendar } from '../../../src/schedule/engine/index.ts';
import { handoversOf, timeline } from '../../../src/schedule/engine/index.ts';
import type { BreakTerms } from '../../../src/schedule/terms.ts';
import { amara, at, calendarOf, centre, customNights, daniel, letter, local, nightsOf, school, schoolYear } from './calendars.ts';

type Rule = BreakTerms['rules'][number];
const rule = (name: string, method: Rule['method'], evenYears = amara, oddYears = daniel): Rule => ({ name, method, evenYears, oddYears });
const breaksBy = (rules: Rule[], from = '2020-01-01', until: string | null = null, requestId = 'breaks'): ChildCalendar['breaks'] => [
  { from, until, requestId, terms: { rules, exchange: { time: '18:00', place: centre } } },
];

const year = [...schoolYear(2025), ...schoolYear(2026)];
/** All time is Daniel's, so that what a break gives to Amara shows, and the other way round. */
const withBreaks = (breaks: ChildCalendar['breaks'], changed: Partial<ChildCalendar> = {}): ChildCalendar =>
  calendarOf(customNights('B'), { school: year, breaks, ...changed });

/** The stretches of the layer between two days: "from | label | who". */
const breakLines = (calendar: ChildCalendar, from: string, until: string): string[] =>
  timeline(calendar, at(`${from} 00:00`), at(`${until} 00:00`))
    .filter(({ layer }) => layer === 'break')
    .map(stretch => `${local(stretch.from)} to ${local(stretch.until)} ${letter(stretch.holder)} ${stretch.label}`);

describe('a break', () => {
  test('lasts from the last day of school until the evening before school begins again', () => {
    const calendar = withBreaks(breaksBy([rule('any', 'alternate')]));
    expect(breakLines(calendar, '2026-03-20', '2026-04-30')).toEqual(['2026-03-27 15:30 to 2026-04-12 18:00 A Easter']);
  });

  test('is the same however the school writes it down: Monday to Friday takes in both weekends', () => {
    const calendar = withBreaks(breaksBy([rule('any', 'alternate')]));
    expect(breakLines(calendar, '2026-02-01', '2026-03-01')).toEqual(['2026-02-13 15:30 to 2026-02-22 18:00 A Spring half-term']);
  });

  test('takes in a closed day beside it', () => {
    const closed = { kind: 'closed' as const, name: 'Staff training', from: '2026-02-23', until: '2026-02-23' };
    const calendar = withBreaks(breaksBy([rule('any', 'alternate')]), { school: [...year, closed] });
    expect(breakLines(calendar, '2026-02-01', '2026-03-01')).toEqual(['2026-02-13 15:30 to 2026-02-23 18:00 A Spring half-term']);
  });

  test('keeps to its own days where the school says nothing of those beside it', () => {
    const calendar = withBreaks(breaksBy([rule('any', 'alternate')]), {
      school: [
        { kind: 'break', name: 'Camp', from: '2026-08-03', until: '2026-08-07' },
        { kind: 'break', name: 'A day', from: '2026-09-09', until: '2026-09-09' },
      ],
    });
    expect(breakLines(calendar, '2026-07-01', '2026-10-01')).toEqual([
      '2026-08-03 18:00 to 2026-08-07 18:00 A Camp',
      '2026-09-09 18:00 to 2026-09-10 18:00 A A day',
    ]);
  });

  test('alternates by the year in which it begins', () => {
    const calendar = withBreaks(breaksBy([rule('Christmas', 'alternate')]));
    expect(breakLines(calendar, '2025-12-01', '2026-01-31')).toEqual(['2025-12-18 15:30 to 2026-01-04 18:00 B Christmas']);
    expect(breakLines(calendar, '2026-12-01', '2027-01-31')).toEqual(['2026-12-18 15:30 to 2027-01-03 18:00 A Christmas']);
  });

  test('is divided in halves; of an odd number of nights the first half has the one in the middle', () => {
    const calendar = withBreaks(breaksBy([rule('Christmas', 'split')]));
    expect(breakLines(calendar, '2025-12-01', '2026-01-31')).toEqual([
      '2025-12-18 15:30 to 2025-12-27 18:00 B Christmas, first half',
      '2025-12-27 18:00 to 2026-01-04 18:00 A Christmas, second half',
    ]);
    expect(breakLines(calendar, '2026-12-01', '2027-01-31')).toEqual([
      '2026-12-18 15:30 to 2026-12-26 18:00 A Christmas, first half',
      '2026-12-26 18:00 to 2027-01-03 18:00 B Christmas, second half',
    ]);
  });

  test('goes week about', () => {
    const calendar = withBreaks(breaksBy([rule('Summer', 'weeks'), rule('Easter', 'weeks'), rule('Spring half-term', 'weeks')]));
    expect(breakLines(calendar, '2026-07-01', '2026-09-30')).toEqual([
      '2026-07-21 15:30 to 2026-07-28 18:00 A Summer, week 1',
      '2026-07-28 18:00 to 2026-08-04 18:00 B Summer, week 2',
      '2026-08-04 18:00 to 2026-08-11 18:00 A Summer, week 3',
      '2026-08-11 18:00 to 2026-08-18 18:00 B Summer, week 4',
      '2026-08-18 18:00 to 2026-08-25 18:00 A Summer, week 5',
      '2026-08-25 18:00 to 2026-09-01 18:00 B Summer, week 6',
    ]);
    // The clocks change on 29 March: a week is days, not hours.
    expect(breakLines(calendar, '2026-03-01', '2026-04-30')).toEqual([
      '2026-03-27 15:30 to 2026-04-03 18:00 A Easter, week 1',
      '2026-04-03 18:00 to 2026-04-10 18:00 B Easter, week 2',
      '2026-04-10 18:00 to 2026-04-12 18:00 A Easter, week 3',
    ]);
    expect(breakLines(calendar, '2026-02-01', '2026-03-01')).toEqual([
      '2026-02-13 15:30 to 2026-02-20 18:00 A Spring half-term, week 1',
      '2026-02-20 18:00 to 2026-02-22 18:00 B Spring half-term, week 2',
    ]);
  });

  test('of a week or less is one week, and one of a single night has no halves', () => {
    const short = { kind: 'break' as const, name: 'Short', from: '2026-08-03', until: '2026-08-10' };
    const weekly = withBreaks(breaksBy([rule('any', 'weeks')]), { school: [short] });
    expect(breakLines(weekly, '2026-07-01', '2026-10-01')).toEqual(['2026-08-03 18:00 to 2026-08-10 18:00 A Short']);
    const night = withBreaks(breaksBy([rule('any', 'split')]), { school: [{ ...short, until: '2026-08-04' }] });
    expect(breakLines(night, '2026-07-01', '2026-10-01')).toEqual(['2026-08-03 18:00 to 2026-08-04 18:00 A Short']);
  });

  test('stays as always, or has no rule: the regular schedule goes on', () => {
    expect(breakLines(withBreaks(breaksBy([rule('Easter', 'regular'), rule('any', 'alternate')])), '2026-03-01', '2026-04-30')).toEqual([]);
    expect(breakLines(withBreaks(breaksBy([rule('Summer', 'alternate')])), '2026-03-01', '2026-04-30')).toEqual([]);
  });

  test('is found by its name in any letters, before the rule for the rest', () => {
    const calendar = withBreaks(breaksBy([rule('any', 'alternate'), rule('EASTER', 'alternate', daniel, amara)]));
    expect(breakLines(calendar, '2026-02-01', '2026-04-30')).toEqual([
      '2026-02-13 15:30 to 2026-02-22 18:00 A Spring half-term',
      '2026-03-27 15:30 to 2026-04-12 18:00 B Easter',
    ]);
  });

  test('goes by the terms that were in force when it began', () => {
    const calendar = withBreaks([
      ...breaksBy([rule('any', 'alternate')], '2020-01-01', '2026-04-01', 'old'),
      ...breaksBy([rule('any', 'alternate', daniel, amara)], '2026-04-01', null, 'new'),
    ]);
    expect(breakLines(calendar, '2026-03-01', '2026-04-30')).toEqual(['2026-03-27 15:30 to 2026-04-12 18:00 A Easter']);
    expect(breakLines(calendar, '2026-07-01', '2026-09-30')).toEqual(['2026-07-21 15:30 to 2026-09-01 18:00 B Summer']);
    expect(breakLines(withBreaks(breaksBy([rule('any', 'alternate')], '2026-06-01')), '2026-03-01', '2026-04-30')).toEqual([]);
  });

  test('begins where the handovers of a school day are, and ends where its own terms say', () => {
    const calendar = withBreaks(breaksBy([rule('Easter', 'split')]));
    const handovers = handoversOf(timeline(calendar, at('2026-03-20 00:00'), at('2026-04-20 00:00')));
    expect(handovers.map(({ at: instant, place }) => [local(instant), place])).toEqual([
      ['2026-03-27 15:30', school],
      ['2026-04-04 18:00', centre],
    ]);
    const amaras = { ...calendar, regular: [{ ...calendar.regular[0]!, terms: { ...calendar.regular[0]!.terms, b: amara, a: daniel } }] };
    expect(handoversOf(timeline(amaras, at('2026-04-01 00:00'), at('2026-04-20 00:00'))).map(({ at: instant, place }) => [local(instant), place])).toEqual([
      ['2026-04-04 18:00', centre],
      ['2026-04-12 18:00', centre],
    ]);
  });

  test('counts also where no regular schedule is agreed', () => {
    const calendar = withBreaks(breaksBy([rule('Easter', 'alternate')]), { regular: [] });
    expect(breakLines(calendar, '2026-03-01', '2026-04-30')).toEqual(['2026-03-27 18:00 to 2026-04-12 18:00 A Easter']);
  });

  test('does not change the schedule around it', () => {
    const without = calendarOf(nightsOf('2-2-5-5'), { school: year });
    const calendar = { ...without, breaks: breaksBy([rule('Easter', 'split')]) };
    for (const [from, until] of [
      ['2026-03-01 00:00', '2026-03-27 15:30'],
      ['2026-04-12 18:00', '2026-05-12 00:00'],
    ] as const) {
      const holders = (of: ChildCalendar) => timeline(of, at(from), at(until)).map(({ from, until, holder, layer }) => ({ from, until, holder, layer }));
      expect(holders(calendar)).toEqual(holders(without));
    }
  });
});
