import { addDays, publicHolidays, weekdayOf } from '../../src/schedule/index.ts';
import type { SchoolKey } from './types.ts';

export type Period = { kind: 'term' | 'break' | 'closed'; name: string; from: string; until: string };

/** The first of a weekday (1 is Monday) on a day or after it. */
const next = (day: string, weekday: number): string => addDays(day, (weekday - weekdayOf(day) + 7) % 7);
/** October and May have 31 days. */
const lastMonday = (month: string): string => next(`${month}-25`, 1);

/** What differs between the two schools: how long the summer is, and on which days the staff are taught instead. */
const ways: Partial<Record<SchoolKey, { summerEnds: number; training: (year: Terms) => { name: string; day: string }[] }>> = {
  'st-brigids': {
    summerEnds: 0,
    training: ({ autumn, spring }) => [
      { name: 'Staff training', day: autumn },
      { name: 'Staff training', day: spring },
    ],
  },
  hillview: {
    summerEnds: 1,
    training: ({ spring, summer }) => [
      { name: 'Staff training day', day: spring },
      { name: 'Staff training day', day: summer },
    ],
  },
};

/** The first day of each term. */
type Terms = { autumn: string; spring: string; summer: string };

/** A school year in England, from September of the year given. */
function yearOf(school: SchoolKey, year: number): Period[] {
  const way = ways[school];
  if (!way) return [];
  const after = year + 1;
  const easterMonday = publicHolidays('GB', 'ENG', after).find(({ name }) => name === 'Easter Monday')!.day;
  const autumn = addDays(next(`${year}-09-01`, 2), way.summerEnds);
  const christmasFrom = next(`${year}-12-19`, 1);
  const spring = next(`${after}-01-03`, 1);
  const easterFrom = addDays(easterMonday, -7);
  const summer = addDays(easterMonday, 7);
  const lastDay = addDays(next(`${after}-07-20`, 3), -way.summerEnds);
  const nextAutumn = addDays(next(`${after}-09-01`, 2), way.summerEnds);
  const week = (monday: string): { from: string; until: string } => ({ from: monday, until: addDays(monday, 4) });
  const terms: Terms = { autumn, spring, summer };
  return [
    { kind: 'term', name: 'Autumn term', from: autumn, until: addDays(christmasFrom, -3) },
    { kind: 'break', name: 'Autumn half-term', ...week(lastMonday(`${year}-10`)) },
    { kind: 'break', name: 'Christmas', from: addDays(christmasFrom, -2), until: addDays(spring, -1) },
    { kind: 'term', name: 'Spring term', from: spring, until: addDays(easterFrom, -3) },
    { kind: 'break', name: 'February half-term', ...week(next(`${after}-02-13`, 1)) },
    { kind: 'break', name: 'Easter', from: addDays(easterFrom, -2), until: addDays(summer, -1) },
    { kind: 'term', name: 'Summer term', from: summer, until: lastDay },
    { kind: 'break', name: 'May half-term', ...week(lastMonday(`${after}-05`)) },
    { kind: 'break', name: 'Summer', from: addDays(lastDay, 1), until: addDays(nextAutumn, -1) },
    { kind: 'closed', name: 'May bank holiday', from: next(`${after}-05-01`, 1), until: next(`${after}-05-01`, 1) },
    ...way.training(terms).map(({ name, day }): Period => ({ kind: 'closed', name, from: day, until: day })),
  ];
}

/** The last school year, this one and the next: whatever day the demo is loaded on, there is a term behind and one ahead. */
export function schoolYears(school: SchoolKey, today: string): Period[] {
  const [year, month] = [Number(today.slice(0, 4)), Number(today.slice(5, 7))];
  const begun = month >= 9 ? year : year - 1;
  return [begun - 1, begun, begun + 1].flatMap(one => yearOf(school, one));
}
