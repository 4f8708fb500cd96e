import { randomUUIDv7 } from 'node:crypto';
import type { Actor } from '../core/actor.ts';
import type { FamilyId, ParentId, SchoolId } from '../core/ids.ts';
import { type Queryable, statement, type Work } from '../platform/database.ts';
import type { Keyring } from '../platform/keyring.ts';
import { noContext, openText, sealText } from '../platform/record/content.ts';

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

export type StepRow = {
  id: string;
  familyId: FamilyId;
  pos: number;
  at: Date;
  parentId: ParentId | null;
  schoolId: SchoolId | null;
  kind: StepKind;
  aboutId: string;
  contentCt: Buffer;
  wrapped: Buffer;
};
export type Step = Omit<StepRow, 'contentCt' | 'wrapped'> & StepWords;

/** The words of a step. Throws where they are not what was written. */
export const openStep = (keyring: Keyring, { id, contentCt, wrapped }: Pick<StepRow, 'id' | 'contentCt' | 'wrapped'>): StepWords =>
  JSON.parse(openText(keyring, 'body', id, noContext, { ciphertext: contentCt, wrapped })) as StepWords;

const stepColumns = `s.id, s.family_id as "familyId", s.pos::int, s.created_at as at, s.parent_id as "parentId", s.school_id as "schoolId", s.kind,
          s.about_id as "aboutId", s.content_ct as "contentCt", k.wrapped`;

const selectSteps = statement<StepRow>(
  'audit.steps-about',
  `select ${stepColumns} from record.steps s join record.content_keys k on k.item_id = s.id
    where s.family_id = $1 and s.about_id = any($2::uuid[]) order by s.pos`,
);
const opened = (keyring: Keyring, rows: StepRow[]): Step[] =>
  rows.map(row => {
    const { contentCt: _, wrapped: __, ...rest } = row;
    return { ...rest, ...openStep(keyring, row) };
  });

/** Everything done about these things, oldest first. Whoever calls has found the family in its reader's scope. */
export const stepsAbout = async (db: Queryable, keyring: Keyring, familyId: FamilyId, aboutIds: readonly string[]): Promise<Step[]> =>
  aboutIds.length === 0 ? [] : opened(keyring, await db.query(selectSteps, [familyId, aboutIds]));

const deleteUnseen = statement<void>('audit.delete-unseen-steps', `delete from parley.unseen_steps where parent_id = $1 and about_id = any($2::uuid[])`);

/** The parent opened the page about these things, so nothing about them is new. Said by a page that is opened by its reader, never by a list. */
export const seeSteps = async (db: Queryable, parentId: ParentId, aboutIds: readonly string[]): Promise<void> => {
  if (aboutIds.length > 0) await db.query(deleteUnseen, [parentId, aboutIds]);
};
