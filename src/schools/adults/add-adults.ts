import type { User } from '../../core/actor.ts';
import { NotFound } from '../../core/errors.ts';
import type { ChildId, SchoolId } from '../../core/ids.ts';
import type { Work } from '../../platform/database.ts';
import type { Keyring } from '../../platform/keyring.ts';
import { openRoll } from '../roll/open-roll.ts';
import type { Pair, PlannedRow } from '../roll/plan.ts';
import { planRoll } from '../roll/plan-roll.ts';
import { insertForm, selectForm } from './store.ts';
import { readRoll, secretsOf, writeRoll } from '../roll/write-roll.ts';

type Added =
  | { kind: 'added' | 'proposed'; childId: ChildId }
  /** Nothing was written; each pair that is wrong says why. */
  | { kind: 'wrong'; rows: PlannedRow[] };

/** Adds one adult, or the first two, to one child, from a form. One form does so once, however often it is sent. */
export async function addAdults(work: Work<User>, keyring: Keyring, schoolId: SchoolId, submission: string, pairs: readonly Pair[]): Promise<Added> {
  const school = await openRoll(work, schoolId);
  const [done] = await work.trx.query(selectForm, [submission, work.actor.accountId, schoolId]);
  if (done) return { kind: done.proposed ? 'proposed' : 'added', childId: done.childId };

  const roll = await readRoll(work.trx, keyring, schoolId, pairs);
  for (const { child } of pairs) if ('id' in child && !roll.pupils.some(pupil => pupil.id === child.id)) throw new NotFound();
  const plan = planRoll(pairs, roll, secretsOf(keyring));
  const wrong = plan.rows.filter(row => row.outcome === 'wrong');
  if (wrong.length > 0) return { kind: 'wrong', rows: wrong };
  const childId = (plan.parentings[0] ?? plan.proposals[0])?.childId;
  // Matched: they are there already, and a form about one child changes no other thing on its way.
  if (childId === undefined)
    return { kind: 'wrong', rows: plan.rows.map(row => ({ ...row, outcome: 'wrong', note: 'This adult is here already, with the same child' })) };

  await writeRoll(work, keyring, school, plan);
  const proposed = plan.proposals.length > 0;
  await work.trx.query(insertForm, [submission, work.actor.accountId, schoolId, childId, proposed]);
  return { kind: proposed ? 'proposed' : 'added', childId };
}
