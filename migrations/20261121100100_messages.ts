import type { Knex } from 'knex';

/** What stands around the record and may change: unread marks, files on their way, and when a notice last went out. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- A message that a parent has not opened yet. Gone with the first view; the view itself is in the record.
    create table parley.unread_comments (
      parent_id  uuid   not null references parley.parents on delete restrict on update restrict,
      comment_id uuid   not null,
      family_id  uuid   not null references parley.families on delete restrict on update restrict,
      subject_id uuid   not null,
      pos        bigint not null,
      primary key (parent_id, comment_id)
    );
    create index unread_comments_by_family on parley.unread_comments (parent_id, family_id);

    -- Files between choosing and sending, encrypted from the first byte. Swept after a day.
    create table parley.uploads (
      id              uuid primary key,
      parent_id       uuid not null references parley.parents on delete restrict on update restrict,
      size            bigint not null check (size > 0),
      media_type      text not null check (media_type in ('image/jpeg', 'image/png', 'image/webp', 'application/pdf')),
      received_sha256 bytea not null,
      content_sha256  bytea not null,
      wrapped         bytea not null,
      content_ct      bytea not null,
      created_at      timestamptz not null default now()
    );
    alter table parley.uploads alter column content_ct set storage external;
    create index uploads_by_parent on parley.uploads (parent_id, created_at);

    -- When a family's record last sent this parent an e-mail: at most one in thirty minutes.
    create table parley.recipients (
      family_id   uuid not null references parley.families on delete restrict on update restrict,
      parent_id   uuid not null references parley.parents on delete restrict on update restrict,
      notified_at timestamptz not null,
      primary key (family_id, parent_id)
    );

    -- How far each record was last checked, and where it first failed.
    create table parley.record_checks (
      family_id  uuid primary key references parley.families on delete restrict on update restrict,
      checked_to bigint not null,
      broken_at  bigint,
      checked_at timestamptz not null default now()
    );

    grant select, insert, update on parley.record_checks to parley_app;
    grant select, insert, update, delete on parley.unread_comments, parley.uploads, parley.recipients to parley_app;

    -- The job queue keeps its tables behind row security that only their owner passes; the program is let in by name.
    grant usage on schema graphile_worker to parley_app;
    grant select, insert, update, delete on all tables in schema graphile_worker to parley_app;
    grant usage on all sequences in schema graphile_worker to parley_app;
    grant execute on all functions in schema graphile_worker to parley_app;
    do $$
    declare
      queue_table text;
    begin
      for queue_table in
        select c.relname from pg_catalog.pg_class c
         where c.relnamespace = 'graphile_worker'::regnamespace and c.relkind = 'r' and c.relrowsecurity
      loop
        execute format('create policy parley_app on graphile_worker.%I to parley_app using (true) with check (true)', queue_table);
      end loop;
    end $$;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    do $$
    declare
      queue_table text;
    begin
      for queue_table in select p.tablename from pg_catalog.pg_policies p where p.schemaname = 'graphile_worker' and p.policyname = 'parley_app'
      loop
        execute format('drop policy parley_app on graphile_worker.%I', queue_table);
      end loop;
    end $$;
    revoke all on all tables in schema graphile_worker from parley_app;
    revoke all on all sequences in schema graphile_worker from parley_app;
    revoke all on all functions in schema graphile_worker from parley_app;
    revoke all on schema graphile_worker from parley_app;
    drop table parley.record_checks, parley.recipients, parley.uploads, parley.unread_comments;
  `);
}
