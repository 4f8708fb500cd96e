import type { ParentUser } from '../../core/actor.ts';
import type { FamilyId } from '../../core/ids.ts';
import type { FamilyView } from '../../families/index.ts';
import type { Queryable } from '../../platform/database.ts';
import { addDays } from '../engine/index.ts';
import { familyWithMarks } from '../handovers/store.ts';
import type { Calendars, KnownCalendars } from '../read-calendars.ts';
import { countTime, type FamilyFigures } from './count-time.ts';
import type { Period } from './period.ts';

/** Two days beyond the last, so that every zone's end of it is within. */
export const marksUntil = (until: string): number => Date.parse(addDays(until, 2));

/** The figures of a family, for whoever exports them: the one a parent asks for, or begins with. */
export async function figuresFor(
  db: Queryable,
  known: KnownCalendars,
  actor: ParentUser,
  familyId: FamilyId | null,
  period: Period,
  now: Date,
): Promise<{ family: FamilyView; calendars: Calendars; figures: FamilyFigures }> {
  const { family, calendars } = await known.readWith(db, familyWithMarks, actor, familyId, [marksUntil(period.until)]);
  return { family, calendars, figures: countTime(family, calendars, family.made, period, now.getTime()) };
}
