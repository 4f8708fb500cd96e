import type { SchoolRole } from '../access/policy.ts';
import { holdsNow, sharesFamily } from '../access/scope.ts';
import type { AccountId, ChildId, FamilyId, ImportId, ParentId, ProposalId, SchoolId } from '../core/ids.ts';
import { statement } from '../platform/database.ts';
import type { Roll } from './plan-roll.ts';

// ------------------------------------------------------------------ who works where

export type SchoolView = {
  schoolId: SchoolId;
  name: string;
  timeZone: string;
  role: SchoolRole;
  staffName: string;
  accountId: AccountId;
  /** Every school this account works at. */
  schools: { id: SchoolId; name: string }[];
  /** Photos to be reviewed. */
  waiting: number;
  /** Adults who are to be added to a child and wait for it. */
  proposals: number;
};

/** The school this account ($1) begins with, with what the frame of a page shows; no row for anyone who works nowhere. */
export const selectSchool = statement<SchoolView>(
  'schools.view',
  `with mine as (
     select st.school_id, st.role, s.name, s.time_zone from parley.staff st join parley.schools s on s.id = st.school_id
      where st.account_id = $1 and (st.until is null or st.until > now())
   ), chosen as (
     select mine.* from mine
      order by mine.school_id = (select a.school_id from parley.accounts a where a.id = $1) desc nulls last, mine.name, mine.school_id
      limit 1
   )
   select chosen.school_id as "schoolId", chosen.name, chosen.time_zone as "timeZone", chosen.role, a.display_name as "staffName", a.id as "accountId",
     (select json_agg(json_build_object('id', mine.school_id, 'name', mine.name) order by mine.name, mine.school_id) from mine) as schools,
     (select count(*)::int from parley.school_parents sp where sp.school_id = chosen.school_id and sp.until is null and sp.status = 'waiting') as waiting,
     (select count(*)::int from parley.parent_proposals pp where pp.school_id = chosen.school_id and pp.outcome is null) as proposals
   from chosen join parley.accounts a on a.id = $1`,
);

export const updateChosenSchool = statement<{ id: AccountId }>(
  'schools.choose',
  `update parley.accounts set school_id = $2
    where id = $1 and exists (select from parley.staff st where st.account_id = $1 and st.school_id = $2 and (st.until is null or st.until > now()))
   returning id`,
);

// ------------------------------------------------------------------ adults as a school knows them

export const photoStatuses = ['not_invited', 'invited', 'opened', 'waiting', 'approved', 'retake', 'rejected', 'expired'] as const;
export type PhotoStatus = (typeof photoStatuses)[number];

/** A dashboard that is open hears of the school, never of the adult. */
export const updatePhotoStatus = statement<void>(
  'schools.photo-status',
  `with changed as (
     update parley.school_parents set status = $3, status_at = now() where school_id = $1 and parent_id = $2 and status <> $3 returning school_id)
   select pg_notify('parley_school', changed.school_id::text) from changed`,
);

/** The same for many adults at once, of those alone whose photo has come just so far. */
export const updatePhotoStatuses = statement<void>(
  'schools.photo-statuses',
  `with changed as (
     update parley.school_parents set status = $3, status_at = now()
      where school_id = $1 and parent_id = any($2::uuid[]) and status <> $3 and status = any($4::text[]) returning school_id)
   select pg_notify('parley_school', $1::text) from changed limit 1`,
);

export type AdultView = {
  parentId: ParentId;
  givenName: string;
  surname: string;
  /** "Theo, 1B and Ines, 4A" */
  childrenText: string;
  number: number;
  status: PhotoStatus;
  statusAt: Date;
  emailCt: Buffer | null;
  phoneCt: Buffer | null;
  /** "Mother of Theo, 1B", one for each child of this school. */
  relationTexts: string[];
};

export const selectAdult = statement<AdultView>(
  'schools.adult',
  `select p.id as "parentId", p.given_name as "givenName", p.surname, sp.children_text as "childrenText", sp.number, sp.status, sp.status_at as "statusAt",
          sp.email_ct as "emailCt", sp.phone_ct as "phoneCt",
          (select coalesce(json_agg(pg.relation || ' of ' || c.given_name || coalesce(', ' || c.class, '') order by c.class nulls last, c.given_name, c.id), '[]')
             from parley.parentings pg join parley.children c on c.id = pg.child_id
            where pg.parent_id = p.id and c.school_id = sp.school_id and ${holdsNow('pg')}) as "relationTexts"
     from parley.school_parents sp join parley.parents p on p.id = sp.parent_id
    where sp.school_id = $1 and sp.parent_id = $2 and sp.until is null`,
);

// ------------------------------------------------------------------ writing on the roll

/** The school, where this account works there: locked, so that one change of a roll happens after another. */
export const lockSchool = statement<{ name: string; role: SchoolRole; timeZone: string }>(
  'schools.lock',
  `select s.name, st.role, s.time_zone as "timeZone" from parley.schools s
     join parley.staff st on st.school_id = s.id and st.account_id = $2 and (st.until is null or st.until > now())
    where s.id = $1 for no key update of s`,
);

/** The same for the program itself. */
export const lockSchoolAlone = statement<{ name: string }>('schools.lock-alone', `select s.name from parley.schools s where s.id = $1 for no key update`);

/**
 * What a school knows of adults called $2 (as `sort_name` has it) or reached by $3, of pupils called $4 ("surname, given name") or chosen ($5),
 * and of everyone around those: their children and adults here, who shares their records, and what waits.
 */
export const selectRoll = statement<Roll>(
  'schools.roll',
  `with known as (
     select sp.parent_id from parley.school_parents sp where sp.school_id = $1 and (sp.sort_name = any($2::text[]) or sp.email_hash = any($3::bytea[]))
   ), pupils as (
     select c.* from parley.children c
      where c.school_id = $1
        and (c.sort_name in (select parley.fold(wanted) from unnest($4::text[]) wanted) or c.id = any($5::uuid[])
             or c.id in (select pg.child_id from parley.parentings pg join known on known.parent_id = pg.parent_id))
   ), siblings as (
     select c.family_id, c.id from parley.children c where c.family_id in (select pupils.family_id from pupils)
   ), parentings as (
     select pg.parent_id, pg.child_id, pg.relation from parley.parentings pg join siblings on siblings.id = pg.child_id where ${holdsNow('pg')}
   ), proposals as (
     select pp.parent_id, pp.child_id from parley.parent_proposals pp join pupils on pupils.id = pp.child_id where pp.outcome is null
   ), adults as (
     select sp.parent_id, p.given_name, p.surname, sp.email_hash, sp.phone_ct, sp.until from parley.school_parents sp join parley.parents p on p.id = sp.parent_id
      where sp.school_id = $1
        and sp.parent_id in (select known.parent_id from known union select parentings.parent_id from parentings union select proposals.parent_id from proposals)
   )
   select
     (select coalesce(json_agg(json_build_object('id', c.id, 'familyId', c.family_id, 'givenName', c.given_name, 'surname', c.surname,
               'bornOn', c.born_on, 'className', c.class) order by c.id), '[]') from pupils c) as pupils,
     (select coalesce(json_agg(json_build_object('parentId', a.parent_id, 'givenName', a.given_name, 'surname', a.surname,
               'emailHash', encode(a.email_hash, 'hex'), 'phoneCt', encode(a.phone_ct, 'hex'), 'current', a.until is null) order by a.parent_id), '[]')
        from adults a) as adults,
     (select coalesce(json_agg(json_build_object('parentId', parent_id, 'childId', child_id, 'relation', relation)), '[]') from parentings) as parentings,
     (select coalesce(json_agg(json_build_object('familyId', fp.family_id, 'parentId',
               coalesce((select p.id from parley.parents p join adults here on here.parent_id = p.id where p.same_as = fp.parent_id limit 1), fp.parent_id))), '[]')
        from parley.family_parents fp
       where fp.family_id in (select siblings.family_id from siblings) and (fp.until is null or fp.until > now())) as sharers,
     (select coalesce(json_agg(json_build_object('familyId', family_id, 'childId', id)), '[]') from siblings) as siblings,
     (select coalesce(json_agg(json_build_object('parentId', parent_id, 'childId', child_id)), '[]') from proposals) as proposals,
     (select coalesce(json_agg(distinct c.class), '[]') from parley.children c where c.school_id = $1 and c.class is not null) as classes`,
);

export const insertFamilies = statement<void>('schools.insert-families', `insert into parley.families (id, time_zone) select unnest($1::uuid[]), $2`);

export const insertPupils = statement<void>(
  'schools.insert-pupils',
  `insert into parley.children (id, family_id, given_name, surname, born_on, class, school_id)
   select r.id, r."familyId", r."givenName", r.surname, r."bornOn", r."className", $2
     from jsonb_to_recordset($1::jsonb) as r (id uuid, "familyId" uuid, "givenName" text, surname text, "bornOn" date, "className" text)`,
);

/** New adults with the school's next numbers. One who only waits to be added is not on the list yet: the row has ended when it begins. */
export const insertAdults = statement<void>(
  'schools.insert-adults',
  `with r as (
     select * from rows from (jsonb_to_recordset($1::jsonb) as ("parentId" uuid, "givenName" text, surname text, "sortName" text,
                                                                       "emailCt" text, "emailHash" text, "phoneCt" text, current boolean)) with ordinality as r ("parentId", "givenName", surname, "sortName", "emailCt", "emailHash", "phoneCt", current, ord)
   ), people as (
     insert into parley.parents (id, given_name, surname) select r."parentId", r."givenName", r.surname from r)
   insert into parley.school_parents (school_id, parent_id, number, sort_name, search_text, children_text, email_ct, email_hash, phone_ct, until)
   select $2, r."parentId", r.ord + (select coalesce(max(sp.number), 0) from parley.school_parents sp where sp.school_id = $2),
          r."sortName", r."sortName", '', decode(r."emailCt", 'hex'), decode(r."emailHash", 'hex'), decode(r."phoneCt", 'hex'), case when not r.current then now() end
     from r`,
);

/** A parenting that ended on the day it began takes up again. */
export const insertParentings = statement<void>(
  'schools.insert-parentings',
  `insert into parley.parentings (parent_id, child_id, relation)
   select r."parentId", r."childId", r.relation from jsonb_to_recordset($1::jsonb) as r ("parentId" uuid, "childId" uuid, relation text)
   on conflict (parent_id, child_id, starts_on) do update set ends_on = null, relation = excluded.relation`,
);

export const insertSharers = statement<void>(
  'schools.insert-sharers',
  `insert into parley.family_parents (family_id, parent_id, side)
   select r."familyId", coalesce(p.same_as, p.id), r.side
     from jsonb_to_recordset($1::jsonb) as r ("familyId" uuid, "parentId" uuid, side text) join parley.parents p on p.id = r."parentId"
   on conflict (family_id, parent_id) do nothing`,
);

export const insertProposals = statement<{ id: ProposalId; parentId: ParentId; childId: ChildId }>(
  'schools.insert-proposals',
  `insert into parley.parent_proposals (school_id, child_id, parent_id, relation, proposed_by, effective_at)
   select $2, r."childId", r."parentId", r.relation, $3, $4 from jsonb_to_recordset($1::jsonb) as r ("parentId" uuid, "childId" uuid, relation text)
   returning id, parent_id as "parentId", child_id as "childId"`,
);

export const updateReturning = statement<void>(
  'schools.returning',
  `update parley.school_parents set until = null where school_id = $1 and parent_id = any($2::uuid[])`,
);

/** Fills in or changes how the school reaches adults; null leaves what is there. */
export const updateContacts = statement<void>(
  'schools.contacts',
  `update parley.school_parents sp
      set email_ct = coalesce(decode(r."emailCt", 'hex'), sp.email_ct), email_hash = coalesce(decode(r."emailHash", 'hex'), sp.email_hash),
          phone_ct = coalesce(decode(r."phoneCt", 'hex'), sp.phone_ct)
     from jsonb_to_recordset($1::jsonb) as r ("parentId" uuid, "emailCt" text, "emailHash" text, "phoneCt" text)
    where sp.school_id = $2 and sp.parent_id = r."parentId"`,
);

export const updateClasses = statement<void>(
  'schools.classes',
  `update parley.children c set class = r."className" from jsonb_to_recordset($1::jsonb) as r ("childId" uuid, "className" text)
    where c.id = r."childId" and c.school_id = $2`,
);

/** Somebody whom a parent of this child chose and the school confirmed. They have no parenting, and are on the list all the same. */
const collects = (parent: string, child: string): string =>
  `exists (select from parley.collectors co join parley.collector_children cc on cc.collector_id = co.id
            where co.parent_id = ${parent} and cc.child_id = ${child} and co.school_id = $1 and co.state = 'confirmed')`;

/** Adults of pupils ($2), and adults named ($3), with the children they have here now: what their rows on the list are made from. */
export const selectListed = statement<{
  parentId: ParentId;
  givenName: string;
  surname: string;
  children: { givenName: string; surname: string; className: string | null }[];
}>(
  'schools.listed',
  `select p.id as "parentId", p.given_name as "givenName", p.surname,
          (select coalesce(json_agg(json_build_object('givenName', c.given_name, 'surname', c.surname, 'className', c.class) order by c.class_sort, c.sort_name, c.id), '[]')
             from parley.children c
            where c.school_id = $1 and (exists (select from parley.parentings pg where pg.parent_id = p.id and pg.child_id = c.id and ${holdsNow('pg')})
                                        or ${collects('p.id', 'c.id')})) as children
     from parley.school_parents sp join parley.parents p on p.id = sp.parent_id
    where sp.school_id = $1
      and sp.parent_id in (select pg.parent_id from parley.parentings pg where pg.child_id = any($2::uuid[]) and ${holdsNow('pg')}
                           union select co.parent_id from parley.collectors co join parley.collector_children cc on cc.collector_id = co.id
                                  where co.school_id = $1 and co.state = 'confirmed' and cc.child_id = any($2::uuid[])
                           union select unnest($3::uuid[]))`,
);

export const updateListed = statement<void>(
  'schools.update-listed',
  `update parley.school_parents sp set sort_name = r."sortName", search_text = r."searchText", children_text = r."childrenText", classes = r.classes
     from jsonb_to_recordset($1::jsonb) as r ("parentId" uuid, "sortName" text, "searchText" text, "childrenText" text, classes text[])
    where sp.school_id = $2 and sp.parent_id = r."parentId"`,
);

/** Those who share a record with one of these children and have an account: who is to be told of an adult to be added. */
export const selectToTell = statement<{ parentId: ParentId }>(
  'schools.to-tell',
  `select distinct fp.parent_id as "parentId"
     from parley.children c join parley.family_parents fp on fp.family_id = c.family_id and (fp.until is null or fp.until > now())
     join parley.accounts a on a.parent_id = fp.parent_id and a.closed_at is null
    where c.id = any($1::uuid[]) order by 1`,
);

export const selectForm = statement<{ childId: ChildId; proposed: boolean }>(
  'schools.form',
  `select child_id as "childId", proposed from parley.roll_forms where submission = $1 and account_id = $2 and school_id = $3`,
);

export const insertForm = statement<void>(
  'schools.insert-form',
  `insert into parley.roll_forms (submission, account_id, school_id, child_id, proposed) values ($1, $2, $3, $4, $5)`,
);

export const deleteOldForms = statement<void>('schools.delete-old-forms', `delete from parley.roll_forms where created_at < now() - interval '7 days'`);

// ------------------------------------------------------------------ adults to be added

export type ProposalRow = {
  id: ProposalId;
  schoolId: SchoolId;
  childId: ChildId;
  familyId: FamilyId;
  parentId: ParentId;
  relation: string;
  proposedBy: AccountId;
  /** By the database's clock, as the queue goes by it: the job asks once. */
  isDue: boolean;
  outcome: 'added' | 'withdrawn' | null;
};

export const selectProposal = statement<ProposalRow>(
  'schools.proposal',
  `select pp.id, pp.school_id as "schoolId", pp.child_id as "childId", c.family_id as "familyId", pp.parent_id as "parentId", pp.relation,
          pp.proposed_by as "proposedBy", pp.effective_at <= now() as "isDue", pp.outcome
     from parley.parent_proposals pp join parley.children c on c.id = pp.child_id where pp.id = $1 for update of pp`,
);

export const selectSchoolOfProposal = statement<{ schoolId: SchoolId }>(
  'schools.of-proposal',
  `select school_id as "schoolId" from parley.parent_proposals where id = $1`,
);

export const settleProposal = statement<void>(
  'schools.settle-proposal',
  `update parley.parent_proposals set outcome = $2, settled_at = now(), confirmed_by = $3 where id = $1 and outcome is null`,
);

/** The second to share a record, where there is room and they are a parent of every child in it. */
export const insertSharerIfRoom = statement<{ familyId: FamilyId }>(
  'schools.insert-sharer-if-room',
  `insert into parley.family_parents (family_id, parent_id, side)
   select f.id, coalesce(p.same_as, p.id), case when exists (select from parley.family_parents o where o.family_id = f.id and o.side = 'a' and (o.until is null or o.until > now())) then 'b' else 'a' end
     from parley.families f join parley.parents p on p.id = $2
    where f.id = $1
      and (select count(*) from parley.family_parents o where o.family_id = f.id and (o.until is null or o.until > now())) < $3
      and not exists (select from parley.children c where c.family_id = f.id
                         and not exists (select from parley.parentings pg where pg.child_id = c.id and pg.parent_id in (p.id, p.same_as) and ${holdsNow('pg')}))
   on conflict (family_id, parent_id) do nothing
   returning family_id as "familyId"`,
);

/** Forgets how to reach somebody who never came onto the list and waits for nothing else. */
export const forgetContacts = statement<void>(
  'schools.forget-contacts',
  `update parley.school_parents sp set email_ct = null, email_hash = null, phone_ct = null
    where sp.school_id = $1 and sp.parent_id = $2 and sp.until is not null
      and not exists (select from parley.parentings pg join parley.children c on c.id = pg.child_id where pg.parent_id = $2 and c.school_id = $1)
      and not exists (select from parley.parent_proposals pp where pp.parent_id = $2 and pp.school_id = $1 and pp.outcome is null)`,
);

export type WaitingRow = {
  id: ProposalId;
  givenName: string;
  surname: string;
  relation: string;
  childId: ChildId;
  childName: string;
  className: string | null;
  proposedBy: AccountId;
  proposer: string;
  createdAt: Date;
  effectiveAt: Date;
};

/** Of a school, or of one of its pupils ($2): the first to take effect first. */
export const selectWaiting = statement<WaitingRow>(
  'schools.waiting',
  `select pp.id, p.given_name as "givenName", p.surname, pp.relation, pp.child_id as "childId", c.given_name || ' ' || c.surname as "childName", c.class as "className",
          pp.proposed_by as "proposedBy", a.display_name as proposer, pp.created_at as "createdAt", pp.effective_at as "effectiveAt"
     from parley.parent_proposals pp join parley.parents p on p.id = pp.parent_id join parley.children c on c.id = pp.child_id join parley.accounts a on a.id = pp.proposed_by
    where pp.school_id = $1 and pp.outcome is null and ($2::uuid is null or pp.child_id = $2)
    order by pp.effective_at, pp.id limit 500`,
);

/** To whom a notice goes that something waits: while an adult is to be added to a child whose record they share. */
export const selectTold = statement<{ emailCt: Buffer }>(
  'schools.told',
  `select a.email_ct as "emailCt" from parley.accounts a
    where a.parent_id = $1 and a.closed_at is null
      and exists (select from parley.parent_proposals pp join parley.children c on c.id = pp.child_id
                   where pp.outcome is null and pp.parent_id <> $1 and ${sharesFamily('c.family_id', '$1')})`,
);

/** For a page of the parent $1's own: adults to be added to children whose record they share, in whatever family. */
export const proposalsColumn = `(select coalesce(json_agg(json_build_object('school', s.name, 'timeZone', s.time_zone, 'adult', p.given_name || ' ' || p.surname,
      'relation', pp.relation, 'child', c.given_name, 'effectiveAt', pp.effective_at) order by pp.effective_at, pp.id), '[]')
   from parley.parent_proposals pp join parley.children c on c.id = pp.child_id join parley.parents p on p.id = pp.parent_id join parley.schools s on s.id = pp.school_id
  where pp.outcome is null and coalesce(p.same_as, p.id) <> $1 and ${sharesFamily('c.family_id', '$1')}) as proposals`;

// ------------------------------------------------------------------ pupils

export type PupilRow = { id: ChildId; givenName: string; surname: string; className: string | null; adults: string[]; waiting: number };

const pupilColumns = `c.id, c.given_name as "givenName", c.surname, c.class as "className",
       (select coalesce(json_agg(p.given_name || ' ' || p.surname || ', ' || pg.relation order by pg.starts_on, p.given_name, p.id), '[]')
          from parley.parentings pg join parley.parents p on p.id = pg.parent_id where pg.child_id = c.id and ${holdsNow('pg')}) as adults,
       (select count(*)::int from parley.parent_proposals pp where pp.child_id = c.id and pp.outcome is null) as waiting`;
const pupilsAsked = `c.school_id = $1 and ($2::text is null or c.sort_name like '%' || $2 || '%' or parley.fold(c.given_name || ' ' || c.surname) like '%' || $2 || '%')
      and ($3::text is null or c.class = $3)`;

/** Pupils after one of them ($4), or the first; by class and name. One more than is shown says that there are more. */
export const selectPupils = statement<PupilRow>(
  'schools.pupils',
  `select ${pupilColumns} from parley.children c
    where ${pupilsAsked}
      and ($4::uuid is null or (c.class_sort, c.sort_name, c.id) > (select at.class_sort, at.sort_name, at.id from parley.children at where at.id = $4 and at.school_id = $1))
    order by c.class_sort, c.sort_name, c.id limit $5`,
);

/** Those before one of them, nearest first. */
export const selectPupilsBefore = statement<PupilRow>(
  'schools.pupils-before',
  `select ${pupilColumns} from parley.children c
    where ${pupilsAsked}
      and (c.class_sort, c.sort_name, c.id) < (select at.class_sort, at.sort_name, at.id from parley.children at where at.id = $4 and at.school_id = $1)
    order by c.class_sort desc, c.sort_name desc, c.id desc limit $5`,
);

export const selectClasses = statement<{ total: number; found: number; classes: string[] }>(
  'schools.pupil-classes',
  `select count(*)::int as total, count(*) filter (where ${pupilsAsked})::int as found,
          (select coalesce(json_agg(one.class order by one.class_sort), '[]')
             from (select distinct class, class_sort from parley.children where school_id = $1 and class is not null) one) as classes
     from parley.children c where c.school_id = $1`,
);

export type PupilView = {
  id: ChildId;
  givenName: string;
  surname: string;
  bornOn: string;
  className: string | null;
  /** `listed` where this school has them on its own list, and a page for them. */
  adults: { parentId: ParentId; givenName: string; surname: string; relation: string; startsOn: string; listed: boolean }[];
  /** Whether somebody may collect, or shares the record: another adult is then proposed first. */
  hasParents: boolean;
};

export const selectPupil = statement<PupilView>(
  'schools.pupil',
  `select c.id, c.given_name as "givenName", c.surname, c.born_on::text as "bornOn", c.class as "className",
          (select coalesce(json_agg(json_build_object('parentId', p.id, 'givenName', p.given_name, 'surname', p.surname, 'relation', pg.relation, 'startsOn', pg.starts_on,
                    'listed', exists (select from parley.school_parents sp where sp.school_id = $1 and sp.parent_id = p.id and sp.until is null))
                                    order by pg.starts_on, p.given_name, p.id), '[]')
             from parley.parentings pg join parley.parents p on p.id = pg.parent_id where pg.child_id = c.id and ${holdsNow('pg')}) as adults,
          exists (select from parley.parentings pg where pg.child_id = c.id and ${holdsNow('pg')})
            or exists (select from parley.family_parents fp where fp.family_id = c.family_id and (fp.until is null or fp.until > now())) as "hasParents"
     from parley.children c where c.id = $2 and c.school_id = $1`,
);

export const updatePupil = statement<{ id: ChildId }>(
  'schools.update-pupil',
  `update parley.children set given_name = $3, surname = $4, class = $5 where id = $2 and school_id = $1 returning id`,
);

// ------------------------------------------------------------------ changing an adult

/** An adult of this school who may be changed; \`joined\` once they have an account, from when their name is their own. */
export const lockAdult = statement<{ givenName: string; surname: string; emailHash: Buffer | null; joined: boolean }>(
  'schools.lock-adult',
  `select p.given_name as "givenName", p.surname, sp.email_hash as "emailHash",
          exists (select from parley.accounts a where a.parent_id in (p.id, p.same_as)) as joined
     from parley.school_parents sp join parley.parents p on p.id = sp.parent_id
    where sp.school_id = $1 and sp.parent_id = $2 and sp.until is null for update of sp`,
);

export const selectJoined = statement<{ joined: boolean }>(
  'schools.joined',
  `select exists (select from parley.accounts a join parley.parents p on a.parent_id in (p.id, p.same_as) where p.id = $1) as joined`,
);

/** Another adult of this school who is reached by the same address. */
export const selectReached = statement<{ parentId: ParentId }>(
  'schools.reached',
  `select parent_id as "parentId" from parley.school_parents where school_id = $1 and email_hash = $3 and parent_id <> $2 limit 1`,
);

export const updateAdultContact = statement<void>(
  'schools.update-adult-contact',
  `update parley.school_parents set email_ct = $3, email_hash = $4, phone_ct = $5 where school_id = $1 and parent_id = $2`,
);

export const updateAdultName = statement<void>('schools.update-adult-name', `update parley.parents set given_name = $2, surname = $3 where id = $1`);

/** Ends what holds between an adult and a pupil of this school, from now on: for the school's own day, and for the database's where that is another. */
export const endParenting = statement<{ relation: string }>(
  'schools.end-parenting',
  `update parley.parentings pg set ends_on = greatest(pg.starts_on, least(current_date, (now() at time zone s.time_zone)::date))
     from parley.children c join parley.schools s on s.id = c.school_id
    where c.id = pg.child_id and c.school_id = $1 and pg.child_id = $2 and pg.parent_id = $3 and ${holdsNow('pg')}
   returning pg.relation`,
);

export const endAdultWithoutPupils = statement<{ parentId: ParentId }>(
  'schools.end-adult',
  `update parley.school_parents sp set until = now()
    where sp.school_id = $1 and sp.parent_id = $2 and sp.until is null
      and not exists (select from parley.parentings pg join parley.children c on c.id = pg.child_id where pg.parent_id = $2 and c.school_id = $1 and ${holdsNow('pg')})
      and not exists (select from parley.collectors co where co.school_id = $1 and co.parent_id = $2 and co.state = 'confirmed')
   returning sp.parent_id as "parentId"`,
);

// ------------------------------------------------------------------ lists on their way in

export const insertImport = statement<void>(
  'schools.insert-import',
  `insert into parley.roll_imports (id, school_id, created_by, rows, wrapped, content_ct) values ($1, $2, $3, $4, $5, $6)`,
);

export type ImportRow = {
  id: ImportId;
  createdAt: Date;
  rows: number;
  wrapped: Buffer | null;
  contentCt: Buffer | null;
  committedAt: Date | null;
  added: number | null;
  proposed: number | null;
};

const importColumns = `i.id, i.created_at as "createdAt", i.rows, i.committed_at as "committedAt", i.added, i.proposed`;

export const selectImport = statement<ImportRow>(
  'schools.import',
  `select ${importColumns}, i.wrapped, i.content_ct as "contentCt" from parley.roll_imports i where i.id = $2 and i.school_id = $1`,
);

export const lockImport = statement<ImportRow>(
  'schools.lock-import',
  `select ${importColumns}, i.wrapped, i.content_ct as "contentCt" from parley.roll_imports i where i.id = $2 and i.school_id = $1 for update`,
);

export const updateImported = statement<void>(
  'schools.imported',
  `update parley.roll_imports set committed_at = now(), committed_by = $2, added = $3, proposed = $4, wrapped = $5, content_ct = $6 where id = $1`,
);

export const selectRecentImports = statement<Omit<ImportRow, 'wrapped' | 'contentCt'> & { by: string; kept: boolean }>(
  'schools.recent-imports',
  `select ${importColumns}, a.display_name as by, i.content_ct is not null as kept from parley.roll_imports i join parley.accounts a on a.id = i.created_by
    where i.school_id = $1 order by i.created_at desc, i.id desc limit 10`,
);

/** What people are called is kept a week; that a list was imported, and how much of it, for good. */
export const forgetOldImports = statement<void>(
  'schools.forget-imports',
  `update parley.roll_imports set wrapped = null, content_ct = null where content_ct is not null and created_at < now() - interval '7 days'`,
);

// ------------------------------------------------------------------ adults whom a parent chose to collect

/** Adults on the list who are called the same ($2, as `sort_name` has it): it may be one of them. */
export const selectNamesakes = statement<{ parentId: ParentId; number: number; childrenText: string }>(
  'schools.namesakes',
  `select parent_id as "parentId", number, children_text as "childrenText" from parley.school_parents
    where school_id = $1 and sort_name = $2 and until is null order by number limit 20`,
);

// ------------------------------------------------------------------ how a school keeps photos

export type PhotoSettings = {
  /** Days that photos of adults who no longer collect, and those that were replaced or turned down, are kept. */
  retentionDays: number;
  /** Whether the program compares a new photo with the one in use. */
  likeness: boolean;
};

export const selectPhotoSettings = statement<PhotoSettings>(
  'schools.photo-settings',
  `select photo_retention_days as "retentionDays", likeness from parley.schools where id = $1`,
);

export const updatePhotoSettings = statement<void>(
  'schools.change-photo-settings',
  `update parley.schools set photo_retention_days = $2, likeness = $3 where id = $1`,
);
