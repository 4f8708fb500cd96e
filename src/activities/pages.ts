import type { Step } from '../audit/steps.ts';
import type { ParentId } from '../core/ids.ts';
import { capitalised, grouped, listed } from '../core/text.ts';
import { calendarDay, dayOfYear, localTime, shortDay, shortDayWithYear, shortest } from '../core/time.ts';
import { type FamilyView, frameFor } from '../families/index.ts';
import { addDays, type Calendars } from '../schedule/index.ts';
import type { Problem } from '../web/form.ts';
import { paths } from '../web/paths.ts';
import type { Model } from '../web/reply.ts';
import type { Side } from './author.ts';
import { clashTexts } from './clash-text.ts';
import { clashesOf, clashWeeks } from './clashes.ts';
import type { ActivityColumns, ActivityRow } from './columns.ts';
import { clocksText, dayText, type NameOf, outline, weekdaysText, whoText } from './describe.ts';
import { type ActivityDay, activityDays, type SchoolYears } from './occurrences.ts';
import type { ActivityDayLine, ActivityLine, Manage, Stale } from './views.ts';

export type FamilyActivities = FamilyView & ActivityColumns;

/** Parents as a page names them: "you", or by given name. */
export const nameFor =
  (family: Pick<FamilyView, 'members'>, reader: ParentId): NameOf =>
  id =>
    id === reader ? 'you' : (family.members.find(member => member.id === id)?.givenName ?? 'a parent');

/** It will not take place again. */
export const isOver = (row: ActivityRow, today: string): boolean =>
  (row.cancelledFrom !== null && row.cancelledFrom <= today) ||
  (row.endsOn !== null && row.endsOn < today && !row.days.some(({ day, toDay }) => (toDay ?? day) >= today));

const lineOf = (family: FamilyActivities, row: ActivityRow, calendars: Calendars, today: string, over: boolean): ActivityLine => {
  const next = over ? undefined : activityDays([row], calendars, today, addDays(today, clashWeeks * 7)).find(({ state }) => state !== 'cancelled');
  const child = family.children.find(({ id }) => id === row.childId)!.givenName;
  return {
    href: paths.activity.to({ activityId: row.id }),
    name: over ? `${row.name}, ${child}` : row.name,
    meta: capitalised(outline(row)),
    end: next ? `Next: ${shortDay(calendarDay(next.day))}` : null,
    badge:
      row.cancelledFrom === null
        ? over
          ? { text: 'Over', kind: 'ended' }
          : null
        : { text: over ? 'Cancelled' : `Cancelled from ${shortDay(calendarDay(row.cancelledFrom))}`, kind: over ? 'ended' : 'note' },
  };
};

export function activitiesPage(family: FamilyActivities, calendars: Calendars, today: string, notice: string | null): Model<'activities/activities'> {
  const rows = family.activityRows;
  const current = rows.filter(row => !isOver(row, today));
  const query = `family=${family.familyId}`;
  return {
    frame: frameFor(family, 'calendar'),
    lead: `What ${listed(family.children.map(({ givenName }) => givenName)) || 'the children'} ${family.children.length === 1 ? 'does' : 'do'}, week by week. Either of you adds and changes it, and so does a school that offers it. Every change is an entry in the record.`,
    notice,
    groups: family.children.map(({ id, givenName }) => ({
      id,
      child: givenName,
      add: `${paths.newActivity}?${query}&child=${id}`,
      lines: current.filter(({ childId }) => childId === id).map(row => lineOf(family, row, calendars, today, false)),
    })),
    ended: rows.filter(row => isOver(row, today)).map(row => lineOf(family, row, calendars, today, true)),
    import: `${paths.importActivities}?${query}`,
    add: `${paths.newActivity}?${query}`,
    empty: rows.length === 0,
  };
}

const badgeOf = (one: ActivityDay): ActivityDayLine['badge'] => {
  const short = (day: string) => shortDay(calendarDay(day));
  if (one.state === 'cancelled') return one.movedTo === null ? { text: 'Off', kind: 'ended' } : { text: `Moved to ${short(one.movedTo)}`, kind: 'ended' };
  if (one.state === 'moved') return { text: one.movedFrom === null ? 'Different' : `Moved from ${short(one.movedFrom)}`, kind: 'note' };
  return one.extra ? { text: 'Extra day', kind: 'note' } : null;
};

const daysShown = 8;
const removableMs = 60 * 60 * 1000;
export type Managing = { side: Side; reader: ParentId | null; years: SchoolYears; today: string; now: number; newId: () => string; typedFrom?: string; problems: readonly Problem[]; hasSubjects: boolean }; // prettier-ignore

/** The days to come, and what may be done about them. */
export function manageOf(row: ActivityRow, { side, reader, years, today, now, newId, typedFrom, problems, hasSubjects }: Managing): Manage {
  const at = { activityId: row.id };
  const to =
    side === 'parent' ? { day: paths.activityDay, cancel: paths.cancelActivity } : { day: paths.schoolActivityDay, cancel: paths.cancelSchoolActivity };
  const over = isOver(row, today);
  const lines = activityDays([row], years, today, addDays(today, 26 * 7)).slice(0, daysShown);
  const version = String(row.version);
  const removable =
    side === 'parent' &&
    row.addedBy === reader &&
    row.version === 1 &&
    row.providerId === null &&
    row.days.length === 0 &&
    !hasSubjects &&
    now - row.addedAt < removableMs;
  return {
    days: lines.map(one => ({
      iso: one.day,
      day: shortDayWithYear(calendarDay(one.day)),
      text: [clocksText(one.from, one.until), one.place].filter(Boolean).join(', '),
      badge: badgeOf(one),
      change: `${to.day.to(at)}?day=${one.movedFrom ?? one.day}`,
    })),
    anotherDay: over ? null : to.day.to(at),
    cancel:
      row.cancelledFrom !== null || over
        ? null
        : {
            action: to.cancel.to(at),
            submission: newId(),
            version,
            from: typedFrom ?? today,
            earliest: today,
            error: problems.find(({ field }) => field === 'from')?.message ?? null,
          },
    restore:
      row.cancelledFrom === null
        ? null
        : { action: to.cancel.to(at), submission: newId(), version, text: `Cancelled from ${dayText(row.cancelledFrom)} on. What was before stays as it was.` },
    remove: removable ? { action: paths.removeActivity.to(at), submission: newId() } : null,
  };
}

export type ActivityFacts = {
  family: FamilyActivities;
  row: ActivityRow;
  calendars: Calendars;
  reader: ParentId;
  now: Date;
  steps: readonly Step[];
  subjects: readonly { id: string; title: string; lastPos: number; lastAt: Date }[];
};

export const todayIn = (family: Pick<FamilyView, 'timeZone'>, now: Date): string => localTime(now, family.timeZone).isoDay;

/** What is pointed out about one activity, for one reader. */
export function clashLines({ family, row, calendars, reader, now }: Omit<ActivityFacts, 'steps' | 'subjects'>): string[] {
  const clashes = clashesOf(family.activityRows, calendars, family.timeZone, todayIn(family, now), row.id);
  return clashTexts(clashes, row, reader, nameFor(family, reader));
}

const adder = (family: FamilyView, row: ActivityRow, nameOf: NameOf): string | null =>
  row.addedBy !== null ? capitalised(nameOf(row.addedBy)) : row.addedBySchool !== null ? (row.provider ?? 'A school') : null;

export function activityPage(
  facts: ActivityFacts,
  state: { notice: string | null; problems: Problem[]; stale: Stale | null; typedFrom?: string; newId: () => string },
): Model<'activities/activity'> {
  const { family, row, calendars, reader, now, steps, subjects } = facts;
  const nameOf = nameFor(family, reader);
  const today = todayIn(family, now);
  const child = family.children.find(({ id }) => id === row.childId)!;
  const clashes = clashLines(facts);
  const day = (iso: string | null) => (iso === null ? null : dayText(iso));
  const factLines: [string, string | null][] = [
    ['Days', capitalised(weekdaysText(row.weekdays))],
    ['Time', capitalised(clocksText(row.startsAt, row.endsAt))],
    ['First day', day(row.startsOn)],
    ['Last day', day(row.endsOn)],
    ['Weeks', row.termOnly ? `Term time only, by the calendar of ${child.schoolName ?? 'the school'}` : 'Every week'],
    ['Place', row.place],
    ['With', row.provider],
    ['Brings', capitalised(whoText(row.brings, nameOf))],
    ['Collects', capitalised(whoText(row.collects, nameOf))],
    ['Cost', row.cost],
    ['Added by', adder(family, row, nameOf)],
  ];
  return {
    frame: frameFor(family, 'calendar'),
    name: row.name,
    lead: `${child.givenName}. ${capitalised(outline(row))}.`,
    notice: state.notice === null ? null : { text: state.notice, clashes },
    problems: state.problems,
    stale: state.stale,
    edit: paths.editActivity.to({ activityId: row.id }),
    clashes,
    facts: factLines.filter((fact): fact is [string, string] => fact[1] !== null).map(([term, value]) => ({ term, value })),
    manage: manageOf(row, { side: 'parent', reader, years: calendars, today, now: now.getTime(), hasSubjects: subjects.length > 0, ...state }),
    subjects: subjects.map(({ id, title, lastPos, lastAt }) => ({
      href: `${paths.thread.to({ subjectId: id })}#e${lastPos}`,
      title,
      meta: `Entry ${grouped(lastPos)}, ${dayOfYear(localTime(lastAt, family.timeZone))}`,
    })),
    write: `${paths.newSubject}?family=${family.familyId}&about=activity:${row.id}`,
    history: steps.toReversed().map(({ at, pos, says }) => ({
      when: shortest(localTime(new Date(at), family.timeZone), localTime(now, family.timeZone)),
      iso: new Date(at).toISOString(),
      says,
      entry: { href: paths.entry.to({ familyId: family.familyId, position: String(pos) }), text: `Entry ${grouped(pos)}` },
    })),
  };
}

/** What was changed after a page was made: each change in a sentence, and how the activity is now. */
export const staleOf = (row: ActivityRow, steps: readonly Step[], version: number): Stale => ({
  changes: steps.filter(({ data }) => typeof data.version === 'number' && data.version > version).map(({ says }) => says),
  now: capitalised(outline(row)),
});
