import type { ParentId } from '../core/ids.ts';
import { grouped, listed } from '../core/text.ts';
import { calendarDay, shortDay } from '../core/time.ts';
import { type Clash, clashWeeks } from './clashes.ts';
import type { ActivityRow } from './columns.ts';
import { dayText, weekdaysText } from './describe.ts';

const mostDays = 3;
const daysList = (days: readonly string[]): string =>
  days.length <= mostDays
    ? listed(days.map(day => shortDay(calendarDay(day))))
    : `${shortDay(calendarDay(days[0]!))} and ${grouped(days.length - 1)} other days in the next ${clashWeeks} weeks`;

/**
 * What is pointed out about an activity, in sentences for one reader. It is about time that is not that of whoever added it, and what else is
 * on at once.
 */
export function clashTexts(clashes: readonly Clash[], row: ActivityRow, reader: ParentId, nameOf: (id: ParentId) => string): string[] {
  const weekly = weekdaysText(row.weekdays);
  const one = row.weekdays.length === 1;
  return clashes.flatMap(clash => {
    if (clash.activityId !== row.id) return [];
    if (clash.kind === 'overlap') return [`On ${daysList(clash.days)} it overlaps with ${clash.with.name}.`];
    if (clash.holder === (row.addedBy ?? reader)) return [];
    const whose = clash.holder === 'third-party' ? 'somebody else’s care' : clash.holder === reader ? 'your time' : `${nameOf(clash.holder)}’s time`;
    if (clash.of === 1) return [`${row.name} on ${dayText(clash.days[0]!)} falls in ${whose}.`];
    if (!one) return [`${row.name} falls in ${whose} on ${grouped(clash.days.length)} of its ${grouped(clash.of)} days in the next ${clashWeeks} weeks.`];
    const all = clash.of === clashWeeks ? `of the next ${clashWeeks} ${weekly}` : `of its ${grouped(clash.of)} days in the next ${clashWeeks} weeks`;
    return [`${row.name} on ${weekly} falls in ${whose} on ${grouped(clash.days.length)} ${all}.`];
  });
}
