import { type Step, stepsAbout } from '../audit/steps.ts';
import type { ParentUser } from '../core/actor.ts';
import { Gone, NotFound } from '../core/errors.ts';
import type { ActivityId, FamilyId } from '../core/ids.ts';
import type { SubjectsAbout } from '../messages/index.ts';
import type { Queryable } from '../platform/database.ts';
import type { Keyring } from '../platform/keyring.ts';
import type { Calendars, KnownCalendars } from '../schedule/index.ts';
import type { ActivityRow } from './columns.ts';
import type { FamilyActivities } from './pages.ts';
import { familyAndActivity, selectFamilyOf, selectRemoved } from './store.ts';

/** An activity as one of the parents comes to it. */
export type Found = { family: FamilyActivities & SubjectsAbout; row: ActivityRow; calendars: Calendars };

/** The activity with its family: the one the parent looked at last, most likely, or another they share. */
export async function findActivity(db: Queryable, calendars: KnownCalendars, actor: ParentUser, activityId: ActivityId): Promise<Found> {
  const read = async (familyId: FamilyId | null) => {
    const found = await calendars.readWith(db, familyAndActivity, actor, familyId, [activityId]);
    const row = found.family.activityRows.find(({ id }) => id === activityId);
    return row ? { ...found, row } : null;
  };
  const likely = await read(null).catch((error: unknown) => {
    if (error instanceof NotFound) return null;
    throw error;
  });
  if (likely) return likely;
  const [of] = await db.query(selectFamilyOf, [actor.parentId, activityId]);
  const found = of && (await read(of.familyId));
  if (found) return found;
  const [removed] = await db.query(selectRemoved, [actor.parentId, activityId]);
  if (!removed) throw new NotFound();
  throw new Gone('This activity was taken out again within an hour of being added. The record keeps that it was added, and that it was taken out.');
}

/** What was done about it, oldest first. */
export const historyOf = (db: Queryable, keyring: Keyring, { family, row }: Found): Promise<Step[]> => stepsAbout(db, keyring, family.familyId, [row.id]);
