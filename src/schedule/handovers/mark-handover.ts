import { canMarkHandover, mayMarkHandover } from '../../access/policy.ts';
import { recordStep } from '../../audit/steps.ts';
import type { ParentUser } from '../../core/actor.ts';
import { Conflict, Forbidden, Gone } from '../../core/errors.ts';
import type { HandoverId } from '../../core/ids.ts';
import type { FamilyView } from '../../families/index.ts';
import { isRecordFault, type Work } from '../../platform/database.ts';
import type { Keyring } from '../../platform/keyring.ts';
import { fullName } from '../words.ts';
import { type HandoverRef, takeHandover } from './make-handover.ts';
import { insertMark, type MarkKind } from './store.ts';
import { inFull, markWords } from './words.ts';

const tooEarly = 'A handover can be marked from two hours before its planned time.';
const tooLate = 'This handover could be marked until the end of the next day. Write a message if something should be said about it.';

/** What the database says where the time ran out between our look and its own. */
const outsideItsTime = 'P0H03';

/** A parent's own word on what happened, with the time of its entry. It is never taken back. */
export async function markHandover(
  work: Work<ParentUser>,
  keyring: Keyring,
  family: FamilyView,
  ref: HandoverRef,
  { kind, submission }: { kind: MarkKind; submission: string },
): Promise<HandoverId> {
  const { trx, actor } = work;
  const handover = await takeHandover(work, ref, submission);
  if (!mayMarkHandover(actor.parentId, handover, kind))
    throw new Forbidden('The parent who has the children marks that they were handed over, and the parent who takes them that they were received.');
  // Pressed twice, or pressed on two devices: the first one stands.
  if (handover.mine.includes(kind)) return handover.id;
  if (kind === 'not-taken-place' && handover.mine.length > 0)
    throw new Conflict(`You marked this handover as “${markWords[handover.mine[0]!]}”. A mark stays: if it is wrong, say so in a note.`);
  if (handover.sent)
    throw new Conflict('Another button of this form was pressed before, so this one did nothing. Open the handover again to see what is marked.');
  if (!canMarkHandover(handover)) {
    if (handover.now < handover.at) throw new Conflict(tooEarly);
    throw new Gone(tooLate);
  }
  const step = await recordStep(work, keyring, {
    familyId: handover.familyId,
    by: { parentId: actor.parentId },
    kind: `handover.${kind}`,
    aboutId: handover.id,
    says: `${fullName(family, actor.parentId)} marked ${inFull(family, handover)}: ${markWords[kind]}.`,
    note: null,
    data: { mark: kind, ...planOf(handover) },
    submission,
    // That children were not handed over is for the other to know soon; the rest shows when they look.
    tells: kind === 'not-taken-place',
  });
  await trx.query(insertMark, [handover.id, actor.parentId, kind, step.id]).catch((error: unknown) => {
    throw isRecordFault(error, outsideItsTime) ? new Gone(tooLate) : error;
  });
  return handover.id;
}

/** What was planned, as an entry keeps it beside its sentence. */
export const planOf = ({ at, from, to, children, place }: Parameters<typeof inFull>[1]): Record<string, unknown> => ({
  plannedAt: new Date(at).toISOString(),
  from,
  to,
  children,
  place,
});
