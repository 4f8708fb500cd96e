import type pg from 'pg';

/**
 * The form of the database as text, for reading and comparing: schemas parley and record with all that holds them together, what the program
 * and the verifier may do with them, and the functions and event triggers that guard them. The same however the database came to be.
 */
export async function schemaText(client: pg.Client): Promise<string> {
  const parts: string[] = [];
  for (const sql of sections) {
    const { rows } = await client.query<{ head: string; line: string }>(sql);
    for (const [head, lines] of Map.groupBy(rows, row => row.head)) parts.push([head, ...lines.map(({ line }) => `  ${line}`)].join('\n'));
  }
  return `${parts.join('\n\n')}\n`;
}

const head = `case c.relkind when 'r' then 'table ' when 'v' then 'view ' when 'S' then 'sequence ' else 'relation of kind ' || c.relkind::text || ' ' end || n.nspname || '.' || c.relname as head`;
const relations = `pg_class c join pg_namespace n on n.oid = c.relnamespace and n.nspname in ('parley', 'record') and c.relkind not in ('i', 't')`;
const readers = `('parley_app', 'parley_verifier')`;

const owners = `select ${head}, 0 as part, '' as nth, 'owner ' || o.rolname || case when c.relpersistence <> 'p' then ', NOT DURABLE' else '' end || case when c.relrowsecurity then ', row security' else '' end as line
  from ${relations} join pg_roles o on o.oid = c.relowner`;

const columns = `select ${head}, 1, lpad(a.attnum::text, 4), a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || case when a.attnotnull then ' not null' else '' end
    || case when d.adbin is null then '' when a.attgenerated <> '' then ' generated as ' || pg_get_expr(d.adbin, d.adrelid) else ' default ' || pg_get_expr(d.adbin, d.adrelid) end
    || case a.attidentity when '' then '' else ' identity' end
  from ${relations} and c.relkind <> 'S' join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum`;

// Foreign keys, keys, checks. That a column is not null stands with the column.
const constraints = `select ${head}, 2, k.contype::text || k.conname, k.conname || ': ' || pg_get_constraintdef(k.oid) || case when k.convalidated and k.conenforced then '' else ' NOT VALID' end
  from ${relations} join pg_constraint k on k.conrelid = c.oid and k.contype not in ('n', 't')`;

const indexes = `select ${head}, 3, i.relname, pg_get_indexdef(x.indexrelid) || case when x.indisvalid then '' else ' NOT VALID' end
  from ${relations} join pg_index x on x.indrelid = c.oid join pg_class i on i.oid = x.indexrelid where not exists (select from pg_constraint k where k.conindid = x.indexrelid and k.contype in ('p', 'u', 'x'))`;

const triggers = `select ${head}, 4, g.tgname, case g.tgenabled when 'A' then 'always: ' when 'O' then 'at the origin: ' when 'R' then 'as a replica: ' else 'OFF: ' end || pg_get_triggerdef(g.oid)
  from ${relations} join pg_trigger g on g.tgrelid = c.oid and not g.tgisinternal`;

const rules = `select ${head}, 5, w.rulename, pg_get_ruledef(w.oid) from ${relations} join pg_rewrite w on w.ev_class = c.oid
  union all select ${head}, 5, p.polname, 'policy ' || p.polname from ${relations} join pg_policy p on p.polrelid = c.oid
  union all select ${head}, 5, i.inhrelid::regclass::text, 'child ' || i.inhrelid::regclass::text from ${relations} join pg_inherits i on i.inhparent = c.oid`;

// `grant to parley_app: select, insert (a, b)`: with the whole table, and column by column.
const grants = `select ${head}, 6, r.rolname, 'grant to ' || r.rolname || ': ' || may.what
  from ${relations} join pg_roles r on r.rolname in ${readers} cross join lateral (
    select string_agg(what, ', ' order by what) as what from (
      select lower(a.privilege_type) as what from aclexplode(c.relacl) a where a.grantee = r.oid
      union all
      select lower(x.privilege_type) || ' (' || string_agg(t.attname, ', ' order by t.attnum) || ')' from pg_attribute t cross join lateral aclexplode(t.attacl) x
       where t.attrelid = c.oid and x.grantee = r.oid group by x.privilege_type) as one) as may where may.what is not null`;

const sections = [
  `select 'schema ' || n.nspname as head, coalesce(r.rolname, 'everyone') || ': ' || string_agg(lower(a.privilege_type), ', ' order by a.privilege_type) || case when a.grantee = n.nspowner then ' (owner)' else '' end as line
     from pg_namespace n cross join lateral aclexplode(n.nspacl) a left join pg_roles r on r.oid = a.grantee
    where n.nspname in ('parley', 'record') group by n.nspname, n.nspowner, a.grantee, r.rolname order by 1, 2`,

  `select head, line from (${[owners, columns, constraints, indexes, triggers, rules, grants].join(' union all ')}) everything order by head collate "C", part, nth collate "C", line collate "C"`,

  `select 'functions of ' || n.nspname as head, p.oid::regprocedure::text || ' returns ' || pg_get_function_result(p.oid) || ', ' || l.lanname
          || case when p.prosecdef then ', as ' || case when o.rolsuper then 'the superuser' else o.rolname end else ', as the caller' end
          || ', ' || coalesce(array_to_string(p.proconfig, '; '), 'NO SEARCH PATH')
          || ', for ' || case when p.proacl is null then 'EVERYONE' else coalesce((
               select string_agg(coalesce(r.rolname, 'everyone'), ', ' order by r.rolname) from aclexplode(p.proacl) a left join pg_roles r on r.oid = a.grantee where a.grantee <> p.proowner), 'no other role') end
          || ', body ' || left(md5(coalesce(pg_get_function_sqlbody(p.oid), p.prosrc)), 12) as line
     from pg_proc p join pg_namespace n on n.oid = p.pronamespace and n.nspname in ('parley', 'record', 'guard') join pg_roles o on o.oid = p.proowner join pg_language l on l.oid = p.prolang
    order by n.nspname, p.oid::regprocedure::text collate "C"`,

  `select 'event triggers' as head, evtname || ' on ' || evtevent || ': ' || evtfoid::regproc::text || case evtenabled when 'A' then ', always' else ', NOT ALWAYS' end as line
     from pg_event_trigger order by evtname collate "C"`,
];
