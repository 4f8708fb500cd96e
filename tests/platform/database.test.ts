import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { statement } from '../../src/platform/database.ts';
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

async function waiting(most: number): Promise<void> {
  for (;;) {
    const { rows } = await database.admin.query<{ n: number }>(
      `select count(*)::int as n from pg_locks where locktype = 'advisory' and classid = 99 and not granted`,
    );
    if (rows[0]!.n >= most) return;
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}
