import type { ActivityDay } from '../activities/index.ts';
import { activityDays } from '../activities/index.ts';
import type { ChildId } from '../core/ids.ts';
import {
  addDays,
  type ChildCalendar,
  clockOf,
  type DaySegment,
  type Holder,
  instantOf,
  type Layer,
  type Place,
  publicHolidays,
  type SchoolPeriod,
  segmentsOfDay,
  type Stretch,
  timeline,
} from '../schedule/index.ts';
import type { Facts } from './known-families.ts';
import { daysIn, type Window } from './windows.ts';

/** Children whose days are alike for as long as is shown. */
export type Group = { children: ChildId[]; stretches: Stretch[] };

/** A piece of a day: with whom; and where the child came from, and where it changed hands, if it did on this day. */
export type Piece = DaySegment & { label: string; before: Holder | null; place: Place | null };

/** Something about a day that has no hour of its own. */
export type DayEvent = {
  text: string;
  /** Whom it is about; everybody where it is empty. */
  children: ChildId[];
  /** What it takes of the day, where that is not all of it: "10:00", "18:00". */
  from: string | null;
  until: string | null;
  /** It began on an earlier day. */
  goesOn: boolean;
};

export type Day = {
  day: string;
  /** By group. */
  pieces: Piece[][];
  events: DayEvent[];
  activities: ActivityDay[];
};

export type Days = { groups: Group[]; days: Day[] };

/** What is true of each day of a window, whoever reads it. Children are in the order given. */
export function daysOf(facts: Facts, children: readonly ChildId[], zone: string, window: Window): Days {
  // A day more on either side, so that a change of hands at an edge is known as one.
  const from = instantOf(addDays(window.first, -1), '00:00', zone);
  const until = instantOf(addDays(window.last, 2), '00:00', zone);
  const timelines = children.flatMap(id => {
    const calendar = facts.calendars.get(id);
    return calendar ? [{ id, calendar, stretches: timeline(calendar, from, until) }] : [];
  });
  const groups = grouped(timelines);
  const activities = byDay(activityDays(facts.activities, facts.calendars, window.first, window.last));
  const free = freeDays(facts, window);
  const days = daysIn(window).map((day): Day => ({
    day,
    pieces: groups.map(group => piecesOf(group, day, zone)),
    events: eventsOf(day, timelines, zone, free.get(day) ?? []),
    activities: activities.get(day) ?? [],
  }));
  return { groups, days };
}

type Timeline = { id: ChildId; calendar: ChildCalendar; stretches: Stretch[] };

/** In what the days of two children could differ to whoever looks at them: with whom, from when, and for somebody else's care, what it is. */
function grouped(timelines: readonly Timeline[]): Group[] {
  const groups = new Map<string, Group>();
  for (const { id, stretches } of timelines) {
    let [key, last] = ['', ''];
    for (const { from, holder, label } of stretches) {
      const now = holder === 'third-party' ? `third-party ${label}` : String(holder);
      if (now !== last) key += `${from} ${now};`;
      last = now;
    }
    const group = groups.get(key);
    if (group) group.children.push(id);
    else groups.set(key, { children: [id], stretches });
  }
  return [...groups.values()];
}

const piecesOf = ({ stretches }: Group, day: string, zone: string): Piece[] =>
  segmentsOfDay(stretches, day, zone).map(segment => {
    const index = stretches.findIndex(one => one.from <= segment.from && segment.from < one.until);
    const { label, place } = stretches[index]!;
    return segment.startsHere ? { ...segment, label, before: stretches[index - 1]!.holder, place } : { ...segment, label, before: null, place: null };
  });

function byDay(activities: readonly ActivityDay[]): Map<string, ActivityDay[]> {
  const days = new Map<string, ActivityDay[]>();
  for (const one of activities) {
    const list = days.get(one.day);
    if (list) list.push(one);
    else days.set(one.day, [one]);
  }
  return days;
}

/** Public holidays of the family's country on which work and school rest. */
function freeDays({ country, region }: Facts, { first, last }: Window): Map<string, string[]> {
  const days = new Map<string, string[]>();
  for (let year = Number(first.slice(0, 4)); year <= Number(last.slice(0, 4)); year += 1) {
    for (const { day, name, free } of publicHolidays(country, region, year)) {
      if (free && first <= day && day <= last) days.set(day, [...(days.get(day) ?? []), name.replaceAll("'", '’')]);
    }
  }
  return days;
}

/** The layers that were agreed for a day by name. The regular schedule and the halves of a break are said by the ribbon and the school's own days. */
const named: readonly (Layer | null)[] = ['vacation', 'holiday', 'change'];

const dayLength = 86_400_000;

function eventsOf(day: string, timelines: readonly Timeline[], zone: string, free: readonly string[]): DayEvent[] {
  const found = new Map<string, DayEvent>();
  const add = (text: string, child: ChildId | null, { from = null, until = null, goesOn = false }: Partial<DayEvent> = {}): void => {
    const key = `${text} ${from} ${until}`;
    const event = found.get(key) ?? { text, children: [], from, until, goesOn };
    if (child !== null && !event.children.includes(child)) event.children.push(child);
    found.set(key, event);
  };
  const start = instantOf(day, '00:00', zone);
  const end = instantOf(addDays(day, 1), '00:00', zone);
  for (const { id, calendar, stretches } of timelines) {
    for (const { layer, label, from, until } of stretches) {
      if (from >= end || until <= start || !named.includes(layer)) continue;
      const part = { from: from > start ? clockOf(from, zone) : null, until: until < end ? clockOf(until, zone) : null, goesOn: from < start };
      add(label || 'A change that was agreed', id, part);
    }
    for (const period of calendar.school) for (const text of schoolWords(period, day)) add(text, id, { goesOn: period.from < day && period.kind !== 'term' });
  }
  for (const name of free) if (![...found.values()].some(({ text }) => text.startsWith(name))) add(name, null);
  if (end - start < dayLength) add('The clocks go forward', null);
  if (end - start > dayLength) add('The clocks go back', null);
  for (const event of found.values()) if (event.children.length === timelines.length) event.children = [];
  return [...found.values()];
}

function schoolWords({ kind, name, from, until }: SchoolPeriod, day: string): string[] {
  if (day < from || day > until) return [];
  if (kind === 'break') return [`${name}, school break`];
  if (kind === 'closed') return [`${name}, school closed`];
  return [...(day === from ? [`${name} begins`] : []), ...(day === until ? [`${name} ends`] : [])];
}
