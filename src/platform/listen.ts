import type pg from 'pg';
import type { Database } from './database.ts';
import { describeError, type Logger } from './log.ts';

/** Hears what the database announces on a channel, over one connection of its own, for as long as the program runs. */
type Listener = {
  close(): Promise<void>;
};

/**
 * Listens, and listens again after a break. What was announced before is gone, so `onConnect` is called each time:
 * whoever depends on hearing everything must look for itself then.
 */
export function listen(db: Database, channel: string, log: Logger, onMessage: (payload: string) => void, onConnect: () => void): Listener {
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const connect = async (): Promise<void> => {
    if (closed) return;
    try {
      const next = await db.dedicated();
      if (closed) return void next.end();
      client = next;
      next.on('error', error => log.warn(describeError(error), 'the listener lost its connection'));
      next.on('end', again);
      // Until everyone has looked for what came before, a message would hide that something is missing.
      let listening = false;
      next.on('notification', ({ payload }) => listening && payload !== undefined && onMessage(payload));
      await next.query(`listen ${channel}`);
      listening = true;
      onConnect();
    } catch {
      again();
    }
  };
  const again = (): void => {
    client = undefined;
    clearTimeout(timer); // a break may be told twice
    if (!closed) timer = setTimeout(() => void connect(), 500);
  };
  void connect();
  return {
    async close() {
      closed = true;
      clearTimeout(timer);
      await client?.end().catch(() => {});
    },
  };
}
