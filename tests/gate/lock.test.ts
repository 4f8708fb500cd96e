import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { demoPassword } from '../../seeds/demo-world.ts';
import type { Client } from '../support/client.ts';
import { type GateWorld, gateWorld } from './gate-world.ts';

let g: GateWorld;
let tom: Client;

beforeAll(async () => {
  g = await gateWorld();
  tom = await g.app.signedIn(g.tom.email);
});
afterAll(() => g.close());

const pin = '470813';
const setPin = async (client: Client, values: Record<string, string> = {}) => {
  await client.get('/gate/pin');
  return client.submit('/gate/pin', { password: demoPassword, pin, again: pin, ...values });
};
const lock = async (client: Client, at = '/gate?c=1B') => {
  await client.get(at);
  return client.submit('/school/lock');
};
const unlock = async (client: Client, value: string, field = 'pin') => {
  await client.get('/school/lock');
  return client.submit('/school/unlock', { [field]: value });
};
const hurry = () => g.database.admin.query('update parley.sessions set unlock_after = null');
const events = async (event: string, accountId = g.tom.accountId) =>
  (await g.database.admin.query('select from record.security_events where event = $1 and account_id = $2', [event, accountId])).rowCount;

describe('a PIN', () => {
  it('asks for the password once more, six digits twice, and no digits that anyone would try first', async () => {
    for (const [values, words] of [
      [{ password: 'not the password' }, 'This is not your password'],
      [{ pin: '12345', again: '12345' }, 'Enter six digits'],
      [{ pin: '111111', again: '111111' }, 'harder to guess'],
      [{ pin: '345678', again: '345678' }, 'harder to guess'],
      [{ pin: '987654', again: '987654' }, 'harder to guess'],
      [{ again: '470814' }, 'The two PINs are not the same'],
    ] as const) {
      expect([(await setPin(tom, values)).status, tom.text()], words).toEqual([422, expect.stringContaining(words)]);
      expect(tom.page.body).not.toContain(pin);
    }
    expect((await g.database.admin.query('select from parley.staff_pins')).rowCount).toBe(0);
  });

  it('is stored as a slow hash, bound to its owner', async () => {
    expect((await setPin(tom)).location).toBe('/gate/pin?saved=1');
    const office = await g.app.signedIn(g.office.email);
    await setPin(office);
    const { rows } = await g.database.admin.query<{ pin_hash: string }>('select pin_hash from parley.staff_pins');
    expect(rows.map(row => row.pin_hash)).toEqual([expect.stringMatching(/^\$2b\$12\$/), expect.stringMatching(/^\$2b\$12\$/)]);
    expect(JSON.stringify(rows)).not.toContain(pin);
    expect((await g.database.admin.query(`select from record.audit_events where action = 'staff.pin-set'`)).rowCount).toBe(2);
    // The hash of one opens nothing of the other.
    await g.database.admin.query(
      `update parley.staff_pins set pin_hash = (select pin_hash from parley.staff_pins where account_id = $1) where account_id = $2`,
      [g.tom.accountId, g.office.accountId],
    );
    await lock(office);
    expect((await unlock(office, pin)).status).toBe(422);
  });

  it('is slowed down where the password is guessed', async () => {
    const ruth = await g.app.signedIn(g.world.ruth.email);
    const statuses = [];
    for (let attempt = 0; attempt < 3; attempt += 1) statuses.push((await setPin(ruth, { password: 'guess' })).status);
    expect((await setPin(ruth)).status).toBe(429);
    expect(ruth.page.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(statuses).toEqual([422, 422, 422]);
    expect((await ruth.get('/gate')).status).toBe(200);
  });
});

describe('a locked screen', () => {
  beforeEach(async () => {
    await hurry();
    if ((await tom.get('/gate')).status === 303 && tom.page.location === '/sign-in') tom = await g.app.signedIn(g.tom.email);
    else if (tom.page.status === 303) await unlock(tom, pin);
  });

  it('hides every page, photo, list and stream of the school, in every window of the session, and takes no writes', async () => {
    await tom.get('/gate?c=1B');
    const photo = /src="(\/school\/photos\/[^"]+)"/.exec(tom.page.body)![1]!;
    expect((await lock(tom)).location).toBe('/school/lock?here=%2Fgate');
    expect(tom.page.headers.get('clear-site-data')).toContain('cache');
    const gets = g.app.routes.filter(({ method, access }) => method === 'GET' && access !== 'anyone' && access !== 'signed in or locked');
    expect(gets.length).toBeGreaterThan(20);
    const id = g.world.theo;
    for (const at of [
      photo,
      '/account',
      '/gate?c=1B',
      ...gets.map(({ pattern, access }) => (access === 'parent' ? '' : pattern.replace(/:(\w+)/g, id))),
    ].filter(Boolean)) {
      const { status, location, body } = await tom.get(at);
      expect([status, location?.startsWith('/school/lock?here='), /Theo|Amara|Reyes|WEBP/.test(body)], at).toEqual([303, true, false]);
    }
    const answer = await tom.post(`/gate/${id}/collected`, { q: '', c: '' });
    expect([answer.status, tom.text()]).toEqual([403, expect.stringContaining('This screen is locked')]);
    expect((await g.database.admin.query('select from parley.collections')).rowCount).toBe(0);
    await tom.get('/school/lock');
    expect(tom.page.status).toBe(200);
    expect(tom.page.body).not.toMatch(/Theo|Ines|Amara|Daniel|St Brigid/);
  });

  it('opens with the PIN and goes back to where it was', async () => {
    await lock(tom, `/gate/${g.world.theo}`);
    await tom.get(tom.page.location!);
    const answer = await tom.submit('/school/unlock', { pin });
    expect([answer.status, answer.location]).toEqual([303, `/gate/${g.world.theo}`]);
    expect((await tom.get('/gate?c=1B')).status).toBe(200);
    expect(await events('screen.unlocked')).toBeGreaterThan(0);
  });

  it('leads to no other site, whatever the address says', async () => {
    for (const here of ['https://evil.example/', '//evil.example', '/\\evil.example', 'javascript:alert(1)']) {
      await lock(tom);
      await tom.get(`/school/lock?here=${encodeURIComponent(here)}`);
      expect((await tom.submit('/school/unlock', { pin })).location, here).toBe('/gate');
    }
  });

  it('is another session’s not at all: somebody else, and the same person elsewhere, go on', async () => {
    const elsewhere = await g.app.signedIn(g.tom.email);
    const office = await g.app.signedIn(g.office.email);
    await lock(tom);
    expect((await elsewhere.get('/gate')).status).toBe(200);
    expect((await office.get('/gate')).status).toBe(200);
    expect((await tom.get('/gate')).status).toBe(303);
  });

  it('after five wrong PINs signs out; each wrong one waits longer than the one before', async () => {
    await lock(tom);
    const waits: number[] = [];
    for (let attempt = 1; attempt <= 4; attempt += 1) {
      expect([(await unlock(tom, '000001')).status, tom.text()]).toEqual([422, expect.stringContaining(`${5 - attempt} attempt`)]);
      const early = await unlock(tom, attempt === 1 ? '000002' : pin);
      if (attempt === 1) {
        // The second follows at once; from then on even the right one has to wait.
        expect(early.status).toBe(422);
        attempt += 1;
      } else expect(early.status).toBe(429);
      const wait = await g.database.admin.query<{ seconds: number }>(
        `select round(extract(epoch from unlock_after - now()))::int as seconds from parley.sessions where locked_at is not null and account_id = $1 and unlock_after > now()`,
        [g.tom.accountId],
      );
      waits.push(wait.rows[0]!.seconds);
      await hurry();
    }
    expect(waits.length).toBe(3);
    expect(waits.every((wait, index) => wait > (waits[index - 1] ?? 0))).toBe(true);
    expect([(await unlock(tom, '000003')).status, tom.text()]).toEqual([403, expect.stringContaining('You are signed out')]);
    expect((await tom.get('/gate')).location).toBe('/sign-in');
    expect((await tom.post('/school/unlock', { pin })).status).toBe(403);
    expect(await events('session.ended')).toBe(1);
    expect(await events('screen.refused')).toBeGreaterThanOrEqual(5);
  });

  it('gives many at once no more guesses than one after another', async () => {
    await lock(tom);
    await Promise.all(Array.from({ length: 12 }, (_, index) => tom.post('/school/unlock', { pin: `00010${index}`.slice(-6), here: '' })));
    const { rows } = await g.database.admin.query<{ unlock_attempts: number }>(
      'select unlock_attempts from parley.sessions where locked_at is not null and account_id = $1',
      [g.tom.accountId],
    );
    expect(rows.map(row => row.unlock_attempts)).toContain(2);
    await hurry();
    expect((await unlock(tom, pin)).status).toBe(303);
  });

  it('locked again earns no new attempts', async () => {
    await lock(tom);
    await unlock(tom, '000001');
    await tom.post('/school/lock', { here: '/gate' });
    await unlock(tom, '000001');
    expect(tom.text()).toContain('3 attempts left');
  });

  it('asks for the password where no PIN was set, and counts it the same', async () => {
    const ruth = await g.app.signedIn(g.world.ruth.email);
    await g.database.admin.query('delete from parley.sign_in_delays');
    await lock(ruth, '/gate');
    await ruth.get('/school/lock');
    expect(ruth.text()).toContain('You have no PIN yet');
    expect((await unlock(ruth, 'not the password', 'password')).status).toBe(422);
    expect((await unlock(ruth, demoPassword, 'password')).location).toBe('/gate');
  });

  it('lets its owner sign out, and is for staff alone', async () => {
    await lock(tom);
    await tom.get('/school/lock');
    expect((await tom.submit('/sign-out')).status).toBe(303);
    expect((await tom.get('/gate')).location).toBe('/sign-in');
    const amara = await g.app.signedIn(g.world.amara.email);
    expect((await amara.post('/school/lock', {})).status).toBe(404);
    expect((await amara.get('/school/lock')).status).toBe(404);
    expect((await amara.get('/messages')).status).toBe(200);
    expect((await g.app.visitor().post('/school/lock', {})).status).toBe(403);
  });

  it('ends its open streams', async () => {
    const { store } = g.app.services.sessions;
    const { rows } = await g.database.admin.query<{ sid: string }>('select sid from parley.sessions where account_id = $1 and locked_at is null limit 1', [
      g.office.accountId,
    ]);
    const sid = rows[0]!.sid;
    expect((await store.ended([sid])).size).toBe(0);
    await store.lock(sid);
    expect([...(await store.ended([sid]))]).toEqual([sid]);
  });
});
