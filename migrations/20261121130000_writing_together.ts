import type { Knex } from 'knex';

/** What lets several messages be one statement: whether an author may write is asked without waiting, and a second press is seen before it is written. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    drop function parley.may_write(uuid, boolean);

    -- Whether an author may write now: no message of this form yet, fewer than 200 messages within an hour, and not urgent twice within 24. Asked
    -- inside the statement that writes, it holds the author's other messages back until that is over, so the stops are exact; being volatile it
    -- sees their last commit. Where it must not wait, for the author or for the family's record, it says no: such a message is written by itself.
    create function parley.may_write(p_author uuid, p_family uuid, p_submission uuid, p_urgent boolean, p_wait boolean) returns boolean
    language plpgsql volatile as $$
    begin
      if p_wait then
        perform pg_advisory_xact_lock(7236003, hashtext(p_author::text));
      elsif not (pg_try_advisory_xact_lock(7236003, hashtext(p_author::text))
                 and pg_try_advisory_xact_lock(hashtextextended(p_family::text, 7236001))) then
        return false;
      end if;
      return not exists (select from record.comments c where c.author_id = p_author and c.submission = p_submission)
         and (select count(*) from (select from record.comments c where c.author_id = p_author and c.created_at > clock_timestamp() - interval '1 hour'
                                     order by c.created_at desc limit 200) recent) < 200
         and not (p_urgent and exists (select from record.comments c where c.author_id = p_author and c.urgent_reason is not null
                                        and c.created_at > clock_timestamp() - interval '24 hours'));
    end $$;
    revoke all on function parley.may_write from public;
    grant execute on function parley.may_write to parley_app;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop function parley.may_write;
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
