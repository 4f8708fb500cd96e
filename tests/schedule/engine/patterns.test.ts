import { describe, expect, test } from 'vitest';
import {
  addDays,
  handoversIn14Days,
  handoversOf,
  instantOf,
  nightHolders,
  nightsOfRuns,
  overnights,
  patternTitle,
  refusedAlias,
  refusedNights,
  rulePatterns,
  standardNamed,
  standardPattern,
  standardPatterns,
  timeline,
} from '../../../src/schedule/engine/index.ts';
import { Pattern, standardNames } from '../../../src/schedule/terms.ts';
import { amara, calendarOf, daniel, letter, nightsOf } from './calendars.ts';

const a = (count: number): string => 'A'.repeat(count);
const b = (count: number): string => 'B'.repeat(count);

/** The glossary's table as it is printed: name, vector, share by nights, exchanges in 14 days. */
const glossary = [
  ['alternating-weeks', 'AAAAAAA BBBBBBB', '50/50', 2],
  ['two-weeks-each', `${a(14)} ${b(14)}`, '50/50', 1],
  ['2-2-3', 'AABBAAA BBAABBB', '50/50', 6],
  ['2-2-5-5', 'AABBAAA AABBBBB', '50/50', 4],
  ['3-4-4-3', 'AAABBBB AAAABBB', '50/50', 4],
  ['alternating-every-2-days', 'AABB', '50/50', 7],
  ['4-3', 'AAAABBB', '57/43', 4],
  ['every-extended-weekend', 'AAAABBB', '57/43', 4],
  ['every-weekend', 'AAAABBA', '71/29', 4],
  ['5-2', 'AAAAABB', '71/29', 4],
  ['every-3rd-week', `${a(14)} ${b(7)}`, '67/33', 1.3],
  ['every-3rd-day', 'AAB', '67/33', 9.3],
  ['alternating-weekends', 'AAAABBA AAAAAAA', '86/14', 2],
  ['alternating-extended-weekends', 'AAAABBB AAAAAAA', '79/21', 2],
  ['alternating-weekends-midweek-overnight', 'AABABBA AABAAAA', '71/29', 6],
  ['every-3rd-weekend', `AAAABBA ${a(14)}`, '90/10', 1.3],
] as const;

describe('the glossary', () => {
  test('has every standard name, in its order', () => {
    expect(glossary.map(([name]) => name)).toEqual([...standardNames]);
    expect(standardPatterns.map(({ name }) => name)).toEqual([...standardNames]);
  });

  test.each(glossary)('%s is %s, %s by nights, with %s handovers in 14 days', (name, vector, share, exchanges) => {
    const pattern = standardPattern(name);
    expect(pattern.nights).toBe(vector.replaceAll(' ', ''));
    expect(pattern.cycleLength).toBe(pattern.nights.length);
    expect(`${pattern.share.a}/${pattern.share.b}`).toBe(share);
    expect(pattern.handoversIn14Days).toBe(exchanges);
    expect(Pattern.parse(nightsOf(name))).toEqual(nightsOf(name));
  });

  test.each(glossary)('a calendar by %s has those nights and handovers', (name, vector, _share, exchanges) => {
    const calendar = calendarOf(nightsOf(name));
    const nights = vector.replaceAll(' ', '');
    const [from, days] = ['2026-01-05', 12 * 7 * nights.length];
    const until = addDays(from, days - 1);
    const stretches = timeline(calendar, instantOf(from, '00:00', 'Europe/London'), instantOf(addDays(until, 2), '00:00', 'Europe/London'));
    const spent = nightHolders(stretches, 'Europe/London', from, until)
      .map(night => letter(night.holder))
      .join('');
    expect(spent).toBe(nights.repeat(days / nights.length));
    const count = overnights(stretches, 'Europe/London', from, until);
    expect((count.get(amara) ?? 0) + (count.get(daniel) ?? 0)).toBe(days);
    const handovers = handoversOf(stretches).filter(({ at }) => at < instantOf(addDays(until, 1), '00:00', 'Europe/London'));
    // One change more or less at the ends of the period: a cycle is counted as followed by itself.
    expect(Math.abs(handovers.length - (exchanges * days) / 14)).toBeLessThanOrEqual(1 + days / 280);
  });

  test.each([
    ['2-5-5-2', '2-2-5-5', 'AABBBBBAAAAABB'],
    ['5-5-2-2', '2-2-5-5', 'AAAAABBBBBAABB'],
    ['5-2-2-5', '2-2-5-5', 'AAAAABBAABBBBB'],
    ['2255', '2-2-5-5', 'AABBAAAAABBBBB'],
    ['2 / 2 / 5 / 5', '2-2-5-5', 'AABBAAAAABBBBB'],
    ['2–2–5–5', '2-2-5-5', 'AABBAAAAABBBBB'],
    ['3-3-4-4', '3-4-4-3', 'AAABBBAAAABBBB'],
    ['4-3-3-4', '3-4-4-3', 'AAAABBBAAABBBB'],
    ['2-3-2', '2-2-3', 'AABBBAABBAAABB'],
    ['7-7', 'alternating-weeks', a(7) + b(7)],
    ['14-14', 'two-weeks-each', a(14) + b(14)],
    ['2-2', 'alternating-every-2-days', 'AABB'],
    ['3-4', '4-3', 'AAABBBB'],
    ['2-5', '5-2', 'AABBBBB'],
    ['Week on, week off', 'alternating-weeks', a(7) + b(7)],
    ['week on/week off', 'alternating-weeks', a(7) + b(7)],
    ['2 on 2 off', 'alternating-every-2-days', 'AABB'],
    ['EOW', 'alternating-weekends', 'AAAABBA' + a(7)],
    ['every other weekend', 'alternating-weekends', 'AAAABBA' + a(7)],
  ])('%s is %s', (text, name, nights) => {
    expect(standardNamed(text)).toEqual({ name, nights });
    expect(refusedAlias(text)).toBeNull();
  });

  test.each([
    ['2-5-2-5', '2-5-2-5 is not 2-2-5-5: it gives 4 nights to 10 (29/71), and 2-2-5-5 gives 7 nights to 7 (50/50). Choose 2-2-5-5, or a custom pattern.'],
    ['5-2-5-2', '5-2-5-2 is not 2-2-5-5: it gives 10 nights to 4 (71/29), and 2-2-5-5 gives 7 nights to 7 (50/50). Choose 2-2-5-5, or a custom pattern.'],
    ['2525', '2-5-2-5 is not 2-2-5-5: it gives 4 nights to 10 (29/71), and 2-2-5-5 gives 7 nights to 7 (50/50). Choose 2-2-5-5, or a custom pattern.'],
    ['3-4-3-4', '3-4-3-4 is not 3-4-4-3: it gives 6 nights to 8 (43/57), and 3-4-4-3 gives 7 nights to 7 (50/50). Choose 3-4-4-3, or a custom pattern.'],
    ['4 - 3 - 4 - 3', '4-3-4-3 is not 3-4-4-3: it gives 8 nights to 6 (57/43), and 3-4-4-3 gives 7 nights to 7 (50/50). Choose 3-4-4-3, or a custom pattern.'],
  ])('%s is refused, with the sums', (text, reason) => {
    expect(refusedAlias(text)).toBe(reason);
    expect(standardNamed(text)).toBeNull();
  });

  test.each(['', ' ', '2', '0-2-2', '2-2-x', 'anything', '1-1-1', '99-99', '2'.repeat(70), '-'])('%j is neither a name nor refused', text => {
    expect(standardNamed(text)).toBeNull();
    expect(refusedAlias(text)).toBeNull();
  });

  test('runs of nights are taken in turn, and an odd number goes on with the other parent', () => {
    expect(nightsOfRuns('3-2-2')).toBe('AAABBAABBBAABB');
    expect(nightsOfRuns('1-6')).toBe('ABBBBBB');
    expect(nightsOfRuns('60-60')).toBeNull();
  });

  test('nights under a standard name have to be its nights, begun on any day by either parent', () => {
    for (const { name, nights } of standardPatterns) {
      for (let day = 0; day < nights.length; day++) expect(refusedNights(name, nights.slice(day) + nights.slice(0, day))).toBeNull();
      expect(refusedNights(name, nights.replaceAll('A', 'x').replaceAll('B', 'A').replaceAll('x', 'B'))).toBeNull();
    }
    expect(refusedNights('2-2-5-5', 'AABBBBBAABBBBB')).toContain('4 nights to 10 (29/71)');
    expect(refusedNights('2-2-5-5', 'ABABABABABABAB')).toContain('the nights follow in another order');
    expect(refusedNights('2-2-3', 'AABBAAA')).toContain('is not 2-2-3');
    expect(refusedNights('every-3rd-day', 'ABB')).toBeNull();
    expect(refusedNights('custom', 'ABB')).toBeNull();
  });

  test('handovers are counted around the end of the cycle', () => {
    expect(handoversIn14Days('A')).toBe(0);
    expect(handoversIn14Days('AB')).toBe(14);
    expect(handoversIn14Days('ABA')).toBe(9.3);
  });
});

describe('titles', () => {
  test('are the standard names, or say which weekends', () => {
    expect(rulePatterns.map(({ title, pattern }) => [title, patternTitle(pattern)])).toEqual([
      ['1st, 3rd and 5th weekends', '1st, 3rd and 5th weekends'],
      ['Standard possession order', 'Standard possession order'],
      ['Expanded standard possession order', 'Expanded standard possession order'],
    ]);
    const weekends = (...numbers: number[]): Pattern => ({
      kind: 'month-weekends',
      weekends: numbers,
      from: { weekday: 5, time: '18:00' },
      until: { weekday: 1, time: '08:00' },
    });
    expect(patternTitle(weekends(4, 2, 2))).toBe('2nd and 4th weekends');
    expect(patternTitle(weekends(1))).toBe('1st weekend');
    expect(patternTitle(nightsOf('two-weeks-each'))).toBe('Two weeks each');
    expect(patternTitle({ kind: 'nights', name: 'custom', nights: 'AB', visits: [] })).toBe('Custom');
  });
});
