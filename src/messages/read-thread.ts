import type { ParentUser } from '../core/actor.ts';
import { NotFound } from '../core/errors.ts';
import type { SubjectId } from '../core/ids.ts';
import type { Database } from '../platform/database.ts';
import type { Keyring } from '../platform/keyring.ts';
import { type Comment, openComments, openTitle } from './open-texts.ts';
import { selectThreadBefore, selectThreadFrom, type ThreadRow } from './store.ts';
import { viewComments } from './view-comments.ts';

export const entriesAPage = 50;

/** Which entries of a subject: the newest, those before one, those from one on, or a page that has one on it. */
export type Turn = { at?: number | undefined; before?: number | undefined; from?: number | undefined };

export type Thread = {
  head: ThreadRow;
  title: string;
  /** Oldest first. */
  comments: Comment[];
  older: number | null;
  newer: number | null;
};

const end = 2 ** 45;

/** Reads a page of a subject. With `opening`, what a recipient has not opened before is stamped as first viewed now. */
export async function readThread(db: Database, keyring: Keyring, actor: ParentUser, subjectId: SubjectId, turn: Turn, opening: boolean): Promise<Thread> {
  const thread = await readThreadIfAny(db, keyring, actor, subjectId, turn, opening);
  if (!thread) throw new NotFound();
  return thread;
}

/** The same, where there may be nothing on that page. */
export async function readThreadIfAny(
  db: Database,
  keyring: Keyring,
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
  return {
    head,
    title: openTitle(keyring, head.subjectId, rows.find(row => row.titleCt !== null)!.titleCt!, rows.find(row => row.titleWrapped !== null)!.titleWrapped!),
    comments,
    older: forward === undefined ? (more ? first : null) : head.hasOlder ? first : null,
    newer: forward === undefined ? (turn.before === undefined ? null : turn.before) : more ? last + 1 : null,
  };
}
