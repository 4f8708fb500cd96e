import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SubjectId } from '../../src/core/ids.ts';
import type { TestApp } from '../support/app.ts';
import type { Client } from '../support/client.ts';
import type { TestDatabase } from '../support/database.ts';
import { closeWorld, openWorld } from '../support/open-world.ts';
import { messageBy, subjectBy, type World } from '../support/world.ts';

let database: TestDatabase;
let app: TestApp;
let world: World;
let subjectId: SubjectId;
let at: string;
let amara: Client;
let daniel: Client;
beforeAll(async () => {
  ({ database, world, app } = await openWorld());
  amara = await app.signedIn(world.amara.email);
  daniel = await app.signedIn(world.daniel.email);
});
afterAll(() => closeWorld({ app, database }));
beforeEach(async () => {
  ({ subjectId } = await subjectBy(database, world.amara, world.familyId, world.theo, 'Theo: packed lunch', 'No nuts on the trip, please.'));
  at = `/messages/${subjectId}`;
});

type View = { viewer: string; at: string; pos: number };
const views = async (): Promise<View[]> =>
  (
    await database.admin.query<View>(
      `select v.viewer_id as viewer, v.created_at::text as at, v.pos::int from record.views v join record.comments c on c.id = v.comment_id where c.subject_id = $1 order by v.pos`,
      [subjectId],
    )
  ).rows;
const last = async () =>
  (await database.admin.query<{ pos: number }>('select max(pos)::int as pos from record.entries where family_id = $1', [world.familyId])).rows[0]!.pos;

describe('a message is first viewed', () => {
  it('when its recipient opens it on its own page, once and for good', async () => {
    await daniel.get(at);
    const first = await views();
    expect(first).toEqual([{ viewer: world.daniel.parentId, at: expect.any(String), pos: expect.any(Number) }]);
    for (const path of [at, `${at}?at=1`, `${at}/since/0`, at]) expect((await daniel.get(path)).status).toBe(200);
    await Promise.all(Array.from({ length: 10 }, () => daniel.get(at)));
    expect(await views()).toEqual(first);
  });

  it('once, when two pages open it in the same moment', async () => {
    await Promise.all(Array.from({ length: 10 }, () => daniel.get(at)));
    expect(await views()).toHaveLength(1);
  });

  it('when an open page fetches it, and then only what it fetches', async () => {
    const { pos } = await messageBy(database, world.amara, subjectId, 'And a hat.');
    await daniel.get(`${at}/since/${pos - 1}`);
    expect(daniel.page.body).toContain('And a hat.');
    expect(daniel.page.body).not.toContain('No nuts');
    expect(await views()).toHaveLength(1);
    await daniel.get(at);
    expect(await views()).toHaveLength(2);
  });
});

describe('a message is not viewed', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['on Today', () => daniel.get('/today')],
    ['in the list of subjects', () => daniel.get('/messages')],
    ['among what a search has found', () => daniel.post('/messages/search', { q: 'nuts' })],
    ['in a search without words', () => daniel.post('/messages/search', { q: '', sender: world.amara.parentId })],
    ['on the record', () => daniel.get('/record')],
    ['on the page of its entry', async () => daniel.get(`/record/${world.familyId}/${await last()}`)],
    ['by asking for the head of its page', () => daniel.request('HEAD', at)],
    ['by asking for the head of what is new', () => daniel.request('HEAD', `${at}/since/0`)],
    ['by a browser that fetches ahead', () => daniel.get(at, { 'sec-purpose': 'prefetch' })],
    ['by a browser that draws ahead', () => daniel.get(at, { 'sec-purpose': 'prefetch;prerender' })],
    ['by a browser that calls it a purpose', () => daniel.get(at, { purpose: 'prefetch' })],
    ['by another browser that fetches ahead', () => daniel.get(at, { 'x-moz': 'prefetch' })],
    ['by a preview among the pages somebody visits often', () => daniel.get(at, { 'x-purpose': 'preview' })],
    ['by a page that is not there', () => daniel.get(`${at}?at=999999`)],
    ['by a form that is refused before its page is shown', () => daniel.post(`${at}/comments`, { text: 'Hello' }, { 'content-type': 'text/plain' })],
    ['by asking for what is newer', () => daniel.get(`${at}/since/999999`)],
    ['by its author', () => amara.get(at)],
    ['by school staff', async () => (await app.signedIn(world.ruth.email)).get(at)],
    ['by another family', async () => (await app.signedIn(world.nour.email)).get(at)],
    ['by a visitor', () => app.visitor().get(at)],
    [
      'by reading an answer once more before sending it',
      () => daniel.post(`${at}/review`, { text: 'Fine.', submission: '018f2b7e-8c5a-7def-8123-456789abcdef' }),
    ],
  ])('%s', async (_name, act) => {
    await act();
    expect(await views()).toEqual([]);
    expect((await daniel.get('/today')).body).toContain(subjectId);
    await daniel.get(at);
    expect(await views()).toHaveLength(1);
    expect((await daniel.get('/today')).body).not.toContain(subjectId);
  });

  it('by the stream that announces it', async () => {
    const stop = new AbortController();
    const cookie = daniel.cookie;
    const response = await fetch(`${app.url}/messages/stream?family=${world.familyId}&after=${(await last()) - 1}`, {
      headers: { cookie },
      signal: stop.signal,
    });
    const reader = response.body!.getReader();
    let heard = '';
    while (!heard.includes(subjectId)) heard += Buffer.from((await reader.read()).value!).toString();
    stop.abort();
    expect(await views()).toEqual([]);
  });

  it('on a page of the thread that does not show it', async () => {
    for (let count = 0; count < 60; count += 1) await messageBy(database, world.amara, subjectId, `Packed lunch ${count}`);
    const { rows } = await database.admin.query<{ pos: number }>('select pos::int from record.comments where subject_id = $1 order by pos', [subjectId]);
    const at10 = rows[10]!.pos;
    await daniel.get(`${at}?before=${at10}`);
    expect(await views()).toHaveLength(10);
    await daniel.get(at);
    expect(await views()).toHaveLength(60);
    await daniel.get(`${at}?at=${at10}`);
    expect(await views()).toHaveLength(61);
  });
});

describe('when it was viewed', () => {
  // The clock of every entry and page is of one family zone; a view at a minute of its own can be looked for.
  const clock = (instant: string) =>
    new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/London', hour: '2-digit', minute: '2-digit' }).format(new Date(instant));

  it('is told to its recipient to the minute, and to its sender to the day, on every page', async () => {
    // A view an hour ago, laid down by a superuser with the triggers off: nothing else has that minute.
    await daniel.get(at);
    await database.admin.query('begin');
    for (const table of ['views', 'entries']) await database.admin.query(`alter table record.${table} disable trigger z_block`);
    const { rows } = await database.admin.query<{ at: string; pos: number }>(
      `update record.views v set created_at = created_at - interval '61 minutes' where v.comment_id in (select id from record.comments where subject_id = $1) returning created_at::text as at, pos::int`,
      [subjectId],
    );
    await database.admin.query('update record.entries set at = $3 where family_id = $1 and pos = $2', [world.familyId, rows[0]!.pos, rows[0]!.at]);
    for (const table of ['views', 'entries']) await database.admin.query(`alter table record.${table} enable always trigger z_block`);
    await database.admin.query('commit');
    const minute = clock(rows[0]!.at);
    const day = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/London', day: 'numeric', month: 'long' }).format(new Date(rows[0]!.at));

    await daniel.get(at);
    expect(daniel.text()).toMatch(new RegExp(`First viewed by you .*${minute}`));
    await amara.get(at);
    expect(amara.text()).toMatch(new RegExp(`First viewed by Daniel, \\w+ ${day}`));
    const position = rows[0]!.pos;
    for (const path of [
      at,
      `${at}?at=1`,
      `${at}/since/0`,
      '/today',
      '/messages',
      '/record',
      `/record/${world.familyId}/${position}`,
      `/record/${world.familyId}/${position - 1}`,
    ]) {
      const { status, body, headers } = await amara.get(path);
      expect([path, status, `${body}${JSON.stringify([...headers])}`.includes(minute)]).toEqual([path, 200, false]);
    }
    await amara.get(`/record/${world.familyId}/${position}`);
    expect(amara.text()).toContain('A first view');
    expect(amara.text()).toContain(day);
    expect(amara.text()).not.toMatch(/\d\d:\d\d/);
    const search = await amara.post('/messages/search', { q: 'nuts' });
    expect(search.body).not.toContain(minute);
  });

  it('is not hidden in attributes either: the sender’s page of a viewed message has no time but the sending', async () => {
    await daniel.get(at);
    await amara.get(at);
    const { rows } = await database.admin.query<{ sent: Date }>('select created_at as sent from record.comments where subject_id = $1', [subjectId]);
    const times = [...amara.page.body.matchAll(/datetime="([^"]*T[^"]*)"/g)].map(([, time]) => time);
    expect(times).toEqual([rows[0]!.sent.toISOString()]);
  });
});
