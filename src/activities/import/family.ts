import type { ChildId, ParentId, SchoolId } from '../../core/ids.ts';
import { fold } from '../../core/text.ts';
import { knownSchools } from '../form-page.ts';
import type { FamilyActivities } from '../pages.ts';

/** Whom a list may name, found by what a person would write. */
export type ImportFamily = {
  children: readonly { id: ChildId; givenName: string }[];
  timeZone: string;
  childNamed(text: string): ChildId | null;
  nameOf(child: ChildId): string;
  parentNamed(text: string): ParentId | null;
  schoolNamed(text: string): SchoolId | null;
};

const folded = (text: string): string => fold(text).replace(/\s+/g, ' ').trim();

export function importFamily(family: FamilyActivities, chosen: ChildId | null): ImportFamily {
  const schools = knownSchools(family, family.activityRows);
  const current = family.members.filter(member => member.current);
  return {
    children: family.children,
    timeZone: family.timeZone,
    childNamed(text) {
      if (text === '') return chosen ?? (family.children.length === 1 ? family.children[0]!.id : null);
      // "Ines Okafor Reyes" is Ines too.
      const named = family.children.filter(({ givenName }) => folded(text) === folded(givenName) || folded(text).startsWith(`${folded(givenName)} `));
      return named.length === 1 ? named[0]!.id : null;
    },
    nameOf: child => family.children.find(({ id }) => id === child)?.givenName ?? '',
    parentNamed(text) {
      const named = current.filter(({ givenName, surname }) => [folded(givenName), folded(`${givenName} ${surname}`)].includes(folded(text)));
      return named.length === 1 ? named[0]!.id : null;
    },
    schoolNamed: text => schools.find(({ name }) => folded(name) === folded(text))?.id ?? null,
  };
}
