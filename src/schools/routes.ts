import { NotFound } from '../core/errors.ts';
import { paths } from '../web/paths.ts';
import { seeOther } from '../web/reply.ts';
import { Routes, signedIn } from '../web/route.ts';
import type { Services } from '../web/services.ts';
import { adultRoutes } from './adults/routes.ts';
import { calendarRoutes } from './calendar/routes.ts';
import { chooseSchool } from './choose-school.ts';
import { importRoutes } from './import/routes.ts';
import { proposalRoutes } from './proposals/routes.ts';
import { pupilRoutes } from './pupils/routes.ts';
import { ChooseSchoolForm } from './schema.ts';

export function schoolRoutes(services: Services): Routes {
  const routes = new Routes();
  routes.post(paths.chooseSchool, signedIn, async ({ actor, form }) => {
    const chosen = form(ChooseSchoolForm);
    if (!chosen.ok) throw new NotFound();
    await services.db.transact(actor, work => chooseSchool(work, chosen.value.school));
    return seeOther(paths.school);
  });
  pupilRoutes(services, routes);
  adultRoutes(services, routes);
  proposalRoutes(services, routes);
  importRoutes(services, routes);
  calendarRoutes(services, routes);
  return routes;
}
