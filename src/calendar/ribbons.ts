import type { ChildId } from '../core/ids.ts';
import { capitalised } from '../core/text.ts';
import type { Piece } from './days.ts';
import type { Ribbon, Segment } from './views.ts';
import { neither, nothingAgreed, type Reading } from './wording.ts';

const whole = ({ start, end }: Piece): boolean => start === 0 && end === 100;
const share = ({ start, end }: Piece): number => end - start;

/** Which piece of a day is drawn wider: the longer of two; of more, the longest that has both its ends on the day. */
function widest(pieces: readonly Piece[]): Piece | null {
  if (pieces.length < 2) return null;
  const [first, second] = pieces as [Piece, Piece];
  if (pieces.length === 2) return share(first) >= 55 ? first : share(second) >= 55 ? second : null;
  return pieces.slice(1, -1).toSorted((a, b) => share(b) - share(a))[0]!;
}

/** Which piece of each stretch of a row has the name: its first whole day, or its longest piece. */
function namedIn(row: readonly (readonly Piece[])[]): Set<Piece> {
  const named = new Set<Piece>();
  let stretch: Piece[] = [];
  const close = (): void => {
    const best = stretch.find(whole) ?? stretch.toSorted((a, b) => share(b) - share(a))[0];
    if (best) named.add(best);
    stretch = [];
  };
  for (const piece of row.flat()) {
    if (piece.startsHere || (stretch.length > 0 && stretch.at(-1)!.holder !== piece.holder)) close();
    stretch.push(piece);
  }
  close();
  return named;
}

const cssOf = (reading: Reading, { holder }: Piece): string => {
  if (holder === null) return 'seg seg--none';
  return holder === 'third-party' ? 'seg seg--c' : `seg seg--${reading.side(holder)}`;
};

function nameOf(reading: Reading, { holder, label }: Piece): NonNullable<Segment['name']> {
  const name = holder === null ? capitalised(nothingAgreed) : holder === 'third-party' ? label || neither : reading.name(holder);
  const [first = ''] = name;
  return { first: holder === null ? '' : first, rest: holder === null ? name : name.slice(first.length) };
}

/** The ribbons of a row of days: they join across days, and each stretch is named once. Gives a list for each day. */
export function ribbonsOf(reading: Reading, groups: readonly { children: ChildId[] }[], row: readonly (readonly (readonly Piece[])[])[]): Ribbon[][] {
  const names = groups.map((_, group) => namedIn(row.map(day => day[group]!)));
  return row.map((day, index) =>
    groups.map(({ children }, group): Ribbon => {
      const pieces = day[group]!;
      const wide = widest(pieces);
      return {
        of: groups.length > 1 && index === 0 ? reading.children(children) : null,
        segments: pieces.map(piece => {
          const named = names[group]!.has(piece);
          const starts = piece.startsHere || (index === 0 && named && piece === pieces[0]);
          return {
            css: `${cssOf(reading, piece)}${starts ? ' seg--start' : ''}${piece.endsHere ? ' seg--end' : ''}${piece === wide ? ' seg--most' : ''}`,
            name: named ? nameOf(reading, piece) : null,
          };
        }),
      };
    }),
  );
}
