import type { ChildId, RequestId } from '../../core/ids.ts';
import { agree, type ChildCalendar, type InForce } from '../engine/index.ts';
import type { Calendars } from '../read-calendars.ts';
import { instantsOf } from './lay-time.ts';
import { labelOf } from './sentences.ts';
import { type Asked, isPlan, layerOf } from './terms.ts';

/** The calendars of the children as they would be if this were agreed. Nothing is stored: it is for looking at. */
export function asAgreed(calendars: Calendars, children: readonly ChildId[], asked: Asked, requestId: RequestId): Calendars {
  return new Map([...calendars].map(([id, calendar]) => [id, children.includes(id) ? withAsked(calendar, asked, requestId) : calendar]));
}

function withAsked(calendar: ChildCalendar, asked: Asked, requestId: RequestId): ChildCalendar {
  if (!isPlan(asked)) {
    const layer = layerOf[asked.kind] === 'vacation' ? 'vacations' : 'changes';
    const { terms } = asked;
    const pieces = terms.pieces.map(piece => ({
      ...instantsOf(piece, calendar.zone),
      holder: piece.holder,
      label: labelOf(asked.kind, terms, piece.holder),
      place: terms.place,
      requestId,
    }));
    return { ...calendar, [layer]: pieces.reduce(agree, [...calendar[layer]]) };
  }
  const { from } = asked.terms;
  if (asked.kind === 'schedule') return { ...calendar, regular: replaced(calendar.regular, { from, until: null, terms: asked.terms.terms, requestId }) };
  if (asked.kind === 'breaks') return { ...calendar, breaks: replaced(calendar.breaks, { from, until: null, terms: asked.terms.terms, requestId }) };
  return { ...calendar, holidays: replaced(calendar.holidays, { from, until: null, terms: asked.terms.terms, requestId }) };
}

/** A plan from its day on: what held before ends there, and what was to begin later falls away. */
const replaced = <Terms>(list: readonly InForce<Terms>[], next: InForce<Terms>): InForce<Terms>[] => [
  ...list.filter(one => one.from < next.from).map(one => (one.until === null || one.until > next.from ? { ...one, until: next.from } : one)),
  next,
];
