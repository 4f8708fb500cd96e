import { sharesFamily } from '../access/scope.ts';
import type { AccountId, ActivityId, ChildId, FamilyId, ParentId, SchoolId, SubjectId } from '../core/ids.ts';
import { statement } from '../platform/database.ts';

type MemberRow = { id: ParentId; givenName: string; surname: string; side: 'a' | 'b'; current: boolean };
type ChildRow = { id: ChildId; givenName: string; schoolId: SchoolId | null };

/** A family as one of its parents comes to it, as stored. */
export type FamilyRow = {
  familyId: FamilyId;
  timeZone: string;
  /** Every family this parent shares, with in how many subjects something is new; null where this is the only one. */
  families: { id: FamilyId; children: string[]; waiting: number }[] | null;
  children: (ChildRow & { schoolName: string | null })[];
  activities: { id: ActivityId; name: string; childId: ChildId }[];
  members: MemberRow[];
  /** How long the record is: the position of its last entry. */
  entries: number;
  brokenAt: number | null;
  /** By subject, the positions of the messages this parent has not opened. */
  unreadIn: Record<SubjectId, number[]>;
  /** Open requests that wait for this parent's answer. */
  asked: number;
};

/** Every family this parent shares, with in how many subjects something is new. */
const familiesText = (mine: string) => `(select json_agg(json_build_object('id', mine.family_id, 'children',
                 (select coalesce(json_agg(c.given_name order by c.born_on), '[]') from parley.children c where c.family_id = mine.family_id),
                 'waiting', (select count(distinct u.subject_id) from parley.unread_comments u where u.parent_id = $1 and u.family_id = mine.family_id))
                 order by mine.since, mine.family_id) from ${mine})`;
/** What is new and what waits: of each minute. */
const nowColumns = `(select rc.broken_at::int from parley.record_checks rc where rc.family_id = f.id) as "brokenAt",
     (select coalesce(json_object_agg(u.subject_id, u.positions), '{}')
        from (select u.subject_id, json_agg(u.pos) as positions from parley.unread_comments u
               where u.parent_id = $1 and u.family_id = f.id group by u.subject_id) u) as "unreadIn",
     (select count(*)::int from parley.requests r where r.family_id = f.id and r.state = 'open' and r.asked_by <> $1 and r.respond_by > now()) as asked`;
const lengthText = `cross join lateral (
     select coalesce((select e.pos from record.entries e where e.family_id = f.id order by e.pos desc limit 1), 0)::int as entries
     offset 0) length -- kept apart, so that it is asked once`;

const familyViewText = (more: string): string => `with mine as (
     select fp.family_id, fp.since from parley.family_parents fp
      where fp.parent_id = $1 and (fp.until is null or fp.until > now())
   ), chosen as (
     select mine.family_id, (select count(*) from mine) as shared from mine
      where $2::uuid is null or mine.family_id = $2
      order by mine.family_id = (select a.family_id from parley.accounts a where a.id = $3) desc nulls last, mine.since, mine.family_id
      limit 1
   )
   select f.id as "familyId", f.time_zone as "timeZone",
     case when chosen.shared > 1 then ${familiesText('mine')} end as families,
     (select coalesce(json_agg(json_build_object('id', c.id, 'givenName', c.given_name, 'schoolId', c.school_id, 'schoolName', s.name) order by c.born_on), '[]')
        from parley.children c left join parley.schools s on s.id = c.school_id where c.family_id = f.id) as children,
     (select coalesce(json_agg(json_build_object('id', a.id, 'name', a.name, 'childId', a.child_id) order by a.name), '[]')
        from parley.activities a where a.family_id = f.id) as activities,
     (select json_agg(json_build_object('id', p.id, 'givenName', p.given_name, 'surname', p.surname, 'side', fp.side,
                                        'current', fp.until is null or fp.until > now()) order by fp.side, fp.since, p.id)
        from parley.family_parents fp join parley.parents p on p.id = fp.parent_id where fp.family_id = f.id) as members,
     length.entries, ${nowColumns}${more}
   from chosen join parley.families f on f.id = chosen.family_id
   ${lengthText}`;

/**
 * The family asked for ($2), or the one the account begins with, or the first; no row where the parent shares none.
 * One statement, because every page of a parent begins with it. It reads the record's length, the unread marks and the open requests, which others write.
 */
export const selectFamilyView = statement<FamilyRow>('families.view', familyViewText(''));

/** The same with columns of a neighbour's besides, so that its page needs no statement more. They may use the family `f`, the record's `length.entries`, the parent $1, and parameters from $4 on. */
export const familyViewWith = <More>(name: string, columns: string) => statement<FamilyRow & More>(name, familyViewText(`,\n     ${columns}`));

/**
 * Which rows a family's view was made from: as long as this is the same, its names, children, schools and zone are too. PostgreSQL gives a row
 * that is changed the number of the transaction (`xmin`), which only grows; a school's row changes with its years.
 */
export const familyVersionColumn = `concat_ws(' ', f.xmin,
       (select sum(c.xmin::text::bigint + coalesce(s.xmin::text::bigint, 0)) from parley.children c left join parley.schools s on s.id = c.school_id where c.family_id = f.id),
       (select sum(m.xmin::text::bigint + p.xmin::text::bigint) || ' ' || count(*) filter (where m.until is null or m.until > now())
          from parley.family_parents m join parley.parents p on p.id = m.parent_id where m.family_id = f.id)) as "familyVersion"`;

/** What is asked for again where the rest of a family was kept. */
export type FamilyAgainRow = Pick<FamilyRow, 'familyId' | 'families' | 'entries' | 'brokenAt' | 'unreadIn' | 'asked'> & { familyVersion: string };

/**
 * The family $2, if the parent $1 still shares it and would come to it without asking; what was kept holds where the version is the same. Whether
 * they share others is known beforehand, and no row where it has become otherwise: most share one, and what is never asked is not planned either.
 */
export const familyAgainWith = <More>(name: string, columns: string, { several }: { several: boolean }) =>
  statement<FamilyAgainRow & More>(
    name,
    `select f.id as "familyId", ${familyVersionColumn},
     ${several ? familiesText('parley.family_parents mine where mine.parent_id = $1 and (mine.until is null or mine.until > now())') : 'null'} as families,
     length.entries, ${nowColumns},
     ${columns}
   from parley.family_parents fp join parley.families f on f.id = fp.family_id
   ${lengthText}
  where fp.parent_id = $1 and fp.family_id = $2 and (fp.until is null or fp.until > now())
    and ${several ? '' : 'not '}exists (select from parley.family_parents o where o.parent_id = $1 and o.family_id <> $2 and (o.until is null or o.until > now()))
    and ${several ? 'f.id = (select a.family_id from parley.accounts a where a.id = $3)' : '$3::uuid is not null'}`,
  );

export const selectSharesFamily = statement<{ familyId: FamilyId }>(
  'families.shares',
  `select f.id as "familyId" from parley.families f where f.id = $2 and ${sharesFamily('f.id', '$1')}`,
);

export const updateChosenFamily = statement<{ id: AccountId }>('families.choose', `update parley.accounts set family_id = $2 where id = $1 returning id`);

/** The families whose record a parent ($1), or the row that is the same adult, shares and has not entered. */
export const selectToEnter = statement<{ familyId: FamilyId; parentId: ParentId; name: string }>(
  'families.to-enter',
  `select fp.family_id as "familyId", p.id as "parentId", p.given_name || ' ' || p.surname as name
     from parley.parents asked join parley.parents p on p.id = coalesce(asked.same_as, asked.id) join parley.family_parents fp on fp.parent_id = p.id
    where asked.id = $1 and ${sharesFamily('fp.family_id', 'p.id')}
      and exists (select from parley.accounts a where a.parent_id = p.id and a.closed_at is null)
      and not exists (select from record.members m where m.family_id = fp.family_id and m.parent_id = p.id)
    order by fp.family_id`,
);

export const insertMember = statement<void>(
  'families.insert-member',
  `with key as (insert into record.content_keys (item_id, wrapped) values ($1, $6))
   insert into record.members (id, family_id, parent_id, commitment, name_ct) values ($1, $2, $3, $4, $5)`,
);

// ------------------------------------------------------------------ two rows for one adult

export const updateSameAs = statement<{ id: ParentId }>(
  'families.same-as',
  `update parley.parents p set same_as = $2 where p.id = $1 and p.same_as is null and exists (select from parley.parents other where other.id = $2 and other.same_as is null)
   returning p.id`,
);

export const passShares = statement<{ familyId: FamilyId }>(
  'families.pass-shares',
  `update parley.family_parents set parent_id = $2 where parent_id = $1 and (until is null or until > now()) returning family_id as "familyId"`,
);
