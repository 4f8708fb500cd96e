import { listed } from '../../core/text.ts';
import type { Chart, Drawing } from './views.ts';

/** One person's bars. Actual is null where nothing has passed yet. */
export type Bars = { name: string; planned: number; actual: number | null };

const barHeight = 20;
const rowHeight = 84;
const roomForText = 176;
const longestName = 28;

const shortened = (name: string): string => (name.length > longestName ? `${name.slice(0, longestName - 1)}…` : name);

/** Bars for planned and actual, one above the other: outlined and filled, each with its number, so that no colour is needed. */
export function drawChart(id: string, heading: string, words: (value: number) => string, bars: readonly Bars[]): Chart {
  const most = Math.max(...bars.flatMap(({ planned, actual }) => [planned, actual ?? 0]), 1);
  const draw = (only: Drawing['only'], width: number): Drawing => ({
    only,
    width,
    height: bars.length * rowHeight,
    rows: bars.map(({ name, planned, actual }, index) => {
      const top = index * rowHeight;
      const bar = (isPlan: boolean, value: number, y: number) => {
        const length = Math.round((value / most) * (width - roomForText) * 10) / 10;
        return { isPlan, y, width: length, text: `${words(value)} ${isPlan ? 'planned' : 'actual'}`, textX: length + 8, textY: y + 15 };
      };
      return {
        name: shortened(name),
        nameY: top + 16,
        bars: [bar(true, planned, top + 24), ...(actual === null ? [] : [bar(false, actual, top + 26 + barHeight)])],
      };
    }),
  });
  const said = bars.map(({ name, planned, actual }) => `${name} ${words(planned)} planned${actual === null ? '' : `, ${words(actual)} actual`}`);
  return {
    id,
    heading,
    caption: bars.some(({ actual }) => actual !== null) ? 'Outlined is planned, filled is actual.' : 'Outlined is planned.',
    description: `${heading}: ${listed(said)}.`,
    drawings: [draw('wide', 460), draw('narrow', 300)],
  };
}
