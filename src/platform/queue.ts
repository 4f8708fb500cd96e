import type { Logger as WorkerLogger, Runner, RunnerOptions, TaskList } from 'graphile-worker';
import pg from 'pg';
import { z } from 'zod';
import { describeError, type Logger } from './log.ts';
import { statement, type Transaction } from './database.ts';

/** A kind of work that is done later: its name, what it is told, and what it does. Safe to run twice. */
export type Job<Payload = unknown> = { name: string; payload: z.ZodType<Payload>; run: (payload: Payload) => Promise<void> };

export const job = <Payload>(definition: Job<Payload>): Job<Payload> => definition;

const addJob = statement<void>(
  'queue.add-job',
  `select from graphile_worker.add_job($1, $2::json, run_at => $3, job_key => $4, job_key_mode => 'preserve_run_at', max_attempts => 12, queue_name => $5)`,
);

/**
 * Puts work in the queue inside the caller's transaction: rolled back, it never was.
 * With a `key`, work that still waits under the same key is replaced and keeps its time. Of one `queue`, one is done at a time.
 */
export const enqueue = async (trx: Transaction, name: string, payload: object, options: { key?: string; runAt?: Date; queue?: string } = {}): Promise<void> => {
  await trx.query(addJob, [name, JSON.stringify(payload), options.runAt ?? null, options.key ?? null, options.queue ?? null]);
};

const addJobs = statement<void>(
  'queue.add-jobs',
  `select count(graphile_worker.add_job($1, j.payload::json, run_at => $2, job_key => j.key, job_key_mode => 'preserve_run_at', max_attempts => 12))
     from unnest($3::text[], $4::text[]) as j (payload, key)`,
);

/** The same for many pieces of work of one name and one time, in one statement. */
export const enqueueAll = async (
  trx: Transaction,
  name: string,
  jobs: readonly { payload: object; key: string }[],
  options: { runAt?: Date } = {},
): Promise<void> => {
  if (jobs.length === 0) return;
  await trx.query(addJobs, [name, options.runAt ?? null, jobs.map(({ payload }) => JSON.stringify(payload)), jobs.map(({ key }) => key)]);
};

export type Schedule = { job: string; cron: string };

/**
 * A worker that was killed leaves its job, and the queue that the job was of, locked for four hours: nobody's photo would be checked.
 * Whoever finds no other worker alive takes those locks off; a lock of the session says who is alive, and goes with the process.
 */
async function openDeadLocks(url: string, asRole: string | undefined, log: Logger): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'parley worker alive',
    keepAlive: true,
    ...(asRole ? { options: `-c role=${asRole}` } : {}),
  });
  client.on('error', error => log.warn(describeError(error), 'the worker lost a connection'));
  await client.connect();
  const { rows } = await client.query<{ alone: boolean }>('select pg_try_advisory_lock(7236011) as alone');
  if (rows[0]!.alone) {
    await client.query(`select graphile_worker.force_unlock_workers(array(
      select locked_by from graphile_worker._private_jobs where locked_by is not null union select locked_by from graphile_worker._private_job_queues where locked_by is not null))`);
  }
  await client.query('select pg_advisory_lock_shared(7236011)');
  if (rows[0]!.alone) await client.query('select pg_advisory_unlock(7236011)');
  return client;
}

/** Starts working on the queue. Ends with `stop()`, which finishes the job in hand. The library is loaded here, because whoever only enqueues does without it. */
export async function startWorker(url: string, asRole: string | undefined, jobs: readonly Job[], schedules: readonly Schedule[], log: Logger): Promise<Runner> {
  const { Logger: Quiet, parseCronItems, run } = await import('graphile-worker');
  const pool = new pg.Pool({ connectionString: url, max: 3, application_name: 'parley worker', ...(asRole ? { options: `-c role=${asRole}` } : {}) });
  pool.on('error', error => log.warn(describeError(error), 'the worker lost a connection'));
  pool.on('connect', client => client.on('error', () => {})); // reported by the pool; unheard, it would end the process
  const tasks: TaskList = {};
  for (const { name, payload, run: act } of jobs) {
    tasks[name] = async given => {
      const { _cron: _ignored, ...rest } = given as Record<string, unknown>;
      await act(payload.parse(rest));
    };
  }
  const alive = await openDeadLocks(url, asRole, log);
  const runner = await run({
    pgPool: pool,
    taskList: tasks,
    parsedCronItems: parseCronItems(schedules.map(({ cron, job: name }) => ({ task: name, match: cron, identifier: name, options: { backfillPeriod: 0 } }))),
    concurrency: 2,
    noHandleSignals: true,
    pollInterval: 2000,
    logger: quiet(Quiet, log),
  } as RunnerOptions);
  return {
    ...runner,
    async stop(reason?: string) {
      await runner.stop(reason);
      await alive.end();
      await pool.end();
    },
  } as Runner;
}

/** Graphile Worker's own words, of which only trouble is worth a line; its texts may quote a payload. */
function quiet(Quiet: typeof WorkerLogger, log: Logger): WorkerLogger {
  return new Quiet(() => (level, message) => {
    if (level === 'error' || level === 'warning') log.warn({ worker: message.split('\n')[0]!.slice(0, 200) }, 'job queue');
  });
}
