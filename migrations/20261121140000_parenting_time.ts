import type { Knex } from 'knex';

/** Requests and what is agreed by them, school years, and what a parent has not seen yet of the steps on their record. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table parley.families
      add column country text not null default 'GB' check (country ~ '^[A-Z]{2}$'),
      add column region  text check (length(region) between 1 and 10);

    -- ---------------------------------------------------------------- school years

    create table parley.school_periods (
      id        uuid      primary key default uuidv7(),
      school_id uuid      not null references parley.schools on delete restrict on update restrict,
      kind      text      not null check (kind in ('term', 'break', 'closed')),
      name      text      not null check (length(name) between 1 and 80),
      during    daterange not null check (not isempty(during) and not lower_inf(during) and not upper_inf(during)),
      -- A break lies within or between terms; two of one kind never share a day.
      unique (school_id, kind, during without overlaps)
    );
    -- How often the year was changed, so that whoever worked days out from it can tell.
    alter table parley.schools add column calendar_version integer not null default 0;
    create function parley.raise_calendar_version() returns trigger language plpgsql as $$
    begin
      update parley.schools s set calendar_version = s.calendar_version + 1 where s.id = coalesce(new.school_id, old.school_id);
      return null;
    end $$;
    create trigger raise_calendar_version after insert or update or delete on parley.school_periods
      for each row execute function parley.raise_calendar_version();
    grant select, insert, delete on parley.school_periods to parley_app;
    grant update (kind, name, during) on parley.school_periods to parley_app;
    grant update (calendar_version) on parley.schools to parley_app;

    -- ---------------------------------------------------------------- requests

    create table parley.requests (
      id          uuid        primary key default uuidv7(),
      family_id   uuid        not null references parley.families on delete restrict on update restrict,
      kind        text        not null check (kind in ('swap', 'change', 'extra', 'make-up', 'travel', 'first-refusal', 'schedule', 'breaks', 'holidays')),
      asked_by    uuid        not null references parley.parents on delete restrict on update restrict,
      children    uuid[]      not null check (cardinality(children) between 1 and 20),
      terms       jsonb       not null,
      -- The first instant that it would change.
      starts_at   timestamptz not null,
      respond_by  timestamptz not null,
      counters_id uuid,
      submission  uuid        not null,
      made_at     timestamptz not null default now(),
      state       text        not null default 'open' check (state in ('open', 'accepted', 'declined', 'countered', 'withdrawn', 'expired')),
      settled_by  uuid        references parley.parents on delete restrict on update restrict,
      settled_at  timestamptz,
      check ((state = 'open') = (settled_at is null)),
      check (respond_by > made_at and respond_by <= starts_at),
      unique (family_id, id),
      unique (asked_by, submission),
      foreign key (family_id, counters_id) references parley.requests (family_id, id) on delete restrict on update restrict
    );
    create index requests_by_family on parley.requests (family_id, made_at);
    create index requests_open on parley.requests (family_id) where state = 'open';
    create index requests_to_expire on parley.requests (respond_by) where state = 'open';
    -- A request is answered by one counter-offer at most.
    create unique index requests_by_countered on parley.requests (family_id, counters_id);
    create index requests_by_settler on parley.requests (settled_by);

    -- Asked by a parent who shares the record, about its children, with time left to answer; a counter-offer comes from whoever it was who answered.
    create function parley.make_request() returns trigger language plpgsql as $$
    begin
      if not exists (select from parley.family_parents fp where fp.family_id = new.family_id and fp.parent_id = new.asked_by
                        and (fp.until is null or fp.until > now()))
         or exists (select from unnest(new.children) as asked (id)
                     where not exists (select from parley.children c where c.id = asked.id and c.family_id = new.family_id)) then
        raise exception 'a parent asks about the children of their family' using errcode = 'P0S02';
      end if;
      if clock_timestamp() >= new.respond_by then
        raise exception 'there is no time left to answer' using errcode = 'P0S03';
      end if;
      if new.counters_id is not null and not exists (select from parley.requests r where r.id = new.counters_id and r.family_id = new.family_id
                                                        and r.state = 'countered' and r.settled_by = new.asked_by) then
        raise exception 'who answers makes a counter-offer' using errcode = 'P0S02';
      end if;
      return new;
    end $$;
    create trigger make before insert on parley.requests for each row execute function parley.make_request();

    -- A person answers, or time runs out and nothing changes: never the asker's own yes, never one that came too late, never a second one.
    create function parley.settle_request() returns trigger language plpgsql as $$
    begin
      if old.state <> 'open' or new.state = 'open' then
        raise exception 'a request is settled once' using errcode = 'P0S01';
      end if;
      if new.state in ('accepted', 'declined', 'countered') then
        if new.settled_by is null or new.settled_by = old.asked_by
           or not exists (select from parley.family_parents fp where fp.family_id = old.family_id and fp.parent_id = new.settled_by
                             and (fp.until is null or fp.until > now())) then
          raise exception 'the other parent answers' using errcode = 'P0S02';
        end if;
        if clock_timestamp() >= old.respond_by then
          raise exception 'no answer in time changes nothing' using errcode = 'P0S03';
        end if;
      elsif new.state = 'withdrawn' and new.settled_by is distinct from old.asked_by then
        raise exception 'who asked withdraws' using errcode = 'P0S02';
      elsif new.state = 'expired' and (new.settled_by is not null or clock_timestamp() < old.respond_by) then
        raise exception 'it has not run out' using errcode = 'P0S03';
      end if;
      new.settled_at := clock_timestamp();
      return new;
    end $$;
    create trigger settle before update on parley.requests for each row execute function parley.settle_request();
    grant select on parley.requests to parley_app;
    grant insert (id, family_id, kind, asked_by, children, terms, starts_at, respond_by, counters_id, submission) on parley.requests to parley_app;
    grant update (state, settled_by) on parley.requests to parley_app;

    -- ---------------------------------------------------------------- what is agreed

    -- Repeating terms, by child and layer, each from a day until another: one at a time.
    create table parley.agreed_plans (
      family_id  uuid      not null,
      child_id   uuid      not null,
      layer      text      not null check (layer in ('regular', 'break', 'holiday')),
      during     daterange not null check (not isempty(during) and not lower_inf(during)),
      terms      jsonb     not null,
      request_id uuid      not null,
      primary key (child_id, layer, during without overlaps),
      foreign key (family_id, child_id) references parley.children (family_id, id) on delete restrict on update restrict,
      foreign key (family_id, request_id) references parley.requests (family_id, id) on delete restrict on update restrict
    );
    create index agreed_plans_by_family on parley.agreed_plans (family_id, child_id);
    create index agreed_plans_by_request on parley.agreed_plans (family_id, request_id);

    -- Time agreed once: a vacation period or a change. In each layer a child is with one person at a time; nobody named is somebody else's care.
    create table parley.agreed_time (
      family_id  uuid      not null,
      child_id   uuid      not null,
      layer      text      not null check (layer in ('vacation', 'change')),
      during     tstzrange not null check (not isempty(during) and not lower_inf(during) and not upper_inf(during)),
      holder_id  uuid      references parley.parents on delete restrict on update restrict,
      label      text      not null check (length(label) <= 80),
      place      jsonb,
      request_id uuid      not null,
      primary key (child_id, layer, during without overlaps),
      foreign key (family_id, child_id) references parley.children (family_id, id) on delete restrict on update restrict,
      foreign key (family_id, request_id) references parley.requests (family_id, id) on delete restrict on update restrict
    );
    create index agreed_time_by_family on parley.agreed_time (family_id, child_id);
    create index agreed_time_by_request on parley.agreed_time (family_id, request_id);
    create index agreed_time_by_holder on parley.agreed_time (holder_id);

    -- Only what was accepted holds, word for word, and what has been stays as it was. A first regular schedule may begin today, at its handover;
    -- whatever else repeats begins tomorrow or after.
    create function parley.today_of(p_family uuid) returns date language sql stable
    return (select (now() at time zone f.time_zone)::date from parley.families f where f.id = p_family);

    create function parley.keep_past_plans() returns trigger language plpgsql as $$
    declare
      today date := parley.today_of(coalesce(new.family_id, old.family_id));
    begin
      if tg_op = 'DELETE' then
        if lower(old.during) <= today then raise exception 'the past is not rewritten' using errcode = 'P0S04'; end if;
        return old;
      end if;
      if tg_op = 'UPDATE' then
        if (new.family_id, new.child_id, new.layer, new.terms, new.request_id) is distinct from (old.family_id, old.child_id, old.layer, old.terms, old.request_id)
           or lower(new.during) <> lower(old.during) or not new.during <@ old.during or coalesce(upper(new.during) <= today, true) then
          raise exception 'the past is not rewritten' using errcode = 'P0S04';
        end if;
        return new;
      end if;
      if lower(new.during) <= today
         and not (lower(new.during) = today and new.layer = 'regular' and not exists (select from parley.agreed_plans p where p.child_id = new.child_id and p.layer = new.layer)) then
        raise exception 'the past is not rewritten' using errcode = 'P0S04';
      end if;
      if not upper_inf(new.during)
         or not exists (select from parley.requests r
                         where r.id = new.request_id and r.family_id = new.family_id and r.state = 'accepted' and new.child_id = any(r.children)
                           and r.kind = case new.layer when 'regular' then 'schedule' when 'break' then 'breaks' else 'holidays' end
                           and r.terms ->> 'from' = lower(new.during)::text and r.terms -> 'terms' = new.terms) then
        raise exception 'nobody agreed to this' using errcode = 'P0S05';
      end if;
      return new;
    end $$;
    create trigger keep_past before insert or update or delete on parley.agreed_plans for each row execute function parley.keep_past_plans();

    create function parley.keep_past_time() returns trigger language plpgsql as $$
    declare
      past tstzrange := tstzrange(null, now());
    begin
      if tg_op = 'DELETE' then
        if lower(old.during) < now() then raise exception 'the past is not rewritten' using errcode = 'P0S04'; end if;
        return old;
      end if;
      if tg_op = 'UPDATE' then
        if (new.family_id, new.child_id, new.layer, new.holder_id, new.label, new.place, new.request_id)
             is distinct from (old.family_id, old.child_id, old.layer, old.holder_id, old.label, old.place, old.request_id)
           or not new.during <@ old.during or new.during * past <> old.during * past then
          raise exception 'the past is not rewritten' using errcode = 'P0S04';
        end if;
        return new;
      end if;
      if lower(new.during) < now() then raise exception 'the past is not rewritten' using errcode = 'P0S04'; end if;
      if new.holder_id is not null and not exists (select from parley.family_parents fp where fp.family_id = new.family_id and fp.parent_id = new.holder_id) then
        raise exception 'a child is with a parent of the family' using errcode = 'P0S05';
      end if;
      if not exists (select from parley.requests r
                      where r.id = new.request_id and r.family_id = new.family_id and r.state = 'accepted' and new.child_id = any(r.children)
                        and case new.layer when 'vacation' then r.kind = 'travel' else r.kind in ('swap', 'change', 'extra', 'make-up', 'first-refusal') end
                        and exists (select from jsonb_array_elements(r.terms -> 'pieces') as piece (one)
                                     where piece.one ->> 'holder' = coalesce(new.holder_id::text, 'third-party'))) then
        raise exception 'nobody agreed to this' using errcode = 'P0S05';
      end if;
      return new;
    end $$;
    create trigger keep_past before insert or update or delete on parley.agreed_time for each row execute function parley.keep_past_time();

    grant select, insert, delete on parley.agreed_plans, parley.agreed_time to parley_app;
    grant update (during) on parley.agreed_plans, parley.agreed_time to parley_app;
    revoke all on function parley.raise_calendar_version, parley.make_request, parley.settle_request, parley.keep_past_plans, parley.keep_past_time, parley.today_of from public;
    grant execute on function parley.today_of to parley_app;

    -- ---------------------------------------------------------------- what is new

    -- What the others did since a parent last opened the page about it. Seen by that parent alone.
    create table parley.unseen_steps (
      parent_id uuid not null references parley.parents on delete restrict on update restrict,
      step_id   uuid not null,
      family_id uuid not null references parley.families on delete restrict on update restrict,
      about_id  uuid not null,
      primary key (parent_id, step_id)
    );
    create index unseen_steps_by_family on parley.unseen_steps (family_id, parent_id);
    -- Pages ask of each thing on them whether it is new, and a parent who looks at none has thousands.
    create index unseen_steps_by_thing on parley.unseen_steps (parent_id, about_id);
    grant select, insert, delete on parley.unseen_steps to parley_app;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table parley.unseen_steps, parley.agreed_time, parley.agreed_plans, parley.requests, parley.school_periods;
    drop function parley.keep_past_time, parley.keep_past_plans, parley.today_of, parley.settle_request, parley.make_request, parley.raise_calendar_version;
    alter table parley.schools drop column calendar_version;
    alter table parley.families drop column country, drop column region;
  `);
}
