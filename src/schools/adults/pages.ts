import { type Problem, problemWith, type Typed } from '../../web/form.ts';
import { paths } from '../../web/paths.ts';
import type { Model } from '../../web/reply.ts';
import type { SchoolFrame } from '../../web/school-frame.ts';
import { relations } from '../roll/read-person.ts';
import { fieldsOf } from '../show-fields.ts';
import type { Option } from '../views.ts';
import { withClass } from '../with-class.ts';
import type { AdultView } from './store.ts';
import type { AdultFields } from './views.ts';

function adultFields(suffix: string, typed: Typed, problems: readonly Problem[]): AdultFields {
  const id = `relation${suffix}`;
  const chosen = typed[id] ?? '';
  const known: Option[] = relations.map(relation => ({ value: relation, label: relation, chosen: relation === chosen }));
  return {
    fields: fieldsOf(['givenName', 'surname', 'email', 'mobile'], suffix, typed, problems),
    relation: { id, options: [{ value: '', label: 'Choose', chosen: chosen === '' }, ...known], error: problemWith(problems, id) },
  };
}

export function addAdultPage(
  frame: SchoolFrame,
  child: { id: string; givenName: string; surname: string; className: string | null; hasAdults: boolean } | null,
  state: { typed: Typed; submission: string; problems: Problem[] },
): Model<'schools/add-adult'> {
  const { typed, submission, problems } = state;
  const href = child === null ? paths.pupils : paths.pupil.to({ childId: child.id });
  return {
    frame,
    heading: child === null ? 'Add a pupil and their first adult' : `Add an adult for ${child.givenName}`,
    lead:
      child === null
        ? 'A child who is new here, with the adults who bring them up. They are on the roll at once.'
        : child.hasAdults
          ? `${child.givenName} has parents here already. Those with an account are told now, and the adult is added after 72 hours, or when a second colleague confirms.`
          : `Nobody may collect ${child.givenName} yet, so the adult is added at once.`,
    child: child && { id: child.id, name: withClass(`${child.givenName} ${child.surname}`, child.className), href },
    submission,
    problems,
    pupil: child === null ? fieldsOf(['childGivenName', 'childSurname', 'bornOn', 'className'], '', typed, problems) : [],
    adult: adultFields('', typed, problems),
    second: child === null ? adultFields('2', typed, problems) : null,
    secondOpen: Object.entries(typed).some(([id, value]) => id.endsWith('2') && value !== ''),
    cancel: href,
    button: child === null ? 'Add to the roll' : child.hasAdults ? 'Propose this adult' : 'Add this adult',
  };
}

export const editAdultPage = (frame: SchoolFrame, adult: AdultView, joined: boolean, typed: Typed, problems: Problem[]): Model<'schools/edit-adult'> => ({
  frame,
  name: `${adult.givenName} ${adult.surname}`,
  children: `for ${adult.childrenText}`,
  back: paths.schoolAdult.to({ parentId: adult.parentId }),
  action: paths.editAdult.to({ parentId: adult.parentId }),
  fields: fieldsOf(joined ? ['email', 'mobile'] : ['givenName', 'surname', 'email', 'mobile'], '', typed, problems),
  problems,
});
