import type { ChildId } from '../../core/ids.ts';
import { fold } from '../../core/text.ts';
import { isoDayOf } from './read-words.ts';
import type { DifferentDay } from '../columns.ts';
import type { ActivityTerms } from '../describe.ts';

/** Most rows of a list or events of a calendar that are taken at once. */
export const mostRows = 250;
/** Most single days that are different, of all rows together. */
export const mostDays = 500;

export type ImportedDay = Omit<DifferentDay, 'id'>;

/** A row of a list, or an event of a calendar, as it was read: an activity, or what is wrong with it. */
export type ParsedRow = {
  /** As its file numbers it: rows with the headings, events from 1. */
  row: number;
  name: string;
  childId: ChildId | null;
  /** The child as it was written. */
  child: string;
  uid: string | null;
  terms: ActivityTerms | null;
  days: ImportedDay[];
  /** What the reader may want to know. */
  notes: string[];
  faults: string[];
};

export type Parsed = { rows: ParsedRow[]; /** Headings of columns that are not taken. */ leftOut: string[] };

/** What makes two activities the same, whoever wrote them down: child, name, days and times; and the day itself, where it is one. */
export const sameKey = (childId: string, { name, weekdays, startsAt, endsAt, startsOn, endsOn }: ActivityTerms): string =>
  JSON.stringify([childId, fold(name).trim(), weekdays, startsAt, endsAt, startsOn !== null && startsOn === endsOn ? isoDayOf(startsOn) : null]);
