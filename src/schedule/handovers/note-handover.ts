import { mostNotes } from '../../access/policy.ts';
import { openStep, recordStep, type StepRow } from '../../audit/steps.ts';
import type { ParentUser } from '../../core/actor.ts';
import { Conflict, Gone } from '../../core/errors.ts';
import type { HandoverId } from '../../core/ids.ts';
import type { FamilyView } from '../../families/index.ts';
import { isRecordFault, type Work } from '../../platform/database.ts';
import type { Keyring } from '../../platform/keyring.ts';
import { fullName } from '../words.ts';
import { type HandoverRef, takeHandover } from './make-handover.ts';
import { planOf } from './mark-handover.ts';
import { insertNote } from './store.ts';
import { inFull } from './words.ts';

const closed = 'Notes about this handover closed at the end of its day, so this one was not written. Write a message about it instead.';

/** What the database says of a note that comes after the day. */
const dayIsOver = 'P0H05';

const isNote = (keyring: Keyring, step: StepRow, handoverId: HandoverId, note: string): boolean =>
  step.kind === 'handover.noted' && step.aboutId === handoverId && openStep(keyring, step).note === note;

/** A parent's note about a handover: both read it, nobody changes it, and none is written after its day. */
export async function noteHandover(
  work: Work<ParentUser>,
  keyring: Keyring,
  family: FamilyView,
  ref: HandoverRef,
  { note, submission }: { note: string; submission: string },
): Promise<HandoverId> {
  const { trx, actor } = work;
  const handover = await takeHandover(work, ref, submission);
  if (handover.sent) {
    if (isNote(keyring, handover.sent, handover.id, note)) return handover.id;
    throw new Conflict(
      'This form was sent before. What is in the box now is something else and has not been written: send it once more to add it as another note.',
    );
  }
  if (handover.now >= handover.notesCloseAt) throw new Gone(closed);
  if (handover.myNotes >= mostNotes) throw new Conflict(`You wrote ${mostNotes} notes about this handover, which is as many as it takes. Write a message.`);
  const step = await recordStep(work, keyring, {
    familyId: handover.familyId,
    by: { parentId: actor.parentId },
    kind: 'handover.noted',
    aboutId: handover.id,
    says: `${fullName(family, actor.parentId)} wrote a note about ${inFull(family, handover)}.`,
    note,
    data: planOf(handover),
    submission,
    tells: true,
  });
  await trx.query(insertNote, [handover.id, actor.parentId, step.id]).catch((error: unknown) => {
    throw isRecordFault(error, dayIsOver) ? new Gone(closed) : error;
  });
  return handover.id;
}
