import type { CommentId, ParentId, SubjectId } from '../core/ids.ts';
import { type Database, isAnswer, type Queryable } from '../platform/database.ts';
import { gather } from '../platform/gather.ts';
import { insertComments, type NewComment, newComments, type Posted, type PostingFacts, selectPostingInSubjects } from './post-store.ts';

/** What is asked before a message of a parent goes into a subject. */
type Asked = { parentId: ParentId; subjectId: SubjectId; submission: string; corrects: CommentId | null; stops: boolean };

/** Asks and writes for those who post: each by itself, or together with whoever posts at the same moment. */
export type Desk = {
  facts(asked: Asked): Promise<PostingFacts | undefined>;
  /** Nothing where it could not be written like this: then nothing of it is stored. */
  write(comment: NewComment): Promise<Posted | undefined>;
};

async function factsOf(db: Queryable, asked: readonly Asked[]): Promise<(PostingFacts | undefined)[]> {
  const rows = await db.query(selectPostingInSubjects, [
    asked.map(one => one.parentId),
    asked.map(one => one.subjectId),
    asked.map(one => one.submission),
    asked.map(one => one.corrects),
    asked.map(one => one.stops),
  ]);
  const byPlace = new Map(rows.map(row => [row.place, row]));
  return asked.map((_, index) => byPlace.get(index + 1));
}

/** Each by itself, waiting for whoever is before it: also inside a transaction. */
export const deskFor = (db: Queryable): Desk => ({
  facts: async asked => (await factsOf(db, [asked]))[0],
  write: async comment => (await db.write(insertComments, newComments([comment], true)))[0],
});

/** Large enough for any moment of a school's day, small enough that what goes wrong with one costs the others little. */
const most = 16;

/**
 * Together: half of what a message costs is its commit and its round trips, and those can be shared. All of a group are stored or none; nobody in it
 * waits for anybody outside it. Whoever is refused, or is in a group that was, has nothing stored and is to be written alone.
 */
export function sharedDesk(db: Database): Desk {
  return {
    facts: gather((asked: readonly Asked[]) => factsOf(db, asked), { most }),
    write: gather(
      async (comments: readonly NewComment[]) => {
        try {
          const posted = new Map((await db.write(insertComments, newComments(comments, false))).map(row => [row.id, row]));
          return comments.map(({ id }) => posted.get(id));
        } catch (error) {
          if (isAnswer(error)) return comments.map(() => undefined);
          throw error; // the line broke: each of them may be stored, or not
        }
      },
      // One of each author, because the second must find what the first did.
      { most, key: ({ authorId }) => authorId },
    ),
  };
}
