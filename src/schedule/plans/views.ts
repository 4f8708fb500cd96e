import type { Problem } from '../../web/form.ts';
import type { Frame } from '../../web/frame.ts';
import type { Shell } from '../../web/render.ts';
import type { Field, Option, PlaceFields, Shield, Who } from '../requests/views.ts';

/** A piece of a ribbon, as the calendar draws it: the name is split so that a narrow one shows its first letter. */
export type PreviewSegment = { css: string; first: string; rest: string };
export type PreviewDay = { iso: string; number: number; spoken: string; clock: string; segments: PreviewSegment[]; out: boolean };

/** What a plan would mean: drawn, in figures, and in words. */
export type PlanPreview = {
  key: Who[];
  lines: { term: string; value: string }[];
  /** Four weeks of the regular schedule; children whose weeks are the same are drawn together. */
  weeks: { caption: string; children: string; weeks: { label: string; days: PreviewDay[] }[]; handovers: string[] }[];
  share: { over: string; rows: { who: Who; nights: string; nightsPercent: string; hours: string; hoursPercent: string }[] } | null;
  /** The next days that the plan decides, with who has them now. */
  days: { what: string; children: string; when: string; who: Who; now: string }[] | null;
  /** Nights of a year, now and as proposed. */
  compared: { period: string; rows: { children: string; who: Who; now: string; later: string }[] } | null;
  replaces: string[];
};

export type InForceLine = {
  children: string;
  lines: { term: string; value: string }[];
  since: string;
  entry: { href: string; text: string } | null;
  upcoming: boolean;
};
export type SchedulePage = {
  shell: Shell;
  frame: Frame;
  layers: { id: string; title: string; none: string; inForce: InForceLine[]; propose: { href: string; text: string } }[];
  proposed: { href: string; title: string; text: string }[];
  waiting: number;
};

type PlanForm = {
  shell: Shell;
  frame: Frame;
  back: { href: string; text: string };
  submission: string;
  family: string;
  counter: string;
  children: Option[];
  childError: string | null;
  from: Field;
  note: Field;
  respond: { day: Field; clock: Field };
  problems: Problem[];
};

export type ScheduleForm = PlanForm & {
  patterns: Option[];
  patternError: string | null;
  named: Field;
  starts: { options: Option[]; error: string | null };
  anchor: Field;
  custom: Field;
  weekends: Option[];
  weekendError: string | null;
  weekendTimes: { fromDay: Option[]; from: Field; untilDay: Option[]; until: Field };
  schoolStarts: Field;
  visits: { legend: string; day: Field; from: Field; until: Field }[];
  school: { time: Field; place: PlaceFields };
  other: { time: Field; place: PlaceFields };
  glossary: { title: string; also: string; definition: string; share: string; handovers: string }[];
};

export type BreaksForm = PlanForm & {
  rules: { index: number; name: Field; fixed: string | null; methods: Option[]; even: Option[] }[];
  ruleError: string | null;
  exchange: { time: Field; place: PlaceFields };
};

export type HolidaysForm = PlanForm & {
  ground: { country: string; region: string; name: string; countries: Option[]; regions: Option[] };
  rules: {
    index: number;
    on: string;
    what: string;
    when: string;
    label: Field | null;
    date: Field | null;
    methods: Option[];
    even: Option[];
    evenError: string | null;
    from: Field;
    until: Field;
    next: boolean;
    splitAt: Field;
    second: Field;
    attach: boolean;
    open: boolean;
  }[];
  ruleError: string | null;
  place: PlaceFields;
};

/** The plan once more before it is proposed, with every field of its form. */
export type PlanPreviewPage = {
  shell: Shell;
  frame: Frame;
  heading: string;
  action: string;
  fields: { name: string; value: string }[];
  children: string;
  from: string;
  deadline: string;
  quote: string | null;
  plan: PlanPreview;
  shield: Shield | null;
  problems: Problem[];
};

declare module '../../web/render.ts' {
  interface Views {
    'schedule/schedule': SchedulePage;
    'schedule/propose-schedule': ScheduleForm;
    'schedule/propose-breaks': BreaksForm;
    'schedule/propose-holidays': HolidaysForm;
    'schedule/plan-preview': PlanPreviewPage;
  }
}
