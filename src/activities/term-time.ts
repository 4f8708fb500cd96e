import type { SchoolPeriod } from '../schedule/index.ts';

const covers = ({ from, until }: SchoolPeriod, day: string): boolean => from <= day && day <= until;

/**
 * Whether a day is term time for an activity, weekends included: in a term, in no break, and not on a day that the school is closed. A school
 * that has entered no terms has none to go by, so every day counts then.
 */
export const isTermTime = (school: readonly SchoolPeriod[], day: string): boolean =>
  knowsTerms(school) ? school.some(period => period.kind === 'term' && covers(period, day)) && !isOff(school, day) : !isOff(school, day);

export const knowsTerms = (school: readonly SchoolPeriod[]): boolean => school.some(({ kind }) => kind === 'term');

const isOff = (school: readonly SchoolPeriod[], day: string): boolean => school.some(period => period.kind !== 'term' && covers(period, day));
