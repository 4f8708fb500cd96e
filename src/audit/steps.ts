import { randomUUIDv7 } from 'node:crypto';
import type { Actor } from '../core/actor.ts';
import type { FamilyId, ParentId, SchoolId } from '../core/ids.ts';
import { type Queryable, statement, type Work } from '../platform/database.ts';
import type { Keyring } from '../platform/keyring.ts';
import { noContext, openText, sealText } from '../platform/record/content.ts';
import { milliseconds } from '../platform/sql.ts';

/**
 * Steps: what somebody did about a thing that is not a message, as entries of the family's record. A step says in one sentence what was done
 * (`says`), as it will be read years later by somebody who knows only the record, and holds the same as data.
 */
export const stepKinds = [
  'request.made',
  'request.accepted',
  'request.declined',
  'request.countered',
  'request.withdrawn',
  'request.expired',
  'handover.handed-over',
  'handover.received',
  'handover.not-taken-place',
  'handover.noted',
  'activity.added',
  'activity.changed',
  'activity.cancelled',
  'activity.restored',
  'activity.removed',
  'activity.day-cancelled',
  'activity.day-changed',
  'activity.day-restored',
  'fact.added',
  'fact.changed',
  'fact.removed',
] as const;
export type StepKind = (typeof stepKinds)[number];

export type StepWords = {
  /** One whole sentence with names and full dates: "Daniel Reyes asks to swap Saturday 21 March 2026 for Saturday 28 March 2026." */
  says: string;
  /** What the writer added in their own words. */
  note: string | null;
  data: Record<string, unknown>;
};

/** Who did it: a parent, a school's office, or nobody where a time ran out. */
export type StepBy = { parentId: ParentId } | { schoolId: SchoolId } | null;

export type NewStep = StepWords & {
  familyId: FamilyId;
  by: StepBy;
  kind: StepKind;
  aboutId: string;
  /** Of the form: the database refuses a second step of this actor from the same form (constraint steps_family_id_parent_id_school_id_submission_key). */
  submission: string;
  /** Whether the others are told by the neutral mail that something waits. The step is marked as unseen for them either way. */
  tells: boolean;
};

const insertStep = statement<{ pos: number; at: Date }>(
  'audit.insert-step',
  `with key as (
     insert into record.content_keys (item_id, wrapped) values ($1, $9)
   ), step as (
     insert into record.steps (id, family_id, parent_id, school_id, kind, about_id, commitment, content_ct, submission)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $10) returning pos, created_at
   ), others as (
     select fp.parent_id from parley.family_parents fp
      where fp.family_id = $2 and fp.parent_id is distinct from $3::uuid and (fp.until is null or fp.until > now())
   ), unseen as (
     insert into parley.unseen_steps (parent_id, step_id, family_id, about_id) select others.parent_id, $1, $2, $6 from others
   ), told as (
     select count(graphile_worker.add_job('messages.tell-recipient', json_build_object('familyId', $2::uuid, 'parentId', others.parent_id),
              job_key => 'messages.tell-step ' || $2::uuid || ' ' || others.parent_id, job_key_mode => 'preserve_run_at', max_attempts => 12)) as jobs
       from others where $11
   ), audit as (
     insert into record.audit_events (actor_kind, actor_id, actor_name, action, target_id, family_id, school_id, details)
     values ($12, $13, $14, $5, $6, $2, $4, '{}')
   )
   select step.pos::int, step.created_at as at from step, told`,
);

const columnsOf = (actor: Actor): [kind: string, id: string | null, name: string | null] =>
  actor.kind === 'user' ? ['user', actor.accountId, null] : ['system', null, actor.name];

/**
 * Puts a step on the family's record with its audit event, marks it as new for the family's other parents, and queues their notice: all or
 * none, in the caller's transaction. Whoever calls has asked whether the actor may. Gives the entry's position and time.
 */
export async function recordStep(work: Work, keyring: Keyring, step: NewStep): Promise<{ id: string; pos: number; at: Date }> {
  const id = randomUUIDv7();
  const { familyId, by, kind, aboutId, submission, tells, says, note, data } = step;
  const sealed = sealText(keyring, 'body', id, noContext, JSON.stringify({ says, note, data }));
  const [row] = await work.trx.query(insertStep, [
    id,
    familyId,
    by && 'parentId' in by ? by.parentId : null,
    by && 'schoolId' in by ? by.schoolId : null,
    kind,
    aboutId,
    sealed.commitment,
    sealed.ciphertext,
    sealed.wrapped,
    submission,
    tells,
    ...columnsOf(work.actor),
  ]);
  return { id, ...row! };
}

/** A step as it is read, its words still sealed: as JSON carries it, the time in milliseconds since 1970 and bytes in hexadecimal. */
export type StepRow<About extends string = string> = {
  id: string;
  pos: number;
  at: number;
  parentId: ParentId | null;
  schoolId: SchoolId | null;
  kind: StepKind;
  aboutId: About;
  contentCt: string;
  wrapped: string;
};
export type Step<About extends string = string> = Omit<StepRow<About>, 'contentCt' | 'wrapped'> & StepWords;

/** A row `step` of record.steps, with its key, as one JSON object in the shape of StepRow. */
export const stepJson = (step: string): string =>
  `json_build_object('id', ${step}.id, 'pos', ${step}.pos, 'at', ${milliseconds(`${step}.created_at`)}, 'parentId', ${step}.parent_id, 'schoolId', ${step}.school_id,
          'kind', ${step}.kind, 'aboutId', ${step}.about_id, 'contentCt', encode(${step}.content_ct, 'hex'),
          'wrapped', (select encode(k.wrapped, 'hex') from record.content_keys k where k.item_id = ${step}.id))`;

/** The steps `s` of which something holds, oldest first: `StepRow[]` as JSON. */
export const stepsJson = (where: string): string => `(select coalesce(json_agg(${stepJson('s')} order by s.pos), '[]') from record.steps s where ${where})`;

/** The step that a form of a parent has become in a family, each given as SQL: `StepRow | null` as JSON. */
export const sentStepJson = (family: string, parent: string, submission: string): string =>
  `(select ${stepJson('s')} from record.steps s where s.family_id = ${family} and s.parent_id = ${parent} and s.submission = ${submission})`;

/** The words of a step, from its bytes or from hexadecimal. Throws where they are not what was written. */
export function openStep(keyring: Keyring, { id, contentCt, wrapped }: { id: string; contentCt: Buffer | string; wrapped: Buffer | string }): StepWords {
  const bytes = (given: Buffer | string): Buffer => (typeof given === 'string' ? Buffer.from(given, 'hex') : given);
  return JSON.parse(openText(keyring, 'body', id, noContext, { ciphertext: bytes(contentCt), wrapped: bytes(wrapped) })) as StepWords;
}

/** Steps with their words. */
export const openSteps = <About extends string>(keyring: Keyring, rows: readonly StepRow<About>[]): Step<About>[] =>
  rows.map(row => {
    const { contentCt: _, wrapped: __, ...rest } = row;
    return { ...rest, ...openStep(keyring, row) };
  });

const selectSteps = statement<{ steps: StepRow[] }>('audit.steps-about', `select ${stepsJson('s.family_id = $1 and s.about_id = any($2::uuid[])')} as steps`);

/** Everything done about these things, oldest first. Whoever calls has found the family in its reader's scope. */
export async function stepsAbout(db: Queryable, keyring: Keyring, familyId: FamilyId, aboutIds: readonly string[]): Promise<Step[]> {
  if (aboutIds.length === 0) return [];
  const [found] = await db.query(selectSteps, [familyId, aboutIds]);
  return openSteps(keyring, found!.steps);
}

const deleteUnseen = statement<void>('audit.delete-unseen-steps', `delete from parley.unseen_steps where parent_id = $1 and about_id = any($2::uuid[])`);

/** The parent opened the page about these things, so nothing about them is new. Said by a page that is opened by its reader, never by a list. */
export const seeSteps = async (db: Queryable, parentId: ParentId, aboutIds: readonly string[]): Promise<void> => {
  if (aboutIds.length > 0) await db.query(deleteUnseen, [parentId, aboutIds]);
};
