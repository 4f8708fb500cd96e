import type { ParentId } from '../core/ids.ts';
import { calendarDay, dayAndMonth, localTime, shortDay, weekdayNamed } from '../core/time.ts';
import type { FamilyView } from '../families/index.ts';
import { addDays, dayOf, daysBetween, instantOf, timeline, weekdayOf, withWhom } from '../schedule/index.ts';
import { paths } from '../web/paths.ts';
import type { Asked } from './asked.ts';
import type { Day } from './days.ts';
import { activityItem, eventItem, handoverItem, handoversOn, inOrder } from './items.ts';
import type { Facts, KnownFamilies } from './known-families.ts';
import { isNothingAgreed, type Seen, seenBy, seenUntil, spokenText } from './pages.ts';
import { ribbonsOf } from './ribbons.ts';
import type { AgendaDay, AgendaItem, Ribbon } from './views.ts';
import { isDay, monthOf, type Window } from './windows.ts';
import { whoWords } from './wording.ts';

export type WeekDay = { name: string; number: number; ribbons: Ribbon[]; spoken: string; notes: { text: string; of: string; off: boolean }[] };
export type Waiting = { href: string; title: string; facts: { term: string; value: string }[]; caption: string };

/** What a parent sees first of the days that are to come. */
export type Ahead = {
  /** The next seven days. */
  week: WeekDay[];
  each: boolean;
  /** The next fourteen, but for those on which nothing is. */
  coming: AgendaDay[];
  waiting: Waiting[];
  seeAll: string;
  /** No regular schedule holds for any child. */
  nothingAgreed: boolean;
};

const stripDays = 7;
const comingDays = 14;

/** The same while nothing changes and no request runs out, so it is kept. */
export function aheadOf(families: KnownFamilies, reader: ParentId, family: FamilyView, facts: Facts, now: number): Ahead {
  const today = dayOf(now, family.timeZone);
  return families.keep(`${reader} ${family.familyId} ahead`, facts, today, now, () => {
    const window: Window = { first: today, last: addDays(today, comingDays - 1) };
    const seen = seenBy(reader, family, facts, window, now, []);
    return { value: shown(seen, facts), until: seenUntil(facts, now) };
  });
}

function shown(seen: Seen, facts: Facts): Ahead {
  const { days, groups } = seen.days;
  const strip = days.slice(0, stripDays);
  const ribbons = ribbonsOf(seen.reading, groups, strip.map(({ pieces }) => pieces)); // prettier-ignore
  return {
    week: strip.map((day, index) => weekDay(seen, day, ribbons[index]!)),
    each: groups.length > 1,
    coming: days.map(day => comingDay(seen, day)).filter(({ items }) => items.length > 0),
    waiting: seen.asked.filter(({ askedBy }) => askedBy !== seen.reading.reader).map(asked => waitingFor(seen, asked)),
    seeAll: paths.calendarList.to({ month: monthOf(seen.today) }),
    nothingAgreed: isNothingAgreed(facts),
  };
}

/** A break of six weeks is news on its first day. */
const begins = (seen: Seen, day: Day) => day.events.filter(({ goesOn }) => !goesOn || day.day === seen.today);

function weekDay(seen: Seen, day: Day, ribbons: Ribbon[]): WeekDay {
  const handovers = handoversOn(seen.days.groups, day);
  return {
    name: day.day === seen.today ? 'Today' : weekdayNamed(weekdayOf(day.day)).slice(0, 3),
    number: Number(day.day.slice(8)),
    ribbons,
    spoken: spokenText(seen, day),
    notes: [
      ...begins(seen, day).map(event => ({
        ...eventItem(seen.about, event),
        text: event.from !== null && event.until !== null ? `${event.text}, ${event.from} to ${event.until}` : event.text,
      })),
      ...(handovers.length === 1 ? [{ text: `Handover ${handovers[0]!.clock}`, of: '', off: false }] : []),
      ...day.activities.map(one => activityItem(seen.about, day, one)),
    ].map(({ text, of, off }) => ({ text, of, off })),
  };
}

function comingDay(seen: Seen, day: Day): AgendaDay {
  const date = calendarDay(day.day);
  const near = daysBetween(seen.today, day.day);
  const items: AgendaItem[] = inOrder([
    ...begins(seen, day).map(event => eventItem(seen.about, event)),
    ...handoversOn(seen.days.groups, day).map(handover => handoverItem(seen.about, handover)),
    ...day.activities.map(one => activityItem(seen.about, day, one)),
  ]);
  return {
    iso: day.day,
    href: isDay(day.day) ? paths.calendarDay.to({ day: day.day }) : null,
    heading: near === 0 ? 'Today' : near === 1 ? 'Tomorrow' : weekdayNamed(date.weekday),
    small: near < 2 ? shortDay(date) : dayAndMonth(date),
    items,
  };
}

function waitingFor(seen: Seen, asked: Asked): Waiting {
  const { reading, zone } = seen;
  const who = reading.name(asked.askedBy);
  const madeOn = localTime(new Date(asked.madeAt), zone);
  const respondBy = localTime(new Date(asked.respondBy), zone);
  return {
    href: asked.href,
    title: asked.title,
    facts: asked.lines.map(({ label, holder }) => ({
      term: holder === asked.askedBy ? `${who} asks for` : holder === reading.reader ? 'You would have' : `With ${whoWords(reading, holder, asked.label)}`,
      value: label,
    })),
    caption: `Asked on ${shortDay(madeOn)}${asked.of && `, about ${asked.of}`}. No answer by ${shortDay(respondBy)}, ${respondBy.clock}, leaves things as they are.`,
  };
}

/** How far ahead the end of somebody's time is looked for. */
const farDays = 120;

/** Who the children are with, in one sentence; null where nothing is agreed about any of them. */
export function whereabouts(families: KnownFamilies, reader: ParentId, family: FamilyView, facts: Facts, now: number): string | null {
  const zone = family.timeZone;
  const today = dayOf(now, zone);
  const { children } = families.keep(`${family.familyId} whereabouts`, facts, today, now, () => {
    const [from, until] = [instantOf(addDays(today, -1), '00:00', zone), instantOf(addDays(today, farDays), '00:00', zone)];
    const found = family.children.flatMap(({ id, givenName }) => {
      const calendar = facts.calendars.get(id);
      return calendar ? [{ name: givenName, stretches: timeline(calendar, from, until) }] : [];
    });
    return { value: { children: found }, until: Infinity };
  });
  if (children.every(({ stretches }) => stretches.every(({ holder }) => holder === null))) return null;
  return withWhom(children, reader, new Map(family.members.map(({ id, givenName }) => [id, givenName])), now, zone);
}
