import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dayCode, readCode } from '../../src/gate/day-codes.ts';
import type { Client } from '../support/client.ts';
import { testKeyring } from '../support/keyring.ts';
import { type GateWorld, gateWorld } from './gate-world.ts';

let g: GateWorld;
let amara: Client;
let tom: Client;

beforeAll(async () => {
  g = await gateWorld();
  amara = await g.app.signedIn(g.world.amara.email);
  tom = await g.app.signedIn(g.tom.email);
});
afterAll(() => g.close());

const today = () => Temporal.Now.plainDateISO('Europe/London');
const check = async (client: Client, code: string) => {
  await client.get('/gate/code');
  return client.submit('/gate/code', { code });
};
const codeOn = (client: Client) => /<p class="my-code__text"><code class="code">([^<]+)</.exec(client.page.body)?.[1];

describe('a code', () => {
  it('is eight characters that cannot be mistaken, others each day and for each adult', () => {
    const codes = new Set<string>();
    for (let day = 0; day < 200; day += 1) {
      const code = dayCode(testKeyring, g.world.amara.parentId, today().add({ days: day }).toString());
      expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{8}$/);
      codes.add(code);
    }
    codes.add(dayCode(testKeyring, g.world.daniel.parentId, today().toString()));
    expect(codes.size).toBe(201);
    expect(readCode(' k7qx-42ol ')).toBe('K7QX4201');
  });

  it('stands on the parent’s page with squares to be scanned, and is stored nowhere', async () => {
    await amara.get('/collectors');
    const code = codeOn(amara)!;
    expect(readCode(code)).toBe(dayCode(testKeyring, g.world.amara.parentId, today().toString()));
    expect(amara.page.body).toMatch(/<svg class="my-code__qr"[^>]*>[\s\S]*<path d="M\d/);
    const daniel = await g.app.signedIn(g.world.daniel.email);
    await daniel.get('/collectors');
    expect(codeOn(daniel)).toMatch(/^.{4} .{4}$/);
    expect(daniel.page.body).not.toContain(code);
  });

  it('typed or scanned shows the adult and the children they may collect today', async () => {
    await amara.get('/collectors');
    for (const typed of [codeOn(amara)!, codeOn(amara)!.replace(' ', '').toLowerCase()]) {
      expect((await check(tom, typed)).status).toBe(200);
      expect(tom.text()).toContain('This code is for today Amara Okafor Mother May collect today');
      expect(tom.text()).toMatch(/Theo Okafor Reyes 1B.*Ines Okafor Reyes 4A/);
      expect(tom.page.body).toContain(`/school/photos/${g.photos.Amara}/1024?on=gate`);
      expect(tom.page.body).not.toMatch(/Daniel|Reyes<\/h2>/);
    }
  });

  it('of another day, another school, or of an adult who may collect nobody today is answered in the same words', async () => {
    const words = 'This code is not for today at this school';
    const yesterday = dayCode(testKeyring, g.world.amara.parentId, today().subtract({ days: 1 }).toString());
    const elsewhere = dayCode(testKeyring, g.world.nour.parentId, today().toString());
    const never = '00000000';
    const answers = [];
    for (const code of [yesterday, elsewhere, never]) {
      const { status, body } = await check(tom, code);
      expect([status, tom.text().includes(words)], code).toEqual([422, true]);
      answers.push(body.replaceAll(code, ''));
    }
    const office = await g.app.signedIn(g.office.email);
    for (const child of [g.world.theo, g.world.ines]) {
      await office.get(`/gate/${child}/change`);
      await office.submit(`/gate/${child}/change`, { may: [g.world.daniel.parentId] });
    }
    const barred = dayCode(testKeyring, g.world.amara.parentId, today().toString());
    answers.push((await check(tom, barred)).body.replaceAll(barred, ''));
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).not.toMatch(/Amara|Okafor/);
    // Her own page is what it always was: what the school decided for the day does not show there.
    await amara.get('/collectors');
    expect(readCode(codeOn(amara)!)).toBe(barred);
    expect(amara.text()).not.toMatch(/not collect|changed/i);
  });

  it('is not there without an approved photo', async () => {
    await g.database.admin.query(`update parley.submissions set status = 'superseded' where parent_id = $1`, [g.world.daniel.parentId]);
    const daniel = await g.app.signedIn(g.world.daniel.email);
    await daniel.get('/collectors');
    expect([codeOn(daniel), daniel.text()]).toEqual([undefined, expect.stringContaining('as soon as the school has approved your photo')]);
    expect((await check(tom, dayCode(testKeyring, g.world.daniel.parentId, today().toString()))).status).toBe(422);
  });

  it('asks for something to check', async () => {
    expect([(await check(tom, ' ')).status, tom.text()]).toEqual([422, expect.stringContaining('Type or scan the code')]);
  });
});
