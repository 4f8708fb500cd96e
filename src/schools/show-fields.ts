import { type Problem, problemWith, type Typed } from '../web/form.ts';
import type { PairField } from './roll/read-person.ts';
import type { Field } from './views.ts';

/** The relation is chosen, and shown by itself. */
type TypedField = Exclude<PairField, 'relation'>;

const labels: Record<TypedField, { label: string; hint?: string; type?: Field['type'] }> = {
  givenName: { label: 'Given name' },
  surname: { label: 'Surname' },
  email: { label: 'E-mail address, if known', hint: 'For the link and nothing else. Nobody but the office sees it.', type: 'email' },
  mobile: { label: 'Mobile number, if known', hint: 'For the link by text message.', type: 'tel' },
  childGivenName: { label: 'Given name' },
  childSurname: { label: 'Surname' },
  bornOn: { label: 'Date of birth', hint: 'For example 14/06/2017' },
  className: { label: 'Class, if there is one', hint: 'For example 1B' },
};

/** Fields of an adult or a child as a form shows them. A second adult's end in `suffix`. */
export const fieldsOf = (names: readonly TypedField[], suffix: string, typed: Typed, problems: readonly Problem[]): Field[] =>
  names.map(name => {
    const { label, hint, type } = labels[name];
    const id = `${name}${suffix}`;
    return { id, label, hint: hint ?? null, value: typed[id] ?? '', type: type ?? 'text', error: problemWith(problems, id) };
  });
