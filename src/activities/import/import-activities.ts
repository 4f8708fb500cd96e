import { hash, randomUUIDv7 } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { mostActivityImportsAnHour } from '../../access/policy.ts';
import type { ParentUser } from '../../core/actor.ts';
import { Gone, NotFound, TooMany } from '../../core/errors.ts';
import type { ActivityImportId, FamilyId } from '../../core/ids.ts';
import type { Queryable, Work } from '../../platform/database.ts';
import { decrypt, encrypt, type Keyring } from '../../platform/keyring.ts';
import { findAround, writeActivities } from '../add-activity.ts';
import { findAuthor } from '../author.ts';
import { termsOf } from '../change-activity.ts';
import { countImports, type ImportRow, insertImport, lockFamily, lockImport, selectImport, selectKnown, updateImported } from '../store.ts';
import { type Parsed, type ParsedRow, sameKey } from './parsed.ts';

export type Outcome = 'new' | 'known' | 'wrong' | 'left' | 'added';
export type PlannedRow = ParsedRow & { outcome: Outcome };

/** What is kept of a list, encrypted, until it is a week old. `outcomes` are there once it was written. */
type Kept = Parsed & { name: string; outcomes: Outcome[] | null };

/** What a list would do, or did. */
export type Trial = {
  id: ActivityImportId;
  familyId: FamilyId;
  name: string;
  leftOut: string[];
  rows: PlannedRow[];
  /** Says which outcomes were looked at: what is agreed to is what was read. */
  digest: string;
  committedAt: Date | null;
};

const context = Buffer.from('activity import');

function seal(keyring: Keyring, id: ActivityImportId, kept: Kept): [wrapped: Buffer, content: Buffer] {
  const { key, wrapped } = keyring.newItemKey(id);
  return [wrapped, encrypt(key, context, gzipSync(JSON.stringify(kept)))];
}

function open(keyring: Keyring, { id, wrapped, contentCt }: ImportRow): Kept {
  if (wrapped === null || contentCt === null) throw new Gone('This list is more than a week old, so what was in it is no longer kept.');
  return JSON.parse(gunzipSync(decrypt(keyring.unwrap(id, wrapped), context, contentCt)).toString('utf8')) as Kept;
}

/** Keeps what was read of a list, for a trial run. Nothing of it is in anybody's calendar. */
export async function keepActivities(work: Work<ParentUser>, keyring: Keyring, familyId: FamilyId, name: string, parsed: Parsed): Promise<ActivityImportId> {
  const [family] = await work.trx.query(lockFamily, [work.actor.parentId, familyId]);
  if (!family) throw new NotFound();
  const [before] = await work.trx.query(countImports, [work.actor.parentId]);
  if (before!.count >= mostActivityImportsAnHour)
    throw new TooMany(
      `You have tried ${mostActivityImportsAnHour} lists within an hour. Try the next one later.`,
      new Date(work.now.epochMilliseconds + 3_600_000),
    );
  const id = randomUUIDv7() as ActivityImportId;
  await work.trx.query(insertImport, [id, familyId, work.actor.parentId, parsed.rows.length, ...seal(keyring, id, { name, ...parsed, outcomes: null })]);
  return id;
}

/** What each row would do now: new, known already by its name elsewhere or by what it is, or wrong. */
async function plan(db: Queryable, familyId: FamilyId, rows: readonly ParsedRow[]): Promise<{ rows: PlannedRow[]; digest: string }> {
  const known = await db.query(selectKnown, [familyId]);
  const uids = new Set(known.filter(({ uid }) => uid !== null).map(({ activity, uid }) => JSON.stringify([activity.childId, uid])));
  const keys = new Set(known.filter(({ activity }) => activity.cancelledFrom === null).map(({ activity }) => sameKey(activity.childId, termsOf(activity))));
  const planned = rows.map((row): PlannedRow => {
    if (row.terms === null || row.childId === null) return { ...row, outcome: 'wrong' };
    const uid = row.uid === null ? null : JSON.stringify([row.childId, row.uid]);
    const key = sameKey(row.childId, row.terms);
    if ((uid !== null && uids.has(uid)) || keys.has(key)) return { ...row, outcome: 'known' };
    if (uid !== null) uids.add(uid);
    keys.add(key);
    return { ...row, outcome: 'new' };
  });
  return { rows: planned, digest: hash('sha256', JSON.stringify(planned.map(({ row, outcome, faults }) => [row, outcome, faults])), 'base64url') };
}

/** A list as it would be written now, or as it was. Its reader's alone. */
export async function tryActivities(db: Queryable, keyring: Keyring, actor: ParentUser, importId: ActivityImportId): Promise<Trial> {
  const [row] = await db.query(selectImport, [actor.parentId, importId]);
  if (!row) throw new NotFound();
  const { name, leftOut, rows, outcomes } = open(keyring, row);
  const common = { id: row.id, familyId: row.familyId, name, leftOut, committedAt: row.committedAt };
  if (outcomes !== null) return { ...common, rows: rows.map((one, index) => ({ ...one, outcome: outcomes[index]! })), digest: '' };
  return { ...common, ...(await plan(db, row.familyId, rows)) };
}

/** Writes the chosen rows, or nothing; once, however often it is asked. `changed`: what was looked at is no longer what would happen. */
export async function importActivities(
  work: Work<ParentUser>,
  keyring: Keyring,
  importId: ActivityImportId,
  digest: string,
  chosen: ReadonlySet<number>,
): Promise<'written' | 'changed'> {
  const [row] = await work.trx.query(lockImport, [work.actor.parentId, importId]);
  if (!row) throw new NotFound();
  if (row.committedAt !== null) return 'written';
  // One list of a family at a time, so that two parents with the same list add it once.
  await work.trx.query(lockFamily, [work.actor.parentId, row.familyId]);
  const kept = open(keyring, row);
  const planned = await plan(work.trx, row.familyId, kept.rows);
  if (planned.digest !== digest) return 'changed';
  const author = await findAuthor(work, 'parent');
  const outcomes = planned.rows.map(({ outcome, row: number }): Outcome => (outcome !== 'new' ? outcome : chosen.has(number) ? 'added' : 'left'));
  const added = planned.rows.filter((_, index) => outcomes[index] === 'added');
  for (const childId of new Set(added.map(one => one.childId!))) {
    const around = await findAround(work, author, childId);
    const its = added.filter(one => one.childId === childId);
    await writeActivities(
      work,
      keyring,
      author,
      around,
      its.map(({ terms, uid, days }) => ({ terms: terms!, uid, days, submission: randomUUIDv7(), tells: true })),
    );
  }
  await work.trx.query(updateImported, [importId, added.length, ...seal(keyring, importId, { ...kept, outcomes })]);
  return 'written';
}
