import type { ParentId } from '../core/ids.ts';
import { capitalised } from '../core/text.ts';
import { calendarDay, type LocalTime, localTime, shortDay, weekdayAndDate, weekdayAndDay, weekdayNamed } from '../core/time.ts';
import type { FamilyView } from '../families/index.ts';
import { dayOf, type Holder } from '../schedule/index.ts';
import { paths } from '../web/paths.ts';
import { type Asked, askedItems, askedOf, askedSheets, marksOf } from './asked.ts';
import { type Day, type Days, daysOf } from './days.ts';
import { busyInCell, busyItems, busyOn, type BusyTime } from './busy-items.ts';
import { type About, activityInCell, activityItem, eventInCell, eventItem, handoverClocks, handoverItem, handoversOn, inOrder } from './items.ts';
import type { Facts } from './known-families.ts';
import { ribbonsOf } from './ribbons.ts';
import type { Agenda, AgendaDay, AgendaItem, AskedSheet, Cell, Grid, KeyLine } from './views.ts';
import { isDay, monthOf, type Window } from './windows.ts';
import { dayWords, nothingAgreed, type Reading, readingOf, spokenDay } from './wording.ts';

/** A family's days from one to another, as its reader sees them. */
export type Seen = {
  family: FamilyView;
  reading: Reading;
  about: About;
  days: Days;
  asked: Asked[];
  /** The reader's own, from calendars that only they see. */
  busy: readonly BusyTime[];
  today: string;
  zone: string;
};

export function seenBy(reader: ParentId, family: FamilyView, facts: Facts, window: Window, now: number, busy: readonly BusyTime[]): Seen {
  const zone = family.timeZone;
  const today = dayOf(now, zone);
  const reading = readingOf(family, reader);
  const days = daysOf(facts, family.children.map(({ id }) => id), zone, window); // prettier-ignore
  const waiting = facts.requests.filter(({ respondBy }) => respondBy > now);
  return {
    family,
    reading,
    about: { reading, groups: days.groups, children: family.children.length, zone },
    days,
    asked: askedOf(reading, family, waiting, today),
    busy,
    today,
    zone,
  };
}

/** When what is seen would change without anybody's doing. */
export const seenUntil = (facts: Facts, now: number): number => Math.min(...facts.requests.map(({ respondBy }) => respondBy).filter(at => at > now), Infinity);

/** Whether no regular schedule holds for any child: nothing was agreed, or nothing that repeats. */
export const isNothingAgreed = ({ calendars }: Facts): boolean => [...calendars.values()].every(({ regular }) => regular.length === 0);

/** Words about a day for each group of children; said once where they are the same for all. */
function eachGroup({ reading, days: { groups } }: Seen, day: Day, words: (pieces: Day['pieces'][number]) => string): string {
  const said = new Map<string, (typeof groups)[number]['children']>();
  for (const [index, { children }] of groups.entries()) {
    const text = words(day.pieces[index]!);
    said.set(text, [...(said.get(text) ?? []), ...children]);
  }
  if (said.size <= 1) return [...said.keys()][0] ?? '';
  return [...said].map(([text, children]) => `${reading.children(children)}: ${text.charAt(0).toLowerCase()}${text.slice(1)}`).join('; ');
}

export const dayText = (seen: Seen, day: Day): string => eachGroup(seen, day, pieces => dayWords(seen.reading, pieces));
export const spokenText = (seen: Seen, day: Day): string => eachGroup(seen, day, pieces => spokenDay(seen.reading, pieces));

const hrefOf = (day: string): string | null => (isDay(day) ? paths.calendarDay.to({ day }) : null);

// ---------------------------------------------------------------- the grid

/** Weeks from Monday to Sunday. Days outside `shown` have who the children are with and nothing else: they are another page's. */
export function gridOf(seen: Seen, caption: string, shown: Window): Grid {
  const { days } = seen.days;
  const weeks: Cell[][] = [];
  for (let index = 0; index < days.length; index += 7) {
    const week = days.slice(index, index + 7);
    const ribbons = ribbonsOf(seen.reading, seen.days.groups, week.map(({ pieces }) => pieces)); // prettier-ignore
    weeks.push(week.map((day, at) => cellOf(seen, day, ribbons[at]!, shown.first <= day.day && day.day <= shown.last)));
  }
  return {
    caption,
    weekdays: [1, 2, 3, 4, 5, 6, 7].map(number => ({ short: weekdayNamed(number).slice(0, 3), long: weekdayNamed(number) })),
    weeks,
    each: seen.days.groups.length > 1,
  };
}

function cellOf(seen: Seen, day: Day, ribbons: Cell['ribbons'], shown: boolean): Cell {
  const { today } = seen;
  const note = shown ? [day.day === today ? 'Today' : '', handoverClocks(handoversOn(seen.days.groups, day))].filter(one => one !== '').join(', ') : '';
  return {
    css: [shown ? '' : 'is-out', day.day < today ? 'is-past' : day.day === today ? 'is-today' : ''].filter(one => one !== '').join(' '),
    href: hrefOf(day.day),
    spoken: spokenText(seen, day),
    number: Number(day.day.slice(8)),
    today: day.day === today,
    note,
    ribbons,
    asks: shown ? marksOf(seen.reading, seen.asked, day.day) : [],
    events: shown
      ? [
          ...day.events.map(event => eventInCell(seen.about, event)),
          ...day.activities.map(one => activityInCell(seen.about, one)),
          ...busyOn(seen.busy, day.day, seen.zone).map(busyInCell),
        ]
      : [],
  };
}

/** What the patterns mean: the family's parents, and what else is seen. */
export function keyOf({ family, reading, days, asked }: Seen): KeyLine[] {
  const marked = asked.some(({ pieces }) => pieces.some(piece => days.days.some(({ day }) => day === piece.day)));
  const seen = new Set<Holder | null>(days.days.flatMap(({ pieces }) => pieces.flatMap(list => list.map(({ holder }) => holder))));
  const parents = family.members.filter(({ id, current }) => seen.has(id) || (current && seen.size > 0));
  return [
    ...parents.map(({ id, side, givenName }) => ({ css: `key__band key__band--${side}`, text: `With ${givenName}${id === reading.reader ? ' (you)' : ''}` })),
    ...(seen.has('third-party') ? [{ css: 'key__band key__band--c', text: 'With neither parent' }] : []),
    ...(seen.has(null) ? [{ css: 'key__band key__band--none', text: capitalised(nothingAgreed) }] : []),
    ...(marked ? [{ css: 'key__band key__band--ask', text: 'Asked, not agreed' }] : []),
  ];
}

// ---------------------------------------------------------------- the list

export const itemsOf = (seen: Seen, day: Day): AgendaItem[] =>
  inOrder([
    ...askedItems(seen.reading, seen.family, seen.asked, day.day),
    ...day.events.map(event => eventItem(seen.about, event)),
    ...handoversOn(seen.days.groups, day).map(handover => handoverItem(seen.about, handover)),
    ...day.activities.map(one => activityItem(seen.about, day, one)),
    ...busyItems(busyOn(seen.busy, day.day, seen.zone)),
  ]);

function agendaDay(seen: Seen, day: Day, heading: (day: LocalTime) => string): AgendaDay {
  const words = dayText(seen, day);
  return {
    iso: day.day,
    href: hrefOf(day.day),
    heading: heading(calendarDay(day.day)),
    small: day.day === seen.today ? `Today${words && `, ${words.charAt(0).toLowerCase()}${words.slice(1)}`}` : words,
    items: itemsOf(seen, day),
  };
}

/** Every day of a window. What is over of the time that it is today in may be folded away. */
export function agendaOf(seen: Seen, shown: Window, folded: boolean): Agenda {
  const days = seen.days.days.filter(({ day }) => shown.first <= day && day <= shown.last);
  const hasToday = shown.first <= seen.today && seen.today <= shown.last;
  const isPast = ({ day }: Day): boolean => folded && hasToday && day < seen.today;
  const heading = monthOf(shown.first) === monthOf(shown.last) ? weekdayAndDay : weekdayAndDate;
  const made = (day: Day): AgendaDay => agendaDay(seen, day, heading);
  return { past: days.filter(isPast).map(made), days: days.filter(day => !isPast(day)).map(made) };
}

export const sheetsOf = (seen: Seen): AskedSheet[] =>
  askedSheets(seen.reading, seen.family, seen.asked, instant => {
    const at = localTime(new Date(instant), seen.zone);
    return `${shortDay(at)}, ${at.clock}`;
  });
