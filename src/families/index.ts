import type { ParentUser } from '../core/actor.ts';
import { NotFound } from '../core/errors.ts';
import type { FamilyId } from '../core/ids.ts';
import { listed } from '../core/text.ts';
import type { Queryable, Statement } from '../platform/database.ts';
import { type Frame, frameOf, type Place } from '../web/frame.ts';
import { type FamilyView, selectFamilyView } from './store.ts';

export { familyViewWith } from './store.ts';
export type { ChildRow, FamilyView, MemberRow } from './store.ts';

/** The family a parent asked for, or begins with. Refuses where they share no such family. */
export const findFamily = (db: Queryable, actor: ParentUser, familyId: FamilyId | null = null): Promise<FamilyView> =>
  findFamilyWith(db, selectFamilyView, actor, familyId);

/** The same by a neighbour's own statement, made by `familyViewWith`. */
export async function findFamilyWith<View extends FamilyView>(
  db: Queryable,
  known: Statement<View>,
  actor: ParentUser,
  familyId: FamilyId | null = null,
): Promise<View> {
  const [family] = await db.query(known, [actor.parentId, familyId, actor.accountId]);
  if (!family) throw new NotFound();
  return family;
}

/** The same, for someone who may share none. */
export async function findFamilyIfAny(db: Queryable, actor: ParentUser): Promise<FamilyView | null> {
  const [family] = await db.query(selectFamilyView, [actor.parentId, null, actor.accountId]);
  return family ?? null;
}

/** What a family is called where several are listed: its children. */
export const familyLabel = (children: readonly string[]): string => (children.length === 0 ? 'A family' : listed(children));

/** The frame around a page about this family. */
export const frameFor = (family: FamilyView, place: Place): Frame =>
  frameOf(
    {
      name: family.name,
      families: family.families.map(({ id, children }) => ({ id, label: familyLabel(children) })),
      familyId: family.familyId,
      children: family.children.map(child => child.givenName),
      entries: family.entries,
      unread: family.unread,
      brokenAt: family.brokenAt,
    },
    place,
  );
