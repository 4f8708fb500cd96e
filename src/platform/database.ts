import pg from 'pg';
import type { Actor } from '../core/actor.ts';

/**
 * A statement that is written once and planned once: the name goes to PostgreSQL, which keeps the plan.
 * Names are unique in the program; a text never varies under one name.
 */
export type Statement<Row> = { name: string; text: string; row?: Row };

const names = new Set<string>();
/** Declares a statement and the shape of its rows. Refuses a name that is taken, because two texts under one name is an error at run time. */
export function statement<Row>(name: string, text: string): Statement<Row> {
  if (names.has(name)) throw new Error(`two statements are called ${name}`);
  names.add(name);
  return { name, text };
}

/** What can be asked for rows: the pool, or a transaction. */
export interface Queryable {
  /** Runs a statement that is known beforehand. */
  query<Row>(statement: Statement<Row>, values: readonly unknown[]): Promise<Row[]>;
  /** Runs a statement that changes something and, outside a transaction, is one by itself: stored when it is answered. */
  write<Row>(statement: Statement<Row>, values: readonly unknown[]): Promise<Row[]>;
}

export interface Transaction extends Queryable {
  readonly transaction: true;
}

/** One unit of work: who acts, when, and the transaction it all happens in. Exactly these three. */
export type Work<A extends Actor = Actor> = { actor: A; now: Temporal.Instant; trx: Transaction };

type Transact = <A extends Actor, Result>(actor: A, act: (work: Work<A>) => Promise<Result>) => Promise<Result>;

export interface Database extends Queryable {
  transact: Transact;
  /** A connection of its own, outside the pool, for LISTEN. */
  dedicated(): Promise<pg.Client>;
  pool: pg.Pool;
  close(): Promise<void>;
}

const run = (queryable: pg.Pool | pg.PoolClient): Omit<Queryable, 'write'> => ({
  async query<Row>(known: Statement<Row>, values: readonly unknown[]) {
    const result = await queryable.query({ name: known.name, text: known.text, values: values as unknown[] });
    return result.rows as Row[];
  },
});

/** Everything one connection does within a transaction. */
const within = (client: pg.PoolClient): Transaction => {
  const one = run(client);
  return { ...one, write: one.query, transaction: true };
};

/** The line broke between a commit and its acknowledgement: it may be stored, or not. */
export class OutcomeUnknown extends Error {}

/** PostgreSQL gave up this transaction so that another could go on: safe to do again from the start. */
const isRetryable = (error: unknown): boolean => error instanceof Error && 'code' in error && (error.code === '40001' || error.code === '40P01');

async function retried<Result>(act: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await act();
    } catch (error) {
      if (attempt === 3 || !isRetryable(error)) throw error;
    }
  }
}

type DatabaseOptions = {
  url: string;
  /** Where the clock comes from; tests may turn it. The record has the database's own. */
  clock?: () => Temporal.Instant;
  max?: number;
  /** Told of connections that break while idle. Without a listener, a database restart would end the process. */
  onIdleError: (error: Error) => void;
  /** A role to take on after signing in, where the sign-in itself is a superuser's (development only). */
  asRole?: string | undefined;
};

/**
 * A day that names no zone is a day in UTC, whatever the server's own. Discs have no head to move, so an index is worth it on small tables
 * too; no plan here is long enough to be worth compiling, and each statement is planned once.
 */
const settings = '-c timezone=UTC -c random_page_cost=1.1 -c jit=off -c plan_cache_mode=force_generic_plan';

export function openDatabase(options: DatabaseOptions): Database {
  const { url, clock = () => Temporal.Now.instant(), onIdleError } = options;
  const connection = {
    connectionString: url,
    application_name: 'parley',
    keepAlive: true,
    options: options.asRole ? `${settings} -c role=${options.asRole}` : settings,
  };
  const pool = new pg.Pool({ ...connection, max: options.max ?? 10, connectionTimeoutMillis: 3000, idleTimeoutMillis: 60_000, query_timeout: 12_000 });
  // A connection in use has no listener of the pool's: unheard, a broken line would end the process.
  pool.on('connect', client => client.on('error', () => {}));
  pool.on('error', onIdleError);

  const once: Transact = async (actor, act) => {
    const client = await pool.connect();
    let broken: Error | undefined;
    try {
      // One actor's changes happen one after another, so that a double press finds what the first press did.
      await client.query(actor.kind === 'user' ? `begin; select pg_advisory_xact_lock(7236002, hashtext('${actor.accountId}'))` : 'begin');
      const result = await act({ actor, now: clock(), trx: within(client) });
      await client.query('commit').catch((error: Error) => {
        throw isUnavailable(error) ? new OutcomeUnknown(error.message, { cause: error }) : error;
      });
      return result;
    } catch (error) {
      if (error instanceof Error && /Query read timeout/.test(error.message)) broken = error;
      else
        await client.query('rollback').catch((failed: Error) => {
          broken = failed;
        });
      throw error;
    } finally {
      client.release(broken);
    }
  };

  const writeOnce = async <Row>(known: Statement<Row>, values: readonly unknown[]): Promise<Row[]> => {
    const client = await pool.connect();
    let broken: Error | undefined;
    try {
      return await run(client).query(known, values);
    } catch (error) {
      // A server that is leaving says so before it closes the line, which must not be given to anybody else.
      if (isUnavailable(error)) broken = error as Error;
      if (isAnswer(error)) throw error;
      broken = error as Error;
      throw isUnavailable(error) ? new OutcomeUnknown(broken.message, { cause: error }) : error;
    } finally {
      client.release(broken);
    }
  };

  return {
    ...run(pool),
    pool,
    write: (known, values) => retried(() => writeOnce(known, values)),
    transact: (actor, act) => retried(() => once(actor, act)),
    async dedicated() {
      const client = new pg.Client({ ...connection, application_name: 'parley listener' });
      // A server may say goodbye in the same breath as welcome, before whoever asked can listen: unheard, that would end the process.
      client.on('error', () => {});
      await client.connect();
      return client;
    },
    close: () => pool.end(),
  };
}

/** The database's own answer to a statement: refused, and nothing is stored. */
export const isAnswer = (error: unknown): boolean => error instanceof pg.DatabaseError;

/** The name of the constraint that a failed statement broke, if it was one. */
export const brokenConstraint = (error: unknown): string | undefined =>
  error instanceof pg.DatabaseError && error.code?.startsWith('23') ? error.constraint : undefined;

/** Whether schema record refused it for this reason: one of the codes P0R01 and on, listed in migrations/record/0002_record.sql. */
export const isRecordFault = (error: unknown, code: string): boolean => error instanceof pg.DatabaseError && error.code === code;

/** The database is away, restarting or full: worth trying again, and no fault of the request. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  if (/^(57P0[123]|57014|55P03|08|53|25P03|25P04)/.test(code)) return true;
  if (['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND'].includes(code)) return true;
  return /Connection terminated|Query read timeout|timeout exceeded when trying to connect|Client has encountered a connection error/.test(error.message);
}

/** Values that PostgreSQL cannot hold (class 22): the request's fault, should one ever get past the forms. */
export const isBadData = (error: unknown): boolean => error instanceof pg.DatabaseError && (error.code?.startsWith('22') ?? false);
