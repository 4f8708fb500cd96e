import type { Problem } from '../../web/form.ts';
import type { Shell } from '../../web/render.ts';
import type { SchoolFrame } from '../../web/school-frame.ts';

type ImportPage = {
  shell: Shell;
  frame: SchoolFrame;
  problems: Problem[];
  headings: string[];
  recent: { href: string | null; when: string; whenIso: string; text: string }[];
};

type TrialLine = {
  row: number;
  name: string | null;
  relation: string;
  child: string;
  outcome: 'created' | 'proposed' | 'matched' | 'wrong';
  note: string | null;
};

type TrialPage = {
  shell: Shell;
  frame: SchoolFrame;
  heading: string;
  lead: string;
  problems: Problem[];
  /** The button that writes, with what it agrees to; null once written, or where there is nothing to write. */
  commit: { action: string; digest: string; label: string } | null;
  stats: { label: string; value: string }[];
  explained: string | null;
  tabs: { href: string; label: string; count: string; current: boolean }[];
  written: boolean;
  rows: TrialLine[];
  /** "Rows 2 to 51 of 131" */
  range: string;
  wrong: { href: string; label: string } | null;
  previous: string | null;
  next: string | null;
};

declare module '../../web/render.ts' {
  interface Views {
    'schools/import': ImportPage;
    'schools/trial': TrialPage;
  }
}
