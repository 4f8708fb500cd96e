import type { Problem } from '../web/form.ts';
import { paths } from '../web/paths.ts';
import type { Side } from './author.ts';
import type { ActivityRow } from './columns.ts';
import { clocksText, dayText } from './describe.ts';
import { isWeeklyDay, type SchoolYears } from './occurrences.ts';
import type { DayChange } from './schema.ts';
import type { DayForm, DayPage, Shield } from './views.ts';

/** Why a day cannot be different in this way; null where it can. */
export function dayProblem(row: ActivityRow, years: SchoolYears, today: string, change: DayChange): Problem | null {
  const { kind, day, toDay } = change;
  if (kind === 'always') return null;
  if (day < today) return { field: 'day', message: 'That day is over. Choose today or a day to come' };
  const weekly = isWeeklyDay(row, years, day);
  if (kind === 'extra') {
    if (weekly) return { field: 'day', message: `${row.name} takes place on that day anyway` };
    return row.cancelledFrom !== null && day >= row.cancelledFrom
      ? { field: 'day', message: `${row.name} is cancelled from ${dayText(row.cancelledFrom)} on` }
      : null;
  }
  if (!weekly) return { field: 'day', message: `${row.name} does not take place on ${dayText(day)}` };
  if (kind === 'cancelled' || toDay === null || toDay === day) return null;
  if (toDay < today) return { field: 'toDay', message: 'That day is over. Choose today or a day to come' };
  if (isWeeklyDay(row, years, toDay)) return { field: 'toDay', message: `${row.name} takes place on that day anyway. Choose another` };
  return null;
}

export type DayFacts = {
  side: Side;
  row: ActivityRow;
  years: SchoolYears;
  /** The day that was chosen; null where it is to be typed. */
  day: string | null;
  typed: Record<string, string>;
  submission: string;
  problems: Problem[];
  stale: boolean;
  shield: Shield | null;
};

const nowText = (row: ActivityRow, day: string): string | null => {
  const other = row.days.find(one => one.day === day);
  if (!other) return null;
  if (other.kind === 'cancelled') return `${row.name} is off on ${dayText(day)}.`;
  const place = other.place ?? row.place;
  const when = `${dayText(other.toDay ?? day)}, ${clocksText(other.startsAt ?? row.startsAt, other.endsAt ?? row.endsAt)}${place === null ? '' : `, at ${place}`}`;
  return other.kind === 'extra' ? `An extra day: ${when}.` : `Moved to ${when}.`;
};

export function dayPage({ side, row, years, day, typed, submission, problems, stale, shield }: DayFacts): Omit<DayPage, 'shell' | 'frame'> {
  const at = { activityId: row.id };
  const field = (name: string) => ({ value: typed[name] ?? '', error: problems.find(problem => problem.field === name)?.message ?? null });
  const other = day === null ? undefined : row.days.find(one => one.day === day);
  const weekly = day !== null && isWeeklyDay(row, years, day);
  const kinds: { value: DayChange['kind']; label: string }[] = [];
  if (day === null || weekly)
    kinds.push({ value: 'cancelled', label: 'It is off' }, { value: 'moved', label: 'It is at another time or place, or on another day' });
  if (day === null || !weekly) kinds.push({ value: 'extra', label: 'One more day, besides the weekly ones' });
  if (other) kinds.push({ value: 'always', label: other.kind === 'extra' ? 'Take this extra day out again' : 'As always again' });
  const form: DayForm = {
    action: (side === 'parent' ? paths.activityDay : paths.schoolActivityDay).to(at),
    submission,
    seen: other?.id ?? '',
    day: { value: day ?? '', error: field('day').error },
    fixed: day === null ? null : dayText(day),
    kinds: kinds.map(kind => ({ ...kind, chosen: typed.kind === kind.value })),
    kindError: field('kind').error,
    toDay: field('toDay'),
    startsAt: field('startsAt'),
    endsAt: field('endsAt'),
    place: field('place'),
    now: day === null ? null : nowText(row, day),
    shield,
  };
  return {
    name: row.name,
    back: (side === 'parent' ? paths.activity : paths.editSchoolActivity).to(at),
    heading: day === null ? 'A day that is different' : dayText(day),
    problems,
    stale: stale ? 'Somebody changed this day after the page was made, so nothing was written. This is how it is now; what you typed is still below.' : null,
    form,
  };
}
