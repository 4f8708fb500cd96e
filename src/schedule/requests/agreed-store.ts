import type { ChildId, ParentId, RequestId } from '../../core/ids.ts';
import { statement } from '../../platform/database.ts';
import { instant, milliseconds } from '../../platform/sql.ts';
import type { Holder, Place } from '../terms.ts';

/** What is agreed: time that comes once, and plans that repeat. Written when a request is agreed to, and by nothing else. */

export type LaidTime = {
  childId: ChildId;
  /** As the database writes it, to find the row again. */
  during: string;
  from: number;
  until: number;
  holderId: ParentId | null;
  label: string;
  place: Place | null;
  requestId: RequestId;
  /** When that was agreed. */
  settledAt: number;
  /** Part of it is in the past, and stays. */
  begun: boolean;
};

/** Time of a layer that is agreed for these children and overlaps one of these spans (milliseconds). */
export const selectTimeOver = statement<LaidTime>(
  'requests.time-over',
  `select t.child_id as "childId", t.during::text as during, ${milliseconds('lower(t.during)')} as from, ${milliseconds('upper(t.during)')} as until,
          t.holder_id as "holderId", t.label, t.place, t.request_id as "requestId", ${milliseconds('r.settled_at')} as "settledAt", lower(t.during) < now() as begun
     from parley.agreed_time t join parley.requests r on r.id = t.request_id
    where t.family_id = $1 and t.child_id = any($2::uuid[]) and t.layer = $3
      and exists (select from unnest($4::float8[], $5::float8[]) as span (starts, ends)
                   where t.during && tstzrange(${instant('span.starts')}, ${instant('span.ends')}))
    order by lower(t.during), t.child_id`,
);

export const deleteTime = statement<void>(
  'requests.delete-time',
  `delete from parley.agreed_time t using unnest($2::uuid[], $3::text[]) as gone (child_id, during)
    where t.layer = $1 and t.child_id = gone.child_id and t.during = gone.during::tstzrange`,
);

/** Time that has begun ends earlier. */
export const cutTime = statement<void>(
  'requests.cut-time',
  `update parley.agreed_time t set during = tstzrange(lower(t.during), ${instant('cut.until')})
     from unnest($2::uuid[], $3::text[], $4::float8[]) as cut (child_id, during, until)
    where t.layer = $1 and t.child_id = cut.child_id and t.during = cut.during::tstzrange`,
);

export type TimeToLay = { childId: ChildId; from: number; until: number; holder: Holder; label: string; place: Place | null; requestId: RequestId };

export const insertTime = statement<void>(
  'requests.insert-time',
  `insert into parley.agreed_time (family_id, child_id, layer, during, holder_id, label, place, request_id)
   select $1, (t.one ->> 'childId')::uuid, $2, tstzrange(${instant("(t.one ->> 'from')")}, ${instant("(t.one ->> 'until')")}),
          nullif(t.one ->> 'holder', 'third-party')::uuid, t.one ->> 'label', nullif(t.one -> 'place', 'null'), (t.one ->> 'requestId')::uuid
     from jsonb_array_elements($3::jsonb) as t (one)`,
);

export type LaidPlan = { childId: ChildId; from: string; until: string | null; requestId: RequestId; settledAt: number };

/** Plans of a layer for these children that hold on a day ($4) or begin after it. */
export const selectPlansFrom = statement<LaidPlan>(
  'requests.plans-from',
  `select p.child_id as "childId", lower(p.during)::text as from, upper(p.during)::text as until, p.request_id as "requestId", ${milliseconds('r.settled_at')} as "settledAt"
     from parley.agreed_plans p join parley.requests r on r.id = p.request_id
    where p.family_id = $1 and p.child_id = any($2::uuid[]) and p.layer = $3 and p.during && daterange($4::date, null)`,
);

/** Whether the plans that repeat, of these children, were agreed anew since an instant: whoever asked before did not know of it. */
export const selectPlansSince = statement<{ changed: boolean }>(
  'requests.plans-since',
  `select exists (select from parley.agreed_plans p join parley.requests r on r.id = p.request_id
                   where p.family_id = $1 and p.child_id = any($2::uuid[]) and r.settled_at > $3 and p.during && daterange($4::date, $5::date, '[]')) as changed`,
);

export const deletePlansFrom = statement<void>(
  'requests.delete-plans-from',
  `delete from parley.agreed_plans p where p.family_id = $1 and p.child_id = any($2::uuid[]) and p.layer = $3 and lower(p.during) >= $4::date`,
);
export const endPlansOn = statement<void>(
  'requests.end-plans-on',
  `update parley.agreed_plans p set during = daterange(lower(p.during), $4::date)
    where p.family_id = $1 and p.child_id = any($2::uuid[]) and p.layer = $3 and p.during @> $4::date and lower(p.during) < $4::date`,
);
export const insertPlans = statement<void>(
  'requests.insert-plans',
  `insert into parley.agreed_plans (family_id, child_id, layer, during, terms, request_id)
   select $1, child.id, $3, daterange($4::date, null), $5::jsonb, $6 from unnest($2::uuid[]) as child (id)`,
);
