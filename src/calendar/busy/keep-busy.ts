import { randomUUIDv7 } from 'node:crypto';
import { mostBusyCalendars } from '../../access/policy.ts';
import { recordAudit } from '../../audit/events.ts';
import type { ParentUser } from '../../core/actor.ts';
import { Conflict } from '../../core/errors.ts';
import type { BusyCalendarId } from '../../core/ids.ts';
import { fold } from '../../core/text.ts';
import type { Work } from '../../platform/database.ts';
import type { Keyring } from '../../platform/keyring.ts';
import type { BusyTime } from './expand-calendar.ts';
import { deleteBusyTimes, insertBusyCalendar, insertBusyTimes, lockBusyCalendars, renewBusyCalendar } from './store.ts';

export type BroughtIn = { name: string; submission: string; times: readonly BusyTime[]; leftOut: number };

/** Keeps when its owner is busy. A calendar of the same name is replaced as a whole. */
export async function keepBusy(work: Work<ParentUser>, keyring: Keyring, { name, submission, times, leftOut }: BroughtIn): Promise<void> {
  const { trx, actor } = work;
  const mine = await trx.query(lockBusyCalendars, [actor.accountId]);
  if (mine.some(calendar => calendar.submission === submission)) return;
  const nameHash = keyring.lookup('busy-calendar', `${actor.accountId} ${fold(name)}`);
  const sealed = keyring.sealField('busy-calendar', name);
  const same = mine.find(calendar => calendar.nameHash.equals(nameHash));
  const id = same?.id ?? (randomUUIDv7() as BusyCalendarId);
  if (same) {
    await trx.query(deleteBusyTimes, [id]);
    await trx.query(renewBusyCalendar, [id, sealed, submission, leftOut]);
  } else {
    if (mine.length >= mostBusyCalendars) throw new Conflict(`You have brought in ${mostBusyCalendars} calendars. Remove one before you bring in another.`);
    await trx.query(insertBusyCalendar, [id, actor.accountId, sealed, nameHash, submission, leftOut]);
  }
  await trx.query(insertBusyTimes, [id, times.map(([from]) => from), times.map(([, until]) => until)]);
  await recordAudit(work, 'busy.uploaded', { targetId: id });
}
