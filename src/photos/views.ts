import type { Problem } from '../web/form.ts';
import type { Shell } from '../web/render.ts';

/** A form that takes a photo: chosen, or taken with the camera. */
export type Chooser = { action: string; problems: Problem[]; small: boolean };

/** Behind a link, where a photo of its parent is to be chosen. */
type ChoosePage = {
  shell: Shell;
  schoolName: string;
  name: string;
  /** A parent, who makes an account afterwards; not somebody who collects alone. */
  mayJoin: boolean;
  until: string;
  /** Why another is asked for, in the school's words. */
  again: { told: string; note: string | null } | null;
  /** A photo chosen before in this browser and not sent. */
  draft: string | null;
  chooser: Chooser;
  kept: string;
  expected: { name: string; note: string }[];
};

export type CheckLine = { kind: 'ok' | 'fix' | 'must' | 'unknown'; icon: string; name: string; note: string };
export type UseLine = { name: string; label: string; given: boolean };

/** The photo once more before it is sent, for the browser that chose it. */
type PreviewPage = {
  shell: Shell;
  schoolName: string;
  mayJoin: boolean;
  state: 'checking' | 'ready' | 'blocked' | 'unreadable';
  image: string | null;
  here: string;
  kept: string;
  checks: CheckLine[];
  /** "3 of 4 are fine" */
  summary: string;
  /** The sentence, where the photo could not be opened. */
  unreadable: string | null;
  problems: Problem[];
  send: string;
  uses: UseLine[];
  chooser: Chooser;
};

/** After sending: what became of the photo, in neutral words and without it. */
type StatePage = {
  shell: Shell;
  schoolName: string;
  name: string;
  state: 'waiting' | 'approved';
  saved: boolean;
  uses: UseLine[];
  usesAction: string;
  /** Null for somebody who collects and is no parent. */
  join: string | null;
};

declare module '../web/render.ts' {
  interface Views {
    'photos/choose': ChoosePage;
    'photos/preview': PreviewPage;
    'photos/state': StatePage;
    'photos/_chooser': Chooser;
    'photos/_uses': UseLine[];
  }
}
