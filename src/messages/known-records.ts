import { LRUCache } from 'lru-cache';
import type { FamilyId, ParentId, SubjectId } from '../core/ids.ts';
import type { OpenedSubject } from './open-texts.ts';
import type { Thread } from './read-thread.ts';

/** Something read from a record when it had this many entries. */
type Known<Value> = { entries: number; value: Value };

/** About 32 MB of text in all, and then the longest unread goes. */
const mostCharacters = 8_000_000;

/**
 * Nothing in a record changes, so what was read of one stays true until it grows. The newest page of a thread and the list of subjects
 * are kept with the length the record had, and given again while it has that length. Whether somebody may see them is asked of the
 * database each time, as is the length; what one reader has opened is not kept here.
 */
export class KnownRecords {
  readonly #families = new LRUCache<string, FamilyId>({ max: 50_000 });
  readonly #subjects = new LRUCache<FamilyId, Known<OpenedSubject[]>>({
    maxSize: mostCharacters,
    sizeCalculation: ({ value }) => 500 + value.reduce((sum, subject) => sum + 300 + subject.title.length, 0),
  });
  readonly #threads = new LRUCache<SubjectId, Known<Thread>>({
    maxSize: mostCharacters,
    sizeCalculation: ({ value }) => 500 + value.comments.reduce((sum, comment) => sum + 500 + comment.text.length, 0),
  });

  /** Whose record a subject belongs to, for a parent who has read it here; for a stranger it is as unknown as one that never was. */
  familyOf(reader: ParentId, subjectId: SubjectId): FamilyId | undefined {
    return this.#families.get(`${reader} ${subjectId}`);
  }

  /** How long the record was when its subjects were listed; 0 where they were not. */
  listedAt(familyId: FamilyId | null): number {
    return (familyId && this.#subjects.get(familyId)?.entries) ?? 0;
  }

  subjects(familyId: FamilyId): OpenedSubject[] {
    return this.#subjects.get(familyId)?.value ?? [];
  }

  keepSubjects(familyId: FamilyId, entries: number, subjects: OpenedSubject[]): void {
    this.#subjects.set(familyId, { entries, value: subjects });
  }

  /** The newest page of a subject, if it was read when the record was exactly as long as it is. */
  thread(subjectId: SubjectId, entries: number): Thread | undefined {
    const known = this.#threads.get(subjectId);
    return known?.entries === entries ? known.value : undefined;
  }

  keepThread(reader: ParentId, thread: Thread): void {
    const { subjectId, familyId, entries } = thread.head;
    this.#families.set(`${reader} ${subjectId}`, familyId);
    this.#threads.set(subjectId, { entries, value: thread });
  }
}
