import type { InvitationId, ParentId, PhotoId, SchoolId } from '../core/ids.ts';
import { type Statement, statement } from '../platform/database.ts';
import type { PhotoStatus } from '../schools/index.ts';

/** Which adults of a school are meant. `words` have been folded as names are. */
export type Filter = { words: readonly string[]; className: string | null; status: PhotoStatus | null };
export type Sort = 'name' | 'change';
/** Where a page begins: at an adult, and for the latest changes at the microsecond of theirs. */
type Cursor = { parentId: ParentId; at: string | null };
export type Turn = { kind: 'first' | 'last' } | { kind: 'after' | 'before'; cursor: Cursor };

export type AdultRow = {
  parentId: ParentId;
  name: string;
  childrenText: string;
  relations: string[];
  status: PhotoStatus;
  /** ISO 8601: it comes through JSON. */
  statusAt: string;
  /** Microseconds since 1970, as text. */
  at: string;
  photoId: PhotoId | null;
};

export type Tally = { kind: 'status' | 'class'; value: string; count: number };
export type DashboardRow = {
  tallies: Tally[] | null;
  /** How many the filter leaves; null where a tally says it. */
  matching: number | null;
  rows: AdultRow[] | null;
};

/** Collects values beside the text that refers to them, because a text may refer to no value it lacks. */
class Values {
  readonly list: unknown[] = [];
  add(value: unknown): string {
    return `$${this.list.push(value)}`;
  }
}

/** The words are a subquery, so that one plan serves them all: seeing them, PostgreSQL would plan for each anew. */
const whereOf = (values: Values, schoolId: SchoolId, { words, className, status }: Filter): string =>
  [
    `sp.school_id = ${values.add(schoolId)} and sp.until is null`,
    ...(status === null ? [] : [`sp.status = ${values.add(status)}`]),
    ...(className === null ? [] : [`sp.classes @> array[${values.add(className)}::text]`]),
    ...(words.length === 0 ? [] : [`parley.name_words(sp.search_text) @@ (select ${values.add(words.map(word => `'${word}':*`).join(' & '))}::tsquery)`]),
  ].join(' and ');

/** The condition and order of a page: one range of an index, wherever it stands. */
function rangeOf(values: Values, schoolId: SchoolId, sort: Sort, turn: Turn): { where: string; order: string; reversed: boolean } {
  const reversed = turn.kind === 'before' || turn.kind === 'last';
  // The latest change comes first, names begin with A.
  const descending = (sort === 'change') !== reversed;
  const column = sort === 'change' ? 'sp.status_at' : 'sp.sort_name';
  const order = `${column} ${descending ? 'desc' : 'asc'}, sp.parent_id ${descending ? 'desc' : 'asc'}`;
  if (!('cursor' in turn)) return { where: '', order, reversed };
  const { parentId, at } = turn.cursor;
  const id = values.add(parentId);
  const start =
    sort === 'change'
      ? `'epoch'::timestamptz + ${values.add(at)}::bigint * interval '1 microsecond'`
      : `(select c.sort_name from parley.school_parents c where c.school_id = ${values.add(schoolId)} and c.parent_id = ${id}::uuid)`;
  return { where: ` and (${column}, sp.parent_id) ${descending ? '<' : '>'} (${start}, ${id}::uuid)`, order, reversed };
}

const known = new Map<string, Statement<unknown>>();
/** A text that varies with what was asked, in a few dozen ways: each is planned once. */
function variant<Row>(text: string): Statement<Row> {
  let found = known.get(text);
  if (!found) {
    found = statement<unknown>(`onboarding.list-${known.size + 1}`, text);
    known.set(text, found);
  }
  return found as Statement<Row>;
}

/** Relations as they stand, one for each child; telling them apart is cheaper in the program. The child by its own key: asked for by school as well, PostgreSQL would walk the school's whole roll for each adult. */
const adultColumns = `sp.parent_id as "parentId", p.given_name || ' ' || p.surname as name, sp.children_text as "childrenText", sp.status,
         sp.status_at as "statusAt", (extract(epoch from sp.status_at) * 1000000)::bigint::text as at,
         array(select pg.relation from parley.parentings pg
                where pg.parent_id = sp.parent_id and (pg.ends_on is null or pg.ends_on > current_date)
                  and sp.school_id = (select c.school_id from parley.children c where c.id = pg.child_id)) as relations`;

/**
 * A page of the list with everything around it, in one statement. One row more than asked for says that there is another page.
 */
export function dashboardQuery(schoolId: SchoolId, filter: Filter, sort: Sort, turn: Turn, length: number) {
  const values = new Values();
  const school = `${values.add(schoolId)}::uuid`;
  const where = whereOf(values, schoolId, filter);
  const { where: range, order, reversed } = rangeOf(values, schoolId, sort, turn);
  const searched = filter.words.length > 0;
  const counted = searched || (filter.className !== null && filter.status !== null);
  const text = `with matched as ${searched ? 'materialized' : 'not materialized'} (
      select sp.school_id, sp.parent_id, sp.sort_name, sp.status_at from parley.school_parents sp where ${where}
    ), page as (
      select sp.parent_id from matched sp where true${range} order by ${order} limit ${length + 1}
    )
    select (select json_agg(t) from (
              select t.kind, t.value, sum(t.change)::int as count from parley.school_tallies t where t.school_id = ${school}
               group by t.kind, t.value having sum(t.change) > 0) t) as tallies,
           ${counted ? '(select count(*)::int from matched)' : 'null::int'} as matching,
           (select json_agg(r) from (
              select ${adultColumns},
                     (select s.photo_id from parley.submissions s
                       where s.school_id = sp.school_id and s.parent_id = sp.parent_id and s.status = 'approved') as "photoId"
                from page join parley.school_parents sp on sp.school_id = ${school} and sp.parent_id = page.parent_id
                join parley.parents p on p.id = sp.parent_id order by ${order}) r) as rows`;
  return { statement: variant<DashboardRow>(text), values: values.list, reversed };
}

/** Everyone whom a filter leaves, for doing something with all of them. */
export function matchingQuery(schoolId: SchoolId, filter: Filter) {
  const values = new Values();
  const text = `select sp.parent_id as "parentId" from parley.school_parents sp where ${whereOf(values, schoolId, filter)}`;
  return { statement: variant<{ parentId: ParentId }>(text), values: values.list };
}

export type ExportRow = {
  parentId: ParentId;
  number: number;
  givenName: string;
  surname: string;
  childrenText: string;
  relations: string[];
  status: PhotoStatus;
  statusAt: Date;
  expiresAt: Date | null;
  lastSentAt: Date | null;
};

/** A part of the list by name, for a file. */
export function exportQuery(schoolId: SchoolId, filter: Filter, after: ParentId | null, limit: number) {
  const values = new Values();
  const where = whereOf(values, schoolId, filter);
  const { where: range, order } = rangeOf(
    values,
    schoolId,
    'name',
    after === null ? { kind: 'first' } : { kind: 'after', cursor: { parentId: after, at: null } },
  );
  const text = `select ${adultColumns}, sp.number, p.given_name as "givenName", p.surname, i.expires_at as "expiresAt",
           (select max(s.created_at) from parley.invitation_sendings s where s.invitation_id = i.id) as "lastSentAt"
      from parley.school_parents sp join parley.parents p on p.id = sp.parent_id
      left join parley.invitations i on i.school_id = sp.school_id and i.parent_id = sp.parent_id and i.revoked_at is null and i.closed_at is null
     where ${where}${range} order by ${order} limit ${values.add(limit)}`;
  return { statement: variant<ExportRow>(text), values: values.list };
}

/** How far the photos of some schools have come: for the pages that are open there. */
export const selectCounts = statement<{ schoolId: SchoolId; counts: Partial<Record<PhotoStatus, number>> }>(
  'onboarding.counts',
  `select g.school_id as "schoolId", json_object_agg(g.value, g.count) as counts from (
     select t.school_id, t.value, sum(t.change)::int as count from parley.school_tallies t
      where t.school_id = any($1::uuid[]) and t.kind = 'status' group by t.school_id, t.value having sum(t.change) > 0) g
    group by g.school_id`,
);

/** One row for each tally instead of one for each change. */
export const gatherTallies = statement<void>(
  'onboarding.gather-tallies',
  `with gone as (delete from parley.school_tallies returning school_id, kind, value, change)
   insert into parley.school_tallies (school_id, kind, value, change)
   select gone.school_id, gone.kind, gone.value, sum(gone.change) from gone group by 1, 2, 3 having sum(gone.change) <> 0`,
);

/** Which of these accounts may still see the dashboard of these schools: for streams, which outlive the request that opened them. */
export const selectStillInOffice = statement<{ accountId: string; schoolId: string }>(
  'onboarding.still-in-office',
  `select a.account_id as "accountId", a.school_id as "schoolId"
     from unnest($1::uuid[], $2::uuid[]) as a (account_id, school_id)
     join parley.staff st on st.account_id = a.account_id and st.school_id = a.school_id
    where st.role in ('admin', 'office') and (st.until is null or st.until > now())`,
);

// ------------------------------------------------------------------ one adult

export type LinkState = {
  invitationId: InvitationId;
  round: number;
  createdAt: string;
  expiresAt: string;
  openedAt: string | null;
  provedAt: string | null;
  revokedAt: string | null;
  closedAt: string | null;
  wrongCodes: number;
};
export type SendingRow = {
  channel: 'email' | 'sms' | 'letter';
  reason: 'invite' | 'remind' | 'renew' | 'retake';
  createdAt: string;
  sentAt: string | null;
  failure: string | null;
  by: string | null;
};

/** An adult's newest link, everything that went out about any of theirs, and the photo in use. */
export const selectLinkHistory = statement<{ link: LinkState | null; sendings: SendingRow[] | null; photoId: PhotoId | null }>(
  'onboarding.link-history',
  `select (select json_build_object('invitationId', i.id, 'round', i.round, 'createdAt', i.created_at, 'expiresAt', i.expires_at, 'openedAt', i.opened_at,
                    'provedAt', i.proved_at, 'revokedAt', i.revoked_at, 'closedAt', i.closed_at, 'wrongCodes', i.wrong_codes)
             from parley.invitations i where i.school_id = $1 and i.parent_id = $2 order by i.id desc limit 1) as link,
          (select json_agg(r) from (
             select s.channel, s.reason, s.created_at as "createdAt", s.sent_at as "sentAt", s.failure, a.display_name as by
               from parley.invitations i join parley.invitation_sendings s on s.invitation_id = i.id
               left join parley.accounts a on a.id = s.sent_by
              where i.school_id = $1 and i.parent_id = $2 order by s.created_at desc, s.id desc limit 50) r) as sendings,
          (select s.photo_id from parley.submissions s where s.school_id = $1 and s.parent_id = $2 and s.status = 'approved') as "photoId"`,
);
