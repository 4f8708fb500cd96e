import { holdsNow } from '../../access/scope.ts';
import type { ChildId, ParentId } from '../../core/ids.ts';
import { statement } from '../../platform/database.ts';

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

// ------------------------------------------------------------------ coming onto the list, and leaving it

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

/** Adults on the list who are called the same ($2, as `sort_name` has it): it may be one of them. */
export const selectNamesakes = statement<{ parentId: ParentId; number: number; childrenText: string }>(
  'schools.namesakes',
  `select parent_id as "parentId", number, children_text as "childrenText" from parley.school_parents
    where school_id = $1 and sort_name = $2 and until is null order by number limit 20`,
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

export const endAdultWithoutPupils = statement<{ parentId: ParentId }>(
  'schools.end-adult',
  `update parley.school_parents sp set until = now()
    where sp.school_id = $1 and sp.parent_id = $2 and sp.until is null
      and not exists (select from parley.parentings pg join parley.children c on c.id = pg.child_id where pg.parent_id = $2 and c.school_id = $1 and ${holdsNow('pg')})
      and not exists (select from parley.collectors co where co.school_id = $1 and co.parent_id = $2 and co.state = 'confirmed')
   returning sp.parent_id as "parentId"`,
);

/** Forgets how to reach somebody who never came onto the list and waits for nothing else. */
export const forgetContacts = statement<void>(
  'schools.forget-contacts',
  `update parley.school_parents sp set email_ct = null, email_hash = null, phone_ct = null
    where sp.school_id = $1 and sp.parent_id = $2 and sp.until is not null
      and not exists (select from parley.parentings pg join parley.children c on c.id = pg.child_id where pg.parent_id = $2 and c.school_id = $1)
      and not exists (select from parley.parent_proposals pp where pp.parent_id = $2 and pp.school_id = $1 and pp.outcome is null)`,
);

// ------------------------------------------------------------------ changing an adult

/** An adult of this school who may be changed; `joined` once they have an account, from when their name is their own. */
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

// ------------------------------------------------------------------ forms that were sent

export const selectForm = statement<{ childId: ChildId; proposed: boolean }>(
  'schools.form',
  `select child_id as "childId", proposed from parley.roll_forms where submission = $1 and account_id = $2 and school_id = $3`,
);

export const insertForm = statement<void>(
  'schools.insert-form',
  `insert into parley.roll_forms (submission, account_id, school_id, child_id, proposed) values ($1, $2, $3, $4, $5)`,
);

export const deleteOldForms = statement<void>('schools.delete-old-forms', `delete from parley.roll_forms where created_at < now() - interval '7 days'`);
