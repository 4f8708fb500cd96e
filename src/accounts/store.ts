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

export type SignInRow = { id: AccountId; parentId: ParentId | null; passwordHash: string; staff: boolean };

export const selectForSignIn = statement<SignInRow>(
  'accounts.for-sign-in',
  `select a.id, a.parent_id as "parentId", a.password_hash as "passwordHash",
          exists (select from parley.staff s where s.account_id = a.id and (s.until is null or s.until > now())) as staff
     from parley.accounts a where a.email_hash = $1 and a.closed_at is null`,
);

export type AccountRow = { displayName: string; emailCt: Buffer; schools: { name: string; role: string }[] };

export const selectAccount = statement<AccountRow>(
  'accounts.account',
  `select a.display_name as "displayName", a.email_ct as "emailCt",
          (select coalesce(json_agg(json_build_object('name', s.name, 'role', st.role) order by s.name), '[]')
             from parley.staff st join parley.schools s on s.id = st.school_id
            where st.account_id = a.id and (st.until is null or st.until > now())) as schools
     from parley.accounts a where a.id = $1`,
);
