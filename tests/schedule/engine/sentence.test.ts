import { describe, expect, test } from 'vitest';
import type { ParentId } from '../../../src/core/ids.ts';
import type { Stretch } from '../../../src/schedule/engine/index.ts';
import { timeline, withWhom } from '../../../src/schedule/engine/index.ts';
import type { Holder } from '../../../src/schedule/terms.ts';
import { agreed, amara, at, calendarOf, customNights, daniel, nightsOf } from './calendars.ts';

const zone = 'Europe/London';
const names = new Map<ParentId, string>([
  [amara, 'Amara'],
  [daniel, 'Daniel'],
]);

/** A timeline by its changes: "2026-03-11 15:30" and who has the child from then on; the last time is the end. */
const from =
  (...changes: [string, Holder | null, string?][]) =>
  (end: string): Stretch[] =>
    changes.map(([time, holder, label = ''], index) => ({
      from: at(time),
      until: at(changes[index + 1]?.[0] ?? end),
      holder,
      layer: holder === null ? null : 'regular',
      label,
      requestId: null,
      place: null,
    }));

const say = (now: string, ...children: [string, Stretch[]][]): string =>
  withWhom(
    children.map(([name, stretches]) => ({ name, stretches })),
    amara,
    names,
    at(now),
    zone,
  );

const week = from(['2026-03-11 15:30', amara], ['2026-03-13 15:30', daniel], ['2026-03-18 15:30', amara])('2026-04-01 00:00');

describe('who the children are with', () => {
  test('one sentence for all who are with the same parent until the same time', () => {
    expect(say('2026-03-12 08:00', ['Ines', week], ['Theo', week])).toBe('Ines and Theo are with you until tomorrow at 15:30');
    expect(say('2026-03-12 08:00', ['Ines', week], ['Theo', week], ['Sam', week])).toBe('Ines, Theo and Sam are with you until tomorrow at 15:30');
    expect(say('2026-03-12 08:00', ['Ines', week])).toBe('Ines is with you until tomorrow at 15:30');
    expect(say('2026-03-14 08:00', ['Ines', week], ['Theo', week])).toBe('Ines and Theo are with Daniel until Wednesday at 15:30');
  });

  test.each([
    ['2026-03-13 00:00', 'today'],
    ['2026-03-13 15:29', 'today'],
    ['2026-03-12 23:59', 'tomorrow'],
    ['2026-03-11 15:30', 'Friday'],
  ])('at %s it is until %s', (now, day) => {
    expect(say(now, ['Ines', week])).toBe(`Ines is with you until ${day} at 15:30`);
  });

  test('a weekday within the week, a date beyond it, a year where it is another', () => {
    const later = from(['2026-12-20 10:00', daniel], ['2026-12-27 10:00', amara], ['2027-01-04 08:50', daniel])('2027-02-01 00:00');
    expect(say('2026-12-20 10:00', ['Ines', later])).toBe('Ines is with Daniel until Sun 27 December at 10:00');
    expect(say('2026-12-21 00:00', ['Ines', later])).toBe('Ines is with Daniel until Sunday at 10:00');
    expect(say('2026-12-27 10:00', ['Ines', later])).toBe('Ines is with you until Mon 4 January 2027 at 08:50');
    expect(say('2026-12-29 10:00', ['Ines', later])).toBe('Ines is with you until Monday at 08:50');
    expect(say('2027-01-04 08:49', ['Ines', later])).toBe('Ines is with you until today at 08:50');
  });

  test('different children, each in their own words', () => {
    const theo = from(['2026-03-11 15:30', daniel])('2026-04-01 00:00');
    const ines = from(['2026-03-11 15:30', amara], ['2026-03-15 18:00', daniel])('2026-04-01 00:00');
    expect(say('2026-03-12 08:00', ['Ines', ines], ['Theo', theo])).toBe('Ines is with you until Sunday at 18:00; Theo is with Daniel');
    expect(say('2026-03-12 08:00', ['Ines', ines], ['Theo', theo], ['Sam', ines])).toBe('Ines and Sam are with you until Sunday at 18:00; Theo is with Daniel');
    expect(say('2026-03-12 08:00', ['Ines', week], ['Theo', ines])).toBe('Ines is with you until tomorrow at 15:30; Theo is with you until Sunday at 18:00');
  });

  test('the minute of a change belongs to whoever has the child then', () => {
    const instant = at('2026-03-13 15:30');
    const sentence = (now: number) => withWhom([{ name: 'Ines', stretches: week }], amara, names, now, zone);
    expect(sentence(instant - 1)).toBe('Ines is with you until today at 15:30');
    expect(sentence(instant)).toBe('Ines is with Daniel until Wednesday at 15:30');
    expect(sentence(instant + 59_999)).toBe('Ines is with Daniel until Wednesday at 15:30');
  });

  test('the other parent reads the same facts', () => {
    expect(withWhom([{ name: 'Ines', stretches: week }], daniel, names, at('2026-03-12 08:00'), zone)).toBe('Ines is with Amara until tomorrow at 15:30');
    expect(withWhom([{ name: 'Ines', stretches: week }], daniel, names, at('2026-03-13 16:00'), zone)).toBe('Ines is with you until Wednesday at 15:30');
  });

  test('a parent whose name is not known', () => {
    expect(withWhom([{ name: 'Ines', stretches: week }], daniel, new Map(), at('2026-03-12 08:00'), zone)).toBe(
      'Ines is with the other parent until tomorrow at 15:30',
    );
  });

  test('somebody else has them', () => {
    const camp = from(['2026-08-03 10:00', 'third-party', 'Camp'], ['2026-08-07 16:00', amara])('2026-09-01 00:00');
    const other = from(['2026-08-03 10:00', 'third-party', 'Grandparents'], ['2026-08-07 16:00', amara])('2026-09-01 00:00');
    const unnamed = from(['2026-08-03 10:00', 'third-party'], ['2026-08-07 16:00', amara])('2026-09-01 00:00');
    expect(say('2026-08-04 10:00', ['Ines', camp], ['Theo', camp])).toBe('Ines and Theo are with neither parent (Camp) until Friday at 16:00');
    expect(say('2026-08-04 10:00', ['Ines', camp], ['Theo', other])).toBe(
      'Ines is with neither parent (Camp) until Friday at 16:00; Theo is with neither parent (Grandparents) until Friday at 16:00',
    );
    expect(say('2026-08-04 10:00', ['Ines', unnamed])).toBe('Ines is with neither parent until Friday at 16:00');
  });

  test('from one other person to the next', () => {
    const both = from(['2026-08-03 10:00', 'third-party', 'Camp'], ['2026-08-05 16:00', 'third-party', 'Grandparents'])('2026-09-01 00:00');
    expect(say('2026-08-04 10:00', ['Ines', both])).toBe('Ines is with neither parent (Camp) until tomorrow at 16:00');
  });

  test('nothing is agreed, or nothing yet', () => {
    const none = timeline(calendarOf(null), at('2026-03-01 00:00'), at('2026-04-01 00:00'));
    expect(say('2026-03-12 08:00', ['Ines', none], ['Theo', none])).toBe('Nothing is agreed yet for Ines and Theo');
    expect(say('2026-03-12 08:00', ['Ines', []])).toBe('Nothing is agreed yet for Ines');
    const soon = timeline(calendarOf(nightsOf('alternating-weeks'), {}, '2026-03-16'), at('2026-03-01 00:00'), at('2026-04-01 00:00'));
    expect(say('2026-03-12 08:00', ['Ines', soon])).toBe('Nothing is agreed for Ines until Monday at 10:00');
    expect(say('2026-03-12 08:00', ['Ines', soon], ['Theo', week])).toBe(
      'Nothing is agreed for Ines until Monday at 10:00; Theo is with you until tomorrow at 15:30',
    );
    expect(say('2026-03-12 08:00')).toBe('');
  });

  test('what decides the time may change without the words changing', () => {
    const calendar = calendarOf(customNights('A'), { changes: [agreed('2026-03-12 10:00', '2026-03-13 10:00', amara)] });
    const stretches = timeline(calendar, at('2026-03-10 00:00'), at('2026-03-20 00:00'));
    expect(stretches).toHaveLength(3);
    expect(say('2026-03-12 08:00', ['Ines', stretches])).toBe('Ines is with you');
  });

  test('names stand as they were written, also from right to left, with nothing put around them', () => {
    const hebrew = new Map<ParentId, string>([
      [amara, 'עמרה'],
      [daniel, 'דניאל'],
    ]);
    const sentence = withWhom(
      [
        { name: 'ليلى', stretches: week },
        { name: '<b>Theo</b>', stretches: week },
      ],
      amara,
      hebrew,
      at('2026-03-14 08:00'),
      zone,
    );
    expect(sentence).toBe('ليلى and <b>Theo</b> are with דניאל until Wednesday at 15:30');
    expect(sentence).not.toMatch(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/u);
  });

  test('days are the family’s, also when the clocks change', () => {
    const night = from(['2026-03-28 15:30', amara], ['2026-03-29 01:30', daniel])('2026-04-01 00:00');
    expect(say('2026-03-28 23:59', ['Ines', night])).toBe('Ines is with you until tomorrow at 02:30');
    const kathmandu = withWhom([{ name: 'Ines', stretches: week }], amara, names, at('2026-03-12 19:00'), 'Asia/Kathmandu');
    expect(kathmandu).toBe('Ines is with you until today at 21:15');
  });
});
