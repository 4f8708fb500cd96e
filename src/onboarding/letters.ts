import type { User } from '../core/actor.ts';
import { NotFound } from '../core/errors.ts';
import { localTime, longDay } from '../core/time.ts';
import type { Queryable } from '../platform/database.ts';
import type { Keyring } from '../platform/keyring.ts';
import type { SchoolView } from '../schools/index.ts';
import { paths } from '../web/paths.ts';
import { openQrCodes } from '../web/qr-code.ts';
import { type LetterRow, selectLetters } from './invite-store.ts';
import { linkCode, linkToken } from './link-secrets.ts';
import type { CodesPage, LettersPage } from './views.ts';

/** The letters that were made together, for the one who made them. */
async function readLetters(db: Queryable, actor: User, school: SchoolView, made: string): Promise<LetterRow[]> {
  const rows = await db.query(selectLetters, [made, actor.accountId, school.schoolId]);
  if (rows.length === 0) throw new NotFound();
  return rows;
}

const untilOf = (row: { expiresAt: Date }, zone: string): string => longDay(localTime(new Date(row.expiresAt.getTime() - 1), zone));

export async function lettersOf(
  db: Queryable,
  keyring: Keyring,
  baseUrl: string,
  actor: User,
  school: SchoolView,
  made: string,
): Promise<LettersPage['letters']> {
  const rows = await readLetters(db, actor, school, made);
  const drawQrCode = await openQrCodes();
  return rows.map(row => {
    const link = `${baseUrl}${paths.link.to({ token: linkToken(keyring, row) })}`;
    return { name: row.name, link, until: untilOf(row, school.timeZone), ...drawQrCode(link) };
  });
}

/** The codes that go with them, for another sheet and another hand. */
export async function codesOf(db: Queryable, keyring: Keyring, actor: User, school: SchoolView, made: string): Promise<CodesPage['rows']> {
  const rows = await readLetters(db, actor, school, made);
  return rows.map(row => ({ name: row.name, children: row.childrenText, code: linkCode(keyring, row), until: untilOf(row, school.timeZone) }));
}
