import type { Knex } from 'knex';

/** Photos of adults who may collect: what was handed in, what the school decided, who looked, and what else a parent agreed to. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create function parley.refuse_change() returns trigger language plpgsql set search_path = '' as $$
    begin
      raise exception 'what is written stays: % on %.% is refused', tg_op, tg_table_schema, tg_table_name using errcode = 'P0R01';
    end $$;
    revoke all on function parley.refuse_change() from public;

    -- One picture. The files lie encrypted in the photo store; here stand what it was, what is kept of it, and the key, wrapped.
    create table parley.photos (
      id                        uuid primary key,
      school_id                 uuid not null,
      parent_id                 uuid not null,
      -- As it came. The file itself is not kept.
      media_type                text not null check (media_type in ('image/jpeg', 'image/png', 'image/webp', 'image/heic')),
      bytes                     bigint not null check (bytes > 0),
      received_sha256           bytea not null check (octet_length(received_sha256) = 32),
      -- Some HEIC files say how large they are only when they are opened.
      width                     integer check (width > 0),
      height                    integer check (height > 0),
      bit_depth                 smallint check (bit_depth > 0),
      color_type                text check (length(color_type) <= 40),
      compression_method        text check (length(compression_method) <= 40),
      metadata                  jsonb not null default '{}',
      uploaded_at               timestamptz not null default now(),
      -- As it is kept: the master that every smaller size is made from.
      stored_media_type         text check (stored_media_type = 'image/jpeg'),
      stored_bytes              bigint check (stored_bytes > 0),
      stored_sha256             bytea check (octet_length(stored_sha256) = 32),
      stored_width              integer check (stored_width > 0),
      stored_height             integer check (stored_height > 0),
      stored_bit_depth          smallint check (stored_bit_depth > 0),
      stored_color_type         text,
      stored_compression_method text,
      stored_at                 timestamptz,
      -- The part that is shown, in pixels of the master.
      crop_left                 integer check (crop_left >= 0),
      crop_top                  integer check (crop_top >= 0),
      crop_width                integer check (crop_width > 0),
      crop_height               integer check (crop_height > 0),
      -- Where the files lie, by chance and not by name.
      store_key                 text not null unique check (store_key ~ '^[0-9a-f]{2}/[0-9a-f]{30}$'),
      -- Gone with the files: without it nothing that is left anywhere can be opened.
      wrapped                   bytea,
      deleted_at                timestamptz,
      check ((wrapped is null) = (deleted_at is not null)),
      check ((stored_at is null) = (stored_sha256 is null)),
      foreign key (school_id, parent_id) references parley.school_parents (school_id, parent_id) on delete restrict on update restrict
    );
    create index photos_by_parent on parley.photos (school_id, parent_id);
    create index photos_kept on parley.photos (uploaded_at) where deleted_at is null;

    -- A photo handed in for one adult, and how far it has come.
    create table parley.submissions (
      id            uuid primary key default uuidv7(),
      school_id     uuid not null,
      parent_id     uuid not null,
      invitation_id uuid references parley.invitations on delete restrict on update restrict,
      source        text not null check (source in ('link', 'bulk', 'staff')),
      photo_id      uuid not null unique references parley.photos on delete restrict on update restrict,
      status        text not null default 'checking'
                    check (status in ('checking', 'draft', 'waiting', 'approved', 'retake', 'rejected', 'superseded', 'withdrawn')),
      status_at     timestamptz not null default now(),
      -- The browser that chose it: it alone sees it again before it is sent.
      holder_hash   bytea check (octet_length(holder_hash) = 32),
      -- Every number that was measured, with the release of the thresholds and of the models.
      checks        jsonb,
      -- Handed in by staff although a check failed.
      despite_checks boolean not null default false,
      created_by    uuid references parley.accounts on delete restrict on update restrict,
      created_at    timestamptz not null default now(),
      sent_at       timestamptz,
      foreign key (school_id, parent_id) references parley.school_parents (school_id, parent_id) on delete restrict on update restrict,
      check (source <> 'link' or invitation_id is not null),
      check (status in ('checking', 'draft', 'withdrawn') or sent_at is not null)
    );
    create index submissions_by_parent on parley.submissions (school_id, parent_id, id);
    create index submissions_by_invitation on parley.submissions (invitation_id, id);
    create index submissions_by_creator on parley.submissions (created_by);
    create index submissions_queue on parley.submissions (school_id, sent_at, id) where status = 'waiting';
    create index submissions_unsent on parley.submissions (created_at) where status in ('checking', 'draft');
    create unique index submissions_waiting on parley.submissions (school_id, parent_id) where status = 'waiting';
    create unique index submissions_approved on parley.submissions (school_id, parent_id) where status = 'approved';

    -- The school's decision: one for each submission, whoever was quicker.
    create table parley.photo_reviews (
      id            uuid primary key default uuidv7(),
      submission_id uuid not null unique references parley.submissions on delete restrict on update restrict,
      decision      text not null check (decision in ('approve', 'retake', 'reject')),
      reason_code   text check (length(reason_code) between 1 and 40),
      -- What the parent reads beside the reason.
      note          text check (length(note) between 1 and 500),
      reviewed_by   uuid not null references parley.accounts on delete restrict on update restrict,
      reviewed_at   timestamptz not null default now(),
      check (decision = 'approve' or reason_code is not null)
    );
    create index photo_reviews_by_reviewer on parley.photo_reviews (reviewed_by);

    -- Who looked at which photo, how large, on which page.
    create table parley.photo_views (
      id        uuid primary key default uuidv7(),
      photo_id  uuid not null references parley.photos on delete restrict on update restrict,
      viewer_id uuid not null references parley.accounts on delete restrict on update restrict,
      size      text not null check (size in ('master', '1024', '320', '96')),
      page      text not null check (length(page) between 1 and 40),
      viewed_at timestamptz not null default now()
    );
    create index photo_views_by_photo on parley.photo_views (photo_id, viewed_at);
    create index photo_views_by_viewer on parley.photo_views (viewer_id, viewed_at);

    -- What else a parent lets the school do with the photo. The latest row of a use counts; none means no.
    create table parley.photo_consents (
      id            uuid primary key default uuidv7(),
      school_id     uuid not null,
      parent_id     uuid not null,
      invitation_id uuid references parley.invitations on delete restrict on update restrict,
      use           text not null check (use in ('directory', 'newsletter')),
      given         boolean not null,
      at            timestamptz not null default now(),
      foreign key (school_id, parent_id) references parley.school_parents (school_id, parent_id) on delete restrict on update restrict
    );
    create index photo_consents_by_parent on parley.photo_consents (school_id, parent_id, use, id);
    create index photo_consents_by_invitation on parley.photo_consents (invitation_id);

    do $$
    declare
      kept text;
    begin
      foreach kept in array array['photo_reviews', 'photo_views', 'photo_consents'] loop
        execute format('create trigger z_block before update or delete on parley.%I for each row execute function parley.refuse_change()', kept);
        execute format('create trigger z_block_t before truncate on parley.%I for each statement execute function parley.refuse_change()', kept);
        execute format('alter table parley.%I enable always trigger z_block', kept);
        execute format('alter table parley.%I enable always trigger z_block_t', kept);
      end loop;
    end $$;

    grant select, insert on parley.photos, parley.submissions, parley.photo_reviews, parley.photo_views, parley.photo_consents to parley_app;
    grant update (width, height, bit_depth, color_type, compression_method, metadata, stored_media_type, stored_bytes, stored_sha256, stored_width, stored_height,
                  stored_bit_depth, stored_color_type, stored_compression_method, stored_at, crop_left, crop_top, crop_width, crop_height, wrapped, deleted_at)
       on parley.photos to parley_app;
    grant update (status, status_at, checks, sent_at, despite_checks) on parley.submissions to parley_app;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table parley.photo_consents, parley.photo_views, parley.photo_reviews, parley.submissions, parley.photos;
    drop function parley.refuse_change();
  `);
}
