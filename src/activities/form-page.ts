import type { SchoolId } from '../core/ids.ts';
import { calendarDay, shortDay, shortDayWithYear, weekdayNamed } from '../core/time.ts';
import type { FamilyView } from '../families/index.ts';
import type { Calendars } from '../schedule/index.ts';
import type { Problem } from '../web/form.ts';
import type { ActivityRow, Who } from './columns.ts';
import type { ActivityTerms } from './describe.ts';
import type { TypedTerms } from './schema.ts';
import type { ActivityForm, Chosen, Shield, Typed } from './views.ts';

/** What stands in the form: as the browser sent it, or as it would for an activity that is there. */
export type Filled = { fields: Record<string, string>; weekdays: readonly string[] };

const whoField = (who: Who): [value: string, words: string] => (who === null ? ['with', ''] : 'words' in who ? ['other', who.words] : [who.parentId, '']);

/** An activity as its form would send it. */
export function filledOf(terms: ActivityTerms): Filled {
  const [brings, bringsOther] = whoField(terms.brings);
  const [collects, collectsOther] = whoField(terms.collects);
  return {
    fields: {
      name: terms.name,
      startsAt: terms.startsAt ?? '',
      endsAt: terms.endsAt ?? '',
      startsOn: terms.startsOn ?? '',
      endsOn: terms.endsOn ?? '',
      ...(terms.termOnly ? { termOnly: '1' } : {}),
      place: terms.place ?? '',
      cost: terms.cost ?? '',
      provider: terms.providerId ?? (terms.provider === null ? '' : 'other'),
      providerOther: terms.providerId === null ? (terms.provider ?? '') : '',
      brings,
      bringsOther,
      collects,
      collectsOther,
    },
    weekdays: terms.weekdays.map(String),
  };
}

/** What a form says, as an activity's terms. */
export const termsTyped = (typed: TypedTerms): Omit<ActivityTerms, 'providerId' | 'provider' | 'brings' | 'collects'> => ({
  name: typed.name,
  weekdays: typed.weekdays,
  startsAt: typed.startsAt,
  endsAt: typed.endsAt,
  startsOn: typed.startsOn,
  endsOn: typed.endsOn,
  termOnly: typed.termOnly,
  place: typed.place,
  cost: typed.cost,
});

export function termsByParent(typed: TypedTerms & Required<Pick<TypedTerms, 'provider' | 'brings' | 'collects'>>): ActivityTerms {
  const who = (value: (typeof typed)['brings'], words: string | null | undefined): Who =>
    value === 'with' ? null : value === 'other' ? { words: words! } : { parentId: value };
  const isSchool = typed.provider !== '' && typed.provider !== 'other';
  return {
    ...termsTyped(typed),
    providerId: isSchool ? (typed.provider as SchoolId) : null,
    provider: typed.provider === 'other' ? typed.providerOther! : null,
    brings: who(typed.brings, typed.bringsOther),
    collects: who(typed.collects, typed.collectsOther),
  };
}

/** Schools that a family's children go to, and those that offer them something already. */
export function knownSchools(family: FamilyView, rows: readonly ActivityRow[]): { id: SchoolId; name: string }[] {
  const known = new Map<SchoolId, string>(family.schools.map(({ id, name }) => [id, name]));
  for (const { providerId, provider } of rows) if (providerId !== null && provider !== null) known.set(providerId, provider);
  return [...known].map(([id, name]) => ({ id, name }));
}

/** Terms of the children's schools that are not over, to copy the first and last day from. */
export function termsOfSchools(family: FamilyView, calendars: Calendars, today: string): string[] {
  const lines = new Set<string>();
  for (const { id, schoolName } of family.children) {
    const terms = (calendars.get(id)?.school ?? []).filter(({ kind, until }) => kind === 'term' && until >= today).slice(0, 3);
    for (const { name, from, until } of terms) lines.add(`${name}, ${schoolName}: ${shortDay(calendarDay(from))} to ${shortDayWithYear(calendarDay(until))}`);
  }
  return [...lines];
}

export type FormFacts = {
  action: string;
  family: string | null;
  submission: string;
  version: string | null;
  child: ActivityForm['child'];
  filled: Filled;
  problems: readonly Problem[];
  schoolTerms: string[];
  shield: Shield | null;
  by: { schools: readonly { id: string; name: string }[]; parents: readonly { id: string; name: string }[] } | null;
  button: string;
  cancel: string;
};

export function activityForm({ filled, problems, by, ...rest }: FormFacts): ActivityForm {
  const error = (field: string): string | null => problems.find(problem => problem.field === field)?.message ?? null;
  const typed = (field: string): Typed => ({ value: filled.fields[field] ?? '', error: error(field) });
  const chosen = (field: string, options: { value: string; label: string }[], otherwise: string): Chosen => {
    const value = filled.fields[field] ?? otherwise;
    return { options: options.map(option => ({ ...option, chosen: option.value === value })), other: typed(`${field}Other`), error: error(field) };
  };
  const who = (field: string, parents: readonly { id: string; name: string }[]) =>
    chosen(
      field,
      [
        { value: 'with', label: 'Whoever the children are with' },
        ...parents.map(({ id, name }) => ({ value: id, label: name })),
        { value: 'other', label: 'Somebody else' },
      ],
      'with',
    );
  return {
    ...rest,
    name: typed('name'),
    weekdays: {
      options: [1, 2, 3, 4, 5, 6, 7].map(day => ({ value: String(day), label: weekdayNamed(day), chosen: filled.weekdays.includes(String(day)) })),
      error: error('weekdays'),
    },
    startsAt: typed('startsAt'),
    endsAt: typed('endsAt'),
    startsOn: typed('startsOn'),
    endsOn: typed('endsOn'),
    termOnly: filled.fields.termOnly === '1',
    place: typed('place'),
    cost: typed('cost'),
    by: by && {
      provider: chosen(
        'provider',
        [{ value: '', label: 'Nobody named' }, ...by.schools.map(({ id, name }) => ({ value: id, label: name })), { value: 'other', label: 'Somebody else' }],
        '',
      ),
      brings: who('brings', by.parents),
      collects: who('collects', by.parents),
    },
  };
}
