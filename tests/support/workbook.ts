import { strToU8, zipSync } from 'fflate';

type Cell = string | number | { day: number };

const escape = (text: string) => text.replace(/[&<>]/g, character => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[character]!);
const column = (index: number) => String.fromCharCode(65 + index);

/** An Excel workbook of one sheet, as Excel writes one: texts in place, numbers, and days as counted from 1900 with the format of a date. */
export function workbook(rows: readonly (readonly Cell[])[], more: Record<string, Uint8Array> = {}): Buffer {
  const cell = (value: Cell, at: string) =>
    typeof value === 'string'
      ? `<c r="${at}" t="inlineStr"><is><t xml:space="preserve">${escape(value)}</t></is></c>`
      : typeof value === 'number'
        ? `<c r="${at}"><v>${value}</v></c>`
        : `<c r="${at}" s="1"><v>${value.day}</v></c>`;
  const sheet = rows.map((row, index) => `<row r="${index + 1}">${row.map((value, at) => cell(value, `${column(at)}${index + 1}`)).join('')}</row>`).join('');
  return sheetOf(`<sheetData>${sheet}</sheetData>`, more);
}

/** The same around a sheet’s own XML. */
export function sheetOf(sheet: string, more: Record<string, Uint8Array> = {}): Buffer {
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
  const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  const packaged = 'http://schemas.openxmlformats.org/package/2006/relationships';
  const file = (text: string) => strToU8(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n${text}`);
  return Buffer.from(
    zipSync({
      '[Content_Types].xml': file(
        `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/></Types>`,
      ),
      '_rels/.rels': file(
        `<Relationships xmlns="${packaged}"><Relationship Id="rId1" Type="${relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
      ),
      'xl/workbook.xml': file(`<workbook xmlns="${main}" xmlns:r="${relations}"><sheets><sheet name="Parents" sheetId="1" r:id="rId1"/></sheets></workbook>`),
      'xl/_rels/workbook.xml.rels': file(
        `<Relationships xmlns="${packaged}"><Relationship Id="rId1" Type="${relations}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${relations}/styles" Target="styles.xml"/></Relationships>`,
      ),
      'xl/styles.xml': file(
        `<styleSheet xmlns="${main}"><fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>`,
      ),
      'xl/worksheets/sheet1.xml': file(`<worksheet xmlns="${main}">${sheet}</worksheet>`),
      ...more,
    }),
  );
}
