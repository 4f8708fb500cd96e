import type { ActivityRow } from '../activities/index.ts';
import type { ParentUser } from '../core/actor.ts';
import type { FamilyId, ParentId } from '../core/ids.ts';
import { type FamilyView, findFamilyAgain, findFamilyIfAnyWith, type KeptFamily, keptOf } from '../families/index.ts';
import type { Queryable } from '../platform/database.ts';
import { recent } from '../platform/recent.ts';
import { type Calendars, calendarsOf, type RequestRow } from '../schedule/index.ts';
import type { DaysStatements, LastStep, WholeColumns } from './store.ts';

/** What pages about a family's days are made from: the same object for as long as nothing of it has changed. */
export type Facts = { calendars: Calendars; activities: readonly ActivityRow[]; requests: readonly RequestRow[]; country: string; region: string | null };

/** A family as one of its parents comes to it, with its days; `More` is what a page asked for besides. */
export type FamilyDays<More = unknown> = { family: FamilyView & More; facts: Facts };

type Known = { kept: KeptFamily; version: string; lastStep: number | null; facts: Facts };
/** Something made from facts: it holds on its day, until an open request runs out. */
type Made = { facts: Facts; today: string; until: number; value: object };

/**
 * A family's days do not change without a step in its record, and its names, children and schools not without a change of their rows. What was
 * read, and what was worked out from it, is kept and given again while both are the same. They are asked for each time, as is the right to see the family.
 */
export class KnownFamilies {
  readonly #families = recent<FamilyId, Known>(2000);
  /** Which family each parent looked at last, most likely the one they mean now, and whether they share others. */
  readonly #last = recent<ParentId, { familyId: FamilyId; several: boolean }>(50_000);
  readonly #made = recent<string, Made>(1000);

  /** The family a parent begins with; null where they share none. `more` are the statements' parameters from $4 on. One statement, or two where something has changed. */
  async readIfAny<More extends object>(
    db: Queryable,
    actor: ParentUser,
    statements: DaysStatements<More>,
    more: readonly unknown[] = [],
  ): Promise<FamilyDays<More> | null> {
    const likely = this.#last.get(actor.parentId);
    const known = likely && this.#families.get(likely.familyId);
    if (known) {
      const family = (await findFamilyAgain(db, likely.several ? statements.againOfSeveral : statements.again, actor, known, more)) as
        (FamilyView & LastStep & More) | null;
      if (family && family.lastStep === known.lastStep) return { family, facts: known.facts };
    }
    const family = (await findFamilyIfAnyWith(db, statements.whole, actor, more)) as (FamilyView & WholeColumns & More) | null;
    if (!family) return null;
    const { familyVersion, lastStep, plans, time, born, periods, activityRows, openRequests, country, region } = family;
    const agreed = plans.findLast(plan => plan.layer === 'holiday')?.terms;
    const facts: Facts = {
      calendars: calendarsOf(family, { plans, time, born, periods }),
      activities: activityRows,
      requests: openRequests,
      // The country is the one whose holidays were agreed on last, where any were.
      country: agreed?.country ?? country,
      region: agreed ? agreed.region : region,
    };
    this.#families.set(family.familyId, { kept: keptOf(family), version: familyVersion, lastStep, facts });
    this.#last.set(actor.parentId, { familyId: family.familyId, several: family.families.length > 1 });
    return { family, facts };
  }

  /**
   * What was made under this key from the same facts on the same day, or what is made now. `until` is the first instant at which it would be
   * another. It and its parts are frozen, so that pages print them once.
   */
  keep<Value extends object>(key: string, facts: Facts, today: string, now: number, make: () => { value: Value; until: number }): Value {
    const made = this.#made.get(key);
    if (made && made.facts === facts && made.today === today && now < made.until) return made.value as Value;
    const { value, until } = make();
    for (const part of [value, ...Object.values(value)]) Object.freeze(part);
    this.#made.set(key, { facts, today, until, value });
    return value;
  }
}
