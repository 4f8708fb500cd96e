import { describe, expect, test } from 'vitest';
import type { ChildCalendar } from '../../../src/schedule/engine/index.ts';
import { handoversOf, timeline, weekdayOf } from '../../../src/schedule/engine/index.ts';
import type { HolidayRule } from '../../../src/schedule/terms.ts';
import { agreed, amara, at, calendarOf, centre, customNights, daniel, holidayRule, ines, letter, local, nightsOf, withHolidays } from './calendars.ts';

/** All time is Daniel's, so that what a holiday gives to Amara shows. */
const withRules = (...rules: HolidayRule[]): ChildCalendar => calendarOf(customNights('B'), { holidays: withHolidays(...rules) });

const holidayLines = (calendar: ChildCalendar, from: string, until: string): string[] =>
  timeline(calendar, at(`${from} 00:00`), at(`${until} 00:00`))
    .filter(({ layer }) => layer === 'holiday')
    .map(stretch => `${local(stretch.from)} to ${local(stretch.until)} ${letter(stretch.holder)} ${stretch.label}`);

describe('whose it is', () => {
  const christmas = (changed: Partial<HolidayRule> = {}) =>
    holidayRule({ kind: 'date', month: 12, day: 25 }, { label: 'Christmas Day', from: '10:00', ...changed });

  test('alternate: by the year', () => {
    const calendar = withRules(christmas());
    expect(holidayLines(calendar, '2025-12-01', '2027-01-01')).toEqual([
      '2025-12-25 10:00 to 2025-12-25 18:00 B Christmas Day',
      '2026-12-25 10:00 to 2026-12-25 18:00 A Christmas Day',
    ]);
  });

  test('fixed: each year the same', () => {
    const calendar = withRules(christmas({ method: 'fixed' }));
    expect(holidayLines(calendar, '2025-12-01', '2027-01-01')).toEqual([
      '2025-12-25 10:00 to 2025-12-25 18:00 A Christmas Day',
      '2026-12-25 10:00 to 2026-12-25 18:00 A Christmas Day',
    ]);
  });

  test('split: hands change during the day, and the first part alternates', () => {
    expect(holidayLines(withRules(christmas({ method: 'split', splitAt: '14:00' })), '2025-12-01', '2027-01-01')).toEqual([
      '2025-12-25 10:00 to 2025-12-25 14:00 B Christmas Day, first part',
      '2025-12-25 14:00 to 2025-12-25 18:00 A Christmas Day, second part',
      '2026-12-25 10:00 to 2026-12-25 14:00 A Christmas Day, first part',
      '2026-12-25 14:00 to 2026-12-25 18:00 B Christmas Day, second part',
    ]);
  });

  test('split: halfway where nobody said when, or said a time outside it; after midnight where it lasts until the next day', () => {
    const times = (changed: Partial<HolidayRule>) =>
      holidayLines(withRules(christmas({ method: 'split', ...changed })), '2026-12-01', '2027-01-01').map(line => line.slice(0, 16));
    expect(times({})).toEqual(['2026-12-25 10:00', '2026-12-25 14:00']);
    expect(times({ splitAt: '19:00' })).toEqual(['2026-12-25 10:00', '2026-12-25 14:00']);
    expect(times({ untilNextDay: true, splitAt: '20:00' })).toEqual(['2026-12-25 10:00', '2026-12-25 20:00']);
    expect(times({ untilNextDay: true, splitAt: '09:00' })).toEqual(['2026-12-25 10:00', '2026-12-26 09:00']);
  });

  test('twice: nobody’s day changes, and the other parent has the second time', () => {
    const halloween = holidayRule({ kind: 'date', month: 10, day: 31 }, { label: 'Halloween', method: 'twice', secondOn: 1, from: '15:00', until: '20:00' });
    expect(holidayLines(withRules(halloween), '2026-10-01', '2026-12-01')).toEqual(['2026-11-01 15:00 to 2026-11-01 20:00 A Halloween, second time']);
    const amaras = calendarOf(customNights('A'), { holidays: withHolidays({ ...halloween, secondOn: -7 }) });
    expect(holidayLines(amaras, '2026-10-01', '2026-12-01')).toEqual(['2026-10-24 15:00 to 2026-10-24 20:00 B Halloween, second time']);
  });

  test('twice says nothing where nobody has the day, or nobody said when the second is', () => {
    const halloween = holidayRule({ kind: 'date', month: 10, day: 31 }, { method: 'twice', secondOn: 1 });
    expect(holidayLines(calendarOf(null, { holidays: withHolidays(halloween) }), '2026-10-01', '2026-12-01')).toEqual([]);
    expect(holidayLines(withRules({ ...halloween, secondOn: null }), '2026-10-01', '2026-12-01')).toEqual([]);
    const camp = calendarOf(customNights('B'), {
      holidays: withHolidays(halloween),
      vacations: [agreed('2026-10-30 10:00', '2026-11-03 10:00', 'third-party')],
    });
    expect(holidayLines(camp, '2026-10-01', '2026-12-01')).toEqual([]);
  });

  test('until the next day, also where its clocks alone say so', () => {
    expect(holidayLines(withRules(christmas({ untilNextDay: true, until: '12:00' })), '2026-12-01', '2027-01-01')).toEqual([
      '2026-12-25 10:00 to 2026-12-26 12:00 A Christmas Day',
    ]);
    expect(holidayLines(withRules(christmas({ until: '10:00' })), '2026-12-01', '2027-01-01')).toEqual([
      '2026-12-25 10:00 to 2026-12-26 10:00 A Christmas Day',
    ]);
  });

  test('New Year’s Eve is of the year it begins in, also seen from the next', () => {
    const eve = holidayRule({ kind: 'date', month: 12, day: 31 }, { label: 'New Year', from: '15:00', until: '12:00', untilNextDay: true });
    expect(holidayLines(withRules(eve), '2027-01-01', '2027-01-05')).toEqual(['2027-01-01 00:00 to 2027-01-01 12:00 A New Year']);
  });

  test('changes hands at the place of the rule, at both ends', () => {
    const handovers = handoversOf(timeline(withRules(christmas()), at('2026-12-20 00:00'), at('2026-12-30 00:00')));
    expect(handovers).toEqual([
      { at: at('2026-12-25 10:00'), from: daniel, to: amara, place: centre },
      { at: at('2026-12-25 18:00'), from: amara, to: daniel, place: centre },
    ]);
  });

  test('where two meet, the one that stands first is on top', () => {
    const birthday = holidayRule({ kind: 'birthday', childId: ines }, { label: 'Birthday', method: 'fixed', from: '12:00', until: '20:00' });
    const fathers = holidayRule({ kind: 'date', month: 6, day: 14 }, { label: 'Father’s Day', method: 'fixed', evenYears: daniel });
    expect(holidayLines(withRules(birthday, fathers), '2026-06-01', '2026-07-01')).toEqual([
      '2026-06-14 09:00 to 2026-06-14 12:00 B Father’s Day',
      '2026-06-14 12:00 to 2026-06-14 20:00 A Birthday',
    ]);
    expect(holidayLines(withRules(fathers, birthday), '2026-06-01', '2026-07-01')).toEqual([
      '2026-06-14 09:00 to 2026-06-14 18:00 B Father’s Day',
      '2026-06-14 18:00 to 2026-06-14 20:00 A Birthday',
    ]);
  });

  test('goes by the terms in force on its day', () => {
    const calendar = calendarOf(customNights('B'), {
      holidays: [
        { from: '2024-01-01', until: '2026-12-25', requestId: 'old', terms: { country: 'GB', region: null, rules: [christmas({ label: 'Old' })] } },
        { from: '2026-12-25', until: null, requestId: 'new', terms: { country: 'GB', region: null, rules: [christmas({ label: 'New' })] } },
      ],
    });
    const found = timeline(calendar, at('2023-01-01 00:00'), at('2028-01-01 00:00')).filter(({ layer }) => layer === 'holiday');
    expect(found.map(({ from, requestId, label }) => [local(from), requestId, label])).toEqual([
      ['2024-12-25 10:00', 'old', 'Old'],
      ['2025-12-25 10:00', 'old', 'Old'],
      ['2026-12-25 10:00', 'new', 'New'],
      ['2027-12-25 10:00', 'new', 'New'],
    ]);
  });
});

describe('a Monday or Friday beside a weekend', () => {
  const attached = (on: HolidayRule['on'], changed: Partial<HolidayRule> = {}) => holidayRule(on, { label: 'Bank holiday', attachToWeekend: true, ...changed });
  const easterMonday = attached({ kind: 'public', name: 'Easter Monday' });
  const goodFriday = attached({ kind: 'public', name: 'Good Friday' });
  /** Daniel has the weekend of 3 to 5 April, Friday to Sunday, and Amara all else; or the other way round. */
  const weekend = (nights: string) => calendarOf(customNights(nights), { holidays: withHolidays(easterMonday) }, '2020-01-01', '2026-03-30');

  test('a Monday goes on with whoever has the weekend, from where it would end', () => {
    expect(weekdayOf('2026-04-06')).toBe(1);
    expect(holidayLines(weekend('AAAABBA'), '2026-03-30', '2026-04-10')).toEqual(['2026-04-05 10:00 to 2026-04-06 18:00 B Bank holiday']);
    expect(holidayLines(weekend('BBBBAAB'), '2026-03-30', '2026-04-10')).toEqual(['2026-04-05 10:00 to 2026-04-06 18:00 A Bank holiday']);
  });

  test('where the weekend lasts into the Monday it goes on from there, and where it lasts longer nothing moves', () => {
    expect(holidayLines(weekend('AAAABBB'), '2026-03-30', '2026-04-10')).toEqual(['2026-04-06 09:00 to 2026-04-06 18:00 B Bank holiday']);
    const stretches = timeline(weekend('B'), at('2026-04-05 00:00'), at('2026-04-08 00:00'));
    expect(new Set(stretches.map(({ holder }) => holder))).toEqual(new Set([daniel]));
  });

  test('a Friday goes to whoever has the weekend, until it begins', () => {
    const calendar = calendarOf(customNights('AAAABBA'), { holidays: withHolidays({ ...goodFriday, until: '09:30' }) }, '2020-01-01', '2026-03-30');
    expect(holidayLines(calendar, '2026-03-30', '2026-04-10')).toEqual(['2026-04-03 09:00 to 2026-04-03 10:00 B Bank holiday']);
    const saturday = calendarOf(customNights('AAAAABB'), { holidays: withHolidays(goodFriday) }, '2020-01-01', '2026-03-30');
    expect(holidayLines(saturday, '2026-03-30', '2026-04-10')).toEqual(['2026-04-03 09:00 to 2026-04-04 10:00 B Bank holiday']);
  });

  test('the weekend is whoever’s the layers below say: an agreed vacation counts', () => {
    const calendar = { ...weekend('AAAABBA'), vacations: [agreed('2026-04-03 10:00', '2026-04-05 18:00', amara)] };
    expect(holidayLines(calendar, '2026-03-30', '2026-04-10')).toEqual(['2026-04-06 09:00 to 2026-04-06 18:00 A Bank holiday']);
  });

  test('on another weekday the method decides', () => {
    const christmas = attached({ kind: 'date', month: 12, day: 25 }, { label: 'Christmas Day' });
    expect(holidayLines(withRules(christmas), '2024-12-01', '2025-01-01')).toEqual(['2024-12-25 09:00 to 2024-12-25 18:00 A Christmas Day']);
    // In 2026 it is a Friday.
    expect(holidayLines(withRules(christmas), '2026-12-01', '2027-01-01')).toEqual(['2026-12-25 09:00 to 2026-12-25 18:00 B Christmas Day']);
  });

  test('where nobody has the weekend, the method decides', () => {
    const nobody = calendarOf(null, { holidays: withHolidays(easterMonday) });
    expect(holidayLines(nobody, '2026-03-30', '2026-04-10')).toEqual(['2026-04-06 09:00 to 2026-04-06 18:00 A Bank holiday']);
  });
});

test('holidays lie on vacations and breaks, and never alter the time around them', () => {
  const calendar = calendarOf(nightsOf('2-2-5-5'), {
    holidays: withHolidays(holidayRule({ kind: 'mothers-day' }, { method: 'fixed', from: '10:00', until: '18:00' })),
  });
  const without = { ...calendar, holidays: [] };
  const [from, until] = [at('2026-03-15 10:00'), at('2026-03-15 18:00')];
  expect(timeline(calendar, from, until).map(({ holder }) => holder)).toEqual([amara]);
  expect(timeline(without, from, until).map(({ holder }) => holder)).toEqual([daniel]);
  expect(timeline(calendar, at('2026-03-01 00:00'), from)).toEqual(timeline(without, at('2026-03-01 00:00'), from));
});
