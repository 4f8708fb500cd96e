import type { ChildId, ParentId } from '../../core/ids.ts';
import { listed } from '../../core/text.ts';
import { localTime, longDay } from '../../core/time.ts';
import type { FamilyView } from '../../families/index.ts';
import type { Holder, Layer, Place } from '../terms.ts';
import type { Planned } from './planned.ts';
import type { MarkKind } from './store.ts';

const placeKindWords: Record<Place['kind'], string> = {
  school: 'at school',
  'contact-centre': 'at the contact centre',
  kerbside: 'at the kerbside',
  'third-party': 'at somebody else’s',
  home: 'at home',
  other: '',
};

/** "at school". Empty where no place is agreed, or where its own label says all there is. */
export const placeWords = (place: Place | null): string => (place === null ? '' : placeKindWords[place.kind]);

/** "at school (St Brigid’s, main gate)", for a sentence that is read without its page. */
export function placeInFull(place: Place | null): string {
  if (place === null) return '';
  const kind = placeKindWords[place.kind];
  if (place.label === '') return kind;
  return kind === '' ? place.label : `${kind} (${place.label})`;
}

export const layerWords: Record<Layer, string> = {
  regular: 'The regular schedule',
  break: 'A school break',
  vacation: 'A vacation',
  holiday: 'A holiday or special day',
  change: 'An agreed change',
};

export const markWords: Record<MarkKind, string> = { 'handed-over': 'Handed over', received: 'Received', 'not-taken-place': 'Did not take place' };

export const somebodyElse = 'somebody else';

type Names = Pick<FamilyView, 'members' | 'children'>;

const memberOf = ({ members }: Names, id: ParentId) => members.find(member => member.id === id);

/** "you", "Daniel", "somebody else". */
export function whoWords(family: Names, holder: Holder, reader: ParentId): string {
  if (holder === 'third-party') return somebodyElse;
  return holder === reader ? 'you' : (memberOf(family, holder)?.givenName ?? 'the other parent');
}

export const capital = (words: string): string => words.slice(0, 1).toUpperCase() + words.slice(1);

/** "Ines and Theo". */
export const childNames = ({ children }: Names, ids: readonly ChildId[]): string =>
  listed(children.filter(({ id }) => ids.includes(id)).map(({ givenName }) => givenName));

const fullName = (family: Names, holder: Holder): string => {
  if (holder === 'third-party') return somebodyElse;
  const member = memberOf(family, holder);
  return member ? `${member.givenName} ${member.surname}` : 'a parent';
};

/** A handover as the record names it, for readers who see nothing but the entry. */
export function inFull(family: Names & Pick<FamilyView, 'timeZone'>, { at, from, to, children, place }: Planned): string {
  const local = localTime(new Date(at), family.timeZone);
  const where = placeInFull(place);
  return `the handover of ${childNames(family, children)} from ${fullName(family, from)} to ${fullName(family, to)} that was planned for ${longDay(local)} at ${local.clock}${where === '' ? '' : `, ${where}`}`;
}

export const parentInFull = (family: Names, parentId: ParentId): string => fullName(family, parentId);
