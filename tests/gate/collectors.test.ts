import { randomUUIDv7 } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoPassword } from '../../seeds/demo-world.ts';
import type { ParentId } from '../../src/core/ids.ts';
import { dayCode, spelt } from '../../src/gate/day-codes.ts';
import type { Client } from '../support/client.ts';
import { photoOf } from '../support/photos.ts';
import { invite } from '../support/joining.ts';
import { testKeyring } from '../support/keyring.ts';
import { type GateWorld, gateWorld } from './gate-world.ts';

let g: GateWorld;
let amara: Client;
let daniel: Client;
let nour: Client;
let office: Client;
let tom: Client;

beforeAll(async () => {
  g = await gateWorld();
  amara = await g.app.signedIn(g.world.amara.email);
  daniel = await g.app.signedIn(g.world.daniel.email);
  nour = await g.app.signedIn(g.world.nour.email);
  office = await g.app.signedIn(g.office.email);
  tom = await g.app.signedIn(g.tom.email);
});
afterAll(() => g.close());

const count = async (sql: string, values: unknown[] = []) => (await g.database.rows(sql, values)).length;
const choose = async (client: Client, values: Record<string, string | string[]>) => {
  await client.get('/collectors/new');
  return client.submit('/collectors/new', { givenName: 'Grace', surname: 'Okafor', relation: 'grandma', child: g.world.theo, ...values });
};
const idOf = async (givenName: string) => (await g.database.rows<{ id: string }>('select id from parley.collectors where given_name = $1', [givenName]))[0]!.id;
const parentOf = async (givenName: string) =>
  (await g.database.rows<{ parent_id: ParentId }>('select parent_id from parley.collectors where given_name = $1', [givenName]))[0]!.parent_id;
const approve = async (givenName: string) => {
  const parentId = await parentOf(givenName);
  await photoOf(g.database, g.app.services.photos.store, { schoolId: g.world.school, parentId, name: givenName }, { status: 'approved', picture: '#a06a3c' });
};
const gateOf = async (childId: string) => {
  await tom.get(`/gate/${childId}`);
  return [...tom.page.body.matchAll(/<li class="gate__adult">[\s\S]*?<b dir="auto">([^<]*)<\/b>/g)].map(([, name]) => name!);
};
const today = () => Temporal.Now.plainDateISO('Europe/London');

describe('a parent chooses somebody else', () => {
  it('with what is missing said beside its field, and everything typed kept', async () => {
    const answer = await choose(amara, { givenName: '', relation: '', child: [], email: 'no address', from: '2027-05-02', until: '2027-05-01' });
    expect(answer.status).toBe(422);
    for (const words of ['given name is missing', 'relation is missing', 'not an e-mail address', 'Choose at least one child', 'last day is before the first'])
      expect(amara.text()).toContain(words);
    expect(answer.body).toContain('value="no address"');
    expect(answer.body).toContain('value="Okafor"');
    expect(await count('select from parley.collectors')).toBe(0);
  });

  it('for their own children alone', async () => {
    const fields = { submission: randomUUIDv7(), givenName: 'X', surname: 'Y', relation: 'Aunt', email: '', mobile: '', from: '', until: '' };
    expect((await amara.post('/collectors/new', { ...fields, child: g.world.leila })).status).toBe(404);
    expect((await nour.post('/collectors/new', { ...fields, child: [g.world.leila, g.world.theo] })).status).toBe(404);
    expect((await office.post('/collectors/new', { ...fields, child: g.world.theo })).status).toBe(404);
    expect(await count('select from parley.collectors')).toBe(0);
  });

  it('once, however often the form is sent', async () => {
    await amara.get('/collectors/new');
    const { fields } = amara.form('/collectors/new');
    const filled = {
      ...fields,
      givenName: 'Grace',
      surname: 'Okafor',
      relation: 'grandma',
      child: g.world.theo,
      email: 'grace@example.com',
      mobile: '07700 900111',
    };
    const answers = await Promise.all([0, 1].map(() => amara.post('/collectors/new', filled)));
    expect(answers.map(({ status }) => status)).toEqual([303, 303]);
    expect(await count('select from parley.collectors')).toBe(1);
    const [grace] = await g.database.rows<{ relation: string; state: string; email_ct: Buffer }>('select * from parley.collectors');
    expect([grace!.relation, grace!.state, testKeyring.openField('email', grace!.email_ct)]).toEqual(['Grandmother', 'waiting', 'grace@example.com']);
    await amara.get('/collectors');
    expect(amara.text()).toMatch(/Grace Okafor Grandmother, for Theo Any day\. Added by you Waiting for the school/);
  });

  it('and neither the other parent nor the gate sees it before the school has confirmed', async () => {
    await daniel.get('/collectors');
    expect(daniel.page.body).not.toContain('Grace');
    expect(await gateOf(g.world.theo)).toEqual(['Amara Okafor', 'Daniel Reyes']);
    expect(tom.page.body).not.toContain('Grace');
  });
});

describe('the school decides', () => {
  it('in its office, not at the gate, and never another school', async () => {
    const id = await idOf('Grace');
    expect((await tom.get('/school/collectors')).status).toBe(403);
    const head = await g.app.signedIn(g.head.email);
    await head.get('/school/collectors');
    expect(head.page.body).not.toContain('Grace');
    for (const verb of ['confirm', 'decline', 'end']) {
      expect((await tom.post(`/school/collectors/${id}/${verb}`, { adult: 'new' })).status, verb).toBe(403);
      expect((await head.post(`/school/collectors/${id}/${verb}`, { adult: 'new' })).status, verb).toBe(404);
      expect((await amara.post(`/school/collectors/${id}/${verb}`, { adult: 'new' })).status, verb).toBe(404);
    }
    expect((await g.database.rows<{ state: string }>('select state from parley.collectors'))[0]!.state).toBe('waiting');
  });

  it('confirms the person: they come onto the roll with a row of their own, without a parenting or a family', async () => {
    await office.get('/gate');
    expect(office.text()).toContain('1 thing to confirm');
    await office.get('/school/collectors');
    expect(office.text()).toContain('Grace Okafor Grandmother of Theo Okafor Reyes, 1B');
    const id = await idOf('Grace');
    expect((await office.submit(`/school/collectors/${id}/confirm`)).status, office.text()).toBe(303);
    await office.post(`/school/collectors/${id}/confirm`, { adult: 'new' });
    const parentId = await parentOf('Grace');
    const [adult] = await g.database.rows<{ children_text: string; classes: string[]; status: string; phone_ct: Buffer }>(
      'select * from parley.school_parents where parent_id = $1',
      [parentId],
    );
    expect([adult!.children_text, adult!.classes, adult!.status]).toEqual(['Theo, 1B', ['1B'], 'not_invited']);
    expect(testKeyring.openField('phone', adult!.phone_ct)).toBe('+447700900111');
    expect(await count('select from parley.parents where given_name = $1', ['Grace'])).toBe(1);
    expect(await count('select from parley.parentings where parent_id = $1', [parentId])).toBe(0);
    expect(await count('select from parley.family_parents where parent_id = $1', [parentId])).toBe(0);
  });

  it('and the gate shows them once their photo is approved as well', async () => {
    expect(await gateOf(g.world.theo)).toEqual(['Amara Okafor', 'Daniel Reyes']);
    await amara.get('/collectors');
    expect(amara.text()).toContain('Confirmed, photo not yet');
    await approve('Grace');
    expect(await gateOf(g.world.theo)).toEqual(['Amara Okafor', 'Daniel Reyes', 'Grace Okafor']);
    expect(await gateOf(g.world.ines)).not.toContain('Grace Okafor');
  });

  it('and both parents see them, with who added them; a stranger sees nothing', async () => {
    await daniel.get('/collectors');
    expect(daniel.text()).toContain('Grace Okafor Grandmother, for Theo Any day. Added by Amara Confirmed');
    expect(daniel.page.body).not.toContain(`/collectors/${await idOf('Grace')}/withdraw`);
    expect(daniel.page.body).not.toContain('grace@example.com');
    expect((await daniel.post(`/collectors/${await idOf('Grace')}/withdraw`, {})).status).toBe(404);
    await nour.get('/collectors');
    expect(nour.page.body).not.toContain('Grace');
    expect((await nour.post(`/collectors/${await idOf('Grace')}/withdraw`, {})).status).toBe(404);
  });

  it('declines, and the other parent never learns that there was anyone', async () => {
    const before = (await daniel.get('/collectors')).body.replaceAll(/[0-9a-f-]{36}/g, '');
    await choose(amara, { givenName: 'Mallory', surname: 'Finch' });
    expect((await daniel.get('/collectors')).body.replaceAll(/[0-9a-f-]{36}/g, '')).toBe(before);
    await office.get('/school/collectors');
    await office.submit(`/school/collectors/${await idOf('Mallory')}/decline`);
    expect((await daniel.get('/collectors')).body.replaceAll(/[0-9a-f-]{36}/g, '')).toBe(before);
    await amara.get('/collectors');
    expect(amara.text()).toContain('Mallory Finch Grandmother, for Theo Any day. Added by you Not confirmed by the school');
    expect((await office.post(`/school/collectors/${await idOf('Mallory')}/confirm`, { adult: 'new' })).status).toBe(409);
    expect(await count('select from parley.parents where given_name = $1', ['Mallory'])).toBe(0);
  });

  it('says of a name that is on the roll whether it is the same adult', async () => {
    await choose(daniel, { givenName: 'Grace', surname: 'Okafor', relation: 'Childminder', child: [g.world.ines, g.world.theo] });
    const [second] = await g.database.rows<{ id: string }>(`select id from parley.collectors where relation = 'Childminder'`);
    await office.get('/school/collectors');
    expect(office.text()).toContain('The roll has this name');
    expect((await office.post(`/school/collectors/${second!.id}/confirm`, {})).status).toBe(422);
    expect((await office.post(`/school/collectors/${second!.id}/confirm`, { adult: g.world.amara.parentId })).status).toBe(404);
    const grace = await parentOf('Grace');
    expect((await office.post(`/school/collectors/${second!.id}/confirm`, { adult: grace })).status).toBe(303);
    expect(await count('select from parley.parents where given_name = $1', ['Grace'])).toBe(1);
    expect(await gateOf(g.world.ines)).toContain('Grace Okafor');
    expect((await gateOf(g.world.theo)).filter(name => name === 'Grace Okafor')).toHaveLength(1);
    const [adult] = await g.database.rows<{ children_text: string }>('select children_text from parley.school_parents where parent_id = $1', [grace]);
    expect(adult!.children_text).toBe('Theo, 1B and Ines, 4A');
  });
});

it('a parent who is chosen by the other keeps the state of their photo and their code of the day to themselves', async () => {
  await g.database.rows(`update parley.school_parents set sort_name = 'okafor, amara' where parent_id = $1`, [g.world.amara.parentId]);
  await choose(daniel, { givenName: 'Amara', surname: 'Okafor', relation: 'Family friend', child: g.world.ines });
  expect((await office.post(`/school/collectors/${await idOf('Amara')}/confirm`, { adult: g.world.amara.parentId })).status).toBe(303);
  await amara.get('/collectors');
  const code = spelt(dayCode(testKeyring, g.world.amara.parentId, today().toString()));
  expect(amara.page.body).toContain(code);
  const seen: string[] = [];
  for (const status of ['approved', 'superseded']) {
    await g.database.rows(`update parley.submissions set status = $2 where parent_id = $1`, [g.world.amara.parentId, status]);
    await daniel.get('/collectors');
    expect(daniel.text()).toContain('Amara Okafor');
    expect(daniel.page.body).not.toContain(code);
    seen.push(daniel.page.body);
  }
  expect(seen[0]).toBe(seen[1]);
  await g.database.rows(`update parley.submissions set status = 'approved' where parent_id = $1`, [g.world.amara.parentId]);
  await daniel.post(`/collectors/${await idOf('Amara')}/withdraw`, {});
  expect(await gateOf(g.world.ines)).toContain('Amara Okafor');
});

describe('the link of somebody who was chosen', () => {
  it('takes a photo and never an account: there is nothing to join, and nothing of the family', async () => {
    const link = await invite(g.database, g.world, g.world.school, await parentOf('Grace'));
    const grace = g.app.visitor();
    await grace.get(`/link/${link.token}`);
    expect(grace.page.status).toBe(200);
    await grace.submit(`/link/${link.token}/code`, { code: link.code });
    await grace.get(`/link/${link.token}`);
    expect(grace.text()).toContain('Grace Okafor');
    expect(grace.text()).not.toMatch(/Make your account|Theo|Ines|Amara|Daniel/);
    expect((await grace.get(link.at)).status).toBe(404);
    await grace.get(`/link/${link.token}/photo`);
    expect([grace.page.status, /Make your account/.test(grace.text())]).toEqual([200, false]);
    const fields = { submission: randomUUIDv7(), email: 'grace@example.com', password: 'maple window tractor seven' };
    expect((await grace.post(link.at, fields)).status).toBe(404);
    expect((await grace.post(`${link.at}/sign-in`, { email: g.world.amara.email, password: demoPassword })).status).toBe(404);
    expect(await count('select from parley.pending_accounts')).toBe(0);
    expect(await count('select from parley.accounts where parent_id = $1', [link.parentId])).toBe(0);
  });
});

describe('what ends', () => {
  it('drops from the gate at once, and leaves the roll with the last reason to be on it', async () => {
    const ids = await g.database.rows<{ id: string; relation: string }>(`select id, relation from parley.collectors where given_name = 'Grace'`);
    const grandmother = ids.find(({ relation }) => relation === 'Grandmother')!.id;
    const childminder = ids.find(({ relation }) => relation === 'Childminder')!.id;
    await office.get('/school/collectors');
    await office.submit(`/school/collectors/${childminder}/end`);
    expect(await gateOf(g.world.ines)).not.toContain('Grace Okafor');
    expect(await gateOf(g.world.theo)).toContain('Grace Okafor');
    expect(await count('select from parley.school_parents where parent_id = $1 and until is null', [await parentOf('Grace')])).toBe(1);
    await amara.get('/collectors');
    await amara.submit(`/collectors/${grandmother}/withdraw`);
    await amara.post(`/collectors/${grandmother}/withdraw`, {});
    expect(await gateOf(g.world.theo)).not.toContain('Grace Okafor');
    expect(tom.page.body).not.toContain('Grace');
    expect(await count('select from parley.school_parents where parent_id = $1 and until is null', [await parentOf('Grace')])).toBe(0);
    for (const client of [amara, daniel]) {
      await client.get('/collectors');
      expect(client.page.body).not.toContain('Grace');
    }
  });

  it('with the one who chose: their people go from the gate when they do', async () => {
    await choose(daniel, { givenName: 'Petra', surname: 'Vogel', relation: 'Aunt' });
    await office.post(`/school/collectors/${await idOf('Petra')}/confirm`, { adult: 'new' });
    await approve('Petra');
    expect(await gateOf(g.world.theo)).toContain('Petra Vogel');
    await g.database.admin.query('update parley.school_parents set until = now() where parent_id = $1', [g.world.daniel.parentId]);
    expect(await gateOf(g.world.theo)).toEqual(['Amara Okafor']);
    await amara.get('/collectors');
    expect(amara.page.body).not.toContain('Petra');
    await g.database.admin.query('update parley.school_parents set until = null where parent_id = $1', [g.world.daniel.parentId]);
    expect(await gateOf(g.world.theo)).toContain('Petra Vogel');
  });

  it('by its dates and weekdays, as the parent said', async () => {
    const id = await idOf('Petra');
    const set = (from: string | null, until: string | null, weekdays: number[]) =>
      g.database.admin.query('update parley.collectors set from_on = $2, until_on = $3, weekdays = $4 where id = $1', [id, from, until, weekdays]);
    const weekday = today().dayOfWeek;
    const day = (days: number) => today().add({ days }).toString();
    for (const [from, until, weekdays, there] of [
      [day(0), day(0), [], true],
      [day(1), null, [], false],
      [null, day(-1), [], false],
      [day(-3), day(3), [weekday], true],
      [null, null, [(weekday % 7) + 1], false],
    ] as const) {
      await set(from, until, [...weekdays]);
      expect((await gateOf(g.world.theo)).includes('Petra Vogel'), `${from} ${until} ${weekdays.join()}`).toBe(there);
    }
  });
});

describe('a parent tells the school about one day', () => {
  it('and nothing changes at the gate until the office confirms', async () => {
    const petra = await idOf('Petra');
    await daniel.get('/collectors');
    expect((await daniel.submit('/collectors/today', { child: g.world.theo, who: petra, day: today().toString(), note: 'Both of us work late' })).status).toBe(
      303,
    );
    expect(await gateOf(g.world.theo)).not.toContain('Petra Vogel');
    await daniel.get('/collectors');
    expect(daniel.text()).toMatch(/Petra Vogel collects Theo on .* Waiting for the school/);
    await amara.get('/collectors');
    expect(amara.page.body).not.toContain('collects Theo');
    expect(amara.page.body).not.toContain('work late');
    await office.get('/school/collectors');
    expect(office.text()).toContain('Both of us work late');
    const [request] = await g.database.rows<{ id: string }>('select id from parley.collection_requests');
    for (const client of [tom, nour]) expect((await client.post(`/school/collections/${request!.id}/confirm`, {})).status).toBe(client === tom ? 403 : 404);
    await office.submit(`/school/collections/${request!.id}/confirm`);
    await office.post(`/school/collections/${request!.id}/confirm`, {});
    expect(await gateOf(g.world.theo)).toContain('Petra Vogel');
    expect(tom.text()).toMatch(/Changed at \d\d:\d\d/);
    expect(tom.page.body).not.toContain('work late');
    expect(await count('select from parley.collection_changes')).toBe(1);
    expect((await office.post(`/school/collections/${request!.id}/decline`, {})).status).toBe(409);
  });

  it('never about a child, a person or a day that is not theirs to tell', async () => {
    const fields = { child: g.world.theo, who: 'me', day: today().toString(), note: '' };
    expect((await nour.post('/collectors/today', fields)).status).toBe(404);
    expect((await amara.post('/collectors/today', { ...fields, child: g.world.leila })).status).toBe(404);
    expect((await amara.post('/collectors/today', { ...fields, who: randomUUIDv7() })).status).toBe(422);
    expect((await amara.post('/collectors/today', { ...fields, day: today().subtract({ days: 1 }).toString() })).status).toBe(422);
    expect((await amara.post('/collectors/today', { ...fields, who: await idOf('Mallory') })).status).toBe(422);
    expect(await count('select from parley.collection_requests')).toBe(1);
  });

  it('and takes it back while it waits', async () => {
    await amara.get('/collectors');
    await amara.submit('/collectors/today', { child: g.world.ines, who: 'me', day: today().add({ days: 2 }).toString(), note: '' });
    const [request] = await g.database.rows<{ id: string }>(`select id from parley.collection_requests where state = 'waiting'`);
    expect((await daniel.post(`/collectors/today/${request!.id}/withdraw`, {})).status).toBe(404);
    await amara.get('/collectors');
    await amara.submit(`/collectors/today/${request!.id}/withdraw`);
    expect((await office.post(`/school/collections/${request!.id}/confirm`, {})).status).toBe(409);
    await amara.get('/collectors');
    expect(amara.page.body).not.toContain(request!.id);
  });
});

it('a parent whom no school has on its roll is told so, and may choose nobody', async () => {
  await g.database.admin.query('update parley.school_parents set until = now() where parent_id = $1', [g.world.nour.parentId]);
  await nour.get('/collectors');
  expect(nour.text()).toContain('No school here yet');
  const fields = {
    submission: randomUUIDv7(),
    givenName: 'X',
    surname: 'Y',
    relation: 'Aunt',
    email: '',
    mobile: '',
    from: '',
    until: '',
    child: g.world.leila,
  };
  expect((await nour.post('/collectors/new', fields)).status).toBe(404);
});
