import { openSteps, type Step } from '../../audit/steps.ts';
import type { ParentUser } from '../../core/actor.ts';
import { NotFound } from '../../core/errors.ts';
import type { RequestId } from '../../core/ids.ts';
import type { FamilyView } from '../../families/index.ts';
import type { Queryable } from '../../platform/database.ts';
import type { Keyring } from '../../platform/keyring.ts';
import type { Calendars, KnownCalendars } from '../read-calendars.ts';
import { type CalendarStatements, familyCalendars } from '../store.ts';
import { type RequestRow, selectRequest } from './store.ts';
import { type Asked, readAsked } from './terms.ts';

export type OpenedRequest = {
  row: RequestRow;
  asked: Asked;
  /** The whole negotiation, the oldest first. */
  chain: { row: RequestRow; asked: Asked }[];
  /** Everything that was done in it, in order. */
  steps: Step<RequestId>[];
  unseen: boolean;
  family: FamilyView;
  calendars: Calendars;
};

/** A request with its negotiation, its family, and what is agreed: two statements. Refuses where it is nobody's, or another family's. */
export const readRequest = (db: Queryable, known: KnownCalendars, keyring: Keyring, actor: ParentUser, requestId: RequestId): Promise<OpenedRequest> =>
  readRequestWith(db, known, familyCalendars, keyring, actor, requestId);

/** The same, with what a page wants to know besides of the family. */
export async function readRequestWith<More extends object>(
  db: Queryable,
  known: KnownCalendars,
  statements: CalendarStatements<More>,
  keyring: Keyring,
  actor: ParentUser,
  requestId: RequestId,
): Promise<OpenedRequest & { family: FamilyView & More }> {
  const [found] = await db.query(selectRequest, [actor.parentId, requestId]);
  if (!found) throw new NotFound();
  const { family, calendars } = await known.readWith(db, statements, actor, found.familyId);
  const chain = found.chain.map(row => ({ row, asked: readAsked(row.kind, row.terms) }));
  const { row, asked } = chain.find(one => one.row.id === requestId)!;
  return { row, asked, chain, steps: openSteps(keyring, found.steps), unseen: found.unseen, family, calendars };
}
