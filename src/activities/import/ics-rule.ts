import { addDays, weekdayOf } from '../../schedule/index.ts';
import { NotTaken, type When, whenOf } from './ics-times.ts';

const codes = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
const every: Record<string, string> = {
  SECONDLY: 'every second',
  MINUTELY: 'every minute',
  HOURLY: 'every hour',
  MONTHLY: 'monthly',
  YEARLY: 'yearly',
};
const mostTimes = 1000;
const understood = new Set(['freq', 'interval', 'byday', 'until', 'count', 'wkst']);
const lastDay = '2099-12-31';

/** What a rule comes to: on which weekdays, and until when. Nothing is ever expanded: what is no weekly rule is not taken. */
export function weeklyRule(rule: unknown, start: When, familyZone: string): { weekdays: number[]; endsOn: string | null } {
  if (typeof rule !== 'object' || rule === null) throw new NotTaken('How it repeats cannot be read');
  const parts = rule as Record<string, unknown>;
  const freq = String(parts.freq);
  const interval = parts.interval ?? 1;
  if (freq !== 'WEEKLY' && freq !== 'DAILY') throw new NotTaken(`It repeats ${every[freq] ?? 'in a way of its own'}. Parley takes what repeats week by week`);
  if (interval !== 1) throw new NotTaken(`It does not repeat every ${freq === 'WEEKLY' ? 'week' : 'day'}. Parley takes what repeats week by week`);
  if (Object.keys(parts).some(part => !understood.has(part))) throw new NotTaken('How it repeats has conditions that Parley does not take');
  const named = parts.byday === undefined ? null : [parts.byday].flat();
  const weekdays = named === null ? (freq === 'DAILY' ? [1, 2, 3, 4, 5, 6, 7] : [weekdayOf(start.day)]) : namedDays(named);
  // A zone of its own may put its days on the family's day before or after.
  const shift = named === null || start.clock === null ? 0 : shiftOf(start);
  const shifted = [...new Set(weekdays.map(day => ((day - 1 + shift + 7) % 7) + 1))].sort((a, b) => a - b);
  if (parts.count !== undefined) return { weekdays: shifted, endsOn: endByCount(start.day, shifted, parts.count) };
  if (parts.until === undefined) return { weekdays: shifted, endsOn: null };
  return { weekdays: shifted, endsOn: endByUntil(parts.until, start, familyZone) };
}

function namedDays(named: unknown[]): number[] {
  if (named.length > 7) throw new NotTaken('How it repeats cannot be read');
  return named.map(one => {
    const day = codes.indexOf(String(one)) + 1;
    if (day === 0) throw new NotTaken('It is on certain weeks of a month. Parley takes what repeats week by week');
    return day;
  });
}

/** How many days the family's day is from the one that the rule names, at its beginning. */
function shiftOf({ day, instant, zone }: When): number {
  const own = Temporal.Instant.fromEpochMilliseconds(instant!).toZonedDateTimeISO(zone!).toPlainDate().toString();
  return own === day ? 0 : own < day ? 1 : -1;
}

function endByCount(first: string, weekdays: readonly number[], given: unknown): string {
  if (typeof given !== 'number' || !Number.isInteger(given) || given < 1) throw new NotTaken('How often it repeats cannot be read');
  if (given > mostTimes) throw new NotTaken(`It repeats more than ${mostTimes} times`);
  let day = first;
  for (let left = given; ; day = addDays(day, 1)) {
    if (weekdays.includes(weekdayOf(day))) left -= 1;
    if (left === 0) return day;
  }
}

function endByUntil(until: unknown, start: When, familyZone: string): string | null {
  if (typeof until === 'string' && /^2[1-9]\d{2}|^[3-9]\d{3}/.test(until)) return null;
  const end = whenOf(until, {}, familyZone);
  // The last one begins at that moment or before it.
  const last = end.clock !== null && start.clock !== null && end.clock < start.clock ? addDays(end.day, -1) : end.day;
  if (last < start.day) throw new NotTaken('It ends before it begins');
  return last >= lastDay ? null : last;
}
