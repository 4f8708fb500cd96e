import { holdsNow } from '../../access/scope.ts';
import type { FamilyId } from '../../core/ids.ts';
import { statement } from '../../platform/database.ts';
import type { Roll } from './plan.ts';

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

/** A parenting that ended on the day it began takes up again. */
export const insertParentings = statement<void>(
  'schools.insert-parentings',
  `insert into parley.parentings (parent_id, child_id, relation)
   select r."parentId", r."childId", r.relation from jsonb_to_recordset($1::jsonb) as r ("parentId" uuid, "childId" uuid, relation text)
   on conflict (parent_id, child_id, starts_on) do update set ends_on = null, relation = excluded.relation`,
);

/** Ends what holds between an adult and a pupil of this school, from now on: for the school's own day, and for the database's where that is another. */
export const endParenting = statement<{ relation: string }>(
  'schools.end-parenting',
  `update parley.parentings pg set ends_on = greatest(pg.starts_on, least(current_date, (now() at time zone s.time_zone)::date))
     from parley.children c join parley.schools s on s.id = c.school_id
    where c.id = pg.child_id and c.school_id = $1 and pg.child_id = $2 and pg.parent_id = $3 and ${holdsNow('pg')}
   returning pg.relation`,
);

export const insertSharers = statement<void>(
  'schools.insert-sharers',
  `insert into parley.family_parents (family_id, parent_id, side)
   select r."familyId", coalesce(p.same_as, p.id), r.side
     from jsonb_to_recordset($1::jsonb) as r ("familyId" uuid, "parentId" uuid, side text) join parley.parents p on p.id = r."parentId"
   on conflict (family_id, parent_id) do nothing`,
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
