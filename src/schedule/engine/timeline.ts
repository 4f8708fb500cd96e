import type { Layer } from '../terms.ts';
import { layers } from '../terms.ts';
import { breakPieces } from './breaks.ts';
import type { AgreedTime, ChildCalendar, PlannedHandover, Stretch } from './calendar.ts';
import { toNumber } from './days.ts';
import { holidayPieces } from './holidays.ts';
import type { Piece } from './pieces.ts';
import { clip, flatten, paint, placeBetween } from './pieces.ts';
import type { Ground } from './regular.ts';
import { regularPieces, usualPlaceAt } from './regular.ts';
import { dayAt, instantAt, zoneNamed } from './zones.ts';

const groundOf = (calendar: ChildCalendar): Ground => ({ school: calendar.school, zone: zoneNamed(calendar.zone) });

/** What one layer says between two instants, in order of time. */
function layerPieces(calendar: ChildCalendar, layer: Layer, from: number, until: number): Piece[] {
  const ground = groundOf(calendar);
  const firstDay = dayAt(ground.zone, from);
  const lastDay = dayAt(ground.zone, until);
  switch (layer) {
    case 'regular':
      return regularPieces(calendar.regular, ground, from, until);
    case 'break':
      return flatten(breakPieces(calendar.breaks, calendar.regular, ground, firstDay, lastDay));
    case 'vacation':
      return agreedPieces(calendar.vacations, 'vacation', from, until);
    case 'holiday':
      return calendar.holidays.length === 0 ? [] : flatten(holidayPieces(calendar, (since, to) => painted(calendar, since, to, 'vacation'), firstDay, lastDay));
    case 'change':
      return agreedPieces(calendar.changes, 'change', from, until);
  }
}

const agreedPieces = (agreed: readonly AgreedTime[], layer: Layer, from: number, until: number): Piece[] =>
  flatten(
    agreed
      .filter(time => time.until > from && time.from < until)
      .map(time => ({
        from: time.from,
        until: time.until,
        holder: time.holder,
        layer,
        label: time.label,
        requestId: time.requestId,
        begins: time.place,
        ends: time.place,
      })),
  );

/** All layers up to one, each laid over those before it. */
function painted(calendar: ChildCalendar, from: number, until: number, top: Layer): Piece[] {
  let pieces: Piece[] = [{ from, until, holder: null, layer: null, label: '', requestId: null, begins: null, ends: null }];
  for (const layer of layers.slice(0, layers.indexOf(top) + 1)) pieces = paint(pieces, layerPieces(calendar, layer, from, until));
  return clip(pieces, from, until);
}

/** Where the child is from one instant until another, without gaps or overlaps. */
export function timeline(calendar: ChildCalendar, from: number, until: number): Stretch[] {
  if (until <= from) return [];
  const ground = groundOf(calendar);
  const stretches: Stretch[] = [];
  let before: Piece | null = null;
  // From a moment earlier, so that a change of hands at the very beginning is known as one.
  for (const piece of painted(calendar, from - 1, until, 'change')) {
    const changes = before !== null && before.holder !== piece.holder;
    const place = changes ? (placeBetween(before!, piece) ?? usualPlaceAt(calendar.regular, ground, piece.from)) : null;
    before = piece;
    if (piece.until <= from) continue;
    const { holder, layer, label, requestId } = piece;
    const last = stretches.at(-1);
    if (last && last.holder === holder && last.layer === layer && last.label === label && last.requestId === requestId) last.until = piece.until;
    else stretches.push({ from: Math.max(piece.from, from), until: piece.until, holder, layer, label, requestId, place });
  }
  return stretches;
}

/** Every change of hands between neighbouring stretches; what lies at the beginning of the first is not known from them. */
export function handoversOf(stretches: readonly Stretch[]): PlannedHandover[] {
  const handovers: PlannedHandover[] = [];
  for (let index = 1; index < stretches.length; index++) {
    const before = stretches[index - 1]!;
    const after = stretches[index]!;
    if (before.holder !== after.holder) handovers.push({ at: after.from, from: before.holder, to: after.holder, place: after.place });
  }
  return handovers;
}

/** What one layer says of a day. Bounds are its own, beyond the day where it goes on; the regular schedule's are the day's. */
export type LayerOnDay = Pick<Stretch, 'label' | 'requestId' | 'holder' | 'from' | 'until'> & { layer: Layer };

/** Every layer that says something of a day, the one that decides it first. */
export function layersOn(calendar: ChildCalendar, day: string): LayerOnDay[] {
  const { zone } = groundOf(calendar);
  const from = instantAt(zone, toNumber(day), 0);
  const until = instantAt(zone, toNumber(day) + 1, 0);
  if (until <= from) return [];
  return layers.toReversed().flatMap(layer =>
    layerPieces(calendar, layer, from, until)
      .filter(piece => piece.from < until && piece.until > from)
      .map(piece => ({ layer, label: piece.label, requestId: piece.requestId, holder: piece.holder, from: piece.from, until: piece.until })),
  );
}

/** Agreed time with one more laid over it; what it covers of the others is cut away. */
export function agree(agreed: readonly AgreedTime[], next: AgreedTime): AgreedTime[] {
  const rest = agreed.flatMap(time => [
    { ...time, until: Math.min(time.until, next.from) },
    { ...time, from: Math.max(time.from, next.until) },
  ]);
  return [...rest.filter(time => time.until > time.from), next].sort((a, b) => a.from - b.from);
}
