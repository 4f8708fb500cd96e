import { recordAudits } from '../../audit/events.ts';
import { addressHash } from '../../accounts/index.ts';
import { addAdultAfterMs } from '../../access/policy.ts';
import type { User } from '../../core/actor.ts';
import type { ChildId, ParentId, SchoolId } from '../../core/ids.ts';
import { enterRecords } from '../../families/index.ts';
import type { Queryable, Work } from '../../platform/database.ts';
import type { Keyring } from '../../platform/keyring.ts';
import { enqueueAll } from '../../platform/queue.ts';
import { listAdults } from '../adults/list-adults.ts';
import { insertAdults, updateContacts, updateReturning } from '../adults/store.ts';
import { insertProposals, selectToTell } from '../proposals/store.ts';
import { insertPupils, updateClasses } from '../pupils/store.ts';
import type { Pair, Roll, RollPlan, Secrets } from './plan.ts';
import { sortName } from './sort-name.ts';
import { insertFamilies, insertParentings, insertSharers, selectRoll } from './store.ts';

/** How a plan finds out what is encrypted. */
export const secretsOf = (keyring: Keyring): Secrets => ({
  hashOf: email => addressHash(keyring, email).toString('hex'),
  openMobile: sealed => keyring.openField('phone', Buffer.from(sealed, 'hex')),
});

/** What the roll has on those whom the pairs name. */
export async function readRoll(db: Queryable, keyring: Keyring, schoolId: SchoolId, pairs: readonly Pair[]): Promise<Roll> {
  const adults = new Set(pairs.map(({ adult }) => sortName(adult)));
  const hashes = new Set(pairs.flatMap(({ adult }) => (adult.email === null ? [] : [addressHash(keyring, adult.email).toString('hex')])));
  const pupils = new Set(pairs.flatMap(({ child }) => ('id' in child ? [] : [`${child.surname}, ${child.givenName}`])));
  const chosen = new Set(pairs.flatMap(({ child }) => ('id' in child ? [child.id] : [])));
  const [roll] = await db.query(selectRoll, [schoolId, [...adults], [...hashes].map(hash => Buffer.from(hash, 'hex')), [...pupils], [...chosen]]);
  return roll!;
}

/** How an adult is reached, as the database holds it: encrypted, and found by a hash. */
const sealed = (keyring: Keyring, { email, mobile }: { email: string | null; mobile: string | null }) => ({
  emailCt: email === null ? null : keyring.sealField('email', email).toString('hex'),
  emailHash: email === null ? null : addressHash(keyring, email).toString('hex'),
  phoneCt: mobile === null ? null : keyring.sealField('phone', mobile).toString('hex'),
});

/**
 * Writes what a plan says, and nothing of it where any of it fails. The school is locked by whoever calls.
 * Parents of a child to whom an adult is to be added are told.
 */
export async function writeRoll(work: Work<User>, keyring: Keyring, school: { schoolId: SchoolId; timeZone: string }, plan: RollPlan): Promise<void> {
  const { trx } = work;
  const { schoolId } = school;
  if (plan.families.length > 0) await trx.query(insertFamilies, [plan.families, school.timeZone]);
  if (plan.pupils.length > 0) await trx.query(insertPupils, [JSON.stringify(plan.pupils), schoolId]);
  if (plan.adults.length > 0) {
    const rows = plan.adults.map(({ email, mobile, ...adult }) => ({ ...adult, sortName: sortName(adult), ...sealed(keyring, { email, mobile }) }));
    await trx.query(insertAdults, [JSON.stringify(rows), schoolId]);
  }
  if (plan.contacts.length > 0) {
    await trx.query(updateContacts, [JSON.stringify(plan.contacts.map(({ parentId, ...contact }) => ({ parentId, ...sealed(keyring, contact) }))), schoolId]);
  }
  if (plan.parentings.length > 0) await trx.query(insertParentings, [JSON.stringify(plan.parentings)]);
  if (plan.returning.length > 0) await trx.query(updateReturning, [schoolId, plan.returning]);
  if (plan.classes.length > 0) await trx.query(updateClasses, [JSON.stringify(plan.classes), schoolId]);
  if (plan.sharers.length > 0) {
    await trx.query(insertSharers, [JSON.stringify(plan.sharers)]);
    const made = new Set(plan.adults.map(({ parentId }) => parentId));
    for (const parentId of new Set(plan.sharers.map(sharer => sharer.parentId))) if (!made.has(parentId)) await enterRecords(trx, keyring, parentId);
  }
  const proposed = await propose(work, schoolId, plan);
  const touched: ParentId[] = [...new Set([...plan.adults, ...plan.parentings].map(({ parentId }) => parentId))];
  await listAdults(
    trx,
    schoolId,
    plan.classes.map(({ childId }) => childId),
    touched,
  );
  await recordAudits(work, [
    ...plan.pupils.map(({ id, familyId }) => ({ action: 'pupil.added' as const, targetId: id, familyId, schoolId })),
    ...plan.parentings.map(({ parentId, childId }) => ({ action: 'adult.added' as const, targetId: parentId, schoolId, details: { child: childId } })),
    ...proposed.map(({ id, parentId, childId }) => ({
      action: 'adult.proposed' as const,
      targetId: parentId,
      schoolId,
      details: { child: childId, proposal: id },
    })),
    ...plan.contacts.map(({ parentId }) => ({ action: 'adult.changed' as const, targetId: parentId, schoolId, details: { what: 'contact details' } })),
    ...plan.classes.map(({ childId }) => ({ action: 'pupil.changed' as const, targetId: childId, schoolId, details: { what: 'class' } })),
  ]);
}

async function propose(work: Work<User>, schoolId: SchoolId, plan: RollPlan) {
  if (plan.proposals.length === 0) return [];
  const { trx, now, actor } = work;
  const effectiveAt = new Date(now.epochMilliseconds + addAdultAfterMs);
  const proposals = await trx.query(insertProposals, [JSON.stringify(plan.proposals), schoolId, actor.accountId, effectiveAt]);
  const toAdd = proposals.map(({ id }) => ({ payload: { proposalId: id }, key: `schools.proposal ${id}` }));
  await enqueueAll(trx, 'schools.add-proposed-adult', toAdd, { runAt: effectiveAt });
  const children: ChildId[] = [...new Set(proposals.map(({ childId }) => childId))];
  const told = await trx.query(selectToTell, [children]);
  await enqueueAll(
    trx,
    'schools.tell-parent',
    told.map(({ parentId }) => ({ payload: { parentId }, key: `schools.tell ${parentId}` })),
  );
  return proposals;
}
