import type { ParentId } from '../../core/ids.ts';
import { handoversOf, type PlannedHandover, type Stretch } from '../engine/index.ts';
import type { MadeHandover, Mark } from '../handovers/store.ts';
import type { Holder } from '../terms.ts';

/** A handover that somebody marked, as far as one child is concerned. */
export type Marked = Pick<MadeHandover, 'id' | 'at' | 'from' | 'to' | 'marks'>;

/**
 * What counts of a handover. `received` and `handed-over`: the time of that parent's mark. `not-marked`: the planned time, because nobody said
 * anything. `not-taken-place`: the child stayed. `disputed`: one says it took place and the other that it did not, so the planned time.
 */
export type Outcome = 'received' | 'handed-over' | 'not-marked' | 'not-taken-place' | 'disputed';

export type Settled = {
  plannedAt: number;
  from: Holder;
  to: Holder;
  outcome: Outcome;
  /** When the child changed hands, as it is counted. Of one that did not take place, the planned time. */
  at: number;
  /** Whose word counts. */
  by: ParentId | null;
  /** The row, where there is one. */
  id: MadeHandover['id'] | null;
};

/** Time with one person, as far as anything is known. `since` is the handover that it began with. */
export type ActualStretch = { from: number; until: number; holder: Holder | null; since: Settled | null };

/** What each parent's marks come to: the last that they made. Who said that it did not take place, and marked it later after all, says that it did. */
const wordOf = (marks: readonly Mark[], parent: Holder): Mark | null =>
  marks.filter(({ parentId }) => parentId === parent).reduce<Mark | null>((last, mark) => (last && last.at > mark.at ? last : mark), null);

/** As screens show it: what is added up can be added up again by hand. */
export const inMinutes = (instant: number): number => Math.floor(instant / 60_000) * 60_000;

export function settle({ at, from, to }: { at: number; from: Holder; to: Holder }, marked: Marked | undefined): Settled {
  const base = { plannedAt: at, from, to, at, id: marked?.id ?? null };
  const given = wordOf(marked?.marks ?? [], from);
  const received = wordOf(marked?.marks ?? [], to);
  const denied = [given, received].find(word => word?.kind === 'not-taken-place') ?? null;
  if (denied) {
    const other = denied === given ? received : given;
    return other !== null && other.kind !== 'not-taken-place'
      ? { ...base, outcome: 'disputed', by: null }
      : { ...base, outcome: 'not-taken-place', by: denied.parentId };
  }
  if (received) return { ...base, outcome: 'received', at: inMinutes(received.at), by: received.parentId };
  if (given) return { ...base, outcome: 'handed-over', at: inMinutes(given.at), by: given.parentId };
  return { ...base, outcome: 'not-marked', by: null };
}

const isWord = ({ outcome }: Change): boolean => outcome === 'received' || outcome === 'handed-over';

/** Time that begins or ends to be agreed changes hands by nobody. */
type Change = Omit<Settled, 'from' | 'to' | 'outcome'> & { from: Holder | null; to: Holder | null; outcome: Outcome | 'agreed' };

/**
 * Where a child was, from what was planned and what was marked. The plan's first stretch is taken as it is, so it should begin where that is
 * known. What comes out covers the same time.
 */
export function actualStretches(planned: readonly Stretch[], marked: readonly Marked[]): { stretches: ActualStretch[]; settled: Settled[] } {
  const [first] = planned;
  if (!first) return { stretches: [], settled: [] };
  const settled: Settled[] = [];
  const changes: Change[] = [];
  for (const { at, from, to } of handoversOf(planned)) {
    if (from === null || to === null) {
      changes.push({ plannedAt: at, from, to, outcome: 'agreed', at, by: null, id: null });
      continue;
    }
    const one = settle({ at, from, to }, findMarked(marked, { at, from, to }));
    settled.push(one);
    if (one.outcome !== 'not-taken-place') changes.push({ ...one });
  }
  inOrder(changes);

  const end = planned.at(-1)!.until;
  const stretches: ActualStretch[] = [];
  let holder = first.holder;
  let since: Settled | null = null;
  let from = first.from;
  for (const change of changes) {
    const at = Math.min(Math.max(change.at, from), end);
    if (at > from) stretches.push({ from, until: at, holder, since });
    from = at;
    holder = change.to;
    since =
      change.from !== null && change.to !== null && change.outcome !== 'agreed'
        ? { ...change, from: change.from, to: change.to, outcome: change.outcome }
        : null;
  }
  if (end > from) stretches.push({ from, until: end, holder, since });
  return { stretches, settled };
}

/** Its marks, of whichever rows they are: a row is made anew where the children or the place of a plan change. */
function findMarked(marked: readonly Marked[], { at, from, to }: Pick<PlannedHandover, 'at' | 'from' | 'to'>): Marked | undefined {
  const rows = marked.filter(one => one.at === at && one.from === from && one.to === to);
  return rows.length < 2 ? rows[0] : { ...rows.at(-1)!, marks: rows.flatMap(({ marks }) => marks) };
}

/**
 * One change of hands comes after another. Where a mark's time lies before that of the change planned earlier, the earlier one happened by then;
 * where nobody marked the later one, it happened no sooner than the earlier.
 */
function inOrder(changes: Change[]): void {
  for (let index = 1; index < changes.length; index++) {
    const change = changes[index]!;
    const before = changes[index - 1]!;
    if (change.at >= before.at) continue;
    if (isWord(change)) for (let earlier = index - 1; earlier >= 0 && changes[earlier]!.at > change.at; earlier--) changes[earlier]!.at = change.at;
    else change.at = before.at;
  }
}
