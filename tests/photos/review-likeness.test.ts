import { randomUUIDv7 } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { jobs, schedules } from '../../src/jobs.ts';
import { describeFaces } from '../../src/photos/review/likeness.ts';
import { decodePhoto } from '../../src/platform/photo/decode-photo.ts';
import { shrinkForFaces } from '../../src/platform/photo/derive-sizes.ts';
import { deleteExpired } from '../../src/photos/review/retention.ts';
import type { TestApp } from '../support/app.ts';
import type { Client } from '../support/client.ts';
import type { TestDatabase } from '../support/database.ts';
import { testKeyring } from '../support/keyring.ts';
import { makeLink, provedBrowser } from '../support/links.ts';
import { closeWorld, openWorld } from '../support/open-world.ts';
import { type Adult, adultAt, type HandedIn, photoOf, type Staff, staffAt } from '../support/photos.ts';
import type { World } from '../support/world.ts';

let database: TestDatabase;
let app: TestApp;
let world: World;
let ruth: Client;
let olu: Client;
let head: Client;
let staff: Staff;
/** One person, the same person on another day, and somebody else. */
const pictures = {} as Record<'one' | 'again' | 'other', Buffer>;
beforeAll(async () => {
  ({ database, world, app } = await openWorld());
  ruth = await app.signedIn(world.ruth.email);
  staff = await staffAt(database, world.school, 'office', 'Olu Ade', 'olu@stbrigids.example');
  olu = await app.signedIn(staff.email);
  await staffAt(database, world.school, 'gate', 'Tom Byrne', 'tom@stbrigids.example');
  head = await app.signedIn((await staffAt(database, world.otherSchool, 'admin', 'The head', 'head@hillview.example')).email);
  pictures.one = await readFile(path.join(import.meta.dirname, 'fixtures/astronaut.jpg'));
  pictures.again = await sharp(pictures.one).flop().modulate({ brightness: 0.85 }).blur(1).jpeg({ quality: 70 }).toBuffer();
  // A photo that the detector's own package brings for trying it out.
  const samples = await readFile(path.join(path.dirname(createRequire(import.meta.url).resolve('@vladmandic/human')), '../src/sample.ts'), 'utf8');
  pictures.other = Buffer.from(samples.split('export const face: string = `')[1]!.split('`')[0]!, 'base64');
});
afterAll(() => closeWorld({ app, database }));
beforeEach(async () => {
  await database.admin.query(`update parley.submissions set status = 'withdrawn' where status in ('waiting', 'approved')`);
  await database.admin.query('update parley.schools set likeness = true where id = $1', [world.school]);
  await describeFaces(app.services);
  expect(await sealed()).toEqual([]);
});

const sealed = async (): Promise<{ photoId: string; bytes: Buffer }[]> =>
  (await database.admin.query('select photo_id as "photoId", sealed as bytes from parley.photo_embeddings')).rows;
const consent = async (who: Adult, given: boolean): Promise<void> =>
  void (await database.admin.query(`insert into parley.photo_consents (id, school_id, parent_id, use, given) values ($1, $2, $3, 'likeness', $4)`, [
    randomUUIDv7(),
    who.schoolId,
    who.parentId,
    given,
  ]));
let adults = 0;
/** An adult with a photo in use and a new one. */
async function pair(fresh: keyof typeof pictures = 'again', agreed: boolean | null = true): Promise<HandedIn> {
  const who = await adultAt(database, world.school, { givenName: 'Nour', surname: `Haddad ${(adults += 1)}` });
  if (agreed !== null) await consent(who, agreed);
  await photoOf(database, app.services.photos.store, who, { status: 'approved', days: 300, picture: pictures.one });
  return photoOf(database, app.services.photos.store, who, { picture: pictures[fresh] });
}
const said = async (photo: HandedIn, client = ruth): Promise<string> => {
  expect((await client.get(`/school/review/${photo.submissionId}`)).status).toBe(200);
  return /Parley does not compare these faces|The (?:two photos|program)[^.;]*[.;][^.]*\./.exec(client.text())?.[0] ?? '';
};
const notCompared = 'Parley does not compare these faces';

describe('a hint', () => {
  it('says in plain words whether the two photos look alike, and never a number', async () => {
    const same = await pair('again');
    const another = await pair('other');
    expect(await said(same)).toBe('The program has not compared the two photos yet. You decide in any case.');
    await describeFaces(app.services);
    expect(await sealed()).toHaveLength(4);
    expect(await said(same)).toBe('The two photos look alike to the program. It can be wrong; you decide.');
    expect(ruth.text()).not.toMatch(/similar|0\.\d\d/i);
    expect(await said(another)).toContain('The two photos do not look alike to the program.');
  });

  it('is not there without the school’s choice, without the parent’s word, or with nothing to compare with', async () => {
    const [never, refused] = [await pair('again', null), await pair('again', false)];
    const changed = await pair();
    await consent(changed, false);
    const single = await photoOf(database, app.services.photos.store, await adultAt(database, world.school, { givenName: 'Sam', surname: 'Keller' }));
    await consent(single, true);
    await describeFaces(app.services);
    expect(await sealed()).toEqual([]);
    for (const photo of [never, refused, changed, single]) expect(await said(photo)).toBe(notCompared);
    const agreed = await pair();
    await database.admin.query('update parley.schools set likeness = false where id = $1', [world.school]);
    await describeFaces(app.services);
    expect([await sealed(), await said(agreed)]).toEqual([[], notCompared]);
  });

  it('says so where there is no face to compare', async () => {
    const photo = await pair();
    const blank = await photoOf(database, app.services.photos.store, await adultAt(database, world.school, { givenName: 'No', surname: 'Face' }), {
      status: 'approved',
    });
    await consent(blank, true);
    const fresh = await photoOf(database, app.services.photos.store, blank);
    await describeFaces(app.services);
    expect(await said(fresh)).toBe('The program found no two faces that it could compare. You decide.');
    expect(await said(photo)).toContain('look alike');
  });

  it('decides nothing: the photo is approved by a person all the same', async () => {
    const photo = await pair('other');
    await describeFaces(app.services);
    expect((await ruth.post(`/school/review/${photo.submissionId}`, { do: 'approve' })).status).toBe(303);
    expect((await database.admin.query('select status from parley.submissions where id = $1', [photo.submissionId])).rows).toEqual([{ status: 'approved' }]);
  });
});

describe('the numbers of a face', () => {
  it('lie encrypted, and open for no other photo', async () => {
    const photo = await pair();
    await describeFaces(app.services);
    const rows = await sealed();
    const own = rows.find(({ photoId }) => photoId === photo.photoId)!;
    const text = testKeyring.openField(`embedding ${photo.photoId}`, own.bytes);
    expect(Buffer.from(text, 'base64')).toHaveLength(1024 * 4);
    expect(own.bytes.includes(Buffer.from(text.slice(0, 40)))).toBe(false);
    const other = rows.find(({ photoId }) => photoId !== photo.photoId)!;
    expect(() => testKeyring.openField(`embedding ${photo.photoId}`, other.bytes)).toThrow();
  });

  it('are made only where they are asked for, so that no check stores them', async () => {
    const pixels = await shrinkForFaces(await decodePhoto(pictures.one, 'image/jpeg'));
    const { inspect } = app.services.photos;
    expect((await inspect(pixels)).map(face => 'embedding' in face)).toEqual([false]);
    expect((await inspect(pixels, { embedding: true })).map(face => face.embedding?.length)).toEqual([1024]);
  });

  it('go when the photo has been decided about, and when it is deleted', async () => {
    const [decided, deleted] = [await pair(), await pair()];
    await describeFaces(app.services);
    await ruth.post(`/school/review/${decided.submissionId}`, { do: 'approve' });
    await describeFaces(app.services);
    expect((await sealed()).map(({ photoId }) => photoId)).toContain(deleted.photoId);
    expect(await sealed()).toHaveLength(2);
    await database.admin.query(`update parley.school_parents set since = now() - interval '9 years', until = now() - interval '99 days' where parent_id = $1`, [
      deleted.parentId,
    ]);
    await deleteExpired(app.services);
    expect(await sealed()).toEqual([]);
  });

  it('go at once when the school turns it off, and are not made while it is off', async () => {
    const photo = await pair();
    await describeFaces(app.services);
    expect(await sealed()).toHaveLength(2);
    await ruth.get('/school/settings');
    expect((await ruth.post('/school/settings', { days: '30' })).status).toBe(303);
    expect([await sealed(), await said(photo)]).toEqual([[], notCompared]);
    const { rows } = await database.admin.query(`select details from record.audit_events where action = 'likeness.deleted' and school_id = $1`, [world.school]);
    expect(rows).toEqual([{ details: { count: 2 } }]);
  });

  it('go at once when the parent takes it back, on their own page, where they are asked only while the school uses it', async () => {
    const photo = await pair('again', null);
    const link = await makeLink(database, photo, staff);
    const parent = provedBrowser(app, link);
    await parent.get(link.photo);
    await parent.submit(`${link.at}/uses`, { likeness: '1' });
    await describeFaces(app.services);
    expect([(await sealed()).length, await said(photo)]).toEqual([2, 'The two photos look alike to the program. It can be wrong; you decide.']);
    await parent.get(link.photo);
    expect(parent.form(`${link.at}/uses`).fields).toEqual({ likeness: '1' });
    expect((await parent.post(`${link.at}/uses`, {})).status).toBe(303);
    expect([await sealed(), await said(photo)]).toEqual([[], notCompared]);
    await database.admin.query('update parley.schools set likeness = false where id = $1', [world.school]);
    await parent.get(link.photo);
    expect(parent.form(`${link.at}/uses`).names).toEqual(new Set(['directory', 'newsletter']));
  });

  it('are looked after every five minutes', () => {
    expect(schedules.find(({ job }) => job === 'photos.compare-faces')?.cron).toBe('*/5 * * * *');
    expect(jobs(app.services).map(({ name }) => name)).toContain('photos.compare-faces');
  });
});

describe('the school’s settings', () => {
  it('are its administrators’ alone', async () => {
    for (const client of [olu, await app.signedIn('tom@stbrigids.example')]) {
      expect([(await client.get('/school/settings')).status, (await client.post('/school/settings', { days: '1' })).status]).toEqual([403, 403]);
    }
    const parent = await app.signedIn(world.amara.email);
    expect([(await parent.get('/school/settings')).status, (await parent.post('/school/settings', { days: '1' })).status]).toEqual([404, 404]);
    expect((await app.visitor().get('/school/settings')).location).toBe('/sign-in');
  });

  it('hold for one school, are checked, and are recorded', async () => {
    await ruth.get('/school/settings');
    expect(ruth.form('/school/settings').fields).toEqual({ days: '30', likeness: '1' });
    for (const [days, message] of [
      ['', 'in figures'],
      ['0', 'between 1 and 3,650'],
      ['4000', 'between 1 and 3,650'],
      ['a month', 'in figures'],
    ] as const) {
      expect((await ruth.post('/school/settings', { days, likeness: '1' })).status, days).toBe(422);
      expect(ruth.text()).toContain(message);
      expect(ruth.form('/school/settings').fields).toEqual({ days, likeness: '1' });
    }
    await ruth.get('/school/settings');
    const answer = await ruth.submit('/school/settings', { days: '90' });
    await ruth.get(answer.location!);
    expect(ruth.text()).toContain('Saved. It holds from now on.');
    expect(ruth.form('/school/settings').fields.days).toBe('90');
    await head.get('/school/settings');
    expect(head.form('/school/settings').fields).toEqual({ days: '30' });
    const { rows } = await database.admin.query(
      `select actor_id, details from record.audit_events where action = 'school.photo-settings-changed' order by id desc limit 1`,
    );
    expect(rows).toEqual([{ actor_id: world.ruth.accountId, details: { retentionDays: 90, likeness: true } }]);
  });
});
