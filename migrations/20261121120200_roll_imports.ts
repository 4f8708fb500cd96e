import type { Knex } from 'knex';

/** The roll: what pupils are listed and found by, lists on their way in, and forms that were sent. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- Case, accents and compatibility forms folded away, as src/core/text.ts does it: for comparing names where they are.
    create function parley.fold(words text) returns text
      language sql immutable strict parallel safe
      return lower(regexp_replace(normalize(words, NFKD), '[\\u0300-\\u036f\\u0591-\\u05bd\\u064b-\\u065f]', '', 'g') collate "pg_unicode_fast");
    grant execute on function parley.fold to parley_app;

    alter table parley.children
      add column sort_name text collate "C" generated always as (parley.fold(surname || ', ' || given_name)) stored,
      -- "1B" before "10A", and pupils without a class last.
      add column class_sort text collate "C" generated always as (
        case when class is null then '~'
             else coalesce(lpad(substring(class from '^[0-9]{1,4}'), 4, '0'), '') || substring(class from '^[0-9]{0,4}(.*)$') end) stored;
    create index children_by_class on parley.children (school_id, class_sort, sort_name, id);
    create index children_by_name on parley.children (school_id, sort_name);

    -- A list that was read and not yet agreed to, or was. The content is what people are called and how they are reached, so it is encrypted, and goes after a week.
    create table parley.roll_imports (
      id           uuid primary key,
      school_id    uuid not null references parley.schools on delete restrict on update restrict,
      created_by   uuid not null references parley.accounts on delete restrict on update restrict,
      created_at   timestamptz not null default now(),
      rows         integer not null check (rows between 1 and 5000),
      wrapped      bytea,
      content_ct   bytea,
      committed_by uuid references parley.accounts on delete restrict on update restrict,
      committed_at timestamptz,
      added        integer check (added >= 0),
      proposed     integer check (proposed >= 0),
      check ((committed_at is null) = (committed_by is null) and (committed_at is null) = (added is null) and (committed_at is null) = (proposed is null))
    );
    alter table parley.roll_imports alter column content_ct set storage external;
    create index roll_imports_by_school on parley.roll_imports (school_id, created_at);
    create index roll_imports_by_creator on parley.roll_imports (created_by);
    create index roll_imports_by_committer on parley.roll_imports (committed_by);

    -- A form that added an adult, and for which child: pressed twice, it is found here.
    create table parley.roll_forms (
      submission uuid not null,
      school_id  uuid not null references parley.schools on delete restrict on update restrict,
      account_id uuid not null references parley.accounts on delete restrict on update restrict,
      child_id   uuid not null references parley.children on delete restrict on update restrict,
      proposed   boolean not null,
      created_at timestamptz not null default now(),
      primary key (account_id, submission)
    );
    create index roll_forms_by_school on parley.roll_forms (school_id);
    create index roll_forms_by_child on parley.roll_forms (child_id);

    grant select, insert on parley.roll_imports, parley.roll_forms to parley_app;
    grant update (wrapped, content_ct, committed_by, committed_at, added, proposed) on parley.roll_imports to parley_app;
    grant delete on parley.roll_forms to parley_app;
    grant update (given_name, surname, class) on parley.children to parley_app;
    grant update (given_name, surname) on parley.parents to parley_app;
    grant update (relation) on parley.parentings to parley_app;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    revoke update (relation) on parley.parentings from parley_app;
    revoke update (given_name, surname) on parley.parents from parley_app;
    revoke update (given_name, surname, class) on parley.children from parley_app;
    drop table parley.roll_forms, parley.roll_imports;
    alter table parley.children drop column class_sort, drop column sort_name;
    drop function parley.fold(text);
  `);
}
