import type { ParentId, PhotoId, SubmissionId } from '../../core/ids.ts';
import { statement } from '../../platform/database.ts';
import { comparedPairs } from './likeness-store.ts';

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
const stripShown = 8;

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
             from (${comparedPairs}) pair left join parley.photo_embeddings f on f.photo_id = pair.fresh left join parley.photo_embeddings o on o.photo_id = pair.in_use
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
