/** The schedule engine: agreements in, time out. No database, no clock of its own, and the same answer each time it is asked. */
export { nightsOfRuns, refusedAlias, refusedNights, standardNamed } from './aliases.ts';
export type { AgreedTime, ChildCalendar, InForce, PlannedHandover, SchoolPeriod, Stretch } from './calendar.ts';
export { addDays, daysBetween, weekdayOf } from './days.ts';
export { hours, nightHolders, overnights, preview, timeShare } from './figures.ts';
export type { Preview, TimeShare } from './figures.ts';
export { handoversIn14Days, patternTitle, rulePatterns, standardPattern, standardPatterns } from './patterns.ts';
export type { Share, StandardPattern } from './patterns.ts';
export { holidayCountries, holidayRegions, publicHolidays } from './public-holidays.ts';
export type { HolidayPlace, PublicHoliday } from './public-holidays.ts';
export { segmentsOfDay } from './ribbon.ts';
export type { DaySegment } from './ribbon.ts';
export { isSchoolDay } from './school.ts';
export { withWhom } from './sentence.ts';
export { agree, handoversOf, layersOn, timeline } from './timeline.ts';
export type { LayerOnDay } from './timeline.ts';
export { clockOf, dayOf, instantOf } from './zones.ts';
