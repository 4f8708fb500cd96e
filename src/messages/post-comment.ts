import { randomUUIDv7 } from 'node:crypto';
import type { AuditAction } from '../audit/events.ts';
import { canMarkUrgent, canPostComment } from '../access/policy.ts';
import type { ParentUser } from '../core/actor.ts';
import { NotFound } from '../core/errors.ts';
import type { ActivityId, ChildId, CommentId, FamilyId, SchoolId, SubjectId, UploadId } from '../core/ids.ts';
import { isRecordFault, type Queryable, type Work } from '../platform/database.ts';
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
import { selectUploads } from './file-store.ts';
import { openTitle } from './open-texts.ts';
import {
  insertCommentWithFiles,
  insertSubject,
  type NewComment,
  newComments,
  type OpenedFacts,
  type Posted,
  type PostingFacts,
  selectPostingInFamily,
} from './post-store.ts';
import { type Desk, deskFor } from './write-together.ts';

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
export type NewSubject = { title: string; about: About };

const factsInSubject = async (desk: Desk, actor: ParentUser, subjectId: SubjectId, draft: Draft, stops: boolean): Promise<PostingFacts> => {
  const facts = await desk.facts({ parentId: actor.parentId, subjectId, submission: draft.submission, corrects: draft.corrects, stops });
  if (!facts || (draft.corrects !== null && facts.correctsId === null)) throw new NotFound();
  return facts;
};

/**
 * Puts a message into a subject: on the record, for good. One statement writes it and is its own unit of work; what could have changed
 * since the facts were read (a double press, the stops, the right to write) is held by the database, and then asked about once more.
 */
export async function postComment(
  db: Queryable,
  keyring: Keyring,
  actor: ParentUser,
  subjectId: SubjectId,
  draft: Draft,
  shared: Desk = deskFor(db),
): Promise<Outcome> {
  const facts = await factsInSubject(shared, actor, subjectId, draft, false);
  const refusal = consider(keyring, facts, draft);
  if (refusal) return refusal;
  const alone = deskFor(db);
  const asNow = async () => consider(keyring, await factsInSubject(alone, actor, subjectId, draft, true), draft);
  const files = await filesOf(db, keyring, actor, draft);
  // A second press may have taken them since the facts were read: then the message is there.
  if (!files) return (await asNow()) ?? { kind: 'files-gone' };
  const comment = sealComment(keyring, actor, { ...facts, subjectId }, files, draft, draft.corrects ? 'comment.corrected' : 'comment.posted');
  // A first time with whoever else writes now; then by itself, because it had to wait; and once more, because what stood against it, the hour, is over.
  for (const desk of files.length === 0 ? [shared, alone, alone] : [alone, alone]) {
    const written = await writeComment(db, desk, comment, files);
    if (written.kind !== 'refused') return written;
    const why = await asNow();
    if (why) return why;
  }
  throw new NotFound();
}

/** Opens a subject with its first message: two entries, one after the other. */
export async function openSubject(work: Work<ParentUser>, keyring: Keyring, familyId: FamilyId, subject: NewSubject, draft: Draft): Promise<Outcome> {
  const { actor, trx } = work;
  const [facts] = await trx.query(selectPostingInFamily, [actor.parentId, familyId, draft.submission]);
  if (!facts) throw new NotFound();
  const refusal = consider(keyring, facts, draft, { ...subject, ...facts });
  if (refusal) return refusal;

  const files = await filesOf(trx, keyring, actor, draft);
  if (!files) return { kind: 'files-gone' };
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
  const comment = sealComment(keyring, actor, { ...facts, subjectId }, files, draft, 'subject.opened');
  const written = await writeComment(trx, deskFor(trx), comment, files);
  // Something changed since the facts were read, a moment ago: then nothing is opened either.
  if (written.kind !== 'posted') throw new NotFound();
  return written;
}

/** Would this go out? Asked before a message is read once more; nothing is written. Null says yes. */
export const considerInSubject = async (db: Queryable, keyring: Keyring, actor: ParentUser, subjectId: SubjectId, draft: Draft): Promise<Outcome | null> =>
  consider(keyring, await factsInSubject(deskFor(db), actor, subjectId, draft, true), draft);

export async function considerInFamily(
  db: Queryable,
  keyring: Keyring,
  actor: ParentUser,
  familyId: FamilyId,
  subject: NewSubject,
  draft: Draft,
): Promise<Outcome | null> {
  const [facts] = await db.query(selectPostingInFamily, [actor.parentId, familyId, draft.submission]);
  if (!facts) throw new NotFound();
  return consider(keyring, facts, draft, { ...subject, ...facts });
}

/** `opening` is what the form would open, and what it has opened before; nothing for a message in a subject that is there. */
function consider(keyring: Keyring, facts: PostingFacts, draft: Draft, opening?: NewSubject & OpenedFacts): Outcome | null {
  const { now } = facts;
  if (facts.doneId !== null) return alreadySent(keyring, facts, draft, opening);
  if (!canPostComment(facts.postedInLastHour)) return { kind: 'too-many', until: facts.hourEndsAt ?? now };
  if (draft.urgent !== null && !canMarkUrgent(facts.lastUrgentAt, now)) {
    return { kind: 'urgent-used', until: new Date(facts.lastUrgentAt!.getTime() + 24 * 60 * 60 * 1000) };
  }
  const own = {
    phone: facts.phoneCt && keyring.openField('phone', facts.phoneCt),
    address: facts.addressCt && keyring.openField('address', facts.addressCt),
    email: facts.emailCt && keyring.openField('email', facts.emailCt),
  };
  const finding = shieldContacts([opening?.title ?? '', draft.text, ...draft.files.map(file => file.name)].join('\n'), own);
  if (finding.kind === 'held') return finding;
  if (finding.kind === 'ask' && finding.confirm !== draft.confirm) return finding;
  return null;
}

/** The form has been sent before: the same words are the same message; other words are not lost in silence. */
function alreadySent(keyring: Keyring, facts: PostingFacts, draft: Draft, opening?: NewSubject & OpenedFacts): Outcome {
  const { doneId, donePos, doneSubjectId, doneBodyCt, doneWrapped, doneUrgentReason } = facts;
  const context = commentContext(doneSubjectId!, doneUrgentReason);
  const sent = openText(keyring, 'body', doneId!, context, { ciphertext: doneBodyCt!, wrapped: doneWrapped! });
  const same =
    sent === draft.text &&
    draft.urgent === doneUrgentReason &&
    draft.corrects === facts.doneCorrectsId &&
    (opening ? opensTheSame(keyring, doneSubjectId!, opening) : facts.subjectId === doneSubjectId) &&
    draft.files.length === facts.doneFiles!.length &&
    draft.files.every(({ id }, index) => id === facts.doneFiles![index]);
  return same ? { kind: 'already', subjectId: doneSubjectId!, pos: donePos! } : { kind: 'used', pos: donePos! };
}

const opensTheSame = (keyring: Keyring, id: SubjectId, { title, about, openedTitleCt, openedTitleWrapped, openedAboutId }: NewSubject & OpenedFacts): boolean =>
  openedTitleCt !== null &&
  openedTitleWrapped !== null &&
  openTitle(keyring, id, openedTitleCt, openedTitleWrapped) === title &&
  Object.values(about)[0] === openedAboutId;

type Place = { familyId: FamilyId; subjectId: SubjectId };
type SealedFile = { id: UploadId; commitment: Buffer; size: bigint; mediaType: string; nameCt: Buffer };

/** What the record says where a file went into another message meanwhile. */
const filesChanged = 'P0R05';

/** The words, encrypted, with everything that goes with them. */
function sealComment(
  keyring: Keyring,
  actor: ParentUser,
  { familyId, subjectId }: Place,
  files: readonly SealedFile[],
  draft: Draft,
  action: AuditAction,
): NewComment {
  const id = randomUUIDv7() as CommentId;
  const body = sealText(keyring, 'body', id, commentContext(subjectId, draft.urgent), draft.text);
  return {
    id,
    familyId,
    subjectId,
    authorId: actor.parentId,
    correctsId: draft.corrects,
    urgentReason: draft.urgent,
    commitment: body.commitment,
    manifest: encodeManifest(files),
    bodyCt: body.ciphertext,
    submission: draft.submission,
    wrapped: body.wrapped,
    accountId: actor.accountId,
    action,
  };
}

/** `refused` says that it is no longer as the facts had it, or had to wait. */
async function writeComment(db: Queryable, desk: Desk, comment: NewComment, files: readonly SealedFile[]): Promise<Outcome | { kind: 'refused' }> {
  const { subjectId } = comment;
  try {
    const posted = files.length === 0 ? await desk.write(comment) : await writeWithFiles(db, comment, files);
    return posted ? { kind: 'posted', subjectId, pos: posted.pos } : { kind: 'refused' };
  } catch (error) {
    if (isRecordFault(error, filesChanged)) return { kind: 'files-gone' };
    throw error;
  }
}

const writeWithFiles = async (db: Queryable, comment: NewComment, files: readonly SealedFile[]): Promise<Posted | undefined> => {
  const taken = [files.map(file => file.id), files.map(file => file.commitment), files.map(file => file.nameCt)];
  return (await db.write(insertCommentWithFiles, [...newComments([comment], true), ...taken]))[0];
};

/** The files of a draft as they go on the record; null where one is no longer there. */
async function filesOf(db: Queryable, keyring: Keyring, actor: ParentUser, draft: Draft): Promise<SealedFile[] | null> {
  if (draft.files.length === 0) return [];
  const uploads = await db.query(selectUploads, [actor.parentId, draft.files.map(file => file.id)]);
  if (uploads.length !== draft.files.length) return null;
  return uploads.map((upload, index) => {
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
}
