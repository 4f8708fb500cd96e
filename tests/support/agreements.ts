import { randomUUIDv7 } from 'node:crypto';
import type { ChildId, FamilyId, ParentId } from '../../src/core/ids.ts';
import type { BreakTerms, HolidayTerms, Place, RegularTerms } from '../../src/schedule/terms.ts';
import type { TestDatabase } from './database.ts';

type About = { familyId: FamilyId; children: readonly ChildId[]; askedBy: ParentId };
type Plan = { from: string; until?: string } & (
  { layer: 'regular'; terms: RegularTerms } | { layer: 'break'; terms: BreakTerms } | { layer: 'holiday'; terms: HolidayTerms }
);
type Time = { layer: 'vacation' | 'change'; from: string; until: string; holder: ParentId | null; label?: string; place?: Place };

/**
 * Lays down what two parents agreed in the past, which no one can do by way of the program: a superuser, with the triggers of schema parley off for
 * one transaction. Each call is one accepted request; gives its id. The record has no entry of it.
 */
export async function layAgreement({ admin }: TestDatabase, about: About, ...what: (Plan | Time)[]): Promise<string> {
  const requestId = randomUUIDv7();
  await admin.query('begin');
  try {
    await admin.query('set local session_replication_role = replica');
    await admin.query(
      `insert into parley.requests (id, family_id, kind, asked_by, children, terms, starts_at, respond_by, submission, made_at, state, settled_by, settled_at)
       select $1, $2, $6, $3, $4, $7, now() - interval '2 years', now() - interval '2 years', $5, now() - interval '3 years', 'accepted',
              (select fp.parent_id from parley.family_parents fp where fp.family_id = $2 and fp.parent_id <> $3 limit 1), now() - interval '2 years 6 months'`,
      [requestId, about.familyId, about.askedBy, about.children, randomUUIDv7(), ...askedFor(what[0])],
    );
    for (const one of what) {
      for (const childId of about.children) {
        if ('terms' in one) {
          await admin.query(
            `insert into parley.agreed_plans (family_id, child_id, layer, during, terms, request_id) values ($1, $2, $3, daterange($4, $5), $6, $7)`,
            [about.familyId, childId, one.layer, one.from, one.until ?? null, JSON.stringify(one.terms), requestId],
          );
        } else {
          await admin.query(
            `insert into parley.agreed_time (family_id, child_id, layer, during, holder_id, label, place, request_id) values ($1, $2, $3, tstzrange($4, $5), $6, $7, $8, $9)`,
            [about.familyId, childId, one.layer, one.from, one.until, one.holder, one.label ?? '', one.place ? JSON.stringify(one.place) : null, requestId],
          );
        }
      }
    }
    await admin.query('commit');
  } catch (error) {
    await admin.query('rollback');
    throw error;
  }
  return requestId;
}

/** The request that the first of them would have come from. */
function askedFor(first: Plan | Time | undefined): [kind: string, terms: string] {
  if (first && 'terms' in first) {
    const kinds = { regular: 'schedule', break: 'breaks', holiday: 'holidays' };
    return [kinds[first.layer], JSON.stringify({ from: first.from, terms: first.terms })];
  }
  const moment = (instant: string) => ({ day: instant.slice(0, 10), clock: instant.slice(11, 16) || '00:00' });
  const pieces = first ? [{ from: moment(first.from), until: moment(first.until), holder: first.holder ?? 'third-party', was: [] }] : [];
  return [first?.layer === 'vacation' ? 'travel' : 'change', JSON.stringify({ pieces, label: first?.label ?? '', where: '', place: null, missed: null })];
}

/** 2-2-5-5 from a Monday, as in the demo world: B has Wednesday and Thursday, the weekend alternates. */
export const twoTwoFiveFive = (a: ParentId, b: ParentId, anchor: string): RegularTerms => ({
  a,
  b,
  anchor,
  pattern: { kind: 'nights', name: '2-2-5-5', nights: 'AABBAAAAABBBBB', visits: [] },
  onSchoolDays: { time: '15:30', place: { kind: 'school', label: 'St Brigid’s, main gate' } },
  onOtherDays: { time: '10:00', place: { kind: 'kerbside', label: 'The library steps' } },
});
