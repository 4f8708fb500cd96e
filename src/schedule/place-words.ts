import type { Place, placeKinds } from './terms.ts';

export const placeKindWords: Record<(typeof placeKinds)[number], string> = {
  school: 'School',
  'contact-centre': 'Contact centre',
  kerbside: 'Kerbside',
  'third-party': 'A third party',
  home: 'Home',
  other: 'Another place',
};

/** "School, St Brigid’s main gate": the kind of place, and what the parents call it. */
export const placeWords = ({ kind, label }: Place): string => {
  if (label === '') return placeKindWords[kind];
  return kind === 'other' ? label : `${placeKindWords[kind]}, ${label}`;
};
