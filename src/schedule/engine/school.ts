import type { SchoolPeriod } from './calendar.ts';
import { toNumber, weekdayOfNumber } from './days.ts';

/** Days of a list of periods, as numbers, both included. */
type Days = { from: number; until: number };
type Break = Days & { name: string };
type Year = { terms: Days[]; breaks: Break[]; closed: Days[] };

const years = new WeakMap<readonly SchoolPeriod[], Year>();

/** A school's periods as numbers, worked out once for each list. */
function yearOf(school: readonly SchoolPeriod[]): Year {
  let year = years.get(school);
  if (!year) {
    const days = school.map(({ kind, name, from, until }) => ({ kind, name, from: toNumber(from), until: toNumber(until) })).sort((a, b) => a.from - b.from);
    const of = (kind: SchoolPeriod['kind']) => days.filter(period => period.kind === kind);
    year = { terms: of('term'), breaks: of('break'), closed: of('closed') };
    years.set(school, year);
  }
  return year;
}

function within(periods: Days[], day: number): boolean {
  for (const { from, until } of periods) {
    if (from > day) return false;
    if (day <= until) return true;
  }
  return false;
}

export const schoolOn = (school: readonly SchoolPeriod[], day: number): boolean => {
  if (weekdayOfNumber(day) > 5) return false;
  const { terms, breaks, closed } = yearOf(school);
  return within(terms, day) && !within(breaks, day) && !within(closed, day);
};

/** Monday to Friday of a term, but for its breaks and the days on which the school is closed. */
export const isSchoolDay = (school: readonly SchoolPeriod[], day: string): boolean => schoolOn(school, toNumber(day));

/**
 * A break as the child lives it, however the school writes it down (Saturday to Sunday, or Monday to Friday): from the last day of school
 * before it until the evening before school begins again, where nothing but weekends and closed days lie between.
 * Where the school's calendar says nothing of the days beside it, the break's own first and last day count.
 */
export type BreakSpan = { name: string; first: number; begins: number; ends: number; fromSchool: boolean };

const longestEdge = 21;

/** Breaks that may touch the days of a window. */
export function breakSpans(school: readonly SchoolPeriod[], from: number, until: number): BreakSpan[] {
  return yearOf(school)
    .breaks.filter(period => period.until >= from - longestEdge && period.from <= until + longestEdge)
    .map(({ name, from: first, until: last }) => {
      const before = schoolBeside(school, first, -1);
      const after = schoolBeside(school, last, 1);
      return { name, first, begins: before ?? first, ends: after === null ? last : after - 1, fromSchool: before !== null };
    });
}

function schoolBeside(school: readonly SchoolPeriod[], edge: number, step: 1 | -1): number | null {
  const { closed } = yearOf(school);
  for (let day = edge + step; Math.abs(day - edge) < longestEdge; day += step) {
    if (schoolOn(school, day)) return day;
    if (weekdayOfNumber(day) <= 5 && !within(closed, day)) return null;
  }
  return null;
}
