import { clubs } from './clubs.ts';
import { ines } from './ines.ts';
import { school } from './school.ts';
import { theoEveryday } from './theo-everyday.ts';
import { theoHealth } from './theo-health.ts';
import type { Subject } from './types.ts';

/** A year of Amara's and Daniel's record, by subject; the times interleave across subjects. */
export const subjects: readonly Subject<'amara' | 'daniel'>[] = [...theoHealth, ...theoEveryday, ...ines, ...clubs, ...school];
