-- The guard refuses every change of schema record except by a superuser's own session (a logged, two-person ceremony).
-- It matches by identity, not by schema name alone: for rules, policies and triggers PostgreSQL reports no schema.
create schema guard;
grant usage on schema guard to public;

create function guard.touches_record(p_schema text, p_identity text) returns boolean
language sql immutable set search_path = pg_catalog, pg_temp
return coalesce(p_schema, '') in ('record', 'guard') or coalesce(p_identity, '') ~ '(^|\mon )(record|guard)(\.|$)';

create function guard.session_is_superuser() returns boolean
language sql stable set search_path = pg_catalog, pg_temp
return (select r.rolsuper from pg_catalog.pg_roles r where r.rolname = session_user);

create function guard.refuse_ddl() returns event_trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  command record;
begin
  if guard.session_is_superuser() then return; end if;
  for command in select * from pg_event_trigger_ddl_commands() loop
    if guard.touches_record(command.schema_name, command.object_identity) then
      raise exception 'the record is frozen: % is refused', command.command_tag using errcode = 'P0R07';
    end if;
    -- A GRANT names neither schema nor object here; any grant that reaches the record is found by its effect.
    if command.command_tag in ('GRANT', 'REVOKE') and not guard.grants_as_released() then
      raise exception 'the record is frozen: % is refused', command.command_tag using errcode = 'P0R07';
    end if;
  end loop;
end $$;

create function guard.refuse_drop() returns event_trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  dropped record;
begin
  if guard.session_is_superuser() then return; end if;
  for dropped in select * from pg_event_trigger_dropped_objects() loop
    if guard.touches_record(dropped.schema_name, dropped.object_identity) then
      raise exception 'the record is frozen: dropping % is refused', dropped.object_identity using errcode = 'P0R07';
    end if;
  end loop;
end $$;

create function guard.refuse_rewrite() returns event_trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if guard.session_is_superuser() then return; end if;
  if (select c.relnamespace = 'record'::regnamespace from pg_catalog.pg_class c where c.oid = pg_event_trigger_table_rewrite_oid()) then
    raise exception 'the record is frozen: rewriting its tables is refused' using errcode = 'P0R07';
  end if;
end $$;

-- Everything about schemas record and guard that could weaken them, as one text: the same on every sound installation of a release.
create function guard.description() returns text
language sql stable set search_path = pg_catalog, pg_temp
return (
  select string_agg(line, E'\n' order by line collate "C") from (
    select 'trigger ' || c.relname || ' ' || g.tgname || ' ' || g.tgenabled::text || ' ' || md5(p.prosrc) || ' ' || md5(pg_get_triggerdef(g.oid)) as line
      from pg_trigger g join pg_class c on c.oid = g.tgrelid join pg_proc p on p.oid = g.tgfoid
     where c.relnamespace = 'record'::regnamespace and not g.tgisinternal
    union all
    select 'function ' || p.oid::regprocedure::text || ' ' || case when o.rolsuper then 'superuser' else o.rolname end || ' ' || p.prosecdef || ' ' || coalesce(p.proconfig::text, '') || ' '
        || md5(coalesce(pg_get_function_sqlbody(p.oid), p.prosrc))
        || ' ' || case when o.rolsuper then '' else coalesce((select string_agg(a::text, ',' order by a::text) from unnest(p.proacl) a), '') end
      from pg_proc p join pg_roles o on o.oid = p.proowner where p.pronamespace in ('record'::regnamespace, 'guard'::regnamespace)
    union all
    select 'event trigger ' || e.evtname || ' ' || e.evtevent || ' ' || e.evtenabled::text || ' ' || e.evtfoid::regproc::text from pg_event_trigger e
    union all
    select 'table ' || c.relname || ' ' || pg_get_userbyid(c.relowner) || ' ' || c.relkind::text || ' ' || c.relpersistence::text || ' rls ' || c.relrowsecurity || c.relforcerowsecurity
        || ' acl ' || coalesce((select string_agg(a::text, ',' order by a::text) from unnest(c.relacl) a), '')
      from pg_class c where c.relnamespace = 'record'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
    union all
    select 'column ' || c.relname || ' ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull
        || ' acl ' || coalesce((select string_agg(x::text, ',' order by x::text) from unnest(a.attacl) x), '')
      from pg_attribute a join pg_class c on c.oid = a.attrelid
     where c.relnamespace = 'record'::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
    union all
    select 'constraint ' || k.conrelid::regclass::text || ' ' || k.conname || ' ' || k.convalidated || ' ' || pg_get_constraintdef(k.oid)
      from pg_constraint k where k.connamespace = 'record'::regnamespace and k.conrelid <> 0 and k.contype <> 'n'
    union all
    select 'rule ' || c.relname || ' ' || r.rulename from pg_rewrite r join pg_class c on c.oid = r.ev_class where c.relnamespace = 'record'::regnamespace
    union all
    select 'policy ' || c.relname || ' ' || p.polname from pg_policy p join pg_class c on c.oid = p.polrelid where c.relnamespace = 'record'::regnamespace
    union all
    select 'child ' || i.inhrelid::regclass::text || ' of ' || i.inhparent::regclass::text
      from pg_inherits i join pg_class c on c.oid = i.inhparent where c.relnamespace = 'record'::regnamespace
    union all
    select 'schema ' || n.nspname || ' ' || pg_get_userbyid(n.nspowner) || ' ' || coalesce((select string_agg(a::text, ',' order by a::text) from unnest(n.nspacl) a), '')
      from pg_namespace n where n.nspname in ('record', 'parley')
    union all
    select 'member ' || m.member::regrole::text || ' of ' || m.roleid::regrole::text || ' inherit ' || m.inherit_option || ' set ' || m.set_option
      from pg_auth_members m where m.roleid::regrole::text in ('parley_record', 'parley_owner')
    union all
    select 'role ' || r.rolname || ' ' || r.rolsuper || r.rolcreaterole || r.rolcreatedb || r.rolreplication || r.rolbypassrls || ' login ' || r.rolcanlogin
      from pg_roles r where r.rolname in ('parley_record', 'parley_owner', 'parley_app', 'parley_migrator', 'parley_verifier')
    union all
    select 'setting ' || coalesce(r.rolname, 'all') || ' ' || array_to_string(s.setconfig, ',')
      from pg_db_role_setting s left join pg_roles r on r.oid = s.setrole
     where s.setdatabase = 0 and r.rolname in ('parley_app', 'parley_migrator')
  ) as lines
);

create function guard.attestation() returns text
language sql stable set search_path = pg_catalog, pg_temp
return encode(sha256(convert_to(guard.description(), 'UTF8')), 'hex');

-- Which releases of the record this database has had, and what it looked like after each.
create table guard.releases (
  name        text        primary key,
  attestation text        not null,
  released_at timestamptz not null default clock_timestamp()
);
grant select on guard.releases to public;

create function guard.grants_as_released() returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp
return (
  select not exists (
    select from pg_class c cross join lateral aclexplode(c.relacl) a
     where c.relnamespace = 'record'::regnamespace
       and a.grantee <> c.relowner
       and (a.privilege_type <> 'SELECT' or a.grantee::regrole::text not in ('parley_app', 'parley_verifier')))
  and not exists (
    select from pg_proc p cross join lateral aclexplode(p.proacl) a
     where p.pronamespace = 'record'::regnamespace and a.grantee <> p.proowner
       and (p.proname in ('append', 'seal') or a.grantee = 0 or a.grantee::regrole::text not in ('parley_app', 'parley_verifier')))
  and not exists (
    select from pg_attribute t join pg_class c on c.oid = t.attrelid cross join lateral aclexplode(t.attacl) a
     where c.relnamespace = 'record'::regnamespace and a.grantee <> c.relowner
       and (a.privilege_type <> 'INSERT' or a.grantee::regrole::text <> 'parley_app'))
);

revoke all on all functions in schema guard from public;
grant execute on function guard.touches_record, guard.session_is_superuser, guard.description, guard.attestation, guard.grants_as_released to public;

create event trigger parley_refuse_ddl     on ddl_command_end execute function guard.refuse_ddl();
create event trigger parley_refuse_drop    on sql_drop        execute function guard.refuse_drop();
create event trigger parley_refuse_rewrite on table_rewrite   execute function guard.refuse_rewrite();
alter event trigger parley_refuse_ddl enable always;
alter event trigger parley_refuse_drop enable always;
alter event trigger parley_refuse_rewrite enable always;
