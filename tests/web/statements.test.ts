import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TestApp } from '../support/app.ts';
import type { Client } from '../support/client.ts';
import { statementsOf } from '../support/statements.ts';
import type { TestDatabase } from '../support/database.ts';
import { closeWorld, openWorld } from '../support/open-world.ts';
import { messageBy, subjectBy, type World } from '../support/world.ts';

let database: TestDatabase;
let app: TestApp;
let world: World;
let amara: Client;
let thread: string;

beforeAll(async () => {
  ({ database, world, app } = await openWorld());
  const { subjectId } = await subjectBy(database, world.daniel, world.familyId, world.theo, 'PE kit', 'PE has moved.');
  thread = `/messages/${subjectId}`;
  amara = await app.signedIn('amara@parley.example');
  await amara.get(thread); // opened, so that nothing is left to stamp
  await messageBy(database, world.amara, subjectId, 'I have packed it.');
});
afterAll(() => closeWorld({ app, database }));

it('a page asks at most three statements', async () => {
  const entry = /href="(\/record\/[^"]+)"/.exec((await amara.get('/record')).body)![1]!;
  for (const page of [
    '/today',
    '/messages',
    '/messages/new',
    thread,
    `${thread}/since/4`,
    '/record',
    entry,
    '/messages/search?q=kit',
    `/children/${world.theo}`,
    `/children/${world.theo}/facts`,
    '/account',
    '/collectors',
    '/collectors/new',
  ]) {
    const statements = await statementsOf(() => amara.get(page));
    expect(amara.page.status, page).toBe(200);
    expect(statements.length, `${page}\n${statements.join('\n--\n')}`).toBeGreaterThan(0);
    expect(statements.length, `${page}\n${statements.join('\n--\n')}`).toBeLessThanOrEqual(3);
  }
});

it('a public page asks none', async () => {
  expect(await statementsOf(() => app.visitor().get('/'))).toEqual([]);
});

it('a message that is sent asks at most six', async () => {
  await amara.get(thread);
  await amara.submit(`${thread}/review`, { text: 'Front pocket is fine.' });
  const statements = await statementsOf(() => amara.submit(`${thread}/comments`));
  expect(amara.page.status).toBe(303);
  expect(statements.length, statements.join('\n--\n')).toBeLessThanOrEqual(6);
  // Not even that many: the session, the facts, and one statement that writes it all and is its own transaction.
  expect(statements).toHaveLength(3);
  expect(statements.at(-1)).toContain('insert into record.comments');
});
