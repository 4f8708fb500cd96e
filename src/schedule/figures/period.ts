import { daysBetween, addDays } from '../engine/index.ts';

/** Days, both included. */
export type Period = { from: string; until: string };

export const presets = ['this-month', 'last-month', 'this-year', 'last-12-months'] as const;
export type Preset = (typeof presets)[number];
export const presetWords: Record<Preset, string> = {
  'this-month': 'This month',
  'last-month': 'Last month',
  'this-year': 'This year',
  'last-12-months': 'The last 12 months',
};

/** Longer than anybody compares, and short enough to be worked out while somebody waits. */
export const mostYears = 5;
const mostDays = mostYears * 366;

const lastOfMonth = (month: string): string => addDays(`${addDays(`${month}-01`, 31).slice(0, 7)}-01`, -1);

export function presetPeriod(preset: Preset, today: string): Period {
  const month = today.slice(0, 7);
  const year = today.slice(0, 4);
  switch (preset) {
    case 'this-month':
      return { from: `${month}-01`, until: lastOfMonth(month) };
    case 'last-month': {
      const last = addDays(`${month}-01`, -1);
      return { from: `${last.slice(0, 7)}-01`, until: last };
    }
    case 'this-year':
      return { from: `${year}-01-01`, until: `${year}-12-31` };
    case 'last-12-months': {
      const yearAgo = Temporal.PlainDate.from(today).subtract({ years: 1 }).add({ days: 1 });
      return { from: yearAgo.toString(), until: today };
    }
  }
}

/** What is wrong with a period, in words; null where it can be counted. */
export function periodProblem({ from, until }: Period): { field: 'from' | 'until'; message: string } | null {
  if (until < from) return { field: 'until', message: 'The last day is before the first' };
  if (daysBetween(from, until) + 1 > mostDays) return { field: 'until', message: `Choose at most ${mostYears} years at a time` };
  return null;
}
