import { paths } from '../web/paths.ts';
import { page } from '../web/reply.ts';
import { anyone, Routes } from '../web/route.ts';

/** The pages that anyone may read. Without a session cookie none of them asks the database. */
export function siteRoutes(): Routes {
  const routes = new Routes();
  routes.get(paths.home, anyone, ({ actor }) => page('site/landing', { signedIn: actor.user !== null }));
  routes.get(paths.help, anyone, ({ actor }) => page('site/help', { signedIn: actor.user !== null }));
  routes.get(paths.devices, anyone, ({ actor }) => page('site/devices', { signedIn: actor.user !== null }));
  routes.get(paths.howTheRecordWorks, anyone, ({ actor }) => page('site/how-the-record-works', { signedIn: actor.user !== null }));
  routes.get(paths.forSchools, anyone, ({ actor }) => page('site/for-schools', { signedIn: actor.user !== null }));
  routes.get(paths.privacy, anyone, ({ actor }) => page('site/privacy', { signedIn: actor.user !== null }));
  routes.get(paths.accessibility, anyone, ({ actor }) => page('site/accessibility', { signedIn: actor.user !== null }));
  return routes;
}
