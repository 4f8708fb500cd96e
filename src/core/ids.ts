declare const kind: unique symbol;
type Id<Kind extends string> = string & { readonly [kind]: Kind };

export type AccountId = Id<'account'>;
export type ParentId = Id<'parent'>;
export type FamilyId = Id<'family'>;
export type ChildId = Id<'child'>;
export type SchoolId = Id<'school'>;
export type ActivityId = Id<'activity'>;
export type SubjectId = Id<'subject'>;
export type CommentId = Id<'comment'>;
export type AttachmentId = Id<'attachment'>;
export type UploadId = Id<'upload'>;
export type InvitationId = Id<'invitation'>;
export type ProposalId = Id<'proposal'>;
export type ImportId = Id<'import'>;
export type PhotoId = Id<'photo'>;
export type SubmissionId = Id<'submission'>;
export type PhotoImportId = Id<'photo-import'>;
export type CollectorId = Id<'collector'>;
export type CollectionRequestId = Id<'collection request'>;
export type RequestId = Id<'request'>;
export type HandoverId = Id<'handover'>;
export type FactId = Id<'fact'>;
export type FeedId = Id<'feed'>;
export type BusyCalendarId = Id<'busy calendar'>;
export type SchoolPeriodId = Id<'school period'>;
export type ActivityImportId = Id<'activity import'>;
export type TravelItemId = Id<'travel item'>;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** True for a UUID in the one spelling that Parley writes: lower case, with hyphens. */
export const isUuid = (text: string): boolean => uuid.test(text);
