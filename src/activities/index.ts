export { type Clash, clashesOf, clashWeeks } from './clashes.ts';
export { activityColumns, type ActivityColumns, type ActivityRow, type DifferentDay, type Who } from './columns.ts';
export { clocksText, weekdaysText } from './describe.ts';
export { activitiesWithin, type ActivityDay, activityDays } from './occurrences.ts';
export { activitiesInTime } from './point-out.ts';
export { isTermTime } from './term-time.ts';
