import { holdsNow } from '../access/scope.ts';
import type { InvitationId, ParentId, SchoolId } from '../core/ids.ts';
import { statement } from '../platform/database.ts';
import type { PhotoStatus } from '../schools/index.ts';

/** The link can be used: neither expired, revoked nor burnt, and its parent is still known to the school. */
export const works = `i.revoked_at is null and i.wrong_codes < 5 and i.expires_at > now() and sp.until is null
           and (i.closed_at is null or sp.status = 'approved')`;

export type LinkRow = {
  invitationId: InvitationId;
  round: number;
  schoolId: SchoolId;
  parentId: ParentId;
  schoolName: string;
  timeZone: string;
  expiresAt: Date;
  openedAt: Date | null;
  closedAt: Date | null;
  givenName: string;
  surname: string;
  photo: PhotoStatus;
  /** A parent of some child. Somebody whom a parent chose to collect sends a photo and gets no account. */
  mayJoin: boolean;
};

export const selectLink = statement<LinkRow>(
  'onboarding.link',
  `select i.id as "invitationId", i.round, i.school_id as "schoolId", i.parent_id as "parentId", s.name as "schoolName", s.time_zone as "timeZone",
          i.expires_at as "expiresAt", i.opened_at as "openedAt", i.closed_at as "closedAt", p.given_name as "givenName", p.surname,
          sp.status as photo, exists (select from parley.parentings pg where pg.parent_id = p.id and ${holdsNow('pg')}) as "mayJoin"
     from parley.invitations i
     join parley.school_parents sp on sp.school_id = i.school_id and sp.parent_id = i.parent_id
     join parley.schools s on s.id = i.school_id
     join parley.parents p on p.id = i.parent_id
    where i.token_hash = $1 and ${works}`,
);

/** The first opening by a person. Once: whoever comes second finds it done. */
export const markOpened = statement<{ schoolId: SchoolId; parentId: ParentId }>(
  'onboarding.mark-opened',
  `update parley.invitations set opened_at = now() where id = $1 and round = $2 and opened_at is null
   returning school_id as "schoolId", parent_id as "parentId"`,
);

/** A try is counted before it is compared, so that many at once get no more than one after another. No row: the link works no longer. */
export const reserveTry = statement<{ wrongCodes: number }>(
  'onboarding.reserve-try',
  `update parley.invitations i set wrong_codes = i.wrong_codes + 1
     from parley.school_parents sp
    where i.id = $1 and i.round = $2 and sp.school_id = i.school_id and sp.parent_id = i.parent_id and ${works}
   returning i.wrong_codes as "wrongCodes"`,
);

/** It was right: the try is given back, and no other. */
export const markProved = statement<void>(
  'onboarding.mark-proved',
  `update parley.invitations set wrong_codes = wrong_codes - 1, proved_at = coalesce(proved_at, now()) where id = $1 and round = $2`,
);

export const closeLink = statement<void>(
  'onboarding.close',
  `update parley.invitations set closed_at = now() where id = $1 and revoked_at is null and closed_at is null`,
);

/** Open again and for long enough, unless it was taken back, burnt, or a newer one took its place. */
export const reopenLink = statement<{ invitationId: InvitationId; schoolId: SchoolId; parentId: ParentId; channel: 'email' | 'sms' | null }>(
  'onboarding.reopen',
  `update parley.invitations i set closed_at = null, expires_at = greatest(i.expires_at, now() + make_interval(days => $2))
     from parley.school_parents sp
    where i.id = $1 and i.revoked_at is null and i.wrong_codes < 5 and sp.school_id = i.school_id and sp.parent_id = i.parent_id and sp.until is null
      and not exists (select from parley.invitations newer where newer.school_id = i.school_id and newer.parent_id = i.parent_id
                       and newer.revoked_at is null and newer.closed_at is null and newer.id <> i.id)
   returning i.id as "invitationId", i.school_id as "schoolId", i.parent_id as "parentId",
             case when sp.email_ct is not null then 'email' when sp.phone_ct is not null then 'sms' end as channel`,
);

// ------------------------------------------------------------------ what went out

export type SendingReason = 'invite' | 'remind' | 'renew' | 'retake';
export type Channel = 'email' | 'sms' | 'letter';

/** A letter is in somebody's hands at once; the others are sent by a job. */
export const insertSendings = statement<void>(
  'onboarding.insert-sendings',
  `insert into parley.invitation_sendings (id, invitation_id, channel, reason, sent_by, sent_at)
   select s.id, s.invitation_id, s.channel, $4, $5, case when s.channel = 'letter' then now() end
     from unnest($1::uuid[], $2::uuid[], $3::text[]) as s (id, invitation_id, channel)`,
);
