import fc from 'fast-check';
import ICAL from 'ical.js';
import { describe, expect, it } from 'vitest';
import type { ActivityRow } from '../../src/activities/index.ts';
import { feedEvents, feedWindow, type FeedFacts } from '../../src/calendar/feeds/feed-events.ts';
import { type Composed, composeFeed, feedText } from '../../src/calendar/feeds/feed-text.ts';
import type { ToldEvent } from '../../src/calendar/feeds/published.ts';
import { timeZoneText } from '../../src/calendar/feeds/time-zone.ts';
import type { ActivityId, ChildId, ParentId } from '../../src/core/ids.ts';
import { type ChildCalendar, handoversOf, instantOf, timeline } from '../../src/schedule/index.ts';
import { twoTwoFiveFive } from '../support/agreements.ts';

const [amara, daniel] = ['a', 'd'].map(one => `018f0000-0000-7000-8000-00000000000${one}` as ParentId) as [ParentId, ParentId];
const [ines, theo] = ['1', '2'].map(one => `018f0000-0000-7000-8000-00000000001${one}` as ChildId) as [ChildId, ChildId];
const noon = Date.parse('2026-03-09T12:00:00Z');
const day = 86_400_000;
const secret = 'what only this feed knows';

const calendarOf = (childId: ChildId, zone = 'Europe/London', more: Partial<ChildCalendar> = {}): ChildCalendar => ({
  childId,
  bornOn: '2017-06-14',
  zone,
  regular: [{ from: '2024-01-01', until: null, terms: twoTwoFiveFive(amara, daniel, '2024-01-01'), requestId: 'r1' }],
  breaks: [],
  holidays: [],
  vacations: [],
  changes: [],
  school: [],
  ...more,
});

function factsOf(more: Partial<FeedFacts> = {}, calendar: Partial<ChildCalendar> = {}): FeedFacts {
  const zone = more.zone ?? 'Europe/London';
  return {
    reader: amara,
    zone,
    children: [
      { id: ines, givenName: 'Ines' },
      { id: theo, givenName: 'Theo' },
    ],
    members: [
      { id: amara, givenName: 'Amara' },
      { id: daniel, givenName: 'Daniel' },
    ],
    calendars: new Map([ines, theo].map(id => [id, calendarOf(id, zone, calendar)])),
    activities: [],
    detail: 'minimal',
    ...more,
  };
}

const activity = (more: Partial<ActivityRow> = {}): ActivityRow => ({
  id: '018f0000-0000-7000-8000-0000000000aa' as ActivityId,
  childId: theo,
  name: 'Swimming',
  providerId: null,
  provider: null,
  weekdays: [2],
  startsAt: '16:00',
  endsAt: '17:00',
  startsOn: null,
  endsOn: null,
  termOnly: false,
  place: 'Mill Road Pool',
  brings: null,
  collects: null,
  cost: null,
  cancelledFrom: null,
  addedBy: amara,
  addedBySchool: null,
  addedAt: noon,
  version: 1,
  days: [],
  ...more,
});

type Read = {
  uid: string;
  sequence: number;
  from: number;
  until: number;
  title: string;
  place: string;
  status: string;
  stamp: number;
  transparency: string;
  isDate: boolean;
};

/** A feed as another program reads it: its own parser, its own recurrence rules, the zone as the feed tells it. */
function read(text: string): { calendar: ICAL.Component; events: Read[] } {
  ICAL.TimezoneService.reset();
  const calendar = new ICAL.Component(ICAL.parse(text) as [string, unknown[], unknown[]]);
  const events = calendar.getAllSubcomponents('vevent').map(component => {
    const event = new ICAL.Event(component);
    const text = (name: string): string => String(component.getFirstPropertyValue(name) ?? '');
    return {
      uid: event.uid,
      sequence: event.sequence,
      from: event.startDate.toUnixTime() * 1000,
      until: event.endDate.toUnixTime() * 1000,
      title: event.summary,
      place: event.location ?? '',
      status: text('status'),
      stamp: (component.getFirstPropertyValue('dtstamp') as ICAL.Time).toUnixTime() * 1000,
      transparency: text('transp'),
      isDate: event.startDate.isDate,
    };
  });
  return { calendar, events };
}

/** What a feed tells after it was told before, as if the database had remembered it. */
function again(facts: FeedFacts, before: Composed | null, told: Map<string, ToldEvent>, now: number): Composed {
  for (const event of before?.changed ?? []) told.set(event.uid, event);
  for (const uid of before?.gone ?? []) told.delete(uid);
  return composeFeed(facts, [...told.values()], secret, now);
}

describe('a minimal feed', () => {
  const text = feedText(factsOf(), secret, noon);
  const { calendar, events } = read(text);

  it('tells every handover of its owner from 30 days back to two years ahead, at the instants of the engine, and nothing else', () => {
    const [from, until] = [instantOf('2026-02-07', '00:00', 'Europe/London'), instantOf('2028-03-09', '00:00', 'Europe/London')];
    const expected = handoversOf(timeline(calendarOf(ines), from - 60 * day, until + 60 * day)).filter(({ at }) => at >= from && at < until);
    expect(expected.length).toBeGreaterThan(200);
    expect(events.map(event => event.from)).toEqual(expected.map(({ at }) => at));
    expect(new Set(events.map(event => event.until - event.from))).toEqual(new Set([15 * 60_000]));
  });

  it('says “Handover” and no name, place or description', () => {
    expect(new Set(events.map(({ title, place }) => `${title}|${place}`))).toEqual(new Set(['Handover|']));
    expect(text).not.toMatch(/Ines|Theo|Amara|Daniel|library|Brigid|LOCATION|DESCRIPTION|ORGANIZER|ATTENDEE|GEO|URL/);
  });

  it('is the same whoever the other parent is and wherever hands are changed', () => {
    const elsewhere = twoTwoFiveFive(amara, theo as unknown as ParentId, '2024-01-01');
    elsewhere.onOtherDays.place.label = 'Somewhere else';
    const facts = factsOf({ members: [{ id: amara, givenName: 'X' }] }, { regular: [{ from: '2024-01-01', until: null, terms: elsewhere, requestId: 'r9' }] });
    expect(feedText(facts, secret, noon)).toBe(text);
  });

  it('has what Google, Apple and Outlook go by', () => {
    const has = (name: string) => String(calendar.getFirstPropertyValue(name));
    expect(['version', 'calscale', 'method', 'x-wr-calname', 'x-wr-timezone', 'x-published-ttl'].map(has)).toEqual([
      '2.0',
      'GREGORIAN',
      'PUBLISH',
      'Calendar',
      'Europe/London',
      'PT4H',
    ]);
    expect(has('prodid')).toBe('-//Parley//Calendar//EN');
    expect(text).toContain('REFRESH-INTERVAL;VALUE=DURATION:PT4H\r\n');
    expect(text.startsWith('BEGIN:VCALENDAR\r\nVERSION:2.0\r\n')).toBe(true);
    expect(text.endsWith('END:VCALENDAR\r\n')).toBe(true);
    // The calendar's own lines stand before its parts, and every zone that is named is told.
    expect(
      text
        .slice(text.indexOf('BEGIN:VTIMEZONE'))
        .split('\r\n')
        .filter(line => /^(?:METHOD|PRODID|NAME|REFRESH|X-WR|X-PUB)/.test(line)),
    ).toEqual([]);
    expect(new Set(text.match(/TZID[=:][\w/]+/g)!.map(one => one.slice(5)))).toEqual(new Set(['Europe/London']));
    expect(new Set(text.match(/^DTSTAMP.*$/gm))).toEqual(new Set(['DTSTAMP:20260309T120000Z']));
    expect(new Set(events.map(({ status, transparency, sequence }) => `${status} ${transparency} ${sequence}`))).toEqual(new Set(['CONFIRMED OPAQUE 0']));
  });

  it('gives ids that reveal nothing and differ between feeds', () => {
    const others = read(feedText(factsOf(), 'another feed', noon)).events;
    const ids = new Set(events.map(({ uid }) => uid));
    expect(ids.size).toBe(events.length);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(others.filter(({ uid }) => ids.has(uid))).toEqual([]);
  });

  it('says the same from day to day but for the days at its ends', () => {
    const tomorrow = new Map(read(feedText(factsOf(), secret, noon + day)).events.map(event => [event.uid, event]));
    const kept = events.filter(({ uid }) => tomorrow.has(uid));
    expect(kept.length).toBeGreaterThan(events.length - 4);
    expect(kept.map(({ uid }) => tomorrow.get(uid)!.from)).toEqual(kept.map(({ from }) => from));
  });

  it('leaves out when nothing was agreed before or after, and children of whom nothing is', () => {
    const facts = factsOf({ calendars: new Map([[ines, calendarOf(ines, 'Europe/London', { regular: [] })]]) });
    const { events: none, calendar: bare } = read(feedText(facts, secret, noon));
    expect(none).toEqual([]);
    expect(bare.getAllSubcomponents('vtimezone')).toHaveLength(1);
  });
});

describe('a full feed', () => {
  const facts = factsOf({
    detail: 'full',
    activities: [
      activity(),
      activity({ id: 'x' as ActivityId, childId: ines, name: 'Choir; with, “care”', startsAt: null, endsAt: null, weekdays: [6], place: null }),
    ],
  });
  const text = feedText(facts, secret, noon);
  const { events } = read(text);
  const titles = (pattern: RegExp) => events.filter(({ title }) => pattern.test(title));

  it('names children, the other parent and places', () => {
    expect(new Set(titles(/^Handover/).map(({ title }) => title))).toEqual(new Set(['Handover: Ines and Theo to you', 'Handover: Ines and Theo to Daniel']));
    expect(new Set(titles(/^Handover/).map(({ place }) => place))).toEqual(new Set(['The library steps']));
  });

  it('tells when children are with its owner, from handover to handover, as time that is not taken', () => {
    const times = titles(/with you$/);
    const come = titles(/to you$/).map(({ from }) => from);
    expect(times.length).toBeGreaterThan(90);
    expect(times.filter(({ from }) => from > events[0]!.from && !come.includes(from))).toEqual([]);
    expect(new Set(times.map(({ transparency }) => transparency))).toEqual(new Set(['TRANSPARENT']));
  });

  it('tells activities at their time, and whole days as dates with the day after as their end', () => {
    const swimming = titles(/Swimming/);
    expect(swimming[0]).toMatchObject({
      title: 'Theo: Swimming',
      place: 'Mill Road Pool',
      from: Date.parse('2026-02-10T16:00:00Z'),
      until: Date.parse('2026-02-10T17:00:00Z'),
    });
    expect(swimming.find(({ from }) => from > Date.parse('2026-04-01'))!.from).toBe(Date.parse('2026-04-07T15:00:00Z'));
    expect(titles(/Choir/)[0]).toMatchObject({ title: 'Ines: Choir; with, “care”', isDate: true });
    expect(text).toContain('DTSTART;VALUE=DATE:20260207\r\nDTEND;VALUE=DATE:20260208\r\n');
    expect(text).toContain('SUMMARY:Ines: Choir\\; with\\, “care”\r\n');
  });

  it('keeps the id of an activity’s day that is moved, and cancels one that is off', () => {
    const before = composeFeed(facts, [], secret, noon);
    const days = [
      { id: '1', day: '2026-03-17', kind: 'moved' as const, toDay: '2026-03-18', startsAt: '17:00', endsAt: '18:00', place: null },
      { id: '2', day: '2026-03-24', kind: 'cancelled' as const, toDay: null, startsAt: null, endsAt: null, place: null },
    ];
    const after = composeFeed({ ...facts, activities: [activity({ days })] }, before.changed, secret, noon + 5000);
    const was = (from: string) => read(before.text).events.find(event => event.from === Date.parse(from))!;
    const is = (uid: string) => read(after.text).events.find(event => event.uid === uid)!;
    expect(is(was('2026-03-17T16:00:00Z').uid)).toMatchObject({ from: Date.parse('2026-03-18T17:00:00Z'), sequence: 1, status: 'CONFIRMED' });
    expect(is(was('2026-03-24T16:00:00Z').uid)).toMatchObject({ title: 'Activity', place: '', sequence: 1, status: 'CANCELLED', stamp: noon + 5000 });
  });

  it('tells years with one parent month by month, the same whichever day it is asked for', () => {
    const always = factsOf(
      { detail: 'full' },
      {
        regular: [],
        vacations: [],
        changes: [
          { from: Date.parse('2025-01-20T10:00:00Z'), until: Date.parse('2030-01-01T00:00:00Z'), holder: amara, label: '', place: null, requestId: 'r' },
        ],
      },
    );
    const told = new Map<string, ToldEvent>();
    let before: Composed | null = null;
    for (let ahead = 0; ahead < 100; ahead += 1) {
      const now = noon + ahead * day;
      const next: Composed = again(always, before, told, now);
      const months = read(next.text).events;
      expect(next.text).not.toContain('CANCELLED');
      expect(new Set(months.map(({ sequence }) => sequence)), String(ahead)).toEqual(new Set([0]));
      expect(months.slice(1).map(({ from }) => from)).toEqual(months.slice(0, -1).map(({ until }) => until));
      before = next;
    }
  });
});

describe('what changes', () => {
  /** The ordinary weekend, and the child with the other parent or at another time instead. */
  const change = (from: string, until: string, holder: ParentId) => ({
    from: Date.parse(from),
    until: Date.parse(until),
    holder,
    label: '',
    place: null,
    requestId: 'r2',
  });
  const first = composeFeed(factsOf(), [], secret, noon);
  const at = (composed: Composed, from: string) => read(composed.text).events.find(event => event.from === Date.parse(from));

  it('is nothing when nothing did: the same text, and nothing to remember', () => {
    const next = composeFeed(factsOf(), first.changed, secret, noon + 3_600_000);
    expect([next.text, next.changed, next.gone]).toEqual([first.text, [], []]);
  });

  it('keeps the id of a handover whose clock changes, raises its number, and says when', () => {
    const before = at(first, '2026-03-13T10:00:00Z')!;
    expect(before.title).toBe('Handover');
    // The other parent has the children two hours longer that Friday.
    const next = composeFeed(factsOf({}, { changes: [change('2026-03-13T10:00:00Z', '2026-03-13T12:00:00Z', daniel)] }), first.changed, secret, noon + 60_000);
    const after = read(next.text).events.find(({ uid }) => uid === before.uid)!;
    expect(after).toMatchObject({ from: Date.parse('2026-03-13T12:00:00Z'), sequence: 1, status: 'CONFIRMED', stamp: noon + 60_000 });
    expect(next.changed.map(({ uid }) => uid)).toEqual([before.uid]);
    const others = (composed: Composed) => read(composed.text).events.filter(({ uid }) => uid !== before.uid);
    expect(others(next)).toEqual(others(first));
  });

  it('keeps a handover that is off as cancelled until its day is past, then forgets it', () => {
    const staysUntilFriday = factsOf({}, { changes: [change('2026-03-09T10:00:00Z', '2026-03-20T10:00:00Z', amara)] });
    const before = at(first, '2026-03-11T10:00:00Z')!;
    const told = new Map<string, ToldEvent>();
    again(factsOf(), first, told, noon);
    const off = again(staysUntilFriday, null, told, noon + 1000);
    const now = (composed: Composed) => read(composed.text).events.find(({ uid }) => uid === before.uid);
    expect(now(off)).toMatchObject({ title: 'Handover', status: 'CANCELLED', sequence: 1, from: before.from, stamp: noon + 1000, transparency: 'TRANSPARENT' });

    const later = again(staysUntilFriday, off, told, Date.parse('2026-03-11T23:30:00Z'));
    expect(now(later)).toMatchObject({ status: 'CANCELLED', sequence: 1, stamp: noon + 1000 });
    const over = again(staysUntilFriday, later, told, Date.parse('2026-03-12T00:30:00Z'));
    expect(now(over)).toBeUndefined();
    expect(over.gone).toContain(before.uid);
  });

  it('takes a handover up again under its old id where the change is changed back', () => {
    const told = new Map<string, ToldEvent>();
    again(factsOf(), first, told, noon);
    const off = again(factsOf({}, { changes: [change('2026-03-09T10:00:00Z', '2026-03-20T10:00:00Z', amara)] }), null, told, noon + 1000);
    const back = again(factsOf(), off, told, noon + 2000);
    const event = at(back, '2026-03-11T10:00:00Z')!;
    expect(event).toMatchObject({ uid: at(first, '2026-03-11T10:00:00Z')!.uid, status: 'CONFIRMED', sequence: 2, stamp: noon + 2000 });
  });
});

describe('the lines of a feed', () => {
  const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 100 });

  it('are of 75 octets at most, end in CRLF and are read back as they were, whatever people are called', () => {
    fc.assert(
      fc.property(name, name, name, (child, other, place) => {
        const terms = twoTwoFiveFive(amara, daniel, '2024-01-01');
        terms.onOtherDays.place.label = place;
        const facts = factsOf(
          { detail: 'full', children: [{ id: ines, givenName: child }], members: [{ id: daniel, givenName: other }] },
          { regular: [{ from: '2024-01-01', until: '2026-04-01', terms, requestId: 'r1' }] },
        );
        const text = feedText(facts, secret, noon);
        for (const line of text.split('\r\n')) {
          if (Buffer.byteLength(line) > 75 || /[\r\n\0-\x08\x0b-\x1f]/.test(line)) throw new Error(`a line of ${Buffer.byteLength(line)} octets: ${line}`);
        }
        const plain = (text: string) => text.replace(/\p{Cc}+/gu, ' ');
        const handover = read(text).events.find(({ title }) => title.startsWith('Handover: ') && title.endsWith(plain(other)))!;
        expect([handover.title, handover.place]).toEqual([plain(`Handover: ${child} to ${other}`), plain(place).trim()]);
      }),
      { numRuns: 60 },
    );
  });
});

describe('the clocks of a zone', () => {
  /** Reads the zone as another program does, and compares it with our own tables, hour by hour around every change and week by week between. */
  function compare(zone: string): string[] {
    const text = timeZoneText(zone, 2025, 2029);
    const component = new ICAL.Component(ICAL.parse(`BEGIN:VCALENDAR\r\n${text}END:VCALENDAR`) as [string, unknown[], unknown[]]);
    const told = new ICAL.Timezone(component.getFirstSubcomponent('vtimezone')!);
    const faults: string[] = [];
    const hours = new Set<number>();
    for (let at = Date.parse('2026-01-05T12:00:00Z'); at < Date.parse('2029-01-01'); at += 7 * day) hours.add(at);
    let change = Temporal.Instant.from('2026-01-01T00:00:00Z').toZonedDateTimeISO(zone).getTimeZoneTransition('next');
    for (; change && change.year < 2029; change = change.getTimeZoneTransition('next'))
      for (let off = -4; off < 4; off += 1) hours.add(change.epochMilliseconds + off * 3_600_000);
    for (const at of hours) {
      const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDateTime();
      // A clock that is there twice is never written: such a time is given in UTC.
      const [earlier, later] = (['earlier', 'later'] as const).map(disambiguation => local.toZonedDateTime(zone, { disambiguation }).epochMilliseconds);
      if (earlier !== later) continue;
      const { year, month, day: date, hour, minute, second } = local;
      const time = new ICAL.Time({ year, month, day: date, hour, minute, second, isDate: false }, told);
      if (time.toUnixTime() * 1000 !== at) faults.push(`${zone} ${local.toString()}`);
    }
    return faults;
  }

  it.each([
    'Europe/London',
    'Europe/Dublin',
    'America/New_York',
    'Australia/Sydney',
    'Australia/Lord_Howe',
    'Asia/Kolkata',
    'Africa/Casablanca',
    'America/Santiago',
    'Africa/Cairo',
    'Asia/Gaza',
    'UTC',
  ])('are told of %s as we go by them', zone => expect(compare(zone)).toEqual([]));

  it('are told of every other zone too', () => {
    const zones = Intl.supportedValuesOf('timeZone');
    expect(zones.length).toBeGreaterThan(400);
    expect(zones.flatMap(compare)).toEqual([]);
  });

  it('are told as a rule where they follow one, as Outlook wants it, with summer time ahead of standard time', () => {
    expect(timeZoneText('Europe/Dublin', 2025, 2029)).toBe(
      [
        'BEGIN:VTIMEZONE',
        'TZID:Europe/Dublin',
        'BEGIN:STANDARD',
        'DTSTART:20251026T020000',
        'TZOFFSETFROM:+0100',
        'TZOFFSETTO:+0000',
        'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU',
        'END:STANDARD',
        'BEGIN:DAYLIGHT',
        'DTSTART:20250330T010000',
        'TZOFFSETFROM:+0000',
        'TZOFFSETTO:+0100',
        'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU',
        'END:DAYLIGHT',
        'END:VTIMEZONE',
        '',
      ].join('\r\n'),
    );
    expect(timeZoneText('Asia/Kolkata', 2025, 2029).match(/BEGIN:\w+/g)).toEqual(['BEGIN:VTIMEZONE', 'BEGIN:STANDARD']);
  });
});

describe('handovers on nights when the clocks change', () => {
  it.each([
    ['Europe/London', '2026-03-29', '01:30', '2026-03-29T01:30:00Z', 'a clock that is not there moves on'],
    ['Europe/London', '2026-10-25', '01:30', '2026-10-25T00:30:00Z', 'a clock that is there twice is the first'],
    ['America/New_York', '2026-03-08', '02:30', '2026-03-08T07:30:00Z', 'the same elsewhere'],
    ['Australia/Lord_Howe', '2026-04-05', '01:45', '2026-04-04T14:45:00Z', 'half an hour'],
  ])('%s, %s at %s: %s, %s', (zone, date, clock, instant) => {
    const at = instantOf(date, clock, zone);
    expect(new Date(at).toISOString()).toBe(new Date(instant).toISOString());
    const swap = { from: at, until: at + 3 * day, holder: amara, label: '', place: null, requestId: 'r' };
    const facts = factsOf({ zone }, { regular: [], changes: [{ ...swap, from: at - 3 * day, until: at, holder: daniel }, swap] });
    expect(read(feedText(facts, secret, at - 5 * day)).events.map(({ from }) => new Date(from).toISOString())).toEqual([new Date(instant).toISOString()]);
  });
});

describe('the days of a feed', () => {
  it('are the family’s, a leap day among them', () => {
    expect(feedWindow(Date.parse('2026-02-28T23:30:00Z'), 'Europe/Paris')).toEqual({ fromDay: '2026-01-30', untilDay: '2028-03-01' });
    expect(feedWindow(Date.parse('2028-02-29T12:00:00Z'), 'Europe/London')).toEqual({ fromDay: '2028-01-30', untilDay: '2030-02-28' });
  });

  it('are in order, and each key stands for one event', () => {
    const events = feedEvents(factsOf({ detail: 'full', activities: [activity()] }), noon);
    expect(events.map(({ from }) => from)).toEqual(events.map(({ from }) => from).toSorted((a, b) => a - b));
    expect(new Set(events.map(({ key }) => key)).size).toBe(events.length);
  });
});
