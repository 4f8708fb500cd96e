/**
 * Days as numbers (0 is 1970-01-01) inside the engine, and as text ("2026-03-09") at its edges: a year of a child's time is some
 * hundreds of sums with days, and a calendar object for each would cost more than everything else.
 */
export const dayLength = 86_400_000;

export const toNumber = (day: string): number => Date.parse(day) / dayLength;

/** The civil date of a day number, by the sums of the Gregorian calendar: `Date` would spend most of a year's time on writing dates. */
export function toDay(number: number): string {
  const sinceMarch = number + 719_468;
  const era = Math.floor(sinceMarch / 146_097);
  const ofEra = sinceMarch - era * 146_097;
  const yearOfEra = Math.floor((ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365);
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const month = Math.floor((5 * ofYear + 2) / 153);
  const day = ofYear - Math.floor((153 * month + 2) / 5) + 1;
  const year = yearOfEra + era * 400 + (month < 10 ? 0 : 1);
  return `${year < 1000 ? String(year).padStart(4, '0') : year}-${twoDigits(month < 10 ? month + 3 : month - 9)}-${twoDigits(day)}`;
}
export const twoDigits = (value: number): string => (value < 10 ? `0${value}` : String(value));

/** ISO: Monday is 1, Sunday 7. Day 0 was a Thursday. */
export const weekdayOfNumber = (number: number): number => modulo(number + 3, 7) + 1;
/** The remainder that is never negative, for days before an anchor. */
export const modulo = (value: number, by: number): number => ((value % by) + by) % by;

export const yearOf = (number: number): number => new Date(number * dayLength).getUTCFullYear();
/** The day of a date, `month` from 1. A date that the year does not have (29 February) is the last day of its month. */
export function numberOf(year: number, month: number, day: number): number {
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return Date.UTC(year, month - 1, Math.min(day, last)) / dayLength;
}

/** "The 2nd Sunday of May". The 5th of a month that has four is null. */
export function nthWeekday(year: number, month: number, nth: number, weekday: number): number | null {
  const first = numberOf(year, month, 1);
  const found = first + modulo(weekday - weekdayOfNumber(first), 7) + (nth - 1) * 7;
  return found <= numberOf(year, month, 31) ? found : null;
}

/** Which of its weekday in its month a day is: 1 to 5. */
export const nthOfMonth = (number: number): number => Math.ceil(new Date(number * dayLength).getUTCDate() / 7);

/** Easter Sunday of the western churches (the anonymous Gregorian computation). */
export function easter(year: number): number {
  const golden = year % 19;
  const century = Math.floor(year / 100);
  const rest = year % 100;
  const epact = (19 * golden + century - Math.floor(century / 4) - Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3) + 15) % 30;
  const weekday = (32 + 2 * (century % 4) + 2 * Math.floor(rest / 4) - epact - (rest % 4)) % 7;
  const late = Math.floor((golden + 11 * epact + 22 * weekday) / 451);
  const sum = epact + weekday - 7 * late + 114;
  return numberOf(year, Math.floor(sum / 31), (sum % 31) + 1);
}

export const addDays = (day: string, count: number): string => toDay(toNumber(day) + count);
/** Monday is 1, Sunday 7. */
export const weekdayOf = (day: string): number => weekdayOfNumber(toNumber(day));
/** From one day to another: 1 from a day to the next. */
export const daysBetween = (from: string, until: string): number => toNumber(until) - toNumber(from);
