import { randomUUIDv7 } from 'node:crypto';
import { recordAndEnqueue } from '../audit/events.ts';
import { canMarkUrgent, canPostComment, nextNoticeAt } from '../access/policy.ts';
import type { ParentUser } from '../core/actor.ts';
import { NotFound } from '../core/errors.ts';
import type { ActivityId, ChildId, CommentId, FamilyId, SchoolId, SubjectId, UploadId } from '../core/ids.ts';
import type { Queryable, Work } from '../platform/database.ts';
import type { Keyring } from '../platform/keyring.ts';
import {
  attachmentContext,
  commentContext,
  commitmentOfHash,
  encodeManifest,
  noContext,
  openText,
  saltOf,
  sealPart,
  sealText,
} from '../platform/record/content.ts';
import { shieldContacts } from './contact-shield.ts';
import {
  insertComment,
  insertCommentWithFiles,
  insertSubject,
  type Posted,
  type PostingFacts,
  selectPostingInFamily,
  selectPostingInSubject,
  selectUploads,
} from './store.ts';

export const urgentReasons = ['child_ill', 'child_hurt', 'medicine_needed', 'not_collected', 'handover_today'] as const;
export type UrgentReason = (typeof urgentReasons)[number];

export type Draft = {
  text: string;
  /** Of the form: one form makes one message, however often it is sent. */
  submission: string;
  urgent: UrgentReason | null;
  corrects: CommentId | null;
  /** What the shield asked about and the writer meant. */
  confirm: string | null;
  files: { id: UploadId; name: string }[];
};

/** What became of it. Only `posted` and `already` are on the record; with the others nothing was written and the form shows why. */
export type Outcome =
  | { kind: 'posted' | 'already'; subjectId: SubjectId; pos: number }
  | { kind: 'used'; pos: number }
  | { kind: 'held'; found: string[] }
  | { kind: 'ask'; found: string[]; confirm: string }
  | { kind: 'too-many'; until: Date }
  | { kind: 'urgent-used'; until: Date }
  | { kind: 'files-gone' };

/** A subject is about exactly one of these. */
export type About = { childId: ChildId } | { activityId: ActivityId } | { schoolId: SchoolId };

/** Puts a message into a subject: on the record, for good. */
export async function postComment(work: Work<ParentUser>, keyring: Keyring, subjectId: SubjectId, draft: Draft): Promise<Outcome> {
  const { actor, trx } = work;
  const [facts] = await trx.query(selectPostingInSubject, [actor.parentId, subjectId, draft.submission, draft.corrects]);
  if (!facts || (draft.corrects !== null && facts.correctsId === null)) throw new NotFound();
  const refusal = consider(keyring, facts, draft, work.now);
  if (refusal) return refusal;

  const posted = await writeComment(work, keyring, { familyId: facts.familyId, subjectId }, facts, draft);
  if (!posted) return { kind: 'files-gone' };
  await tellRecipients(work, facts, draft.corrects ? 'comment.corrected' : 'comment.posted', posted.id, posted.pos);
  return { kind: 'posted', subjectId, pos: posted.pos };
}

/** Opens a subject with its first message: two entries, one after the other. */
export async function openSubject(
  work: Work<ParentUser>,
  keyring: Keyring,
  familyId: FamilyId,
  subject: { title: string; about: About },
  draft: Draft,
): Promise<Outcome> {
  const { actor, trx } = work;
  const [facts] = await trx.query(selectPostingInFamily, [actor.parentId, familyId, draft.submission]);
  if (!facts) throw new NotFound();
  const refusal = consider(keyring, facts, draft, work.now, subject.title);
  if (refusal) return refusal;

  const subjectId = randomUUIDv7() as SubjectId;
  const title = sealText(keyring, 'title', subjectId, noContext, subject.title);
  const { childId = null, activityId = null, schoolId = null } = subject.about as Partial<Record<'childId' | 'activityId' | 'schoolId', string>>;
  const [opened] = await trx.query(insertSubject, [
    subjectId,
    familyId,
    actor.parentId,
    childId,
    activityId,
    schoolId,
    title.commitment,
    title.ciphertext,
    title.wrapped,
    draft.submission,
  ]);
  if (!opened) throw new NotFound();
  const posted = await writeComment(work, keyring, { familyId, subjectId }, facts, draft);
  if (!posted) throw new NotFound();
  await tellRecipients(work, facts, 'subject.opened', subjectId, posted.pos);
  return { kind: 'posted', subjectId, pos: posted.pos };
}

/** Would this go out? Asked before a message is read once more; nothing is written. Null says yes. */
export async function considerInSubject(db: Queryable, keyring: Keyring, actor: ParentUser, subjectId: SubjectId, draft: Draft): Promise<Outcome | null> {
  const [facts] = await db.query(selectPostingInSubject, [actor.parentId, subjectId, draft.submission, draft.corrects]);
  if (!facts || (draft.corrects !== null && facts.correctsId === null)) throw new NotFound();
  return consider(keyring, facts, draft, Temporal.Now.instant());
}

export async function considerInFamily(
  db: Queryable,
  keyring: Keyring,
  actor: ParentUser,
  familyId: FamilyId,
  title: string,
  draft: Draft,
): Promise<Outcome | null> {
  const [facts] = await db.query(selectPostingInFamily, [actor.parentId, familyId, draft.submission]);
  if (!facts) throw new NotFound();
  return consider(keyring, facts, draft, Temporal.Now.instant(), title);
}

function consider(keyring: Keyring, facts: PostingFacts, draft: Draft, instant: Temporal.Instant, title = ''): Outcome | null {
  const now = new Date(instant.epochMilliseconds);
  if (facts.doneId !== null) return alreadySent(keyring, facts, draft);
  if (!canPostComment(facts.postedInLastHour)) return { kind: 'too-many', until: facts.hourEndsAt ?? now };
  if (draft.urgent !== null && !canMarkUrgent(facts.lastUrgentAt, now)) {
    return { kind: 'urgent-used', until: new Date(facts.lastUrgentAt!.getTime() + 24 * 60 * 60 * 1000) };
  }
  const own = {
    phone: facts.phoneCt && keyring.openField('phone', facts.phoneCt),
    address: facts.addressCt && keyring.openField('address', facts.addressCt),
    email: facts.emailCt && keyring.openField('email', facts.emailCt),
  };
  const finding = shieldContacts([title, draft.text, ...draft.files.map(file => file.name)].join('\n'), own);
  if (finding.kind === 'held') return finding;
  if (finding.kind === 'ask' && finding.confirm !== draft.confirm) return finding;
  return null;
}

/** The form has been sent before: the same words are the same message; other words are not lost in silence. */
function alreadySent(keyring: Keyring, facts: PostingFacts, draft: Draft): Outcome {
  const { doneId, donePos, doneSubjectId, doneBodyCt, doneWrapped, doneUrgentReason } = facts;
  const context = commentContext(doneSubjectId!, doneUrgentReason);
  const sent = openText(keyring, 'body', doneId!, context, { ciphertext: doneBodyCt!, wrapped: doneWrapped! });
  const same =
    sent === draft.text &&
    draft.urgent === doneUrgentReason &&
    draft.corrects === facts.doneCorrectsId &&
    (facts.subjectId === null || facts.subjectId === doneSubjectId) &&
    draft.files.length === facts.doneFiles.length &&
    draft.files.every(({ id }, index) => id === facts.doneFiles[index]);
  return same ? { kind: 'already', subjectId: doneSubjectId!, pos: donePos! } : { kind: 'used', pos: donePos! };
}

async function writeComment(
  { actor, trx }: Work<ParentUser>,
  keyring: Keyring,
  place: { familyId: FamilyId; subjectId: SubjectId },
  facts: PostingFacts,
  draft: Draft,
): Promise<(Posted & { id: CommentId }) | null> {
  const id = randomUUIDv7() as CommentId;
  const body = sealText(keyring, 'body', id, commentContext(place.subjectId, draft.urgent), draft.text);
  const recipients = facts.members.map(member => member.id);
  const words = (manifest: Buffer) => [
    id,
    place.familyId,
    place.subjectId,
    actor.parentId,
    draft.corrects,
    draft.urgent,
    body.commitment,
    manifest,
    body.ciphertext,
    draft.submission,
    body.wrapped,
    recipients,
  ];
  if (draft.files.length === 0) {
    const [posted] = await trx.query(insertComment, words(encodeManifest([])));
    return { ...posted!, id };
  }
  const uploads = await trx.query(selectUploads, [actor.parentId, draft.files.map(file => file.id)]);
  if (uploads.length !== draft.files.length) return null;
  const files = uploads.map((upload, index) => {
    const { name } = draft.files[index]!;
    const key = keyring.unwrap(upload.id, upload.wrapped);
    const context = attachmentContext(upload.receivedSha256, name);
    return {
      id: upload.id,
      commitment: commitmentOfHash(saltOf(key, context), upload.contentSha256),
      size: BigInt(upload.size),
      mediaType: upload.mediaType,
      nameCt: sealPart(key, 'name', upload.id, noContext, Buffer.from(name, 'utf8')),
    };
  });
  const [posted] = await trx.query(insertCommentWithFiles, [
    ...words(encodeManifest(files)),
    files.map(file => file.id),
    files.map(file => file.commitment),
    files.map(file => file.nameCt),
  ]);
  return { ...posted!, id };
}

async function tellRecipients(
  work: Work<ParentUser>,
  facts: PostingFacts,
  action: 'comment.posted' | 'comment.corrected' | 'subject.opened',
  targetId: string,
  pos: number,
) {
  const now = new Date(work.now.epochMilliseconds);
  const jobs = facts.members.map(({ id, notifiedAt }) => ({
    payload: { familyId: facts.familyId, parentId: id },
    key: `messages.tell ${facts.familyId} ${id}`,
    runAt: nextNoticeAt(notifiedAt === null ? null : new Date(notifiedAt), now),
  }));
  await recordAndEnqueue(work, action, { targetId, familyId: facts.familyId, details: { pos } }, 'messages.tell-recipient', jobs);
}
