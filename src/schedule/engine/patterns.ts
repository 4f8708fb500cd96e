import type { Pattern, StandardName } from '../terms.ts';
import { standardNames } from '../terms.ts';

/** Nights by their letters, day 1 first, and how many are whose. */
export type NightCount = { a: number; b: number };
/** Whole percent that make a hundred. */
export type Share = { a: number; b: number };

export type StandardPattern = {
  name: StandardName;
  title: string;
  alsoCalled: string[];
  definition: string;
  nights: string;
  cycleLength: number;
  /** By nights. */
  share: Share;
  /** On average, to one decimal. */
  handoversIn14Days: number;
  /** Where the definition names weekdays: day 1 is a Monday. */
  startsOnMonday: boolean;
};

export const countNights = (nights: string): NightCount => {
  const a = nights.replaceAll('B', '').length;
  return { a, b: nights.length - a };
};

export function shareOf(a: number, b: number): Share {
  const whole = a + b === 0 ? 0 : Math.round((a / (a + b)) * 100);
  return { a: whole, b: a + b === 0 ? 0 : 100 - whole };
}

/** Changes of hands in a cycle that is followed by itself, on average over two weeks. */
export function handoversIn14Days(nights: string): number {
  let changes = 0;
  for (let index = 0; index < nights.length; index++) if (nights[index] !== nights[(index + 1) % nights.length]) changes++;
  return Math.round((changes / nights.length) * 140) / 10;
}

type Entry = [title: string, alsoCalled: string[], definition: string, nights: string, startsOnMonday?: true];
const week = (letter: string): string => letter.repeat(7);

const entries: Record<StandardName, Entry> = {
  'alternating-weeks': ['Alternating weeks', ['Week on, week off', '7-7'], 'One week each.', week('A') + week('B')],
  'two-weeks-each': ['Two weeks each', ['14-14'], 'Two weeks each.', 'A'.repeat(14) + 'B'.repeat(14)],
  '2-2-3': ['2-2-3', [], 'Two nights, two nights, three nights; the other way round the next week.', 'AABBAAABBAABBB', true],
  '2-2-5-5': [
    '2-2-5-5',
    ['2-5-5-2', '5-5-2-2', '5-2-2-5'],
    'Each parent keeps the same two weeknights; the weekend of three nights alternates.',
    'AABBAAAAABBBBB',
    true,
  ],
  '3-4-4-3': ['3-4-4-3', ['3-3-4-4'], 'Three nights and four nights, then four nights and three.', 'AAABBBBAAAABBB'],
  'alternating-every-2-days': [
    'Alternating every 2 days',
    ['2 on, 2 off', '2-2'],
    'Two nights each. The weekdays move on; it repeats every four weeks.',
    'AABB',
  ],
  '4-3': ['4-3', [], 'Four nights and three nights every week.', 'AAAABBB'],
  'every-extended-weekend': ['Every extended weekend', [], 'Weeknights with one parent, Friday to Monday with the other, every week.', 'AAAABBB', true],
  'every-weekend': ['Every weekend', [], 'Friday to Sunday with the other parent, every week.', 'AAAABBA', true],
  '5-2': ['5-2', [], 'Five nights and two nights, on the same days every week.', 'AAAAABB'],
  'every-3rd-week': ['Every 3rd week', [], 'Two weeks with one parent, one week with the other.', week('A') + week('A') + week('B')],
  'every-3rd-day': ['Every 3rd day', [], 'Two nights with one parent, one night with the other.', 'AAB'],
  'alternating-weekends': [
    'Alternating weekends',
    ['Every other weekend', 'EOW'],
    'Friday to Sunday with the other parent, every second week.',
    'AAAABBA' + week('A'),
    true,
  ],
  'alternating-extended-weekends': [
    'Alternating extended weekends',
    ['Every other extended weekend'],
    'Friday to Monday with the other parent, every second week.',
    'AAAABBB' + week('A'),
    true,
  ],
  'alternating-weekends-midweek-overnight': [
    'Alternating weekends and a midweek overnight',
    ['Every other weekend and a midweek overnight'],
    'Friday to Sunday with the other parent every second week, and the same weeknight every week.',
    'AABABBAAABAAAA',
    true,
  ],
  'every-3rd-weekend': ['Every 3rd weekend', [], 'Friday to Sunday with the other parent, every third week.', 'AAAABBA' + week('A') + week('A'), true],
};

/** In the glossary's order. */
export const standardPatterns: StandardPattern[] = standardNames.map(name => {
  const [title, alsoCalled, definition, nights, startsOnMonday = false] = entries[name];
  const { a, b } = countNights(nights);
  return {
    name,
    title,
    alsoCalled,
    definition,
    nights,
    cycleLength: nights.length,
    share: shareOf(a, b),
    handoversIn14Days: handoversIn14Days(nights),
    startsOnMonday,
  };
});

const byName = new Map(standardPatterns.map(pattern => [pattern.name, pattern]));
export const standardPattern = (name: StandardName): StandardPattern => byName.get(name)!;

/** Patterns that follow the month, not a cycle of nights. */
export const rulePatterns: { title: string; alsoCalled: string[]; definition: string; pattern: Pattern }[] = [
  {
    title: '1st, 3rd and 5th weekends',
    alsoCalled: [],
    definition: 'Weekends of the month, counted by their Friday. A 5th weekend can be followed at once by a 1st.',
    pattern: { kind: 'month-weekends', weekends: [1, 3, 5], from: { weekday: 5, time: '18:00' }, until: { weekday: 7, time: '18:00' } },
  },
  {
    title: 'Standard possession order',
    alsoCalled: ['SPO', 'Texas'],
    definition: '1st, 3rd and 5th weekends from Friday 18:00 to Sunday 18:00, Thursdays in term from 18:00 to 20:00, and July.',
    pattern: { kind: 'possession-order', expanded: false },
  },
  {
    title: 'Expanded standard possession order',
    alsoCalled: ['ESPO', 'Texas'],
    definition: '1st, 3rd and 5th weekends from the end of school on Thursday until school on Monday, other Thursdays in term overnight, and July.',
    pattern: { kind: 'possession-order', expanded: true },
  },
];

/** What a pattern is called on screens. */
export function patternTitle(pattern: Pattern): string {
  if (pattern.kind === 'nights') return pattern.name === 'custom' ? 'Custom' : standardPattern(pattern.name).title;
  if (pattern.kind === 'possession-order') return rulePatterns[pattern.expanded ? 2 : 1]!.title;
  const numbers = [...new Set(pattern.weekends)].sort((a, b) => a - b).map(number => ordinals[number - 1]!);
  const last = numbers.pop()!;
  return `${numbers.length > 0 ? `${numbers.join(', ')} and ` : ''}${last} ${numbers.length > 0 ? 'weekends' : 'weekend'}`;
}
const ordinals = ['1st', '2nd', '3rd', '4th', '5th'];
