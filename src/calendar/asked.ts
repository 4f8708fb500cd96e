import type { ParentId } from '../core/ids.ts';
import { listed } from '../core/text.ts';
import { calendarDay, shortDay, weekdayAndDate } from '../core/time.ts';
import type { FamilyView } from '../families/index.ts';
import { addDays, type Holder, isPlan, readAsked, type RequestKind, type RequestRow, requestTitle, spanText } from '../schedule/index.ts';
import { paths } from '../web/paths.ts';
import { type Reading, whoLine } from './wording.ts';
import type { AgendaItem, AskedSheet, CellAsk } from './views.ts';

/** What a request would change of one day. `holder` is null where it is a plan, which takes effect on that day. */
type Piece = { day: string; from: string | null; until: string | null; holder: Holder | null };

/** A request that waits for an answer, by day. */
export type Asked = {
  href: string;
  kind: RequestKind;
  title: string;
  askedBy: ParentId;
  madeAt: number;
  respondBy: number;
  /** Whom it is about, where that is not every child. */
  of: string;
  pieces: Piece[];
  lines: { label: string; was: Holder | null; holder: Holder }[];
  label: string;
};

export function askedOf(reading: Reading, family: FamilyView, rows: readonly RequestRow[], today: string): Asked[] {
  return rows.map(row => {
    const asked = readAsked(row.kind, row.terms);
    const about = {
      href: paths.request.to({ requestId: row.id }),
      kind: row.kind,
      title: requestTitle(asked, today),
      askedBy: row.askedBy,
      madeAt: row.madeAt,
      respondBy: row.respondBy,
      of: row.children.length === family.children.length ? '' : reading.children(row.children),
    };
    if (isPlan(asked)) return { ...about, pieces: [{ day: asked.terms.from, from: null, until: null, holder: null }], lines: [], label: '' };
    const day = (iso: string): string => shortDay(calendarDay(iso));
    return {
      ...about,
      pieces: asked.terms.pieces.flatMap(piece => byDay(piece.from, piece.until).map(one => ({ ...one, holder: piece.holder }))),
      lines: asked.terms.pieces.map(piece => ({ label: spanText(piece, day), was: piece.was.length === 1 ? piece.was[0]! : null, holder: piece.holder })),
      label: asked.terms.label,
    };
  });
}

type Moment = { day: string; clock: string };
const midnight = '00:00';

function byDay(from: Moment, until: Moment): Omit<Piece, 'holder'>[] {
  const days: Omit<Piece, 'holder'>[] = [];
  for (let day = from.day; day < until.day || (day === until.day && until.clock !== midnight); day = addDays(day, 1)) {
    days.push({ day, from: day === from.day && from.clock !== midnight ? from.clock : null, until: day === until.day ? until.clock : null });
  }
  return days;
}

type Words = { theirs: string; mine: string; short: string; says: string };
const words: Record<RequestKind, Words> = {
  swap: { theirs: 'Swap asked for', mine: 'You ask to swap', short: 'swap', says: 'to swap this day' },
  change: { theirs: 'Change asked for', mine: 'You ask for a change', short: 'change', says: 'for a change' },
  extra: { theirs: 'Extra time asked for', mine: 'You ask for extra time', short: 'extra', says: 'for extra time' },
  'make-up': { theirs: 'Make-up time asked for', mine: 'You ask for make-up time', short: 'time', says: 'for make-up time' },
  travel: { theirs: 'Travel asked for', mine: 'You ask to travel', short: 'travel', says: 'for time to travel' },
  'first-refusal': { theirs: 'Offered to you', mine: 'You offer this', short: 'offer', says: 'whether you would have them' },
  schedule: { theirs: 'Schedule proposed from here', mine: 'You propose a schedule', short: 'plan', says: 'for another regular schedule from here' },
  breaks: { theirs: 'School breaks proposed', mine: 'You propose school breaks', short: 'plan', says: 'for a plan of school breaks from here' },
  holidays: { theirs: 'Holidays proposed', mine: 'You propose holidays', short: 'plan', says: 'for a plan of holidays from here' },
};

/** Whether the other side of a swap: time that would go from whoever asks to somebody else. */
const isOffer = ({ kind, askedBy }: Asked, { holder }: Piece): boolean => kind === 'swap' && holder !== null && holder !== askedBy;

const markWords = (reading: Reading, asked: Asked, piece: Piece): string => {
  const mine = asked.askedBy === reading.reader;
  if (isOffer(asked, piece)) return mine ? 'You offer this' : piece.holder === reading.reader ? 'Offered to you' : 'Offered';
  return mine ? words[asked.kind].mine : words[asked.kind].theirs;
};

export const marksOf = (reading: Reading, asked: readonly Asked[], day: string): CellAsk[] =>
  asked.flatMap(one =>
    one.pieces.filter(piece => piece.day === day).map(piece => ({ href: one.href, long: markWords(reading, one, piece), short: words[one.kind].short })),
  );

/** The dashed marks of a day as lines of a list. */
export const askedItems = (reading: Reading, family: FamilyView, asked: readonly Asked[], day: string): AgendaItem[] =>
  asked.flatMap(one =>
    one.pieces
      .filter(piece => piece.day === day)
      .map(piece => {
        const others = [...new Set(one.pieces.map(({ day: other }) => other).filter(other => other !== day))];
        return {
          time: piece.from ?? 'All day',
          text: saysWords(reading, one, piece),
          of: one.of,
          href: one.href,
          off: false,
          badge: badgeOf(reading, family, one),
          captions: [
            `${piece.from !== null || piece.until !== null ? `${piece.from ?? midnight} to ${piece.until ?? 'midnight'}. ` : ''}${
              one.kind === 'swap' && others.length > 0 ? `For ${listed(others.map(other => weekdayAndDate(calendarDay(other))))}. ` : ''
            }Not agreed.`,
          ],
        };
      }),
  );

function saysWords(reading: Reading, asked: Asked, piece: Piece): string {
  const mine = asked.askedBy === reading.reader;
  const who = mine ? 'You' : reading.name(asked.askedBy);
  if (isOffer(asked, piece)) return mine ? 'You offer this day' : `${who} offers this day${piece.holder === reading.reader ? ' to you' : ''}`;
  if (asked.kind === 'first-refusal') return mine ? 'You offer this time first' : `${who} offers this time first`;
  return `${who} ${mine ? 'ask' : 'asks'} ${words[asked.kind].says}`;
}

const badgeOf = (reading: Reading, family: FamilyView, asked: Asked): string =>
  asked.askedBy === reading.reader
    ? `Waiting for ${listed(family.members.filter(({ id, current }) => current && id !== reading.reader).map(({ givenName }) => givenName)) || 'an answer'}`
    : 'Waiting for you';

export const askedSheets = (reading: Reading, family: FamilyView, asked: readonly Asked[], dayOfInstant: (instant: number) => string): AskedSheet[] =>
  asked.map(one => ({
    href: one.href,
    title: one.title,
    badge: badgeOf(reading, family, one),
    lines: one.lines.map(({ label, was, holder }) => ({
      label,
      from: was === null ? null : whoLine(reading, was, ''),
      to: whoLine(reading, holder, one.label),
    })),
    caption: `${one.askedBy === reading.reader ? 'You asked' : `${reading.name(one.askedBy)} asks`}${one.of === '' ? '' : ` about ${one.of}`}. If there is no answer by ${dayOfInstant(
      one.respondBy,
    )}, nothing changes.`,
  }));
