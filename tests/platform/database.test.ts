import { once } from 'node:events';
import net from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, statement } from '../../src/platform/database.ts';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await cloneDatabase();
});
afterAll(() => database.close());

// One after the other, whatever order a planner likes: the second is asked with what the first gave.
const lockTwo = statement<{ done: boolean }>(
  'test.lock-two',
  `with one as materialized (select pg_advisory_xact_lock(99, 1), clock_timestamp() as at)
   select pg_advisory_xact_lock(99, 2 + (extract(epoch from one.at) * 0)::int) is not null as done from one`,
);

describe('a change that is a statement by itself', () => {
  it('is made again where PostgreSQL gave it up so that another could go on', async () => {
    const { admin } = database;
    await admin.query('begin');
    await admin.query('select pg_advisory_xact_lock(99, 2)');
    const written = database.db.write(lockTwo, []);
    await waiting(1);
    // Each now waits for the other; the one that waited first is given up.
    await admin.query('select pg_advisory_xact_lock(99, 1)');
    await admin.query('commit');
    expect(await written).toEqual([{ done: true }]);
    await database.db.pool.query('select pg_stat_force_next_flush()');
    const counted = await database.admin.query<{ deadlocks: number }>(`select deadlocks::int from pg_stat_database where datname = current_database()`);
    expect(counted.rows[0]!.deadlocks).toBeGreaterThan(0);
  });
});

describe('a connection of its own', () => {
  it('that is ended in the same breath as it begins does not end the process', async () => {
    const message = (type: string, body: Buffer) => {
      const length = Buffer.alloc(4);
      length.writeInt32BE(body.length + 4);
      return Buffer.concat([Buffer.from(type), length, body]);
    };
    const fatal = Buffer.from('SFATAL\0C57P01\0Mterminating connection due to administrator command\0\0');
    const server = net.createServer(socket => {
      socket.on('error', () => {});
      // Signed in, ready, and ended: as one piece, so that nothing runs in between.
      socket.once('data', () => socket.end(Buffer.concat([message('R', Buffer.alloc(4)), message('Z', Buffer.from('I')), message('E', fatal)])));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as net.AddressInfo;
    const db = openDatabase({ url: `postgres://nobody@127.0.0.1:${port}/nowhere`, onIdleError: () => {} });
    try {
      const client = await db.dedicated();
      await expect(client.query('listen anything')).rejects.toThrow();
    } finally {
      await db.close();
      server.close();
    }
  });
});

async function waiting(most: number): Promise<void> {
  for (;;) {
    const { rows } = await database.admin.query<{ n: number }>(
      `select count(*)::int as n from pg_locks where locktype = 'advisory' and classid = 99 and not granted`,
    );
    if (rows[0]!.n >= most) return;
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}
