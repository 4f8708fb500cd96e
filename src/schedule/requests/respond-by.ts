import { leastTimeToAnswerMs } from '../../access/policy.ts';
import { localTime, longDay } from '../../core/time.ts';
import type { Problem } from '../../web/form.ts';
import { addDays, dayOf, instantOf } from '../engine/index.ts';

/** When people answer: after work. */
const usualClock = '18:00';
const usualDays = 5;

export type Limits = { now: number; startsAt: number; zone: string; /** Where it is said that there is no time left. */ startField: string };

/** Five days from now, or the evening before it begins; where that is too soon, until it begins. */
export function usualRespondBy({ now, startsAt, zone }: Omit<Limits, 'startField'>): number {
  const inDays = instantOf(addDays(dayOf(now, zone), usualDays), usualClock, zone);
  const evening = instantOf(addDays(dayOf(startsAt, zone), -1), usualClock, zone);
  const suggested = Math.min(inDays, evening);
  return suggested >= now + leastTimeToAnswerMs ? suggested : startsAt;
}

/** Until when the other parent may answer: at least an hour from now, and not after it would begin. Null with a problem. */
export function readRespondBy(form: { respondDay: string; respondClock: string }, limits: Limits, problems: Problem[]): number | null {
  const { now, startsAt, zone, startField } = limits;
  if (startsAt < now + leastTimeToAnswerMs) {
    problems.push({ field: startField, message: 'This begins within the hour, so there is no time left to answer. Choose a later time' });
    return null;
  }
  if (form.respondDay === '' && form.respondClock === '') return usualRespondBy(limits);
  if (form.respondDay === '') {
    problems.push({ field: 'respondDay', message: 'Choose the day until which there is time to answer' });
    return null;
  }
  const at = instantOf(form.respondDay, form.respondClock === '' ? usualClock : form.respondClock, zone);
  if (at < now + leastTimeToAnswerMs) problems.push({ field: 'respondDay', message: 'Leave at least an hour to answer' });
  else if (at > startsAt) {
    const starts = localTime(new Date(startsAt), zone);
    problems.push({ field: 'respondDay', message: `The answer has to come before it begins: by ${longDay(starts)}, ${starts.clock}` });
  } else return at;
  return null;
}
