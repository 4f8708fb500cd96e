import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvLine, withoutGuard, writeCsv } from '../../src/core/csv.ts';

/** What spreadsheets begin a formula with, in Western and in wide letters; and what some of them drop before they look. */
const formulas = ['=1+1', '+447700900142', '-1', '@SUM(A1)', '|x', '%x', '＝1', '＋1', '－1', '＠x'];
const hidden = ['\tx', '\rx', '\nx', ' =1', '\u00a0=1', '\u200b=1', '\ufeff=1', '\t\r =1'];
const read = (file: Buffer): string[][] => parse(file, { bom: true, record_delimiter: '\r\n', relax_column_count: true });

describe('a file for spreadsheets', () => {
  it('begins no cell with what is taken for a formula', () => {
    for (const cell of [...formulas, ...hidden]) expect(csvLine([cell]), JSON.stringify(cell)).toBe(`"'${cell}"\r\n`);
    for (const cell of ['', 'a=b', "O'Brien", "'t Hooft", 'Zoë', '2016-02-03', '07700 900142']) expect(csvLine([cell]), cell).toBe(`"${cell}"\r\n`);
    expect(csvLine([-1.5, 'a,"b";c'])).toBe('-1.5,"a,""b"";c"\r\n');
  });

  it('is read again as it was written, whatever its cells hold', () => {
    const one = fc.oneof(fc.constantFrom(...formulas, ...hidden, "'=1", "''=1", "'", "'x"), fc.string({ unit: 'grapheme' }));
    fc.assert(
      fc.property(fc.array(fc.array(one, { minLength: 2, maxLength: 3 }), { minLength: 1 }), rows => {
        expect(read(writeCsv(rows)).map(cells => cells.map(withoutGuard))).toEqual(rows);
      }),
    );
  });
});
