import type { Knex } from 'knex';

/** Private addresses of calendars for a parent's own devices, and a parent's own busy times. Neither is ever seen by anyone else. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table parley.feeds (
      id         uuid primary key default uuidv7(),
      account_id uuid not null references parley.accounts on delete restrict on update restrict,
      family_id  uuid not null references parley.families on delete restrict on update restrict,
      -- The address itself is shown once and kept nowhere.
      token_hash bytea not null unique check (octet_length(token_hash) = 32),
      name_ct    bytea not null,
      detail     text  not null check (detail in ('minimal', 'full')),
      -- Of the form: sent twice, it makes one.
      submission uuid not null,
      made_at    timestamptz not null default now(),
      -- The last day on which something asked for it, so that its owner can tell one that is in use.
      asked_on   date,
      revoked_at timestamptz,
      unique (account_id, submission)
    );
    create index feeds_by_family on parley.feeds (family_id);

    -- What a calendar was told of each event, so that it learns of every change of it and of its end. No words: only when, and which of three kinds.
    create table parley.feed_events (
      feed_id     uuid    not null references parley.feeds on delete restrict on update restrict,
      uid         text    not null check (length(uid) between 16 and 64),
      sequence    integer not null check (sequence >= 0),
      kind        text    not null check (kind in ('handover', 'time', 'activity')),
      fingerprint bytea   not null check (octet_length(fingerprint) = 16),
      starts_at   timestamptz not null,
      ends_at     timestamptz not null,
      all_day     boolean not null,
      cancelled   boolean not null,
      changed_at  timestamptz not null,
      primary key (feed_id, uid),
      check (ends_at >= starts_at)
    );

    -- An address that was ended opens nothing ever again.
    create function parley.keep_feed() returns trigger language plpgsql set search_path = '' as $$
    begin
      if old.revoked_at is not null then
        raise exception 'an address that was ended stays so' using errcode = 'P0F01';
      end if;
      if new.revoked_at is not null then new.revoked_at := clock_timestamp(); end if;
      return new;
    end $$;
    create trigger keep before update on parley.feeds for each row execute function parley.keep_feed();
    revoke all on function parley.keep_feed from public;

    grant select on parley.feeds to parley_app;
    grant insert (id, account_id, family_id, token_hash, name_ct, detail, submission) on parley.feeds to parley_app;
    grant update (asked_on, revoked_at) on parley.feeds to parley_app;
    grant select, insert, delete on parley.feed_events to parley_app;
    grant update (sequence, fingerprint, starts_at, ends_at, all_day, cancelled, changed_at) on parley.feed_events to parley_app;

    -- ---------------------------------------------------------------- busy times

    create table parley.busy_calendars (
      id          uuid primary key default uuidv7(),
      account_id  uuid  not null references parley.accounts on delete restrict on update restrict,
      name_ct     bytea not null,
      -- The same name, folded, is the same calendar.
      name_hash   bytea not null check (octet_length(name_hash) = 32),
      submission  uuid  not null,
      uploaded_at timestamptz not null default now(),
      -- Entries that could not be understood, so that their owner can tell.
      left_out    integer not null default 0 check (left_out >= 0),
      unique (account_id, name_hash)
    );

    -- Times and nothing else: what an outside calendar says about them is never stored.
    create table parley.busy_times (
      calendar_id uuid      not null references parley.busy_calendars on delete restrict on update restrict,
      during      tstzrange not null check (not isempty(during) and not lower_inf(during) and not upper_inf(during)),
      primary key (calendar_id, during without overlaps)
    );

    grant select, insert, delete on parley.busy_calendars, parley.busy_times to parley_app;
    grant update (name_ct, submission, uploaded_at, left_out) on parley.busy_calendars to parley_app;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table parley.busy_times, parley.busy_calendars, parley.feed_events, parley.feeds; drop function parley.keep_feed;');
}
