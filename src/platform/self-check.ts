import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Database } from './database.ts';

/** What the guard of this release looks like: `select guard.attestation()` on a sound installation. */
export const releasedAttestation = readFileSync(path.join(import.meta.dirname, '../../migrations/record/attestation.txt'), 'utf8').trim();

/**
 * Looks, before the first request, for anything that would let the running program change the record.
 * Gives every fault in words; none means the promise holds.
 */
export async function selfCheck(db: Database): Promise<string[]> {
  const { rows } = await db.pool.query<Record<string, boolean> & { attestation: string; loose: string[]; other_roles: string[] }>(`
    select
      (select rolsuper from pg_catalog.pg_roles where rolname = session_user)      as superuser,
      pg_has_role(session_user, 'parley_record', 'MEMBER')
        or pg_has_role(session_user, 'parley_owner', 'MEMBER')                     as owner,
      has_database_privilege(session_user, current_database(), 'TEMP')             as temporary_tables,
      current_setting('session_replication_role') <> 'origin'                      as replica,
      current_setting('fsync') <> 'on' or current_setting('full_page_writes') <> 'on'
        or current_setting('synchronous_commit') not in ('on', 'remote_apply', 'remote_write', 'local') as unsafe_writes,
      exists (select from pg_catalog.pg_class c
               where c.relnamespace = 'record'::regnamespace and c.relkind = 'r'
                 and (has_table_privilege(session_user, c.oid, 'UPDATE, DELETE, TRUNCATE, TRIGGER, REFERENCES, MAINTAIN')
                      or has_any_column_privilege(session_user, c.oid, 'UPDATE, REFERENCES'))) as may_change,
      (select coalesce(array_agg(m.roleid::regrole::text order by m.roleid::regrole::text), '{}') from pg_catalog.pg_auth_members m
        where m.member = (select oid from pg_catalog.pg_roles where rolname = session_user))                                    as other_roles,
      exists (select from pg_catalog.pg_proc p
               where p.pronamespace = 'record'::regnamespace and p.proname in ('append', 'seal')
                 and has_function_privilege(session_user, p.oid, 'EXECUTE'))       as may_append,
      (select coalesce(array_agg(c.relname || '.' || g.tgname), '{}')
         from pg_catalog.pg_trigger g join pg_catalog.pg_class c on c.oid = g.tgrelid
        where c.relnamespace = 'record'::regnamespace and not g.tgisinternal and g.tgenabled <> 'A') as loose,
      guard.attestation() as attestation`);
  const found = rows[0]!;
  const faults: [boolean, string][] = [
    [found.superuser!, 'the program signs in to the database as a superuser'],
    [found.owner! && !found.superuser!, 'the program signs in as an owner of the tables'],
    // Also where nothing is inherited: SET ROLE is enough.
    [found.other_roles.length > 0 && !found.superuser!, `the program's sign-in may act as other roles: ${found.other_roles.join(', ')}`],
    [found.temporary_tables!, 'the program may make temporary tables'],
    [found.replica!, 'session_replication_role is not origin'],
    [found.unsafe_writes!, 'fsync, full_page_writes or synchronous_commit is off: an acknowledged message could be lost'],
    [found.may_change! && !found.superuser!, 'the program may change or delete rows of the record'],
    [found.may_append! && !found.superuser!, 'the program may write to the ledger directly'],
    [found.loose.length > 0, `triggers of the record are not always on: ${found.loose.join(', ')}`],
    [
      found.attestation !== releasedAttestation,
      `the guard of the record differs from this release (${found.attestation.slice(0, 16)} is not ${releasedAttestation.slice(0, 16)})`,
    ],
  ];
  return faults.filter(([holds]) => holds).map(([, words]) => words);
}
