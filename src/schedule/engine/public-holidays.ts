import { createRequire } from 'node:module';
import type HolidayLibrary from 'date-holidays';
import { compareNames } from '../../core/text.ts';

/** A day of a country or region by its name in English; `free` where work and school rest, not only observed. */
export type PublicHoliday = { day: string; name: string; free: boolean };

const kept = new Map<string, PublicHoliday[]>();
const most = 2_000;

/** The library is a seventh of a second to load and most families never ask: it is loaded for the first that does. */
let library: typeof HolidayLibrary | undefined;

function libraryNow(): typeof HolidayLibrary {
  library ??= createRequire(import.meta.url)('date-holidays') as typeof HolidayLibrary;
  return library;
}

/** The holidays of a year, in order. Nothing for a country that the library does not know; a region it does not know is its country. */
export function publicHolidays(country: string, region: string | null, year: number): PublicHoliday[] {
  const key = `${country} ${region ?? ''} ${year}`;
  let days = kept.get(key);
  if (!days) {
    const Library = libraryNow();
    const calendar = region === null ? new Library(country) : new Library(country, region);
    days = calendar.getHolidays(year, 'en').map(({ date, name, type }) => ({ day: date.slice(0, 10), name, free: type === 'public' || type === 'bank' }));
    if (kept.size >= most) kept.clear();
    kept.set(key, days);
  }
  return days;
}

/** A country or one of its regions, by its code and its name in English. */
export type HolidayPlace = { code: string; name: string };
const placesOf = (names: Record<string, string> | undefined): HolidayPlace[] =>
  Object.entries(names ?? {})
    .map(([code, name]) => ({ code, name }))
    .sort((a, b) => compareNames(a.name, b.name));

/** The countries whose holidays the library knows. */
export function holidayCountries(): HolidayPlace[] {
  countries ??= placesOf(new (libraryNow())().getCountries('en'));
  return countries;
}
let countries: HolidayPlace[] | undefined;

/** The regions of a country that keep holidays of their own; none for most. */
export function holidayRegions(country: string): HolidayPlace[] {
  let found = regions.get(country);
  if (!found) {
    found = placesOf(new (libraryNow())().getStates(country, 'en'));
    if (regions.size < most) regions.set(country, found);
  }
  return found;
}
const regions = new Map<string, HolidayPlace[]>();
