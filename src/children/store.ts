import { holdsOn, sharesFamily } from '../access/scope.ts';
import { sentStepJson, stepJson, type StepRow } from '../audit/steps.ts';
import type { ChildId, FactId, FamilyId } from '../core/ids.ts';
import { activityColumns, type ActivityColumns } from '../activities/index.ts';
import { familyViewWith } from '../families/index.ts';
import { statement } from '../platform/database.ts';
import { calendarsWith } from '../schedule/index.ts';
import type { Section } from './fact-kinds.ts';

// ------------------------------------------------------------------ reading

export type FactRow = { id: FactId; section: Section; kind: string; version: number; step: StepRow<FactId> };
export type ParentingRow = { givenName: string; surname: string; relation: string; since: string };

export type ChildRow = {
  givenName: string;
  surname: string;
  bornOn: string;
  class: string | null;
  schoolName: string | null;
  facts: FactRow[];
  /** The latest steps, newest first, what was removed among them. */
  changes: StepRow<FactId>[];
  parentings: ParentingRow[];
  /** What others did that the reader has not seen here. */
  unseen: { factId: FactId; stepId: string }[];
};

/** The family of a child ($2), for a parent ($1) who shares it. */
export const selectFamilyOf = statement<{ familyId: FamilyId }>(
  'children.family-of',
  `select c.family_id as "familyId" from parley.children c where c.id = $2 and ${sharesFamily('c.family_id', '$1')}`,
);

/** Null where the child is not of this family. */
export type ChildColumn = { child: ChildRow | null };

/**
 * The child $4 of a family `f`, with what is known and the latest $5 steps about it, as a column for `familyViewWith`. An adult on a school's list may
 * stand there under a row of that school's own; who it is comes from the row it was joined with.
 */
const childColumn = `(select json_build_object('givenName', c.given_name, 'surname', c.surname, 'bornOn', c.born_on, 'class', c.class, 'schoolName', s.name,
       'facts', (select coalesce(json_agg(json_build_object('id', fact.id, 'section', fact.section, 'kind', fact.kind, 'version', fact.version,
                          'step', ${stepJson('st')}) order by fact.added_at, fact.id), '[]')
                   from parley.facts fact join record.steps st on st.id = fact.step_id
                  where fact.child_id = c.id and fact.removed_at is null),
       'changes', (select coalesce(json_agg(${stepJson('recent')} order by recent.pos desc), '[]')
                     from (select st.* from parley.facts fact join record.steps st on st.about_id = fact.id and st.family_id = fact.family_id
                            where fact.child_id = c.id order by st.pos desc limit $5) recent),
       'parentings', (select coalesce(json_agg(json_build_object('givenName', adult.given_name, 'surname', adult.surname, 'relation', held.relation,
                               'since', held.starts_on) order by fp.side nulls last, held.starts_on, adult.id), '[]')
                        from (select distinct on (coalesce(p.same_as, p.id)) coalesce(p.same_as, p.id) as adult_id, pg.relation, pg.starts_on
                                from parley.parentings pg join parley.parents p on p.id = pg.parent_id
                               where pg.child_id = c.id and ${holdsOn('pg', '(now() at time zone f.time_zone)::date')}
                               order by coalesce(p.same_as, p.id), pg.starts_on, pg.id) held
                        join parley.parents adult on adult.id = held.adult_id
                        left join parley.family_parents fp on fp.family_id = f.id and fp.parent_id = adult.id),
       'unseen', (select coalesce(json_agg(json_build_object('factId', fact.id, 'stepId', u.step_id)), '[]')
                    from parley.unseen_steps u join parley.facts fact on fact.id = u.about_id
                   where u.parent_id = $1 and u.family_id = f.id and fact.child_id = c.id))
     from parley.children c left join parley.schools s on s.id = c.school_id where c.family_id = f.id and c.id = $4::uuid) as child`;

export const selectFamilyWithChild = familyViewWith<ChildColumn>('children.family-with-child', childColumn);

/** The same with the children's time and activities. */
export const selectTimeAndChild = calendarsWith<ChildColumn & ActivityColumns>('children.time-and-child', `${childColumn},\n     ${activityColumns}`);

export type FactPageRow = {
  familyId: FamilyId;
  childId: ChildId;
  givenName: string;
  section: Section;
  kind: string;
  version: number;
  removed: boolean;
  current: StepRow<FactId>;
  /** The wordings before the position asked for, newest first, one more than are shown. */
  steps: StepRow<FactId>[];
  unseen: boolean;
};

/** A fact ($2) of a family that the parent ($1) shares, with at most $4 of its steps before the position $3. */
export const selectFact = statement<FactPageRow>(
  'children.fact',
  `select f.family_id as "familyId", f.child_id as "childId", c.given_name as "givenName", f.section, f.kind, f.version, f.removed_at is not null as removed,
     ${stepJson('st')} as current,
     (select coalesce(json_agg(${stepJson('recent')} order by recent.pos desc), '[]')
        from (select s.* from record.steps s where s.about_id = f.id and s.family_id = f.family_id and s.pos < $3 order by s.pos desc limit $4) recent) as steps,
     exists (select from parley.unseen_steps u where u.parent_id = $1 and u.about_id = f.id) as unseen
   from parley.facts f join parley.children c on c.id = f.child_id join record.steps st on st.id = f.step_id
  where f.id = $2 and ${sharesFamily('f.family_id', '$1')}`,
);

// ------------------------------------------------------------------ writing

const fullName = (person: string): string => `${person}.given_name || ' ' || ${person}.surname`;

/** `sent`: the step that the form has become, where it was sent before. */
export type ChildToWrite = { familyId: FamilyId; child: string; author: string; facts: number; sent: StepRow | null };

/** A child ($2) for whom the parent ($1) adds a fact by a form ($3). */
export const selectChildToWrite = statement<ChildToWrite>(
  'children.child-to-write',
  `select c.family_id as "familyId", ${fullName('c')} as child, ${fullName('me')} as author,
          (select count(*)::int from parley.facts f where f.child_id = c.id and f.removed_at is null) as facts,
          ${sentStepJson('c.family_id', '$1', '$3')} as sent
     from parley.children c join parley.parents me on me.id = $1
    where c.id = $2 and ${sharesFamily('c.family_id', '$1')}`,
);

/** Locks a fact ($2) until the end of the transaction. By itself, because what is read beside a row that was waited for is older than it. */
export const lockFact = statement<{ id: FactId }>(
  'children.lock-fact',
  `select f.id from parley.facts f where f.id = $2 and ${sharesFamily('f.family_id', '$1')} for update`,
);

export type FactToWrite = {
  familyId: FamilyId;
  childId: ChildId;
  section: Section;
  kind: string;
  version: number;
  removed: boolean;
  child: string;
  author: string;
  current: StepRow<FactId>;
  sent: StepRow | null;
};

export const selectFactToWrite = statement<FactToWrite>(
  'children.fact-to-write',
  `select f.family_id as "familyId", f.child_id as "childId", f.section, f.kind, f.version, f.removed_at is not null as removed,
          ${fullName('c')} as child, ${fullName('me')} as author, ${stepJson('st')} as current,
          ${sentStepJson('f.family_id', '$1', '$3')} as sent
     from parley.facts f join parley.children c on c.id = f.child_id join parley.parents me on me.id = $1
     join record.steps st on st.id = f.step_id
    where f.id = $2 and ${sharesFamily('f.family_id', '$1')}`,
);

/** No row where the child has $7 facts by now: the record's lock, held since the step, has both parents' additions one after the other. */
export const insertFact = statement<{ id: FactId }>(
  'children.insert-fact',
  `insert into parley.facts (id, family_id, child_id, section, kind, step_id) select $1, $2, $3, $4, $5, $6
    where (select count(*) from parley.facts f where f.child_id = $3 and f.removed_at is null) < $7::int returning id`,
);

/** Points a fact at its newest step ($2). Where that removes it, the database notes when. */
export const updateFact = statement<{ id: FactId }>(
  'children.update-fact',
  `update parley.facts set step_id = $2, version = version + 1 where id = $1 returning id`,
);
