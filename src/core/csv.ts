/** RFC 4180, every text in quotes. What a spreadsheet would take for a formula begins with an apostrophe, which makes it text there. */
export const csvLine = (values: readonly (string | number)[]): string =>
  `${values.map(value => (typeof value === 'number' ? String(value) : `"${harmless(value).replaceAll('"', '""')}"`)).join(',')}\r\n`;

/** Begins a file: without it, spreadsheets take UTF-8 for something older. */
export const csvMark = '\uFEFF';

const harmless = (value: string): string => (/^[\s\p{Cf}]*[=+\-@|%＝＋－＠]|^[\t\r\n]/u.test(value) ? `'${value}` : value);
