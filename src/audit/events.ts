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
  'account.requested',
  'account.made',
  'account.connected',
  'record.entered',
  'link.made',
  'link.renewed',
  'link.revoked',
  'link.expired',
  'link.opened',
  'link.proved',
  'link.code-refused',
  'link.burnt',
  'links.sent',
  'letters.shown',
  'codes.shown',
  'adults.exported',
  'account.school-chosen',
  'pupil.added',
  'pupil.changed',
  'adult.added',
  'adult.changed',
  'adult.proposed',
  'adult.proposal-confirmed',
  'adult.proposal-withdrawn',
  'adult.ended',
  'roll.imported',
  'collection.changed',
  'collection.told',
  'collection.told-confirmed',
  'collection.told-declined',
  'collection.told-withdrawn',
  'collection.marked',
  'collection.undone',
  'collector.chosen',
  'collector.confirmed',
  'collector.declined',
  'collector.withdrawn',
  'collector.ended',
  'staff.pin-set',
  'photo.uploaded',
  'photo.sent',
  'photo.use-changed',
  'photos.import-tried',
  'photos.import-started',
  'photo.approved',
  'photo.retake-asked',
  'photo.rejected',
  'photo.deleted',
  'likeness.deleted',
  'school.photo-settings-changed',
  'school.calendar-changed',
  'handover.list-saved',
  'travel-item.added',
  'travel-item.removed',
  'feed.made',
  'feed.revoked',
  'busy.uploaded',
  'busy.removed',
] as const;
export type AuditAction = (typeof auditActions)[number];

/** Sign-ins and refusals. */
export const securityEvents = [
  'sign-in.succeeded',
  'sign-in.refused',
  'sign-in.delayed',
  'session.ended',
  'action.refused',
  'screen.locked',
  'screen.unlocked',
  'screen.refused',
  'password.refused',
] as const;
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

const insertAudits = statement<void>(
  'audit.insert-many',
  `insert into record.audit_events (actor_kind, actor_id, actor_name, action, target_id, family_id, school_id, details)
   select $1, $2, $3, e.action, e.target_id, e.family_id, e.school_id, e.details
     from unnest($4::text[], $5::uuid[], $6::uuid[], $7::uuid[], $8::jsonb[]) as e (action, target_id, family_id, school_id, details)`,
);

/** The same for many changes of one piece of work, in one statement. */
export async function recordAudits(work: Work, events: readonly (AuditSubject & { action: AuditAction })[]): Promise<void> {
  if (events.length === 0) return;
  await work.trx.query(insertAudits, [
    ...actorColumns(work.actor),
    events.map(({ action }) => action),
    events.map(({ targetId }) => targetId ?? null),
    events.map(({ familyId }) => familyId ?? null),
    events.map(({ schoolId }) => schoolId ?? null),
    events.map(({ details }) => JSON.stringify(details ?? {})),
  ]);
}

const insertAuditAndEnqueue = statement<void>(
  'audit.insert-and-enqueue',
  `with audit as (
     insert into record.audit_events (actor_kind, actor_id, actor_name, action, target_id, family_id, school_id, details)
     values ($1, $2, $3, $4, $5, $6, $7, $8))
   select count(graphile_worker.add_job($9, j.payload::json, run_at => j.run_at, job_key => j.key, job_key_mode => 'preserve_run_at', max_attempts => 12))
     from unnest($10::text[], $11::timestamptz[], $12::text[]) as j (payload, run_at, key)`,
);

/** Both in one statement, for the changes that people wait for: the audit event, and one job of a name for each of `jobs`. */
export async function recordAndEnqueue(
  work: Work,
  action: AuditAction,
  subject: AuditSubject,
  job: string,
  jobs: readonly { payload: object; key: string; runAt: Date | null }[],
): Promise<void> {
  const { targetId = null, familyId = null, schoolId = null, details = {} } = subject;
  await work.trx.query(insertAuditAndEnqueue, [
    ...actorColumns(work.actor),
    action,
    targetId,
    familyId,
    schoolId,
    JSON.stringify(details),
    job,
    jobs.map(({ payload }) => JSON.stringify(payload)),
    jobs.map(({ runAt }) => runAt),
    jobs.map(({ key }) => key),
  ]);
}

/**
 * The audit events as part of a neighbour's statement, for the changes that people wait for: one for each row of `from`, the part of the statement
 * that made the changes. The others are expressions over it; `account` is who signed in to make them.
 */
export const auditInsert = (
  from: string,
  { account, action, target, family, details }: Record<'account' | 'action' | 'target' | 'family' | 'details', string>,
): string =>
  `insert into record.audit_events (actor_kind, actor_id, action, target_id, family_id, details)
   select 'user', ${account}, ${action}, ${target}, ${family}, ${details} from ${from}`;

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
