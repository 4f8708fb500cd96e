import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AgreedTime, ChildCalendar, Stretch } from '../../../src/schedule/engine/index.ts';
import {
  addDays,
  agree,
  clockOf,
  dayOf,
  handoversOf,
  hours,
  instantOf,
  layersOn,
  nightHolders,
  overnights,
  segmentsOfDay,
  timeline,
} from '../../../src/schedule/engine/index.ts';
import type { Holder } from '../../../src/schedule/terms.ts';
import { calendar, clock, day, span, spanIn } from './any-calendar.ts';

const start = (of: ChildCalendar): number => instantOf('2026-01-01', '00:00', of.zone);
const end = (of: ChildCalendar): number => instantOf('2027-01-01', '00:00', of.zone);
const yearOf = (of: ChildCalendar): Stretch[] => timeline(of, start(of), end(of));
/** Who has the child, whatever decides it: neighbours of one holder joined. */
const holders = (stretches: readonly Stretch[]): [number, Holder | null][] =>
  stretches.filter((stretch, index) => index === 0 || stretches[index - 1]!.holder !== stretch.holder).map(({ from, holder }) => [from, holder]);
const sum = (counts: Map<unknown, number>): number => [...counts.values()].reduce((total, count) => total + count, 0);
/** As a timeline joins what it lays side by side. */
const joined = (stretches: readonly Stretch[]): Stretch[] => {
  const whole: Stretch[] = [];
  for (const stretch of stretches) {
    const last = whole.at(-1);
    if (last && last.holder === stretch.holder && last.layer === stretch.layer && last.label === stretch.label && last.requestId === stretch.requestId)
      last.until = stretch.until;
    else whole.push({ ...stretch });
  }
  return whole;
};

describe('any calendar', () => {
  test('gives every instant of a year to exactly one parent or a third party', () => {
    fc.assert(
      fc.property(calendar, fc.array(fc.nat(365 * 1440), { minLength: 5, maxLength: 20 }), (of, minutes) => {
        const stretches = yearOf(of);
        expect(stretches[0]!.from).toBe(start(of));
        expect(stretches.at(-1)!.until).toBe(end(of));
        stretches.forEach((stretch, index) => {
          if (stretch.from >= stretch.until || stretch.holder === null || stretch.layer === null) expect.fail(JSON.stringify(stretch));
          if (index > 0 && stretches[index - 1]!.until !== stretch.from) expect.fail('a gap or an overlap');
        });
        expect(joined(stretches)).toEqual(stretches);
        for (const minute of minutes) {
          const instant = Math.min(start(of) + minute * 60_000, end(of) - 1);
          const [only, ...others] = stretches.filter(({ from, until }) => from <= instant && instant < until);
          expect(others).toEqual([]);
          expect(timeline(of, instant, instant + 1)[0]!.holder).toBe(only!.holder);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('is the same whole and in parts', () => {
    fc.assert(
      fc.property(calendar, fc.array(fc.nat(365 * 1440), { minLength: 1, maxLength: 12 }), (of, minutes) => {
        const cuts = [...new Set([start(of), ...minutes.map(minute => Math.min(start(of) + minute * 60_000, end(of))), end(of)])].sort((a, b) => a - b);
        const parts = cuts.slice(1).flatMap((until, index) => timeline(of, cuts[index]!, until));
        expect(joined(parts)).toEqual(yearOf(of));
      }),
      { numRuns: 60 },
    );
  });

  test('has as many nights as days, and as many hours as pass', () => {
    fc.assert(
      fc.property(calendar, day, fc.nat(60), (of, from, length) => {
        const until = addDays(from, length);
        const stretches = timeline(of, instantOf(from, '00:00', of.zone), instantOf(addDays(until, 2), '00:00', of.zone));
        const nights = overnights(stretches, of.zone, from, until);
        expect(sum(nights)).toBe(length + 1);
        expect(nights.has(null)).toBe(false);
        const passed = (instantOf(addDays(until, 1), '00:00', of.zone) - instantOf(from, '00:00', of.zone)) / 3_600_000;
        expect(sum(hours(stretches, of.zone, from, until))).toBeCloseTo(passed, 6);
        for (const { day: evening, holder } of nightHolders(stretches, of.zone, from, until)) {
          const at = Temporal.PlainDateTime.from(`${addDays(evening, 1)}T04:00`).toZonedDateTime(of.zone).epochMilliseconds;
          expect(timeline(of, at, at + 1)[0]!.holder).toBe(holder);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('is told by its layers: the first that covers an instant decides it', () => {
    fc.assert(
      fc.property(calendar, day, fc.nat(1439), (of, on, minute) => {
        const instant = instantOf(on, '00:00', of.zone) + minute * 60_000;
        if (dayOf(instant, of.zone) !== on) return;
        const deciding = layersOn(of, on).find(({ from, until }) => from <= instant && instant < until)!;
        const { holder, layer, label, requestId } = timeline(of, instant, instant + 1)[0]!;
        expect({ holder, layer, label, requestId }).toEqual({
          holder: deciding.holder,
          layer: deciding.layer,
          label: deciding.label,
          requestId: deciding.requestId,
        });
      }),
      { numRuns: 120 },
    );
  });

  test('is altered by a change within the change only, and a change and its inverse restore it', () => {
    fc.assert(
      fc.property(calendar, span, (of, one) => {
        const change = spanIn(of.zone, one, 'new');
        const changed = { ...of, changes: agree(of.changes, change) };
        const pieces = (calendar: ChildCalendar, from: number, until: number) => holders(timeline(calendar, from, until));
        expect(pieces(changed, change.from, change.until)).toEqual([[change.from, change.holder]]);
        expect(timeline(changed, start(of) - 40 * 86_400_000, change.from)).toEqual(timeline(of, start(of) - 40 * 86_400_000, change.from));
        // From the end on too, but for the place of a handover that lies exactly there.
        const after = (calendar: ChildCalendar) => timeline(calendar, change.until, end(of) + 400 * 86_400_000).map(stretch => ({ ...stretch, place: null }));
        expect(after(changed)).toEqual(after(of));
        const inverse = timeline(of, change.from, change.until).map((was): AgreedTime => ({
          ...change,
          from: was.from,
          until: was.until,
          holder: was.holder!,
          requestId: 'back',
        }));
        const restored = { ...changed, changes: inverse.reduce((agreed, back) => agree(agreed, back), changed.changes) };
        expect(holders(yearOf(restored))).toEqual(holders(yearOf(of)));
      }),
      { numRuns: 60 },
    );
  });

  test('a swap of two weekends and the swap back restore it', () => {
    fc.assert(
      fc.property(calendar, day, fc.integer({ min: 3, max: 40 }), clock, fc.integer({ min: 1, max: 60 }), (of, first, apart, from, hoursLong) => {
        const times = [first, addDays(first, apart)].map(on => ({
          from: instantOf(on, from, of.zone),
          until: instantOf(on, from, of.zone) + hoursLong * 3_600_000,
        }));
        const was = times.map(time => timeline(of, time.from, time.until));
        // A swap is of time that the one has for time that the other has.
        if (was.some(stretches => new Set(stretches.map(({ holder }) => holder)).size > 1)) return;
        const [own, other] = was.map(stretches => stretches[0]!.holder!);
        const swap = (calendar: ChildCalendar, ...whose: Holder[]): ChildCalendar => ({
          ...calendar,
          changes: times.reduce(
            (agreed, time, index) => agree(agreed, { ...time, holder: whose[index]!, label: '', place: null, requestId: `${index}` }),
            calendar.changes,
          ),
        });
        const swapped = swap(of, other!, own!);
        times.forEach((time, index) => expect(timeline(swapped, time.from, time.until).map(({ holder }) => holder)).toEqual([[other, own][index]]));
        expect(holders(yearOf(swap(swapped, own!, other!)))).toEqual(holders(yearOf(of)));
      }),
      { numRuns: 120 },
    );
  });

  test('is altered by vacations, holidays and breaks within their own time only', () => {
    fc.assert(
      fc.property(calendar, of => {
        const layers = ['changes', 'holidays', 'vacations', 'breaks'] as const;
        let above = of;
        for (const layer of layers) {
          const without = { ...above, [layer]: [] };
          const name = layer === 'changes' ? 'change' : layer === 'holidays' ? 'holiday' : layer === 'vacations' ? 'vacation' : 'break';
          for (const stretch of yearOf(above)) {
            if (stretch.layer === name) continue;
            const bare = (calendar: ChildCalendar) => timeline(calendar, stretch.from, stretch.until).map(rest => ({ ...rest, place: null }));
            expect(bare(without)).toEqual(bare(above));
          }
          above = without;
        }
      }),
      { numRuns: 40 },
    );
  });

  test('draws every day in full, and hands change where the pieces meet', () => {
    fc.assert(
      fc.property(calendar, day, (of, on) => {
        const stretches = timeline(of, instantOf(addDays(on, -3), '00:00', of.zone), instantOf(addDays(on, 4), '00:00', of.zone));
        const segments = segmentsOfDay(stretches, on, of.zone);
        expect(segments[0]!.start).toBe(0);
        expect(segments.at(-1)!.end).toBe(100);
        const inDay = handoversOf(stretches).filter(({ at }) => dayOf(at, of.zone) === on);
        expect(segments.filter(({ startsHere }) => startsHere).map(({ from, clock }) => [from, clock])).toEqual(
          inDay.map(({ at }) => [at, clockOf(at, of.zone)]),
        );
        segments.forEach((segment, index) => {
          if (index > 0) expect([segments[index - 1]!.end, segments[index - 1]!.endsHere]).toEqual([segment.start, true]);
        });
      }),
      { numRuns: 120 },
    );
  });
});
