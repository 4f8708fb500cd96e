import type { ActivityId, ChildId } from '../core/ids.ts';
import { addDays, type Calendars, type Holder, instantOf, type Stretch, timeline } from '../schedule/index.ts';
import type { ActivityRow } from './columns.ts';
import { type ActivityDay, activityDays, spanOf } from './occurrences.ts';

/** How far ahead clashes are looked for. */
export const clashWeeks = 13;

/** What somebody might want to know before an activity takes place. Nothing is forbidden by it. */
export type Clash = { activityId: ActivityId; childId: ChildId; name: string; days: string[] } & (
  | { kind: 'time'; holder: Holder; /** Days on which it takes place, in anybody's time. */ of: number }
  | { kind: 'overlap'; with: { activityId: ActivityId; name: string; href: string } }
);

/** In whose time activities fall, and which of one child's are on at once, from a day for thirteen weeks. `only` asks about one of them. */
export function clashesOf(rows: readonly ActivityRow[], calendars: Calendars, zone: string, fromDay: string, only: ActivityId | null = null): Clash[] {
  const children = new Set(rows.filter(({ id }) => only === null || id === only).map(({ childId }) => childId));
  const untilDay = addDays(fromDay, clashWeeks * 7 - 1);
  const clashes: Clash[] = [];
  for (const childId of children) {
    const days = activityDays(rows.filter(row => row.childId === childId), calendars, fromDay, untilDay).filter(({ state }) => state !== 'cancelled'); // prettier-ignore
    const byDay = Map.groupBy(days, ({ day }) => day);
    const calendar = calendars.get(childId);
    const stretches = calendar ? timeline(calendar, instantOf(fromDay, '00:00', zone), instantOf(addDays(untilDay, 1), '00:00', zone)) : [];
    for (const id of new Set(days.map(({ activityId }) => activityId))) {
      if (only !== null && id !== only) continue;
      const mine = days.filter(({ activityId }) => activityId === id);
      clashes.push(...timesOf(mine, stretches, zone), ...overlapsOf(mine, byDay, zone));
    }
  }
  return clashes;
}

const aboutOf = ({ activityId, childId, name }: ActivityDay) => ({ activityId, childId, name });

function timesOf(mine: readonly ActivityDay[], stretches: readonly Stretch[], zone: string): Clash[] {
  const days = new Map<Holder, string[]>();
  let at = 0;
  for (const one of mine) {
    const { from, until } = spanOf(one, zone);
    while (at < stretches.length && stretches[at]!.until <= from) at += 1;
    const holders = new Set<Holder>();
    for (let index = at; index < stretches.length && stretches[index]!.from < until; index += 1) {
      const { holder } = stretches[index]!;
      if (holder !== null) holders.add(holder);
    }
    for (const holder of holders) days.set(holder, [...(days.get(holder) ?? []), one.day]);
  }
  return [...days].map(([holder, its]) => ({ ...aboutOf(mine[0]!), kind: 'time', holder, days: its, of: mine.length }));
}

function overlapsOf(mine: readonly ActivityDay[], byDay: ReadonlyMap<string, readonly ActivityDay[]>, zone: string): Clash[] {
  const found = new Map<ActivityId, Clash & { kind: 'overlap' }>();
  for (const one of mine) {
    const span = spanOf(one, zone);
    for (const other of byDay.get(one.day)!) {
      if (other.activityId === one.activityId) continue;
      const its = spanOf(other, zone);
      if (its.from >= span.until || its.until <= span.from) continue;
      const { activityId, name, href } = other;
      const clash = found.get(activityId) ?? { ...aboutOf(one), kind: 'overlap', days: [], with: { activityId, name, href } };
      if (clash.days.at(-1) !== one.day) clash.days.push(one.day);
      found.set(activityId, clash);
    }
  }
  return [...found.values()];
}
