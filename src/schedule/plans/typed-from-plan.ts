import type { Typed } from '../../web/form.ts';
import { fold } from '../../core/text.ts';
import type { BreakTerms, HolidayTerms, RegularTerms } from '../terms.ts';
import { type HolidayChoice, onText } from './holiday-choices.ts';
import { breakRows, holidayRows } from './schema.ts';

/** Plans as their forms have them, so that what holds now, or what the other parent proposes, is where a proposal begins. */

export function typedFromSchedule(terms: RegularTerms): { typed: Typed; weekends: string[] } {
  const { pattern, onSchoolDays, onOtherDays } = terms;
  const typed: Typed = {
    starts: terms.a,
    schoolTime: onSchoolDays.time,
    schoolKind: onSchoolDays.place.kind,
    schoolLabel: onSchoolDays.place.label,
    otherTime: onOtherDays.time,
    otherKind: onOtherDays.place.kind,
    otherLabel: onOtherDays.place.label,
  };
  if (pattern.kind === 'possession-order')
    return { typed: { ...typed, pattern: pattern.expanded ? 'espo' : 'spo', schoolStarts: pattern.schoolStarts ?? '' }, weekends: [] };
  if (pattern.kind === 'month-weekends') {
    const { from, until } = pattern;
    const times = { weekendFromDay: String(from.weekday), weekendFrom: from.time, weekendUntilDay: String(until.weekday), weekendUntil: until.time };
    return { typed: { ...typed, pattern: 'month-weekends', ...times }, weekends: pattern.weekends.map(String) };
  }
  for (const [index, visit] of pattern.visits.slice(0, 4).entries())
    Object.assign(typed, { [`v${index + 1}day`]: String(visit.cycleDay + 1), [`v${index + 1}from`]: visit.from, [`v${index + 1}until`]: visit.until });
  const custom = pattern.name === 'custom' ? (pattern.nights.match(/.{1,7}/g) ?? []).join(' ') : '';
  return { typed: { ...typed, pattern: pattern.name, custom, anchor: terms.anchor }, weekends: [] };
}

/** Breaks by the names that the school's year has; those that it does not have come after them. */
export function typedFromBreaks({ rules, exchange }: BreakTerms, names: readonly string[]): Typed {
  const typed: Typed = { time: exchange.time, placeKind: exchange.place.kind, placeLabel: exchange.place.label };
  const known = [...names, 'any'].slice(0, breakRows - 2);
  const rest = rules.filter(rule => !known.some(name => fold(name) === fold(rule.name)));
  for (const [index, name] of [...known, ...rest.map(rule => rule.name)].slice(0, breakRows).entries()) {
    const rule = rules.find(one => fold(one.name) === fold(name));
    Object.assign(typed, { [`name${index + 1}`]: name, [`method${index + 1}`]: rule?.method ?? '', ...(rule ? { [`even${index + 1}`]: rule.evenYears } : {}) });
  }
  return typed;
}

export function typedFromHolidays({ rules }: HolidayTerms, choices: readonly (HolidayChoice | null)[]): Typed {
  const typed: Typed = { placeKind: rules[0]?.place.kind ?? '', placeLabel: rules[0]?.place.label ?? '' };
  const offered = choices.flatMap(choice => (choice ? [choice.on] : []));
  const listed = rules.map(({ on }) => onText(on)).filter(on => on !== 'date');
  const own = rules.filter(({ on }) => on.kind === 'date');
  const rows = [...new Set([...offered, ...listed])].map(on => ({ on, rule: rules.find(rule => onText(rule.on) === on) }));
  const blank = choices.filter(choice => choice === null).map(() => ({ on: 'date', rule: undefined }));
  for (const [index, { on, rule }] of [...rows, ...own.map(rule => ({ on: 'date', rule })), ...blank].slice(0, holidayRows).entries()) {
    const number = index + 1;
    typed[`on${number}`] = on;
    if (!rule) continue;
    const two = (value: number) => String(value).padStart(2, '0');
    Object.assign(typed, {
      [`label${number}`]: rule.label,
      [`date${number}`]: rule.on.kind === 'date' ? `2024-${two(rule.on.month)}-${two(rule.on.day)}` : '',
      [`method${number}`]: rule.method,
      [`even${number}`]: rule.evenYears,
      [`from${number}`]: rule.from,
      [`until${number}`]: rule.until,
      [`split${number}`]: rule.splitAt ?? '',
      [`second${number}`]: rule.secondOn === null ? '' : String(rule.secondOn),
      ...(rule.untilNextDay ? { [`next${number}`]: '1' } : {}),
      ...(rule.attachToWeekend ? { [`attach${number}`]: '1' } : {}),
    });
  }
  return typed;
}
