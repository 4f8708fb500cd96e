import type { Problem } from '../web/form.ts';
import type { Shell } from '../web/render.ts';
import type { SchoolFrame } from '../web/school-frame.ts';

type AdultCard = { name: string; relation: string; photo: string | null };

/** One child and the adults who may collect. Who may not is in nothing that a page is given. */
export type ChildCard = {
  id: string;
  name: string;
  /** "1B" */
  class: string;
  href: string;
  adults: AdultCard[];
  /** "Changed at 13:05" */
  changed: string | null;
  /** "Collected at 15:28" */
  collected: string | null;
  collect: string;
  undo: string;
};

type GatePage = {
  shell: Shell;
  frame: SchoolFrame;
  dayIso: string;
  /** "Friday 13 March 2026" */
  day: string;
  clock: string;
  q: string;
  c: string;
  classes: string[];
  cards: ChildCard[];
  /** Children for whom today is not as usual. */
  changes: { title: string; lines: { href: string; name: string; text: string }[]; more: string | null } | null;
  /** Where there are no cards: nothing was asked for yet, or nothing found. */
  empty: { heading: string; text: string } | null;
  /** Where more were found than are shown. */
  more: string | null;
  /** For the office alone. */
  office: { href: string; text: string } | null;
};

type GateChildPage = {
  shell: Shell;
  frame: SchoolFrame;
  dayIso: string;
  day: string;
  card: ChildCard;
  /** For the office alone. */
  change: string | null;
};

type ChangePage = {
  shell: Shell;
  frame: SchoolFrame;
  child: { name: string; class: string; href: string };
  action: string;
  dayIso: string;
  day: string;
  isToday: boolean;
  earliest: string;
  latest: string;
  adults: { id: string; name: string; about: string; may: boolean }[];
  note: string;
  history: { when: string; whenIso: string; text: string; note: string | null }[];
  problems: Problem[];
};

type CodePage = {
  shell: Shell;
  frame: SchoolFrame;
  dayIso: string;
  day: string;
  typed: string;
  found: { name: string; relation: string; photo: string; children: { href: string; name: string; class: string }[] } | null;
  problems: Problem[];
};

declare module '../web/render.ts' {
  interface Views {
    'gate/gate': GatePage;
    'gate/child': GateChildPage;
    'gate/change': ChangePage;
    'gate/code': CodePage;
    'gate/_cards': { cards: ChildCard[]; q: string; c: string; sized: 'gate' | 'gate gate--one' };
  }
}
