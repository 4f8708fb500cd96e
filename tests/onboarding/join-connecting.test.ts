import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { demoPassword } from '../../seeds/demo-world.ts';
import { addressHash } from '../../src/accounts/index.ts';
import type { FamilyId, ParentId } from '../../src/core/ids.ts';
import { enterRecords } from '../../src/families/index.ts';
import { messageJobs } from '../../src/messages/jobs.ts';
import { startWorker } from '../../src/platform/queue.ts';
import type { TestApp } from '../support/app.ts';
import type { Answer, Client } from '../support/client.ts';
import type { TestDatabase } from '../support/database.ts';
import { addFamily, invite, type Invited } from '../support/joining.ts';
import { testKeyring } from '../support/keyring.ts';
import { closeWorld, openWorld } from '../support/open-world.ts';
import { type Person, subjectBy, type World } from '../support/world.ts';

let database: TestDatabase;
let world: World;
let app: TestApp;

beforeAll(async () => {
  ({ database, world, app } = await openWorld());
});
afterAll(() => closeWorld({ app, database }));
beforeEach(async () => {
  await database.admin.query('delete from parley.sign_in_delays');
});

async function connect(link: Invited, email: string, more: Record<string, string> = {}, client = app.visitor()): Promise<{ client: Client; answer: Answer }> {
  await client.get(link.at);
  return { client, answer: await client.submit(`${link.at}/sign-in`, { code: link.code, email, password: demoPassword, ...more }) };
}
const sharesOf = async (familyId: FamilyId) =>
  database.rows<{ parent_id: ParentId; current: boolean }>(
    'select parent_id, until is null as current from parley.family_parents where family_id = $1 order by side',
    [familyId],
  );

/** Another school knows Amara too, by a row of its own, in a family with somebody else. */
async function elsewhere(): Promise<{ familyId: FamilyId; link: Invited; other: ParentId; childId: string }> {
  const { familyId, childId, parents } = await addFamily(database, world.otherSchool, { givenName: 'Zuri', surname: 'Okafor' }, [
    'Amara Okafor',
    'Femi Adeyemi',
  ]);
  return { familyId, childId, link: await invite(database, world, world.otherSchool, parents[0]!), other: parents[1]! };
}
/** Gives a parent an account, as confirming does. */
async function accountFor(parentId: ParentId, familyId: FamilyId, email: string): Promise<Person> {
  const [row] = await database.rows<{ id: Person['accountId'] }>(
    `insert into parley.accounts (email_hash, email_ct, password_hash, parent_id, display_name)
     values ($1, $2, $3, $4, 'Femi Adeyemi') returning id`,
    [addressHash(testKeyring, email), testKeyring.sealField('email', email), inject('passwordHash'), parentId],
  );
  const person: Person = { kind: 'user', accountId: row!.id, parentId, email, givenName: 'Femi' };
  expect(await database.db.transact(person, work => enterRecords(work.trx, testKeyring, parentId))).toEqual([familyId]);
  return person;
}

describe('an account that exists', () => {
  it('is connected by signing in: the second family is shared beside the first, and the school keeps its own row', async () => {
    const { familyId, link, other, childId } = await elsewhere();
    // The other parent was quicker, and has written to the row that nobody reads yet.
    const femi = await accountFor(other, familyId, 'femi@home.example');
    const { subjectId } = await subjectBy(database, femi, familyId, childId as never, 'Zuri: shoes', 'Size 31 now.');
    expect(await database.rows('select from parley.unread_comments where parent_id = $1', [link.parentId])).toHaveLength(1);

    const { client, answer } = await connect(link, world.amara.email);
    expect([answer.status, answer.location]).toEqual([303, '/today']);
    const worker = await startWorker(database.appUrl, undefined, messageJobs(app.services), [], app.services.log);
    await vi.waitFor(
      async () => expect(await database.rows('select from parley.unread_comments where parent_id = $1', [world.amara.parentId])).toHaveLength(1),
      {
        timeout: 30_000,
      },
    );
    await worker.stop();

    await client.get('/today');
    expect(client.text()).toContain('Your other families');
    await client.post('/family', { family: familyId });
    await client.get(`/messages/${subjectId}`);
    expect(client.text()).toContain('Size 31 now.');
    await client.submit(`/messages/${subjectId}/review`, { text: 'Thank you.' }, []);
    expect((await client.submit(`/messages/${subjectId}/comments`)).status).toBe(303);
    expect(await database.rows('select from record.views v where v.family_id = $1 and v.viewer_id = $2', [familyId, world.amara.parentId])).toHaveLength(1);

    expect(await sharesOf(familyId)).toEqual([
      { parent_id: world.amara.parentId, current: true },
      { parent_id: other, current: true },
    ]);
    expect(
      await database.rows('select parent_id from parley.school_parents where school_id = $1 and parent_id = $2', [world.otherSchool, link.parentId]),
    ).toHaveLength(1);
    expect(await database.rows('select from parley.parentings where parent_id = $1', [link.parentId])).toHaveLength(1);
    expect(await database.rows('select parent_id from record.members where family_id = $1 order by pos', [familyId])).toEqual([
      { parent_id: other },
      { parent_id: world.amara.parentId },
    ]);
    expect(await database.rows('select action, details from record.audit_events where target_id = $1', [link.parentId])).toEqual([
      { action: 'account.connected', details: { sameAs: world.amara.parentId } },
    ]);

    // The link now knows whose it is; signing in again changes nothing.
    await client.get(link.at);
    expect(client.text()).toContain('You have an account');
    const entries = await database.rows('select from record.entries where family_id = $1', [familyId]);
    expect((await connect(link, world.amara.email, {}, app.visitor())).answer.location).toBe('/today');
    expect(await database.rows('select from record.entries where family_id = $1', [familyId])).toHaveLength(entries.length);
    // And somebody else cannot have it.
    const { answer: late, client: nour } = await connect(link, world.nour.email);
    expect([late.status, nour.text()]).toEqual([409, expect.stringContaining('has another account already')]);
    expect((await nour.get('/today')).location).toBe('/sign-in');
  });

  it('of staff becomes a parent’s besides, once', async () => {
    const { familyId, link } = await elsewhere();
    const { client, answer } = await connect(link, world.ruth.email);
    expect([answer.status, answer.location]).toEqual([303, '/today']);
    expect((await client.get('/today')).status).toBe(200);
    expect(await database.rows('select parent_id from parley.accounts where id = $1', [world.ruth.accountId])).toEqual([{ parent_id: link.parentId }]);
    expect(await database.rows('select from record.members where family_id = $1 and parent_id = $2', [familyId, link.parentId])).toHaveLength(1);
    const second = await elsewhere();
    expect((await connect(second.link, world.ruth.email)).answer.location).toBe('/today');
    expect(await sharesOf(second.familyId)).toContainEqual({ parent_id: link.parentId, current: true });
  });

  it('is refused where the two are two people, or something on a record is the invited one’s', async () => {
    const snapshot = () =>
      database.rows(
        'select p.id, p.same_as, fp.family_id, fp.until from parley.parents p left join parley.family_parents fp on fp.parent_id = p.id order by 1, 3',
      );
    // Beside one another in one family: an adult of Amara's own family holds a link of their own.
    const { parents } = await addFamily(database, world.school, { givenName: 'Obi', surname: 'Okafor' }, ['Chidi Okafor', 'Ngozi Okafor']);
    await database.admin.query('update parley.family_parents set family_id = $1 where parent_id = $2', [world.familyId, parents[0]]);
    await database.admin.query(`insert into parley.parentings (parent_id, child_id, relation) values ($1, $2, 'Uncle')`, [parents[0], world.theo]);
    const uncle = await invite(database, world, world.school, parents[0]!);
    const entered = await elsewhere();
    await accountFor(entered.link.parentId, entered.familyId, 'gone@home.example');
    await database.admin.query('alter table parley.accounts disable trigger a_once');
    await database.admin.query('update parley.accounts set parent_id = null where parent_id = $1', [entered.link.parentId]);
    await database.admin.query('alter table parley.accounts enable trigger a_once');
    const before = await snapshot();
    for (const [link, words] of [
      [uncle, 'another adult of the same family'],
      [entered.link, 'Something is on a record under this link’s name already'],
    ] as const) {
      const { answer, client } = await connect(link, world.daniel.email);
      expect([answer.status, client.text()]).toEqual([409, expect.stringContaining(words)]);
      expect(client.form(`${link.at}/sign-in`).fields).toMatchObject({ code: link.code, email: world.daniel.email, password: '' });
      expect((await client.get('/today')).location).toBe('/sign-in');
    }
    expect(await snapshot()).toEqual(before);
  });

  it('is refused in the words of the sign-in page, known or not, and slowed down the same', async () => {
    const { link } = await elsewhere();
    const told: (readonly [number, string])[] = [];
    for (const email of [world.sam.email, 'nobody@home.example']) {
      const client = app.visitor();
      for (let attempt = 0; attempt < 4; attempt += 1) {
        await connect(link, email, { password: 'this is not the password' }, client);
        told.push([client.page.status, client.page.body.replaceAll(email, 'the address').replaceAll(/value="[0-9a-f-]{36}"/g, '')]);
      }
      expect(client.page.headers.get('retry-after')).toMatch(/^\d+$/);
    }
    expect(told.map(([status]) => status)).toEqual([422, 422, 422, 429, 422, 422, 422, 429]);
    expect(told.slice(0, 4).map(([, body]) => body.replace(/Try again at [\d:]+/g, ''))).toEqual(
      told.slice(4).map(([, body]) => body.replace(/Try again at [\d:]+/g, '')),
    );
    expect(told[0]![1]).toContain('The e-mail address or the password is not right');
    // The right password waits too, as it does at sign-in.
    expect((await connect(link, world.sam.email)).answer.status).toBe(429);
  });

  it('needs the code as well: without it nobody is named, signed in or connected', async () => {
    const { link } = await elsewhere();
    const wrong = link.code.startsWith('2') ? `3${link.code.slice(1)}` : `2${link.code.slice(1)}`;
    const { client, answer } = await connect(link, world.amara.email, { code: wrong });
    expect([answer.status, client.text()]).toEqual([422, expect.stringContaining('4 tries are left')]);
    expect(client.page.body).not.toMatch(/Okafor|Zuri|Femi/);
    expect((await client.get('/today')).location).toBe('/sign-in');
    expect(await database.rows('select same_as from parley.parents where id = $1', [link.parentId])).toEqual([{ same_as: null }]);
    await database.admin.query('update parley.invitations set revoked_at = now() where id = $1', [link.invitationId]);
    expect((await app.visitor().post(`${link.at}/sign-in`, { code: link.code, email: world.amara.email, password: demoPassword })).status).toBe(404);
  });

  it('takes the place of whoever was signed in in that browser', async () => {
    const { link } = await elsewhere();
    const client = await app.signedIn(world.nour.email);
    const before = client.cookies.get('session')!;
    expect((await connect(link, world.daniel.email, {}, client)).answer.location).toBe('/today');
    await client.get('/account');
    expect(client.text()).toContain('daniel@parley.example');
    client.cookies.set('session', before);
    expect((await client.get('/today')).location).toBe('/sign-in');
  });
});

describe('the database itself', () => {
  it('lets a share pass to the same adult’s other row alone, and says whose account it is once', async () => {
    const { familyId, link } = await elsewhere();
    const as = (sql: string, values: unknown[]) => database.db.pool.query(sql, values);
    // Not said to be the same adult.
    await expect(as('update parley.family_parents set parent_id = $2 where parent_id = $1', [link.parentId, world.amara.parentId])).rejects.toThrow(
      'stays with its parent',
    );
    await as('update parley.parents set same_as = $2 where id = $1', [link.parentId, world.amara.parentId]);
    await expect(as('update parley.family_parents set parent_id = $2 where parent_id = $1', [link.parentId, world.nour.parentId])).rejects.toThrow(
      'stays with its parent',
    );
    await expect(as('update parley.parents set same_as = $2 where id = $1', [link.parentId, world.nour.parentId])).rejects.toThrow('has been said');
    // Nor may what is on a record change hands, even so.
    await expect(as('update parley.parents set same_as = id where id = $1', [world.sam.parentId])).rejects.toThrow();
    await as('update parley.parents set same_as = $2 where id = $1', [world.sam.parentId, world.amara.parentId]);
    await expect(as('update parley.family_parents set parent_id = $2 where parent_id = $1', [world.sam.parentId, world.amara.parentId])).rejects.toThrow(
      'stays with its parent',
    );
    await expect(as('update parley.accounts set parent_id = $2 where id = $1', [world.amara.accountId, link.parentId])).rejects.toThrow('has been said');
    await expect(as('delete from parley.family_parents where family_id = $1', [familyId])).rejects.toThrow('permission denied');
    expect((await sharesOf(familyId))[0]).toEqual({ parent_id: link.parentId, current: true });
  });
});
