import type { InvitationId, ParentId, PhotoId, SchoolId, SubmissionId } from '../../core/ids.ts';
import { statement } from '../../platform/database.ts';
import { embeddingDelete } from './likeness-store.ts';

// ------------------------------------------------------------------ deciding

/** The link of an adult: the last that was made, whether or not its work is done. */
const linkOf = (submission: string) => `
  (select i.id from parley.invitations i where i.school_id = ${submission}.school_id and i.parent_id = ${submission}.parent_id and i.revoked_at is null
    order by i.id desc limit 1)`;

type DecidingRow = { id: SubmissionId; status: string; parentId: ParentId; invitationId: InvitationId | null };

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

type ServedRow = { id: PhotoId; storeKey: string; wrapped: Buffer };

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

type TellRow = { schoolName: string; emailCt: Buffer | null; phoneCt: Buffer | null };

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
  `with gone as (${embeddingDelete})
   update parley.photos set wrapped = null, deleted_at = now() where id = $1 and deleted_at is null returning store_key as "storeKey"`,
);

/** What was to be decided, or stood in use, no longer is. What was decided before keeps its word. */
export const withdrawForgotten = statement<{ before: string }>(
  'review.withdraw-forgotten',
  `with before as (select id, status from parley.submissions where photo_id = $1 and status in ('checking', 'draft', 'waiting', 'approved') for update)
   update parley.submissions s set status = 'withdrawn', status_at = now() from before where s.id = before.id returning before.status as before`,
);
