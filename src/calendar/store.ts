import { activityColumns, type ActivityColumns } from '../activities/index.ts';
import { type FamilyAgainRow, familyAgainWith, type FamilyRow, familyVersionColumn, familyViewWith } from '../families/index.ts';
import type { Statement } from '../platform/database.ts';
import { type Busy, busyColumns } from './busy/store.ts';
import { agreedColumns, type AgreedRow, openRequestsColumn, type RequestRow } from '../schedule/index.ts';

/** Where the last step of the record stands: nothing about days changes without one. Messages and first views are no steps. */
const lastStepColumn = `(select s.pos::int from record.steps s where s.family_id = f.id order by s.pos desc limit 1) as "lastStep"`;

export type LastStep = { lastStep: number | null };

/** Everything that pages about days are made from, as stored. */
export type WholeColumns = AgreedRow &
  ActivityColumns &
  LastStep & { familyVersion: string; openRequests: RequestRow[]; country: string; region: string | null };

/** A family with what decides its days; and what is asked for again where both were kept. */
export type DaysStatements<More> = {
  whole: Statement<FamilyRow & WholeColumns & More>;
  again: Statement<FamilyAgainRow & LastStep & More>;
  /** For somebody who shares several families. */ againOfSeveral: Statement<FamilyAgainRow & LastStep & More>;
};

/** Both, with a page's own columns besides. */
export function familyDaysWith<More>(name: string, columns: string | null): DaysStatements<More> {
  const more = columns === null ? '' : `,\n     ${columns}`;
  return {
    whole: familyViewWith<WholeColumns & More>(
      `${name}-whole`,
      `${familyVersionColumn}, ${lastStepColumn}, ${agreedColumns}, ${activityColumns}, ${openRequestsColumn}, f.country, f.region${more}`,
    ),
    again: familyAgainWith<LastStep & More>(`${name}-again`, `${lastStepColumn}${more}`, { several: false }),
    againOfSeveral: familyAgainWith<LastStep & More>(`${name}-again-of-several`, `${lastStepColumn}${more}`, { several: true }),
  };
}

/** The same with the reader's own busy times between two instants ($4, $5). They are nobody else's, and are not kept with the family. */
export const familyDays = familyDaysWith<{ busy: Busy[] }>('calendar.family', busyColumns('$4', '$5'));
