import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { SubjectId } from '../../src/core/ids.ts';
import { mostStreams } from '../../src/web/send.ts';
import type { TestApp } from '../support/app.ts';
import type { Client } from '../support/client.ts';
import type { TestDatabase } from '../support/database.ts';
import { closeWorld, openWorld } from '../support/open-world.ts';
import { messageBy, subjectBy, type World } from '../support/world.ts';

let database: TestDatabase;
let app: TestApp;
let world: World;
let subjectId: SubjectId;
let daniel: Client;
beforeAll(async () => {
  ({ database, world, app } = await openWorld());
  ({ subjectId } = await subjectBy(database, world.amara, world.familyId, world.theo, 'Theo: reading book', 'It is in his bag.'));
  daniel = await app.signedIn(world.daniel.email);
});
afterAll(() => closeWorld({ app, database }));

type Heard = { name: string; id: string; data: { position: number; subject: string } };
type Stream = { status: number; heard: Heard[]; words: string; open: boolean; cut(): void };
const open: Stream[] = [];
afterEach(() => open.splice(0).forEach(stream => stream.cut()));
const soon = { timeout: 25_000, interval: 20 };

/** Listens as a browser does, from a position on. */
async function listen(client: Client, after: number, headers: Record<string, string> = {}, family: string = world.familyId): Promise<Stream> {
  const stop = new AbortController();
  const cookie = client.cookie;
  const response = await fetch(`${app.url}/messages/stream?family=${family}&after=${after}`, {
    redirect: 'manual',
    signal: stop.signal,
    headers: { cookie, 'accept-encoding': 'identity', ...headers },
  });
  const stream: Stream = { status: response.status, heard: [], words: '', open: response.status === 200, cut: () => stop.abort() };
  open.push(stream);
  const read = async () => {
    const decoder = new TextDecoder();
    let rest = '';
    for await (const bytes of response.body!) {
      const text = decoder.decode(bytes as Uint8Array, { stream: true });
      stream.words += text;
      const blocks = (rest + text).split('\n\n');
      rest = blocks.pop()!;
      for (const block of blocks) {
        const line = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? '';
        if (line('event')) stream.heard.push({ name: line('event'), id: line('id'), data: JSON.parse(line('data')) as Heard['data'] });
      }
    }
  };
  void read()
    .catch(() => {})
    .finally(() => (stream.open = false));
  return stream;
}
const last = async (): Promise<number> =>
  (await database.admin.query<{ pos: number }>('select max(pos)::int as pos from record.entries where family_id = $1', [world.familyId])).rows[0]!.pos;
const positions = (stream: Stream): number[] => stream.heard.filter(event => event.name === 'comment').map(event => event.data.position);

describe('an open page', () => {
  it('is told that there is something new, by position and subject alone', async () => {
    const stream = await listen(daniel, await last());
    const { pos } = await messageBy(database, world.amara, subjectId, 'The word is pomegranate.');
    await vi.waitFor(() => expect(stream.heard).toEqual([{ name: 'comment', id: String(pos), data: { position: pos, subject: subjectId } }]), soon);
    expect(stream.words).not.toMatch(/pomegranate|reading book|Amara/i);
  });

  it('is told at once in a browser that takes compressed answers, which is every browser', async () => {
    const stream = await listen(daniel, await last(), { 'accept-encoding': 'gzip, deflate, br' });
    const { pos } = await messageBy(database, world.amara, subjectId, 'For every browser.');
    await vi.waitFor(() => expect(positions(stream)).toEqual([pos]), soon);
  });

  it('is told of nothing that is not on the record, and misses nothing for it, whatever is announced in the database', async () => {
    const stream = await listen(daniel, await last());
    const first = await messageBy(database, world.amara, subjectId, 'Before somebody announces.');
    await vi.waitFor(() => expect(positions(stream)).toEqual([first.pos]), soon);
    for (const position of ['1000000000', '-1', 'x', 'Infinity', `${first.pos + 1}`]) {
      await database.db.pool.query(`select pg_notify('parley_comment', $1)`, [`${world.familyId} ${position} ${subjectId}`]);
    }
    await database.db.pool.query(`select pg_notify('parley_comment', ''), pg_notify('parley_comment', $1)`, ['x'.repeat(7900)]);
    const second = await messageBy(database, world.amara, subjectId, 'After somebody announced.');
    await vi.waitFor(() => expect(positions(stream)).toContain(second.pos), soon);
    expect(positions(stream)).toEqual([first.pos, second.pos]);
  });

  it('fetches what is new since a position, and nothing older', async () => {
    const before = await last();
    expect((await daniel.get(`/messages/${subjectId}/since/${before}`)).body).not.toContain('<article');
    await messageBy(database, world.amara, subjectId, 'Newer than that.');
    const { status, body } = await daniel.get(`/messages/${subjectId}/since/${before}`);
    expect([status, body.match(/<article/g)?.length, body.includes('Newer than that.'), body.includes('in his bag')]).toEqual([200, 1, true, false]);
    const nour = await app.signedIn(world.nour.email);
    expect((await nour.get(`/messages/${subjectId}/since/0`)).status).toBe(404);
  });

  it('is not there for another family, for a visitor, or for a family that does not exist', async () => {
    const nour = await app.signedIn(world.nour.email);
    expect((await listen(nour, 0)).status).toBe(404);
    expect((await listen(daniel, 0, {}, world.otherFamilyId)).status).toBe(404);
    expect((await listen(app.visitor(), 0)).status).toBe(303);
    const own = await listen(nour, 0, {}, world.otherFamilyId);
    expect(own.status).toBe(200);
    const { pos } = await messageBy(database, world.amara, subjectId, 'Not for Nour.');
    const first = await listen(daniel, pos - 1);
    await vi.waitFor(() => expect(positions(first)).toContain(pos), soon);
    expect(own.heard).toEqual([]);
  });
});

describe('a line that breaks', () => {
  it('loses nothing, repeats nothing and keeps the order, while sixty messages are written', async () => {
    const start = await last();
    const heard: number[] = [];
    let written: number[] = [];
    const writing = (async () => {
      for (let count = 0; count < 60; count += 1) {
        written = [...written, (await messageBy(database, count % 2 ? world.amara : world.daniel, subjectId, `Message ${count}`)).pos];
        await pause(5);
      }
    })();
    for (;;) {
      // The browser sends where it was; the address still has the position of the page.
      const stream = await listen(daniel, start, heard.length === 0 ? {} : { 'last-event-id': String(heard.at(-1)) });
      const wanted = Math.min(60, heard.length + 1 + (heard.length % 5));
      await vi.waitFor(() => expect(heard.length + positions(stream).length).toBeGreaterThanOrEqual(wanted), soon);
      stream.cut();
      await vi.waitFor(() => expect(stream.open).toBe(false), soon);
      heard.push(...positions(stream));
      if (heard.length >= 60) break;
    }
    await writing;
    expect(heard).toEqual(written);
  });

  it('between Parley and its database loses nothing either', async () => {
    const stream = await listen(daniel, await last());
    const written: number[] = [];
    const say = async (text: string) => void written.push((await messageBy(database, world.amara, subjectId, text)).pos);
    await say('Before.');
    await vi.waitFor(() => expect(positions(stream)).toEqual(written), soon);
    for (let turn = 0; turn < 3; turn += 1) {
      await vi.waitFor(async () => {
        const { rowCount } = await database.admin.query(
          `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'parley listener' and datname = current_database()`,
        );
        expect(rowCount).toBeGreaterThan(0);
      }, soon);
      for (let count = 0; count < 10; count += 1) await say(`While nobody listens, ${turn} ${count}`);
    }
    await vi.waitFor(() => expect(positions(stream)).toHaveLength(31), soon);
    await say('After.');
    await vi.waitFor(() => expect(positions(stream)).toEqual(written), soon);
  });
});

describe('a stream ends', () => {
  it('where the browser left while it was being answered', async () => {
    const gone = new Promise<void>(resolve => app.server.once('request', request => request.socket.once('close', resolve)));
    await database.admin.query('begin; lock table parley.family_parents in access exclusive mode');
    const leaving = new AbortController();
    const asked = fetch(`${app.url}/messages/stream?family=${world.familyId}&after=0`, { signal: leaving.signal, headers: { cookie: daniel.cookie } });
    await vi.waitFor(async () => {
      const { rows } = await database.admin.query<{ count: number }>(
        `select count(*)::int as count from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
      );
      expect(rows[0]!.count).toBeGreaterThan(0);
    }, soon);
    leaving.abort();
    await expect(asked).rejects.toThrow('aborted');
    await gone;
    await database.admin.query('commit');
    // Asked for after it, and so open after it.
    const stream = await listen(daniel, await last());
    stream.cut();
    await vi.waitFor(() => expect(app.app.live.count()).toBe(0), soon);
  });

  it('with the session behind it, and with no other', async () => {
    const other = await listen(daniel, await last());
    const second = await app.signedIn(world.daniel.email);
    const stream = await listen(second, await last());
    await second.get('/today');
    await second.submit('/sign-out');
    await vi.waitFor(() => expect(stream.open).toBe(false), soon);
    expect(other.open).toBe(true);
    expect((await listen(second, 0)).status).toBe(303);
    const written = await messageBy(database, world.amara, subjectId, 'After he signed out.');
    await vi.waitFor(() => expect(positions(other)).toEqual([written.pos]), soon);
    expect(positions(stream)).toEqual([]);
  });

  it('when its session has opened so many others since, the oldest first, and says that it listens elsewhere', async () => {
    const second = await app.signedIn(world.daniel.email);
    const other = await listen(second, await last());
    const streams: Stream[] = [];
    for (let count = 0; count < mostStreams + 2; count += 1) streams.push(await listen(daniel, await last()));
    await vi.waitFor(() => expect(streams.map(({ open: isOpen }) => isOpen).indexOf(true)).toBe(2), soon);
    expect(streams.slice(0, 3).map(({ heard }) => heard.map(({ name }) => name))).toEqual([['elsewhere'], ['elsewhere'], []]);
    const { pos } = await messageBy(database, world.amara, subjectId, 'For all that listen still.');
    for (const stream of [other, ...streams.slice(2)]) await vi.waitFor(() => expect(positions(stream)).toEqual([pos]), soon);
    expect(streams.slice(0, 2).map(positions)).toEqual([[], []]);
    // What has closed by itself leaves room.
    streams[2]!.cut();
    await vi.waitFor(() => expect(app.app.live.count()).toBe(mostStreams), soon);
    const next = await listen(daniel, await last());
    await vi.waitFor(() => expect(app.app.live.count()).toBe(mostStreams + 1), soon);
    expect([next, ...streams.slice(3)].every(({ open: isOpen }) => isOpen)).toBe(true);
  });

  it('with the right to the record, and for that parent alone', async () => {
    const amara = await app.signedIn(world.amara.email);
    const [hers, his] = [await listen(amara, await last()), await listen(daniel, await last())];
    await database.admin.query('update parley.family_parents set until = now() where parent_id = $1', [world.daniel.parentId]);
    await vi.waitFor(() => expect(his.open).toBe(false), soon);
    const { pos } = await messageBy(database, world.amara, subjectId, 'After his right ended.');
    await vi.waitFor(() => expect(positions(hers)).toEqual([pos]), soon);
    expect(positions(his)).toEqual([]);
    expect((await listen(daniel, 0)).status).toBe(404);
    await database.admin.query('update parley.family_parents set until = null where parent_id = $1', [world.daniel.parentId]);
    expect((await listen(daniel, 0)).status).toBe(200);
  });
});
