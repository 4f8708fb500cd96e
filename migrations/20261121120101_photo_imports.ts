import type { Knex } from 'knex';

/** Photos that a school brings in at once: the files of one import, whom each is of, and what became of it. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table parley.photo_imports (
      id             uuid primary key default uuidv7(),
      school_id      uuid not null references parley.schools on delete restrict on update restrict,
      created_by     uuid not null references parley.accounts on delete restrict on update restrict,
      created_at     timestamptz not null default now(),
      -- Until then it is a trial: nothing of it is a photo of anybody.
      started_by     uuid references parley.accounts on delete restrict on update restrict,
      started_at     timestamptz,
      -- Photos that fail a check are put into the queue too; a person looks at each anyway.
      despite_checks boolean not null default false,
      check ((started_by is null) = (started_at is null))
    );
    create index photo_imports_by_school on parley.photo_imports (school_id, id);
    create index photo_imports_by_creator on parley.photo_imports (created_by);
    create index photo_imports_by_starter on parley.photo_imports (started_by);

    create table parley.photo_import_files (
      import_id     uuid not null references parley.photo_imports on delete restrict on update restrict,
      n             integer not null check (n > 0),
      name          text not null check (length(name) between 1 and 200),
      outcome       text not null check (outcome in ('matched', 'unmatched', 'duplicate', 'wrong')),
      note          text check (length(note) <= 300),
      parent_id     uuid references parley.parents on delete restrict on update restrict,
      -- A matched file lies encrypted in the photo store, as one that a parent chose does.
      photo_id      uuid,
      store_key     text unique,
      wrapped       bytea,
      size          bigint check (size > 0),
      media_type    text,
      sha256        bytea check (octet_length(sha256) = 32),
      facts         jsonb,
      submission_id uuid unique references parley.submissions on delete restrict on update restrict,
      primary key (import_id, n),
      check (outcome <> 'matched' or parent_id is not null)
    );
    create index photo_import_files_by_parent on parley.photo_import_files (parent_id);

    grant select, insert, delete on parley.photo_imports, parley.photo_import_files to parley_app;
    grant update (started_by, started_at, despite_checks) on parley.photo_imports to parley_app;
    grant update (outcome, note, wrapped, submission_id) on parley.photo_import_files to parley_app;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`drop table parley.photo_import_files, parley.photo_imports`);
}
