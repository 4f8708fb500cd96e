import type { Knex } from 'knex';

/** What the dashboard pages through, searches and counts: each as cheap with ten thousand adults as with ten. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create index school_parents_by_change on parley.school_parents (school_id, status_at, parent_id) where until is null;
    create index school_parents_by_status_change on parley.school_parents (school_id, status, status_at, parent_id) where until is null;
    create index school_parents_by_classes on parley.school_parents using gin (classes) where until is null;
    create index invitations_by_expiry on parley.invitations (expires_at) where revoked_at is null and closed_at is null;

    -- Names as words, to be found by how they begin. What separates them is the same in src/onboarding/schema.ts.
    create function parley.name_words(names text) returns tsvector
      language sql immutable strict parallel safe
      return array_to_tsvector(array_remove(regexp_split_to_array(names, '[ ,.()/''’-]+'), ''));
    create index school_parents_by_words on parley.school_parents using gin (parley.name_words(search_text)) where until is null;

    -- How many adults stand at each status and in each class: a row for each change, gathered up now and then. Nobody waits for anybody's lock to write one.
    create table parley.school_tallies (
      id        uuid primary key default uuidv7(),
      school_id uuid not null references parley.schools on delete restrict on update restrict,
      kind      text not null check (kind in ('status', 'class')),
      value     text not null,
      change    integer not null
    );
    create index school_tallies_by_school on parley.school_tallies (school_id);

    create function parley.tally_adults() returns trigger language plpgsql set search_path = '' as $$
    begin
      if tg_op in ('UPDATE', 'DELETE') then
        insert into parley.school_tallies (school_id, kind, value, change)
        select o.school_id, 'status', o.status, -count(*) from old_rows o where o.until is null group by o.school_id, o.status
        union all
        select o.school_id, 'class', c.class, -count(*) from old_rows o, unnest(o.classes) c (class) where o.until is null group by o.school_id, c.class;
      end if;
      if tg_op in ('INSERT', 'UPDATE') then
        insert into parley.school_tallies (school_id, kind, value, change)
        select n.school_id, 'status', n.status, count(*) from new_rows n where n.until is null group by n.school_id, n.status
        union all
        select n.school_id, 'class', c.class, count(*) from new_rows n, unnest(n.classes) c (class) where n.until is null group by n.school_id, c.class;
      end if;
      return null;
    end $$;
    revoke all on function parley.tally_adults() from public;
    create trigger tally_insert after insert on parley.school_parents referencing new table as new_rows for each statement execute function parley.tally_adults();
    create trigger tally_update after update on parley.school_parents referencing old table as old_rows new table as new_rows
      for each statement execute function parley.tally_adults();
    create trigger tally_delete after delete on parley.school_parents referencing old table as old_rows for each statement execute function parley.tally_adults();

    insert into parley.school_tallies (school_id, kind, value, change)
    select school_id, 'status', status, count(*) from parley.school_parents where until is null group by school_id, status
    union all
    select school_id, 'class', c.class, count(*) from parley.school_parents, unnest(classes) c (class) where until is null group by school_id, c.class;

    grant execute on function parley.name_words, parley.tally_adults to parley_app;
    grant select, insert, delete on parley.school_tallies to parley_app;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop trigger tally_delete on parley.school_parents;
    drop trigger tally_update on parley.school_parents;
    drop trigger tally_insert on parley.school_parents;
    drop function parley.tally_adults();
    drop table parley.school_tallies;
    drop index parley.school_parents_by_words;
    drop function parley.name_words(text);
    drop index parley.invitations_by_expiry;
    drop index parley.school_parents_by_classes;
    drop index parley.school_parents_by_status_change;
    drop index parley.school_parents_by_change;
  `);
}
