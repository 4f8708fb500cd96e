import { z } from 'zod';
import type { ChildId, ParentId } from '../core/ids.ts';
import { isUuid } from '../core/ids.ts';

/**
 * What two parents agree about their children's time, as it is stored and as it is computed with. Days ("2026-03-09") and clock times ("15:30")
 * are the family's; which instant they are is worked out in its zone, so an agreement reads the same after the clocks change.
 */

export const Day = z.iso.date();
export const Clock = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/);
const id = <Id extends string>() => z.string().refine(isUuid) as unknown as z.ZodType<Id>;

/** Where a handover takes place: a kind and a label in words. Never an address, never coordinates. */
export const placeKinds = ['school', 'contact-centre', 'kerbside', 'third-party', 'home', 'other'] as const;
export const Place = z.object({ kind: z.enum(placeKinds), label: z.string().max(80) });
export type Place = z.infer<typeof Place>;

export const Exchange = z.object({ time: Clock, place: Place });
export type Exchange = z.infer<typeof Exchange>;

/** The standard names of the glossary, in its order. */
export const standardNames = [
  'alternating-weeks',
  'two-weeks-each',
  '2-2-3',
  '2-2-5-5',
  '3-4-4-3',
  'alternating-every-2-days',
  '4-3',
  'every-extended-weekend',
  'every-weekend',
  '5-2',
  'every-3rd-week',
  'every-3rd-day',
  'alternating-weekends',
  'alternating-extended-weekends',
  'alternating-weekends-midweek-overnight',
  'every-3rd-weekend',
] as const;
export type StandardName = (typeof standardNames)[number];

/** Time without an overnight, on one day of the cycle (0 is its first) that is otherwise the other parent's. */
export const Visit = z.object({ cycleDay: z.int().min(0).max(83), from: Clock, until: Clock }).refine(({ from, until }) => from < until);
export type Visit = z.infer<typeof Visit>;

/** Nights of one cycle, day 1 first: "AABBAAA". A and B are the parents named in the terms. */
const Nights = z.object({
  kind: z.literal('nights'),
  name: z.enum([...standardNames, 'custom']),
  nights: z.string().regex(/^[AB]{1,84}$/),
  visits: z.array(Visit).max(28),
});
/** Some weekends of each month are B's, counted by their Friday; all else is A's. ISO weekdays: 5 is Friday. */
const MonthWeekends = z.object({
  kind: z.literal('month-weekends'),
  weekends: z.array(z.int().min(1).max(5)).min(1),
  from: z.object({ weekday: z.int().min(4).max(6), time: Clock }),
  until: z.object({ weekday: z.union([z.literal(7), z.literal(1)]), time: Clock }),
});
/** The Texas standard possession order, and the expanded one. B is the possessory parent. School starts at 08:00 where nothing is said. */
const PossessionOrder = z.object({ kind: z.literal('possession-order'), expanded: z.boolean(), schoolStarts: Clock.exactOptional() });

export const Pattern = z.discriminatedUnion('kind', [Nights, MonthWeekends, PossessionOrder]);
export type Pattern = z.infer<typeof Pattern>;

/** The regular (repeating) schedule. `anchor` is day 1 of a cycle; B is the other parent. */
export const RegularTerms = z.object({
  a: id<ParentId>(),
  b: id<ParentId>(),
  anchor: Day,
  pattern: Pattern,
  /** Handovers on days when the child has school, and on all others. */
  onSchoolDays: Exchange,
  onOtherDays: Exchange,
});
export type RegularTerms = z.infer<typeof RegularTerms>;

/** What happens in a break of the school's calendar, found by its name ("Christmas"); 'any' is for the rest. */
export const BreakRule = z.object({
  name: z.string().min(1).max(80),
  /** alternate: whole, by the year it begins in; split: halves, the first by the year; weeks: week about, the first by the year; regular: as always. */
  method: z.enum(['alternate', 'split', 'weeks', 'regular']),
  evenYears: id<ParentId>(),
  oddYears: id<ParentId>(),
});
export const BreakTerms = z.object({ rules: z.array(BreakRule).min(1).max(20), exchange: Exchange });
export type BreakTerms = z.infer<typeof BreakTerms>;

/** Which day: a public holiday by its name in the library, a child's birthday, the same date each year, or Mothering or Father's Day. */
export const HolidayDay = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('public'), name: z.string().min(1).max(120) }),
  z.object({ kind: z.literal('birthday'), childId: id<ChildId>() }),
  z.object({ kind: z.literal('date'), month: z.int().min(1).max(12), day: z.int().min(1).max(31) }),
  z.object({ kind: z.literal('mothers-day') }),
  z.object({ kind: z.literal('fathers-day') }),
]);

export const HolidayRule = z.object({
  label: z.string().min(1).max(80),
  on: HolidayDay,
  /** alternate: whole, by the year; split: `evenYears` has the first part in even years; fixed: `evenYears` each year; twice: nobody's day changes, and the other parent has `secondOn`. */
  method: z.enum(['alternate', 'split', 'fixed', 'twice']),
  evenYears: id<ParentId>(),
  oddYears: id<ParentId>(),
  /** From this clock on the day until that one; `untilNextDay` where it ends the day after. */
  from: Clock,
  until: Clock,
  untilNextDay: z.boolean(),
  /** When a split day changes hands. */
  splitAt: Clock.nullable(),
  /** For `twice`: when the other parent celebrates, as days after (before: negative) the day itself. */
  secondOn: z.int().min(-14).max(14).nullable(),
  /** A Monday or Friday holiday goes to whoever has the weekend beside it. */
  attachToWeekend: z.boolean(),
  place: Place,
});
export type HolidayRule = z.infer<typeof HolidayRule>;
/** `country` and `region` as ISO 3166 codes, "GB" and "ENG". */
export const HolidayTerms = z.object({
  country: z.string().regex(/^[A-Z]{2}$/),
  region: z.string().max(10).nullable(),
  rules: z.array(HolidayRule).min(1).max(60),
});
export type HolidayTerms = z.infer<typeof HolidayTerms>;

/** What decides a day, lowest first. The lower layer is never rewritten. */
export const layers = ['regular', 'break', 'vacation', 'holiday', 'change'] as const;
export type Layer = (typeof layers)[number];

/** A parent's time, or somebody else's: a camp, grandparents. */
export type Holder = ParentId | 'third-party';
