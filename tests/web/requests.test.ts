import { randomUUID } from 'node:crypto';
import { type IncomingHttpHeaders, request as httpRequest } from 'node:http';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import type { Client } from '../support/client.ts';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';
import { buildWorld, subjectBy, type World } from '../support/world.ts';

let database: TestDatabase;
let app: TestApp;
let world: World;
let amara: Client;
let theirs: string;
let others: string;
beforeAll(async () => {
  database = await cloneDatabase();
  world = await buildWorld(database);
  app = await startApp(database);
  theirs = (await subjectBy(database, world.daniel, world.familyId, world.theo, 'Theo: shoes', 'They are too small.')).subjectId;
  others = (await subjectBy(database, world.sam, world.otherFamilyId, world.leila, 'Leila: recorder', 'It is broken.')).subjectId;
  amara = await app.signedIn(world.amara.email);
});
afterAll(async () => {
  await app.close();
  await database.close();
});

type Raw = { status: number; headers: IncomingHttpHeaders; body: string };
const form = { 'content-type': 'application/x-www-form-urlencoded' };
const ours = { 'sec-fetch-site': 'same-origin' };
const cookie = () => ({ cookie: amara.cookie });

/** A request byte for byte, with no browser in between to put it right. A stream is left as soon as it begins. */
const raw = (method: string, path: string, headers: Record<string, string> = {}, body: string | Buffer = ''): Promise<Raw> =>
  new Promise((resolve, reject) => {
    const request = httpRequest(
      new URL(app.url).origin,
      { method, path, agent: false, headers: { ...(headers['transfer-encoding'] ? {} : { 'content-length': String(Buffer.byteLength(body)) }), ...headers } },
      response => {
        const chunks: Buffer[] = [];
        const done = () => resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(chunks).toString() });
        if (response.headers['content-type']?.startsWith('text/event-stream')) {
          done();
          request.destroy();
        }
        response
          .on('data', (chunk: Buffer) => chunks.push(chunk))
          .on('end', done)
          .on('error', () => {});
      },
    );
    request.on('error', reject).end(body);
  });
const posted = (path: string, body: string | Buffer, headers: Record<string, string> = {}) =>
  raw('POST', path, { ...ours, ...cookie(), ...form, ...headers }, body);
const partsOf = (...parts: string[]) => `${parts.map(part => `--cut\r\n${part}\r\n`).join('')}--cut--\r\n`;
const multipart = { 'content-type': 'multipart/form-data; boundary=cut' };
const field = (name: string, value: string) => `Content-Disposition: form-data; name="${name}"\r\n\r\n${value}`;
const file = (size: number) => `Content-Disposition: form-data; name="files"; filename="a.pdf"\r\nContent-Type: application/pdf\r\n\r\n${'x'.repeat(size)}`;
const review = () => `/messages/${theirs}/review`;
const written = (text: string) => `text=${encodeURIComponent(text)}&submission=${randomUUID()}`;

describe('what is not there and what is not yours', () => {
  it('cannot be told apart, from a malformed address either, on any page or form with an id', async () => {
    const table = app.routes.filter(({ pattern, access }) => pattern.includes(':') && access !== 'anyone');
    expect(table.length).toBeGreaterThanOrEqual(6);
    const at = (pattern: string, id: string, position = '3') => pattern.replace(':position', position).replace(/:\w+/g, id);
    const ask = (method: string, path: string) => (method === 'GET' ? amara.get(path) : amara.post(path, { text: 'Hello', submission: randomUUID() }));
    const missing = await amara.get('/messages/00000000-0000-7000-8000-000000000000');
    expect(missing.status).toBe(404);
    for (const { method, pattern } of table) {
      const foreign = pattern.includes(':familyId') ? world.otherFamilyId : others;
      const paths = [
        at(pattern, randomUUID()),
        at(pattern, foreign),
        at(pattern, foreign.toUpperCase()),
        at(pattern, 'x'),
        at(pattern, '..%2f..'),
        at(pattern, `${foreign}%20`),
        at(pattern, foreign, '-1'),
        at(pattern, foreign, '1e3'),
      ];
      for (const path of paths) {
        const { status, body } = await ask(method, path);
        expect([method, path, status, body === missing.body]).toEqual([method, path, 404, true]);
      }
      if (method === 'POST' && pattern.startsWith('/messages/')) expect((await ask('POST', at(pattern, theirs))).status).toBeLessThan(400);
    }
    expect((await amara.get(`/messages/${theirs}`)).status).toBe(200);
    expect((await amara.get(`/record/${world.familyId}/3`)).status).toBe(200);
  });

  it('cannot be told apart by an id inside a form', async () => {
    const said = async (path: string, fields: Record<string, string>) => {
      const { status, body } = await amara.post(path, fields);
      return [status, body.replace(/name="submission" value="[^"]*"/g, '').replaceAll(Object.values(fields).at(-1)!, 'the id')];
    };
    const foreign: [path: string, fields: Record<string, string>, theirs: string][] = [
      ['/family', { family: '' }, world.otherFamilyId],
      ['/messages/search', { q: 'shoes', subject: '' }, others],
      ['/messages/search', { q: 'shoes', sender: '' }, world.sam.parentId],
      ['/messages/search', { q: 'shoes', child: '' }, world.leila],
      ['/messages/new', { text: 'Hello', submission: randomUUID(), title: 'Hello', about: `child:${world.theo}`, family: '' }, world.otherFamilyId],
      ['/messages/new', { text: 'Hello', submission: randomUUID(), title: 'Hello', family: world.familyId, about: 'child:' }, world.leila],
      ['/messages/new', { text: 'Hello', submission: randomUUID(), title: 'Hello', family: world.familyId, about: 'school:' }, world.otherSchool],
      [`/messages/${theirs}/comments`, { text: 'Hello', submission: randomUUID(), corrects: '' }, randomUUID()],
    ];
    for (const [path, fields, id] of foreign) {
      const last = Object.keys(fields).at(-1)!;
      const one = await said(path, { ...fields, [last]: fields[last] + id });
      expect([path, last, ...one]).toEqual([path, last, ...(await said(path, { ...fields, [last]: fields[last] + randomUUID() }))]);
    }
    expect((await amara.post('/family', { family: world.familyId })).status).toBe(303);
  });
});

describe('what cannot be read', () => {
  it('is the sender’s mistake, never ours: NUL, lone surrogates, broken UTF-8', async () => {
    const cases: [expected: number[], answer: Promise<Raw>][] = [
      [[400], raw('GET', '/messages/%00', cookie())],
      [[400], raw('GET', '/messages/search?q=a%00b', cookie())],
      [[404], raw('GET', '/messages/%E0%A4%A', cookie())],
      [[422], posted(review(), written('a\0b'))],
      [[422], posted('/messages/search', 'q=a%00b')],
      [[422], posted('/sign-in', 'email=a%00b&password=c%00d')],
      [[400], posted(review(), 'text=%ED%A0%80&submission=1')],
      [[400], posted(review(), 'text=%C3%28&submission=1')],
      [[400], posted(review(), Buffer.from([0x74, 0x3d, 0xff, 0xfe]))],
      [
        [422],
        posted(review(), Buffer.concat([Buffer.from(`--cut\r\n${field('text', '')}`), Buffer.from([0xc3, 0x28]), Buffer.from('\r\n--cut--\r\n')]), multipart),
      ],
      [[200], posted(review(), written('𝒜 naïve café 🙂'))],
    ];
    for (const [expected, answer] of cases) expect(expected).toContain((await answer).status);
  });

  it('is refused by its kind: 415 for other content types, 400 for broken forms, 413 for what is too much', async () => {
    for (const type of [
      'application/json',
      'application/xml',
      'text/plain',
      'multipart/mixed; boundary=cut',
      'application/x-www-form-urlencoded; charset=utf-16',
    ]) {
      expect([type, (await posted(review(), '{"text":"Hello"}', { 'content-type': type })).status]).toEqual([type, 415]);
    }
    expect((await posted(review(), '['.repeat(50_000), { 'content-type': 'application/json' })).status).toBe(415);
    expect((await posted('/messages/search', partsOf(field('q', 'a')), multipart)).status).toBe(415);
    expect((await posted(review(), partsOf(field('text', 'Hello'), field('submission', randomUUID())), multipart)).status).toBe(200);
    const broken: [name: string, body: string, type?: string][] = [
      ['no boundary', partsOf(field('text', 'a')), 'multipart/form-data'],
      ['an empty boundary', partsOf(field('text', 'a')), 'multipart/form-data; boundary='],
      ['cut off in a field', '--cut\r\nContent-Disposition: form-data; name="text"\r\n\r\nHel'],
      ['cut off in a file', '--cut\r\nContent-Disposition: form-data; name="files"; filename="a.pdf"\r\n\r\n%PDF'],
      ['a part without headers', '--cut\r\n\r\nHello\r\n--cut--\r\n'],
      ['a wrong header', partsOf('Content-Disposition form-data name=text\r\n\r\nHello')],
    ];
    for (const [name, body, type] of broken)
      expect([name, (await posted(review(), body, { 'content-type': type ?? multipart['content-type'] })).status]).toEqual([name, 400]);
    const tooMuch: [name: string, answer: Promise<Raw>][] = [
      ['a long form', posted(review(), `text=${'a'.repeat(200_000)}`)],
      ['many fields', posted(review(), 'a=b&'.repeat(60))],
      ['a long field', posted(review(), partsOf(field('text', 'a'.repeat(200_000))), multipart)],
      ['many parts', posted(review(), partsOf(...Array.from({ length: 60 }, (_, index) => field(`f${index}`, 'a'))), multipart)],
      ['a large file', posted(review(), partsOf(file(10 * 1024 * 1024 + 1)), multipart)],
      ['six files', posted(review(), partsOf(...Array.from({ length: 6 }, () => file(10))), multipart)],
    ];
    for (const [name, answer] of tooMuch) expect([name, (await answer).status]).toEqual([name, 413]);
  });

  // FAULT: Multer’s MISSING_FIELD_NAME is answered as 413, "It has more in it than Parley takes at once".
  it('is a broken form, not a large one, where a part has no name', async () => {
    expect((await posted(review(), partsOf('Content-Disposition: form-data\r\n\r\nHello'), multipart)).status).toBe(400);
  });

  it('is told in its own words where nobody said how large it is', async () => {
    const { status, body } = await posted(review(), partsOf(field('text', 'Hello')), { ...multipart, 'transfer-encoding': 'chunked' });
    expect([status, body.includes('did not say how large it is')]).toEqual([400, true]);
  });

  it('is shown again where a character was lost on the way, whichever way the form is sent', async () => {
    const text = 'She wrote caf\uFFFD, and so it stands in her mail.';
    for (const [body, type] of [
      [written(text), form],
      [partsOf(field('text', text), field('submission', randomUUID())), multipart],
    ] as const) {
      const answer = await posted(review(), body, type);
      expect(answer.status).toBe(422);
      expect(answer.body).toContain('stands for a character that was lost');
      expect(answer.body).toContain(`${text}</textarea>`);
    }
  });

  it('is refused with the text kept where a form has fields twice or fields of somebody’s own', async () => {
    const keep = 'Every word of this is still there.';
    for (const more of [
      '&submission=1',
      `&urgent=&urgent=`,
      '&admin=1',
      '&constructor=1',
      '&toString=1',
      '&text[a]=1',
      '&corrects[]=1',
      '&name.x=1',
      '&hasOwnProperty=1',
    ]) {
      const { status, body } = await posted(review(), written(keep) + more);
      expect([more, status, body.includes(`${keep}</textarea>`)]).toEqual([more, 422, true]);
    }
    for (const name of ['__proto__', '__proto__[text]', 'constructor.prototype']) {
      for (const [body, type] of [
        [`${written(keep)}&${name}=polluted`, form],
        [partsOf(field('text', keep), field(name, 'polluted')), multipart],
      ] as const) {
        expect((await posted(review(), body, type)).status).toBeLessThan(500);
      }
    }
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as { text?: string }).text).toBeUndefined();
    expect((await posted(review(), written(keep))).status).toBe(200);
  });
});

it('a line break hidden in a name or a title is refused, and the rest of the form stays', async () => {
  for (const hidden of ['\n', '\r\n', '\u2028', '\u0085', '\u001b']) {
    const broken = `Before${hidden}after`;
    for (const [at, fields, keep] of [
      ['/messages/new', { title: broken, text: 'Words to keep.', about: `child:${world.theo}` }, 'Words to keep.'],
      ['/feeds/new', { name: broken, detail: 'full' }, 'value="full" checked'],
      ['/busy', { name: broken }, 'name="name"'],
      ['/handovers/items', { label: broken }, 'name="label"'],
    ] as const) {
      await amara.get(at);
      const action = at === '/messages/new' ? '/messages/new/review' : at;
      const { status, body } = await amara.submit(action, { ...fields }, at === '/busy' || at === '/messages/new' ? [] : undefined);
      expect([hidden, at, status, body.includes('Write this on one line'), body.includes(keep)]).toEqual([hidden, at, 422, true, true]);
    }
  }
});

it('what no page of ours sends is told in words that are nobody’s but ours', async () => {
  const cases: [path: string, body: string][] = [
    [review(), `${written('Hello')}&confirm=${'x'.repeat(41)}`],
    [review(), `${written('Hello')}&confirm=1&confirm=2`],
    [review(), `${written('Hello')}&edit=2`],
    [review(), `${written('Hello')}&urgent=x`],
    [review(), `${written('Hello')}&uploads=x`],
    ['/messages/search', 'q=a&before=0'],
    ['/messages/search', 'q=a&q=b'],
    ['/sign-in', 'email=a%40b.example&password=c&shared=2'],
  ];
  for (const [path, body] of cases) {
    const answer = await posted(path, body);
    expect([path, body, answer.status]).toEqual([path, body, 422]);
    expect(answer.body).not.toMatch(/Invalid|expected|Too (?:big|small)|received/);
  }
});

describe('who asks', () => {
  const write = (headers: Record<string, string>) => raw('POST', '/appearance', { ...form, ...headers }, 'theme=dark');

  it('must be a page of Parley’s own for anything that writes', async () => {
    for (const site of ['cross-site', 'same-site', 'none', 'Same-Origin', ''])
      expect([site, (await write({ 'sec-fetch-site': site, origin: app.url })).status]).toEqual([site, 403]);
    for (const origin of ['https://evil.example', 'null', `${app.url}.evil.example`, app.url.replace('http:', 'https:')])
      expect([origin, (await write({ origin })).status]).toEqual([origin, 403]);
    expect((await write({})).status).toBe(403);
    expect((await write({ origin: app.url })).status).toBe(303);
    expect((await write(ours)).status).toBe(303);
  });

  it('can use no other method, and asks for the head of every page alone', async () => {
    for (const path of ['/', '/today', '/leave', '/healthz', '/messages/new', review(), '/sign-in']) {
      for (const method of ['PUT', 'DELETE', 'PATCH', 'TRACE', 'OPTIONS', 'PROPFIND'])
        expect([404, 405]).toContain((await raw(method, path, { ...ours, ...cookie() })).status);
    }
    for (const { method, pattern } of app.routes) {
      if (method === 'POST' || pattern.includes('stream')) continue;
      const path = pattern.replace(':position', '3').replace(':familyId', world.familyId).replace(':subjectId', theirs);
      const [head, whole] = [await raw('HEAD', path, cookie()), await raw('GET', path, cookie())];
      expect([path, head.status, head.body]).toEqual([path, whole.status, '']);
    }
  });

  it('puts no other host into any page, and is sent nowhere else afterwards', async () => {
    for (const path of ['/', '/sign-in', '/no-such-page', '/today', '/messages', `/messages/${theirs}`, '/record', '/account']) {
      const { headers, body } = await raw('GET', path, { ...cookie(), host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' });
      expect(`${JSON.stringify(headers)} ${body}`).not.toContain('evil.example');
    }
    for (const here of [
      '//evil.example',
      '/\\evil.example',
      'https://evil.example',
      'javascript:alert(1)',
      '/\t/evil.example',
      '/%0d%0aLocation:%20//evil.example?',
      ' //evil.example',
      '/a\r\nX: y',
      '\\\\evil.example',
      '/@evil.example',
    ]) {
      const { status, headers } = await posted('/appearance', `theme=dark&here=${encodeURIComponent(here)}`);
      expect(status).toBe(303);
      expect([here, new URL(headers.location!, app.url).host]).toEqual([here, new URL(app.url).host]);
    }
    expect((await posted('/appearance', 'theme=dark&here=%2Fmessages%2Fnew')).headers.location).toBe('/messages/new');
  });
});

describe('every answer', () => {
  // FAULT: /healthz and /readyz stand before the headers in src/app.ts and carry only Cache-Control.
  it.each([
    ['a page', () => raw('GET', `/messages/${theirs}`, cookie()), 200],
    ['a public page', () => raw('GET', '/'), 200],
    ['a redirect', () => raw('GET', '/today'), 303],
    ['a stream', () => raw('GET', `/messages/stream?family=${world.familyId}&after=0`, cookie()), 200],
    ['not found', () => raw('GET', '/no-such-page'), 404],
    ['an address that cannot be read', () => raw('GET', '/%00'), 400],
    ['another site', () => raw('POST', '/appearance', form, 'theme=dark'), 403],
    ['another method', () => raw('PUT', '/today'), 405],
    ['too much', () => posted(review(), 'a'.repeat(200_000)), 413],
    ['another content type', () => posted(review(), '{}', { 'content-type': 'application/json' }), 415],
    ['a refused form', () => posted(review(), 'text='), 422],
    ['a look ahead', () => raw('GET', '/today', { ...cookie(), 'sec-purpose': 'prefetch' }), 503],
    ['the way out', () => raw('GET', '/leave'), 303],
    ['its health', () => raw('GET', '/healthz'), 200],
    ['its readiness', () => raw('GET', '/readyz'), 200],
  ])('says that it runs nothing foreign, is kept nowhere and tells nobody: %s', async (_name, ask, expected) => {
    const { status, headers } = await ask();
    expect(status).toBe(expected);
    expect(headers['cache-control']).toContain('no-store');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['referrer-policy']).toBe('no-referrer');
    expect(headers['content-security-policy']).toMatch(/default-src 'none'.*script-src 'self';.*frame-ancestors 'none'/);
    expect(headers['content-security-policy']).not.toMatch(/unsafe|\*|data:|http/);
    expect(headers['x-powered-by']).toBeUndefined();
  });

  it('has neither script nor style inside a page', async () => {
    for (const path of [
      '/',
      '/help',
      '/help/devices',
      '/how-the-record-works',
      '/schools',
      '/privacy',
      '/accessibility',
      '/sign-in',
      '/no-such-page',
      '/today',
      '/messages',
      '/messages/new',
      `/messages/${theirs}`,
      '/messages/search',
      '/record',
      `/record/${world.familyId}/3`,
      '/account',
    ]) {
      const { body } = await raw('GET', path, path === '/sign-in' ? {} : cookie());
      expect(body).toMatch(/<script src="\/assets\//);
      expect([path, body.match(/<script(?![^>]*\ssrc=)[^>]*>|<style|\sstyle=|\son\w+="|javascript:/gi)]).toEqual([path, null]);
    }
  });
});

it('nothing that anybody sends makes an error of ours, whichever way it is mixed', async () => {
  const table = app.routes.filter(({ pattern }) => pattern !== '/sign-out');
  const ids = [theirs, others, world.familyId, world.otherFamilyId, world.theo, world.leila, randomUUID()];
  const odd = fc.oneof(
    fc.constantFrom(
      ...ids,
      '',
      '0',
      '-1',
      '1',
      '3',
      '99999999999999',
      '2026-02-30',
      '\0',
      '\u202e',
      '\'"><script>',
      '${7*7}',
      '[object Object]',
      'child_ill',
      `child:${world.theo}`,
      'dark',
    ),
    fc.string({ unit: 'grapheme', maxLength: 40 }),
  );
  const names = fc.oneof(
    fc.constantFrom(
      'text',
      'submission',
      'urgent',
      'corrects',
      'confirm',
      'uploads',
      'title',
      'about',
      'family',
      'q',
      'sender',
      'subject',
      'child',
      'from',
      'to',
      'before',
      'at',
      'correct',
      'after',
      'all',
      'edit',
      'theme',
      'here',
      'email',
      `name.${theirs}`,
      '__proto__',
      'constructor',
    ),
    fc.string({ maxLength: 10 }),
  );
  const fields = fc.array(fc.tuple(names, odd), { maxLength: 9 });
  const requests = fc.record({
    route: fc.constantFrom(...table),
    segments: fc.array(fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...ids) }, { weight: 1, arbitrary: odd }), { minLength: 2, maxLength: 2 }),
    query: fields,
    body: fields,
    method: fc.oneof({ weight: 6, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.constantFrom('HEAD', 'POST', 'GET', 'PUT') }),
    type: fc.constantFrom(form['content-type'], form['content-type'], 'multipart/form-data; boundary=cut', 'application/json', ''),
  });
  await fc.assert(
    fc.asyncProperty(requests, async ({ route, segments, query, body, method, type }) => {
      let turn = 0;
      const path = route.pattern.replace(/:\w+/g, () => encodeURIComponent(segments[turn++ % 2]!.toWellFormed()));
      const asked = new URLSearchParams(query).toString();
      const sent = type.startsWith('multipart')
        ? partsOf(...body.map(([name, value]) => field(name.replace(/["\r\n]/g, '_'), value)))
        : new URLSearchParams(body).toString();
      const verb = method ?? route.method;
      const answer = await raw(
        verb,
        `${path}${asked ? `?${asked}` : ''}`,
        { ...ours, ...(path === '/leave' ? {} : cookie()), 'content-type': type },
        verb === 'GET' || verb === 'HEAD' ? '' : sent,
      );
      expect(answer.status).toBeLessThan(500);
    }),
    { numRuns: 400, seed: 20260309 },
  );
  expect((await amara.get('/today')).status).toBe(200);
});
