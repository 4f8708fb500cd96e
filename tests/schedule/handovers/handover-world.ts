import { randomUUIDv7 } from 'node:crypto';
import type { ChildId, ParentId } from '../../../src/core/ids.ts';
import type { MarkKind } from '../../../src/schedule/handovers/store.ts';
import type { Place, RegularTerms } from '../../../src/schedule/terms.ts';
import { layAgreement } from '../../support/agreements.ts';
import { type RunningWorld, runningWorld } from '../../support/running-world.ts';
import type { Person } from '../../support/world.ts';

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;
export const gate: Place = { kind: 'school', label: 'St Brigid’s, main gate' };

export type HandoverWorld = RunningWorld & {
  /** The beginning of the minute in which the world was made: handovers are so many milliseconds from it. */
  now: number;
  count(sql: string, values?: unknown[]): Promise<number>;
  /** Time with somebody, agreed once; all else is Amara's. Bounds are milliseconds from `now`. */
  agree(holder: Person | null, from: number, until: number, about?: { children?: readonly ChildId[]; place?: Place; label?: string }): Promise<string>;
  /** What is laid down without an entry of the record is not known to a program that has read it before. */
  renew(): Promise<void>;
  /** The address of a planned handover. */
  address(offset: number): string;
  /** A made handover with marks in the past, which only a superuser can lay down. */
  layMarks(
    at: number,
    from: ParentId | null,
    to: ParentId | null,
    marks: { by: ParentId; kind: MarkKind; at: number }[],
    children?: readonly ChildId[],
  ): Promise<string>;
};

/** Always with A. */
export const alwaysWith = (a: ParentId, b: ParentId): RegularTerms => ({
  a,
  b,
  anchor: '2020-01-06',
  pattern: { kind: 'nights', name: 'custom', nights: 'A', visits: [] },
  onSchoolDays: { time: '15:30', place: gate },
  onOtherDays: { time: '10:00', place: { kind: 'kerbside', label: 'The library steps' } },
});

/** The people of the demo world; the children are with Amara but for what a test agrees. */
export async function handoverWorld(): Promise<HandoverWorld> {
  const running = await runningWorld((database, { familyId, amara, daniel, ines, theo }) =>
    layAgreement(
      database,
      { familyId, children: [ines, theo], askedBy: amara.parentId },
      { layer: 'regular', from: '2020-01-06', terms: alwaysWith(amara.parentId, daniel.parentId) },
    ),
  );
  const { database, rows } = running;
  const { familyId, amara, ines, theo } = running.world;
  const now = Math.floor(Date.now() / minute) * minute;
  const both = [ines, theo];
  const renew = async () => void (await database.admin.query('update parley.schools set calendar_version = calendar_version + 1'));
  return {
    ...running,
    now,
    count: async (sql, values) => (await rows(sql, values)).length,
    async agree(holder, from, until, { children = both, place = gate, label = 'Agreed' } = {}) {
      const requestId = await layAgreement(
        database,
        { familyId, children, askedBy: amara.parentId },
        {
          layer: 'change',
          from: new Date(now + from).toISOString(),
          until: new Date(now + until).toISOString(),
          holder: holder?.parentId ?? null,
          label,
          place,
        },
      );
      await renew();
      return requestId;
    },
    renew,
    address: offset => `/handovers/at/${new Date(now + offset).toISOString().slice(0, 16).replace(':', '.')}Z`,
    async layMarks(at, from, to, marks, children = both) {
      const id = randomUUIDv7();
      const { admin } = database;
      await admin.query('begin; set local session_replication_role = replica');
      await admin.query(
        `insert into parley.handovers (id, family_id, planned_at, from_id, to_id, children, place_kind, place_label, note_closes_at, marks_close_at)
         values ($1, $2, $3, $4, $5, array(select unnest($6::uuid[]) order by 1), $7, $8, $3::timestamptz + interval '1 day', $3::timestamptz + interval '2 days')`,
        [id, familyId, new Date(at), from, to, children, gate.kind, gate.label],
      );
      for (const mark of marks)
        await admin.query('insert into parley.handover_marks (handover_id, parent_id, kind, step_id, at) values ($1, $2, $3, $4, $5)', [
          id,
          mark.by,
          mark.kind,
          randomUUIDv7(),
          new Date(mark.at),
        ]);
      await admin.query('commit');
      return id;
    },
  };
}
