import type { Problem } from '../../web/form.ts';
import type { Frame } from '../../web/frame.ts';
import type { Shell } from '../../web/render.ts';
import type { PlanPreview } from '../plans/views.ts';

export type Badge = { text: string; kind: 'wait' | 'note' | 'done' | 'ended'; icon: 'clock' | 'circle-dot' | 'circle-check' | 'circle-dashed' };
/** A parent with their mark, or somebody else without one. */
export type Who = { css: string; name: string };
/** "Sat 21 March, all day" from one to the other. Nobody where nothing was agreed. */
export type Change = { label: string; from: Who | null; to: Who };

export type RequestLine = { href: string; title: string; children: string; by: string; badge: Badge };

export type RequestsPage = {
  shell: Shell;
  frame: Frame;
  /** Who else shares the record. */
  other: string;
  forMe: RequestLine[];
  forOther: RequestLine[];
  settled: RequestLine[];
  newer: string | null;
  older: string | null;
  ask: { href: string; text: string }[];
};

export type Shield = { kind: 'held' | 'ask'; found: string[]; confirm: string };

/** What stands where an answer came too late, second, or to something that is no longer so: and what was written, which is not lost. */
export type Notice = { title: string; text: string; note: string };

/** An activity within the time that is asked for, and when. */
export type ActivityInTime = { href: string; name: string; text: string };

export type RequestPage = {
  shell: Shell;
  frame: Frame;
  id: string;
  title: string;
  badge: Badge;
  children: string;
  changes: Change[];
  facts: { term: string; value: string }[];
  quote: string | null;
  caption: string;
  /** What it says where time runs out: null once it is settled. */
  deadline: string | null;
  outcome: { text: string; note: string | null } | null;
  /** What of it would not come about, because something else goes before it. */
  exceptions: string[];
  activities: ActivityInTime[];
  plan: PlanPreview | null;
  answer: { action: string; yes: string; no: string; note: string; counter: { href: string; text: string }[]; shield: Shield | null } | null;
  withdraw: string | null;
  notice: Notice | null;
  counters: { href: string; text: string }[];
  steps: { text: string; who: string; note: string | null; at: string; iso: string; href: string; entry: string }[];
  problems: Problem[];
};

/** A field with what stands in it and what is wrong with it. */
export type Field = { name: string; value: string; error: string | null };
export type Option = { value: string; name: string; chosen: boolean };
export type LabelledField = Field & { label: string; type: string };
export type TimeRow = { legend: string; fields: LabelledField[]; /** One of several, folded away while it is empty. */ more: boolean; open: boolean };
export type PlaceFields = { kinds: Option[]; label: Field };

export type TimeFormPage = {
  shell: Shell;
  frame: Frame;
  heading: string;
  lead: string;
  back: { href: string; text: string };
  action: string;
  kind: string | null;
  family: string;
  submission: string;
  children: Option[];
  childError: string | null;
  groups: { legend: string; hint: string; rows: TimeRow[] }[];
  who: { options: Option[]; error: string | null; label: Field } | null;
  where: Field | null;
  missed: TimeRow | null;
  place: PlaceFields;
  note: Field;
  respond: { day: Field; clock: Field };
  shield: Shield | null;
  send: string;
  promise: string;
  others: { href: string; text: string }[];
  problems: Problem[];
};

declare module '../../web/render.ts' {
  interface Views {
    'schedule/requests': RequestsPage;
    'schedule/request': RequestPage;
    'schedule/time-form': TimeFormPage;
    'schedule/_shield': Shield | null;
    'schedule/_preview': PlanPreview;
  }
}
