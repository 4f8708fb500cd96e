import { fold } from '../../core/text.ts';
import { calendarDay, longDay } from '../../core/time.ts';
import type { Problem } from '../../web/form.ts';
import { addDays, nightsOfRuns, refusedAlias, rulePatterns, standardNamed, standardPattern, weekdayOf } from '../engine/index.ts';
import type { Pattern, RegularTerms, StandardName, Visit } from '../terms.ts';
import { childrenOf, effectiveDay, parentsOf, placeFrom, type Proposing, type ReadPlan, requestOf } from './read-plan.ts';
import type { ScheduleForm } from './schema.ts';

/** What a form proposes as the regular schedule. */
export function readScheduleForm(proposing: Proposing, form: ScheduleForm): ReadPlan {
  const problems: Problem[] = [];
  const children = childrenOf(proposing, form.child);
  const pattern = readPattern(form, problems);
  const parents = parentsOf(proposing, form.starts, 'starts', problems);
  for (const field of ['schoolTime', 'otherTime'] as const) if (form[field] === '') problems.push({ field, message: 'Choose the time of the handover' });
  const from = effectiveDay(proposing, 'schedule', children, form.from, problems);
  if (!pattern || !parents || !from || problems.length > 0) return { ok: false, problems };
  const anchor = readAnchor(form.anchor, pattern, from, problems);
  if (problems.length > 0) return { ok: false, problems };
  const [a, b] = parents;
  const terms: RegularTerms = {
    a,
    b,
    anchor,
    pattern,
    onSchoolDays: { time: form.schoolTime, place: placeFrom(form.schoolKind, form.schoolLabel) },
    onOtherDays: { time: form.otherTime, place: placeFrom(form.otherKind, form.otherLabel) },
  };
  return requestOf(proposing, { kind: 'schedule', terms: { from, terms } }, children, form);
}

/** A typed name goes before the list: it is what somebody took the trouble to write. */
function readPattern(form: ScheduleForm, problems: Problem[]): Pattern | null {
  if (form.named !== '') return readNamed(form, problems);
  switch (form.pattern) {
    case '':
      problems.push({ field: 'pattern', message: 'Choose a pattern, or write its name' });
      return null;
    case 'custom':
      return readCustom(form, problems);
    case 'month-weekends':
    case 'spo':
    case 'espo':
      return readRule(form.pattern, form, problems);
    default: {
      const name = form.pattern as StandardName;
      return withVisits({ kind: 'nights', name, nights: standardPattern(name).nights, visits: [] }, form, problems);
    }
  }
}

function readNamed(form: ScheduleForm, problems: Problem[]): Pattern | null {
  const text = form.named;
  const refused = refusedAlias(text);
  if (refused) {
    problems.push({ field: 'named', message: refused });
    return null;
  }
  const standard = standardNamed(text);
  if (standard) return withVisits({ kind: 'nights', ...standard, visits: [] }, form, problems);
  const rule = rulePatterns.findIndex(({ title, alsoCalled }) => [title, ...alsoCalled].some(name => fold(name) === fold(text)));
  if (rule >= 0) return readRule((['month-weekends', 'spo', 'espo'] as const)[rule]!, form, problems);
  problems.push({ field: 'named', message: 'There is no pattern of this name. Choose one from the list, or a custom pattern' });
  return null;
}

/** "AAABBBB AAAABBB" letter by letter, or "3-4-4-3" in turns. */
function readCustom(form: ScheduleForm, problems: Problem[]): Pattern | null {
  const text = form.custom;
  const letters = /^[AB\s,.|/-]+$/i.test(text) ? text.toUpperCase().replaceAll(/[^AB]/g, '') : '';
  if (letters.length > 0 && letters.length <= 84) return withVisits({ kind: 'nights', name: 'custom', nights: letters, visits: [] }, form, problems);
  const refused = refusedAlias(text);
  const nights = refused ? null : nightsOfRuns(text);
  if (nights) return withVisits({ kind: 'nights', name: 'custom', nights, visits: [] }, form, problems);
  problems.push({
    field: 'custom',
    message: refused
      ? `${refused} If these nights are meant, write each as a letter: ${nightsOfRuns(text) ?? ''}`
      : 'Write each night as A (who starts) or B, such as AAABBBB AAAABBB, or how many in turn, such as 3-4-4-3: at most 84 nights',
  });
  return null;
}

function readRule(rule: 'month-weekends' | 'spo' | 'espo', form: ScheduleForm, problems: Problem[]): Pattern | null {
  if (rule !== 'month-weekends')
    return { kind: 'possession-order', expanded: rule === 'espo', ...(form.schoolStarts === '' ? {} : { schoolStarts: form.schoolStarts }) };
  const weekends = form.weekend.map(Number).toSorted((a, b) => a - b);
  if (weekends.length === 0) problems.push({ field: 'weekend', message: 'Choose the weekends of the month' });
  const fromDay = Number(form.weekendFromDay || '5');
  const untilDay = form.weekendUntilDay === '1' ? 1 : 7;
  return {
    kind: 'month-weekends',
    weekends: weekends.length === 0 ? [1] : weekends,
    from: { weekday: fromDay, time: form.weekendFrom || '18:00' },
    until: { weekday: untilDay, time: form.weekendUntil || '18:00' },
  };
}

function withVisits(pattern: Extract<Pattern, { kind: 'nights' }>, form: ScheduleForm, problems: Problem[]): Pattern {
  const visits: Visit[] = [];
  for (const number of [1, 2, 3, 4] as const) {
    const [day, from, until] = [form[`v${number}day`], form[`v${number}from`], form[`v${number}until`]];
    if (day === '' && from === '' && until === '') continue;
    const cycleDay = /^\d{1,2}$/.test(day) ? Number(day) - 1 : -1;
    if (cycleDay < 0 || cycleDay >= pattern.nights.length)
      problems.push({ field: `v${number}day`, message: `Choose a day of the cycle, from 1 to ${pattern.nights.length}` });
    else if (from === '' || until === '' || from >= until) problems.push({ field: `v${number}from`, message: 'Choose from when until when, within the day' });
    else visits.push({ cycleDay, from, until });
  }
  return { ...pattern, visits };
}

/** Night 1. Patterns whose definition names weekdays begin on a Monday. */
function readAnchor(given: string, pattern: Pattern, from: string, problems: Problem[]): string {
  const onMonday =
    pattern.kind === 'nights' &&
    pattern.name !== 'custom' &&
    standardPattern(pattern.name).startsOnMonday &&
    standardPattern(pattern.name).nights === pattern.nights;
  const monday = addDays(from, 1 - weekdayOf(from));
  if (given === '') return onMonday ? monday : from;
  if (onMonday && weekdayOf(given) !== 1)
    problems.push({ field: 'anchor', message: `The first night of this pattern is a Monday, such as ${longDay(calendarDay(monday))}` });
  return given;
}
