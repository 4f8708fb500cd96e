import type { Frame } from '../web/frame.ts';
import type { Shell } from '../web/render.ts';

/** A piece of a ribbon. `name` is written into it once for each stretch of days: its first letter, and what is left out where there is no room. */
export type Segment = { css: string; name: { first: string; rest: string } | null };
/** `of` says whose it is, where children's days differ; it stands at the beginning of each week. */
export type Ribbon = { of: string | null; segments: Segment[] };

export type CellEvent = { href: string | null; time: string; text: string; of: string; off: boolean };
export type CellAsk = { href: string; long: string; short: string };

export type Cell = {
  css: string;
  /** Null for a day that has no page. */
  href: string | null;
  /** Heard before the number: "Handover to Amara at 15:30". */
  spoken: string;
  number: number;
  today: boolean;
  note: string;
  ribbons: Ribbon[];
  asks: CellAsk[];
  events: CellEvent[];
};

export type KeyLine = { css: string; text: string };

export type AgendaItem = {
  time: string;
  text: string;
  of: string;
  href: string | null;
  off: boolean;
  /** "Waiting for you" */
  badge: string | null;
  captions: string[];
};
export type AgendaDay = { iso: string; href: string | null; heading: string; small: string; items: AgendaItem[] };
export type Agenda = { /** Days that are over, folded away. */ past: AgendaDay[]; days: AgendaDay[] };

/** What is over the pages: how they are called, where their neighbours are, and the other two ways to look. */
export type CalendarHead = {
  title: string;
  views: { href: string; label: string; current: boolean }[];
  period: string;
  before: { href: string; label: string } | null;
  after: { href: string; label: string } | null;
  today: string;
};

export type Grid = {
  caption: string;
  weekdays: { short: string; long: string }[];
  weeks: Cell[][];
  /** Children's days differ, so that each has a ribbon. */ each: boolean;
};

/** A request that waits, in short. */
export type AskedSheet = {
  href: string;
  title: string;
  badge: string;
  lines: { label: string; from: WhoLine | null; to: WhoLine }[];
  caption: string;
};
export type WhoLine = { css: string; name: string };

export type MonthPage = {
  shell: Shell;
  frame: Frame;
  head: CalendarHead;
  key: KeyLine[];
  grid: Grid;
  agenda: Agenda;
  asked: AskedSheet[];
  print: string;
  nothingAgreed: boolean;
};
export type ListPage = { shell: Shell; frame: Frame; head: CalendarHead; key: KeyLine[]; agenda: Agenda; asked: AskedSheet[]; nothingAgreed: boolean };

/** Who has some of the children for a part of a day, and what decides it. */
export type DayPart = { time: string; who: WhoLine | null; words: string; decides: string; /** The request by which it was agreed. */ agreed: string | null };
export type DayOf = { children: string; ribbon: Segment[]; parts: DayPart[]; below: DayPart[] };
export type DayPage = {
  shell: Shell;
  frame: Frame;
  head: CalendarHead;
  lead: string;
  of: DayOf[];
  items: AgendaItem[];
  asked: AskedSheet[];
  ask: { href: string; text: string }[];
  nothingAgreed: boolean;
};

export type NewPage = { shell: Shell; frame: Frame; groups: { heading: string; links: { href: string; title: string; text: string }[] }[] };

declare module '../web/render.ts' {
  interface Views {
    'calendar/month': MonthPage;
    'calendar/list': ListPage;
    'calendar/day': DayPage;
    'calendar/new': NewPage;
    'calendar/_head': CalendarHead;
    'calendar/_grid': Grid;
    'calendar/_agenda': Agenda;
    'calendar/_asked': AskedSheet[];
    'calendar/_key': KeyLine[];
    'calendar/_nothing-agreed': Record<never, never>;
  }
}
