import { holdsOn } from '../access/scope.ts';
import type { ChildId, ParentId, PhotoId } from '../core/ids.ts';
import { statement } from '../platform/database.ts';

// ------------------------------------------------------------------ who may collect

/** The words of the latest change for each adult and child on the day $2 at the school $1. */
const changesText = `select distinct on (ch.child_id, ch.parent_id) ch.child_id, ch.parent_id, ch.may_collect, ch.at
     from parley.collection_changes ch where ch.school_id = $1 and ch.on_date = $2::date order by ch.child_id, ch.parent_id, ch.id desc`;

/**
 * Adults who belong to the children of `kids` on the day $2, and whether that day is usually theirs: those with a parenting, and those whom one of
 * these chose, the school confirmed and whose photo is approved. A chosen adult goes with the one who chose them. All are on the roll of the school $1.
 */
const knownText = `select known.child_id, known.parent_id, (array_agg(known.relation order by known.turn))[1] as relation, min(known.turn) as turn,
          bool_or(known.usual) as usual, p.given_name, p.surname, approved.photo_id
     from (
       select pg.child_id, pg.parent_id, pg.relation, 1 as turn, true as usual
         from parley.parentings pg join kids on kids.id = pg.child_id where ${holdsOn('pg', '$2::date')}
       union all
       select cc.child_id, co.parent_id, co.relation, 2,
              (co.from_on is null or co.from_on <= $2::date) and (co.until_on is null or co.until_on >= $2::date)
                and (co.weekdays = '{}' or extract(isodow from $2::date)::smallint = any (co.weekdays))
         from parley.collectors co join parley.collector_children cc on cc.collector_id = co.id join kids on kids.id = cc.child_id
        where co.school_id = $1 and co.state = 'confirmed'
          and exists (select from parley.parentings pg join parley.school_parents sp on sp.school_id = $1 and sp.parent_id = pg.parent_id and sp.until is null
                       where pg.parent_id = co.chosen_by and pg.child_id = cc.child_id and ${holdsOn('pg', '$2::date')})
     ) known
     join parley.school_parents sp on sp.school_id = $1 and sp.parent_id = known.parent_id and sp.until is null
     join parley.parents p on p.id = known.parent_id
     left join lateral (
       select ph.id as photo_id from parley.submissions su join parley.photos ph on ph.id = su.photo_id
        where su.school_id = $1 and su.parent_id = known.parent_id and su.status = 'approved' and ph.deleted_at is null
     ) approved on true
    where known.turn = 1 or approved.photo_id is not null
    group by known.child_id, known.parent_id, p.given_name, p.surname, approved.photo_id`;

const allowedText = `select known.*, changes.at from known left join changes on changes.child_id = known.child_id and changes.parent_id = known.parent_id
    where coalesce(changes.may_collect, known.usual)`;

type GateAdult = { id: ParentId; givenName: string; surname: string; relation: string; photoId: PhotoId | null };
export type GateChild = {
  id: ChildId;
  givenName: string;
  surname: string;
  class: string | null;
  adults: GateAdult[];
  /** When something about this day was last changed for this child; never what. */
  changedAt: string | null;
  collectedAt: string | null;
};
export type GateRow = {
  classes: string[];
  children: GateChild[];
  /** How many were found; `children` has the first of them. */
  found: number;
  changed: { id: ChildId; givenName: string; surname: string; class: string | null; at: string }[];
  /** What waits for the office: people and days. */
  waiting: number;
};

/** Most children on one page of the gate. */
const mostChildren = 60;

/**
 * The gate of the school $1 on the day $2: the children asked for by class $3, by words $4 (a pattern for LIKE) or by id $5, each with the adults who may collect.
 * Words find a child by name, or by the name of an adult who may collect that child on the day, and by no other.
 */
export const selectGate = statement<GateRow>(
  'gate.day',
  `with kids as (
     select c.id, c.given_name, c.surname, c.class, c.class_sort, c.sort_name from parley.children c
      where c.school_id = $1 and ($5::uuid is null or c.id = $5) and ($3::text is null or c.class = $3) and coalesce($3, $4, $5::text) is not null
   ), changes as (${changesText}
   ), known as (${knownText}
   ), allowed as materialized (${allowedText}
   ), matched as (
     select kids.* from kids
      where $4::text is null or parley.fold(kids.given_name || ' ' || kids.surname) like $4
         or exists (select from allowed a where a.child_id = kids.id and parley.fold(a.given_name || ' ' || a.surname) like $4)
   ), shown as (
     select * from matched order by class_sort, sort_name, id limit ${mostChildren}
   )
   select
     (select coalesce(json_agg(k.class order by k.class_sort), '[]')
        from (select distinct c.class, c.class_sort from parley.children c where c.school_id = $1 and c.class is not null) k) as classes,
     (select count(*)::int from matched) as found,
     (select coalesce(json_agg(json_build_object('id', shown.id, 'givenName', shown.given_name, 'surname', shown.surname, 'class', shown.class,
        'adults', (select coalesce(json_agg(json_build_object('id', a.parent_id, 'givenName', a.given_name, 'surname', a.surname, 'relation', a.relation,
                                                             'photoId', a.photo_id) order by a.turn, a.surname, a.given_name, a.parent_id), '[]')
                     from allowed a where a.child_id = shown.id),
        'changedAt', (select max(changes.at) from changes where changes.child_id = shown.id),
        'collectedAt', (select k.at from parley.collections k where k.school_id = $1 and k.on_date = $2::date and k.child_id = shown.id and k.undone_at is null)
        ) order by shown.class_sort, shown.sort_name, shown.id), '[]') from shown) as children,
     (select coalesce(json_agg(json_build_object('id', c.id, 'givenName', c.given_name, 'surname', c.surname, 'class', c.class, 'at', per.at) order by per.at desc, c.id), '[]')
        from (select changes.child_id, max(changes.at) as at from changes group by changes.child_id) per
        join parley.children c on c.id = per.child_id and c.school_id = $1) as changed,
     (select count(*)::int from parley.collectors co where co.school_id = $1 and co.state = 'waiting')
       + (select count(*)::int from parley.collection_requests cr where cr.school_id = $1 and cr.on_date >= $2::date and cr.state = 'waiting') as waiting`,
);

export type AllowedRow = GateAdult & { children: { id: ChildId; name: string; class: string | null }[] };

/** Every adult with an approved photo who may collect somebody at the school $1 on the day $2. */
export const selectAllowed = statement<AllowedRow>(
  'gate.allowed',
  `with kids as (
     select c.id, c.given_name, c.surname, c.class, c.class_sort, c.sort_name from parley.children c where c.school_id = $1
   ), changes as (${changesText}
   ), known as (${knownText}
   ), allowed as (${allowedText})
   select a.parent_id as id, a.given_name as "givenName", a.surname, min(a.relation) as relation, a.photo_id as "photoId",
          json_agg(json_build_object('id', kids.id, 'name', kids.given_name || ' ' || kids.surname, 'class', kids.class)
                   order by kids.class_sort, kids.sort_name, kids.id) as children
     from allowed a join kids on kids.id = a.child_id where a.photo_id is not null
    group by a.parent_id, a.given_name, a.surname, a.photo_id`,
);

// ------------------------------------------------------------------ what is different on one day

export const selectChildAt = statement<{ id: ChildId; givenName: string; surname: string; class: string | null }>(
  'gate.child',
  `select c.id, c.given_name as "givenName", c.surname, c.class from parley.children c where c.school_id = $1 and c.id = $2`,
);

/** The same, kept from changing under somebody else's hands: two changes for one child happen one after another. */
export const lockChildAt = statement<{ id: ChildId }>(
  'gate.lock-child',
  `select c.id, pg_advisory_xact_lock(7236005, hashtext(c.id::text)) from parley.children c where c.school_id = $1 and c.id = $2`,
);

export type KnownAdult = GateAdult & { usual: boolean; may: boolean };

/** For the office alone: every adult who belongs to the child $3, and whether they may collect on the day $2. */
export const selectKnown = statement<KnownAdult>(
  'gate.known',
  `with kids as (
     select c.id, c.given_name, c.surname, c.class, c.class_sort, c.sort_name from parley.children c where c.school_id = $1 and c.id = $3
   ), changes as (${changesText}
   ), known as (${knownText})
   select known.parent_id as id, known.given_name as "givenName", known.surname, known.relation, known.photo_id as "photoId", known.usual,
          coalesce(changes.may_collect, known.usual) as may
     from known left join changes on changes.child_id = known.child_id and changes.parent_id = known.parent_id
    order by known.turn, known.surname, known.given_name, known.parent_id`,
);

export type ChangeRow = { at: Date; by: string; name: string; mayCollect: boolean; note: string | null };

export const selectChanges = statement<ChangeRow>(
  'gate.changes',
  `select ch.at, a.display_name as by, p.given_name || ' ' || p.surname as name, ch.may_collect as "mayCollect", ch.note
     from parley.collection_changes ch join parley.accounts a on a.id = ch.made_by join parley.parents p on p.id = ch.parent_id
    where ch.school_id = $1 and ch.on_date = $2::date and ch.child_id = $3 order by ch.id`,
);

export const insertChanges = statement<void>(
  'gate.insert-changes',
  `insert into parley.collection_changes (school_id, child_id, on_date, parent_id, may_collect, note, made_by)
   select $1::uuid, $2::uuid, $3::date, c.parent_id, c.may_collect, $6::text, $7::uuid from unnest($4::uuid[], $5::boolean[]) as c (parent_id, may_collect)`,
);

// ------------------------------------------------------------------ who has been collected

export const insertCollection = statement<{ id: string }>(
  'gate.insert-collection',
  `insert into parley.collections (school_id, child_id, on_date, marked_by) values ($1, $2, $3, $4)
   on conflict (school_id, on_date, child_id) where undone_at is null do nothing returning id`,
);

export const undoCollection = statement<{ id: string }>(
  'gate.undo-collection',
  `update parley.collections set undone_at = now(), undone_by = $4 where school_id = $1 and child_id = $2 and on_date = $3 and undone_at is null returning id`,
);
