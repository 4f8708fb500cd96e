import type { ActivityRow } from '../../activities/index.ts';
import { activityDays } from '../../activities/index.ts';
import type { ChildId, ParentId } from '../../core/ids.ts';
import { listed } from '../../core/text.ts';
import { addDays, type Calendars, dayOf, handoversOf, type Holder, instantOf, type Stretch, timeline } from '../../schedule/index.ts';

/** How much a feed tells: that there is a handover, or also with whom and where, and what else there is. */
export type Detail = 'minimal' | 'full';
export type EventKind = 'handover' | 'time' | 'activity';

/** Something in a parent's calendar. `key` stays the same while its clock time or place changes. */
export type FeedEvent = {
  key: string;
  kind: EventKind;
  from: number;
  until: number;
  allDay: boolean;
  title: string;
  place: string | null;
};

/** What a feed is made from: one parent's view of a family's days. */
export type FeedFacts = {
  reader: ParentId;
  zone: string;
  children: readonly { id: ChildId; givenName: string }[];
  members: readonly { id: ParentId; givenName: string }[];
  calendars: Calendars;
  activities: readonly ActivityRow[];
  detail: Detail;
};

const daysBack = 30;
const handoverLength = 15 * 60_000;
/** Time with one parent that lasts longer is told in months, so that where it begins does not depend on the day it is asked for. */
const longest = 31;

/** The days that a feed tells of: from 30 days back to two years ahead, the last not included. */
export function feedWindow(now: number, zone: string): { fromDay: string; untilDay: string } {
  const today = dayOf(now, zone);
  return { fromDay: addDays(today, -daysBack), untilDay: Temporal.PlainDate.from(today).add({ years: 2 }).toString() };
}

const startOf = (day: string, zone: string): number => instantOf(day, '00:00', zone);
const firstOfMonth = (day: string): string => `${day.slice(0, 7)}-01`;
const nextMonth = (day: string): string => firstOfMonth(addDays(firstOfMonth(day), 31));

/** Everything that a parent's calendar is told of, in order of time. */
export function feedEvents(facts: FeedFacts, now: number): FeedEvent[] {
  const { zone, children, calendars, detail } = facts;
  const { fromDay, untilDay } = feedWindow(now, zone);
  const [from, until] = [startOf(fromDay, zone), startOf(untilDay, zone)];
  // Wider than what is told, and begun on the first of a month: what is cut off at an end is never told.
  const since = startOf(firstOfMonth(addDays(fromDay, -longest - 1)), zone);
  const to = startOf(addDays(untilDay, longest + 1), zone);
  const days = children.flatMap(({ id, givenName }) => {
    const calendar = calendars.get(id);
    return calendar ? [{ name: givenName, stretches: timeline(calendar, since, to) }] : [];
  });
  const told = [
    ...handoverEvents(facts, days),
    ...(detail === 'full' ? [...timeEvents(facts, days), ...activityEvents(facts, fromDay, addDays(untilDay, -1))] : []),
  ];
  return told.filter(event => event.until > from && event.from < until && (event.kind !== 'handover' || event.from >= from)).sort((a, b) => a.from - b.from);
}

type ChildDays = { name: string; stretches: readonly Stretch[] };

/** Changes of hands to and from the reader. Children who change hands together are one event. */
function handoverEvents({ reader, zone, members, detail }: FeedFacts, days: readonly ChildDays[]): FeedEvent[] {
  const together = new Map<string, { at: number; comes: boolean; other: Holder; place: string | null; names: string[] }>();
  for (const { name, stretches } of days) {
    for (const { at, from, to, place } of handoversOf(stretches)) {
      if (from === null || to === null || (from !== reader && to !== reader)) continue;
      const comes = to === reader;
      const label = place?.label.trim() || null;
      const key = detail === 'minimal' ? String(at) : JSON.stringify([at, comes ? from : to, comes, label]);
      const event = together.get(key);
      if (event) event.names.push(name);
      else together.set(key, { at, comes, other: comes ? from : to, place: label, names: [name] });
    }
  }
  const counted = new Map<string, number>();
  return [...together.values()]
    .sort((a, b) => a.at - b.at)
    .map(({ at, comes, other, place, names }) => {
      const day = `handover ${dayOf(at, zone)} ${comes ? 'to' : 'from'}`;
      const nth = (counted.get(day) ?? 0) + 1;
      counted.set(day, nth);
      const event = { key: `${day} ${nth}`, kind: 'handover' as const, from: at, until: at + handoverLength, allDay: false };
      if (detail === 'minimal') return { ...event, title: 'Handover', place: null };
      const whom = comes
        ? 'to you'
        : other === 'third-party'
          ? 'to somebody else'
          : `to ${members.find(({ id }) => id === other)?.givenName ?? 'the other parent'}`;
      return { ...event, title: `Handover: ${listed(names)} ${whom}`, place };
    });
}

/** From when until when children are with the reader. */
function timeEvents({ reader, zone }: FeedFacts, days: readonly ChildDays[]): FeedEvent[] {
  const together = new Map<string, { from: number; until: number; names: string[] }>();
  for (const { name, stretches } of days) {
    for (const { from, until } of withReader(stretches, reader).flatMap(time => inMonths(time, zone))) {
      const event = together.get(`${from} ${until}`);
      if (event) event.names.push(name);
      else together.set(`${from} ${until}`, { from, until, names: [name] });
    }
  }
  const counted = new Map<string, number>();
  return [...together.values()]
    .sort((a, b) => a.from - b.from || a.until - b.until)
    .map(({ from, until, names }) => {
      const day = `time ${dayOf(from, zone)}`;
      const nth = (counted.get(day) ?? 0) + 1;
      counted.set(day, nth);
      return { key: `${day} ${nth}`, kind: 'time', from, until, allDay: false, title: `${listed(names)} with you`, place: null };
    });
}

type Time = { from: number; until: number };

/** Neighbouring stretches with one person are one time, whatever decided them. */
function withReader(stretches: readonly Stretch[], reader: ParentId): Time[] {
  const times: Time[] = [];
  for (const { holder, from, until } of stretches) {
    if (holder !== reader) continue;
    const last = times.at(-1);
    if (last?.until === from) last.until = until;
    else times.push({ from, until });
  }
  return times;
}

function inMonths({ from, until }: Time, zone: string): Time[] {
  if (until <= startOf(addDays(dayOf(from, zone), longest), zone)) return [{ from, until }];
  const months: Time[] = [];
  for (let begins = from; begins < until;) {
    const ends = Math.min(startOf(nextMonth(dayOf(begins, zone)), zone), until);
    months.push({ from: begins, until: ends });
    begins = ends;
  }
  return months;
}

/** What the children do. A day keeps its key when it is moved. */
function activityEvents({ zone, children, calendars, activities }: FeedFacts, fromDay: string, lastDay: string): FeedEvent[] {
  const names = new Map(children.map(({ id, givenName }) => [id, givenName]));
  return activityDays(activities, calendars, fromDay, lastDay).flatMap(({ activityId, childId, name, day, from, until, place, state, movedFrom, extra }) => {
    if (state === 'cancelled') return [];
    const allDay = from === null || until === null;
    const begins = instantOf(day, from ?? '00:00', zone);
    return {
      key: `activity ${activityId} ${movedFrom ?? day}${extra ? ' extra' : ''}`,
      kind: 'activity',
      from: begins,
      // In the night when the clocks go forward, a clock that does not exist is later than one that does.
      until: allDay ? startOf(addDays(day, 1), zone) : Math.max(begins, instantOf(day, until, zone)),
      allDay,
      title: `${names.get(childId) ?? ''}: ${name}`,
      place: place?.trim() || null,
    };
  });
}
