import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadDemoWorld } from '../../seeds/demo-world.ts';
import type { ParentId, SchoolId } from '../../src/core/ids.ts';
import { listAdults } from '../../src/schools/adults/list-adults.ts';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';
import { testKeyring } from '../support/keyring.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await cloneDatabase();
  await loadDemoWorld(database.adminUrl, testKeyring, Temporal.Now.instant());
});
afterAll(() => database.close());

type Line = { school: SchoolId; parent: ParentId; name: string; number: number; status: string; children: string; email: Buffer | null; phone: Buffer };
const lines = async () =>
  (
    await database.admin.query<Line>(
      `select sp.school_id as school, sp.parent_id as parent, s.name, sp.number, sp.status, sp.children_text as children, sp.email_ct as email, sp.phone_ct as phone
         from parley.school_parents sp join parley.schools s on s.id = sp.school_id order by s.name, sp.number`,
    )
  ).rows;

it('the demo world’s adults are on the lists of their children’s schools, and those who have nothing else have no account and no record', async () => {
  const all = await lines();
  const brigids = all.filter(({ name }) => name.startsWith('St Brigid'));
  expect(all.filter(({ name }) => name.startsWith('Hillview')).map(({ children }) => children)).toEqual(['Leila, 2H', 'Leila, 2H']);
  expect(brigids.slice(0, 2).map(({ children }) => children)).toEqual(['Theo, 1B and Ines, 4A', 'Theo, 1B and Ines, 4A']);
  expect(brigids.length).toBeGreaterThan(40);
  expect(brigids.map(({ number }) => number)).toEqual(brigids.map((_, index) => index + 1));
  expect(new Set(all.map(({ status }) => status))).toEqual(new Set(['not_invited']));
  for (const { email, phone } of all) {
    expect(testKeyring.openField('email', email!)).toMatch(/^[a-z.-]+@(parley|families)\.example$/);
    expect(testKeyring.openField('phone', phone)).toMatch(/^\+447700900\d{3}$/); // numbers that Ofcom keeps for drama
  }
  const accounts = await database.admin.query('select from parley.accounts');
  expect(accounts.rowCount).toBe(7);
  const members = await database.admin.query('select distinct family_id from record.members');
  expect(members.rowCount).toBe(3);
});

it('what the lists say is what the program would write', async () => {
  const whole = async () =>
    (
      await database.admin.query(
        'select school_id, parent_id, sort_name, search_text, children_text, classes from parley.school_parents order by school_id, number',
      )
    ).rows;
  const before = await whole();
  for (const school of new Set((await lines()).map(line => line.school))) {
    const parents = (await lines()).filter(line => line.school === school).map(({ parent }) => parent);
    await database.db.transact({ kind: 'system', name: 'test' }, work => listAdults(work.trx, school, [], parents));
  }
  expect(await whole()).toEqual(before);
});
