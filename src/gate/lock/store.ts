import type { AccountId } from '../../core/ids.ts';
import { statement } from '../../platform/database.ts';

export type LockRow = { staffName: string; pinHash: string | null };

/** Whom a locked screen waits for. */
export const selectLockHolder = statement<LockRow>(
  'gate.lock-holder',
  `select a.display_name as "staffName", p.pin_hash as "pinHash"
     from parley.accounts a left join parley.staff_pins p on p.account_id = a.id where a.id = $1`,
);

export const upsertPin = statement<{ id: AccountId }>(
  'gate.upsert-pin',
  `insert into parley.staff_pins (account_id, pin_hash) values ($1, $2)
   on conflict (account_id) do update set pin_hash = excluded.pin_hash, set_at = now()
   returning account_id as id`,
);
