import { randomUUIDv7 } from 'node:crypto';
import { recordStep } from '../../audit/steps.ts';
import type { System } from '../../core/actor.ts';
import type { FamilyId, RequestId } from '../../core/ids.ts';
import type { Work } from '../../platform/database.ts';
import type { Keyring } from '../../platform/keyring.ts';
import { saysExpired } from './sentences.ts';
import { holdFamily, lockRequest, selectPeople, settleRequest } from './store.ts';
import { readAsked } from './terms.ts';

/** A request that nobody answered in time is closed by nobody, and nothing changes. Safe to run twice, and beside an answer that comes first. */
export async function expireRequest(work: Work<System>, keyring: Keyring, { id, familyId }: { id: RequestId; familyId: FamilyId }): Promise<void> {
  const { trx } = work;
  await trx.query(holdFamily, [familyId]);
  const [request] = await trx.query(lockRequest, [id]);
  if (request?.state !== 'open' || !request.overdue) return;
  const [people] = await trx.query(selectPeople, [familyId]);
  const asked = readAsked(request.kind, request.terms);
  await trx.query(settleRequest, [id, 'expired', null]);
  await recordStep(work, keyring, {
    familyId,
    by: null,
    kind: 'request.expired',
    aboutId: id,
    says: saysExpired(people!, asked, request),
    note: null,
    data: { kind: request.kind, children: request.children, terms: request.terms },
    submission: randomUUIDv7(),
    tells: true,
  });
}
