import { sharesFamily } from '../access/scope.ts';
import type { CommentId, ParentId, SubjectId } from '../core/ids.ts';
import { statement } from '../platform/database.ts';

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

/** Within a statement that posts: its messages are unread by its `recipients`. */
export const unreadInsert = `
    insert into parley.unread_comments (parent_id, comment_id, family_id, subject_id, pos)
    select r.parent_id, r.id, r.family_id, r.subject_id, r.pos from recipients r`;

/** What a parent ($1) has opened now: first viewed, and no longer unread. */
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
