import { randomUUIDv7 } from 'node:crypto';
import { mayAnswer, mayWithdraw } from '../../access/policy.ts';
import { recordStep, type StepKind } from '../../audit/steps.ts';
import type { ParentUser } from '../../core/actor.ts';
import { Forbidden, NotFound } from '../../core/errors.ts';
import type { RequestId } from '../../core/ids.ts';
import { findFamily, type FamilyView } from '../../families/index.ts';
import type { Work } from '../../platform/database.ts';
import type { Keyring } from '../../platform/keyring.ts';
import { saysDeclined, saysWithdrawn } from './sentences.ts';
import { lockFamilyOf, lockRequest, type LockedRequest, settleRequest } from './store.ts';
import { type Asked, readAsked, type RequestState } from './terms.ts';

/** What became of an attempt to settle a request. Only the first changes anything. */
export type Settled =
  | { kind: 'done' }
  /** The same person did the same before: a form that was sent twice. */
  | { kind: 'already' }
  | { kind: 'settled'; state: RequestState }
  | { kind: 'too-late' }
  /** What it was asked about was agreed otherwise since. */
  | { kind: 'overtaken' };

export type Held = { request: LockedRequest; asked: Asked; family: FamilyView };

/** Holds the family's record and the request until the transaction is over, so that of several answers one comes first. */
export async function holdRequest({ trx, actor }: Work<ParentUser>, requestId: RequestId): Promise<Held> {
  const [held] = await trx.query(lockFamilyOf, [actor.parentId, requestId]);
  if (!held) throw new NotFound();
  const [request] = await trx.query(lockRequest, [requestId]);
  const family = await findFamily(trx, actor, held.familyId);
  return { request: request!, asked: readAsked(request!.kind, request!.terms), family };
}

/** Why this cannot be answered by whoever acts; null where it can. */
export function whyNotAnswered({ request }: Held, actor: ParentUser, state: RequestState): Settled | null {
  if (request.state === state && request.settledBy === actor.parentId) return { kind: 'already' };
  if (request.state !== 'open') return { kind: 'settled', state: request.state };
  if (!mayAnswer(actor.parentId, request)) throw new Forbidden('A request is answered by the other parent. You can take back what you asked.');
  return request.overdue ? { kind: 'too-late' } : null;
}

/** Closes a request, with the step that says so. */
export async function settle(
  work: Work<ParentUser>,
  keyring: Keyring,
  { request }: Held,
  state: Exclude<RequestState, 'open' | 'expired'>,
  { says, note, data = {} }: { says: string; note: string | null; data?: Record<string, unknown> },
): Promise<void> {
  await work.trx.query(settleRequest, [request.id, state, work.actor.parentId]);
  await recordStep(work, keyring, {
    familyId: request.familyId,
    by: { parentId: work.actor.parentId },
    kind: `request.${state}` satisfies StepKind,
    aboutId: request.id,
    says,
    note,
    data: { kind: request.kind, children: request.children, terms: request.terms, ...data },
    submission: randomUUIDv7(),
    tells: true,
  });
}

/** The other parent keeps it as it is. */
export async function declineRequest(work: Work<ParentUser>, keyring: Keyring, requestId: RequestId, note: string | null): Promise<Settled> {
  const held = await holdRequest(work, requestId);
  const why = whyNotAnswered(held, work.actor, 'declined');
  if (why) return why;
  await settle(work, keyring, held, 'declined', { says: saysDeclined(held.family, held.asked, work.actor.parentId, held.request), note });
  return { kind: 'done' };
}

/** Whoever asked takes it back. */
export async function withdrawRequest(work: Work<ParentUser>, keyring: Keyring, requestId: RequestId): Promise<Settled> {
  const held = await holdRequest(work, requestId);
  const { request, asked, family } = held;
  if (!mayWithdraw(work.actor.parentId, request)) throw new Forbidden('A request is taken back by whoever asked.');
  if (request.state === 'withdrawn') return { kind: 'already' };
  if (request.state !== 'open') return { kind: 'settled', state: request.state };
  if (request.overdue) return { kind: 'too-late' };
  await settle(work, keyring, held, 'withdrawn', { says: saysWithdrawn(family, asked, request), note: null });
  return { kind: 'done' };
}
