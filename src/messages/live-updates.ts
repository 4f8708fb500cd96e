import type { ParentUser } from '../core/actor.ts';
import type { FamilyId } from '../core/ids.ts';
import type { Database } from '../platform/database.ts';
import { listen } from '../platform/listen.ts';
import type { Logger } from '../platform/log.ts';
import { keepStreams } from '../web/keep-streams.ts';
import type { EventStream } from '../web/reply.ts';
import type { SessionStore } from '../web/session.ts';
import { selectCommentsAfter, selectStillSharing } from './thread-store.ts';

type Subscriber = { stream: EventStream; actor: ParentUser; familyId: FamilyId; sid: string; last: number; busy: boolean; again: boolean };

/** Streams of new messages, by position and subject only: words are fetched by the page, which is when they are first viewed. */
export type LiveUpdates = {
  open(stream: EventStream, actor: ParentUser, familyId: FamilyId, sid: string, after: number): void;
  count(): number;
  close(): Promise<void>;
};

export function liveUpdates(db: Database, store: SessionStore, log: Logger): LiveUpdates {
  const streams = keepStreams<string, Subscriber>(store, async subscribers => {
    const sharing = await db.query(selectStillSharing, [subscribers.map(one => one.actor.parentId), subscribers.map(one => one.familyId)]);
    const may = new Set(sharing.map(row => `${row.parentId} ${row.familyId}`));
    return ({ actor, familyId }) => may.has(`${actor.parentId} ${familyId}`);
  });

  const listener = listen(
    db,
    'parley_comment',
    log,
    payload => {
      const [familyId, position, subject] = payload.split(' ') as [string, string, string];
      for (const subscriber of streams.of(familyId)) announce(subscriber, Number(position), subject);
    },
    () => streams.all().forEach(subscriber => void catchUp(subscriber)),
  );

  // Announcements come in the order of commits, which within a family is the order of positions.
  const announce = (subscriber: Subscriber, position: number, subject: string): void => {
    if (subscriber.busy) subscriber.again = true;
    else if (position > subscriber.last) {
      subscriber.last = position;
      subscriber.stream.send({ name: 'comment', id: String(position), data: { position, subject } });
    }
  };

  /** Sends what was written since the last position that this stream has. What is announced meanwhile is looked for again. */
  const catchUp = async (subscriber: Subscriber): Promise<void> => {
    if (subscriber.busy) return void (subscriber.again = true);
    subscriber.busy = true;
    try {
      do {
        subscriber.again = false;
        const rows = await db.query(selectCommentsAfter, [subscriber.actor.parentId, subscriber.familyId, subscriber.last]);
        for (const { pos, subjectId } of rows) {
          subscriber.last = pos;
          subscriber.stream.send({ name: 'comment', id: String(pos), data: { position: pos, subject: subjectId } });
        }
        if (rows.length === 500) subscriber.again = true;
      } while (subscriber.again);
    } catch {
      subscriber.stream.end(); // the browser comes back with its last position
    } finally {
      subscriber.busy = false;
    }
  };

  return {
    open(stream, actor, familyId, sid, after) {
      const subscriber: Subscriber = { stream, actor, familyId, sid, last: after, busy: false, again: false };
      streams.add(familyId, subscriber);
      void catchUp(subscriber);
    },
    count: () => streams.all().length,
    async close() {
      streams.close();
      await listener.close();
    },
  };
}
