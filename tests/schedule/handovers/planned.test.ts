import { describe, expect, it } from 'vitest';
import type { ChildId } from '../../../src/core/ids.ts';
import { lateness } from '../../../src/schedule/handovers/lateness.ts';
import { fromMoment, isSame, momentOf, plannedAt, plannedHandovers } from '../../../src/schedule/handovers/planned.ts';
import { MomentParams } from '../../../src/schedule/handovers/schema.ts';
import type { ChildCalendar } from '../../../src/schedule/engine/index.ts';
import { agreed, amara, at, calendarOf, centre, customNights, daniel, ines, kerbside, local, nightsOf, theo } from '../engine/calendars.ts';

const calendars = (...children: ChildCalendar[]) => new Map<ChildId, ChildCalendar>(children.map(calendar => [calendar.childId, calendar]));
const inesOf = (changed: Partial<ChildCalendar> = {}) => calendarOf(nightsOf('alternating-weeks'), changed, '2026-01-05');
const theoOf = (changed: Partial<ChildCalendar> = {}) => ({ ...inesOf(changed), childId: theo });

describe('handovers as they are planned', () => {
  it('are one for children who change hands together, and several where the time, the people or the place differ', () => {
    const same = plannedHandovers(calendars(inesOf(), theoOf()), at('2026-01-10 00:00'), at('2026-01-27 00:00'));
    expect(same.map(({ at: when, from, to, children, place }) => [local(when), from, to, children, place])).toEqual([
      ['2026-01-12 10:00', amara, daniel, [ines, theo], kerbside],
      ['2026-01-19 10:00', daniel, amara, [ines, theo], kerbside],
      ['2026-01-26 10:00', amara, daniel, [ines, theo], kerbside],
    ]);
    const elsewhere = theoOf({ changes: [agreed('2026-01-12 10:00', '2026-01-13 10:00', daniel, { place: centre })] });
    const apart = plannedHandovers(calendars(inesOf(), elsewhere), at('2026-01-12 00:00'), at('2026-01-13 00:00'));
    expect(apart.map(({ children, place }) => [children, place])).toEqual([
      [[ines], kerbside],
      [[theo], centre],
    ]);
    expect(isSame(apart[0]!, apart[1]!)).toBe(false);
    expect(isSame(apart[0]!, { ...apart[0]!, children: [ines] })).toBe(true);
    expect(isSame(same[0]!, { ...same[0]!, children: [theo, ines] })).toBe(true);
    expect(isSame(same[0]!, { ...same[0]!, children: [ines] })).toBe(false);
  });

  it('include one at the very beginning and none at the very end', () => {
    const from = at('2026-01-12 10:00');
    expect(plannedHandovers(calendars(inesOf()), from, at('2026-01-19 10:00')).map(one => local(one.at))).toEqual(['2026-01-12 10:00']);
  });

  it('go to somebody else’s care and come back from it', () => {
    const camp = inesOf({ vacations: [agreed('2026-01-14 09:00', '2026-01-16 17:00', 'third-party', { label: 'Camp' })] });
    expect(plannedHandovers(calendars(camp), at('2026-01-13 00:00'), at('2026-01-18 00:00')).map(({ from, to }) => [from, to])).toEqual([
      [daniel, 'third-party'],
      ['third-party', daniel],
    ]);
  });

  it('do not begin before anything is agreed', () => {
    expect(plannedHandovers(calendars(inesOf()), at('2026-01-01 00:00'), at('2026-01-10 00:00'))).toEqual([]);
  });
});

describe('the address of a planned handover', () => {
  it('names one minute, also in the hour that comes twice', () => {
    // On 25 October 2026 the clocks go back at 02:00 to 01:00: 01:30 comes twice.
    const first = Date.parse('2026-10-25T00:30:00Z');
    const second = Date.parse('2026-10-25T01:30:00Z');
    expect([local(first), local(second)]).toEqual(['2026-10-25 01:30', '2026-10-25 01:30']);
    expect([momentOf(first), momentOf(second)]).toEqual(['2026-10-25T00.30Z', '2026-10-25T01.30Z']);
    for (const instant of [first, second]) expect(fromMoment(momentOf(instant))).toBe(instant);
    const visit = inesOf({ changes: [agreed('2026-10-24 12:00', '2026-10-25 12:00', 'third-party')] });
    const twice: ChildCalendar = { ...visit, changes: [{ ...visit.changes[0]!, until: second }] };
    expect(plannedAt(calendars(twice), second, null)).toHaveLength(1);
    expect(plannedAt(calendars(twice), first, null)).toEqual([]);
  });

  it('finds the child that is meant', () => {
    const both = calendars(inesOf(), theoOf());
    const moment = at('2026-01-12 10:00');
    expect(plannedAt(both, moment, theo)[0]!.children).toEqual([ines, theo]);
    expect(plannedAt(both, moment, amara as unknown as ChildId)).toEqual([]);
    expect(plannedAt(both, moment + 60_000, null)).toEqual([]);
    expect(plannedAt(calendars(calendarOf(customNights('A'))), moment, null)).toEqual([]);
  });

  it.each(['2026-03-13T15.30Z', '2026-02-28T00.00Z'])('takes %s', moment => {
    expect(MomentParams.safeParse({ moment }).success).toBe(true);
  });
  it.each([
    '2026-03-13T15.30',
    '2026-03-13T15:30Z',
    '2026-13-13T15.30Z',
    '2026-03-13T25.30Z',
    '1826-03-13T15.30Z',
    '12026-03-13T15.30Z',
    '',
    'x',
    '2026-03-13T15.30Z ',
  ])('knows no page at %j', moment => {
    expect(MomentParams.safeParse({ moment }).success).toBe(false);
  });
});

describe('lateness', () => {
  it.each([
    ['15:30:00', 'on time'],
    ['15:35:59', 'on time'],
    ['15:25:00', 'on time'],
    ['15:36:00', '6 minutes after the planned time'],
    ['15:24:59', '6 minutes before the planned time'],
    ['15:52:10', '22 minutes after the planned time'],
    ['15:20:00', '10 minutes before the planned time'],
    ['16:30:00', '1 hour after the planned time'],
    ['17:31:30', '2 hours 1 minute after the planned time'],
    ['13:30:00', '2 hours before the planned time'],
  ])('marked at %s, planned for 15:30: %s', (clock, words) => {
    expect(lateness(Date.parse('2026-03-13T15:30:00Z'), Date.parse(`2026-03-13T${clock}Z`))).toBe(words);
  });
});
