import type { ActivityId, ChildId } from '../core/ids.ts';
import { addDays, dayOf, instantOf, type SchoolPeriod, weekdayOf } from '../schedule/index.ts';
import { paths } from '../web/paths.ts';
import type { ActivityRow, DifferentDay, Who } from './columns.ts';
import { isTermTime } from './term-time.ts';

/** The school years of children: their calendars, or as much of them as decides term time. */
export type SchoolYears = ReadonlyMap<ChildId, { school: SchoolPeriod[] }>;

/** An activity on one day. */
export type ActivityDay = {
  activityId: ActivityId;
  childId: ChildId;
  name: string;
  day: string;
  /** Clocks of the family; both null where it takes the whole day. */
  from: string | null;
  until: string | null;
  place: string | null;
  /** Off on that day, moved there or to that time, or as always. A day from which it was moved is off, with the day it went to. */
  state: 'on' | 'cancelled' | 'moved';
  /** The day that it was meant for, and the one it went to, where the two differ. */
  movedFrom: string | null;
  movedTo: string | null;
  /** One more than the weekly days. */
  extra: boolean;
  brings: Who;
  collects: Who;
  provider: string | null;
  href: string;
};

const firstOf = (...days: (string | null)[]): string => days.filter(day => day !== null).sort()[0]!;
const lastOf = (...days: (string | null)[]): string =>
  days
    .filter(day => day !== null)
    .sort()
    .at(-1)!;

/** Whether the weekly days of an activity have this one, before anything that is different is looked at. */
export const isWeeklyDay = (row: ActivityRow, years: SchoolYears, day: string): boolean =>
  row.weekdays.includes(weekdayOf(day)) &&
  (row.startsOn === null || row.startsOn <= day) &&
  (row.endsOn === null || day <= row.endsOn) &&
  (row.cancelledFrom === null || day < row.cancelledFrom) &&
  (!row.termOnly || isTermTime(years.get(row.childId)?.school ?? [], day));

/** Where activities fall from a day to another, both included, in order of time. What is cancelled for good is left out from its day on. */
export function activityDays(rows: readonly ActivityRow[], years: SchoolYears, fromDay: string, untilDay: string): ActivityDay[] {
  const found: ActivityDay[] = [];
  for (const row of rows) addDaysOf(row, years, fromDay, untilDay, found);
  return found.sort(inOrder);
}

const sortKey = ({ day, from, name, childId }: ActivityDay): string => `${day} ${from ?? ''} ${name} ${childId}`;
function inOrder(one: ActivityDay, other: ActivityDay): number {
  if (one.day !== other.day) return one.day < other.day ? -1 : 1;
  const [a, b] = [sortKey(one), sortKey(other)];
  return a < b ? -1 : a > b ? 1 : 0;
}

function addDaysOf(row: ActivityRow, years: SchoolYears, fromDay: string, untilDay: string, found: ActivityDay[]): void {
  const different = new Map(row.days.map(one => [one.day, one]));
  const last = firstOf(untilDay, row.endsOn, row.cancelledFrom === null ? null : addDays(row.cancelledFrom, -1));
  for (let day = lastOf(fromDay, row.startsOn); day <= last; day = addDays(day, 1)) {
    if (!isWeeklyDay(row, years, day)) continue;
    const other = different.get(day);
    if (other === undefined) found.push(dayOfActivity(row, day, null));
    else if (other.kind === 'cancelled') found.push({ ...dayOfActivity(row, day, null), state: 'cancelled' });
    else if (other.kind === 'moved' && other.toDay !== day) found.push({ ...dayOfActivity(row, day, null), state: 'cancelled', movedTo: other.toDay });
  }
  for (const other of row.days) {
    const day = other.kind === 'moved' ? other.toDay! : other.day;
    if (other.kind === 'cancelled' || day < fromDay || day > untilDay || (row.cancelledFrom !== null && day >= row.cancelledFrom)) continue;
    // What a day was moved from has to be one: the weekly days may have changed since.
    if (other.kind === 'moved' && !isWeeklyDay(row, years, other.day)) continue;
    found.push(dayOfActivity(row, day, other));
  }
}

const dayOfActivity = (row: ActivityRow, day: string, other: DifferentDay | null): ActivityDay => ({
  activityId: row.id,
  childId: row.childId,
  name: row.name,
  day,
  from: other?.startsAt ?? row.startsAt,
  until: other?.endsAt ?? row.endsAt,
  place: other?.place ?? row.place,
  state: other?.kind === 'moved' ? 'moved' : 'on',
  movedFrom: other?.kind === 'moved' && other.day !== day ? other.day : null,
  movedTo: null,
  extra: other?.kind === 'extra',
  brings: row.brings,
  collects: row.collects,
  provider: row.provider,
  href: paths.activity.to({ activityId: row.id }),
});

/** When an activity begins and ends, as instants. */
export const spanOf = ({ day, from, until }: Pick<ActivityDay, 'day' | 'from' | 'until'>, zone: string): { from: number; until: number } =>
  from === null || until === null
    ? { from: instantOf(day, '00:00', zone), until: instantOf(addDays(day, 1), '00:00', zone) }
    : { from: instantOf(day, from, zone), until: instantOf(day, until, zone) };

/** What takes place within a stretch of time, for a page that would change whose it is. */
export function activitiesWithin(
  family: { activityRows: readonly ActivityRow[]; timeZone: string },
  years: SchoolYears,
  from: number,
  until: number,
): ActivityDay[] {
  const zone = family.timeZone;
  return activityDays(family.activityRows, years, dayOf(from, zone), dayOf(until, zone)).filter(one => {
    const span = spanOf(one, zone);
    return one.state !== 'cancelled' && span.from < until && span.until > from;
  });
}
