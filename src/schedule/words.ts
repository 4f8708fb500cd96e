import type { ChildId, ParentId } from '../core/ids.ts';
import { listed } from '../core/text.ts';
import type { Layer, Place } from './terms.ts';

/** What places, layers and people are called wherever parenting time is spoken of. */

// ------------------------------------------------------------------ places

/** The kinds of place as a form offers them. */
export const placeKindNames: Record<Place['kind'], string> = {
  school: 'School',
  'contact-centre': 'Contact centre',
  kerbside: 'Kerbside',
  'third-party': 'A third party',
  home: 'Home',
  other: 'Another place',
};

/** "School, St Brigid’s main gate": the kind of place, and what the parents call it. */
export const placeName = ({ kind, label }: Place): string => {
  if (label === '') return placeKindNames[kind];
  return kind === 'other' ? label : `${placeKindNames[kind]}, ${label}`;
};

const atKind: Record<Place['kind'], string> = {
  school: 'at school',
  'contact-centre': 'at the contact centre',
  kerbside: 'at the kerbside',
  'third-party': 'at somebody else’s',
  home: 'at home',
  other: '',
};

/** "at school". Empty where no place is agreed, or where its own label says all there is. */
export const atPlace = (place: Place | null): string => (place === null ? '' : atKind[place.kind]);

/** "at school (St Brigid’s, main gate)", for a sentence that is read without its page. */
export function atPlaceInFull(place: Place | null): string {
  const at = atPlace(place);
  if (place === null || place.label === '') return at;
  return at === '' ? place.label : `${at} (${place.label})`;
}

// ------------------------------------------------------------------ layers

const layerNames: Record<Layer, string> = {
  regular: 'The regular schedule',
  break: 'A school break',
  vacation: 'A vacation',
  holiday: 'A holiday or special day',
  change: 'An agreed change',
};

/** What decides time: "The regular schedule: 2-2-5-5". Empty where nothing does. */
export const decidedWords = ({ layer, label }: { layer: Layer | null; label: string }): string => {
  if (layer === null) return '';
  return label === '' ? layerNames[layer] : `${layerNames[layer]}: ${label}`;
};

// ------------------------------------------------------------------ people

/** Whose names words need: a family, or as much of one. */
export type Names = {
  members: readonly { id: ParentId; givenName: string; surname: string }[];
  children: readonly { id: ChildId; givenName: string }[];
};

/** "Amara Okafor" */
export function fullName({ members }: Pick<Names, 'members'>, id: ParentId): string {
  const member = members.find(one => one.id === id);
  return member ? `${member.givenName} ${member.surname}` : 'A parent';
}

/** "Amara" */
export const givenName = ({ members }: Pick<Names, 'members'>, id: ParentId): string => members.find(one => one.id === id)?.givenName ?? 'A parent';

/** "Ines and Theo", in the family's order. */
export const childNames = ({ children }: Pick<Names, 'children'>, ids: readonly ChildId[]): string =>
  listed(children.filter(({ id }) => ids.includes(id)).map(child => child.givenName));

/** A holder who is neither parent. */
export const somebodyElse = 'somebody else';
