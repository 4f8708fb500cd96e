import type { Problem } from '../web/form.ts';
import type { Shell } from '../web/render.ts';
import type { SchoolFrame } from '../web/school-frame.ts';

/** Behind a link, before the code: names the school and nobody else. */
type LinkPage = { shell: Shell; schoolName: string; action: string; typed: string; problems: Problem[] };

/** Behind a link, after the code: names the invited parent alone. */
type WelcomePage = {
  shell: Shell;
  schoolName: string;
  name: string;
  /** "Monday 7 December 2026", the last day on which the link works. */
  until: string;
  photo: 'none' | 'waiting' | 'another' | 'approved';
  addPhoto: string;
  /** Null for somebody who collects and is no parent. */
  join: string | null;
};

export type Counts = {
  /** "312 of 418 photos approved" */
  heading: string;
  total: number;
  /** Pieces of the bar from left to right, with their words. */
  parts: { status: string; shape: string; word: string; count: string; x: number; width: number; href: string }[];
};

export type DashboardPage = {
  shell: Shell;
  frame: SchoolFrame;
  school: string;
  counts: Counts;
  /** Photos to be reviewed. */
  waiting: number;
  stream: string;
  /** What became of what was asked a moment ago. */
  flash: { success: boolean; title: string; rest: string[] } | null;
  problems: Problem[];
  q: string;
  classes: { name: string; chosen: boolean }[];
  statuses: { value: string; word: string; chosen: boolean }[];
  filtered: boolean;
  /** Filter and place, for the form that acts on the list. */
  hidden: { name: string; value: string }[];
  matching: number;
  matchingText: string;
  totalText: string;
  sorts: { sort: 'name' | 'change'; name: string; change: string };
  rows: {
    id: string;
    name: string;
    href: string;
    children: string;
    relations: string;
    word: string;
    icon: string;
    badge: string;
    changed: string;
    changedIso: string;
    photo: string | null;
    picked: boolean;
    review: string | null;
    one: { value: string; label: string; rest: string } | null;
  }[];
  pages: { first: string | null; previous: string | null; next: string | null; last: string | null };
  exportAs: string;
};

/** Before something is done with everyone whom a filter leaves. */
export type SelectionPage = {
  shell: Shell;
  frame: SchoolFrame;
  heading: string;
  lead: string;
  button: string;
  hidden: { name: string; value: string }[];
  back: string;
};

export type AdultPage = {
  shell: Shell;
  frame: SchoolFrame;
  name: string;
  children: string;
  number: string;
  edit: string;
  back: string;
  flash: { success: boolean; title: string; rest: string[] } | null;
  problems: Problem[];
  status: { word: string; icon: string; badge: string; since: string };
  /** The photo in use, or why there is none. */
  photo: string | null;
  review: string | null;
  anotherPhoto: string | null;
  details: { term: string; text: string | null }[];
  link: {
    /** "Works until Mon 7 December" */
    title: string;
    text: string;
    facts: { term: string; text: string }[];
    works: boolean;
  };
  actions: {
    invite: string | null;
    remind: string | null;
    renew: { action: string; round: number } | null;
    revoke: string | null;
    code: string | null;
    letter: string;
  };
  channels: { value: string; label: string; checked: boolean }[];
  days: { value: string; label: string; chosen: boolean }[];
  sendings: { what: string; when: string; whenIso: string; by: string; state: string; failed: boolean }[];
};

type CodePage = { shell: Shell; frame: SchoolFrame; name: string; code: string; until: string; back: string };

export type LettersPage = {
  shell: Shell;
  frame: SchoolFrame;
  school: string;
  made: string;
  countText: string;
  letters: { name: string; link: string; until: string; size: number; path: string }[];
};

export type CodesPage = {
  shell: Shell;
  frame: SchoolFrame;
  school: string;
  day: string;
  rows: { name: string; children: string; code: string; until: string }[];
};

declare module '../web/render.ts' {
  interface Views {
    'onboarding/link': LinkPage;
    'onboarding/welcome': WelcomePage;
    'onboarding/dashboard': DashboardPage;
    'onboarding/_list': DashboardPage;
    'onboarding/_counts': Counts;
    'onboarding/_flash': NonNullable<DashboardPage['flash']>;
    'onboarding/selection': SelectionPage;
    'onboarding/adult': AdultPage;
    'onboarding/_send': AdultPage;
    'onboarding/code': CodePage;
    'onboarding/letters': LettersPage;
    'onboarding/codes': CodesPage;
  }
}
