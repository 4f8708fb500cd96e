import type { Knex } from 'knex';

/** Reviewing photos: a later word on an approved one, the keys of those who review, and the likeness of two photos. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- An approved photo may be asked for anew: that is a second row which follows the first, and nothing follows twice.
    alter table parley.photo_reviews
      drop constraint photo_reviews_submission_id_key,
      add column follows uuid references parley.photo_reviews on delete restrict on update restrict,
      add constraint photo_reviews_follow_with_retake check (follows is null or decision = 'retake'),
      add constraint photo_reviews_once unique nulls not distinct (submission_id, follows);
    create index photo_reviews_by_followed on parley.photo_reviews (follows);

    -- Whether single letters decide on the review page, for those who turned them off or on again.
    create table parley.reviewer_settings (
      account_id uuid primary key references parley.accounts on delete restrict on update restrict,
      keys       boolean not null
    );

    -- What the program computed from a face, encrypted; there only while the school uses likeness and the parent agrees.
    create table parley.photo_embeddings (
      photo_id   uuid primary key references parley.photos on delete restrict on update restrict,
      sealed     bytea not null,
      created_at timestamptz not null default now()
    );

    alter table parley.photo_consents
      drop constraint photo_consents_use_check,
      add constraint photo_consents_use_check check (use in ('directory', 'newsletter', 'likeness'));

    grant select, insert on parley.reviewer_settings, parley.photo_embeddings to parley_app;
    grant update (keys) on parley.reviewer_settings to parley_app;
    grant delete on parley.photo_embeddings to parley_app;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table parley.photo_consents
      drop constraint photo_consents_use_check,
      add constraint photo_consents_use_check check (use in ('directory', 'newsletter'));
    drop table parley.photo_embeddings, parley.reviewer_settings;
    alter table parley.photo_reviews
      drop constraint photo_reviews_once,
      drop constraint photo_reviews_follow_with_retake,
      drop column follows,
      add constraint photo_reviews_submission_id_key unique (submission_id);
  `);
}
