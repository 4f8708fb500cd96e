export { type Ahead, aheadOf, whereabouts } from './ahead.ts';
export { type Facts, type FamilyDays, KnownFamilies } from './known-families.ts';
export { calendarRoutes } from './routes.ts';
export { familyDaysWith } from './store.ts';
