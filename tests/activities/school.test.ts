import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { activitiesWorld, type ActivitiesWorld, add, anyId, long, next, terms, today } from './activities-world.ts';

let at: ActivitiesWorld;
beforeAll(async () => {
  at = await activitiesWorld();
});
afterAll(() => at.close());

const idNamed = async (name: string): Promise<string> => (await at.rows<{ id: string }>('select id from parley.activities where name = $1', [name]))[0]!.id;

async function addAt(name: string, more: Record<string, string | string[]> = {}): Promise<string> {
  await at.office.get('/school/activities/new');
  const answer = await at.office.submit('/school/activities/new', { ...terms({ name }), child: at.world.ines, ...more });
  expect(answer.location).toBe('/school/activities?done=added');
  return idNamed(name);
}

describe('the office of a school', () => {
  it('adds an activity for a pupil of its own, which both parents find in their calendar and on their record', async () => {
    const { office, amara, daniel, world } = at;
    const id = await addAt('School choir');
    await office.get('/school/activities');
    expect(office.text()).toContain('School choir');
    expect(office.text()).toContain('Ines Okafor Reyes, 1B');
    await amara.get(`/activities/${id}`);
    expect(amara.text()).toContain(`St Brigid’s Primary added School choir for Ines: on Thursdays from ${long(today)}, 15:30 to 16:15`);
    expect(amara.text()).toContain('Added by St Brigid’s Primary');
    // What a school adds is in somebody's time like everything else: each is told of the other's.
    expect(amara.text()).toContain('falls in Daniel’s time');
    const unseen = await at.rows<{ parent_id: string }>('select parent_id from parley.unseen_steps where about_id = $1', [id]);
    expect(unseen.map(({ parent_id: parent }) => parent)).toEqual([world.daniel.parentId]);
    const [step] = await at.rows('select parent_id, school_id, kind from record.steps where about_id = $1', [id]);
    expect(step).toEqual({ parent_id: null, school_id: world.school, kind: 'activity.added' });
    await daniel.get(`/activities/${id}`);
    expect(daniel.text()).not.toContain('falls in');
  });

  it('changes and cancels it, with history, and says nothing of who brings and collects', async () => {
    const { office, amara, daniel, world } = at;
    const id = await addAt('Homework club');
    await amara.get(`/activities/${id}/edit`);
    await amara.submit(`/activities/${id}/edit`, { brings: world.daniel.parentId, collects: 'other', collectsOther: 'Uncle Bayo' });
    await office.get(`/school/activities/${id}`);
    expect(office.page.body).not.toContain('Uncle Bayo');
    expect(office.page.body).not.toContain('Daniel');
    expect((await office.submit(`/school/activities/${id}`, { weekdays: ['1', '4'], place: 'Library' })).location).toBe('/school/activities?done=changed');
    await office.get(`/school/activities/${id}`);
    await office.submit(`/school/activities/${id}/cancel`, { from: next(1, 2) });
    await daniel.get(`/activities/${id}`);
    expect(daniel.text()).toContain('St Brigid’s Primary changed Homework club for Ines: the days from Thursdays to Mondays and Thursdays; the place from “School hall” to “Library”.'); // prettier-ignore
    expect(daniel.text()).toContain(`St Brigid’s Primary cancelled Homework club for Ines from ${long(next(1, 2))} on.`);
    expect(daniel.text()).toContain('Collects Uncle Bayo');
    await office.get(`/school/activities/${id}`);
    expect((await office.submit(`/school/activities/${id}/cancel`)).location).toBe('/school/activities?done=restored');
  });

  it('says that a day is off', async () => {
    const { office, amara } = at;
    const id = await addAt('Recorder');
    await office.get(`/school/activities/${id}/day?day=${next(4)}`);
    expect((await office.submit(`/school/activities/${id}/day`, { kind: 'cancelled' })).location).toBe('/school/activities?done=day');
    await amara.get(`/activities/${id}`);
    expect(amara.text()).toContain(`St Brigid’s Primary cancelled Recorder for Ines on ${long(next(4))}.`);
    await office.get(`/school/activities/${id}/day?day=${next(5)}`);
    expect((await office.submit(`/school/activities/${id}/day`, { kind: 'extra', startsAt: '10:00' })).status).toBe(422);
    expect(office.text()).toContain('Give both times, or neither');
  });

  it('does not overwrite what a parent changed meanwhile', async () => {
    const { office, daniel } = at;
    const id = await addAt('Drums');
    await office.get(`/school/activities/${id}`);
    const old = office.form(`/school/activities/${id}`).fields;
    const oldCancel = office.form(`/school/activities/${id}/cancel`).fields;
    await daniel.get(`/activities/${id}/edit`);
    await daniel.submit(`/activities/${id}/edit`, { startsAt: '16:00', endsAt: '17:00', brings: 'other', bringsOther: 'Neighbour' });
    expect((await office.post(`/school/activities/${id}`, { ...old, place: 'Attic' })).status).toBe(409);
    expect(office.text()).toContain('It is now: On Thursdays');
    expect(office.text()).toContain('16:00 to 17:00');
    expect(office.page.body).toContain('value="Attic"');
    expect(office.page.body).not.toContain('Neighbour');
    expect((await office.post(`/school/activities/${id}/cancel`, { ...oldCancel, from: next(4) })).status).toBe(409);
    expect(await at.rows('select place, cancelled_from from parley.activities where id = $1', [id])).toEqual([{ place: 'School hall', cancelled_from: null }]);
  });

  it('sees what a parent added as offered by the school, and nothing else the child does', async () => {
    const { office, amara, world } = at;
    const offered = await add(amara, world.theo, { name: 'Offered by us', provider: world.school });
    const elsewhere = await add(amara, world.theo, { name: 'Elsewhere', provider: 'other', providerOther: 'A club' });
    await office.get('/school/activities');
    expect(office.text()).toContain('Offered by us');
    expect(office.text()).not.toContain('Elsewhere');
    expect((await office.get(offered.replace('/activities/', '/school/activities/'))).status).toBe(200);
    expect((await office.get(elsewhere.replace('/activities/', '/school/activities/'))).status).toBe(404);
    const [{ version }] = (await at.rows('select version from parley.activities where name = $1', ['Elsewhere'])) as [{ version: number }];
    const post = await office.post(`${elsewhere.replace('/activities/', '/school/activities/')}/cancel`, {
      submission: anyId(),
      version: String(version),
      from: next(4),
    });
    expect(post.status).toBe(404);
  });

  it('shows mistakes with what was typed, and adds once however often the form is sent', async () => {
    const { office, world } = at;
    await office.get('/school/activities/new');
    expect((await office.submit('/school/activities/new', { ...terms({ name: '' }), child: world.ines })).status).toBe(422);
    expect(office.text()).toContain('Say what the activity is called');
    expect(office.page.body).toContain('value="School hall"');
    const { fields } = office.form('/school/activities/new');
    const sent = { ...fields, name: 'Once only' };
    const answers = await Promise.all([office.post('/school/activities/new', sent), office.post('/school/activities/new', sent)]);
    expect(answers.map(({ status }) => status)).toEqual([303, 303]);
    expect(await at.rows(`select id from parley.activities where name = 'Once only'`)).toHaveLength(1);
    // Who brings is no field of the school's form.
    expect((await office.post('/school/activities/new', { ...sent, submission: anyId(), brings: 'with' })).status).toBe(422);
  });
});

describe('who may', () => {
  it('is not the gate, another school, a parent or a visitor', async () => {
    const { gate, hillview, amara, app, world } = at;
    const id = await addAt('Only ours');
    const pages = ['/school/activities', '/school/activities/new', `/school/activities/${id}`, `/school/activities/${id}/day`];
    for (const page of pages) {
      expect([page, (await gate.get(page)).status]).toEqual([page, 403]);
      expect([page, (await amara.get(page)).status]).toEqual([page, 404]);
      expect([page, (await app.visitor().get(page)).status]).toEqual([page, 303]);
    }
    for (const page of pages.slice(2)) expect([page, (await hillview.get(page)).status]).toEqual([page, 404]);
    await hillview.get('/school/activities');
    expect(hillview.text()).not.toContain('Only ours');
    const posts: [string, Record<string, string | string[]>][] = [
      ['/school/activities/new', { ...terms(), submission: anyId(), child: world.ines }],
      [`/school/activities/${id}`, { ...terms({ name: 'Taken' }), submission: anyId(), version: '1' }],
      [`/school/activities/${id}/cancel`, { submission: anyId(), version: '1', from: next(4) }],
      [`/school/activities/${id}/day`, { submission: anyId(), kind: 'cancelled', day: next(4) }],
    ];
    for (const [address, fields] of posts) {
      expect([address, (await gate.post(address, fields)).status]).toEqual([address, 403]);
      expect([address, (await hillview.post(address, fields)).status]).toEqual([address, 404]);
      expect([address, (await amara.post(address, fields)).status]).toEqual([address, 404]);
    }
    expect(await at.rows('select name, cancelled_from, version from parley.activities where id = $1', [id])).toEqual([
      { name: 'Only ours', cancelled_from: null, version: 1 },
    ]);
  });

  it('ends when the child leaves the school', async () => {
    const { office, world, database } = { ...at };
    const id = await addAt('Before leaving');
    await database.admin.query('update parley.children set school_id = $2 where id = $1', [world.ines, world.otherSchool]);
    try {
      expect((await office.get(`/school/activities/${id}`)).status).toBe(404);
    } finally {
      await database.admin.query('update parley.children set school_id = $2 where id = $1', [world.ines, world.school]);
    }
  });

  it('is a provider too, for the children who come to it', async () => {
    const { world, database, amara, hillview } = { ...at };
    // A swimming club: a provider without a roll of its own. Hillview's head works there as well.
    const [club] = (await database.admin.query(`insert into parley.schools (name, kind) values ('Mill Road Swimming Club', 'provider') returning id`)).rows as [
      { id: string },
    ];
    await database.admin.query('update parley.activities set provider_id = $2 where id = $1', [world.swimming, club.id]);
    await database.admin.query(
      `insert into parley.staff (school_id, account_id, role) select $1, account_id, 'office' from parley.staff where school_id = $2`,
      [club.id, world.otherSchool],
    );
    await hillview.post('/school/choose', { school: club.id });
    await hillview.get('/school/activities/new');
    const { body } = hillview.page;
    expect(body).toContain('Ines Okafor Reyes');
    expect(body).not.toContain('Theo');
    expect((await hillview.submit('/school/activities/new', { ...terms({ name: 'Diving' }), child: world.ines })).status).toBe(303);
    expect((await hillview.post('/school/activities/new', { ...terms({ name: 'No' }), submission: anyId(), child: world.theo })).status).toBe(404);
    await hillview.get(`/school/activities/${world.swimming}`);
    await hillview.submit(`/school/activities/${world.swimming}/cancel`, { from: next(2) });
    await amara.get(`/activities/${world.swimming}`);
    expect(amara.text()).toContain('Mill Road Swimming Club cancelled Swimming for Ines');
  });
});
