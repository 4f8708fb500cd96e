import type { ParentId, SubjectId } from '../core/ids.ts';
import type { Keyring } from '../platform/keyring.ts';
import { openTitle } from './open-texts.ts';
import { lengthText } from './pages.ts';
import type { SubjectsAbout } from './thread-store.ts';
import type { UnreadSubjectRow } from './unread-store.ts';

export { shieldWords } from './shield-words.ts';
export { type SubjectsAbout, subjectsAboutColumn } from './thread-store.ts';
export { unreadSubjectsColumn, type UnreadSubjectRow } from './unread-store.ts';

export type UnreadSubject = {
  id: SubjectId;
  title: string;
  /** The oldest entry not opened yet. */ firstPos: number;
  authorId: ParentId;
  length: string;
  lastAt: Date;
};

/** Subjects of a family with something its reader has not opened: titles and lengths, never the text. Rows of `unreadSubjectsColumn`. */
export const showUnread = (keyring: Keyring, rows: readonly UnreadSubjectRow[]): UnreadSubject[] =>
  rows.map(row => ({
    id: row.id,
    title: openTitle(keyring, row.id, row.titleCt, row.titleWrapped),
    firstPos: row.firstPos,
    authorId: row.authorId,
    length: lengthText(row.bytes, row.files),
    lastAt: new Date(row.lastAt),
  }));

/** The titles of subjects that came with a neighbour's statement. Rows of `subjectsAboutColumn`. */
export const openSubjects = (keyring: Keyring, { subjectsAbout }: SubjectsAbout): { id: SubjectId; title: string; lastPos: number; lastAt: Date }[] =>
  subjectsAbout.map(({ id, titleCt, titleWrapped, lastPos, lastAt }) => ({
    id,
    title: openTitle(keyring, id, titleCt, titleWrapped),
    lastPos,
    lastAt: new Date(lastAt),
  }));
