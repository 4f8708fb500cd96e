import type { StandardName } from '../terms.ts';
import type { StandardPattern } from './patterns.ts';
import { countNights, shareOf, standardPattern, standardPatterns } from './patterns.ts';

/**
 * "2-5-5-2" as nights: runs of nights, taken in turn. An odd number of runs goes on with the other parent, so "2-2-3" is two weeks.
 * Null where the text is not runs of nights.
 */
export function nightsOfRuns(text: string): string | null {
  const runs = runsOf(text);
  if (!runs) return null;
  const whole = runs.length % 2 === 0 ? runs : [...runs, ...runs];
  const nights = whole.map((run, index) => (index % 2 === 0 ? 'A' : 'B').repeat(run)).join('');
  return nights.length <= longestCycle ? nights : null;
}

const longestCycle = 84;

function runsOf(text: string): number[] | null {
  const trimmed = text.trim();
  if (trimmed.length > 60) return null;
  const runs = /^\d{4,}$/.test(trimmed) ? [...trimmed] : /^\d+(?:\s*[-–—/,\s]\s*\d+)+$/.test(trimmed) ? trimmed.split(/\D+/) : null;
  const numbers = runs?.map(Number) ?? [];
  return numbers.length > 1 && numbers.every(number => number >= 1 && number <= longestCycle) ? numbers : null;
}

const otherLetters = (nights: string): string => nights.replaceAll('A', 'x').replaceAll('B', 'A').replaceAll('x', 'B');

/** Whether two cycles are one, begun on another day or by the other parent. */
export function isRotation(nights: string, of: string): boolean {
  return nights.length === of.length && ((of + of).includes(nights) || (of + of).includes(otherLetters(nights)));
}

const plain = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, ' ')
    .trim();

const names = new Map<string, StandardName>(
  standardPatterns.flatMap(({ name, title, alsoCalled }) => [name, title, ...alsoCalled].map(called => [plain(called), name] as const)),
);

/** The standard pattern that somebody means, with the nights as they said them; null where it is none. */
export function standardNamed(text: string): { name: StandardName; nights: string } | null {
  const named = names.get(plain(text));
  const nights = nightsOfRuns(text);
  if (!nights) return named ? { name: named, nights: standardPattern(named).nights } : null;
  if (named && isRotation(nights, standardPattern(named).nights)) return { name: named, nights };
  const found = standardPatterns.find(pattern => meantRuns(pattern, runsOf(text)!) && isRotation(nights, pattern.nights));
  return found ? { name: found.name, nights } : null;
}

const sorted = (runs: number[]): string => runs.toSorted((a, b) => a - b).join();
const meantRuns = (pattern: StandardPattern, runs: number[]): boolean => {
  const own = runsOf(pattern.title);
  return own !== null && sorted(own) === sorted(runs);
};

/**
 * Why a name is no other name of a standard pattern although it is made of the same numbers: "2-5-2-5" has the numbers of 2-2-5-5, but
 * gives 4 nights and 10. Null where there is nothing to refuse.
 */
export function refusedAlias(text: string): string | null {
  const runs = runsOf(text);
  const nights = nightsOfRuns(text);
  if (!runs || !nights) return null;
  const meant = standardPatterns.filter(pattern => meantRuns(pattern, runs));
  if (meant.length === 0 || meant.some(pattern => isRotation(nights, pattern.nights))) return null;
  return difference(runs.join('-'), nights, meant[0]!);
}

/** Why nights that are given as a standard pattern are not that pattern; null where they are, begun on any day by either parent. */
export function refusedNights(name: StandardName | 'custom', nights: string): string | null {
  if (name === 'custom') return null;
  const standard = standardPattern(name);
  return isRotation(nights, standard.nights) ? null : difference(nights, nights, standard);
}

function difference(what: string, nights: string, meant: StandardPattern): string {
  const here = countNights(nights);
  const there = countNights(meant.nights);
  const shares = ({ a, b }: { a: number; b: number }): string => {
    const share = shareOf(a, b);
    return `${a} ${a === 1 ? 'night' : 'nights'} to ${b} (${share.a}/${share.b})`;
  };
  const same = here.a + here.b === there.a + there.b && Math.min(here.a, here.b) === Math.min(there.a, there.b);
  const reason = same ? 'the nights follow in another order' : `it gives ${shares(here)}, and ${meant.title} gives ${shares(there)}`;
  return `${what} is not ${meant.title}: ${reason}. Choose ${meant.title}, or a custom pattern.`;
}
