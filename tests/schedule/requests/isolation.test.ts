import { randomUUIDv7 } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { statementsOf } from '../../support/statements.ts';
import { ahead, ask, requestsWorld, type RequestsWorld } from './requests-world.ts';

let w: RequestsWorld;
beforeAll(async () => {
  w = await requestsWorld();
});
afterAll(() => w.close());

describe('somebody else', () => {
  it('finds no request of another family, whatever they try, with the words for one that never was', async () => {
    const at = await ask(w.daniel, 'change', { a1day: ahead(6), who: 'other', label: 'Camp' });
    const never = `/requests/${randomUUIDv7()}`;
    const staff = await w.app.signedIn(w.world.ruth.email);
    const sam = await w.app.signedIn(w.world.sam.email);
    for (const client of [w.nour, sam, staff]) {
      for (const path of ['', '/counter']) {
        const theirs = await client.get(`${at}${path}`);
        const none = await client.get(`${never}${path}`);
        expect([theirs.status, theirs.body]).toEqual([404, none.body]);
      }
      const held = { answer: 'yes', note: 'Ring 07700 900267.' };
      for (const [path, fields] of [
        ['/answer', held],
        ['/answer', { answer: 'no', note: '' }],
        ['/withdraw', {}],
        ['/counter', { a1day: ahead(6) }],
      ] as const) {
        expect((await client.post(`${at}${path}`, fields)).status, path).toBe(404);
      }
      expect((await client.get(`/schedule/new?counter=${at.split('/')[2]}`)).status).toBe(404);
    }
    expect(await w.rows(`select from parley.requests where state <> 'open' and made_at > now() - interval '1 hour'`)).toEqual([]);
    await w.nour.get('/requests');
    expect(w.nour.page.body).not.toContain(at);
    for (const broken of ['x', '1', at.split('/')[2]!.toUpperCase(), '%20']) expect((await w.amara.get(`/requests/${broken}`)).status).toBe(404);
    for (const kind of ['schedule', 'SWAP', '__proto__', '']) expect((await w.amara.get(`/requests/new/${kind}`)).status).toBe(404);
  });

  it('is asked nothing where nobody else shares the record', async () => {
    const sam = await w.app.signedIn(w.world.sam.email);
    const open = await ask(sam, 'extra', { a1day: ahead(6) });
    await w.database.admin.query(`update parley.family_parents set until = now() where parent_id = $1`, [w.world.sam.parentId]);
    expect((await sam.get(open)).status).toBe(404);
    // What somebody asked who has left the record since is not agreed to.
    expect((await w.nour.post(`${open}/answer`, { answer: 'yes', note: '' })).status).toBe(409);
    expect((await w.nour.post(`${open}/answer`, { answer: 'no', note: '' })).status).toBe(303);
    expect(await w.rows('select from parley.agreed_time')).toEqual([]);
    await w.nour.get('/requests/new/extra');
    expect((await w.nour.submit('/requests/new/extra', { a1day: ahead(6), note: 'Kept.' })).status).toBe(422);
    expect(w.nour.text()).toContain('nobody to ask');
    expect(w.nour.page.body).toContain('Kept.');
    await w.nour.get('/schedule/new');
    expect(w.nour.page.status).toBe(200);
    await w.nour.get('/requests');
    expect(w.nour.page.status).toBe(200);
  });
});

describe('a page', () => {
  it('asks at most three statements', async () => {
    const at = await ask(w.daniel, 'change', { a1day: ahead(6, 1), who: 'other', label: 'Camp' });
    await w.amara.get(at); // opened, so that nothing is left to mark
    for (const page of [
      '/schedule',
      '/schedule/new',
      '/schedule/breaks',
      '/schedule/holidays',
      '/requests',
      '/requests?page=2',
      '/requests/new/swap',
      at,
      `${at}/counter`,
    ]) {
      const statements = await statementsOf(() => w.amara.get(page));
      expect(w.amara.page.status, page).toBe(200);
      expect(statements.length, `${page}\n${statements.join('\n--\n')}`).toBeGreaterThan(1);
      expect(statements.length, `${page}\n${statements.join('\n--\n')}`).toBeLessThanOrEqual(3);
    }
  });
});
