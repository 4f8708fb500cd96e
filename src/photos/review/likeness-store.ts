import type { PhotoId } from '../../core/ids.ts';
import { statement } from '../../platform/database.ts';

/** Photos that may be compared: one that waits and the one in use, where the school uses it and the parent agreed last. */
export const comparedPairs = `
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
    where ph.id in (select unnest(array[pair.fresh, pair.in_use]) from (${comparedPairs}) pair) and ph.deleted_at is null and ph.stored_at is not null
      and not exists (select from parley.photo_embeddings e where e.photo_id = ph.id)
    order by ph.id limit 50`,
);

/** Only while it is still wanted: agreement may have ended while the program looked. */
export const insertEmbedding = statement<void>(
  'review.insert-embedding',
  `insert into parley.photo_embeddings (photo_id, sealed)
   select $1, $2 where exists (select from (${comparedPairs}) pair where $1 in (pair.fresh, pair.in_use)) on conflict (photo_id) do nothing`,
);

/** Decided, taken back or turned off: what no comparison needs is not kept. */
export const deleteUnneededEmbeddings = statement<{ id: PhotoId }>(
  'review.delete-unneeded-embeddings',
  `delete from parley.photo_embeddings e where not exists (select from (${comparedPairs}) pair where e.photo_id in (pair.fresh, pair.in_use)) returning e.photo_id as id`,
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

/** Within a statement that deletes a photo ($1): the numbers of its faces go with it. */
export const embeddingDelete = `delete from parley.photo_embeddings where photo_id = $1`;
