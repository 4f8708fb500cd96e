import { describe, expect, test } from 'vitest';
import type { ChildCalendar } from '../../../src/schedule/engine/index.ts';
import { addDays, timeline } from '../../../src/schedule/engine/index.ts';
import type { BreakTerms, HolidayTerms } from '../../../src/schedule/terms.ts';
import { amara, at, calendarOf, centre, daniel, holidayRule, letter, local, nightsOf, schoolYear } from './calendars.ts';

const school = [...schoolYear(2024), ...schoolYear(2025)];
const breakTerms = (method: BreakTerms['rules'][number]['method'], evenYears = amara): BreakTerms => ({
  rules: [{ name: 'any', method, evenYears, oddYears: evenYears === amara ? daniel : amara }],
  exchange: { time: '18:00', place: centre },
});
const holidayTerms = (evenYears = amara): HolidayTerms => {
  const years = { evenYears, oddYears: evenYears === amara ? daniel : amara };
  return {
    country: 'GB',
    region: 'ENG',
    rules: [
      holidayRule({ kind: 'birthday', childId: calendarOf(null).childId }, { ...years, method: 'twice', secondOn: -9 }),
      holidayRule({ kind: 'date', month: 12, day: 25 }, { ...years, method: 'twice', secondOn: -14, until: '12:00', untilNextDay: true }),
      holidayRule({ kind: 'public', name: 'Easter Monday' }, { ...years, attachToWeekend: true }),
      holidayRule({ kind: 'public', name: 'Good Friday' }, { ...years, attachToWeekend: true }),
      holidayRule({ kind: 'public', name: 'Early May bank holiday' }, { ...years, attachToWeekend: true }),
      holidayRule({ kind: 'mothers-day' }, { ...years, method: 'split' }),
    ],
  };
};
const linesUntil = (calendar: ChildCalendar, day: string): string[] =>
  timeline(calendar, at('2025-06-01 00:00'), at(`${day} 00:00`)).map(
    ({ from, until, holder, label }) => `${local(from)} ${local(until)} ${letter(holder)} ${label}`,
  );
const days = Array.from({ length: 380 }, (_, index) => addDays('2025-07-01', index));

describe('terms that hold from a day', () => {
  test('change nothing before it, on whichever day that is: breaks that began on the day of school before, and the end of terms that gave nothing', () => {
    for (const [old, later] of [
      [breakTerms('alternate'), breakTerms('alternate', daniel)],
      [breakTerms('split'), breakTerms('weeks', daniel)],
      [breakTerms('regular'), breakTerms('alternate', daniel)],
      [breakTerms('alternate'), breakTerms('regular')],
      [null, breakTerms('alternate')],
    ] as const) {
      const before = old === null ? [] : [{ from: '2020-01-01', until: null, terms: old, requestId: 'old' }];
      const whole = calendarOf(nightsOf('2-2-5-5'), { school, breaks: before });
      for (const day of days) {
        const changed: ChildCalendar = {
          ...whole,
          breaks: [...before.map(one => ({ ...one, until: day })), { from: day, until: null, terms: later, requestId: 'new' }],
        };
        expect(linesUntil(changed, day), day).toEqual(linesUntil(whole, day));
      }
    }
  });

  test('change nothing before it: holidays that reach back', () => {
    for (const before of [[], [{ from: '2020-01-01', until: null, terms: holidayTerms(), requestId: 'old' }]]) {
      const whole = calendarOf(nightsOf('alternating-weeks'), { school, holidays: before });
      for (const day of days) {
        const changed: ChildCalendar = {
          ...whole,
          holidays: [...before.map(one => ({ ...one, until: day })), { from: day, until: null, terms: holidayTerms(daniel), requestId: 'new' }],
        };
        expect(linesUntil(changed, day), day).toEqual(linesUntil(whole, day));
      }
    }
  });

  test('begin within a break at the time of its handovers', () => {
    const calendar = calendarOf(nightsOf('alternating-weeks'), {
      school,
      breaks: [
        { from: '2020-01-01', until: '2025-12-19', terms: breakTerms('alternate'), requestId: 'old' },
        { from: '2025-12-19', until: null, terms: breakTerms('alternate', daniel), requestId: 'new' },
      ],
    });
    const lines = timeline(calendar, at('2025-12-18 00:00'), at('2026-01-05 00:00')).map(({ from, until, holder, requestId }) => [
      local(from),
      local(until),
      letter(holder),
      requestId,
    ]);
    expect(lines).toContainEqual(['2025-12-18 15:30', '2025-12-19 18:00', 'B', 'old']);
    expect(lines).toContainEqual(['2025-12-19 18:00', '2026-01-04 18:00', 'A', 'new']);
  });
});
