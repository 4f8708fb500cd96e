import type { ChildId } from '../../core/ids.ts';
import type { FamilyView } from '../../families/index.ts';
import { addDays, type ChildCalendar, daysBetween, instantOf, timeline } from '../engine/index.ts';
import type { MadeHandover } from '../handovers/store.ts';
import type { Calendars } from '../read-calendars.ts';
import type { Holder, Layer } from '../terms.ts';
import { actualStretches, inMinutes, type Marked, type Settled } from './actual.ts';
import type { Period } from './period.ts';

/** Overnights and minutes by who had the child. Nobody is where nothing was agreed. */
export type Counts = { nights: Map<Holder | null, number>; minutes: Map<Holder | null, number> };

export type Night = {
  day: string;
  planned: Holder | null;
  /** Undefined of a night that is still to come. */
  actual: Holder | null | undefined;
  layer: Layer | null;
  label: string;
  since: Settled | null;
};

export type ChildFigures = {
  childId: ChildId;
  /** Of the whole period. */
  planned: Counts;
  /** Of what has passed of it: the two that can be compared. */
  plannedSoFar: Counts;
  actual: Counts;
  nights: Night[];
  /** The handovers of the period until now. */
  handovers: Settled[];
};

export type FamilyFigures = {
  period: Period;
  /** The period is over; else it is cut at the moment of counting, or has not begun. */
  isPast: boolean;
  hasBegun: boolean;
  children: ChildFigures[];
  /** Handovers that somebody marked and that are planned otherwise since: they count for nothing. */
  leftOut: MadeHandover[];
};

const dayLength = 24 * 60 * 60 * 1000;
const minute = 60 * 1000;
/** A mark may come this long before the planned time. */
const early = 3 * 60 * minute;

/** How far back is looked for a handover that surely took place. The last reaches any agreement. */
const lookBacks = [60, 400, 40_000];

type Span = { from: number; until: number; holder: Holder | null };

const clipped = <S extends Span>(stretches: readonly S[], from: number, until: number): S[] =>
  stretches
    .filter(stretch => stretch.until > from && stretch.from < until)
    .map(stretch => ({ ...stretch, from: Math.max(stretch.from, from), until: Math.min(stretch.until, until) }));

function minutesOf(stretches: readonly Span[], from: number, until: number): Map<Holder | null, number> {
  const spent = new Map<Holder | null, number>();
  for (const { holder, from: start, until: end } of clipped(stretches, from, until)) spent.set(holder, (spent.get(holder) ?? 0) + (end - start) / minute);
  return spent;
}

function tally(holders: readonly (Holder | null)[]): Map<Holder | null, number> {
  const counts = new Map<Holder | null, number>();
  for (const holder of holders) counts.set(holder, (counts.get(holder) ?? 0) + 1);
  return counts;
}

/**
 * Where the child was from an instant until another. Before it is looked for a handover that took place, so that a chain of those that did
 * not is followed from its beginning.
 */
function actualBetween(calendar: ChildCalendar, marked: readonly Marked[], from: number, until: number): ReturnType<typeof actualStretches> {
  const first = Math.min(beginning(calendar), from);
  for (const days of lookBacks) {
    const start = Math.max(from - days * dayLength, first);
    const { stretches, settled } = actualStretches(timeline(calendar, start, until + early), marked);
    const isKnown = settled.some(({ at, outcome }) => at < from && outcome !== 'not-taken-place');
    if (isKnown || start === first) return { stretches: clipped(stretches, from, until), settled };
  }
  throw new Error('the last look reaches any agreement');
}

/** The day before anything was agreed about a child. */
function beginning({ regular, breaks, holidays, vacations, changes, zone }: ChildCalendar): number {
  const starts = [
    ...[...regular, ...breaks, ...holidays].map(({ from }) => instantOf(from, '00:00', zone)),
    ...[...vacations, ...changes].map(({ from }) => from),
  ];
  return Math.min(...starts, Number.MAX_SAFE_INTEGER) - dayLength;
}

function figuresOfChild(calendar: ChildCalendar, made: readonly MadeHandover[], { from, until }: Period, now: number): ChildFigures {
  const { zone, childId } = calendar;
  const start = instantOf(from, '00:00', zone);
  const end = instantOf(addDays(until, 1), '00:00', zone);
  // The last night is decided in the morning after.
  const lastMorning = instantOf(addDays(until, 1), '04:00', zone) + 1;
  const plan = timeline(calendar, start, lastMorning);
  const stop = Math.min(now, end);
  const marked = made.filter(({ children }) => children.includes(childId));
  const actual = now <= start ? { stretches: [], settled: [] } : actualBetween(calendar, marked, start, Math.min(now, lastMorning));

  const planAt = reader(plan);
  const actualAt = reader(actual.stretches);
  const nights = daysOf({ from, until }).map((day): Night => {
    const morning = instantOf(addDays(day, 1), '04:00', zone);
    const { holder: planned = null, layer = null, label = '' } = planAt(morning) ?? {};
    if (morning >= now) return { day, planned, actual: undefined, layer, label, since: null };
    const { holder = null, since = null } = actualAt(morning) ?? {};
    return { day, planned, actual: holder, layer, label, since };
  });
  const passed = nights.filter(night => night.actual !== undefined);
  return {
    childId,
    planned: { nights: tally(nights.map(night => night.planned)), minutes: minutesOf(plan, start, end) },
    plannedSoFar: { nights: tally(passed.map(night => night.planned)), minutes: minutesOf(plan, start, stop) },
    actual: { nights: tally(passed.map(night => night.actual!)), minutes: minutesOf(actual.stretches, start, stop) },
    nights,
    handovers: actual.settled.filter(({ plannedAt }) => plannedAt >= start && plannedAt < stop),
  };
}

/** Finds the stretch of one instant after another, as long as they go forward. */
function reader<S extends Span>(stretches: readonly S[]): (instant: number) => S | undefined {
  let index = 0;
  return instant => {
    while (index < stretches.length && stretches[index]!.until <= instant) index++;
    const stretch = stretches[index];
    return stretch && stretch.from <= instant ? stretch : undefined;
  };
}

const daysOf = ({ from, until }: Period): string[] => Array.from({ length: daysBetween(from, until) + 1 }, (_, index) => addDays(from, index));

/** Planned and actual overnights and hours of every child of a family over a period, from its marked handovers. */
export function countTime(
  family: Pick<FamilyView, 'children'>,
  calendars: Calendars,
  made: readonly MadeHandover[],
  period: Period,
  moment: number,
): FamilyFigures {
  const now = inMinutes(moment);
  const known = family.children.flatMap(({ id }) => calendars.get(id) ?? []);
  const zone = known[0]?.zone ?? 'UTC';
  const start = instantOf(period.from, '00:00', zone);
  const end = instantOf(addDays(period.until, 1), '00:00', zone);
  const lastMorning = instantOf(addDays(period.until, 1), '04:00', zone);
  const children = known.map(calendar => figuresOfChild(calendar, made, period, now));
  // Every row of a change of hands counts for it, also one that was made before its place or its children were planned otherwise.
  const isCounted = ({ at, from, to, children: moved }: MadeHandover): boolean =>
    children.some(({ childId, handovers }) => moved.includes(childId) && handovers.some(one => one.plannedAt === at && one.from === from && one.to === to));
  return {
    period,
    isPast: now > lastMorning,
    hasBegun: now > start,
    children,
    leftOut: made.filter(one => one.at >= start && one.at < Math.min(now, end) && one.marks.length > 0 && !isCounted(one)),
  };
}
