import type { ChildId, ParentId, SchoolId } from '../../core/ids.ts';
import { fold, listed } from '../../core/text.ts';
import type { Transaction } from '../../platform/database.ts';
import { sortName } from '../roll/sort-name.ts';
import { withClass } from '../with-class.ts';
import { selectListed, updateListed } from './store.ts';

/** Makes the rows of adults on a school's list true again: those of some pupils, and those named. */
export async function listAdults(trx: Transaction, schoolId: SchoolId, ofPupils: readonly ChildId[], named: readonly ParentId[]): Promise<void> {
  if (ofPupils.length === 0 && named.length === 0) return;
  const adults = await trx.query(selectListed, [schoolId, ofPupils, named]);
  await trx.query(updateListed, [JSON.stringify(adults.map(({ parentId, ...adult }) => ({ parentId, ...listing(adult) }))), schoolId]);
}

type Listed = { givenName: string; surname: string; children: { givenName: string; surname: string; className: string | null }[] };

/** What the list shows of an adult, sorts it by, and finds it by. */
export const listing = ({ givenName, surname, children }: Listed) => ({
  sortName: sortName({ givenName, surname }),
  searchText: [...new Set([`${givenName} ${surname}`, ...children.map(child => `${child.givenName} ${child.surname}`)])].map(fold).join(' · '),
  childrenText: listed(children.map(child => withClass(child.givenName, child.className))),
  classes: [...new Set(children.flatMap(child => (child.className === null ? [] : [child.className])))],
});
