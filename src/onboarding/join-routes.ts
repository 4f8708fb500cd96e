import { randomUUID, randomUUIDv7 } from 'node:crypto';
import { addressHash, explainRefusal, findRequest, hashPassword, openSession, passwordProblem, signIn } from '../accounts/index.ts';
import { type User, system } from '../core/actor.ts';
import { DeadLink } from '../core/errors.ts';
import type { Problem } from '../web/form.ts';
import { paths } from '../web/paths.ts';
import { type Model, page, type Reply, seeOther } from '../web/reply.ts';
import { anyone, Routes, type Visit } from '../web/route.ts';
import type { Services } from '../web/services.ts';
import { knownDevice } from '../web/session.ts';
import { connectAccount, type Connection } from './connect-account.ts';
import { findLink, type LinkView, proofOf } from './find-link.ts';
import { askToJoin } from './join.ts';
import { connectForm, joinForm } from './join-schema.ts';
import { type JoiningRow, selectJoining } from './join-store.ts';
import { tryCode } from './try-code.ts';

type LinkVisit = Visit<{ user: User | null }>;
type Begun = { link: LinkView; joining: JoiningRow };

/** From a link to an account: one that is made, or one that is there already. No page says whether an address is known. */
export function joinRoutes(services: Services): Routes {
  const { db, keyring, sessions, guesses } = services;
  const routes = new Routes();

  const begin = async (visit: LinkVisit): Promise<Begun> => {
    const link = await findLink(services, visit);
    const [joining] = await db.query(selectJoining, [link.parentId]);
    if (!joining || !link.mayJoin) throw new DeadLink();
    return { link, joining };
  };

  /** A sentence about the code where it was not right; null where it was, or need not be given again. */
  const codeProblem = async ({ request }: LinkVisit, link: LinkView, typed: string | undefined): Promise<string | null> => {
    if (link.proved) return null;
    const outcome = await tryCode(db, keyring, link, typed ?? '');
    if (outcome.kind === 'right') return null;
    if (outcome.kind === 'slip') return 'A code has eight letters and numbers, and never 0, O, 1, I or L. This was not counted as a try';
    await guesses.count(request.ip ?? '');
    if (outcome.kind === 'dead') throw new DeadLink();
    return `This is not the code that goes with this link. ${outcome.left === 1 ? 'One try is left' : `${outcome.left} tries are left`}, then this link stops working`;
  };

  routes.get(paths.join, anyone, async visit => {
    const { link, joining } = await begin(visit);
    return joining.accountId !== null && link.parent ? joinedPage(visit, link, joining) : joinPage(visit, link, {});
  });

  routes.post(paths.join, anyone, async visit => {
    const { link, joining } = await begin(visit);
    const form = visit.form(joinForm(link.proved));
    if (!form.ok) {
      const { code = '', email = '', submission } = form.typed;
      return joinPage(visit, link, { code, email, problems: form.problems, ...(submission ? { submission } : {}) }, 422);
    }
    const { code, email, password, submission } = form.value;
    const again = (problem: Problem, status = 422, keep = code ?? '') => joinPage(visit, link, { code: keep, email, submission, problems: [problem] }, status);

    const wrongCode = await codeProblem(visit, link, code);
    if (wrongCode !== null) return again({ field: 'code', message: wrongCode }, 422, '');
    // Names are compared only now: before the code, a refusal would tell whose they are.
    const weak = passwordProblem(password, [email, link.schoolName, ...joining.names]);
    if (weak !== null) return again({ field: 'password', message: weak });

    const { invitationId, round, parentId } = link;
    const request = { invitationId, round, parentId, submission, email };
    const asked = await findRequest(db, keyring, request, password);
    const proof = [proofOf(keyring, link)];
    if (asked === 'asked') return seeOther(paths.joinSent.to(link), proof);
    const passwordHash = await hashPassword(keyring, password);
    const wanted = asked === 'other' ? { ...request, submission: randomUUID() } : request;
    const outcome = await db.transact(system('onboarding.join'), work => askToJoin(work, keyring, link, wanted, passwordHash));
    if (outcome === 'too-many') {
      return again({ field: 'email', message: 'Five mails went out for this link today. Look for them, in the spam folder too, or try again tomorrow' }, 429);
    }
    return seeOther(outcome === 'has-account' ? paths.join.to(link) : paths.joinSent.to(link), proof);
  });

  routes.get(paths.joinSent, anyone, async visit => {
    const link = await findLink(services, visit);
    if (!link.proved) return seeOther(paths.join.to(link));
    return page('onboarding/join-sent', { schoolName: link.schoolName, join: paths.join.to(link) });
  });

  // A page is loaded again after its form was sent: where the form goes to, the page is.
  routes.get(paths.joinBySigningIn, anyone, async visit => seeOther(paths.join.to(await findLink(services, visit))));

  routes.post(paths.joinBySigningIn, anyone, async visit => {
    const { link } = await begin(visit);
    const form = visit.form(connectForm(link.proved));
    const again = (typed: { code?: string | undefined; email?: string | undefined; shared: boolean }, problems: Problem[], status = 422) =>
      joinPage(
        visit,
        link,
        {
          connecting: { open: true, code: typed.code ?? '', email: typed.email ?? '', shared: typed.shared },
          problems: problems.map(problem => ({ ...problem, field: problem.field === 'form' ? 'form' : `known-${problem.field}` })),
        },
        status,
      );
    if (!form.ok) return again({ ...form.typed, shared: form.typed.shared === '1' }, form.problems);
    const { code, email, password, shared } = form.value;
    const wrongCode = await codeProblem(visit, link, code);
    if (wrongCode !== null) return again({ email, shared }, [{ field: 'code', message: wrongCode }]);

    const address = addressHash(keyring, email);
    const outcome = await signIn(db, keyring, { email, password }, knownDevice(visit.request, sessions.secrets, address));
    if (outcome.kind !== 'welcome') {
      const { message, status, retryAfter } = explainRefusal(outcome);
      if (retryAfter !== null) visit.response.set('Retry-After', String(retryAfter));
      return again({ code, email, shared }, [{ field: 'password', message }], status);
    }
    const { accountId, staff } = outcome;
    const connection = await db.transact({ kind: 'user' as const, accountId, parentId: outcome.parentId }, work => connectAccount(work, keyring, link));
    if (connection.kind !== 'connected' && connection.kind !== 'already') {
      return again({ code, email, shared }, [{ field: 'email', message: refusals[connection.kind] }], 409);
    }
    const cookies = await openSession(visit, sessions, { accountId, parentId: connection.parentId, staff, address }, shared);
    return seeOther(paths.today, [...cookies, proofOf(keyring, link)]);
  });

  return routes;
}

const refusals: Record<Exclude<Connection['kind'], 'connected' | 'already'>, string> = {
  taken: 'This link’s parent has another account already, so yours was not connected. If that is a mistake, ask the school’s office',
  'on-record': 'Something is on a record under this link’s name already, so it cannot be connected to another account. Ask the school’s office',
  together: 'This account belongs to another adult of the same family, so it was not connected. Nothing was changed',
};

type JoinModel = Model<'onboarding/join'>;

function joinPage({ actor }: LinkVisit, link: LinkView, more: Partial<JoinModel>, status = 200): Reply {
  const model: JoinModel = {
    schoolName: link.schoolName,
    name: link.parent && `${link.parent.givenName} ${link.parent.surname}`,
    join: paths.join.to(link),
    submission: randomUUIDv7(),
    code: '',
    email: '',
    connect: paths.joinBySigningIn.to(link),
    connecting: { open: false, code: '', email: '', shared: false },
    problems: [],
    signedInElse: actor.user !== null,
    ...more,
  };
  return page('onboarding/join', model, status);
}

function joinedPage({ actor }: LinkVisit, link: LinkView, { accountId }: JoiningRow): Reply {
  return page('onboarding/joined', {
    schoolName: link.schoolName,
    name: `${link.parent!.givenName} ${link.parent!.surname}`,
    link: paths.link.to(link),
    photo: link.state === 'open',
    signedIn: actor.user?.accountId === accountId,
  });
}
