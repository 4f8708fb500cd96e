import type { ParentUser } from '../../core/actor.ts';
import type { RequestId } from '../../core/ids.ts';
import type { Work } from '../../platform/database.ts';
import { isRecordFault, brokenConstraint } from '../../platform/database.ts';
import type { Keyring } from '../../platform/keyring.ts';
import { layPlan } from './lay-plan.ts';
import { layTime } from './lay-time.ts';
import { saysAccepted } from './sentences.ts';
import { holdRequest, settle, type Settled, whyNotAnswered } from './settle-request.ts';
import { isPlan, parentsIn } from './terms.ts';

/**
 * The other parent agrees, and what was asked holds: all of it, or nothing. One transaction holds the family's record throughout, so of two
 * answers, or two requests about one day, one comes first and the other finds what it did.
 */
export async function acceptRequest(work: Work<ParentUser>, keyring: Keyring, requestId: RequestId, note: string | null): Promise<Settled> {
  const held = await holdRequest(work, requestId);
  const why = whyNotAnswered(held, work.actor, 'accepted');
  if (why) return why;
  const { request, asked, family } = held;
  // Whoever asked, or is to have the children, may have left the record since.
  if (![request.askedBy, ...parentsIn(asked)].every(id => family.members.some(member => member.current && member.id === id))) return { kind: 'overtaken' };
  const laying = isPlan(asked) ? await layPlan(work.trx, family.timeZone, request, asked) : await layTime(work.trx, family, request, asked);
  if (laying === null) return { kind: 'overtaken' };
  await settle(work, keyring, held, 'accepted', { says: saysAccepted(family, asked, work.actor.parentId, request), note, data: { replaced: laying.replaced } });
  await laying.lay();
  return { kind: 'done' };
}

/** Whether the database refused, by its own rules, what it was asked to agree to: time that is taken, a time that is over, or an answer that came second. */
export const isRefusedAgreement = (error: unknown): boolean =>
  ['P0S01', 'P0S02', 'P0S03', 'P0S04', 'P0S05'].some(code => isRecordFault(error, code)) || /^agreed_(?:time|plans)_pkey$/.test(brokenConstraint(error) ?? '');
