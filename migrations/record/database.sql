-- What stands on the database itself, which no copy of it inherits: run at every bootstrap.
-- Without this, anyone who can connect may make temporary tables that shadow real ones.
do $$
begin
  execute format('revoke all on database %I from public', current_database());
  execute format('grant connect on database %I to parley_migrator, parley_app, parley_verifier, parley_sequencer, parley_sealer, parley_backup',
                 current_database());
  execute format('grant create on database %I to parley_owner', current_database());
end $$;
revoke all on schema public from public;


-- Equality of ids beside overlap of time in one constraint: a child is with one person at a time.
create schema if not exists extensions;
grant usage on schema extensions to public;
create extension if not exists btree_gist schema extensions;

-- Equality of ids beside overlap of time in one constraint: a child is with one person at a time.
create schema if not exists extensions;
grant usage on schema extensions to public;
create extension if not exists btree_gist schema extensions;
