import { recordAudit } from '../../audit/events.ts';
import type { ParentUser } from '../../core/actor.ts';
import { Forbidden, Gone } from '../../core/errors.ts';
import type { TravelItemId } from '../../core/ids.ts';
import { isRecordFault, type Work } from '../../platform/database.ts';
import { type HandoverRef, takeHandover } from './make-handover.ts';
import { saveArrived, saveSent } from './store.ts';

const closed = 'This list closed at the end of the day after the handover.';

/** `was` is what was ticked when the page was shown. */
export type Ticks = { item: TravelItemId[]; was: TravelItemId[] };

/**
 * Keeps what a parent ticked: the giving one what goes with the children, the receiving one what arrived. Only what they changed is written,
 * so that two pages, two devices and two parents at once lose nothing of each other's.
 */
export async function saveList(work: Work<ParentUser>, ref: HandoverRef, { item, was }: Ticks): Promise<void> {
  const ticked = item.filter(id => !was.includes(id));
  const unticked = was.filter(id => !item.includes(id));
  if (ticked.length + unticked.length === 0) return;
  const { trx, actor } = work;
  const handover = await takeHandover(work, ref, noForm);
  if (actor.parentId !== handover.from && actor.parentId !== handover.to) throw new Forbidden('This list is for the two people of this handover.');
  if (handover.now >= handover.marksCloseAt) throw new Gone(closed);
  const save = actor.parentId === handover.from ? saveSent : saveArrived;
  const [saved] = await trx.query(save, [handover.familyId, handover.id, ticked, unticked]).catch((error: unknown) => {
    throw isRecordFault(error, 'P0H03') ? new Gone(closed) : error;
  });
  if (saved!.changed > 0)
    await recordAudit(work, 'handover.list-saved', { targetId: handover.id, familyId: handover.familyId, details: { items: saved!.changed } });
}

/** Ticks say what is, and saying it twice changes nothing: they need no form's id. */
const noForm = '00000000-0000-0000-0000-000000000000';
