import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { job, startWorker } from '../../src/platform/queue.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
let app: TestApp;
beforeAll(async () => {
  database = await cloneDatabase();
  app = await startApp(database);
});
afterAll(async () => {
  await app.close();
  await database.close();
});

it('what a worker had in hand when it was killed is done by the next one, and nothing is taken from a worker that is alive', async () => {
  const done: string[] = [];
  const noted = job({ name: 'test.note', payload: z.object({ what: z.string() }), run: async ({ what }) => void done.push(what) });
  const start = () => startWorker(database.appUrl, undefined, [noted as never], [], app.services.log);
  const add = async (what: string) => {
    await database.admin.query(`select from graphile_worker.add_job('test.note', json_build_object('what', $1::text), queue_name => 'photos')`, [what]);
  };
  const lock = async () => {
    await database.admin.query(`update graphile_worker._private_jobs set locked_at = now(), locked_by = 'pool-of-the-dead'`);
    await database.admin.query(`update graphile_worker._private_job_queues set locked_at = now(), locked_by = 'pool-of-the-dead'`);
  };
  await add('in hand');
  await lock();
  await add('behind it');
  const first = await start();
  await expect.poll(() => done, { timeout: 10_000 }).toEqual(['in hand', 'behind it']);

  await first.stop();
  await add('another’s');
  await lock();
  const held = await database.admin.query('select pg_advisory_lock_shared(7236011)');
  expect(held.rowCount).toBe(1);
  const second = await start();
  await new Promise(resolve => setTimeout(resolve, 500));
  expect(done).toHaveLength(2);
  await second.stop();
});
