import type { ParentUser } from '../core/actor.ts';
import { NotFound } from '../core/errors.ts';
import type { FamilyId, SubjectId } from '../core/ids.ts';
import { type FamilyView, findFamilyWith } from '../families/index.ts';
import type { Database } from '../platform/database.ts';
import type { Keyring } from '../platform/keyring.ts';
import type { KnownRecords, Thread } from './known-records.ts';
import { openComments, type OpenedSubject, openSubjects, openTitle } from './open-texts.ts';
import { selectFamilyWithSubjects, selectThreadBefore, selectThreadFrom } from './thread-store.ts';
import { viewComments } from './view-comments.ts';

const entriesAPage = 50;

/** What reading a record takes. */
export type Reader = { db: Database; keyring: Keyring; known: KnownRecords };

export type FamilyWithSubjects = { family: FamilyView; subjects: readonly OpenedSubject[] };

/** One more than a list shows, to know of more. */
const recent = 31;

/** A family with its subjects opened, recent ones or all: what every page of messages shows beside its own. */
export async function readFamily(
  { db, keyring, known }: Reader,
  actor: ParentUser,
  familyId: FamilyId | null,
  which: 'recent' | 'all' = 'recent',
): Promise<FamilyWithSubjects> {
  const all = which === 'all';
  const expected = familyId ?? known.lastFamily(actor.parentId) ?? null;
  const before = expected && known.subjects(expected, all);
  const asked = [before?.entries ?? -1, expected, all ? null : recent];
  const { subjects, ...family } = await findFamilyWith(db, selectFamilyWithSubjects, actor, familyId, asked);
  if (!subjects) return { family, subjects: before!.value };
  const opened = openSubjects(keyring, subjects);
  known.keepSubjects(actor.parentId, family.familyId, all, { entries: family.entries, value: opened });
  return { family, subjects: opened };
}

/** Which entries of a subject: the newest, those before one, those from one on, or a page that has one on it. */
export type Turn = { at?: number | undefined; before?: number | undefined; from?: number | undefined };

const isNewest = (turn: Turn): boolean => turn.at === undefined && turn.before === undefined && turn.from === undefined;

const end = 2 ** 45;

/** A page of a subject and the family around it. With `opening`, what a recipient has not opened before is stamped as first viewed now. */
export async function readThreadInFamily(
  reader: Reader,
  actor: ParentUser,
  subjectId: SubjectId,
  turn: Turn,
  opening: boolean,
): Promise<FamilyWithSubjects & { thread: Thread }> {
  const familyId = isNewest(turn) ? reader.known.familyOf(actor.parentId, subjectId) : undefined;
  if (familyId !== undefined) {
    const around = await readFamily(reader, actor, familyId);
    const nothingNew = !opening || around.family.unreadIn[subjectId] === undefined;
    const thread = nothingNew
      ? (reader.known.thread(subjectId, around.family.entries) ?? (await readThread(reader, actor, subjectId, turn, opening)))
      : undefined;
    if (thread) return { ...around, thread };
  }
  const thread = await readThread(reader, actor, subjectId, turn, opening);
  // After the thread, so that what it stamped as viewed is no longer counted as unread.
  return { ...(await readFamily(reader, actor, thread.head.familyId)), thread };
}

/** Reads a page of a subject. With `opening`, what a recipient has not opened before is stamped as first viewed now. */
export async function readThread(reader: Reader, actor: ParentUser, subjectId: SubjectId, turn: Turn, opening: boolean): Promise<Thread> {
  const thread = await readThreadIfAny(reader, actor, subjectId, turn, opening);
  if (!thread) throw new NotFound();
  return thread;
}

/** The same, where there may be nothing on that page. */
export async function readThreadIfAny(
  { db, keyring, known }: Reader,
  actor: ParentUser,
  subjectId: SubjectId,
  turn: Turn,
  opening: boolean,
): Promise<Thread | null> {
  const forward = turn.from ?? turn.at;
  const rows =
    forward === undefined
      ? await db.query(selectThreadBefore, [actor.parentId, subjectId, turn.before ?? end, entriesAPage])
      : await db.query(selectThreadFrom, [actor.parentId, subjectId, forward, entriesAPage]);
  const head = rows[0];
  if (!head) return null;
  const opened = openComments(keyring, rows);
  const more = opened.length > entriesAPage;
  const comments = opened.slice(0, entriesAPage);
  if (forward === undefined) comments.reverse();

  const unseen = opening ? comments.filter(comment => comment.unread) : [];
  const stamps = unseen.length === 0 ? new Map<string, number>() : await db.transact(actor, work => viewComments(work, unseen));
  for (const comment of comments) {
    const viewedAt = stamps.get(comment.id);
    if (viewedAt !== undefined) comment.views.push({ viewerId: actor.parentId, viewedAt: new Date(viewedAt) });
  }
  const first = comments[0]!.pos;
  const last = comments.at(-1)!.pos;
  const thread: Thread = {
    head,
    title: openTitle(keyring, head.subjectId, rows.find(row => row.titleCt !== null)!.titleCt!, rows.find(row => row.titleWrapped !== null)!.titleWrapped!),
    comments,
    older: forward === undefined ? (more ? first : null) : head.hasOlder ? first : null,
    newer: forward === undefined ? (turn.before === undefined ? null : turn.before) : more ? last + 1 : null,
  };
  if (isNewest(turn) && stamps.size === 0) known.keepThread(actor.parentId, thread);
  return thread;
}
