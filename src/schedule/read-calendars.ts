import type { ParentUser } from '../core/actor.ts';
import type { ChildId, FamilyId, ParentId } from '../core/ids.ts';
import { type FamilyView, findFamilyWith } from '../families/index.ts';
import type { Queryable } from '../platform/database.ts';
import { recent } from '../platform/recent.ts';
import type { ChildCalendar } from './engine/calendar.ts';
import { type AgreedRow, type CalendarStatements, familyCalendars } from './store.ts';

export type Calendars = ReadonlyMap<ChildId, ChildCalendar>;
/** A family with what decides its children's days. */
export type FamilyCalendars = { family: FamilyView; calendars: Calendars };

type Known = { entries: number; calendarVersion: number; zone: string; calendars: Calendars };

/**
 * Nothing is agreed without an entry in the record, so what decides a family's days is the same as long as its record has the same length and
 * its schools' years were not changed. Both are asked each time, with the right to see the family; the rest is kept.
 */
export class KnownCalendars {
  readonly #families = recent<FamilyId, Known>(2000);
  /** Which family each parent looked at last: most likely the one they mean now. */
  readonly #last = recent<ParentId, FamilyId>(50_000);

  /** The family asked for, or the one a parent begins with. Refuses where they share no such family. */
  read(db: Queryable, actor: ParentUser, familyId: FamilyId | null = null): Promise<FamilyCalendars> {
    return this.readWith(db, familyCalendars, actor, familyId);
  }

  /** The same by a neighbour's own statements, made by `calendarsWith`; `more` are their parameters from $4 on. */
  async readWith<More extends object>(
    db: Queryable,
    statements: CalendarStatements<More>,
    actor: ParentUser,
    familyId: FamilyId | null = null,
    more: readonly unknown[] = [],
  ): Promise<FamilyCalendars & { family: FamilyView & More }> {
    const likely = familyId ?? this.#last.get(actor.parentId);
    if (likely && this.#families.has(likely)) {
      const family = (await findFamilyWith(db, statements.version, actor, familyId, more)) as FamilyView & More & { calendarVersion: number };
      const known = this.#families.get(family.familyId);
      if (known && isStill(known, family)) {
        this.#last.set(actor.parentId, family.familyId);
        return { family, calendars: known.calendars };
      }
    }
    const family = (await findFamilyWith(db, statements.whole, actor, familyId, more)) as FamilyView & More & AgreedRow;
    const { calendarVersion } = family;
    const calendars = calendarsOf(family, family);
    this.#families.set(family.familyId, { entries: family.entries, calendarVersion, zone: family.timeZone, calendars });
    this.#last.set(actor.parentId, family.familyId);
    return { family, calendars };
  }
}

/** A child whom a school adds to a family comes without an entry of its record. */
const isStill = ({ entries, calendarVersion, zone, calendars }: Known, family: FamilyView & { calendarVersion: number }): boolean =>
  entries === family.entries &&
  calendarVersion === family.calendarVersion &&
  zone === family.timeZone &&
  calendars.size === family.children.length &&
  family.children.every(({ id }) => calendars.has(id));

/** What is stored, by child and layer, as the engine takes it. */
export function calendarsOf(family: Pick<FamilyView, 'children' | 'timeZone'>, agreed: Omit<AgreedRow, 'calendarVersion'>): Calendars {
  const calendars = new Map<ChildId, ChildCalendar>();
  for (const { id, schoolId } of family.children) {
    const calendar: ChildCalendar = {
      childId: id,
      bornOn: agreed.born.find(({ childId }) => childId === id)!.bornOn,
      siblings: agreed.born.filter(({ childId }) => childId !== id),
      zone: family.timeZone,
      regular: [],
      breaks: [],
      holidays: [],
      vacations: agreed.time.filter(one => one.childId === id && one.layer === 'vacation'),
      changes: agreed.time.filter(one => one.childId === id && one.layer === 'change'),
      school: agreed.periods.filter(one => one.schoolId === schoolId),
    };
    for (const plan of agreed.plans) {
      if (plan.childId !== id) continue;
      if (plan.layer === 'regular') calendar.regular.push(plan);
      else if (plan.layer === 'break') calendar.breaks.push(plan);
      else calendar.holidays.push(plan);
    }
    calendars.set(id, calendar);
  }
  return calendars;
}
