import { randomUUID, randomUUIDv7 } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addFact, changeFact, removeFact } from '../../src/children/write-fact.ts';
import type { ChildId, FactId } from '../../src/core/ids.ts';
import { paths } from '../../src/web/paths.ts';
import { layAgreement, twoTwoFiveFive } from '../support/agreements.ts';
import type { Answer, Client } from '../support/client.ts';
import { testKeyring } from '../support/keyring.ts';
import { staffAt } from '../support/photos.ts';
import { type RunningWorld, runningWorld } from '../support/running-world.ts';
import { statementsOf } from '../support/statements.ts';
import type { Person } from '../support/world.ts';

let w: RunningWorld;
beforeAll(async () => {
  w = await runningWorld();
});
afterAll(() => w.close());

type Section = 'health' | 'school' | 'everyday';
async function add(who: Person, childId: ChildId, section: Section, kind: string, text: string, label: string | null = null): Promise<FactId> {
  const outcome = await w.database.db.transact(who, work =>
    addFact(work, testKeyring, childId, { section, kind }, { words: { label, text, until: null }, submission: randomUUIDv7(), confirm: null }),
  );
  if (outcome.kind !== 'done') throw new Error(outcome.kind);
  return outcome.factId;
}
const change = (who: Person, factId: FactId, version: number, text: string) =>
  w.database.db.transact(who, work =>
    changeFact(work, testKeyring, factId, version, { words: { label: null, text, until: null }, submission: randomUUIDv7(), confirm: null }),
  );
const entries = async () =>
  (await w.database.admin.query<{ count: number }>('select count(*)::int as count from record.entries where family_id = $1', [w.world.familyId])).rows[0]!
    .count;
const here = () => `/children/${w.world.ines}`;

describe('a child’s page', () => {
  it('says what there is before anything was agreed or added', async () => {
    const { status, body } = await w.amara.get(here());
    expect(status).toBe(200);
    expect(body).toContain('<title>A child – Parley</title>');
    const age = new Date().getFullYear();
    expect(w.amara.text()).toMatch(/What both parents know about Ines Okafor Reyes \w+ years old, born 14 June 2017\. In 1B at St Brigid’s Primary\./);
    expect(age).toBeGreaterThan(2025);
    expect(w.amara.text()).toContain('Nothing is agreed yet for Ines.');
    expect(w.amara.text()).toContain('None is planned in the next 60 days.');
    expect(w.amara.text()).toContain('Nothing here yet. What either of you adds, both of you see.');
    for (const words of ['Who is who', 'Amara Okafor Mother On this list since', 'Daniel Reyes Mother', 'Swimming', 'Nothing is overwritten.'])
      expect(w.amara.text()).toContain(words);
    expect(body).toContain(`href="/activities/new?child=${w.world.ines}"`);
  });

  it('has the child with whom the calendar says, in the words of the one sentence', async () => {
    const monday = Temporal.Now.plainDateISO('Europe/London').subtract({ weeks: 2 });
    const anchor = monday.subtract({ days: monday.dayOfWeek - 1 }).toString();
    await layAgreement(
      w.database,
      { familyId: w.world.familyId, children: [w.world.ines, w.world.theo], askedBy: w.world.amara.parentId },
      { layer: 'regular', from: anchor, terms: twoTwoFiveFive(w.world.amara.parentId, w.world.daniel.parentId, anchor) },
    );
    // The record has no entry of what a superuser laid down, and what is known of it is kept for as long as it has none.
    await add(w.world.amara, w.world.theo, 'everyday', 'diet', 'Everything but peas.');
    const told: string[] = [];
    for (const client of [w.amara, w.daniel]) {
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
    const factId = await add(w.world.daniel, w.world.ines, 'health', 'allergies', 'Cashew and pistachio. Two adrenaline pens.');
    const pos = await entries();
    await add(w.world.amara, w.world.ines, 'health', 'doctor', 'Dr Hanlon, Mill Road Surgery');
    await w.amara.get(here());
    expect(w.amara.text()).toMatch(/Allergies Cashew and pistachio\. Two adrenaline pens\. New Daniel , \d+ \w{3} entry \d+/);
    expect(w.amara.text()).toMatch(/Doctor Dr Hanlon, Mill Road Surgery You , \d+ \w{3} entry \d+/);
    expect(w.amara.page.body).toContain('<strong>Cashew and pistachio.</strong> Two adrenaline pens.');
    expect(w.amara.page.body.indexOf('Cashew')).toBeLessThan(w.amara.page.body.indexOf('Dr Hanlon'));
    expect(w.amara.page.body).toContain(`href="/record/${w.world.familyId}/${pos}"`);
    expect(w.amara.page.body).toContain(`href="/facts/${factId}"`);
    await w.amara.get(`/record/${w.world.familyId}/${pos}`);
    expect(w.amara.text()).toContain('Daniel Reyes added “Allergies” to what both parents know about Ines Okafor Reyes, under Health.');
    expect(w.amara.text()).toContain('In their words Cashew and pistachio. Two adrenaline pens.');
    expect(w.amara.page.body).toContain(`href="/facts/${factId}"`);
    expect((await w.amara.get(`/facts/${factId}`)).status).toBe(200);
  });

  it('marks what the other parent did as new until it was opened by its reader, and by nobody else', async () => {
    const factId = await add(w.world.amara, w.world.ines, 'everyday', 'comfort', 'Grey rabbit travels with her.');
    const marks = (client: Client) => client.page.body.split('>New<').length - 1;
    const gone = await add(w.world.amara, w.world.ines, 'everyday', 'clothes', 'Age 9 to 10.');
    await w.database.db.transact(w.world.amara, work => removeFact(work, testKeyring, gone, 1, randomUUIDv7()));
    await w.amara.get(here());
    expect(marks(w.amara)).toBe(0);
    await w.daniel.request('HEAD', here());
    await w.daniel.get(here(), { purpose: 'prefetch', 'sec-purpose': 'prefetch' });
    await w.daniel.get(here());
    const first = marks(w.daniel);
    expect(first).toBeGreaterThanOrEqual(3); // the rabbit, and both steps of what was removed
    await w.daniel.get(here());
    expect(marks(w.daniel)).toBe(0);
    await change(w.world.amara, factId, 1, 'Grey rabbit. The spare lives at Daniel’s.');
    await w.daniel.get(`/facts/${factId}`);
    expect(marks(w.daniel)).toBe(1);
    await w.daniel.get(here());
    expect(marks(w.daniel)).toBe(0);
  });

  it('tells what has changed, newest first, with the earlier wording cut where it is long', async () => {
    const long = 'Every word of this counts. '.repeat(20).trim();
    const factId = await add(w.world.amara, w.world.ines, 'everyday', 'bedtime', long);
    await change(w.world.daniel, factId, 1, '20:15 on school nights.');
    await w.amara.get(here());
    const changes = w.amara.text().split('What has changed')[1]!;
    expect(changes).toMatch(/^ \d+ \w{3} Daniel changed Bedtime \. Earlier wording: Every word[^“”]{100,160}… \d+ \w{3} You added Bedtime \./);
    expect(changes).not.toContain(long);
    await w.amara.get(`/facts/${factId}`);
    expect(w.amara.text()).toContain(long);
    for (let number = 0; number < 12; number += 1) await add(w.world.amara, w.world.ines, 'school', 'clubs', `Club ${number}`);
    await w.amara.get(here());
    expect(w.amara.page.body).toContain(`href="/children/${w.world.ines}?changes=all#changes"`);
    expect(w.amara.text().split('What has changed')[1]).not.toContain('You added Bedtime');
    await w.amara.get(`${here()}?changes=all`);
    expect(w.amara.text().split('What has changed')[1]).toContain('You added Bedtime');
    expect((await w.amara.get(`${here()}?changes=some`)).status).toBe(404);
  });

  it('has a fact’s wordings in pages where there are many', async () => {
    const factId = await add(w.world.amara, w.world.theo, 'everyday', 'shoe-size', 'UK 0');
    for (let version = 1; version <= 55; version += 1) await change(w.world.daniel, factId, version, `UK ${version}`);
    await w.amara.get(`/facts/${factId}`);
    expect(w.amara.text()).toContain('UK 6 ');
    expect(w.amara.text()).not.toContain('UK 5 ');
    const older = /href="(\/facts\/[^"]+\?before=\d+)"/.exec(w.amara.page.body)![1]!;
    await w.amara.get(older);
    expect(w.amara.text()).toContain('UK 5 ');
    expect(w.amara.text()).toContain('UK 0 ');
    expect(w.amara.page.body).toContain('Newest wordings');
    expect((await w.amara.get(`/facts/${factId}?before=0`)).status).toBe(404);
  });

  it('asks at most three statements, and one more when the other parent did something', async () => {
    await w.amara.get(here());
    const factId = /id="fact-([0-9a-f-]{36})"/.exec(w.amara.page.body)![1]!;
    for (const at of [here(), `/children/${w.world.ines}/facts?section=health`, `/facts/${factId}`]) {
      const statements = await statementsOf(() => w.amara.get(at));
      expect(w.amara.page.status, at).toBe(200);
      expect(statements.length, `${at}\n${statements.join('\n--\n')}`).toBeLessThanOrEqual(3);
    }
    await add(w.world.daniel, w.world.ines, 'health', 'dentist', 'Riverside Dental.');
    expect((await statementsOf(() => w.amara.get(here()))).length).toBe(4);
  });

  it('names an adult once whom two schools know, and nobody whose time has not come or is over', async () => {
    const { admin } = w.database;
    const [other, past, future] = [randomUUIDv7(), randomUUIDv7(), randomUUIDv7()];
    await admin.query(
      `insert into parley.parents (id, given_name, surname, same_as) values ($1, 'A.', 'Okafor', $4), ($2, 'Past', 'Minder', null), ($3, 'Future', 'Minder', null)`,
      [other, past, future, w.world.amara.parentId],
    );
    await admin.query(
      `insert into parley.parentings (parent_id, child_id, relation, starts_on, ends_on) values
         ($1, $4, 'Mother', current_date, null), ($2, $4, 'Childminder', current_date - 20, current_date - 10), ($3, $4, 'Childminder', current_date + 10, null)`,
      [other, past, future, w.world.ines],
    );
    await w.amara.get(here());
    const people = w.amara.text().split('Who is who')[1]!.split('What has changed')[0]!;
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
    factId = await add(w.world.amara, w.world.ines, 'health', 'insurance', 'Policy in the blue folder.');
  });

  it('of another family, in the same words as for what never was', async () => {
    await refusedEverywhere(w.nour, w.world.ines, factId);
    // Her own child beside somebody else's fact changes nothing.
    expect((await w.nour.get(`/children/${w.world.leila}`)).status).toBe(200);
  });

  it('of the school’s staff', async () => {
    await refusedEverywhere(await w.app.signedIn(w.world.ruth.email), w.world.ines, factId);
    const tom = await staffAt(w.database, w.world.school, 'gate', 'Tom Byrne', 'tom@stbrigids.example');
    await refusedEverywhere(await w.app.signedIn(tom.email), w.world.ines, factId);
  });

  it('who collects the child and shares no record, nor a parent whose share is over', async () => {
    const { admin } = w.database;
    // Nour as a grandmother of Ines: a parenting, and no share.
    await admin.query(`insert into parley.parentings (parent_id, child_id, relation) values ($1, $2, 'Grandmother')`, [w.world.nour.parentId, w.world.ines]);
    await refusedEverywhere(w.nour, w.world.ines, factId);
    await w.amara.get(here());
    expect(w.amara.text()).toContain('Nour Haddad Grandmother');
    const sam = await w.app.signedIn(w.world.sam.email);
    const theirs = await add(w.world.sam, w.world.leila, 'health', 'doctor', 'Dr Moreau');
    expect((await sam.get(`/facts/${theirs}`)).status).toBe(200);
    await admin.query('update parley.family_parents set until = now() where parent_id = $1', [w.world.sam.parentId]);
    await refusedEverywhere(sam, w.world.leila, theirs);
    await w.nour.get(`/children/${w.world.leila}`);
    expect(w.nour.text()).toMatch(/Doctor Dr Moreau New Sam ,/);
  });

  it('who is not signed in', async () => {
    for (const one of addresses(w.world.ines, factId)) {
      const answer = await ask(w.app.visitor(), one);
      expect([named(one), answer.status]).toEqual([named(one), one[0] === 'GET' ? 303 : 403]);
    }
  });

  it('under an id that is none, or by another method', async () => {
    for (const broken of ['x', '1', factId.toUpperCase().replaceAll(/[0-9]/g, 'G'), `${factId}x`, '%00', '..%2f..']) {
      for (const one of addresses(broken, broken)) {
        const at = one[1].replaceAll(encodeURIComponent(broken), broken);
        const answer = one[0] === 'GET' ? await w.amara.get(at) : await w.amara.post(at, one[2]);
        expect([404, 400], `${one[0]} ${at}: ${answer.status}`).toContain(answer.status);
      }
    }
    for (const method of ['PUT', 'PATCH', 'DELETE'])
      for (const at of [here(), `/facts/${factId}`]) expect((await w.amara.request(method, at)).status).toBe(405);
  });
});

describe('a child whom the school adds to the family', () => {
  it('has a page at once, though nothing was written on the record', async () => {
    await w.amara.get(paths.child.to({ childId: w.world.ines }));
    const childId = randomUUIDv7();
    await w.database.admin.query(
      `insert into parley.children (id, family_id, given_name, surname, born_on, class, school_id) values ($1, $2, 'Noor', 'Reyes', '2021-05-01', 'Robins', $3)`,
      [childId, w.world.familyId, w.world.school],
    );
    expect((await w.amara.get(paths.child.to({ childId }))).status).toBe(200);
    expect(w.amara.text()).toContain('In Robins at');
    expect((await w.daniel.get('/figures')).status).toBe(200);
    expect(w.daniel.text()).toContain('Overnights , Noor');
  });
});
