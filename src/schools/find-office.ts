import { canManageRoll } from '../access/policy.ts';
import type { User } from '../core/actor.ts';
import { Forbidden } from '../core/errors.ts';
import type { Queryable } from '../platform/database.ts';
import { findSchool, type SchoolView } from './index.ts';
import { onlyOffice } from './roll/open-roll.ts';

/** The school, for its office: staff at the gate see neither pupils' pages nor lists. */
export async function findOffice(db: Queryable, actor: User): Promise<SchoolView> {
  const school = await findSchool(db, actor);
  if (!canManageRoll(school.role)) throw new Forbidden(onlyOffice);
  return school;
}
