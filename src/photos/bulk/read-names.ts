/** Which adult each file is of, by a list with one line for each: a file's name and a number, in either order. */
export type Names = { numbers: Map<string, number>; unread: number };

const mostLines = 5000;

/** File names are compared without regard to case and to accents written in two ways. */
export const plainName = (name: string): string => name.normalize('NFC').trim().toLowerCase();

export function readNames(text: string): Names {
  const numbers = new Map<string, number>();
  let unread = 0;
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .filter(line => line.trim() !== '');
  for (const [index, line] of lines.slice(0, mostLines).entries()) {
    const cells = cellsOf(line);
    const number = cells.find(cell => /^\d{1,9}$/.test(cell));
    const name = cells.find(cell => /\.\w{2,5}$/.test(cell));
    if (number !== undefined && name !== undefined) numbers.set(plainName(name.split(/[\\/]/).at(-1)!), Number(number));
    else if (index > 0) unread += 1; // the first line may be headings
  }
  return { numbers, unread: unread + Math.max(0, lines.length - mostLines) };
}

function cellsOf(line: string): string[] {
  const separator = [';', '\t', ','].find(one => line.includes(one)) ?? ',';
  return line.split(separator).map(cell =>
    cell
      .trim()
      .replace(/^"(.*)"$/, '$1')
      .replaceAll('""', '"')
      .trim(),
  );
}

/** The number that a file is named by: "42.jpg", "0042.jpg", "42_Okafor.jpg", "42 Amara.jpg". */
export function numberInName(name: string): number | null {
  const [, digits] = /^0*(\d{1,9})(?:[ _.-].*)?$/.exec(name) ?? [];
  return digits === undefined || Number(digits) === 0 ? null : Number(digits);
}
