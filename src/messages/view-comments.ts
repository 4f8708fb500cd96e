import { canViewFirst } from '../access/policy.ts';
import type { ParentUser } from '../core/actor.ts';
import type { CommentId, ParentId } from '../core/ids.ts';
import type { Work } from '../platform/database.ts';
import { insertViews } from './unread-store.ts';

/** Stamps the first time a recipient has these messages before them, and says when, in milliseconds. Once; later openings change nothing. */
export async function viewComments(work: Work<ParentUser>, comments: readonly { id: CommentId; authorId: ParentId }[]): Promise<Map<CommentId, number>> {
  const received = comments.filter(comment => canViewFirst(work.actor.parentId, comment)).map(comment => comment.id);
  if (received.length === 0) return new Map();
  const views = await work.trx.query(insertViews, [work.actor.parentId, received]);
  return new Map(views.map(({ commentId, viewedAt }) => [commentId, viewedAt]));
}
