import { canChangeCollection } from '../../access/policy.ts';
import { addressHash } from '../../accounts/index.ts';
import { recordAudit } from '../../audit/events.ts';
import type { User } from '../../core/actor.ts';
import { Conflict, Forbidden, NotFound } from '../../core/errors.ts';
import type { CollectorId, ParentId, SchoolId } from '../../core/ids.ts';
import type { Work } from '../../platform/database.ts';
import type { Keyring } from '../../platform/keyring.ts';
import { addCollectorAdult, findNamesakes, findSchool, renewCollectorAdult } from '../../schools/index.ts';
import { type LockedCollector, lockSchoolCollector, settleCollector } from './store.ts';

/** Finds one at the school of whoever acts, locked, and lets only the office go on. */
async function findHere(work: Work<User>, collectorId: CollectorId): Promise<LockedCollector & { schoolId: SchoolId }> {
  const { schoolId, role } = await findSchool(work.trx, work.actor);
  const [collector] = await work.trx.query(lockSchoolCollector, [schoolId, collectorId]);
  if (!collector) throw new NotFound();
  if (!canChangeCollection(role)) throw new Forbidden('Who else may collect is decided by the school office.');
  return { ...collector, schoolId };
}

const settledAlready = new Conflict('This has been decided, or the parent took it back. Nothing was changed.');

/**
 * The school knows the person: they come onto the roll, as somebody new or as one who is there under the same name, and can be sent a link.
 * The gate shows them once their photo is approved too.
 */
export async function confirmCollector(work: Work<User>, keyring: Keyring, collectorId: CollectorId, adult: ParentId | 'new'): Promise<ParentId> {
  const { trx, actor } = work;
  const collector = await findHere(work, collectorId);
  const { schoolId, givenName, surname, emailCt, phoneCt } = collector;
  if (collector.state === 'confirmed') return collector.parentId!;
  if (collector.state !== 'waiting') throw settledAlready;
  if (adult !== 'new' && !(await findNamesakes(trx, schoolId, collector)).some(({ parentId }) => parentId === adult)) throw new NotFound();
  const emailHash = emailCt === null ? null : addressHash(keyring, keyring.openField('email', emailCt));
  const parentId = adult === 'new' ? await addCollectorAdult(trx, schoolId, { givenName, surname, emailCt, emailHash, phoneCt }) : adult;
  await trx.query(settleCollector, [collectorId, 'confirmed', actor.accountId, parentId]);
  await renewCollectorAdult(trx, schoolId, parentId);
  await recordAudit(work, 'collector.confirmed', { targetId: collectorId, schoolId, details: { adult: parentId } });
  return parentId;
}

export async function declineCollector(work: Work<User>, collectorId: CollectorId): Promise<void> {
  const { schoolId, state } = await findHere(work, collectorId);
  if (state === 'declined') return;
  if (state !== 'waiting') throw settledAlready;
  await work.trx.query(settleCollector, [collectorId, 'declined', work.actor.accountId, null]);
  await recordAudit(work, 'collector.declined', { targetId: collectorId, schoolId });
}

/** From this moment the gate does not show them for these children; with their last reason to be on it they leave the roll, and their photo goes in its time. */
export async function endCollector(work: Work<User>, collectorId: CollectorId): Promise<void> {
  const { schoolId, state, parentId } = await findHere(work, collectorId);
  if (state === 'ended') return;
  if (state !== 'confirmed') throw settledAlready;
  await work.trx.query(settleCollector, [collectorId, 'ended', work.actor.accountId, null]);
  await renewCollectorAdult(work.trx, schoolId, parentId!);
  await recordAudit(work, 'collector.ended', { targetId: collectorId, schoolId });
}
