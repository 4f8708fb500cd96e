import type { ParentUser } from '../../core/actor.ts';
import type { ChildId, ParentId, RequestId } from '../../core/ids.ts';
import type { FamilyView } from '../../families/index.ts';
import type { Queryable } from '../../platform/database.ts';
import { paths } from '../../web/paths.ts';
import { dayOf } from '../engine/index.ts';
import type { Holder } from '../terms.ts';
import { instantsOf } from './lay-time.ts';
import { titleOf } from './sentences.ts';
import { type RequestRow, selectOpenRequests } from './store.ts';
import { isPlan, readAsked, type RequestKind, type RequestState } from './terms.ts';

/** A request that waits for an answer, as lists and calendars show it. Instants are milliseconds since 1970. */
export type OpenRequest = {
  id: RequestId;
  kind: RequestKind;
  /** "Swap of two Saturdays" */
  title: string;
  askedBy: ParentId;
  /** Asked by the reader, who waits for an answer. */
  mine: boolean;
  children: ChildId[];
  /** The time that would change, and who would have the children; nothing of a plan, which begins at `startsOn`. */
  pieces: { from: number; until: number; holder: Holder; childIds: ChildId[] }[];
  startsOn: string;
  respondBy: number;
  /** When it was asked, and under which number. */
  madeAt: number;
  pos: number;
  href: string;
};

/** Rows of `openRequestsColumn` as they are shown. */
export const showOpenRequests = (rows: readonly RequestRow[], { timeZone }: Pick<FamilyView, 'timeZone'>, reader: ParentId, now = Date.now()): OpenRequest[] =>
  rows
    .filter(({ state, respondBy }) => state === ('open' satisfies RequestState) && respondBy > now)
    .map(row => {
      const asked = readAsked(row.kind, row.terms);
      const pieces = isPlan(asked) ? [] : asked.terms.pieces.map(piece => ({ ...instantsOf(piece, timeZone), holder: piece.holder, childIds: row.children }));
      return {
        id: row.id,
        kind: row.kind,
        title: titleOf(asked, dayOf(now, timeZone)),
        askedBy: row.askedBy,
        mine: row.askedBy === reader,
        children: row.children,
        pieces,
        startsOn: isPlan(asked) ? asked.terms.from : asked.terms.pieces[0]!.from.day,
        respondBy: row.respondBy,
        madeAt: row.madeAt,
        pos: row.pos,
        href: paths.request.to({ requestId: row.id }),
      };
    });

/** What waits for an answer in a family that the reader shares: one statement. A page that reads the family itself takes `openRequestsColumn` along. */
export async function openRequests(db: Queryable, actor: ParentUser, family: FamilyView): Promise<OpenRequest[]> {
  const [found] = await db.query(selectOpenRequests, [actor.parentId, family.familyId]);
  return showOpenRequests(found?.openRequests ?? [], family, actor.parentId);
}
