import type { Problem } from '../../web/form.ts';
import type { Frame } from '../../web/frame.ts';
import type { Shell } from '../../web/render.ts';

/** One line of a handover, in order of time. */
export type TimelineLine = {
  /** "15:30", or "Sat 14 Mar, 09:10" where it is another day's. */
  time: string;
  iso: string;
  isPlan: boolean;
  who: string;
  text: string;
  /** A place's own name, or how a mark compares with the plan. */
  caption: string | null;
  /** A note, in paragraphs of lines. */
  words: string[][];
  entry: { href: string; text: string } | null;
};

/** What goes with the children. With an action it is a form; without, it is what was ticked. */
export type ListView = {
  action: string | null;
  legend: string;
  hint: string | null;
  /** Hidden, so that what somebody else changed meanwhile is left alone. */
  was: string[];
  back: 'today' | null;
  items: { id: string; label: string; ticked: boolean; also: string | null }[];
  manage: string;
};

export type Shield = { kind: 'held'; found: string[] } | { kind: 'ask'; found: string[]; confirm: string };

export type HandoverPage = {
  shell: Shell;
  frame: Frame;
  heading: string;
  lead: string;
  /** The place's own name. */
  place: string;
  isPlanned: boolean;
  problems: Problem[];
  timeline: TimelineLine[];
  /** Each parent's own word, side by side, in the order of the family. */
  marks: {
    side: 'a' | 'b';
    name: string;
    said: { text: string; iso: string; when: string; lateness: string | null; entry: { href: string; text: string } | null }[];
  }[];
  mark: { action: string; submission: string; buttons: { value: string; label: string; primary: boolean }[] } | null;
  /** When marks open, or that they are closed; null where the buttons are there. */
  markText: string | null;
  note: { action: string; submission: string; text: string; shield: Shield | null; reader: string; closes: string } | null;
  /** Why there is no form for one. */
  noteText: string;
  /** What was written and could not be taken, to be copied. */
  kept: string;
  list: ListView;
  /** Which layer of what was agreed decides the time before and after. */
  decided: { term: string; text: string; href: string | null }[];
};

/** Several handovers at one minute: which is meant? */
export type ChooseHandoverPage = { shell: Shell; frame: Frame; heading: string; choices: { href: string; text: string; meta: string }[] };

export type HandoverItem = {
  href: string;
  time: string;
  title: string;
  meta: string;
  /** The place's own name. */
  place: string;
  /** What was marked, one sentence each. */
  marks: string[];
  badges: { text: string; kind: 'ended' | 'note'; icon: string }[];
};
export type HandoverDay = { iso: string; day: string; about: string; items: HandoverItem[] };

export type HandoversPage = {
  shell: Shell;
  frame: Frame;
  heading: string;
  isMonth: boolean;
  coming: HandoverDay[];
  pastHeading: string;
  past: HandoverDay[];
  earlier: { href: string; text: string } | null;
  later: { href: string; text: string } | null;
  links: { calendar: string; items: string; figures: string; schedule: string };
  /** Nothing is agreed for any child, so nothing is planned. */
  isEmpty: boolean;
};

export type ItemsPage = {
  shell: Shell;
  frame: Frame;
  problems: Problem[];
  items: { label: string; whose: string; remove: string }[];
  submission: string;
  typed: { label: string; child: string };
  children: { id: string; name: string }[];
};

/** The next handover as Today shows it. */
export type NextHandover = {
  href: string;
  iso: string;
  /** "Tomorrow, Friday 13 March" */
  when: string;
  /** "at school", or nothing. */
  where: string;
  lines: { time: string; iso: string; who: string; text: string; place: string; caption: string | null }[];
  list: ListView;
};

declare module '../../web/render.ts' {
  interface Views {
    'schedule/handovers/index': HandoversPage;
    'schedule/handovers/handover': HandoverPage;
    'schedule/handovers/choose': ChooseHandoverPage;
    'schedule/handovers/items': ItemsPage;
    'schedule/handovers/_list': ListView;
    'schedule/handovers/_days': HandoverDay[];
    'schedule/handovers/_next': NextHandover;
  }
}
