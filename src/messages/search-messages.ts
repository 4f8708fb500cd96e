import { setImmediate } from 'node:timers/promises';
import type { ParentUser } from '../core/actor.ts';
import { NotFound } from '../core/errors.ts';
import type { ChildId, ParentId, SubjectId } from '../core/ids.ts';
import { fold } from '../core/text.ts';
import { startOfDay, startOfNextDay } from '../core/time.ts';
import type { FamilyView } from '../families/index.ts';
import type { KnownWords, Words } from './known-records.ts';
import { openBody, type OpenedSubject } from './open-texts.ts';
import type { FamilyWithSubjects, Reader } from './read-thread.ts';
import { selectWords, type WordsRow } from './thread-store.ts';

export type Search = {
  /** Words that must all be there, in any order; none finds every message the rest allows. */
  words: string;
  sender: ParentId | null;
  subject: SubjectId | null;
  child: ChildId | null;
  /** Days of the family's zone, both included: "2026-03-09". */
  from: string | null;
  to: string | null;
  /** Older than this position. */
  before: number;
};

type Hit = { row: KnownWords; before: string; match: string; after: string };
export type Found = { hits: Hit[]; more: number | null };

const batch = 500;
const mostHits = 20;

/**
 * Looks through a family's messages, newest first, until there are twenty. They are encrypted one by one, so they are opened one by one,
 * and kept for a while: whoever searches once searches again.
 */
export async function searchMessages(reader: Reader, actor: ParentUser, { family, subjects }: FamilyWithSubjects, search: Search): Promise<Found> {
  const wanted = foldWords(search.words).split(/\s+/).filter(Boolean);
  const allows = allowing(search, family, subjects);
  const turns = takingTurns();
  const known = reader.known.words(family.familyId);
  const words = await upToDate(reader, actor, family, known, turns);
  const hits: Hit[] = [];
  let more: number | null = null;
  for (let index = 0; ; index += 1) {
    if (index === words.texts.length) {
      if (!words.whole) await readOn(reader, actor, family, words, turns);
      if (index === words.texts.length) break;
    }
    const row = words.texts[index]!;
    if (turns.isOver()) await turns.next();
    if (!allows(row) || !hasAll(row.folded, wanted)) continue;
    if (hits.length === mostHits) {
      more = hits.at(-1)!.row.pos;
      break;
    }
    if (turns.isLong()) await turns.next();
    // What has not been opened is not read here either: its words wait on its own page, where the first view is recorded.
    const unread = family.unreadIn[row.subjectId]?.includes(row.pos) ?? false;
    hits.push({ row, ...(unread ? { before: '', match: '', after: 'You have not opened this message yet.' } : inContext(row.text, wanted)) });
  }
  if (words !== known) reader.known.keepWords(family.familyId, words);
  return { hits, more };
}

/** As words are compared here: a sigma at the end of a word is a sigma. */
const foldWords = (text: string): string => fold(text).replaceAll('ς', 'σ');

/** A loop and no closure: it is asked ten thousand times a search, and what it left behind would be cleared away while others wait. */
function hasAll(text: string, words: readonly string[]): boolean {
  for (const word of words) if (!text.includes(word)) return false;
  return true;
}

function allowing(search: Search, family: FamilyView, subjects: readonly OpenedSubject[]): (row: KnownWords) => boolean {
  const from = search.from ? startOfDay(search.from, family.timeZone).getTime() : -Infinity;
  const until = search.to ? startOfNextDay(search.to, family.timeZone).getTime() : Infinity;
  const childOf = (subject: OpenedSubject) => subject.childId ?? family.activities.find(activity => activity.id === subject.activityId)?.childId;
  // Others may have kept what was written since this family was read, and whether it has been opened is not known here.
  const before = Math.min(search.before, family.entries + 1);
  const about = search.child && new Set(subjects.filter(subject => childOf(subject) === search.child).map(subject => subject.id));
  return row =>
    row.pos < before &&
    (search.sender === null || row.authorId === search.sender) &&
    (search.subject === null || row.subjectId === search.subject) &&
    (about === null || about.has(row.subjectId)) &&
    row.sentAt >= from &&
    row.sentAt < until;
}

type Turns = { isLong(): boolean; isOver(): boolean; next(): Promise<void> };

const sliceMs = 0.2;

/** A short slice of work, and then whoever else waits: a page has several steps, and each of them waits for a slice to end. */
function takingTurns(): Turns {
  let since = performance.now();
  let count = 0;
  const isLong = () => performance.now() - since > sliceMs;
  return {
    isLong,
    /** The same for what is done so often that the clock is not looked at each time. */
    isOver: () => (count += 1) % 16 === 0 && isLong(),
    async next() {
      await setImmediate();
      since = performance.now();
    },
  };
}

/** What is known of the record's words, with what was written since; a list of its own where it is not all known. */
async function upToDate(reader: Reader, actor: ParentUser, family: FamilyView, known: Words | undefined, turns: Turns): Promise<Words> {
  const none: Words = { high: family.entries, low: family.entries + 1, whole: false, texts: [] };
  if (!known) return none;
  if (known.whole && known.high >= family.entries) return known;
  const rows = known.high >= family.entries ? [] : await rowsBetween(reader, actor, family, known.high, family.entries + 1);
  if (rows.length === batch) return none;
  const newer = await opened(reader, rows, turns);
  return { ...known, high: Math.max(family.entries, known.high), texts: [...newer, ...known.texts] };
}

/** Adds the batch before it. */
async function readOn(reader: Reader, actor: ParentUser, family: FamilyView, words: Words, turns: Turns): Promise<void> {
  const rows = await rowsBetween(reader, actor, family, 0, words.low);
  words.texts.push(...(await opened(reader, rows, turns)));
  words.low = rows.at(-1)?.pos ?? 1;
  words.whole = rows.length < batch;
}

/** Refuses once the right to the record has ended: what came until then is not all there is, and is not kept as such for whoever still reads it. */
async function rowsBetween({ db }: Reader, actor: ParentUser, family: FamilyView, after: number, before: number): Promise<WordsRow[]> {
  const rows = await db.query(selectWords, [actor.parentId, family.familyId, after, before, batch]);
  if (rows.length === 0) throw new NotFound();
  return rows.filter((row): row is WordsRow => row.id !== null);
}

async function opened({ keyring }: Reader, rows: readonly WordsRow[], turns: Turns): Promise<KnownWords[]> {
  const texts: KnownWords[] = [];
  for (const row of rows) {
    if (turns.isOver()) await turns.next();
    const text = openBody(keyring, row);
    texts.push({ id: row.id, pos: row.pos, subjectId: row.subjectId, authorId: row.authorId, sentAt: row.sentAt, text, folded: foldWords(text) });
  }
  return texts;
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
    for (const piece of foldWords(character)) {
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
