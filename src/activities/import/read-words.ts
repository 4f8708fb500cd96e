import { fold } from '../../core/text.ts';

/** How people write days and times in lists. */

const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** "Tue", "Mondays and Wednesdays", "every day": weekdays from 1. Null where there is a word that is none. */
export function readWeekdays(text: string): number[] | null {
  const words = fold(text).split(/[^a-z]+/).filter(word => word !== '' && word !== 'and' && word !== 'on'); // prettier-ignore
  const days = new Set<number>();
  if (/^(?:daily|every ?day)$/.test(fold(text).trim())) return [1, 2, 3, 4, 5, 6, 7];
  for (const word of words) {
    if (/^weekdays?$/.test(word)) for (const day of [1, 2, 3, 4, 5]) days.add(day);
    else if (/^weekends?$/.test(word)) for (const day of [6, 7]) days.add(day);
    else {
      const day = weekdays.findIndex(name => word.startsWith(name)) + 1;
      if (day === 0 || !/^(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:days?)?$/.test(word)) return null;
      days.add(day);
    }
  }
  return [...days].sort((a, b) => a - b);
}

/** "17:00", "17.00", "5 pm", "5:30pm". Null where it is no time. */
export function readClock(text: string): string | null {
  const found = /^(\d{1,2})(?:[:.](\d{2}))?(?:[:.]\d{2})?\s*([ap])?\.?(?:m\.?)?$/.exec(fold(text).trim());
  if (!found || (found[2] === undefined && found[3] === undefined)) return null;
  const minutes = Number(found[2] ?? 0);
  let hours = Number(found[1]);
  if (found[3] !== undefined) {
    if (hours < 1 || hours > 12) return null;
    hours = (hours % 12) + (found[3] === 'p' ? 12 : 0);
  }
  return hours > 23 || minutes > 59 ? null : `${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`;
}

/** "2026-03-03", "3/3/2026", "3.3.26": a day that exists, in this century. Null where it is none. */
export function readDay(text: string): string | null {
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?$/.exec(text.trim());
  const british = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})$/.exec(text.trim());
  const parts = iso ? [iso[1]!, iso[2]!, iso[3]!] : british ? [british[3]!, british[2]!, british[1]!] : null;
  return parts && isoDayOf(`${parts[0]!.length === 2 ? `20${parts[0]}` : parts[0]}-${parts[1]!.padStart(2, '0')}-${parts[2]!.padStart(2, '0')}`);
}

/** The day, if there is such a day and it is of this century. */
export function isoDayOf(text: string): string | null {
  const date = new Date(`${text}T00:00:00Z`);
  return /^20\d{2}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 10) === text ? text : null;
}

/** Yes or no; null where it is neither. */
export function readYes(text: string): boolean | null {
  const word = fold(text).trim();
  if (['', 'no', 'n', 'false', '0'].includes(word)) return false;
  return ['yes', 'y', 'true', '1', 'x', 'term time', 'term time only'].includes(word) ? true : null;
}

export const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();
