import type { Knex } from 'knex';

/** The school's side: whom a school knows, what they were invited with, and adults waiting to be added to a child. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- Which school a member of staff begins with, where there are several.
    alter table parley.accounts add column school_id uuid references parley.schools on delete restrict on update restrict;
    create index accounts_by_school on parley.accounts (school_id);

    alter table parley.schools
      -- Days that photos of adults who no longer collect, and superseded ones, are kept.
      add column photo_retention_days integer not null default 30 check (photo_retention_days between 1 and 3650),
      add column likeness boolean not null default false;

    -- An adult as one school knows them: what the dashboard lists. Status and names are stored, so that any filter and any page is one range of an index.
    create table parley.school_parents (
      school_id     uuid not null references parley.schools on delete restrict on update restrict,
      parent_id     uuid not null references parley.parents on delete restrict on update restrict,
      -- The school's own number for this adult: files of photos are named by it.
      number        integer not null check (number > 0),
      -- Surname, given name, folded: what the list is sorted by.
      sort_name     text not null,
      -- Names of the adult and of the children at this school, folded: what the search looks in.
      search_text   text not null,
      -- "Theo, 1B and Ines, 4A"
      children_text text not null,
      classes       text[] not null default '{}',
      email_ct      bytea,
      email_hash    bytea check (octet_length(email_hash) = 32),
      phone_ct      bytea,
      status        text not null default 'not_invited'
                    check (status in ('not_invited', 'invited', 'opened', 'waiting', 'approved', 'retake', 'rejected', 'expired')),
      status_at     timestamptz not null default now(),
      since         timestamptz not null default now(),
      until         timestamptz check (until >= since),
      primary key (school_id, parent_id),
      unique (school_id, number)
    );
    create index school_parents_by_parent on parley.school_parents (parent_id);
    create index school_parents_by_name on parley.school_parents (school_id, sort_name, parent_id) where until is null;
    create index school_parents_by_status on parley.school_parents (school_id, status, sort_name, parent_id) where until is null;

    -- One link for one parent. The token and the code are computed from the id and the round with a key outside the database;
    -- here stands the token's hash alone.
    create table parley.invitations (
      id          uuid primary key default uuidv7(),
      school_id   uuid not null,
      parent_id   uuid not null,
      -- Counted up when the link is renewed: the old address stops working.
      round       integer not null default 1 check (round > 0),
      token_hash  bytea not null unique check (octet_length(token_hash) = 32),
      wrong_codes smallint not null default 0 check (wrong_codes between 0 and 5),
      created_by  uuid not null references parley.accounts on delete restrict on update restrict,
      created_at  timestamptz not null default now(),
      expires_at  timestamptz not null,
      opened_at   timestamptz,
      -- The code was given right: from now on this link may name its parent.
      proved_at   timestamptz,
      revoked_at  timestamptz,
      -- The link's work is done: photo approved, or rejected.
      closed_at   timestamptz,
      check (expires_at > created_at),
      foreign key (school_id, parent_id) references parley.school_parents (school_id, parent_id) on delete restrict on update restrict
    );
    create index invitations_by_parent on parley.invitations (school_id, parent_id);
    create index invitations_by_creator on parley.invitations (created_by);
    -- One link at a time.
    create unique index invitations_in_use on parley.invitations (school_id, parent_id) where revoked_at is null and closed_at is null;

    -- What went out about a link, by which way: the dashboard says when somebody was last reminded.
    create table parley.invitation_sendings (
      id            uuid primary key default uuidv7(),
      invitation_id uuid not null references parley.invitations on delete restrict on update restrict,
      channel       text not null check (channel in ('email', 'sms', 'letter')),
      reason        text not null check (reason in ('invite', 'remind', 'renew', 'retake')),
      sent_by       uuid references parley.accounts on delete restrict on update restrict,
      created_at    timestamptz not null default now(),
      sent_at       timestamptz,
      failure       text check (length(failure) <= 300)
    );
    create index invitation_sendings_by_invitation on parley.invitation_sendings (invitation_id);
    create index invitation_sendings_by_sender on parley.invitation_sendings (sent_by);

    -- An adult to be added to a child who already has parents: takes effect after 72 hours or by a second person's word.
    create table parley.parent_proposals (
      id           uuid primary key default uuidv7(),
      school_id    uuid not null references parley.schools on delete restrict on update restrict,
      child_id     uuid not null references parley.children on delete restrict on update restrict,
      parent_id    uuid not null references parley.parents on delete restrict on update restrict,
      relation     text not null check (length(relation) between 1 and 50),
      proposed_by  uuid not null references parley.accounts on delete restrict on update restrict,
      created_at   timestamptz not null default now(),
      effective_at timestamptz not null,
      confirmed_by uuid references parley.accounts on delete restrict on update restrict,
      settled_at   timestamptz,
      outcome      text check (outcome in ('added', 'withdrawn')),
      check (confirmed_by <> proposed_by),
      check ((settled_at is null) = (outcome is null))
    );
    create index parent_proposals_by_school on parley.parent_proposals (school_id) where outcome is null;
    create index parent_proposals_by_child on parley.parent_proposals (child_id);
    create index parent_proposals_by_parent on parley.parent_proposals (parent_id);
    create index parent_proposals_by_proposer on parley.parent_proposals (proposed_by);
    create index parent_proposals_by_confirmer on parley.parent_proposals (confirmed_by);
    create unique index parent_proposals_once on parley.parent_proposals (child_id, parent_id) where outcome is null;

    grant select, insert on parley.school_parents, parley.invitations, parley.invitation_sendings, parley.parent_proposals to parley_app;
    grant update (sort_name, search_text, children_text, classes, email_ct, email_hash, phone_ct, status, status_at, until) on parley.school_parents to parley_app;
    grant update (round, token_hash, wrong_codes, expires_at, opened_at, proved_at, revoked_at, closed_at) on parley.invitations to parley_app;
    grant update (sent_at, failure) on parley.invitation_sendings to parley_app;
    grant update (confirmed_by, settled_at, outcome) on parley.parent_proposals to parley_app;
    grant update (school_id) on parley.accounts to parley_app;
    grant update (photo_retention_days, likeness) on parley.schools to parley_app;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table parley.parent_proposals, parley.invitation_sendings, parley.invitations, parley.school_parents;
    alter table parley.schools drop column photo_retention_days, drop column likeness;
    alter table parley.accounts drop column school_id;
  `);
}
