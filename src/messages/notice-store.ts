import { sharesFamily } from '../access/scope.ts';
import type { ParentId } from '../core/ids.ts';
import { statement } from '../platform/database.ts';

/** Within a statement that posts: a notice is queued for those of its `recipients` for whom none waits. */
export const tellRecipients = `
  -- Who has a notice waiting is locked all the same, so that the notice does not go out before these words are there to be seen.
  tell as (
    insert into parley.waiting_notices as w (family_id, parent_id)
    select distinct r.family_id, r.parent_id from recipients r order by r.family_id, r.parent_id
    on conflict (family_id, parent_id) do update set queued_at = now() where w.queued_at < now() - interval '1 hour'
    returning w.family_id, w.parent_id),
  told as (
    select graphile_worker.add_job('messages.tell-recipient', json_build_object('familyId', tell.family_id, 'parentId', tell.parent_id),
             run_at => case when r.notified_at > now() - interval '30 minutes' then r.notified_at + interval '30 minutes' end,
             job_key => format('messages.tell %s %s', tell.family_id, tell.parent_id), job_key_mode => 'preserve_run_at', max_attempts => 12)
      from tell left join parley.recipients r on r.family_id = tell.family_id and r.parent_id = tell.parent_id)`;

export const selectNotice = statement<{ emailCt: Buffer | null; notifiedAt: Date | null; unread: boolean }>(
  'messages.notice',
  `select a.email_ct as "emailCt", r.notified_at as "notifiedAt",
          exists (select from parley.unread_comments u where u.parent_id = $2 and u.family_id = $1)
            or exists (select from parley.unseen_steps s where s.parent_id = $2 and s.family_id = $1) as unread
     from parley.parents p
     left join parley.accounts a on a.parent_id = p.id and a.closed_at is null
     left join parley.recipients r on r.family_id = $1 and r.parent_id = p.id
    where p.id = $2 and ${sharesFamily('$1', '$2')}`,
);

/** The notice is no longer in the queue: what is written from now on puts another there. */
export const deleteWaitingNotice = statement<void>(
  'messages.delete-waiting-notice',
  `delete from parley.waiting_notices where family_id = $1 and parent_id = $2`,
);

/** Marks the notice as sent, unless one went out within thirty minutes: then no row. */
export const markNotified = statement<{ parentId: ParentId }>(
  'messages.mark-notified',
  `insert into parley.recipients as r (family_id, parent_id, notified_at) values ($1, $2, now())
   on conflict (family_id, parent_id) do update set notified_at = now() where r.notified_at <= now() - interval '30 minutes'
   returning r.parent_id as "parentId"`,
);
