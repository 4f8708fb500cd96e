import { isUtf8 } from 'node:buffer';
import { hash } from 'node:crypto';
import ICAL from 'ical.js';
import { mostDifferentDays } from '../../access/policy.ts';
import type { ChildId } from '../../core/ids.ts';
import { countCharacters, grouped, isStorable } from '../../core/text.ts';
import { addDays, daysBetween, weekdayOf } from '../../schedule/index.ts';
import type { Unreadable } from '../../schools/index.ts';
import type { ActivityTerms } from '../describe.ts';
import type { ImportFamily } from './family.ts';
import { endOf, NotTaken, type Property, type When, whenOf } from './ics-times.ts';
import { weeklyRule } from './ics-rule.ts';
import { type ImportedDay, mostDays, mostRows, type Parsed, type ParsedRow } from './parsed.ts';
import { oneLine } from './read-words.ts';

const mostEvents = 1000;
const mostLine = 20_000;
const longest = 31;
const unreadable = (words: string): Unreadable => ({ unreadable: words });

/** What is read of an event; the rest, its notes and attachments among it, is not looked at. */
const wanted = /^(?:BEGIN|END|UID|SUMMARY|DTSTART|DTEND|DURATION|RRULE|RDATE|EXDATE|RECURRENCE-ID|LOCATION|STATUS)[;:]/i;

/** Whether a file is a calendar, whatever it is called. */
export const isCalendar = (bytes: Buffer): boolean => /^(?:\ufeff|ï»¿)?\s*BEGIN:VCALENDAR\b/i.test(bytes.toString('latin1', 0, 200));

/**
 * The events of a calendar as activities of one child. Each event is parsed alone, so that a broken one does not cost the others, and no rule
 * is ever expanded, so that none can be too large.
 */
export function readIcs(bytes: Buffer, family: ImportFamily, child: ChildId): Parsed | Unreadable {
  if (!isUtf8(bytes) || bytes.includes(0)) return unreadable('This calendar has characters that cannot be read. Export it once more, as UTF-8.');
  const lines = bytes.toString('utf8').replace(/\r?\n[ \t]/g, '').split(/\r\n|\n|\r/).filter(line => wanted.test(line)); // prettier-ignore
  const blocks = blocksOf(lines);
  if (blocks === null) return unreadable('This calendar breaks off in the middle of an event. Export it once more.');
  if (blocks.length === 0) return unreadable('There is no event in this calendar.');
  if (blocks.length > mostEvents)
    return unreadable(`There are more than ${grouped(mostEvents)} events in this calendar. Export only the one with the activities.`);
  const events = blocks.map(parseEvent);
  const rows = rowsOf(events, family, child);
  if (rows.length > mostRows) return unreadable(`There are more than ${grouped(mostRows)} events in this calendar. Export only the one with the activities.`);
  if (rows.reduce((sum, { days }) => sum + days.length, 0) > mostDays)
    return unreadable(`More than ${grouped(mostDays)} single days are different in this calendar. Export only the one with the activities.`);
  return { rows, leftOut: [] };
}

/** The lines of each event, without what stands inside it (reminders). Null where one is not closed. */
function blocksOf(lines: readonly string[]): string[][] | null {
  const blocks: string[][] = [];
  let block: string[] | null = null;
  let inside = 0;
  for (const line of lines) {
    const [, word, what] = /^(BEGIN|END):\s*([\w-]*)/i.exec(line) ?? [];
    if (word === undefined) {
      if (block !== null && inside === 0) block.push(line);
    } else if (block === null) {
      if (word.toUpperCase() === 'BEGIN' && what!.toUpperCase() === 'VEVENT') block = [];
    } else if (word.toUpperCase() === 'BEGIN') inside += 1;
    else if (inside > 0) inside -= 1;
    else {
      blocks.push(block);
      block = null;
    }
  }
  return block === null ? blocks : null;
}

/** The properties of an event by name; null where it cannot be read. */
type Event = Map<string, Property[]> | null;

function parseEvent(block: readonly string[]): Event {
  if (block.some(line => line.length > mostLine)) return null;
  try {
    const [, properties] = ICAL.parse(`BEGIN:VEVENT\r\n${block.join('\r\n')}\r\nEND:VEVENT`) as unknown as [string, Property[]];
    const event = new Map<string, Property[]>();
    for (const property of properties) {
      const same = event.get(property[0]);
      if (same) same.push(property);
      else event.set(property[0], [property]);
    }
    return event;
  } catch {
    return null;
  }
}

const textOf = (event: Map<string, Property[]>, name: string): string => {
  const value = event.get(name)?.[0]?.[3];
  return typeof value === 'string' && isStorable(value) ? oneLine(value) : '';
};
const uidOf = (event: Map<string, Property[]>): string | null => {
  const uid = textOf(event, 'uid');
  return uid === '' ? null : uid.length > 255 ? hash('sha256', uid) : uid;
};

function rowsOf(events: readonly Event[], family: ImportFamily, child: ChildId): ParsedRow[] {
  const masters = new Set(events.filter(event => event && !event.has('recurrence-id') && event.has('rrule')).map(event => uidOf(event!)));
  const changed = new Map<string, Map<string, Property[]>[]>();
  const rows: ParsedRow[] = [];
  for (const event of events) {
    const uid = event && uidOf(event);
    if (event?.has('recurrence-id') && uid !== null && masters.has(uid)) changed.set(uid, [...(changed.get(uid) ?? []), event]);
  }
  for (const [index, event] of events.entries()) {
    const uid = event && uidOf(event);
    const single = event?.has('recurrence-id') ?? false;
    if (single && uid !== null && masters.has(uid)) continue;
    const row = {
      row: index + 1,
      name: (event && textOf(event, 'summary').slice(0, 80)) || 'No name',
      childId: child,
      child: family.nameOf(child),
      uid,
      days: [],
    };
    if (event === null) {
      rows.push({ ...row, terms: null, notes: [], faults: ['This event cannot be read'] });
      continue;
    }
    try {
      const read = readEvent(event, (uid !== null && changed.get(uid)) || [], family.timeZone);
      // One day of something that is not in the file has the name of the whole: its day is added.
      rows.push({ ...row, uid: single && uid !== null ? `${uid} ${read.terms.startsOn}` : uid, ...read, faults: [] });
    } catch (error) {
      if (!(error instanceof NotTaken)) throw error;
      rows.push({ ...row, terms: null, notes: [], faults: [error.message] });
    }
  }
  return rows;
}

function readEvent(
  event: Map<string, Property[]>,
  overrides: readonly Map<string, Property[]>[],
  zone: string,
): Pick<ParsedRow, 'days' | 'notes'> & { terms: ActivityTerms } {
  const notes: string[] = [];
  if (textOf(event, 'status').toUpperCase() === 'CANCELLED') throw new NotTaken('It is cancelled in that calendar');
  const summary = textOf(event, 'summary');
  if (summary === '') throw new NotTaken('It has no name');
  const name = countCharacters(summary) > 80 ? [...summary].slice(0, 80).join('').trim() : summary;
  if (name !== summary) notes.push('Its name is cut to 80 characters');
  const begin = event.get('dtstart')?.[0];
  if (!begin) throw new NotTaken('It does not say when it begins');
  const start = whenOf(begin[3], begin[1], zone);
  const span = spanOf(event, start, zone, notes);
  const place = labelOf(textOf(event, 'location'), notes);
  if (start.zone !== null && start.zone !== zone) notes.push(`Its times are those of ${start.zone}. Here they are this family’s, as on its first day`);
  const rules = event.get('rrule') ?? [];
  if (rules.length > 1) throw new NotTaken('It repeats in more than one way');
  const common = {
    name,
    providerId: null,
    provider: null,
    startsAt: start.clock,
    endsAt: span.endsAt,
    termOnly: false,
    place,
    brings: null,
    collects: null,
    cost: null,
  };
  if (rules.length === 0) {
    const length = daysBetween(start.day, span.lastDay);
    const weekdays = [...new Set(Array.from({ length: length + 1 }, (_, index) => weekdayOf(addDays(start.day, index))))].sort((a, b) => a - b);
    return { terms: { ...common, weekdays, startsOn: start.day, endsOn: span.lastDay }, days: [], notes };
  }
  if (span.lastDay !== start.day) throw new NotTaken('It repeats and takes more than a day each time');
  const { weekdays, endsOn } = weeklyRule(rules[0]![3], start, zone);
  const terms = { ...common, weekdays, startsOn: start.day, endsOn };
  const days = differentDays(event, overrides, terms, zone);
  if (days.length > mostDifferentDays) throw new NotTaken(`More than ${mostDifferentDays} of its days are different`);
  return { terms, days, notes };
}

function spanOf(event: Map<string, Property[]>, start: When, zone: string, notes: string[]): { endsAt: string | null; lastDay: string } {
  const end = endOf(start, event.get('dtend')?.[0], event.get('duration')?.[0], zone);
  if (start.clock === null) {
    // The end of a day is the day after it.
    const lastDay = end === null || end.day <= start.day ? start.day : addDays(end.day, -1);
    if (daysBetween(start.day, lastDay) >= longest) throw new NotTaken(`It takes more than ${longest} days`);
    return { endsAt: null, lastDay };
  }
  if (end === null || end.clock === null) {
    notes.push('It does not say when it ends: an hour is taken');
    const hour = `${String(Number(start.clock.slice(0, 2)) + 1).padStart(2, '0')}${start.clock.slice(2)}`;
    return { endsAt: hour < '24:00' ? hour : '23:59', lastDay: start.day };
  }
  const untilMidnight = end.day === addDays(start.day, 1) && end.clock === '00:00';
  if (end.day !== start.day && !untilMidnight) throw new NotTaken('It goes on past midnight');
  const endsAt = untilMidnight ? '23:59' : end.clock;
  if (endsAt <= start.clock) throw new NotTaken('It ends before it begins');
  return { endsAt, lastDay: start.day };
}

/** The label of a place: its name, never an address. */
function labelOf(location: string, notes: string[]): string | null {
  const label = location.split(/,|;|\s[-–]\s/)[0]!.trim();
  if (location === '') return null;
  if (label === '' || countCharacters(label) > 120 || /^[\d.+-]|https?:|@|\d{3}/i.test(label)) {
    notes.push('Its place is left out: a place here is a name, not an address');
    return null;
  }
  if (label !== location) notes.push('Of its place only the name is taken');
  return label;
}

const mostValues = 1000;
function differentDays(event: Map<string, Property[]>, overrides: readonly Map<string, Property[]>[], terms: ActivityTerms, zone: string): ImportedDay[] {
  const days = new Map<string, ImportedDay>();
  const nothing = { toDay: null, startsAt: null, endsAt: null, place: null };
  const isOne = (day: string) => terms.weekdays.includes(weekdayOf(day)) && day >= terms.startsOn! && (terms.endsOn === null || day <= terms.endsOn);
  const values = (name: string): When[] => {
    const all = (event.get(name) ?? []).flatMap(([, parameters, , ...list]) => list.map(value => [value, parameters] as const));
    if (all.length > mostValues) throw new NotTaken(`More than ${mostDifferentDays} of its days are different`);
    return all.map(([value, parameters]) => whenOf(value, parameters, zone));
  };
  for (const { day } of values('exdate')) if (isOne(day)) days.set(day, { day, kind: 'cancelled', ...nothing });
  for (const { day, clock } of values('rdate')) {
    if (isOne(day) || days.has(day)) continue;
    if (clock !== terms.startsAt) throw new NotTaken('One of its extra days is at another time');
    days.set(day, { day, kind: 'extra', ...nothing });
  }
  for (const override of overrides.slice(0, mostValues)) {
    const of = override.get('recurrence-id')![0]!;
    const { day } = whenOf(of[3], of[1], zone);
    if (!isOne(day)) continue;
    if (textOf(override, 'status').toUpperCase() === 'CANCELLED') {
      days.set(day, { day, kind: 'cancelled', ...nothing });
      continue;
    }
    const begin = override.get('dtstart')?.[0] ?? of;
    const start = whenOf(begin[3], begin[1], zone);
    const { endsAt, lastDay } = spanOf(override, start, zone, []);
    if (lastDay !== start.day || (start.clock === null) !== (terms.startsAt === null)) throw new NotTaken('One of its days takes another form');
    const place = labelOf(textOf(override, 'location'), []);
    const sameTime = start.clock === terms.startsAt && endsAt === terms.endsAt;
    if (start.day === day && sameTime && (place === null || place === terms.place)) continue;
    const times = sameTime ? { startsAt: null, endsAt: null } : { startsAt: start.clock, endsAt };
    days.set(day, { day, kind: 'moved', toDay: start.day, ...times, place: place === terms.place ? null : place });
  }
  return [...days.values()].sort((a, b) => (a.day < b.day ? -1 : 1));
}
