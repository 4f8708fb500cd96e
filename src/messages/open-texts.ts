import type { AttachmentId, CommentId, SubjectId } from '../core/ids.ts';
import type { Keyring } from '../platform/keyring.ts';
import { commentContext, noContext, openText } from '../platform/record/content.ts';
import type { SubjectRow, ThreadRow } from './thread-store.ts';

/** Titles that have been opened: they never change, and a list has dozens on every page. Who may see one is the query's question, each time. */
const opened = new Map<SubjectId, string>();
const mostOpened = 20_000;

/** The title of a subject, as it was written. Ciphertext and key come as bytes, or in hexadecimal as JSON carries them. */
export function openTitle(keyring: Keyring, id: SubjectId, titleCt: Buffer | string, titleWrapped: Buffer | string): string {
  const known = opened.get(id);
  if (known !== undefined) return known;
  const bytes = (given: Buffer | string) => (typeof given === 'string' ? Buffer.from(given, 'hex') : given);
  const title = openText(keyring, 'title', id, noContext, { ciphertext: bytes(titleCt), wrapped: bytes(titleWrapped) });
  if (opened.size >= mostOpened) opened.clear();
  opened.set(id, title);
  return title;
}

/** A subject in the list, with its title as it was written. */
export type OpenedSubject = Omit<SubjectRow, 'titleCt' | 'titleWrapped'> & { title: string };

export const openSubjects = (keyring: Keyring, rows: readonly SubjectRow[]): OpenedSubject[] =>
  rows.map(({ titleCt, titleWrapped, ...row }) => ({ ...row, title: openTitle(keyring, row.id, titleCt, titleWrapped) }));

/** A message as it was written. It opens only under its own subject and urgency. */
export const openBody = (
  keyring: Keyring,
  row: { id: CommentId; subjectId: SubjectId; urgentReason: string | null; bodyCt: Buffer; wrapped: Buffer },
): string => openText(keyring, 'body', row.id, commentContext(row.subjectId, row.urgentReason), { ciphertext: row.bodyCt, wrapped: row.wrapped });

/** The name that the sender gave a file. */
export const openFileName = (keyring: Keyring, file: { id: AttachmentId; nameCt: Buffer; wrapped: Buffer }): string =>
  openText(keyring, 'name', file.id, noContext, { ciphertext: file.nameCt, wrapped: file.wrapped });

/** A message as a page shows it: opened, with everyone's first view. */
export type Comment = {
  id: CommentId;
  pos: number;
  authorId: ThreadRow['authorId'];
  sentAt: Date;
  text: string;
  urgentReason: string | null;
  leafHash: Buffer;
  correctsPos: number | null;
  correctedPos: number | null;
  views: { viewerId: ThreadRow['authorId']; viewedAt: Date }[];
  unread: boolean;
  files: { id: AttachmentId; name: string; size: number; mediaType: string }[];
};

/** Rows to messages: one message has a row for each viewer. */
export function openComments(keyring: Keyring, rows: readonly ThreadRow[]): Comment[] {
  const comments: Comment[] = [];
  for (const row of rows) {
    const last = comments.at(-1);
    const view = row.viewerId && row.viewedAt !== null ? [{ viewerId: row.viewerId, viewedAt: new Date(row.viewedAt) }] : [];
    if (last?.id === row.id) {
      last.views.push(...view);
      continue;
    }
    comments.push({
      id: row.id,
      pos: row.pos,
      authorId: row.authorId,
      sentAt: new Date(row.sentAt),
      text: openBody(keyring, row),
      urgentReason: row.urgentReason,
      leafHash: row.leafHash,
      correctsPos: row.correctsPos,
      correctedPos: row.correctedPos,
      views: view,
      unread: row.unread,
      files: (row.files ?? []).map(file => ({
        id: file.id,
        name: openFileName(keyring, { id: file.id, nameCt: Buffer.from(file.nameCt, 'hex'), wrapped: Buffer.from(file.wrapped, 'hex') }),
        size: file.size,
        mediaType: file.mediaType,
      })),
    });
  }
  return comments;
}
