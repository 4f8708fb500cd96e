import type { Knex } from 'knex';

/** Handovers that somebody marked, wrote about or packed for, and what travels with the children. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- A planned handover as it stood when somebody first needed a row for it. Planned otherwise since, it stays as it was.
    create table parley.handovers (
      id             uuid        primary key default uuidv7(),
      family_id      uuid        not null references parley.families on delete restrict on update restrict,
      planned_at     timestamptz not null,
      -- Nobody named is somebody else's care.
      from_id        uuid        references parley.parents on delete restrict on update restrict,
      to_id          uuid        references parley.parents on delete restrict on update restrict,
      -- Those who change hands together, in the order of their ids.
      children       uuid[]      not null check (cardinality(children) between 1 and 20),
      place_kind     text        check (place_kind in ('school', 'contact-centre', 'kerbside', 'third-party', 'home', 'other')),
      place_label    text        check (length(place_label) <= 80),
      -- The end of its day, and of the day after, in the family's zone.
      note_closes_at timestamptz not null,
      marks_close_at timestamptz not null,
      made_at        timestamptz not null default now(),
      check (from_id is distinct from to_id),
      check ((place_kind is null) = (place_label is null)),
      unique (family_id, id),
      -- Two places at one time, or another plan for that time, are another handover.
      unique nulls not distinct (family_id, planned_at, from_id, to_id, place_kind, place_label, children)
    );

    create function parley.date_handover() returns trigger language plpgsql set search_path = '' as $$
    declare
      zone text;
      day  date;
    begin
      select f.time_zone into strict zone from parley.families f where f.id = new.family_id;
      day := (new.planned_at at time zone zone)::date;
      new.note_closes_at := (day + 1)::timestamp at time zone zone;
      new.marks_close_at := (day + 2)::timestamp at time zone zone;
      new.children := array(select distinct child from unnest(new.children) child order by child);
      if exists (select from unnest(new.children) child where not exists (select from parley.children c where c.id = child and c.family_id = new.family_id))
         or exists (select from (values (new.from_id), (new.to_id)) one (id) where one.id is not null
                       and not exists (select from parley.family_parents fp where fp.family_id = new.family_id and fp.parent_id = one.id)) then
        raise exception 'a handover is of one family' using errcode = 'P0H01';
      end if;
      return new;
    end $$;
    create trigger date before insert on parley.handovers for each row execute function parley.date_handover();

    -- What a parent marked. The time is that of the entry in the record; whoever marks sends none.
    create table parley.handover_marks (
      handover_id uuid        not null references parley.handovers on delete restrict on update restrict,
      parent_id   uuid        not null references parley.parents on delete restrict on update restrict,
      kind        text        not null check (kind in ('handed-over', 'received', 'not-taken-place')),
      step_id     uuid        not null unique,
      at          timestamptz not null,
      primary key (handover_id, parent_id, kind)
    );

    create function parley.time_mark() returns trigger language plpgsql set search_path = '' as $$
    declare
      handover parley.handovers;
    begin
      select h.* into strict handover from parley.handovers h where h.id = new.handover_id;
      select s.created_at into new.at from record.steps s
       where s.id = new.step_id and s.family_id = handover.family_id and s.about_id = new.handover_id and s.parent_id = new.parent_id and s.kind = 'handover.' || new.kind;
      if not found then
        raise exception 'a mark is an entry of the record' using errcode = 'P0H01';
      end if;
      if new.parent_id is distinct from (case new.kind when 'handed-over' then handover.from_id when 'received' then handover.to_id
                                                       else (select new.parent_id where new.parent_id in (handover.from_id, handover.to_id)) end) then
        raise exception 'who gives says handed over, who receives says received' using errcode = 'P0H02';
      end if;
      if new.at < handover.planned_at - interval '2 hours' or new.at >= handover.marks_close_at then
        raise exception 'a handover is marked from two hours before until the end of the next day' using errcode = 'P0H03';
      end if;
      if new.kind = 'not-taken-place' and exists (select from parley.handover_marks m where m.handover_id = new.handover_id and m.parent_id = new.parent_id) then
        raise exception 'a mark is not taken back' using errcode = 'P0H04';
      end if;
      return new;
    end $$;
    create trigger time before insert on parley.handover_marks for each row execute function parley.time_mark();

    -- That a parent wrote a note, and when. Its words are in the record alone.
    create table parley.handover_notes (
      step_id     uuid        primary key,
      handover_id uuid        not null references parley.handovers on delete restrict on update restrict,
      parent_id   uuid        not null references parley.parents on delete restrict on update restrict,
      at          timestamptz not null
    );
    create index handover_notes_by_handover on parley.handover_notes (handover_id, parent_id);

    create function parley.time_note() returns trigger language plpgsql set search_path = '' as $$
    declare
      handover parley.handovers;
    begin
      select h.* into strict handover from parley.handovers h where h.id = new.handover_id;
      select s.created_at into new.at from record.steps s
       where s.id = new.step_id and s.family_id = handover.family_id and s.about_id = new.handover_id and s.parent_id = new.parent_id and s.kind = 'handover.noted';
      if not found then
        raise exception 'a note is an entry of the record' using errcode = 'P0H01';
      end if;
      if new.at >= handover.note_closes_at then
        raise exception 'notes close with the day' using errcode = 'P0H05';
      end if;
      return new;
    end $$;
    create trigger time before insert on parley.handover_notes for each row execute function parley.time_note();

    do $$
    declare
      kept text;
    begin
      foreach kept in array array['handovers', 'handover_marks', 'handover_notes'] loop
        execute format('create trigger z_block before update or delete on parley.%I for each row execute function parley.refuse_change()', kept);
        execute format('create trigger z_block_t before truncate on parley.%I for each statement execute function parley.refuse_change()', kept);
        execute format('alter table parley.%I enable always trigger z_block', kept);
        execute format('alter table parley.%I enable always trigger z_block_t', kept);
      end loop;
    end $$;

    -- What travels with the children, of one child or of all. Taken off the list, it stays with the handovers that it went with.
    create table parley.travel_items (
      id         uuid        primary key default uuidv7(),
      family_id  uuid        not null references parley.families on delete restrict on update restrict,
      child_id   uuid,
      label_ct   bytea       not null,
      added_by   uuid        not null references parley.parents on delete restrict on update restrict,
      submission uuid        not null,
      added_at   timestamptz not null default now(),
      removed_at timestamptz,
      removed_by uuid        references parley.parents on delete restrict on update restrict,
      check ((removed_at is null) = (removed_by is null)),
      unique (family_id, id),
      unique (added_by, submission),
      foreign key (family_id, child_id) references parley.children (family_id, id) on delete restrict on update restrict
    );
    create index travel_items_by_child on parley.travel_items (family_id, child_id);

    -- Put on the list and taken off by a parent who shares the record, and taken off once.
    create function parley.keep_travel_item() returns trigger language plpgsql set search_path = '' as $$
    begin
      if not exists (select from parley.family_parents fp where fp.family_id = new.family_id
                        and fp.parent_id = case tg_op when 'INSERT' then new.added_by else new.removed_by end and (fp.until is null or fp.until > now())) then
        raise exception 'the list is its parents’' using errcode = 'P0H06';
      end if;
      if tg_op = 'UPDATE' then
        if old.removed_at is not null then
          raise exception 'what was taken off stays so' using errcode = 'P0H06';
        end if;
        new.removed_at := clock_timestamp();
      end if;
      return new;
    end $$;
    create trigger keep before insert or update on parley.travel_items for each row execute function parley.keep_travel_item();

    -- What was put in by the giving parent, and what arrived with the receiving one.
    create table parley.handover_items (
      family_id   uuid    not null,
      handover_id uuid    not null,
      item_id     uuid    not null,
      sent        boolean not null default false,
      arrived     boolean not null default false,
      primary key (handover_id, item_id),
      foreign key (family_id, handover_id) references parley.handovers (family_id, id) on delete restrict on update restrict,
      foreign key (family_id, item_id) references parley.travel_items (family_id, id) on delete restrict on update restrict
    );
    create index handover_items_by_handover on parley.handover_items (family_id, handover_id);

    create function parley.close_list() returns trigger language plpgsql set search_path = '' as $$
    begin
      if clock_timestamp() >= (select h.marks_close_at from parley.handovers h where h.id = new.handover_id) then
        raise exception 'a list closes with the day after its handover' using errcode = 'P0H03';
      end if;
      return new;
    end $$;
    create trigger close before insert or update on parley.handover_items for each row execute function parley.close_list();

    revoke all on function parley.date_handover, parley.time_mark, parley.time_note, parley.keep_travel_item, parley.close_list from public;
    grant select on parley.handovers, parley.handover_marks, parley.handover_notes, parley.travel_items, parley.handover_items to parley_app;
    grant insert (id, family_id, planned_at, from_id, to_id, children, place_kind, place_label) on parley.handovers to parley_app;
    grant insert (handover_id, parent_id, kind, step_id) on parley.handover_marks to parley_app;
    grant insert (handover_id, parent_id, step_id) on parley.handover_notes to parley_app;
    grant insert (id, family_id, child_id, label_ct, added_by, submission) on parley.travel_items to parley_app;
    grant update (removed_at, removed_by) on parley.travel_items to parley_app;
    grant insert on parley.handover_items to parley_app;
    grant update (sent, arrived) on parley.handover_items to parley_app;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table parley.handover_items, parley.travel_items, parley.handover_notes, parley.handover_marks, parley.handovers;
    drop function parley.close_list, parley.keep_travel_item, parley.time_note, parley.time_mark, parley.date_handover;
  `);
}
