import type { Sample } from './rounds.ts';

/** One line of the table: a figure measured some times, and what it should be. `atLeast` turns goal and aim round. */
export type Figure = { what: string; values: number[]; goal?: number; aim?: number; atLeast?: boolean; unit?: string };

export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = part * (sorted.length - 1);
  const below = sorted[Math.floor(at)]!;
  return below + (sorted[Math.ceil(at)]! - below) * (at - Math.floor(at));
}
export const median = (values: readonly number[]): number => quantile(values, 0.5);

const short = (value: number): string => (value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2));

function verdict({ values, goal, aim, atLeast = false }: Figure): string {
  const value = median(values);
  const reaches = (wanted: number): boolean => (atLeast ? value >= wanted : value <= wanted);
  if (goal === undefined) return '';
  if (!reaches(goal)) return 'over';
  return aim !== undefined && reaches(aim) ? 'PASS, aim too' : 'PASS';
}

/** Columns as wide as what stands in them. */
function columns(rows: readonly string[][]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map(row => row[column]!.length)));
  return rows
    .map(row =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export function figureTable(figures: readonly Figure[]): string {
  const bound = (value: number | undefined, atLeast = false): string => (value === undefined ? '' : `${atLeast ? '>=' : '<='} ${value}`);
  return columns([
    ['', 'median', '[min - max]', 'goal', 'aim', ''],
    ...figures.map(figure => {
      const { what, values, goal, aim, atLeast, unit = '' } = figure;
      return [
        what,
        `${short(median(values))}${unit}`,
        `[${short(Math.min(...values))} - ${short(Math.max(...values))}]`,
        bound(goal, atLeast),
        bound(aim, atLeast),
        verdict(figure),
      ];
    }),
  ]);
}

/** What the ratios were made from. */
export function sampleTable(samples: ReadonlyMap<string, readonly Sample[]>): string {
  const middle = (of: readonly Sample[], pick: (sample: Sample) => number): string => short(median(of.map(pick)));
  return columns([
    ['medians', 'requests/s', 'server us', 'PostgreSQL us'],
    ...[...samples].map(([name, of]) => [
      name,
      middle(of, sample => sample.perSecond),
      middle(of, sample => sample.server),
      middle(of, sample => sample.database),
    ]),
  ]);
}
