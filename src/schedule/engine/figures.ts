import type { Holder, RegularTerms } from '../terms.ts';
import type { ChildCalendar, PlannedHandover, SchoolPeriod, Stretch } from './calendar.ts';
import { addDays, dayLength, modulo, toDay, toNumber } from './days.ts';
import type { NightCount, Share } from './patterns.ts';
import { countNights, shareOf } from './patterns.ts';
import { handoversOf, timeline } from './timeline.ts';
import { instantAt, zoneNamed } from './zones.ts';

/** The clock that decides whose a night is. */
const cutOff = 4 * 60;
const hour = 3_600_000;

/** Whose each night is, by day: the night of a day is where the child is at 04:00 on the next. Null where nothing is agreed or known. */
export function nightHolders(stretches: readonly Stretch[], zone: string, from: string, until: string): { day: string; holder: Holder | null }[] {
  const named = zoneNamed(zone);
  const last = toNumber(until);
  const nights: { day: string; holder: Holder | null }[] = [];
  let index = 0;
  for (let day = toNumber(from); day <= last; day++) {
    const at = instantAt(named, day + 1, cutOff);
    while (index < stretches.length && stretches[index]!.until <= at) index++;
    const stretch = stretches[index];
    nights.push({ day: toDay(day), holder: stretch && stretch.from <= at ? stretch.holder : null });
  }
  return nights;
}

/** Nights of the days `from` to `until`, both included, by who has the child. They add up to the number of days. */
export function overnights(stretches: readonly Stretch[], zone: string, from: string, until: string): Map<Holder | null, number> {
  const counts = new Map<Holder | null, number>();
  for (const { holder } of nightHolders(stretches, zone, from, until)) counts.set(holder, (counts.get(holder) ?? 0) + 1);
  return counts;
}

/** Hours of the days `from` to `until`, both included, as they pass: a day on which the clocks change has 23 or 25. */
export function hours(stretches: readonly Stretch[], zone: string, from: string, until: string): Map<Holder | null, number> {
  const named = zoneNamed(zone);
  const start = instantAt(named, toNumber(from), 0);
  const end = instantAt(named, toNumber(until) + 1, 0);
  const spans = new Map<Holder | null, number>();
  let known = 0;
  const add = (holder: Holder | null, span: number): void => void spans.set(holder, (spans.get(holder) ?? 0) + span);
  for (const stretch of stretches) {
    const span = Math.min(stretch.until, end) - Math.max(stretch.from, start);
    if (span <= 0) continue;
    known += span;
    add(stretch.holder, span);
  }
  if (end - start > known) add(null, end - start - known);
  return new Map([...spans].map(([holder, span]) => [holder, span / hour]));
}

export type TimeShare = {
  /** Over how many days: a whole cycle of the pattern and of the week, or twelve months where it goes by the month. */
  days: number;
  nights: NightCount;
  hours: NightCount;
  shareOfNights: Share;
  shareOfHours: Share;
};

/**
 * The time share of a regular schedule, by nights and by hours. A pattern of nights is taken in term, where the child's school has terms;
 * one that goes by the month over the twelve months from a day. Clocks do not change in it.
 */
export function timeShare(terms: RegularTerms, school: readonly SchoolPeriod[], from: string = terms.anchor): TimeShare {
  const { pattern } = terms;
  const period = pattern.kind === 'nights' ? wholeWeeks(pattern.nights.length) : twelveMonths(from);
  const inTerm = pattern.kind === 'nights' && school.some(({ kind }) => kind === 'term');
  const until = addDays(from, period - 1);
  const term: SchoolPeriod = { kind: 'term', name: '', from: addDays(from, -7), until: addDays(until, 7) };
  const { stretches } = laidOut(terms, inTerm ? [term] : school, 'UTC', from, until);
  const byHours = hours(stretches, 'UTC', from, until);
  const byNights = overnights(stretches, 'UTC', from, until);
  const nights = pattern.kind === 'nights' ? countNights(pattern.nights.repeat(period / pattern.nights.length)) : of(byNights, terms);
  const spent = of(byHours, terms);
  return { days: period, nights, hours: spent, shareOfNights: shareOf(nights.a, nights.b), shareOfHours: shareOf(spent.a, spent.b) };
}

const of = (counts: Map<Holder | null, number>, { a, b }: RegularTerms): NightCount => ({ a: counts.get(a) ?? 0, b: counts.get(b) ?? 0 });

const wholeWeeks = (cycle: number): number => (modulo(cycle, 7) === 0 ? cycle : cycle * 7);

function twelveMonths(from: string): number {
  const start = new Date(toNumber(from) * dayLength);
  return Math.round((Date.UTC(start.getUTCFullYear() + 1, start.getUTCMonth(), start.getUTCDate()) - start.getTime()) / dayLength);
}

/** A regular schedule as if it had always been in force and there were nothing else. */
function laidOut(terms: RegularTerms, school: readonly SchoolPeriod[], zone: string, from: string, until: string) {
  const calendar: ChildCalendar = {
    childId: '' as ChildCalendar['childId'],
    bornOn: from,
    zone,
    regular: [{ from: addDays(from, -7), until: null, terms, requestId: '' }],
    breaks: [],
    holidays: [],
    vacations: [],
    changes: [],
    school: [...school],
  };
  const named = zoneNamed(zone);
  const start = instantAt(named, toNumber(from), 0);
  // A day further, so that the last night is seen.
  const stretches = timeline(calendar, start, instantAt(named, toNumber(until) + 2, 0));
  return { stretches, start, end: instantAt(named, toNumber(until) + 1, 0) };
}

export type Preview = {
  /** First and last day. */
  from: string;
  until: string;
  stretches: Stretch[];
  handovers: PlannedHandover[];
  nights: { day: string; holder: Holder | null }[];
  share: TimeShare;
};

/** Some weeks of a regular schedule from a day, as if nothing else were agreed. */
export function preview(terms: RegularTerms, school: readonly SchoolPeriod[], zone: string, from: string, weeks = 4): Preview {
  const until = addDays(from, weeks * 7 - 1);
  const { stretches, start, end } = laidOut(terms, school, zone, from, until);
  const shown = stretches.filter(stretch => stretch.from < end).map(stretch => ({ ...stretch, until: Math.min(stretch.until, end) }));
  return {
    from,
    until,
    stretches: shown,
    handovers: handoversOf(shown).filter(({ at }) => at >= start),
    nights: nightHolders(stretches, zone, from, until),
    share: timeShare(terms, school, from),
  };
}
