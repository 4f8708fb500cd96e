import type { ParentUser } from '../../core/actor.ts';
import type { FamilyId } from '../../core/ids.ts';
import type { Queryable } from '../../platform/database.ts';
import { type MadeHandover, selectMade } from './store.ts';

/** The handovers of a family from an instant until another that somebody marked, packed for or wrote about. Empty for whoever shares no such family. */
export async function marksBetween(db: Queryable, actor: ParentUser, familyId: FamilyId, from: number, until: number): Promise<MadeHandover[]> {
  const [row] = await db.query(selectMade, [actor.parentId, familyId, from, until]);
  return row!.made;
}
