-- The record: what people write, in the order it was written, never changed.
-- Formats and reasons: src/platform/record/README.md. Nothing here is updated in normal operation.

-- Bare identities that the record points at. Ordinary migrations give them their columns;
-- the record's foreign keys keep their rows.
set role parley_owner;
create table parley.families (id uuid primary key default uuidv7());
create table parley.parents  (id uuid primary key default uuidv7());
create table parley.schools  (id uuid primary key default uuidv7());
create table parley.children (
  id        uuid primary key default uuidv7(),
  family_id uuid not null references parley.families on delete restrict on update restrict,
  unique (family_id, id)
);
create table parley.activities (
  id        uuid primary key default uuidv7(),
  family_id uuid not null references parley.families on delete restrict on update restrict,
  unique (family_id, id)
);
grant references on parley.families, parley.parents, parley.schools, parley.children, parley.activities to parley_record;
reset role;

create schema record authorization parley_record;
grant usage on schema record to parley_app, parley_verifier;

set role parley_record;

-- The ledger: one row for each entry of every kind.
create table record.entries (
  family_id uuid        not null references parley.families on delete restrict on update restrict,
  pos       bigint      not null check (pos > 0),
  kind      smallint    not null check (kind between 1 and 14),
  at        timestamptz not null,
  actor_id  uuid        not null,
  item_id   uuid        not null,
  prev_hash bytea       not null check (octet_length(prev_hash) = 32),
  leaf      bytea       not null,
  leaf_hash bytea       not null unique check (octet_length(leaf_hash) = 32),
  primary key (family_id, pos),
  unique (family_id, prev_hash)
);

-- Kind 4: a parent joins a family's record under the name that is shown.
create table record.members (
  id         uuid        primary key,
  family_id  uuid        not null,
  pos        bigint      not null,
  parent_id  uuid        not null references parley.parents on delete restrict on update restrict,
  commitment bytea       not null check (octet_length(commitment) = 32),
  name_ct    bytea       not null,
  created_at timestamptz not null,
  unique (family_id, pos),
  unique (family_id, parent_id),
  foreign key (family_id, pos) references record.entries on delete restrict on update restrict
);

-- Kind 3: a subject is opened about exactly one child, activity or school.
create table record.subjects (
  id          uuid        primary key,
  family_id   uuid        not null,
  pos         bigint      not null,
  opened_by   uuid        not null,
  child_id    uuid,
  activity_id uuid,
  school_id   uuid references parley.schools on delete restrict on update restrict,
  commitment  bytea       not null check (octet_length(commitment) = 32),
  title_ct    bytea       not null,
  submission  uuid        not null,
  created_at  timestamptz not null,
  check (num_nonnulls(child_id, activity_id, school_id) = 1),
  unique (family_id, pos),
  unique (family_id, id),
  unique (opened_by, submission),
  foreign key (family_id, pos) references record.entries on delete restrict on update restrict,
  foreign key (family_id, opened_by) references record.members (family_id, parent_id) on delete restrict on update restrict,
  foreign key (family_id, child_id) references parley.children (family_id, id) on delete restrict on update restrict,
  foreign key (family_id, activity_id) references parley.activities (family_id, id) on delete restrict on update restrict
);

-- Kind 1: a comment. Kind 6: a correction, a comment that points at an older one.
create table record.comments (
  id            uuid        primary key,
  family_id     uuid        not null,
  pos           bigint      not null,
  subject_id    uuid        not null,
  author_id     uuid        not null,
  corrects_id   uuid,
  urgent_reason text        check (urgent_reason in ('child_ill', 'child_hurt', 'medicine_needed', 'not_collected', 'handover_today')),
  commitment    bytea       not null check (octet_length(commitment) = 32),
  manifest      bytea       not null default '\x0000',
  body_ct       bytea       not null,
  submission    uuid        not null,
  created_at    timestamptz not null,
  unique (family_id, pos),
  unique (family_id, subject_id, id),
  unique (author_id, submission),
  foreign key (family_id, pos) references record.entries on delete restrict on update restrict,
  foreign key (family_id, subject_id) references record.subjects (family_id, id) on delete restrict on update restrict,
  foreign key (family_id, author_id) references record.members (family_id, parent_id) on delete restrict on update restrict,
  foreign key (family_id, subject_id, corrects_id) references record.comments (family_id, subject_id, id) on delete restrict on update restrict
);
create index comments_by_subject on record.comments (subject_id, pos);
create index comments_by_corrected on record.comments (corrects_id) where corrects_id is not null;
create index comments_by_author on record.comments (author_id, created_at);

create table record.attachments (
  id              uuid     primary key,
  comment_id      uuid     not null references record.comments on delete restrict on update restrict deferrable initially deferred,
  ord             smallint not null check (ord between 1 and 5),
  commitment      bytea    not null check (octet_length(commitment) = 32),
  size            bigint   not null check (size > 0),
  media_type      text     not null check (media_type in ('image/jpeg', 'image/png', 'image/webp', 'application/pdf')),
  received_sha256 bytea    not null check (octet_length(received_sha256) = 32),
  name_ct         bytea    not null,
  content_ct      bytea    not null,
  unique (comment_id, ord)
);
alter table record.attachments alter column content_ct set storage external;

-- Kind 2: the first time a recipient opened the message.
create table record.views (
  id         uuid        primary key default uuidv7(),
  family_id  uuid        not null,
  pos        bigint      not null,
  comment_id uuid        not null references record.comments on delete restrict on update restrict,
  viewer_id  uuid        not null,
  created_at timestamptz not null,
  unique (family_id, pos),
  unique (comment_id, viewer_id),
  foreign key (family_id, pos) references record.entries on delete restrict on update restrict,
  foreign key (family_id, viewer_id) references record.members (family_id, parent_id) on delete restrict on update restrict
);

-- The key of each encrypted item, wrapped. The only table here that can ever lose a row, by record.seal() when that is built.
create table record.content_keys (
  item_id uuid  primary key,
  wrapped bytea not null check (octet_length(wrapped) between 48 and 128)
);

-- Who changed what, and sign-ins and refusals. They are not of one family's chain, but they stay as long.
create table record.audit_events (
  id         uuid        primary key default uuidv7(),
  at         timestamptz not null,
  actor_kind text        not null check (actor_kind in ('user', 'link_holder', 'system')),
  actor_id   uuid,
  actor_name text        check (length(actor_name) <= 100),
  action     text        not null check (length(action) <= 100),
  target_id  uuid,
  family_id  uuid,
  school_id  uuid,
  details    jsonb       not null default '{}'
);
create index audit_events_by_target on record.audit_events (target_id, at);
create index audit_events_by_family on record.audit_events (family_id, at);

create table record.security_events (
  id           uuid        primary key default uuidv7(),
  at           timestamptz not null,
  event        text        not null check (length(event) <= 100),
  account_id   uuid,
  address_hash bytea,
  details      jsonb       not null default '{}'
);
create index security_events_by_account on record.security_events (account_id, at);
create index security_events_by_address on record.security_events (address_hash, at);

-- ---------------------------------------------------------------- the canonical form

-- The bytes that are hashed: format PRLYENT1, big-endian, 109 bytes and the payload.
create function record.leaf(p_kind smallint, p_family uuid, p_pos bigint, p_prev bytea, p_at timestamptz,
                            p_actor uuid, p_item uuid, p_payload bytea) returns bytea
language sql immutable strict parallel safe set search_path = pg_catalog, pg_temp
return '\x50524c59454e5431'::bytea
    || set_byte('\x00'::bytea, 0, p_kind::int)
    || uuid_send(p_family)
    || int8send(p_pos)
    || p_prev
    || int8send((extract(epoch from p_at) * 1000000)::bigint)
    || uuid_send(p_actor)
    || uuid_send(p_item)
    || int4send(octet_length(p_payload))
    || p_payload;

-- RFC 6962 leaf hash; it is also the next entry's previous hash.
create function record.leaf_hash(p_leaf bytea) returns bytea
language sql immutable strict parallel safe set search_path = pg_catalog, pg_temp
return sha256('\x00'::bytea || p_leaf);

-- What stands in place of a previous hash at position 1: SHA-256("PARLEY-GENESIS1" || family).
create function record.genesis(p_family uuid) returns bytea
language sql immutable strict parallel safe set search_path = pg_catalog, pg_temp
return sha256('\x5041524c45592d47454e4553495331'::bytea || uuid_send(p_family));

create function record.commitment(p_salt bytea, p_content bytea) returns bytea
language sql immutable strict parallel safe set search_path = pg_catalog, pg_temp
return sha256('\x7061726c65792f636f6d6d69742f7631'::bytea || '\x00'::bytea || p_salt || sha256(p_content));

-- One writer at a time in a family's record. Taken before anything is read, so that what is read is the last commit.
create function record.lock_family(p_family uuid) returns void
language sql volatile strict set search_path = pg_catalog, pg_temp
begin atomic
  select pg_advisory_xact_lock(hashtextextended(p_family::text, 7236001));
end;

-- Appends one entry and gives its position, time and hash. Only the triggers below call it.
create function record.append(p_kind smallint, p_family uuid, p_actor uuid, p_item uuid, p_payload bytea,
                              out o_pos bigint, out o_at timestamptz, out o_hash bytea)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  previous bytea;
  leaf     bytea;
begin
  if p_family is null or p_actor is null or p_item is null or p_payload is null then
    raise exception 'an entry has no empty fields' using errcode = 'P0R02';
  end if;
  perform pg_advisory_xact_lock(hashtextextended(p_family::text, 7236001));
  select e.pos + 1, e.leaf_hash into o_pos, previous
    from record.entries e where e.family_id = p_family order by e.pos desc limit 1;
  if not found then
    o_pos := 1;
    previous := record.genesis(p_family);
  end if;
  -- Not now(): a transaction that waited for the lock began before the entry it follows.
  o_at := clock_timestamp();
  leaf := record.leaf(p_kind, p_family, o_pos, previous, o_at, p_actor, p_item, p_payload);
  o_hash := record.leaf_hash(leaf);
  insert into record.entries (family_id, pos, kind, at, actor_id, item_id, prev_hash, leaf, leaf_hash)
  values (p_family, o_pos, p_kind, o_at, p_actor, p_item, previous, leaf, o_hash);
end $$;

-- Whoever inserts into the ledger, the row must extend the chain.
create function record.check_entry() returns trigger
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
  if new.pos <> last_pos + 1
     or new.prev_hash <> last_hash
     or octet_length(new.leaf) < 109
     or new.leaf <> record.leaf(new.kind, new.family_id, new.pos, new.prev_hash, new.at, new.actor_id, new.item_id, substr(new.leaf, 110))
     or new.leaf_hash <> record.leaf_hash(new.leaf) then
    raise exception 'this entry does not extend the chain' using errcode = 'P0R04';
  end if;
  return new;
end $$;

-- ---------------------------------------------------------------- one trigger a kind

create function record.append_member() returns trigger
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  select o_pos, o_at into new.pos, new.created_at
    from record.append(4::smallint, new.family_id, new.parent_id, new.id, '\x01'::bytea || new.commitment);
  return new;
end $$;

create function record.append_subject() returns trigger
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  -- Scheme, commitment to the title, what it is about (1 child, 2 activity, 3 school) and its id.
  select o_pos, o_at into new.pos, new.created_at
    from record.append(3::smallint, new.family_id, new.opened_by, new.id,
      '\x01'::bytea || new.commitment
      || case when new.child_id is not null then '\x01'::bytea when new.activity_id is not null then '\x02'::bytea else '\x03'::bytea end
      || uuid_send(coalesce(new.child_id, new.activity_id, new.school_id)));
  return new;
end $$;

create function record.append_comment() returns trigger
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if new.corrects_id is null then
    select o_pos, o_at into new.pos, new.created_at
      from record.append(1::smallint, new.family_id, new.author_id, new.id, '\x01'::bytea || new.commitment || new.manifest);
  else
    if not exists (select from record.comments c where c.id = new.corrects_id and c.author_id = new.author_id) then
      raise exception 'only one''s own message can be corrected' using errcode = 'P0R03';
    end if;
    select o_pos, o_at into new.pos, new.created_at
      from record.append(6::smallint, new.family_id, new.author_id, new.id,
        '\x01'::bytea || new.commitment || new.manifest || uuid_send(new.corrects_id));
  end if;
  -- Ids only. Sent at commit, so a listener never hears of an entry that is not there.
  perform pg_notify('parley_comment', new.family_id::text || ' ' || new.pos::text || ' ' || new.subject_id::text);
  return new;
end $$;

create function record.append_view() returns trigger
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  author uuid;
begin
  perform pg_advisory_xact_lock(hashtextextended(new.family_id::text, 7236001));
  select c.author_id into author from record.comments c where c.id = new.comment_id and c.family_id = new.family_id;
  if not found or author = new.viewer_id then
    raise exception 'only a recipient views a message' using errcode = 'P0R03';
  end if;
  -- Before appending: a row that is refused later would have left its entry behind.
  if exists (select from record.views v where v.comment_id = new.comment_id and v.viewer_id = new.viewer_id) then
    return null;
  end if;
  select o_pos, o_at into new.pos, new.created_at
    from record.append(2::smallint, new.family_id, new.viewer_id, new.comment_id, '\x'::bytea);
  return new;
end $$;

create function record.stamp() returns trigger
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  new.at := clock_timestamp();
  return new;
end $$;

-- At commit: the files that are stored are the files that were hashed, and every item has its key.
create function record.check_comment() returns trigger
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  comment_of uuid;
  hashed     bytea;
  stored     bytea;
begin
  if tg_table_name = 'comments' then comment_of := new.id; else comment_of := new.comment_id; end if;
  select c.manifest into hashed from record.comments c where c.id = comment_of;
  select int2send(count(*)::int2)
         || coalesce(string_agg(uuid_send(a.id) || a.commitment || int8send(a.size)
              || int2send(octet_length(a.media_type)::int2) || convert_to(a.media_type, 'UTF8'), ''::bytea order by a.ord), ''::bytea)
    into stored from record.attachments a where a.comment_id = comment_of;
  if hashed is distinct from stored then
    raise exception 'the files of a message are fixed when it is written' using errcode = 'P0R05';
  end if;
  if not exists (select from record.content_keys k where k.item_id = new.id) then
    raise exception 'an item has no key' using errcode = 'P0R06';
  end if;
  return null;
end $$;

create function record.check_key() returns trigger
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from record.content_keys k where k.item_id = new.id) then
    raise exception 'an item has no key' using errcode = 'P0R06';
  end if;
  return null;
end $$;

-- At commit: every entry has the row that it is about, at its own position. An insert that is passed over in silence
-- (on conflict do nothing) has appended before the conflict is found; then the whole transaction is refused.
create function record.check_recorded() returns trigger
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  recorded boolean;
begin
  recorded := case
    when new.kind in (1, 6) then exists (select from record.comments c where c.family_id = new.family_id and c.pos = new.pos and c.id = new.item_id)
    when new.kind = 2 then exists (select from record.views v where v.family_id = new.family_id and v.pos = new.pos and v.comment_id = new.item_id)
    when new.kind = 3 then exists (select from record.subjects s where s.family_id = new.family_id and s.pos = new.pos and s.id = new.item_id)
    when new.kind = 4 then exists (select from record.members m where m.family_id = new.family_id and m.pos = new.pos and m.id = new.item_id)
    else false end;
  if not recorded then
    raise exception 'an entry has nothing that it stands for' using errcode = 'P0R08';
  end if;
  return null;
end $$;

create function record.refuse() returns trigger
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
  raise exception 'what is written stays: % on %.% is refused', tg_op, tg_table_schema, tg_table_name using errcode = 'P0R01';
end $$;

create trigger a_check  before insert on record.entries         for each row execute function record.check_entry();
create trigger a_append before insert on record.members         for each row execute function record.append_member();
create trigger a_append before insert on record.subjects        for each row execute function record.append_subject();
create trigger a_append before insert on record.comments        for each row execute function record.append_comment();
create trigger a_append before insert on record.views           for each row execute function record.append_view();
create trigger a_stamp  before insert on record.audit_events    for each row execute function record.stamp();
create trigger a_stamp  before insert on record.security_events for each row execute function record.stamp();

create constraint trigger c_whole after insert on record.comments    deferrable initially deferred for each row execute function record.check_comment();
create constraint trigger c_whole after insert on record.attachments deferrable initially deferred for each row execute function record.check_comment();
create constraint trigger c_whole after insert on record.entries     deferrable initially deferred for each row execute function record.check_recorded();
create constraint trigger c_key   after insert on record.subjects    deferrable initially deferred for each row execute function record.check_key();
create constraint trigger c_key   after insert on record.members     deferrable initially deferred for each row execute function record.check_key();

do $$
declare
  protected text;
begin
  foreach protected in array array['entries', 'members', 'subjects', 'comments', 'attachments', 'views', 'content_keys', 'audit_events', 'security_events']
  loop
    execute format('create trigger z_block before update or delete on record.%I for each row execute function record.refuse()', protected);
    execute format('create trigger z_block_t before truncate on record.%I for each statement execute function record.refuse()', protected);
  end loop;
end $$;

-- Always: also under session_replication_role = replica and for logical replication.
do $$
declare
  t record;
begin
  for t in
    select c.relname, g.tgname
      from pg_catalog.pg_trigger g join pg_catalog.pg_class c on c.oid = g.tgrelid
     where c.relnamespace = 'record'::regnamespace and not g.tgisinternal
  loop
    execute format('alter table record.%I enable always trigger %I', t.relname, t.tgname);
  end loop;
end $$;

-- ---------------------------------------------------------------- who may do what

revoke all on all functions in schema record from public;
grant execute on function record.leaf, record.leaf_hash, record.genesis, record.commitment to parley_app, parley_verifier;
grant execute on function record.lock_family to parley_app;

grant select on all tables in schema record to parley_app, parley_verifier;
grant insert (id, family_id, parent_id, commitment, name_ct) on record.members to parley_app;
grant insert (id, family_id, opened_by, child_id, activity_id, school_id, commitment, title_ct, submission) on record.subjects to parley_app;
grant insert (id, family_id, subject_id, author_id, corrects_id, urgent_reason, commitment, manifest, body_ct, submission) on record.comments to parley_app;
grant insert (id, comment_id, ord, commitment, size, media_type, received_sha256, name_ct, content_ct) on record.attachments to parley_app;
grant insert (family_id, comment_id, viewer_id) on record.views to parley_app;
grant insert (item_id, wrapped) on record.content_keys to parley_app;
grant insert (actor_kind, actor_id, actor_name, action, target_id, family_id, school_id, details) on record.audit_events to parley_app;
grant insert (event, account_id, address_hash, details) on record.security_events to parley_app;

reset role;
