import type { ParentUser } from '../../core/actor.ts';
import { Conflict } from '../../core/errors.ts';
import type { RequestId } from '../../core/ids.ts';
import type { Work } from '../../platform/database.ts';
import type { Keyring } from '../../platform/keyring.ts';
import { type Made, writeRequest } from './make-request.ts';
import { saysCountered } from './sentences.ts';
import { holdRequest, settle, type Settled, whyNotAnswered } from './settle-request.ts';
import { selectMakingFacts } from './store.ts';
import type { Asked, RequestDetails } from './terms.ts';

/** The other parent asks for something else instead: what they were asked is closed, and theirs waits for an answer. */
export async function counterRequest(
  work: Work<ParentUser>,
  keyring: Keyring,
  requestId: RequestId,
  counter: Asked & RequestDetails,
): Promise<Made | Exclude<Settled, { kind: 'done' | 'already' }>> {
  const { trx, actor } = work;
  const held = await holdRequest(work, requestId);
  const { request, asked, family } = held;
  const [facts] = await trx.query(selectMakingFacts, [
    actor.parentId,
    family.familyId,
    counter.submission,
    counter.kind,
    counter.children,
    JSON.stringify(counter.terms),
  ]);
  if (facts!.made) return { kind: facts!.made.same ? 'already' : 'used', id: facts!.made.id };
  const why = whyNotAnswered(held, actor, 'countered');
  if (why?.kind === 'already') return { kind: 'settled', state: 'countered' };
  if (why) return why as Exclude<Settled, { kind: 'done' | 'already' }>;
  await settle(work, keyring, held, 'countered', { says: saysCountered(family, asked, actor.parentId, request), note: null });
  const made = await writeRequest(work, keyring, family, { ...counter, counters: requestId }, request);
  if (made.kind !== 'made') throw new Conflict('This form was sent before. Nothing was sent now.');
  return made;
}
