import type { InvitationId, ParentId, PhotoId, SchoolId, SubmissionId } from '../../core/ids.ts';
import { statement } from '../../platform/database.ts';

// ------------------------------------------------------------------ the queue

/** Photos of school $1 that wait, the one that waited longest first; with their place and how many there are. */
const queue = `
  queue as (
    select s.id, s.photo_id, s.parent_id, s.sent_at, s.checks, p.given_name || ' ' || p.surname as name, sp.children_text,
           row_number() over (order by s.sent_at, s.id)::int as n, count(*) over ()::int as total
      from parley.submissions s
      join parley.school_parents sp on sp.school_id = s.school_id and sp.parent_id = s.parent_id and sp.until is null
      join parley.parents p on p.id = s.parent_id
     where s.school_id = $1 and s.status = 'waiting')`;

/** What became of a photo ($2) of school $1, for somebody ($3) who is told of it on the page that follows. */
const doneOf = (submission: string, account: string) => `
  (select json_build_object('name', p.given_name || ' ' || p.surname, 'decision', r.decision, 'by', a.display_name, 'mine', r.reviewed_by = ${account},
            'at', floor(extract(epoch from r.reviewed_at) * 1000), 'replaced', ds.status = 'superseded',
            'linkOpen', exists (select from parley.invitations i where i.school_id = ds.school_id and i.parent_id = ds.parent_id
                                   and i.revoked_at is null and i.closed_at is null and i.expires_at > now() and i.wrong_codes < 5))
     from parley.submissions ds
     join parley.parents p on p.id = ds.parent_id
     left join parley.photo_reviews r on r.submission_id = ds.id and r.follows is null
     left join parley.accounts a on a.id = r.reviewed_by
    where ds.id = ${submission} and ds.school_id = $1 and ds.sent_at is not null and ds.status <> 'waiting')`;

/** A photo that was taken back has no decision. */
export type DoneRow = { name: string; replaced: boolean; linkOpen: boolean } & (
  { decision: 'approve' | 'retake' | 'reject'; by: string; mine: boolean; at: number } | { decision: null }
);

export type QueueRow = {
  id: SubmissionId | null;
  photoId: PhotoId;
  name: string;
  childrenText: string;
  sentAt: Date;
  checks: unknown;
  place: number;
  total: number;
  done: DoneRow | null;
};

/** Rows on one page of the queue; one more is fetched, to know of more. */
export const rowsShown = 20;

/** A page of the queue, from a photo ($2) on; a last row without an id when it is empty, which still says what was done ($4) before. */
export const selectQueue = statement<QueueRow>(
  'review.queue',
  `with ${queue}, start as (
     select coalesce((select (select count(*) from queue q where (q.sent_at, q.id) < (s.sent_at, s.id)) from parley.submissions s
                       where s.id = $2 and s.school_id = $1 and s.sent_at is not null), 0) as before)
   select q.id, q.photo_id as "photoId", q.name, q.children_text as "childrenText", q.sent_at as "sentAt", q.checks, q.n as place, coalesce(q.total, 0) as total,
          ${doneOf('$4', '$3')} as done
     from start left join queue q on q.n > start.before and q.n <= start.before + ${rowsShown + 1}
    order by q.n`,
);

// ------------------------------------------------------------------ likeness

/** Photos that may be compared: one that waits and the one in use, where the school uses it and the parent agreed last. */
const pairs = `
  select w.photo_id as fresh, u.photo_id as in_use, w.school_id, w.parent_id
    from parley.submissions w
    join parley.submissions u on u.school_id = w.school_id and u.parent_id = w.parent_id and u.status = 'approved'
    join parley.schools sc on sc.id = w.school_id and sc.likeness
   where w.status = 'waiting'
     and (select c.given from parley.photo_consents c where c.school_id = w.school_id and c.parent_id = w.parent_id and c.use = 'likeness' order by c.id desc limit 1)`;

export type UndescribedRow = { id: PhotoId; storeKey: string; wrapped: Buffer };

/** Photos of which the numbers of the face are needed and not there. */
export const selectUndescribed = statement<UndescribedRow>(
  'review.undescribed',
  `select ph.id, ph.store_key as "storeKey", ph.wrapped
     from parley.photos ph
    where ph.id in (select unnest(array[pair.fresh, pair.in_use]) from (${pairs}) pair) and ph.deleted_at is null and ph.stored_at is not null
      and not exists (select from parley.photo_embeddings e where e.photo_id = ph.id)
    order by ph.id limit 50`,
);

/** Only while it is still wanted: agreement may have ended while the program looked. */
export const insertEmbedding = statement<void>(
  'review.insert-embedding',
  `insert into parley.photo_embeddings (photo_id, sealed)
   select $1, $2 where exists (select from (${pairs}) pair where $1 in (pair.fresh, pair.in_use)) on conflict (photo_id) do nothing`,
);

/** Decided, taken back or turned off: what no comparison needs is not kept. */
export const deleteUnneededEmbeddings = statement<{ id: PhotoId }>(
  'review.delete-unneeded-embeddings',
  `delete from parley.photo_embeddings e where not exists (select from (${pairs}) pair where e.photo_id in (pair.fresh, pair.in_use)) returning e.photo_id as id`,
);

/** Of a whole school, or of one adult ($2) there. */
export const deleteEmbeddings = statement<{ id: PhotoId }>(
  'review.delete-embeddings',
  `delete from parley.photo_embeddings e using parley.photos ph
    where ph.id = e.photo_id and ph.school_id = $1 and ($2::uuid is null or ph.parent_id = $2) returning e.photo_id as id`,
);

/** Adults on the roll of a school who agree to likeness. */
export const countAgreed = statement<{ count: number }>(
  'review.count-agreed',
  `select count(*)::int as count from parley.school_parents sp
    where sp.school_id = $1 and sp.until is null
      and (select c.given from parley.photo_consents c where c.school_id = sp.school_id and c.parent_id = sp.parent_id and c.use = 'likeness' order by c.id desc limit 1)`,
);

// ------------------------------------------------------------------ one photo

export type InStrip = { id: SubmissionId; photoId: PhotoId; name: string; childrenText: string; place: number };

export type ReviewRow = {
  id: SubmissionId;
  /** Its place in the queue; null once it has been decided. */
  place: number | null;
  total: number;
  parentId: ParentId;
  photoId: PhotoId;
  name: string;
  childrenText: string;
  relations: string[];
  sentAt: Date;
  source: 'link' | 'bulk' | 'staff';
  width: number | null;
  height: number | null;
  checks: unknown;
  despiteChecks: boolean;
  inUse: { photoId: PhotoId; since: number } | null;
  strip: InStrip[] | null;
  previous: SubmissionId | null;
  next: InStrip | null;
  keys: boolean;
  /** Where the school and the parent agreed to it: the numbers of both faces, sealed, as far as they are there. */
  likeness: { photoId: PhotoId; fresh: string | null; inUseId: PhotoId; inUse: string | null } | null;
  done: DoneRow | null;
};

/** Photos in the strip above the one that is looked at. */
export const stripShown = 8;

const inStrip = `json_build_object('id', q.id, 'photoId', q.photo_id, 'name', q.name, 'childrenText', q.children_text, 'place', q.n)`;

/** One photo ($2) of school $1, with all that its page shows to somebody ($3): its neighbours in the queue, the photo in use, what was done ($4) before. */
export const selectReview = statement<ReviewRow>(
  'review.one',
  `with ${queue}
   select s.id, here.n as place, coalesce(here.total, 0) as total, s.parent_id as "parentId", s.photo_id as "photoId", p.given_name || ' ' || p.surname as name,
          sp.children_text as "childrenText", s.sent_at as "sentAt", s.source, ph.width, ph.height, s.checks, s.despite_checks as "despiteChecks",
          (select coalesce(json_agg(distinct pg.relation), '[]') from parley.parentings pg join parley.children c on c.id = pg.child_id
            where pg.parent_id = s.parent_id and c.school_id = s.school_id and (pg.ends_on is null or pg.ends_on >= current_date)) as relations,
          (select json_build_object('photoId', u.photo_id, 'since', floor(extract(epoch from u.status_at) * 1000))
             from parley.submissions u join parley.photos up on up.id = u.photo_id and up.deleted_at is null
            where u.school_id = s.school_id and u.parent_id = s.parent_id and u.status = 'approved' and u.id <> s.id) as "inUse",
          (select json_agg(${inStrip} order by q.n) from queue q
            where q.n > greatest(0, least(here.n - 4, here.total - ${stripShown})) and q.n <= greatest(0, least(here.n - 4, here.total - ${stripShown})) + ${stripShown}) as strip,
          (select q.id from queue q where q.n = here.n - 1) as previous,
          (select ${inStrip} from queue q where q.id <> s.id order by (q.sent_at, q.id) < (s.sent_at, s.id), q.n limit 1) as next,
          coalesce((select rs.keys from parley.reviewer_settings rs where rs.account_id = $3), true) as keys,
          (select json_build_object('photoId', pair.fresh, 'fresh', encode(f.sealed, 'hex'), 'inUseId', pair.in_use, 'inUse', encode(o.sealed, 'hex'))
             from (${pairs}) pair left join parley.photo_embeddings f on f.photo_id = pair.fresh left join parley.photo_embeddings o on o.photo_id = pair.in_use
            where pair.fresh = s.photo_id) as likeness,
          ${doneOf('$4', '$3')} as done
     from parley.submissions s
     join parley.school_parents sp on sp.school_id = s.school_id and sp.parent_id = s.parent_id
     join parley.parents p on p.id = s.parent_id
     join parley.photos ph on ph.id = s.photo_id
     left join queue here on here.id = s.id
    where s.id = $2 and s.school_id = $1 and s.sent_at is not null`,
);

/** The photo to be looked at after this one ($2): the next that waits, or the first when it was the last. */
export const selectNext = statement<{ id: SubmissionId }>(
  'review.next',
  `with ${queue}
   select q.id from queue q, parley.submissions s where s.id = $2 and q.id <> s.id
    order by (q.sent_at, q.id) < (s.sent_at, s.id), q.n limit 1`,
);

// ------------------------------------------------------------------ deciding

/** The link of an adult: the last that was made, whether or not its work is done. */
const linkOf = (submission: string) => `
  (select i.id from parley.invitations i where i.school_id = ${submission}.school_id and i.parent_id = ${submission}.parent_id and i.revoked_at is null
    order by i.id desc limit 1)`;

export type DecidingRow = { id: SubmissionId; status: string; parentId: ParentId; invitationId: InvitationId | null };

/** Held until the transaction ends, so that of two decisions the second finds the first. */
export const lockSubmission = statement<DecidingRow>(
  'review.lock',
  `select s.id, s.status, s.parent_id as "parentId", ${linkOf('s')} as "invitationId"
     from parley.submissions s join parley.school_parents sp on sp.school_id = s.school_id and sp.parent_id = s.parent_id and sp.until is null
    where s.id = $2 and s.school_id = $1 and s.sent_at is not null
      for update of s`,
);

export const insertReview = statement<void>(
  'review.insert',
  `insert into parley.photo_reviews (submission_id, decision, reason_code, note, reviewed_by) values ($1, $2, $3, $4, $5)`,
);

/** The one in use leaves when another is approved. Before it, because a parent has one approved photo at a school. */
export const supersedeApproved = statement<void>(
  'review.supersede',
  `update parley.submissions set status = 'superseded', status_at = now() where school_id = $1 and parent_id = $2 and status = 'approved'`,
);

export const updateSubmission = statement<void>('review.update-submission', `update parley.submissions set status = $2, status_at = now() where id = $1`);

export type InUseRow = {
  id: SubmissionId;
  photoId: PhotoId;
  reviewId: string;
  invitationId: InvitationId | null;
  name: string;
  childrenText: string;
  approvedAt: Date;
};

const inUse = `
  select s.id, s.photo_id as "photoId", r.id as "reviewId", ${linkOf('s')} as "invitationId", p.given_name || ' ' || p.surname as name, sp.children_text as "childrenText", s.status_at as "approvedAt"
    from parley.submissions s
    join parley.school_parents sp on sp.school_id = s.school_id and sp.parent_id = s.parent_id and sp.until is null
    join parley.parents p on p.id = s.parent_id
    join parley.photo_reviews r on r.submission_id = s.id and r.decision = 'approve'
    join parley.photos ph on ph.id = s.photo_id and ph.deleted_at is null
   where s.school_id = $1 and s.parent_id = $2 and s.status = 'approved'`;

/** The photo of an adult ($2) that is in use at school $1. */
export const selectInUse = statement<InUseRow>('review.in-use', inUse);
export const lockInUse = statement<InUseRow>('review.lock-in-use', `${inUse} for update of s`);

/** A later word on an approved photo; nothing where it has been asked for already. */
export const insertFollowing = statement<{ id: string }>(
  'review.insert-following',
  `insert into parley.photo_reviews (submission_id, follows, decision, reason_code, note, reviewed_by) values ($1, $2, 'retake', $3, $4, $5)
   on conflict (submission_id, follows) do nothing returning id`,
);

export const saveKeys = statement<void>(
  'review.save-keys',
  `insert into parley.reviewer_settings (account_id, keys) values ($1, $2) on conflict (account_id) do update set keys = excluded.keys`,
);

// ------------------------------------------------------------------ looking

export type ServedRow = { id: PhotoId; storeKey: string; wrapped: Buffer };

/**
 * A photo ($2) for somebody ($1) who works at its school, and in the same breath the note of who looked, how large and on which page.
 * The gate sees photos that are in use and no others; what a parent has not sent yet is nobody's.
 */
export const viewPhoto = statement<ServedRow>(
  'review.view-photo',
  `with seen as (
     select ph.id, ph.store_key, ph.wrapped
       from parley.photos ph
       join parley.submissions s on s.photo_id = ph.id and s.sent_at is not null
       join parley.staff st on st.school_id = ph.school_id and st.account_id = $1 and (st.until is null or st.until > now())
      where ph.id = $2 and ph.deleted_at is null and ph.stored_at is not null and (st.role in ('admin', 'office') or s.status = 'approved')
   ), noted as (
     insert into parley.photo_views (photo_id, viewer_id, size, page) select seen.id, $1, $3, $4 from seen)
   select seen.id, seen.store_key as "storeKey", seen.wrapped from seen`,
);

// ------------------------------------------------------------------ telling the parent

export type TellRow = { schoolName: string; emailCt: Buffer | null; phoneCt: Buffer | null };

export const selectTell = statement<TellRow>(
  'review.tell',
  `select sc.name as "schoolName", sp.email_ct as "emailCt", sp.phone_ct as "phoneCt"
     from parley.school_parents sp join parley.schools sc on sc.id = sp.school_id
    where sp.school_id = $1 and sp.parent_id = $2 and sp.until is null`,
);

// ------------------------------------------------------------------ keeping and deleting

export type ExpiredRow = { photoId: PhotoId; submissionId: SubmissionId | null; schoolId: SchoolId; parentId: ParentId; cause: 'unsent' | 'replaced' | 'left' };

/**
 * Photos whose time is over: never sent within a day; superseded, rejected or to be retaken for as long as the school keeps them;
 * or of an adult who has not collected here for that long, as a parent or as somebody whom a parent chose.
 */
const expired = `
   with kept as (
     select ph.id, ph.school_id, ph.parent_id, ph.uploaded_at, s.id as submission_id, s.status, s.status_at, s.sent_at, sp.until,
            make_interval(days => sc.photo_retention_days) as period, sc.time_zone
       from parley.photos ph
       left join parley.submissions s on s.photo_id = ph.id
       join parley.schools sc on sc.id = ph.school_id
       join parley.school_parents sp on sp.school_id = ph.school_id and sp.parent_id = ph.parent_id
      where ph.deleted_at is null)
   select k.id as "photoId", k.submission_id as "submissionId", k.school_id as "schoolId", k.parent_id as "parentId", cause
     from kept k
     left join lateral (
       select case when bool_or(r.last_on is null or r.last_on >= current_date) then null else max(r.last_on) end as last_on
         from (select pg.ends_on as last_on
                 from parley.parentings pg join parley.children c on c.id = pg.child_id
                where pg.parent_id = k.parent_id and c.school_id = k.school_id
                union all
               select case when co.state in ('waiting', 'confirmed') then co.until_on else co.state_at::date end
                 from parley.collectors co
                where co.parent_id = k.parent_id and co.school_id = k.school_id and co.state <> 'declined') r) rights on true
     cross join lateral (select case
       when k.sent_at is null and k.uploaded_at < now() - interval '24 hours' then 'unsent'
       when k.status in ('superseded', 'rejected', 'retake', 'withdrawn') and k.status_at < now() - k.period then 'replaced'
       when k.until < now() - k.period or (rights.last_on + 1)::timestamp at time zone k.time_zone < now() - k.period then 'left'
     end as cause) why
    where why.cause is not null`;
export const selectExpired = statement<ExpiredRow>('review.expired', `${expired} and ($1::uuid[] is null or k.id <> all ($1)) order by k.id limit 200`);
/** Nobody sends it or decides about it from now on. */
export const lockExpired = statement<void>('review.lock-expired', `select from parley.submissions where photo_id = $1 for update`);
/** Whether its time is over still: it may have been sent since it was found. */
export const selectStillExpired = statement<ExpiredRow>('review.still-expired', `${expired} and k.id = $1`);

/** The key goes, and with it everything that any copy of the files could have shown. */
export const forgetPhoto = statement<{ storeKey: string }>(
  'review.forget-photo',
  `with gone as (delete from parley.photo_embeddings where photo_id = $1)
   update parley.photos set wrapped = null, deleted_at = now() where id = $1 and deleted_at is null returning store_key as "storeKey"`,
);

/** What was to be decided, or stood in use, no longer is. What was decided before keeps its word. */
export const withdrawForgotten = statement<{ before: string }>(
  'review.withdraw-forgotten',
  `with before as (select id, status from parley.submissions where photo_id = $1 and status in ('checking', 'draft', 'waiting', 'approved') for update)
   update parley.submissions s set status = 'withdrawn', status_at = now() from before where s.id = before.id returning before.status as before`,
);
