import { randomUUIDv7 } from 'node:crypto';
import type { ChildId, FamilyId, InvitationId, ParentId, SchoolId } from '../../src/core/ids.ts';
import type { TestDatabase } from './database.ts';
import { makeLink } from './links.ts';
import type { World } from './world.ts';

export type Invited = { parentId: ParentId; invitationId: InvitationId; token: string; code: string; name: string; at: string };

/** A family as a school makes it: a child and adults without accounts. The first two share the record. */
export async function addFamily(
  { admin }: TestDatabase,
  school: SchoolId,
  child: { givenName: string; surname: string },
  adults: string[],
): Promise<{ familyId: FamilyId; childId: ChildId; parents: ParentId[] }> {
  const [familyId, childId] = [randomUUIDv7() as FamilyId, randomUUIDv7() as ChildId];
  await admin.query('insert into parley.families (id) values ($1)', [familyId]);
  await admin.query(
    `insert into parley.children (id, family_id, given_name, surname, born_on, school_id, class) values ($1, $2, $3, $4, '2018-04-03', $5, '2C')`,
    [childId, familyId, child.givenName, child.surname, school],
  );
  const parents: ParentId[] = [];
  for (const [index, name] of adults.entries()) {
    const parentId = randomUUIDv7() as ParentId;
    const [givenName, surname] = name.split(' ');
    await admin.query('insert into parley.parents (id, given_name, surname) values ($1, $2, $3)', [parentId, givenName, surname]);
    await admin.query(`insert into parley.parentings (parent_id, child_id, relation) values ($1, $2, 'Guardian')`, [parentId, childId]);
    await admin.query(
      `insert into parley.school_parents (school_id, parent_id, number, sort_name, search_text, children_text)
       values ($1, $2, (select coalesce(max(number), 0) + 1 from parley.school_parents where school_id = $1), $3, $3, $4)`,
      [school, parentId, name.toLowerCase(), child.givenName],
    );
    if (index < 2)
      await admin.query('insert into parley.family_parents (family_id, parent_id, side) values ($1, $2, $3)', [familyId, parentId, index === 0 ? 'a' : 'b']);
    parents.push(parentId);
  }
  return { familyId, childId, parents };
}

/** A link for one adult of a school, as its office makes it. */
export async function invite(database: TestDatabase, world: World, school: SchoolId, parentId: ParentId): Promise<Invited> {
  const { invitationId, token, code, at } = await makeLink(database, { schoolId: school, parentId }, world.ruth);
  await database.admin.query(`update parley.school_parents set status = 'invited' where school_id = $1 and parent_id = $2`, [school, parentId]);
  const [row] = await database.rows<{ name: string }>(`select given_name || ' ' || surname as name from parley.parents where id = $1`, [parentId]);
  return { parentId, invitationId, token, code, name: row!.name, at: `${at}/join` };
}
