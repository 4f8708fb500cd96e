import type { ParentId, SchoolId } from '../../core/ids.ts';
import { countCharacters, fold, grouped, isStorable, listed } from '../../core/text.ts';
import { weekdayOf } from '../../schedule/index.ts';
import { headingKey, readCells, type Unreadable } from '../../schools/index.ts';
import type { Who } from '../columns.ts';
import type { ImportFamily } from './family.ts';
import { mostRows, type Parsed, type ParsedRow } from './parsed.ts';
import { oneLine, readClock, readDay, readWeekdays, readYes } from './read-words.ts';

export const templateHeadings = [
  'Child',
  'Activity',
  'Days',
  'Start',
  'End',
  'First day',
  'Last day',
  'Term time only',
  'Place',
  'With',
  'Brings',
  'Collects',
  'Cost',
] as const;

const columns = ['child', 'name', 'days', 'start', 'end', 'first', 'last', 'term', 'place', 'provider', 'brings', 'collects', 'cost'] as const;
type Column = (typeof columns)[number];
const spellings: Record<Column, readonly string[]> = {
  child: ['child', 'childs name', 'name of child', 'children', 'pupil'],
  name: ['activity', 'name', 'what', 'club', 'title', 'subject', 'summary'],
  days: ['days', 'day', 'weekday', 'weekdays', 'day of week', 'day of the week'],
  start: ['start', 'starts', 'start time', 'begins', 'from time', 'time from', 'time'],
  end: ['end', 'ends', 'end time', 'until time', 'finish', 'finishes', 'time to'],
  first: ['first day', 'start date', 'first date', 'from', 'date', 'starts on', 'begins on'],
  last: ['last day', 'end date', 'last date', 'to', 'until', 'ends on'],
  term: ['term time only', 'term time', 'term only', 'in term time'],
  place: ['place', 'where', 'location', 'venue'],
  provider: ['with', 'provider', 'school', 'club or school', 'organiser', 'organizer', 'by'],
  brings: ['brings', 'who brings', 'taken by', 'drop off', 'dropoff'],
  collects: ['collects', 'who collects', 'collected by', 'pick up', 'pickup'],
  cost: ['cost', 'price', 'fee', 'cost note'],
};
const byHeading = new Map<string, Column>(columns.flatMap(column => spellings[column].map(spelling => [spelling, column] as const)));

const unreadable = (words: string): Unreadable => ({ unreadable: words });

/** A list of activities, row by row. Formulas and everything else in its cells are plain text. */
export async function readTable(bytes: Buffer, family: ImportFamily, today: string): Promise<Parsed | Unreadable> {
  const table = await readCells(bytes);
  if ('unreadable' in table) return table;
  const isBlank = (cells: readonly string[]) => cells.every(cell => cell.trim() === '');
  const first = table.findIndex(cells => !isBlank(cells));
  if (first === -1) return unreadable('The file is empty. Choose the list again.');
  const headings = table[first]!.map(cell => cell.trim());
  const found = headings.map(heading => byHeading.get(headingKey(heading)) ?? null);
  const missing = [
    found.includes('name') ? null : 'the activity',
    found.includes('days') || found.includes('first') ? null : 'the days',
    found.includes('child') || family.children.length === 1 ? null : 'the child',
  ].filter(part => part !== null);
  if (missing.length > 0)
    return unreadable(`The list has no column for ${listed(missing)}. Its first row should hold the headings: take the empty list below.`);
  const twice = headings.filter((_, index) => found[index] !== null && found.indexOf(found[index]!) !== index);
  if (twice.length > 0) return unreadable(`Two columns are for the same thing: ${listed(twice)}. Leave one of them out.`);
  const rows: ParsedRow[] = [];
  for (const [index, cells] of table.entries()) {
    if (index <= first || isBlank(cells)) continue;
    if (rows.length === mostRows)
      return unreadable(`There are more than ${grouped(mostRows)} rows. Divide the list into parts and import them one after another.`);
    const cell = (column: Column): string => {
      const at = found.indexOf(column);
      return at === -1 ? '' : oneLine(cells[at] ?? '');
    };
    rows.push(readRow(index + 1, cell, family, today));
  }
  if (rows.length === 0) return unreadable('The list has headings and no rows under them.');
  return { rows, leftOut: headings.filter((heading, index) => found[index] === null && heading !== '') };
}

function readRow(row: number, cell: (column: Column) => string, family: ImportFamily, today: string): ParsedRow {
  const faults: string[] = [];
  const fault = <Value>(value: Value, words: string): Value => {
    faults.push(words);
    return value;
  };
  const short = (column: Column, most: number, what: string): string | null => {
    const text = cell(column);
    if (!isStorable(text)) return fault(null, `${what} has a character that cannot be stored`);
    return countCharacters(text) > most ? fault(null, `${what} is longer than ${most} characters`) : text || null;
  };
  const time = (column: Column, what: string): string | null =>
    cell(column) === '' ? null : (readClock(cell(column)) ?? fault(null, `${what} is no time: write it as 17:00`));
  const day = (column: Column, what: string): string | null =>
    cell(column) === '' ? null : (readDay(cell(column)) ?? fault(null, `${what} is no day: write it as 03/03/2026`));

  const child = family.childNamed(cell('child'));
  if (child === null) faults.push(cell('child') === '' ? 'Say which child' : `There is no child called ${cell('child').slice(0, 60)} in this family`);
  const name = cell('name') === '' ? fault('', 'Say what the activity is called') : (short('name', 80, 'The activity') ?? '');
  const startsAt = time('start', 'The start');
  const endsAt = time('end', 'The end');
  if ((cell('start') === '') !== (cell('end') === '')) faults.push('Give both times, or neither for a whole day');
  if (startsAt !== null && endsAt !== null && endsAt <= startsAt) faults.push('It ends before it begins');
  const startsOn = day('first', 'The first day');
  const endsOn = day('last', 'The last day');
  if (startsOn !== null && endsOn !== null && endsOn < startsOn) faults.push('The last day is before the first');
  const typed = cell('days');
  const single = typed === '' && startsOn !== null && (endsOn === null || endsOn === startsOn);
  const weekdays = single ? [weekdayOf(startsOn)] : (readWeekdays(typed) ?? fault([], `${typed.slice(0, 40)} is no day of the week`));
  if (weekdays.length === 0 && typed === '') faults.push('Say on which days of the week');
  else if (weekdays.length === 0 && readWeekdays(typed) !== null) faults.push(`${typed.slice(0, 40)} is no day of the week`);
  const termOnly = readYes(cell('term')) ?? fault(false, 'Term time only is yes or no');
  const provider = short('provider', 100, 'With');
  const providerId: SchoolId | null = provider === null ? null : family.schoolNamed(provider);
  const place = short('place', 120, 'The place');
  const brings = whoIn(cell('brings'), family, fault);
  const collects = whoIn(cell('collects'), family, fault);
  const cost = short('cost', 120, 'The cost');
  const days = { weekdays, startsAt, endsAt, startsOn: startsOn ?? today, endsOn: single ? startsOn : endsOn, termOnly };
  return {
    row,
    name: name || 'No name',
    childId: child,
    child: cell('child').slice(0, 60) || (child === null ? '' : family.nameOf(child)),
    uid: null,
    terms: faults.length > 0 ? null : { name, providerId, provider, ...days, place, brings, collects, cost },
    days: [],
    notes: [],
    faults,
  };
}

function whoIn(text: string, family: ImportFamily, fault: (value: null, words: string) => null): Who {
  if (text === '' || fold(text).startsWith('whoever')) return null;
  const parentId: ParentId | null = family.parentNamed(text);
  if (parentId !== null) return { parentId };
  if (!isStorable(text)) return fault(null, 'Who brings or collects has a character that cannot be stored');
  return countCharacters(text) > 80 ? fault(null, 'Who brings or collects is longer than 80 characters') : { words: text };
}
