import { randomUUID } from 'node:crypto';
import type { ParentId } from '../../core/ids.ts';
import { capitalised, counted } from '../../core/text.ts';
import { calendarDay, localTime, monthAndYear, weekdayAndDate, weekdayAndDay } from '../../core/time.ts';
import { type FamilyView, frameFor } from '../../families/index.ts';
import type { Keyring } from '../../platform/keyring.ts';
import type { Problem } from '../../web/form.ts';
import { paths } from '../../web/paths.ts';
import type { Model } from '../../web/reply.ts';
import { addDays, instantOf } from '../engine/index.ts';
import type { Calendars } from '../read-calendars.ts';
import { atPlace, childNames } from '../words.ts';
import { openLabel } from './change-items.ts';
import { lateness } from './lateness.ts';
import { dayWords, handoverHref } from './next-handover.ts';
import { directionOf, markedWhen } from './pages.ts';
import { isSame, type Planned, plannedHandovers } from './planned.ts';
import type { ItemRow, MadeHandover } from './store.ts';
import type { HandoverDay, HandoverItem } from './views.ts';
import { markWords, whoWords } from './words.ts';

const weeksAhead = 28;
const day = 24 * 60 * 60 * 1000;

type Listed = { planned: Planned; made: MadeHandover | null; isPlanned: boolean };

/** Planned handovers with their rows, and rows that are planned no longer, in order of time. */
function together(calendars: Calendars, made: readonly MadeHandover[], from: number, until: number): Listed[] {
  const planned = plannedHandovers(calendars, from, until).map(one => ({ planned: one, made: made.find(row => isSame(row, one)) ?? null, isPlanned: true }));
  const left = made
    .filter(row => row.at >= from && row.at < until && row.marks.length + row.notes > 0 && !planned.some(one => one.made === row))
    .map(row => ({ planned: row, made: row, isPlanned: false }));
  return [...planned, ...left].sort((one, other) => one.planned.at - other.planned.at);
}

/** "2026-03" and the months beside it. */
const monthOf = (isoDay: string): string => isoDay.slice(0, 7);
const nextMonth = (month: string): string => monthOf(addDays(`${month}-01`, 31));
const monthBefore = (month: string): string => monthOf(addDays(`${month}-01`, -1));
const nameOf = (month: string): string => monthAndYear(calendarDay(`${month}-01`));

/** Instants that hold all that a page shows, whatever the family's zone. */
export function rangeOf(month: string | null, now: Date): [from: number, until: number] {
  if (month === null) return [now.getTime() - 33 * day, now.getTime() + (weeksAhead + 2) * day];
  const first = Date.parse(`${month}-01`);
  return [first - day, first + 33 * day];
}

export function handoversPage(
  family: FamilyView & { made: MadeHandover[] },
  calendars: Calendars,
  reader: ParentId,
  month: string | null,
  now: Date,
): Model<'schedule/handovers/index'> {
  const zone = family.timeZone;
  const today = localTime(now, zone);
  const current = monthOf(today.isoDay);
  const shown = month ?? current;
  const start = instantOf(`${shown}-01`, '00:00', zone);
  const end = instantOf(`${nextMonth(shown)}-01`, '00:00', zone);
  const show = (listed: Listed[]) => daysOf(family, reader, listed, now);
  const coming = month === null ? together(calendars, family.made, now.getTime(), instantOf(addDays(today.isoDay, weeksAhead), '00:00', zone)) : [];
  const past = together(calendars, family.made, start, Math.min(end, now.getTime())).toReversed();
  const next = coming.find(({ isPlanned }) => isPlanned);
  const first = firstMonth(calendars);
  const link = (to: string) => ({ href: to === current ? paths.handovers : `${paths.handovers}?month=${to}`, text: nameOf(to) });
  return {
    frame: frameFor(family, 'calendar'),
    heading: month === null ? (next ? nextWords(next.planned, now, zone) : 'No handover in the next four weeks') : `Handovers in ${nameOf(shown)}`,
    isMonth: month !== null,
    coming: show(coming),
    pastHeading: nameOf(shown),
    past: show(past),
    earlier: first !== null && shown > first ? link(monthBefore(shown)) : null,
    later: month !== null && shown < current ? link(nextMonth(shown)) : null,
    links: { calendar: paths.calendar, items: paths.travelItems, figures: paths.figures, schedule: paths.schedule },
    isEmpty: first === null && past.length === 0,
  };
}

const nextWords = ({ at }: Planned, now: Date, zone: string): string => {
  const words = dayWords(at, now, zone).split(', ');
  const when = words.length === 2 ? words[0]!.toLowerCase() : `on ${words[0]!}`;
  return `The next handover is ${when} at ${localTime(new Date(at), zone).clock}`;
};

/** The month in which something was first agreed. */
function firstMonth(calendars: Calendars): string | null {
  const days = [...calendars.values()].flatMap(({ regular, breaks, holidays, vacations, changes, zone }) => [
    ...[...regular, ...breaks, ...holidays].map(({ from }) => from),
    ...[...vacations, ...changes].map(({ from }) => localTime(new Date(from), zone).isoDay),
  ]);
  return days.length === 0 ? null : monthOf(days.sort()[0]!);
}

function daysOf(family: FamilyView, reader: ParentId, listed: readonly Listed[], now: Date): HandoverDay[] {
  const today = localTime(now, family.timeZone);
  const days: HandoverDay[] = [];
  for (const one of listed) {
    const local = localTime(new Date(one.planned.at), family.timeZone);
    const item = itemOf(family, reader, one);
    const last = days.at(-1);
    if (last?.iso === local.isoDay) last.items.push(item);
    else if (local.isoDay === today.isoDay) days.push({ iso: local.isoDay, day: 'Today', about: weekdayAndDate(local), items: [item] });
    else days.push({ iso: local.isoDay, day: weekdayAndDay(local), about: monthAndYear(local), items: [item] });
  }
  return days;
}

function itemOf(family: FamilyView, reader: ParentId, { planned, made, isPlanned }: Listed): HandoverItem {
  const zone = family.timeZone;
  const local = localTime(new Date(planned.at), zone);
  const marks = (made?.marks ?? []).map(({ kind, at, parentId }) => {
    const when = markedWhen(localTime(new Date(at), zone), local);
    const late = kind === 'not-taken-place' ? '' : `, ${lateness(planned.at, at)}`;
    return `${markWords[kind]}: ${whoWords(family, parentId, reader)} ${when}${late}`;
  });
  return {
    href: made ? paths.handover.to({ handoverId: made.id }) : handoverHref(planned.at, planned.children[0]),
    time: local.clock,
    title: capitalised(directionOf(family, reader, planned)),
    meta: [childNames(family, planned.children), atPlace(planned.place)].filter(Boolean).join(', '),
    place: planned.place?.label ?? '',
    marks: made && made.notes > 0 ? [...marks, counted(made.notes, 'note')] : marks,
    badges: [
      ...(made?.unseen ? [{ text: 'New', kind: 'note', icon: 'circle-dot' } as const] : []),
      ...(isPlanned ? [] : [{ text: 'No longer planned', kind: 'ended', icon: 'circle-dashed' } as const]),
    ],
  };
}

export const itemsPage = (
  keyring: Keyring,
  family: FamilyView & { items: ItemRow[] },
  typed: { label: string; child: string; submission?: string },
  problems: Problem[],
): Model<'schedule/handovers/items'> => ({
  frame: frameFor(family, 'calendar'),
  problems,
  items: family.items.map(({ id, childId, labelCt }) => ({
    label: openLabel(keyring, labelCt),
    whose: childId === null ? 'For all children' : `For ${childNames(family, [childId])}`,
    remove: paths.removeTravelItem.to({ itemId: id }),
  })),
  submission: typed.submission ?? randomUUID(),
  typed: { label: typed.label, child: typed.child },
  children: family.children.map(({ id, givenName }) => ({ id, name: givenName })),
});
