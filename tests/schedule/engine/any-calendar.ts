import fc from 'fast-check';
import type { AgreedTime, ChildCalendar } from '../../../src/schedule/engine/index.ts';
import { addDays, agree, instantOf } from '../../../src/schedule/engine/index.ts';
import type { BreakTerms, Holder, HolidayRule, Pattern, RegularTerms } from '../../../src/schedule/terms.ts';
import { standardNames } from '../../../src/schedule/terms.ts';
import { amara, calendarOf, centre, daniel, holidayRule, ines, kerbside, nightsOf, regularTerms, school, schoolYear } from './calendars.ts';

export const zone = fc.constantFrom('Europe/London', 'America/New_York', 'Australia/Lord_Howe', 'America/Sao_Paulo', 'Asia/Kathmandu', 'UTC');
const parent = fc.constantFrom(amara, daniel);
export const clock = fc
  .integer({ min: 0, max: 95 })
  .map(quarter => `${String(Math.floor(quarter / 4)).padStart(2, '0')}:${String((quarter % 4) * 15).padStart(2, '0')}`);
export const day = fc.integer({ min: 0, max: 729 }).map(number => addDays('2025-06-01', number));

export const cycle = fc.array(fc.constantFrom('A', 'B'), { minLength: 1, maxLength: 28 }).map(letters => letters.join(''));
const pattern: fc.Arbitrary<Pattern> = fc.oneof(
  fc.constantFrom(...standardNames).map(nightsOf),
  fc.record({ nights: cycle, cycleDay: fc.nat(27), hour: fc.integer({ min: 0, max: 20 }) }).map(({ nights, cycleDay, hour }): Pattern => {
    const from = `${String(hour).padStart(2, '0')}:00`;
    return { kind: 'nights', name: 'custom', nights, visits: [{ cycleDay: cycleDay % nights.length, from, until: `${String(hour + 3).padStart(2, '0')}:30` }] };
  }),
  fc
    .record({ weekends: fc.subarray([1, 2, 3, 4, 5], { minLength: 1 }), weekday: fc.constantFrom(4, 5, 6), until: fc.constantFrom(1 as const, 7 as const) })
    .map(({ weekends, weekday, until }): Pattern => ({
      kind: 'month-weekends',
      weekends,
      from: { weekday, time: '18:00' },
      until: { weekday: until, time: '17:00' },
    })),
  fc.boolean().map((expanded): Pattern => ({ kind: 'possession-order', expanded })),
);

const terms: fc.Arbitrary<RegularTerms> = fc
  .record({ pattern, anchor: day, onSchoolDays: clock, onOtherDays: clock, swapped: fc.boolean() })
  .map(({ pattern, anchor, onSchoolDays, onOtherDays, swapped }) =>
    regularTerms(pattern, anchor, {
      a: swapped ? daniel : amara,
      b: swapped ? amara : daniel,
      onSchoolDays: { time: onSchoolDays, place: school },
      onOtherDays: { time: onOtherDays, place: kerbside },
    }),
  );

const breakTerms: fc.Arbitrary<BreakTerms> = fc
  .record({ method: fc.constantFrom('alternate' as const, 'split' as const, 'weeks' as const, 'regular' as const), evenYears: parent, time: clock })
  .map(({ method, evenYears, time }) => ({
    exchange: { time, place: centre },
    rules: [
      { name: 'Easter', method: 'split', evenYears, oddYears: evenYears === amara ? daniel : amara },
      { name: 'any', method, evenYears, oddYears: evenYears === amara ? daniel : amara },
    ],
  }));

const rule: fc.Arbitrary<HolidayRule> = fc
  .record({
    on: fc.oneof(
      fc.record({ kind: fc.constant('date' as const), month: fc.integer({ min: 1, max: 12 }), day: fc.integer({ min: 1, max: 31 }) }),
      fc.constant({ kind: 'birthday' as const, childId: ines }),
      fc.constant({ kind: 'mothers-day' as const }),
      fc.constant({ kind: 'public' as const, name: 'Spring bank holiday' }),
    ),
    method: fc.constantFrom('alternate' as const, 'split' as const, 'fixed' as const, 'twice' as const),
    evenYears: parent,
    from: clock,
    until: clock,
    untilNextDay: fc.boolean(),
    splitAt: fc.option(clock),
    secondOn: fc.option(fc.integer({ min: -14, max: 14 })),
    attachToWeekend: fc.boolean(),
  })
  .map(({ on, evenYears, ...changed }) => holidayRule(on, { ...changed, evenYears, oddYears: evenYears === amara ? daniel : amara }));

export const span = fc.record({
  day,
  from: clock,
  nights: fc.integer({ min: 0, max: 12 }),
  minutes: fc.integer({ min: 1, max: 600 }),
  holder: fc.constantFrom<Holder>(amara, daniel, 'third-party'),
});
export const spanIn = (
  where: string,
  { day, from, nights, minutes, holder }: typeof span extends fc.Arbitrary<infer S> ? S : never,
  requestId: string,
): AgreedTime => {
  const start = instantOf(day, from, where);
  return { from: start, until: start + nights * 86_400_000 + minutes * 60_000, holder, label: requestId, place: null, requestId };
};
const agreedTimes = (where: string, spans: readonly Parameters<typeof spanIn>[1][]): AgreedTime[] =>
  spans.reduce<AgreedTime[]>((agreed, one, index) => agree(agreed, spanIn(where, one, `request ${index}`)), []);

/** Any calendar whose regular schedule is in force all the time. */
export const calendar: fc.Arbitrary<ChildCalendar> = fc
  .record({
    zone,
    first: terms,
    second: terms,
    changesOn: day,
    breaks: fc.option(breakTerms),
    rules: fc.array(rule, { maxLength: 4 }),
    vacations: fc.array(span, { maxLength: 4 }),
    changes: fc.array(span, { maxLength: 6 }),
    hasSchool: fc.boolean(),
  })
  .map(({ zone, first, second, changesOn, breaks, rules, vacations, changes, hasSchool }) =>
    calendarOf(null, {
      zone,
      regular: [
        { from: '2024-01-01', until: changesOn, terms: first, requestId: 'first' },
        { from: changesOn, until: null, terms: second, requestId: 'second' },
      ],
      breaks: breaks ? [{ from: '2024-01-01', until: null, terms: breaks, requestId: 'breaks' }] : [],
      holidays: rules.length > 0 ? [{ from: '2024-01-01', until: null, terms: { country: 'GB', region: 'ENG', rules }, requestId: 'holidays' }] : [],
      vacations: agreedTimes(zone, vacations),
      changes: agreedTimes(zone, changes),
      school: hasSchool ? [...schoolYear(2025), ...schoolYear(2026)] : [],
    }),
  );
