import type { ParentId } from '../../core/ids.ts';
import type { Holder, HolidayRule, HolidayTerms } from '../terms.ts';
import type { ChildCalendar } from './calendar.ts';
import { easter, nthWeekday, numberOf, toNumber, weekdayOfNumber, yearOf } from './days.ts';
import type { Piece } from './pieces.ts';
import { clip } from './pieces.ts';
import { publicHolidays } from './public-holidays.ts';
import { instantAt, minutesOf, zoneNamed } from './zones.ts';

/** Where the layers below have the child: pieces that cover the time asked for. */
export type Below = (from: number, until: number) => Piece[];

/** How far a rule can reach from its day: a second celebration a fortnight off, and the night after it. */
const reach = 16;
const hour = 3_600_000;

/**
 * Holidays between two days, each by the terms in force on its day. Where two meet, the one that stands first in the terms is on top, so
 * it comes last here. What a rule gives before its day (a celebration some days earlier, the weekend that a Monday joins) is given by the terms
 * in force then: those that hold from a later day change nothing of it.
 */
export function holidayPieces(calendar: ChildCalendar, below: Below, fromDay: number, untilDay: number): Piece[] {
  const zone = zoneNamed(calendar.zone);
  const pieces: Piece[] = [];
  for (const { from, until, terms, requestId } of calendar.holidays) {
    const since = toNumber(from);
    const over = until === null ? Infinity : toNumber(until);
    const first = Math.max(since, fromDay - reach);
    const last = Math.min(over + reach, untilDay + reach);
    if (first > last) continue;
    for (const rule of terms.rules.toReversed()) {
      for (let year = yearOf(first); year <= yearOf(last); year++) {
        for (const day of daysOf(rule, terms, calendar, year)) {
          if (day < first || day > last) continue;
          const held = clip(
            piecesOf(rule, calendar, below, day).map(piece => ({ ...piece, requestId })),
            -Infinity,
            day < over ? Infinity : instantAt(zone, over, 0),
          );
          const begun = held.some(piece => piece.from < instantAt(zone, since, 0));
          pieces.push(...(begun ? clip(held, instantAt(zone, since, minutesOf(rule.from)), Infinity) : held));
        }
      }
    }
  }
  return pieces;
}

/** The days of a year that a rule is about: usually one, none where the country has no such day, two of a feast of the moon. */
function daysOf({ on }: HolidayRule, { country, region }: HolidayTerms, calendar: ChildCalendar, year: number): number[] {
  switch (on.kind) {
    case 'date':
      return [numberOf(year, on.month, on.day)];
    case 'public':
      return named(country, region, year, on.name);
    case 'mothers-day':
      return mothersDay(country, region, year);
    case 'fathers-day':
      return fathersDay(country, region, year);
    case 'birthday': {
      const born = bornOn(calendar, on.childId);
      if (born === undefined || year < yearOf(toNumber(born))) return [];
      return [numberOf(year, Number(born.slice(5, 7)), Number(born.slice(8, 10)))];
    }
  }
}

const bornOn = (calendar: ChildCalendar, childId: string): string | undefined =>
  childId === calendar.childId ? calendar.bornOn : calendar.siblings?.find(sibling => sibling.childId === childId)?.bornOn;

const named = (country: string, region: string | null, year: number, name: string): number[] =>
  publicHolidays(country, region, year)
    .filter(holiday => holiday.name === name)
    .map(holiday => toNumber(holiday.day));

/** Where Mothering Sunday is kept: the 4th Sunday in Lent, three weeks before Easter. */
const lenten = new Set(['GB', 'IE', 'GG', 'JE', 'IM']);

function mothersDay(country: string, region: string | null, year: number): number[] {
  if (lenten.has(country)) return [easter(year) - 21];
  const known = named(country, region, year, "Mother's Day");
  return known.length > 0 ? known : [nthWeekday(year, 5, 2, 7)!];
}

function fathersDay(country: string, region: string | null, year: number): number[] {
  if (lenten.has(country)) return [nthWeekday(year, 6, 3, 7)!];
  const known = named(country, region, year, "Father's Day");
  if (known.length > 0) return known;
  return country === 'DE' ? [easter(year) + 39] : [nthWeekday(year, 6, 3, 7)!];
}

type Part = { from: number; until: number; holder: Holder; label: string };

function piecesOf(rule: HolidayRule, calendar: ChildCalendar, below: Below, day: number): Piece[] {
  const zone = zoneNamed(calendar.zone);
  const [starts, ends] = [minutesOf(rule.from), minutesOf(rule.until)];
  const spanOn = (on: number) => {
    const from = instantAt(zone, on, starts);
    return { from, until: instantAt(zone, rule.untilNextDay || ends <= starts ? on + 1 : on, ends) };
  };
  const [first, second] = yearOf(day) % 2 === 0 ? [rule.evenYears, rule.oddYears] : [rule.oddYears, rule.evenYears];
  const attached = rule.attachToWeekend ? attachedTo(zone.name, below, day, spanOn(day)) : null;
  const whole = (holder: ParentId): Part => ({ ...spanOn(day), holder, label: rule.label });
  let parts: Part[];
  if (attached) parts = [{ ...attached, label: rule.label }];
  else if (rule.method === 'alternate') parts = [whole(first)];
  else if (rule.method === 'fixed') parts = [whole(rule.evenYears)];
  else if (rule.method === 'split') parts = splitAt(rule, spanOn(day), first, second, at => instantAt(zone, at > starts ? day : day + 1, at));
  else parts = secondTime(rule, calendar, below, spanOn(day).from, rule.secondOn === null ? null : spanOn(day + rule.secondOn));
  return parts.map(part => ({ ...part, layer: 'holiday', requestId: null, begins: rule.place, ends: rule.place }));
}

/** Both parts of a day. Where nobody said when, it changes hands halfway. */
function splitAt(rule: HolidayRule, { from, until }: { from: number; until: number }, first: ParentId, second: ParentId, at: (minutes: number) => number) {
  const agreed = rule.splitAt === null ? null : at(minutesOf(rule.splitAt));
  const middle = agreed !== null && agreed > from && agreed < until ? agreed : from + Math.round((until - from) / 2 / 60_000) * 60_000;
  return [
    { from, until: middle, holder: first, label: `${rule.label}, first part` },
    { from: middle, until, holder: second, label: `${rule.label}, second part` },
  ];
}

/** The day stays with whoever has it when it begins, and the other parent celebrates at the second time. */
function secondTime(rule: HolidayRule, calendar: ChildCalendar, below: Below, begins: number, second: { from: number; until: number } | null): Part[] {
  const has = below(begins, begins + 1)[0]?.holder;
  if (!second || !has || has === 'third-party') return [];
  const terms = calendar.regular.at(-1)?.terms;
  const other = [rule.evenYears, rule.oddYears, terms?.a, terms?.b].find(parent => parent !== undefined && parent !== has);
  return other ? [{ ...second, holder: other, label: `${rule.label}, second time` }] : [];
}

/**
 * A Monday joins the weekend before it and a Friday the one after: whoever has the child in the night to Sunday keeps them from where their
 * weekend would end until the holiday does, or has them from the holiday on.
 */
function attachedTo(zoneName: string, below: Below, day: number, span: { from: number; until: number }): Omit<Part, 'label'> | null {
  const weekday = weekdayOfNumber(day);
  if (weekday !== 1 && weekday !== 5) return null;
  const zone = zoneNamed(zoneName);
  const sunday = weekday === 1 ? day - 1 : day + 2;
  const night = instantAt(zone, sunday, 4 * 60);
  const holder = below(night, night + 1)[0]?.holder;
  if (!holder || holder === 'third-party') return null;
  if (weekday === 1) {
    const others = below(night, span.until).find(piece => piece.holder !== holder);
    return { from: Math.min(span.from, others?.from ?? span.from), until: span.until, holder };
  }
  const others = below(span.from, night + hour).findLast(piece => piece.holder !== holder);
  return { from: span.from, until: Math.max(span.until, others?.until ?? span.until), holder };
}
