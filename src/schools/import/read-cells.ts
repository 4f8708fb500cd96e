import { withoutGuard } from '../../core/csv.ts';
import { readCsv, starts, utf16Of } from './read-csv.ts';
import { readXlsx } from './read-xlsx.ts';
import { mostRows, type Unreadable, unreadable } from './refuse-list.ts';

/** The cells of a list, before anything is made of them, but without the apostrophes that our own downloads put in front. */
export async function readCells(bytes: Buffer): Promise<string[][] | Unreadable> {
  if (bytes.length === 0) return unreadable('The file is empty. Choose the list again.');
  const kind = kindOf(bytes);
  if (kind !== 'list' && kind !== 'xlsx') return unreadable(kind);
  const table = await (kind === 'xlsx' ? readXlsx(bytes, mostRows) : readCsv(bytes));
  return 'unreadable' in table ? table : table.map(cells => cells.map(withoutGuard));
}

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
