import type { Problem } from '../../web/form.ts';
import type { Shell } from '../../web/render.ts';
import type { SchoolFrame } from '../../web/school-frame.ts';
import type { WaitingLine } from '../proposals/views.ts';
import type { Field, Option } from '../views.ts';

type PupilsPage = {
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

type PupilPage = {
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

type EditPupilPage = { shell: Shell; frame: SchoolFrame; name: string; back: string; action: string; fields: Field[]; problems: Problem[] };

declare module '../../web/render.ts' {
  interface Views {
    'schools/pupils': PupilsPage;
    'schools/pupil': PupilPage;
    'schools/edit-pupil': EditPupilPage;
  }
}
