import { DeadLink } from '../core/errors.ts';
import { localTime, longDay } from '../core/time.ts';
import { paths } from '../web/paths.ts';
import type { Problem } from '../web/form.ts';
import { page, type Reply, seeOther } from '../web/reply.ts';
import { anyone, Routes } from '../web/route.ts';
import type { Services } from '../web/services.ts';
import { findLink, type LinkView, proofOf } from './find-link.ts';
import { openLink } from './open-link.ts';
import { CodeForm } from './schema.ts';
import { tryCode } from './try-code.ts';

/** What stands behind a unique link. A GET uses nothing up, and names nobody before the code was right. */
export function linkRoutes(services: Services): Routes {
  const { db, keyring, guesses } = services;
  const routes = new Routes();

  const codePage = ({ token, schoolName }: LinkView, typed = '', problems: Problem[] = []): Reply =>
    page('onboarding/link', { schoolName, action: paths.linkCode.to({ token }), typed, problems }, problems.length > 0 ? 422 : 200);

  routes.get(paths.link, anyone, async visit => {
    const link = await findLink(services, visit);
    if (visit.isOpening && !link.opened) await openLink(db, link);
    return link.parent === null ? codePage(link) : welcome(link, link.parent);
  });

  // A page is loaded again after its form was sent: where the form goes to, the page is.
  routes.get(paths.linkCode, anyone, async visit => seeOther(paths.link.to({ token: (await findLink(services, visit)).token })));

  routes.post(paths.linkCode, anyone, async visit => {
    const link = await findLink(services, visit);
    const form = visit.form(CodeForm);
    if (!form.ok) return codePage(link, form.typed.code ?? '', form.problems);
    const { code } = form.value;
    const outcome = await tryCode(db, keyring, link, code);
    if (outcome.kind === 'right') return seeOther(paths.link.to({ token: link.token }), [proofOf(keyring, link)]);
    if (outcome.kind === 'slip') {
      return codePage(link, code, [
        { field: 'code', message: 'A code has eight letters and numbers, and never 0, O, 1, I or L. This was not counted as a try' },
      ]);
    }
    await guesses.count(visit.request.ip ?? '');
    if (outcome.kind === 'dead') throw new DeadLink();
    const left = outcome.left === 1 ? 'One try is left, then this link stops working' : `${outcome.left} tries are left, then this link stops working`;
    return codePage(link, '', [{ field: 'code', message: `This is not the code that goes with this link. ${left}` }]);
  });

  return routes;
}

function welcome({ token, schoolName, timeZone, expiresAt, state, mayJoin }: LinkView, { givenName, surname, photo }: NonNullable<LinkView['parent']>): Reply {
  return page('onboarding/welcome', {
    schoolName,
    name: `${givenName} ${surname}`,
    until: longDay(localTime(new Date(expiresAt.getTime() - 1), timeZone)),
    photo: state === 'closed' ? 'approved' : photo === 'waiting' ? 'waiting' : photo === 'retake' ? 'another' : 'none',
    addPhoto: paths.linkPhoto.to({ token }),
    join: mayJoin ? paths.join.to({ token }) : null,
  });
}
