import type { AccountId, InvitationId, ParentId } from '../core/ids.ts';
import { statement } from '../platform/database.ts';
import { works } from './link-store.ts';

/** What joining has to know of the invited parent. */
export type JoiningRow = {
  /** Of the account that this parent has, under this row or as the same adult as another. */
  accountId: AccountId | null;
  /** The parent's own name and their children's: what a password must not be made of. */
  names: string[];
};

export const selectJoining = statement<JoiningRow>(
  'onboarding.joining',
  `select (select a.id from parley.accounts a where a.parent_id in (p.id, p.same_as)) as "accountId",
          array[p.given_name || ' ' || p.surname]
          || array(select distinct c.given_name || ' ' || c.surname from parley.parentings pg join parley.children c on c.id = pg.child_id where pg.parent_id = p.id) as names
     from parley.parents p where p.id = $1`,
);

/** The link, held until the end of the transaction so that it cannot be taken back meanwhile; no row where it opens nothing any more. */
export const lockLink = statement<{ id: InvitationId }>(
  'onboarding.lock-link',
  `select i.id from parley.invitations i join parley.school_parents sp on sp.school_id = i.school_id and sp.parent_id = i.parent_id
    where i.id = $1 and i.round = $2 and ${works} for update of i`,
);

type ConnectingRow = {
  /** The parent of the account that signed in. */
  own: ParentId | null;
  /** Whose account the invited parent has. */
  accountId: AccountId | null;
  /** The invited parent has entries on a record. */
  onRecord: boolean;
  /** Both stand in one family or beside one child: then they are two people. */
  together: boolean;
};

/** An account ($1) and an invited parent ($2), and what stands between them. */
export const selectConnecting = statement<ConnectingRow>(
  'onboarding.connecting',
  `select me.parent_id as own, (select a.id from parley.accounts a where a.parent_id in (p.id, p.same_as)) as "accountId",
          p.same_as is not null or exists (select from record.members m where m.parent_id = p.id) as "onRecord",
          exists (select from parley.family_parents a join parley.family_parents b on b.family_id = a.family_id and b.parent_id = p.id
                   where a.parent_id = me.parent_id)
          or exists (select from parley.parentings a join parley.parents own on own.id = a.parent_id
                       join parley.parentings b on b.child_id = a.child_id and b.parent_id = p.id
                      where me.parent_id in (own.id, own.same_as)) as together
     from parley.accounts me, parley.parents p where me.id = $1 and p.id = $2 for update of p`,
);
