import type { Knex } from 'knex';

/** From a link to an account: accounts that wait for their e-mail address, and adults that two schools know. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- An account that somebody asked for behind a link, until its address is confirmed. Made for known addresses too, so that nobody can tell.
    create table parley.pending_accounts (
      id            uuid primary key default uuidv7(),
      invitation_id uuid not null references parley.invitations on delete restrict on update restrict,
      -- Of the link it was asked with: a link that is renewed takes back what was begun with the old one.
      round         integer not null check (round > 0),
      parent_id     uuid not null references parley.parents on delete restrict on update restrict,
      -- Of the form: one form asks once for each address typed into it.
      submission    uuid not null,
      email_hash    bytea not null check (octet_length(email_hash) = 32),
      email_ct      bytea,
      password_hash text,
      -- The token is computed from the id with a key outside the database.
      token_hash    bytea not null unique check (octet_length(token_hash) = 32),
      created_at    timestamptz not null default now(),
      expires_at    timestamptz not null,
      confirmed_at  timestamptz,
      check (expires_at > created_at),
      -- What the account has now is kept in no second place.
      check ((email_ct is null) = (confirmed_at is not null)),
      check ((password_hash is null) = (confirmed_at is not null)),
      unique (invitation_id, submission, email_hash)
    );
    create index pending_accounts_by_parent on parley.pending_accounts (parent_id);
    create index pending_accounts_by_expiry on parley.pending_accounts (expires_at);

    -- Two schools may each have made a row for one adult. The schools keep theirs; the records of this one are shared by that one's account.
    alter table parley.parents add column same_as uuid references parley.parents on delete restrict on update restrict,
      add check (same_as <> id);
    create index parents_by_same_as on parley.parents (same_as);

    grant select, insert, delete on parley.pending_accounts to parley_app;
    grant update (email_ct, password_hash, confirmed_at) on parley.pending_accounts to parley_app;
    grant update (same_as) on parley.parents to parley_app;
    grant update (parent_id) on parley.family_parents, parley.accounts to parley_app;

    -- Whose account it is, and which two rows are one adult, is said once.
    create function parley.refuse_second_parent() returns trigger
    language plpgsql set search_path = pg_catalog, pg_temp as $$
    begin
      raise exception 'whose % this is has been said, and stays', tg_table_name using errcode = '23514';
    end $$;
    create trigger a_once before update of parent_id on parley.accounts for each row when (old.parent_id is not null) execute function parley.refuse_second_parent();
    create trigger a_once before update of same_as on parley.parents for each row when (old.same_as is not null) execute function parley.refuse_second_parent();

    -- A share in a record passes to the same adult's other row alone, and only while nothing on that record is the first row's.
    create function parley.check_passed_share() returns trigger
    language plpgsql set search_path = pg_catalog, pg_temp as $$
    begin
      if not exists (select from parley.parents p where p.id = old.parent_id and p.same_as = new.parent_id)
         or exists (select from record.members m where m.family_id = old.family_id and m.parent_id = old.parent_id) then
        raise exception 'this share in a record stays with its parent' using errcode = '23514';
      end if;
      return new;
    end $$;
    create trigger a_passed before update of parent_id on parley.family_parents for each row execute function parley.check_passed_share();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop trigger a_passed on parley.family_parents;
    drop trigger a_once on parley.parents;
    drop trigger a_once on parley.accounts;
    drop function parley.check_passed_share();
    drop function parley.refuse_second_parent();
    revoke update (parent_id) on parley.family_parents, parley.accounts from parley_app;
    alter table parley.parents drop column same_as;
    drop table parley.pending_accounts;
  `);
}
