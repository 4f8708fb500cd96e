import type { ChildId } from '../../core/ids.ts';
import { holidayCountries, holidayRegions, publicHolidays } from '../engine/index.ts';
import type { HolidayRule } from '../terms.ts';

/** A day that may be chosen: how a form names it, what it is called, and when it is. */
export type HolidayChoice = { on: string; name: string; when: string };

const most = 30;
/** Mother’s and Father’s Day stand apart, and a substitute is a day of the office, not of the family. */
const notOffered = /^(?:Mother|Father)['’]s Day$|\(substitute day\)$/;

/** Whose public holidays: a country, and a region of it where those differ. Codes as in ISO 3166. */
export type HolidayGround = { country: string; region: string | null };

/** What was asked for, where the library knows it; else what is meant otherwise. */
export function groundOf(country: string | undefined, region: string | undefined, otherwise: HolidayGround): HolidayGround {
  if (country === undefined || !holidayCountries().some(({ code }) => code === country)) return otherwise;
  return { country, region: holidayRegions(country).some(({ code }) => code === region) ? region! : null };
}

/** "United Kingdom, England" */
export function groundName({ country, region }: HolidayGround): string {
  const name = holidayCountries().find(({ code }) => code === country)?.name ?? country;
  return region === null ? name : `${name}, ${holidayRegions(country).find(({ code }) => code === region)?.name ?? region}`;
}

/** The public holidays of a country in the twelve months from a day, in order, each once. Days on which work rests come before other days. */
export function publicChoices(code: string, region: string | null, today: string): (Omit<HolidayChoice, 'when'> & { next: string })[] {
  const year = Number(today.slice(0, 4));
  const all = [year, year + 1].flatMap(one => publicHolidays(code, region, one)).filter(({ day, name }) => day >= today && !notOffered.test(name));
  const seen = new Set<string>();
  const once = all.filter(({ name }) => !seen.has(name) && seen.add(name));
  return [...once.filter(({ free }) => free), ...once.filter(({ free }) => !free)]
    .slice(0, most)
    .map(({ name, day }) => ({ on: `public:${name}`, name, next: day }));
}

export const onText = (on: HolidayRule['on']): string =>
  on.kind === 'public' ? `public:${on.name}` : on.kind === 'birthday' ? `birthday:${on.childId}` : on.kind;

/** What a day is called where nobody called it otherwise. */
export function nameOfDay(
  on: HolidayRule['on'],
  { country: code, children }: { country: string; children: readonly { id: ChildId; givenName: string }[] },
): string {
  switch (on.kind) {
    case 'public':
      return [...on.name].slice(0, 80).join('');
    case 'birthday':
      return [...`Birthday of ${children.find(({ id }) => id === on.childId)?.givenName ?? 'a child'}`].slice(0, 80).join('');
    case 'mothers-day':
      return ['GB', 'IE'].includes(code) ? 'Mothering Sunday' : 'Mother’s Day';
    case 'fathers-day':
      return 'Father’s Day';
    case 'date':
      return '';
  }
}
