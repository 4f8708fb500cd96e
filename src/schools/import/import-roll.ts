import { hash, randomUUIDv7 } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { recordAudit } from '../../audit/events.ts';
import type { User } from '../../core/actor.ts';
import { Gone, NotFound } from '../../core/errors.ts';
import type { ImportId, SchoolId } from '../../core/ids.ts';
import { localTime } from '../../core/time.ts';
import type { Queryable, Work } from '../../platform/database.ts';
import { decrypt, encrypt, type Keyring } from '../../platform/keyring.ts';
import { openRoll } from '../roll/open-roll.ts';
import type { Pair, PlannedRow, RollPlan } from '../roll/plan.ts';
import { planRoll } from '../roll/plan-roll.ts';
import { readAdult, readPupil } from '../roll/read-person.ts';
import { readRoll, secretsOf, writeRoll } from '../roll/write-roll.ts';
import type { List, ListRow } from './read-list.ts';
import { type ImportRow, insertImport, lockImport, selectImport, updateImported } from './store.ts';

/** What is kept of a list, encrypted, until it is a week old. `outcomes` are there once it was written. */
type Kept = { name: string; rows: ListRow[]; leftOut: string[]; outcomes: PlannedRow[] | null };

type TrialRow = ListRow & { outcome: PlannedRow['outcome']; note: string | null };
/** What a list would do, or did. */
export type Trial = {
  id: ImportId;
  createdAt: Date;
  name: string;
  leftOut: string[];
  rows: TrialRow[];
  adults: number;
  pupils: number;
  /** Says which outcomes were looked at: what is agreed to is what was read. */
  digest: string;
  committed: { at: Date; added: number; proposed: number } | null;
};

const context = Buffer.from('roll import');

function seal(keyring: Keyring, id: ImportId, kept: Kept): { wrapped: Buffer; content: Buffer } {
  const { key, wrapped } = keyring.newItemKey(id);
  return { wrapped, content: encrypt(key, context, gzipSync(JSON.stringify(kept))) };
}

function open(keyring: Keyring, row: ImportRow): Kept {
  if (row.wrapped === null || row.contentCt === null) throw new Gone('This list is more than a week old, so what was in it is no longer kept.');
  return JSON.parse(gunzipSync(decrypt(keyring.unwrap(row.id, row.wrapped), context, row.contentCt)).toString('utf8')) as Kept;
}

/** Keeps a list that was read, for a trial run. Nothing of it is on the roll. */
export async function keepList(work: Work<User>, keyring: Keyring, schoolId: SchoolId, name: string, list: List): Promise<ImportId> {
  await openRoll(work, schoolId);
  const id = randomUUIDv7() as ImportId;
  const { wrapped, content } = seal(keyring, id, { name, ...list, outcomes: null });
  await work.trx.query(insertImport, [id, schoolId, work.actor.accountId, list.rows.length, wrapped, content]);
  return id;
}

/** Rows as pairs, where they can be read, and the reason where they cannot. */
function readRows(rows: readonly ListRow[], today: string): { pairs: Pair[]; wrong: PlannedRow[] } {
  const pairs: Pair[] = [];
  const wrong: PlannedRow[] = [];
  for (const { row, typed, reference } of rows) {
    const adult = readAdult(typed);
    const child = readPupil(typed, today);
    const faults = [...adult.faults, ...child.faults];
    if (faults.length === 0) pairs.push({ row, adult: adult.value, reference: reference === '' ? null : reference, child: child.value });
    else wrong.push({ row, outcome: 'wrong', note: faults.map(({ message }) => `${message}.`).join(' '), field: faults[0]!.field });
  }
  return { pairs, wrong };
}

async function plan(db: Queryable, keyring: Keyring, school: { schoolId: SchoolId; timeZone: string }, rows: readonly ListRow[], now: Date) {
  const { pairs, wrong } = readRows(rows, localTime(now, school.timeZone).isoDay);
  const planned = planRoll(pairs, await readRoll(db, keyring, school.schoolId, pairs), secretsOf(keyring));
  const outcomes = [...planned.rows, ...wrong].sort((a, b) => a.row - b.row);
  return { planned, outcomes, digest: hash('sha256', JSON.stringify(outcomes), 'base64url') };
}

const rowsOf = (kept: Kept, outcomes: readonly PlannedRow[]): TrialRow[] => {
  const byRow = new Map(outcomes.map(outcome => [outcome.row, outcome]));
  return kept.rows.map(row => ({ ...row, outcome: byRow.get(row.row)!.outcome, note: byRow.get(row.row)!.note }));
};

/** A list as it would be written now, or as it was. */
export async function tryList(
  db: Queryable,
  keyring: Keyring,
  school: { schoolId: SchoolId; timeZone: string },
  importId: ImportId,
  now: Date,
): Promise<Trial> {
  const [row] = await db.query(selectImport, [school.schoolId, importId]);
  if (!row) throw new NotFound();
  const kept = open(keyring, row);
  const common = { id: row.id, createdAt: row.createdAt, name: kept.name, leftOut: kept.leftOut };
  if (row.committedAt !== null && kept.outcomes !== null) {
    const committed = { at: row.committedAt, added: row.added!, proposed: row.proposed! };
    return { ...common, rows: rowsOf(kept, kept.outcomes), adults: 0, pupils: 0, digest: '', committed };
  }
  const { planned, outcomes, digest } = await plan(db, keyring, school, kept.rows, now);
  return { ...common, rows: rowsOf(kept, outcomes), adults: planned.adults.length, pupils: planned.pupils.length, digest, committed: null };
}

/** Writes all rows that are not wrong, or nothing; once, however often it is asked. `changed`: what was looked at is no longer what would happen. */
export async function importList(work: Work<User>, keyring: Keyring, schoolId: SchoolId, importId: ImportId, digest: string): Promise<'written' | 'changed'> {
  const school = await openRoll(work, schoolId);
  const [row] = await work.trx.query(lockImport, [schoolId, importId]);
  if (!row) throw new NotFound();
  if (row.committedAt !== null) return 'written';
  const kept = open(keyring, row);
  const { planned, outcomes, digest: now } = await plan(work.trx, keyring, school, kept.rows, new Date(work.now.epochMilliseconds));
  if (now !== digest) return 'changed';
  await writeRoll(work, keyring, school, planned);
  const { wrapped, content } = seal(keyring, importId, { ...kept, outcomes });
  await work.trx.query(updateImported, [importId, work.actor.accountId, planned.parentings.length, planned.proposals.length, wrapped, content]);
  await recordAudit(work, 'roll.imported', { targetId: importId, schoolId, details: counts(planned, outcomes) });
  return 'written';
}

const counts = (planned: RollPlan, outcomes: readonly PlannedRow[]) => ({
  rows: outcomes.length,
  adults: planned.adults.length,
  pupils: planned.pupils.length,
  proposed: planned.proposals.length,
  wrong: outcomes.filter(({ outcome }) => outcome === 'wrong').length,
});
