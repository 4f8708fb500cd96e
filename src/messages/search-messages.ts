import { setImmediate } from 'node:timers/promises';
import type { ParentUser } from '../core/actor.ts';
import type { ChildId, FamilyId, ParentId, SubjectId } from '../core/ids.ts';
import { fold } from '../core/text.ts';
import { startOfDay, startOfNextDay } from '../core/time.ts';
import type { Queryable } from '../platform/database.ts';
import type { Keyring } from '../platform/keyring.ts';
import { commentContext, openText } from '../platform/record/content.ts';
import { selectForSearch, type SearchRow } from './store.ts';

export type Search = {
  /** Words that must all be there, in any order; none finds every message the rest allows. */
  words: string;
  sender: ParentId | null;
  subject: SubjectId | null;
  child: ChildId | null;
  /** Days of the family's zone, both included: "2026-03-09". */
  from: string | null;
  to: string | null;
  zone: string;
  /** Older than this position. */
  before: number;
};

export type Hit = { row: SearchRow; before: string; match: string; after: string };
export type Found = { hits: Hit[]; more: number | null };

const batch = 500;
const mostHits = 20;
/** Decrypting this many takes about a millisecond; then other requests have a turn. */
const stride = 100;

/** Looks through a family's messages, newest first, until there are twenty. They are encrypted one by one, so they are opened one by one. */
export async function searchMessages(db: Queryable, keyring: Keyring, actor: ParentUser, familyId: FamilyId, search: Search): Promise<Found> {
  const wanted = fold(search.words).split(/\s+/).filter(Boolean);
  const hits: Hit[] = [];
  const from = search.from && startOfDay(search.from, search.zone);
  const until = search.to && startOfNextDay(search.to, search.zone);
  let { before } = search;
  for (;;) {
    const rows = await db.query(selectForSearch, [actor.parentId, familyId, before, search.sender, search.subject, search.child, from, until, batch]);
    for (const [index, row] of rows.entries()) {
      if (index % stride === stride - 1) await setImmediate();
      const text = openText(keyring, 'body', row.id, commentContext(row.subjectId, row.urgentReason), { ciphertext: row.bodyCt, wrapped: row.wrapped });
      const folded = fold(text);
      if (!wanted.every(word => folded.includes(word))) continue;
      if (hits.length === mostHits) return { hits, more: hits.at(-1)!.row.pos };
      // What has not been opened is not read here either: its words wait on its own page, where the first view is recorded.
      hits.push({ row, ...(row.unread ? { before: '', match: '', after: 'You have not opened this message yet.' } : inContext(text, wanted)) });
    }
    if (rows.length < batch) return { hits, more: null };
    before = rows.at(-1)!.pos;
  }
}

const around = 80;

/** The first word found, with some of what stands before and after it. */
function inContext(text: string, wanted: readonly string[]): { before: string; match: string; after: string } {
  const [start, end] = locate(text, wanted[0] ?? '');
  // Cut between words where there is a space near by.
  const from = start <= around ? 0 : wordStart(text, start - around, start);
  const to = text.length - end <= around * 2 ? text.length : wordEnd(text, end + around * 2, end);
  const cut = (piece: string) => piece.replace(/\s+/g, ' ').toWellFormed().replaceAll('\uFFFD', '');
  return {
    before: `${from > 0 ? '… ' : ''}${cut(text.slice(from, start))}`,
    match: text.slice(start, end),
    after: `${cut(text.slice(end, to))}${to < text.length ? ' …' : ''}`,
  };
}

const wordStart = (text: string, at: number, most: number): number => {
  const space = text.indexOf(' ', at);
  return space < 0 || space >= most ? at : space + 1;
};
const wordEnd = (text: string, at: number, least: number): number => {
  const space = text.lastIndexOf(' ', at);
  return space <= least ? at : space;
};

/** Where a folded word stands in the text as it was written: folding changes lengths, so characters are folded one by one. */
function locate(text: string, word: string): [start: number, end: number] {
  if (word === '') return [0, 0];
  let folded = '';
  const origin: number[] = [];
  let at = 0;
  for (const character of text) {
    for (const piece of fold(character)) {
      for (let unit = 0; unit < piece.length; unit += 1) origin.push(at);
      folded += piece;
    }
    at += character.length;
  }
  const found = folded.indexOf(word);
  if (found < 0) return [0, 0];
  const last = origin[found + word.length - 1]!;
  return [origin[found]!, last + String.fromCodePoint(text.codePointAt(last)!).length];
}
