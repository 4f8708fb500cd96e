import type { ParentId, PhotoId, PhotoImportId } from '../../core/ids.ts';
import { statement } from '../../platform/database.ts';
import type { PhotoFacts, PhotoType } from '../../platform/photo/read-metadata.ts';
import type { Checks } from '../judge-photo.ts';
import type { SubmissionStatus } from '../store.ts';

export type AdultByNumber = { number: number; parentId: ParentId; name: string; photo: 'waiting' | 'approved' | null; received: string[] };

/** The adults of a school with these numbers, how far their photo has come, and the files that were handed in for them before. */
export const selectByNumbers = statement<AdultByNumber>(
  'photo-import.by-numbers',
  `select a.number, a.parent_id as "parentId", p.given_name || ' ' || p.surname as name,
          (select s.status from parley.submissions s where s.school_id = a.school_id and s.parent_id = a.parent_id and s.status in ('waiting', 'approved') order by s.status desc limit 1) as photo,
          array(select encode(ph.received_sha256, 'hex') from parley.photos ph join parley.submissions s on s.photo_id = ph.id
                 where ph.school_id = a.school_id and ph.parent_id = a.parent_id and s.sent_at is not null) as received
     from parley.school_parents a join parley.parents p on p.id = a.parent_id
    where a.school_id = $1 and a.number = any($2) and a.until is null`,
);

export const insertImport = statement<{ id: PhotoImportId }>(
  'photo-import.insert',
  `insert into parley.photo_imports (school_id, created_by) values ($1, $2) returning id`,
);

export type FileOutcome = 'matched' | 'unmatched' | 'duplicate' | 'wrong';

/** All files of an import in one statement; columns as JSON carries them, bytes in hexadecimal. */
export const insertFiles = statement<void>(
  'photo-import.insert-files',
  `insert into parley.photo_import_files (import_id, n, name, outcome, note, parent_id, photo_id, store_key, wrapped, size, media_type, sha256, facts)
   select $1, f.n, f.name, f.outcome, f.note, f."parentId", f."photoId", f."storeKey", decode(f.wrapped, 'hex'), f.size, f."mediaType", decode(f.sha256, 'hex'), f.facts
     from json_to_recordset($2) as f (n integer, name text, outcome text, note text, "parentId" uuid, "photoId" uuid, "storeKey" text, wrapped text, size bigint,
                                      "mediaType" text, sha256 text, facts jsonb)`,
);

export type ImportRow = { id: PhotoImportId; createdAt: Date; startedAt: Date | null; expired: boolean };

const importOf = `
  select i.id, i.created_at as "createdAt", i.started_at as "startedAt", i.started_at is null and i.created_at < now() - interval '24 hours' as expired
    from parley.photo_imports i where i.id = $1 and i.school_id = $2`;
export const selectImport = statement<ImportRow>('photo-import.one', importOf);
export const lockImport = statement<ImportRow>('photo-import.lock', `${importOf} for update`);

export const selectImports = statement<ImportRow & { files: number; matched: number }>(
  'photo-import.recent',
  `select i.id, i.created_at as "createdAt", i.started_at as "startedAt", i.started_at is null and i.created_at < now() - interval '24 hours' as expired,
          f.files::int, f.matched::int
     from parley.photo_imports i
     cross join lateral (select count(*) as files, count(*) filter (where outcome = 'matched') as matched from parley.photo_import_files where import_id = i.id) f
    where i.school_id = $1 order by i.id desc limit 8`,
);

export type FileRow = {
  n: number;
  name: string;
  outcome: FileOutcome;
  note: string | null;
  adult: string | null;
  number: number | null;
  status: SubmissionStatus | null;
  sentAt: Date | null;
  checks: Checks | null;
};

export const selectFiles = statement<FileRow>(
  'photo-import.files',
  `select f.n, f.name, f.outcome, f.note, p.given_name || ' ' || p.surname as adult, a.number, s.status, s.sent_at as "sentAt", s.checks
     from parley.photo_import_files f join parley.photo_imports i on i.id = f.import_id
     left join parley.parents p on p.id = f.parent_id
     left join parley.school_parents a on a.school_id = i.school_id and a.parent_id = f.parent_id
     left join parley.submissions s on s.id = f.submission_id
    where f.import_id = $1 order by f.n`,
);

type MatchedRow = {
  n: number;
  parentId: ParentId;
  photoId: PhotoId;
  storeKey: string;
  wrapped: Buffer;
  size: number;
  mediaType: PhotoType;
  sha256: Buffer;
  facts: PhotoFacts;
};

export const selectMatched = statement<MatchedRow>(
  'photo-import.matched',
  `select n, parent_id as "parentId", photo_id as "photoId", store_key as "storeKey", wrapped, size::float8 as size, media_type as "mediaType", sha256, facts
     from parley.photo_import_files where import_id = $1 and outcome = 'matched' and wrapped is not null order by n`,
);

export const markStarted = statement<void>(
  'photo-import.mark-started',
  `update parley.photo_imports set started_by = $2, started_at = now(), despite_checks = $3 where id = $1`,
);

/** What became of a file when the import was started: a photo of its adult, or too late. Its key is the photo's from now on. */
export const settleFile = statement<void>(
  'photo-import.settle-file',
  `update parley.photo_import_files set submission_id = $3, outcome = $4, note = coalesce($5, note), wrapped = null where import_id = $1 and n = $2`,
);

/** Of these folders of the store, those of a trial that can still be started, or was a moment ago and is being. */
export const selectStaged = statement<{ storeKey: string }>(
  'photo-import.staged',
  `select f.store_key as "storeKey" from parley.photo_import_files f join parley.photo_imports i on i.id = f.import_id
    where f.store_key = any($1) and f.wrapped is not null and i.started_at is null and i.created_at > now() - interval '25 hours'`,
);

/** A trial that was not started within a day loses its keys, an hour later so that none does while it is being started; after ninety days an import is forgotten. */
export const forgetTrials = statement<void>(
  'photo-import.forget-trials',
  `update parley.photo_import_files f set wrapped = null from parley.photo_imports i
    where i.id = f.import_id and f.wrapped is not null and i.started_at is null and i.created_at < now() - interval '25 hours'`,
);
export const deleteOldFiles = statement<void>(
  'photo-import.delete-old-files',
  `delete from parley.photo_import_files f using parley.photo_imports i where i.id = f.import_id and i.created_at < now() - interval '90 days'`,
);
export const deleteOldImports = statement<void>('photo-import.delete-old', `delete from parley.photo_imports where created_at < now() - interval '90 days'`);
