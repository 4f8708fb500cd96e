import { createHash, randomUUIDv7 } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { jobs } from '../../src/jobs.ts';
import { fileNameOf, openPhoto } from '../../src/photos/open-photo.ts';
import type { Checks } from '../../src/photos/judge-photo.ts';
import { sweepFiles } from '../../src/photos/sweep-files.ts';
import { openDiskPhotoStore, type PhotoStore, StorageFull } from '../../src/platform/photo-store.ts';
import type { Statement } from '../../src/platform/database.ts';
import { startWorker } from '../../src/platform/queue.ts';
import type { TestApp } from '../support/app.ts';
import type { Client, SentFile } from '../support/client.ts';
import type { TestDatabase } from '../support/database.ts';
import { testKeyring } from '../support/keyring.ts';
import { makeLink, provedBrowser, type TestLink } from '../support/links.ts';
import { closeWorld, openWorld } from '../support/open-world.ts';
import { type Adult, adultAt, type Staff, staffAt } from '../support/photos.ts';
import type { World } from '../support/world.ts';
import * as pictures from '../support/pictures.ts';

const canary = 'CANARY-LARKSPUR';
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const asPhoto = (bytes: Buffer, name = 'IMG_2041.jpg', type = 'image/jpeg'): SentFile => ({ field: 'photo', name, type, bytes });

let database: TestDatabase;
let app: TestApp;
let world: World;
let office: Staff;
let worker: Awaited<ReturnType<typeof startWorker>>;
let folder: string;
let store: PhotoStore;
let full = false;

let adult: Adult;
let link: TestLink;
let browser: Client;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'parley-intake-'));
  const disk = openDiskPhotoStore(folder);
  store = {
    ...disk,
    async put(key, content) {
      if (full) throw new StorageFull('no space left');
      await disk.put(key, content);
    },
  };
  ({ database, world, app } = await openWorld({ photos: { store } }));
  office = await staffAt(database, world.school, 'office', 'Ruth Farrell', 'office@stbrigids.example');
  worker = await startWorker(database.appUrl, undefined, jobs(app.services), [], app.services.log);
});
afterAll(async () => {
  await worker.stop();
  await closeWorld({ app, database });
  await rm(folder, { recursive: true, force: true });
});

let count = 0;
beforeEach(async () => {
  count += 1;
  adult = await adultAt(database, world.school, { givenName: 'Amara', surname: `Okafor${count}` });
  link = await makeLink(database, adult, office);
  browser = provedBrowser(app, link);
});
afterEach(() => {
  full = false;
});

/** Chooses a photo through the form on the page, as somebody without JavaScript does. */
async function choose(file: SentFile, who = browser, at = link.photo) {
  await who.get(at);
  return who.submit(at, {}, [file]);
}

/** Loads the page until the checks are done. */
async function checked(at: string, who = browser) {
  for (let turn = 0; turn < 200; turn += 1) {
    await who.get(at);
    if (!who.page.body.includes('data-photo-state="checking"')) return who.text();
    await new Promise(resolve => setTimeout(resolve, 100));
  }
  throw new Error('the checks did not end');
}

async function chosen(file: SentFile) {
  const answer = await choose(file);
  expect([answer.status, answer.body]).toEqual([303, expect.anything()]);
  return { at: answer.location!, text: await checked(answer.location!) };
}

const submissionsOf = (of: Adult) =>
  database.rows<{ status: string; checks: { checks: { name: string; verdict: string }[]; numbers: unknown; thresholds: string } }>(
    'select status, checks from parley.submissions where parent_id = $1 order by id',
    [of.parentId],
  );
const statusOf = async (of: Adult) =>
  (await database.rows<{ status: string }>('select status from parley.school_parents where parent_id = $1', [of.parentId]))[0]!.status;
const filesBelow = async () =>
  (await readdir(folder, { recursive: true, withFileTypes: true })).filter(entry => entry.isFile()).map(entry => path.join(entry.parentPath, entry.name));

describe('from the link to sent, without JavaScript', () => {
  it('shows the photo once more with four checks in words, sends it, and never shows it again', async () => {
    await browser.get(link.photo);
    expect(browser.text()).toMatch(/A photo of you, for St Brigid’s Primary .* This link was made for Amara Okafor\d+ and works until/);
    expect(browser.page.body).toMatch(/accept="image\/jpeg,image\/png,image\/webp,image\/heic,image\/heif"/);
    expect(browser.page.body).toMatch(/capture="user"/);

    const bytes = await pictures.goodPhoto();
    const { at, text } = await chosen(asPhoto(bytes));
    expect(text).toMatch(
      /Look at it once more .* All 4 are fine One face Found one face, looking forward\. Sharp Clear enough to know you by\. Bright The light is good\. Size 960 by 1,200 pixels\./,
    );
    expect(await statusOf(adult)).toBe('not_invited');

    const shown = await fetch(`${app.url}${at}/image`, { headers: { cookie: browser.cookie } });
    expect([shown.status, shown.headers.get('content-type'), shown.headers.get('cache-control')]).toEqual([200, 'image/webp', 'private, no-store']);
    const picture = await sharp(Buffer.from(await shown.arrayBuffer())).metadata();
    expect(picture.width / picture.height).toBeCloseTo(0.8, 2);

    const sent = await browser.submit(`${at}/send`);
    expect([sent.status, sent.location]).toEqual([303, link.photo]);
    await browser.get(link.photo);
    expect(browser.text()).toMatch(/Your photo has been sent St Brigid’s Primary will look at it/);
    expect(browser.page.body).not.toMatch(/<img|<form[^>]*multipart/);
    expect(await statusOf(adult)).toBe('waiting');

    expect((await browser.get(`${at}/image`)).status).toBe(404);
    expect((await browser.get(at)).location).toBe(link.photo);
    const again = await browser.post(`${at}/send`, {});
    expect([again.status, again.location]).toEqual([303, link.photo]);
    expect((await submissionsOf(adult)).map(one => one.status)).toEqual(['waiting']);
    expect(
      await database.rows(
        `select action, actor_name as name from record.audit_events where action = 'photo.sent' and target_id = (select id from parley.submissions where parent_id = $1)`,
        [adult.parentId],
      ),
    ).toEqual([{ action: 'photo.sent', name: 'photos.link' }]);
  });

  it('takes no other while one waits, and another once the school asks for it, with its reason in words', async () => {
    const { at } = await chosen(asPhoto(await pictures.goodPhoto()));
    await browser.submit(`${at}/send`);
    const refused = await browser.upload(link.photo, {}, [asPhoto(await pictures.darkPhoto())]);
    expect([refused.status, refused.location]).toEqual([303, link.photo]);
    expect(await submissionsOf(adult)).toHaveLength(1);

    await database.admin.query(`update parley.submissions set status = 'retake' where parent_id = $1`, [adult.parentId]);
    await database.admin.query(`update parley.school_parents set status = 'retake' where parent_id = $1`, [adult.parentId]);
    await database.admin.query(
      `insert into parley.photo_reviews (submission_id, decision, reason_code, note, reviewed_by) select id, 'retake', 'dark_or_blurred', 'Please face the window', $2 from parley.submissions where parent_id = $1`,
      [adult.parentId, office.accountId],
    );
    await browser.get(link.photo);
    expect(browser.text()).toMatch(/Please send another photo\. The photo was too dark or blurred\. Please face the window/);
    expect((await chosen(asPhoto(await pictures.goodPhoto()))).text).toMatch(/Look at it once more/);
  });

  it('says so once it is approved or the link’s work is done', async () => {
    const set = (status: string) => database.admin.query(`update parley.school_parents set status = $2 where parent_id = $1`, [adult.parentId, status]);
    await database.admin.query('update parley.invitations set closed_at = now() where id = $1', [link.invitationId]);
    await set('approved');
    await browser.get(link.photo);
    expect(browser.text()).toMatch(/Your photo has been approved/);
    expect(browser.page.body).not.toMatch(/<img|multipart/);
    expect((await browser.upload(link.photo, {}, [asPhoto(await pictures.goodPhoto())])).status).toBe(303);
    expect(await submissionsOf(adult)).toEqual([]);
  });

  it('leaves further uses to the parent: none unless ticked, and taken back on the same page', async () => {
    const uses = async () =>
      (
        await database.rows<{ use: string; given: boolean }>('select use, given from parley.photo_consents where parent_id = $1 order by id', [adult.parentId])
      ).map(({ use, given }) => [use, given]);
    const { at } = await chosen(asPhoto(await pictures.goodPhoto()));
    expect(browser.page.body).not.toMatch(/type="checkbox"[^>]*checked/);
    await browser.submit(`${at}/send`, { directory: '1' });
    expect(await uses()).toEqual([['directory', true]]);
    await browser.get(link.photo);
    await browser.post(`${link.at}/uses`, { newsletter: '1' });
    await browser.post(`${link.at}/uses`, { newsletter: '1' });
    expect(await uses()).toEqual([
      ['directory', true],
      ['directory', false],
      ['newsletter', true],
    ]);
    await browser.get(`${link.photo}?saved=1`);
    expect(browser.page.body).toMatch(/name="newsletter" value="1" checked/);
    await expect(database.admin.query(`update parley.photo_consents set given = true where parent_id = $1`, [adult.parentId])).rejects.toThrow(
      /what is written stays/,
    );
  });
});

describe('what is kept', () => {
  it('is the picture drawn anew, encrypted, without a word of what the file carried; and the facts about the file as data', async () => {
    const bytes = Buffer.concat([await pictures.talkative(canary, 6), Buffer.from(`<script>${canary}</script>`)]);
    await chosen(asPhoto(bytes, `${canary}.jpg`));
    const [photo] = await database.rows<
      Record<string, unknown> & { id: string; store_key: string; wrapped: Buffer; received_sha256: Buffer; stored_sha256: Buffer }
    >('select * from parley.photos where parent_id = $1', [adult.parentId]);
    expect(photo).toMatchObject({
      media_type: 'image/jpeg',
      width: 960,
      height: 1200,
      bit_depth: 8,
      color_type: 'ycbcr',
      compression_method: 'jpeg-baseline',
      stored_media_type: 'image/jpeg',
      stored_width: 1200,
      stored_height: 960,
      stored_bit_depth: 8,
      metadata: { make: canary, model: `${canary} 7`, software: 'camera 1.2', orientation: 6, exif: true, hadGps: true },
    });
    expect(photo!.received_sha256.toString('hex')).toBe(sha256(bytes));
    expect(JSON.stringify(photo!.metadata)).not.toMatch(/52|latitude/i);

    const key = { id: photo!.id as never, storeKey: photo!.store_key, wrapped: photo!.wrapped };
    for (const size of ['master', '1024', '320', '96'] as const) {
      const sealed = await readFile(path.join(folder, photo!.store_key, size));
      const open = await openPhoto(testKeyring, store, key, size);
      const { exif, xmp, icc, orientation, format, width } = await sharp(open).metadata();
      expect([size, exif, xmp, icc, orientation, format]).toEqual([size, undefined, undefined, undefined, undefined, size === 'master' ? 'jpeg' : 'webp']);
      expect(fileNameOf(size)).toMatch(/^photo\./);
      if (size === '96') expect(width).toBe(96);
      for (const trace of [canary, 'Exif', 'script']) expect([size, trace, sealed.includes(trace), open.includes(trace)]).toEqual([size, trace, false, false]);
      expect(sealed.includes(open.subarray(100, 160))).toBe(false);
    }
    expect(sha256(await openPhoto(testKeyring, store, key, 'master'))).toBe(photo!.stored_sha256.toString('hex'));
    // A file under another size's name, or another photo's, does not open.
    await store.put(`${photo!.store_key}/96`, (await store.get(`${photo!.store_key}/320`))!);
    await expect(openPhoto(testKeyring, store, key, '96')).rejects.toThrow();
    // The file as it came is gone.
    expect(await store.get(`${photo!.store_key}/received`)).toBeUndefined();
  });

  it('knows PNG, WebP and HEIC by their bytes, whatever they are called', async () => {
    const cases: [bytes: Buffer, type: string, facts: object][] = [
      [await pictures.portrait().png({ palette: true }).toBuffer(), 'image/png', { bit_depth: 8, color_type: 'palette', compression_method: 'deflate' }],
      [await pictures.portrait().webp({ lossless: true, effort: 0 }).toBuffer(), 'image/webp', { color_type: 'rgb', compression_method: 'webp-lossless' }],
      [await pictures.portrait().webp().toBuffer(), 'image/webp', { color_type: 'rgb', compression_method: 'webp-lossy' }],
      [await pictures.portrait().jpeg({ progressive: true }).toBuffer(), 'image/jpeg', { compression_method: 'jpeg-progressive' }],
      [pictures.astronautHeic, 'image/heic', { width: 512, height: 512, bit_depth: 8, compression_method: 'hevc' }],
    ];
    for (const [bytes, type, facts] of cases) {
      const { text } = await chosen(asPhoto(bytes, 'IMG.jpg', 'application/octet-stream'));
      // The HEIC file is of 512 pixels, which is opened and then found too small.
      expect(text).toMatch(type === 'image/heic' ? /Size: needs another photo 512 by 512 pixels/ : /Look at it once more/);
      const [photo] = await database.rows<object>('select * from parley.photos where parent_id = $1 order by id desc limit 1', [adult.parentId]);
      expect(photo).toMatchObject({ media_type: type, ...facts });
    }
  });

  it('is one photo: choosing the same again makes no second, choosing another deletes the first', async () => {
    const bytes = await pictures.goodPhoto();
    const first = await chosen(asPhoto(bytes));
    expect((await choose(asPhoto(bytes))).location).toBe(first.at);
    const second = await chosen(asPhoto(await pictures.greyPhoto()));
    expect(second.at).not.toBe(first.at);
    expect(second.text).toMatch(/3 of 4 are fine .* Bright It is without colour\. It can be sent as it is/);
    expect((await submissionsOf(adult)).map(one => one.status)).toEqual(['withdrawn', 'draft']);
    const [gone] = await database.rows<{ store_key: string; wrapped: Buffer | null }>(
      'select store_key, wrapped from parley.photos where parent_id = $1 order by id limit 1',
      [adult.parentId],
    );
    expect(gone!.wrapped).toBeNull();
    await expect.poll(async () => (await filesBelow()).filter(file => file.includes(gone!.store_key)), { timeout: 5000 }).toEqual([]);
    expect((await browser.get(`${first.at}/image`)).status).toBe(404);
    expect((await browser.get(first.at)).location).toBe(link.photo);
    expect((await browser.post(`${first.at}/send`, {})).status).toBe(409);
  });
});

describe('who may', () => {
  it('nobody without the code: not to choose, to see or to send', async () => {
    const { at } = await chosen(asPhoto(await pictures.goodPhoto()));
    const stranger = app.visitor();
    expect((await stranger.get(link.photo)).location).toBe(link.at);
    expect((await stranger.get(at)).location).toBe(link.at);
    expect((await stranger.get(`${at}/image`)).status).toBe(404);
    expect((await stranger.upload(link.photo, {}, [asPhoto(await pictures.goodPhoto())])).status).toBe(409);
    expect((await stranger.post(`${at}/send`, {})).location).toBe(link.at);
    expect((await submissionsOf(adult)).map(one => one.status)).toEqual(['draft']);
  });

  it('only the browser that chose a photo, not another that has the link and the code', async () => {
    const { at } = await chosen(asPhoto(await pictures.goodPhoto()));
    const other = provedBrowser(app, link);
    expect((await other.get(`${at}/image`)).status).toBe(404);
    expect((await other.get(at)).status).toBe(404);
    expect((await other.post(`${at}/send`, {})).status).toBe(404);
    await other.get(link.photo);
    expect(other.text()).not.toMatch(/not sent yet/);
  });

  it('not by another link, whoever holds both', async () => {
    const { at } = await chosen(asPhoto(await pictures.goodPhoto()));
    const otherAdult = await adultAt(database, world.otherSchool, { givenName: 'Nour', surname: `Haddad${count}` });
    const head = await staffAt(database, world.otherSchool, 'admin', 'Head', `head${count}@hillview.example`);
    const otherLink = await makeLink(database, otherAdult, head);
    const other = provedBrowser(app, otherLink);
    other.cookies.set('photo', browser.cookies.get('photo')!);
    const swapped = at.replace(link.token, otherLink.token);
    expect((await other.get(`${swapped}/image`)).status).toBe(404);
    expect((await other.get(swapped)).status).toBe(404);
    expect((await other.post(`${swapped}/send`, {})).status).toBe(404);
    expect((await other.get(`/link/${'x'.repeat(43)}/photo`)).status).toBe(404);
    expect((await other.upload(`/link/${'x'.repeat(43)}/photo`, {}, [asPhoto(await pictures.goodPhoto())])).status).toBe(404);
  });

  it('at most thirty photos an hour', async () => {
    await database.admin.query(
      `with p as (insert into parley.photos (id, school_id, parent_id, media_type, bytes, received_sha256, store_key, deleted_at)
         select uuidv7(), $1::uuid, $2::uuid, 'image/jpeg', 1, sha256('x'), left(md5(n || ' ' || $2::uuid), 2) || '/' || right(md5(n || ' ' || $2::uuid), 30), now() from generate_series(1, 30) n returning id)
       insert into parley.submissions (school_id, parent_id, invitation_id, source, photo_id, status) select $1::uuid, $2::uuid, $3::uuid, 'link', id, 'withdrawn' from p`,
      [adult.schoolId, adult.parentId, link.invitationId],
    );
    const before = (await filesBelow()).length;
    const answer = await choose(asPhoto(await pictures.goodPhoto()));
    expect((await filesBelow()).length).toBe(before);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, expect.any(String)]);
    expect(await submissionsOf(adult)).toHaveLength(30);
  });
});

describe('checks', () => {
  const verdicts = async () => Object.fromEntries((await submissionsOf(adult)).at(-1)!.checks.checks.map(check => [check.name, check.verdict]));

  it('let advice through and hold back what nobody could use, each in a sentence that says what to do', async () => {
    const cases: [name: string, bytes: Buffer, words: RegExp, verdict: object][] = [
      [
        'dark',
        await pictures.darkPhoto(),
        /Bright: needs another photo It is too dark to see the face\. Turn towards a window/,
        { Bright: 'fix', Sharp: 'unknown' },
      ],
      ['bright', await pictures.brightPhoto(), /Bright: needs another photo It is so bright that the face is washed out/, { Bright: 'fix' }],
      ['blurred', await pictures.blurredPhoto(), /Sharp: needs another photo The face is blurred\. Hold still/, { Sharp: 'fix', 'One face': 'fine' }],
      ['leaning', await pictures.tiltedPhoto(18), /One face The head leans a little\. It can be sent as it is/, { 'One face': 'advice' }],
      ['on its side', await pictures.tiltedPhoto(35), /One face: needs another photo The head leans far to one side/, { 'One face': 'fix' }],
      [
        'small',
        await sharp(pictures.astronaut).resize(400).jpeg().toBuffer(),
        /Size: needs another photo 400 by 400 pixels\. At least 600 by 750/,
        { Size: 'fix' },
      ],
      ['two', await pictures.crowd(2, 1), /One face: needs another photo Two faces were found\. The photo is to show you alone/, { 'One face': 'fix' }],
      ['a hundred', await pictures.crowd(10, 10), /One face: needs another photo .*faces were found/, { 'One face': 'fix' }],
      [
        'a cat',
        await pictures.catPhoto(),
        /One face: needs another photo No face was found\. Look straight at the camera/,
        { 'One face': 'fix', Sharp: 'unknown' },
      ],
      ['a cup', await pictures.coffeePhoto(), /One face: needs another photo No face was found/, { 'One face': 'fix' }],
    ];
    for (const [name, bytes, words, verdict] of cases) {
      const { at, text } = await chosen(asPhoto(bytes));
      expect([name, text]).toEqual([name, expect.stringMatching(words)]);
      expect([name, await verdicts()]).toEqual([name, expect.objectContaining(verdict)]);
      const isBlocked = /needs another photo/.test(text);
      expect([name, browser.page.body.includes('Send this photo')]).toEqual([name, !isBlocked]);
      const sent = await browser.post(`${at}/send`, {});
      expect([name, sent.status]).toEqual([name, isBlocked ? 422 : 303]);
      expect([name, await statusOf(adult)]).toEqual([name, isBlocked ? 'not_invited' : 'waiting']);
      await database.admin.query(`update parley.school_parents set status = 'not_invited' where parent_id = $1`, [adult.parentId]);
      await database.admin.query(`update parley.submissions set status = 'retake' where parent_id = $1 and status = 'waiting'`, [adult.parentId]);
    }
  });

  it('store every number with the release of the thresholds', async () => {
    await chosen(asPhoto(await pictures.goodPhoto()));
    const [row] = await database.rows<{ checks: Checks }>('select checks from parley.submissions where parent_id = $1', [adult.parentId]);
    const { checks } = row!;
    expect(checks.numbers!.faces[0]!.score).toBeGreaterThan(0.9);
    expect(Object.keys(checks.numbers!.quality!).sort()).toEqual(['darkShare', 'eyeDistance', 'grey', 'lightShare', 'mean', 'sharpness', 'sideDifference']);
    expect([checks.thresholds, checks.inspector]).toEqual([expect.stringMatching(/^[0-9a-f]{8}$/), expect.stringMatching(/^human 3\.3\.6/)]);
  });

  it('never lose a photo when the detector is away: it can be sent, and a person looks', async () => {
    const { inspect } = app.services.photos;
    app.services.photos.inspect = () => Promise.reject(new Error('the face detector stopped'));
    try {
      const { at, text } = await chosen(asPhoto(await pictures.goodPhoto()));
      expect(text).toMatch(/One face This could not be checked just now\. Somebody at the school will look/);
      expect((await browser.submit(`${at}/send`)).status).toBe(303);
      expect(await statusOf(adult)).toBe('waiting');
    } finally {
      app.services.photos.inspect = inspect;
    }
  });
});

describe('bad input', () => {
  it('is answered with a sentence that says what to do, and leaves nothing behind', async () => {
    const good = await pictures.goodPhoto();
    const cases: [name: string, bytes: Buffer, words: RegExp][] = [
      ['empty', Buffer.alloc(0), /This file is empty\. Choose the photo again/],
      ['svg', Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="900" height="900"><script>alert(1)</script></svg>`), /not a photo that can be read/],
      ['html', Buffer.from('<!doctype html><h1>x</h1>'), /not a photo that can be read/],
      ['gif', await sharp(good).gif().toBuffer(), /not a photo that can be read/],
      ['pdf', Buffer.from('%PDF-1.4 %%EOF'), /not a photo that can be read/],
      ['noise', Buffer.alloc(5000, 7), /not a photo that can be read/],
      ['900 megapixels', pictures.pixelBomb(), /more than 50 million pixels/],
      ['a header alone', good.subarray(0, 12), /damaged or was cut off/],
    ];
    const before = (await filesBelow()).length;
    for (const [name, bytes, words] of cases) {
      const answer = await choose(asPhoto(bytes));
      expect([name, answer.status, browser.text()]).toEqual([name, 422, expect.stringMatching(words)]);
    }
    expect(await submissionsOf(adult)).toEqual([]);
    expect((await filesBelow()).length).toBe(before);
  });

  it('that shows only when it is opened is told on the page of its checks, and nothing of it is kept', async () => {
    const good = await pictures.goodPhoto();
    const cases: [name: string, bytes: Buffer][] = [
      ['a JPEG cut off', good.subarray(0, good.length >> 1)],
      ['a PNG cut off', (await pictures.portrait().png().toBuffer()).subarray(0, 40_000)],
      ['a HEIC cut off', pictures.astronautHeic.subarray(0, 20_000)],
      ['a HEIC of noise', Buffer.concat([pictures.astronautHeic.subarray(0, 3600), Buffer.alloc(40_000, 9)])],
    ];
    for (const [name, bytes] of cases) {
      const { at, text } = await chosen(asPhoto(bytes));
      expect([name, text]).toEqual([
        name,
        expect.stringMatching(/This photo could not be opened This photo is damaged or was cut off on the way\. Choose it again/),
      ]);
      expect([name, (await browser.get(`${at}/image`)).status]).toEqual([name, 404]);
      expect((await browser.post(`${at}/send`, {})).status).toBe(409);
    }
    const kept = await database.rows<{ store_key: string; deleted: boolean }>(
      'select store_key, wrapped is null as deleted from parley.photos where parent_id = $1',
      [adult.parentId],
    );
    expect(kept.map(one => one.deleted)).toEqual([true, true, true, true]);
    for (const { store_key } of kept)
      await expect.poll(async () => (await filesBelow()).filter(file => file.includes(store_key)), { timeout: 5000 }).toEqual([]);
  });

  it('of more than fifteen megabytes, or more than one photo, is refused in words', async () => {
    await browser.get(link.photo);
    const large = await browser.upload(link.photo, {}, [asPhoto(Buffer.concat([await pictures.goodPhoto(), Buffer.alloc(15.5 * 1024 * 1024)]))]);
    expect([large.status, large.body]).toEqual([413, expect.stringMatching(/larger than 15 MB/)]);
    const good = await pictures.goodPhoto();
    const two = await browser.upload(link.photo, {}, [asPhoto(good), { ...asPhoto(good), field: 'camera' }]);
    expect([two.status, two.body]).toEqual([413, expect.stringMatching(/One photo is enough/)]);
    const camera = await browser.upload(link.photo, {}, [{ ...asPhoto(good), field: 'camera' }]);
    expect(camera.status).toBe(303);
    const none = await browser.upload(link.photo, {}, []);
    expect([none.status, none.body]).toEqual([422, expect.stringMatching(/Choose a photo, or take one with the camera/)]);
  });
});

describe('files and rows', () => {
  it('never part when the store is full: 507 in words, and no row without its file', async () => {
    full = true;
    const before = (await filesBelow()).length;
    const answer = await choose(asPhoto(await pictures.goodPhoto()));
    expect([answer.status, browser.text()]).toEqual([507, expect.stringMatching(/There is no room for another photo just now Your photo was not kept/)]);
    expect([await submissionsOf(adult), (await filesBelow()).length]).toEqual([[], before]);
    full = false;
    expect((await chosen(asPhoto(await pictures.goodPhoto()))).text).toMatch(/Look at it once more/);
  });

  it('are brought together by the sweep: what no photo accounts for goes after an hour, and nothing else', async () => {
    await chosen(asPhoto(await pictures.goodPhoto()));
    const [{ store_key: kept }] = (await database.rows<{ store_key: string }>('select store_key from parley.photos where parent_id = $1', [
      adult.parentId,
    ])) as [{ store_key: string }];
    const orphan = `ab/${'c'.repeat(30)}`;
    await store.put(`${orphan}/received`, Buffer.from('nobody’s'));
    await store.put(`${kept}/received`, Buffer.from('left behind'));
    await writeFile(path.join(folder, 'README.txt'), 'somebody else’s');
    expect(await sweepFiles(app.services)).toBe(0);
    const old = new Date(Date.now() - 2 * 60 * 60 * 1000);
    for (const file of await filesBelow()) await utimes(file, old, old);
    const young = `ab/${'d'.repeat(30)}`;
    await store.put(`${young}/received`, Buffer.from('being written'));
    expect(await sweepFiles(app.services)).toBeGreaterThanOrEqual(2);
    expect(await store.get(`${orphan}/received`)).toBeUndefined();
    expect(await store.get(`${kept}/received`)).toBeUndefined();
    expect(await store.get(`${young}/received`)).toBeDefined();
    expect(await readFile(path.join(folder, 'README.txt'), 'utf8')).toBe('somebody else’s');
    await rm(path.join(folder, 'README.txt'));
    for (const size of ['master', '1024', '320', '96']) expect([size, (await store.get(`${kept}/${size}`)) !== undefined]).toEqual([size, true]);
  });

  it('stay where a trial is started while the sweep looks', async () => {
    const storeKey = `ab/${'e'.repeat(30)}`;
    await store.put(`${storeKey}/received`, Buffer.from('of a trial'));
    const old = new Date(Date.now() - 2 * 60 * 60 * 1000);
    for (const file of await filesBelow()) await utimes(file, old, old);
    const [made] = await database.rows<{ id: string }>('insert into parley.photo_imports (school_id, created_by) values ($1, $2) returning id', [
      adult.schoolId,
      office.accountId,
    ]);
    const photoId = randomUUIDv7();
    await database.rows(
      `insert into parley.photo_import_files (import_id, n, name, outcome, parent_id, photo_id, store_key, wrapped) values ($1, 1, '1.jpg', 'matched', $2, $3, $4, 'x')`,
      [made!.id, adult.parentId, photoId, storeKey],
    );
    // Started after the sweep's first question and before its second.
    const { db } = app.services;
    const watched: typeof db = {
      ...db,
      async query<Row>(known: Statement<Row>, values: readonly unknown[]) {
        const answer = await db.query(known, values);
        if (known.name === 'photo-import.staged' || known.name === 'photos.kept') {
          await database.rows(
            `insert into parley.photos (id, school_id, parent_id, media_type, bytes, received_sha256, store_key, wrapped)
             values ($1, $2, $3, 'image/jpeg', 1, sha256('x'), $4, 'x') on conflict do nothing`,
            [photoId, adult.schoolId, adult.parentId, storeKey],
          );
          await database.rows('update parley.photo_imports set started_at = now(), started_by = created_by where id = $1', [made!.id]);
        }
        return answer;
      },
    };
    await sweepFiles({ ...app.services, db: watched });
    expect(await store.get(`${storeKey}/received`)).toBeDefined();
  });
});
