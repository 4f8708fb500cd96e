import { canManageRoll } from '../../access/policy.ts';
import type { User } from '../../core/actor.ts';
import { Forbidden, NotFound } from '../../core/errors.ts';
import type { SchoolId } from '../../core/ids.ts';
import type { Work } from '../../platform/database.ts';
import { lockSchool } from '../store.ts';

export const onlyOffice = 'Only the school office changes the roll. Ask a colleague there.';

/** Locks a school's roll for a change by one of its office. */
export async function openRoll(work: Work<User>, schoolId: SchoolId): Promise<{ schoolId: SchoolId; name: string; timeZone: string }> {
  const [school] = await work.trx.query(lockSchool, [schoolId, work.actor.accountId]);
  if (!school) throw new NotFound();
  if (!canManageRoll(school.role)) throw new Forbidden(onlyOffice);
  return { schoolId, name: school.name, timeZone: school.timeZone };
}
