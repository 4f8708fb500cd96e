import { sharesFamily } from '../access/scope.ts';
import type { ActivityId, AttachmentId, ChildId, CommentId, FamilyId, ParentId, SchoolId, SubjectId } from '../core/ids.ts';
import { familyViewWith } from '../families/index.ts';
import { statement } from '../platform/database.ts';

/** What a subject is about: exactly one of these. */
type About = { childId: ChildId | null; activityId: ActivityId | null; schoolId: SchoolId | null };

/** A subject in the list, as JSON carries it: bytes in hexadecimal, times in milliseconds. Its title is opened with its own key, kept wrapped. */
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

// ------------------------------------------------------------------ one subject

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

/** Where a message ($3) of a parent's own stands in this subject. */
export const selectOwnPosition = statement<{ pos: number }>(
  'messages.own-position',
  `select c.pos::int from record.comments c where c.id = $3 and c.subject_id = $2 and c.author_id = $1`,
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

/**
 * Messages of a family after position $3 and before $4, newest first, at most $5; one row without any where there are none, and no row for whoever
 * does not share the record. What is looked for is found after decrypting.
 */
export const selectWords = statement<WordsRow | { id: null }>(
  'messages.words',
  `select c.id, c.pos::int, c.subject_id as "subjectId", c.author_id as "authorId", extract(epoch from c.created_at)::float8 * 1000 as "sentAt",
          c.urgent_reason as "urgentReason", c.body_ct as "bodyCt", c.wrapped
     from parley.families f
     left join lateral (
       select c.*, k.wrapped from record.comments c join record.content_keys k on k.item_id = c.id
        where c.family_id = f.id and c.pos > $3 and c.pos < $4 order by c.pos desc limit $5) c on true
    where f.id = $2 and ${sharesFamily('f.id', '$1')}
    order by c.pos desc`,
);

// ------------------------------------------------------------------ live

type NewCommentRow = { pos: number; subjectId: SubjectId };

/** What was written in a family ($1) since a position, at most $3: where, and in which subject. Who is told shares the record. */
export const selectCommentsAfter = statement<NewCommentRow>(
  'messages.comments-after',
  `select c.pos::int, c.subject_id as "subjectId" from record.comments c where c.family_id = $1 and c.pos > $2 order by c.pos limit $3`,
);

export const selectStillSharing = statement<{ parentId: ParentId; familyId: FamilyId }>(
  'messages.still-sharing',
  `select w.parent_id as "parentId", w.family_id as "familyId" from unnest($1::uuid[], $2::uuid[]) as w (parent_id, family_id)
    where ${sharesFamily('w.family_id', 'w.parent_id')}`,
);
