import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addDays, clockOf, dayOf, daysBetween, instantOf, weekdayOf } from '../../../src/schedule/engine/index.ts';

const zones = [
  'Europe/London',
  'America/New_York',
  'America/Sao_Paulo',
  'America/St_Johns',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Pacific/Chatham',
  'Africa/Cairo',
  'Africa/Casablanca',
  'America/Havana',
  'Asia/Gaza',
  'UTC',
];

/** What Temporal makes of a day and a clock. */
const oracle = (day: string, clock: string, zone: string): number => Temporal.PlainDateTime.from(`${day}T${clock}`).toZonedDateTime(zone).epochMilliseconds;

const days = fc.integer({ min: 0, max: 36_524 }).map(number => addDays('1980-01-01', number));
const clocks = fc
  .integer({ min: 0, max: 1439 })
  .map(minutes => `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`);

describe('instants', () => {
  test.each(zones)('are what Temporal says in %s', zone => {
    fc.assert(
      fc.property(days, clocks, (day, clock) => {
        const instant = instantOf(day, clock, zone);
        expect(instant).toBe(oracle(day, clock, zone));
        const moment = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone);
        expect(dayOf(instant, zone)).toBe(moment.toPlainDate().toString());
        expect(clockOf(instant, zone)).toBe(moment.toPlainTime().toString().slice(0, 5));
      }),
      { numRuns: 400 },
    );
  });

  test.each(zones)('are what Temporal says on the days around each change of the clocks in %s', zone => {
    let moment = Temporal.PlainDateTime.from('2005-01-01T00:00').toZonedDateTime(zone);
    let checked = 0;
    for (;;) {
      const next = moment.getTimeZoneTransition('next');
      if (!next || next.year > 2030) break;
      moment = next;
      for (const shift of [-1, 0, 1]) {
        const day = next.toPlainDate().add({ days: shift }).toString();
        for (let minutes = 0; minutes < 1440; minutes += 15) {
          const clock = `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
          if (instantOf(day, clock, zone) !== oracle(day, clock, zone)) expect.fail(`${day} ${clock} ${zone}`);
          checked++;
        }
      }
    }
    expect(checked > 0).toBe(!['UTC', 'Asia/Kathmandu'].includes(zone));
  });

  test.each([
    ['a clock that does not exist moves on by the gap', '2026-03-29', '01:30', 'Europe/London', '2026-03-29T01:30:00Z', '02:30'],
    ['of a clock that exists twice the first is meant', '2026-10-25', '01:30', 'Europe/London', '2026-10-25T00:30:00Z', '01:30'],
    ['half an hour is skipped on Lord Howe', '2026-10-04', '02:10', 'Australia/Lord_Howe', '2026-10-03T15:40:00Z', '02:40'],
    ['half an hour comes twice on Lord Howe', '2026-04-05', '01:45', 'Australia/Lord_Howe', '2026-04-04T14:45:00Z', '01:45'],
    ['a midnight that did not exist in São Paulo', '2018-11-04', '00:00', 'America/Sao_Paulo', '2018-11-04T03:00:00Z', '01:00'],
    ['three quarters of an hour ahead in Kathmandu', '2026-01-01', '00:00', 'Asia/Kathmandu', '2025-12-31T18:15:00Z', '00:00'],
    ['a whole day that Samoa left out', '2011-12-30', '15:30', 'Pacific/Apia', '2011-12-31T01:30:00Z', '15:30'],
    ['the day after it', '2011-12-31', '15:30', 'Pacific/Apia', '2011-12-31T01:30:00Z', '15:30'],
  ])('%s', (_title, day, clock, zone, utc, shown) => {
    expect(new Date(instantOf(day, clock, zone)).toISOString()).toBe(utc.replace('Z', '.000Z'));
    expect(clockOf(instantOf(day, clock, zone), zone)).toBe(shown);
  });

  test('before 1970 too', () => {
    expect(instantOf('1965-06-01', '12:00', 'Europe/London')).toBe(oracle('1965-06-01', '12:00', 'Europe/London'));
    expect(dayOf(-1, 'UTC')).toBe('1969-12-31');
    expect(clockOf(-1, 'UTC')).toBe('23:59');
  });
});

describe('days', () => {
  test.each([
    ['2024-02-28', 1, '2024-02-29'],
    ['2024-02-28', 2, '2024-03-01'],
    ['2026-02-28', 1, '2026-03-01'],
    ['2000-02-28', 1, '2000-02-29'],
    ['2100-02-28', 1, '2100-03-01'],
    ['2025-12-31', 1, '2026-01-01'],
    ['2026-01-01', -1, '2025-12-31'],
    ['1969-12-31', 1, '1970-01-01'],
    ['0999-12-31', 1, '1000-01-01'],
  ])('%s and %i days is %s', (day, count, result) => {
    expect(addDays(day, count)).toBe(result);
    expect(daysBetween(day, result)).toBe(count);
  });

  test('are added, counted and named as Temporal does', () => {
    fc.assert(
      fc.property(fc.integer({ min: -200_000, max: 200_000 }), fc.integer({ min: -5000, max: 5000 }), (start, count) => {
        const day = addDays('1970-01-01', start);
        const plain = Temporal.PlainDate.from('1970-01-01').add({ days: start });
        expect(day).toBe(plain.toString());
        expect(addDays(day, count)).toBe(plain.add({ days: count }).toString());
        expect(weekdayOf(day)).toBe(plain.dayOfWeek);
      }),
    );
  });
});
