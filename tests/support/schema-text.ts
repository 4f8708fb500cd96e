import type pg from 'pg';

/**
 * The database's form as text for reading and comparing: schemas parley and record with everything that holds them together,
 * what the program and the verifier may do with them, and the functions and event triggers that guard them.
 * Sorted by name, so that it does not depend on how the database came to be.
 */
export async function schemaText(client: pg.Client): Promise<string> {
  const parts: string[] = [];
  for (const { title, sql } of sections) {
    const { rows } = await client.query<{ head: string; line: string }>({ text: sql });
    const lines = rows.map((row) => `${row.head}\t${row.line}`);
    const groups = Map.groupBy(lines, (line) => line.slice(0, line.indexOf('\t')));
    for (const [head, members] of groups) {
      parts.push([`${title}${head}`, ...members.map((line) => `  ${line.slice(head.length + 1)}`)].join('\n'));
    }
  }
  return `${parts.join('\n\n')}\n`;
}

const ours = `('parley', 'record')`;
const readers = `('parley_app', 'parley_verifier')`;
const name = `n.nspname || '.' || c.relname`;
const tables = `from pg_class c join pg_namespace n on n.oid = c.relnamespace and n.nspname in ${ours} and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
  and not (n.nspname = 'parley' and c.relname like 'knex_migrations%' and c.relkind = 'S')`;
/** `select, insert (a, b)`: what a role may do with a table, whole and by column. */
const grants = `
  select ${name} as head, 5 as part, r.rolname as nth,
         'grant to ' || r.rolname || ': ' || concat_ws(', ',
           (select string_agg(lower(a.privilege_type), ', ' order by a.privilege_type) from aclexplode(c.relacl) a where a.grantee = r.oid),
           (select string_agg(by_column, ', ' order by by_column) from (
              select lower(x.privilege_type) || ' (' || string_agg(t.attname, ', ' order by t.attname) || ')' as by_column
                from pg_attribute t cross join lateral aclexplode(t.attacl) x where t.attrelid = c.oid and x.grantee = r.oid group by x.privilege_type) columns)) as line
    ${tables} join pg_roles r on r.rolname in ${readers}
   where exists (select from aclexplode(c.relacl) a where a.grantee = r.oid)
      or exists (select from pg_attribute t cross join lateral aclexplode(t.attacl) x where t.attrelid = c.oid and x.grantee = r.oid)`;

const sections = [
  {
    title: 'schema ',
    sql: `select n.nspname as head, 'owner ' || o.rolname as line, 0 as part from pg_namespace n join pg_roles o on o.oid = n.nspowner where n.nspname in ${ours}
           union all select n.nspname, lower(a.privilege_type) || ' to ' || r.rolname, 1 from pg_namespace n cross join lateral aclexplode(n.nspacl) a join pg_roles r on r.oid = a.grantee
            where n.nspname in ${ours} and a.grantee <> n.nspowner order by 1, 3, 2`,
  },
  {
    title: 'table ',
    sql: `select head, line from (
        select ${name} as head, 0 as part, '' as nth, 'owner ' || o.rolname || case when c.relpersistence <> 'p' then ', not durable' else '' end
            || case when c.relrowsecurity then ', row security' else '' end || case when c.relkind <> 'r' then ', kind ' || c.relkind else '' end as line
          ${tables} join pg_roles o on o.oid = c.relowner
        union all
        select ${name}, 1, a.attname, a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || case when a.attnotnull then ' not null' else '' end
            || case when a.attgenerated <> '' then ' generated ' else ' default ' end || pg_get_expr(d.adbin, d.adrelid)
          ${tables} join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
        union all
        select ${name}, 1, a.attname, a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || case when a.attnotnull then ' not null' else '' end
            || case a.attidentity when '' then '' else ' identity' end
          ${tables} join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and c.relkind <> 'S'
         where not exists (select from pg_attrdef d where d.adrelid = c.oid and d.adnum = a.attnum)
        union all
        select ${name}, 2, k.contype || k.conname, k.conname || ': ' || pg_get_constraintdef(k.oid) || case when k.convalidated then '' else ' not validated' end
          ${tables} join pg_constraint k on k.conrelid = c.oid and k.contype not in ('n', 't')
        union all
        select ${name}, 3, i.relname, pg_get_indexdef(x.indexrelid)
          ${tables} join pg_index x on x.indrelid = c.oid join pg_class i on i.oid = x.indexrelid
         where not exists (select from pg_constraint k where k.conindid = x.indexrelid and k.contype in ('p', 'u', 'x'))
        union all
        select ${name}, 4, g.tgname, case g.tgenabled when 'A' then 'always: ' when 'O' then 'at the origin: ' when 'R' then 'as a replica: ' else 'OFF: ' end || pg_get_triggerdef(g.oid)
          ${tables} join pg_trigger g on g.tgrelid = c.oid and not g.tgisinternal
        union all
        select ${name}, 4, p.polname, 'policy ' || p.polname ${tables} join pg_policy p on p.polrelid = c.oid
        union all
        select ${name}, 4, w.rulename, 'rule ' || w.rulename ${tables} join pg_rewrite w on w.ev_class = c.oid
        union all
        select head, part, nth, line from (${grants}) granted
      ) t order by head collate "C", part, nth collate "C"`,
  },
  {
    title: 'functions of schema ',
    sql: `select n.nspname as head, p.oid::regprocedure::text || ' returns ' || pg_get_function_result(p.oid) || ', ' || l.lanname
            || case when p.prosecdef then ', as ' || case when o.rolsuper then 'the superuser' else o.rolname end else ', as the caller' end
            || ', ' || coalesce(array_to_string(p.proconfig, '; '), 'NO SEARCH PATH')
            || ', for ' || coalesce((select string_agg(coalesce(r.rolname, 'everyone'), ', ' order by r.rolname) from aclexplode(p.proacl) a left join pg_roles r on r.oid = a.grantee where a.grantee <> p.proowner), 'no other role')
            || case when p.proacl is null then ' BUT EVERYONE' else '' end
            || ', body ' || left(md5(coalesce(pg_get_function_sqlbody(p.oid), p.prosrc)), 12) as line
       from pg_proc p join pg_namespace n on n.oid = p.pronamespace and n.nspname in ('parley', 'record', 'guard') join pg_roles o on o.oid = p.proowner join pg_language l on l.oid = p.prolang
      order by 1, 2 collate "C"`,
  },
  {
    title: 'event ',
    sql: `select 'triggers' as head, e.evtname || ' on ' || e.evtevent || ' ' || e.evtfoid::regproc::text || case e.evtenabled when 'A' then ', always' else ', NOT ALWAYS' end as line from pg_event_trigger e order by 2`,
  },
];
