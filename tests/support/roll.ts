import { addressHash } from '../../src/accounts/index.ts';
import { listing } from '../../src/schools/index.ts';
import type { TestDatabase } from './database.ts';
import { testKeyring } from './keyring.ts';
import type { World } from './world.ts';

/** The world's parents on the lists of their schools, with their own e-mail addresses: Amara 1, Daniel 2; Nour 1, Sam 2. */
export async function enrol({ admin }: TestDatabase, world: World): Promise<void> {
  const { rows } = await admin.query<{
    id: string;
    givenName: string;
    surname: string;
    school: string;
    children: { givenName: string; surname: string; className: string }[];
  }>(
    `select p.id, p.given_name as "givenName", p.surname, c.school_id as school,
            json_agg(json_build_object('givenName', c.given_name, 'surname', c.surname, 'className', c.class) order by c.class_sort, c.sort_name) as children
       from parley.parents p join parley.parentings pg on pg.parent_id = p.id join parley.children c on c.id = pg.child_id
      group by p.id, c.school_id order by p.id`,
  );
  const emails = new Map([world.amara, world.daniel, world.nour, world.sam].map(person => [person.parentId as string, person.email]));
  for (const { id, school, ...adult } of rows) {
    const { sortName, searchText, childrenText, classes } = listing(adult);
    const email = emails.get(id)!;
    await admin.query(
      `insert into parley.school_parents (school_id, parent_id, number, sort_name, search_text, children_text, classes, email_ct, email_hash)
       values ($1, $2, (select coalesce(max(number), 0) + 1 from parley.school_parents where school_id = $1), $3, $4, $5, $6, $7, $8)`,
      [school, id, sortName, searchText, childrenText, classes, testKeyring.sealField('email', email), addressHash(testKeyring, email)],
    );
  }
}
