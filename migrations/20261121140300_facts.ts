import type { Knex } from 'knex';

/** What both parents know about a child, fact by fact. The words are in the steps of the record alone; a row says which of them are the current ones. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table parley.facts (
      id         uuid        primary key default uuidv7(),
      family_id  uuid        not null,
      child_id   uuid        not null,
      section    text        not null check (section in ('health', 'school', 'everyday')),
      kind       text        not null check (kind ~ '^[a-z]+(-[a-z]+)*$' and length(kind) <= 40),
      -- The step of the record with the current wording, or with the removal.
      step_id    uuid        not null,
      -- How often it was put into words, the removal included: a form that knows an older number is refused.
      version    integer     not null default 1 check (version >= 1),
      added_at   timestamptz not null default now(),
      removed_at timestamptz,
      foreign key (family_id, child_id) references parley.children (family_id, id) on delete restrict on update restrict
    );
    create index facts_by_family on parley.facts (family_id, child_id);
    create index facts_by_child on parley.facts (child_id);

    -- The record may not be pointed at by a foreign key, so this holds that a fact points at the latest step about itself, one version after the other,
    -- that it is removed by the step that says so and by no other, and that what was removed stays so.
    create function parley.keep_fact() returns trigger language plpgsql as $$
    declare
      step_kind text := (select s.kind from record.steps s where s.id = new.step_id);
    begin
      if not exists (select from record.steps s where s.id = new.step_id and s.family_id = new.family_id and s.about_id = new.id and s.kind like 'fact.%')
         or exists (select from record.steps later join record.steps s on s.about_id = later.about_id and s.pos < later.pos
                     where s.id = new.step_id and later.about_id = new.id) then
        raise exception 'a fact points at the latest step about it' using errcode = 'P0C01';
      end if;
      if tg_op = 'UPDATE' then
        if old.removed_at is not null or new.version <> old.version + 1 or new.step_id = old.step_id then
          raise exception 'a fact goes from one version to the next until it is removed' using errcode = 'P0C02';
        end if;
      end if;
      if (step_kind = 'fact.added') is distinct from (tg_op = 'INSERT') then
        raise exception 'a fact begins by being added' using errcode = 'P0C03';
      end if;
      new.removed_at := case when step_kind = 'fact.removed' then clock_timestamp() end;
      return new;
    end $$;
    create trigger keep before insert or update on parley.facts for each row execute function parley.keep_fact();
    revoke all on function parley.keep_fact from public;

    grant select on parley.facts to parley_app;
    grant insert (id, family_id, child_id, section, kind, step_id) on parley.facts to parley_app;
    grant update (step_id, version) on parley.facts to parley_app;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table parley.facts;
    drop function parley.keep_fact;
  `);
}
