import { holdsNow, holdsOn } from '../../access/scope.ts';
import type { ChildId, CollectionRequestId, CollectorId, ParentId, SchoolId } from '../../core/ids.ts';
import { familyViewWith } from '../../families/index.ts';
import { statement } from '../../platform/database.ts';

/** Today as this school has it. */
const todayAt = (school: string): string => `(now() at time zone ${school}.time_zone)::date`;
/** The rows of one adult: the parent $1, and those that other schools made of them. */
const selves = `select self.id from parley.parents self where self.id = $1 or self.same_as = $1`;

/** The children of a family for whom the parent $1 may say who else collects: a parenting that holds, and a place on the roll of their school. */
const myChildren = `select c.id, c.given_name, c.born_on, c.school_id, pg.parent_id as self_id, s.name as school_name, s.time_zone
     from parley.children c join parley.schools s on s.id = c.school_id
     join parley.parentings pg on pg.child_id = c.id and pg.parent_id in (${selves}) and ${holdsOn('pg', todayAt('s'))}
     join parley.school_parents sp on sp.school_id = c.school_id and sp.parent_id = pg.parent_id and sp.until is null`;

type MyChild = { id: ChildId; givenName: string; schoolId: SchoolId; schoolName: string; timeZone: string; selfId: ParentId };
/** Somebody who was chosen to collect, and when. `parentId` is theirs on the roll, once the school has confirmed them. */
type Collector = {
  id: CollectorId;
  parentId: ParentId | null;
  givenName: string;
  surname: string;
  relation: string;
  fromOn: string | null;
  untilOn: string | null;
  weekdays: number[];
};
export type MyCollector = Collector & {
  state: 'waiting' | 'confirmed' | 'declined';
  schoolId: SchoolId;
  schoolName: string;
  timeZone: string;
  /** Chosen by the parent who looks. */
  mine: boolean;
  /** Who chose them, where both share this record. */
  chosenBy: string | null;
  /** Their photo is approved, so the gate shows them. Null of somebody who is a parent here: how far theirs has come is told to nobody else. */
  photo: boolean | null;
  children: { id: ChildId; givenName: string }[];
};
type MyRequest = { id: CollectionRequestId; child: string; who: string; onDate: string; state: 'waiting' | 'confirmed' | 'declined' };
export type Collecting = {
  myChildren: MyChild[];
  collectors: MyCollector[];
  requests: MyRequest[];
  /** Schools where the parent has an approved photo, and so a code. */
  codes: { schoolName: string; timeZone: string; selfId: ParentId }[];
};

const approved = (school: string, parent: string): string =>
  `exists (select from parley.submissions su join parley.photos ph on ph.id = su.photo_id
            where su.school_id = ${school} and su.parent_id = ${parent} and su.status = 'approved' and ph.deleted_at is null)`;

/**
 * A family with who may collect its children, as one of its parents sees it. What they chose themselves shows whatever became of it; what another chose
 * shows only once the school has confirmed it and while it holds, so that nothing tells of a choice that was declined, taken back or ended.
 */
export const selectCollecting = familyViewWith<Collecting>(
  'gate.collecting',
  `(select coalesce(json_agg(json_build_object('id', mc.id, 'givenName', mc.given_name, 'schoolId', mc.school_id, 'schoolName', mc.school_name,
              'timeZone', mc.time_zone, 'selfId', mc.self_id) order by mc.born_on, mc.id), '[]') from (${myChildren} where c.family_id = f.id) mc) as "myChildren",
     (select coalesce(json_agg(json_build_object('id', co.id, 'parentId', co.parent_id, 'givenName', co.given_name, 'surname', co.surname, 'relation', co.relation,
              'fromOn', co.from_on, 'untilOn', co.until_on, 'weekdays', co.weekdays, 'state', co.state, 'schoolId', co.school_id, 'schoolName', s.name,
              'timeZone', s.time_zone, 'mine', co.mine,
              'photo', case when not exists (select from parley.parentings pg where pg.parent_id = co.parent_id) then ${approved('co.school_id', 'co.parent_id')} end,
              'chosenBy', (select p.given_name from parley.parents p
                            where not co.mine and p.id = co.chooser
                              and exists (select from parley.family_parents fp where fp.family_id = f.id and fp.parent_id = p.id and (fp.until is null or fp.until > now()))),
              'children', co.children) order by co.created_at, co.id), '[]')
        from (
          select co.*, co.chosen_by in (${selves}) as mine, coalesce(chooser.same_as, chooser.id) as chooser,
                 (select json_agg(json_build_object('id', mc.id, 'givenName', mc.given_name) order by mc.born_on, mc.id)
                    from (${myChildren} where c.family_id = f.id) mc
                    join parley.collector_children cc on cc.child_id = mc.id and cc.collector_id = co.id
                   where mc.school_id = co.school_id
                     and (co.chosen_by in (${selves})
                          or exists (select from parley.parentings pg join parley.school_parents sp on sp.school_id = co.school_id and sp.parent_id = pg.parent_id and sp.until is null
                                      where pg.parent_id = co.chosen_by and pg.child_id = mc.id and ${holdsOn('pg', `(now() at time zone mc.time_zone)::date`)}))) as children
            from parley.collectors co join parley.parents chooser on chooser.id = co.chosen_by
           where co.id in (select cc.collector_id from parley.collector_children cc join parley.children c on c.id = cc.child_id and c.family_id = f.id)
        ) co join parley.schools s on s.id = co.school_id
       where co.children is not null and (co.until_on is null or co.until_on >= ${todayAt('s')})
         and (co.state = 'confirmed' or co.mine and (co.state = 'waiting' or co.state = 'declined' and co.state_at > now() - interval '30 days'))) as collectors,
     (select coalesce(json_agg(json_build_object('id', cr.id, 'child', c.given_name, 'who', p.given_name || ' ' || p.surname, 'onDate', cr.on_date, 'state', cr.state)
              order by cr.on_date, cr.id), '[]')
        from parley.collection_requests cr join parley.children c on c.id = cr.child_id and c.family_id = f.id join parley.parents p on p.id = cr.parent_id
        join parley.schools s on s.id = cr.school_id
       where cr.told_by in (${selves}) and cr.on_date >= ${todayAt('s')} and cr.state <> 'withdrawn') as requests,
     (select coalesce(json_agg(json_build_object('schoolName', s.name, 'timeZone', s.time_zone, 'selfId', sp.parent_id) order by s.name, s.id), '[]')
        from parley.school_parents sp join parley.schools s on s.id = sp.school_id
       where sp.parent_id in (${selves}) and sp.until is null and ${approved('sp.school_id', 'sp.parent_id')}) as codes`,
);

// ------------------------------------------------------------------ what a parent writes

/** The children $2 for whom the parent $1 may choose, with their schools. */
export const selectMyChildren = statement<{ id: ChildId; schoolId: SchoolId; selfId: ParentId; timeZone: string }>(
  'gate.my-children',
  `select c.id, c.school_id as "schoolId", c.self_id as "selfId", c.time_zone as "timeZone" from (${myChildren} where c.id = any($2::uuid[])) c order by c.id`,
);

export const countChosen = statement<{ count: number }>(
  'gate.count-chosen',
  `select count(*)::int as count from parley.collectors co where co.chosen_by in (${selves}) and co.state in ('waiting', 'confirmed')`,
);

export const selectBySubmission = statement<{ id: CollectorId }>(
  'gate.collector-by-submission',
  `select co.id from parley.collectors co where co.submission = $2 and co.chosen_by in (${selves})`,
);

export const insertCollector = statement<{ id: CollectorId }>(
  'gate.insert-collector',
  `with made as (
     insert into parley.collectors (school_id, chosen_by, given_name, surname, relation, from_on, until_on, weekdays, email_ct, phone_ct, submission)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning id
   ), children as (
     insert into parley.collector_children (collector_id, child_id) select made.id, unnest($12::uuid[]) from made)
   select made.id from made`,
);

/** One that the parent $1 chose themselves: locked until the end of the transaction. */
export const lockOwnCollector = statement<{ id: CollectorId; schoolId: SchoolId; parentId: ParentId | null; state: string }>(
  'gate.lock-own-collector',
  `select co.id, co.school_id as "schoolId", co.parent_id as "parentId", co.state from parley.collectors co
    where co.id = $2 and co.chosen_by in (${selves}) for update of co`,
);

export const settleCollector = statement<void>(
  'gate.settle-collector',
  `update parley.collectors set state = $2, state_at = now(), settled_by = coalesce($3, settled_by), parent_id = coalesce($4, parent_id) where id = $1`,
);

/** Whether somebody may be told to collect the child $2: a confirmed choice ($3) of a parent who still has the child, seen by a parent of that child. */
export const selectTellable = statement<{ parentId: ParentId }>(
  'gate.tellable',
  `select co.parent_id as "parentId" from parley.collectors co join parley.collector_children cc on cc.collector_id = co.id and cc.child_id = $2
    where co.id = $3 and co.state = 'confirmed'
      and exists (select from parley.parentings pg where pg.parent_id in (${selves}) and pg.child_id = $2 and ${holdsNow('pg')})
      and exists (select from parley.parentings pg where pg.parent_id = co.chosen_by and pg.child_id = $2 and ${holdsNow('pg')})`,
);

export const insertRequest = statement<{ id: CollectionRequestId }>(
  'gate.insert-request',
  `insert into parley.collection_requests (school_id, child_id, parent_id, on_date, note, told_by) values ($1, $2, $3, $4, $5, $6)
   on conflict (child_id, parent_id, on_date, told_by) where state = 'waiting' do nothing returning id`,
);

export const withdrawRequest = statement<{ id: CollectionRequestId; schoolId: SchoolId; state: string }>(
  'gate.withdraw-request',
  `update parley.collection_requests cr set state = case when cr.state = 'waiting' then 'withdrawn' else cr.state end,
                                             state_at = case when cr.state = 'waiting' then now() else cr.state_at end
    where cr.id = $2 and cr.told_by in (${selves})
   returning cr.id, cr.school_id as "schoolId", cr.state`,
);

// ------------------------------------------------------------------ what the school decides

export type SchoolCollector = Collector & {
  state: 'waiting' | 'confirmed';
  chosenBy: string;
  createdAt: string;
  photo: boolean;
  children: string[];
  /** Adults on the roll of the same name: it may be one of them. */
  namesakes: { id: ParentId; number: number; children: string }[];
};
export type SchoolRequest = {
  id: CollectionRequestId;
  childId: ChildId;
  child: string;
  who: string;
  onDate: string;
  note: string | null;
  toldBy: string;
  createdAt: string;
};

/** What waits at the school $1 on its day $2, and who was confirmed. */
export const selectSchoolCollectors = statement<{ collectors: SchoolCollector[]; requests: SchoolRequest[] }>(
  'gate.school-collectors',
  `select
     (select coalesce(json_agg(json_build_object('id', co.id, 'parentId', co.parent_id, 'givenName', co.given_name, 'surname', co.surname, 'relation', co.relation,
              'fromOn', co.from_on, 'untilOn', co.until_on, 'weekdays', co.weekdays, 'state', co.state, 'createdAt', co.created_at,
              'chosenBy', (select p.given_name || ' ' || p.surname from parley.parents p where p.id = co.chosen_by),
              'photo', ${approved('co.school_id', 'co.parent_id')},
              'children', (select coalesce(json_agg(c.given_name || ' ' || c.surname || coalesce(', ' || c.class, '') order by c.class_sort, c.sort_name), '[]')
                             from parley.collector_children cc join parley.children c on c.id = cc.child_id where cc.collector_id = co.id),
              'namesakes', case when co.state = 'waiting' then
                (select coalesce(json_agg(json_build_object('id', sp.parent_id, 'number', sp.number, 'children', sp.children_text) order by sp.number), '[]')
                   from parley.school_parents sp
                  where sp.school_id = $1 and sp.until is null and sp.sort_name = parley.fold(co.surname || ', ' || co.given_name)) else '[]' end)
              order by co.state desc, co.created_at, co.id), '[]')
        from parley.collectors co where co.school_id = $1 and co.state in ('waiting', 'confirmed')) as collectors,
     (select coalesce(json_agg(json_build_object('id', cr.id, 'childId', cr.child_id, 'child', c.given_name || ' ' || c.surname || coalesce(', ' || c.class, ''),
              'who', who.given_name || ' ' || who.surname, 'onDate', cr.on_date, 'note', cr.note, 'createdAt', cr.created_at,
              'toldBy', teller.given_name || ' ' || teller.surname) order by cr.on_date, cr.created_at, cr.id), '[]')
        from parley.collection_requests cr join parley.children c on c.id = cr.child_id join parley.parents who on who.id = cr.parent_id
        join parley.parents teller on teller.id = cr.told_by
       where cr.school_id = $1 and cr.on_date >= $2::date and cr.state = 'waiting') as requests`,
);

export type LockedCollector = Pick<Collector, 'id' | 'parentId' | 'givenName' | 'surname'> & {
  emailCt: Buffer | null;
  phoneCt: Buffer | null;
  state: string;
};

export const lockSchoolCollector = statement<LockedCollector>(
  'gate.lock-collector',
  `select id, parent_id as "parentId", given_name as "givenName", surname, email_ct as "emailCt", phone_ct as "phoneCt", state
     from parley.collectors where school_id = $1 and id = $2 for update`,
);

type LockedRequest = { id: CollectionRequestId; childId: ChildId; parentId: ParentId; onDate: string; state: string };

export const lockRequest = statement<LockedRequest>(
  'gate.lock-request',
  `select id, child_id as "childId", parent_id as "parentId", on_date::text as "onDate", state
     from parley.collection_requests where school_id = $1 and id = $2 for update`,
);

export const settleRequest = statement<void>(
  'gate.settle-request',
  `update parley.collection_requests set state = $2, state_at = now(), settled_by = $3 where id = $1`,
);
