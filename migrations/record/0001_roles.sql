-- Roles are of the whole server, so each is made only where it is missing.
-- Passwords are set by the bootstrap command and stand in no file.
do $$
declare
  wanted record;
begin
  for wanted in
    select * from (values
      ('parley_record',    'nologin'),  -- owns schema record; has no members
      ('parley_owner',     'nologin'),  -- owns schema parley
      ('parley_migrator',  'login'),    -- runs ordinary migrations as parley_owner
      ('parley_app',       'login'),    -- the running program
      ('parley_verifier',  'login'),    -- reads the record and the catalogues, writes nothing
      ('parley_sequencer', 'nologin'),  -- the three below are given a sign-in when their part is built
      ('parley_sealer',    'nologin'),
      ('parley_backup',    'nologin')
    ) as role (name, sign_in)
  loop
    if not exists (select from pg_catalog.pg_roles where rolname = wanted.name) then
      execute format('create role %I %s nosuperuser nocreatedb nocreaterole noinherit noreplication nobypassrls',
                     wanted.name, wanted.sign_in);
    end if;
  end loop;
end $$;

grant parley_owner to parley_migrator with inherit false, set true;
grant pg_read_all_data to parley_backup;

-- Bounds on how long any fault can hold a family's lock.
alter role parley_app set lock_timeout = '3s';
alter role parley_app set statement_timeout = '10s';
alter role parley_app set transaction_timeout = '15s';
alter role parley_app set idle_in_transaction_session_timeout = '5s';

create extension if not exists btree_gist with schema public;
grant usage on schema public to parley_owner, parley_app;

create schema parley authorization parley_owner;
grant usage on schema parley to parley_app, parley_record, parley_verifier;
