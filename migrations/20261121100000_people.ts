import type { Knex } from 'knex';

/** Families, parents, children, schools, activities; accounts and their sessions. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table parley.families
      add column time_zone  text not null default 'Europe/London',
      add column created_at timestamptz not null default now();

    alter table parley.parents
      add column given_name text not null check (length(given_name) between 1 and 100),
      add column surname    text not null check (length(surname) between 1 and 100),
      add column phone_ct   bytea,
      add column address_ct bytea,
      add column created_at timestamptz not null default now();

    -- Who shares a family's record, and until when. A row is never removed: an end is written.
    create table parley.family_parents (
      family_id uuid        not null references parley.families on delete restrict on update restrict,
      parent_id uuid        not null references parley.parents on delete restrict on update restrict,
      -- Which of the two patterns marks what this parent wrote.
      side      text        not null check (side in ('a', 'b')),
      since     timestamptz not null default now(),
      until     timestamptz,
      check (until >= since),
      primary key (family_id, parent_id)
    );
    create index family_parents_by_parent on parley.family_parents (parent_id);

    alter table parley.schools
      add column name       text not null check (length(name) between 1 and 200),
      add column kind       text not null check (kind in ('school', 'provider')),
      add column time_zone  text not null default 'Europe/London',
      add column created_at timestamptz not null default now();

    alter table parley.children
      add column given_name text not null check (length(given_name) between 1 and 100),
      add column surname    text not null check (length(surname) between 1 and 100),
      add column born_on    date not null,
      add column school_id  uuid references parley.schools on delete restrict on update restrict,
      add column class      text check (length(class) <= 50),
      add column created_at timestamptz not null default now();
    create index children_by_school on parley.children (school_id);

    create table parley.parentings (
      id         uuid primary key default uuidv7(),
      parent_id  uuid not null references parley.parents on delete restrict on update restrict,
      child_id   uuid not null references parley.children on delete restrict on update restrict,
      relation   text not null check (length(relation) between 1 and 50),
      starts_on  date not null default current_date,
      ends_on    date,
      check (ends_on >= starts_on),
      unique (parent_id, child_id, starts_on)
    );
    create index parentings_by_child on parley.parentings (child_id);

    alter table parley.activities
      add column child_id    uuid not null,
      add column provider_id uuid references parley.schools on delete restrict on update restrict,
      add column name        text not null check (length(name) between 1 and 200),
      add column weekdays    smallint[] not null default '{}',
      add column starts_at   time,
      add column ends_at     time,
      add column place       text check (length(place) <= 200),
      add column starts_on   date,
      add column ends_on     date,
      add column created_at  timestamptz not null default now(),
      add foreign key (family_id, child_id) references parley.children (family_id, id) on delete restrict on update restrict;
    create index activities_by_child on parley.activities (family_id, child_id);
    create index activities_by_provider on parley.activities (provider_id);

    create table parley.accounts (
      id            uuid primary key default uuidv7(),
      -- A keyed hash finds the account; the address itself is encrypted. Neither is shown to anyone else.
      email_hash    bytea not null unique check (octet_length(email_hash) = 32),
      email_ct      bytea not null,
      password_hash text  not null,
      parent_id     uuid  unique references parley.parents on delete restrict on update restrict,
      display_name  text  not null check (length(display_name) between 1 and 200),
      -- Which family the pages begin with.
      family_id     uuid  references parley.families on delete restrict on update restrict,
      created_at    timestamptz not null default now(),
      closed_at     timestamptz
    );
    create index accounts_by_family on parley.accounts (family_id);

    create table parley.staff (
      school_id  uuid not null references parley.schools on delete restrict on update restrict,
      account_id uuid not null references parley.accounts on delete restrict on update restrict,
      role       text not null check (role in ('admin', 'office', 'gate')),
      since      timestamptz not null default now(),
      until      timestamptz,
      primary key (school_id, account_id)
    );
    create index staff_by_account on parley.staff (account_id);

    create table parley.sessions (
      sid        text primary key,
      sess       jsonb not null,
      expire     timestamptz not null,
      account_id uuid generated always as ((sess ->> 'accountId')::uuid) stored references parley.accounts on delete restrict on update restrict
    );
    create index sessions_by_expire on parley.sessions (expire);
    create index sessions_by_account on parley.sessions (account_id);

    -- How often a typed address was refused, known or not. The address is hashed.
    create table parley.sign_in_delays (
      address_hash bytea primary key,
      failures     integer not null,
      failed_at    timestamptz not null,
      retry_at     timestamptz not null
    );

    -- Which master key this database was written with: eight bytes that identify it and reveal nothing.
    create table parley.master_keys (
      key_id     bytea primary key,
      created_at timestamptz not null default now()
    );

    grant select on all tables in schema parley to parley_app;
    revoke all on parley.knex_migrations, parley.knex_migrations_lock from parley_app;
    grant select on parley.knex_migrations to parley_app;
    grant insert on parley.families, parley.parents, parley.family_parents, parley.schools, parley.children, parley.parentings,
      parley.activities, parley.accounts, parley.staff, parley.sessions, parley.sign_in_delays, parley.master_keys to parley_app;
    grant update (family_id) on parley.accounts to parley_app;
    grant update (until) on parley.family_parents, parley.staff to parley_app;
    grant update (ends_on) on parley.parentings to parley_app;
    grant update, delete on parley.sessions, parley.sign_in_delays to parley_app;
    grant usage on schema parley to parley_verifier;
    grant select on parley.families, parley.parents, parley.family_parents to parley_verifier;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table parley.master_keys, parley.sign_in_delays, parley.sessions, parley.staff, parley.accounts, parley.parentings, parley.family_parents;
    alter table parley.activities drop column child_id, drop column provider_id, drop column name, drop column weekdays, drop column starts_at,
      drop column ends_at, drop column place, drop column starts_on, drop column ends_on, drop column created_at;
    alter table parley.children drop column given_name, drop column surname, drop column born_on, drop column school_id, drop column class, drop column created_at;
    alter table parley.schools drop column name, drop column kind, drop column time_zone, drop column created_at;
    alter table parley.parents drop column given_name, drop column surname, drop column phone_ct, drop column address_ct, drop column created_at;
    alter table parley.families drop column time_zone, drop column created_at;
  `);
}
