import { activityColumns, type ActivityColumns } from '../../activities/index.ts';
import { sharesFamily } from '../../access/scope.ts';
import type { AccountId, FamilyId, FeedId, ParentId } from '../../core/ids.ts';
import { familyViewWith } from '../../families/index.ts';
import { statement } from '../../platform/database.ts';
import { instant, milliseconds } from '../../platform/sql.ts';
import type { Detail } from './feed-events.ts';
import type { ToldEvent } from './published.ts';

/** An address as its owner has it listed. `nameCt` is in hexadecimal. */
export type FeedRow = { id: FeedId; familyId: FamilyId; nameCt: string; detail: Detail; madeAt: string; askedOn: string | null };

/** A family, and every address in use that its reader made, of this family or of another that they share. */
export const selectFeeds = familyViewWith<{ feeds: FeedRow[] }>(
  'calendar.feeds',
  `(select coalesce(json_agg(json_build_object('id', fe.id, 'familyId', fe.family_id, 'nameCt', encode(fe.name_ct, 'hex'), 'detail', fe.detail,
              'madeAt', fe.made_at, 'askedOn', fe.asked_on) order by fe.made_at, fe.id), '[]')
        from parley.feeds fe where fe.account_id = $3 and fe.revoked_at is null and ${sharesFamily('fe.family_id', '$1')}) as feeds`,
);

export const selectMadeBefore = statement<{ id: FeedId; recent: boolean; revoked: boolean }>(
  'calendar.feed-by-submission',
  `select fe.id, fe.made_at > now() - interval '1 minute' as recent, fe.revoked_at is not null as revoked from parley.feeds fe where fe.account_id = $1 and fe.submission = $2`,
);

export const selectSharing = statement<{ count: number }>(
  'calendar.feed-sharing',
  `select (select count(*)::int from parley.feeds fe where fe.account_id = $1 and fe.revoked_at is null and ${sharesFamily('fe.family_id', '$2::uuid')}) as count where ${sharesFamily('$3::uuid', '$2::uuid')}`,
);

export const insertFeed = statement<void>(
  'calendar.insert-feed',
  `insert into parley.feeds (id, account_id, family_id, token_hash, name_ct, detail, submission) values ($1, $2, $3, $4, $5, $6, $7)`,
);

export const lockOwnFeed = statement<{ revoked: boolean }>(
  'calendar.lock-own-feed',
  `select fe.revoked_at is not null as revoked from parley.feeds fe where fe.id = $2 and fe.account_id = $1 for update`,
);

export const revokeFeed = statement<void>(
  'calendar.revoke-feed',
  `with forgotten as (delete from parley.feed_events where feed_id = $1) update parley.feeds set revoked_at = now() where id = $1`,
);

// ------------------------------------------------------------------ what a calendar asks for

/** An address that works: in use, of an account that is open, of a family that its owner shares now. */
export type AskedFeed = { id: FeedId; accountId: AccountId; parentId: ParentId; familyId: FamilyId; detail: Detail; askedOn: string | null };
const feedInUse = `from parley.feeds fe join parley.accounts a on a.id = fe.account_id and a.closed_at is null
    where fe.revoked_at is null and ${sharesFamily('fe.family_id', 'a.parent_id')}`;

export const selectAskedFeed = statement<AskedFeed>(
  'calendar.asked-feed',
  `select fe.id, fe.account_id as "accountId", a.parent_id as "parentId", fe.family_id as "familyId", fe.detail, fe.asked_on::text as "askedOn" ${feedInUse} and fe.token_hash = $1`,
);

export const lockAskedFeed = statement<{ id: FeedId }>('calendar.lock-asked-feed', `select fe.id ${feedInUse} and fe.id = $1 for update of fe`);

export const selectFeedActivities = statement<ActivityColumns>('calendar.feed-activities', `select ${activityColumns} from parley.families f where f.id = $1`);

export const selectTold = statement<ToldEvent>(
  'calendar.told-events',
  `select e.uid, e.sequence, e.kind, e.fingerprint, ${milliseconds('e.starts_at')} as "from", ${milliseconds('e.ends_at')} as "until", e.all_day as "allDay", e.cancelled,
          ${milliseconds('e.changed_at')} as "changedAt" from parley.feed_events e where e.feed_id = $1`,
);

/** Remembers what was told ($2 and on, one array for each column), forgets what is over ($11), and that the feed was asked for on a day ($12). */
export const rememberTold = statement<void>(
  'calendar.remember-told',
  `with told as (
     insert into parley.feed_events (feed_id, uid, sequence, kind, fingerprint, starts_at, ends_at, all_day, cancelled, changed_at)
     select $1, e.uid, e.sequence, e.kind, e.fingerprint, ${instant('e.starts')}, ${instant('e.ends')}, e.all_day, e.cancelled, ${instant('e.changed')}
       from unnest($2::text[], $3::int[], $4::text[], $5::bytea[], $6::float8[], $7::float8[], $8::boolean[], $9::boolean[], $10::float8[])
         as e (uid, sequence, kind, fingerprint, starts, ends, all_day, cancelled, changed)
     on conflict (feed_id, uid) do update
       set sequence = excluded.sequence, fingerprint = excluded.fingerprint, starts_at = excluded.starts_at, ends_at = excluded.ends_at,
           all_day = excluded.all_day, cancelled = excluded.cancelled, changed_at = excluded.changed_at
   ), gone as (delete from parley.feed_events where feed_id = $1 and uid = any($11::text[]))
   update parley.feeds set asked_on = $12 where id = $1 and asked_on is distinct from $12::date`,
);
