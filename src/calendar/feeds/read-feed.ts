import type { ParentUser } from '../../core/actor.ts';
import { NotFound } from '../../core/errors.ts';
import type { Database, Queryable } from '../../platform/database.ts';
import type { Keyring } from '../../platform/keyring.ts';
import { dayOf, type KnownCalendars } from '../../schedule/index.ts';
import type { FeedFacts } from './feed-events.ts';
import { feedSecret, tokenHash } from './feed-token.ts';
import type { ToldEvent } from './published.ts';
import { type AskedFeed, lockAskedFeed, rememberTold, selectAskedFeed, selectFeedActivities, selectTold } from './store.ts';

/**
 * The calendar behind an address. Unknown, malformed and ended ones are one refusal. What changed since it was last asked for is remembered before it
 * is sent, one asking after another, so that no two calendars are ever told different things under one number.
 */
export async function readFeed(db: Database, keyring: Keyring, calendars: KnownCalendars, asked: string): Promise<string> {
  const hashed = tokenHash(asked);
  const [feed] = hashed === null ? [] : await db.query(selectAskedFeed, [hashed]);
  if (!feed) throw new NotFound();
  const facts = await factsOf(db, calendars, feed);
  const secret = feedSecret(keyring, feed.id);
  const now = Date.now();
  const today = dayOf(now, facts.zone);
  const { composeFeed } = await import('./feed-text.ts'); // a library that no page needs
  const composed = composeFeed(facts, await toldBy(db, feed), secret, now);
  if (composed.changed.length === 0 && composed.gone.length === 0 && feed.askedOn === today) return composed.text;

  return db.transact({ kind: 'system', name: 'calendar.feed' }, async ({ trx }) => {
    const [locked] = await trx.query(lockAskedFeed, [feed.id]);
    if (!locked) throw new NotFound();
    const { text, changed, gone } = composeFeed(facts, await toldBy(trx, feed), secret, now);
    await trx.query(rememberTold, [feed.id, ...columnsOf(changed), gone, today]);
    return text;
  });
}

const toldBy = (db: Queryable, { id }: AskedFeed): Promise<ToldEvent[]> => db.query(selectTold, [id]);

async function factsOf(db: Database, calendars: KnownCalendars, { accountId, parentId, familyId, detail }: AskedFeed): Promise<FeedFacts> {
  const owner: ParentUser = { kind: 'user', accountId, parentId };
  const { family, calendars: known } = await calendars.read(db, owner, familyId);
  const [activities] = detail === 'full' ? await db.query(selectFeedActivities, [familyId]) : [];
  return {
    reader: parentId,
    zone: family.timeZone,
    children: family.children,
    members: family.members,
    calendars: known,
    activities: activities?.activityRows ?? [],
    detail,
  };
}

const columnsOf = (events: readonly ToldEvent[]): unknown[] => [
  events.map(({ uid }) => uid),
  events.map(({ sequence }) => sequence),
  events.map(({ kind }) => kind),
  events.map(({ fingerprint }) => fingerprint),
  events.map(({ from }) => from),
  events.map(({ until }) => until),
  events.map(({ allDay }) => allDay),
  events.map(({ cancelled }) => cancelled),
  events.map(({ changedAt }) => changedAt),
];
