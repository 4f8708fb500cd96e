import type { ParentUser } from '../core/actor.ts';
import type { FamilyId } from '../core/ids.ts';
import type { Database } from '../platform/database.ts';
import { listen } from '../platform/listen.ts';
import type { Logger } from '../platform/log.ts';
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

/** How often rights and sessions behind open streams are looked at: a stream ends within this of its right. */
const recheckMs = 4000;

export function liveUpdates(db: Database, store: SessionStore, log: Logger): LiveUpdates {
  const families = new Map<string, Set<Subscriber>>();
  const all = () => [...families.values()].flatMap(subscribers => [...subscribers]);

  const listener = listen(
    db,
    'parley_comment',
    log,
    payload => {
      const [familyId, position, subject] = payload.split(' ') as [string, string, string];
      for (const subscriber of families.get(familyId) ?? []) announce(subscriber, Number(position), subject);
    },
    () => all().forEach(subscriber => void catchUp(subscriber)),
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

  const recheck = async (): Promise<void> => {
    const subscribers = all();
    if (subscribers.length === 0) return;
    const ended = await store.ended([...new Set(subscribers.map(subscriber => subscriber.sid))]);
    const sharing = await db.query(selectStillSharing, [subscribers.map(one => one.actor.parentId), subscribers.map(one => one.familyId)]);
    const may = new Set(sharing.map(row => `${row.parentId} ${row.familyId}`));
    for (const subscriber of subscribers) {
      if (!ended.has(subscriber.sid) && may.has(`${subscriber.actor.parentId} ${subscriber.familyId}`)) continue;
      subscriber.stream.send({ name: 'end', data: {} });
      subscriber.stream.end();
    }
  };
  const timer = setInterval(() => void recheck().catch(() => {}), recheckMs); // the database is away: streams are told by the listener when it is back

  return {
    open(stream, actor, familyId, sid, after) {
      const subscriber: Subscriber = { stream, actor, familyId, sid, last: after, busy: false, again: false };
      const subscribers = families.get(familyId) ?? new Set();
      families.set(familyId, subscribers);
      subscribers.add(subscriber);
      stream.onClose(() => {
        subscribers.delete(subscriber);
        if (subscribers.size === 0) families.delete(familyId);
      });
      void catchUp(subscriber);
    },
    count: () => all().length,
    async close() {
      clearInterval(timer);
      await listener.close();
    },
  };
}
