import { describe, expect, it } from 'vitest';
import type { ChildId, ParentId } from '../../src/core/ids.ts';
import type { ImportFamily } from '../../src/activities/import/family.ts';
import type { ParsedRow } from '../../src/activities/import/parsed.ts';
import { isCalendar, readIcs } from '../../src/activities/import/read-ics.ts';
import { readClock, readDay, readWeekdays } from '../../src/activities/import/read-words.ts';
import { zoneMeant } from '../../src/activities/import/time-zones.ts';

const theo = 'c1' as ChildId;
const family = (timeZone = 'Europe/London'): ImportFamily => ({
  children: [{ id: theo, givenName: 'Theo' }],
  timeZone,
  childNamed: () => theo,
  nameOf: () => 'Theo',
  parentNamed: (): ParentId | null => null,
  schoolNamed: () => null,
});

const calendar = (...events: string[][]): Buffer =>
  Buffer.from(['BEGIN:VCALENDAR', ...events.flatMap(lines => ['BEGIN:VEVENT', ...lines, 'END:VEVENT']), 'END:VCALENDAR'].join('\r\n'));
const rowsOf = (bytes: Buffer, zone?: string): ParsedRow[] => {
  const read = readIcs(bytes, family(zone), theo);
  if ('unreadable' in read) throw new Error(read.unreadable);
  return read.rows;
};
const refused = (bytes: Buffer): string => {
  const read = readIcs(bytes, family(), theo);
  return 'unreadable' in read ? read.unreadable : `read ${read.rows.length}`;
};
const tuesday = ['UID:1', 'SUMMARY:Swimming', 'DTSTART;TZID=Europe/London:20260303T170000', 'DTEND;TZID=Europe/London:20260303T180000'];
const one = (lines: string[], zone?: string) => {
  const [row] = rowsOf(calendar(lines), zone);
  const { terms, faults } = row!;
  return terms === null
    ? faults
    : {
        on: terms.weekdays,
        at: terms.startsAt,
        until: terms.endsAt,
        from: terms.startsOn,
        to: terms.endsOn,
        days: row!.days.map(({ day, kind, toDay }) => [day, kind, toDay]),
      };
};
const rule = (text: string, ...more: string[]) => one([...tuesday, `RRULE:${text}`, ...more]);

describe('events of a calendar', () => {
  it('repeat week by week, until a day or so many times', () => {
    const always = { on: [2], at: '17:00', until: '18:00', from: '2026-03-03', to: null, days: [] };
    expect(rule('FREQ=WEEKLY')).toEqual(always);
    expect(rule('FREQ=WEEKLY;INTERVAL=1;WKST=SU;BYDAY=TU')).toEqual(always);
    expect(rule('FREQ=WEEKLY;BYDAY=TU,SA')).toEqual({ ...always, on: [2, 6] });
    expect(rule('FREQ=DAILY;COUNT=3')).toEqual({ ...always, on: [1, 2, 3, 4, 5, 6, 7], to: '2026-03-05' });
    expect(rule('FREQ=WEEKLY;BYDAY=TU,TH;COUNT=3')).toEqual({ ...always, on: [2, 4], to: '2026-03-10' });
    expect(rule('FREQ=WEEKLY;UNTIL=20260331T160000Z')).toEqual({ ...always, to: '2026-03-31' });
    // That moment is before five o'clock of a summer's day, so the last one is a week earlier.
    expect(rule('FREQ=WEEKLY;UNTIL=20260331T155959Z')).toMatchObject({ to: '2026-03-30' });
    expect(rule('FREQ=WEEKLY;UNTIL=20260331')).toMatchObject({ to: '2026-03-31' });
    expect(rule('FREQ=WEEKLY;UNTIL=29991231T235959Z')).toMatchObject({ to: null });
  });

  it('have days off, moved days and extra days', () => {
    expect(rule('FREQ=WEEKLY', 'EXDATE;TZID=Europe/London:20260310T170000,20260317T170000', 'EXDATE;VALUE=DATE:20260318')).toMatchObject({ days: [['2026-03-10', 'cancelled', null], ['2026-03-17', 'cancelled', null]] }); // prettier-ignore
    expect(rule('FREQ=WEEKLY', 'RDATE;TZID=Europe/London:20260305T170000')).toMatchObject({ days: [['2026-03-05', 'extra', null]] });
    expect(rule('FREQ=WEEKLY', 'RDATE;TZID=Europe/London:20260305T190000')).toEqual(['One of its extra days is at another time']);
    const [row, ...others] = rowsOf(
      calendar(
        [...tuesday, 'RRULE:FREQ=WEEKLY'],
        ['UID:1', 'RECURRENCE-ID:20260310T170000Z', 'DTSTART:20260312T170000Z', 'DTEND:20260312T180000Z', 'SUMMARY:x'],
        ['UID:1', 'RECURRENCE-ID;TZID=Europe/London:20260317T170000', 'STATUS:CANCELLED', 'DTSTART:20260317T170000Z', 'SUMMARY:x'],
      ),
    );
    expect(others).toEqual([]);
    expect(row!.days.map(({ day, kind, toDay, startsAt }) => [day, kind, toDay, startsAt])).toEqual([
      ['2026-03-10', 'moved', '2026-03-12', null],
      ['2026-03-17', 'cancelled', null, null],
    ]);
  });

  it('stand alone as single days, and whole days as the days they are', () => {
    expect(one(tuesday)).toEqual({ on: [2], at: '17:00', until: '18:00', from: '2026-03-03', to: '2026-03-03', days: [] });
    expect(one(['SUMMARY:Camp', 'DTSTART;VALUE=DATE:20260404', 'DTEND;VALUE=DATE:20260406'])).toEqual({
      on: [6, 7],
      at: null,
      until: null,
      from: '2026-04-04',
      to: '2026-04-05',
      days: [],
    });
    expect(one(['SUMMARY:Day', 'DTSTART;VALUE=DATE:20260404'])).toMatchObject({ from: '2026-04-04', to: '2026-04-04' });
    expect(one(['SUMMARY:Camp', 'DTSTART;VALUE=DATE:20260404', 'DURATION:P1W'])).toMatchObject({ to: '2026-04-10', on: [1, 2, 3, 4, 5, 6, 7] });
    expect(one(['SUMMARY:Long', 'DTSTART;VALUE=DATE:20260404', 'DTEND;VALUE=DATE:20270404'])).toEqual(['It takes more than 31 days']);
    expect(one(['SUMMARY:Half', 'DTSTART:20260404T100000', 'DURATION:PT45M'])).toMatchObject({ at: '10:00', until: '10:45' });
    expect(one(['SUMMARY:Open', 'DTSTART:20260404T100000'])).toMatchObject({ at: '10:00', until: '11:00' });
    expect(one(['SUMMARY:Late', 'DTSTART:20260404T220000', 'DTEND:20260405T000000'])).toMatchObject({ at: '22:00', until: '23:59' });
    expect(one(['SUMMARY:Night', 'DTSTART:20260404T220000', 'DTEND:20260405T010000'])).toEqual(['It goes on past midnight']);
  });

  it('are in the family’s time, whatever zone they are given in', () => {
    const at = (start: string, zone: string) => one(['SUMMARY:x', start, 'DURATION:PT30M'], zone);
    expect(at('DTSTART:20260401T160000Z', 'Europe/London')).toMatchObject({ from: '2026-04-01', at: '17:00' });
    expect(at('DTSTART;TZID=America/New_York:20260401T200000', 'Europe/London')).toMatchObject({ from: '2026-04-02', at: '01:00' });
    expect(at('DTSTART;TZID=GMT Standard Time:20260401T170000', 'Europe/London')).toMatchObject({ at: '17:00' });
    expect(at('DTSTART;TZID="/freeassociation.sourceforge.net/Europe/Berlin":20260401T170000', 'Europe/London')).toMatchObject({ at: '16:00' });
    expect(at('DTSTART:20260401T170000', 'America/New_York')).toMatchObject({ at: '17:00' });
    expect(at('DTSTART;TZID=Mars/Olympus:20260401T170000', 'Europe/London')).toEqual(['Its time zone is not known here']);
    // A Tuesday evening in New York is a Wednesday in London.
    const evening = ['SUMMARY:x', 'DTSTART;TZID=America/New_York:20260407T200000', 'DURATION:PT30M', 'RRULE:FREQ=WEEKLY;BYDAY=TU'];
    expect(one(evening)).toMatchObject({ on: [3], from: '2026-04-08', at: '01:00' });
    expect(zoneMeant('Europe/London')).toBe('Europe/London');
    expect(zoneMeant('x'.repeat(200))).toBeNull();
  });

  it('give names of places, and no addresses or coordinates', () => {
    const place = (location: string) => rowsOf(calendar([...tuesday, `LOCATION:${location}`]))[0]!.terms!.place;
    expect(place('Mill Road pool')).toBe('Mill Road pool');
    expect(place('Mill Road pool\\, 12 Mill Road\\, Ellerby')).toBe('Mill Road pool');
    for (const location of ['14 Larkspur Close\\, Ellerby', '51.5072\\,-0.1276', 'https://zoom.example/j/123', 'Call 07700900142', ''])
      expect(place(location)).toBeNull();
  });
});

describe('what is not taken', () => {
  it('is said with its reason, event by event', () => {
    expect(rule('FREQ=MONTHLY')).toEqual(['It repeats monthly. Parley takes what repeats week by week']);
    expect(rule('FREQ=WEEKLY;INTERVAL=2')).toEqual(['It does not repeat every week. Parley takes what repeats week by week']);
    expect(rule('FREQ=WEEKLY;BYDAY=1TU')).toEqual(['It is on certain weeks of a month. Parley takes what repeats week by week']);
    expect(rule('FREQ=WEEKLY;BYMONTH=3')).toEqual(['How it repeats has conditions that Parley does not take']);
    expect(rule('FREQ=WEEKLY', 'RRULE:FREQ=WEEKLY;BYDAY=FR')).toEqual(['It repeats in more than one way']);
    expect(one(['UID:1', 'DTSTART:20260303T170000Z'])).toEqual(['It has no name']);
    expect(one(['UID:1', 'SUMMARY:x'])).toEqual(['It does not say when it begins']);
    expect(one([...tuesday, 'STATUS:CANCELLED'])).toEqual(['It is cancelled in that calendar']);
    expect(one(['SUMMARY:x', 'DTSTART:19700101T000000Z'])).toEqual(['Its day is none that Parley can take']);
  });

  it('does not cost the events beside it', () => {
    const rows = rowsOf(
      calendar(['SUMMARY:Broken', 'DTSTART:garbage', 'RRULE:FREQ=WEEKLY;COUNT=x'], tuesday, ['UID:9', 'SUMMARY:Bad day', 'DTSTART:20260231T100000']),
    );
    expect(rows.map(({ terms }) => terms !== null)).toEqual([false, true, false]);
    expect(rows[0]!.faults).toEqual(['This event cannot be read']);
  });
});

describe('hostile calendars', () => {
  const quickly = (act: () => unknown): unknown => {
    const start = performance.now();
    const result = act();
    expect(performance.now() - start).toBeLessThan(2000);
    return result;
  };

  it('are bounded: no rule is expanded, however large', () => {
    for (const text of ['FREQ=SECONDLY', 'FREQ=SECONDLY;COUNT=99999999999', 'FREQ=MINUTELY;UNTIL=99991231T000000Z', 'FREQ=HOURLY;BYSECOND=0,1,2,3'])
      expect(quickly(() => rule(text))).toEqual([expect.stringContaining('Parley takes what repeats week by week')]);
    expect(quickly(() => rule('FREQ=WEEKLY;COUNT=1000000000'))).toEqual(['It repeats more than 1000 times']);
    expect(quickly(() => rule('FREQ=WEEKLY;COUNT=0'))).toEqual(['How often it repeats cannot be read']);
    expect(quickly(() => rule('FREQ=DAILY;BYDAY=XX'))).toEqual([expect.any(String)]);
    expect(quickly(() => rule(`FREQ=WEEKLY;BYDAY=${'TU,'.repeat(5000)}TU`))).toMatchObject({ on: [2] });
    expect(quickly(() => rule('FREQ=WEEKLY', `EXDATE:${'20260310T170000,'.repeat(1100)}20260310T170000`))).toEqual(['More than 200 of its days are different']);
    expect(quickly(() => one(['SUMMARY:x', 'DTSTART:20260303T170000', 'DURATION:PT99999999H']))).toEqual(['How long it takes cannot be read']);
    // A megabyte of one line over and over.
    expect(quickly(() => rule('FREQ=WEEKLY', ...Array.from({ length: 55_000 }, () => 'EXDATE:20260310')))).toEqual(['More than 200 of its days are different']);
  });

  it('are refused as a whole where they are too many, too deep, broken or no text', () => {
    const many = Buffer.from(`BEGIN:VCALENDAR\r\n${'BEGIN:VEVENT\r\nEND:VEVENT\r\n'.repeat(100_000)}END:VCALENDAR`);
    expect(quickly(() => refused(many))).toContain('There are more than 1,000 events');
    expect(quickly(() => refused(calendar(...Array.from({ length: 300 }, (_, index) => [...tuesday, `UID:${index}`]))))).toContain(
      'There are more than 250 events',
    );
    expect(quickly(() => refused(Buffer.from(`BEGIN:VCALENDAR\r\n${'BEGIN:VEVENT\r\n'.repeat(50_000)}`)))).toContain('breaks off');
    expect(quickly(() => refused(Buffer.from(`BEGIN:VCALENDAR\r\nBEGIN:VTIMEZONE\r\nTZID:x\r\nBEGIN:STANDARD\r\nRRULE:FREQ=SECONDLY\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\nEND:VCALENDAR`)))).toBe('There is no event in this calendar.'); // prettier-ignore
    expect(refused(Buffer.from([...Buffer.from('BEGIN:VCALENDAR\r\n'), 0xff, 0xfe, 0x80]))).toContain('characters that cannot be read');
    expect(refused(Buffer.from('BEGIN:VCALENDAR\r\n\0'))).toContain('characters that cannot be read');
    const params = calendar([...tuesday, `LOCATION${';A=b'.repeat(200_000)}:x`]);
    expect(quickly(() => rowsOf(params)[0]!.faults)).toEqual(['This event cannot be read']);
    const folded = calendar([`SUMMARY:${'\r\n a'.repeat(200_000)}`, 'DTSTART:20260303T170000']);
    expect(quickly(() => rowsOf(folded)[0]!.faults)).toEqual(['This event cannot be read']);
    const days = Array.from({ length: 100 }, (_, index) => new Date(Date.UTC(2026, 2, 3 + index * 7)).toISOString().slice(0, 10).replaceAll('-', ''));
    const changed = Array.from({ length: 6 }, (_, index) => [...tuesday, `UID:e${index}`, 'RRULE:FREQ=WEEKLY', `EXDATE;VALUE=DATE:${days.join(',')}`]);
    expect(refused(calendar(...changed))).toContain('More than 500 single days are different');
  });

  it('cannot pass for a list, nor a list for a calendar', () => {
    expect(isCalendar(Buffer.from('\ufeffBEGIN:VCALENDAR\r\n'))).toBe(true);
    expect(isCalendar(Buffer.from('  \r\nbegin:vcalendar\r\n'))).toBe(true);
    expect(isCalendar(Buffer.from('Child,Activity\nBEGIN:VCALENDAR'))).toBe(false);
  });
});

describe('words of a list', () => {
  it('are read as people write them', () => {
    expect([readWeekdays('Tue'), readWeekdays('Mondays and Wednesdays'), readWeekdays('Mon/Thurs; Sat'), readWeekdays('weekdays'), readWeekdays('daily')]).toEqual([[2], [1, 3], [1, 4, 6], [1, 2, 3, 4, 5], [1, 2, 3, 4, 5, 6, 7]]); // prettier-ignore
    expect([readWeekdays('Monkey'), readWeekdays('Tue, sometimes')]).toEqual([null, null]);
    expect([readClock('17:00'), readClock('9.30'), readClock('5 pm'), readClock('12:15am'), readClock('5:30 p.m.'), readClock('09:30:00')]).toEqual(['17:00', '09:30', '17:00', '00:15', '17:30', '09:30']); // prettier-ignore
    expect([readClock('25:00'), readClock('17:60'), readClock('13pm'), readClock('17'), readClock('soon')]).toEqual([null, null, null, null, null]);
    expect([readDay('3/3/2026'), readDay('03.03.26'), readDay('2026-03-03'), readDay('29/02/2028')]).toEqual([
      '2026-03-03',
      '2026-03-03',
      '2026-03-03',
      '2028-02-29',
    ]);
    expect([readDay('30/02/2026'), readDay('1/1/1970'), readDay('Tuesday')]).toEqual([null, null, null]);
  });
});
