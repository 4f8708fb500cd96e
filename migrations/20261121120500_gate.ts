import type { Knex } from 'knex';

/** The gate: who else may collect, what is different on one day, who has been collected, and the screen that locks. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- A locked screen is the session's, in columns of its own: what a session holds is written once, at sign-in.
    alter table parley.sessions
      add column locked_at       timestamptz,
      add column unlock_attempts smallint not null default 0 check (unlock_attempts between 0 and 5),
      add column unlock_after    timestamptz;

    -- Six digits that open a locked screen, hashed as a password is.
    create table parley.staff_pins (
      account_id uuid primary key references parley.accounts on delete restrict on update restrict,
      pin_hash   text not null,
      set_at     timestamptz not null default now()
    );

    -- What is different on one day: the latest row for an adult, a child and a day counts.
    create table parley.collection_changes (
      id          uuid primary key default uuidv7(),
      school_id   uuid not null,
      child_id    uuid not null references parley.children on delete restrict on update restrict,
      parent_id   uuid not null,
      on_date     date not null,
      may_collect boolean not null,
      -- For the office alone; the gate never shows it.
      note        text check (length(note) between 1 and 300),
      made_by     uuid not null references parley.accounts on delete restrict on update restrict,
      at          timestamptz not null default now(),
      foreign key (school_id, parent_id) references parley.school_parents (school_id, parent_id) on delete restrict on update restrict
    );
    create index collection_changes_by_day on parley.collection_changes (school_id, on_date);
    create index collection_changes_by_parent on parley.collection_changes (school_id, parent_id);
    create index collection_changes_by_child on parley.collection_changes (child_id, on_date);
    create index collection_changes_by_maker on parley.collection_changes (made_by);
    create trigger z_block before update or delete on parley.collection_changes for each row execute function parley.refuse_change();
    create trigger z_block_t before truncate on parley.collection_changes for each statement execute function parley.refuse_change();
    alter table parley.collection_changes enable always trigger z_block;
    alter table parley.collection_changes enable always trigger z_block_t;

    -- Someone whom a parent chose to collect. Counts once the school has confirmed the person and approved the photo.
    -- Never a part of the record: such an adult has no parenting and shares no family.
    create table parley.collectors (
      id         uuid primary key default uuidv7(),
      school_id  uuid not null references parley.schools on delete restrict on update restrict,
      chosen_by  uuid not null references parley.parents on delete restrict on update restrict,
      -- The adult on the roll, from the school's confirmation on.
      parent_id  uuid,
      given_name text not null check (length(given_name) between 1 and 100),
      surname    text not null check (length(surname) between 1 and 100),
      relation   text not null check (length(relation) between 1 and 50),
      from_on    date,
      until_on   date,
      -- Monday is 1; none means any day.
      weekdays   smallint[] not null default '{}' check (weekdays <@ array[1, 2, 3, 4, 5, 6, 7]::smallint[]),
      -- Where the school's link goes, if the parent said so.
      email_ct   bytea,
      phone_ct   bytea,
      -- Of the form: sent twice, it makes one for each school.
      submission uuid not null,
      created_at timestamptz not null default now(),
      state      text not null default 'waiting' check (state in ('waiting', 'confirmed', 'declined', 'withdrawn', 'ended')),
      state_at   timestamptz not null default now(),
      settled_by uuid references parley.accounts on delete restrict on update restrict,
      unique (submission, school_id),
      check (until_on >= from_on),
      check (state not in ('confirmed', 'ended') or parent_id is not null),
      foreign key (school_id, parent_id) references parley.school_parents (school_id, parent_id) on delete restrict on update restrict
    );
    create index collectors_by_school on parley.collectors (school_id) include (state);
    create index collectors_by_chooser on parley.collectors (chosen_by);
    create index collectors_by_parent on parley.collectors (school_id, parent_id);
    create index collectors_by_settler on parley.collectors (settled_by);

    create table parley.collector_children (
      collector_id uuid not null references parley.collectors on delete restrict on update restrict,
      child_id     uuid not null references parley.children on delete restrict on update restrict,
      primary key (collector_id, child_id)
    );
    create index collector_children_by_child on parley.collector_children (child_id);

    -- What a parent tells the school about one day; the school's confirmation makes a change of it.
    create table parley.collection_requests (
      id         uuid primary key default uuidv7(),
      school_id  uuid not null,
      child_id   uuid not null references parley.children on delete restrict on update restrict,
      parent_id  uuid not null,
      on_date    date not null,
      note       text check (length(note) between 1 and 300),
      told_by    uuid not null references parley.parents on delete restrict on update restrict,
      created_at timestamptz not null default now(),
      state      text not null default 'waiting' check (state in ('waiting', 'confirmed', 'declined', 'withdrawn')),
      state_at   timestamptz not null default now(),
      settled_by uuid references parley.accounts on delete restrict on update restrict,
      foreign key (school_id, parent_id) references parley.school_parents (school_id, parent_id) on delete restrict on update restrict
    );
    create index collection_requests_by_day on parley.collection_requests (school_id, on_date);
    create index collection_requests_by_parent on parley.collection_requests (school_id, parent_id);
    create index collection_requests_by_child on parley.collection_requests (child_id);
    create index collection_requests_by_teller on parley.collection_requests (told_by);
    create index collection_requests_by_settler on parley.collection_requests (settled_by);
    create unique index collection_requests_once on parley.collection_requests (child_id, parent_id, on_date, told_by) where state = 'waiting';

    -- A child has left with somebody who may collect. Taken back, the row stays.
    create table parley.collections (
      id        uuid primary key default uuidv7(),
      school_id uuid not null references parley.schools on delete restrict on update restrict,
      child_id  uuid not null references parley.children on delete restrict on update restrict,
      on_date   date not null,
      at        timestamptz not null default now(),
      marked_by uuid not null references parley.accounts on delete restrict on update restrict,
      undone_at timestamptz,
      undone_by uuid references parley.accounts on delete restrict on update restrict,
      check ((undone_at is null) = (undone_by is null))
    );
    create unique index collections_once on parley.collections (school_id, on_date, child_id) where undone_at is null;
    create index collections_by_school on parley.collections (school_id, on_date);
    create index collections_by_child on parley.collections (child_id);
    create index collections_by_marker on parley.collections (marked_by);
    create index collections_by_undoer on parley.collections (undone_by);

    grant select, insert on parley.staff_pins, parley.collection_changes, parley.collectors, parley.collector_children, parley.collection_requests,
      parley.collections to parley_app;
    grant update (pin_hash, set_at) on parley.staff_pins to parley_app;
    grant update (parent_id, state, state_at, settled_by) on parley.collectors to parley_app;
    grant update (state, state_at, settled_by) on parley.collection_requests to parley_app;
    grant update (undone_at, undone_by) on parley.collections to parley_app;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table parley.collections, parley.collection_requests, parley.collector_children, parley.collectors, parley.collection_changes, parley.staff_pins;
    alter table parley.sessions drop column locked_at, drop column unlock_attempts, drop column unlock_after;
  `);
}
