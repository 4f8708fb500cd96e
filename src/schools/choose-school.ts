import { recordAudit } from '../audit/events.ts';
import type { User } from '../core/actor.ts';
import { NotFound } from '../core/errors.ts';
import type { SchoolId } from '../core/ids.ts';
import type { Work } from '../platform/database.ts';
import { updateChosenSchool } from './store.ts';

/** Which school this person's pages begin with, from now on. */
export async function chooseSchool(work: Work<User>, schoolId: SchoolId): Promise<void> {
  const [chosen] = await work.trx.query(updateChosenSchool, [work.actor.accountId, schoolId]);
  if (!chosen) throw new NotFound();
  await recordAudit(work, 'account.school-chosen', { targetId: work.actor.accountId, schoolId });
}
