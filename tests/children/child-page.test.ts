import { randomUUID, randomUUIDv7 } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addFact, changeFact, removeFact } from '../../src/children/write-fact.ts';
import type { ChildId, FactId } from '../../src/core/ids.ts';
import { paths } from '../../src/web/paths.ts';
import { layAgreement, twoTwoFiveFive } from '../support/agreements.ts';
import { startApp, type TestApp } from '../support/app.ts';
import type { Answer, Client } from '../support/client.ts';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';
import { testKeyring } from '../support/keyring.ts';
import { staffAt } from '../support/photos.ts';
import { buildWorld, type Person, type World } from '../support/world.ts';

let database: TestDatabase;
let app: TestApp;
let world: World;
let amara: Client;
let daniel: Client;
let nour: Client;
// oxlint-disable-next-line typescript/unbound-method -- put back as it was, and always called with its own client
const query = pg.Client.prototype.query;
let asked: string[] = [];

beforeAll(async () => {
  database = await cloneDatabase();
  world = await buildWorld(database);
  app = await startApp(database);
  amara = await app.signedIn(world.amara.email);
  daniel = await app.signedIn(world.daniel.email);
  nour = await app.signedIn(world.nour.email);
  pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]) {
    const [first] = args as [string | { text: string }];
    asked.push(typeof first === 'string' ? first : first.text);
    return (query as (...given: unknown[]) => unknown).apply(this, args);
  } as typeof query;
});
afterAll(async () => {
  pg.Client.prototype.query = query;
  await app.close();
  await database.close();
});

type Section = 'health' | 'school' | 'everyday';
async function add(who: Person, childId: ChildId, section: Section, kind: string, text: string, label: string | null = null): Promise<FactId> {
  const outcome = await database.db.transact(who, work =>
    addFact(work, testKeyring, childId, { section, kind }, { words: { label, text, until: null }, submission: randomUUIDv7(), confirm: null }),
  );
  if (outcome.kind !== 'done') throw new Error(outcome.kind);
  return outcome.factId;
}
const change = (who: Person, factId: FactId, version: number, text: string) =>
  database.db.transact(who, work =>
    changeFact(work, testKeyring, factId, version, { words: { label: null, text, until: null }, submission: randomUUIDv7(), confirm: null }),
  );
const entries = async () =>
  (await database.admin.query<{ count: number }>('select count(*)::int as count from record.entries where family_id = $1', [world.familyId])).rows[0]!.count;
const statementsOf = async (act: () => Promise<unknown>): Promise<string[]> => {
  asked = [];
  await act();
  return asked;
};
const here = () => `/children/${world.ines}`;

describe('a child’s page', () => {
  it('says what there is before anything was agreed or added', async () => {
    const { status, body } = await amara.get(here());
    expect(status).toBe(200);
    expect(body).toContain('<title>A child – Parley</title>');
    const age = new Date().getFullYear();
    expect(amara.text()).toMatch(/What both parents know about Ines Okafor Reyes \w+ years old, born 14 June 2017\. In 1B at St Brigid’s Primary\./);
    expect(age).toBeGreaterThan(2025);
    expect(amara.text()).toContain('Nothing is agreed yet for Ines.');
    expect(amara.text()).toContain('None is planned in the next 60 days.');
    expect(amara.text()).toContain('Nothing here yet. What either of you adds, both of you see.');
    for (const words of ['Who is who', 'Amara Okafor Mother On this list since', 'Daniel Reyes Mother', 'Swimming', 'Nothing is overwritten.'])
      expect(amara.text()).toContain(words);
    expect(body).toContain(`href="/activities/new?child=${world.ines}"`);
  });

  it('has the child with whom the calendar says, in the words of the one sentence', async () => {
    const monday = Temporal.Now.plainDateISO('Europe/London').subtract({ weeks: 2 });
    const anchor = monday.subtract({ days: monday.dayOfWeek - 1 }).toString();
    await layAgreement(
      database,
      { familyId: world.familyId, children: [world.ines, world.theo], askedBy: world.amara.parentId },
      { layer: 'regular', from: anchor, terms: twoTwoFiveFive(world.amara.parentId, world.daniel.parentId, anchor) },
    );
    // The record has no entry of what a superuser laid down, and what is known of it is kept for as long as it has none.
    await add(world.amara, world.theo, 'everyday', 'diet', 'Everything but peas.');
    const told: string[] = [];
    for (const client of [amara, daniel]) {
      await client.get(here());
      told.push(/Ines is with (you|Amara|Daniel) until (?:today|tomorrow|\w+day|\w{3} \d+ \w+) at \d\d:\d\d\./.exec(client.text())![1]!);
      expect(client.text()).toMatch(
        /Next handover (?:Today|\w{3} \d+ \w{3}(?: \d{4})?), \d\d:\d\d From (?:you to \w+|\w+ to you), (?:St Brigid’s, main gate|The library steps)/,
      );
    }
    expect([
      ['you', 'Amara'],
      ['Daniel', 'you'],
    ]).toContainEqual(told);
  });

  it('says of each fact who wrote it, on which day, and which entry it is', async () => {
    const factId = await add(world.daniel, world.ines, 'health', 'allergies', 'Cashew and pistachio. Two adrenaline pens.');
    const pos = await entries();
    await add(world.amara, world.ines, 'health', 'doctor', 'Dr Hanlon, Mill Road Surgery');
    await amara.get(here());
    expect(amara.text()).toMatch(/Allergies Cashew and pistachio\. Two adrenaline pens\. New Daniel , \d+ \w{3} entry \d+/);
    expect(amara.text()).toMatch(/Doctor Dr Hanlon, Mill Road Surgery You , \d+ \w{3} entry \d+/);
    expect(amara.page.body).toContain('<strong>Cashew and pistachio.</strong> Two adrenaline pens.');
    expect(amara.page.body.indexOf('Cashew')).toBeLessThan(amara.page.body.indexOf('Dr Hanlon'));
    expect(amara.page.body).toContain(`href="/record/${world.familyId}/${pos}"`);
    expect(amara.page.body).toContain(`href="/facts/${factId}"`);
    await amara.get(`/record/${world.familyId}/${pos}`);
    expect(amara.text()).toContain('Daniel Reyes added “Allergies” to what both parents know about Ines Okafor Reyes, under Health.');
    expect(amara.text()).toContain('In their words Cashew and pistachio. Two adrenaline pens.');
    expect(amara.page.body).toContain(`href="/facts/${factId}"`);
    expect((await amara.get(`/facts/${factId}`)).status).toBe(200);
  });

  it('marks what the other parent did as new until it was opened by its reader, and by nobody else', async () => {
    const factId = await add(world.amara, world.ines, 'everyday', 'comfort', 'Grey rabbit travels with her.');
    const marks = (client: Client) => client.page.body.split('>New<').length - 1;
    const gone = await add(world.amara, world.ines, 'everyday', 'clothes', 'Age 9 to 10.');
    await database.db.transact(world.amara, work => removeFact(work, testKeyring, gone, 1, randomUUIDv7()));
    await amara.get(here());
    expect(marks(amara)).toBe(0);
    await daniel.request('HEAD', here());
    await daniel.get(here(), { purpose: 'prefetch', 'sec-purpose': 'prefetch' });
    await daniel.get(here());
    const first = marks(daniel);
    expect(first).toBeGreaterThanOrEqual(3); // the rabbit, and both steps of what was removed
    await daniel.get(here());
    expect(marks(daniel)).toBe(0);
    await change(world.amara, factId, 1, 'Grey rabbit. The spare lives at Daniel’s.');
    await daniel.get(`/facts/${factId}`);
    expect(marks(daniel)).toBe(1);
    await daniel.get(here());
    expect(marks(daniel)).toBe(0);
  });

  it('tells what has changed, newest first, with the earlier wording cut where it is long', async () => {
    const long = 'Every word of this counts. '.repeat(20).trim();
    const factId = await add(world.amara, world.ines, 'everyday', 'bedtime', long);
    await change(world.daniel, factId, 1, '20:15 on school nights.');
    await amara.get(here());
    const changes = amara.text().split('What has changed')[1]!;
    expect(changes).toMatch(/^ \d+ \w{3} Daniel changed Bedtime \. Earlier wording: Every word[^“”]{100,160}… \d+ \w{3} You added Bedtime \./);
    expect(changes).not.toContain(long);
    await amara.get(`/facts/${factId}`);
    expect(amara.text()).toContain(long);
    for (let number = 0; number < 12; number += 1) await add(world.amara, world.ines, 'school', 'clubs', `Club ${number}`);
    await amara.get(here());
    expect(amara.page.body).toContain(`href="/children/${world.ines}?changes=all#changes"`);
    expect(amara.text().split('What has changed')[1]).not.toContain('You added Bedtime');
    await amara.get(`${here()}?changes=all`);
    expect(amara.text().split('What has changed')[1]).toContain('You added Bedtime');
    expect((await amara.get(`${here()}?changes=some`)).status).toBe(404);
  });

  it('has a fact’s wordings in pages where there are many', async () => {
    const factId = await add(world.amara, world.theo, 'everyday', 'shoe-size', 'UK 0');
    for (let version = 1; version <= 55; version += 1) await change(world.daniel, factId, version, `UK ${version}`);
    await amara.get(`/facts/${factId}`);
    expect(amara.text()).toContain('UK 6 ');
    expect(amara.text()).not.toContain('UK 5 ');
    const older = /href="(\/facts\/[^"]+\?before=\d+)"/.exec(amara.page.body)![1]!;
    await amara.get(older);
    expect(amara.text()).toContain('UK 5 ');
    expect(amara.text()).toContain('UK 0 ');
    expect(amara.page.body).toContain('Newest wordings');
    expect((await amara.get(`/facts/${factId}?before=0`)).status).toBe(404);
  });

  it('asks at most three statements, and one more when the other parent did something', async () => {
    await amara.get(here());
    const factId = /id="fact-([0-9a-f-]{36})"/.exec(amara.page.body)![1]!;
    for (const at of [here(), `/children/${world.ines}/facts?section=health`, `/facts/${factId}`]) {
      const statements = await statementsOf(() => amara.get(at));
      expect(amara.page.status, at).toBe(200);
      expect(statements.length, `${at}\n${statements.join('\n--\n')}`).toBeLessThanOrEqual(3);
    }
    await add(world.daniel, world.ines, 'health', 'dentist', 'Riverside Dental.');
    expect((await statementsOf(() => amara.get(here()))).length).toBe(4);
  });

  it('names an adult once whom two schools know, and nobody whose time has not come or is over', async () => {
    const { admin } = database;
    const [other, past, future] = [randomUUIDv7(), randomUUIDv7(), randomUUIDv7()];
    await admin.query(
      `insert into parley.parents (id, given_name, surname, same_as) values ($1, 'A.', 'Okafor', $4), ($2, 'Past', 'Minder', null), ($3, 'Future', 'Minder', null)`,
      [other, past, future, world.amara.parentId],
    );
    await admin.query(
      `insert into parley.parentings (parent_id, child_id, relation, starts_on, ends_on) values
         ($1, $4, 'Mother', current_date, null), ($2, $4, 'Childminder', current_date - 20, current_date - 10), ($3, $4, 'Childminder', current_date + 10, null)`,
      [other, past, future, world.ines],
    );
    await amara.get(here());
    const people = amara.text().split('Who is who')[1]!.split('What has changed')[0]!;
    expect(people.match(/Amara Okafor/g)).toHaveLength(1);
    expect(people).not.toMatch(/Minder|A\. Okafor/);
  });
});

describe('nobody else', () => {
  const told = ({ status, body, headers }: Answer) => ({ status, body, type: headers.get('content-type'), kept: headers.get('cache-control') });
  /** Every address of this feature, with a child and a fact; a POST with a form that would do. */
  const addresses = (childId: string, factId: string) => {
    const write = { version: '1', submission: randomUUID() };
    return [
      ['GET', paths.child.to({ childId }), {}],
      ['GET', `${paths.addFact.to({ childId })}?section=health`, {}],
      ['POST', paths.addFact.to({ childId }), { section: 'health', kind: 'doctor', label: '', text: 'Dr Who', until: '', submission: randomUUID() }],
      ['POST', paths.addFact.to({ childId }), { section: 'health' }],
      ['GET', paths.fact.to({ factId }), {}],
      ['POST', paths.changeFact.to({ factId }), { text: 'Other', ...write }],
      ['POST', paths.changeFact.to({ factId }), {}],
      ['POST', paths.removeFact.to({ factId }), write],
      ['POST', paths.removeFact.to({ factId }), {}],
    ] as const;
  };
  const named = ([method, at]: ReturnType<typeof addresses>[number]): string => `${method} ${at}`;
  const ask = (client: Client, [method, at, fields]: ReturnType<typeof addresses>[number]) => (method === 'GET' ? client.get(at) : client.post(at, fields));

  async function refusedEverywhere(client: Client, childId: string, factId: string) {
    const before = await entries();
    const never = addresses(randomUUIDv7(), randomUUIDv7());
    for (const [index, one] of addresses(childId, factId).entries()) {
      const theirs = await ask(client, one);
      expect(theirs.status, named(one)).toBe(404);
      expect(told(theirs), named(one)).toEqual(told(await ask(client, never[index]!)));
    }
    expect(await entries()).toBe(before);
  }
  let factId: FactId;
  beforeAll(async () => {
    factId = await add(world.amara, world.ines, 'health', 'insurance', 'Policy in the blue folder.');
  });

  it('of another family, in the same words as for what never was', async () => {
    await refusedEverywhere(nour, world.ines, factId);
    // Her own child beside somebody else's fact changes nothing.
    expect((await nour.get(`/children/${world.leila}`)).status).toBe(200);
  });

  it('of the school’s staff', async () => {
    await refusedEverywhere(await app.signedIn(world.ruth.email), world.ines, factId);
    const tom = await staffAt(database, world.school, 'gate', 'Tom Byrne', 'tom@stbrigids.example');
    await refusedEverywhere(await app.signedIn(tom.email), world.ines, factId);
  });

  it('who collects the child and shares no record, nor a parent whose share is over', async () => {
    const { admin } = database;
    // Nour as a grandmother of Ines: a parenting, and no share.
    await admin.query(`insert into parley.parentings (parent_id, child_id, relation) values ($1, $2, 'Grandmother')`, [world.nour.parentId, world.ines]);
    await refusedEverywhere(nour, world.ines, factId);
    await amara.get(here());
    expect(amara.text()).toContain('Nour Haddad Grandmother');
    const sam = await app.signedIn(world.sam.email);
    const theirs = await add(world.sam, world.leila, 'health', 'doctor', 'Dr Moreau');
    expect((await sam.get(`/facts/${theirs}`)).status).toBe(200);
    await admin.query('update parley.family_parents set until = now() where parent_id = $1', [world.sam.parentId]);
    await refusedEverywhere(sam, world.leila, theirs);
    await nour.get(`/children/${world.leila}`);
    expect(nour.text()).toMatch(/Doctor Dr Moreau New Sam ,/);
  });

  it('who is not signed in', async () => {
    for (const one of addresses(world.ines, factId)) {
      const answer = await ask(app.visitor(), one);
      expect([named(one), answer.status]).toEqual([named(one), one[0] === 'GET' ? 303 : 403]);
    }
  });

  it('under an id that is none, or by another method', async () => {
    for (const broken of ['x', '1', factId.toUpperCase().replaceAll(/[0-9]/g, 'G'), `${factId}x`, '%00', '..%2f..']) {
      for (const one of addresses(broken, broken)) {
        const at = one[1].replaceAll(encodeURIComponent(broken), broken);
        const answer = one[0] === 'GET' ? await amara.get(at) : await amara.post(at, one[2]);
        expect([404, 400], `${one[0]} ${at}: ${answer.status}`).toContain(answer.status);
      }
    }
    for (const method of ['PUT', 'PATCH', 'DELETE']) for (const at of [here(), `/facts/${factId}`]) expect((await amara.request(method, at)).status).toBe(405);
  });
});

describe('a child whom the school adds to the family', () => {
  it('has a page at once, though nothing was written on the record', async () => {
    await amara.get(paths.child.to({ childId: world.ines }));
    const childId = randomUUIDv7();
    await database.admin.query(
      `insert into parley.children (id, family_id, given_name, surname, born_on, class, school_id) values ($1, $2, 'Noor', 'Reyes', '2021-05-01', 'Robins', $3)`,
      [childId, world.familyId, world.school],
    );
    expect((await amara.get(paths.child.to({ childId }))).status).toBe(200);
    expect(amara.text()).toContain('In Robins at');
    expect((await daniel.get('/figures')).status).toBe(200);
    expect(daniel.text()).toContain('Overnights , Noor');
  });
});
