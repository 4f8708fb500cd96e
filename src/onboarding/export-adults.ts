import { Readable } from 'node:stream';
import { csvLine, csvMark } from '../core/csv.ts';
import type { ParentId } from '../core/ids.ts';
import { localTime } from '../core/time.ts';
import type { Queryable } from '../platform/database.ts';
import type { SchoolView } from '../schools/index.ts';
import { exportQuery, type ExportRow, type Filter } from './dashboard-store.ts';
import { relationsText } from './pages.ts';
import { badges } from './statuses.ts';

const batch = 1000;
const heads = ['Number', 'Given name', 'Surname', 'May collect', 'As', 'Status', 'Last change', 'Link works until', 'Last sent'];

/** The list as a spreadsheet opens it, fetched as fast as it is read: ten thousand rows never stand in memory together. */
export function exportAdults(db: Queryable, school: SchoolView, filter: Filter): Readable {
  async function* lines(): AsyncGenerator<string> {
    yield `${csvMark}${csvLine(heads)}`;
    for (let after: ParentId | null = null; ;) {
      const { statement, values } = exportQuery(school.schoolId, filter, after, batch);
      const rows: ExportRow[] = await db.query(statement, values);
      if (rows.length > 0) yield rows.map(row => csvLine(cells(row, school.timeZone))).join('');
      if (rows.length < batch) return;
      after = rows.at(-1)!.parentId;
    }
  }
  return Readable.from(lines(), { objectMode: false });
}

function cells(row: ExportRow, zone: string): string[] {
  const at = (instant: Date | null): string => {
    if (instant === null) return '';
    const local = localTime(instant, zone);
    return `${local.isoDay} ${local.clock}`;
  };
  const until = row.expiresAt === null ? '' : localTime(new Date(row.expiresAt.getTime() - 1), zone).isoDay;
  return [
    String(row.number),
    row.givenName,
    row.surname,
    row.childrenText,
    relationsText(row.relations),
    badges[row.status].word,
    at(row.statusAt),
    until,
    at(row.lastSentAt),
  ];
}
