import { z } from 'zod';
import type { FamilyId, RequestId } from '../../core/ids.ts';
import { isUuid } from '../../core/ids.ts';
import { idField, plainText, tickbox } from '../../web/form.ts';
import { idParam } from '../../web/route.ts';
import { maybeClock, maybeDay, maybeId, maybeLine, maybeOneOf, maybeWords, placeFields, several, severalIds } from '../fields.ts';
import { answerWords } from '../requests/schema.ts';
import { placeKinds, standardNames } from '../terms.ts';

/** A proposal that is to be countered. */
export const CounterQuery = z.object({
  counter: idParam<RequestId>().optional(),
  country: z.string().max(2).optional(),
  region: z.string().max(10).optional(),
});

/** What every plan's form has: for whom, from when, and what goes with the request. `step` is the button that was pressed. */
const planFields = {
  submission: idField<string>(),
  family: idField<FamilyId>().optional(),
  counter: maybeId('This page was out of date. Load it again and retry.'),
  child: severalIds.refine(children => children.length > 0, 'Choose at least one child'),
  from: maybeDay,
  note: maybeWords(answerWords),
  respondDay: maybeDay,
  respondClock: maybeClock,
  step: maybeOneOf(['preview', 'edit', 'send'], 'This page was out of date. Load it again and retry.'),
  confirm: plainText('').max(40).optional(),
};

export const rulePatternNames = ['month-weekends', 'spo', 'espo'] as const;
const visitNumbers = [1, 2, 3, 4] as const;
type VisitField = `v${(typeof visitNumbers)[number]}${'day' | 'from' | 'until'}`;
const visitFields = Object.fromEntries(
  visitNumbers.flatMap(number => [
    [`v${number}day`, maybeWords(3)],
    [`v${number}from`, maybeClock],
    [`v${number}until`, maybeClock],
  ]),
) as Record<VisitField, typeof maybeDay>;

const aPlace = (prefix: 'school' | 'other') =>
  ({ [`${prefix}Time`]: maybeClock, [`${prefix}Kind`]: maybeOneOf(placeKinds, 'Choose a kind of place'), [`${prefix}Label`]: maybeLine(80) }) as Record<
    `${typeof prefix}${'Time' | 'Kind' | 'Label'}`,
    typeof maybeDay
  >;

export const ScheduleForm = z.strictObject({
  ...planFields,
  ...visitFields,
  ...aPlace('school'),
  ...aPlace('other'),
  pattern: maybeOneOf([...standardNames, ...rulePatternNames, 'custom'], 'Choose a pattern'),
  named: maybeLine(60),
  starts: maybeId('Choose who starts'),
  anchor: maybeDay,
  custom: maybeWords(200),
  weekend: several(value => /^[1-5]$/.test(value), 'Choose weekends of the month'),
  weekendFromDay: maybeOneOf(['4', '5', '6'], 'Choose a day'),
  weekendFrom: maybeClock,
  weekendUntilDay: maybeOneOf(['7', '1'], 'Choose a day'),
  weekendUntil: maybeClock,
  schoolStarts: maybeClock,
});
export type ScheduleForm = z.infer<typeof ScheduleForm>;

/** The fields of a form's rows, numbered from 1. A schema is made once, not once for each row: there are hundreds. */
const numbered = <Name extends string, Field>(rows: number, fields: Record<Name, Field>) =>
  Object.fromEntries(
    Array.from({ length: rows }, (_, index) => Object.entries<Field>(fields).map(([name, field]) => [`${name}${index + 1}`, field])).flat(),
  ) as Record<`${Name}${number}`, Field>;

export const breakRows = 14;
const breakFields = numbered(breakRows, {
  name: maybeLine(80),
  method: maybeOneOf(['alternate', 'split', 'weeks', 'regular'], 'Choose what happens'),
  even: maybeId('Choose a parent'),
});
export const BreaksForm = z.strictObject({ ...planFields, ...breakFields, ...placeFields, time: maybeClock });
/** Rows are numbered; the rest has its names. */
type Rows<Name extends string, Value> = { readonly [field in `${Name}${number}`]?: Value };
export type BreaksForm = z.infer<typeof BreaksForm> & Rows<'name' | 'method' | 'even', string>;

export const holidayRows = 45;
/** "public:" and a name as the terms have it. */
const mostOn = 'public:'.length + 120;
const isOn = (text: string): boolean =>
  text === '' ||
  ['date', 'mothers-day', 'fathers-day'].includes(text) ||
  text.startsWith('public:') ||
  (text.startsWith('birthday:') && isUuid(text.slice('birthday:'.length)));
const holidayFields = numbered(holidayRows, {
  on: plainText('')
    .refine(text => text.length <= mostOn, 'This page was out of date. Load it again and retry.')
    .refine(isOn, 'This page was out of date. Load it again and retry.')
    .optional()
    .transform(text => text ?? ''),
  label: maybeLine(80),
  date: maybeDay,
  method: maybeOneOf(['alternate', 'split', 'fixed', 'twice'], 'Choose what happens'),
  even: maybeId('Choose a parent'),
  from: maybeClock,
  until: maybeClock,
  split: maybeClock,
  second: maybeWords(3),
});
const holidayTicks = numbered(holidayRows, { next: tickbox, attach: tickbox });
export const HolidaysForm = z.strictObject({
  ...planFields,
  ...holidayFields,
  ...holidayTicks,
  ...placeFields,
  country: maybeWords(2),
  region: maybeWords(10),
});
export type HolidaysForm = z.infer<typeof HolidaysForm> &
  Rows<'on' | 'label' | 'date' | 'method' | 'even' | 'from' | 'until' | 'split' | 'second', string> &
  Rows<'next' | 'attach', boolean>;
