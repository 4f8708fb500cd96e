import { recordStep, seeSteps } from '../audit/steps.ts';
import type { User } from '../core/actor.ts';
import { Conflict } from '../core/errors.ts';
import type { ActivityId, FamilyId } from '../core/ids.ts';
import type { Work } from '../platform/database.ts';
import type { Keyring } from '../platform/keyring.ts';
import { findSent, nameOfSchool, namesIn, refuseStrangers, valuesOf } from './add-activity.ts';
import { findAuthor, lockActivity, type Side } from './author.ts';
import type { ActivityRow } from './columns.ts';
import { type ActivityTerms, changesText, dayText } from './describe.ts';
import { deleteActivity, selectRemoved, updateActivity, updateCancelled } from './store.ts';

/** `stale`: somebody changed it after the page was made, so nothing was written. `same`: there was nothing to change. */
export type Changed = 'changed' | 'same' | 'stale' | 'again';

export const termsOf = ({ name, providerId, provider, weekdays, startsAt, endsAt, startsOn, endsOn, termOnly, place, brings, collects, cost }: ActivityRow) =>
  ({ name, providerId, provider, weekdays, startsAt, endsAt, startsOn, endsOn, termOnly, place, brings, collects, cost }) satisfies ActivityTerms;

/** Changes what an activity is. A school's office says nothing of who offers it, brings and collects: those stay as they are. */
export async function changeActivity(
  work: Work<User>,
  keyring: Keyring,
  side: Side,
  activityId: ActivityId,
  typed: ActivityTerms | Omit<ActivityTerms, 'providerId' | 'provider' | 'brings' | 'collects'>,
  version: number,
  submission: string,
): Promise<Changed> {
  const author = await findAuthor(work, side);
  const around = await lockActivity(work, author, activityId);
  const before = termsOf(around.activity);
  if ((await findSent(work, author, around, submission)) !== null) return 'again';
  if (around.activity.version !== version) return 'stale';
  const given: ActivityTerms = { ...before, ...typed };
  refuseStrangers(around, given);
  const after = { ...given, provider: nameOfSchool(around, given.providerId, given.provider) };
  const changes = changesText(before, after, namesIn(around));
  if (changes.length === 0) return 'same';
  const [changed] = await work.trx.query(updateActivity, [activityId, ...valuesOf(after)]);
  await recordStep(work, keyring, {
    familyId: around.familyId,
    by: author.by,
    kind: 'activity.changed',
    aboutId: activityId,
    says: `${author.name} changed ${before.name} for ${around.childName}: ${changes.join('; ')}.`,
    note: null,
    data: { before, after, version: changed!.version },
    submission,
    tells: true,
  });
  return 'changed';
}

/** Off from a day on, or on again where `from` is null. What was before that day stays as it was. */
export async function cancelActivity(
  work: Work<User>,
  keyring: Keyring,
  side: Side,
  activityId: ActivityId,
  from: string | null,
  version: number,
  submission: string,
): Promise<Changed> {
  const author = await findAuthor(work, side);
  const around = await lockActivity(work, author, activityId);
  const { name, cancelledFrom } = around.activity;
  if ((await findSent(work, author, around, submission)) !== null) return 'again';
  if (around.activity.version !== version) return 'stale';
  if (cancelledFrom === from) return 'same';
  const [changed] = await work.trx.query(updateCancelled, [activityId, from]);
  await recordStep(work, keyring, {
    familyId: around.familyId,
    by: author.by,
    kind: from === null ? 'activity.restored' : 'activity.cancelled',
    aboutId: activityId,
    says:
      from === null
        ? `${author.name} took back that ${name} for ${around.childName} is cancelled from ${dayText(cancelledFrom!)} on. It goes on.`
        : `${author.name} cancelled ${name} for ${around.childName} from ${dayText(from)} on.`,
    note: null,
    data: { before: { cancelledFrom }, after: { cancelledFrom: from }, version: changed!.version },
    submission,
    tells: true,
  });
  return 'changed';
}

const reliedOn = 'The other parent may rely on this activity by now. Cancel it instead: it stays on the record with everything about it.';
const refusals = new Set(['P0A01', '23001', '23503']);

/** Takes an activity out that nobody else can have relied on. The database says whether that is so. */
export async function removeActivity(work: Work<User>, keyring: Keyring, activityId: ActivityId, submission: string): Promise<FamilyId> {
  const author = await findAuthor(work, 'parent');
  const [removed] = await work.trx.query(selectRemoved, [work.actor.parentId, activityId]);
  if (removed) return removed.familyId;
  const around = await lockActivity(work, author, activityId);
  const { name, addedBy } = around.activity;
  if ('parentId' in author.by && addedBy !== author.by.parentId) throw new Conflict(reliedOn);
  try {
    await work.trx.query(deleteActivity, [activityId]);
  } catch (error) {
    if (error instanceof Error && 'code' in error && refusals.has(String(error.code))) throw new Conflict(reliedOn);
    throw error;
  }
  await recordStep(work, keyring, {
    familyId: around.familyId,
    by: author.by,
    kind: 'activity.removed',
    aboutId: activityId,
    says: `${author.name} took ${name} for ${around.childName} out again, within an hour of adding it.`,
    note: null,
    data: { before: termsOf(around.activity) },
    submission,
    tells: false,
  });
  // Nobody had opened it, so it came and went: nothing waits for anybody to be seen.
  for (const { id } of around.members) await seeSteps(work.trx, id, [activityId]);
  return around.familyId;
}
