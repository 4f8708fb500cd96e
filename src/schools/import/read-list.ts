import { fold, listed } from '../../core/text.ts';
import type { TypedPair } from '../roll/read-person.ts';
import { readCells } from './read-cells.ts';
import { isBlank } from './read-csv.ts';
import { mostRows, tooManyRows, type Unreadable, unreadable } from './refuse-list.ts';

/** A row as it stands in the file, which is numbered as the program that wrote it numbers them; headings included. */
export type ListRow = { row: number; typed: TypedPair; reference: string };
export type List = { rows: ListRow[]; /** Headings of columns that are not taken. */ leftOut: string[] };

/** Reads a list by what it is, whatever it is called: CSV of any usual encoding and separator, or the first sheet of an Excel file. */
export async function readList(bytes: Buffer): Promise<List | Unreadable> {
  const table = await readCells(bytes);
  return 'unreadable' in table ? table : readTable(table);
}

// ------------------------------------------------------------------ headings

type Column = keyof TypedPair | 'reference' | 'adultName' | 'childName';

const givenNames = ['given name', 'first name', 'forename', 'christian name', 'given names', 'forenames', 'first names', 'given'];
const surnames = ['surname', 'last name', 'family name', 'second name', 'last'];
const fullNames = ['name', 'full name', 'fullname'];
const adultWords = ['parent', 'adult', 'contact', 'carer', 'guardian', 'parent carer', 'parent guardian'];
const childWords = ['child', 'pupil', 'student', 'childs', 'pupils', 'students', 'learner'];

const headings = new Map<string, Column>();
const spell = (column: Column, names: readonly string[], before: readonly string[]): void => {
  for (const name of names) for (const word of before) headings.set(`${word} ${name}`.trim(), column);
};
spell('givenName', givenNames, adultWords);
spell('surname', surnames, adultWords);
spell('adultName', [...fullNames, ''], adultWords);
spell('childGivenName', givenNames, childWords);
spell('childSurname', surnames, childWords);
spell('childName', [...fullNames, ''], childWords);
spell('relation', ['relation', 'relationship', 'relation to child', 'relationship to child', 'relation to pupil', 'relationship to pupil', 'relationship to student', 'relationship type', 'role', 'parenting', 'type'], ['', ...adultWords]); // prettier-ignore
spell('email', ['email', 'e mail', 'email address', 'e mail address', 'mail', 'primary email', 'home email'], ['', ...adultWords]);
spell('mobile', ['mobile', 'mobile number', 'mobile phone', 'mobile phone number', 'mobile no', 'mobile tel', 'phone', 'phone number', 'telephone', 'telephone number', 'tel', 'cell', 'primary phone'], ['', ...adultWords]); // prettier-ignore
spell('reference', ['reference', 'ref', 'id', 'number', 'code'], adultWords);
spell('bornOn', ['date of birth', 'dob', 'd o b', 'birth date', 'birthdate', 'birthday', 'born', 'born on'], ['', ...childWords]);
spell('className', ['class', 'class name', 'form', 'form group', 'reg group', 'registration group', 'registration', 'tutor group', 'reg'], ['', ...childWords]);
/** Whose they are depends on which columns stand beside them. */
const bare = new Map<string, 'given' | 'sur' | 'full'>([
  ...givenNames.map(name => [name, 'given'] as const),
  ...surnames.map(name => [name, 'sur'] as const),
  ...fullNames.map(name => [name, 'full'] as const),
]);

/** A heading without case, accents, brackets and signs. */
export const headingKey = (text: string): string =>
  fold(text)
    .replace(/['’`]/g, '')
    .replace(/\(.*?\)/g, ' ')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .replace(/^(?:parent|contact|carer|guardian|adult) ?1 /, 'parent ');

function columnsOf(cells: readonly string[]): { columns: (Column | null)[]; leftOut: string[]; twice: string[] } {
  const keys = cells.map(headingKey);
  const columns: (Column | null)[] = keys.map(key => headings.get(key) ?? null);
  const childsNamed = columns.some(column => column === 'childGivenName' || column === 'childName');
  for (const [index, key] of keys.entries()) {
    const part = bare.get(key);
    if (part === undefined) continue;
    const mine = childsNamed ? { given: 'givenName', sur: 'surname', full: 'adultName' } : { given: 'childGivenName', sur: 'childSurname', full: 'childName' };
    columns[index] = mine[part] as Column;
  }
  const twice = cells.filter((_, index) => columns[index] !== null && columns.indexOf(columns[index]!) !== index);
  const leftOut = cells.filter((cell, index) => columns[index] === null && cell.trim() !== '').map(cell => cell.trim());
  return { columns, leftOut, twice };
}

function readTable(table: readonly string[][]): List | Unreadable {
  const first = table.findIndex(row => !isBlank(row));
  if (first === -1) return unreadable('The file is empty. Choose the list again.');
  const { columns, leftOut, twice } = columnsOf(table[first]!);
  const has = (...wanted: Column[]) => wanted.some(column => columns.includes(column));
  const missing = [
    has('givenName', 'adultName') && has('surname', 'adultName') ? null : 'the adult’s given name and surname',
    has('childGivenName', 'childName') && has('childSurname', 'childName') ? null : 'the child’s given name and surname',
    has('relation') ? null : 'the relation',
  ].filter(part => part !== null);
  if (missing.length > 0) {
    const found = table[first]!.map(cell => cell.trim()).filter(cell => cell !== '').slice(0, 12).map(cell => (cell.length > 40 ? `${cell.slice(0, 40)}…` : cell)); // prettier-ignore
    return unreadable(`The list has no column for ${listed(missing)}. Its first row should hold the headings; it holds: ${found.join(', ')}.`);
  }
  if (twice.length > 0) return unreadable(`Two columns are for the same thing: ${listed(twice.map(cell => cell.trim()))}. Leave one of them out.`);

  const rows: ListRow[] = [];
  for (const [index, cells] of table.entries()) {
    if (index <= first || isBlank(cells)) continue;
    if (rows.length === mostRows) return tooManyRows(mostRows);
    rows.push({ row: index + 1, ...readRow(columns, cells) });
  }
  if (rows.length === 0) return unreadable('The list has headings and no rows under them.');
  return { rows, leftOut };
}

function readRow(columns: readonly (Column | null)[], cells: readonly string[]): Omit<ListRow, 'row'> {
  const cell = (column: Column): string => cells[columns.indexOf(column)] ?? '';
  const adult = divided(cell('adultName'));
  const child = divided(cell('childName'));
  return {
    typed: {
      givenName: cell('givenName') || adult.given,
      surname: cell('surname') || adult.sur,
      relation: cell('relation'),
      email: cell('email'),
      mobile: cell('mobile'),
      childGivenName: cell('childGivenName') || child.given,
      childSurname: cell('childSurname') || child.sur,
      bornOn: cell('bornOn'),
      className: cell('className'),
    },
    reference: cell('reference').trim(),
  };
}

/** "Nair, Anika" or "Anika Nair": what stands last is the surname. */
function divided(name: string): { given: string; sur: string } {
  const comma = name.indexOf(',');
  if (comma !== -1) return { given: name.slice(comma + 1).trim(), sur: name.slice(0, comma).trim() };
  const words = name.trim().split(/\s+/);
  return { given: words.slice(0, -1).join(' '), sur: words.at(-1) ?? '' };
}

// ------------------------------------------------------------------ lists to take away

export const templateHeadings = [
  'Parent given name',
  'Parent surname',
  'Relation',
  'E-mail',
  'Mobile',
  'Child given name',
  'Child surname',
  'Date of birth',
  'Class',
] as const;
/** A row under those headings. */
export const templateRow = (typed: TypedPair): string[] => [
  typed.givenName,
  typed.surname,
  typed.relation,
  typed.email,
  typed.mobile,
  typed.childGivenName,
  typed.childSurname,
  typed.bornOn,
  typed.className,
];
