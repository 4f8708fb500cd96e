import type { Problem } from '../web/form.ts';
import type { Frame } from '../web/frame.ts';
import type { Shell } from '../web/render.ts';
import type { SchoolFrame } from '../web/school-frame.ts';

export type Option = { value: string; label: string; chosen: boolean };
/** A field with what was typed in it and what is wrong with it. */
export type Typed = { value: string; error: string | null };
/** A choice, with words where the choice is "somebody else". */
export type Chosen = { options: Option[]; other: Typed; error: string | null };

export type ActivityLine = { href: string; name: string; meta: string; end: string | null; badge: { text: string; kind: 'ended' | 'note' | 'wait' } | null };

export type ActivitiesPage = {
  shell: Shell;
  frame: Frame;
  lead: string;
  notice: string | null;
  groups: { id: string; child: string; add: string; lines: ActivityLine[] }[];
  ended: ActivityLine[];
  import: string;
  add: string;
  empty: boolean;
};

/** A number or address in what was typed: held back, or asked about once. */
export type Shield = { kind: 'held' | 'ask'; found: string[]; confirm: string };

/** The form of an activity, of a parent or of a school's office; `by` is what only a parent says. */
export type ActivityForm = {
  action: string;
  /** Whose activity it will be; null where that is known. */
  family: string | null;
  submission: string;
  /** Of an activity that is changed. */
  version: string | null;
  child: { name: string } | { groups: { label: string; options: Option[] }[]; error: string | null };
  name: Typed;
  weekdays: { options: Option[]; error: string | null };
  startsAt: Typed;
  endsAt: Typed;
  startsOn: Typed;
  endsOn: Typed;
  termOnly: boolean;
  /** "Spring term: Mon 5 January to Fri 27 March 2026, St Brigid’s Primary" */
  schoolTerms: string[];
  place: Typed;
  cost: Typed;
  by: { provider: Chosen; brings: Chosen; collects: Chosen } | null;
  shield: Shield | null;
  button: string;
  cancel: string;
};

/** What came first, where a page was old: what was typed is still in the form. */
export type Stale = { changes: string[]; now: string };

export type FormPage = {
  shell: Shell;
  frame: Frame;
  heading: string;
  lead: string;
  back: { href: string; text: string };
  problems: Problem[];
  stale: Stale | null;
  form: ActivityForm;
};
export type SchoolFormPage = Omit<FormPage, 'frame'> & { frame: SchoolFrame; manage: Manage | null };

export type ActivityDayLine = { iso: string; day: string; text: string; badge: { text: string; kind: 'ended' | 'note' } | null; change: string | null };
/** Cancelling, taking that back, and days that are different. */
export type Manage = {
  days: ActivityDayLine[];
  anotherDay: string | null;
  cancel: { action: string; submission: string; version: string; from: string; earliest: string; error: string | null } | null;
  restore: { action: string; submission: string; version: string; text: string } | null;
  remove: { action: string; submission: string } | null;
};

export type ActivityPage = {
  shell: Shell;
  frame: Frame;
  name: string;
  lead: string;
  notice: { text: string; clashes: string[] } | null;
  problems: Problem[];
  stale: Stale | null;
  edit: string;
  /** What might be worth knowing: in whose time it falls, what else is on. */
  clashes: string[];
  facts: { term: string; value: string }[];
  manage: Manage;
  subjects: { href: string; title: string; meta: string }[];
  write: string;
  history: { when: string; iso: string; says: string; entry: { href: string; text: string } }[];
};

export type DayForm = {
  action: string;
  submission: string;
  seen: string;
  day: Typed;
  /** The day is the one that was chosen, and is not typed. */
  fixed: string | null;
  kinds: Option[];
  kindError: string | null;
  toDay: Typed;
  startsAt: Typed;
  endsAt: Typed;
  place: Typed;
  now: string | null;
  shield: Shield | null;
};
export type DayPage = { shell: Shell; frame: Frame; name: string; back: string; heading: string; problems: Problem[]; stale: string | null; form: DayForm };
export type SchoolDayPage = Omit<DayPage, 'frame'> & { frame: SchoolFrame };

export type SchoolActivitiesPage = {
  shell: Shell;
  frame: SchoolFrame;
  heading: string;
  notice: string | null;
  groups: { name: string; when: string; pupils: { href: string; name: string; meta: string }[] }[];
};

export type ImportPage = { shell: Shell; frame: Frame; problems: Problem[]; family: string; children: Option[]; headings: string[] };

export type TrialLine = {
  row: string;
  name: string;
  child: string;
  when: string;
  outcome: 'new' | 'known' | 'wrong' | 'left' | 'added';
  /** The value of its box; null where there is nothing to choose. */
  box: string | null;
  chosen: boolean;
  notes: string[];
};
export type TrialPage = {
  shell: Shell;
  frame: Frame;
  heading: string;
  lead: string;
  problems: Problem[];
  stats: { label: string; value: string }[];
  commit: { action: string; digest: string } | null;
  leftOut: string | null;
  rows: TrialLine[];
};

declare module '../web/render.ts' {
  interface Views {
    'activities/activities': ActivitiesPage;
    'activities/form': FormPage;
    'activities/activity': ActivityPage;
    'activities/day': DayPage;
    'activities/import': ImportPage;
    'activities/trial': TrialPage;
    'activities/school': SchoolActivitiesPage;
    'activities/school-form': SchoolFormPage;
    'activities/school-day': SchoolDayPage;
    'activities/_form': ActivityForm;
    'activities/_manage': Manage;
    'activities/_day': DayForm;
    'activities/_stale': Stale;
  }
}
