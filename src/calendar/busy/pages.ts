import { counted } from '../../core/text.ts';
import { localTime, shortDayWithYear } from '../../core/time.ts';
import { type FamilyView, frameFor } from '../../families/index.ts';
import type { Keyring } from '../../platform/keyring.ts';
import type { Problem } from '../../web/form.ts';
import { paths } from '../../web/paths.ts';
import type { Model } from '../../web/reply.ts';
import type { BusyCalendarRow } from './store.ts';

export const busyPage = (
  keyring: Keyring,
  family: FamilyView & { busyCalendars: BusyCalendarRow[] },
  { submission, name }: { submission: string; name: string },
  problems: Problem[],
): Model<'calendar/busy'> => ({
  frame: frameFor(family, 'calendar'),
  calendars: family.busyCalendars.map(calendar => ({
    name: keyring.openField('busy-calendar', Buffer.from(calendar.nameCt, 'hex')),
    times: calendar.times === 0 ? 'No busy times ahead' : `${counted(calendar.times, 'busy time')} ahead`,
    uploaded: `Brought in on ${shortDayWithYear(localTime(new Date(calendar.uploadedAt), family.timeZone))}`,
    leftOut:
      calendar.leftOut === 0
        ? null
        : `${counted(calendar.leftOut, 'entry', 'entries')} could not be understood and ${calendar.leftOut === 1 ? 'was' : 'were'} left out`,
    remove: paths.removeBusy.to({ busyId: calendar.id }),
  })),
  submission,
  name,
  problems,
});
