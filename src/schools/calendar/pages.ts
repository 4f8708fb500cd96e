import { counted } from '../../core/text.ts';
import { calendarDay, longDay, shortDay, shortDayWithYear } from '../../core/time.ts';
import { type Problem, problemWith } from '../../web/form.ts';
import { paths } from '../../web/paths.ts';
import type { Model } from '../../web/reply.ts';
import { schoolFrameFor, type SchoolView } from '../index.ts';
import { markOf, type PeriodChanged } from './change-period.ts';
import { type Period, type PeriodKind, periodKinds, type PeriodRow } from './store.ts';
import type { PeriodFields } from './views.ts';

const kindWords: Record<PeriodKind, string> = { term: 'Term', break: 'Holiday or half-term', closed: 'School closed' };

const periodDays = ({ from, until }: Pick<Period, 'from' | 'until'>): string =>
  from === until ? longDay(calendarDay(from)) : `${from.slice(0, 4) === until.slice(0, 4) ? shortDay(calendarDay(from)) : shortDayWithYear(calendarDay(from))} to ${shortDayWithYear(calendarDay(until))}`; // prettier-ignore

/** A school year begins in August: "2025 to 2026". */
const firstYear = ({ from }: Period): number => Number(from.slice(0, 4)) - (from.slice(5, 7) < '08' ? 1 : 0);

const fieldsOf = (typed: Record<string, string>, problems: readonly Problem[]): PeriodFields => {
  const field = (name: string) => ({ value: typed[name] ?? '', error: problemWith(problems, name) });
  return {
    kinds: periodKinds.map(kind => ({ value: kind, label: kindWords[kind], chosen: typed.kind === kind })),
    kindError: field('kind').error,
    name: field('name'),
    from: field('from'),
    until: field('until'),
  };
};

/** What was refused, beside the fields it is about. */
export const overlapProblem = (kind: PeriodKind, changed: Extract<PeriodChanged, { kind: 'overlaps' }>): Problem => {
  const what = { term: 'Two terms', break: 'Two holidays', closed: 'Two closed periods' }[kind];
  const which =
    changed.with === null ? 'Somebody has just entered some of these days' : `${changed.with.name} has some of these days: ${periodDays(changed.with)}`;
  return { field: 'from', message: `${which}. ${what} never share a day` };
};

const days = ({ from, until }: Period): number => (Date.parse(until) - Date.parse(from)) / 86_400_000 + 1;

export function calendarPage(
  school: SchoolView,
  periods: readonly PeriodRow[],
  state: { notice: string | null; typed: Record<string, string>; problems: Problem[] },
): Model<'schools/calendar'> {
  const years = new Map<number, Model<'schools/calendar'>['years'][number]>();
  for (const period of periods) {
    const year = firstYear(period);
    const group = years.get(year) ?? { heading: `${year} to ${year + 1}`, id: `year-${year}`, periods: [] };
    const meta = counted(days(period), 'day');
    group.periods.push({
      href: paths.changeSchoolPeriod.to({ periodId: period.id }),
      name: period.name,
      kind: kindWords[period.kind],
      days: periodDays(period),
      meta,
    });
    years.set(year, group);
  }
  return {
    frame: schoolFrameFor(school, 'calendar'),
    notice: state.notice,
    problems: state.problems,
    years: [...years].sort(([a], [b]) => b - a).map(([, group]) => group),
    fields: fieldsOf(state.typed, state.problems),
  };
}

export const changePage = (
  school: SchoolView,
  period: PeriodRow,
  state: { typed: Record<string, string> | null; problems: Problem[]; stale: boolean },
): Model<'schools/calendar-period'> => ({
  frame: schoolFrameFor(school, 'calendar'),
  name: period.name,
  problems: state.problems,
  stale: state.stale ? `A colleague changed it after this page was made, so nothing was written. It is now ${period.name}, ${periodDays(period)}.` : null,
  action: paths.changeSchoolPeriod.to({ periodId: period.id }),
  remove: paths.removeSchoolPeriod.to({ periodId: period.id }),
  was: markOf(period),
  fields: fieldsOf(state.typed ?? { kind: period.kind, name: period.name, from: period.from, until: period.until }, state.problems),
});
