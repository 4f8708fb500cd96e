import { createHmac, hash, randomBytes, timingSafeEqual } from 'node:crypto';
import connectPgSimple from 'connect-pg-simple';
import type { Request, RequestHandler, Response } from 'express';
import session from 'express-session';
import type pg from 'pg';
import type { User } from '../core/actor.ts';
import type { AccountId, ParentId } from '../core/ids.ts';
import { gather } from '../platform/gather.ts';
import { paths } from './paths.ts';

/**
 * What a session holds, written once at sign-in and never again. A request in flight that changed it would write the row back
 * after the person signed out, and the session would live on.
 */
declare module 'express-session' {
  interface SessionData {
    accountId: AccountId;
    parentId: ParentId | null;
    /** Milliseconds since 1970: the absolute end counts from here. */
    signedInAt: number;
    idleMinutes: number;
    absoluteMinutes: number;
    /** The screen is locked. Read with the rest from a column of its own, and never a part of what is written. */
    locked?: boolean;
  }
}

/** Idle and absolute ends, in minutes. */
export const sessionLengths = {
  parent: { idleMinutes: 30, absoluteMinutes: 12 * 60 },
  /** "Other people use this device" */
  shared: { idleMinutes: 10, absoluteMinutes: 2 * 60 },
  staff: { idleMinutes: 15, absoluteMinutes: 8 * 60 },
} as const;

const PgStore = connectPgSimple(session);
const minute = 60_000;

/** connect-pg-simple, with each session's own idle time, at most one touch a minute, and statements that PostgreSQL plans once. */
export class SessionStore extends PgStore {
  readonly #pool: pg.Pool;
  readonly #touched = new Map<string, number>();

  constructor(pool: pg.Pool, onError: (...what: unknown[]) => void) {
    const named = {
      query: (text: string, values: unknown[]) => pool.query({ name: `session ${hash('sha1', text, 'base64url')}`, text, values }),
    };
    super({ pool: named as unknown as pg.Pool, schemaName: 'parley', tableName: 'sessions', pruneSessionInterval: 15 * 60, errorLog: onError });
    this.#pool = pool;
  }

  /** For everybody who asks at the same moment at once, because every page of everybody who is signed in begins with it. */
  readonly #read = gather(
    async (sids: readonly string[]) => {
      const { rows } = await this.#pool.query<{ sid: string; sess: string }>({
        // Whether the screen is locked comes with the session, so that no page asks for it and none can forget to.
        name: 'session read',
        text: `select sid, (sess || jsonb_build_object('locked', locked_at is not null))::text as sess from parley.sessions where sid = any($1) and expire > now()`,
        values: [sids],
      });
      const found = new Map(rows.map(({ sid, sess }) => [sid, sess]));
      return sids.map(sid => found.get(sid));
    },
    { most: 50 },
  );

  override get(sid: string, done: (error: unknown, data?: session.SessionData | null) => void): void {
    this.#read(sid).then(
      // Read anew for each: what express-session is given becomes the request's own.
      sess => done(null, sess === undefined ? null : (JSON.parse(sess) as session.SessionData)),
      (error: unknown) => done(error),
    );
  }

  override set(sid: string, data: session.SessionData, done?: (error?: unknown) => void): void {
    (this as unknown as { ttl: number }).ttl = data.idleMinutes * 60; // read at once by the library
    this.#touched.set(sid, Date.now());
    super.set(sid, data, done as (error?: unknown) => void);
  }

  override touch(sid: string, data: session.SessionData, done?: () => void): void {
    const now = Date.now();
    if (byItself(data) || now - (this.#touched.get(sid) ?? 0) < minute) return void done?.();
    if (this.#touched.size > 10_000) this.#touched.clear();
    this.#touched.set(sid, now);
    // An update and nothing else: a session that has ended meanwhile, or was idle for too long, stays ended.
    this.#pool
      .query({
        name: 'session touch',
        text: `update parley.sessions set expire = now() + make_interval(mins => $2) where sid = $1 and expire > now()`,
        values: [sid, data.idleMinutes],
      })
      .then(
        () => done?.(),
        () => done?.(),
      );
  }

  /** Which of these sessions have ended, or are locked. For streams, which outlive the request that opened them. */
  async ended(sids: readonly string[]): Promise<Set<string>> {
    const { rows } = await this.#pool.query<{ sid: string }>({
      name: 'session alive',
      text: `select sid from parley.sessions where sid = any($1) and expire > now() and locked_at is null
               and to_timestamp((sess ->> 'signedInAt')::float8 / 1000) + make_interval(mins => (sess ->> 'absoluteMinutes')::int) > now()`,
      values: [sids],
    });
    const alive = new Set(rows.map(row => row.sid));
    return new Set(sids.filter(sid => !alive.has(sid)));
  }

  /** Locks the screen of this session. One that is locked stays as it is: locking again earns no new attempts. */
  async lock(sid: string): Promise<void> {
    await this.#pool.query({
      name: 'session lock',
      text: `update parley.sessions set locked_at = now(), unlock_attempts = 0, unlock_after = null where sid = $1 and locked_at is null`,
      values: [sid],
    });
  }

  /** Counts an attempt to unlock before it is tried, so that many at once get no more guesses than one after another. Null where none may be made now. */
  async countUnlocking(sid: string, delays: readonly number[]): Promise<{ attempts: number } | null> {
    const { rows } = await this.#pool.query<{ attempts: number }>({
      name: 'session count unlocking',
      text: `update parley.sessions
                set unlock_attempts = unlock_attempts + 1, unlock_after = now() + make_interval(secs => ($2::int[])[unlock_attempts + 1])
              where sid = $1 and locked_at is not null and unlock_attempts < cardinality($2::int[]) and (unlock_after is null or unlock_after <= now())
          returning unlock_attempts as attempts`,
      values: [sid, delays],
    });
    return rows[0] ?? null;
  }

  /** When this locked session may try again; null where it is not locked. */
  async lockedUntil(sid: string): Promise<{ retryAt: Date | null; attempts: number } | null> {
    const { rows } = await this.#pool.query<{ retryAt: Date | null; attempts: number }>({
      name: 'session locked until',
      text: `select unlock_after as "retryAt", unlock_attempts as attempts from parley.sessions where sid = $1 and locked_at is not null`,
      values: [sid],
    });
    return rows[0] ?? null;
  }

  async unlock(sid: string): Promise<void> {
    await this.#pool.query({
      name: 'session unlock',
      text: `update parley.sessions set locked_at = null, unlock_attempts = 0, unlock_after = null where sid = $1`,
      values: [sid],
    });
  }
}

/**
 * Whether a page asked by itself, for what is new or for a stream: that keeps nobody's session awake, or whoever writes to somebody would keep
 * theirs open on a screen that nobody sits at. Browsers tell what a person opens or sends from what a script fetches. Writing is a person's doing.
 */
function byItself(data: session.SessionData): boolean {
  const { req: request } = data as { req?: Request }; // express-session gives each session its request
  const mode = request?.get('Sec-Fetch-Mode');
  return mode !== undefined && mode !== 'navigate' && request?.pattern !== paths.writing;
}

export type Sessions = { store: SessionStore; secrets: string[]; https: boolean; load: RequestHandler };

export const cookieName = (https: boolean): string => (https ? '__Host-session' : 'session');

export function openSessions(store: SessionStore, secrets: string[], https: boolean): Sessions {
  const load = session({
    name: cookieName(https),
    secret: secrets,
    store,
    resave: false,
    saveUninitialized: false,
    cookie: { httpOnly: true, sameSite: 'lax', secure: https, path: '/' },
  });
  return { store, secrets, https, load };
}

/**
 * Gives each request `user()`. The store is asked only when a page wants to know, so public pages, errors and the way out
 * work while the database is away.
 */
export const knowUser =
  ({ load }: Sessions): RequestHandler =>
  (request, response, next) => {
    let asked: Promise<User | null> | undefined;
    request.user = () => (asked ??= userOf(request, response, load));
    next();
  };

async function userOf(request: Request, response: Response, load: RequestHandler): Promise<User | null> {
  if (!/session=/.test(request.headers.cookie ?? '')) return null;
  await loadSession(request, response, load);
  const { accountId, parentId, signedInAt, absoluteMinutes } = request.session;
  if (!accountId || signedInAt === undefined || absoluteMinutes === undefined) return null;
  if (Date.now() > signedInAt + absoluteMinutes * minute) {
    await endSession(request);
    return null;
  }
  return { kind: 'user', accountId, parentId: parentId ?? null };
}

const loadSession = (request: Request, response: Response, load: RequestHandler): Promise<void> =>
  new Promise((resolve, reject) => {
    void load(request, response, (error?: unknown) => (error ? reject(error as Error) : resolve()));
  });

/** Begins a session under a new id, whatever the browser brought along, and stores it before anything is answered. */
export async function beginSession(
  request: Request,
  response: Response,
  { load, https }: Sessions,
  data: { accountId: AccountId; parentId: ParentId | null; idleMinutes: number; absoluteMinutes: number },
): Promise<void> {
  if (https && !request.secure) {
    // The cookie would be left out in silence, and whoever signs in would be asked to sign in.
    throw new Error(
      'Nobody can sign in: PARLEY_BASE_URL begins with https, and this request did not come by it. Set PARLEY_TRUST_PROXY to how many proxies stand in front, and have them send X-Forwarded-Proto.',
    );
  }
  if (!request.session) await loadSession(request, response, load);
  await new Promise<void>((resolve, reject) => request.session.regenerate((error: unknown) => (error ? reject(error as Error) : resolve())));
  Object.assign(request.session, data, { signedInAt: Date.now() });
  await new Promise<void>((resolve, reject) => request.session.save((error: unknown) => (error ? reject(error as Error) : resolve())));
}

export const endSession = (request: Request): Promise<void> =>
  new Promise((resolve, reject) => {
    if (!request.session) return resolve();
    request.session.destroy((error: unknown) => (error ? reject(error as Error) : resolve()));
  });

// ------------------------------------------------------------------ a device that has signed in before

/** Recognises a device of this address, so that somebody else's wrong guesses do not slow its owner down. */
export const deviceCookie = 'device';

export function newDevice(secret: string, address: Buffer): string {
  const id = randomBytes(12).toString('base64url');
  return `${id}.${mark(secret, id, address)}`;
}

/** The id of the device, where the cookie is ours and was given for this address. */
export function knownDevice(request: Request, secrets: string[], address: Buffer): string | null {
  const value = new RegExp(`(?:^|;\\s*)${deviceCookie}=([\\w-]{16})\\.([\\w-]{43})(?:;|$)`).exec(request.headers.cookie ?? '');
  if (!value) return null;
  const [, id, given] = value as unknown as [string, string, string];
  return secrets.some(secret => timingSafeEqual(Buffer.from(mark(secret, id, address)), Buffer.from(given))) ? id : null;
}

const mark = (secret: string, id: string, address: Buffer): string => createHmac('sha256', secret).update(`device ${id} `).update(address).digest('base64url');
