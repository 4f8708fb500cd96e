import { NotFound } from '../core/errors.ts';
import { isParent, system } from '../core/actor.ts';
import { recordSecurity } from '../audit/events.ts';
import { localTime, shortDayWithYear } from '../core/time.ts';
import { findFamilyIfAny, frameFor } from '../families/index.ts';
import { BadRequest } from '../web/errors.ts';
import { safeLocalPath } from '../web/local-path.ts';
import { paths } from '../web/paths.ts';
import { page, seeOther, seeOtherForgetting, nothing, type Model } from '../web/reply.ts';
import { anyone, Routes, signedIn } from '../web/route.ts';
import type { Services } from '../web/services.ts';
import { cookieName, endSession, knownDevice } from '../web/session.ts';
import { confirmAccount, findConfirming } from './confirm-account.ts';
import { explainRefusal } from './explain-refusal.ts';
import { openSession } from './open-session.ts';
import { AppearanceForm, ConfirmForm, ConfirmParams, SignInForm } from './schema.ts';
import { addressHash, signIn } from './sign-in.ts';
import { selectAccount } from './store.ts';

const demoPeople = [
  { email: 'amara@parley.example', who: 'Amara, a parent' },
  { email: 'daniel@parley.example', who: 'Daniel, the other parent' },
  { email: 'nour@parley.example', who: 'Nour, in another family' },
];

export function accountRoutes(services: Services): Routes {
  const { db, keyring, sessions, demo } = services;
  const routes = new Routes();
  const signInPage = (more: Partial<Model<'accounts/sign-in'>>, status = 200) =>
    page('accounts/sign-in', { email: '', shared: false, problems: [], notice: null, demo: demo ? demoPeople : [], ...more }, status);

  routes.get(paths.signIn, anyone, ({ actor }) => (actor.user ? seeOther(actor.user.parentId ? paths.today : paths.account) : signInPage({})));

  routes.post(paths.signIn, anyone, async visit => {
    const { form, request, response } = visit;
    const typed = form(SignInForm);
    if (!typed.ok) return signInPage({ email: typed.typed.email ?? '', shared: typed.typed.shared === '1', problems: typed.problems }, 422);
    const { email, password, shared } = typed.value;
    const address = addressHash(keyring, email);
    const outcome = await signIn(db, keyring, { email, password }, knownDevice(request, sessions.secrets, address));
    if (outcome.kind !== 'welcome') {
      const { message, status, retryAfter } = explainRefusal(outcome);
      if (retryAfter !== null) response.set('Retry-After', String(retryAfter));
      return signInPage({ email, shared, problems: [{ field: 'password', message }] }, status);
    }
    const cookies = await openSession(visit, sessions, { ...outcome, address }, shared);
    return seeOther(outcome.staff ? paths.school : outcome.parentId ? paths.today : paths.account, cookies);
  });

  routes.post(paths.signOut, anyone, async ({ actor, request }) => {
    if (actor.user) {
      await endSession(request);
      await recordSecurity(db, 'session.ended', { accountId: actor.user.accountId });
    }
    return seeOtherForgetting(paths.home, [{ name: cookieName(sessions.https), value: '', maxAgeSeconds: 0 }]);
  });

  routes.get(paths.confirmEmail, anyone, async ({ params }) => {
    const { token } = params(ConfirmParams);
    const confirming = await findConfirming(db, keyring, token);
    const gone = confirming.kind === 'expired' || confirming.kind === 'replaced' || confirming.kind === 'withdrawn';
    return page('accounts/confirm', { action: paths.confirmEmail.to({ token }), confirming }, gone ? 410 : 200);
  });

  // The same page says what came of it, so that pressing twice, or opening the mail again, tells the same.
  routes.post(paths.confirmEmail, anyone, async ({ actor, params, form, request }) => {
    const { token } = params(ConfirmParams);
    if (!form(ConfirmForm).ok) throw new BadRequest(422, 'This form had a part that does not belong to it. Open the mail again and retry.');
    await db.transact(system('accounts.confirm'), work => confirmAccount(work, keyring, token));
    const back = paths.confirmEmail.to({ token });
    if (!actor.user) return seeOther(back);
    // Whoever was signed in here before was not whoever signs in next.
    await endSession(request);
    await recordSecurity(db, 'session.ended', { accountId: actor.user.accountId });
    return seeOther(back, [{ name: cookieName(sessions.https), value: '', maxAgeSeconds: 0 }]);
  });

  routes.get(paths.account, signedIn, async ({ actor, request }) => {
    const [account] = await db.query(selectAccount, [actor.accountId]);
    if (!account) throw new NotFound();
    if (account.schools.length > 0) return page('accounts/staff', { name: account.displayName, schools: account.schools });
    const family = isParent(actor) ? await findFamilyIfAny(db, actor) : null;
    const since = localTime(new Date(request.session.signedInAt!), family?.timeZone ?? 'Europe/London');
    return page('accounts/account', {
      frame: family ? frameFor(family, 'account') : null,
      name: account.displayName,
      email: keyring.openField('email', account.emailCt),
      signedInSince: `${shortDayWithYear(since)}, ${since.clock}`,
    });
  });

  // Told by a page while somebody writes on it: the answer's end keeps their session awake.
  routes.post(paths.writing, signedIn, () => nothing);

  routes.post(paths.appearance, anyone, ({ form }) => {
    const chosen = form(AppearanceForm);
    if (!chosen.ok) throw new BadRequest(422, 'Choose device, light or dark.');
    const { theme, here } = chosen.value;
    return seeOther(safeLocalPath(here), [{ name: 'theme', value: theme, maxAgeSeconds: theme === 'device' ? 0 : 365 * 24 * 60 * 60 }]);
  });

  return routes;
}
