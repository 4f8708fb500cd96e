import type { PointOut } from '../schedule/index.ts';
import type { ActivityColumns } from './columns.ts';
import { activitiesWithin } from './occurrences.ts';
import { familyActivities } from './store.ts';

/** Activities within some time, for the page of a request that would change whose it is. */
export const activitiesInTime: PointOut<ActivityColumns> = { statements: familyActivities, within: activitiesWithin };
