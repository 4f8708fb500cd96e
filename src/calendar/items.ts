import type { ActivityDay } from '../activities/index.ts';
import type { ChildId } from '../core/ids.ts';
import { calendarDay, weekdayAndDate } from '../core/time.ts';
import { atPlace, handoverHref, type Holder, instantOf, type Place } from '../schedule/index.ts';
import type { Day, DayEvent, Group } from './days.ts';
import type { AgendaItem, CellEvent } from './views.ts';
import { handoverWords, type Reading, takersWords } from './wording.ts';

/** Whose days they are and who reads of them. */
export type About = { reading: Reading; groups: readonly Group[]; /** Of the family, whether or not they have days. */ children: number; zone: string };

/** Children by name, where not every one of them is meant. */
const ofChildren = ({ reading, children }: About, ids: readonly ChildId[]): string => (ids.length === 0 || children === 1 ? '' : reading.children(ids));

/** A change of hands, of children who change together. */
export type HandoverOn = { at: number; clock: string; from: Holder; to: Holder; label: string; place: Place | null; children: ChildId[] };

export function handoversOn(groups: readonly Group[], { pieces }: Day): HandoverOn[] {
  const found: HandoverOn[] = [];
  for (const [index, group] of groups.entries()) {
    for (const { holder, startsHere, before, from: at, clock, label, place } of pieces[index]!) {
      if (!startsHere || before === null || holder === null) continue;
      const same = found.find(one => one.at === at && one.from === before && one.to === holder && one.place?.label === place?.label);
      if (same) same.children.push(...group.children);
      else found.push({ at, clock: clock!, from: before, to: holder, label: holder === 'third-party' ? label : '', place, children: [...group.children] });
    }
  }
  return found.sort((one, other) => one.at - other.at);
}

/** "15:30", "10:00, 18:00": what stands beside the date. */
export const handoverClocks = (handovers: readonly HandoverOn[]): string => [...new Set(handovers.map(({ clock }) => clock))].join(', ');

export function handoverItem(about: About, { at, clock, from, to, label, place, children }: HandoverOn): AgendaItem {
  const where = atPlace(place);
  const whose = children.length === about.children ? '' : about.reading.children(children);
  return {
    time: clock,
    text: `Handover${where && ` ${where}`}`,
    of: whose,
    href: handoverHref(at, whose === '' ? undefined : children[0]),
    off: false,
    badge: null,
    captions: [place?.label ? `${place.label}.` : '', handoverWords(about.reading, from, to, place, label)].filter(one => one !== ''),
  };
}

export const eventItem = (about: About, event: DayEvent): AgendaItem => ({
  time: event.from ?? 'All day',
  text: event.text,
  of: ofChildren(about, event.children),
  href: null,
  off: false,
  badge: null,
  captions: event.until === null ? [] : [`Until ${event.until}.`],
});

/** With whom a child is at an instant of a day; null where that is not known. */
function holderAt({ groups }: About, { pieces }: Day, child: ChildId, at: number): Holder | null {
  const group = groups.findIndex(({ children }) => children.includes(child));
  return pieces[group]?.find(({ from, until }) => from <= at && at < until)?.holder ?? null;
}

export function activityItem(about: About, day: Day, one: ActivityDay): AgendaItem {
  const { reading, zone } = about;
  const at = (clock: string): number => instantOf(day.day, clock, zone);
  const before = one.from === null ? null : holderAt(about, day, one.childId, at(one.from));
  const after = one.until === null ? null : holderAt(about, day, one.childId, at(one.until));
  return {
    time: one.from ?? 'All day',
    text: one.name,
    of: ofChildren(about, [one.childId]),
    href: one.href,
    off: one.state === 'cancelled',
    badge: null,
    captions: [
      one.state === 'cancelled' ? (one.movedTo === null ? 'Cancelled on this day.' : `Moved to ${weekdayAndDate(calendarDay(one.movedTo))}.`) : '',
      one.movedFrom === null ? '' : `Moved from ${weekdayAndDate(calendarDay(one.movedFrom))}.`,
      one.state === 'moved' && one.movedFrom === null ? 'At another time than usual.' : '',
      one.extra ? 'One more than usual.' : '',
      one.place ? `${one.place}.` : '',
      one.until === null ? '' : `Until ${one.until}.`,
      one.state === 'cancelled' ? '' : takersWords(reading, one.brings, one.collects, { before, after }),
    ].filter(text => text !== ''),
  };
}

/** The same in a few words, for a day of the month: the hours of what was agreed are beside the date, as handovers. */
export const eventInCell = (about: About, event: DayEvent): CellEvent => ({
  href: null,
  time: '',
  text: event.text,
  of: ofChildren(about, event.children),
  off: false,
});
export function activityInCell(about: About, one: ActivityDay): CellEvent {
  return { href: one.href, time: one.from ?? '', text: one.name, of: ofChildren(about, [one.childId]), off: one.state === 'cancelled' };
}

/** In order of time, what takes all day first. */
export const inOrder = (items: readonly AgendaItem[]): AgendaItem[] =>
  items.toSorted((one, other) => (key(one) < key(other) ? -1 : key(one) > key(other) ? 1 : 0));
const key = ({ time }: AgendaItem): string => (time === 'All day' ? '' : time);
