import type pg from 'pg';

const surnames = ['Okafor', 'Reyes', 'Haddad', 'Hart', 'Reid', 'Brennan', 'Cole', 'Bello', 'Sato', 'Osei', 'Kaur', 'Flynn', 'Malik', 'Ahern', 'Novak', 'Dube'];
const given = [
  'Amara',
  'Daniel',
  'Nour',
  'Joanne',
  'Fiona',
  'Siobhan',
  'Marcus',
  'Kemi',
  'Emi',
  'Tom',
  'Ruth',
  'Idris',
  'Maisie',
  'Callum',
  'Hana',
  'Zainab',
  'Aoife',
];
const statuses = ['approved', 'approved', 'approved', 'invited', 'opened', 'not_invited', 'waiting', 'expired', 'retake', 'rejected'];

/** So many adults on a school's roll, two to a child and thirty children to a class, with statuses and changes spread over a hundred days. */
export async function manyAdults({ admin }: { admin: pg.Client }, school: string, count: number): Promise<void> {
  await admin.query(
    `with families as (
       insert into parley.families (id) values (gen_random_uuid()) returning id
     ), kids as materialized (
       select n, gen_random_uuid() as id, (n / 60 + 1)::text || chr(65 + (n / 30) % 2) as class from generate_series(0, ($2::int - 1) / 2) n
     ), made as materialized (
       select a.n, gen_random_uuid() as parent_id, kids.id as child_id, kids.class,
              ($3::text[])[1 + a.n % cardinality($3::text[])] || case when a.n >= 1000 then ' ' || (a.n / 16)::text else '' end as surname,
              ($4::text[])[1 + (a.n / 3) % cardinality($4::text[])] as given
         from generate_series(0, $2::int - 1) a (n) join kids on kids.n = a.n / 2
     ), children as (
       insert into parley.children (id, family_id, given_name, surname, born_on, school_id, class)
       select kids.id, families.id, 'Child', kids.n::text, '2018-01-01', $1, kids.class from families, kids
     ), people as (
       insert into parley.parents (id, given_name, surname) select parent_id, given, surname from made
     ), relations as (
       insert into parley.parentings (parent_id, child_id, relation, starts_on)
       select parent_id, child_id, case n % 2 when 0 then 'Mother' else 'Father' end, '2024-09-01' from made)
     insert into parley.school_parents (school_id, parent_id, number, sort_name, search_text, children_text, classes, status, status_at)
     select $1, parent_id, n + 1 + (select coalesce(max(number), 0) from parley.school_parents where school_id = $1),
            lower(surname || ', ' || given), lower(given || ' ' || surname || ' child ' || (n / 2)::text), 'Child ' || (n / 2)::text || ', ' || class, array[class],
            ($5::text[])[1 + (n * 7) % cardinality($5::text[])], now() - make_interval(mins => (n * 37) % 144000)
       from made`,
    [school, count, surnames, given, statuses],
  );
  for (const table of ['school_parents', 'parents', 'children', 'parentings']) await admin.query(`vacuum (analyze) parley.${table}`);
}
