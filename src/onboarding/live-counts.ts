import type { User } from '../core/actor.ts';
import type { SchoolId } from '../core/ids.ts';
import type { Database } from '../platform/database.ts';
import { listen } from '../platform/listen.ts';
import type { Logger } from '../platform/log.ts';
import type { EventStream } from '../web/reply.ts';
import type { SessionStore } from '../web/session.ts';
import { selectCounts, selectStillInOffice } from './dashboard-store.ts';

type Subscriber = { stream: EventStream; actor: User; schoolId: SchoolId; sid: string };

/** Streams of a school's counts, as they change. */
export type LiveCounts = {
  open(stream: EventStream, actor: User, schoolId: SchoolId, sid: string): void;
  count(): number;
  close(): Promise<void>;
};

/** How often rights and sessions behind open streams are looked at: a stream ends within this of its right. */
const recheckMs = 4000;
/** Four hundred adults who are invited at once change the counts once. */
const gatherMs = 250;

export function liveCounts(db: Database, store: SessionStore, log: Logger): LiveCounts {
  const schools = new Map<SchoolId, Set<Subscriber>>();
  const all = () => [...schools.values()].flatMap(subscribers => [...subscribers]);
  const due = new Set<SchoolId>();
  let gathering: NodeJS.Timeout | undefined;

  const tell = (schoolId: SchoolId): void => {
    if (!schools.has(schoolId)) return;
    due.add(schoolId);
    gathering ??= setTimeout(() => void sendDue(), gatherMs);
  };
  const listener = listen(
    db,
    'parley_school',
    log,
    payload => tell(payload as SchoolId),
    () => [...schools.keys()].forEach(tell),
  );

  const sendDue = async (): Promise<void> => {
    gathering = undefined;
    const asked = [...due];
    due.clear();
    try {
      const rows = await db.query(selectCounts, [asked]);
      for (const { schoolId, counts } of rows) {
        for (const { stream } of schools.get(schoolId) ?? []) stream.send({ name: 'counts', data: counts });
      }
    } catch {
      // The database is away: each browser comes back and is told how things are then.
      for (const schoolId of asked) for (const { stream } of schools.get(schoolId) ?? []) stream.end();
    }
  };

  const recheck = async (): Promise<void> => {
    const subscribers = all();
    if (subscribers.length === 0) return;
    const ended = await store.ended([...new Set(subscribers.map(subscriber => subscriber.sid))]);
    const working = await db.query(selectStillInOffice, [subscribers.map(one => one.actor.accountId), subscribers.map(one => one.schoolId)]);
    const may = new Set(working.map(row => `${row.accountId} ${row.schoolId}`));
    for (const subscriber of subscribers) {
      if (!ended.has(subscriber.sid) && may.has(`${subscriber.actor.accountId} ${subscriber.schoolId}`)) continue;
      subscriber.stream.send({ name: 'end', data: {} });
      subscriber.stream.end();
    }
  };
  const timer = setInterval(() => void recheck().catch(() => {}), recheckMs); // the database is away: the listener tells when it is back

  return {
    open(stream, actor, schoolId, sid) {
      const subscriber: Subscriber = { stream, actor, schoolId, sid };
      const subscribers = schools.get(schoolId) ?? new Set();
      schools.set(schoolId, subscribers);
      subscribers.add(subscriber);
      stream.onClose(() => {
        subscribers.delete(subscriber);
        if (subscribers.size === 0) schools.delete(schoolId);
      });
      // Between the page and this stream something may have changed.
      tell(schoolId);
    },
    count: () => all().length,
    async close() {
      clearInterval(timer);
      clearTimeout(gathering);
      await listener.close();
    },
  };
}
