import type { Knex } from 'knex';

/** What lets a message be one statement: the mark of a notice that waits in the queue already, and the stops asked inside the database. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- Apart from parley.recipients, which is held while a mail goes out: nobody who writes waits for a mail server.
    create table parley.waiting_notices (
      family_id uuid not null references parley.families on delete restrict on update restrict,
      parent_id uuid not null references parley.parents on delete restrict on update restrict,
      queued_at timestamptz not null default now(),
      primary key (family_id, parent_id)
    );
    grant select, insert, update, delete on parley.waiting_notices to parley_app;

    -- Whether an author may write now: fewer than 200 messages within an hour, and not urgent twice within 24. Asked inside the statement that
    -- writes, it holds the author's other messages back until that is over, so the stops are exact; being volatile it sees their last commit.
    create function parley.may_write(p_author uuid, p_urgent boolean) returns boolean
    language plpgsql volatile as $$
    begin
      perform pg_advisory_xact_lock(7236003, hashtext(p_author::text));
      return (select count(*) from (select from record.comments c where c.author_id = p_author and c.created_at > clock_timestamp() - interval '1 hour'
                                     order by c.created_at desc limit 200) recent) < 200
         and not (p_urgent and exists (select from record.comments c where c.author_id = p_author and c.urgent_reason is not null
                                        and c.created_at > clock_timestamp() - interval '24 hours'));
    end $$;
    revoke all on function parley.may_write from public;
    grant execute on function parley.may_write to parley_app;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop function parley.may_write; drop table parley.waiting_notices');
}
