import { gzipSync } from 'node:zlib';
import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { type List, readList, templateHeadings } from '../../src/schools/import/read-list.ts';
import { mostRows } from '../../src/schools/import/refuse-list.ts';
import { dayOf, isEmail, mobileOf, relationOf, readAdult } from '../../src/schools/roll/read-person.ts';
import { sheetOf, workbook } from '../support/workbook.ts';

const headings = [...templateHeadings];
const row = ['Anaïs', 'Müller', 'Mother', 'anais@families.example', '07700 900001', 'Zoë', 'Müller', '14/06/2017', '1B'];
const typed = {
  givenName: 'Anaïs', surname: 'Müller', relation: 'Mother', email: 'anais@families.example', mobile: '07700 900001',
  childGivenName: 'Zoë', childSurname: 'Müller', bornOn: '14/06/2017', className: '1B',
}; // prettier-ignore
const csv = (separator = ',', end = '\r\n') => [headings, row].map(cells => cells.join(separator)).join(end) + end;
const list = async (content: Buffer | string): Promise<List> => {
  const read = await readList(typeof content === 'string' ? Buffer.from(content) : content);
  if ('unreadable' in read) throw new Error(read.unreadable);
  return read;
};
const refusal = async (content: Buffer | string): Promise<string> => {
  const read = await readList(typeof content === 'string' ? Buffer.from(content) : content);
  return 'unreadable' in read ? read.unreadable : 'it was read';
};
const one = async (content: Buffer | string) => (await list(content)).rows.map(({ typed: values }) => values);

describe('a list as CSV', () => {
  it('is read in each encoding that spreadsheets write', async () => {
    const be = Buffer.from(csv(), 'utf16le').swap16();
    const windows = Buffer.from(csv(), 'latin1');
    for (const bytes of [
      Buffer.from(csv()),
      Buffer.from(`\ufeff${csv()}`),
      Buffer.from(`\ufeff${csv()}`, 'utf16le'),
      Buffer.concat([Buffer.from([0xfe, 0xff]), be]),
      Buffer.from(csv(), 'utf16le'),
      be,
      windows,
    ])
      expect(await one(bytes)).toEqual([typed]);
    // The quotation mark and the euro of Windows-1252 stand where Latin-1 has nothing.
    expect((await one(Buffer.from(csv().replace('Müller,Mother', 'O\x92Neil,Mother'), 'latin1')))[0]!.surname).toBe('O’Neil');
  });

  it('is read with each separator and each end of line, with what stands in quotation marks', async () => {
    for (const separator of [',', ';', '\t', '|']) for (const end of ['\r\n', '\n', '\r']) expect(await one(csv(separator, end))).toEqual([typed]);
    expect(await one(`sep=;\r\n${csv(';')}`)).toEqual([typed]);
    const allQuoted = (separator: string) => [headings, row].map(cells => cells.map(cell => `"${cell}"`).join(separator)).join('\r\n');
    for (const separator of [',', ';', '\t', '|']) expect(await one(`${separator.repeat(3)}\r\n${allQuoted(separator)}`), separator).toEqual([typed]);
    const quoted = `"${headings.join('","')}"\n"Anaïs\nMarie","Mül""ler, von",Mother,,,"Zoë, the second",Müller,2017-06-14,"1;B"\n`;
    expect(await one(quoted)).toEqual([
      {
        ...typed,
        givenName: 'Anaïs\nMarie',
        surname: 'Mül"ler, von',
        email: '',
        mobile: '',
        childGivenName: 'Zoë, the second',
        bornOn: '2017-06-14',
        className: '1;B',
      },
    ]);
  });

  it('numbers rows as the spreadsheet does, and passes over empty ones', async () => {
    const { rows } = await list(`\n,,,\n${headings.join(',')}\n\n${row.join(',')}\n,,,,,,,,\n${row.join(',')}\n`);
    expect(rows.map(({ row: number }) => number)).toEqual([5, 7]);
  });

  it('takes headings in any order and several spellings, and says which columns it leaves out', async () => {
    for (const [line, cells] of [
      ['Class,DOB,Pupil Surname,Pupil Forename,Mobile No.,E-mail address,Relationship,Parent Surname,Parent First Name', [...row].reverse()],
      ['Forename,Surname,Relation to child,Email,Phone number,Child’s first name,Child’s last name,Date of Birth (dd/mm/yyyy),Reg Group', row],
      ['Contact 1 forename,Contact 1 surname,Contact 1 relationship,Contact 1 email,Contact 1 mobile,Forename,Surname,Birth date,Form', row],
      ['PARENT_GIVEN_NAME,parent surname,Rôle,E-MAIL,Mobile,child given name,child_surname,d.o.b.,class', row],
    ] as const)
      expect(await one(`${line}\n${cells.join(',')}`), line).toEqual([typed]);
    expect(await one('Parent,Relation,Child,DOB\n"Müller, Anaïs",Mother,Zoë Müller,14/06/2017')).toEqual([{ ...typed, email: '', mobile: '', className: '' }]);
    expect((await list(`Postcode,${headings.join(',')},Medical notes\nX,${row.join(',')},Y`)).leftOut).toEqual(['Postcode', 'Medical notes']);
    expect(await refusal('Name,Class\nAnaïs Müller,1B')).toMatch(
      /no column for the adult’s given name and surname and the relation\. .* it holds: Name, Class\./,
    );
    expect(await refusal(`${headings.join(',')},Email address\n${row.join(',')},x`)).toMatch(/Two columns are for the same thing: Email address/);
  });

  it('is refused, in words, where it is no list', async () => {
    for (const [content, words] of [
      ['', 'empty'],
      ['\n \n', 'empty'],
      [headings.join(','), 'headings and no rows'],
      ['%PDF-1.7 …', 'a PDF'],
      [Buffer.from('89504e470d0a1a0a00', 'hex'), 'a picture'],
      [Buffer.from('ffd8ffe000104a', 'hex'), 'a picture'],
      [Buffer.from('d0cf11e0a1b11ae1000000', 'hex'), 'older Excel file'],
      [gzipSync('x'), 'packed archive'],
      ['<html><table><tr><td>Parent', 'web page'],
      [Buffer.from('MZ\u0090\0\u0003\0\0\0\u0004\0\0\0ÿÿ\0\0¸', 'latin1'), 'not a list'],
      [`${headings.join(',')}\n"Anaïs,Müller\nand so on`, 'not closed'],
      [`${headings.join(',')}\n${`${row.join(',')}\n`.repeat(mostRows + 1)}`, 'more than 5,000 rows'],
    ] as const)
      expect(await refusal(content as Buffer | string)).toContain(words);
    expect((await list(`${headings.join(',')}\n${`${row.join(',')}\n`.repeat(mostRows)}`)).rows).toHaveLength(mostRows);
  });
});

describe('a list as an Excel workbook', () => {
  it('is read with its days and its numbers', async () => {
    // 42900 is 14 June 2017, as Excel counts days.
    expect(await one(workbook([headings, [...row.slice(0, 4), 7700900001, ...row.slice(5, 7), { day: 42900 }, 4]]))).toEqual([
      { ...typed, mobile: '7700900001', bornOn: '2017-06-14', className: '4' },
    ]);
    expect((await list(workbook([headings, [], row]))).rows.map(({ row: number }) => number)).toEqual([3]);
  });

  it('of 5,000 rows is read, and of more is refused', async () => {
    expect((await list(workbook([headings, ...Array.from({ length: mostRows }, () => row)]))).rows).toHaveLength(mostRows);
    expect(await refusal(workbook([headings, ...Array.from({ length: mostRows + 1 }, () => row)]))).toContain('more than 5,000 rows');
    expect(await refusal(workbook([headings, ...Array.from({ length: mostRows + 2000 }, () => row)]))).toContain('more than 5,000 rows');
  });

  it('that unpacks to far more than it says is refused, and the program goes on', async () => {
    const spaces = new Uint8Array(100 * 1024 * 1024).fill(32);
    const bomb = sheetOf('<sheetData/>', { 'xl/worksheets/sheet2.xml': spaces });
    expect(bomb.length).toBeLessThan(1024 * 1024);
    // The archive's own word on how much it holds is a lie: 100 bytes.
    const liar = Buffer.from(bomb);
    for (const [size, to] of [[spaces.length, 100]] as const) {
      const needle = Buffer.alloc(4);
      needle.writeUInt32LE(size);
      for (let at = liar.indexOf(needle); at !== -1; at = liar.indexOf(needle, at + 1)) liar.writeUInt32LE(to, at);
    }
    const many = Buffer.from(zipSync(Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`xl/worksheets/s${index}.xml`, strToU8('<x/>')]))));
    for (const bytes of [bomb, liar, many]) {
      expect(await refusal(bytes)).toMatch(/unpacks to far more than a list holds|no Excel workbook/);
    }
  });

  it('that is damaged, something else, or made to grow while it is read, is refused in words', async () => {
    const whole = workbook([headings, row]);
    expect(await refusal(whole.subarray(0, whole.length / 2))).toMatch(/damaged|no Excel workbook/);
    expect(await refusal(Buffer.from(zipSync({ 'word/document.xml': strToU8('<w/>') })))).toContain('no Excel workbook');
    expect(await refusal(sheetOf('<sheetData><row r="1"><c r="A1" t="s"><v>99</v></c></row>'))).not.toBe('it was read');
    const laughs = `<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "${'&a;'.repeat(1000)}"><!ENTITY c "${'&b;'.repeat(1000)}"><!ENTITY d "${'&c;'.repeat(1000)}">]>`;
    expect(await refusal(sheetOf(`${laughs}<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&d;</t></is></c></row></sheetData>`))).not.toBe('it was read');
    // A cell far out makes no table as wide as the sheet.
    expect(
      await refusal(
        sheetOf('<dimension ref="A1:XFD1048576"/><sheetData><row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'),
      ),
    ).not.toBe('it was read');
  });
});

describe('what a row says', () => {
  it('mobile numbers as the network knows them', () => {
    for (const text of [
      '07700 900142',
      '+44 7700 900142',
      '+44 (0)7700 900142',
      '0044 7700 900 142',
      '7700900142',
      '447700900142',
      "'+447700900142",
      '07700-900142',
    ])
      expect(mobileOf(text), text).toBe('+447700900142');
    expect(mobileOf('+353 87 123 4567')).toBe('+353871234567');
    for (const text of ['020 7946 0123', '0770090014', '077009001422', '+44 20 7946 0123', '+0123456', 'none', '+1', '07700 900142 (mum)', '٠٧٧٠٠٩٠٠١٤٢'])
      expect(mobileOf(text), text).toBeUndefined();
  });
  it('days, addresses and relations', () => {
    for (const text of ['14/06/2017', '14.6.2017', '14-06-2017', '2017-06-14', '2017-06-14T00:00:00', '2017/6/14', ' 14 06 2017 '])
      expect(dayOf(text), text).toBe('2017-06-14');
    for (const text of ['31/02/2017', '06/14/2017', '2017-13-01', '14/06/17', 'June', '42900', '29/02/2019']) expect(dayOf(text), text).toBeUndefined();
    expect(dayOf('29/02/2020')).toBe('2020-02-29');
    for (const text of ['a@b.example', 'siobhán.o’neil+school@families.example']) expect(isEmail(text), text).toBe(true);
    for (const text of ['a@b', 'a b@c.example', '@c.example', 'a@@c.example', 'a@c..example', 'a@c.example, b@c.example', `${'x'.repeat(300)}@c.example`])
      expect(isEmail(text), text).toBe(false);
    for (const unseen of ['\0', '\u0001', '\u0085', '\uFFFD', '\uD800']) expect(isEmail(`a${unseen}@c.example`), JSON.stringify(unseen)).toBe(false);
    for (const givenName of ['\u0085', 'Amara\u0001']) {
      const typed = {
        givenName,
        surname: 'Okafor',
        relation: 'Mother',
        email: '',
        mobile: '',
        childGivenName: '',
        childSurname: '',
        bornOn: '',
        className: '',
      };
      expect(readAdult(typed).faults, JSON.stringify(givenName)).toEqual([{ field: 'givenName', message: expect.stringMatching(/cannot be stored/) }]);
    }
    expect(['MUM', 'Step-Father', 'mother', 'Nan', 'Great-aunt', 'legal  guardian'].map(relationOf)).toEqual([
      'Mother',
      'Stepfather',
      'Mother',
      'Grandmother',
      'Great-aunt',
      'Guardian',
    ]);
  });
});
