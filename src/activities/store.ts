import { sharesFamily } from '../access/scope.ts';
import type { ActivityId, ActivityImportId, ChildId, FamilyId, ParentId, SchoolId } from '../core/ids.ts';
import { subjectsAboutColumn, type SubjectsAbout } from '../messages/index.ts';
import { statement } from '../platform/database.ts';
import { calendarsWith, type SchoolPeriod } from '../schedule/index.ts';
import { activityColumns, type ActivityColumns, activityJson, type ActivityRow } from './columns.ts';

// ------------------------------------------------------------------ what pages show

/** A family with its calendars and activities. */
export const familyActivities = calendarsWith<ActivityColumns>('activities.family', activityColumns);
/** The same with the subjects about the activity $4. */
export const familyAndActivity = calendarsWith<ActivityColumns & SubjectsAbout>('activities.one', `${activityColumns},\n     ${subjectsAboutColumn('$4')}`);

/** The family of an activity that the parent $1 shares. */
export const selectFamilyOf = statement<{ familyId: FamilyId }>(
  'activities.family-of',
  `select a.family_id as "familyId" from parley.activities a where a.id = $2 and ${sharesFamily('a.family_id', '$1')}`,
);

/** Whether an activity was taken out again: the record of a family that the parent $1 shares says so. */
export const selectRemoved = statement<{ familyId: FamilyId }>(
  'activities.removed',
  `select s.family_id as "familyId" from record.steps s where s.about_id = $2 and s.kind = 'activity.removed' and ${sharesFamily('s.family_id', '$1')}`,
);

// ------------------------------------------------------------------ around a write

/** What is known around a child `c` when an activity of theirs is written. */
export type Around = {
  familyId: FamilyId;
  childId: ChildId;
  childName: string;
  members: { id: ParentId; name: string }[];
  /** Schools of the family's children, and those that offer something to one of them. */
  schools: { id: SchoolId; name: string }[];
  activities: number;
};
const aroundChild = `c.family_id as "familyId", c.id as "childId", c.given_name as "childName",
     (select json_agg(json_build_object('id', p.id, 'name', p.given_name || ' ' || p.surname)) from parley.family_parents fp join parley.parents p on p.id = fp.parent_id
       where fp.family_id = c.family_id) as members,
     (select coalesce(json_agg(json_build_object('id', s.id, 'name', s.name) order by s.name, s.id), '[]') from parley.schools s
       where s.id in (select k.school_id from parley.children k where k.family_id = c.family_id)
          or s.id in (select a.provider_id from parley.activities a where a.family_id = c.family_id)) as schools,
     (select count(*)::int from parley.activities a where a.family_id = c.family_id) as activities`;

export const selectAroundChild = statement<Around>(
  'activities.around-child',
  `select ${aroundChild} from parley.children c where c.id = $2 and ${sharesFamily('c.family_id', '$1')}`,
);

/** A pupil of the school $1: on its roll, or with something that it offers. */
const pupilOf = (child: string, school: string) =>
  `(${child}.school_id = ${school} or exists (select from parley.activities o join parley.schools os on os.id = o.provider_id and os.kind = 'provider'
                                               where o.child_id = ${child}.id and o.family_id = ${child}.family_id and o.provider_id = ${school}))`;
export const selectAroundPupil = statement<Around>(
  'activities.around-pupil',
  `select ${aroundChild} from parley.children c where c.id = $2 and ${pupilOf('c', '$1')}`,
);

export const selectParentName = statement<{ name: string }>(
  'activities.parent-name',
  `select given_name || ' ' || surname as name from parley.parents where id = $1`,
);

export type Locked = Around & { activity: ActivityRow };
/** What a school $1 may see and change: what it offers to its own pupils. */
const offeredBy = (school: string) =>
  `a.provider_id = ${school} and exists (select from parley.children c join parley.schools s on s.id = ${school} where c.id = a.child_id and (s.kind = 'provider' or c.school_id = s.id))`;

const locked = `select ${activityJson} as activity, ${aroundChild}
     from parley.activities a join parley.children c on c.id = a.child_id and c.family_id = a.family_id`;
export const lockForParent = statement<Locked>(
  'activities.lock-for-parent',
  `${locked} where a.id = $2 and ${sharesFamily('a.family_id', '$1')} for update of a`,
);
export const lockForSchool = statement<Locked>('activities.lock-for-school', `${locked} where a.id = $2 and ${offeredBy('$1')} for update of a`);

/** What a form has made already: the activity that its step is about. */
export const selectBySubmission = statement<{ activityId: ActivityId }>(
  'activities.by-submission',
  `select s.about_id as "activityId" from record.steps s
    where s.family_id = $1 and s.parent_id is not distinct from $2::uuid and s.school_id is not distinct from $3::uuid and s.submission = $4`,
);

// ------------------------------------------------------------------ writing

export const insertActivity = statement<{ id: ActivityId }>(
  'activities.insert',
  `insert into parley.activities (family_id, child_id, name, provider_id, provider_name, weekdays, starts_at, ends_at, starts_on, ends_on, term_only, place,
                                  brings_id, brings_words, collects_id, collects_words, cost_note, added_by, added_by_school, ical_uid)
   values ($1, $2, $3, $4, $5, $6::smallint[], $7::time, $8::time, $9::date, $10::date, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20) returning id`,
);

export const updateActivity = statement<{ version: number }>(
  'activities.update',
  `update parley.activities set name = $2, provider_id = $3, provider_name = $4, weekdays = $5::smallint[], starts_at = $6::time, ends_at = $7::time, starts_on = $8::date,
          ends_on = $9::date, term_only = $10, place = $11, brings_id = $12, brings_words = $13, collects_id = $14, collects_words = $15, cost_note = $16, version = version + 1
    where id = $1 returning version`,
);

export const updateCancelled = statement<{ version: number }>(
  'activities.cancel',
  `update parley.activities set cancelled_from = $2::date, version = version + 1 where id = $1 returning version`,
);

export const deleteActivity = statement<{ id: ActivityId }>('activities.delete', `delete from parley.activities where id = $1 returning id`);

export const insertDay = statement<{ id: string }>(
  'activities.insert-day',
  `insert into parley.activity_days (activity_id, on_day, kind, to_day, starts_at, ends_at, place) values ($1, $2::date, $3, $4::date, $5::time, $6::time, $7) returning id`,
);
export const deleteDay = statement<{ id: string }>(
  'activities.delete-day',
  `delete from parley.activity_days where activity_id = $1 and on_day = $2::date returning id`,
);

// ------------------------------------------------------------------ the school's pages

export type SchoolActivity = { activity: ActivityRow; child: string; class: string | null };
export const selectSchoolActivities = statement<SchoolActivity>(
  'activities.of-school',
  `select ${activityJson} as activity, k.given_name || ' ' || k.surname as child, k.class from parley.activities a join parley.children k on k.id = a.child_id
    where ${offeredBy('$1')} order by a.name, k.class_sort, k.sort_name, a.id limit 2000`,
);
export const selectSchoolActivity = statement<SchoolActivity & { timeZone: string; periods: SchoolPeriod[] }>(
  'activities.one-of-school',
  `select ${activityJson} as activity, k.given_name || ' ' || k.surname as child, k.class, f.time_zone as "timeZone",
          (select coalesce(json_agg(json_build_object('kind', p.kind, 'name', p.name, 'from', lower(p.during), 'until', upper(p.during) - 1) order by lower(p.during)), '[]')
             from parley.school_periods p where p.school_id = k.school_id) as periods
     from parley.activities a join parley.children k on k.id = a.child_id join parley.families f on f.id = a.family_id
    where a.id = $2 and ${offeredBy('$1')}`,
);
export const selectPupils = statement<{ id: ChildId; name: string; class: string | null }>(
  'activities.pupils',
  `select c.id, c.given_name || ' ' || c.surname as name, c.class from parley.children c where ${pupilOf('c', '$1')} order by c.class_sort, c.sort_name, c.id limit 5000`,
);

// ------------------------------------------------------------------ lists on their way in

export const insertImport = statement<void>(
  'activities.insert-import',
  `insert into parley.activity_imports (id, family_id, created_by, rows, wrapped, content_ct) values ($1, $2, $3, $4, $5, $6)`,
);
/** The family, where the parent $1 shares it: locked until the end of the transaction, so that its lists are written one after another. */
export const lockFamily = statement<{ familyId: FamilyId }>(
  'activities.lock-family',
  `with mine as materialized (select f.id from parley.families f where f.id = $2 and ${sharesFamily('f.id', '$1')})
   select mine.id as "familyId", pg_advisory_xact_lock(7236031, hashtext(mine.id::text))::text as locked from mine`,
);
export type ImportRow = {
  id: ActivityImportId;
  familyId: FamilyId;
  createdAt: Date;
  wrapped: Buffer | null;
  contentCt: Buffer | null;
  committedAt: Date | null;
  added: number | null;
};
const importText = `select i.id, i.family_id as "familyId", i.created_at as "createdAt", i.wrapped, i.content_ct as "contentCt", i.committed_at as "committedAt", i.added
     from parley.activity_imports i where i.id = $2 and i.created_by = $1 and ${sharesFamily('i.family_id', '$1')}`;
/** A list is its reader's alone until it is written. */
export const selectImport = statement<ImportRow>('activities.import', importText);
export const lockImport = statement<ImportRow>('activities.lock-import', `${importText} for update of i`);
export const countImports = statement<{ count: number }>(
  'activities.count-imports',
  `select count(*)::int as count from parley.activity_imports i where i.created_by = $1 and i.created_at > now() - interval '1 hour'`,
);
export const updateImported = statement<void>(
  'activities.imported',
  `update parley.activity_imports set committed_at = now(), added = $2, wrapped = $3, content_ct = $4 where id = $1`,
);
export const forgetImports = statement<void>(
  'activities.forget-imports',
  `update parley.activity_imports set wrapped = null, content_ct = null where content_ct is not null and created_at < now() - interval '7 days'`,
);
/** The activities of a family with the names other calendars give them. */
export const selectKnown = statement<{ activity: ActivityRow; uid: string | null }>(
  'activities.known',
  `select ${activityJson} as activity, a.ical_uid as uid from parley.activities a where a.family_id = $1`,
);
