import { recordAudit } from '../../audit/events.ts';
import type { ParentUser } from '../../core/actor.ts';
import { NotFound } from '../../core/errors.ts';
import type { BusyCalendarId } from '../../core/ids.ts';
import type { Work } from '../../platform/database.ts';
import { deleteBusyCalendar, deleteBusyTimes, lockBusyCalendars } from './store.ts';

/** Nothing of it is left. */
export async function removeBusy(work: Work<ParentUser>, busyId: BusyCalendarId): Promise<void> {
  const mine = await work.trx.query(lockBusyCalendars, [work.actor.accountId]);
  if (!mine.some(({ id }) => id === busyId)) throw new NotFound();
  await work.trx.query(deleteBusyTimes, [busyId]);
  await work.trx.query(deleteBusyCalendar, [busyId]);
  await recordAudit(work, 'busy.removed', { targetId: busyId });
}
