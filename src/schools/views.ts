import type { Problem } from '../web/form.ts';
import type { Shell } from '../web/render.ts';
import type { SchoolFrame } from '../web/school-frame.ts';

export type Option = { value: string; label: string; chosen: boolean };

export type PupilsPage = {
  shell: Shell;
  frame: SchoolFrame;
  /** "418 pupils in 14 classes" */
  heading: string;
  asked: { q: string };
  classes: Option[];
  /** "12 pupils found"; null where nothing was asked. */
  found: string | null;
  groups: { heading: string; pupils: { href: string; name: string; adults: string; waiting: string | null }[] }[];
  previous: string | null;
  next: string | null;
  add: string;
};

export type WaitingLine = {
  id: string;
  name: string;
  relation: string;
  child: string;
  childHref: string;
  effective: string;
  effectiveIso: string;
  proposed: string;
  /** The reader proposed it, so a colleague has to confirm. */
  own: boolean;
  confirm: string;
  withdraw: string;
};

export type PupilPage = {
  shell: Shell;
  frame: SchoolFrame;
  name: string;
  givenName: string;
  folio: string;
  lead: string;
  notice: string | null;
  /** `page` is null for an adult whom another school put on the roll. */
  adults: { page: { href: string; edit: string } | null; end: string; name: string; relation: string; since: string }[];
  waiting: WaitingLine[];
  add: string;
  edit: string;
};

export type ProposalsPage = { shell: Shell; frame: SchoolFrame; heading: string; waiting: WaitingLine[] };

export type Field = { id: string; label: string; hint: string | null; value: string; type: 'text' | 'email' | 'tel'; error: string | null };
export type AdultFields = { fields: Field[]; relation: { id: string; options: Option[]; error: string | null } };

export type AddAdultPage = {
  shell: Shell;
  frame: SchoolFrame;
  /** "Add an adult for Theo" */
  heading: string;
  lead: string;
  /** "Theo Okafor Reyes, 1B" and the id; null for a pupil who is new. */
  child: { id: string; name: string; href: string } | null;
  submission: string;
  problems: Problem[];
  pupil: Field[];
  adult: AdultFields;
  second: AdultFields | null;
  secondOpen: boolean;
  cancel: string;
  button: string;
};

export type EditPupilPage = { shell: Shell; frame: SchoolFrame; name: string; back: string; action: string; fields: Field[]; problems: Problem[] };

export type EditAdultPage = {
  shell: Shell;
  frame: SchoolFrame;
  name: string;
  /** "for Theo, 1B and Ines, 4A" */
  children: string;
  back: string;
  action: string;
  fields: Field[];
  problems: Problem[];
};

export type ImportPage = {
  shell: Shell;
  frame: SchoolFrame;
  problems: Problem[];
  headings: string[];
  recent: { href: string | null; when: string; whenIso: string; text: string }[];
};

export type TrialLine = {
  row: number;
  name: string | null;
  relation: string;
  child: string;
  outcome: 'created' | 'proposed' | 'matched' | 'wrong';
  note: string | null;
};

export type TrialPage = {
  shell: Shell;
  frame: SchoolFrame;
  heading: string;
  lead: string;
  problems: Problem[];
  /** The button that writes, with what it agrees to; null once written, or where there is nothing to write. */
  commit: { action: string; digest: string; label: string } | null;
  stats: { label: string; value: string }[];
  explained: string | null;
  tabs: { href: string; label: string; count: string; current: boolean }[];
  written: boolean;
  rows: TrialLine[];
  /** "Rows 2 to 51 of 131" */
  range: string;
  wrong: { href: string; label: string } | null;
  previous: string | null;
  next: string | null;
};

declare module '../web/render.ts' {
  interface Views {
    'schools/pupils': PupilsPage;
    'schools/pupil': PupilPage;
    'schools/proposals': ProposalsPage;
    'schools/add-adult': AddAdultPage;
    'schools/edit-pupil': EditPupilPage;
    'schools/edit-adult': EditAdultPage;
    'schools/import': ImportPage;
    'schools/trial': TrialPage;
    'schools/_fields': Field[];
    'schools/_adult': AdultFields;
    'schools/_waiting': WaitingLine[];
  }
}
