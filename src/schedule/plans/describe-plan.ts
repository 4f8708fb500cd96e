import type { ParentId } from '../../core/ids.ts';
import { listed } from '../../core/text.ts';
import { calendarDay, dayOfYear, weekdayNamed } from '../../core/time.ts';
import { patternTitle } from '../engine/index.ts';
import { placeName } from '../words.ts';
import { groundName } from './holiday-choices.ts';
import type { Plan } from '../requests/terms.ts';
import type { BreakTerms, Exchange, HolidayRule, HolidayTerms, Pattern, RegularTerms } from '../terms.ts';

/** A line of a plan: what it is about and what is said of it. */
export type PlanLine = { term: string; value: string };
type Name = (id: ParentId) => string;
type Children = { children: readonly { id: string; givenName: string }[] };

/** A plan in whole words, so that it can be carried out by somebody who has nothing else: on its page, and in the record. */
export function describePlan(plan: Plan, family: Children, name: Name, day: (iso: string) => string): PlanLine[] {
  if (plan.kind === 'schedule') return scheduleLines(plan.terms.terms, name, day);
  if (plan.kind === 'breaks') return breakLines(plan.terms.terms, name);
  return holidayLines(plan.terms.terms, family, name);
}

const exchangeText = ({ time, place }: Exchange): string => `${time}, ${placeName(place)}`;

function scheduleLines(terms: RegularTerms, name: Name, day: (iso: string) => string): PlanLine[] {
  const { pattern, anchor, a, b } = terms;
  return [
    { term: 'Pattern', value: patternTitle(pattern) },
    ...patternLines(pattern, name(a), name(b)),
    ...(pattern.kind === 'nights' ? [{ term: 'Night 1', value: day(anchor) }] : []),
    ...handoverLines(terms),
  ];
}

/** A pattern of nights changes hands at these times; one that goes by the month has its own, but for the end of school and its first day. */
function handoverLines({ pattern, onSchoolDays, onOtherDays }: RegularTerms): PlanLine[] {
  if (pattern.kind === 'nights')
    return [
      { term: 'Handover on school days', value: exchangeText(onSchoolDays) },
      { term: 'Handover on other days', value: exchangeText(onOtherDays) },
    ];
  return [
    { term: 'Handover at the end of school', value: exchangeText(onSchoolDays) },
    { term: 'Handover at other times', value: placeName(onOtherDays.place) },
    { term: 'Begins', value: `on the first day at ${onOtherDays.time}, or at ${onSchoolDays.time} where that is a school day` },
  ];
}

/** "AABBB" as runs: A 2, B 3. */
function runsOf(nights: string): { letter: string; count: number }[] {
  const runs: { letter: string; count: number }[] = [];
  for (const letter of nights) {
    const last = runs.at(-1);
    if (last?.letter === letter) last.count++;
    else runs.push({ letter, count: 1 });
  }
  return runs;
}

function patternLines(pattern: Pattern, a: string, b: string): PlanLine[] {
  if (pattern.kind === 'month-weekends') {
    const { from, until } = pattern;
    const times = `${weekdayNamed(from.weekday)} ${from.time} to ${weekdayNamed(until.weekday)} ${until.time}`;
    return [{ term: 'Who has whom', value: `these weekends of each month with ${b}, ${times}, each counted by its Friday; all other time with ${a}` }];
  }
  if (pattern.kind === 'possession-order') {
    const { expanded, schoolStarts = '08:00' } = pattern;
    const rule = expanded
      ? `1st, 3rd and 5th weekends from the end of school on Thursday until school begins on Monday (${schoolStarts}), other Thursdays in term overnight; where Thursday has no school, from Friday (18:00, or the end of school), and where Monday or the Friday after a night has none, until 18:00 on Sunday or on that Friday`
      : '1st, 3rd and 5th weekends from Friday 18:00 to Sunday 18:00, Thursdays in term from 18:00 to 20:00';
    return [{ term: 'Who has whom', value: `with ${b}: ${rule}, and July from the 1st at 18:00 to the 31st at 18:00; all other time with ${a}` }];
  }
  const runs = runsOf(pattern.nights).map(({ letter, count }) => `${letter === 'A' ? a : b} ${count}`);
  const visits = pattern.visits.map(
    ({ cycleDay, from, until }) => `day ${cycleDay + 1}, ${from} to ${until}, with ${pattern.nights[cycleDay] === 'A' ? b : a}`,
  );
  return [
    { term: 'Nights in turn', value: `${runs.join(', ')}; then again from the first` },
    ...(visits.length === 0 ? [] : [{ term: 'Visits without a night', value: visits.join('; ') }]),
  ];
}

function breakLines({ rules, exchange }: BreakTerms, name: Name): PlanLine[] {
  const lines = rules.map((rule): PlanLine => {
    const [even, odd] = [name(rule.evenYears), name(rule.oddYears)];
    const turns = `with ${even} in even years and with ${odd} in odd years`;
    const methods = {
      alternate: `the whole break ${turns}`,
      split: `in halves, the first ${turns}`,
      weeks: `week by week in turn, the first week ${turns}`,
      regular: 'as the regular schedule has it',
    };
    return { term: breakName(rule.name), value: methods[rule.method] };
  });
  return [...lines, { term: 'Handover in breaks', value: exchangeText(exchange) }];
}
export const breakName = (name: string): string => (name === 'any' ? 'All other breaks' : name);

const holidayLines = ({ country, region, rules }: HolidayTerms, family: Children, name: Name): PlanLine[] => [
  ...rules.map(rule => ({ term: rule.label, value: holidayText(rule, family, name) })),
  { term: 'Public holidays', value: groundName({ country, region }) },
];

function holidayText(rule: HolidayRule, family: Children, name: Name): string {
  const [even, odd] = [name(rule.evenYears), name(rule.oddYears)];
  const hours = `${rule.from} to ${rule.until}${rule.untilNextDay ? ' the next day' : ''}`;
  const turns = even === odd ? `with ${even}` : `with ${even} in even years and with ${odd} in odd years`;
  const methods = {
    alternate: `${turns}, ${hours}`,
    fixed: `with ${even} every year, ${hours}`,
    split: `in two parts, the first ${turns}, ${hours}, changing hands ${rule.splitAt === null ? 'halfway' : `at ${rule.splitAt}`}`,
    twice: `with whoever has the day; the other parent celebrates ${secondText(rule.secondOn)}, ${hours}`,
  };
  const attach = rule.attachToWeekend ? '; on a Monday or Friday it goes with the weekend beside it' : '';
  return `${methods[rule.method]}${attach}. ${dayText(rule, family)}${rule.place.label === '' && rule.place.kind === 'other' ? '' : `. Handover: ${placeName(rule.place)}`}`;
}

const secondText = (days: number | null): string => {
  const count = Math.abs(days ?? 0);
  return `${count} ${count === 1 ? 'day' : 'days'} ${(days ?? 0) < 0 ? 'before' : 'after'}`;
};

function dayText({ on }: HolidayRule, { children }: Children): string {
  switch (on.kind) {
    case 'public':
      return `The public holiday “${on.name}”`;
    case 'birthday':
      return `The birthday of ${listed(children.filter(({ id }) => id === on.childId).map(child => child.givenName)) || 'a child'}`;
    case 'date':
      return `Each year on ${localDate(on.month, on.day)}`;
    case 'mothers-day':
      return 'Mother’s Day as the country has it';
    case 'fathers-day':
      return 'Father’s Day as the country has it';
  }
}

/** "29 February": of a leap year, so that every date is one; the last day of a month that has fewer. */
export function localDate(month: number, day: number): string {
  const days = new Date(Date.UTC(2024, month, 0)).getUTCDate();
  const two = (number: number) => String(number).padStart(2, '0');
  return dayOfYear(calendarDay(`2024-${two(month)}-${two(Math.min(day, days))}`)).replace(/ 2024$/, '');
}
