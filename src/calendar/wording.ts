import type { Who } from '../activities/index.ts';
import type { ChildId, ParentId } from '../core/ids.ts';
import { capitalised } from '../core/text.ts';
import type { FamilyView } from '../families/index.ts';
import { childNames, type Holder, type Place } from '../schedule/index.ts';
import type { Piece } from './days.ts';
import type { WhoLine } from './views.ts';

/** Who reads, and what the people of the family are called. */
export type Reading = {
  reader: ParentId;
  /** "Amara", and for the reader too. */
  name: (id: ParentId) => string;
  side: (id: ParentId) => 'a' | 'b';
  /** The children's given names, in the family's order. */
  children: (ids: readonly ChildId[]) => string;
};

export function readingOf(family: Pick<FamilyView, 'members' | 'children'>, reader: ParentId): Reading {
  const members = new Map(family.members.map(member => [member.id, member]));
  return {
    reader,
    name: id => members.get(id)?.givenName ?? 'another parent',
    side: id => members.get(id)?.side ?? 'a',
    children: ids => childNames(family, ids),
  };
}

export const neither = 'neither parent';
export const nothingAgreed = 'nothing agreed';

const somebodyElse = (label: string): string => (label ? `${neither} (${label})` : neither);

/** "Amara", "you", "neither parent (Camp)". */
export const whoWords = (reading: Reading, holder: Holder, label = '', you = true): string =>
  holder === 'third-party' ? somebodyElse(label) : you && holder === reading.reader ? 'you' : reading.name(holder);

const withWords = (reading: Reading, { holder, label }: Pick<Piece, 'holder' | 'label'>, you: boolean): string =>
  holder === null ? nothingAgreed : `with ${whoWords(reading, holder, label, you)}`;

/** "With you", "With you, then Daniel", "With Daniel, and you 10:00 to 18:00": who has the children on a day, for its reader. */
export function dayWords(reading: Reading, pieces: readonly Piece[]): string {
  const [first, second, third] = pieces;
  if (!first) return capitalised(nothingAgreed);
  const words = capitalised(withWords(reading, first, true));
  if (!second) return words;
  const short = (piece: Piece): string => (piece.holder === null ? nothingAgreed : whoWords(reading, piece.holder, piece.label));
  if (pieces.length === 2) return `${words}, then ${short(second)}`;
  if (pieces.length === 3 && third!.holder === first.holder) return `${words}, and ${short(second)} ${second.clock} to ${third!.clock}`;
  return listedTimes(reading, pieces, true);
}

/** The same in full and by name, as it is heard before the number of a day: "Handover to Amara at 15:30". */
export function spokenDay(reading: Reading, pieces: readonly Piece[]): string {
  const [first, second, third] = pieces;
  if (!first) return capitalised(nothingAgreed);
  if (!second) return capitalised(withWords(reading, first, false));
  if (pieces.length === 2 && first.holder !== null && second.holder !== null)
    return `Handover to ${whoWords(reading, second.holder, second.label, false)} at ${second.clock}`;
  if (pieces.length === 3 && third!.holder === first.holder)
    return `${capitalised(withWords(reading, first, false))}, and ${withWords(reading, second, false)} from ${second.clock} to ${third!.clock}`;
  return listedTimes(reading, pieces, false);
}

/** "With Daniel until 10:00, with Amara until 18:00, then with Daniel" */
const listedTimes = (reading: Reading, pieces: readonly Piece[], you: boolean): string =>
  capitalised(
    pieces
      .map((piece, index) => {
        const next = pieces[index + 1];
        return next ? `${withWords(reading, piece, you)} until ${next.clock}` : `then ${withWords(reading, piece, you)}`;
      })
      .join(', '),
  );

/** "From Daniel to you", or where a school stands between, who collects. */
export function handoverWords(reading: Reading, from: Holder, to: Holder, place: Place | null, label: string): string {
  if (place?.kind === 'school' && to !== 'third-party') return to === reading.reader ? 'You collect.' : `${reading.name(to)} collects.`;
  const named = (holder: Holder, called: string): string => (holder === 'third-party' ? `somebody else${called && ` (${called})`}` : whoWords(reading, holder));
  return `From ${named(from, '')} to ${named(to, label)}.`;
}

/** "You bring, Daniel collects." Where nobody was named, whoever the children are with. */
export function takersWords(reading: Reading, brings: Who, collects: Who, with_: { before: Holder | null; after: Holder | null }): string {
  const [bringer, collector] = [takerOf(reading, brings, with_.before), takerOf(reading, collects, with_.after)];
  if (bringer === collector) return bringer === null ? '' : bringer === 'You' ? 'You bring and collect.' : `${bringer} brings and collects.`;
  const said = [
    bringer === null ? null : bringer === 'You' ? 'You bring' : `${bringer} brings`,
    collector === null ? null : collector === 'You' ? (bringer === null ? 'You collect' : 'you collect') : `${collector} collects`,
  ].filter(one => one !== null);
  return said.length === 0 ? '' : `${said.join(', ')}.`;
}

function takerOf(reading: Reading, who: Who, holder: Holder | null): string | null {
  if (who && 'words' in who) return who.words;
  const id = who ? who.parentId : holder;
  if (id === null || id === 'third-party') return null;
  return id === reading.reader ? 'You' : reading.name(id);
}

/** A name with its pattern. */
export const whoLine = (reading: Reading, holder: Holder, label: string): WhoLine => ({
  css: holder === 'third-party' ? 'who who--plain' : `who who--${reading.side(holder)} who--plain`,
  name: whoWords(reading, holder, label, false),
});
