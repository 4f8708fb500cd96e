/** One line as RFC 4180 has it, every text in quotes. What a spreadsheet would take for a formula is guarded: an apostrophe makes it text there. */
export const csvLine = (values: readonly (string | number)[]): string =>
  `${values.map(value => (typeof value === 'number' ? String(value) : `"${guarded(value).replaceAll('"', '""')}"`)).join(',')}\r\n`;

/** Begins a file: without it, spreadsheets take UTF-8 for something older. */
export const csvMark = '\uFEFF';

/** A file whose rows are all there at once. */
export const writeCsv = (rows: readonly (readonly (string | number)[])[]): Buffer => Buffer.from(`${csvMark}${rows.map(csvLine).join('')}`);

/** Apostrophes in front count too, so that the one put there can be told from those that were typed. */
const harmful = /^'*(?:[\s\p{Cf}]*[=+\-@|%＝＋－＠]|[\t\r\n])/u;
const guarded = (text: string): string => (harmful.test(text) ? `'${text}` : text);

/** A cell as it was before `csvLine` guarded it; programs that open a file and save it keep the apostrophe. Any other cell stays as it is. */
export const withoutGuard = (cell: string): string => (cell.startsWith("'") && harmful.test(cell) ? cell.slice(1) : cell);
