import type { ChildId, SchoolId } from '../core/ids.ts';
import { type FamilyRow, familyViewWith } from '../families/index.ts';
import type { Statement } from '../platform/database.ts';
import { milliseconds } from '../platform/sql.ts';
import type { AgreedTime, InForce, SchoolPeriod } from './engine/calendar.ts';
import type { BreakTerms, HolidayTerms, RegularTerms } from './terms.ts';

/** How often the calendars of the schools of a family's children were changed, all told. Columns of the family `f`. */
export const calendarVersionColumn = `(select coalesce(sum(s.calendar_version), 0)::int from parley.schools s
        where s.id in (select c.school_id from parley.children c where c.family_id = f.id)) as "calendarVersion"`;

/** Everything agreed about the children of a family, and their schools' years. */
export type AgreedRow = {
  calendarVersion: number;
  plans: ({ childId: ChildId } & (
    ({ layer: 'regular' } & InForce<RegularTerms>) | ({ layer: 'break' } & InForce<BreakTerms>) | ({ layer: 'holiday' } & InForce<HolidayTerms>)
  ))[];
  time: ({ childId: ChildId; layer: 'vacation' | 'change' } & AgreedTime)[];
  born: { childId: ChildId; bornOn: string }[];
  periods: ({ schoolId: SchoolId } & SchoolPeriod)[];
};

/** Several columns for `familyViewWith`, because a page about days needs the family too. Terms were checked before they were stored. */
export const agreedColumns = `${calendarVersionColumn},
     (select coalesce(json_agg(json_build_object('childId', p.child_id, 'layer', p.layer, 'from', lower(p.during), 'until', upper(p.during), 'terms', p.terms,
               'requestId', p.request_id) order by lower(p.during)), '[]') from parley.agreed_plans p where p.family_id = f.id) as plans,
     (select coalesce(json_agg(json_build_object('childId', t.child_id, 'layer', t.layer, 'from', ${milliseconds('lower(t.during)')}, 'until', ${milliseconds('upper(t.during)')},
               'holder', coalesce(t.holder_id::text, 'third-party'), 'label', t.label, 'place', t.place, 'requestId', t.request_id) order by lower(t.during)), '[]')
        from parley.agreed_time t where t.family_id = f.id) as time,
     (select coalesce(json_agg(json_build_object('childId', c.id, 'bornOn', c.born_on)), '[]') from parley.children c where c.family_id = f.id) as born,
     (select coalesce(json_agg(json_build_object('schoolId', p.school_id, 'kind', p.kind, 'name', p.name, 'from', lower(p.during), 'until', upper(p.during) - 1) order by lower(p.during)), '[]')
        from parley.school_periods p where p.school_id in (select c.school_id from parley.children c where c.family_id = f.id)) as periods`;

/** A family with everything agreed, and the same with its version alone, for whoever has kept the rest. */
export type CalendarStatements<More> = { whole: Statement<FamilyRow & AgreedRow & More>; version: Statement<FamilyRow & { calendarVersion: number } & More> };

/** Both, with columns of a neighbour's besides, so that its page needs no statement more: as `familyViewWith`. */
export const calendarsWith = <More>(name: string, columns: string): CalendarStatements<More> => ({
  whole: familyViewWith<AgreedRow & More>(`${name}-whole`, `${agreedColumns},\n     ${columns}`),
  version: familyViewWith<{ calendarVersion: number } & More>(`${name}-version`, `${calendarVersionColumn},\n     ${columns}`),
});

export const familyCalendars: CalendarStatements<object> = {
  whole: familyViewWith<AgreedRow>('schedule.family-agreed', agreedColumns),
  version: familyViewWith<{ calendarVersion: number }>('schedule.family-version', calendarVersionColumn),
};
