import type { ChildId } from '../../core/ids.ts';
import type { Transaction } from '../../platform/database.ts';
import { instantOf } from '../engine/index.ts';
import { labelOf } from './sentences.ts';
import { cutTime, deleteTime, insertTime, type LaidTime, selectPlansSince, selectTimeOver, type TimeToLay } from './agreed-store.ts';
import type { LockedRequest } from './store.ts';
import { layerOf, type Span, type TimeKind, type TimeTerms } from './terms.ts';

/** What an agreement will do, once it is one. `replaced` is what it replaces, for the record. */
export type Laying = { replaced: unknown[]; lay: () => Promise<void> };

/** A span as milliseconds, in the family's zone. */
export const instantsOf = ({ from, until }: Span, zone: string): { from: number; until: number } => ({
  from: instantOf(from.day, from.clock, zone),
  until: instantOf(until.day, until.clock, zone),
});

/**
 * Time that was asked for, laid over what was agreed before in the same layer; what lies underneath is cut, and the rest of it stays. Null where
 * any of that time, or the plans for it, were agreed after this was asked: whoever asked did not know, and whoever answers may not either.
 */
export async function layTime(
  trx: Transaction,
  { timeZone }: { timeZone: string },
  request: LockedRequest,
  { kind, terms }: { kind: TimeKind; terms: TimeTerms },
): Promise<Laying | null> {
  const { familyId, children } = request;
  const layer = layerOf[kind];
  const spans = terms.pieces.map(piece => ({ ...instantsOf(piece, timeZone), holder: piece.holder }));
  const starts = spans.map(({ from }) => from);
  const ends = spans.map(({ until }) => until);
  const days = terms.pieces.flatMap(({ from, until }) => [from.day, until.day]).toSorted();
  const under = await trx.query(selectTimeOver, [familyId, children, layer, starts, ends]);
  const above = await trx.query(selectTimeOver, [familyId, children, layer === 'change' ? 'vacation' : 'change', starts, ends]);
  const [plans] = await trx.query(selectPlansSince, [familyId, children, request.madeAt, days[0], days.at(-1)]);
  if (plans!.changed || [...under, ...above].some(time => time.settledAt > request.madeAt.getTime())) return null;

  const later = under.filter(({ begun }) => !begun);
  const cuts = under
    .filter(({ begun }) => begun)
    .map(time => ({ ...time, until: Math.min(...spans.filter(span => overlap(span, time)).map(({ from }) => from)) }));
  // What has begun keeps its row up to the cut; all else is written anew.
  const rest = under.flatMap(time => without(time, spans).filter(left => !time.begun || left.from !== time.from));
  const asked = children.flatMap((childId): TimeToLay[] =>
    spans.map(span => ({ ...span, childId, label: labelOf(kind, terms, span.holder), place: terms.place, requestId: request.id })),
  );
  return {
    replaced: under.map(({ childId, from, until, requestId }) => ({
      childId,
      requestId,
      from: new Date(from).toISOString(),
      until: new Date(until).toISOString(),
    })),
    async lay() {
      if (cuts.length > 0) await trx.query(cutTime, [layer, idsOf(cuts), duringOf(cuts), cuts.map(({ until }) => until)]);
      if (later.length > 0) await trx.query(deleteTime, [layer, idsOf(later), duringOf(later)]);
      await trx.query(insertTime, [familyId, layer, JSON.stringify([...rest, ...asked])]);
    },
  };
}

const idsOf = (rows: readonly LaidTime[]): ChildId[] => rows.map(({ childId }) => childId);
const duringOf = (rows: readonly LaidTime[]): string[] => rows.map(({ during }) => during);
const overlap = (one: { from: number; until: number }, other: { from: number; until: number }): boolean => one.from < other.until && other.from < one.until;

/** What is left of agreed time where these spans are taken out of it. */
function without(time: LaidTime, spans: readonly { from: number; until: number }[]): TimeToLay[] {
  const { childId, label, place, requestId, holderId } = time;
  let left = [{ from: time.from, until: time.until }];
  for (const span of spans) {
    left = left
      .flatMap(({ from, until }) => [
        { from, until: Math.min(until, span.from) },
        { from: Math.max(from, span.until), until },
      ])
      .filter(({ from, until }) => from < until);
  }
  return left.map(piece => ({ ...piece, childId, label, place, requestId, holder: holderId ?? 'third-party' }));
}
