import type { ParentUser } from '../core/actor.ts';
import type { FamilyId, ParentId, SubjectId } from '../core/ids.ts';
import type { Queryable } from '../platform/database.ts';
import type { Keyring } from '../platform/keyring.ts';
import { openTitle } from './open-texts.ts';
import { lengthText } from './pages.ts';
import { selectUnreadSubjects } from './store.ts';

export type UnreadSubject = {
  id: SubjectId;
  title: string;
  /** The oldest entry not opened yet. */ firstPos: number;
  authorId: ParentId;
  length: string;
  lastAt: Date;
};

/** Subjects of a family with something this parent has not opened: titles and lengths, never the text. */
export async function listUnread(db: Queryable, keyring: Keyring, actor: ParentUser, familyId: FamilyId): Promise<UnreadSubject[]> {
  const rows = await db.query(selectUnreadSubjects, [actor.parentId, familyId]);
  return rows.map(row => ({
    id: row.id,
    title: openTitle(keyring, row.id, row.titleCt, row.titleWrapped),
    firstPos: row.firstPos,
    authorId: row.authorId,
    length: lengthText(row.bytes, row.files),
    lastAt: row.lastAt,
  }));
}
