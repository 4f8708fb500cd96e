import { describe, expect, test } from 'vitest';
import type { ChildCalendar } from '../../../src/schedule/engine/index.ts';
import { addDays, instantOf, segmentsOfDay, timeline } from '../../../src/schedule/engine/index.ts';
import { agreed, at, busyCalendar, calendarOf, customNights, daniel, amara, letter, nightsOf, yearOfDays } from './calendars.ts';

const zoneTimeline = (calendar: ChildCalendar, from: string, until: string) =>
  timeline(calendar, instantOf(from, '00:00', calendar.zone), instantOf(until, '00:00', calendar.zone));

/** "A 0-62.5 goes on", with the clock of its beginning. */
const drawn = (calendar: ChildCalendar, day: string): string[] =>
  segmentsOfDay(zoneTimeline(calendar, addDays(day, -10), addDays(day, 10)), day, calendar.zone).map(
    ({ holder, start, end, startsHere, endsHere, clock }) =>
      `${letter(holder)} ${Number(start.toFixed(2))}-${Number(end.toFixed(2))}${startsHere ? ` starts ${clock}` : ''}${endsHere ? ' ends' : ''}`,
  );

describe('the ribbon of a day', () => {
  test('goes on through a day, and parts where hands change', () => {
    const calendar = calendarOf(nightsOf('2-2-5-5'));
    expect(drawn(calendar, '2026-01-06')).toEqual(['A 0-100']);
    expect(drawn(calendar, '2026-01-07')).toEqual(['A 0-41.67 ends', 'B 41.67-100 starts 10:00']);
  });

  test('a visit begins and ends within the day', () => {
    const calendar = calendarOf(customNights('B'), { changes: [agreed('2026-03-15 10:00', '2026-03-15 18:00', amara)] });
    expect(drawn(calendar, '2026-03-15')).toEqual(['B 0-41.67 ends', 'A 41.67-75 starts 10:00 ends', 'B 75-100 starts 18:00']);
  });

  test('is one piece where only what decides it changes', () => {
    const calendar = calendarOf(customNights('A'), { changes: [agreed('2026-03-15 10:00', '2026-03-15 18:00', amara)] });
    expect(drawn(calendar, '2026-03-15')).toEqual(['A 0-100']);
    expect(segmentsOfDay(zoneTimeline(calendar, '2026-03-10', '2026-03-20'), '2026-03-15', calendar.zone)).toHaveLength(1);
  });

  test('what changes at midnight ends with one day and starts with the next', () => {
    const calendar = calendarOf(customNights('A'), { changes: [agreed('2026-03-15 00:00', '2026-03-16 00:00', daniel)] });
    expect(drawn(calendar, '2026-03-14')).toEqual(['A 0-100 ends']);
    expect(drawn(calendar, '2026-03-15')).toEqual(['B 0-100 starts 00:00 ends']);
    expect(drawn(calendar, '2026-03-16')).toEqual(['A 0-100 starts 00:00']);
  });

  test('days are as long as they are when the clocks change', () => {
    const change = (day: string, zone: string) =>
      calendarOf(customNights('A'), { zone, changes: [agreed(`${day} 12:00`, `${day} 18:00`, daniel, {}, zone)] }, '2010-01-01');
    expect(drawn(change('2026-03-29', 'Europe/London'), '2026-03-29')).toEqual([
      'A 0-47.83 ends',
      'B 47.83-73.91 starts 12:00 ends',
      'A 73.91-100 starts 18:00',
    ]);
    expect(drawn(change('2026-10-25', 'Europe/London'), '2026-10-25')[0]).toBe('A 0-52 ends');
    expect(drawn(change('2018-11-04', 'America/Sao_Paulo'), '2018-11-04')[0]).toBe('A 0-47.83 ends');
    expect(drawn(change('2011-12-31', 'Pacific/Apia'), '2011-12-31')[0]).toBe('A 0-50 ends');
  });

  test('a day that the zone left out has none, and its neighbours join', () => {
    const calendar = calendarOf(customNights('A'), { zone: 'Pacific/Apia' }, '2010-01-01');
    expect(drawn(calendar, '2011-12-29')).toEqual(['A 0-100']);
    expect(drawn(calendar, '2011-12-30')).toEqual([]);
    expect(drawn(calendar, '2011-12-31')).toEqual(['A 0-100']);
  });

  test('the edges of what is known are no beginnings or ends', () => {
    const stretches = zoneTimeline(calendarOf(customNights('A')), '2026-03-15', '2026-03-16');
    expect(segmentsOfDay(stretches, '2026-03-15', 'Europe/London')).toEqual([
      expect.objectContaining({
        start: 0,
        end: 100,
        startsHere: false,
        endsHere: false,
        clock: null,
        from: at('2026-03-15 00:00'),
        until: at('2026-03-16 00:00'),
      }),
    ]);
    expect(segmentsOfDay(stretches, '2026-03-16', 'Europe/London')).toEqual([]);
    expect(segmentsOfDay([], '2026-03-16', 'Europe/London')).toEqual([]);
  });

  test('nothing agreed is a piece too', () => {
    expect(drawn(calendarOf(customNights('B'), {}, '2026-03-16'), '2026-03-16')).toEqual(['- 0-41.67 ends', 'B 41.67-100 starts 10:00']);
  });
});

test('a busy year has every day, night and hour of it', () => {
  const year = yearOfDays(busyCalendar(2022), 2024);
  expect(year).toMatchObject({ nights: 366, hours: 8784 });
  // None of its handovers is at midnight, so each parts a day.
  expect(year.segments).toBe(366 + year.handovers);
});
