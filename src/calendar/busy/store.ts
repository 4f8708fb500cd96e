import type { BusyCalendarId } from '../../core/ids.ts';
import { familyViewWith } from '../../families/index.ts';
import { statement } from '../../platform/database.ts';
import { instant, milliseconds } from '../../platform/sql.ts';

/** Milliseconds since 1970. */
export type Busy = { from: number; until: number };

/**
 * The reader's own busy times between two instants (parameters, milliseconds since 1970), as a column for `familyViewWith`: `busy: Busy[]`.
 * It asks for the account $3 and for nobody else's, so no page can show one person's to another. Times that touch or overlap, in one calendar
 * or in several, are one.
 */
export const busyColumns = (from: `$${number}`, until: `$${number}`): string =>
  `(select coalesce(json_agg(json_build_object('from', ${milliseconds('lower(b.during)')}, 'until', ${milliseconds('upper(b.during)')}) order by b.during), '[]')
        from (select unnest(range_agg(t.during)) as during from parley.busy_times t join parley.busy_calendars bc on bc.id = t.calendar_id
               where bc.account_id = $3 and t.during && tstzrange(${instant(from)}, ${instant(until)})) b) as busy`;

// ------------------------------------------------------------------ what its owner brings in

/** `nameCt` is in hexadecimal. */
export type BusyCalendarRow = { id: BusyCalendarId; nameCt: string; uploadedAt: string; leftOut: number; times: number };

export const selectBusyCalendars = familyViewWith<{ busyCalendars: BusyCalendarRow[] }>(
  'calendar.busy-calendars',
  `(select coalesce(json_agg(json_build_object('id', bc.id, 'nameCt', encode(bc.name_ct, 'hex'), 'uploadedAt', bc.uploaded_at, 'leftOut', bc.left_out,
              'times', (select count(*) from parley.busy_times t where t.calendar_id = bc.id and upper(t.during) > now())) order by bc.id), '[]')
        from parley.busy_calendars bc where bc.account_id = $3) as "busyCalendars"`,
);

export const lockBusyCalendars = statement<{ id: BusyCalendarId; nameHash: Buffer; submission: string }>(
  'calendar.lock-busy-calendars',
  `select bc.id, bc.name_hash as "nameHash", bc.submission from parley.busy_calendars bc where bc.account_id = $1 order by bc.id for update`,
);

export const insertBusyCalendar = statement<void>(
  'calendar.insert-busy-calendar',
  `insert into parley.busy_calendars (id, account_id, name_ct, name_hash, submission, left_out) values ($1, $2, $3, $4, $5, $6)`,
);

export const renewBusyCalendar = statement<void>(
  'calendar.renew-busy-calendar',
  `update parley.busy_calendars set name_ct = $2, submission = $3, left_out = $4, uploaded_at = now() where id = $1`,
);

export const insertBusyTimes = statement<void>(
  'calendar.insert-busy-times',
  `insert into parley.busy_times (calendar_id, during)
   select $1, tstzrange(${instant('t.starts')}, ${instant('t.ends')}) from unnest($2::float8[], $3::float8[]) as t (starts, ends)`,
);

export const deleteBusyTimes = statement<void>('calendar.delete-busy-times', `delete from parley.busy_times where calendar_id = $1`);
export const deleteBusyCalendar = statement<void>('calendar.delete-busy-calendar', `delete from parley.busy_calendars where id = $1`);
