import type { SchoolRole } from '../access/policy.ts';
import type { AccountId, SchoolId } from '../core/ids.ts';
import { statement } from '../platform/database.ts';

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

/** The school, where this account works there: locked, so that one change of a roll happens after another. */
export const lockSchool = statement<{ name: string; role: SchoolRole; timeZone: string }>(
  'schools.lock',
  `select s.name, st.role, s.time_zone as "timeZone" from parley.schools s
     join parley.staff st on st.school_id = s.id and st.account_id = $2 and (st.until is null or st.until > now())
    where s.id = $1 for no key update of s`,
);

/** The same for the program itself. */
export const lockSchoolAlone = statement<{ name: string }>('schools.lock-alone', `select s.name from parley.schools s where s.id = $1 for no key update`);

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
