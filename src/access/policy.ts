import type { AccountId, ParentId } from '../core/ids.ts';

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

/** E-mails that one link may have sent to confirm addresses, within a day. */
export const mostRequestsADay = 5;

export const canPostComment = (postedInLastHour: number): boolean => postedInLastHour < messagesAnHour;

export const canMarkUrgent = (lastUrgentAt: Date | null, now: Date): boolean =>
  lastUrgentAt === null || now.getTime() - lastUrgentAt.getTime() >= urgentEveryMs;

/** A first view is a recipient's; what one wrote oneself is not "viewed". */
export const canViewFirst = (parentId: ParentId, comment: { authorId: ParentId }): boolean => comment.authorId !== parentId;

/** What a member of staff is at a school. */
export type SchoolRole = 'admin' | 'office' | 'gate';

const inOffice = (role: SchoolRole): boolean => role === 'admin' || role === 'office';
/** Adds and changes pupils and the adults who may collect them. */
export const canManageRoll = inOffice;
/** Makes, sends, renews and revokes links. */
export const canInvite = inOffice;
/** Between two messages with a link to one adult: a double press, or two members of staff at once, send one. */
export const linkEveryMs = 60 * 1000;
export const canSendAgain = (lastSentAt: Date | null, now: Date): boolean => lastSentAt === null || now.getTime() - lastSentAt.getTime() >= linkEveryMs;
/** Most photos that may be chosen on one link within an hour, sent or not. */
export const mostUploadsAnHour = 30;
/** Most letters that are printed at once. */
export const mostLetters = 300;
/** Brings in photos that the school has already. */
export const canImportPhotos = inOffice;
/** Decides about photos. */
export const canReviewPhotos = inOffice;
/** Decides how long photos are kept, and whether two of them are compared. */
export const canChangeSchoolSettings = (role: SchoolRole): boolean => role === 'admin';

/** From proposing an adult for a child who has parents to their being added, unless a second member of staff confirms. */
export const addAdultAfterMs = 72 * 60 * 60 * 1000;

/** A second person's word: never that of the one who proposed. */
export const canConfirmProposal = (accountId: AccountId, proposal: { proposedBy: AccountId }): boolean => proposal.proposedBy !== accountId;

/** Most adults who share one record. */
export const sharersOfRecord = 2;

/** Says who may collect on a day, and who else may collect at all. Everyone of the staff sees the gate. */
export const canChangeCollection = inOffice;

/** Seconds to wait after each wrong PIN; after the last one the session ends. */
export const unlockDelays = [0, 5, 15, 30, 0] as const;

/** Who brings a child up may share its record; who only fetches the child may not. A relation that nobody listed only collects. */
const sharing = new Set(['Mother', 'Father', 'Parent', 'Guardian', 'Stepmother', 'Stepfather', 'Grandmother', 'Grandfather', 'Foster carer', 'Aunt', 'Uncle']);
export const mayShareRecord = (relation: string): boolean => sharing.has(relation);

/** Most people whom one parent has chosen to collect at a time. */
export const mostCollectors = 20;

/** Most facts that the parents of a child keep about it at a time. */
export const mostFacts = 200;
export const canAddFact = (kept: number): boolean => kept < mostFacts;

/** Most requests of one parent that wait for an answer at a time. */
export const mostOpenRequests = 20;
export const mayAsk = (open: number): boolean => open < mostOpenRequests;
/** A request is the other parent's to answer, and its asker's to take back. */
export const mayAnswer = (parentId: ParentId, request: { askedBy: ParentId }): boolean => request.askedBy !== parentId;
export const mayWithdraw = (parentId: ParentId, request: { askedBy: ParentId }): boolean => request.askedBy === parentId;
/** The least time that the other parent has to answer. */
export const leastTimeToAnswerMs = 60 * 60 * 1000;

/** Adds, changes and cancels what the school offers to its own pupils, and says when it has term. */
export const canManageActivities = inOffice;
export const canChangeSchoolCalendar = inOffice;
/** Most activities of one family, and days of one activity that are different. */
export const mostActivities = 200;
export const mostDifferentDays = 200;
/** Lists of activities that one parent may try within an hour. */
export const mostActivityImportsAnHour = 30;

/** Handovers are marked from this long before the planned time until the end of the next day, by the database's clock. */
export const marksOpenBeforeMs = 2 * 60 * 60 * 1000;
/** How far ahead something may be put on the list for a handover, or written about it. */
export const handoverAheadMs = 28 * 24 * 60 * 60 * 1000;

export const canMarkHandover = ({ at, marksCloseAt, now }: { at: number; marksCloseAt: number; now: number }): boolean =>
  now >= at - marksOpenBeforeMs && now < marksCloseAt;

/** Who had the children says that they were handed over, who takes them that they were received, and either that it did not take place. */
export const mayMarkHandover = (
  parentId: ParentId,
  { from, to }: { from: string; to: string },
  kind: 'handed-over' | 'received' | 'not-taken-place',
): boolean => (kind !== 'received' && parentId === from) || (kind !== 'handed-over' && parentId === to);

/** Most notes that one parent writes about one handover. */
export const mostNotes = 10;
/** Most things on a family's list of what travels with the children. */
export const mostTravelItems = 60;

/** Most private calendar addresses that one person has in use, over all their families. */
export const mostFeeds = 10;
/** Most outside calendars that one person has brought in as busy time. */
export const mostBusyCalendars = 10;
