import { sharesFamily } from '../../access/scope.ts';
import { type StepRow, stepsJson } from '../../audit/steps.ts';
import type { ChildId, FamilyId, ParentId, RequestId } from '../../core/ids.ts';
import { familyViewWith } from '../../families/index.ts';
import { statement } from '../../platform/database.ts';
import { instant, milliseconds } from '../../platform/sql.ts';
import type { RequestKind, RequestState } from './terms.ts';

/** A request as it is read. Instants are milliseconds; `pos` is the entry that made it. A time that ran out counts as settled at once. */
export type RequestRow = {
  id: RequestId;
  kind: RequestKind;
  askedBy: ParentId;
  children: ChildId[];
  terms: unknown;
  respondBy: number;
  madeAt: number;
  state: RequestState;
  settledBy: ParentId | null;
  settledAt: number | null;
  countersId: RequestId | null;
  pos: number;
};

const madeAtPosition = (request: string) =>
  `(select s.pos::int from record.steps s where s.about_id = ${request}.id and s.kind = 'request.made' order by s.pos limit 1)`;

const requestJson = (
  r: string,
) => `json_build_object('id', ${r}.id, 'kind', ${r}.kind, 'askedBy', ${r}.asked_by, 'children', ${r}.children, 'terms', ${r}.terms,
               'respondBy', ${milliseconds(`${r}.respond_by`)}, 'madeAt', ${milliseconds(`${r}.made_at`)},
               'state', case when ${r}.state = 'open' and ${r}.respond_by <= now() then 'expired' else ${r}.state end,
               'settledBy', ${r}.settled_by, 'settledAt', ${milliseconds(`coalesce(${r}.settled_at, case when ${r}.respond_by <= now() then ${r}.respond_by end)`)},
               'countersId', ${r}.counters_id, 'pos', ${madeAtPosition(r)})`;

/** Requests of the family `f` that still wait for an answer, the most urgent first. A column for `familyViewWith`. */
export const openRequestsColumn = `(select coalesce(json_agg(${requestJson('r')} order by r.respond_by, r.id), '[]')
        from parley.requests r where r.family_id = f.id and r.state = 'open' and r.respond_by > now()) as "openRequests"`;

export const selectOpenRequests = statement<{ openRequests: RequestRow[] }>(
  'requests.open',
  `select ${openRequestsColumn} from parley.families f where f.id = $2 and ${sharesFamily('f.id', '$1')}`,
);

export type ListedRequests = { openRequests: RequestRow[]; settled: RequestRow[]; settledCount: number };
const isSettled = `r.family_id = f.id and (r.state <> 'open' or r.respond_by <= now())`;
/** A family with its requests: all that are open, and a page ($4, of $5) of those that are settled, newest first. */
export const selectRequests = familyViewWith<ListedRequests>(
  'requests.list',
  `${openRequestsColumn},
     (select count(*)::int from parley.requests r where ${isSettled}) as "settledCount",
     (select coalesce(json_agg(${requestJson('p')} order by coalesce(p.settled_at, p.respond_by) desc, p.id desc), '[]') from (
        select r.* from parley.requests r where ${isSettled} order by coalesce(r.settled_at, r.respond_by) desc, r.id desc offset $4 limit $5) p) as settled`,
);

export type FoundRequest = {
  familyId: FamilyId;
  /** The one asked for, what it counters, and what counters it: the oldest first. */
  chain: RequestRow[];
  steps: StepRow<RequestId>[];
  /** Whether the reader has not seen all of it. */
  unseen: boolean;
};

/** A request ($2) of a family that the parent $1 shares, with the whole negotiation and its steps. */
export const selectRequest = statement<FoundRequest>(
  'requests.find',
  `with recursive asked as (
     select r.* from parley.requests r where r.id = $2 and ${sharesFamily('r.family_id', '$1')}
   ), before as (
     select asked.id, asked.family_id, asked.counters_id from asked
     union select r.id, r.family_id, r.counters_id from before join parley.requests r on r.family_id = before.family_id and r.id = before.counters_id
   ), chain as (
     select before.id, before.family_id from before
     union select r.id, r.family_id from chain join parley.requests r on r.family_id = chain.family_id and r.counters_id = chain.id
   )
   select asked.family_id as "familyId",
     (select json_agg(${requestJson('r')} order by r.made_at, r.id) from chain join parley.requests r on r.id = chain.id) as chain,
     ${stepsJson('s.family_id = asked.family_id and s.about_id in (select chain.id from chain)')} as steps,
     exists (select from parley.unseen_steps u where u.parent_id = $1 and u.about_id in (select chain.id from chain)) as unseen
   from asked`,
);

// ------------------------------------------------------------------ making

/** Finds the family ($2) of somebody who shares it, and holds its record until the transaction is over. */
export const lockFamily = statement<{ familyId: FamilyId }>(
  'requests.lock-family',
  `select f.id as "familyId", record.lock_family(f.id) as locked from parley.families f where f.id = $2 and ${sharesFamily('f.id', '$1')}`,
);

export type MakingFacts = {
  /** What this form made before. */
  made: { id: RequestId; kind: RequestKind; children: ChildId[]; same: boolean } | null;
  open: number;
  others: number;
};
export const selectMakingFacts = statement<MakingFacts>(
  'requests.making-facts',
  `select (select json_build_object('id', r.id, 'kind', r.kind, 'children', r.children, 'same', r.kind = $4 and r.children = $5::uuid[] and r.terms = $6::jsonb)
             from parley.requests r where r.asked_by = $1 and r.submission = $3) as made,
          (select count(*)::int from parley.requests r where r.family_id = $2 and r.asked_by = $1 and r.state = 'open' and r.respond_by > now()) as open,
          (select count(*)::int from parley.family_parents fp where fp.family_id = $2 and fp.parent_id <> $1 and (fp.until is null or fp.until > now())) as others`,
);

export const insertRequest = statement<void>(
  'requests.insert',
  `insert into parley.requests (id, family_id, kind, asked_by, children, terms, starts_at, respond_by, counters_id, submission)
   values ($1, $2, $3, $4, $5, $6, ${instant('$7')}, ${instant('$8')}, $9, $10)`,
);

// ------------------------------------------------------------------ settling

/** The same by a request ($2). */
export const lockFamilyOf = statement<{ familyId: FamilyId }>(
  'requests.lock-family-of',
  `select r.family_id as "familyId", record.lock_family(r.family_id) as locked from parley.requests r where r.id = $2 and ${sharesFamily('r.family_id', '$1')}`,
);

export type LockedRequest = {
  id: RequestId;
  familyId: FamilyId;
  kind: RequestKind;
  askedBy: ParentId;
  children: ChildId[];
  terms: unknown;
  madeAt: Date;
  respondBy: Date;
  state: RequestState;
  settledBy: ParentId | null;
  /** By the database's clock, now. */
  overdue: boolean;
  pos: number;
};
const lockedColumns = `r.id, r.family_id as "familyId", r.kind, r.asked_by as "askedBy", r.children, r.terms, r.made_at as "madeAt", r.respond_by as "respondBy", r.state,
          r.settled_by as "settledBy", clock_timestamp() >= r.respond_by as overdue, ${madeAtPosition('r')} as pos`;

/** Asked once the family is held, so that it is as whoever held it before has left it. */
export const lockRequest = statement<LockedRequest>('requests.lock', `select ${lockedColumns} from parley.requests r where r.id = $1 for update`);

export const settleRequest = statement<void>('requests.settle', `update parley.requests set state = $2, settled_by = $3 where id = $1`);

export const selectOverdue = statement<{ id: RequestId; familyId: FamilyId }>(
  'requests.overdue',
  `select r.id, r.family_id as "familyId" from parley.requests r where r.state = 'open' and r.respond_by <= now() order by r.respond_by limit 500`,
);
export const holdFamily = statement<void>('requests.hold-family', `select record.lock_family($1)`);

/** Who shares a family, for words that are written when nobody looks. */
export const selectPeople = statement<{
  timeZone: string;
  members: { id: ParentId; givenName: string; surname: string }[];
  children: { id: ChildId; givenName: string }[];
}>(
  'requests.people',
  `select f.time_zone as "timeZone",
     (select json_agg(json_build_object('id', p.id, 'givenName', p.given_name, 'surname', p.surname) order by fp.side, fp.since, p.id)
        from parley.family_parents fp join parley.parents p on p.id = fp.parent_id where fp.family_id = f.id) as members,
     (select json_agg(json_build_object('id', c.id, 'givenName', c.given_name) order by c.born_on) from parley.children c where c.family_id = f.id) as children
   from parley.families f where f.id = $1`,
);
