import { isUtf8 } from 'node:buffer';
import { grouped } from '../../core/text.ts';
import { mostRows, tooManyRows, type Unreadable, unreadable } from './refuse-list.ts';

/** Whether a file begins with these bytes, in hexadecimal. */
export const starts = (bytes: Buffer, hex: string): boolean => bytes.subarray(0, hex.length / 2).toString('hex') === hex;

/** UTF-16 by its mark, or by every other byte being nought where the text begins. */
export function utf16Of(bytes: Buffer): 'utf-16le' | 'utf-16be' | null {
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
  const lines = text.slice(0, 10_000).split(/\r|\n/);
  const line = lines.find(one => /[^\s,;|"]/.test(one)) ?? '';
  const bare = line.replace(/"(?:[^"]|"")*"/g, '');
  const counts = [',', ';', '\t', '|'].map(separator => ({ separator, count: bare.split(separator).length }));
  return counts.reduce((best, one) => (one.count > best.count ? one : best)).separator;
}

/** CSV of any usual encoding and separator. Quotation marks that are out of place are taken as they stand. */
export async function readCsv(bytes: Buffer): Promise<string[][] | Unreadable> {
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
    return filled(table) > mostRows + 1 ? tooManyRows(mostRows) : table;
  } catch (error) {
    const line = error instanceof Error && 'lines' in error && typeof error.lines === 'number' ? ` near line ${grouped(error.lines)}` : '';
    return unreadable(`The list breaks off${line}: a quotation mark that is opened there is not closed. Put it right, or save the list as CSV once more.`);
  }
}

export const isBlank = (row: readonly string[]): boolean => row.every(cell => cell.trim() === '');
const filled = (table: readonly string[][]): number => table.filter(row => !isBlank(row)).length;
