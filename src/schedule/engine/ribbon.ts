import type { Holder } from '../terms.ts';
import type { Stretch } from './calendar.ts';
import { toNumber } from './days.ts';
import { clockOf, instantAt, zoneNamed } from './zones.ts';

/** A piece of a day's ribbon: one holder's time, whatever layers decide it. */
export type DaySegment = {
  holder: Holder | null;
  /** Of the day as it passes, 0 to 100; a day on which the clocks change is shorter or longer than others. */
  start: number;
  end: number;
  /** Whether the holder's time begins or ends within this day, or goes on from the day before or into the next. */
  startsHere: boolean;
  endsHere: boolean;
  /** When it begins, where it begins here: "15:30". */
  clock: string | null;
  from: number;
  until: number;
};

/** The ribbon of a day. A day that a zone left out has none. */
export function segmentsOfDay(stretches: readonly Stretch[], day: string, zone: string): DaySegment[] {
  const named = zoneNamed(zone);
  const from = instantAt(named, toNumber(day), 0);
  const until = instantAt(named, toNumber(day) + 1, 0);
  if (until <= from) return [];
  const share = (instant: number): number => ((instant - from) / (until - from)) * 100;
  const segments: DaySegment[] = [];
  for (let index = firstAfter(stretches, from); index < stretches.length && stretches[index]!.from < until; index++) {
    const { holder, ...stretch } = stretches[index]!;
    const end = Math.min(stretch.until, until);
    const endsHere = stretch.until <= until && stretches[index + 1]?.holder !== holder && index + 1 < stretches.length;
    const last = segments.at(-1);
    if (last && last.holder === holder) {
      Object.assign(last, { until: end, end: share(end), endsHere });
      continue;
    }
    const start = Math.max(stretch.from, from);
    const startsHere = stretch.from >= from && index > 0 && stretches[index - 1]!.holder !== holder;
    segments.push({
      holder,
      start: share(start),
      end: share(end),
      startsHere,
      endsHere,
      clock: startsHere ? clockOf(start, zone) : null,
      from: start,
      until: end,
    });
  }
  return segments;
}

/** Where in a timeline an instant is: months of days are drawn from one timeline. */
function firstAfter(stretches: readonly Stretch[], instant: number): number {
  let [low, high] = [0, stretches.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (stretches[middle]!.until <= instant) low = middle + 1;
    else high = middle;
  }
  return low;
}
