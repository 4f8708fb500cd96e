import { randomUUIDv7 } from 'node:crypto';
import type { ParentId, SchoolId } from '../../core/ids.ts';
import type { Queryable, Transaction } from '../../platform/database.ts';
import { sortName } from '../roll/sort-name.ts';
import { lockSchoolAlone } from '../store.ts';
import { listAdults } from './list-adults.ts';
import { endAdultWithoutPupils, insertAdults, selectNamesakes, selectReached } from './store.ts';

/** An adult without a parenting: on the list for a link and a photo, and no part of any family or record. Contact details come encrypted. */
type CollectorAdult = { givenName: string; surname: string; emailCt: Buffer | null; emailHash: Buffer | null; phoneCt: Buffer | null };

/** Puts such an adult on the list, with the school's next number. An e-mail address that is another adult's here already is left out. */
export async function addCollectorAdult(trx: Transaction, schoolId: SchoolId, adult: CollectorAdult): Promise<ParentId> {
  await trx.query(lockSchoolAlone, [schoolId]);
  const parentId = randomUUIDv7() as ParentId;
  const hex = (bytes: Buffer | null) => bytes?.toString('hex') ?? null;
  const taken = adult.emailHash !== null && (await trx.query(selectReached, [schoolId, parentId, adult.emailHash])).length > 0;
  const { givenName, surname, phoneCt } = adult;
  const { emailCt, emailHash } = taken ? { emailCt: null, emailHash: null } : adult;
  const row = {
    parentId,
    givenName,
    surname,
    sortName: sortName(adult),
    emailCt: hex(emailCt),
    emailHash: hex(emailHash),
    phoneCt: hex(phoneCt),
    current: true,
  };
  await trx.query(insertAdults, [JSON.stringify([row]), schoolId]);
  return parentId;
}

/** After a choice was confirmed or ended: the row on the list says for whom, and ends with the last reason for it. Says whether it ended. */
export async function renewCollectorAdult(trx: Transaction, schoolId: SchoolId, parentId: ParentId): Promise<boolean> {
  await listAdults(trx, schoolId, [], [parentId]);
  const ended = await trx.query(endAdultWithoutPupils, [schoolId, parentId]);
  return ended.length > 0;
}

/** Adults on the list of the same name: somebody who was chosen may be one of them. */
export const findNamesakes = (db: Queryable, schoolId: SchoolId, adult: { givenName: string; surname: string }) =>
  db.query(selectNamesakes, [schoolId, sortName(adult)]);
