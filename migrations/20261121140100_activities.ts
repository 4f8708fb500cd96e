import type { Knex } from 'knex';

/** Activities whole: provider, term time, who brings and collects, days that are different, and lists on their way in. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table parley.activities
      -- Who offers it, where that is no school known here.
      add column provider_name  text check (length(provider_name) between 1 and 200),
      -- Not on days that the school of the child has off.
      add column term_only      boolean not null default false,
      -- A parent, or somebody in words; with neither, whoever the children are with.
      add column brings_id      uuid,
      add column brings_words   text check (length(brings_words) between 1 and 80),
      add column collects_id    uuid,
      add column collects_words text check (length(collects_words) between 1 and 80),
      add column cost_note      text check (length(cost_note) between 1 and 200),
      add column cancelled_from date,
      -- Who added it: a parent, or a school's office.
      add column added_by       uuid references parley.parents on delete restrict on update restrict,
      add column added_by_school uuid references parley.schools on delete restrict on update restrict,
      -- Raised by each change, so that an old page does not overwrite a newer one.
      add column version        integer not null default 1 check (version > 0),
      -- What another calendar calls it, where it came from there.
      add column ical_uid       text check (length(ical_uid) between 1 and 300),
      add check (num_nonnulls(provider_id, provider_name) <= 1),
      add check (num_nonnulls(brings_id, brings_words) <= 1),
      add check (num_nonnulls(collects_id, collects_words) <= 1),
      add check (num_nonnulls(added_by, added_by_school) <= 1),
      add constraint activities_weekdays check (weekdays <@ '{1,2,3,4,5,6,7}'::smallint[] and cardinality(weekdays) <= 7),
      add constraint activities_clocks check ((starts_at is null) = (ends_at is null) and ends_at > starts_at),
      add constraint activities_days check (ends_on >= starts_on),
      add foreign key (family_id, brings_id) references parley.family_parents (family_id, parent_id) on delete restrict on update restrict,
      add foreign key (family_id, collects_id) references parley.family_parents (family_id, parent_id) on delete restrict on update restrict;
    create index activities_by_adder on parley.activities (added_by);
    create index activities_by_adding_school on parley.activities (added_by_school);
    create unique index activities_by_uid on parley.activities (family_id, child_id, ical_uid);

    -- A day that is different: off, at another time or place or on another day, or one more.
    create table parley.activity_days (
      id          uuid     primary key default uuidv7(),
      activity_id uuid     not null references parley.activities on delete restrict on update restrict,
      on_day      date     not null,
      kind        text     not null check (kind in ('cancelled', 'moved', 'extra')),
      to_day      date,
      starts_at   time,
      ends_at     time,
      place       text     check (length(place) <= 200),
      check ((kind = 'moved') = (to_day is not null)),
      check ((starts_at is null) = (ends_at is null) and ends_at > starts_at),
      check (kind <> 'cancelled' or num_nonnulls(starts_at, place) = 0),
      unique (activity_id, on_day)
    );

    -- What others may rely on is cancelled, never removed: they opened its page, it was changed, a school's office can see it, or an hour has passed.
    -- Subjects and days about it keep it by their foreign keys.
    create function parley.keep_activity() returns trigger language plpgsql as $$
    begin
      if old.added_by is null or old.version > 1 or old.provider_id is not null or old.cancelled_from is not null or old.created_at < now() - interval '1 hour'
         or exists (select from parley.family_parents fp
                     where fp.family_id = old.family_id and fp.parent_id <> old.added_by and (fp.until is null or fp.until > now())
                       and not exists (select from parley.unseen_steps u where u.parent_id = fp.parent_id and u.about_id = old.id)) then
        raise exception 'others may rely on this activity' using errcode = 'P0A01';
      end if;
      return old;
    end $$;
    create trigger keep before delete on parley.activities for each row execute function parley.keep_activity();
    revoke all on function parley.keep_activity from public;

    -- A list that was read and not yet agreed to, or was. What is in it is encrypted, and goes after a week. Its reader's alone.
    create table parley.activity_imports (
      id           uuid primary key,
      family_id    uuid not null references parley.families on delete restrict on update restrict,
      created_by   uuid not null references parley.parents on delete restrict on update restrict,
      created_at   timestamptz not null default now(),
      rows         integer not null check (rows between 1 and 250),
      wrapped      bytea,
      content_ct   bytea,
      committed_at timestamptz,
      added        integer check (added >= 0),
      check ((committed_at is null) = (added is null)),
      check ((wrapped is null) = (content_ct is null))
    );
    alter table parley.activity_imports alter column content_ct set storage external;
    create index activity_imports_by_family on parley.activity_imports (family_id);
    create index activity_imports_by_creator on parley.activity_imports (created_by, created_at);

    grant update (provider_id, provider_name, name, weekdays, starts_at, ends_at, place, starts_on, ends_on, term_only, brings_id, brings_words, collects_id,
      collects_words, cost_note, cancelled_from, version) on parley.activities to parley_app;
    grant delete on parley.activities to parley_app;
    grant select, insert, delete on parley.activity_days to parley_app;
    grant select, insert on parley.activity_imports to parley_app;
    grant update (wrapped, content_ct, committed_at, added) on parley.activity_imports to parley_app;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    revoke delete on parley.activities from parley_app;
    revoke update on parley.activities from parley_app;
    drop table parley.activity_imports, parley.activity_days;
    drop trigger keep on parley.activities;
    drop function parley.keep_activity;
    alter table parley.activities drop column provider_name, drop column term_only, drop column brings_id, drop column brings_words, drop column collects_id,
      drop column collects_words, drop column cost_note, drop column cancelled_from, drop column added_by, drop column added_by_school, drop column version,
      drop column ical_uid, drop constraint activities_weekdays, drop constraint activities_clocks, drop constraint activities_days;
  `);
}
