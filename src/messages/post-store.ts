import { sharesFamily } from '../access/scope.ts';
import { type AuditAction, auditInsert } from '../audit/events.ts';
import type { AccountId, CommentId, FamilyId, ParentId, SubjectId } from '../core/ids.ts';
import { statement } from '../platform/database.ts';
import { takeUploads } from './file-store.ts';
import { tellRecipients } from './notice-store.ts';
import { unreadInsert } from './unread-store.ts';

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

/** The subject that this form has already opened. */
export type OpenedFacts = { openedTitleCt: Buffer | null; openedTitleWrapped: Buffer | null; openedAboutId: string | null };

/** For the first message of a new subject in a family ($2). */
export const selectPostingInFamily = statement<PostingFacts & OpenedFacts>(
  'messages.posting-in-family',
  `${postingFacts(
    inFamily,
    `null::uuid as "correctsId", opened.title_ct as "openedTitleCt", tk.wrapped as "openedTitleWrapped",
    coalesce(opened.child_id, opened.activity_id, opened.school_id) as "openedAboutId"`,
  )}
     from parley.families f
     ${postingJoins(inFamily)}
     left join record.subjects opened on opened.opened_by = $1 and opened.submission = $3
     left join record.content_keys tk on tk.item_id = opened.id
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
  unread as (${unreadInsert}),${tellRecipients}`;

const answerWords = `select posted.id, posted.pos::int, (select count(*)::int from told) as notices from posted`;

/**
 * Messages as one statement: words, keys, unread marks, audit events, and a notice for whom none waits yet. The trigger chains them.
 * No row for one whose author may not write it now, or shares the record no longer.
 */
export const insertComments = statement<Posted>('messages.insert-comments', `with ${insertWords} ${answerWords}`);

/** The same for one with files, moved from where they waited as they are, still encrypted. */
export const insertCommentWithFiles = statement<Posted>(
  'messages.insert-comment-with-files',
  `with ${insertWords},${takeUploads}
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
