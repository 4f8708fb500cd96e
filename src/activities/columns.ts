import type { ActivityId, ChildId, ParentId, SchoolId } from '../core/ids.ts';
import { milliseconds } from '../platform/sql.ts';

/** Somebody who brings or collects: a parent of the family, or another in words. Null is whoever the children are with. */
export type Who = { parentId: ParentId } | { words: string } | null;

/** A day that is different. */
export type DifferentDay = {
  id: string;
  day: string;
  kind: 'cancelled' | 'moved' | 'extra';
  /** Where it was moved to. */
  toDay: string | null;
  startsAt: string | null;
  endsAt: string | null;
  place: string | null;
};

/** An activity as stored. Days are inclusive; clocks are the family's, both null where it takes the whole day. */
export type ActivityRow = {
  id: ActivityId;
  childId: ChildId;
  name: string;
  providerId: SchoolId | null;
  /** The school's name, or the provider's in words. */
  provider: string | null;
  /** Monday is 1. */
  weekdays: number[];
  startsAt: string | null;
  endsAt: string | null;
  startsOn: string | null;
  endsOn: string | null;
  termOnly: boolean;
  place: string | null;
  brings: Who;
  collects: Who;
  cost: string | null;
  /** From this day on it is off for good. */
  cancelledFrom: string | null;
  addedBy: ParentId | null;
  addedBySchool: SchoolId | null;
  /** Milliseconds since 1970. */
  addedAt: number;
  version: number;
  days: DifferentDay[];
};

const clock = (column: string) => `to_char(${column}, 'HH24:MI')`;
const who = (id: string, words: string) =>
  `case when ${id} is not null then json_build_object('parentId', ${id}) when ${words} is not null then json_build_object('words', ${words}) end`;

/** One activity `a` as json, in the shape of ActivityRow. */
export const activityJson = `json_build_object('id', a.id, 'childId', a.child_id, 'name', a.name, 'providerId', a.provider_id,
              'provider', coalesce((select s.name from parley.schools s where s.id = a.provider_id), a.provider_name), 'weekdays', a.weekdays,
              'startsAt', ${clock('a.starts_at')}, 'endsAt', ${clock('a.ends_at')}, 'startsOn', a.starts_on, 'endsOn', a.ends_on, 'termOnly', a.term_only,
              'place', a.place, 'brings', ${who('a.brings_id', 'a.brings_words')}, 'collects', ${who('a.collects_id', 'a.collects_words')}, 'cost', a.cost_note,
              'cancelledFrom', a.cancelled_from, 'addedBy', a.added_by, 'addedBySchool', a.added_by_school, 'addedAt', ${milliseconds('a.created_at')}, 'version', a.version,
              'days', (select coalesce(json_agg(json_build_object('id', d.id, 'day', d.on_day, 'kind', d.kind, 'toDay', d.to_day, 'startsAt', ${clock('d.starts_at')},
                                'endsAt', ${clock('d.ends_at')}, 'place', d.place) order by d.on_day), '[]') from parley.activity_days d where d.activity_id = a.id))`;

/** The activities of a family `f`, for `familyViewWith`. */
export const activityColumns = `(select coalesce(json_agg(${activityJson} order by a.name, a.id), '[]')
        from parley.activities a where a.family_id = f.id) as "activityRows"`;
export type ActivityColumns = { activityRows: ActivityRow[] };
