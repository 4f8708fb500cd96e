import { dayLength, modulo, toDay, toNumber, twoDigits } from './days.ts';

/**
 * Clocks and instants of a zone. Temporal is asked when the clocks change, once for each stretch of about a year; all else is sums.
 * A clock that does not exist on its day moves on by the gap, and of one that exists twice the first is meant, as Temporal has it too.
 */
type Change = { at: number; offset: number };
export type Zone = { name: string; spans: Map<number, Change[]> };

const spanLength = 2 ** 35;
const minute = 60_000;
const zones = new Map<string, Zone>();

export function zoneNamed(name: string): Zone {
  let zone = zones.get(name);
  if (!zone) {
    zone = { name, spans: new Map() };
    zones.set(name, zone);
  }
  return zone;
}

const inMilliseconds = (moment: Temporal.ZonedDateTime): number => moment.offsetNanoseconds / 1_000_000;

/** The offsets that hold in a span, each from its instant on; the first from the span's beginning. */
function changesOf(zone: Zone, span: number): Change[] {
  const start = span * spanLength;
  let moment = Temporal.Instant.fromEpochMilliseconds(start).toZonedDateTimeISO(zone.name);
  const changes: Change[] = [{ at: start, offset: inMilliseconds(moment) }];
  for (;;) {
    const next = moment.getTimeZoneTransition('next');
    if (!next || next.epochMilliseconds >= start + spanLength) return changes;
    changes.push({ at: next.epochMilliseconds, offset: inMilliseconds(next) });
    moment = next;
  }
}

/** How far the zone is ahead of UTC at an instant, in milliseconds. */
export function offsetAt(zone: Zone, instant: number): number {
  const span = Math.floor(instant / spanLength);
  let changes = zone.spans.get(span);
  if (!changes) {
    changes = changesOf(zone, span);
    zone.spans.set(span, changes);
  }
  for (let index = changes.length - 1; index > 0; index--) if (instant >= changes[index]!.at) return changes[index]!.offset;
  return changes[0]!.offset;
}

/** The instant of a day's minute (0 to 1440). */
export function instantAt(zone: Zone, day: number, minutes: number): number {
  const local = day * dayLength + minutes * minute;
  const before = offsetAt(zone, local - dayLength);
  const after = offsetAt(zone, local + dayLength);
  const first = local - before;
  if (before === after || offsetAt(zone, first) === before) return first;
  const second = local - after;
  return offsetAt(zone, second) === after ? second : first;
}

export const dayAt = (zone: Zone, instant: number): number => Math.floor((instant + offsetAt(zone, instant)) / dayLength);

/** "15:30" as minutes of the day. */
export const minutesOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5));

export const instantOf = (day: string, clock: string, zone: string): number => instantAt(zoneNamed(zone), toNumber(day), minutesOf(clock));
export const dayOf = (instant: number, zone: string): string => toDay(dayAt(zoneNamed(zone), instant));

export function clockOf(instant: number, zone: string): string {
  const minutes = Math.floor(modulo(instant + offsetAt(zoneNamed(zone), instant), dayLength) / minute);
  return `${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}`;
}
