import { subjects } from './okafor-reyes.ts';
import { haddadKeller, lindqvistReyes } from './others.ts';
import { accounts, activities, children, families, parentings, parents, schools, staff } from './people.ts';
import type { FamilyKey, Subject } from './types.ts';

export type * from './types.ts';

const written: Readonly<Record<FamilyKey, readonly Subject[]>> = {
  'okafor-reyes': subjects,
  'haddad-keller': haddadKeller,
  'lindqvist-reyes': lindqvistReyes,
};

/** The demo world: people, and each family with what was written in its record. Invented throughout. */
export const story = {
  families: families.map((family) => ({ ...family, subjects: written[family.key] })),
  parents,
  children,
  parentings,
  schools,
  activities,
  accounts,
  staff,
  /**
   * The texts fit a week in which today is this ISO weekday (4 is Thursday): lessons on Tuesdays, matches on Saturdays.
   * Adding ((today's weekday - 4 + 7) % 7) to every daysAgo keeps them there on any day.
   */
  writtenOnWeekday: 4,
} as const;
