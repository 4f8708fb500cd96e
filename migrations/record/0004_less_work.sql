-- Less work for the same chain: an entry is worked out once, and a message without files is not searched for them.

set role parley_record;

-- These bodies were bound when they were made, so no search path can lead them astray; a setting of their own kept PostgreSQL from running
-- them in line.
alter function record.leaf(smallint, uuid, bigint, bytea, timestamptz, uuid, uuid, bytea) reset all;
alter function record.leaf_hash(bytea) reset all;
alter function record.genesis(uuid) reset all;
alter function record.commitment(bytea, bytea) reset all;

-- Appends one entry and gives its position, time and hash. Only the triggers call it.
create or replace function record.append(p_kind smallint, p_family uuid, p_actor uuid, p_item uuid, p_payload bytea,
                              out o_pos bigint, out o_at timestamptz, out o_hash bytea)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if p_family is null or p_actor is null or p_item is null or p_payload is null then
    raise exception 'an entry has no empty fields' using errcode = 'P0R02';
  end if;
  -- Its place in the chain is found by the trigger, which takes the payload for the leaf.
  insert into record.entries (family_id, kind, actor_id, item_id, leaf) values (p_family, p_kind, p_actor, p_item, p_payload)
  returning pos, at, leaf_hash into o_pos, o_at, o_hash;
end $$;

-- Whoever inserts into the ledger, the row extends the chain: a payload is given its place at the end, and a whole entry must fit there.
create or replace function record.check_entry() returns trigger
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  last_pos  bigint;
  last_hash bytea;
begin
  perform pg_advisory_xact_lock(hashtextextended(new.family_id::text, 7236001));
  select e.pos, e.leaf_hash into last_pos, last_hash
    from record.entries e where e.family_id = new.family_id order by e.pos desc limit 1;
  if not found then
    last_pos := 0;
    last_hash := record.genesis(new.family_id);
  end if;
  if new.pos is null then
    new.pos := last_pos + 1;
    new.prev_hash := last_hash;
    -- Not now(): a transaction that waited for the lock began before the entry it follows.
    new.at := clock_timestamp();
    new.leaf := record.leaf(new.kind, new.family_id, new.pos, new.prev_hash, new.at, new.actor_id, new.item_id, new.leaf);
    new.leaf_hash := record.leaf_hash(new.leaf);
    return new;
  end if;
  if new.pos <> last_pos + 1
     or new.prev_hash <> last_hash
     or octet_length(new.leaf) < 109
     or new.leaf <> record.leaf(new.kind, new.family_id, new.pos, new.prev_hash, new.at, new.actor_id, new.item_id, substr(new.leaf, 110))
     or new.leaf_hash <> record.leaf_hash(new.leaf) then
    raise exception 'this entry does not extend the chain' using errcode = 'P0R04';
  end if;
  return new;
end $$;

-- At commit: the files that are stored are the files that were hashed, and every item has its key.
create or replace function record.check_comment() returns trigger
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  comment_of uuid;
  hashed     bytea;
  stored     bytea;
begin
  if tg_table_name = 'comments' then
    comment_of := new.id;
    hashed := new.manifest;
  else
    comment_of := new.comment_id;
    select c.manifest into hashed from record.comments c where c.id = comment_of;
  end if;
  if hashed = '\x0000'::bytea then
    stored := case when exists (select from record.attachments a where a.comment_id = comment_of) then '\x'::bytea else hashed end;
  else
    select int2send(count(*)::int2)
           || coalesce(string_agg(uuid_send(a.id) || a.commitment || int8send(a.size)
                || int2send(octet_length(a.media_type)::int2) || convert_to(a.media_type, 'UTF8'), ''::bytea order by a.ord), ''::bytea)
      into stored from record.attachments a where a.comment_id = comment_of;
  end if;
  if hashed is distinct from stored then
    raise exception 'the files of a message are fixed when it is written' using errcode = 'P0R05';
  end if;
  if not exists (select from record.content_keys k where k.item_id = new.id) then
    raise exception 'an item has no key' using errcode = 'P0R06';
  end if;
  return null;
end $$;

reset role;
