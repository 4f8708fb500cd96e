import type { Problem } from '../../web/form.ts';
import type { Shell } from '../../web/render.ts';
import type { SchoolFrame } from '../../web/school-frame.ts';
import type { Field, Option } from '../views.ts';

export type AdultFields = { fields: Field[]; relation: { id: string; options: Option[]; error: string | null } };

type AddAdultPage = {
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

type EditAdultPage = {
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

declare module '../../web/render.ts' {
  interface Views {
    'schools/add-adult': AddAdultPage;
    'schools/edit-adult': EditAdultPage;
    'schools/_adult': AdultFields;
  }
}
