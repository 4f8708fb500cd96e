import { canManageActivities } from '../access/policy.ts';
import type { User } from '../core/actor.ts';
import { isParent } from '../core/actor.ts';
import { Forbidden, NotFound } from '../core/errors.ts';
import type { ActivityId, ParentId, SchoolId } from '../core/ids.ts';
import type { Queryable, Work } from '../platform/database.ts';
import { findSchool, type SchoolView } from '../schools/index.ts';
import { lockForParent, lockForSchool, type Locked, selectParentName } from './store.ts';

/** Who writes: a parent, or the office of the school they work at now. With the name under which the record has it. */
export type Author = { by: { parentId: ParentId } | { schoolId: SchoolId }; name: string };

const onlyOffice = 'Only the school office changes activities. Ask a colleague there.';

/** The school, for its office. */
export async function findActivityOffice(db: Queryable, actor: User): Promise<SchoolView> {
  const school = await findSchool(db, actor);
  if (!canManageActivities(school.role)) throw new Forbidden(onlyOffice);
  return school;
}

export type Side = 'parent' | 'school';

export async function findAuthor({ trx, actor }: Work<User>, side: Side): Promise<Author> {
  if (side === 'school') {
    const { schoolId, name } = await findActivityOffice(trx, actor);
    return { by: { schoolId }, name };
  }
  if (!isParent(actor)) throw new NotFound();
  const [parent] = await trx.query(selectParentName, [actor.parentId]);
  return { by: { parentId: actor.parentId }, name: parent!.name };
}

/** The activity, locked, as its author may see it. */
export async function lockActivity({ trx }: Work<User>, { by }: Author, activityId: ActivityId): Promise<Locked> {
  const [found] = 'parentId' in by ? await trx.query(lockForParent, [by.parentId, activityId]) : await trx.query(lockForSchool, [by.schoolId, activityId]);
  if (!found) throw new NotFound();
  return found;
}
