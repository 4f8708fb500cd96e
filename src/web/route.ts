import type { Request, RequestHandler, Response } from 'express';
import express from 'express';
import { z } from 'zod';
import type { User } from '../core/actor.ts';
import { NotFound } from '../core/errors.ts';
import { isUuid } from '../core/ids.ts';
import { isUnavailable } from '../platform/database.ts';
import { BadRequest } from './errors.ts';
import { type Parsed, type RawForm, parseForm } from './form.ts';
import { type Path, paths } from './paths.ts';
import type { Reply } from './reply.ts';
import { send } from './send.ts';
import { readForm, type Takes, type UploadedFile } from './uploads.ts';

/** Who may knock. A name for the table of routes, and the actor it lets in; `null` sends a visitor to sign in. */
type Access<A> = {
  name: string;
  admit(user: User | null): A | null;
  /** Also where the screen is locked. */
  whileLocked?: true;
};

export const anyone: Access<{ user: User | null }> = { name: 'anyone', admit: user => ({ user }), whileLocked: true };
export const signedIn: Access<User> = { name: 'signed in', admit: user => user };
/** The lock itself, and nothing else. */
export const signedInOrLocked: Access<User> = { name: 'signed in or locked', admit: user => user, whileLocked: true };
export const parentOnly: Access<User & { parentId: NonNullable<User['parentId']> }> = {
  name: 'parent',
  admit(user) {
    if (!user) return null;
    // A page for parents is not there for anyone else who is signed in.
    if (!user.parentId) throw new NotFound();
    return { ...user, parentId: user.parentId };
  },
};

/** What a handler is given. */
export type Visit<A> = {
  actor: A;
  /** Parameters of the path. What does not parse is not there: 404, the same as a missing one. */
  params: <Schema extends z.ZodType>(schema: Schema) => z.infer<Schema>;
  query: <Schema extends z.ZodType>(schema: Schema) => Parsed<z.infer<Schema>>;
  form: <Schema extends z.ZodType>(schema: Schema) => Parsed<z.infer<Schema>>;
  /** Files that came with the form, checked by content only when a feature looks at them. */
  files: readonly UploadedFile[];
  /** A person's own opening of this page, not a look ahead, a HEAD or a check. */
  isOpening: boolean;
  request: Request;
  response: Response;
};

type Handler<A> = (visit: Visit<A>) => Promise<Reply> | Reply;

/** Asked before the body of a request is read; throws where it need not be. */
type First<A> = (visit: Pick<Visit<A>, 'actor' | 'params' | 'request'>) => Promise<unknown>;

export type RouteEntry = { method: 'GET' | 'POST'; pattern: string; access: string; takes: 'nothing' | 'form' | 'long form' | Takes };

const id = z.string().refine(isUuid);
/** An id in a path. */
export const idParam = <Id extends string>() => id as unknown as z.ZodType<Id>;
/** A position in the record, in a path: 1, 2, 3 … */
export const positionParam = z
  .string()
  .regex(/^[1-9]\d{0,14}$/)
  .transform(Number);

/** Collects routes with who may use them; the whole table is reviewed by a test. */
export class Routes {
  readonly table: RouteEntry[] = [];
  readonly router = express.Router({ caseSensitive: true, strict: true });

  get<A>(at: string | Path, access: Access<A>, handler: Handler<A>): void {
    this.#add('GET', at, access, 'nothing', handler);
  }

  /** `takes` says where a form has so many rows that it has more fields than others. */
  post<A>(at: string | Path, access: Access<A>, handler: Handler<A>, { takes = 'form' }: { takes?: 'form' | 'long form' } = {}): void {
    this.#add('POST', at, access, takes, handler);
  }

  /**
   * A POST that takes files beside its fields. `first` is asked before anything is read, where whoever knocks is known by more than a session:
   * a stranger's megabytes are not taken in only to be refused.
   */
  upload<A>(at: string | Path, access: Access<A>, handler: Handler<A>, { takes = 'files', first }: { takes?: Takes; first?: First<A> } = {}): void {
    this.#add('POST', at, access, takes, handler, first);
  }

  #add<A>(method: 'GET' | 'POST', at: string | Path, access: Access<A>, takes: RouteEntry['takes'], handler: Handler<A>, first?: First<A>): void {
    const pattern = typeof at === 'string' ? at : at.pattern;
    this.table.push({ method, pattern, access: access.name, takes });
    const handle: RequestHandler = async (request, response) => {
      request.pattern = pattern;
      // What anyone may read is there while the database is away, for those who are signed in too.
      const user = await request.user().catch((error: unknown) => {
        if (access.name === anyone.name && method === 'GET' && isUnavailable(error)) return null;
        throw error;
      });
      const actor = access.admit(user);
      if (actor === null) {
        if (method === 'GET') response.redirect(303, paths.signIn);
        else throw new BadRequest(403, 'You are signed out, so nothing was sent. Sign in, and send it then.');
        return;
      }
      if (request.session?.locked && !access.whileLocked) {
        if (method === 'GET') response.redirect(303, `${paths.lockScreen}?here=${encodeURIComponent(request.path)}`);
        else throw new BadRequest(403, 'This screen is locked, so nothing was done. Open it with your PIN, go back, and send it then.');
        return;
      }
      const params: Visit<A>['params'] = schema => {
        const parsed = schema.safeParse(request.params);
        if (!parsed.success) throw new NotFound();
        return parsed.data;
      };
      await first?.({ actor, params, request });
      const { fields, files } = takes === 'nothing' ? { fields: {}, files: [] } : await readForm(request, response, takes);
      const reply = await handler({
        actor,
        params,
        query: schema => parseForm(schema, request.query as RawForm),
        form: schema => parseForm(schema, fields),
        files,
        isOpening: request.method !== 'HEAD',
        request,
        response,
      });
      send(request, response, reply);
    };
    if (method === 'GET') this.router.get(pattern, handle);
    else this.router.post(pattern, handle);
  }
}

/**
 * Features that are loaded when somebody first asks for one of their addresses, so that a start does not wait for them.
 * `at` is how these begin; `load` gives the features in the order in which their routes are tried.
 */
export function whenAsked<Features extends { routes: readonly Routes[] }>(
  at: RegExp,
  load: () => Promise<Features>,
): { handle: RequestHandler; load(): Promise<Features>; loaded(): Promise<Features> | undefined } {
  const router = express.Router();
  let loading: Promise<Features> | undefined;
  const loadOnce = () =>
    (loading ??= load().then(
      features => {
        for (const routes of features.routes) router.use(routes.router);
        return features;
      },
      (error: unknown) => {
        loading = undefined; // the next who asks tries again
        throw error;
      },
    ));
  return {
    async handle(request, response, next) {
      if (!at.test(request.path)) return next();
      await loadOnce();
      router(request, response, next);
    },
    load: loadOnce,
    loaded: () => loading,
  };
}

declare global {
  namespace Express {
    interface Request {
      /** The route's pattern, for the log: an address may carry a secret. */
      pattern?: string;
      /** Who is signed in; asks the session store at most once a request. */
      user(): Promise<User | null>;
    }
  }
}
