import type { ChildId } from '../../core/ids.ts';
import type { Problem } from '../../web/form.ts';
import type { HolidayRule } from '../terms.ts';
import { dayOf, publicHolidays } from '../engine/index.ts';
import { groundName, groundOf, type HolidayGround, nameOfDay } from './holiday-choices.ts';
import { childrenOf, effectiveDay, parentsOf, placeFrom, type Proposing, type ReadPlan, requestOf } from './read-plan.ts';
import { holidayRows, type HolidaysForm } from './schema.ts';

/** What a form proposes for holidays and special days. */
export function readHolidaysForm(proposing: Proposing, form: HolidaysForm): ReadPlan {
  const problems: Problem[] = [];
  const family = { country: proposing.family.country, region: proposing.family.region };
  const children = childrenOf(proposing, form.child);
  const from = effectiveDay(proposing, 'holidays', children, form.from, problems);
  const ground = groundOf(form.country, form.region, family);
  const rules: HolidayRule[] = [];
  for (let number = 1; number <= holidayRows; number++) {
    const rule = readRule(proposing, ground, form, number, problems);
    if (rule) rules.push(rule);
  }
  if (rules.length === 0 && problems.length === 0) problems.push({ field: 'method1', message: 'Choose what happens on at least one day' });
  if (!from || problems.length > 0) return { ok: false, problems };
  const terms = { ...ground, rules };
  return requestOf(proposing, { kind: 'holidays', terms: { from, terms } }, children, form);
}

/** Whether a country has such a holiday within two years: a name that it does not know would never be a day. */
function isKept({ country, region }: HolidayGround, name: string, { family, now }: Proposing): boolean {
  const year = Number(dayOf(now, family.timeZone).slice(0, 4));
  return [year, year + 1, year + 2].some(one => publicHolidays(country, region, one).some(holiday => holiday.name === name));
}

function readRule(proposing: Proposing, ground: HolidayGround, form: HolidaysForm, number: number, problems: Problem[]): HolidayRule | null {
  const method = form[`method${number}`] ?? '';
  if (method === '') return null;
  const before = problems.length;
  const problem = (field: string, message: string) => problems.push({ field: `${field}${number}`, message });
  const on = readOn(proposing, form[`on${number}`] ?? '', form[`date${number}`] ?? '');
  if (!on) problem('date', 'Choose the date of this day');
  if (on?.kind === 'public' && !isKept(ground, on.name, proposing)) problem('method', `${groundName(ground)} has no public holiday of this name. Leave it out`);
  const label = form[`label${number}`] || (on ? nameOfDay(on, { country: ground.country, children: proposing.family.children }) : '');
  if (label === '') problem('label', 'Say what this day is called');
  const parents = parentsOf(proposing, form[`even${number}`] ?? '', `even${number}`, problems);
  const untilNextDay = form[`next${number}`] === true;
  const [from, until] = [form[`from${number}`] || '10:00', form[`until${number}`] || '18:00'];
  if (!untilNextDay && until <= from) problem('until', 'The end is not after the beginning');
  const splitAt = form[`split${number}`] || null;
  if (method === 'split' && splitAt !== null && (untilNextDay ? splitAt <= from && splitAt >= until : splitAt <= from || splitAt >= until))
    problem('split', 'Choose a time between the beginning and the end');
  const second = form[`second${number}`] ?? '';
  const secondOn = /^-?\d{1,2}$/.test(second) ? Number(second) : null;
  if (method === 'twice' && (secondOn === null || secondOn === 0 || Math.abs(secondOn) > 14))
    problem('second', 'Choose how many days after it, from 1 to 14, or before it, from -1 to -14');
  if (!on || !parents || problems.length > before) return null;
  return {
    label,
    on,
    method: method as HolidayRule['method'],
    evenYears: parents[0],
    oddYears: parents[1],
    from,
    until,
    untilNextDay,
    splitAt: method === 'split' ? splitAt : null,
    secondOn: method === 'twice' ? secondOn : null,
    attachToWeekend: form[`attach${number}`] === true,
    place: placeFrom(form.placeKind, form.placeLabel),
  };
}

function readOn({ family }: Proposing, text: string, date: string): HolidayRule['on'] | null {
  if (text === 'mothers-day' || text === 'fathers-day') return { kind: text };
  if (text.startsWith('public:') && text.length > 'public:'.length) return { kind: 'public', name: text.slice('public:'.length) };
  if (text.startsWith('birthday:')) {
    const child = family.children.find(({ id }) => id === (text.slice('birthday:'.length) as ChildId));
    return child ? { kind: 'birthday', childId: child.id } : null;
  }
  return date === '' ? null : { kind: 'date', month: Number(date.slice(5, 7)), day: Number(date.slice(8, 10)) };
}
