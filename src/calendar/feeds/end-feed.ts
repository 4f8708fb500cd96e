import { recordAudit } from '../../audit/events.ts';
import type { ParentUser } from '../../core/actor.ts';
import { NotFound } from '../../core/errors.ts';
import type { FeedId } from '../../core/ids.ts';
import type { Work } from '../../platform/database.ts';
import { lockOwnFeed, revokeFeed } from './store.ts';

/** Ends an address at once, and forgets what it told. */
export async function endFeed(work: Work<ParentUser>, feedId: FeedId): Promise<void> {
  const [feed] = await work.trx.query(lockOwnFeed, [work.actor.accountId, feedId]);
  if (!feed) throw new NotFound();
  if (feed.revoked) return;
  await work.trx.query(revokeFeed, [feedId]);
  await recordAudit(work, 'feed.revoked', { targetId: feedId });
}
