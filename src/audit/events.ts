import type { Actor } from '../core/actor.ts';
import { type Queryable, statement, type Work } from '../platform/database.ts';

/** Everything that people and the program change, by the names under which it is recorded. */
export const auditActions = [
  'family.opened',
  'subject.opened',
  'comment.posted',
  'comment.corrected',
  'notice.sent',
  'record.checked',
  'account.family-chosen',
] as const;
export type AuditAction = (typeof auditActions)[number];

/** Sign-ins and refusals. */
export const securityEvents = ['sign-in.succeeded', 'sign-in.refused', 'sign-in.delayed', 'session.ended', 'action.refused'] as const;
export type SecurityEvent = (typeof securityEvents)[number];

export type AuditSubject = { targetId?: string; familyId?: string; schoolId?: string; details?: Record<string, string | number | boolean> };

/** Who acts, as columns of an audit event: kind, account, name of the job. */
export const actorColumns = (actor: Actor): [kind: string, id: string | null, name: string | null] =>
  actor.kind === 'user' ? ['user', actor.accountId, null] : ['system', null, actor.name];

const insertAudit = statement<void>(
  'audit.insert',
  `insert into record.audit_events (actor_kind, actor_id, actor_name, action, target_id, family_id, school_id, details)
   values ($1, $2, $3, $4, $5, $6, $7, $8)`,
);

/** Records a change in the same transaction: both are kept, or neither. `details` never holds what people wrote. */
export async function recordAudit(work: Work, action: AuditAction, subject: AuditSubject): Promise<void> {
  const { targetId = null, familyId = null, schoolId = null, details = {} } = subject;
  await work.trx.query(insertAudit, [...actorColumns(work.actor), action, targetId, familyId, schoolId, JSON.stringify(details)]);
}

/**
 * The same as part of a neighbour's statement, for the changes that people wait for: parameters from `$first` on are `auditValues`.
 * The details are an expression over `from`, the part of the statement that made the change.
 */
export const auditInsert = (first: number, from: string, details: string): string =>
  `insert into record.audit_events (actor_kind, actor_id, actor_name, action, target_id, family_id, details)
   select $${first}, $${first + 1}::uuid, $${first + 2}, $${first + 3}, $${first + 4}::uuid, $${first + 5}::uuid, ${details} from ${from}`;

export const auditValues = (actor: Actor, action: AuditAction, { targetId, familyId }: { targetId: string; familyId: string }): unknown[] => [
  ...actorColumns(actor),
  action,
  targetId,
  familyId,
];

const insertSecurity = statement<void>(
  'audit.insert-security',
  `insert into record.security_events (event, account_id, address_hash, details) values ($1, $2, $3, $4)`,
);

/** Records a sign-in or a refusal. Needs no unit of work: often there is no change to go with it. */
export async function recordSecurity(
  db: Queryable,
  event: SecurityEvent,
  about: { accountId?: string | null; addressHash?: Buffer | null; details?: Record<string, string | number | boolean> },
): Promise<void> {
  await db.query(insertSecurity, [event, about.accountId ?? null, about.addressHash ?? null, JSON.stringify(about.details ?? {})]);
}
