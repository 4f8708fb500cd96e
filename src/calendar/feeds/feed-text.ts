import ical, { ICalCalendarMethod, ICalEventBusyStatus, ICalEventClass, ICalEventStatus, ICalEventTransparency } from 'ical-generator';
import { clockOf, dayOf } from '../../schedule/index.ts';
import { type FeedFacts, feedEvents, feedWindow } from './feed-events.ts';
import { type Published, type PublishedEvent, publish, type ToldEvent } from './published.ts';
import { timeZoneText } from './time-zone.ts';
import { ZonedDate } from './zoned-date.ts';

/** Between two looks at a feed, as far as a calendar lets itself be told. */
const hoursBetween = 4;

/** What a feed says now, and what is to be remembered of it. */
export type Composed = { text: string } & Pick<Published, 'changed' | 'gone'>;

/** From a family's days to the calendar as it is sent: no database, and no clock but `now`. */
export function composeFeed(facts: FeedFacts, told: readonly ToldEvent[], secret: string, now: number): Composed {
  const { events, changed, gone } = publish(feedEvents(facts, now), told, secret, facts.zone, now);
  return { text: written(events, facts.zone, now), changed, gone };
}

/** The text alone, of a feed that nothing was told of yet. */
export const feedText = (facts: FeedFacts, secret: string, now: number): string => composeFeed(facts, [], secret, now).text;

function written(events: readonly PublishedEvent[], zone: string, now: number): string {
  const calendar = ical({
    prodId: { company: 'Parley', product: 'Calendar', language: 'EN' },
    scale: 'GREGORIAN',
    method: ICalCalendarMethod.PUBLISH,
    name: 'Calendar',
    ttl: hoursBetween * 3600,
  });
  for (const event of events.toSorted((a, b) => a.from - b.from || (a.uid < b.uid ? -1 : 1))) calendar.createEvent(eventOf(event, zone));
  // The library would put the zone before some of the calendar's own lines, and DTSTAMP into it, where RFC 5545 has neither.
  const { fromDay, untilDay } = feedWindow(now, zone);
  const head = `X-WR-TIMEZONE:${zone}\r\n${timeZoneText(zone, Number(fromDay.slice(0, 4)) - 1, Number(untilDay.slice(0, 4)) + 1)}`;
  return `${calendar.toString().replace(/BEGIN:VEVENT\r\n|END:VCALENDAR$/, first => head + first)}\r\n`;
}

function eventOf({ uid, sequence, kind, from, until, allDay, cancelled, changedAt, title, place }: PublishedEvent, zone: string) {
  const changed = new Date(changedAt);
  const busy = kind === 'handover' && !cancelled;
  return {
    id: uid,
    sequence,
    stamp: changed,
    lastModified: changed,
    ...(allDay
      ? { allDay, start: plainDay(from, zone), end: plainDay(until, zone) }
      : isPlain(from, zone) && isPlain(until, zone)
        ? { start: new ZonedDate(from, zone), end: new ZonedDate(until, zone), timezone: zone }
        : { start: new Date(from), end: new Date(until) }),
    summary: oneLine(title),
    location: place === null ? null : oneLine(place),
    class: ICalEventClass.PRIVATE,
    status: cancelled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
    transparency: busy ? ICalEventTransparency.OPAQUE : ICalEventTransparency.TRANSPARENT,
    busystatus: busy ? ICalEventBusyStatus.BUSY : ICalEventBusyStatus.FREE,
  };
}

const hour = 3_600_000;

/** Whether a clock stands for one instant alone. In the hours around a change of the clocks programs differ in how they read it, so there the time is given in UTC. */
function isPlain(instant: number, zone: string): boolean {
  const clock = clockOf(instant, zone);
  if (clock >= '05:00' && clock < '22:00') return true;
  return aheadOfUtc(instant - 3 * hour, zone) === aheadOfUtc(instant + 3 * hour, zone);
}

const aheadOfUtc = (instant: number, zone: string): number => Date.parse(`${dayOf(instant, zone)}T${clockOf(instant, zone)}Z`) - (instant - (instant % 60_000));

const plainDay = (instant: number, zone: string): Temporal.PlainDate => Temporal.PlainDate.from(dayOf(instant, zone));

/** Names are one line, and no content line may hold a control character. */
const oneLine = (text: string): string => text.replace(/\p{Cc}+/gu, ' ');
