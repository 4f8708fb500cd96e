import type { AccountId, ParentId } from '../core/ids.ts';
import { statement } from '../platform/database.ts';

export const reserveAttempt = statement<{ failures: number }>(
  'accounts.reserve-attempt',
  `insert into parley.sign_in_delays as d (address_hash, failures, failed_at, retry_at) values ($1, 1, now(), now())
   on conflict (address_hash) do update
     set failures = case when d.failed_at < now() - interval '24 hours' then 1 else d.failures + 1 end,
         failed_at = now(),
         retry_at = case when d.failed_at < now() - interval '24 hours' or d.failures < 2 then now()
                         else now() + least(interval '1 hour', interval '30 seconds' * power(2, least(d.failures - 2, 12))) end
     where d.retry_at <= now()
   returning d.failures`,
);

export const selectDelay = statement<{ retryAt: Date }>('accounts.delay', `select retry_at as "retryAt" from parley.sign_in_delays where address_hash = $1`);

export const forgetAttempts = statement<void>('accounts.forget-attempts', `delete from parley.sign_in_delays where address_hash = $1`);

type SignInRow = { id: AccountId; parentId: ParentId | null; passwordHash: string; staff: boolean };

export const selectForSignIn = statement<SignInRow>(
  'accounts.for-sign-in',
  `select a.id, a.parent_id as "parentId", a.password_hash as "passwordHash",
          exists (select from parley.staff s where s.account_id = a.id and (s.until is null or s.until > now())) as staff
     from parley.accounts a where a.email_hash = $1 and a.closed_at is null`,
);

export const selectPasswordHash = statement<{ passwordHash: string }>(
  'accounts.password-hash',
  `select password_hash as "passwordHash" from parley.accounts where id = $1 and closed_at is null`,
);

type AccountRow = { displayName: string; emailCt: Buffer; schools: { name: string; role: string }[] };

export const selectAccount = statement<AccountRow>(
  'accounts.account',
  `select a.display_name as "displayName", a.email_ct as "emailCt",
          (select coalesce(json_agg(json_build_object('name', s.name, 'role', st.role) order by s.name), '[]')
             from parley.staff st join parley.schools s on s.id = st.school_id
            where st.account_id = a.id and (st.until is null or st.until > now())) as schools
     from parley.accounts a where a.id = $1`,
);

// ------------------------------------------------------------------ accounts that wait for their address

type RequestRow = { passwordHash: string | null };

export const selectRequest = statement<RequestRow>(
  'accounts.request',
  `select password_hash as "passwordHash" from parley.pending_accounts where invitation_id = $1 and submission = $2 and email_hash = $3`,
);

export const countRequests = statement<{ count: number }>(
  'accounts.count-requests',
  `select count(*)::int from parley.pending_accounts where invitation_id = $1 and created_at > now() - interval '24 hours'`,
);

export const insertRequest = statement<{ id: string }>(
  'accounts.insert-request',
  `insert into parley.pending_accounts (id, invitation_id, round, parent_id, submission, email_hash, email_ct, password_hash, token_hash, expires_at)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, now() + interval '24 hours')
   on conflict (invitation_id, submission, email_hash) do nothing returning id`,
);

const hasAccount = `exists (select from parley.accounts a where a.parent_id in (p.id, p.same_as))`;
/** The same parent's answers were given again: an address with a slip in it must not make the account. */
const replaced = `exists (select from parley.pending_accounts newer where newer.invitation_id = pa.invitation_id and (newer.created_at, newer.id) > (pa.created_at, pa.id))`;
const addressKnown = 'exists (select from parley.accounts a where a.email_hash = pa.email_hash)';

type PendingMail = { emailCt: Buffer; known: boolean };

/** What is still to be said to the address that was given; no row when it has been dealt with. */
export const selectPendingMail = statement<PendingMail>(
  'accounts.pending-mail',
  `select pa.email_ct as "emailCt", ${addressKnown} as known
     from parley.pending_accounts pa join parley.parents p on p.id = pa.parent_id
    where pa.id = $1 and pa.confirmed_at is null and pa.expires_at > now() and not ${hasAccount} and not ${replaced}`,
);

export type PendingRow = {
  id: string;
  parentId: ParentId;
  name: string;
  emailHash: Buffer;
  /** Null once it is confirmed. */
  emailCt: Buffer | null;
  passwordHash: string | null;
  confirmed: boolean;
  expired: boolean;
  replaced: boolean;
  /** The link that it began with has been taken back, renewed, or closed by a rejection. */
  withdrawn: boolean;
  /** The parent has an account, perhaps made with another of several mails. */
  hasAccount: boolean;
  addressKnown: boolean;
};

export const selectPending = statement<PendingRow>(
  'accounts.pending',
  `select pa.id, pa.parent_id as "parentId", left(p.given_name || ' ' || p.surname, 200) as name, pa.email_hash as "emailHash",
          pa.email_ct as "emailCt", pa.password_hash as "passwordHash", pa.confirmed_at is not null as confirmed, pa.expires_at <= now() as expired,
          i.revoked_at is not null or i.round <> pa.round or sp.until is not null or (i.closed_at is not null and sp.status <> 'approved') as withdrawn,
          ${replaced} as replaced, ${hasAccount} as "hasAccount", ${addressKnown} as "addressKnown"
     from parley.pending_accounts pa
     join parley.parents p on p.id = pa.parent_id
     join parley.invitations i on i.id = pa.invitation_id
     join parley.school_parents sp on sp.school_id = i.school_id and sp.parent_id = i.parent_id
    where pa.token_hash = $1`,
);

/** Held until the end of the transaction, with its link. Looked at afterwards: what is found while waiting for a lock is how things were before it. */
export const lockPending = statement<{ id: string }>(
  'accounts.lock-pending',
  `select pa.id from parley.pending_accounts pa join parley.invitations i on i.id = pa.invitation_id where pa.token_hash = $1 for update of pa, i`,
);

/** No row where somebody was quicker: another mail of the same parent, or the same address elsewhere. */
export const insertAccount = statement<{ id: AccountId }>(
  'accounts.insert',
  `insert into parley.accounts (email_hash, email_ct, password_hash, parent_id, display_name) values ($1, $2, $3, $4, $5)
   on conflict do nothing returning id`,
);

/** What the account has now is kept in no second place. */
export const markConfirmed = statement<void>(
  'accounts.mark-confirmed',
  `update parley.pending_accounts set confirmed_at = now(), email_ct = null, password_hash = null where id = $1`,
);

export const deleteOldRequests = statement<void>(
  'accounts.delete-old-requests',
  `delete from parley.pending_accounts where expires_at < now() - interval '7 days'`,
);

/** An account of staff becomes a parent's besides. No row where it is one already. */
export const updateAccountParent = statement<{ id: AccountId }>(
  'accounts.give-parent',
  `update parley.accounts set parent_id = $2 where id = $1 and parent_id is null and closed_at is null returning id`,
);
