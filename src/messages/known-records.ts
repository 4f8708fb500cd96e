import { LRUCache } from 'lru-cache';
import type { CommentId, FamilyId, ParentId, SubjectId } from '../core/ids.ts';
import { recent } from '../platform/recent.ts';
import type { Comment, OpenedSubject } from './open-texts.ts';
import type { ThreadRow } from './thread-store.ts';

/** A page of a subject. */
export type Thread = {
  head: ThreadRow;
  title: string;
  /** Oldest first. */
  comments: Comment[];
  older: number | null;
  newer: number | null;
};

/** Something read from a record when it had this many entries. */
type Known<Value> = { entries: number; value: Value };

/** A message as search looks through it: `folded` is what typed words are compared with. */
export type KnownWords = { id: CommentId; pos: number; subjectId: SubjectId; authorId: ParentId; sentAt: number; text: string; folded: string };

/** Part of a record's words, newest first: all that stand from `low` to `high`, and with `whole` all there are up to `high`. */
export type Words = { high: number; low: number; whole: boolean; texts: KnownWords[] };

/** In each of the three about 16 MB of text, and then what was not looked at for longest goes. */
const mostCharacters = 8_000_000;
/** Nobody's words stay in memory for long after they were looked through. */
const wordsStayMs = 10 * 60 * 1000;

/**
 * Nothing in a record changes, so what was read of one stays true until it grows. The newest page of a thread, the list of subjects and
 * the words that were searched are kept with the length the record had, and given again for as much of it. Whether somebody may see them
 * is asked of the database each time, as is the length; what one reader has opened is not kept here.
 */
export class KnownRecords {
  readonly #places = recent<string, FamilyId>(50_000);
  readonly #subjects = new LRUCache<string, Known<OpenedSubject[]>>({
    maxSize: mostCharacters,
    sizeCalculation: ({ value }) => 500 + value.reduce((sum, subject) => sum + 300 + subject.title.length, 0),
  });
  readonly #threads = new LRUCache<SubjectId, Known<Thread>>({
    maxSize: mostCharacters,
    sizeCalculation: ({ value }) => 500 + value.comments.reduce((sum, comment) => sum + 500 + comment.text.length, 0),
  });
  readonly #words = new LRUCache<FamilyId, Words>({
    maxSize: mostCharacters,
    ttl: wordsStayMs,
    sizeCalculation: ({ texts }) => 500 + texts.reduce((sum, { text, folded }) => sum + 200 + text.length + folded.length, 0),
  });

  /** Whose record a subject belongs to, for a parent who has read it here; for a stranger it is as unknown as one that never was. */
  familyOf(reader: ParentId, subjectId: SubjectId): FamilyId | undefined {
    return this.#places.get(`${reader} ${subjectId}`);
  }

  /** The family this parent looked at last: most likely the one they mean now. */
  lastFamily(reader: ParentId): FamilyId | undefined {
    return this.#places.get(reader);
  }

  subjects(familyId: FamilyId, all: boolean): Known<OpenedSubject[]> | undefined {
    return this.#subjects.get(`${familyId} ${all}`);
  }

  keepSubjects(reader: ParentId, familyId: FamilyId, all: boolean, known: Known<OpenedSubject[]>): void {
    this.#places.set(reader, familyId);
    this.#subjects.set(`${familyId} ${all}`, known);
  }

  /** The newest page of a subject, if it was read when the record was exactly as long as it is. */
  thread(subjectId: SubjectId, entries: number): Thread | undefined {
    const known = this.#threads.get(subjectId);
    return known?.entries === entries ? known.value : undefined;
  }

  keepThread(reader: ParentId, thread: Thread): void {
    const { subjectId, familyId, entries } = thread.head;
    this.#places.set(`${reader} ${subjectId}`, familyId);
    this.#threads.set(subjectId, { entries, value: thread });
  }

  words(familyId: FamilyId): Words | undefined {
    return this.#words.get(familyId);
  }

  keepWords(familyId: FamilyId, words: Words): void {
    this.#words.set(familyId, words);
  }
}
