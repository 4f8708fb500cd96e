import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addDays, dayOf, daysBetween, instantOf, timeline } from '../../../src/schedule/engine/index.ts';
import { clock, cycle, day, zone } from './any-calendar.ts';
import { calendarOf, customNights, holderAt, kerbside, regularTerms } from './calendars.ts';

describe('a pattern of nights', () => {
  test('repeats by its cycle, by the family’s clocks', () => {
    fc.assert(
      fc.property(cycle, clock, zone, day, fc.integer({ min: 0, max: 12 }), (nights, time, where, from, times) => {
        const at = regularTerms(customNights(nights), '2025-06-01', { onOtherDays: { time, place: kerbside } });
        const of = calendarOf(null, { zone: where, regular: [{ from: '2024-01-01', until: null, terms: at, requestId: 'regular' }] });
        const localHandovers = (first: string) => {
          const stretches = timeline(of, instantOf(first, '00:00', where), instantOf(addDays(first, nights.length), '00:00', where));
          return stretches.map(stretch => [daysBetween(first, dayOf(stretch.from, where)), stretch.holder]);
        };
        expect(localHandovers(addDays(from, nights.length * times))).toEqual(localHandovers(from));
      }),
      { numRuns: 120 },
    );
  });

  test('gives the night of each day to its letter', () => {
    fc.assert(
      fc.property(cycle, zone, day, fc.integer({ min: 4, max: 23 }), (nights, where, on, hour) => {
        const at = regularTerms(customNights(nights), '2026-01-05', { onOtherDays: { time: `${String(hour).padStart(2, '0')}:00`, place: kerbside } });
        const of = calendarOf(null, { zone: where, regular: [{ from: '2024-01-01', until: null, terms: at, requestId: 'regular' }] });
        const index = ((daysBetween('2026-01-05', on) % nights.length) + nights.length) % nights.length;
        expect(holderAt(of, instantOf(addDays(on, 1), '03:59', where))).toBe(nights[index]);
      }),
      { numRuns: 200 },
    );
  });
});
