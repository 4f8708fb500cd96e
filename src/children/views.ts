import type { Problem } from '../web/form.ts';
import type { Frame } from '../web/frame.ts';
import type { Shell } from '../web/render.ts';

/** Who wrote something, on which day, and the entry of the record that it is. */
export type Source = { by: string; day: string; dayIso: string; entry: { href: string; text: string } };

export type FactLine = {
  /** The id of its place on the page. */
  anchor: string;
  href: string;
  label: string;
  /** What is shown strongly: of allergies, their first sentence. */
  strong: string;
  text: string;
  /** "Until Sunday 15 March 2026", or that the day has passed. */
  ends: { text: string; passed: boolean } | null;
  source: Source;
  isNew: boolean;
};

/** Something the school keeps, which no parent changes here. */
export type SchoolLine = { label: string; text: string; link: { href: string; text: string } | null };

export type ChangeLine = {
  day: string;
  dayIso: string;
  /** "You added", "Daniel changed". */
  lead: string;
  label: string;
  href: string;
  /** `ends`: the text is a whole sentence, so that none is to be closed after it. */
  earlier: { lead: string; text: string; ends: boolean } | null;
  isNew: boolean;
};

export type ChildPage = {
  shell: Shell;
  frame: Frame;
  name: string;
  /** Age, class and school, and with whom the child is. */
  lead: string;
  sections: { id: string; title: string; add: string; fromSchool: SchoolLine[]; facts: FactLine[] }[];
  handover: { href: string; title: string; meta: string; iso: string } | null;
  activities: { href: string; name: string; meta: string }[];
  addActivity: string;
  parentings: { name: string; relation: string; since: string }[];
  changes: ChangeLine[];
  /** Where there are more than are shown. */
  allChanges: string | null;
};

/** What the contact shield says of the words: held back, or asked about once. */
export type FactShield = { kind: 'held'; found: string[]; confirm: string } | { kind: 'ask'; found: string[]; confirm: string };

/** The part of a form that is the same whether a fact is added or changed. */
export type FactFields = {
  problems: Problem[];
  /** Null where the fact has a name by its kind. */
  label: { value: string; hint: string } | null;
  text: string;
  /** Null where it cannot have a last day. */
  until: { value: string; hint: string } | null;
  submission: string;
  shield: FactShield | null;
};

export type AddFactPage = {
  shell: Shell;
  frame: Frame;
  child: { name: string; href: string };
  title: string;
  action: string;
  section: string;
  kinds: { value: string; label: string; chosen: boolean }[];
  fields: FactFields;
  /** What is there already, because that is changed and not added again. */
  known: { href: string; label: string; text: string }[];
};

export type Wording = {
  source: Source;
  /** "Added", "Changed", "Removed". */
  what: string;
  /** The label it went by, where it has been called something else. */
  label: string | null;
  text: string;
  ends: string | null;
  current: boolean;
};

export type FactPage = {
  shell: Shell;
  frame: Frame;
  child: { name: string; href: string };
  label: string;
  section: string;
  text: string;
  ends: { text: string; passed: boolean } | null;
  source: Source;
  isNew: boolean;
  /** Said instead of the forms, once it is removed. */
  removed: string | null;
  /** It was put into other words, or removed, since the form was opened: what happened, in a sentence. */
  stale: string | null;
  change: { action: string; version: number; fields: FactFields } | null;
  remove: { action: string; version: number; submission: string } | null;
  /** What was typed about a fact that was removed meanwhile, to be added afresh. */
  again: { action: string; section: string; kind: string; fields: FactFields } | null;
  wordings: Wording[];
  older: string | null;
  newest: string | null;
};

declare module '../web/render.ts' {
  interface Views {
    'children/child': ChildPage;
    'children/_facts': ChildPage['sections'];
    'children/_fields': FactFields;
    'children/add-fact': AddFactPage;
    'children/fact': FactPage;
  }
}
