import { recordAudit } from '../../audit/events.ts';
import type { User } from '../../core/actor.ts';
import type { ChildId, SchoolId } from '../../core/ids.ts';
import type { Work } from '../../platform/database.ts';
import { listAdults } from '../adults/list-adults.ts';
import { openRoll } from '../roll/open-roll.ts';
import { findPupil } from './find-pupil.ts';
import { updatePupil } from './store.ts';

/** A pupil's name and class. Adults' rows on the list say both, so they follow. */
export async function changePupil(
  work: Work<User>,
  schoolId: SchoolId,
  childId: ChildId,
  pupil: { givenName: string; surname: string; className: string | null },
): Promise<void> {
  await openRoll(work, schoolId);
  const before = await findPupil(work.trx, schoolId, childId);
  const named = before.givenName !== pupil.givenName || before.surname !== pupil.surname;
  const moved = before.className !== pupil.className;
  if (!named && !moved) return;
  await work.trx.query(updatePupil, [schoolId, childId, pupil.givenName, pupil.surname, pupil.className]);
  await listAdults(work.trx, schoolId, [childId], []);
  await recordAudit(work, 'pupil.changed', { targetId: childId, schoolId, details: { what: named && moved ? 'name and class' : named ? 'name' : 'class' } });
}
