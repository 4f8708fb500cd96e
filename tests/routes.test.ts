import { randomUUIDv7 } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AttachmentId, SubjectId } from '../src/core/ids.ts';
import { type Path, paths } from '../src/web/paths.ts';
import type { RouteEntry } from '../src/web/route.ts';
import { startApp, type TestApp } from './support/app.ts';
import type { Answer, Client } from './support/client.ts';
import { cloneDatabase, type TestDatabase } from './support/database.ts';
import { buildWorld, subjectBy, type World } from './support/world.ts';

let database: TestDatabase;
let app: TestApp;
let world: World;
let subjectId: SubjectId;
let attachmentId: AttachmentId;
const clients: Record<'amara' | 'daniel' | 'nour' | 'staff' | 'visitor', Client> = {} as never;

beforeAll(async () => {
  database = await cloneDatabase();
  world = await buildWorld(database);
  app = await startApp(database);
  ({ subjectId } = await subjectBy(database, world.daniel, world.familyId, world.theo, 'Inhaler for PE', 'PE has moved to Friday.'));
  clients.amara = await app.signedIn(world.amara.email);
  clients.daniel = await app.signedIn(world.daniel.email);
  clients.nour = await app.signedIn(world.nour.email);
  clients.staff = await app.signedIn(world.ruth.email);
  clients.visitor = app.visitor();

  await clients.amara.get(`/messages/${subjectId}`);
  const pdf = { field: 'files', name: 'form.pdf', type: 'application/pdf', bytes: Buffer.from('%PDF-1.4\ntrailer <<>>\n%%EOF\n') };
  await clients.amara.submit(`/messages/${subjectId}/review`, { text: 'The form is here.' }, [pdf]);
  await clients.amara.submit(`/messages/${subjectId}/comments`);
  await clients.amara.get(`/messages/${subjectId}`);
  attachmentId = /\/attachments\/([0-9a-f-]{36})/.exec(clients.amara.page.body)![1] as AttachmentId;
});
afterAll(async () => {
  await app.close();
  await database.close();
});

const table = (): readonly RouteEntry[] => app.routes;
const patternOf = (at: string | Path): string => (typeof at === 'string' ? at : at.pattern);
const known = Object.values(paths as Record<string, string | Path>).map(patternOf);

/** Outside the table, because each has to work where the rest does not: while the database is away, or before anything is asked. */
const apart = [paths.health, paths.ready, paths.leave];

describe('the table of routes', () => {
  it('is the one that was reviewed: who may knock, and what is taken', () => {
    const reviewed = [
      'GET /, anyone, nothing',
      'GET /help, anyone, nothing',
      'GET /help/devices, anyone, nothing',
      'GET /how-the-record-works, anyone, nothing',
      'GET /schools, anyone, nothing',
      'GET /privacy, anyone, nothing',
      'GET /accessibility, anyone, nothing',
      'GET /sign-in, anyone, nothing',
      'POST /sign-in, anyone, form',
      'POST /sign-out, anyone, form',
      'GET /account, signed in, nothing',
      'POST /writing, signed in, form',
      'POST /appearance, anyone, form',
      'POST /family, parent, form',
      'GET /today, signed in, nothing',
      'GET /calendar, parent, nothing',
      'GET /calendar/new, parent, nothing',
      'GET /calendar/:month, parent, nothing',
      'GET /calendar/week/:day, parent, nothing',
      'GET /calendar/list/:month, parent, nothing',
      'GET /calendar/day/:day, parent, nothing',
      'GET /messages, parent, nothing',
      'GET /messages/new, parent, nothing',
      'POST /messages/new/review, parent, files',
      'POST /messages/new, parent, files',
      'GET /messages/search, parent, nothing',
      'POST /messages/search, parent, form',
      'GET /messages/stream, parent, nothing',
      'GET /messages/:subjectId, parent, nothing',
      'GET /messages/:subjectId/since/:position, parent, nothing',
      'POST /messages/:subjectId/review, parent, files',
      'POST /messages/:subjectId/comments, parent, files',
      'GET /attachments/:attachmentId, parent, nothing',
      'GET /activities, parent, nothing',
      'GET /activities/new, parent, nothing',
      'POST /activities/new, parent, form',
      'GET /activities/:activityId, parent, nothing',
      'GET /activities/:activityId/edit, parent, nothing',
      'POST /activities/:activityId/edit, parent, form',
      'POST /activities/:activityId/cancel, parent, form',
      'POST /activities/:activityId/remove, parent, form',
      'GET /activities/:activityId/day, parent, nothing',
      'POST /activities/:activityId/day, parent, form',
      'GET /activities/import, parent, nothing',
      'POST /activities/import, parent, list',
      'GET /activities/import/template.csv, parent, nothing',
      'GET /activities/import/:importId, parent, nothing',
      'POST /activities/import/:importId, parent, list',
      'GET /school/activities, signed in, nothing',
      'GET /school/activities/new, signed in, nothing',
      'POST /school/activities/new, signed in, form',
      'GET /school/activities/:activityId, signed in, nothing',
      'POST /school/activities/:activityId, signed in, form',
      'POST /school/activities/:activityId/cancel, signed in, form',
      'GET /school/activities/:activityId/day, signed in, nothing',
      'POST /school/activities/:activityId/day, signed in, form',
      'GET /school/calendar, signed in, nothing',
      'POST /school/calendar, signed in, form',
      'GET /school/calendar/:periodId, signed in, nothing',
      'POST /school/calendar/:periodId, signed in, form',
      'POST /school/calendar/:periodId/remove, signed in, form',
      'GET /children/:childId, parent, nothing',
      'GET /children/:childId/facts, parent, nothing',
      'POST /children/:childId/facts, parent, form',
      'GET /facts/:factId, parent, nothing',
      'POST /facts/:factId/change, parent, form',
      'POST /facts/:factId/remove, parent, form',
      'GET /link/:token/join, anyone, nothing',
      'POST /link/:token/join, anyone, form',
      'GET /link/:token/join/sent, anyone, nothing',
      'GET /link/:token/join/sign-in, anyone, nothing',
      'POST /link/:token/join/sign-in, anyone, form',
      'GET /confirm/:token, anyone, nothing',
      'POST /confirm/:token, anyone, form',
      'GET /schedule, parent, nothing',
      'GET /schedule/new, parent, nothing',
      'POST /schedule/new, parent, long form',
      'GET /schedule/breaks, parent, nothing',
      'POST /schedule/breaks, parent, long form',
      'GET /schedule/holidays, parent, nothing',
      'POST /schedule/holidays, parent, long form',
      'GET /requests, parent, nothing',
      'GET /requests/new/:kind, parent, nothing',
      'POST /requests/new/:kind, parent, long form',
      'GET /requests/:requestId, parent, nothing',
      'POST /requests/:requestId/answer, parent, form',
      'POST /requests/:requestId/withdraw, parent, form',
      'GET /requests/:requestId/counter, parent, nothing',
      'POST /requests/:requestId/counter, parent, long form',
      'GET /handovers, parent, nothing',
      'GET /handovers/items, parent, nothing',
      'POST /handovers/items, parent, form',
      'POST /handovers/items/:itemId/remove, parent, form',
      'GET /handovers/at/:moment, parent, nothing',
      'POST /handovers/at/:moment/mark, parent, form',
      'POST /handovers/at/:moment/note, parent, form',
      'POST /handovers/at/:moment/list, parent, form',
      'GET /handovers/:handoverId, parent, nothing',
      'POST /handovers/:handoverId/mark, parent, form',
      'POST /handovers/:handoverId/note, parent, form',
      'POST /handovers/:handoverId/list, parent, form',
      'GET /figures, parent, nothing',
      'GET /figures/file.csv, parent, nothing',
      'GET /feeds, parent, nothing',
      'GET /feeds/new, parent, nothing',
      'POST /feeds/new, parent, form',
      'POST /feeds/:feedId/revoke, parent, form',
      'GET /feed/:token, anyone, nothing',
      'GET /busy, parent, nothing',
      'POST /busy, parent, files',
      'POST /busy/:busyId/remove, parent, form',
      'GET /record, parent, nothing',
      'GET /record/:familyId/:position, parent, nothing',
      'POST /school/choose, signed in, form',
      'GET /school, signed in, nothing',
      'GET /school/parents.csv, signed in, nothing',
      'GET /school/stream, signed in, nothing',
      'POST /school/selection, signed in, form',
      'GET /school/letters, signed in, nothing',
      'POST /school/letters/codes, signed in, form',
      'GET /school/adults/:parentId, signed in, nothing',
      'POST /school/adults/:parentId/invite, signed in, form',
      'POST /school/adults/:parentId/remind, signed in, form',
      'POST /school/adults/:parentId/renew, signed in, form',
      'POST /school/adults/:parentId/revoke, signed in, form',
      'POST /school/adults/:parentId/code, signed in, form',
      'GET /link/:token, anyone, nothing',
      'GET /link/:token/code, anyone, nothing',
      'POST /link/:token/code, anyone, form',
      'GET /school/pupils, signed in, nothing',
      'GET /school/pupils/:childId, signed in, nothing',
      'GET /school/pupils/:childId/edit, signed in, nothing',
      'POST /school/pupils/:childId/edit, signed in, form',
      'POST /school/pupils/:childId/adults/:parentId/end, signed in, form',
      'GET /school/adults/new, signed in, nothing',
      'POST /school/adults/new, signed in, form',
      'GET /school/adults/:parentId/edit, signed in, nothing',
      'POST /school/adults/:parentId/edit, signed in, form',
      'GET /school/proposals, signed in, nothing',
      'POST /school/proposals/:proposalId/confirm, signed in, form',
      'POST /school/proposals/:proposalId/withdraw, signed in, form',
      'GET /school/import, signed in, nothing',
      'POST /school/import, signed in, files',
      'GET /school/import/template.csv, signed in, nothing',
      'GET /school/import/:importId, signed in, nothing',
      'GET /school/import/:importId/wrong.csv, signed in, nothing',
      'POST /school/import/:importId/commit, signed in, form',
      'GET /school/review, signed in, nothing',
      'POST /school/review/keys, signed in, form',
      'GET /school/review/:submissionId, signed in, nothing',
      'POST /school/review/:submissionId, signed in, form',
      'GET /school/adults/:parentId/another-photo, signed in, nothing',
      'POST /school/adults/:parentId/another-photo, signed in, form',
      'GET /school/photos/:photoId/:size, signed in, nothing',
      'GET /school/settings, signed in, nothing',
      'POST /school/settings, signed in, form',
      'GET /school/photos/import, signed in, nothing',
      'POST /school/photos/import, signed in, photos',
      'GET /school/photos/import/:importId, signed in, nothing',
      'POST /school/photos/import/:importId/start, signed in, form',
      'GET /link/:token/photo, anyone, nothing',
      'POST /link/:token/photo, anyone, photo',
      'GET /link/:token/photo/:submissionId, anyone, nothing',
      'GET /link/:token/photo/:submissionId/image, anyone, nothing',
      'GET /link/:token/photo/:submissionId/send, anyone, nothing',
      'POST /link/:token/photo/:submissionId/send, anyone, form',
      'GET /link/:token/uses, anyone, nothing',
      'POST /link/:token/uses, anyone, form',
      'GET /gate, signed in, nothing',
      'GET /gate/pin, signed in, nothing',
      'POST /gate/pin, signed in, form',
      'GET /gate/code, signed in, nothing',
      'POST /gate/code, signed in, form',
      'GET /gate/:childId, signed in, nothing',
      'GET /gate/:childId/change, signed in, nothing',
      'POST /gate/:childId/change, signed in, form',
      'POST /gate/:childId/collected, signed in, form',
      'POST /gate/:childId/undo, signed in, form',
      'GET /school/lock, signed in or locked, nothing',
      'POST /school/lock, signed in or locked, form',
      'POST /school/unlock, signed in or locked, form',
      'GET /school/collectors, signed in, nothing',
      'POST /school/collectors/:collectorId/confirm, signed in, form',
      'POST /school/collectors/:collectorId/decline, signed in, form',
      'POST /school/collectors/:collectorId/end, signed in, form',
      'POST /school/collections/:requestId/confirm, signed in, form',
      'POST /school/collections/:requestId/decline, signed in, form',
      'GET /collectors, parent, nothing',
      'GET /collectors/new, parent, nothing',
      'POST /collectors/new, parent, form',
      'POST /collectors/:collectorId/withdraw, parent, form',
      'POST /collectors/today, parent, form',
      'POST /collectors/today/:requestId/withdraw, parent, form',
    ];
    expect(
      table()
        .map(({ method, pattern, access, takes }) => `${method} ${pattern}, ${access}, ${takes}`)
        .sort(),
    ).toEqual(reviewed.sort());
  });

  it('has no two routes of one method and pattern, whatever their parameters are called', () => {
    const keys = table().map(({ method, pattern }) => `${method} ${pattern.replace(/:\w+/g, ':')}`);
    expect(keys).toEqual([...new Set(keys)]);
  });

  it('lets no earlier pattern take what a later one is for', () => {
    const shadowed = table().flatMap((route, index, all) => {
      const taken = all
        .slice(0, index)
        .filter(earlier => earlier.method === route.method && new RegExp(`^${earlier.pattern.replace(/:\w+/g, '[^/]+')}$`).test(route.pattern));
      return taken.map(earlier => `${earlier.pattern} takes ${route.pattern}`);
    });
    expect(shadowed).toEqual([]);
  });

  it('and the list of addresses name the same ones', async () => {
    const served = new Set([...table().map(({ pattern }) => pattern), ...apart]);
    expect([...served].filter(pattern => !known.includes(pattern))).toEqual([]);
    expect(known.filter(pattern => !served.has(pattern))).toEqual([]);
    expect([...new Set(known)]).toEqual(known);
    for (const pattern of apart) expect((await app.visitor().get(pattern)).status, pattern).toBeLessThan(400);
  });

  it('leads to each: what a page of the table sends arrives at its own route', async () => {
    await clients.amara.get('/messages/new');
    const review = await clients.amara.submit(
      '/messages/new/review',
      { title: 'Trip to the farm', about: `child:${world.theo}`, text: 'Who signs the form?' },
      [],
    );
    expect([review.status, clients.amara.text()]).toEqual([200, expect.stringContaining('Open this subject?')]);
    expect((await clients.amara.submit('/messages/new')).status).toBe(303);
  });

  it('answers a HEAD as a GET, and refuses every other way of asking', async () => {
    for (const { pattern } of table().filter(({ method, pattern: at }) => method === 'GET' && !at.includes(':'))) {
      const [head, get] = [await clients.visitor.request('HEAD', pattern), await clients.visitor.get(pattern)];
      expect([head.status, head.body], `HEAD ${pattern}`).toEqual([get.status, '']);
      for (const method of ['PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
        expect((await clients.visitor.request(method, pattern)).status, `${method} ${pattern}`).toBe(405);
      }
    }
  });
});

describe('an address with an id in it', () => {
  const ofTheRecord = /^\/(?:attachments|messages|record)\//;
  const withIds = () => table().filter(({ pattern }) => pattern.includes(':') && ofTheRecord.test(pattern));
  const ids = () => ({ subjectId, attachmentId, familyId: world.familyId, position: '4' });
  const strangeIds = () => ({ subjectId: randomUUIDv7(), attachmentId: randomUUIDv7(), familyId: randomUUIDv7(), position: '4' });
  const fill = (pattern: string, values: Record<string, string>) => pattern.replace(/:(\w+)/g, (_, name: string) => values[name]!);

  const ask = (client: Client, { method, takes }: RouteEntry, at: string): Promise<Answer> => {
    if (method === 'GET') return client.get(at);
    const fields = { text: 'From somebody else.', submission: randomUUIDv7(), urgent: '', corrects: '' };
    return takes === 'files' ? client.upload(at, fields, []) : client.post(at, fields);
  };

  it('is covered here as a whole', () => {
    expect(
      withIds()
        .map(({ method, pattern }) => `${method} ${pattern}`)
        .sort(),
    ).toEqual([
      'GET /attachments/:attachmentId',
      'GET /messages/:subjectId',
      'GET /messages/:subjectId/since/:position',
      'GET /record/:familyId/:position',
      'POST /messages/:subjectId/comments',
      'POST /messages/:subjectId/review',
    ]);
  });

  it('is there for both parents whose record it is', async () => {
    for (const route of withIds()) {
      for (const who of ['amara', 'daniel'] as const) {
        const { status } = await ask(clients[who], route, fill(route.pattern, ids()));
        expect(status, `${who}: ${route.method} ${route.pattern}`).toBe(route.pattern.endsWith('/comments') ? 303 : 200);
      }
    }
  });

  it('is not there for a stranger or for staff, with the same words as one that never was', async () => {
    const told = ({ status, body, headers }: Answer) => ({ status, body, type: headers.get('content-type'), kept: headers.get('cache-control') });
    for (const route of withIds()) {
      for (const who of ['nour', 'staff'] as const) {
        const theirs = await ask(clients[who], route, fill(route.pattern, ids()));
        expect(theirs.status, `${who}: ${route.method} ${route.pattern}`).toBe(404);
        const never = await ask(clients[who], route, fill(route.pattern, strangeIds()));
        expect(told(theirs), `${who}: ${route.method} ${route.pattern}`).toEqual(told(never));
      }
    }
  });

  it('sends a visitor to sign in, or says that nothing was sent', async () => {
    for (const route of withIds()) {
      const answer = await ask(clients.visitor, route, fill(route.pattern, ids()));
      if (route.method === 'GET') expect([answer.status, answer.location], route.pattern).toEqual([303, paths.signIn]);
      else expect([answer.status, /nothing was sent/.test(answer.body)], route.pattern).toEqual([403, true]);
    }
  });

  it('is not there where the id is none', async () => {
    const broken = ['x', '1', '%20', `${world.familyId}x`, world.familyId.toUpperCase().replace(/[0-9]/g, 'g'), '..%2f..%2fetc%2fpasswd'];
    for (const route of withIds()) {
      for (const value of broken) {
        const values = { subjectId: value, attachmentId: value, familyId: value, position: '4' };
        expect((await ask(clients.amara, route, fill(route.pattern, values))).status, `${route.pattern} with ${value}`).toBe(404);
      }
    }
    for (const position of ['0', '-1', '1.5', '1e3', '99999999999999999999', 'new']) {
      expect((await clients.amara.get(`/record/${world.familyId}/${position}`)).status, position).toBe(404);
    }
  });

  it('of the school’s side is not there for a parent, nor for staff of the school under an id that never was', async () => {
    const others = table().filter(({ pattern, access }) => pattern.includes(':') && access !== 'anyone' && !ofTheRecord.test(pattern));
    expect(others.length).toBeGreaterThan(20);
    for (const route of others) {
      const never = route.pattern.replace(':size', '320').replace(/:\w+/g, () => randomUUIDv7());
      const theirs = await ask(clients.amara, route, never);
      expect(theirs.status, `a parent: ${route.method} ${route.pattern}`).toBe(404);
      if (route.pattern.startsWith('/collectors')) continue;
      const { status } = await ask(clients.staff, route, never);
      expect([404, 422], `staff: ${route.method} ${route.pattern} answered ${status}`).toContain(status);
    }
  });

  it('took nothing from a stranger on its way', async () => {
    const { rows } = await database.admin.query<{ count: number }>('select count(*)::int as count from record.comments where author_id = $1', [
      world.nour.parentId,
    ]);
    expect(rows[0]!.count).toBe(0);
    const views = await database.admin.query('select from record.views where viewer_id = $1', [world.nour.parentId]);
    expect(views.rowCount).toBe(0);
  });
});

describe('an address without an id', () => {
  it('that is for parents is not there for staff, and sends a visitor to sign in', async () => {
    for (const { method, pattern, access } of table().filter(({ pattern: at }) => !at.includes(':'))) {
      if (access === 'anyone') continue;
      const visitor = method === 'GET' ? await clients.visitor.get(pattern) : await clients.visitor.post(pattern, {});
      expect([visitor.status, method === 'GET' ? visitor.location : null], `visitor: ${method} ${pattern}`).toEqual(
        method === 'GET' ? [303, paths.signIn] : [403, null],
      );
      if (access !== 'parent') continue;
      const staff = method === 'GET' ? await clients.staff.get(pattern) : await clients.staff.post(pattern, {});
      expect(staff.status, `staff: ${method} ${pattern}`).toBe(404);
    }
  });

  it('refuses a write that another site sends in a person’s name', async () => {
    for (const { method, pattern } of table().filter(route => route.method === 'POST')) {
      const at = pattern.replace(':subjectId', subjectId);
      for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }, { 'sec-fetch-site': 'none' }]) {
        expect((await clients.amara.post(at, { text: 'x' }, headers)).status, `${method} ${pattern}`).toBe(403);
      }
    }
    expect((await clients.amara.get('/account')).status).toBe(200);
  });
});
