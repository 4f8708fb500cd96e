import { parentPort, workerData } from 'node:worker_threads';
import { Unzip, UnzipInflate, zipSync } from 'fflate';
import { readSheet } from 'read-excel-file/universal';
import type { XlsxAnswer } from './read-xlsx.ts';

/** Of the table that a sheet spans: one cell far out would make all the empty ones before it. */
const mostCells = 2_000_000;
/** Unpacked, of everything that is read. A list of 5,000 rows takes about three. */
const mostBytes = 32 * 1024 * 1024;
const mostFiles = 2000;

const { bytes, mostRows } = workerData as { bytes: Uint8Array; mostRows: number };

/** Unpacks what a workbook's cells need, counting every byte as it comes: what the archive claims about itself decides nothing. */
function unpack(): Record<string, Uint8Array> | 'too-large' {
  const files: Record<string, Uint8Array[]> = {};
  const seen = { bytes: 0, files: 0, over: false };
  const unzip = new Unzip(file => {
    seen.files += 1;
    if (seen.files > mostFiles) seen.over = true;
    if (
      seen.over ||
      !/^(?:\[Content_Types\]\.xml|_rels\/|xl\/).*(?:\.xml|\.rels)$|^\[Content_Types\]\.xml$/i.test(file.name) ||
      /\/(?:drawings|media|charts|theme)\//i.test(file.name)
    )
      return;
    const parts: Uint8Array[] = (files[file.name] = []);
    file.ondata = (error, chunk) => {
      if (error) throw error;
      seen.bytes += chunk.length;
      if (seen.bytes > mostBytes) {
        seen.over = true;
        file.terminate();
      } else parts.push(chunk);
    };
    file.start();
  });
  unzip.register(UnzipInflate);
  // In small steps, so that it can stop between them.
  for (let at = 0; at < bytes.length && !seen.over; at += 16_384) unzip.push(bytes.subarray(at, at + 16_384), at + 16_384 >= bytes.length);
  if (seen.over) return 'too-large';
  return Object.fromEntries(Object.entries(files).map(([name, parts]) => [name, Buffer.concat(parts)]));
}

async function read(): Promise<XlsxAnswer> {
  const files = unpack();
  if (files === 'too-large') return { refused: 'too-large' };
  if (!files['xl/workbook.xml']) return { refused: 'not-a-workbook' };
  for (const [name, content] of Object.entries(files)) {
    if (!/^xl\/worksheets\/[^/]+\.xml$/.test(name)) continue;
    const { rows, cells } = spanOf(content);
    if (rows > mostRows + 1000) return { refused: 'too-many-rows' };
    if (cells > mostCells) return { refused: 'too-large' };
  }
  const packed = zipSync(files, { level: 0 });
  const sheet = await readSheet(packed.buffer, { trim: false });
  return { table: sheet.map(row => row.map(cellText)) };
}

/** How many rows of a sheet hold anything, and how many cells its table would have, without reading it. */
function spanOf(content: Uint8Array): { rows: number; cells: number } {
  const sheet = Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString('latin1');
  const rows = new Set<string>();
  let [width, height] = [0, 0];
  for (const [, letters, row] of sheet.matchAll(/<(?:\w+:)?c\b[^>]*?\sr="([A-Z]{1,3})(\d{1,7})"[^>]*[^/]>/g)) {
    rows.add(row!);
    height = Math.max(height, Number(row));
    width = Math.max(
      width,
      [...letters!].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0),
    );
  }
  return { rows: rows.size, cells: width * height };
}

function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return '';
  if (cell instanceof Date) return cell.toISOString().slice(0, 10);
  return typeof cell === 'string' ? cell : String(cell as number | boolean);
}

const answer = await read().catch((): XlsxAnswer => ({ refused: 'broken' }));
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port, not a window
parentPort!.postMessage(answer);
