import { holdsNow } from '../../access/scope.ts';
import type { ChildId, ParentId } from '../../core/ids.ts';
import { statement } from '../../platform/database.ts';

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

export const insertPupils = statement<void>(
  'schools.insert-pupils',
  `insert into parley.children (id, family_id, given_name, surname, born_on, class, school_id)
   select r.id, r."familyId", r."givenName", r.surname, r."bornOn", r."className", $2
     from jsonb_to_recordset($1::jsonb) as r (id uuid, "familyId" uuid, "givenName" text, surname text, "bornOn" date, "className" text)`,
);

export const updatePupil = statement<{ id: ChildId }>(
  'schools.update-pupil',
  `update parley.children set given_name = $3, surname = $4, class = $5 where id = $2 and school_id = $1 returning id`,
);

export const updateClasses = statement<void>(
  'schools.classes',
  `update parley.children c set class = r."className" from jsonb_to_recordset($1::jsonb) as r ("childId" uuid, "className" text)
    where c.id = r."childId" and c.school_id = $2`,
);
