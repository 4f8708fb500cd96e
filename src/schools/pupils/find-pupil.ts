import { NotFound } from '../../core/errors.ts';
import type { ChildId, SchoolId } from '../../core/ids.ts';
import type { Queryable } from '../../platform/database.ts';
import { type PupilView, selectPupil } from './store.ts';

/** A pupil of this school, with the adults who may collect. Not there at any other. */
export async function findPupil(db: Queryable, schoolId: SchoolId, childId: ChildId): Promise<PupilView> {
  const [pupil] = await db.query(selectPupil, [schoolId, childId]);
  if (!pupil) throw new NotFound();
  return pupil;
}
