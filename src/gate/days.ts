/** How far ahead a day may be told or changed. */
const daysAhead = 60;

export const lastDay = (today: string): string => Temporal.PlainDate.from(today).add({ days: daysAhead }).toString();
export const isWithin = (today: string, day: string): boolean => day >= today && day <= lastDay(today);
