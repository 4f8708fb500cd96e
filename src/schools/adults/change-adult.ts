import { addressHash } from '../../accounts/index.ts';
import { recordAudit } from '../../audit/events.ts';
import type { User } from '../../core/actor.ts';
import { NotFound } from '../../core/errors.ts';
import type { ParentId, SchoolId } from '../../core/ids.ts';
import type { Work } from '../../platform/database.ts';
import type { Keyring } from '../../platform/keyring.ts';
import { openRoll } from '../roll/open-roll.ts';
import type { Fault } from '../roll/read-person.ts';
import { listAdults } from './list-adults.ts';
import { lockAdult, selectReached, updateAdultContact, updateAdultName } from './store.ts';

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
