import { randomUUID, randomUUIDv7 } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { System } from '../../src/core/actor.ts';
import type { ChildId, ProposalId } from '../../src/core/ids.ts';
import type { Work } from '../../src/platform/database.ts';
import { jobs, schedules } from '../../src/jobs.ts';
import { schoolJobs } from '../../src/schools/jobs.ts';
import { carryOutProposal } from '../../src/schools/proposals/settle-proposal.ts';
import type { TestApp } from '../support/app.ts';
import type { Client } from '../support/client.ts';
import type { TestDatabase } from '../support/database.ts';
import { testKeyring } from '../support/keyring.ts';
import { closeWorld, openWorld } from '../support/open-world.ts';
import { staffAt } from '../support/photos.ts';
import { enrol } from '../support/roll.ts';
import type { World } from '../support/world.ts';

let database: TestDatabase;
let app: TestApp;
let world: World;
const clients = {} as Record<'ruth' | 'una' | 'tom' | 'margaret' | 'amara' | 'daniel' | 'nour', Client>;

beforeAll(async () => {
  ({ database, world, app } = await openWorld());
  await enrol(database, world);
  const una = await staffAt(database, world.school, 'office', 'Una Marsh');
  const tom = await staffAt(database, world.school, 'gate', 'Tom Byrne');
  const margaret = await staffAt(database, world.otherSchool, 'admin', 'Margaret Osei');
  for (const [who, email] of Object.entries({
    ruth: world.ruth.email,
    una: una.email,
    tom: tom.email,
    margaret: margaret.email,
    amara: world.amara.email,
    daniel: world.daniel.email,
    nour: world.nour.email,
  }))
    clients[who as keyof typeof clients] = await app.signedIn(email);
});
afterAll(() => closeWorld({ app, database }));

const childCalled = async (givenName: string, surname = 'Nair'): Promise<{ id: ChildId; familyId: string }> =>
  (
    await database.rows<{ id: ChildId; familyId: string }>('select id, family_id as "familyId" from parley.children where given_name = $1 and surname = $2', [
      givenName,
      surname,
    ])
  )[0]!;
const adultsOf = (childId: string) =>
  database.rows<{ name: string; relation: string; ended: boolean }>(
    `select p.given_name || ' ' || p.surname as name, pg.relation, pg.ends_on is not null as ended from parley.parentings pg join parley.parents p on p.id = pg.parent_id
      where pg.child_id = $1 order by pg.id`,
    [childId],
  );
const sharersOf = async (familyId: string) =>
  (
    await database.rows<{ name: string }>(
      `select p.given_name || ' ' || fp.side as name from parley.family_parents fp join parley.parents p on p.id = fp.parent_id where fp.family_id = $1 order by fp.side, p.given_name`,
      [familyId],
    )
  ).map(({ name }) => name);
const listedAs = async (name: string) =>
  (
    await database.rows<{ sort: string; search: string; children: string; classes: string[]; number: number; ended: boolean; status: string }>(
      `select sort_name as sort, search_text as search, children_text as children, classes, number, until is not null as ended, status
         from parley.school_parents sp join parley.parents p on p.id = sp.parent_id where p.given_name || ' ' || p.surname = $1`,
      [name],
    )
  )[0];
const audited = async (action: string) => (await database.rows('select from record.audit_events where action = $1', [action])).length;
const waitingFor = async (childId: string): Promise<ProposalId> =>
  (
    await database.rows<{ id: ProposalId }>('select id from parley.parent_proposals where child_id = $1 and outcome is null order by id desc limit 1', [
      childId,
    ])
  )[0]!.id;

async function addPupil(client: Client, values: Record<string, string>): Promise<void> {
  await client.get('/school/adults/new');
  await client.submit('/school/adults/new', values);
}
const anika = { childGivenName: 'Anika', childSurname: 'Nair', bornOn: '14/06/2019', className: '1B', givenName: 'Priya', surname: 'Nair', relation: 'Mother' };

async function propose(client: Client, childId: ChildId, values: Record<string, string>): Promise<void> {
  await client.get(`/school/adults/new?child=${childId}`);
  await client.submit('/school/adults/new', values);
  expect(client.page.location, client.text()).toBe(`/school/pupils/${childId}?done=proposed`);
}

describe('a new pupil', () => {
  it('comes onto the roll with both parents at once, who share one record, are listed, and are reached only with the key', async () => {
    await addPupil(clients.ruth, {
      ...anika,
      email: 'Priya@Families.example',
      mobile: '07700 900 001',
      givenName2: 'Arun',
      surname2: 'Nair',
      relation2: 'Father',
      email2: '',
      mobile2: '+44 (0)7700 900002',
    });
    const child = await childCalled('Anika');
    expect(clients.ruth.page.location).toBe(`/school/pupils/${child.id}?done=added`);
    expect(await adultsOf(child.id)).toEqual([
      { name: 'Priya Nair', relation: 'Mother', ended: false },
      { name: 'Arun Nair', relation: 'Father', ended: false },
    ]);
    expect(await sharersOf(child.familyId)).toEqual(['Priya a', 'Arun b']);
    expect(await listedAs('Priya Nair')).toEqual({
      sort: 'nair, priya',
      search: 'priya nair · anika nair',
      children: 'Anika, 1B',
      classes: ['1B'],
      number: 3,
      ended: false,
      status: 'not_invited',
    });
    const [reached] = await database.rows<{ email: Buffer; phone: Buffer }>(
      `select email_ct as email, phone_ct as phone from parley.school_parents where sort_name = 'nair, priya'`,
    );
    expect(testKeyring.openField('email', reached!.email)).toBe('Priya@Families.example');
    expect(testKeyring.openField('phone', reached!.phone)).toBe('+447700900001');
    expect(await database.rows(`select from parley.school_parents sp where sp::text ~* 'families.example|7700'`)).toEqual([]);
    const told = await clients.ruth.get(clients.ruth.page.location!);
    expect([told.status, clients.ruth.text()]).toEqual([200, expect.stringContaining('Added to the roll.')]);
    expect(clients.ruth.text()).not.toMatch(/families\.example|7700/);
  });

  it('is made once by one form, however often it is sent', async () => {
    await clients.ruth.get('/school/adults/new');
    const { address, fields } = clients.ruth.form('/school/adults/new');
    const filled = { ...fields, ...anika, childGivenName: 'Kiran', givenName: 'Meera', email: 'meera@families.example' };
    const answers = await Promise.all([1, 2, 3].map(() => clients.ruth.post(address, filled)));
    expect(new Set(answers.map(({ status, location }) => `${status} ${location}`)).size).toBe(1);
    expect(answers[0]!.status).toBe(303);
    expect(await database.rows(`select from parley.children where given_name = 'Kiran'`)).toHaveLength(1);
    expect(await database.rows(`select from parley.parents where given_name = 'Meera'`)).toHaveLength(1);
    // Another person’s form is another form, whatever its id.
    expect((await clients.una.post(address, { ...filled, childGivenName: 'Kabir', givenName: 'Lata', email: 'lata@families.example' })).status).toBe(303);
    expect(await database.rows(`select from parley.children where given_name = 'Kabir'`)).toHaveLength(1);
  });

  it('with a parent who is here joins the family of the same parents, and only of those', async () => {
    const child = await childCalled('Anika');
    await addPupil(clients.ruth, {
      ...anika,
      childGivenName: 'Dev',
      email: 'priya@families.example',
      givenName2: 'Arun',
      surname2: 'Nair',
      relation2: 'Father',
      mobile2: '07700900002',
    });
    const dev = await childCalled('Dev');
    expect(dev.familyId).toBe(child.familyId);
    expect((await listedAs('Priya Nair'))!.children).toBe('Anika, 1B and Dev, 1B');
    await addPupil(clients.ruth, { ...anika, childGivenName: 'Isha', email: 'priya@families.example' });
    expect((await childCalled('Isha')).familyId).not.toBe(child.familyId);
    expect(await database.rows(`select from parley.parents where given_name = 'Priya'`)).toHaveLength(1);
  });

  it('is refused in words beside each field, with everything typed kept', async () => {
    for (const [values, words] of [
      [{}, 'The adult’s given name is missing'],
      [{ ...anika, bornOn: '' }, 'The date of birth is missing'],
      [{ ...anika, bornOn: '31/02/2019' }, 'is not a date'],
      [{ ...anika, bornOn: '14/06/2099' }, 'in the future'],
      [{ ...anika, bornOn: '14/06/1970' }, 'more than 25 years ago'],
      [{ ...anika, email: 'priya@' }, 'This is not an e-mail address'],
      [{ ...anika, mobile: '020 7946 0123' }, 'This is not a mobile number'],
      [{ ...anika, relation: '' }, 'The relation is missing'],
      [{ ...anika, givenName: 'Somebody', surname: 'Else', email: 'priya@families.example' }, 'belongs to another adult here'],
      [{ ...anika, childGivenName: 'Ravi' }, 'whether it is the same person'],
      [{ ...anika, bornOn: '15/06/2019', email: 'x@families.example' }, 'with another date of birth'],
      [{ ...anika, email: 'priya@families.example' }, 'here already, with the same child'],
      [{ ...anika, givenName2: 'Arun' }, 'The adult’s surname is missing'],
    ] as const) {
      await clients.ruth.get('/school/adults/new');
      const answer = await clients.ruth.submit('/school/adults/new', values);
      expect([answer.status, clients.ruth.text()], JSON.stringify(values)).toEqual([422, expect.stringContaining(words)]);
      const { fields } = clients.ruth.form('/school/adults/new');
      expect(fields).toMatchObject(values);
    }
    expect(await database.rows(`select from parley.children where given_name = 'Ravi'`)).toEqual([]);
  });
});

describe('an adult for a child who has parents', () => {
  const asante = { givenName: 'Grace', surname: 'Asante', relation: 'Grandmother', email: 'grace@families.example' };

  it('waits 72 hours; the parents see who it is and nothing of how to reach them; the mail is neutral', async () => {
    await propose(clients.ruth, world.theo, asante);
    expect(await adultsOf(world.theo)).toHaveLength(2);
    const [proposal] = await database.rows<{ hours: number }>(
      `select (extract(epoch from effective_at - created_at) / 3600)::float8 as hours from parley.parent_proposals where child_id = $1`,
      [world.theo],
    );
    expect(proposal!.hours).toBeCloseTo(72, 1);
    expect((await listedAs('Grace Asante'))!.ended).toBe(true);
    for (const who of ['amara', 'daniel'] as const) {
      await clients[who].get('/today');
      expect(clients[who].text()).toMatch(
        /St Brigid’s Primary proposes to add an adult for Theo: Grace Asante, grandmother\. It takes effect on \w{3} \d+ \w+ at \d\d:\d\d unless the school withdraws it\./,
      );
      expect(clients[who].page.body).not.toMatch(/grace@|Ruth|Farrell/);
    }
    await clients.nour.get('/today');
    expect(clients.nour.text()).not.toContain('Grace');
    expect(clients.nour.text()).toContain('Nothing is waiting for you');
    const tell = schoolJobs(app.services).find(({ name }) => name === 'schools.tell-parent')!;
    for (const { parentId } of [world.amara, world.daniel, world.nour]) await tell.run({ parentId });
    expect(app.sent.map(({ to }) => to)).toEqual([world.amara.email, world.daniel.email]);
    for (const { subject, text } of app.sent) {
      expect(subject).toBe('Something is waiting for you');
      expect(text).toBe(
        `Something is waiting for you. Sign in when you are ready:\n${app.url}/sign-in\n\nThis mail never says what it is about. You need not answer it.\n`,
      );
    }
    const queued = await database.rows<{ key: string }>(`select key from graphile_worker._private_jobs where key like 'schools.tell %' order by key`);
    expect(queued.map(({ key }) => key)).toEqual([world.amara, world.daniel].map(({ parentId }) => `schools.tell ${parentId}`).sort());
  });

  it('is proposed once, and not for a child of another school or none', async () => {
    await clients.ruth.get(`/school/adults/new?child=${world.theo}`);
    expect((await clients.ruth.submit('/school/adults/new', asante)).status).toBe(422);
    for (const childId of [world.leila, randomUUIDv7()]) {
      expect((await clients.ruth.get(`/school/adults/new?child=${childId}`)).status).toBe(404);
      const form = { submission: randomUUID(), child: childId, surname: 'Asante', givenName: 'Grace', relation: 'Mother', email: '', mobile: '' };
      expect((await clients.ruth.post('/school/adults/new', form)).status).toBe(404);
    }
    expect(await database.rows('select from parley.parent_proposals where outcome is null')).toHaveLength(1);
  });

  it('stays about that child where a form comes back, whatever was wrong with it', async () => {
    for (const wrong of ['', 'x'.repeat(1001), 'a\u0000b']) {
      await clients.ruth.get(`/school/adults/new?child=${world.theo}`);
      expect((await clients.ruth.submit('/school/adults/new', { ...asante, surname: wrong })).status).toBe(422);
      expect(clients.ruth.form('/school/adults/new').fields).toMatchObject({ child: world.theo, givenName: 'Grace', surname: wrong });
    }
  });

  it('takes effect by a second colleague, never by the one who proposed', async () => {
    const id = await waitingFor(world.theo);
    await clients.ruth.get('/school/proposals');
    expect(clients.ruth.text()).toMatch(/1 adult waits to be added.*Proposed by you/);
    expect(clients.ruth.page.body).not.toContain(`/school/proposals/${id}/confirm`);
    const own = await clients.ruth.post(`/school/proposals/${id}/confirm`, {});
    expect([own.status, clients.ruth.text()]).toEqual([403, expect.stringContaining('so a colleague has to confirm it')]);
    expect((await clients.tom.post(`/school/proposals/${id}/confirm`, {})).status).toBe(403);
    for (const who of ['margaret', 'amara', 'nour'] as const) expect((await clients[who].post(`/school/proposals/${id}/confirm`, {})).status, who).toBe(404);
    expect(await adultsOf(world.theo)).toHaveLength(2);
    await clients.una.get('/school/proposals');
    const [first, second] = [await clients.una.submit(`/school/proposals/${id}/confirm`), await clients.una.post(`/school/proposals/${id}/confirm`, {})];
    expect([first.location, second.location]).toEqual([`/school/pupils/${world.theo}?done=confirmed`, `/school/pupils/${world.theo}?done=confirmed`]);
    expect((await adultsOf(world.theo)).map(({ name }) => name)).toEqual(['Amara Okafor', 'Daniel Reyes', 'Grace Asante']);
    // A third adult collects, and has no part in the record.
    expect(await sharersOf(world.familyId)).toEqual(['Amara a', 'Daniel b']);
    expect(await listedAs('Grace Asante')).toMatchObject({ ended: false, children: 'Theo, 1B', search: 'grace asante · theo okafor reyes' });
    await clients.amara.get('/today');
    expect(clients.amara.text()).not.toContain('proposes to add');
    expect((await clients.ruth.post(`/school/proposals/${id}/withdraw`, {})).status).toBe(409);
    expect(await audited('adult.proposal-confirmed')).toBe(1);
  });

  it('takes effect when its time has come, not before, and once', async () => {
    const kiran = await childCalled('Kiran');
    await propose(clients.una, kiran.id, { givenName: 'Ravi', surname: 'Nair', relation: 'Father', mobile: '07700900009' });
    const proposalId = await waitingFor(kiran.id);
    const [queued] = await database.rows<{ due: boolean }>(
      "select run_at > now() + interval '71 hours' as due from graphile_worker._private_jobs where key = $1",
      [`schools.proposal ${proposalId}`],
    );
    expect(queued!.due).toBe(true);
    const carryOut = jobs(app.services).find(({ name }) => name === 'schools.add-proposed-adult')!;
    await carryOut.run({ proposalId });
    expect(await adultsOf(kiran.id)).toHaveLength(1);
    await database.admin.query(`update parley.parent_proposals set effective_at = now() - interval '1 second' where id = $1`, [proposalId]);
    // By the database's clock, as the queue: a program whose own is behind would ask once, too early, and never again.
    const behind = (work: Work<System>) => carryOutProposal({ ...work, now: work.now.subtract({ minutes: 1 }) }, testKeyring, proposalId);
    await app.services.db.transact({ kind: 'system', name: 'schools.add-proposed-adult' }, behind);
    expect(await adultsOf(kiran.id)).toHaveLength(2);
    await Promise.all([carryOut.run({ proposalId }), carryOut.run({ proposalId })]);
    await carryOut.run({ proposalId });
    expect((await adultsOf(kiran.id)).map(({ name }) => name)).toEqual(['Meera Nair', 'Ravi Nair']);
    expect(await sharersOf(kiran.familyId)).toEqual(['Meera a', 'Ravi b']);
    expect(await database.rows(`select from record.audit_events where action = 'adult.added' and details ->> 'proposal' = $1`, [proposalId])).toHaveLength(1);
    await carryOut.run({ proposalId: randomUUIDv7() });
  });

  it('shares the record only as a parent of every child in it, and never as one who only collects', async () => {
    const { id: dev, familyId } = await childCalled('Dev');
    await database.admin.query(`delete from parley.family_parents where family_id = $1 and side = 'b'`, [familyId]);
    await propose(clients.ruth, dev, { givenName: 'Leo', surname: 'Marsh', relation: 'Stepfather' });
    await clients.una.post(`/school/proposals/${await waitingFor(dev)}/confirm`, {});
    expect(await sharersOf(familyId)).toEqual(['Priya a']);
    const kiran = await childCalled('Kiran');
    await database.admin.query(`delete from parley.family_parents where family_id = $1 and side = 'b'`, [kiran.familyId]);
    await propose(clients.ruth, kiran.id, { givenName: 'Carrie', surname: 'Minder', relation: 'Childminder' });
    await clients.una.post(`/school/proposals/${await waitingFor(kiran.id)}/confirm`, {});
    expect((await adultsOf(kiran.id)).map(({ name }) => name)).toContain('Carrie Minder');
    expect(await sharersOf(kiran.familyId)).toEqual(['Meera a']);
  });

  it('with an account enters the record that they come to share', async () => {
    const { id: isha, familyId } = await childCalled('Isha');
    await propose(clients.ruth, isha, { givenName: 'Daniel', surname: 'Reyes', relation: 'Father', email: world.daniel.email });
    await clients.una.post(`/school/proposals/${await waitingFor(isha)}/confirm`, {});
    expect(await sharersOf(familyId)).toEqual(['Priya a', 'Daniel b']);
    expect(await database.rows('select from record.members where family_id = $1 and parent_id = $2', [familyId, world.daniel.parentId])).toHaveLength(1);
  });

  it('can be withdrawn: nothing comes of it, and how to reach them is forgotten', async () => {
    await propose(clients.ruth, world.ines, {
      givenName: 'Victor',
      surname: 'Withdrawn',
      relation: 'Uncle',
      email: 'victor@families.example',
      mobile: '07700900010',
    });
    const id = await waitingFor(world.ines);
    await clients.ruth.get(`/school/pupils/${world.ines}`);
    expect((await clients.ruth.submit(`/school/proposals/${id}/withdraw`)).location).toBe(`/school/pupils/${world.ines}?done=withdrawn`);
    expect((await clients.una.post(`/school/proposals/${id}/confirm`, {})).status).toBe(409);
    const carryOut = schoolJobs(app.services).find(({ name }) => name === 'schools.add-proposed-adult')!;
    await database.admin.query(`update parley.parent_proposals set effective_at = now() - interval '1 second' where id = $1`, [id]);
    await carryOut.run({ proposalId: id });
    expect(await adultsOf(world.ines)).toHaveLength(2);
    expect(
      await database.rows(
        `select from parley.school_parents where sort_name = 'withdrawn, victor' and (email_ct is not null or email_hash is not null or phone_ct is not null)`,
      ),
    ).toEqual([]);
  });
});

describe('changing the roll', () => {
  it('a pupil’s new name and class stand on every adult’s line', async () => {
    await clients.ruth.get(`/school/pupils/${world.theo}/edit`);
    await clients.ruth.submit(`/school/pupils/${world.theo}/edit`, { childGivenName: 'Théo', className: '2K' });
    expect(clients.ruth.page.location).toBe(`/school/pupils/${world.theo}?done=changed`);
    expect(await listedAs('Amara Okafor')).toMatchObject({
      children: 'Ines, 1B and Théo, 2K',
      classes: ['1B', '2K'],
      search: 'amara okafor · ines okafor reyes · theo okafor reyes',
    });
    expect(await listedAs('Grace Asante')).toMatchObject({ children: 'Théo, 2K' });
    await clients.ruth.get(`/school/pupils/${world.theo}/edit`);
    expect((await clients.ruth.submit(`/school/pupils/${world.theo}/edit`, { childGivenName: ' ' })).status).toBe(422);
    expect(clients.ruth.form(`/school/pupils/${world.theo}/edit`).fields).toMatchObject({ childGivenName: ' ', className: '2K' });
  });

  it('an adult’s contact details change for this school alone; a name of somebody with an account is theirs', async () => {
    const at = `/school/adults/${world.amara.parentId}/edit`;
    await clients.ruth.get(at);
    expect(clients.ruth.form(at).fields).toEqual({ email: world.amara.email, mobile: '' });
    expect((await clients.ruth.submit(at, { email: world.daniel.email })).status).toBe(422);
    expect(clients.ruth.text()).toContain('belongs to another adult here');
    await clients.ruth.get(at);
    expect((await clients.ruth.submit(at, { email: 'amara.new@families.example', mobile: '07700 900142' })).location).toBe(
      `/school/adults/${world.amara.parentId}`,
    );
    const [reached] = await database.rows<{ phone: Buffer }>('select phone_ct as phone from parley.school_parents where parent_id = $1', [
      world.amara.parentId,
    ]);
    expect(testKeyring.openField('phone', reached!.phone)).toBe('+447700900142');
    expect(await database.rows('select from parley.accounts where parent_id = $1 and email_ct is not null', [world.amara.parentId])).toHaveLength(1);
    await clients.ruth.post(at, { givenName: 'Mallory', surname: 'Okafor', email: '', mobile: '' });
    expect(await database.rows(`select from parley.parents where given_name = 'Mallory'`)).toEqual([]);
    const [grace] = await database.rows<{ id: string }>(`select id from parley.parents where surname = 'Asante'`);
    await clients.ruth.get(`/school/adults/${grace!.id}/edit`);
    await clients.ruth.submit(`/school/adults/${grace!.id}/edit`, { surname: 'Asante-Boateng' });
    expect(await listedAs('Grace Asante-Boateng')).toMatchObject({ sort: 'asante-boateng, grace' });
  });

  it('who no longer collects is off the list with the last child, the record and the other parent untouched', async () => {
    const before = await database.rows('select * from parley.school_parents where parent_id <> $1 order by parent_id', [world.daniel.parentId]);
    for (const [childId, ended] of [
      [world.theo, false],
      [world.ines, false],
    ] as const) {
      await clients.ruth.get(`/school/pupils/${childId}`);
      const end = `/school/pupils/${childId}/adults/${world.daniel.parentId}/end`;
      expect((await clients.ruth.submit(end)).location).toBe(`/school/pupils/${childId}?done=ended`);
      expect((await clients.ruth.post(end, {})).status).toBe(404);
      expect((await listedAs('Daniel Reyes'))!.ended).toBe(ended);
    }
    const { id: isha } = await childCalled('Isha');
    await clients.ruth.get(`/school/pupils/${isha}`);
    await clients.ruth.submit(`/school/pupils/${isha}/adults/${world.daniel.parentId}/end`);
    expect(await listedAs('Daniel Reyes')).toMatchObject({ ended: true, children: '' });
    expect(await database.rows('select * from parley.school_parents where parent_id <> $1 order by parent_id', [world.daniel.parentId])).toEqual(before);
    expect(await sharersOf(world.familyId)).toEqual(['Amara a', 'Daniel b']);
    expect((await clients.daniel.get('/messages')).status).toBe(200);
    // A child whose record he shares has a parent still, so coming back is proposed as well.
    await propose(clients.ruth, world.theo, { givenName: 'Daniel', surname: 'Reyes', relation: 'Father', email: world.daniel.email });
    await clients.una.post(`/school/proposals/${await waitingFor(world.theo)}/confirm`, {});
    expect(await listedAs('Daniel Reyes')).toMatchObject({ ended: false, children: 'Théo, 2K', number: 2 });
  });
});

describe('the list of pupils', () => {
  it('goes by class and name, page by page without a gap, both ways, and is found by a part of a name however it is accented', async () => {
    await database.admin.query(
      `insert into parley.children (id, family_id, given_name, surname, born_on, school_id, class)
       select gen_random_uuid(), $2, 'Pupil', 'Number ' || lpad(n::text, 3, '0'), '2018-01-01', $1, (n % 12 + 1) || 'Z' from generate_series(1, 120) n`,
      [world.school, world.familyId],
    );
    await database.admin.query(
      'insert into parley.children (id, family_id, given_name, surname, born_on, school_id) values (gen_random_uuid(), $2, $3, $4, $5, $1)',
      [world.school, world.familyId, 'No', 'Class', '2018-01-01'],
    );
    const seen: string[] = [];
    const headings: string[] = [];
    let at: string | undefined = '/school/pupils';
    let last = '';
    while (at) {
      last = at;
      const { body } = await clients.ruth.get(at);
      seen.push(...[...body.matchAll(/href="\/school\/pupils\/([0-9a-f-]{36})"/g)].map(([, id]) => id!));
      headings.push(...[...body.matchAll(/id="class-\d+"><bdi>([^<]*)</g)].map(([, heading]) => heading!));
      at = /href="([^"]*after=[^"]*)"/.exec(body)?.[1]!.replaceAll('&amp;', '&');
    }
    expect(seen).toHaveLength((await database.rows('select from parley.children where school_id = $1', [world.school])).length);
    expect(new Set(seen).size).toBe(seen.length);
    expect([...new Set(headings)]).toEqual(['1B', '1Z', '2K', '2Z', '3Z', '4Z', '5Z', '6Z', '7Z', '8Z', '9Z', '10Z', '11Z', '12Z', 'No class']);
    const back: string[] = [];
    for (at = last; at;) {
      const { body } = await clients.ruth.get(at);
      back.unshift(...[...body.matchAll(/href="\/school\/pupils\/([0-9a-f-]{36})"/g)].map(([, id]) => id!));
      at = /href="([^"]*before=[^"]*)"/.exec(body)?.[1]!.replaceAll('&amp;', '&');
    }
    expect(back).toEqual(seen);
    await clients.ruth.get('/school/pupils?q=theo+oka');
    expect(clients.ruth.text()).toContain('1 pupil found');
    await clients.ruth.get('/school/pupils?q=nair,&class=1B');
    expect(clients.ruth.text()).toContain('5 pupils found');
    for (const q of ['%', '_', '\\']) {
      await clients.ruth.get(`/school/pupils?q=${encodeURIComponent(q)}`);
      expect(clients.ruth.text(), q).toContain('0 pupils found');
    }
    expect((await clients.ruth.get(`/school/pupils?after=${world.leila}`)).body).not.toContain('Leila');
  });
});

describe('who sees the roll', () => {
  const gets = () => [
    '/school/pupils',
    `/school/pupils/${world.theo}`,
    `/school/pupils/${world.theo}/edit`,
    '/school/adults/new',
    `/school/adults/${world.amara.parentId}/edit`,
    '/school/proposals',
    '/school/import',
    '/school/import/template.csv',
  ];

  it('the office of this school; staff at the gate are refused, and for everyone else there is nothing', async () => {
    for (const at of gets()) {
      expect((await clients.una.get(at)).status, at).toBe(200);
      expect((await clients.tom.get(at)).status, at).toBe(403);
      for (const who of ['amara', 'nour'] as const) expect((await clients[who].get(at)).status, `${who} ${at}`).toBe(404);
      expect((await app.visitor().get(at)).location, at).toBe('/sign-in');
      if (/[0-9a-f-]{36}/.test(at)) {
        expect((await clients.margaret.get(at)).status, at).toBe(404);
        expect((await clients.una.get(at.replace(/[0-9a-f-]{36}/, randomUUIDv7()))).status, at).toBe(404);
      }
    }
    for (const at of [
      `/school/pupils/${world.theo}/edit`,
      `/school/adults/${world.amara.parentId}/edit`,
      `/school/pupils/${world.theo}/adults/${world.amara.parentId}/end`,
      '/school/adults/new',
      '/school/import',
    ]) {
      expect((await clients.tom.post(at, {})).status, at).toBe(403);
      expect((await clients.amara.post(at, {})).status, at).toBe(404);
      if (/[0-9a-f-]{36}/.test(at)) expect((await clients.margaret.post(at, {})).status, at).toBe(404);
    }
    await clients.margaret.get('/school/pupils');
    expect(clients.margaret.text()).toMatch(/1 pupil in 1 class.*Leila/);
    expect(clients.margaret.page.body).not.toMatch(/Theo|Théo|Amara|Nair/);
  });

  it('staff of several schools choose one, and nobody a school where they do not work', async () => {
    expect((await clients.una.post('/school/choose', { school: world.otherSchool })).status).toBe(404);
    await database.admin.query(
      `insert into parley.staff (school_id, account_id, role) select $1, account_id, 'office' from parley.staff where school_id = $2 and role = 'office'`,
      [world.otherSchool, world.school],
    );
    await clients.una.get('/school/pupils');
    expect(clients.una.text()).toContain('Leila'); // Hillview comes first by name
    const chosen = await clients.una.submit('/school/choose', { school: world.school });
    expect(chosen.location).toBe('/school');
    await clients.una.get('/school/pupils');
    expect(clients.una.text()).toContain('Anika');
    await database.admin.query(
      'update parley.staff set until = now() where school_id = $1 and account_id in (select account_id from parley.staff where school_id = $2)',
      [world.school, world.otherSchool],
    );
    await clients.una.get('/school/pupils');
    expect(clients.una.text()).toContain('Leila');
    expect((await clients.una.get(`/school/pupils/${world.theo}`)).status).toBe(404);
  });
});

it('every change of the roll is on the audit, without a word of what was typed', async () => {
  for (const action of [
    'pupil.added',
    'pupil.changed',
    'adult.added',
    'adult.changed',
    'adult.proposed',
    'adult.proposal-confirmed',
    'adult.proposal-withdrawn',
    'adult.ended',
    'account.school-chosen',
  ])
    expect(await audited(action), action).toBeGreaterThan(0);
  expect(await database.rows(`select from record.audit_events where details::text ~* 'nair|priya|families|7700'`)).toEqual([]);
  expect(schedules.map(({ job }) => job)).toContain('schools.tidy');
});
