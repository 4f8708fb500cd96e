import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createApp } from '../../src/app.ts';
import type { SubjectId } from '../../src/core/ids.ts';
import { type Database, openDatabase } from '../../src/platform/database.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { Client } from '../support/client.ts';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';
import { buildWorld, messageBy, subjectBy, type World } from '../support/world.ts';

/** The way from the program to PostgreSQL, which can be cut, blocked and mended. */
type Wire = { port: number; cut(): void; stall(): void; mend(): void; cutAfterHearing(words: string): void; close(): void };
async function layWire(to: { host: string; port: number }): Promise<Wire> {
  let state: 'whole' | 'cut' | 'stalled' = 'whole';
  let cutAt: string | null = null;
  const pairs = new Set<[here: Socket, there: Socket]>();
  const wire = createServer(here => {
    if (state === 'cut') return void here.destroy();
    const there = connect(to.port, to.host);
    const pair: [Socket, Socket] = [here, there];
    pairs.add(pair);
    const drop = () => {
      pairs.delete(pair);
      here.destroy();
      there.destroy();
    };
    here.on('data', bytes => {
      if (cutAt !== null && bytes.includes(cutAt)) {
        // The database hears it; the program never hears back.
        cutAt = null;
        here.destroy();
        there.end(bytes);
      } else if (state !== 'stalled') there.write(bytes);
    });
    there.on('data', bytes => state !== 'stalled' && here.write(bytes));
    for (const socket of pair) socket.on('close', drop).on('error', () => {});
  });
  await new Promise<void>(resolve => wire.listen(0, '127.0.0.1', resolve));
  const dropAll = () => [...pairs].forEach(([here, there]) => (here.destroy(), there.destroy()));
  return {
    port: (wire.address() as AddressInfo).port,
    cut() {
      state = 'cut';
      dropAll();
    },
    stall: () => (state = 'stalled'),
    mend() {
      if (state === 'stalled') dropAll(); // what was lost on the way does not come again
      state = 'whole';
    },
    cutAfterHearing: words => (cutAt = words),
    close() {
      dropAll();
      wire.close();
    },
  };
}

let direct: TestDatabase;
let wire: Wire;
let db: Database;
let app: TestApp;
let world: World;
let subjectId: SubjectId;
let amara: Client;
/** What would have ended the program outside a test. */
const uncaught: unknown[] = [];
const note = (error: unknown) => void uncaught.push(error);
beforeAll(async () => {
  process.on('uncaughtException', note);
  direct = await cloneDatabase();
  const { hostname, port } = new URL(direct.appUrl);
  wire = await layWire({ host: hostname, port: Number(port) });
  db = openDatabase({ url: Object.assign(new URL(direct.appUrl), { host: `127.0.0.1:${wire.port}` }).href, onIdleError: () => {} });
  world = await buildWorld(direct);
  app = await startApp({ ...direct, db });
  ({ subjectId } = await subjectBy(direct, world.daniel, world.familyId, world.theo, 'Theo: glasses', 'He has left them here.'));
  amara = await app.signedIn(world.amara.email);
});
afterEach(() => wire.mend());
afterAll(async () => {
  process.off('uncaughtException', note);
  await app.close();
  await db.close();
  wire.close();
  await direct.close();
});

const away = (page: Client['page']) => ({
  status: page.status,
  waits: Number(page.headers.get('retry-after')) > 0,
  plain: /cannot reach its records just now/.test(page.body),
});
const isAway = { status: 503, waits: true, plain: true };
const backAgain = () => vi.waitFor(async () => expect((await amara.get('/today')).status).toBe(200), { timeout: 20_000, interval: 100 });
const stored = async () =>
  (
    await direct.admin.query(`select (select count(*)::int from record.entries) as entries, (select count(*)::int from record.comments) as comments,
     (select count(*)::int from parley.unread_comments) as unread, (select count(*)::int from record.audit_events) as audits`)
  ).rows[0] as Record<string, number>;
/** The form as it is sent from the page that shows a message once more. */
async function reviewed(text: string) {
  await amara.get(`/messages/${subjectId}`);
  await amara.submit(`/messages/${subjectId}/review`, { text });
  return amara.form(`/messages/${subjectId}/comments`);
}

describe('while the database is away', () => {
  it('pages say so in plain words and when to try again, and are there again by themselves', async () => {
    expect((await amara.get('/today')).status).toBe(200);
    wire.cut();
    for (const path of ['/today', '/messages', `/messages/${subjectId}`, '/record', '/account'])
      expect([path, away(await amara.get(path))]).toEqual([path, isAway]);
    const signIn = await app.visitor().post('/sign-in', { email: world.amara.email, password: 'whatever this is' });
    expect(away(signIn)).toEqual(isAway);
    expect(away(await amara.post(`/messages/${subjectId}/review`, { text: 'Hello' }))).toEqual(isAway);
    expect(amara.page.body).toContain('\nHello</textarea>');
    wire.mend();
    await backAgain();
    await messageBy(direct, world.daniel, subjectId, 'Found them.');
    expect((await amara.get(`/messages/${subjectId}`)).body).toContain('Found them.');
  });

  it('whoever is not signed in reads the public pages, and the program says that it lives', async () => {
    wire.cut();
    const visitor = app.visitor();
    for (const path of ['/', '/help', '/help/devices', '/how-the-record-works', '/schools', '/privacy', '/accessibility', '/sign-in', '/healthz'])
      expect([path, (await visitor.get(path)).status]).toEqual([path, 200]);
    expect((await visitor.get('/no-such-page')).status).toBe(404);
  });

  // FAULT: Routes.#add asks for the user on every route, so with a session cookie the public pages, help among them, wait for the database and answer 503.
  it('whoever is signed in reads the public pages too', async () => {
    wire.cut();
    for (const path of ['/', '/help', '/help/devices', '/privacy']) expect([path, (await amara.get(path)).status]).toEqual([path, 200]);
  });

  it.each([
    ['cut off', () => wire.cut()],
    ['not answering', () => wire.stall()],
  ])('the way out stays open: %s', async (_name, break_) => {
    const daniel = await app.signedIn(world.daniel.email);
    expect(daniel.cookies.has('session')).toBe(true);
    break_();
    const { status, location, headers } = await daniel.get('/leave');
    expect([status, location, headers.get('clear-site-data')]).toEqual([303, 'https://weather.example/', '"cache", "cookies", "storage"']);
    expect([...daniel.cookies]).toEqual([]);
  });

  it('it is not ready for more, and is again afterwards', async () => {
    const second = createApp(app.services, {
      trustProxy: 0,
      isReady: async () => (await db.pool.query('select 1')).rowCount === 1,
    });
    const server = createHttpServer(second.express);
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const probe = new Client(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    expect((await probe.get('/readyz')).status).toBe(200);
    wire.cut();
    expect((await probe.get('/readyz')).status).toBe(503);
    expect((await probe.get('/healthz')).status).toBe(200);
    wire.mend();
    await vi.waitFor(async () => expect((await probe.get('/readyz')).status).toBe(200), { timeout: 20_000, interval: 100 });
    await second.live.close();
    server.closeAllConnections();
    server.close();
  });

  // FAULT: nothing on our side ends a question that is never answered (no query_timeout on the pool): the page hangs until TCP gives up.
  it('a database that takes the question and never answers is away too', async () => {
    wire.stall();
    const answer = await Promise.race([amara.get('/today'), new Promise<null>(resolve => setTimeout(resolve, 25_000, null))]);
    expect(answer && away(answer)).toEqual(isAway);
    wire.mend();
    await backAgain();
  });
});

describe('a message that was on its way', () => {
  const familyLock = `select pg_advisory_xact_lock(hashtextextended($1, 7236001))`;
  const waiting = () =>
    vi.waitFor(
      async () =>
        expect(
          (
            await direct.admin.query(
              `select 1 from pg_locks l where l.locktype = 'advisory' and not l.granted and l.database = (select oid from pg_database where datname = current_database())`,
            )
          ).rowCount,
        ).toBe(1),
      { timeout: 10_000, interval: 5 },
    );

  it('is there whole or not at all when the line breaks, is not said to be lost, and the same form sends it once', async () => {
    const form = await reviewed('Half a message is no message.');
    const before = await stored();
    await direct.admin.query('begin');
    await direct.admin.query(familyLock, [world.familyId]);
    const sending = amara.post(form.address, form.fields);
    await waiting();
    wire.cut();
    expect(away(await sending)).toEqual({ status: 503, waits: true, plain: false });
    expect(amara.text()).toContain('it is written once, however often it is sent');
    await direct.admin.query('commit');
    wire.mend();
    await backAgain();
    expect((await amara.post(form.address, form.fields)).status).toBe(303);
    expect(await stored()).toEqual({ entries: before.entries! + 1, comments: before.comments! + 1, unread: before.unread! + 1, audits: before.audits! + 1 });
  });

  it('leaves nothing behind when its transaction is broken off by the database', async () => {
    const form = await reviewed('Broken off.');
    const before = await stored();
    await direct.admin.query('begin');
    await direct.admin.query(familyLock, [world.familyId]);
    const sending = amara.post(form.address, form.fields);
    await waiting();
    await direct.admin.query(`select pg_terminate_backend(l.pid) from pg_locks l where l.locktype = 'advisory' and not l.granted
                                and l.database = (select oid from pg_database where datname = current_database())`);
    expect((await sending).status).toBe(503);
    await direct.admin.query('commit');
    expect(await stored()).toEqual(before);
    expect((await amara.post(form.address, form.fields)).status).toBe(303);
    expect((await stored()).comments).toBe(before.comments! + 1);
  });

  it('does not take the program with it when the line breaks', async () => {
    uncaught.length = 0;
    const form = await reviewed('The program is still there.');
    await direct.admin.query('begin');
    await direct.admin.query(familyLock, [world.familyId]);
    const sending = amara.post(form.address, form.fields);
    await waiting();
    wire.cut();
    expect((await sending).status).toBe(503);
    await direct.admin.query('commit');
    expect(uncaught).toEqual([]);
  });

  it('is never said to be lost when it is on the record', async () => {
    const form = await reviewed('Was this sent?');
    const before = await stored();
    wire.cutAfterHearing('messages.insert-comments\0');
    const { status } = await amara.post(form.address, form.fields);
    expect(status).toBe(503);
    const said = amara.text();
    await vi.waitFor(async () => expect((await stored()).comments).toBe(before.comments! + 1), { timeout: 10_000, interval: 20 });
    await backAgain();
    expect((await amara.post(form.address, form.fields)).status).toBe(303);
    expect((await stored()).comments).toBe(before.comments! + 1);
    expect(said).not.toContain('not on the record');
  });

  it('is asked to come again when its record is held up, and that is no fault of the program', async () => {
    const form = await reviewed('Held up at the door.');
    await direct.admin.query('begin');
    await direct.admin.query(familyLock, [world.familyId]);
    const { status, headers } = await amara.post(form.address, form.fields);
    await direct.admin.query('commit');
    expect((await amara.post(form.address, form.fields)).status).toBe(303);
    expect([status, headers.has('retry-after')]).toEqual([503, true]);
  });
});
