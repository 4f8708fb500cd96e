import type { ParentId } from '../core/ids.ts';

/**
 * Who may do: every rule of the application, one predicate each, over the actor and the few facts it needs.
 * Whether a thing is seen at all is scope.ts's question and has been answered before these are asked.
 */

/** Most messages that one author may send within an hour. */
export const messagesAnHour = 200;
/** Between two urgent messages of one sender. */
export const urgentEveryMs = 24 * 60 * 60 * 1000;
/** Between two e-mails about one family to one parent. */
export const noticeEveryMs = 30 * 60 * 1000;

export const canPostComment = (postedInLastHour: number): boolean => postedInLastHour < messagesAnHour;

/** A correction is the author's own; the other parent answers with a message. */
export const canCorrectComment = (parentId: ParentId, comment: { authorId: ParentId }): boolean => comment.authorId === parentId;

export const canMarkUrgent = (lastUrgentAt: Date | null, now: Date): boolean =>
  lastUrgentAt === null || now.getTime() - lastUrgentAt.getTime() >= urgentEveryMs;

/** A first view is a recipient's; what one wrote oneself is not "viewed". */
export const canViewFirst = (parentId: ParentId, comment: { authorId: ParentId }): boolean => comment.authorId !== parentId;
