import { randomUUIDv7 } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endCollecting } from '../../src/schools/adults/end-collecting.ts';
import type { Client } from '../support/client.ts';
import { statementsOf } from '../support/statements.ts';
import { adultAt } from '../support/photos.ts';
import { type GateWorld, gateWorld } from './gate-world.ts';

let g: GateWorld;
let tom: Client;
let office: Client;
let head: Client;

beforeAll(async () => {
  g = await gateWorld();
  tom = await g.app.signedIn(g.tom.email);
  office = await g.app.signedIn(g.office.email);
  head = await g.app.signedIn(g.head.email);
});
afterAll(() => g.close());

const shown = (client: Client) => [...client.page.body.matchAll(/<li class="gate__adult">[\s\S]*?<b dir="auto">([^<]*)<\/b>/g)].map(([, name]) => name!);
/** Everything by which a page could tell of this adult. */
const traces = (client: Client, ...marks: string[]) => marks.filter(mark => client.page.body.includes(mark));
const change = async (childId: string, keep: string[], note = '', day?: string) => {
  await office.get(`/gate/${childId}/change${day ? `?day=${day}` : ''}`);
  return office.submit(`/gate/${childId}/change`, { may: keep, note });
};
const count = async (sql: string, values: unknown[] = []) => (await g.database.admin.query<{ n: number }>(sql, values)).rows[0]!.n;

describe('the gate', () => {
  it('is there for every role of the school’s staff, and for nobody else', async () => {
    const ruth = await g.app.signedIn(g.world.ruth.email);
    for (const client of [tom, office, ruth]) expect((await client.get('/gate')).status).toBe(200);
    const amara = await g.app.signedIn(g.world.amara.email);
    for (const at of ['/gate', '/gate/code', '/gate/pin', `/gate/${g.world.theo}`, `/gate/${g.world.theo}/change`, '/school/collectors'])
      expect((await amara.get(at)).status, at).toBe(404);
    expect((await g.app.visitor().get('/gate')).location).toBe('/sign-in');
  });

  it('shows no child before a class or a name is asked for', async () => {
    await tom.get('/gate');
    expect(shown(tom)).toEqual([]);
    expect(tom.text()).toContain('Choose a class, or type a name');
    expect(tom.page.body).toContain('href="/gate?c=1B"');
  });

  it('finds children by class, by part of a name in any case, and by an adult who may collect', async () => {
    await tom.get('/gate?c=1B');
    expect(tom.text()).toContain('Theo Okafor Reyes');
    expect(tom.text()).not.toContain('Ines');
    expect(shown(tom)).toEqual(['Amara Okafor', 'Daniel Reyes']);
    await tom.get('/gate?q=INÉS');
    expect(tom.text()).toContain('Ines Okafor Reyes');
    expect(tom.text()).not.toContain('Theo');
    await tom.get('/gate?q=daniel');
    expect(tom.text()).toContain('Ines Okafor Reyes');
    expect(tom.text()).toContain('Theo Okafor Reyes');
    await tom.get('/gate?q=%25');
    expect(tom.text()).toContain('Nobody found');
  });

  it('never shows another school’s children, adults or photos', async () => {
    await tom.get('/gate?q=leila');
    expect(tom.text()).toContain('Nobody found');
    expect((await tom.get(`/gate/${g.world.leila}`)).status).toBe(404);
    expect((await head.get(`/gate/${g.world.theo}`)).status).toBe(404);
    expect((await head.post(`/gate/${g.world.theo}/collected`, { q: '', c: '' })).status).toBe(404);
    expect((await head.post(`/gate/${g.world.theo}/change`, { day: '2030-01-01', note: '' })).status).toBe(404);
    expect((await head.get(`/gate/${g.world.theo}/change`)).status).toBe(404);
    expect((await head.get(`/school/photos/${g.photos.Amara}/320?on=gate`)).status).toBe(404);
  });

  it('logs each view of a photo under the gate', async () => {
    await tom.get('/gate?c=1B');
    const src = /src="(\/school\/photos\/[^"]+)"/.exec(tom.page.body)![1]!;
    expect(src).toMatch(/\/320\?on=gate$/);
    const before = await count(`select count(*)::int as n from parley.photo_views where page = 'gate' and viewer_id = $1`, [g.tom.accountId]);
    expect((await tom.get(src)).status).toBe(200);
    expect(await count(`select count(*)::int as n from parley.photo_views where page = 'gate' and viewer_id = $1`, [g.tom.accountId])).toBe(before + 1);
  });

  it('says of an adult without an approved photo to call the office, and drops one who left the roll or whose parenting ended', async () => {
    const { admin } = g.database;
    const photo = await admin.query<{ id: string }>(`update parley.submissions set status = 'superseded' where parent_id = $1 returning id`, [
      g.world.daniel.parentId,
    ]);
    await tom.get(`/gate/${g.world.theo}`);
    expect(shown(tom)).toContain('Daniel Reyes');
    expect(tom.text()).toContain('No photo yet: call the office');
    await admin.query(`update parley.submissions set status = 'approved' where id = $1`, [photo.rows[0]!.id]);

    await admin.query('update parley.school_parents set until = now() where parent_id = $1', [g.world.daniel.parentId]);
    await tom.get(`/gate/${g.world.theo}`);
    expect(shown(tom)).toEqual(['Amara Okafor']);
    await admin.query('update parley.school_parents set until = null where parent_id = $1', [g.world.daniel.parentId]);

    await admin.query(`update parley.parentings set ends_on = (now() at time zone 'Europe/London')::date where parent_id = $1 and child_id = $2`, [
      g.world.daniel.parentId,
      g.world.ines,
    ]);
    await tom.get(`/gate/${g.world.ines}`);
    expect(shown(tom)).toEqual(['Amara Okafor']);
    await tom.get(`/gate/${g.world.theo}`);
    expect(shown(tom)).toEqual(['Amara Okafor', 'Daniel Reyes']);
    await admin.query('update parley.parentings set ends_on = null where parent_id = $1', [g.world.daniel.parentId]);
  });
});

describe('a change for today', () => {
  it('is the office’s to make', async () => {
    expect((await tom.get(`/gate/${g.world.theo}/change`)).status).toBe(403);
    const answer = await tom.post(`/gate/${g.world.theo}/change`, { day: new Date().toISOString().slice(0, 10), shown: g.world.amara.parentId, note: '' });
    expect(answer.status).toBe(403);
    expect(await count('select count(*)::int as n from parley.collection_changes')).toBe(0);
    expect((await tom.get(`/gate/${g.world.theo}`)).body).not.toContain('/change');
  });

  it('leaves no trace of whoever may not collect in any byte of any page, their name in the search included', async () => {
    const { daniel, amara, theo } = g.world;
    expect((await change(theo, [daniel.parentId], 'Amara rang at noon')).status).toBe(303);
    for (const at of [`/gate/${theo}`, '/gate?c=1B', '/gate', '/gate?q=theo']) {
      await tom.get(at);
      expect(traces(tom, 'Amara', 'Okafor</b>', amara.parentId, g.photos.Amara!, 'noon', 'does not', 'not collect', 'forbidden'), at).toEqual([]);
    }
    await tom.get(`/gate/${theo}`);
    expect(shown(tom)).toEqual(['Daniel Reyes']);
    expect(tom.text()).toMatch(/Changed at \d\d:\d\d/);
    // Amara still collects Ines; nothing about Theo is found by her name.
    await tom.get('/gate?q=amara');
    expect(tom.text()).toContain('Ines Okafor Reyes');
    expect(tom.page.body).not.toContain(`c-${theo}`);
  });

  it('reads the same whether somebody was taken out or put in: the page tells that it changed and no more', async () => {
    const { theo, daniel, amara } = g.world;
    const page = async () => (await tom.get(`/gate/${theo}`)).body.replaceAll(/Changed at \d\d:\d\d/g, 'Changed');
    const takenOut = await page();
    // The same adults by another way: Amara had never been there, and Daniel was put in.
    await g.database.admin.query(`update parley.school_parents set until = now() where parent_id = $1`, [amara.parentId]);
    await change(theo, []);
    await change(theo, [daniel.parentId]);
    expect(await page()).toBe(takenOut);
    await g.database.admin.query(`update parley.school_parents set until = null where parent_id = $1`, [amara.parentId]);
  });

  it('names at the top the children for whom something changed, and when', async () => {
    await tom.get('/gate');
    expect(tom.text()).toMatch(/One change for today\. Go by the people shown\. Theo Okafor Reyes , 1B: changed at \d\d:\d\d\./);
    await tom.get('/gate?c=4A');
    expect(tom.text()).not.toContain('One change');
  });

  it('sent twice is one change, and only whoever stood on the form is changed', async () => {
    const { theo, amara, daniel } = g.world;
    await office.get(`/gate/${theo}/change`);
    const form = office.form(`/gate/${theo}/change`).fields;
    const before = await count('select count(*)::int as n from parley.collection_changes');
    await Promise.all([0, 1].map(() => office.post(`/gate/${theo}/change`, { ...form, may: [amara.parentId, daniel.parentId] })));
    expect(await count('select count(*)::int as n from parley.collection_changes')).toBe(before + 1);
    await office.post(`/gate/${theo}/change`, { ...form, shown: [daniel.parentId], may: [daniel.parentId] });
    await tom.get(`/gate/${theo}`);
    expect(shown(tom)).toEqual(['Amara Okafor', 'Daniel Reyes']);
  });

  it('of another day shows on that day alone; a day that is past or far off is refused with everything kept', async () => {
    const { theo, daniel } = g.world;
    const tomorrow = Temporal.Now.plainDateISO('Europe/London').add({ days: 1 }).toString();
    expect((await change(theo, [daniel.parentId], '', tomorrow)).status).toBe(303);
    await tom.get(`/gate/${theo}`);
    expect(shown(tom)).toEqual(['Amara Okafor', 'Daniel Reyes']);
    await office.get(`/gate/${theo}/change?day=${tomorrow}`);
    expect(office.text()).toContain('Amara Okafor does not collect');
    const answer = await office.post(`/gate/${theo}/change`, { day: '2020-01-01', shown: [daniel.parentId], may: [daniel.parentId], note: 'kept words' });
    expect([answer.status, answer.body.includes('kept words')]).toEqual([422, true]);
    expect(await count(`select count(*)::int as n from parley.collection_changes where on_date = '2020-01-01'`)).toBe(0);
  });

  it('is never updated or deleted', async () => {
    await expect(g.database.admin.query('delete from parley.collection_changes')).rejects.toThrow(/what is written stays/);
    await expect(g.database.admin.query('update parley.collection_changes set may_collect = true')).rejects.toThrow(/what is written stays/);
    await expect(g.database.db.pool.query('delete from parley.collection_changes')).rejects.toThrow(/permission denied/);
  });

  it('is of the school’s own day, wherever the machine stands', async () => {
    const { theo, daniel, amara, school } = g.world;
    // Two zones in which it is never the same day at once.
    for (const zone of ['Pacific/Kiritimati', 'Pacific/Pago_Pago']) {
      await g.database.admin.query('update parley.schools set time_zone = $2 where id = $1', [school, zone]);
      const today = Temporal.Now.plainDateISO(zone).toString();
      await tom.get(`/gate/${theo}`);
      expect(tom.page.body).toContain(`datetime="${today}"`);
      await office.get(`/gate/${theo}/change`);
      await office.submit(`/gate/${theo}/change`, { may: [zone.endsWith('Pago') ? amara.parentId : daniel.parentId] });
      await tom.get(`/gate/${theo}`);
      expect(shown(tom), zone).toEqual([zone.endsWith('Pago') ? 'Amara Okafor' : 'Daniel Reyes']);
    }
    await g.database.admin.query(`update parley.schools set time_zone = 'Europe/London' where id = $1`, [school]);
  });
});

it('an adult whose collecting ends is off the gate at once, where the database’s day is another than the school’s', async () => {
  const { ines, daniel, school } = g.world;
  const { admin } = g.database;
  const zones = ['Pacific/Kiritimati', 'Pacific/Pago_Pago'];
  for (const [zone, databaseZone] of [zones, zones.toReversed()] as [string, string][]) {
    await admin.query('update parley.schools set time_zone = $2 where id = $1', [school, zone]);
    await admin.query('update parley.parentings set starts_on = current_date - 9 where parent_id = $1', [daniel.parentId]);
    await tom.get(`/gate/${ines}`);
    expect(shown(tom), zone).toContain('Daniel Reyes');
    await g.app.services.db.transact(g.office, async work => {
      await work.trx.query({ name: `test.zone ${zone}`, text: `set local timezone to '${databaseZone}'` }, []);
      await endCollecting(work, school, ines, daniel.parentId);
    });
    await tom.get(`/gate/${ines}`);
    expect(shown(tom), zone).toEqual(['Amara Okafor']);
    const { rowCount } = await admin.query('select from parley.parentings where parent_id = $1 and child_id = $2 and ends_on <= current_date', [
      daniel.parentId,
      ines,
    ]);
    expect(rowCount, zone).toBe(1);
    await admin.query('update parley.parentings set ends_on = null where parent_id = $1', [daniel.parentId]);
  }
  await admin.query(`update parley.schools set time_zone = 'Europe/London' where id = $1`, [school]);
});

describe('a child who has been collected', () => {
  it('is marked once however often it is pressed, and it can be undone', async () => {
    const { ines } = g.world;
    await tom.get('/gate?c=4A');
    const back = await tom.submit(`/gate/${ines}/collected`);
    expect([back.status, back.location]).toEqual([303, `/gate?c=4A#c-${ines}`]);
    await office.post(`/gate/${ines}/collected`, { q: '', c: '' });
    expect(await count('select count(*)::int as n from parley.collections where child_id = $1', [ines])).toBe(1);
    await tom.get('/gate?c=4A');
    expect(tom.text()).toMatch(/Collected at \d\d:\d\d/);
    await tom.submit(`/gate/${ines}/undo`);
    await tom.get('/gate?c=4A');
    expect(tom.text()).not.toMatch(/Collected at/);
    expect(await count('select count(*)::int as n from parley.collections where child_id = $1 and undone_by = $2', [ines, g.tom.accountId])).toBe(1);
  });

  it('is not there where the id is nobody’s', async () => {
    expect((await tom.post(`/gate/${randomUUIDv7()}/collected`, { q: '', c: '' })).status).toBe(404);
    expect((await tom.get('/gate/none')).status).toBe(404);
  });
});

it('a page of the gate asks at most three statements, and says when there are more children than it shows', async () => {
  const { admin } = g.database;
  const family = randomUUIDv7();
  await admin.query('insert into parley.families (id) values ($1)', [family]);
  await admin.query(
    `insert into parley.children (id, family_id, given_name, surname, born_on, school_id, class)
     select uuidv7(), $1, 'Child ' || n, 'Many', '2019-01-01', $2, '2C' from generate_series(1, 70) n`,
    [family, g.world.school],
  );
  const stray = await adultAt(g.database, g.world.school, { givenName: 'Stray', surname: 'Adult' });
  const asked = await statementsOf(() => tom.get('/gate?c=2C'));
  expect(asked.length).toBeGreaterThan(1);
  expect(asked.length).toBeLessThanOrEqual(3);
  expect(tom.text()).toContain('These are the first 60 children of 70');
  // On the roll and nobody's: shown nowhere.
  await tom.get('/gate?q=stray');
  expect(tom.text()).toContain('Nobody found');
  expect(stray.name).toBe('Stray Adult');
});
