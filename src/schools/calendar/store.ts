import type { SchoolPeriodId } from '../../core/ids.ts';
import { statement } from '../../platform/database.ts';

export const periodKinds = ['term', 'break', 'closed'] as const;
export type PeriodKind = (typeof periodKinds)[number];
/** A term, a break or closed days of a school. Both days are included. */
export type Period = { kind: PeriodKind; name: string; from: string; until: string };
export type PeriodRow = Period & { id: SchoolPeriodId };

const columns = `p.id, p.kind, p.name, lower(p.during)::text as "from", (upper(p.during) - 1)::text as until`;

export const selectPeriods = statement<PeriodRow>(
  'schools.periods',
  `select ${columns} from parley.school_periods p where p.school_id = $1 order by lower(p.during), p.kind desc, p.id`,
);
export const selectPeriod = statement<PeriodRow>('schools.period', `select ${columns} from parley.school_periods p where p.school_id = $1 and p.id = $2`);
export const lockPeriod = statement<PeriodRow>(
  'schools.lock-period',
  `select ${columns} from parley.school_periods p where p.school_id = $1 and p.id = $2 for update`,
);

/** Another period of this kind with some of these days. */
export const selectOverlapping = statement<PeriodRow>(
  'schools.overlapping-period',
  `select ${columns} from parley.school_periods p
    where p.school_id = $1 and p.kind = $2 and p.during && daterange($3, $4, '[]') and p.id is distinct from $5 order by lower(p.during) limit 1`,
);
export const countPeriods = statement<{ count: number }>(
  'schools.count-periods',
  `select count(*)::int as count from parley.school_periods where school_id = $1`,
);

export const insertPeriod = statement<{ id: SchoolPeriodId }>(
  'schools.insert-period',
  `insert into parley.school_periods (school_id, kind, name, during) values ($1, $2, $3, daterange($4, $5, '[]')) returning id`,
);
export const updatePeriod = statement<void>(
  'schools.update-period',
  `update parley.school_periods set kind = $2, name = $3, during = daterange($4, $5, '[]') where id = $1`,
);
export const deletePeriod = statement<void>('schools.delete-period', `delete from parley.school_periods where id = $1`);
