import type { ParentUser } from '../core/actor.ts';
import { NotFound } from '../core/errors.ts';
import type { ChildId, FamilyId, ParentId, SchoolId } from '../core/ids.ts';
import { compareNames, listed } from '../core/text.ts';
import type { Queryable, Statement } from '../platform/database.ts';
import { type Frame, frameOf, type Place } from '../web/frame.ts';
import { type FamilyAgainRow, type FamilyRow, selectFamilyView } from './store.ts';

export { enterRecords } from './enter-record.ts';
export { joinParents } from './join-parents.ts';
export { type FamilyAgainRow, familyAgainWith, familyVersionColumn, familyViewWith } from './store.ts';
export type { FamilyRow } from './store.ts';

/** A family as one of its parents comes to it, with what the frame of a page shows. */
export type FamilyView = Omit<FamilyRow, 'families'> & {
  /** The reader's own. */
  name: string;
  families: NonNullable<FamilyRow['families']>;
  schools: { id: SchoolId; name: string }[];
  unread: number;
};

function viewOf<Row extends FamilyRow>(row: Row, reader: ParentId): Omit<Row, 'families'> & FamilyView {
  const me = row.members.find(member => member.id === reader);
  const schools = new Map<SchoolId, string>();
  for (const { schoolId, schoolName } of row.children) if (schoolId !== null && schoolName !== null) schools.set(schoolId, schoolName);
  const marks = Object.values(row.unreadIn);
  return {
    ...row,
    name: me ? `${me.givenName} ${me.surname}` : '',
    families: row.families ?? [{ id: row.familyId, children: row.children.map(child => child.givenName), waiting: marks.length }],
    schools: [...schools].map(([id, name]) => ({ id, name })).sort((a, b) => compareNames(a.name, b.name)),
    unread: marks.reduce((sum, positions) => sum + positions.length, 0),
  };
}

/** The family a parent asked for, or begins with. Refuses where they share no such family. */
export const findFamily = (db: Queryable, actor: ParentUser, familyId: FamilyId | null = null): Promise<FamilyView> =>
  findFamilyWith(db, selectFamilyView, actor, familyId);

/** The same by a neighbour's own statement, made by `familyViewWith`; `more` are its parameters from $4 on. */
export async function findFamilyWith<Row extends FamilyRow>(
  db: Queryable,
  known: Statement<Row>,
  actor: ParentUser,
  familyId: FamilyId | null = null,
  more: readonly unknown[] = [],
): Promise<Omit<Row, 'families'> & FamilyView> {
  const [family] = await db.query(known, [actor.parentId, familyId, actor.accountId, ...more]);
  if (!family) throw new NotFound();
  return viewOf(family, actor.parentId);
}

/** The same, for someone who may share none. */
export const findFamilyIfAny = (db: Queryable, actor: ParentUser): Promise<FamilyView | null> => findFamilyIfAnyWith(db, selectFamilyView, actor);

/** The same by a neighbour's own statement. */
export async function findFamilyIfAnyWith<Row extends FamilyRow>(
  db: Queryable,
  known: Statement<Row>,
  actor: ParentUser,
  more: readonly unknown[] = [],
): Promise<(Omit<Row, 'families'> & FamilyView) | null> {
  const [family] = await db.query(known, [actor.parentId, null, actor.accountId, ...more]);
  return family ? viewOf(family, actor.parentId) : null;
}

/** What of a family is the same for all its parents, and for as long as its version is. */
export type KeptFamily = Pick<FamilyRow, 'familyId' | 'timeZone' | 'children' | 'activities' | 'members'>;
export const keptOf = ({ familyId, timeZone, children, activities, members }: KeptFamily): KeptFamily => ({
  familyId,
  timeZone,
  children,
  activities,
  members,
});

/** A family that was kept, as it is now: by a statement of `familyAgainWith`. Null where its reader would not come to it, or where it is another version. */
export async function findFamilyAgain<Row extends FamilyAgainRow>(
  db: Queryable,
  known: Statement<Row>,
  actor: ParentUser,
  { kept, version }: { kept: KeptFamily; version: string },
  more: readonly unknown[] = [],
): Promise<(Omit<Row, 'families'> & FamilyView) | null> {
  const [row] = await db.query(known, [actor.parentId, kept.familyId, actor.accountId, ...more]);
  return row && row.familyVersion === version ? viewOf<Row & KeptFamily>({ ...kept, ...row }, actor.parentId) : null;
}

/** What a family is called where several are listed: its children. */
export const familyLabel = (children: readonly string[]): string => (children.length === 0 ? 'A family' : listed(children));

/** The frame around a page about this family. */
export const frameFor = (family: FamilyView, place: Place | { child: ChildId }): Frame =>
  frameOf(
    {
      name: family.name,
      families: family.families.map(({ id, children }) => ({ id, label: familyLabel(children) })),
      familyId: family.familyId,
      children: family.children.map(({ id, givenName }) => ({ id, name: givenName })),
      asked: family.asked,
      entries: family.entries,
      unread: family.unread,
      brokenAt: family.brokenAt,
    },
    place,
  );
