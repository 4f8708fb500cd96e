import { NotFound } from '../core/errors.ts';
import type { Services } from '../web/services.ts';
import { paths } from '../web/paths.ts';
import { seeOther } from '../web/reply.ts';
import { parentOnly, Routes } from '../web/route.ts';
import { chooseFamily } from './choose-family.ts';
import { ChooseFamilyForm } from './schema.ts';

export function familyRoutes({ db }: Services): Routes {
  const routes = new Routes();
  routes.post(paths.family, parentOnly, async ({ actor, form }) => {
    const chosen = form(ChooseFamilyForm);
    if (!chosen.ok) throw new NotFound();
    await db.transact(actor, work => chooseFamily(work, chosen.value.family));
    return seeOther(paths.today);
  });
  return routes;
}
