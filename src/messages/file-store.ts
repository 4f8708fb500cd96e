import { sharesFamily } from '../access/scope.ts';
import type { AttachmentId, UploadId } from '../core/ids.ts';
import { statement } from '../platform/database.ts';

export const insertUpload = statement<void>(
  'messages.insert-upload',
  `insert into parley.uploads (id, parent_id, size, media_type, received_sha256, content_sha256, wrapped, content_ct) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
);

type UploadRow = { id: UploadId; size: number; mediaType: string; receivedSha256: Buffer; contentSha256: Buffer; wrapped: Buffer };

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

/**
 * Within a statement that posts: the author's uploads $15, with their commitments and names, go on the record as they are, still encrypted,
 * and wait no longer.
 */
export const takeUploads = `
   taken as (
     delete from parley.uploads up using posted, unnest($15::uuid[], $16::bytea[], $17::bytea[]) with ordinality as f (id, commitment, name_ct, ord)
      where up.id = f.id and up.parent_id = posted.author_id
      returning up.id, posted.id as comment_id, f.ord, f.commitment, up.size, up.media_type, up.received_sha256, f.name_ct, up.content_ct, up.wrapped),
   files as (
     insert into record.attachments (id, comment_id, ord, commitment, size, media_type, received_sha256, name_ct, content_ct)
     select taken.id, taken.comment_id, taken.ord::smallint, taken.commitment, taken.size, taken.media_type, taken.received_sha256, taken.name_ct, taken.content_ct
       from taken),
   file_keys as (insert into record.content_keys (item_id, wrapped) select taken.id, taken.wrapped from taken)`;

type AttachmentRow = { id: AttachmentId; mediaType: string; receivedSha256: Buffer; nameCt: Buffer; contentCt: Buffer; wrapped: Buffer };

export const selectAttachment = statement<AttachmentRow>(
  'messages.attachment',
  `select a.id, a.media_type as "mediaType", a.received_sha256 as "receivedSha256", a.name_ct as "nameCt", a.content_ct as "contentCt", k.wrapped
     from record.attachments a join record.comments c on c.id = a.comment_id join record.content_keys k on k.item_id = a.id
    where a.id = $2 and ${sharesFamily('c.family_id', '$1')}`,
);
