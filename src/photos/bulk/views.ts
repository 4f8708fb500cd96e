import type { Problem } from '../../web/form.ts';
import type { Shell } from '../../web/render.ts';
import type { SchoolFrame } from '../../web/school-frame.ts';

type BulkPage = {
  shell: Shell;
  frame: SchoolFrame;
  problems: Problem[];
  recent: { href: string; text: string; when: string; whenIso: string }[];
};

export type BulkFile = {
  name: string;
  adult: string | null;
  kind: 'done' | 'wait' | 'strong' | 'note';
  icon: string;
  outcome: string;
  note: string | null;
};

type BulkReport = {
  shell: Shell;
  frame: SchoolFrame;
  heading: string;
  lead: string;
  /** Photos are still being checked: the page looks again by itself. */
  running: boolean;
  here: string;
  progress: { done: number; of: number; text: string } | null;
  stats: { label: string; value: string }[];
  start: { action: string; label: string } | null;
  files: BulkFile[];
};

declare module '../../web/render.ts' {
  interface Views {
    'photos/bulk': BulkPage;
    'photos/bulk-report': BulkReport;
  }
}
