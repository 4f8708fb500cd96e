import { clockOf, dayOf } from '../../schedule/index.ts';
import { isoDayOf } from './read-words.ts';
import { zoneMeant } from './time-zones.ts';

/** A property as ical.js reads it, before it makes anything of it: name, parameters, type, values. */
export type Property = [name: string, parameters: Record<string, unknown>, type: string, ...values: unknown[]];

/** When something is, as the family has it; no clock where it is a day. `instant` is null for a day. */
export type When = { day: string; clock: string | null; instant: number | null; zone: string | null };

/** Why a time cannot be taken, in words. */
export class NotTaken extends Error {}

/** One value of DTSTART, EXDATE and the like, in the family's zone. A time without a zone is the family's already. */
export function whenOf(value: unknown, parameters: Record<string, unknown>, familyZone: string): When {
  const text = typeof value === 'string' ? value : '';
  const found = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}):\d{2}(Z)?)?$/.exec(text);
  const day = found && isoDayOf(found[1]!);
  if (!found || day === null) throw new NotTaken('Its day is none that Parley can take');
  if (found[2] === undefined) return { day, clock: null, instant: null, zone: null };
  const named = parameters.tzid;
  const zone = found[3] !== undefined ? 'UTC' : typeof named === 'string' ? zoneMeant(named) : familyZone;
  if (zone === null) throw new NotTaken('Its time zone is not known here');
  if (!/^(?:[01]\d|2[0-3]):[0-5]\d$/.test(found[2])) throw new NotTaken('Its time is none that Parley can take');
  const instant = Temporal.PlainDateTime.from(`${day}T${found[2]}`).toZonedDateTime(zone).epochMilliseconds;
  return zone === familyZone
    ? { day, clock: found[2], instant, zone }
    : { day: dayOf(instant, familyZone), clock: clockOf(instant, familyZone), instant, zone };
}

/** When it ends: by its end, or by how long it takes; null where neither is said. */
export function endOf(start: When, end: Property | undefined, duration: Property | undefined, familyZone: string): When | null {
  if (end) return whenOf(end[3], end[1], familyZone);
  if (!duration) return null;
  const text = typeof duration[3] === 'string' ? duration[3] : '';
  const found = /^P(?:(\d{1,2})W)?(?:(\d{1,3})D)?(?:T(?:(\d{1,3})H)?(?:(\d{1,4})M)?(?:\d{1,5}S)?)?$/.exec(text);
  if (!found) throw new NotTaken('How long it takes cannot be read');
  const [weeks, days, hours, minutes] = found.slice(1).map(part => Number(part ?? 0)) as [number, number, number, number];
  if (start.instant === null) {
    const day = isoDayOf(new Date(Date.parse(start.day) + (weeks * 7 + days) * 86_400_000).toISOString().slice(0, 10));
    if (day === null) throw new NotTaken('Its day is none that Parley can take');
    return { day, clock: null, instant: null, zone: null };
  }
  const instant = start.instant + ((weeks * 7 + days) * 1440 + hours * 60 + minutes) * 60_000;
  return { day: dayOf(instant, familyZone), clock: clockOf(instant, familyZone), instant, zone: start.zone };
}
