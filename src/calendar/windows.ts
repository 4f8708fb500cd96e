import { calendarDay, dayAndMonth, dayOfYear, monthAndYear } from '../core/time.ts';
import { addDays, weekdayOf } from '../schedule/index.ts';

/** The years that pages about days are there for. */
export const firstYear = 2000;
export const lastYear = 2100;

/** Days from one to another, both included, and how the pages about them are called and reached. */
export type Window = { first: string; last: string };

const within = (day: string): boolean => Number(day.slice(0, 4)) >= firstYear && Number(day.slice(0, 4)) <= lastYear;

/** Whether it is written as a day and there is one: no 30 February, no year that is not shown. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text) || !within(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
export const isMonth = (text: string): boolean => /^\d{4}-\d\d$/.test(text) && isDay(`${text}-01`);

export const monthOf = (day: string): string => day.slice(0, 7);
export const monthTitle = (month: string): string => monthAndYear(calendarDay(`${month}-01`));

/** Null where it would be a year that is not shown. */
export function monthBeside(month: string, step: 1 | -1): string | null {
  const beside = new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)) - 1 + step, 1)).toISOString().slice(0, 10);
  return within(beside) ? monthOf(beside) : null;
}

export function daysOfMonth(month: string): Window {
  const [year, number] = [Number(month.slice(0, 4)), Number(month.slice(5))];
  return { first: `${month}-01`, last: new Date(Date.UTC(year, number, 0)).toISOString().slice(0, 10) };
}

/** Six whole weeks, so that every month is as tall as another. */
export function weeksAroundMonth(month: string): Window {
  const first = mondayOf(`${month}-01`);
  return { first, last: addDays(first, 41) };
}

export const mondayOf = (day: string): string => addDays(day, 1 - weekdayOf(day));
export const weekOf = (day: string): Window => ({ first: mondayOf(day), last: addDays(mondayOf(day), 6) });

/** The same day of the week before or after, where it is shown. */
export function weekBeside(day: string, step: 1 | -1): string | null {
  const beside = addDays(day, step * 7);
  return within(beside) ? beside : null;
}
export function dayBeside(day: string, step: 1 | -1): string | null {
  const beside = addDays(day, step);
  return within(beside) ? beside : null;
}

/** "9 to 15 March 2026", "30 March to 5 April 2026", "28 December 2026 to 3 January 2027" */
export function weekTitle({ first, last }: Window): string {
  const [from, until] = [calendarDay(first), calendarDay(last)];
  if (from.year !== until.year) return `${dayOfYear(from)} to ${dayOfYear(until)}`;
  if (from.month !== until.month) return `${dayAndMonth(from)} to ${dayOfYear(until)}`;
  return `${from.day} to ${dayOfYear(until)}`;
}

export const daysIn = ({ first, last }: Window): string[] => {
  const days: string[] = [];
  for (let day = first; day <= last; day = addDays(day, 1)) days.push(day);
  return days;
};
