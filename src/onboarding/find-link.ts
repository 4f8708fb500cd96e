import { DeadLink, NotFound } from '../core/errors.ts';
import type { Queryable } from '../platform/database.ts';
import type { Keyring } from '../platform/keyring.ts';
import type { PhotoStatus } from '../schools/index.ts';
import { paths } from '../web/paths.ts';
import { type Reply, type ReplyCookie, seeOther } from '../web/reply.ts';
import type { Visit } from '../web/route.ts';
import type { Services } from '../web/services.ts';
import { newProof, proofHolds, tokenHash } from './link-secrets.ts';
import { type LinkRow, selectLink } from './link-store.ts';
import { TokenParams } from './schema.ts';

/** A link that works, as whoever holds it comes to it. */
export type LinkView = Omit<LinkRow, 'openedAt' | 'closedAt' | 'givenName' | 'surname' | 'photo'> & {
  token: string;
  /** Closed: the photo is approved, and joining is all that the link is still good for. */
  state: 'open' | 'closed';
  /** The code was given right in this browser. */
  proved: boolean;
  /** The invited parent, and how far their photo has come; nothing of either before the code was right. */
  parent: { givenName: string; surname: string; photo: PhotoStatus } | null;
  /** Somebody has opened it before. */
  opened: boolean;
};

const proofCookie = 'link';

/**
 * The link of a token. Unknown, malformed, expired, revoked and burnt ones are one refusal, `DeadLink`, with one page.
 * Without the request's cookies nobody has proved anything.
 */
export async function resolveLink(db: Queryable, keyring: Keyring, token: string, cookies = ''): Promise<LinkView> {
  const hashed = tokenHash(token);
  const [row] = hashed === null ? [] : await db.query(selectLink, [hashed]);
  if (!row) throw new DeadLink();
  const { givenName, surname, photo, closedAt, openedAt, ...link } = row;
  const proof = new RegExp(`(?:^|;\\s*)${proofCookie}=([\\w.-]+)`).exec(cookies)?.[1] ?? '';
  const proved = proofHolds(keyring, link, proof, new Date());
  return {
    ...link,
    token,
    state: closedAt === null ? 'open' : 'closed',
    proved,
    parent: proved ? { givenName, surname, photo } : null,
    opened: openedAt !== null,
  };
}

type LinkVisit = Pick<Visit<unknown>, 'params' | 'request'>;

/** The same for a page below /link/:token: whoever has tried many wrong ones waits. */
export async function findLink({ db, keyring, guesses }: Pick<Services, 'db' | 'keyring' | 'guesses'>, { params, request }: LinkVisit): Promise<LinkView> {
  const { token } = params(TokenParams);
  const address = request.ip ?? '';
  await guesses.check(address);
  try {
    return await resolveLink(db, keyring, token, request.headers.cookie);
  } catch (error) {
    if (error instanceof NotFound) await guesses.count(address);
    throw error;
  }
}

/** Where a page that needs the code sends a browser that has not given it. */
export const askForCode = (link: LinkView): Reply => seeOther(paths.link.to({ token: link.token }));

/** Remembers in this browser, for this link alone, that the code was right. */
export const proofOf = (keyring: Keyring, link: LinkView): ReplyCookie => ({
  name: proofCookie,
  value: newProof(keyring, link, new Date()),
  maxAgeSeconds: null,
  path: paths.link.to({ token: link.token }),
});
