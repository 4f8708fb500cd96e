import { isUtf8 } from 'node:buffer';
import { withoutGuard } from '../core/csv.ts';
import { fold, grouped, listed } from '../core/text.ts';
import type { TypedPair } from './read-person.ts';
import { readXlsx } from './read-xlsx.ts';

/** Most rows that one list may have. */
export const mostRows = 5000;

/** A row as it stands in the file, which is numbered as the program that wrote it numbers them; headings included. */
export type ListRow = { row: number; typed: TypedPair; reference: string };
export type List = { rows: ListRow[]; /** Headings of columns that are not taken. */ leftOut: string[] };
/** What cannot be read as a list, in words that say what to do. */
export type Unreadable = { unreadable: string };

const unreadable = (words: string): Unreadable => ({ unreadable: words });
const tooMany = () => `There are more than ${grouped(mostRows)} rows. Divide the list into parts and import them one after another.`;

/** Reads a list by what it is, whatever it is called: CSV of any usual encoding and separator, or the first sheet of an Excel file. */
export async function readList(bytes: Buffer): Promise<List | Unreadable> {
  const table = await readCells(bytes);
  return 'unreadable' in table ? table : readTable(table);
}

/** The cells of a list, before anything is made of them, but without the apostrophes that our own downloads put in front. */
export async function readCells(bytes: Buffer): Promise<string[][] | Unreadable> {
  if (bytes.length === 0) return unreadable('The file is empty. Choose the list again.');
  const kind = kindOf(bytes);
  if (kind !== 'list' && kind !== 'xlsx') return unreadable(kind);
  const table = await (kind === 'xlsx' ? readXlsx(bytes, mostRows) : readCsv(bytes));
  return 'unreadable' in table ? table : table.map(cells => cells.map(withoutGuard));
}

const starts = (bytes: Buffer, hex: string): boolean => bytes.subarray(0, hex.length / 2).toString('hex') === hex;

/** A list to be read, or why this is none. */
function kindOf(bytes: Buffer): string {
  const asked = 'Save the list as CSV or as an Excel workbook (.xlsx) and choose that.';
  if (starts(bytes, '504b0304')) return 'xlsx';
  if (starts(bytes, 'd0cf11e0a1b11ae1')) return `This is an older Excel file (.xls), or one with a password. ${asked}`;
  if (starts(bytes, '25504446')) return `This is a PDF, which cannot be read row by row. ${asked}`;
  if (starts(bytes, '89504e47') || starts(bytes, 'ffd8ff') || starts(bytes, '47494638')) return `This is a picture. ${asked}`;
  if (starts(bytes, '1f8b') || starts(bytes, '377abcaf') || starts(bytes, '52617221')) return `This is a packed archive. ${asked}`;
  if (utf16Of(bytes) === null && bytes.includes(0)) return `This is not a list that can be read. ${asked}`;
  if (/^\s*<(?:!doctype|html|\?xml|table)/i.test(bytes.toString('latin1', 0, 200))) return `This is a web page, even if its name ends in .xls. ${asked}`;
  return 'list';
}

// ------------------------------------------------------------------ CSV

/** UTF-16 by its mark, or by every other byte being nought where the text begins. */
function utf16Of(bytes: Buffer): 'utf-16le' | 'utf-16be' | null {
  if (starts(bytes, 'fffe')) return 'utf-16le';
  if (starts(bytes, 'feff')) return 'utf-16be';
  const some = bytes.subarray(0, 64);
  const noughts = (odd: number) => some.filter((byte, index) => index % 2 === odd && byte === 0).length;
  const most = Math.floor(some.length / 2) * 0.7;
  if (some.length < 8) return null;
  if (noughts(1) > most && noughts(0) === 0) return 'utf-16le';
  return noughts(0) > most && noughts(1) === 0 ? 'utf-16be' : null;
}

/** Windows-1252 takes any byte, so it is what is left. */
const decode = (bytes: Buffer): string => new TextDecoder(utf16Of(bytes) ?? (isUtf8(bytes) ? 'utf-8' : 'windows-1252')).decode(bytes);

/** The separator that the first line with words in it uses most, outside quotes. */
function separatorOf(text: string): string {
  const line = /[^\s,;"][\s\S]*?(?=\r|\n|$)/.exec(text.slice(0, 10_000))?.[0] ?? '';
  const bare = line.replace(/"(?:[^"]|"")*"/g, '');
  const counts = [',', ';', '\t', '|'].map(separator => ({ separator, count: bare.split(separator).length }));
  return counts.reduce((best, one) => (one.count > best.count ? one : best)).separator;
}

async function readCsv(bytes: Buffer): Promise<string[][] | Unreadable> {
  const { parse } = await import('csv-parse/sync'); // lists come a few times a year
  // Excel's own first line that names the separator is no heading.
  const text = decode(bytes).replace(/^sep=(.)\r?\n/i, '');
  try {
    const table: string[][] = parse(text, {
      delimiter: separatorOf(text),
      bom: true,
      relax_column_count: true,
      relax_quotes: true,
      record_delimiter: ['\r\n', '\n', '\r'],
      max_record_size: 100_000,
      to: mostRows + 1000,
    });
    return filled(table) > mostRows + 1 ? unreadable(tooMany()) : table;
  } catch (error) {
    const line = error instanceof Error && 'lines' in error && typeof error.lines === 'number' ? ` near line ${grouped(error.lines)}` : '';
    return unreadable(`The list breaks off${line}: a quotation mark that is opened there is not closed. Put it right, or save the list as CSV once more.`);
  }
}

const isBlank = (row: readonly string[]): boolean => row.every(cell => cell.trim() === '');
const filled = (table: readonly string[][]): number => table.filter(row => !isBlank(row)).length;

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
    if (rows.length === mostRows) return unreadable(tooMany());
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
