import { randomUUID } from 'node:crypto';
import type { RequestId } from '../../core/ids.ts';
import { weekdayNamed } from '../../core/time.ts';
import { frameFor } from '../../families/index.ts';
import type { Problem, Typed } from '../../web/form.ts';
import { paths } from '../../web/paths.ts';
import type { Model } from '../../web/reply.ts';
import { holidayCountries, holidayRegions, rulePatterns, standardPatterns } from '../engine/index.ts';
import type { Calendars } from '../read-calendars.ts';
import type { Reading } from '../requests/reading.ts';
import { childOptions, fieldOf, placeOf } from '../requests/time-form-page.ts';
import type { Option } from '../requests/views.ts';
import { breakName, localDate } from './describe-plan.ts';
import { groundName, type HolidayChoice, type HolidayGround, nameOfDay, onText, publicChoices } from './holiday-choices.ts';
import type { HolidayRule } from '../terms.ts';
import { breakRows, holidayRows } from './schema.ts';

/** What is in a plan's form: what was typed, or what holds now. */
export type FilledPlan = {
  typed: Typed;
  children: readonly string[];
  weekends: readonly string[];
  problems: Problem[];
  counter: { id: RequestId; title: string } | null;
};

const errorOf = (problems: readonly Problem[], name: string): string | null => problems.find(({ field }) => field === name)?.message ?? null;

function common(reading: Reading, { typed, children, problems, counter }: FilledPlan) {
  return {
    frame: frameFor(reading.family, 'calendar'),
    back: counter ? { href: paths.request.to({ requestId: counter.id }), text: counter.title } : { href: paths.schedule, text: 'Schedule' },
    submission: randomUUID(),
    family: reading.family.familyId,
    counter: counter?.id ?? '',
    children: childOptions(reading.family, children),
    childError: errorOf(problems, 'child'),
    from: fieldOf('from', typed, problems),
    note: fieldOf('note', typed, problems),
    respond: { day: fieldOf('respondDay', typed, problems), clock: fieldOf('respondClock', typed, problems) },
    problems,
  };
}

const parentOptions = (reading: Reading, chosen: string | undefined): Option[] =>
  reading.family.members
    .filter(({ current }) => current)
    .map(({ id, givenName }, index) => ({
      value: id,
      name: id === reading.me ? `${givenName} (you)` : givenName,
      chosen: chosen ? chosen === id : index === 0,
    }));

const options = (names: readonly (readonly [value: string, name: string])[], chosen: string | undefined): Option[] =>
  names.map(([value, name]) => ({ value, name, chosen: (chosen ?? '') === value }));

// ------------------------------------------------------------------ the regular schedule

const ruleNames = ['month-weekends', 'spo', 'espo'] as const;

export function schedulePage(reading: Reading, filled: FilledPlan): Model<'schedule/propose-schedule'> {
  const { typed, problems, weekends } = filled;
  const field = (name: string) => fieldOf(name, typed, problems);
  const handover = (prefix: 'school' | 'other') => ({ time: field(`${prefix}Time`), place: placeOf(prefix, typed, problems) });
  return {
    ...common(reading, filled),
    patterns: options(
      [
        ['', 'Choose'],
        ...standardPatterns.map(({ name, title }) => [name, title] as const),
        ...rulePatterns.map(({ title }, index) => [ruleNames[index]!, index === 0 ? 'Weekends of the month (1st, 3rd and 5th, or others)' : title] as const),
        ['custom', 'A custom pattern'],
      ],
      typed.pattern,
    ),
    patternError: errorOf(problems, 'pattern'),
    named: field('named'),
    starts: { options: parentOptions(reading, typed.starts), error: errorOf(problems, 'starts') },
    anchor: field('anchor'),
    custom: field('custom'),
    weekends: ['1st', '2nd', '3rd', '4th', '5th'].map((name, index) => ({ value: String(index + 1), name, chosen: weekends.includes(String(index + 1)) })),
    weekendError: errorOf(problems, 'weekend'),
    weekendTimes: {
      fromDay: options(
        [4, 5, 6].map(day => [String(day), weekdayNamed(day)] as const),
        typed.weekendFromDay || '5',
      ),
      from: field('weekendFrom'),
      untilDay: options(
        [7, 1].map(day => [String(day), weekdayNamed(day)] as const),
        typed.weekendUntilDay || '7',
      ),
      until: field('weekendUntil'),
    },
    schoolStarts: field('schoolStarts'),
    visits: [1, 2, 3, 4].map(number => ({
      legend: `Visit ${number}`,
      day: field(`v${number}day`),
      from: field(`v${number}from`),
      until: field(`v${number}until`),
    })),
    school: handover('school'),
    other: handover('other'),
    glossary: [
      ...standardPatterns.map(({ title, alsoCalled, definition, share, handoversIn14Days }) => ({
        title,
        also: alsoCalled.join(', '),
        definition,
        share: `${share.a}% and ${share.b}%`,
        handovers: String(handoversIn14Days),
      })),
      ...rulePatterns.map(({ title, alsoCalled, definition }) => ({
        title,
        also: alsoCalled.join(', '),
        definition,
        share: 'by the month',
        handovers: 'varies',
      })),
    ],
  };
}

// ------------------------------------------------------------------ school breaks

/** The names of the breaks in the children's school years, each once. */
export const breakNames = (calendars: Calendars): string[] => [
  ...new Set([...calendars.values()].flatMap(({ school }) => school.filter(({ kind }) => kind === 'break').map(({ name }) => name))),
];

const breakMethods = [
  ['', 'Leave it out'],
  ['alternate', 'The whole break, in turn by the year'],
  ['split', 'In halves, the first in turn by the year'],
  ['weeks', 'Week by week in turn'],
  ['regular', 'As the regular schedule has it'],
] as const;

export function breaksPage(reading: Reading, calendars: Calendars, filled: FilledPlan): Model<'schedule/propose-breaks'> {
  const { typed, problems } = filled;
  const known = [...breakNames(calendars), 'any'].slice(0, breakRows - 2);
  const rows = Math.min(breakRows, Math.max(known.length + 3, lastRow(typed, breakRows)));
  return {
    ...common(reading, filled),
    rules: Array.from({ length: rows }, (_, row) => {
      const index = row + 1;
      const typedName = typed[`name${index}`];
      const fixed = typedName === undefined || typedName === known[row] ? known[row] : undefined;
      return {
        index,
        name: { ...fieldOf(`name${index}`, typed, problems), ...(fixed === undefined ? {} : { value: fixed }) },
        fixed: fixed === undefined ? null : breakName(fixed),
        methods: options(breakMethods, typed[`method${index}`]),
        even: parentOptions(reading, typed[`even${index}`]),
      };
    }),
    ruleError: errorOf(problems, 'method1'),
    exchange: { time: fieldOf('time', typed, problems), place: placeOf('', typed, problems) },
  };
}

/** The last row in which something stands. */
function lastRow(typed: Typed, most: number): number {
  for (let index = most; index > 0; index--) if (typed[`method${index}`] || typed[`name${index}`]) return index;
  return 0;
}

// ------------------------------------------------------------------ holidays

const holidayMethods = [
  ['', 'Leave it out'],
  ['alternate', 'In turn by the year'],
  ['fixed', 'With one parent every year'],
  ['split', 'In two parts, the first in turn by the year'],
  ['twice', 'Twice: the other parent celebrates on another day'],
] as const;
export const ownDates = 4;

/** The days that the list offers, in its order: the country's, the parents', the children's, and dates of one's own. */
export function choicesOf(reading: Reading, { country, region }: HolidayGround, calendars: Calendars): (HolidayChoice | null)[] {
  const { children } = reading.family;
  const choice = (on: HolidayRule['on'], when: string): HolidayChoice => ({ on: onText(on), name: nameOfDay(on, { country, children }), when });
  return [
    ...publicChoices(country, region, reading.today).map(({ next, ...one }) => ({ ...one, when: reading.day(next) })),
    choice({ kind: 'mothers-day' }, 'As the country has it'),
    choice({ kind: 'fathers-day' }, 'As the country has it'),
    ...children.map(({ id }) => {
      const { bornOn } = calendars.get(id)!;
      return choice({ kind: 'birthday', childId: id }, localDate(Number(bornOn.slice(5, 7)), Number(bornOn.slice(8, 10))));
    }),
    ...Array.from({ length: ownDates }, () => null),
  ];
}

/** The rows of a form: as it was sent, or the whole list. */
function rowsOf(reading: Reading, where: HolidayGround, calendars: Calendars, typed: Typed): (HolidayChoice | null)[] {
  const choices = choicesOf(reading, where, calendars);
  if (typed.on1 === undefined) return choices;
  const rows: (HolidayChoice | null)[] = [];
  for (let number = 1; number <= holidayRows && typed[`on${number}`] !== undefined; number++) {
    const on = typed[`on${number}`]!;
    const name = on.startsWith('public:') ? on.slice('public:'.length) : on;
    rows.push(on === 'date' ? null : (choices.find(choice => choice?.on === on) ?? { on, name, when: '' }));
  }
  return rows;
}

export function holidaysPage(reading: Reading, where: HolidayGround, calendars: Calendars, filled: FilledPlan): Model<'schedule/propose-holidays'> {
  const { typed, problems } = filled;
  return {
    ...common(reading, filled),
    ground: {
      country: where.country,
      region: where.region ?? '',
      name: groundName(where),
      countries: holidayCountries().map(({ code, name }) => ({ value: code, name, chosen: code === where.country })),
      regions: [
        { value: '', name: 'The whole country', chosen: where.region === null },
        ...holidayRegions(where.country).map(({ code, name }) => ({ value: code, name, chosen: code === where.region })),
      ],
    },
    rules: rowsOf(reading, where, calendars, typed).map((choice, row) => {
      const index = row + 1;
      const field = (name: string) => fieldOf(`${name}${index}`, typed, problems);
      const shown = { from: field('from'), until: field('until'), splitAt: field('split'), second: field('second') };
      return {
        index,
        on: choice?.on ?? 'date',
        what: choice?.name ?? 'A date of your own',
        when: choice?.when ?? '',
        label: choice === null ? field('label') : null,
        date: choice === null ? field('date') : null,
        methods: options(holidayMethods, typed[`method${index}`]),
        even: parentOptions(reading, typed[`even${index}`]),
        evenError: errorOf(problems, `even${index}`),
        ...shown,
        next: typed[`next${index}`] === '1',
        attach: typed[`attach${index}`] === '1',
        open:
          Object.values(shown).some(({ value, error }) => value !== '' || error !== null) || typed[`next${index}`] === '1' || typed[`attach${index}`] === '1',
      };
    }),
    ruleError: errorOf(problems, 'method1'),
    place: placeOf('', typed, problems),
  };
}
