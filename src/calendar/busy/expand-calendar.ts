import ICAL from 'ical.js';
import { addDays, daysBetween, instantOf } from '../../schedule/index.ts';

/** Times that are taken, in order and without overlaps. Milliseconds since 1970. */
export type BusyTime = [from: number, until: number];
export type Expanded = { times: BusyTime[]; leftOut: number } | { refused: 'not-a-calendar' | 'too-many' };
export type Span = { zone: string; from: number; until: number };

/** Steps through repeating entries, of all entries together: more than a hundred that repeat every day. */
const mostSteps = 100_000;
/** Times that are kept of one calendar: fourteen for every day of two years. */
const mostTimes = 10_000;

class TooMany extends Error {}

/**
 * When a calendar (RFC 5545) says that its owner is busy, within a span. Entries that are cancelled, or marked as free, do not count. Of an entry that
 * cannot be understood, or that repeats more often than daily, it is counted that there was one.
 */
export function expandCalendar(text: string, span: Span): Expanded {
  const calendars = parse(text);
  if (calendars === null) return { refused: 'not-a-calendar' };
  const found: BusyTime[] = [];
  let leftOut = 0;
  let steps = 0;
  const step = (): void => {
    steps += 1;
    if (steps > mostSteps) throw new TooMany();
  };
  try {
    for (const calendar of calendars) {
      const entries = calendar.getAllSubcomponents('vevent');
      const others = exceptionsOf(entries, span);
      const series = new Set(entries.filter(entry => !entry.hasProperty('recurrence-id')).map(uidOf));
      for (const entry of entries) {
        // A single time that is different comes with its series, or by itself where a part of a calendar was exported.
        if (entry.hasProperty('recurrence-id') && series.has(uidOf(entry))) continue;
        try {
          expandEntry(entry, series.has(uidOf(entry)) ? (others.get(uidOf(entry)) ?? none) : none, span, step, found);
        } catch (error) {
          if (error instanceof TooMany) throw error;
          leftOut += 1;
        }
      }
    }
  } catch (error) {
    if (error instanceof TooMany) return { refused: 'too-many' };
    throw error;
  }
  const times = united(found);
  return times.length > mostTimes ? { refused: 'too-many' } : { times, leftOut };
}

function parse(text: string): ICAL.Component[] | null {
  try {
    const parsed = ICAL.parse(text.replace(/^\uFEFF/, '')) as unknown[];
    const all = typeof parsed[0] === 'string' ? [parsed] : (parsed as unknown[][]);
    const calendars = all.map(one => new ICAL.Component(one as [string, unknown[], unknown[]]));
    return calendars.length > 0 && calendars.every(({ name }) => name === 'vcalendar') ? calendars : null;
  } catch {
    return null;
  }
}

const none: ReadonlyMap<number, ICAL.Component> = new Map();
const textOf = (entry: ICAL.Component, property: string): string => String(entry.getFirstPropertyValue(property) ?? '');
const uidOf = (entry: ICAL.Component): string => textOf(entry, 'uid');
const isBusy = (entry: ICAL.Component): boolean =>
  textOf(entry, 'status').toUpperCase() !== 'CANCELLED' &&
  textOf(entry, 'transp').toUpperCase() !== 'TRANSPARENT' &&
  textOf(entry, 'x-microsoft-cdo-busystatus').toUpperCase() !== 'FREE';

/** Single times of repeating entries that are different, by the instant that they stand for. */
function exceptionsOf(entries: readonly ICAL.Component[], span: Span): Map<string, Map<number, ICAL.Component>> {
  const exceptions = new Map<string, Map<number, ICAL.Component>>();
  for (const entry of entries) {
    const stands = timeOf(entry, 'recurrence-id');
    if (stands === null) continue;
    const its = exceptions.get(uidOf(entry)) ?? new Map<number, ICAL.Component>();
    its.set(instant(stands, span.zone), entry);
    exceptions.set(uidOf(entry), its);
  }
  return exceptions;
}

function expandEntry(entry: ICAL.Component, others: ReadonlyMap<number, ICAL.Component>, span: Span, step: () => void, found: BusyTime[]): void {
  const start = timeOf(entry, 'dtstart');
  if (start === null) throw new Error('an entry without a beginning');
  const busy = isBusy(entry);
  const until = lengthOf(entry, start, span.zone);
  const add = (time: BusyTime): void => {
    if (time[1] > time[0] && time[1] > span.from && time[0] < span.until) found.push([Math.max(time[0], span.from), Math.min(time[1], span.until)]);
  };
  for (const other of others.values()) {
    const moved = timeOf(other, 'dtstart');
    if (moved !== null && isBusy(other)) add([instant(moved, span.zone), lengthOf(other, moved, span.zone)(moved)]);
  }
  if (!entry.hasProperty('rrule') && !entry.hasProperty('rdate')) {
    if (busy && !others.has(instant(start, span.zone))) add([instant(start, span.zone), until(start)]);
    return;
  }
  if (!busy) return;
  const rules = entry.getAllProperties('rrule').map(rule => rule.getFirstValue() as ICAL.Recur);
  if (rules.some(({ freq }) => !['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'].includes(freq))) throw new Error('repeats too often');
  const length = until(start) - instant(start, span.zone);
  const near = rules.length === 1 ? nearer(start.time, rules[0]!, span.from - length) : start.time;
  const times = new ICAL.RecurExpansion({ component: entry, dtstart: near });
  for (let next = times.next() as ICAL.Time | undefined; next; next = times.next() as ICAL.Time | undefined) {
    step();
    const time = { time: next, zone: start.zone };
    const from = instant(time, span.zone);
    if (from >= span.until) return;
    if (!others.has(from)) add([from, until(time)]);
  }
}

const dayMs = 86_400_000;

/**
 * A later beginning from which a rule finds the same times, for entries that have repeated for years: whole rounds of it on, and at least two days before
 * they matter. Where times are counted, and in short years, from the first.
 */
function nearer(start: ICAL.Time, rule: ICAL.Recur, before: number): ICAL.Time {
  if (rule.count !== null || start.year < 1901) return start;
  const days = Math.floor((before - Date.parse(dayText(start))) / dayMs) - 2;
  const interval = Math.max(1, rule.interval);
  const later = start.clone();
  if (rule.freq === 'DAILY' || rule.freq === 'WEEKLY') {
    const round = interval * (rule.freq === 'WEEKLY' ? 7 : 1);
    if (days > round) later.adjust(Math.floor(days / round) * round, 0, 0, 0);
  } else {
    // Four years of months have every date as often, the 29th of February too.
    const years = 4 * interval;
    if (days > years * 366) later.year += Math.floor(days / (years * 366)) * years;
  }
  return later;
}

/** A time as it is written, with the zone that it is written in. */
type WrittenTime = { time: ICAL.Time; zone: string | null };

function timeOf(entry: ICAL.Component, property: string): WrittenTime | null {
  const written = entry.getFirstProperty(property);
  const time = written?.getFirstValue();
  if (!(time instanceof ICAL.Time)) return null;
  const zone = written!.getFirstParameter('tzid') as string | undefined;
  return { time, zone: zone === undefined ? null : knownZone(zone) };
}

/** When a time of this entry ends, from when it begins. Whole days are days, however long the clocks make them. */
function lengthOf(entry: ICAL.Component, start: WrittenTime, zone: string): (from: WrittenTime) => number {
  const end = timeOf(entry, 'dtend');
  const duration = entry.getFirstPropertyValue('duration');
  const seconds = duration instanceof ICAL.Duration ? duration.toSeconds() : 0;
  if (start.time.isDate) {
    const days = end ? daysBetween(dayText(start.time), dayText(end.time)) : Math.max(1, Math.round(seconds / 86_400));
    return ({ time }) => instantOf(addDays(dayText(time), days), '00:00', zone);
  }
  const length = end ? instant(end, zone) - instant(start, zone) : seconds * 1000;
  return from => instant(from, zone) + length;
}

const two = (number: number): string => String(number).padStart(2, '0');
const dayText = ({ year, month, day }: ICAL.Time): string => `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;

/** The instant of a time: by our own tables where its zone is known by name, by the calendar's own where it brought one along, else in the family's. */
function instant({ time, zone }: WrittenTime, familyZone: string): number {
  if (time.isDate) return instantOf(dayText(time), '00:00', familyZone);
  if (time.zone === ICAL.Timezone.utcTimezone) return time.toUnixTime() * 1000;
  const own = time.zone !== ICAL.Timezone.localTimezone;
  if (zone === null && own) return time.toUnixTime() * 1000;
  return instantOf(dayText(time), `${two(time.hour)}:${two(time.minute)}`, zone ?? familyZone) + time.second * 1000;
}

const zones = new Map<string, string | null>();
/** "Europe/Berlin", also where it is written "/example.org/2005/Europe/Berlin"; null where nobody knows it by that name. */
function knownZone(written: string): string | null {
  const known = zones.get(written);
  if (known !== undefined) return known;
  const name = /(?:^|\/)((?:[A-Z][\w+-]*\/)?[A-Z][\w+-]*\/[A-Z][\w+-]*)$/.exec(written)?.[1] ?? written;
  let found: string | null;
  try {
    found = new Intl.DateTimeFormat('en-GB', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    found = null;
  }
  zones.set(written, found);
  return found;
}

/** Times that touch are one. */
function united(times: BusyTime[]): BusyTime[] {
  const all: BusyTime[] = [];
  for (const [from, until] of times.toSorted((a, b) => a[0] - b[0])) {
    const last = all.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], until);
    else all.push([from, until]);
  }
  return all;
}
