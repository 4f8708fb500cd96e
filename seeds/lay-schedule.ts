import { randomUUIDv7 } from 'node:crypto';
import type { StepKind, StepWords } from '../src/audit/steps.ts';
import type { ChildId, ParentId, RequestId } from '../src/core/ids.ts';
import { instantOf } from '../src/schedule/index.ts';
import { labelOf, type People, saysAccepted, saysDeclined, saysMade } from '../src/schedule/requests/sentences.ts';
import { isPlan, layerOf, readAsked } from '../src/schedule/requests/terms.ts';
import type { Agreement } from './story/schedule.ts';

/** A step of a record as it is to be laid: its words may name the numbers of entries before it. */
export type LaidStep = {
  id: string;
  at: number;
  by: ParentId;
  kind: StepKind;
  aboutId: string;
  words: (pos: number) => StepWords;
  /** Whether the others have seen it. */
  seen: boolean;
};
type Row = Record<string, unknown>;
export type LaidSchedule = { steps: LaidStep[]; requests: Row[]; plans: Row[]; time: Row[] };

/** Requests with their answers, as the program would have written them: the steps in its words, and what is agreed by them. */
export function laySchedule(
  agreements: readonly Agreement[],
  familyId: string,
  people: People,
  idOf: { parent: (key: Agreement['by']) => ParentId; child: (key: Agreement['children'][number]) => ChildId },
): LaidSchedule {
  const zone = people.timeZone;
  const laid: LaidSchedule = { steps: [], requests: [], plans: [], time: [] };
  for (const agreement of agreements) {
    const { kind, made, answer } = agreement;
    const requestId = randomUUIDv7() as RequestId;
    const asked = readAsked(kind, agreement.terms);
    const askedBy = idOf.parent(agreement.by);
    const children = agreement.children.map(idOf.child);
    const madeAt = instantOf(made.day, made.at, zone);
    const respondBy = instantOf(agreement.respondBy.day, agreement.respondBy.at, zone);
    const spans = isPlan(asked)
      ? []
      : asked.terms.pieces.map(({ from, until, holder }) => ({
          from: instantOf(from.day, from.clock, zone),
          until: instantOf(until.day, until.clock, zone),
          holder,
        }));
    const startsAt = isPlan(asked) ? instantOf(asked.terms.from, '00:00', zone) : Math.min(...spans.map(({ from }) => from));
    let madePos = 0;
    laid.steps.push({
      id: randomUUIDv7(),
      at: madeAt,
      by: askedBy,
      kind: 'request.made',
      aboutId: requestId,
      words: pos => {
        madePos = pos;
        return {
          says: saysMade(people, asked, { by: askedBy, children, respondBy, counters: null }),
          note: agreement.note ?? null,
          data: { kind, children, terms: agreement.terms, respondBy: new Date(respondBy).toISOString(), counters: null },
        };
      },
      seen: answer !== undefined,
    });
    if (answer) {
      const by = idOf.parent(answer.by);
      laid.steps.push({
        id: randomUUIDv7(),
        at: instantOf(answer.day, answer.at, zone),
        by,
        kind: `request.${answer.state}`,
        aboutId: requestId,
        words: () => ({
          says: (answer.state === 'accepted' ? saysAccepted : saysDeclined)(people, asked, by, { askedBy, children, madeAt, pos: madePos }),
          note: answer.note ?? null,
          data: { kind, children, terms: agreement.terms, ...(answer.state === 'accepted' ? { replaced: [] } : {}) },
        }),
        seen: true,
      });
    }
    laid.requests.push({
      id: requestId,
      family_id: familyId,
      kind,
      asked_by: askedBy,
      children,
      terms: JSON.stringify(agreement.terms),
      starts_at: new Date(startsAt),
      respond_by: new Date(respondBy),
      submission: randomUUIDv7(),
      made_at: new Date(madeAt),
      state: answer?.state ?? 'open',
      settled_by: answer ? idOf.parent(answer.by) : null,
      settled_at: answer ? new Date(instantOf(answer.day, answer.at, zone)) : null,
    });
    if (answer?.state !== 'accepted') continue;
    for (const childId of children) {
      const row = { family_id: familyId, child_id: childId, layer: layerOf[kind], request_id: requestId };
      if (isPlan(asked)) laid.plans.push({ ...row, during: `[${asked.terms.from},)`, terms: JSON.stringify(asked.terms.terms) });
      else {
        for (const { from, until, holder } of spans) {
          laid.time.push({
            ...row,
            during: `[${new Date(from).toISOString()},${new Date(until).toISOString()})`,
            holder_id: holder === 'third-party' ? null : holder,
            label: labelOf(asked.kind, asked.terms, holder),
            place: asked.terms.place && JSON.stringify(asked.terms.place),
          });
        }
      }
    }
  }
  return laid;
}
