import { sharesFamily } from '../access/scope.ts';
import { type AuditAction, auditInsert } from '../audit/events.ts';
import type { AccountId, ActivityId, AttachmentId, ChildId, CommentId, FamilyId, ParentId, SchoolId, SubjectId, UploadId } from '../core/ids.ts';
import { familyViewWith } from '../families/index.ts';
import { statement } from '../platform/database.ts';

/** Text of the record at rest: opened with the item's own key, which is kept wrapped. */
type About = { childId: ChildId | null; activityId: ActivityId | null; schoolId: SchoolId | null };

/** A subject in the list, as JSON carries it: bytes in hexadecimal, times in milliseconds. */
export type SubjectRow = About & {
  id: SubjectId;
  titleCt: string;
  titleWrapped: string;
  lastPos: number;
  lastAt: number;
  lastAuthorId: ParentId;
};

/**
 * The family with its subjects, those written in last first, at most $6 of them. Null where the family is $5 and its record is still as
 * long as $4: then nothing has changed. Keys and titles are fetched for what is shown alone.
 */
export const selectFamilyWithSubjects = familyViewWith<{ subjects: SubjectRow[] | null }>(
  'messages.family-with-subjects',
  `case when f.id is distinct from $5::uuid or length.entries <> $4 then
     (select coalesce(json_agg(json_build_object('id', s.id, 'titleCt', encode(s.title_ct, 'hex'), 'titleWrapped', encode(k.wrapped, 'hex'),
               'childId', s.child_id, 'activityId', s.activity_id, 'schoolId', s.school_id, 'lastPos', recent.pos,
               'lastAt', floor(extract(epoch from recent.created_at) * 1000), 'lastAuthorId', recent.author_id) order by recent.pos desc), '[]')
        from (select s.id, last.pos, last.created_at, last.author_id
                from record.subjects s
                cross join lateral (select c.pos, c.created_at, c.author_id from record.comments c where c.subject_id = s.id order by c.pos desc limit 1) last
               where s.family_id = f.id order by last.pos desc limit $6) recent
        join record.subjects s on s.id = recent.id
        join record.content_keys k on k.item_id = recent.id) end as subjects`,
);

/** Subjects of a family `f` about one activity, as JSON carries them, those written in last first: for a neighbour's `familyViewWith`. */
export const subjectsAboutColumn = (activity: string): string =>
  `(select coalesce(json_agg(json_build_object('id', s.id, 'titleCt', encode(s.title_ct, 'hex'), 'titleWrapped', encode(k.wrapped, 'hex'),
              'lastPos', last.pos, 'lastAt', floor(extract(epoch from last.created_at) * 1000)) order by last.pos desc), '[]')
        from record.subjects s join record.content_keys k on k.item_id = s.id
        cross join lateral (select c.pos, c.created_at from record.comments c where c.subject_id = s.id order by c.pos desc limit 1) last
       where s.family_id = f.id and s.activity_id = ${activity}) as "subjectsAbout"`;
export type SubjectsAbout = { subjectsAbout: Pick<SubjectRow, 'id' | 'titleCt' | 'titleWrapped' | 'lastPos' | 'lastAt'>[] };

export type UnreadSubjectRow = {
  id: SubjectId;
  titleCt: string;
  titleWrapped: string;
  firstPos: number;
  bytes: number;
  files: number;
  /** Milliseconds since 1970. */
  lastAt: number;
  authorId: ParentId;
};

/** Subjects of the family `f` with something that the parent $1 has not opened, newest first: a column for `familyViewWith`, whose page needs no statement more. */
export const unreadSubjectsColumn = `(select coalesce(json_agg(json_build_object('id', s.id, 'titleCt', encode(s.title_ct, 'hex'), 'titleWrapped', encode(k.wrapped, 'hex'),
               'firstPos', n.first_pos, 'bytes', n.bytes, 'files', n.files, 'lastAt', (extract(epoch from n.at) * 1000)::bigint, 'authorId', n.author_id) order by n.at desc), '[]')
        from (select c.subject_id, min(c.pos) as first_pos, sum(octet_length(c.body_ct) - 28) as bytes,
                     sum(get_byte(c.manifest, 1)) as files, max(c.created_at) as at, (array_agg(c.author_id order by c.pos desc))[1] as author_id
                from parley.unread_comments u join record.comments c on c.id = u.comment_id
               where u.parent_id = $1 and u.family_id = f.id group by c.subject_id) n
        join record.subjects s on s.id = n.subject_id
        join record.content_keys k on k.item_id = s.id) as "unreadSubjects"`;

export type ThreadRow = About & {
  familyId: FamilyId;
  subjectId: SubjectId;
  /** Of the subject, with the first row only. */
  titleCt: Buffer | null;
  titleWrapped: Buffer | null;
  openedAt: number;
  id: CommentId;
  pos: number;
  authorId: ParentId;
  /** Milliseconds since 1970, as the views' times: cheaper by far than a date in words. */
  sentAt: number;
  bodyCt: Buffer;
  wrapped: Buffer;
  urgentReason: string | null;
  leafHash: Buffer;
  correctsPos: number | null;
  correctedPos: number | null;
  /** Whether there are entries before this page, where it was read from its oldest on. */
  hasOlder: boolean;
  viewerId: ParentId | null;
  viewedAt: number | null;
  unread: boolean;
  /** How long the record was when this was read. */
  entries: number;
  files: { id: AttachmentId; size: number; mediaType: string; nameCt: string; wrapped: string; receivedSha256: string }[] | null;
};

const threadColumns = `
  s.family_id as "familyId", s.id as "subjectId", extract(epoch from s.created_at)::float8 * 1000 as "openedAt",
  case when row_number() over () = 1 then s.title_ct end as "titleCt",
  case when row_number() over () = 1 then (select sk.wrapped from record.content_keys sk where sk.item_id = $2) end as "titleWrapped",
  s.child_id as "childId", s.activity_id as "activityId", s.school_id as "schoolId",
  c.id, c.pos::int, c.author_id as "authorId", extract(epoch from c.created_at)::float8 * 1000 as "sentAt", c.body_ct as "bodyCt", ck.wrapped, c.urgent_reason as "urgentReason",
  e.leaf_hash as "leafHash", case when c.corrects_id is not null then (select o.pos::int from record.comments o where o.id = c.corrects_id) end as "correctsPos",
  (select max(n.pos)::int from record.comments n where n.corrects_id = c.id) as "correctedPos",
  length.entries, v.viewer_id as "viewerId", extract(epoch from v.created_at)::float8 * 1000 as "viewedAt", u.comment_id is not null as unread,
  case when c.manifest <> '\\x0000' then (
    select json_agg(json_build_object('id', a.id, 'size', a.size, 'mediaType', a.media_type, 'nameCt', encode(a.name_ct, 'hex'),
                                      'wrapped', encode(ak.wrapped, 'hex'), 'receivedSha256', encode(a.received_sha256, 'hex')) order by a.ord)
      from record.attachments a join record.content_keys ak on ak.item_id = a.id where a.comment_id = c.id) end as files`;

const recordLength = `cross join lateral (select max(e.pos)::int as entries from record.entries e where e.family_id = s.family_id) length`;

const threadJoins = `
  join record.content_keys ck on ck.item_id = c.id
  join record.entries e on e.family_id = c.family_id and e.pos = c.pos
  left join record.views v on v.comment_id = c.id
  left join parley.unread_comments u on u.parent_id = $1 and u.comment_id = c.id`;

/** One page of a thread, newest first, before position $3: one row more than $4 where there are older ones. A second viewer makes a second row. */
export const selectThreadBefore = statement<ThreadRow>(
  'messages.thread-before',
  `select ${threadColumns}, true as "hasOlder"
     from record.subjects s ${recordLength}
     cross join lateral (select * from record.comments c where c.subject_id = s.id and c.pos < $3 order by c.pos desc limit $4 + 1) c
     ${threadJoins}
    where s.id = $2 and ${sharesFamily('s.family_id', '$1')}
    order by c.pos desc, v.pos`,
);

/** The same, oldest first, from position $3 on. */
export const selectThreadFrom = statement<ThreadRow>(
  'messages.thread-from',
  `select ${threadColumns}, exists (select from record.comments o where o.subject_id = s.id and o.pos < $3) as "hasOlder"
     from record.subjects s ${recordLength}
     cross join lateral (select * from record.comments c where c.subject_id = s.id and c.pos >= $3 order by c.pos limit $4 + 1) c
     ${threadJoins}
    where s.id = $2 and ${sharesFamily('s.family_id', '$1')}
    order by c.pos, v.pos`,
);

/** Whether there is such a subject for this parent. */
export const selectSubjectHead = statement<{ id: SubjectId }>(
  'messages.subject-head',
  `select s.id from record.subjects s where s.id = $2 and ${sharesFamily('s.family_id', '$1')}`,
);

// ------------------------------------------------------------------ writing

/** What a parent has to be told or held to before a message of theirs goes out. */
export type PostingFacts = {
  familyId: FamilyId;
  subjectId: SubjectId | null;
  /** By the database's clock, which is the one the stops go by. */
  now: Date;
  /** What stands against writing now. Nothing, unless it was asked for. */
  postedInLastHour: number;
  hourEndsAt: Date | null;
  lastUrgentAt: Date | null;
  phoneCt: Buffer | null;
  addressCt: Buffer | null;
  emailCt: Buffer | null;
  /** The entry that this form has already become. */
  doneId: CommentId | null;
  donePos: number | null;
  doneSubjectId: SubjectId | null;
  doneBodyCt: Buffer | null;
  doneWrapped: Buffer | null;
  doneUrgentReason: string | null;
  doneCorrectsId: CommentId | null;
  doneFiles: string[] | null;
  correctsId: CommentId | null;
};

/** What is asked: by whom, from which form, with the stops or without (when a message is written, the database holds them itself). */
type FactsOf = { me: string; family: string; subject: string; submission: string; stops: string };

const postingFacts = ({ family, subject, me, stops }: FactsOf, corrects: string) => `
  select ${family} as "familyId", ${subject} as "subjectId", now() as now,
    hour.count as "postedInLastHour", hour.ends_at as "hourEndsAt",
    case when ${stops} then (select max(c.created_at) from record.comments c
                        where c.author_id = ${me} and c.created_at > now() - interval '24 hours' and c.urgent_reason is not null) end as "lastUrgentAt",
    me.phone_ct as "phoneCt", me.address_ct as "addressCt", account.email_ct as "emailCt",
    done.id as "doneId", done.pos::int as "donePos", done.subject_id as "doneSubjectId", done.body_ct as "doneBodyCt", dk.wrapped as "doneWrapped",
    done.urgent_reason as "doneUrgentReason", done.corrects_id as "doneCorrectsId",
    case when done.id is not null then (select coalesce(json_agg(a.id order by a.ord), '[]') from record.attachments a where a.comment_id = done.id)
         end as "doneFiles",
    ${corrects}
  `;

const postingJoins = ({ me, stops, submission }: FactsOf) => `
  join parley.parents me on me.id = ${me}
  left join parley.accounts account on account.parent_id = ${me}
  cross join lateral (select count(*)::int, min(recent.created_at) + interval '1 hour' as ends_at
                        from (select c.created_at from record.comments c
                               where ${stops} and c.author_id = ${me} and c.created_at > now() - interval '1 hour'
                               order by c.created_at desc limit 200) recent) hour
  left join record.comments done on done.author_id = ${me} and done.submission = ${submission}
  left join record.content_keys dk on dk.item_id = done.id`;

const inSubject: FactsOf = { me: 'asked.parent_id', family: 's.family_id', subject: 's.id', submission: 'asked.submission', stops: 'asked.stops' };

/** For messages in subjects ($2), by parents ($1), sent from forms ($3), perhaps correcting entries ($4); with the stops where $5. Each by its place. */
export const selectPostingInSubjects = statement<PostingFacts & { place: number }>(
  'messages.posting-in-subjects',
  `${postingFacts(inSubject, 'corrected.id as "correctsId", asked.place::int as place')}
     from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::boolean[]) with ordinality as asked (parent_id, subject_id, submission, corrects_id, stops, place)
     join record.subjects s on s.id = asked.subject_id
     left join record.comments corrected on corrected.id = asked.corrects_id and corrected.subject_id = s.id and corrected.author_id = asked.parent_id
     ${postingJoins(inSubject)}
    where ${sharesFamily('s.family_id', 'asked.parent_id')}`,
);

const inFamily: FactsOf = { me: '$1', family: 'f.id', subject: 'null::uuid', submission: '$3', stops: 'true' };

/** For the first message of a new subject in a family ($2). */
export const selectPostingInFamily = statement<PostingFacts>(
  'messages.posting-in-family',
  `${postingFacts(inFamily, 'null::uuid as "correctsId"')}
     from parley.families f
     ${postingJoins(inFamily)}
    where f.id = $2 and ${sharesFamily('f.id', '$1')}`,
);

/** The ways to reach a parent ($1) that the contact shield keeps out of words, for neighbours whose words are no messages. */
export const selectOwnContact = statement<Pick<PostingFacts, 'phoneCt' | 'addressCt' | 'emailCt'>>(
  'messages.own-contact',
  `select me.phone_ct as "phoneCt", me.address_ct as "addressCt", account.email_ct as "emailCt"
     from parley.parents me left join parley.accounts account on account.parent_id = me.id where me.id = $1`,
);

/** A message, encrypted, as it goes on the record. */
export type NewComment = {
  id: CommentId;
  familyId: FamilyId;
  subjectId: SubjectId;
  authorId: ParentId;
  correctsId: CommentId | null;
  urgentReason: string | null;
  commitment: Buffer;
  manifest: Buffer;
  bodyCt: Buffer;
  submission: string;
  wrapped: Buffer;
  /** For the audit: who signed in, and what they did. */
  accountId: AccountId;
  action: AuditAction;
};

/** `notices`: how many were queued. Counting them is what has them queued: a part of a statement that nobody reads does not run. */
export type Posted = { id: CommentId; pos: number; notices: number };

/** Messages as parameters $1 to $13, one a column, and $14: whether they may wait for what else their authors, or the families, write. */
export const newComments = (comments: readonly NewComment[], wait: boolean): unknown[] => [
  ...columns.map(column => comments.map(comment => comment[column])),
  wait,
];
const columns = [
  'id', 'familyId', 'subjectId', 'authorId', 'correctsId', 'urgentReason', 'commitment', 'manifest', 'bodyCt', 'submission', 'wrapped', 'accountId', 'action',
] as const satisfies (keyof NewComment)[]; // prettier-ignore

const insertWords = `
  given as (
    select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::bytea[], $8::bytea[], $9::bytea[], $10::uuid[],
                         $11::bytea[], $12::uuid[], $13::text[])
      as g (id, family_id, subject_id, author_id, corrects_id, urgent_reason, commitment, manifest, body_ct, submission, wrapped, account_id, action)),
  posted as (
    insert into record.comments (id, family_id, subject_id, author_id, corrects_id, urgent_reason, commitment, manifest, body_ct, submission)
    select g.id, g.family_id, g.subject_id, g.author_id, g.corrects_id, g.urgent_reason, g.commitment, g.manifest, g.body_ct, g.submission from given g
     where ${sharesFamily('g.family_id', 'g.author_id')} and parley.may_write(g.author_id, g.family_id, g.submission, g.urgent_reason is not null, $14)
    returning pos, family_id, subject_id, id, author_id),
  key as (insert into record.content_keys (item_id, wrapped) select posted.id, given.wrapped from posted join given using (id)),
  audit as (${auditInsert('posted join given using (id)', {
    account: 'given.account_id',
    action: 'given.action',
    target: `case when given.action = 'subject.opened' then posted.subject_id else posted.id end`,
    family: 'posted.family_id',
    details: `jsonb_build_object('pos', posted.pos)`,
  })}),
  recipients as (
    select posted.id, posted.family_id, posted.subject_id, posted.pos, fp.parent_id
      from posted join parley.family_parents fp on fp.family_id = posted.family_id and fp.parent_id <> posted.author_id
       and (fp.until is null or fp.until > now())),
  unread as (
    insert into parley.unread_comments (parent_id, comment_id, family_id, subject_id, pos)
    select r.parent_id, r.id, r.family_id, r.subject_id, r.pos from recipients r),
  -- Who has a notice waiting is locked all the same, so that the notice does not go out before these words are there to be seen.
  tell as (
    insert into parley.waiting_notices as w (family_id, parent_id)
    select distinct r.family_id, r.parent_id from recipients r order by r.family_id, r.parent_id
    on conflict (family_id, parent_id) do update set queued_at = now() where w.queued_at < now() - interval '1 hour'
    returning w.family_id, w.parent_id),
  told as (
    select graphile_worker.add_job('messages.tell-recipient', json_build_object('familyId', tell.family_id, 'parentId', tell.parent_id),
             run_at => case when r.notified_at > now() - interval '30 minutes' then r.notified_at + interval '30 minutes' end,
             job_key => format('messages.tell %s %s', tell.family_id, tell.parent_id), job_key_mode => 'preserve_run_at', max_attempts => 12)
      from tell left join parley.recipients r on r.family_id = tell.family_id and r.parent_id = tell.parent_id)`;

const answerWords = `select posted.id, posted.pos::int, (select count(*)::int from told) as notices from posted`;

/**
 * Messages as one statement: words, keys, unread marks, audit events, and a notice for whom none waits yet. The trigger chains them.
 * No row for one whose author may not write it now, or shares the record no longer.
 */
export const insertComments = statement<Posted>('messages.insert-comments', `with ${insertWords} ${answerWords}`);

/** The same for one with files, moved from where they waited as they are, still encrypted. */
export const insertCommentWithFiles = statement<Posted>(
  'messages.insert-comment-with-files',
  `with ${insertWords},
   taken as (
     delete from parley.uploads up using posted, unnest($15::uuid[], $16::bytea[], $17::bytea[]) with ordinality as f (id, commitment, name_ct, ord)
      where up.id = f.id and up.parent_id = posted.author_id
      returning up.id, posted.id as comment_id, f.ord, f.commitment, up.size, up.media_type, up.received_sha256, f.name_ct, up.content_ct, up.wrapped),
   files as (
     insert into record.attachments (id, comment_id, ord, commitment, size, media_type, received_sha256, name_ct, content_ct)
     select taken.id, taken.comment_id, taken.ord::smallint, taken.commitment, taken.size, taken.media_type, taken.received_sha256, taken.name_ct, taken.content_ct
       from taken),
   file_keys as (insert into record.content_keys (item_id, wrapped) select taken.id, taken.wrapped from taken)
   ${answerWords}`,
);

/** Opens a subject about exactly one child ($4), activity ($5) or school ($6) of the family. */
export const insertSubject = statement<{ pos: number }>(
  'messages.insert-subject',
  `with key as (insert into record.content_keys (item_id, wrapped) values ($1, $9))
   insert into record.subjects (id, family_id, opened_by, child_id, activity_id, school_id, commitment, title_ct, submission)
   select $1, $2, $3, $4, $5, $6, $7, $8, $10
    where $6::uuid is null or exists (select from parley.children c where c.family_id = $2 and c.school_id = $6)
   returning pos::int`,
);

// ------------------------------------------------------------------ first views

export const insertViews = statement<{ commentId: CommentId; viewedAt: number }>(
  'messages.insert-views',
  `with opened as (
     delete from parley.unread_comments u where u.parent_id = $1 and u.comment_id = any($2::uuid[])
     returning u.family_id, u.comment_id, u.pos)
   insert into record.views (family_id, comment_id, viewer_id)
   select opened.family_id, opened.comment_id, $1 from opened where ${sharesFamily('opened.family_id', '$1')} order by opened.pos
   returning comment_id as "commentId", extract(epoch from created_at)::float8 * 1000 as "viewedAt"`,
);

/** Only where the other row shares the family now. */
export const passOnUnread = statement<void>(
  'messages.pass-on-unread',
  `update parley.unread_comments u set parent_id = $2 where u.parent_id = $1 and ${sharesFamily('u.family_id', '$2')}`,
);

// ------------------------------------------------------------------ files

export const insertUpload = statement<void>(
  'messages.insert-upload',
  `insert into parley.uploads (id, parent_id, size, media_type, received_sha256, content_sha256, wrapped, content_ct) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
);

export type UploadRow = { id: UploadId; size: number; mediaType: string; receivedSha256: Buffer; contentSha256: Buffer; wrapped: Buffer };

export const selectUploads = statement<UploadRow>(
  'messages.uploads',
  `select up.id, up.size::int, up.media_type as "mediaType", up.received_sha256 as "receivedSha256", up.content_sha256 as "contentSha256", up.wrapped
     from unnest($2::uuid[]) with ordinality as wanted (id, ord) join parley.uploads up on up.id = wanted.id and up.parent_id = $1 order by wanted.ord`,
);

/** The same for a form ($3), with those that it has already sent. */
export const selectUploadsOfForm = statement<{ id: UploadId; size: number; mediaType: string }>(
  'messages.uploads-of-form',
  `select found.id, found.size::int, found.media_type as "mediaType"
     from unnest($2::uuid[]) with ordinality as wanted (id, ord)
     join lateral (
       select up.id, up.size, up.media_type from parley.uploads up where up.id = wanted.id and up.parent_id = $1
       union all
       select a.id, a.size, a.media_type from record.attachments a join record.comments c on c.id = a.comment_id
        where a.id = wanted.id and c.author_id = $1 and c.submission = $3) found on true
    order by wanted.ord`,
);

export const countUploads = statement<{ count: number }>('messages.count-uploads', `select count(*)::int as count from parley.uploads where parent_id = $1`);

export const deleteOldUploads = statement<void>('messages.delete-old-uploads', `delete from parley.uploads where created_at < now() - interval '24 hours'`);

export type AttachmentRow = { id: AttachmentId; mediaType: string; receivedSha256: Buffer; nameCt: Buffer; contentCt: Buffer; wrapped: Buffer };

export const selectAttachment = statement<AttachmentRow>(
  'messages.attachment',
  `select a.id, a.media_type as "mediaType", a.received_sha256 as "receivedSha256", a.name_ct as "nameCt", a.content_ct as "contentCt", k.wrapped
     from record.attachments a join record.comments c on c.id = a.comment_id join record.content_keys k on k.item_id = a.id
    where a.id = $2 and ${sharesFamily('c.family_id', '$1')}`,
);

// ------------------------------------------------------------------ search

export type WordsRow = {
  id: CommentId;
  pos: number;
  subjectId: SubjectId;
  authorId: ParentId;
  /** Milliseconds since 1970. */
  sentAt: number;
  urgentReason: string | null;
  bodyCt: Buffer;
  wrapped: Buffer;
};

/** Messages of a family after position $3 and before $4, newest first, at most $5. What is looked for is found after decrypting. */
export const selectWords = statement<WordsRow>(
  'messages.words',
  `select c.id, c.pos::int, c.subject_id as "subjectId", c.author_id as "authorId", extract(epoch from c.created_at)::float8 * 1000 as "sentAt",
          c.urgent_reason as "urgentReason", c.body_ct as "bodyCt", k.wrapped
     from record.comments c join record.content_keys k on k.item_id = c.id
    where c.family_id = $2 and ${sharesFamily('$2', '$1')} and c.pos > $3 and c.pos < $4
    order by c.pos desc limit $5`,
);

// ------------------------------------------------------------------ live

export type NewCommentRow = { pos: number; subjectId: SubjectId };

/** What a stream has missed since a position. No row tells nothing: also for a stranger. */
export const selectCommentsAfter = statement<NewCommentRow>(
  'messages.comments-after',
  `select c.pos::int, c.subject_id as "subjectId" from record.comments c
    where c.family_id = $2 and c.pos > $3 and ${sharesFamily('c.family_id', '$1')} order by c.pos limit 500`,
);

export const selectStillSharing = statement<{ parentId: ParentId; familyId: FamilyId }>(
  'messages.still-sharing',
  `select w.parent_id as "parentId", w.family_id as "familyId" from unnest($1::uuid[], $2::uuid[]) as w (parent_id, family_id)
    where ${sharesFamily('w.family_id', 'w.parent_id')}`,
);

// ------------------------------------------------------------------ notices

export const selectNotice = statement<{ emailCt: Buffer | null; notifiedAt: Date | null; unread: boolean }>(
  'messages.notice',
  `select a.email_ct as "emailCt", r.notified_at as "notifiedAt",
          exists (select from parley.unread_comments u where u.parent_id = $2 and u.family_id = $1)
            or exists (select from parley.unseen_steps s where s.parent_id = $2 and s.family_id = $1) as unread
     from parley.parents p
     left join parley.accounts a on a.parent_id = p.id and a.closed_at is null
     left join parley.recipients r on r.family_id = $1 and r.parent_id = p.id
    where p.id = $2 and ${sharesFamily('$1', '$2')}`,
);

/** The notice is no longer in the queue: what is written from now on puts another there. */
export const deleteWaitingNotice = statement<void>(
  'messages.delete-waiting-notice',
  `delete from parley.waiting_notices where family_id = $1 and parent_id = $2`,
);

/** Marks the notice as sent, unless one went out within thirty minutes: then no row. */
export const markNotified = statement<{ parentId: ParentId }>(
  'messages.mark-notified',
  `insert into parley.recipients as r (family_id, parent_id, notified_at) values ($1, $2, now())
   on conflict (family_id, parent_id) do update set notified_at = now() where r.notified_at <= now() - interval '30 minutes'
   returning r.parent_id as "parentId"`,
);
