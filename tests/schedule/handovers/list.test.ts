import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testKeyring } from '../../support/keyring.ts';
import { day, handoverWorld, type HandoverWorld, hour } from './handover-world.ts';

let h: HandoverWorld;
let at: string;
beforeAll(async () => {
  h = await handoverWorld();
  await h.agree(h.world.daniel, 20 * hour, 3 * day);
  await h.agree(h.world.daniel, 5 * day, 6 * day, { children: [h.world.theo] });
  await h.agree(h.world.daniel, -5 * day, -4 * day);
  at = h.address(20 * hour);
});
afterAll(() => h.close());

const items = async () => {
  const rows = await h.rows<{ id: string; label_ct: Buffer; removed_at: Date | null; child_id: string | null }>(
    'select * from parley.travel_items order by added_at',
  );
  return rows.map(row => ({ ...row, label: testKeyring.openField('travel item', row.label_ct) }));
};
const idOf = async (label: string) => (await items()).find(item => item.label === label)!.id;
const add = async (client: typeof h.amara, label: string, child = 'all') => {
  return client.post('/handovers/items', { ...(await addForm(client)), label, child });
};
/** The form that adds stands after those that take off. */
const addForm = async (client: typeof h.amara) => {
  const { body } = await client.get('/handovers/items');
  client.page = { ...client.page, body: body.slice(body.indexOf('id="add"') - 200) };
  return client.form('/handovers/items').fields;
};
const ticks = () => h.rows<{ item_id: string; sent: boolean; arrived: boolean }>('select * from parley.handover_items');

describe('what travels with the children', () => {
  it('is a list that either parent adds to, for one child or for all, once for each form', async () => {
    expect((await add(h.amara, 'Theo’s blue inhaler', h.world.theo)).status).toBe(303);
    expect((await add(h.daniel, 'Choir folder', h.world.ines)).status).toBe(303);
    const boots = { ...(await addForm(h.daniel)), label: 'Football boots' };
    await Promise.all([h.daniel.post('/handovers/items', boots), h.daniel.post('/handovers/items', boots)]);
    expect((await items()).map(({ label }) => label)).toEqual(['Theo’s blue inhaler', 'Choir folder', 'Football boots']);
    await h.amara.get('/handovers/items');
    expect(h.amara.text()).toContain('Theo’s blue inhaler For Theo');
    expect(h.amara.text()).toContain('Football boots For all children');
    expect(
      (await h.rows<{ text: string }>(`select encode(label_ct, 'escape') as text from parley.travel_items`)).some(({ text }) => text.includes('inhaler')),
    ).toBe(false);
  });

  it('takes no empty, no over-long and no foreign thing', async () => {
    const fields = (changed: object) => ({ label: 'Scarf', child: 'all', submission: randomUUID(), ...changed });
    for (const [wrong, status] of [
      [{ label: '' }, 422],
      [{ label: 'x'.repeat(81) }, 422],
      [{ label: 'a\0b' }, 422],
      [{ child: 'both' }, 422],
      [{ child: h.world.leila }, 404],
      [{ submission: '1' }, 422],
      [{ more: '1' }, 422],
    ] as const)
      expect((await h.amara.post('/handovers/items', fields(wrong))).status, JSON.stringify(wrong)).toBe(status);
    await h.amara.post('/handovers/items', fields({ label: 'x'.repeat(81) }));
    expect(h.amara.page.body).toContain('x'.repeat(81));
    expect(await items()).toHaveLength(3);
  });

  it('belongs to the family alone', async () => {
    await h.nour.get('/handovers/items');
    expect(h.nour.page.body).not.toContain('Theo’s blue inhaler');
    expect((await h.nour.post(`/handovers/items/${await idOf('Choir folder')}/remove`, {})).status).toBe(404);
    expect((await h.amara.post(`/handovers/items/${randomUUID()}/remove`, {})).status).toBe(404);
    expect((await h.amara.post('/handovers/items/x/remove', {})).status).toBe(404);
    expect((await items()).every(item => item.removed_at === null)).toBe(true);
  });
});

describe('the list of one handover', () => {
  it('is ticked by who gives; who receives sees it and ticks what arrived', async () => {
    await h.amara.get(at);
    expect(h.amara.text()).toContain('To go with them Theo’s blue inhaler Choir folder Football boots Save the list');
    expect((await h.amara.submit(`${at}/list`, { item: [await idOf('Theo’s blue inhaler'), await idOf('Choir folder')] })).status).toBe(303);
    await h.amara.get(at);
    at = h.amara.page.location!;
    await h.amara.get(at);
    expect(h.amara.form(`${at}/list`).fields.item).toEqual([await idOf('Theo’s blue inhaler'), await idOf('Choir folder')]);
    await h.daniel.get(at);
    expect(h.daniel.text()).toContain(
      'What arrived with them “Put in” is what Amara ticked. Theo’s blue inhaler Put in Choir folder Put in Football boots Save the list',
    );
    expect((await h.daniel.submit(`${at}/list`, { item: await idOf('Choir folder') })).status).toBe(303);
    await h.amara.get(at);
    expect(h.amara.text()).toContain('Choir folder Arrived, says Daniel');
    expect(await h.count(`select from record.audit_events where action = 'handover.list-saved'`)).toBe(2);
    // Saved as it is, it changes nothing.
    await h.amara.submit(`${at}/list`);
    expect(await h.count(`select from record.audit_events where action = 'handover.list-saved'`)).toBe(2);
  });

  it('loses nothing of two who save at once, nor of a page that was open for long', async () => {
    await h.amara.get(at);
    const stale = h.amara.form(`${at}/list`);
    // Meanwhile: the boots go in on her telephone, Daniel ticks the inhaler, and adds a thing.
    await h.amara.submit(`${at}/list`, { item: [...(stale.fields.item as string[]), await idOf('Football boots')] });
    await h.daniel.get(at);
    const daniels = h.daniel.form(`${at}/list`);
    await add(h.daniel, 'Reading book');
    // The open page takes the folder out, and knows nothing of the rest.
    const [inhaler] = stale.fields.item as string[];
    const answers = await Promise.all([
      h.amara.post(stale.address, { ...stale.fields, item: [inhaler!] }),
      h.daniel.post(daniels.address, { ...daniels.fields, item: [inhaler!, await idOf('Choir folder')] }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([303, 303]);
    const byLabel = new Map((await items()).map(({ id, label }) => [id, label]));
    expect(Object.fromEntries((await ticks()).map(({ item_id: id, sent, arrived }) => [byLabel.get(id), [sent, arrived]]))).toEqual({
      'Theo’s blue inhaler': [true, true],
      'Choir folder': [false, true],
      'Football boots': [true, false],
    });
    await h.amara.get(at);
    expect(h.amara.text()).toContain('Reading book');
  });

  it('is for those of the handover: only what goes with its children', async () => {
    await h.amara.get(h.address(5 * day));
    expect(h.amara.text()).toContain('From you to Daniel');
    expect(h.amara.text()).toContain('Theo’s blue inhaler');
    expect(h.amara.text()).not.toContain('Choir folder');
  });

  it('keeps what was taken off where it went along, and shows it nowhere else', async () => {
    await h.daniel.get('/handovers/items');
    const boots = await idOf('Football boots');
    await h.daniel.submit(`/handovers/items/${boots}/remove`);
    expect((await h.amara.post(`/handovers/items/${boots}/remove`, {})).status).toBe(303);
    await h.daniel.get('/handovers/items');
    expect(h.daniel.text()).not.toContain('Football boots');
    await h.daniel.get(at);
    expect(h.daniel.text()).toContain('Football boots');
    await h.daniel.get(h.address(5 * day));
    expect(h.daniel.text()).not.toContain('Football boots');
    expect((await items()).filter(item => item.removed_at !== null)).toHaveLength(1);
    expect(await h.count(`select from record.audit_events where action = 'travel-item.removed'`)).toBe(1);
  });

  it('takes the ids of its own family’s things alone, and no broken ones', async () => {
    const before = await ticks();
    const foreign = randomUUID();
    await h.database.admin.query('insert into parley.travel_items (id, family_id, label_ct, added_by, submission) values ($1, $2, $3, $4, $5)', [
      foreign,
      h.world.otherFamilyId,
      testKeyring.sealField('travel item', 'Leila’s bear'),
      h.world.nour.parentId,
      randomUUID(),
    ]);
    expect((await h.amara.post(`${at}/list`, { item: [foreign] })).status).toBe(303);
    expect((await h.amara.post(`${at}/list`, { item: ['x'] })).status).toBe(422);
    expect((await h.amara.post(`${at}/list`, { item: [], back: 'https://elsewhere.example' })).status).toBe(422);
    expect(await ticks()).toEqual(before);
  });

  it('closes with the day after', async () => {
    const past = h.address(-5 * day);
    await h.amara.get(past);
    expect(h.amara.page.body).not.toContain('Save the list');
    expect((await h.amara.post(`${past}/list`, { item: [await idOf('Choir folder')] })).status).toBe(410);
    const closed = await h.layMarks(h.now - 4 * day, h.world.daniel.parentId, h.world.amara.parentId, []);
    await expect(
      h.database.db.pool.query('insert into parley.handover_items (family_id, handover_id, item_id, sent) values ($1, $2, $3, true)', [
        h.world.familyId,
        closed,
        await idOf('Choir folder'),
      ]),
    ).rejects.toMatchObject({ code: 'P0H03' });
  });

  it('has its things put on and taken off by its own parents, once, in the database’s eyes too', async () => {
    const { familyId, amara, nour } = h.world;
    const query = (sql: string, values: unknown[]) => h.database.db.pool.query<{ id: string }>(sql, values);
    const put = (by: string) =>
      query(`insert into parley.travel_items (family_id, label_ct, added_by, submission) values ($1, $3, $2, gen_random_uuid()) returning id`, [
        familyId,
        by,
        testKeyring.sealField('travel item', 'Scarf'),
      ]);
    await expect(put(nour.parentId)).rejects.toMatchObject({ code: 'P0H06' });
    const { id } = (await put(amara.parentId)).rows[0]!;
    const takeOff = (at: string | null, by: string | null) =>
      query('update parley.travel_items set removed_at = $2, removed_by = $3 where id = $1', [id, at, by]);
    await expect(takeOff('2020-01-01', nour.parentId)).rejects.toMatchObject({ code: 'P0H06' });
    await takeOff('2020-01-01', amara.parentId);
    expect(await h.count(`select from parley.travel_items where id = $1 and removed_at > now() - interval '1 minute'`, [id])).toBe(1);
    await expect(takeOff(null, null)).rejects.toMatchObject({ code: 'P0H06' });
    await expect(takeOff('2020-01-01', amara.parentId)).rejects.toMatchObject({ code: 'P0H06' });
  });

  it('is sixty things at most', async () => {
    await h.database.admin.query(
      `insert into parley.travel_items (family_id, label_ct, added_by, submission) select $1, $2, $3, gen_random_uuid() from generate_series(1, 57)`,
      [h.world.familyId, testKeyring.sealField('travel item', 'Sock'), h.world.amara.parentId],
    );
    expect((await add(h.amara, 'One more')).status).toBe(409);
    expect(h.amara.text()).toContain('Take one off');
  });
});

describe('Today', () => {
  it('shows the next handover with its list, saves it, and comes back', async () => {
    await h.amara.get('/today');
    expect(h.amara.text()).toMatch(/Next handover .*(Today|Tomorrow), \w+day \d+ \w+ , at school/);
    expect(h.amara.text()).toContain('Daniel collects them');
    expect(h.amara.text()).toContain('You do not need to be there. The school has the list of who may collect.');
    const { address, fields } = h.amara.form('/handovers/');
    expect(fields.back).toBe('today');
    expect((await h.amara.submit(address, { item: [await idOf('Reading book'), ...[fields.item ?? []].flat()] })).location).toBe('/today');
    await h.amara.get('/today');
    expect([h.amara.form('/handovers/').fields.item ?? []].flat()).toContain(await idOf('Reading book'));
    await h.daniel.get('/today');
    expect(h.daniel.text()).toContain('You collect them');
    expect(h.daniel.text()).toContain('Reading book Put in');
  });
});
