import { sharesFamily } from '../../access/scope.ts';
import { sentStepJson, type StepRow, stepsJson } from '../../audit/steps.ts';
import type { ChildId, FamilyId, HandoverId, ParentId, TravelItemId } from '../../core/ids.ts';
import { statement } from '../../platform/database.ts';
import { instant, milliseconds } from '../../platform/sql.ts';
import { calendarsWith } from '../store.ts';
import type { Planned } from './planned.ts';

export const markKinds = ['handed-over', 'received', 'not-taken-place'] as const;
export type MarkKind = (typeof markKinds)[number];

/** Times are milliseconds since 1970, as the engine's. */
export type Mark = { parentId: ParentId; kind: MarkKind; at: number };

/** The plan as it stood when the row was made, and until when it may be written about. */
type HandoverRow = Planned & { id: HandoverId; notesCloseAt: number; marksCloseAt: number };

/** A handover that has a row, and what was marked since. */
export type MadeHandover = HandoverRow & {
  marks: Mark[];
  /** How many notes were written about it. */
  notes: number;
  /** Something about it is new to the parent who reads ($1 of every statement here). */
  unseen: boolean;
};

/** A thing that goes with the children, as JSON carries it, and what was ticked of it for one handover. */
export type ItemRow = { id: TravelItemId; childId: ChildId | null; labelCt: string; sent: boolean; arrived: boolean };

/** A made handover `h` as one JSON object. */
const madeJson = `json_build_object('id', h.id, 'at', ${milliseconds('h.planned_at')}, 'from', coalesce(h.from_id::text, 'third-party'), 'to', coalesce(h.to_id::text, 'third-party'),
          'children', to_json(h.children), 'place', case when h.place_kind is not null then json_build_object('kind', h.place_kind, 'label', h.place_label) end,
          'notesCloseAt', ${milliseconds('h.note_closes_at')}, 'marksCloseAt', ${milliseconds('h.marks_close_at')},
          'marks', (select coalesce(json_agg(json_build_object('parentId', m.parent_id, 'kind', m.kind, 'at', ${milliseconds('m.at')}) order by m.at), '[]')
                      from parley.handover_marks m where m.handover_id = h.id),
          'notes', (select count(*) from parley.handover_notes n where n.handover_id = h.id),
          'unseen', exists (select from parley.unseen_steps u where u.parent_id = $1 and u.about_id = h.id))`;

/** What goes with some children at a time, and what is ticked of it for the handover `h`, where there is one. */
const itemsJson = (family: string, at: string, children: string, handover: string): string =>
  `(select coalesce(json_agg(json_build_object('id', i.id, 'childId', i.child_id, 'labelCt', encode(i.label_ct, 'hex'),
             'sent', coalesce(t.sent, false), 'arrived', coalesce(t.arrived, false)) order by i.added_at, i.id), '[]')
      from parley.travel_items i left join parley.handover_items t on t.item_id = i.id and t.handover_id = ${handover}
     where i.family_id = ${family}
       and (t.sent or t.arrived
            or (i.child_id is null or i.child_id = any(${children})) and i.added_at < ${at} + interval '1 day' and (i.removed_at is null or i.removed_at > ${at})))`;

// ------------------------------------------------------------------ pages

/** The family and everything agreed, with its made handovers from $4 until $5. */
export const familyWithHandovers = calendarsWith<{ made: MadeHandover[] }>(
  'schedule.family-with-handovers',
  `(select coalesce(json_agg(${madeJson} order by h.planned_at, h.id), '[]') from parley.handovers h
      where h.family_id = f.id and h.planned_at >= ${instant('$4')} and h.planned_at < ${instant('$5')}) as made`,
);

/** The same with those alone that somebody marked, and all of them before $4. */
export const familyWithMarks = calendarsWith<{ made: MadeHandover[] }>(
  'schedule.family-with-marks',
  `(select coalesce(json_agg(${madeJson} order by h.planned_at, h.id), '[]') from parley.handovers h
      where h.family_id = f.id and h.planned_at < ${instant('$4')} and exists (select from parley.handover_marks m where m.handover_id = h.id)) as made`,
);

/** The family with everything on its list of what travels. */
export const familyWithItems = calendarsWith<{ items: ItemRow[] }>(
  'schedule.family-with-items',
  `(select coalesce(json_agg(json_build_object('id', i.id, 'childId', i.child_id, 'labelCt', encode(i.label_ct, 'hex'), 'sent', false, 'arrived', false)
              order by i.added_at, i.id), '[]') from parley.travel_items i where i.family_id = f.id and i.removed_at is null) as items`,
);

export type HandoverPageRow = {
  familyId: FamilyId;
  handover: MadeHandover;
  steps: StepRow<HandoverId>[];
  items: ItemRow[];
};

/** One made handover with everything about it, for a parent ($1) who shares its record. */
export const selectHandoverPage = statement<HandoverPageRow>(
  'schedule.handover-page',
  `select h.family_id as "familyId", ${madeJson} as handover,
     ${stepsJson('s.family_id = h.family_id and s.about_id = h.id')} as steps,
     ${itemsJson('h.family_id', 'h.planned_at', 'h.children', 'h.id')} as items
   from parley.handovers h where h.id = $2 and ${sharesFamily('h.family_id', '$1')}`,
);

/** A planned handover as parameters from `$first` on: family, instant, giver, receiver, children, kind and label of the place. */
const samePlan = (first: number): string => `h.family_id = $${first} and h.planned_at = ${instant(`$${first + 1}`)}
      and h.from_id is not distinct from $${first + 2}::uuid and h.to_id is not distinct from $${first + 3}::uuid
      and h.children = array(select unnest($${first + 4}::uuid[]) order by 1)
      and h.place_kind is not distinct from $${first + 5}::text and h.place_label is not distinct from $${first + 6}::text`;

export const planValues = (familyId: FamilyId, { at, from, to, children, place }: Planned): unknown[] => [
  familyId,
  at,
  from === 'third-party' ? null : from,
  to === 'third-party' ? null : to,
  children,
  place?.kind ?? null,
  place?.label ?? null,
];

/** The row of a planned handover ($2 and on), where there is one, and what goes with its children. */
export const selectPlanned = statement<{ made: MadeHandover | null; items: ItemRow[] }>(
  'schedule.planned-handover',
  `select (select ${madeJson} from parley.handovers h where ${samePlan(2)}) as made,
          ${itemsJson('$2', instant('$3'), '$6::uuid[]', `(select h.id from parley.handovers h where ${samePlan(2)})`)} as items
    where ${sharesFamily('$2', '$1')}`,
);

/** The handovers of a family ($2) from $3 until $4 that have a row. */
export const selectMade = statement<{ made: MadeHandover[] }>(
  'schedule.made-handovers',
  `select coalesce(json_agg(${madeJson} order by h.planned_at, h.id), '[]') as made from parley.handovers h
    where h.family_id = $2 and h.planned_at >= ${instant('$3')} and h.planned_at < ${instant('$4')} and ${sharesFamily('$2', '$1')}`,
);

// ------------------------------------------------------------------ what parents write

/** A handover as a parent ($1) is about to write about it, by the database's clock. */
export type HandoverFacts = HandoverRow & {
  familyId: FamilyId;
  now: number;
  /** What this parent has marked, and how many notes they wrote. */
  mine: MarkKind[];
  myNotes: number;
  /** The step that this form became, where it was sent before. */
  sent: StepRow | null;
};

const factsColumns = `h.id, h.family_id as "familyId", ${milliseconds('h.planned_at')} as at, coalesce(h.from_id::text, 'third-party') as "from",
     coalesce(h.to_id::text, 'third-party') as "to", h.children,
     case when h.place_kind is not null then json_build_object('kind', h.place_kind, 'label', h.place_label) end as place,
     ${milliseconds('h.note_closes_at')} as "notesCloseAt", ${milliseconds('h.marks_close_at')} as "marksCloseAt",
     ${milliseconds('clock_timestamp()')} as now,
     (select coalesce(json_agg(m.kind), '[]') from parley.handover_marks m where m.handover_id = h.id and m.parent_id = $1) as mine,
     (select count(*)::int from parley.handover_notes n where n.handover_id = h.id and n.parent_id = $1) as "myNotes",
     ${sentStepJson('h.family_id', '$1', '$2')} as sent`;

/** Whose it is, for a parent ($1) who shares its record. */
export const selectHandoverFamily = statement<{ familyId: FamilyId }>(
  'schedule.handover-family',
  `select h.family_id as "familyId" from parley.handovers h where h.id = $2 and ${sharesFamily('h.family_id', '$1')}`,
);

export const selectHandover = statement<HandoverFacts>(
  'schedule.handover',
  `select ${factsColumns} from parley.handovers h where h.id = $3 and ${sharesFamily('h.family_id', '$1')}`,
);

/** The row of a planned handover, where there is one. */
export const selectHandoverOfPlan = statement<HandoverFacts>(
  'schedule.handover-of-plan',
  `select ${factsColumns} from parley.handovers h where ${samePlan(3)} and ${sharesFamily('h.family_id', '$1')}`,
);

/** Makes it, unless somebody else did a moment ago. */
export const insertHandover = statement<void>(
  'schedule.insert-handover',
  `insert into parley.handovers (family_id, planned_at, from_id, to_id, children, place_kind, place_label)
   values ($1, ${instant('$2')}, $3, $4, $5::uuid[], $6, $7) on conflict do nothing`,
);

export const insertMark = statement<void>(
  'schedule.insert-mark',
  `insert into parley.handover_marks (handover_id, parent_id, kind, step_id) values ($1, $2, $3, $4)`,
);

export const insertNote = statement<void>('schedule.insert-note', `insert into parley.handover_notes (handover_id, parent_id, step_id) values ($1, $2, $3)`);

const saveTicks = (column: 'sent' | 'arrived'): string => `with changed as (
     insert into parley.handover_items as t (family_id, handover_id, item_id, ${column})
     select i.family_id, $2, i.id, i.id = any($3::uuid[]) from parley.travel_items i
      where i.family_id = $1 and i.id = any($3::uuid[] || $4::uuid[])
     on conflict (handover_id, item_id) do update set ${column} = excluded.${column} where t.${column} is distinct from excluded.${column}
     returning item_id)
   select count(*)::int as changed from changed`;

/** Ticks the items $3 and unticks the items $4; what is not named stays as it is. */
export const saveSent = statement<{ changed: number }>('schedule.save-sent', saveTicks('sent'));
export const saveArrived = statement<{ changed: number }>('schedule.save-arrived', saveTicks('arrived'));

// ------------------------------------------------------------------ the list itself

export const countItems = statement<{ kept: number; sent: boolean }>(
  'schedule.count-items',
  `select (select count(*)::int from parley.travel_items i where i.family_id = $2 and i.removed_at is null) as kept,
          exists (select from parley.travel_items i where i.added_by = $1 and i.submission = $3) as sent`,
);

export const insertItem = statement<{ id: TravelItemId }>(
  'schedule.insert-item',
  `insert into parley.travel_items (family_id, child_id, label_ct, added_by, submission) values ($1, $2, $3, $4, $5) returning id`,
);

export const selectItem = statement<{ familyId: FamilyId; removed: boolean }>(
  'schedule.item',
  `select i.family_id as "familyId", i.removed_at is not null as removed from parley.travel_items i where i.id = $2 and ${sharesFamily('i.family_id', '$1')}`,
);

export const removeItem = statement<{ id: TravelItemId }>(
  'schedule.remove-item',
  `update parley.travel_items set removed_at = now(), removed_by = $2 where id = $1 and removed_at is null returning id`,
);
