import { randomUUID } from 'node:crypto';
import ICAL from 'ical.js';
import { describe, expect, it } from 'vitest';
import { expandCalendar, type Expanded, type Span } from '../../src/calendar/busy/expand-calendar.ts';
import { readCalendar } from '../../src/calendar/busy/read-calendar.ts';
import type { AccountId } from '../../src/core/ids.ts';
import { instantOf } from '../../src/schedule/index.ts';

const owner = randomUUID() as AccountId;
const span: Span = { zone: 'Europe/London', from: Date.parse('2026-03-09T00:00:00Z'), until: Date.parse('2028-03-09T00:00:00Z') };
const calendar = (...lines: string[]): string => ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//x//y//EN', ...lines, 'END:VCALENDAR', ''].join('\r\n');
const entry = (...lines: string[]): string[] => ['BEGIN:VEVENT', 'UID:one', 'DTSTAMP:20260101T000000Z', 'SUMMARY:Dentist with a name', ...lines, 'END:VEVENT'];

const told = (expanded: Expanded): string[] => {
  if ('refused' in expanded) throw new Error(expanded.refused);
  return expanded.times.map(([from, until]) => `${new Date(from).toISOString().slice(0, 16)} ${new Date(until).toISOString().slice(0, 16)}`);
};
const timesOf = (...lines: string[]): string[] => told(expandCalendar(calendar(...entry(...lines)), span));

describe('one time', () => {
  it.each([
    ['in UTC', ['DTSTART:20260310T090000Z', 'DTEND:20260310T100000Z'], '2026-03-10T09:00 2026-03-10T10:00'],
    [
      'in a zone of its own, by name',
      ['DTSTART;TZID=America/New_York:20260310T090000', 'DTEND;TZID=America/New_York:20260310T100000'],
      '2026-03-10T13:00 2026-03-10T14:00',
    ],
    ['in a zone with a long name', ['DTSTART;TZID=/mozilla.org/2005/Europe/Berlin:20260310T090000', 'DURATION:PT30M'], '2026-03-10T08:00 2026-03-10T08:30'],
    ['in no zone, which is the family’s', ['DTSTART:20260710T090000', 'DURATION:PT1H30M'], '2026-07-10T08:00 2026-07-10T09:30'],
    ['in a zone that nobody knows, the same', ['DTSTART;TZID=Nowhere:20260710T090000', 'DURATION:PT1H'], '2026-07-10T08:00 2026-07-10T09:00'],
    ['of whole days, the last not included', ['DTSTART;VALUE=DATE:20260710', 'DTEND;VALUE=DATE:20260712'], '2026-07-09T23:00 2026-07-11T23:00'],
    ['of one day without an end', ['DTSTART;VALUE=DATE:20260310'], '2026-03-10T00:00 2026-03-11T00:00'],
    ['of a day of 23 hours', ['DTSTART;VALUE=DATE:20260329'], '2026-03-29T00:00 2026-03-29T23:00'],
    ['that began before', ['DTSTART:20260301T090000Z', 'DTEND:20260310T100000Z'], '2026-03-09T00:00 2026-03-10T10:00'],
    ['on a night of two half past ones', ['DTSTART:20261025T003000', 'DTEND:20261025T030000'], '2026-10-24T23:30 2026-10-25T03:00'],
  ])('%s', (_, lines, expected) => expect(timesOf(...lines)).toEqual([expected]));

  it.each([
    ['cancelled', ['DTSTART:20260310T090000Z', 'DTEND:20260310T100000Z', 'STATUS:CANCELLED']],
    ['marked as free', ['DTSTART:20260310T090000Z', 'DTEND:20260310T100000Z', 'TRANSP:TRANSPARENT']],
    ['marked as free by Outlook', ['DTSTART:20260310T090000Z', 'DTEND:20260310T100000Z', 'X-MICROSOFT-CDO-BUSYSTATUS:FREE']],
    ['over', ['DTSTART:20260308T090000Z', 'DTEND:20260308T100000Z']],
    ['beyond two years', ['DTSTART:20280310T090000Z', 'DTEND:20280310T100000Z']],
    ['without length', ['DTSTART:20260310T090000Z']],
    ['backwards', ['DTSTART:20260310T090000Z', 'DTEND:20260309T100000Z']],
  ])('that is %s does not count', (_, lines) => expect(timesOf(...lines)).toEqual([]));

  it('is read by the calendar’s own zone where it brought one along', () => {
    const zone = [
      'BEGIN:VTIMEZONE',
      'TZID:GMT Standard Time',
      'BEGIN:STANDARD',
      'DTSTART:16010101T020000',
      'TZOFFSETFROM:+0100',
      'TZOFFSETTO:+0000',
      'RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10',
      'END:STANDARD',
      'BEGIN:DAYLIGHT',
      'DTSTART:16010101T010000',
      'TZOFFSETFROM:+0000',
      'TZOFFSETTO:+0100',
      'RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3',
      'END:DAYLIGHT',
      'END:VTIMEZONE',
    ];
    const text = calendar(...zone, ...entry('DTSTART;TZID=GMT Standard Time:20260710T090000', 'DTEND;TZID=GMT Standard Time:20260710T100000'));
    expect(told(expandCalendar(text, { ...span, zone: 'Asia/Tokyo' }))).toEqual(['2026-07-10T08:00 2026-07-10T09:00']);
  });
});

describe('a time that repeats', () => {
  it('keeps its clock when the clocks change', () => {
    expect(timesOf('DTSTART;TZID=Europe/London:20260316T090000', 'DTEND;TZID=Europe/London:20260316T100000', 'RRULE:FREQ=WEEKLY;COUNT=3')).toEqual([
      '2026-03-16T09:00 2026-03-16T10:00',
      '2026-03-23T09:00 2026-03-23T10:00',
      '2026-03-30T08:00 2026-03-30T09:00',
    ]);
  });

  it('leaves out and takes in single dates', () => {
    const lines = ['DTSTART:20260310T090000Z', 'DTEND:20260310T100000Z', 'RRULE:FREQ=DAILY;COUNT=3', 'EXDATE:20260311T090000Z', 'RDATE:20260320T120000Z'];
    expect(timesOf(...lines)).toEqual(['2026-03-10T09:00 2026-03-10T10:00', '2026-03-12T09:00 2026-03-12T10:00', '2026-03-20T12:00 2026-03-20T13:00']);
  });

  it('has single times that were moved, that are off, and that are free', () => {
    const series = entry('DTSTART:20260310T090000Z', 'DTEND:20260310T100000Z', 'RRULE:FREQ=DAILY;COUNT=4');
    const moved = entry('RECURRENCE-ID:20260311T090000Z', 'DTSTART:20260311T150000Z', 'DTEND:20260311T160000Z');
    const off = entry('RECURRENCE-ID:20260312T090000Z', 'DTSTART:20260312T090000Z', 'DTEND:20260312T100000Z', 'STATUS:CANCELLED');
    const free = entry('RECURRENCE-ID:20260313T090000Z', 'DTSTART:20260313T090000Z', 'DTEND:20260313T100000Z', 'TRANSP:TRANSPARENT');
    const expected = ['2026-03-10T09:00 2026-03-10T10:00', '2026-03-11T15:00 2026-03-11T16:00'];
    expect(told(expandCalendar(calendar(...series, ...moved, ...off, ...free), span))).toEqual(expected);
    expect(told(expandCalendar(calendar(...moved, ...off, ...free, ...series), span))).toEqual(expected);
    expect(told(expandCalendar(calendar(...moved, ...off), span))).toEqual(expected.slice(1));
  });

  it('is followed from long before into the two years, and no further', () => {
    const times = timesOf('DTSTART:19990104T090000Z', 'DTEND:19990104T100000Z', 'RRULE:FREQ=WEEKLY;BYDAY=MO,TH');
    expect([times.length, times[0], times.at(-1)]).toEqual([209, '2026-03-09T09:00 2026-03-09T10:00', '2028-03-06T09:00 2028-03-06T10:00']);
  });

  it.each([
    ['FREQ=DAILY;INTERVAL=3', '20010101'],
    ['FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR', '20010105'],
    ['FREQ=WEEKLY;INTERVAL=5;WKST=SU;BYDAY=SU,TH', '19990103'],
    ['FREQ=MONTHLY;INTERVAL=1', '20010131'],
    ['FREQ=MONTHLY;INTERVAL=5;BYDAY=-1FR', '20010105'],
    ['FREQ=YEARLY', '20000229'],
    ['FREQ=YEARLY;INTERVAL=2;BYMONTH=6;BYDAY=2TU', '19960611'],
    ['FREQ=MONTHLY;INTERVAL=4;BYMONTHDAY=31', '20010131'],
    ['FREQ=WEEKLY;UNTIL=20270101T000000Z', '20010101'],
  ])('finds the same times from a later beginning as from the first: %s', (rule, first) => {
    const times = timesOf(`DTSTART;VALUE=DATE:${first}`, `RRULE:${rule}`);
    const from = ICAL.Time.fromDateString(`${first.slice(0, 4)}-${first.slice(4, 6)}-${first.slice(6)}`);
    const steps = ICAL.Recur.fromString(rule).iterator(from);
    const whole: string[] = [];
    for (let next = steps.next() as ICAL.Time | null; next && next.toString() < '2028-03-09'; next = steps.next() as ICAL.Time | null) {
      if (next.toString() >= '2026-03-09') whole.push(new Date(instantOf(next.toString(), '00:00', 'Europe/London')).toISOString().slice(0, 16));
    }
    expect(times.length).toBeGreaterThan(0);
    // Days that touch are one time.
    expect(times.map(time => time.slice(0, 16))).toEqual(
      whole.filter(day => !whole.includes(new Date(Date.parse(`${day}Z`) - 86_400_000).toISOString().slice(0, 16))),
    );
  });

  it('of whole days is days, in summer and winter', () => {
    expect(timesOf('DTSTART;VALUE=DATE:20260327', 'DTEND;VALUE=DATE:20260328', 'RRULE:FREQ=WEEKLY;COUNT=2')).toEqual([
      '2026-03-27T00:00 2026-03-28T00:00',
      '2026-04-02T23:00 2026-04-03T23:00',
    ]);
  });
});

describe('several', () => {
  it('that touch or overlap are one, whatever their order and their calendar', () => {
    const at = (from: string, until: string) => entry(`DTSTART:20260310T${from}00Z`, `DTEND:20260310T${until}00Z`);
    const text = calendar(...at('1200', '1300'), ...at('0900', '1000')) + calendar(...at('1000', '1100'), ...at('1030', '1045'));
    expect(told(expandCalendar(text, span))).toEqual(['2026-03-10T09:00 2026-03-10T11:00', '2026-03-10T12:00 2026-03-10T13:00']);
  });

  it('hold no words', () => {
    expect(JSON.stringify(expandCalendar(calendar(...entry('DTSTART:20260310T090000Z', 'DURATION:PT1H', 'LOCATION:Here')), span))).toMatch(
      /^\{"times":\[\[\d+,\d+\]\],"leftOut":0\}$/,
    );
  });
});

describe('what nobody can follow', () => {
  it.each(['', 'hello', 'BEGIN:VCALENDAR', 'BEGIN:VCARD\r\nFN:X\r\nEND:VCARD', '<html></html>', '\0\0\0', 'END:VCALENDAR', 'BEGIN:VEVENT\r\nEND:VEVENT'])(
    'is refused: %j',
    text => {
      expect(expandCalendar(text, span)).toEqual({ refused: 'not-a-calendar' });
    },
  );

  it.each([
    ['every second', ['DTSTART:20260310T090000Z', 'DURATION:PT1S', 'RRULE:FREQ=SECONDLY']],
    ['every hour', ['DTSTART:20260310T090000Z', 'DURATION:PT1S', 'RRULE:FREQ=HOURLY;COUNT=1000000000']],
    ['without a beginning', ['SUMMARY:x']],
    ['on a date that is none', ['DTSTART:tomorrow']],
    ['by a rule that is none', ['DTSTART:20260310T090000Z', 'DURATION:PT1H', 'RRULE:FREQ=SOMETIMES']],
  ])('is left out of the rest, and counted: %s', (_, lines) => {
    const read = expandCalendar(
      calendar(...entry(...lines), ...entry('DTSTART:20260311T090000Z', 'DURATION:PT1H').map(line => line.replace('UID:one', 'UID:two'))),
      span,
    );
    if ('refused' in read) expect(read.refused).toBe('not-a-calendar');
    else expect([told(read), read.leftOut]).toEqual([['2026-03-11T09:00 2026-03-11T10:00'], 1]);
  });

  it('is refused where it would fill more than anybody’s days', () => {
    const many = Array.from({ length: 12_000 }, (_, index) => {
      const at = new Date(span.from + index * 3_600_000).toISOString().replace(/[-:]|\.\d+/g, '');
      return [`BEGIN:VEVENT`, `UID:${index}`, `DTSTART:${at}`, 'DURATION:PT1M', 'END:VEVENT'];
    });
    expect(expandCalendar(calendar(...many.flat()), span)).toEqual({ refused: 'too-many' });
  });

  const hostile: [string, string][] = [
    ['a thousand million times', calendar(...entry('DTSTART:19000101T090000Z', 'DURATION:PT1S', 'RRULE:FREQ=DAILY;COUNT=1000000000'))],
    [
      'a thousand rules from the year 1',
      calendar(...Array.from({ length: 1000 }, () => entry('DTSTART:00010101T000000Z', 'DURATION:PT1S', 'RRULE:FREQ=DAILY')).flat()),
    ],
    ['a day that never comes', calendar(...entry('DTSTART:20260310T090000Z', 'DURATION:PT1H', 'RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30'))],
    ['the same, daily', calendar(...entry('DTSTART:20260310T090000Z', 'DURATION:PT1H', 'RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30'))],
    [
      'ten thousand changes of one entry',
      calendar(...Array.from({ length: 10_000 }, (_, index) => entry(`RECURRENCE-ID:2026${String(1000 + (index % 28) + 1).slice(0, 4)}T090000Z`)).flat()),
    ],
    [
      'as many entries as a megabyte holds',
      calendar(...Array.from({ length: 18_000 }, () => ['BEGIN:VEVENT', 'DTSTART:20260310T090000Z', 'END:VEVENT']).flat()),
    ],
    ['parts within parts', 'BEGIN:VCALENDAR\r\n' + 'BEGIN:VEVENT\r\n'.repeat(70_000)],
    ['one line of a megabyte', calendar(`X-A:${'x'.repeat(1_000_000)}`)],
    [
      'a zone that changes every second',
      calendar(
        'BEGIN:VTIMEZONE',
        'TZID:Odd',
        'BEGIN:STANDARD',
        'DTSTART:19700101T000000',
        'TZOFFSETFROM:+0100',
        'TZOFFSETTO:+0000',
        'RRULE:FREQ=SECONDLY',
        'END:STANDARD',
        'END:VTIMEZONE',
        ...entry('DTSTART;TZID=Odd:20260310T090000', 'DURATION:PT1H'),
      ),
    ],
  ];
  it.each(hostile)('ends in time, and holds nobody up: %s', async (_, text) => {
    let beats = 0;
    const beat = setInterval(() => (beats += 1), 20);
    const started = performance.now();
    const read = await readCalendar(owner, Buffer.from(text), span);
    clearInterval(beat);
    const took = performance.now() - started;
    expect(took).toBeLessThan(20_000);
    // The loop went on meanwhile.
    expect(beats).toBeGreaterThan(Math.min(3, took / 100));
    expect('unreadable' in read || read.times.length <= 10_000).toBe(true);
  });

  it('and an ordinary calendar is read all the same', async () => {
    const read = await readCalendar(owner, Buffer.from(calendar(...entry('DTSTART:20260310T090000Z', 'DURATION:PT1H'))), span);
    expect(read).toEqual({ times: [[Date.parse('2026-03-10T09:00:00Z'), Date.parse('2026-03-10T10:00:00Z')]], leftOut: 0 });
  });

  it('and somebody who sends many at once keeps others waiting for one of them alone', async () => {
    const small = Buffer.from(calendar(...entry('DTSTART:20260310T090000Z', 'DURATION:PT1H')));
    const done: string[] = [];
    const send = (name: string, from: AccountId) => readCalendar(from, small, span).then(() => done.push(name));
    await Promise.all([...Array.from({ length: 4 }, (_, index) => send(`many ${index}`, owner)), send('one', randomUUID() as AccountId)]);
    expect(done.indexOf('one')).toBe(1);
    expect(done).toHaveLength(5);
  });
});
