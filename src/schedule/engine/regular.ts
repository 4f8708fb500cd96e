import type { Place, RegularTerms } from '../terms.ts';
import type { InForce, SchoolPeriod } from './calendar.ts';
import { modulo, nthOfMonth, numberOf, toNumber, weekdayOfNumber, yearOf } from './days.ts';
import { patternTitle } from './patterns.ts';
import type { Piece } from './pieces.ts';
import { clip, flatten, paint } from './pieces.ts';
import { schoolOn } from './school.ts';
import type { Zone } from './zones.ts';
import { dayAt, instantAt, minutesOf } from './zones.ts';

/** Where regular schedules are read: the school's year and the family's zone. */
export type Ground = { school: readonly SchoolPeriod[]; zone: Zone };

const exchangeOn = (terms: RegularTerms, ground: Ground, day: number) => (schoolOn(ground.school, day) ? terms.onSchoolDays : terms.onOtherDays);
const exchangeAt = (terms: RegularTerms, ground: Ground, day: number): number => instantAt(ground.zone, day, minutesOf(exchangeOn(terms, ground, day).time));

/** Handovers at the clock of a school day are at that day's place; at any other clock, where they are when there is no school. */
function placeAt(terms: RegularTerms, ground: Ground, day: number, minutes: number): Place {
  const atSchool = schoolOn(ground.school, day) && minutes === minutesOf(terms.onSchoolDays.time);
  return (atSchool ? terms.onSchoolDays : terms.onOtherDays).place;
}

/** The terms in force on a day. */
export const inForceOn = <Terms>(list: readonly InForce<Terms>[], day: number): InForce<Terms> | undefined =>
  list.findLast(({ from, until }) => toNumber(from) <= day && (until === null || day < toNumber(until)));

/** The usual place, where an instant is the usual exchange of its day. */
export function usualPlaceAt(regular: readonly InForce<RegularTerms>[], ground: Ground, instant: number): Place | null {
  const day = dayAt(ground.zone, instant);
  const terms = inForceOn(regular, day)?.terms;
  return terms && exchangeAt(terms, ground, day) === instant ? exchangeOn(terms, ground, day).place : null;
}

/**
 * The regular schedule from one instant until another. Terms take effect at their own exchange time on their first day, and go on until the
 * next terms do; before the first there is nothing.
 */
export function regularPieces(regular: readonly InForce<RegularTerms>[], ground: Ground, from: number, until: number): Piece[] {
  return regular.flatMap((period, index) => {
    const start = exchangeAt(period.terms, ground, toNumber(period.from));
    const from_ = Math.max(start, from);
    const until_ = Math.min(endOf(regular, index, ground), until);
    if (from_ >= until_) return [];
    const { terms, requestId } = period;
    const pieces = terms.pattern.kind === 'nights' ? nightPieces(terms, ground, from_, until_) : rulePieces(terms, ground, from_, until_);
    const label = patternTitle(terms.pattern);
    const first = from_ === start ? exchangeOn(terms, ground, toNumber(period.from)).place : null;
    return pieces.map((piece, number) => ({ ...piece, label, requestId, begins: number === 0 && first ? first : piece.begins }));
  });
}

function endOf(regular: readonly InForce<RegularTerms>[], index: number, ground: Ground): number {
  const { until, terms } = regular[index]!;
  const next = regular[index + 1];
  const follows = next ? exchangeAt(next.terms, ground, toNumber(next.from)) : Infinity;
  if (until === null || next?.from === until) return follows;
  return Math.min(follows, exchangeAt(terms, ground, toNumber(until)));
}

type Bare = { from: number; until: number; holder: Piece['holder']; begins: Place | null; ends: Place | null };
const bare = ({ from, until, holder, begins, ends }: Bare): Piece => ({ from, until, holder, layer: 'regular', label: '', requestId: null, begins, ends });

/** Nights of a cycle. Night i begins at day i's exchange and lasts until the exchange of the day after. */
function nightPieces(terms: RegularTerms, ground: Ground, from: number, until: number): Piece[] {
  if (terms.pattern.kind !== 'nights') return [];
  const { nights, visits } = terms.pattern;
  const anchor = toNumber(terms.anchor);
  const first = dayAt(ground.zone, from);
  const last = dayAt(ground.zone, until);
  const letterOn = (day: number): string => nights[modulo(day - anchor, nights.length)]!;
  const holderOf = (letter: string) => (letter === 'A' ? terms.a : terms.b);
  const pieces: Piece[] = [];
  const visited: Piece[] = [];
  let letter = letterOn(first - 1);
  let since = from;
  let begins: Place | null = null;
  const close = (at: number, ends: Place | null): void => {
    if (at > since) pieces.push(bare({ from: since, until: at, holder: holderOf(letter), begins, ends }));
  };
  for (let day = first; day <= last; day++) {
    const tonight = letterOn(day);
    for (const visit of visits) {
      if (modulo(day - anchor, nights.length) !== visit.cycleDay) continue;
      const [start, end] = [minutesOf(visit.from), minutesOf(visit.until)];
      visited.push(
        bare({
          from: Math.max(from, instantAt(ground.zone, day, start)),
          until: Math.min(until, instantAt(ground.zone, day, end)),
          holder: holderOf(tonight === 'A' ? 'B' : 'A'),
          begins: placeAt(terms, ground, day, start),
          ends: placeAt(terms, ground, day, end),
        }),
      );
    }
    if (tonight === letter) continue;
    const at = exchangeAt(terms, ground, day);
    if (at >= until) break;
    if (at >= from) {
      const { place } = exchangeOn(terms, ground, day);
      close(at, place);
      since = at;
      begins = place;
    }
    letter = tonight;
  }
  close(until, null);
  return paint(pieces, flatten(visited));
}

/** Time by the month: all is A's but what the rule gives to B. */
function rulePieces(terms: RegularTerms, ground: Ground, from: number, until: number): Piece[] {
  const first = dayAt(ground.zone, from);
  const last = dayAt(ground.zone, until);
  const given = terms.pattern.kind === 'possession-order' ? possession(terms, ground, first, last) : weekendsOfMonths(terms, first, last);
  const pieces = given
    .map(({ day, minutes, lastDay, lastMinutes }) =>
      bare({
        from: instantAt(ground.zone, day, minutes),
        until: instantAt(ground.zone, lastDay, lastMinutes),
        holder: terms.b,
        begins: placeAt(terms, ground, day, minutes),
        ends: placeAt(terms, ground, lastDay, lastMinutes),
      }),
    )
    .sort((a, b) => a.from - b.from);
  return clip(paint([bare({ from, until, holder: terms.a, begins: null, ends: null })], joined(pieces)), from, until);
}

function joined(pieces: readonly Piece[]): Piece[] {
  const whole: Piece[] = [];
  for (const piece of pieces) {
    const before = whole.at(-1);
    if (!before || before.until < piece.from) whole.push(piece);
    else if (before.until < piece.until) whole[whole.length - 1] = { ...before, until: piece.until, ends: piece.ends };
  }
  return whole;
}

type Given = { day: number; minutes: number; lastDay: number; lastMinutes: number };

const fridays = (first: number, last: number): number[] => {
  const friday = first - 7 + modulo(5 - weekdayOfNumber(first), 7);
  return Array.from({ length: Math.floor((last + 7 - friday) / 7) + 1 }, (_, index) => friday + index * 7);
};

/** A weekend belongs to its Friday, also where it ends in the next month. */
function weekendsOfMonths({ pattern }: RegularTerms, first: number, last: number): Given[] {
  if (pattern.kind !== 'month-weekends') return [];
  return fridays(first, last)
    .filter(friday => pattern.weekends.includes(nthOfMonth(friday)))
    .map(friday => ({
      day: friday + pattern.from.weekday - 5,
      minutes: minutesOf(pattern.from.time),
      lastDay: friday + (pattern.until.weekday === 7 ? 2 : 3),
      lastMinutes: minutesOf(pattern.until.time),
    }));
}

const six = 18 * 60;
const eight = 20 * 60;
/** When school begins, where the terms do not say. */
const schoolBegins = '08:00';

/**
 * The Texas order. Weekends 1, 3 and 5 from Friday 18:00 to Sunday 18:00, Thursdays with school from 18:00 to 20:00, July from the 1st at
 * 18:00 to the 31st at 18:00. Expanded, a weekend runs from the end of school on Thursday (on Friday, where Thursday has none) until school
 * begins on Monday, and another Thursday with school is a night, until school begins on Friday. Where a day has no school, 18:00 counts.
 */
function possession(terms: RegularTerms, { school }: Ground, first: number, last: number): Given[] {
  if (terms.pattern.kind !== 'possession-order') return [];
  const { expanded, schoolStarts = schoolBegins } = terms.pattern;
  const release = minutesOf(terms.onSchoolDays.time);
  const begins = minutesOf(schoolStarts);
  const given: Given[] = [];
  for (const friday of fridays(first, last)) {
    const thursday = friday - 1;
    const weekend = nthOfMonth(friday) % 2 === 1;
    const hasSchool = schoolOn(school, thursday);
    if (weekend) {
      const sinceThursday = expanded && hasSchool;
      const sinceRelease = sinceThursday || (expanded && schoolOn(school, friday));
      const untilMonday = expanded && schoolOn(school, friday + 3);
      given.push({
        day: sinceThursday ? thursday : friday,
        minutes: sinceRelease ? release : six,
        lastDay: untilMonday ? friday + 3 : friday + 2,
        lastMinutes: untilMonday ? begins : six,
      });
    }
    if (hasSchool && !expanded) given.push({ day: thursday, minutes: six, lastDay: thursday, lastMinutes: eight });
    if (hasSchool && expanded && !weekend)
      given.push({ day: thursday, minutes: release, lastDay: friday, lastMinutes: schoolOn(school, friday) ? begins : six });
  }
  for (let year = yearOf(first) - 1; year <= yearOf(last); year++)
    given.push({ day: numberOf(year, 7, 1), minutes: six, lastDay: numberOf(year, 7, 31), lastMinutes: six });
  return given;
}
