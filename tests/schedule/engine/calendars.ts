import type { ChildId, ParentId } from '../../../src/core/ids.ts';
import type { AgreedTime, ChildCalendar, Stretch } from '../../../src/schedule/engine/index.ts';
import { addDays, handoversOf, hours, instantOf, overnights, segmentsOfDay, standardPattern, timeline } from '../../../src/schedule/engine/index.ts';
import type { Holder, HolidayRule, Pattern, Place, RegularTerms, StandardName } from '../../../src/schedule/terms.ts';

export const amara = '11111111-1111-4111-8111-111111111111' as ParentId;
export const daniel = '22222222-2222-4222-8222-222222222222' as ParentId;
export const ines = '33333333-3333-4333-8333-333333333333' as ChildId;
export const theo = '44444444-4444-4444-8444-444444444444' as ChildId;

export const school: Place = { kind: 'school', label: 'St Brigid’s, main gate' };
export const kerbside: Place = { kind: 'kerbside', label: 'Outside the library' };
export const centre: Place = { kind: 'contact-centre', label: 'Mill Road contact centre' };

export const nightsOf = (name: StandardName): Pattern => ({ kind: 'nights', name, nights: standardPattern(name).nights, visits: [] });
export const customNights = (nights: string): Pattern => ({ kind: 'nights', name: 'custom', nights, visits: [] });

export const regularTerms = (pattern: Pattern, anchor = '2026-01-05', changed: Partial<RegularTerms> = {}): RegularTerms => ({
  a: amara,
  b: daniel,
  anchor,
  pattern,
  onSchoolDays: { time: '15:30', place: school },
  onOtherDays: { time: '10:00', place: kerbside },
  ...changed,
});

export const calendarOf = (pattern: Pattern | null, changed: Partial<ChildCalendar> = {}, from = '2020-01-01', anchor?: string): ChildCalendar => ({
  childId: ines,
  bornOn: '2016-06-14',
  zone: 'Europe/London',
  regular: pattern ? [{ from, until: null, terms: regularTerms(pattern, anchor), requestId: 'regular' }] : [],
  breaks: [],
  holidays: [],
  vacations: [],
  changes: [],
  school: [],
  ...changed,
});

/** St Brigid's, roughly: one year from September. */
export const schoolYear = (year: number): ChildCalendar['school'] => [
  { kind: 'term', name: 'Autumn term', from: `${year}-09-02`, until: `${year}-12-18` },
  { kind: 'break', name: 'Autumn half-term', from: `${year}-10-26`, until: `${year}-10-30` },
  { kind: 'break', name: 'Christmas', from: `${year}-12-19`, until: `${year + 1}-01-03` },
  { kind: 'term', name: 'Spring term', from: `${year + 1}-01-04`, until: `${year + 1}-03-27` },
  { kind: 'break', name: 'Spring half-term', from: `${year + 1}-02-16`, until: `${year + 1}-02-20` },
  { kind: 'break', name: 'Easter', from: `${year + 1}-03-28`, until: `${year + 1}-04-12` },
  { kind: 'term', name: 'Summer term', from: `${year + 1}-04-13`, until: `${year + 1}-07-21` },
  { kind: 'closed', name: 'Staff training', from: `${year + 1}-06-26`, until: `${year + 1}-06-26` },
  { kind: 'break', name: 'Summer', from: `${year + 1}-07-22`, until: `${year + 1}-09-01` },
];

export const holidayRule = (on: HolidayRule['on'], changed: Partial<HolidayRule> = {}): HolidayRule => ({
  label: 'A day',
  on,
  method: 'alternate',
  evenYears: amara,
  oddYears: daniel,
  from: '09:00',
  until: '18:00',
  untilNextDay: false,
  splitAt: null,
  secondOn: null,
  attachToWeekend: false,
  place: centre,
  ...changed,
});

/** Holidays of a family in England, from the beginning. */
export const withHolidays = (...rules: HolidayRule[]): ChildCalendar['holidays'] => [
  { from: '2000-01-01', until: null, terms: { country: 'GB', region: 'ENG', rules }, requestId: 'holidays' },
];

export const agreed = (from: string, until: string, holder: Holder, changed: Partial<AgreedTime> = {}, zone = 'Europe/London'): AgreedTime => ({
  from: at(from, zone),
  until: at(until, zone),
  holder,
  label: 'Agreed',
  place: null,
  requestId: 'request',
  ...changed,
});

/** "2026-03-09 15:30" as an instant. */
export const at = (text: string, zone = 'Europe/London'): number => instantOf(text.slice(0, 10), text.slice(11), zone);

export const letter = (holder: Holder | null): string => (holder === amara ? 'A' : holder === daniel ? 'B' : holder === null ? '-' : 't');

export const holderAt = (calendar: ChildCalendar, instant: number): string => letter(timeline(calendar, instant, instant + 1)[0]!.holder);

/** "2026-03-09 15:30 B", one line for each change of hands. */
export const lines = (stretches: readonly Stretch[], zone = 'Europe/London'): string[] =>
  stretches.map(({ from, holder }) => `${local(from, zone)} ${letter(holder)}`);

/** An instant in words that Temporal gives. */
export const local = (instant: number, zone = 'Europe/London'): string =>
  Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone).toPlainDateTime().toString().slice(0, 16).replace('T', ' ');

/** Five years with every layer in use, as a benchmark wants it. */
export function busyCalendar(firstYear: number): ChildCalendar {
  const years = [0, 1, 2, 3, 4].map(year => firstYear + year);
  return calendarOf(
    nightsOf('2-2-5-5'),
    {
      school: years.flatMap(schoolYear),
      breaks: [
        {
          from: `${firstYear}-01-01`,
          until: null,
          requestId: 'breaks',
          terms: {
            exchange: { time: '18:00', place: kerbside },
            rules: [
              { name: 'Christmas', method: 'split', evenYears: amara, oddYears: daniel },
              { name: 'Summer', method: 'weeks', evenYears: daniel, oddYears: amara },
              { name: 'any', method: 'alternate', evenYears: amara, oddYears: daniel },
            ],
          },
        },
      ],
      holidays: withHolidays(
        holidayRule({ kind: 'mothers-day' }, { label: 'Mothering Sunday', method: 'fixed' }),
        holidayRule({ kind: 'fathers-day' }, { label: 'Father’s Day', method: 'fixed', evenYears: daniel }),
        holidayRule({ kind: 'birthday', childId: ines }, { label: 'Birthday', method: 'split', splitAt: '14:00' }),
        holidayRule({ kind: 'public', name: 'Christmas Day' }, { label: 'Christmas Day' }),
        holidayRule({ kind: 'public', name: 'Easter Monday' }, { label: 'Easter Monday', attachToWeekend: true }),
        holidayRule({ kind: 'public', name: 'Good Friday' }, { label: 'Good Friday', attachToWeekend: true }),
        holidayRule({ kind: 'public', name: 'Early May bank holiday' }, { label: 'May Day', attachToWeekend: true }),
        holidayRule({ kind: 'public', name: 'Spring bank holiday' }, { label: 'Spring bank holiday', attachToWeekend: true }),
        holidayRule({ kind: 'public', name: 'Summer bank holiday' }, { label: 'Summer bank holiday', attachToWeekend: true }),
        holidayRule({ kind: 'date', month: 10, day: 31 }, { label: 'Halloween', method: 'twice', secondOn: 1 }),
      ),
      vacations: years.map(year => agreed(`${year}-08-03 10:00`, `${year}-08-13 18:00`, 'third-party', { label: 'Camp' })),
      changes: years.flatMap(year => changesOf(year)),
    },
    `${firstYear}-01-01`,
  );
}

/** A swap in most months. */
const changesOf = (year: number): AgreedTime[] =>
  [1, 2, 3, 5, 6, 9, 10, 11].map(month => {
    const day = `${year}-${String(month).padStart(2, '0')}-11`;
    return agreed(`${day} 15:30`, `${addDays(day, 2)} 18:00`, month % 2 === 0 ? amara : daniel, { label: 'Swap', requestId: day });
  });

/** All that a calendar asks of one child's year; gives how much there was, so that nothing can be left out. */
export function yearOfDays(calendar: ChildCalendar, year: number): { stretches: number; handovers: number; segments: number; nights: number; hours: number } {
  const [first, last] = [`${year}-01-01`, `${year}-12-31`];
  const stretches = timeline(calendar, instantOf(first, '00:00', calendar.zone), instantOf(addDays(last, 2), '00:00', calendar.zone));
  let segments = 0;
  for (let day = first; day <= last; day = addDays(day, 1)) segments += segmentsOfDay(stretches, day, calendar.zone).length;
  const sum = (counts: Map<unknown, number>): number => [...counts.values()].reduce((total, count) => total + count, 0);
  return {
    stretches: stretches.length,
    handovers: handoversOf(stretches).length,
    segments,
    nights: sum(overnights(stretches, calendar.zone, first, last)),
    hours: sum(hours(stretches, calendar.zone, first, last)),
  };
}
