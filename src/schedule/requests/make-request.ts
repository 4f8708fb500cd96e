import { randomUUIDv7 } from 'node:crypto';
import { mayAsk, mostOpenRequests } from '../../access/policy.ts';
import { recordStep } from '../../audit/steps.ts';
import type { ParentUser } from '../../core/actor.ts';
import { Conflict, NotFound } from '../../core/errors.ts';
import type { FamilyId, RequestId } from '../../core/ids.ts';
import type { Work } from '../../platform/database.ts';
import type { Keyring } from '../../platform/keyring.ts';
import { type People, saysMade } from './sentences.ts';
import { insertRequest, lockFamily, type LockedRequest, selectMakingFacts } from './store.ts';
import { isReadable, type NewRequest } from './terms.ts';

export type Made =
  | { kind: 'made'; id: RequestId }
  /** The same form, sent again. */
  | { kind: 'already'; id: RequestId }
  /** The same form with something else in it: nothing is lost, and nothing was made. */
  | { kind: 'used'; id: RequestId };

/** One parent asks. Whoever calls has checked the terms against what is agreed; it is checked again when the other agrees. */
export async function makeRequest(work: Work<ParentUser>, keyring: Keyring, family: People & { familyId: FamilyId }, request: NewRequest): Promise<Made> {
  const { trx, actor } = work;
  const [held] = await trx.query(lockFamily, [actor.parentId, family.familyId]);
  if (!held) throw new NotFound();
  return writeRequest(work, keyring, family, request, null);
}

/** The same where the family is held, and what it counters has been settled. */
export async function writeRequest(
  work: Work<ParentUser>,
  keyring: Keyring,
  family: People & { familyId: FamilyId },
  request: NewRequest,
  countered: LockedRequest | null,
): Promise<Made> {
  const { trx, actor } = work;
  const { kind, terms, children, respondBy, startsAt, note, submission, counters } = request;
  if (!isReadable(request)) throw new Conflict('Something in this is longer than can be kept. Shorten the names in it. Nothing was sent.');
  const stored = JSON.stringify(terms);
  const [facts] = await trx.query(selectMakingFacts, [actor.parentId, family.familyId, submission, kind, children, stored]);
  const { made, open, others } = facts!;
  if (made) return { kind: made.same ? 'already' : 'used', id: made.id };
  if (others === 0) throw new Conflict('Nobody else shares this record yet, so there is nobody to ask. Nothing was sent.');
  if (!mayAsk(open))
    throw new Conflict(`You have ${mostOpenRequests} requests waiting for an answer. Take one back, or wait for an answer, before you ask again.`);

  const id = randomUUIDv7() as RequestId;
  await trx.query(insertRequest, [id, family.familyId, kind, actor.parentId, children, stored, startsAt, respondBy, counters, submission]);
  await recordStep(work, keyring, {
    familyId: family.familyId,
    by: { parentId: actor.parentId },
    kind: 'request.made',
    aboutId: id,
    says: saysMade(family, request, { by: actor.parentId, children, respondBy, counters: countered }),
    note,
    data: { kind, children, terms, respondBy: new Date(respondBy).toISOString(), counters },
    submission: randomUUIDv7(),
    tells: true,
  });
  return { kind: 'made', id };
}
