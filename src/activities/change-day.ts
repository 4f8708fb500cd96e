import { mostDifferentDays } from '../access/policy.ts';
import { recordStep, type StepKind } from '../audit/steps.ts';
import type { User } from '../core/actor.ts';
import { Conflict } from '../core/errors.ts';
import type { ActivityId } from '../core/ids.ts';
import type { Work } from '../platform/database.ts';
import type { Keyring } from '../platform/keyring.ts';
import { findSent } from './add-activity.ts';
import { findAuthor, lockActivity, type Side } from './author.ts';
import type { ActivityRow, DifferentDay } from './columns.ts';
import { dayText, whenText } from './describe.ts';
import type { Changed } from './change-activity.ts';
import type { DayChange } from './schema.ts';
import { deleteDay, insertDay } from './store.ts';

/**
 * One day off, moved, one more, or as always again. Whoever calls has looked whether the activity has that day. `stale`: somebody said
 * something else of the day after the page was made.
 */
export async function changeDay(work: Work<User>, keyring: Keyring, side: Side, activityId: ActivityId, change: DayChange): Promise<Changed> {
  const author = await findAuthor(work, side);
  const around = await lockActivity(work, author, activityId);
  const { activity } = around;
  if ((await findSent(work, author, around, change.submission)) !== null) return 'again';
  const before = activity.days.find(({ day }) => day === change.day) ?? null;
  if ((before?.id ?? null) !== change.seen) return 'stale';
  const after = change.kind === 'always' ? null : differenceOf({ ...change, kind: change.kind });
  if (sameDay(before, after)) return 'same';
  if (before === null && activity.days.length >= mostDifferentDays)
    throw new Conflict(`${mostDifferentDays} days of this activity are different already. Change its weekly days instead.`);
  if (before !== null) await work.trx.query(deleteDay, [activityId, change.day]);
  if (after !== null) await work.trx.query(insertDay, [activityId, change.day, after.kind, after.toDay, after.startsAt, after.endsAt, after.place]);
  const { kind, says } = sentence(activity, change.day, before, after, `${activity.name} for ${around.childName}`);
  await recordStep(work, keyring, {
    familyId: around.familyId,
    by: author.by,
    kind,
    aboutId: activityId,
    says: `${author.name} ${says}`,
    note: null,
    data: { day: change.day, before, after },
    submission: change.submission,
    tells: true,
  });
  return 'changed';
}

type Difference = Omit<DifferentDay, 'id' | 'day'>;

const differenceOf = ({ kind, day, toDay, startsAt, endsAt, place }: Omit<DayChange, 'kind'> & { kind: DifferentDay['kind'] }): Difference =>
  kind === 'cancelled'
    ? { kind, toDay: null, startsAt: null, endsAt: null, place: null }
    : { kind, toDay: kind === 'moved' ? (toDay ?? day) : null, startsAt, endsAt, place };

const sameDay = (one: Difference | null, other: Difference | null): boolean =>
  one === null || other === null ? one === other : (['kind', 'toDay', 'startsAt', 'endsAt', 'place'] as const).every(part => one[part] === other[part]);

function sentence(activity: ActivityRow, day: string, before: Difference | null, after: Difference | null, what: string): { kind: StepKind; says: string } {
  if (after === null) {
    const says =
      before?.kind === 'extra' ? `took the extra day of ${what} on ${dayText(day)} out again.` : `put ${what} on ${dayText(day)} back to what it always is.`;
    return { kind: 'activity.day-restored', says };
  }
  if (after.kind === 'cancelled') return { kind: 'activity.day-cancelled', says: `cancelled ${what} on ${dayText(day)}.` };
  const at = after.place === null ? '' : `, at ${after.place}`;
  const then = whenText(after.toDay ?? day, after.startsAt ?? activity.startsAt, after.endsAt ?? activity.endsAt);
  if (after.kind === 'extra') return { kind: 'activity.day-changed', says: `added a day of ${what}: ${then}${at}.` };
  return { kind: 'activity.day-changed', says: `moved ${what} from ${whenText(day, activity.startsAt, activity.endsAt)}, to ${then}${at}.` };
}
