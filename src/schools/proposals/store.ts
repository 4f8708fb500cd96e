import { sharesFamily } from '../../access/scope.ts';
import type { AccountId, ChildId, FamilyId, ParentId, ProposalId, SchoolId } from '../../core/ids.ts';
import { statement } from '../../platform/database.ts';

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

export const insertProposals = statement<{ id: ProposalId; parentId: ParentId; childId: ChildId }>(
  'schools.insert-proposals',
  `insert into parley.parent_proposals (school_id, child_id, parent_id, relation, proposed_by, effective_at)
   select $2, r."childId", r."parentId", r.relation, $3, $4 from jsonb_to_recordset($1::jsonb) as r ("parentId" uuid, "childId" uuid, relation text)
   returning id, parent_id as "parentId", child_id as "childId"`,
);

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

// ------------------------------------------------------------------ who is told

/** Those who share a record with one of these children and have an account: who is to be told of an adult to be added. */
export const selectToTell = statement<{ parentId: ParentId }>(
  'schools.to-tell',
  `select distinct fp.parent_id as "parentId"
     from parley.children c join parley.family_parents fp on fp.family_id = c.family_id and (fp.until is null or fp.until > now())
     join parley.accounts a on a.parent_id = fp.parent_id and a.closed_at is null
    where c.id = any($1::uuid[]) order by 1`,
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
