import { canInvite } from '../access/policy.ts';
import type { User } from '../core/actor.ts';
import { Forbidden } from '../core/errors.ts';
import type { Queryable } from '../platform/database.ts';
import { findSchool, type SchoolView } from '../schools/index.ts';

/** The school whose office this person works in. For the gate it is there and refused; for everyone else it is not there. */
export async function findOffice(db: Queryable, actor: User): Promise<SchoolView> {
  const school = await findSchool(db, actor);
  if (!canInvite(school.role)) throw new Forbidden('This page is for the school’s office.');
  return school;
}
