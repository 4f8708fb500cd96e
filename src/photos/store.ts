import type { ParentId, PhotoId, SchoolId, SubmissionId } from '../core/ids.ts';
import { statement } from '../platform/database.ts';
import type { PhotoType } from '../platform/photo/read-metadata.ts';
import type { Checks } from './judge-photo.ts';

export type SubmissionStatus = 'checking' | 'draft' | 'waiting' | 'approved' | 'retake' | 'rejected' | 'superseded' | 'withdrawn';
/** What else the school may do with a photo. Likeness is asked about where the school uses it. */
export const photoUses = ['directory', 'newsletter', 'likeness'] as const;
export type Use = (typeof photoUses)[number];

// ------------------------------------------------------------------ taking a photo in

type AdultRow = { waiting: boolean; uploads: number };

/** One adult's photos are taken in one after another: a second upload finds what the first one did. */
export const lockAdult = statement<AdultRow>(
  'photos.lock-adult',
  `select exists (select from parley.submissions s where s.school_id = a.school_id and s.parent_id = a.parent_id and s.status = 'waiting') as waiting,
          (select count(*)::int from parley.submissions s where s.school_id = a.school_id and s.parent_id = a.parent_id and s.source = 'link'
              and s.created_at > now() - interval '1 hour') as uploads
     from parley.school_parents a where a.school_id = $1 and a.parent_id = $2 and a.until is null for no key update`,
);

/** The same file, chosen again on the same link in the same browser while nothing has become of the first. */
export const selectSameUpload = statement<{ submissionId: SubmissionId }>(
  'photos.same-upload',
  `select s.id as "submissionId" from parley.submissions s join parley.photos p on p.id = s.photo_id
    where s.invitation_id = $1 and s.holder_hash = $2 and p.received_sha256 = $3 and s.status in ('checking', 'draft') and p.deleted_at is null
    order by s.id desc limit 1`,
);

export const insertPhoto = statement<void>(
  'photos.insert',
  `insert into parley.photos (id, school_id, parent_id, media_type, bytes, received_sha256, width, height, bit_depth, color_type, compression_method, metadata, store_key, wrapped)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
);

export const insertSubmission = statement<{ id: SubmissionId }>(
  'photos.insert-submission',
  `insert into parley.submissions (school_id, parent_id, invitation_id, source, photo_id, holder_hash, created_by, despite_checks)
   values ($1, $2, $3, $4, $5, $6, $7, $8) returning id`,
);

// ------------------------------------------------------------------ checking it

export type CheckingRow = {
  submissionId: SubmissionId;
  schoolId: SchoolId;
  parentId: ParentId;
  source: 'link' | 'bulk' | 'staff';
  despiteChecks: boolean;
  id: PhotoId;
  mediaType: PhotoType;
  bytes: number;
  storeKey: string;
  wrapped: Buffer;
};

const checking = `
  select s.id as "submissionId", s.school_id as "schoolId", s.parent_id as "parentId", s.source, s.despite_checks as "despiteChecks",
         p.id, p.media_type as "mediaType", p.bytes::float8 as bytes, p.store_key as "storeKey", p.wrapped
    from parley.submissions s join parley.photos p on p.id = s.photo_id
   where s.id = $1 and s.status = 'checking' and p.deleted_at is null`;
export const selectChecking = statement<CheckingRow>('photos.checking', checking);
export const lockChecking = statement<CheckingRow>('photos.lock-checking', `${checking} for update of s`);

export const updateDerived = statement<void>(
  'photos.derived',
  `update parley.photos set width = coalesce(width, $2), height = coalesce(height, $3), stored_media_type = 'image/jpeg', stored_bytes = $4, stored_sha256 = $5, stored_width = $6,
          stored_height = $7, stored_bit_depth = 8, stored_color_type = 'ycbcr', stored_compression_method = 'jpeg-baseline', stored_at = now(),
          crop_left = $8, crop_top = $9, crop_width = $10, crop_height = $11
    where id = $1`,
);

export const updateChecked = statement<void>(
  'photos.checked',
  `update parley.submissions set status = $2, status_at = now(), checks = $3, sent_at = case when $2 = 'waiting' then now() end where id = $1`,
);

/** What was chosen on a link and not sent goes when another is chosen. */
export const withdrawUnsent = statement<{ photoId: PhotoId }>(
  'photos.withdraw-unsent',
  `update parley.submissions set status = 'withdrawn', status_at = now() where invitation_id = $1 and status in ('checking', 'draft') returning photo_id as "photoId"`,
);

/** Without its key nothing of a photo opens again; the files themselves are deleted by the job that is told. */
export const forgetPhotos = statement<{ storeKey: string }>(
  'photos.forget',
  `update parley.photos set wrapped = null, deleted_at = now() where id = any($1) and deleted_at is null returning store_key as "storeKey"`,
);

// ------------------------------------------------------------------ behind the link

export type LinkPhotoRow = {
  draftId: SubmissionId | null;
  reasonCode: string | null;
  note: string | null;
  uses: Use[];
  usesLikeness: boolean;
  keptDays: number;
};

/** What a link's page about the photo needs: a draft of this browser's, why another was asked for, and what else the parent allowed. */
export const selectLinkPhoto = statement<LinkPhotoRow>(
  'photos.link-photo',
  `select (select s.id from parley.submissions s where s.invitation_id = $1 and s.holder_hash = $2 and s.status in ('checking', 'draft') order by s.id desc limit 1) as "draftId",
          last.reason_code as "reasonCode", last.note,
          array(select c.use from (select distinct on (use) use, given from parley.photo_consents where school_id = $3 and parent_id = $4 order by use, id desc) c where c.given) as uses,
          sc.likeness as "usesLikeness", sc.photo_retention_days as "keptDays"
     from parley.schools sc
     left join lateral (select r.reason_code, r.note from parley.photo_reviews r join parley.submissions s on s.id = r.submission_id
                         where s.school_id = $3 and s.parent_id = $4 and r.decision = 'retake' order by r.id desc limit 1) last on true
    where sc.id = $3`,
);

export type DraftRow = {
  submissionId: SubmissionId;
  status: SubmissionStatus;
  checks: Checks | null;
  id: PhotoId;
  storeKey: string;
  wrapped: Buffer | null;
  storedAt: Date | null;
};

const draft = `
  select s.id as "submissionId", s.status, s.checks, p.id, p.store_key as "storeKey", p.wrapped, p.stored_at as "storedAt"
    from parley.submissions s join parley.photos p on p.id = s.photo_id
   where s.id = $1 and s.invitation_id = $2 and s.holder_hash = $3`;
/** A photo that this browser chose on this link. For any other it is not there. */
export const selectDraft = statement<DraftRow>('photos.draft', draft);
export const lockDraft = statement<DraftRow>('photos.lock-draft', `${draft} for update of s`);

export const markSent = statement<void>(
  'photos.mark-sent',
  `update parley.submissions set status = 'waiting', status_at = now(), sent_at = now() where id = $1`,
);

/** Only what changes is written: a use that is given and was given adds no row. */
export const insertUses = statement<{ use: Use }>(
  'photos.insert-uses',
  `insert into parley.photo_consents (school_id, parent_id, invitation_id, use, given)
   select $1, $2, $3, u.use, u.use = any($4::text[])
     from unnest(array['directory', 'newsletter', 'likeness']) as u (use)
     left join lateral (select c.given from parley.photo_consents c where c.school_id = $1 and c.parent_id = $2 and c.use = u.use order by c.id desc limit 1) last on true
    where coalesce(last.given, false) <> (u.use = any($4::text[]))
   returning use`,
);

// ------------------------------------------------------------------ sweeping

/** Of these folders of the store, those whose photo is kept. `stored` says whether the checks are done, and with them the file as it came. */
export const selectKept = statement<{ storeKey: string; stored: boolean }>(
  'photos.kept',
  `select store_key as "storeKey", stored_at is not null as stored from parley.photos where store_key = any($1) and deleted_at is null`,
);
