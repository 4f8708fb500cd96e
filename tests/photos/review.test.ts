import { randomUUIDv7 } from 'node:crypto';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { decide } from '../../src/photos/review/decide.ts';
import { newsText, tellParentJob } from '../../src/photos/review/tell-parent.ts';
import { findSchool } from '../../src/schools/index.ts';
import type { TestApp } from '../support/app.ts';
import type { Client } from '../support/client.ts';
import { statementsOf } from '../support/statements.ts';
import type { TestDatabase } from '../support/database.ts';
import { provedLink } from '../support/links.ts';
import { closeWorld, openWorld } from '../support/open-world.ts';
import { type Adult, adultAt, type HandedIn, photoOf, type Staff, staffAt } from '../support/photos.ts';
import type { World } from '../support/world.ts';

let database: TestDatabase;
let app: TestApp;
let world: World;
let ruth: Staff;
let olu: Staff;
let head: Staff;
const clients = {} as Record<'ruth' | 'olu' | 'tom' | 'head' | 'parent' | 'visitor', Client>;
beforeAll(async () => {
  ({ database, world, app } = await openWorld());
  ruth = { kind: 'user', accountId: world.ruth.accountId, parentId: null, email: world.ruth.email, name: 'Ruth Farrell' };
  olu = await staffAt(database, world.school, 'office', 'Olu Ade', 'olu@stbrigids.example');
  await staffAt(database, world.school, 'gate', 'Tom Byrne', 'tom@stbrigids.example');
  head = await staffAt(database, world.otherSchool, 'admin', 'The head', 'head@hillview.example');
  clients.ruth = await app.signedIn(ruth.email);
  clients.olu = await app.signedIn(olu.email);
  clients.tom = await app.signedIn('tom@stbrigids.example');
  clients.head = await app.signedIn(head.email);
  clients.parent = await app.signedIn(world.amara.email);
  clients.visitor = app.visitor();
});
afterAll(() => closeWorld({ app, database }));
/** Nothing waits from the test before. */
beforeEach(async () => {
  await database.admin.query(`update parley.submissions set status = 'withdrawn' where status = 'waiting'`);
  await database.admin.query('delete from graphile_worker._private_jobs');
});

const all = async <Row extends object>(sql: string, values: unknown[] = []): Promise<Row[]> => (await database.admin.query<Row>(sql, values)).rows;
let adults = 0;
const adult = (options: Partial<Parameters<typeof adultAt>[2]> = {}, school = world.school): Promise<Adult> =>
  adultAt(database, school, { givenName: 'Nour', surname: `Haddad${(adults += 1)}`, ...options });
const waiting = async (who?: Adult, options: Parameters<typeof photoOf>[3] = {}): Promise<HandedIn> =>
  photoOf(database, app.services.photos.store, who ?? (await adult()), options);
/** What a page says; a name stands in an element of its own, and its full stop after it. */
const textOf = (client: Client) => client.text().replaceAll(' . ', '. ');
const pageOf = (photo: HandedIn) => `/school/review/${photo.submissionId}`;
const statusOf = async ({ submissionId }: HandedIn) =>
  (await all<{ status: string }>('select status from parley.submissions where id = $1', [submissionId]))[0]!.status;
const adultStatus = async ({ parentId }: Adult) =>
  (await all<{ status: string }>('select status from parley.school_parents where parent_id = $1', [parentId]))[0]!.status;
const reviewsOf = ({ submissionId }: HandedIn) =>
  all<{ decision: string; reason: string | null; note: string | null; by: string }>(
    'select decision, reason_code as reason, note, reviewed_by as by from parley.photo_reviews where submission_id = $1 order by id',
    [submissionId],
  );
const queued = () =>
  all<{ task: string }>(`select t.identifier as task from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id`);
const linkOf = async (id: string) =>
  (await all<{ closed: boolean }>('select closed_at is not null as closed from parley.invitations where id = $1', [id]))[0]!.closed;

describe('a decision', () => {
  it('approves: the photo takes the place of the one in use, the link closes, and the next in the queue is shown', async () => {
    const who = await adult();
    const link = await provedLink(database, who, ruth);
    const before = await waiting(who, { status: 'approved', days: 300 });
    const photo = await waiting(who, { invitationId: link, days: 2 });
    const next = await waiting(undefined, { days: 1 });
    await clients.ruth.get(pageOf(photo));
    expect(clients.ruth.page.body).toContain(`/school/photos/${photo.photoId}/1024?on=review`);
    expect(clients.ruth.page.body).toContain(`/school/photos/${before.photoId}/1024?on=review`);
    const answer = await clients.ruth.submit(pageOf(photo), { do: 'approve' });
    expect([answer.status, answer.location]).toEqual([303, `${pageOf(next)}?done=${photo.submissionId}`]);
    await clients.ruth.get(answer.location!);
    expect(textOf(clients.ruth)).toContain(`Approved: ${who.name}. The photo is in use from now on.`);
    expect([await statusOf(photo), await statusOf(before), await adultStatus(who), await linkOf(link)]).toEqual(['approved', 'superseded', 'approved', true]);
    expect(await reviewsOf(photo)).toEqual([{ decision: 'approve', reason: null, note: null, by: ruth.accountId }]);
    expect(await all('select action, actor_id, target_id from record.audit_events where target_id = $1', [photo.submissionId])).toEqual([
      { action: 'photo.approved', actor_id: ruth.accountId, target_id: photo.submissionId },
    ]);
    expect(await queued()).toEqual([{ task: 'photos.tell-parent' }]);
  });

  it('asks for another: the reason and the line are kept for the parent, and the same link stays open', async () => {
    const who = await adult({ email: 'nour@parley.example' });
    const link = await provedLink(database, who, ruth);
    const photo = await waiting(who, { invitationId: link });
    await clients.ruth.get(pageOf(photo));
    const form = { do: 'retake', reason: 'face_small', note: 'Please come a little closer. شكرا' };
    const answer = await clients.ruth.post(pageOf(photo), form);
    expect([answer.status, answer.location]).toEqual([303, `/school/review?done=${photo.submissionId}`]);
    await clients.ruth.get(answer.location!);
    expect(textOf(clients.ruth)).toContain(`Asked for another: ${who.name}. The same link is open.`);
    expect([await statusOf(photo), await adultStatus(who), await linkOf(link)]).toEqual(['retake', 'retake', false]);
    expect(await reviewsOf(photo)).toEqual([{ decision: 'retake', reason: 'face_small', note: form.note, by: ruth.accountId }]);
    expect(await queued()).toEqual([{ task: 'onboarding.send-link' }]);
  });

  it('says so where the link cannot be opened again', async () => {
    const photo = await waiting();
    await clients.ruth.post(pageOf(photo), { do: 'retake', reason: 'dark_or_blurred', note: '' });
    await clients.ruth.get(clients.ruth.page.location!);
    expect(clients.ruth.text()).toContain('Their link no longer works: make a new one');
    expect(await queued()).toEqual([{ task: 'photos.tell-parent' }]);
  });

  it('rejects, with a reason for the school alone, and closes the link; the photo in use stays', async () => {
    const who = await adult();
    const link = await provedLink(database, who, ruth);
    const inUse = await waiting(who, { status: 'approved', days: 9 });
    const photo = await waiting(who, { invitationId: link });
    const answer = await clients.olu.post(pageOf(photo), { do: 'reject', rejection: 'someone_else' });
    expect(answer.status).toBe(303);
    expect([await statusOf(photo), await statusOf(inUse), await adultStatus(who), await linkOf(link)]).toEqual(['rejected', 'approved', 'rejected', true]);
    expect(await reviewsOf(photo)).toEqual([{ decision: 'reject', reason: 'someone_else', note: null, by: olu.accountId }]);
  });

  it('needs a reason for another photo and for a rejection, and keeps what was typed', async () => {
    const photo = await waiting();
    const cases: [Record<string, string>, string][] = [
      [{ do: 'retake', note: 'Half a line' }, 'Choose why another photo is needed'],
      [{ do: 'retake', reason: 'other', note: ' ' }, 'Write the reason in a line that the parent will read'],
      [{ do: 'retake', reason: 'ugly', note: '' }, 'Choose why another photo is needed'],
      [{ do: 'retake', reason: 'face_small', note: 'x'.repeat(501) }, 'Keep this to 500 characters or fewer'],
      [{ do: 'reject' }, 'Choose why the photo is rejected'],
      [{ do: 'forget' }, 'Choose what to do with this photo'],
      [{}, 'Choose what to do with this photo'],
    ];
    for (const [fields, message] of cases) {
      const answer = await clients.ruth.post(pageOf(photo), fields);
      expect([answer.status, clients.ruth.text().includes(message)], message).toEqual([422, true]);
      if (fields.note?.trim()) expect(clients.ruth.form(pageOf(photo)).address).toBe(pageOf(photo));
    }
    await clients.ruth.post(pageOf(photo), { do: 'retake', note: 'Half a line <b>' });
    expect(clients.ruth.page.body).toContain('Half a line &lt;b&gt;</textarea>');
    expect([await statusOf(photo), await reviewsOf(photo)]).toEqual(['waiting', []]);
  });

  it('is one, when two reviewers press at once; the second is told who decided what, and shown the next', async () => {
    const photos = await Promise.all([9, 8, 7, 6, 5].map(async days => waiting(await adult(), { days })));
    const last = await waiting(undefined, { days: 1 });
    for (const photo of photos) {
      const [one, other] = await Promise.all([
        clients.ruth.post(pageOf(photo), { do: 'approve' }),
        clients.olu.post(pageOf(photo), { do: 'reject', rejection: 'no_person' }),
      ]);
      expect([one.status, other.status]).toEqual([303, 303]);
      const reviews = await reviewsOf(photo);
      expect(reviews).toHaveLength(1);
      expect(await statusOf(photo)).toBe(reviews[0]!.decision === 'approve' ? 'approved' : 'rejected');
      const [first, second, words] =
        reviews[0]!.by === ruth.accountId ? (['ruth', 'olu', 'Ruth Farrell approved it'] as const) : (['olu', 'ruth', 'Olu Ade rejected it'] as const);
      await clients[second].get(clients[second].page.location!);
      expect(textOf(clients[second])).toContain(`Decided already: ${photo.name}. ${words} (today, `);
      await clients[first].get(clients[first].page.location!);
      expect(clients[first].text()).not.toContain('Decided already');
    }
    expect(clients.ruth.page.body).toContain(pageOf(last));
    expect(await all('select from record.audit_events where target_id = any ($1)', [photos.map(photo => photo.submissionId)])).toHaveLength(5);
  });

  it('is one, however often the same person presses', async () => {
    const photo = await waiting();
    const answers = await Promise.all(Array.from({ length: 4 }, () => clients.ruth.post(pageOf(photo), { do: 'approve' })));
    expect(answers.map(({ status }) => status)).toEqual([303, 303, 303, 303]);
    expect(await reviewsOf(photo)).toHaveLength(1);
    await clients.ruth.get(answers[3]!.location!);
    expect(textOf(clients.ruth)).toContain(`Approved: ${photo.name}`);
  });

  it('cannot be changed or taken out, by anyone', async () => {
    const photo = await waiting();
    await clients.ruth.post(pageOf(photo), { do: 'approve' });
    for (const sql of [
      'update parley.photo_reviews set note = null',
      'delete from parley.photo_reviews',
      'truncate parley.photo_reviews',
      'delete from parley.photo_views',
    ]) {
      await expect(database.db.pool.query(sql), sql).rejects.toMatchObject({ code: '42501' });
      if (!sql.includes('views')) await expect(database.admin.query(sql), sql).rejects.toMatchObject({ code: 'P0R01' });
    }
    const twice = database.db.pool.query(`insert into parley.photo_reviews (submission_id, decision, reviewed_by) values ($1, 'approve', $2)`, [
      photo.submissionId,
      olu.accountId,
    ]);
    await expect(twice).rejects.toMatchObject({ constraint: 'photo_reviews_once' });
  });

  it('leaves nothing behind when the power fails in its middle', async () => {
    const photo = await waiting();
    const broken = database.db.transact(ruth, async work => {
      await decide(work, await findSchool(work.trx, ruth), photo.submissionId, { do: 'approve' });
      throw new Error('the power failed');
    });
    await expect(broken).rejects.toThrow('the power failed');
    expect([await statusOf(photo), await adultStatus(photo), await reviewsOf(photo), await queued()]).toEqual(['waiting', 'waiting', [], []]);
  });
});

describe('the queue', () => {
  it('is empty, and says what would be there', async () => {
    expect((await clients.ruth.get('/school/review')).status).toBe(200);
    expect(clients.ruth.text()).toContain('No photo is waiting');
    expect(clients.ruth.page.body).not.toContain('<table');
  });

  it('has the oldest first, in pages; leaving one for later keeps it, and goes round', async () => {
    const photos: HandedIn[] = [];
    for (let days = 45; days > 0; days -= 1) photos.push(await waiting(undefined, { days }));
    await clients.ruth.get('/school/review');
    expect(clients.ruth.text()).toContain('45 photos waiting');
    const shown: string[] = [];
    for (const summary of ['1 to 20 of 45', '21 to 40 of 45', '41 to 45 of 45']) {
      expect(clients.ruth.text()).toContain(summary);
      shown.push(...[...clients.ruth.page.body.matchAll(/<th scope="row"[\s\S]*?href="\/school\/review\/([0-9a-f-]{36})"/g)].map(([, id]) => id!));
      const next = /href="(\/school\/review\?from=[^"]+)">Next page/.exec(clients.ruth.page.body)?.[1];
      if (next) await clients.ruth.get(next);
      else expect(summary).toBe('41 to 45 of 45');
    }
    expect(shown).toEqual(photos.map(photo => photo.submissionId));

    const skip = () => /id="skip" href="([^"]+)"/.exec(clients.ruth.page.body)![1]!;
    await clients.ruth.get(pageOf(photos[0]!));
    expect(clients.ruth.text()).toContain('Photo 1 of 45 waiting.');
    expect(clients.ruth.page.body).not.toContain('id="previous"');
    await clients.ruth.get(skip());
    expect(clients.ruth.text()).toContain('Photo 2 of 45 waiting.');
    await clients.ruth.submit(pageOf(photos[1]!), { do: 'approve' });
    expect(clients.ruth.page.location).toContain(photos[2]!.submissionId);
    await clients.ruth.get(pageOf(photos[44]!));
    expect(skip()).toBe(pageOf(photos[0]!));
    expect(await statusOf(photos[0]!)).toBe('waiting');
  });

  it('shows each photo with its checks in words, the numbers behind them, and what the program saw first', async () => {
    const photo = await waiting(undefined, {
      checks: {
        checks: [
          { name: 'One face', verdict: 'advice', note: 'The head leans a little. It can be sent as it is.' },
          { name: 'Sharp', verdict: 'fine', note: 'Clear enough to know you by.' },
          { name: 'Bright', verdict: 'unknown', note: 'This can be seen once there is one face.' },
          { name: 'Size', verdict: 'fine', note: '1,200 by 1,500 pixels.' },
        ],
        unreadable: null,
        numbers: {
          width: 1200,
          height: 1500,
          bytes: 9,
          faces: [],
          quality: { eyeDistance: 214.4, sharpness: 44.21, mean: 0.52, darkShare: 0.03, lightShare: 0, sideDifference: 0, grey: false },
        },
        thresholds: 'standard',
        inspector: null,
      },
    });
    await clients.ruth.get('/school/review');
    expect(clients.ruth.text()).toContain('Look closely The head leans a little.');
    await clients.ruth.get(pageOf(photo));
    const text = clients.ruth.text();
    expect(text).toContain('Sharp, large enough Look at the face The head leans a little. Not checked by the program Please look yourself: bright enough.');
    expect(text).not.toContain('It can be sent as it is');
    expect(text).toMatch(/What was measured.*Between the eyes 214 pixels.*44\.2/);
    expect(text).toContain('Parley does not compare these faces.');
  });

  it('does not hold photos of those who no longer collect, nor what was never sent', async () => {
    const gone = await waiting();
    await database.admin.query('update parley.school_parents set until = now() where parent_id = $1', [gone.parentId]);
    const draft = await waiting(undefined, { status: 'draft' });
    await clients.ruth.get('/school/review');
    expect(clients.ruth.text()).toContain('No photo is waiting');
    expect((await clients.ruth.post(pageOf(gone), { do: 'approve' })).status).toBe(404);
    expect((await clients.ruth.get(pageOf(draft))).status).toBe(404);
    expect((await clients.ruth.post(pageOf(draft), { do: 'approve' })).status).toBe(404);
    expect((await clients.ruth.get(`/school/photos/${draft.photoId}/320`)).status).toBe(404);
  });

  it('sends whoever opens a photo that was decided to the next one', async () => {
    const photo = await waiting(undefined, { days: 3 });
    const next = await waiting();
    await clients.olu.post(pageOf(photo), { do: 'reject', rejection: 'unsuitable' });
    const answer = await clients.ruth.get(pageOf(photo));
    expect([answer.status, answer.location]).toEqual([303, `${pageOf(next)}?done=${photo.submissionId}`]);
    await clients.ruth.get(answer.location!);
    expect(textOf(clients.ruth)).toContain(`Decided already: ${photo.name}. Olu Ade rejected it`);
  });
});

describe('who may', () => {
  it('another school’s staff, a parent and a made-up address get the same 404; a visitor signs in', async () => {
    const photo = await waiting();
    const never = randomUUIDv7();
    for (const at of [pageOf(photo), `/school/photos/${photo.photoId}/320`, `/school/adults/${photo.parentId}/another-photo`]) {
      const theirs = await clients.head.get(at);
      const none = await clients.head.get(at.replace(/[0-9a-f-]{36}/, never));
      expect([theirs.status, theirs.body], at).toEqual([404, none.body]);
      expect((await clients.parent.get(at)).status, at).toBe(404);
      expect([(await clients.visitor.get(at)).status, clients.visitor.page.location], at).toEqual([303, '/sign-in']);
    }
    expect((await clients.head.post(pageOf(photo), { do: 'approve' })).status).toBe(404);
    expect((await clients.parent.post(pageOf(photo), { do: 'approve' })).status).toBe(404);
    expect((await clients.visitor.post(pageOf(photo), { do: 'approve' })).status).toBe(403);
    await clients.head.get(`/school/review?done=${photo.submissionId}`);
    expect(clients.head.text()).not.toContain(photo.name);
    expect([await statusOf(photo), await reviewsOf(photo)]).toEqual(['waiting', []]);
    expect(await all('select from parley.photo_views where photo_id = $1', [photo.photoId])).toEqual([]);
  });

  it('staff at the gate decide nothing', async () => {
    const photo = await waiting();
    for (const at of ['/school/review', pageOf(photo), `/school/adults/${photo.parentId}/another-photo`])
      expect((await clients.tom.get(at)).status, at).toBe(403);
    expect((await clients.tom.post(pageOf(photo), { do: 'approve' })).status).toBe(403);
    expect((await clients.tom.post(`/school/adults/${photo.parentId}/another-photo`, { reason: 'outdated', note: '' })).status).toBe(403);
    expect((await clients.tom.post('/school/review/keys', { keys: 'off' })).status).toBe(403);
    expect(await statusOf(photo)).toBe('waiting');
  });

  it('staff whose time at the school has ended see nothing', async () => {
    const photo = await waiting();
    const former = await staffAt(database, world.school, 'office', 'Was Here', `was${adults}@stbrigids.example`);
    const client = await app.signedIn(former.email);
    expect((await client.get(pageOf(photo))).status).toBe(200);
    await database.admin.query('update parley.staff set until = now() where account_id = $1', [former.accountId]);
    expect((await client.get(pageOf(photo))).status).toBe(404);
    expect((await client.get(`/school/photos/${photo.photoId}/320?on=review`)).status).toBe(404);
  });
});

describe('a photo', () => {
  const fetchPhoto = (client: Client, photo: HandedIn, size: string, on = '?on=review') =>
    fetch(`${app.url}/school/photos/${photo.photoId}/${size}${on}`, {
      redirect: 'manual',
      headers: { cookie: client.cookie },
    });

  it('is served in three sizes, kept by nobody, and each view is noted with who, how large and where', async () => {
    const photo = await waiting();
    for (const size of ['1024', '320', '96']) {
      const answer = await fetchPhoto(clients.ruth, photo, size);
      const { width, format } = await sharp(Buffer.from(await answer.arrayBuffer())).metadata();
      expect([answer.status, width, format]).toEqual([200, Number(size), 'webp']);
      const header = (name: string) => answer.headers.get(name);
      expect([header('content-type'), header('cache-control'), header('x-content-type-options'), header('cross-origin-resource-policy')]).toEqual([
        'image/webp',
        'private, no-store',
        'nosniff',
        'same-origin',
      ]);
      expect(header('content-disposition')).toMatch(/^attachment; filename="photo\.webp"/);
      expect([header('etag'), header('last-modified')]).toEqual([null, null]);
    }
    await fetchPhoto(clients.olu, photo, '96', '?on=dashboard');
    await fetchPhoto(clients.olu, photo, '96', '');
    expect(await all('select viewer_id, size, page from parley.photo_views where photo_id = $1 order by id', [photo.photoId])).toEqual([
      { viewer_id: ruth.accountId, size: '1024', page: 'review' },
      { viewer_id: ruth.accountId, size: '320', page: 'review' },
      { viewer_id: ruth.accountId, size: '96', page: 'review' },
      { viewer_id: olu.accountId, size: '96', page: 'dashboard' },
      { viewer_id: olu.accountId, size: '96', page: 'alone' },
    ]);
  });

  it('has no other size, and at the gate is there once it is in use', async () => {
    const photo = await waiting();
    for (const size of ['master', '640', '0', '96.webp']) expect((await fetchPhoto(clients.ruth, photo, size)).status, size).toBe(404);
    expect((await fetchPhoto(clients.tom, photo, '320', '?on=gate')).status).toBe(404);
    await clients.ruth.post(pageOf(photo), { do: 'approve' });
    expect((await fetchPhoto(clients.tom, photo, '320', '?on=gate')).status).toBe(200);
    expect((await fetchPhoto(clients.head, photo, '320', '?on=gate')).status).toBe(404);
  });

  it('lies in the store as bytes that nobody can read', async () => {
    const photo = await waiting();
    const bytes = (await app.services.photos.store.get(`${photo.storeKey}/320`))!;
    expect(bytes.includes('WEBP')).toBe(false);
    await expect(sharp(bytes).metadata()).rejects.toThrow();
  });
});

describe('another photo of somebody whose photo is in use', () => {
  it('is asked for once; the one in use stays until the new one is approved', async () => {
    const who = await adult({ email: 'nour@parley.example' });
    const link = await provedLink(database, who, ruth);
    const inUse = await waiting(who, { invitationId: link });
    await clients.ruth.post(pageOf(inUse), { do: 'approve' });
    const at = `/school/adults/${who.parentId}/another-photo`;
    await clients.ruth.get(at);
    expect(clients.ruth.text()).toContain('stays at the gate until you approve the new one');
    expect([(await clients.ruth.submit(at, { note: 'Five years old' })).status, clients.ruth.text()]).toEqual([
      422,
      expect.stringContaining('Choose why another photo is needed'),
    ]);
    expect(clients.ruth.form(at).fields.note).toBe('Five years old');
    const answer = await clients.ruth.submit(at, { reason: 'outdated' });
    expect([answer.status, answer.location]).toEqual([303, `/school/adults/${who.parentId}`]);
    expect([await statusOf(inUse), await adultStatus(who), await linkOf(link)]).toEqual(['approved', 'retake', false]);
    expect(await reviewsOf(inUse)).toEqual([
      { decision: 'approve', reason: null, note: null, by: ruth.accountId },
      { decision: 'retake', reason: 'outdated', note: 'Five years old', by: ruth.accountId },
    ]);
    expect((await clients.olu.post(at, { reason: 'outdated', note: '' })).status).toBe(409);
    expect(await reviewsOf(inUse)).toHaveLength(2);

    const newer = await waiting(who, { invitationId: link });
    await clients.ruth.post(pageOf(newer), { do: 'approve' });
    expect([await statusOf(inUse), await statusOf(newer), await adultStatus(who)]).toEqual(['superseded', 'approved', 'approved']);
  });

  it('is not there for somebody without one, or at another school', async () => {
    const photo = await waiting();
    expect((await clients.ruth.get(`/school/adults/${photo.parentId}/another-photo`)).status).toBe(404);
    await clients.ruth.post(pageOf(photo), { do: 'approve' });
    expect((await clients.ruth.get(`/school/adults/${photo.parentId}/another-photo`)).status).toBe(200);
    expect((await clients.head.post(`/school/adults/${photo.parentId}/another-photo`, { reason: 'outdated', note: '' })).status).toBe(404);
    expect(await adultStatus(photo)).toBe('approved');
  });
});

describe('what the parent hears', () => {
  const tell = async (who: Adult) => {
    app.sent.length = 0;
    app.texted.length = 0;
    await tellParentJob(app.services).run({ schoolId: who.schoolId, parentId: who.parentId });
  };

  it('is neutral, by e-mail or else by SMS: nobody’s name, no child, no outcome', async () => {
    const both = await adult({ email: 'amara@parley.example', phone: '07700 900142' });
    await tell(both);
    expect([app.sent.length, app.texted.length]).toEqual([1, 0]);
    const [mail] = app.sent;
    expect(mail!.to).toBe('amara@parley.example');
    expect(`${mail!.subject} ${mail!.text}`).toContain('There is news about the photo for St Brigid’s Primary.');
    expect(`${mail!.subject} ${mail!.text}`).not.toMatch(/nour|haddad|theo|1B|approv|reject|retake|another|Ruth|[0-9a-f]{8}-/i);

    await tell(await adult({ phone: '07700 900142' }));
    expect([app.sent.length, app.texted]).toEqual([0, [{ to: '07700 900142', text: newsText('St Brigid’s Primary') }]]);
    await tell(await adult());
    expect([app.sent.length, app.texted.length]).toEqual([0, 0]);
  });

  it('does not reach somebody who no longer collects', async () => {
    const who = await adult({ email: 'sam@parley.example' });
    await database.admin.query('update parley.school_parents set until = now() where parent_id = $1', [who.parentId]);
    await tell(who);
    expect(app.sent).toEqual([]);
  });
});

describe('the keys', () => {
  it('are a person’s own choice, kept with their account', async () => {
    const photo = await waiting();
    await clients.olu.get(pageOf(photo));
    expect(clients.olu.page.body).toContain('/js/review.js');
    const answer = await clients.olu.submit('/school/review/keys', { keys: 'off' });
    expect([answer.status, answer.location]).toEqual([303, pageOf(photo)]);
    await clients.olu.get(pageOf(photo));
    expect(clients.olu.page.body).not.toMatch(/review\.js|aria-keyshortcuts|key-hint/);
    await clients.ruth.get(pageOf(photo));
    expect(clients.ruth.page.body).toContain('/js/review.js');
    const elsewhere = await app.signedIn(olu.email);
    await elsewhere.get(pageOf(photo));
    expect(elsewhere.page.body).not.toContain('/js/review.js');
    await elsewhere.submit('/school/review/keys', { keys: 'on' });
    await clients.olu.get(pageOf(photo));
    expect(clients.olu.page.body).toContain('/js/review.js');
  });
});

it('a page of the review takes three statements, the session’s included', async () => {
  const photo = await waiting();
  expect(await statementsOf(async () => expect((await clients.ruth.get(pageOf(photo))).status).toBe(200))).toHaveLength(3);
});
