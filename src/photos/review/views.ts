import type { Problem } from '../../web/form.ts';
import type { Shell } from '../../web/render.ts';
import type { SchoolFrame } from '../../web/school-frame.ts';

export type Picture = { src: string; alt: string };
export type Choice = { value: string; label: string; chosen: boolean };

/** What became of the photo before this one, said on the page that follows. */
export type Done = { title: string; name: string; text: string; mine: boolean };

type QueuePage = {
  shell: Shell;
  frame: SchoolFrame;
  done: Done | null;
  heading: string;
  /** The oldest that waits. */
  first: string | null;
  rows: { href: string; picture: Picture; name: string; children: string; sent: string; advice: string | null }[];
  pages: { summary: string; newest: string | null; next: string | null };
};

type ReviewPage = {
  shell: Shell;
  frame: SchoolFrame;
  done: Done | null;
  problems: Problem[];
  name: string;
  lead: string;
  previous: string | null;
  skip: string | null;
  strip: { thumbs: (Picture & { href: string; current: boolean })[]; more: string | null };
  photo: Picture & { heading: string; text: string };
  inUse: (Picture & { heading: string; text: string }) | null;
  checks: { fine: boolean; name: string; note: string | null }[];
  numbers: { label: string; value: string }[];
  /** What the program thinks of the two photos; only where the school and the parent agreed. */
  likeness: string | null;
  action: string;
  reasons: Choice[];
  rejections: Choice[];
  note: string;
  next: (Picture & { href: string; name: string; children: string }) | null;
  keys: boolean;
  submissionId: string;
};

/** A new photo from an adult whose photo is in use. */
type AnotherPage = {
  shell: Shell;
  frame: SchoolFrame;
  problems: Problem[];
  name: string;
  children: string;
  back: string;
  action: string;
  inUse: Picture & { heading: string };
  reasons: Choice[];
  note: string;
};

type SettingsPage = {
  shell: Shell;
  frame: SchoolFrame;
  problems: Problem[];
  saved: boolean;
  days: string;
  likeness: boolean;
  /** Adults who agreed to likeness at this school. */
  agreed: string;
};

declare module '../../web/render.ts' {
  interface Views {
    'photos/review-queue': QueuePage;
    'photos/review': ReviewPage;
    'photos/review-another': AnotherPage;
    'photos/review-settings': SettingsPage;
    'photos/_review-done': Done;
  }
}
