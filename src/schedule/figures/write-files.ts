import { csvLine, csvMark } from '../../core/csv.ts';
import { localTime } from '../../core/time.ts';
import type { FamilyView } from '../../families/index.ts';
import { decidedWords } from '../words.ts';
import type { FamilyFigures } from './count-time.ts';
import { holdersOf } from './pages.ts';
import { holderWords, settledWords } from './words.ts';

const nameOf = ({ children }: FamilyView, id: string): string => children.find(child => child.id === id)?.givenName ?? '';

const totalHeads = [
  'First day',
  'Last day',
  'Counted until',
  'Child',
  'With',
  'Overnights planned in all',
  'Overnights planned until then',
  'Overnights actual',
  'Overnights difference',
  'Hours planned in all',
  'Hours planned until then',
  'Hours actual',
  'Hours difference',
];

/** One line for each child and each person, as a spreadsheet opens it. */
export function totalsFile(family: FamilyView, { period, children, isPast }: FamilyFigures, now: Date): string {
  const local = localTime(now, family.timeZone);
  const counted = isPast ? `${period.until} 24:00` : `${local.isoDay} ${local.clock}`;
  const lines = children.flatMap(figures =>
    holdersOf(family, figures).map(holder => {
      const of = (what: 'nights' | 'minutes', unit: number): number[] => {
        const [planned, soFar, actual] = [figures.planned, figures.plannedSoFar, figures.actual].map(counts => counts[what].get(holder) ?? 0) as [
          number,
          number,
          number,
        ];
        return [planned, soFar, actual, actual - soFar].map(value => Math.round((value / unit) * 100) / 100);
      };
      return csvLine([
        period.from,
        period.until,
        counted,
        nameOf(family, figures.childId),
        holderWords(family, holder, null),
        ...of('nights', 1),
        ...of('minutes', 60),
      ]);
    }),
  );
  return `${csvMark}${csvLine(totalHeads)}${lines.join('')}`;
}

const nightHeads = ['Night of', 'Child', 'Planned with', 'Actually with', 'Decided by', 'Last change of hands', 'Marked by'];

/** One line for each child and each night. */
export function nightsFile(family: FamilyView, { children }: FamilyFigures): string {
  const lines = children.flatMap(({ childId, nights }) =>
    nights.map(night => {
      const { how, by } = settledWords(family, night.since);
      return csvLine([
        night.day,
        nameOf(family, childId),
        holderWords(family, night.planned, null),
        night.actual === undefined ? '' : holderWords(family, night.actual, null),
        decidedWords(night),
        how,
        by,
      ]);
    }),
  );
  return `${csvMark}${csvLine(nightHeads)}${lines.join('')}`;
}
