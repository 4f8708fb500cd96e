import { sharesFamily } from '../access/scope.ts';
import type { StepKind } from '../audit/steps.ts';
import type { CommentId, FamilyId, ParentId, SubjectId } from '../core/ids.ts';
import { statement } from '../platform/database.ts';

export type EntryRow = {
  familyId: FamilyId;
  pos: number;
  kind: number;
  at: Date;
  actorId: ParentId;
  itemId: string;
  prevHash: Buffer;
  leaf: Buffer;
  leafHash: Buffer;
  previousHash: Buffer | null;
  nextPrevHash: Buffer | null;
  lastPos: number;
  /** The subject and position of the message it is about, if it is about one. */
  subjectId: SubjectId | null;
  commentPos: number | null;
  correctsId: CommentId | null;
  urgentReason: string | null;
  commitment: Buffer | null;
  manifest: Buffer | null;
  ciphertext: Buffer | null;
  wrapped: Buffer | null;
  /** Of a step: what it is about, what kind of step, and the school that did it, if one did. */
  aboutId: string | null;
  stepKind: StepKind | null;
  schoolName: string | null;
};

export const selectEntry = statement<EntryRow>(
  'record.entry',
  `select e.family_id as "familyId", e.pos::int, e.kind, e.at, e.actor_id as "actorId", e.item_id as "itemId", e.prev_hash as "prevHash", e.leaf, e.leaf_hash as "leafHash",
          before.leaf_hash as "previousHash", after.prev_hash as "nextPrevHash",
          (select l.pos::int from record.entries l where l.family_id = e.family_id order by l.pos desc limit 1) as "lastPos",
          coalesce(c.subject_id, s.id) as "subjectId", c.pos::int as "commentPos", c.corrects_id as "correctsId", c.urgent_reason as "urgentReason",
          coalesce(own.commitment, s.commitment, m.commitment, step.commitment) as commitment, own.manifest,
          coalesce(own.body_ct, s.title_ct, m.name_ct, step.content_ct) as ciphertext, k.wrapped,
          step.about_id as "aboutId", step.kind as "stepKind", school.name as "schoolName"
     from record.entries e
     left join record.entries before on before.family_id = e.family_id and before.pos = e.pos - 1
     left join record.entries after on after.family_id = e.family_id and after.pos = e.pos + 1
     left join record.comments c on c.id = e.item_id
     left join record.comments own on own.id = e.item_id and e.kind in (1, 6)
     left join record.subjects s on s.id = e.item_id and e.kind = 3
     left join record.members m on m.id = e.item_id and e.kind = 4
     left join record.steps step on step.id = e.item_id and e.kind = 15
     left join parley.schools school on school.id = step.school_id
     left join record.content_keys k on k.item_id = e.item_id and e.kind in (1, 3, 4, 6, 15)
    where e.family_id = $2 and e.pos = $3 and ${sharesFamily('e.family_id', '$1')}`,
);

export type LedgerRow = {
  pos: number;
  kind: number;
  at: Date;
  actorId: ParentId;
  itemId: string;
  leafHash: Buffer;
  /** Of a step: its words, and the school that did it. */
  contentCt: Buffer | null;
  wrapped: Buffer | null;
  schoolName: string | null;
};

export const selectLedger = statement<LedgerRow>(
  'record.ledger',
  `select e.pos::int, e.kind, e.at, e.actor_id as "actorId", e.item_id as "itemId", e.leaf_hash as "leafHash",
          s.content_ct as "contentCt", k.wrapped, school.name as "schoolName"
     from record.entries e
     left join record.steps s on s.id = e.item_id and e.kind = 15
     left join record.content_keys k on k.item_id = s.id
     left join parley.schools school on school.id = s.school_id
    where e.family_id = $2 and e.pos < $3 and ${sharesFamily('e.family_id', '$1')} order by e.pos desc limit $4`,
);

// ------------------------------------------------------------------ checking a whole record

export type CheckRow = {
  pos: number;
  kind: number;
  atMicroseconds: string;
  actorId: string;
  itemId: string;
  prevHash: Buffer;
  leaf: Buffer;
  leafHash: Buffer;
  viewed: boolean;
  storedAt: string | null;
  storedActorId: string | null;
  subjectId: SubjectId | null;
  childId: string | null;
  activityId: string | null;
  schoolId: string | null;
  urgentReason: string | null;
  correctsId: string | null;
  commitment: Buffer | null;
  manifest: Buffer | null;
  ciphertext: Buffer | null;
  wrapped: Buffer | null;
  aboutId: string | null;
  stepKind: string | null;
  /** How many are stored for it, whatever its list of files says. */
  files: number;
};

const microseconds = (column: string) => `(extract(epoch from ${column}) * 1000000)::bigint::text`;

export const selectForCheck = statement<CheckRow>(
  'record.for-check',
  `select e.pos::int, e.kind, ${microseconds('e.at')} as "atMicroseconds", e.actor_id as "actorId", e.item_id as "itemId",
          e.prev_hash as "prevHash", e.leaf, e.leaf_hash as "leafHash", v.id is not null as viewed,
          ${microseconds('coalesce(c.created_at, s.created_at, m.created_at, v.created_at, step.created_at)')} as "storedAt",
          coalesce(c.author_id, s.opened_by, m.parent_id, step.parent_id, step.school_id, case when step.id is not null then '00000000-0000-0000-0000-000000000000'::uuid end) as "storedActorId",
          c.subject_id as "subjectId", s.child_id as "childId", s.activity_id as "activityId", s.school_id as "schoolId",
          c.urgent_reason as "urgentReason", c.corrects_id as "correctsId",
          coalesce(c.commitment, s.commitment, m.commitment, step.commitment) as commitment, c.manifest,
          coalesce(c.body_ct, s.title_ct, m.name_ct, step.content_ct) as ciphertext, k.wrapped,
          step.about_id as "aboutId", step.kind as "stepKind",
          (select count(*)::int from record.attachments a where a.comment_id = c.id) as files
     from record.entries e
     left join record.comments c on e.kind in (1, 6) and c.family_id = e.family_id and c.pos = e.pos and c.id = e.item_id
     left join record.subjects s on e.kind = 3 and s.family_id = e.family_id and s.pos = e.pos and s.id = e.item_id
     left join record.members  m on e.kind = 4 and m.family_id = e.family_id and m.pos = e.pos and m.id = e.item_id
     left join record.views    v on e.kind = 2 and v.family_id = e.family_id and v.pos = e.pos and v.comment_id = e.item_id and v.viewer_id = e.actor_id
     left join record.steps step on e.kind = 15 and step.family_id = e.family_id and step.pos = e.pos and step.id = e.item_id
     left join record.content_keys k on k.item_id = e.item_id and e.kind in (1, 3, 4, 6, 15)
    where e.family_id = $1 and e.pos > $2 order by e.pos limit $3`,
);

/** The first row beside the ledger that has no entry of its own kind. */
export const selectRecordedElsewhere = statement<{ pos: number }>(
  'record.recorded-elsewhere',
  `select stored.pos::int from (
      select family_id, pos, id as item_id, 1 as kind from record.comments where family_id = $1
      union all select family_id, pos, id, 3 from record.subjects where family_id = $1
      union all select family_id, pos, id, 4 from record.members where family_id = $1
      union all select family_id, pos, id, 15 from record.steps where family_id = $1
      union all select family_id, pos, comment_id, 2 from record.views where family_id = $1) stored
    where not exists (select from record.entries e where e.family_id = stored.family_id and e.pos = stored.pos and e.item_id = stored.item_id
                         and case when e.kind = 6 then 1 else e.kind end = stored.kind)
    order by stored.pos limit 1`,
);

type CheckFileRow = {
  id: string;
  commitment: Buffer;
  size: number;
  mediaType: string;
  receivedSha256: Buffer;
  nameCt: Buffer;
  contentCt: Buffer;
  wrapped: Buffer | null;
};

export const selectCheckFiles = statement<CheckFileRow>(
  'record.check-files',
  `select a.id, a.commitment, a.size::int, a.media_type as "mediaType", a.received_sha256 as "receivedSha256", a.name_ct as "nameCt", a.content_ct as "contentCt", k.wrapped
     from record.attachments a left join record.content_keys k on k.item_id = a.id where a.comment_id = $1 order by a.ord`,
);

export const selectFamilyIds = statement<{ id: FamilyId }>('record.family-ids', `select f.id from parley.families f order by f.id`);

export const upsertCheck = statement<void>(
  'record.upsert-check',
  `insert into parley.record_checks (family_id, checked_to, broken_at) values ($1, $2, $3)
   on conflict (family_id) do update set checked_to = excluded.checked_to, broken_at = excluded.broken_at, checked_at = now()`,
);
