import type { EventStream } from './reply.ts';
import type { SessionStore } from './session.ts';

/** How often rights and sessions behind open streams are looked at: a stream ends within this of its right. */
const recheckMs = 4000;

type KeptStreams<Group, One> = {
  /** Keeps a stream until its browser leaves. */
  add(group: Group, one: One): void;
  of(group: Group): Iterable<One>;
  has(group: Group): boolean;
  groups(): Group[];
  all(): One[];
  close(): void;
};

/**
 * The streams that are open, by what they are about. `rights` is asked every few seconds about all of them at once and gives what says of each
 * whether it may go on; one that may not, or whose session has ended, is told so and ended.
 */
export function keepStreams<Group, One extends { stream: EventStream; sid: string }>(
  store: SessionStore,
  rights: (all: readonly One[]) => Promise<(one: One) => boolean>,
): KeptStreams<Group, One> {
  const groups = new Map<Group, Set<One>>();
  const all = () => [...groups.values()].flatMap(some => [...some]);

  const recheck = async (): Promise<void> => {
    const open = all();
    if (open.length === 0) return;
    const ended = await store.ended([...new Set(open.map(({ sid }) => sid))]);
    const may = await rights(open);
    for (const one of open) {
      if (!ended.has(one.sid) && may(one)) continue;
      one.stream.send({ name: 'end', data: {} });
      one.stream.end();
    }
  };
  const timer = setInterval(() => void recheck().catch(() => {}), recheckMs); // the database is away: streams are told by the listener when it is back

  return {
    add(group, one) {
      const some = groups.getOrInsertComputed(group, () => new Set());
      some.add(one);
      one.stream.onClose(() => {
        some.delete(one);
        if (some.size === 0) groups.delete(group);
      });
    },
    of: group => groups.get(group) ?? [],
    has: group => groups.has(group),
    groups: () => [...groups.keys()],
    all,
    close: () => clearInterval(timer),
  };
}
