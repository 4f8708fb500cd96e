-- Kind 15: a step. What somebody did about a thing that is not a message: a request made or answered, a handover marked, an activity or a fact
-- changed. Its words are encrypted and committed to like a message's; what kind of step and about what is bound by the leaf.

set role parley_record;

alter table record.entries drop constraint entries_kind_check, add constraint entries_kind_check check (kind between 1 and 15);

create table record.steps (
  id         uuid        primary key,
  family_id  uuid        not null,
  pos        bigint      not null,
  -- Who: a parent, a school's office, or neither where a time ran out.
  parent_id  uuid,
  school_id  uuid references parley.schools on delete restrict on update restrict,
  kind       text        not null check (kind ~ '^[a-z]+\.[a-z]+(-[a-z]+)*$' and length(kind) <= 60),
  about_id   uuid        not null,
  commitment bytea       not null check (octet_length(commitment) = 32),
  content_ct bytea       not null,
  submission uuid        not null,
  created_at timestamptz not null,
  check (num_nonnulls(parent_id, school_id) <= 1),
  unique (family_id, pos),
  unique nulls not distinct (family_id, parent_id, school_id, submission),
  foreign key (family_id, pos) references record.entries on delete restrict on update restrict,
  foreign key (family_id, parent_id) references record.members (family_id, parent_id) on delete restrict on update restrict
);
create index steps_by_about on record.steps (about_id, pos);

create function record.append_step() returns trigger
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  -- Scheme, commitment to the words, what it is about, and the length and name of the kind of step.
  select o_pos, o_at into new.pos, new.created_at
    from record.append(15::smallint, new.family_id, coalesce(new.parent_id, new.school_id, '00000000-0000-0000-0000-000000000000'), new.id,
      '\x01'::bytea || new.commitment || uuid_send(new.about_id) || int2send(octet_length(new.kind)::int2) || convert_to(new.kind, 'UTF8'));
  return new;
end $$;

create or replace function record.check_recorded() returns trigger
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  recorded boolean;
begin
  recorded := case
    when new.kind in (1, 6) then exists (select from record.comments c where c.family_id = new.family_id and c.pos = new.pos and c.id = new.item_id)
    when new.kind = 2 then exists (select from record.views v where v.family_id = new.family_id and v.pos = new.pos and v.comment_id = new.item_id)
    when new.kind = 3 then exists (select from record.subjects s where s.family_id = new.family_id and s.pos = new.pos and s.id = new.item_id)
    when new.kind = 4 then exists (select from record.members m where m.family_id = new.family_id and m.pos = new.pos and m.id = new.item_id)
    when new.kind = 15 then exists (select from record.steps s where s.family_id = new.family_id and s.pos = new.pos and s.id = new.item_id)
    else false end;
  if not recorded then
    raise exception 'an entry has nothing that it stands for' using errcode = 'P0R08';
  end if;
  return null;
end $$;

create trigger a_append before insert on record.steps for each row execute function record.append_step();
create constraint trigger c_key after insert on record.steps deferrable initially deferred for each row execute function record.check_key();
create trigger z_block before update or delete on record.steps for each row execute function record.refuse();
create trigger z_block_t before truncate on record.steps for each statement execute function record.refuse();
alter table record.steps enable always trigger a_append;
alter table record.steps enable always trigger c_key;
alter table record.steps enable always trigger z_block;
alter table record.steps enable always trigger z_block_t;

revoke all on function record.append_step from public;
grant select on record.steps to parley_app, parley_verifier;
grant insert (id, family_id, parent_id, school_id, kind, about_id, commitment, content_ct, submission) on record.steps to parley_app;

reset role;
