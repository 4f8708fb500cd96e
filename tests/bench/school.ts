import { randomBytes, randomUUIDv7 } from 'node:crypto';
import type pg from 'pg';
import { addressHash } from '../../src/accounts/index.ts';
import type { Keyring } from '../../src/platform/keyring.ts';
import { sessionLengths } from '../../src/web/session.ts';
import { manyAdults } from '../support/many-adults.ts';
import { insert } from './records.ts';

export const adultsOfSchool = 10_000;

/** A school with ten thousand adults and somebody of its office, signed in by the session of this id. */
export async function laySchool(admin: pg.Client, keyring: Keyring): Promise<{ sid: string }> {
  const [schoolId, accountId, sid] = [randomUUIDv7(), randomUUIDv7(), randomBytes(24).toString('base64url')];
  const email = 'ruth@stbrigids.example';
  await insert(admin, 'parley.schools', [{ id: schoolId, name: 'St Brigid’s Primary', kind: 'school', time_zone: 'Europe/London', created_at: new Date() }]);
  await insert(admin, 'parley.accounts', [
    {
      id: accountId,
      email_hash: addressHash(keyring, email),
      email_ct: keyring.sealField('email', email),
      password_hash: 'nobody signs in by password here',
      parent_id: null,
      display_name: 'Ruth Farrell',
      family_id: null,
      created_at: new Date(),
    },
  ]);
  await insert(admin, 'parley.staff', [{ school_id: schoolId, account_id: accountId, role: 'office', since: new Date() }]);
  await insert(admin, 'parley.sessions', [
    {
      sid,
      sess: {
        cookie: { originalMaxAge: null, expires: null, httpOnly: true, sameSite: 'lax', secure: false, path: '/' },
        accountId,
        parentId: null,
        signedInAt: Date.now(),
        ...sessionLengths.staff,
      },
      expire: new Date(Date.now() + sessionLengths.staff.absoluteMinutes * 60_000),
    },
  ]);
  await manyAdults({ admin }, schoolId, adultsOfSchool);
  return { sid };
}
