import type { Problem } from '../../web/form.ts';
import type { Frame } from '../../web/frame.ts';
import type { Shell } from '../../web/render.ts';

/** A drawing of bars for one width of screen. All measures are the drawing's own. */
export type Drawing = {
  only: 'wide' | 'narrow';
  width: number;
  height: number;
  rows: {
    name: string;
    nameY: number;
    bars: { isPlan: boolean; y: number; width: number; text: string; textX: number; textY: number }[];
  }[];
};

export type Chart = { id: string; heading: string; caption: string; description: string; drawings: Drawing[] };

export type FigureRow = { who: string; side: 'a' | 'b' | null; cells: string[] };
export type FigureTable = { caption: string; heads: string[]; rows: FigureRow[] };

export type FiguresPage = {
  shell: Shell;
  frame: Frame;
  heading: string;
  problems: Problem[];
  typed: { from: string; until: string };
  presets: { href: string; text: string; current: boolean }[];
  /** Until when it is counted, where the period is not over. */
  soFar: string | null;
  children: { id: string; name: string; tables: FigureTable[]; charts: Chart[] }[];
  method: string[];
  /** What the actual figures rest on, one line each. */
  basis: { term: string; text: string }[];
  /** Handovers that did not take place, that are not agreed upon, or that are left out. */
  notable: { href: string; text: string; meta: string }[];
  files: { href: string; text: string }[];
  isEmpty: boolean;
};

declare module '../../web/render.ts' {
  interface Views {
    'schedule/figures/figures': FiguresPage;
  }
}
