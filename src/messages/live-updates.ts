import type { ParentUser } from '../core/actor.ts';
import type { FamilyId } from '../core/ids.ts';
import type { Database } from '../platform/database.ts';
import { listen } from '../platform/listen.ts';
import type { Logger } from '../platform/log.ts';
import { keepStreams } from '../web/keep-streams.ts';
import type { EventStream } from '../web/reply.ts';
import type { SessionStore } from '../web/session.ts';
import { selectCommentsAfter, selectStillSharing } from './thread-store.ts';

type Subscriber = { stream: EventStream; actor: ParentUser; familyId: FamilyId; sid: string; last: number };

/** Streams of new messages, by position and subject only: words are fetched by the page, which is when they are first viewed. */
export type LiveUpdates = {
  open(stream: EventStream, actor: ParentUser, familyId: FamilyId, sid: string, after: number): void;
  count(): number;
  close(): Promise<void>;
};

const rowsALook = 500;

export function liveUpdates(db: Database, store: SessionStore, log: Logger): LiveUpdates {
  const streams = keepStreams<FamilyId, Subscriber>(store, async subscribers => {
    const sharing = await db.query(selectStillSharing, [subscribers.map(one => one.actor.parentId), subscribers.map(one => one.familyId)]);
    const may = new Set(sharing.map(row => `${row.parentId} ${row.familyId}`));
    return ({ actor, familyId }) => may.has(`${actor.parentId} ${familyId}`);
  });

  /** Families whose record is being looked at, and whether something was announced meanwhile. */
  const looking = new Map<FamilyId, { again: boolean }>();

  /**
   * Sends each what was written since the last position that they have, with one look for all of them. An announcement says where to look and
   * nothing else: whoever may sign in to the database can make one. What is announced meanwhile is looked for again.
   */
  const look = async (familyId: FamilyId): Promise<void> => {
    const begun = looking.get(familyId);
    if (begun) return void (begun.again = true);
    const turn = { again: false };
    looking.set(familyId, turn);
    try {
      do {
        turn.again = false;
        // Not whoever comes while this is under way: what they have may be older.
        const present = [...streams.of(familyId)];
        if (present.length === 0) break;
        const rows = await db.query(selectCommentsAfter, [familyId, Math.min(...present.map(({ last }) => last)), rowsALook]);
        for (const subscriber of present) {
          for (const { pos, subjectId } of rows) {
            if (pos <= subscriber.last) continue;
            subscriber.last = pos;
            subscriber.stream.send({ name: 'comment', id: String(pos), data: { position: pos, subject: subjectId } });
          }
        }
        if (rows.length === rowsALook) turn.again = true;
      } while (turn.again);
    } catch {
      for (const { stream } of streams.of(familyId)) stream.end(); // the browsers come back with their last positions
    } finally {
      looking.delete(familyId);
    }
  };

  const listener = listen(
    db,
    'parley_comment',
    log,
    payload => void look(payload.split(' ')[0] as FamilyId),
    () => streams.groups().forEach(familyId => void look(familyId)),
  );

  return {
    open(stream, actor, familyId, sid, after) {
      streams.add(familyId, { stream, actor, familyId, sid, last: after });
      void look(familyId);
    },
    count: () => streams.all().length,
    async close() {
      streams.close();
      await listener.close();
    },
  };
}
