import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import { accountRoutes } from './accounts/routes.ts';
import { recordSecurity } from './audit/events.ts';
import { busyRoutes } from './calendar/busy/routes.ts';
import { calendarRoutes, KnownFamilies } from './calendar/index.ts';
import { feedRoutes } from './calendar/feeds/routes.ts';
import { childRoutes } from './children/routes.ts';
import { Forbidden, NotFound } from './core/errors.ts';
import { familyRoutes } from './families/routes.ts';
import { type LiveUpdates, liveUpdates } from './messages/live-updates.ts';
import { messageRoutes } from './messages/routes.ts';
import { describeError } from './platform/log.ts';
import { activitiesInTime } from './activities/index.ts';
import { activityRoutes } from './activities/routes.ts';
import { recordRoutes } from './record/routes.ts';
import { figureRoutes } from './schedule/figures/routes.ts';
import { handoverRoutes } from './schedule/handovers/routes.ts';
import { KnownCalendars } from './schedule/index.ts';
import { planRoutes } from './schedule/plans/routes.ts';
import { requestRoutes } from './schedule/requests/routes.ts';
import { siteRoutes } from './site/routes.ts';
import { todayRoutes } from './today/routes.ts';
import { assetsPrefix, serveAssets } from './web/assets.ts';
import { errorReply } from './web/errors.ts';
import './web/layout.ts';
import { leave } from './web/leave.ts';
import { paths } from './web/paths.ts';
import { createRenderer } from './web/render.ts';
import { requestLog } from './web/request-log.ts';
import { type RouteEntry, whenAsked } from './web/route.ts';
import { compressed, headers, noLookingAhead, noNul, sameOrigin } from './web/security.ts';
import { sendPage } from './web/send.ts';
import type { Services } from './web/services.ts';
import { knowUser } from './web/session.ts';
import { wordsOf } from './web/uploads.ts';

export type App = {
  express: Express;
  /** Every route, those that nobody has asked for yet included. */
  table(): Promise<RouteEntry[]>;
  live: LiveUpdates;
};

type AppOptions = { trustProxy: number; isReady: () => Promise<boolean> };

/** The middleware in order, then every feature's routes, then the error pages. */
export function createApp(services: Services, options: AppOptions): App {
  const { sessions, log, db } = services;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag'); // a page that is never stored is never asked about again
  app.set('query parser', 'simple');
  app.set('trust proxy', options.trustProxy);
  app.set('secure cookies', sessions.https);
  app.set('renderer', createRenderer());
  const assets = assetsPrefix();
  app.set('assets', assets);

  app.use(...headers(sessions.https));
  app.get(paths.health, (_request, response) => void response.type('text/plain').set('Cache-Control', 'no-store').send('ok\n'));
  app.get(paths.ready, ready(options.isReady));
  app.use(compressed());
  app.use(assets, serveAssets());
  app.get('/favicon.ico', (_request, response) => {
    response.redirect(301, `${assets}/icons/parley-mark.svg`);
  });
  app.use(requestLog(log));
  app.use(noNul);
  app.use(noLookingAhead);
  app.use(knowUser(sessions));
  app.get(paths.leave, leave(services.leaveUrl, sessions.https));
  app.use(sameOrigin(() => [services.baseUrl()]));

  const live = liveUpdates(db, sessions.store, log);
  // One for the program: routes about days take it beside the services.
  const calendars = new KnownCalendars();
  const families = new KnownFamilies();
  const routes = [
    siteRoutes(),
    accountRoutes(services),
    familyRoutes(services),
    todayRoutes(services, families),
    calendarRoutes(services, families),
    messageRoutes(services, live),
    activityRoutes(services, calendars),
    planRoutes(services, calendars),
    requestRoutes(services, calendars, activitiesInTime),
    childRoutes(services, calendars),
    handoverRoutes(services, calendars),
    figureRoutes(services, calendars),
    feedRoutes(services, calendars),
    busyRoutes(services),
    recordRoutes(services),
  ];
  for (const feature of routes) app.use(feature.router);

  const school = whenAsked(schoolSideAt, async () => (await import('./school-side.ts')).schoolSide(services));
  app.use(school.handle);

  app.use(() => {
    throw new NotFound();
  });
  app.use(errorPages(services));
  return {
    express: app,
    table: async () => [...routes, ...(await school.load()).routes].flatMap(feature => feature.table),
    live: { ...live, close: async () => void (await Promise.all([live.close(), school.loaded()?.then(side => side.close())])) },
  };
}

/** How the addresses of the school's side begin: a third of the program's own code. */
const schoolSideAt = /^\/(?:school|link|confirm|gate|collectors)(?:\/|$)/;

const ready =
  (isReady: () => Promise<boolean>): RequestHandler =>
  async (_request, response) => {
    const yes = await isReady().catch(() => false);
    response
      .status(yes ? 200 : 503)
      .type('text/plain')
      .set('Cache-Control', 'no-store')
      .send(yes ? 'ready\n' : 'not ready\n');
  };

const errorPages =
  ({ log, db }: Services): ErrorRequestHandler =>
  async (error, request, response, next) => {
    const { status, model, retryAfter, unexpected } = errorReply(error);
    if (unexpected) log.error({ ...describeError(error), reference: model.reference, pattern: request.pattern }, 'request failed');
    if (error instanceof Forbidden) {
      const user = await request.user().catch(() => null);
      await recordSecurity(db, 'action.refused', { accountId: user?.accountId ?? null, details: { pattern: request.pattern ?? '' } }).catch(() => {});
    }
    if (response.headersSent) return next(error);
    const words = await wordsOf(request, response, status);
    if (retryAfter !== undefined) response.set('Retry-After', String(retryAfter));
    // The body was not read to its end, so the connection cannot carry another request.
    if (!request.readableEnded && request.method === 'POST') response.set('Connection', 'close');
    sendPage(request, response, 'errors/error', { ...model, words }, status);
  };
