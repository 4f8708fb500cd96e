import { calendarDay, longDay } from '../core/time.ts';
import { paths } from '../web/paths.ts';
import type { CalendarHead } from './views.ts';
import { dayBeside, monthBeside, monthOf, monthTitle, weekBeside, weekOf, weekTitle } from './windows.ts';

type View = 'month' | 'week' | 'list';

/** The three ways to look at the same days. */
const viewsOf = (month: string, day: string, current: View | null): CalendarHead['views'] => [
  { href: paths.calendarMonth.to({ month }), label: 'Month', current: current === 'month' },
  { href: paths.calendarWeek.to({ day }), label: 'Week', current: current === 'week' },
  { href: paths.calendarList.to({ month }), label: 'List', current: current === 'list' },
];

/** The week of a month that one most likely wants: the one with today. */
const dayIn = (month: string, today: string): string => (monthOf(today) === month ? today : `${month}-01`);

const beside = (month: string | null, to: (month: string) => string) => (month === null ? null : { href: to(month), label: monthTitle(month) });

function ofMonth(view: 'month' | 'list', month: string, today: string, to: (month: string) => string, now: string): CalendarHead {
  return {
    title: monthTitle(month),
    views: viewsOf(month, dayIn(month, today), view),
    period: 'Month',
    before: beside(monthBeside(month, -1), to),
    after: beside(monthBeside(month, 1), to),
    today: now,
  };
}

export const monthHead = (month: string, today: string): CalendarHead =>
  ofMonth('month', month, today, other => paths.calendarMonth.to({ month: other }), paths.calendar);

export const listHead = (month: string, today: string): CalendarHead =>
  ofMonth('list', month, today, other => paths.calendarList.to({ month: other }), paths.calendarList.to({ month: monthOf(today) }));

export function weekHead(day: string, today: string): CalendarHead {
  const [before, after] = [weekBeside(day, -1), weekBeside(day, 1)];
  const to = (other: string | null) => (other === null ? null : { href: paths.calendarWeek.to({ day: other }), label: weekTitle(weekOf(other)) });
  return {
    title: weekTitle(weekOf(day)),
    views: viewsOf(monthOf(day), day, 'week'),
    period: 'Week',
    before: to(before),
    after: to(after),
    today: paths.calendarWeek.to({ day: today }),
  };
}

export function dayHead(day: string, today: string): CalendarHead {
  const to = (other: string | null) => (other === null ? null : { href: paths.calendarDay.to({ day: other }), label: longDay(calendarDay(other)) });
  return {
    title: longDay(calendarDay(day)),
    views: viewsOf(monthOf(day), day, null),
    period: 'Day',
    before: to(dayBeside(day, -1)),
    after: to(dayBeside(day, 1)),
    today: paths.calendarDay.to({ day: today }),
  };
}
