import { z } from 'zod';
import type { ChildId, ParentId, RequestId } from '../../core/ids.ts';
import { isUuid } from '../../core/ids.ts';
import { BreakTerms, Clock, Day, HolidayTerms, Place, RegularTerms } from '../terms.ts';

/** What may be asked. The first six are about time that comes once, the others about what repeats. */
export const timeKinds = ['swap', 'change', 'extra', 'make-up', 'travel', 'first-refusal'] as const;
export const planKinds = ['schedule', 'breaks', 'holidays'] as const;
export type TimeKind = (typeof timeKinds)[number];
export type PlanKind = (typeof planKinds)[number];
export type RequestKind = TimeKind | PlanKind;

export const isTimeKind = (kind: string): kind is TimeKind => (timeKinds as readonly string[]).includes(kind);

const Holder = z.union([z.literal('third-party'), z.string().refine(isUuid) as unknown as z.ZodType<ParentId>]);

/** A day and a clock of the family's. The end of a day is the beginning of the next. */
export const Moment = z.object({ day: Day, clock: Clock });
export type Moment = z.infer<typeof Moment>;
export const Span = z.object({ from: Moment, until: Moment });
export type Span = z.infer<typeof Span>;

/** Time, and who has the children in it. `was`: who had it by what was agreed when it was asked for, in turn; null where nothing was. */
export const TimePiece = Span.extend({ holder: Holder, was: z.array(Holder.nullable()).max(20) });
export type TimePiece = z.infer<typeof TimePiece>;

/** A time that is asked for once: as it is stored, as it is shown, and as it will be agreed. */
export const TimeTerms = z.object({
  pieces: z.array(TimePiece).min(1).max(6),
  /** Who somebody else is: "Camp", "Grandparents". Empty where the holder is a parent. */
  label: z.string().max(80),
  /** Where to, of travel: words, never an address. */
  where: z.string().max(80),
  place: Place.nullable(),
  /** The time that make-up time is for. */
  missed: Span.nullable(),
});
export type TimeTerms = z.infer<typeof TimeTerms>;

/** A plan takes effect on a day and lasts until another does. */
export const SchedulePlan = z.object({ from: Day, terms: RegularTerms });
export const BreaksPlan = z.object({ from: Day, terms: BreakTerms });
export const HolidaysPlan = z.object({ from: Day, terms: HolidayTerms });
export type Plan =
  | { kind: 'schedule'; terms: z.infer<typeof SchedulePlan> }
  | { kind: 'breaks'; terms: z.infer<typeof BreaksPlan> }
  | { kind: 'holidays'; terms: z.infer<typeof HolidaysPlan> };

/** What a request is about, by its kind. */
export type Asked = { kind: TimeKind; terms: TimeTerms } | Plan;

const schemas = {
  ...(Object.fromEntries(timeKinds.map(kind => [kind, TimeTerms])) as Record<TimeKind, typeof TimeTerms>),
  schedule: SchedulePlan,
  breaks: BreaksPlan,
  holidays: HolidaysPlan,
};

/** Terms as they were stored. They were checked before, and are checked again because they decide where children are. */
export function readAsked(kind: RequestKind, terms: unknown): Asked {
  if (isTimeKind(kind)) return { kind, terms: TimeTerms.parse(terms) };
  if (kind === 'schedule') return { kind, terms: SchedulePlan.parse(terms) };
  if (kind === 'breaks') return { kind, terms: BreaksPlan.parse(terms) };
  return { kind, terms: HolidaysPlan.parse(terms) };
}

/** Whether terms can be read again once they are stored: pages of a family read all that is asked in it. */
export const isReadable = ({ kind, terms }: Asked): boolean => schemas[kind].safeParse(terms).success;

export const isPlan = (asked: Asked): asked is Plan => !isTimeKind(asked.kind);

/** The parents whom it names. */
export function parentsIn(asked: Asked): ParentId[] {
  if (isTimeKind(asked.kind)) return (asked.terms as TimeTerms).pieces.flatMap(({ holder }) => (holder === 'third-party' ? [] : [holder]));
  if (asked.kind === 'schedule') return [asked.terms.terms.a, asked.terms.terms.b];
  return (asked as Exclude<Plan, { kind: 'schedule' }>).terms.terms.rules.flatMap(({ evenYears, oddYears }) => [evenYears, oddYears]);
}

/** The layer in which it will be agreed. */
export const layerOf = {
  swap: 'change',
  change: 'change',
  extra: 'change',
  'make-up': 'change',
  travel: 'vacation',
  'first-refusal': 'change',
  schedule: 'regular',
  breaks: 'break',
  holidays: 'holiday',
} as const satisfies Record<RequestKind, string>;

export type RequestState = 'open' | 'accepted' | 'declined' | 'countered' | 'withdrawn' | 'expired';

/** What goes with the terms. Instants are milliseconds since 1970. */
export type RequestDetails = {
  children: ChildId[];
  /** The first instant that it would change. */
  startsAt: number;
  respondBy: number;
  note: string | null;
  submission: string;
};
/** Something to be asked, complete and checked. */
export type NewRequest = Asked & RequestDetails & { counters: RequestId | null };
