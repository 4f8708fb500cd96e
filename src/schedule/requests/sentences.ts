import type { ChildId, ParentId } from '../../core/ids.ts';
import { grouped, listed } from '../../core/text.ts';
import { calendarDay, localTime, longDay, shortDay, shortDayWithYear } from '../../core/time.ts';
import { addDays } from '../engine/index.ts';
import { describePlan } from '../plans/describe-plan.ts';
import type { Holder } from '../terms.ts';
import { childNames, fullName, placeName, somebodyElse, type Names } from '../words.ts';
import { type Asked, isPlan, type Plan, type Span, type TimeKind, type TimePiece, type TimeTerms } from './terms.ts';

/** Whom a request is about, and the zone in which its sentences tell the time. */
export type People = Names & { timeZone: string };

/** Somebody else by what they were called: in quotation marks, because a person typed it. */
const elseNamed = (label: string): string => (label === '' ? somebodyElse : `${somebodyElse} (“${label}”)`);
const holderNamed = (people: People, holder: Holder, label: string): string => (holder === 'third-party' ? elseNamed(label) : fullName(people, holder));

const isMidnight = (clock: string): boolean => clock === '00:00';

/** Whole days as their first and last; null where a span has clocks. */
export function wholeDays({ from, until }: Span): { first: string; last: string } | null {
  return isMidnight(from.clock) && isMidnight(until.clock) ? { first: from.day, last: addDays(until.day, -1) } : null;
}

/** "Sat 21 March, all day", "Sat 21 March, 10:00 to 18:00", "Sat 21 March, 10:00, to Sun 22 March, 18:00", each day in the words given. */
export function spanText(span: Span, day: (iso: string) => string): string {
  const whole = wholeDays(span);
  if (whole) return whole.first === whole.last ? `${day(whole.first)}, all day` : `${day(whole.first)} to ${day(whole.last)}, all day`;
  const { from, until } = span;
  if (from.day === until.day) return `${day(from.day)}, ${from.clock} to ${until.clock}`;
  if (isMidnight(until.clock) && addDays(from.day, 1) === until.day) return `${day(from.day)}, ${from.clock} to midnight`;
  return `${day(from.day)}, ${from.clock}, to ${day(until.day)}, ${until.clock}`;
}
const isOneDay = ({ from, until }: Span): boolean => from.day === until.day || (isMidnight(until.clock) && addDays(from.day, 1) === until.day);

const evidenceDay = (iso: string): string => longDay(calendarDay(iso));
/** "on Saturday 21 March 2026, all day", "from Saturday 21 March 2026 to Sunday 22 March 2026, all day". */
const when = (span: Span): string => `${isOneDay(span) ? 'on' : 'from'} ${spanText(span, evidenceDay)}`;

/** "Monday 16 March 2026, 18:00" */
export const evidenceMoment = (instant: number | Date, zone: string): string => {
  const at = localTime(new Date(instant), zone);
  return `${longDay(at)}, ${at.clock}`;
};

function pieceText(people: People, piece: TimePiece, label: string): string {
  const before = piece.was.filter(one => one !== null && one !== piece.holder) as Holder[];
  const instead = before.length === 0 ? '' : `, instead of with ${listed(before.map(one => holderNamed(people, one, '')))}`;
  return `with ${holderNamed(people, piece.holder, label)} ${when(piece)}${instead}`;
}

/** What would be, without who asks: "Ines and Theo to be with Daniel Reyes on Saturday 21 March 2026, all day, instead of with Amara Okafor." */
export function gist(people: People, asked: Asked, children: readonly ChildId[]): string {
  if (isPlan(asked)) return planGist(people, asked, children);
  const { pieces, label, place } = asked.terms;
  const at = place ? ` Handover: ${placeName(place)}.` : '';
  return `${childNames(people, children)} to be ${pieces.map(piece => pieceText(people, piece, label)).join('; and ')}.${at}`;
}

const planName = {
  schedule: 'a regular schedule',
  breaks: 'who has the children in school breaks',
  holidays: 'who has the children on holidays and special days',
};
const planGist = (people: People, plan: Plan, children: readonly ChildId[]): string =>
  `${planName[plan.kind]} for ${childNames(people, children)}, from ${evidenceDay(plan.terms.from)}. ${describePlan(
    plan,
    people,
    id => fullName(people, id),
    evidenceDay,
  )
    .map(({ term, value }) => `${term}: ${value}.`)
    .join(' ')}`;

function opening(people: People, asked: Asked, by: ParentId): string {
  if (isPlan(asked)) return 'proposes';
  const others = listed(
    people.members.filter(({ id }) => asked.terms.pieces.some(({ holder }) => holder === id && id !== by)).map(({ id }) => fullName(people, id)),
  );
  const { missed, where } = asked.terms;
  const openings: Record<TimeKind, string> = {
    swap: `asks to swap time with ${others}:`,
    change: 'asks for a change:',
    extra: 'asks for extra time:',
    'make-up': `asks for make-up time, for the time missed ${missed ? when(missed) : ''}:`,
    travel: `asks for time to travel${where === '' ? '' : ` (“${where}”)`}:`,
    'first-refusal': `offers the time to ${others} before anybody else is asked to look after the children:`,
  };
  return openings[asked.kind];
}

type About = { askedBy: ParentId; children: readonly ChildId[]; madeAt: Date | number; pos: number };
const ofRequest = (people: People, { askedBy, madeAt, pos }: About): string =>
  `what ${fullName(people, askedBy)} asked on ${evidenceMoment(madeAt, people.timeZone)} (entry ${grouped(pos)})`;

export const saysMade = (
  people: People,
  asked: Asked,
  { by, children, respondBy, counters }: { by: ParentId; children: readonly ChildId[]; respondBy: number; counters: About | null },
): string =>
  `${fullName(people, by)} ${counters ? `answers ${ofRequest(people, counters)} with a counter-offer, and ` : ''}${opening(people, asked, by)} ${gist(people, asked, children)} ` +
  `Answer by ${evidenceMoment(respondBy, people.timeZone)}; without one, nothing changes.`;

export const saysAccepted = (people: People, asked: Asked, by: ParentId, about: About): string =>
  `${fullName(people, by)} agrees to ${ofRequest(people, about)}: ${gist(people, asked, about.children)}`;
export const saysDeclined = (people: People, asked: Asked, by: ParentId, about: About): string =>
  `${fullName(people, by)} does not agree to ${ofRequest(people, about)}: ${gist(people, asked, about.children)} Nothing changes.`;
export const saysCountered = (people: People, asked: Asked, by: ParentId, about: About): string =>
  `${fullName(people, by)} makes a counter-offer instead of agreeing to ${ofRequest(people, about)}: ${gist(people, asked, about.children)} Nothing changes by that request.`;
export const saysWithdrawn = (people: People, asked: Asked, about: About): string =>
  `${fullName(people, about.askedBy)} withdraws ${ofRequest(people, about)}: ${gist(people, asked, about.children)} Nothing changes.`;
export const saysExpired = (people: People, asked: Asked, about: About & { respondBy: Date | number }): string =>
  `Nobody answered ${ofRequest(people, about)} by ${evidenceMoment(about.respondBy, people.timeZone)}: ${gist(people, asked, about.children)} Nothing changes.`;

// ------------------------------------------------------------------ on screens

/** "Sat 21 March", with the year where it is another than today's. */
export const dayFor =
  (today: string) =>
  (iso: string): string =>
    iso.slice(0, 4) === today.slice(0, 4) ? shortDay(calendarDay(iso)) : shortDayWithYear(calendarDay(iso));

const weekdayOfDay = (iso: string): string => longDay(calendarDay(iso)).split(' ')[0]!;

/** What a request is called: "Swap of two Saturdays", "Extra time, Sat 21 March". */
export function titleOf(asked: Asked, today: string): string {
  const day = dayFor(today);
  if (isPlan(asked)) {
    const titles = { schedule: 'Regular schedule', breaks: 'School breaks', holidays: 'Holidays and special days' };
    return `${titles[asked.kind]} from ${day(asked.terms.from)}`;
  }
  const { pieces } = asked.terms;
  const first = pieces.map(({ from }) => from.day).toSorted();
  if (asked.kind === 'swap') {
    const weekdays = new Set(first.map(weekdayOfDay));
    if (pieces.length === 2 && weekdays.size === 1 && pieces.every(isOneDay)) return `Swap of two ${[...weekdays][0]}s`;
    return `Swap, ${listed(first.map(day))}`;
  }
  const titles: Record<Exclude<TimeKind, 'swap'>, string> = {
    change: 'Change',
    extra: 'Extra time',
    'make-up': 'Make-up time',
    travel: 'Travel',
    'first-refusal': 'Offer of time',
  };
  const spans = pieces.length === 1 && !isOneDay(pieces[0]!) ? daysOf(pieces[0]!, day) : listed(first.map(day));
  return `${titles[asked.kind]}, ${spans}`;
}
const daysOf = (span: Span, day: (iso: string) => string): string => {
  const whole = wholeDays(span);
  return `${day(span.from.day)} to ${day(whole ? whole.last : span.until.day)}`;
};

/** What a child's time is called where it is drawn. */
export function labelOf(kind: TimeKind, { label, where }: TimeTerms, holder: Holder): string {
  if (holder === 'third-party') return label;
  const labels: Record<TimeKind, string> = {
    swap: 'Swap',
    change: 'Change',
    extra: 'Extra time',
    'make-up': 'Make-up time',
    travel: where === '' ? 'Travel' : [...`Travel: ${where}`].slice(0, 80).join(''),
    'first-refusal': 'Offered time',
  };
  return labels[kind];
}
