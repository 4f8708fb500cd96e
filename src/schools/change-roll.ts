import { addressHash } from '../accounts/index.ts';
import { recordAudit } from '../audit/events.ts';
import type { User } from '../core/actor.ts';
import { NotFound } from '../core/errors.ts';
import type { ChildId, ParentId, SchoolId } from '../core/ids.ts';
import type { Work } from '../platform/database.ts';
import type { Keyring } from '../platform/keyring.ts';
import { listAdults } from './list-adults.ts';
import { openRoll } from './open-roll.ts';
import type { Fault } from './read-person.ts';
import { endAdultWithoutPupils, endParenting, lockAdult, selectPupil, selectReached, updateAdultContact, updateAdultName, updatePupil } from './store.ts';

/** A pupil's name and class. Adults' rows on the list say both, so they follow. */
export async function changePupil(
  work: Work<User>,
  schoolId: SchoolId,
  childId: ChildId,
  pupil: { givenName: string; surname: string; className: string | null },
): Promise<void> {
  await openRoll(work, schoolId);
  const [before] = await work.trx.query(selectPupil, [schoolId, childId]);
  if (!before) throw new NotFound();
  const named = before.givenName !== pupil.givenName || before.surname !== pupil.surname;
  const moved = before.className !== pupil.className;
  if (!named && !moved) return;
  await work.trx.query(updatePupil, [schoolId, childId, pupil.givenName, pupil.surname, pupil.className]);
  await listAdults(work.trx, schoolId, [childId], []);
  await recordAudit(work, 'pupil.changed', { targetId: childId, schoolId, details: { what: named && moved ? 'name and class' : named ? 'name' : 'class' } });
}

/** How the school reaches an adult; and their name, until they have an account and it is theirs alone. */
export async function changeAdult(
  work: Work<User>,
  keyring: Keyring,
  schoolId: SchoolId,
  parentId: ParentId,
  adult: { givenName: string; surname: string; email: string | null; mobile: string | null },
): Promise<Fault[]> {
  await openRoll(work, schoolId);
  const { trx } = work;
  const [before] = await trx.query(lockAdult, [schoolId, parentId]);
  if (!before) throw new NotFound();
  const hash = adult.email === null ? null : addressHash(keyring, adult.email);
  if (hash !== null && (await trx.query(selectReached, [schoolId, parentId, hash])).length > 0)
    return [{ field: 'email', message: 'This e-mail address belongs to another adult here. Each adult needs their own' }];
  const named = before.givenName !== adult.givenName || before.surname !== adult.surname;
  if (named && before.joined) return [{ field: 'givenName', message: 'They have an account, so the name is theirs to change' }];
  await trx.query(updateAdultContact, [
    schoolId,
    parentId,
    adult.email === null ? null : keyring.sealField('email', adult.email),
    hash,
    adult.mobile === null ? null : keyring.sealField('phone', adult.mobile),
  ]);
  if (named) {
    await trx.query(updateAdultName, [parentId, adult.givenName, adult.surname]);
    await listAdults(trx, schoolId, [], [parentId]);
  }
  await recordAudit(work, 'adult.changed', { targetId: parentId, schoolId, details: { what: named ? 'name and contact details' : 'contact details' } });
  return [];
}

/** From today this adult no longer collects this pupil. What they share on a record is not the school's, and stays. */
export async function endCollecting(work: Work<User>, schoolId: SchoolId, childId: ChildId, parentId: ParentId): Promise<void> {
  await openRoll(work, schoolId);
  const [ended] = await work.trx.query(endParenting, [schoolId, childId, parentId]);
  if (!ended) throw new NotFound();
  await work.trx.query(endAdultWithoutPupils, [schoolId, parentId]);
  await listAdults(work.trx, schoolId, [], [parentId]);
  await recordAudit(work, 'adult.ended', { targetId: parentId, schoolId, details: { child: childId } });
}
