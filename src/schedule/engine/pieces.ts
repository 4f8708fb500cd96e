import { layers, type Place } from '../terms.ts';
import type { Stretch } from './calendar.ts';

/** What one layer says of some time. Its edges know where the child changes hands, unless something painted over it has cut them off. */
export type Piece = Omit<Stretch, 'place'> & { begins: Place | null; ends: Place | null };

/** One list of pieces laid over another. Both are in order of time, without overlaps within themselves; so is what comes out. */
export function paint(lower: readonly Piece[], upper: readonly Piece[]): Piece[] {
  if (upper.length === 0) return [...lower];
  const painted: Piece[] = [];
  let next = 0;
  for (const piece of lower) {
    let from = piece.from;
    while (next < upper.length && upper[next]!.until <= from) painted.push(upper[next++]!);
    while (next < upper.length && upper[next]!.from < piece.until) {
      const over = upper[next]!;
      if (over.from > from) painted.push(cut(piece, from, over.from));
      from = over.until;
      if (from > piece.until) break;
      painted.push(over);
      next++;
    }
    if (from < piece.until) painted.push(cut(piece, from, piece.until));
  }
  for (; next < upper.length; next++) painted.push(upper[next]!);
  return painted;
}

const cut = (piece: Piece, from: number, until: number): Piece =>
  from === piece.from && until === piece.until
    ? piece
    : { ...piece, from, until, begins: from === piece.from ? piece.begins : null, ends: until === piece.until ? piece.ends : null };

/** Pieces in order of time without overlaps; where two meet, the later of the list is on top. */
export function flatten(pieces: readonly Piece[]): Piece[] {
  const real = pieces.filter(piece => piece.until > piece.from);
  if (real.every((piece, index) => index === 0 || real[index - 1]!.until <= piece.from)) return real;
  return real.reduce<Piece[]>((below, piece) => paint(below, [piece]), []);
}

export const clip = (pieces: readonly Piece[], from: number, until: number): Piece[] =>
  pieces.filter(piece => piece.until > from && piece.from < until).map(piece => cut(piece, Math.max(piece.from, from), Math.min(piece.until, until)));

const rank = (piece: Piece): number => (piece.layer === null ? -1 : layers.indexOf(piece.layer));

/** Where the child changes hands between two neighbours: the upper layer's word first. */
export const placeBetween = (before: Piece, after: Piece): Place | null =>
  rank(before) > rank(after) ? (before.ends ?? after.begins) : (after.begins ?? before.ends);
