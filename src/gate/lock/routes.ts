import { confirmPassword } from '../../accounts/index.ts';
import { recordSecurity } from '../../audit/events.ts';
import type { User } from '../../core/actor.ts';
import { NotFound } from '../../core/errors.ts';
import { counted } from '../../core/text.ts';
import { findSchool, schoolFrameFor } from '../../schools/index.ts';
import { safeLocalPath } from '../../web/local-path.ts';
import { paths } from '../../web/paths.ts';
import { type Model, page, type Reply, seeOther, seeOtherForgetting } from '../../web/reply.ts';
import { type Routes, signedIn, signedInOrLocked, type Visit } from '../../web/route.ts';
import type { Services } from '../../web/services.ts';
import { endSession } from '../../web/session.ts';
import { hashPin } from './pins.ts';
import { LockForm, LockQuery, PinForm, UnlockForm } from './schema.ts';
import { selectLockHolder } from './store.ts';
import { setPin } from './set-pin.ts';
import { unlockScreen } from './unlock-screen.ts';

/** The screen that locks, and the PIN that opens it. What a locked session may see is decided in web/route.ts, for every page at once. */
export function addLockRoutes(routes: Routes, { db, keyring, sessions }: Services): void {
  const { store } = sessions;

  const lockPath = (here: string | undefined): string => `${paths.lockScreen}${here === undefined ? '' : `?here=${encodeURIComponent(safeLocalPath(here))}`}`;
  const after = (here: string | undefined): string => {
    const at = safeLocalPath(here);
    return at === paths.home || at === paths.lockScreen ? paths.gate : at;
  };

  async function lockPage(actor: User, more: Partial<Model<'gate/lock'>>, status = 200): Promise<Reply> {
    const [holder] = await db.query(selectLockHolder, [actor.accountId]);
    if (!holder) throw new NotFound();
    return page('gate/lock', { staffName: holder.staffName, asks: holder.pinHash === null ? 'password' : 'pin', here: '', problems: [], ...more }, status);
  }

  routes.post(paths.lockScreen, signedInOrLocked, async ({ actor, form, request }) => {
    await findSchool(db, actor);
    const asked = form(LockForm);
    if (!request.session.locked) {
      await store.lock(request.sessionID);
      await recordSecurity(db, 'screen.locked', { accountId: actor.accountId });
    }
    return seeOtherForgetting(lockPath(asked.ok ? asked.value.here : undefined));
  });

  routes.get(paths.lockScreen, signedInOrLocked, async ({ actor, query, request }) => {
    const asked = query(LockQuery);
    const here = asked.ok ? asked.value.here : undefined;
    if (request.session.locked) return lockPage(actor, { here: here ?? '' });
    await findSchool(db, actor);
    return seeOther(after(here));
  });

  routes.post(paths.unlockScreen, signedInOrLocked, async visit => {
    const { actor, request } = visit;
    const typed = visit.form(UnlockForm);
    const here = typed.ok ? typed.value.here : typed.typed.here;
    if (!request.session.locked) return seeOther(after(here));
    if (!typed.ok) return lockPage(actor, { here: here ?? '', problems: typed.problems }, 422);
    const [holder] = await db.query(selectLockHolder, [actor.accountId]);
    if (!holder) throw new NotFound();
    const field = holder.pinHash === null ? 'password' : 'pin';
    const unlocking = await unlockScreen({ db, keyring, store }, actor, request.sessionID, holder, typed.value);
    const again = (message: string, status: number) => lockPage(actor, { here: here ?? '', problems: [{ field, message }] }, status);
    switch (unlocking.kind) {
      case 'open':
        return seeOther(after(here));
      case 'out':
        await endSession(request);
        await recordSecurity(db, 'session.ended', { accountId: actor.accountId });
        return page('gate/signed-out', {}, 403);
      case 'delayed':
        return tooSoon(visit, unlocking.retryAt, seconds => again(`Wait ${counted(seconds, 'second')}, then try again`, 429));
      case 'wrong': {
        const left = counted(unlocking.left, 'attempt');
        const wait = unlocking.retryAt === null ? '' : ` Wait ${counted(secondsUntil(unlocking.retryAt), 'second')} before the next.`;
        return again(`This is not the ${field === 'pin' ? 'PIN' : 'password'}. ${left} left, then you are signed out.${wait}`, 422);
      }
    }
  });

  async function pinPage(actor: User, more: Partial<Model<'gate/pin'>>, status = 200): Promise<Reply> {
    const school = await findSchool(db, actor);
    const [holder] = await db.query(selectLockHolder, [actor.accountId]);
    return page('gate/pin', { frame: schoolFrameFor(school, 'gate'), isSet: typeof holder?.pinHash === 'string', saved: false, problems: [], ...more }, status);
  }

  routes.get(paths.gatePin, signedIn, ({ actor, request }) => pinPage(actor, { saved: request.query.saved === '1' }));

  routes.post(paths.gatePin, signedIn, async visit => {
    const { actor } = visit;
    const typed = visit.form(PinForm);
    if (!typed.ok) return pinPage(actor, { problems: typed.problems }, 422);
    await findSchool(db, actor);
    const confirmation = await confirmPassword(db, keyring, actor.accountId, typed.value.password);
    if (confirmation.kind === 'wrong') return pinPage(actor, { problems: [{ field: 'password', message: 'This is not your password' }] }, 422);
    if (confirmation.kind === 'delayed') {
      return tooSoon(visit, confirmation.retryAt, seconds =>
        pinPage(
          actor,
          { problems: [{ field: 'password', message: `There were several attempts that were not right. Wait ${counted(seconds, 'second')}` }] },
          429,
        ),
      );
    }
    const hashed = await hashPin(keyring, actor.accountId, typed.value.pin);
    await db.transact(actor, work => setPin(work, hashed));
    return seeOther(`${paths.gatePin}?saved=1`);
  });
}

const secondsUntil = (then: Date): number => Math.max(1, Math.ceil((then.getTime() - Date.now()) / 1000));

async function tooSoon(visit: Visit<User>, retryAt: Date, answer: (seconds: number) => Promise<Reply>): Promise<Reply> {
  const seconds = secondsUntil(retryAt);
  visit.response.set('Retry-After', String(seconds));
  return answer(seconds);
}
