import { recordAudit } from '../audit/events.ts';
import type { User } from '../core/actor.ts';
import { Conflict } from '../core/errors.ts';
import type { ParentId } from '../core/ids.ts';
import { localTime, longDay } from '../core/time.ts';
import { findAdult, schoolFrameFor, type SchoolView } from '../schools/index.ts';
import { paths } from '../web/paths.ts';
import { page, type Reply, seeOther } from '../web/reply.ts';
import { Routes, signedIn } from '../web/route.ts';
import type { Services } from '../web/services.ts';
import { adultPage } from './adult-page.ts';
import { selectLinkHistory } from './dashboard-store.ts';
import { linkDays } from './end-link.ts';
import { findOffice } from './find-office.ts';
import { selectLinkInUse } from './invite-store.ts';
import { linkCode } from './link-secrets.ts';
import { decodeDone, encodeDone } from './pages.ts';
import { revokeLink } from './revoke-link.ts';
import { AdultParams, AdultQuery, InviteForm, RemindForm, RenewForm } from './schema.ts';
import { type Order, sendLinks, type Skipped } from './send-links.ts';
import type { AdultPage } from './views.ts';

/** One adult on the school's list: their link, and what went out about it. */
export function adultRoutes(services: Services): Routes {
  const { db, keyring } = services;
  const routes = new Routes();

  async function showAdult(school: SchoolView, parentId: ParentId, state: Partial<Pick<AdultPage, 'flash' | 'problems'>> = {}, status = 200): Promise<Reply> {
    const adult = await findAdult(db, school.schoolId, parentId);
    const [history] = await db.query(selectLinkHistory, [school.schoolId, parentId]);
    const contacts = {
      email: adult.emailCt && keyring.openField('email', adult.emailCt),
      phone: adult.phoneCt && keyring.openField('phone', adult.phoneCt),
    };
    const frame = schoolFrameFor(school, 'dashboard');
    return page('onboarding/adult', adultPage(frame, school, adult, contacts, history!, { flash: null, problems: [], ...state }, new Date()), status);
  }

  routes.get(paths.schoolAdult, signedIn, async ({ actor, params, query }) => {
    const { parentId } = params(AdultParams);
    const asked = query(AdultQuery);
    return showAdult(await findOffice(db, actor), parentId, { flash: asked.ok ? decodeDone(asked.value.did) : null });
  });

  /** One adult's link, asked for on their own page. */
  async function sendOne(actor: User, school: SchoolView, parentId: ParentId, order: Pick<Order, 'action' | 'channel' | 'days' | 'round'>): Promise<Reply> {
    const sent = await db.transact(actor, work => sendLinks(work, keyring, school, { ...order, parentIds: [parentId], single: true }));
    const [skip] = Object.keys(sent.skipped) as Skipped[];
    // Sent a moment ago, perhaps by the same press: that is as good as done.
    if (sent.done > 0 || skip === 'recent') return seeOther(`${paths.schoolAdult.to({ parentId })}?did=${encodeURIComponent(encodeDone(order.action, sent))}`);
    return showAdult(school, parentId, { problems: [{ field: 'form', message: refusals[skip!] }] }, 409);
  }

  routes.post(paths.invite, signedIn, async ({ actor, params, form }) => {
    const { parentId } = params(AdultParams);
    const school = await findOffice(db, actor);
    const asked = form(InviteForm);
    if (!asked.ok) return showAdult(school, parentId, { problems: asked.problems }, 422);
    return sendOne(actor, school, parentId, { action: 'invite', ...asked.value });
  });

  routes.post(paths.remind, signedIn, async ({ actor, params, form }) => {
    const { parentId } = params(AdultParams);
    const school = await findOffice(db, actor);
    const asked = form(RemindForm);
    if (!asked.ok) return showAdult(school, parentId, { problems: asked.problems }, 422);
    return sendOne(actor, school, parentId, { action: 'remind', days: linkDays, ...asked.value });
  });

  routes.post(paths.renewLink, signedIn, async ({ actor, params, form }) => {
    const { parentId } = params(AdultParams);
    const school = await findOffice(db, actor);
    const asked = form(RenewForm);
    if (!asked.ok) return showAdult(school, parentId, { problems: asked.problems }, 422);
    return sendOne(actor, school, parentId, { action: 'renew', ...asked.value });
  });

  routes.post(paths.revokeLink, signedIn, async ({ actor, params }) => {
    const { parentId } = params(AdultParams);
    const school = await findOffice(db, actor);
    await db.transact(actor, work => revokeLink(work, school, parentId));
    return seeOther(paths.schoolAdult.to({ parentId }));
  });

  // A write, because who was shown a code is recorded.
  routes.post(paths.showCode, signedIn, async ({ actor, params }) => {
    const { parentId } = params(AdultParams);
    const school = await findOffice(db, actor);
    const adult = await findAdult(db, school.schoolId, parentId);
    const link = await db.transact(actor, async work => {
      const [inUse] = await work.trx.query(selectLinkInUse, [school.schoolId, parentId]);
      if (!inUse) throw new Conflict('There is no link that works, so there is no code either. Make a link first.');
      await recordAudit(work, 'codes.shown', { targetId: inUse.invitationId, schoolId: school.schoolId, details: { count: 1 } });
      return inUse;
    });
    return page('onboarding/code', {
      frame: schoolFrameFor(school, 'dashboard'),
      name: `${adult.givenName} ${adult.surname}`,
      code: linkCode(keyring, link),
      until: longDay(localTime(new Date(link.expiresAt.getTime() - 1), school.timeZone)),
      back: paths.schoolAdult.to({ parentId }),
    });
  });

  return routes;
}

const refusals: Record<Exclude<Skipped, 'recent'>, string> & { recent: string } = {
  open: 'There is a link that works already. Send a reminder: it carries the same link',
  'no-link': 'There is no link that works. Make a new one',
  settled: 'There is nothing to send: the photo is approved, waits for review, or was rejected',
  'no-address': 'The school has no address for this. Add one, or print a letter',
  recent: 'A link was sent within the last minute',
};
