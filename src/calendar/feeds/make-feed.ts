import { randomUUIDv7 } from 'node:crypto';
import { mostFeeds } from '../../access/policy.ts';
import { recordAudit } from '../../audit/events.ts';
import type { ParentUser } from '../../core/actor.ts';
import { Conflict, NotFound } from '../../core/errors.ts';
import type { FamilyId, FeedId } from '../../core/ids.ts';
import type { Work } from '../../platform/database.ts';
import type { Keyring } from '../../platform/keyring.ts';
import type { Detail } from './feed-events.ts';
import { feedToken, tokenHash } from './feed-token.ts';
import { insertFeed, selectMadeBefore, selectSharing } from './store.ts';

export type NewFeed = { family: FamilyId; name: string; detail: Detail; submission: string };

/**
 * A private address for one device. The same form sent again within a minute is the same press, and is given the same address;
 * later it is an old page, and the address is shown no more.
 */
export async function makeFeed(work: Work<ParentUser>, keyring: Keyring, { family, name, detail, submission }: NewFeed): Promise<{ token: string } | null> {
  const { actor, trx } = work;
  const [sharing] = await trx.query(selectSharing, [actor.accountId, actor.parentId, family]);
  if (!sharing) throw new NotFound();
  const [before] = await trx.query(selectMadeBefore, [actor.accountId, submission]);
  if (before) return before.recent && !before.revoked ? { token: feedToken(keyring, before.id) } : null;
  if (sharing.count >= mostFeeds) throw new Conflict(`You have ${mostFeeds} addresses. End one that you do not use before you make another.`);
  const id = randomUUIDv7() as FeedId;
  const token = feedToken(keyring, id);
  await trx.query(insertFeed, [id, actor.accountId, family, tokenHash(token), keyring.sealField('feed-name', name), detail, submission]);
  // Without the family: nothing that is kept of a family tells that one of its parents has an address.
  await recordAudit(work, 'feed.made', { targetId: id, details: { detail } });
  return { token };
}
