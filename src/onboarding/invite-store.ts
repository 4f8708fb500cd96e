import type { InvitationId, ParentId, SchoolId } from '../core/ids.ts';
import { statement } from '../platform/database.ts';
import type { PhotoStatus } from '../schools/index.ts';
import type { Channel, SendingReason } from './link-store.ts';

const inUse = (invitation: string): string => `${invitation}.revoked_at is null and ${invitation}.closed_at is null`;

/** What decides whether somebody can be sent a link. `works`: they have one that does. */
export type InviteRow = {
  parentId: ParentId;
  status: PhotoStatus;
  hasEmail: boolean;
  hasPhone: boolean;
  invitationId: InvitationId | null;
  round: number | null;
  works: boolean;
  lastSentAt: Date | null;
};

/** Locks the adults in one order, so that two members of staff at once make one link. */
export const selectForInviting = statement<InviteRow>(
  'onboarding.for-inviting',
  `select sp.parent_id as "parentId", sp.status, sp.email_ct is not null as "hasEmail", sp.phone_ct is not null as "hasPhone",
          i.id as "invitationId", i.round, coalesce(i.expires_at > now() and i.wrong_codes < 5, false) as works,
          (select max(s.created_at) from parley.invitation_sendings s where s.invitation_id = i.id and s.channel <> 'letter') as "lastSentAt"
     from parley.school_parents sp
     left join parley.invitations i on i.school_id = sp.school_id and i.parent_id = sp.parent_id and ${inUse('i')}
    where sp.school_id = $1 and sp.parent_id = any($2::uuid[]) and sp.until is null
    order by sp.parent_id for update of sp`,
);

/** A new link takes the place of those whose work is done: only the newest of an adult ever opens anything. */
export const insertInvitations = statement<void>(
  'onboarding.insert-invitations',
  `with done as (
     update parley.invitations set revoked_at = now()
      where school_id = $1 and parent_id = any($3::uuid[]) and revoked_at is null and closed_at is not null)
   insert into parley.invitations (id, school_id, parent_id, token_hash, created_by, expires_at)
   select i.id, $1, i.parent_id, i.token_hash, $5, $6 from unnest($2::uuid[], $3::uuid[], $4::bytea[]) as i (id, parent_id, token_hash)`,
);

export const renewInvitations = statement<void>(
  'onboarding.renew-invitations',
  `update parley.invitations i
      set round = r.round, token_hash = r.token_hash, wrong_codes = 0, expires_at = $5, opened_at = null, proved_at = null
     from unnest($2::uuid[], $3::int[], $4::bytea[]) as r (id, round, token_hash)
    where i.school_id = $1 and i.id = r.id and ${inUse('i')}`,
);

/** Every link of an adult that still opens something, those for joining too. */
export const revokeInvitations = statement<{ invitationId: InvitationId }>(
  'onboarding.revoke',
  `update parley.invitations set revoked_at = now() where school_id = $1 and parent_id = $2 and revoked_at is null returning id as "invitationId"`,
);

/** Links that ran out without a photo on its way. */
export const selectExpired = statement<{ invitationId: InvitationId; schoolId: SchoolId; parentId: ParentId }>(
  'onboarding.expired',
  `select i.id as "invitationId", i.school_id as "schoolId", i.parent_id as "parentId"
     from parley.invitations i join parley.school_parents sp on sp.school_id = i.school_id and sp.parent_id = i.parent_id
    where ${inUse('i')} and i.expires_at <= now() and sp.status in ('invited', 'opened', 'retake')
    order by i.school_id, i.parent_id limit 1000 for update of sp skip locked`,
);

// ------------------------------------------------------------------ sending

export type DueRow = {
  channel: Channel;
  reason: SendingReason;
  invitationId: InvitationId;
  round: number;
  expiresAt: Date;
  works: boolean;
  schoolName: string;
  timeZone: string;
  emailCt: Buffer | null;
  phoneCt: Buffer | null;
};

export const selectDue = statement<DueRow>(
  'onboarding.due',
  `select s.channel, s.reason, i.id as "invitationId", i.round, i.expires_at as "expiresAt",
          i.revoked_at is null and i.closed_at is null and i.wrong_codes < 5 and i.expires_at > now() and sp.until is null as works,
          sch.name as "schoolName", sch.time_zone as "timeZone", sp.email_ct as "emailCt", sp.phone_ct as "phoneCt"
     from parley.invitation_sendings s
     join parley.invitations i on i.id = s.invitation_id
     join parley.school_parents sp on sp.school_id = i.school_id and sp.parent_id = i.parent_id
     join parley.schools sch on sch.id = i.school_id
    where s.id = $1 and s.sent_at is null for update of s`,
);

export const markSent = statement<void>('onboarding.mark-sent', `update parley.invitation_sendings set sent_at = now(), failure = null where id = $1`);
export const markFailed = statement<void>('onboarding.mark-failed', `update parley.invitation_sendings set failure = $2 where id = $1 and sent_at is null`);

// ------------------------------------------------------------------ letters and codes

export type LetterRow = { parentId: ParentId; invitationId: InvitationId; round: number; expiresAt: Date; name: string; childrenText: string };

/** The letters made together with this one, for a day, for whoever made them. */
export const selectLetters = statement<LetterRow>(
  'onboarding.letters',
  `select sp.parent_id as "parentId", i.id as "invitationId", i.round, i.expires_at as "expiresAt", p.given_name || ' ' || p.surname as name,
          sp.children_text as "childrenText"
     from parley.invitation_sendings first
     join parley.invitation_sendings s on s.sent_by = first.sent_by and s.created_at = first.created_at and s.channel = 'letter'
     join parley.invitations i on i.id = s.invitation_id
     join parley.school_parents sp on sp.school_id = i.school_id and sp.parent_id = i.parent_id
     join parley.parents p on p.id = sp.parent_id
    where first.id = $1 and first.sent_by = $2 and first.channel = 'letter' and first.created_at > now() - interval '1 day'
      and i.school_id = $3 and ${inUse('i')} and i.wrong_codes < 5 and i.expires_at > now() and sp.until is null
    order by sp.sort_name, sp.parent_id`,
);

export const selectLinkInUse = statement<{ invitationId: InvitationId; round: number; expiresAt: Date }>(
  'onboarding.link-in-use',
  `select i.id as "invitationId", i.round, i.expires_at as "expiresAt"
     from parley.invitations i join parley.school_parents sp on sp.school_id = i.school_id and sp.parent_id = i.parent_id
    where i.school_id = $1 and i.parent_id = $2 and i.revoked_at is null and (i.closed_at is null or sp.status = 'approved')
      and i.wrong_codes < 5 and i.expires_at > now() and sp.until is null`,
);
