import type { User } from '../core/actor.ts';
import type { SchoolId } from '../core/ids.ts';
import type { Database } from '../platform/database.ts';
import { listen } from '../platform/listen.ts';
import type { Logger } from '../platform/log.ts';
import { keepStreams } from '../web/keep-streams.ts';
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

/** Four hundred adults who are invited at once change the counts once. */
const gatherMs = 250;

export function liveCounts(db: Database, store: SessionStore, log: Logger): LiveCounts {
  const streams = keepStreams<SchoolId, Subscriber>(store, async subscribers => {
    const working = await db.query(selectStillInOffice, [subscribers.map(one => one.actor.accountId), subscribers.map(one => one.schoolId)]);
    const may = new Set(working.map(row => `${row.accountId} ${row.schoolId}`));
    return ({ actor, schoolId }) => may.has(`${actor.accountId} ${schoolId}`);
  });
  const due = new Set<SchoolId>();
  let gathering: NodeJS.Timeout | undefined;

  const tell = (schoolId: SchoolId): void => {
    if (!streams.has(schoolId)) return;
    due.add(schoolId);
    gathering ??= setTimeout(() => void sendDue(), gatherMs);
  };
  const listener = listen(
    db,
    'parley_school',
    log,
    payload => tell(payload as SchoolId),
    () => streams.groups().forEach(tell),
  );

  const sendDue = async (): Promise<void> => {
    gathering = undefined;
    const asked = [...due];
    due.clear();
    try {
      const rows = await db.query(selectCounts, [asked]);
      for (const { schoolId, counts } of rows) {
        for (const { stream } of streams.of(schoolId)) stream.send({ name: 'counts', data: counts });
      }
    } catch {
      // The database is away: each browser comes back and is told how things are then.
      for (const schoolId of asked) for (const { stream } of streams.of(schoolId)) stream.end();
    }
  };

  return {
    open(stream, actor, schoolId, sid) {
      streams.add(schoolId, { stream, actor, schoolId, sid });
      // Between the page and this stream something may have changed.
      tell(schoolId);
    },
    count: () => streams.all().length,
    async close() {
      streams.close();
      clearTimeout(gathering);
      await listener.close();
    },
  };
}
