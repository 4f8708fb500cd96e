import { fold } from '../../core/text.ts';
import type { BreakTerms, Place, RegularTerms } from '../terms.ts';
import type { InForce } from './calendar.ts';
import { toNumber, yearOf } from './days.ts';
import type { Piece } from './pieces.ts';
import { clip } from './pieces.ts';
import type { Ground } from './regular.ts';
import { inForceOn } from './regular.ts';
import type { BreakSpan } from './school.ts';
import { breakSpans } from './school.ts';
import { instantAt, minutesOf } from './zones.ts';

/**
 * School breaks between two days, by the terms in force on the first day of each. A break starts where the regular schedule has its handovers on
 * a school day, on the last one before it, and changes hands otherwise at the clock of the break's terms. Terms say nothing of the time before
 * the day from which they hold, also where a break has begun on the school day before: that stays as it was.
 */
export function breakPieces(
  breaks: readonly InForce<BreakTerms>[],
  regular: readonly InForce<RegularTerms>[],
  ground: Ground,
  fromDay: number,
  untilDay: number,
): Piece[] {
  if (breaks.length === 0) return [];
  return breakSpans(ground.school, fromDay, untilDay).flatMap(span =>
    spanPieces(breaks, breaks.indexOf(inForceOn(breaks, span.first)!), regular, ground, span),
  );
}

function spanPieces(
  breaks: readonly InForce<BreakTerms>[],
  index: number,
  regular: readonly InForce<RegularTerms>[],
  ground: Ground,
  span: BreakSpan,
): Piece[] {
  const period = breaks[index];
  if (!period) return [];
  const { time, place } = period.terms.exchange;
  const at = (day: number): number => instantAt(ground.zone, day, minutesOf(time));
  const usual = span.fromSchool ? inForceOn(regular, span.begins)?.terms.onSchoolDays : undefined;
  const begins = usual ? instantAt(ground.zone, span.begins, minutesOf(usual.time)) : at(span.begins);
  const rule = ruleFor(period.terms, span.name);
  const own = rule ? partPieces(rule, span, period.requestId, { begins, at, place, opening: usual?.place ?? place }) : [];
  if (span.begins >= toNumber(period.from)) return own;
  const holds = at(toNumber(period.from));
  const before = breaks[index - 1]?.until === period.from ? spanPieces(breaks, index - 1, regular, ground, span) : [];
  return [...clip(before, -Infinity, holds), ...clip(own, holds, Infinity).map(piece => (piece.from === holds ? { ...piece, begins: place } : piece))];
}

type Edges = { begins: number; at: (day: number) => number; place: Place; opening: Place };

function partPieces(rule: BreakRule, span: BreakSpan, requestId: string, { begins, at, place, opening }: Edges): Piece[] {
  if (rule.method === 'regular') return [];
  const [first, second] = yearOf(span.first) % 2 === 0 ? [rule.evenYears, rule.oddYears] : [rule.oddYears, rule.evenYears];
  const parts = partsOf(rule, span);
  return parts.map(({ day, label }, index): Piece => ({
    from: index === 0 ? begins : at(day),
    until: at(parts[index + 1]?.day ?? lastDay(span)),
    holder: index % 2 === 0 ? first : second,
    layer: 'break',
    label,
    requestId,
    begins: index === 0 ? opening : place,
    ends: place,
  }));
}

type BreakRule = BreakTerms['rules'][number];

const ruleFor = ({ rules }: BreakTerms, name: string): BreakRule | undefined =>
  rules.find(rule => fold(rule.name) === fold(name)) ?? rules.find(rule => fold(rule.name) === 'any');

/** A break of one day lasts until the next. */
const lastDay = ({ begins, ends }: BreakSpan): number => Math.max(ends, begins + 1);

/** The days on which the parts of a break begin. Of an odd number of nights, the first half has the one in the middle. */
function partsOf({ method }: BreakRule, span: BreakSpan): { day: number; label: string }[] {
  const { begins, name } = span;
  const nights = lastDay(span) - begins;
  if (method === 'split' && nights > 1) {
    return [
      { day: begins, label: `${name}, first half` },
      { day: begins + Math.ceil(nights / 2), label: `${name}, second half` },
    ];
  }
  if (method === 'weeks' && nights > 7) {
    return Array.from({ length: Math.ceil(nights / 7) }, (_, week) => ({ day: begins + week * 7, label: `${name}, week ${week + 1}` }));
  }
  return [{ day: begins, label: name }];
}
