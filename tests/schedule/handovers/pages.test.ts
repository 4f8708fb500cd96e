import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { marksBetween } from '../../../src/schedule/index.ts';
import { layAgreement } from '../../support/agreements.ts';
import { statementsOf } from '../../support/statements.ts';
import { day, gate, handoverWorld, type HandoverWorld, hour, minute } from './handover-world.ts';

let h: HandoverWorld;
beforeAll(async () => {
  h = await handoverWorld();
  const { amara, daniel } = h.world;
  await h.agree(daniel, 3 * day, 4 * day);
  await h.agree(daniel, 35 * day, 36 * day);
  // In January 2025, with marks, and one child elsewhere at the same minute.
  const { familyId, ines, theo } = h.world;
  const about = { familyId, askedBy: amara.parentId };
  const weekend = { layer: 'change' as const, from: '2025-01-10T15:30:00Z', until: '2025-01-12T18:00:00Z', holder: daniel.parentId, label: 'Weekend' };
  await layAgreement(h.database, { ...about, children: [ines] }, { ...weekend, place: gate });
  await layAgreement(h.database, { ...about, children: [theo] }, { ...weekend, place: { kind: 'contact-centre', label: 'Mill Road contact centre' } });
  const at = Date.parse('2025-01-10T15:30:00Z');
  await h.layMarks(
    at,
    amara.parentId,
    daniel.parentId,
    [
      { by: amara.parentId, kind: 'handed-over', at: at + minute },
      { by: daniel.parentId, kind: 'received', at: at + 22 * minute },
    ],
    [ines],
  );
});
afterAll(() => h.close());

describe('the handovers of a family', () => {
  it('are those of the next four weeks, and the past ones of a month with what was marked', async () => {
    await h.amara.get('/handovers');
    expect(h.amara.page.status).toBe(200);
    expect(h.amara.text()).toMatch(/The next handover is on \w+day \d+ \w+( \d+)? at \d\d:\d\d/);
    expect(h.amara.page.body.match(/class="agenda__item"/g)).toHaveLength(2);
    expect(h.amara.text()).toContain('From you to Daniel');
    await h.amara.get('/handovers?month=2025-01');
    expect(h.amara.text()).toContain('Handovers in January 2025');
    expect(h.amara.text()).toContain('Handed over: you at 15:31, on time Received: Daniel at 15:52, 22 minutes after the planned time');
    expect(h.amara.text()).toContain('Theo, at the contact centre ( Mill Road contact centre )');
    await h.daniel.get('/handovers?month=2025-01');
    expect(h.daniel.text()).toContain('Handed over: Amara at 15:31, on time Received: you at 15:52, 22 minutes after the planned time');
  });

  it('are paged by month, as far back as something was agreed and no further than now', async () => {
    await h.amara.get('/handovers?month=2025-01');
    expect(h.amara.page.body).toMatch(/href="\/handovers\?month=2024-12"[\s\S]*December 2024/);
    expect(h.amara.page.body).toContain('href="/handovers?month=2025-02"');
    await h.amara.get('/handovers?month=2020-01');
    expect(h.amara.page.body).not.toContain('month=2019-12');
    expect(h.amara.text()).toContain('No handover in this month.');
    const month = new Date(h.now - 20 * day).toISOString().slice(0, 7);
    expect((await h.amara.get(`/handovers?month=${month}`)).status).toBe(200);
    for (const wrong of ['2025-13', '2025-1', '1999-12', 'x', '2025-01-01', '2099-01', ''])
      expect((await h.amara.get(`/handovers?month=${wrong}`)).status, wrong).toBe(404);
    expect((await h.amara.get('/handovers?month=2025-01&month=2025-02')).status).toBe(404);
  });

  it('ask which is meant, where children change hands at one minute in two places', async () => {
    const at = '/handovers/at/2025-01-10T15.30Z';
    await h.amara.get(at);
    expect(h.amara.text()).toContain('2 handovers on Friday 10 January 2025 at 15:30');
    expect((await h.amara.post(`${at}/note`, { note: 'Which?', submission: randomUUID() })).status).toBe(404);
    await h.amara.get(`${at}?child=${h.world.theo}`);
    expect(h.amara.text()).toContain('at the contact centre');
    expect((await h.amara.get(`${at}?child=${h.world.ines}`)).location).toMatch(/^\/handovers\/[0-9a-f-]{36}$/);
  });

  it('are nobody’s but the family’s', async () => {
    await h.nour.get('/handovers?month=2025-01');
    expect(h.nour.page.body).not.toMatch(/Ines|Theo|Mill Road/);
    await h.nour.get('/handovers');
    expect(h.nour.text()).toContain('Nothing is agreed yet');
    expect((await h.app.visitor().get('/handovers')).location).toBe('/sign-in');
    const ruth = await h.app.signedIn(h.world.ruth.email);
    for (const page of ['/handovers', '/handovers/items', '/figures', '/figures/file.csv']) expect((await ruth.get(page)).status, page).toBe(404);
    const { world, database } = h;
    const span = [0, Date.now()] as const;
    expect(await marksBetween(database.db, world.amara, world.familyId, ...span)).toMatchObject([
      { children: [world.ines], marks: [{ kind: 'handed-over' }, { kind: 'received' }] },
    ]);
    expect(await marksBetween(database.db, world.nour, world.familyId, ...span)).toEqual([]);
  });

  it('are found in whichever family of a parent they are', async () => {
    const { admin } = h.database;
    const { world } = h;
    await admin.query(`insert into parley.family_parents (family_id, parent_id, side, since) values ($1, $2, 'b', now() + interval '1 ms')`, [
      world.otherFamilyId,
      world.daniel.parentId,
    ]);
    await layAgreement(
      h.database,
      { familyId: world.otherFamilyId, children: [world.leila], askedBy: world.nour.parentId },
      { layer: 'change', from: new Date(h.now - day).toISOString(), until: new Date(h.now + 6 * hour).toISOString(), holder: world.nour.parentId, label: 'x' },
      {
        layer: 'change',
        from: new Date(h.now + 6 * hour).toISOString(),
        until: new Date(h.now + 9 * hour).toISOString(),
        holder: world.sam.parentId,
        label: 'x',
      },
    );
    await h.renew();
    const at = h.address(6 * hour);
    expect((await h.nour.get(at)).status).toBe(200);
    expect((await h.nour.post(`${at}/note`, { note: 'Leila has a cold.', submission: randomUUID() })).status).toBe(303);
    const made = h.nour.page.location!;
    await h.daniel.get(made);
    expect(h.daniel.page.status).toBe(200);
    expect(h.daniel.text()).toContain('Leila has a cold.');
    expect(h.daniel.page.body).not.toContain('name="mark"');
    expect((await h.daniel.post(`${made}/mark`, { mark: 'not-taken-place', submission: randomUUID() })).status).toBe(403);
    expect((await h.daniel.post(`${made}/list`, { item: [randomUUID()] })).status).toBe(403);
    expect((await h.amara.get(made)).status).toBe(404);
  });
});

describe('a page of handovers or figures', () => {
  it('asks at most three statements, the session’s included', async () => {
    const made = (await h.amara.get(`/handovers/at/2025-01-10T15.30Z?child=${h.world.ines}`)).location!;
    for (const page of [
      '/handovers',
      '/handovers?month=2025-01',
      '/handovers/items',
      h.address(3 * day),
      made,
      '/figures',
      '/figures?from=2025-01-01&until=2025-12-31',
      '/figures/file.csv',
    ]) {
      const statements = await statementsOf(() => h.amara.get(page));
      expect(h.amara.page.status, page).toBe(200);
      expect(statements.length, page).toBeGreaterThan(0);
      expect(statements.length, page).toBeLessThanOrEqual(3);
    }
  });
});
