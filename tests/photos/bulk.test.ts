import { zipSync } from 'fflate';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { jobs } from '../../src/jobs.ts';
import { startWorker } from '../../src/platform/queue.ts';
import type { TestApp } from '../support/app.ts';
import type { Client, SentFile } from '../support/client.ts';
import type { TestDatabase } from '../support/database.ts';
import { closeWorld, openWorld } from '../support/open-world.ts';
import { type Adult, adultAt, photoOf, type Staff, staffAt } from '../support/photos.ts';
import type { World } from '../support/world.ts';
import * as pictures from '../support/pictures.ts';

const at = '/school/photos/import';
let database: TestDatabase;
let app: TestApp;
let world: World;
let staff: Staff;
let office: Client;
let worker: Awaited<ReturnType<typeof startWorker>>;
let good: Buffer;
let adults: (Adult & { number: number })[];

beforeAll(async () => {
  ({ database, world, app } = await openWorld());
  staff = await staffAt(database, world.school, 'office', 'Ruth Farrell', 'office@stbrigids.example');
  office = await app.signedIn(staff.email);
  worker = await startWorker(database.appUrl, undefined, jobs(app.services), [], app.services.log);
  good = await pictures.goodPhoto();
});
afterAll(async () => {
  await worker.stop();
  await closeWorld({ app, database });
});

let round = 0;
beforeEach(async () => {
  round += 1;
  adults = [];
  for (const name of ['Amara', 'Nadia', 'Oren', 'Paula']) {
    const adult = await adultAt(database, world.school, { givenName: name, surname: `Round${round}` });
    const { rows } = await database.admin.query<{ number: number }>('select number from parley.school_parents where parent_id = $1', [adult.parentId]);
    adults.push({ ...adult, number: rows[0]!.number });
  }
});

const photo = (name: string, bytes = good): SentFile => ({ field: 'files', name, type: 'application/octet-stream', bytes });
/** Another picture each time, so that none is the same file as another. */
const other = (seed: number) =>
  pictures
    .portrait()
    .modulate({ brightness: 1 + seed / 200 })
    .jpeg({ quality: 90 })
    .toBuffer();
async function tried(files: SentFile[], who = office): Promise<string> {
  await who.get(at);
  const answer = await who.submit(at, {}, files);
  if (answer.status !== 303) throw new Error(`${answer.status}: ${who.text()}`);
  await who.get(answer.location!);
  return answer.location!;
}
async function refused(files: SentFile[]): Promise<string> {
  await office.get(at);
  expect((await office.submit(at, {}, files)).status).toBe(422);
  return office.text();
}
async function finished(report: string): Promise<string> {
  for (let turn = 0; turn < 200; turn += 1) {
    await office.get(report);
    if (!office.page.body.includes('data-photo-state="checking"')) return office.text();
    await new Promise(resolve => setTimeout(resolve, 100));
  }
  throw new Error('the checks did not end');
}
const statuses = async () =>
  (
    await database.admin.query<{ name: string; status: string }>(
      `select p.given_name as name, a.status from parley.school_parents a join parley.parents p on p.id = a.parent_id where p.surname = $1 order by a.number`,
      [`Round${round}`],
    )
  ).rows.map(({ name, status }) => `${name} ${status}`);
const photosOf = async ({ parentId }: Adult) => (await database.admin.query('select from parley.photos where parent_id = $1', [parentId])).rowCount;

describe('a trial', () => {
  it('says of each file whose photo it would be, by its number or by a list, and writes none', async () => {
    const [amara, nadia, oren, paula] = adults as [(typeof adults)[0], (typeof adults)[0], (typeof adults)[0], (typeof adults)[0]];
    await photoOf(database, app.services.photos.store, paula, { status: 'waiting' });
    const zip = zipSync({
      [`photos/00${amara.number}.jpg`]: good,
      'photos/IMG_0007.JPG': await other(1),
      'photos/list.csv': Buffer.from(`\uFEFFfile;number\r\n"img_0007.jpg";${nadia.number}\r\n`),
      [`${amara.number} again.jpg`]: await other(2),
      'holiday.jpg': good,
      '99999.jpg': good,
      [`${oren.number}.jpg`]: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
      [`${paula.number}.jpg`]: good,
      '__MACOSX/._1.jpg': Buffer.from('x'),
    });
    await tried([photo('photos.zip', Buffer.from(zip))]);
    const said = office.text();
    expect(said).toMatch(/2 of 7 files matched This was a trial/);
    expect(said).toMatch(new RegExp(`00${amara.number}\\.jpg Amara Round${round}, number ${amara.number} Matched`));
    expect(said).toMatch(new RegExp(`IMG_0007\\.JPG Nadia Round${round}, number ${nadia.number} Matched`));
    expect(said).toMatch(
      new RegExp(
        `${amara.number} again\\.jpg Amara Round${round}, number ${amara.number} Duplicate 00${amara.number}\\.jpg is of the same adult and comes first`,
      ),
    );
    expect(said).toMatch(/holiday\.jpg Nobody Unmatched Its name has no number, and no list names it/);
    expect(said).toMatch(/99999\.jpg Nobody Unmatched No adult of the school has the number 99999/);
    expect(said).toMatch(new RegExp(`${oren.number}\\.jpg Oren Round${round}, number ${oren.number} Wrong This is not a photo that can be read`));
    expect(said).toMatch(new RegExp(`${paula.number}\\.jpg Paula Round${round}, number ${paula.number} Duplicate A photo of this adult waits to be reviewed`));
    expect([await photosOf(amara), await photosOf(nadia)]).toEqual([0, 0]);
    expect(await statuses()).toEqual(['Amara not_invited', 'Nadia not_invited', 'Oren not_invited', 'Paula waiting']);
  });

  it('takes many files as they are, with a list beside them', async () => {
    const [amara, nadia] = adults as [(typeof adults)[0], (typeof adults)[0]];
    await tried([
      photo(`${amara.number}.jpg`),
      photo('nadia.jpg', await other(3)),
      photo('names.csv', Buffer.from(`number,photo\n${nadia.number},Nadia.JPG\n`)),
    ]);
    expect(office.text()).toMatch(/2 of 2 files matched/);
  });

  it('knows names with accents, and shortens long ones without breaking a character', async () => {
    const [amara, nadia] = adults as [(typeof adults)[0], (typeof adults)[0]];
    const long = `${amara.number} ${'x'.repeat(118 - String(amara.number).length)}😀.jpg`;
    await tried([photo(long), photo('Zoë.jpg', await other(4)), photo('names.csv', Buffer.from(`file;number\nZoë.jpg;${nadia.number}\n`))]);
    expect(office.text()).toMatch(/2 of 2 files matched .* Zoë\.jpg Nadia/);
  });
});

describe('bringing in', () => {
  it('sends each through the same checks into the same queue, once, with a report', async () => {
    const [amara, nadia, oren, paula] = adults as [(typeof adults)[0], (typeof adults)[0], (typeof adults)[0], (typeof adults)[0]];
    const report = await tried([
      photo(`${amara.number}.jpg`),
      photo(`${nadia.number}.jpg`, await pictures.blurredPhoto()),
      photo(`${oren.number}.jpg`, good.subarray(0, good.length >> 1)),
      photo(`${paula.number}.jpg`, await other(4)),
    ]);
    await database.admin.query('update parley.school_parents set until = now() where parent_id = $1', [paula.parentId]);
    const [first, second] = await Promise.all([office.post(`${report}/start`, {}), office.post(`${report}/start`, {})]);
    expect([first.status, second.status]).toEqual([303, 303]);
    const said = await finished(report);
    expect(said).toMatch(/1 of 4 files in the queue .* 3 of 3 checked/);
    expect(said).toMatch(/Amara .* In the queue/);
    expect(said).toMatch(/Nadia .* Not taken The face is blurred/);
    expect(said).toMatch(/Oren .* Not taken This photo is damaged or was cut off/);
    expect(said).toMatch(/Unmatched This adult has left the roll meanwhile/);
    expect(await statuses()).toEqual(['Amara waiting', 'Nadia not_invited', 'Oren not_invited', 'Paula not_invited']);
    expect(await photosOf(amara)).toBe(1);
    const { rows } = await database.admin.query(
      `select s.source, s.status, s.created_by as by, p.stored_at is not null as stored, p.metadata ? 'space' as facts from parley.submissions s join parley.photos p on p.id = s.photo_id where s.parent_id = $1`,
      [amara.parentId],
    );
    expect(rows).toEqual([{ source: 'bulk', status: 'waiting', by: staff.accountId, stored: true, facts: true }]);
  });

  it('puts what fails a check into the queue where the office says so, and not what cannot be opened', async () => {
    const [amara, nadia] = adults as [(typeof adults)[0], (typeof adults)[0]];
    const report = await tried([photo(`${amara.number}.jpg`, await pictures.blurredPhoto()), photo(`${nadia.number}.jpg`, good.subarray(0, 30_000))]);
    await office.submit(`${report}/start`, { despite: '1' });
    const said = await finished(report);
    expect(said).toMatch(/Amara .* In the queue The face is blurred/);
    expect(said).toMatch(/Nadia .* Not taken/);
    expect((await statuses()).slice(0, 2)).toEqual(['Amara waiting', 'Nadia not_invited']);
  });

  it('of two photos of one adult that are checked at a time takes the first, and says so of the other', async () => {
    const [amara] = adults as [(typeof adults)[0]];
    const reports = [await tried([photo(`${amara.number}.jpg`, await other(11))]), await tried([photo(`${amara.number}.jpg`, await other(12))])];
    await Promise.all(reports.map(report => office.post(`${report}/start`, {})));
    const said = [await finished(reports[0]!), await finished(reports[1]!)];
    expect(said.filter(text => /Amara .* In the queue/.test(text))).toHaveLength(1);
    expect(said.filter(text => /Another photo of this adult came meanwhile|waits to be reviewed/.test(text))).toHaveLength(1);
    const { rows } = await database.admin.query<{ status: string }>(`select status from parley.submissions where parent_id = $1 order by status`, [
      amara.parentId,
    ]);
    expect(rows.map(({ status }) => status)).toEqual(['waiting', 'withdrawn']);
  });

  it('knows a file that was brought in before, and a trial that is more than a day old', async () => {
    const [amara] = adults as [(typeof adults)[0]];
    const bytes = await other(9);
    const report = await tried([photo(`${amara.number}.jpg`, bytes)]);
    await office.submit(`${report}/start`);
    await finished(report);
    await database.admin.query(`update parley.submissions set status = 'retake' where parent_id = $1`, [amara.parentId]);
    await tried([photo(`${amara.number}.jpg`, bytes)]);
    expect(office.text()).toMatch(/Duplicate The same file was brought in for this adult before/);

    const old = await tried([photo(`${amara.number}.jpg`, await other(10))]);
    await database.admin.query(`update parley.photo_imports set created_at = now() - interval '25 hours' where id = $1`, [old.split('/').at(-1)]);
    expect((await office.post(`${old}/start`, {})).status).toBe(410);
    await office.get(old);
    expect(office.text()).toMatch(/more than a day old/);
    expect(office.page.body).not.toMatch(/Bring in/);
  });
});

describe('a zip file', () => {
  /** Sets a field of every header of an archive: what the directory announces. */
  const lie = (zip: Buffer, signature: number, field: number, value: number): Buffer => {
    const changed = Buffer.from(zip);
    for (let place = 0; place < changed.length - 46; place += 1) if (changed.readUInt32LE(place) === signature) changed.writeUInt32LE(value, place + field);
    return changed;
  };

  it('that names places outside of itself, is cut off, or holds too much, is refused as a whole', async () => {
    const slip = zipSync({ '../../../etc/cron.d/1.jpg': good });
    expect(await refused([photo('slip.zip', Buffer.from(slip))])).toMatch(/names places outside of itself, so nothing of it was opened/);
    const back = zipSync({ '..\\1.jpg': good });
    expect(await refused([photo('back.zip', Buffer.from(back))])).toMatch(/names places outside of itself/);
    const zip = Buffer.from(zipSync({ '1.jpg': good }));
    expect(await refused([photo('cut.zip', zip.subarray(0, zip.length - 40))])).toMatch(/damaged or was cut off/);
    const many = zipSync(Object.fromEntries(Array.from({ length: 501 }, (_, index) => [`${index + 1}.jpg`, Buffer.from('x')])));
    expect(await refused([photo('many.zip', Buffer.from(many))])).toMatch(/more than 500 files/);
    // Sixty files that unpack to 14 MB each, as the directory announces.
    const bomb = lie(
      Buffer.from(zipSync(Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`${index + 1}.jpg`, Buffer.alloc(1000)])))),
      0x02014b50,
      24,
      14_000_000,
    );
    const half = Buffer.from(zipSync(Object.fromEntries(Array.from({ length: 251 }, (_, index) => [`${index + 1}.jpg`, Buffer.from('x')]))));
    expect(await refused([photo('one.zip', half), photo('two.zip', half)])).toMatch(/more than 500 files in all/);
    expect(await refused([photo('bomb.zip', bomb)])).toMatch(/unpacks to more than 400 MB/);
    expect(await refused([photo('none.zip', Buffer.from(zipSync({ 'a/.DS_Store': Buffer.from('x') })))])).toMatch(/There was no photo among these files/);
  });

  it('whose entry is more than it says, or larger than a photo, loses that entry alone', async () => {
    const [amara, nadia] = adults as [(typeof adults)[0], (typeof adults)[0]];
    const zip = Buffer.from(zipSync({ [`${amara.number}.jpg`]: [Buffer.alloc(3_000_000), { level: 9 }] }));
    await tried([photo('small.zip', lie(zip, 0x02014b50, 24, 1000)), photo(`${nadia.number}.jpg`)]);
    expect(office.text()).toMatch(/1 of 2 files matched .* Amara .* Wrong Damaged inside the zip file .* Nadia .* Matched/);
    const large = zipSync({ [`${amara.number}.jpg`]: [Buffer.alloc(15_800_000), { level: 9 }] });
    await tried([photo('large.zip', Buffer.from(large))]);
    expect(office.text()).toMatch(/Wrong Larger than 15 MB/);
  });
});

describe('who may', () => {
  it('only the office of this school', async () => {
    const [amara] = adults as [(typeof adults)[0]];
    const report = await tried([photo(`${amara.number}.jpg`, await other(20))]);
    const head = await staffAt(database, world.otherSchool, 'admin', 'Head', `head${round}@hillview.example`);
    const elsewhere = await app.signedIn(head.email);
    expect((await elsewhere.get(report)).status).toBe(404);
    expect((await elsewhere.post(`${report}/start`, {})).status).toBe(404);
    // The number of an adult of another school is nobody's there.
    await tried([photo(`${amara.number}.jpg`, await other(21))], elsewhere);
    expect(elsewhere.text()).toMatch(/0 of 1 file matched .* Unmatched No adult of the school has the number/);
    const gate = await app.signedIn((await staffAt(database, world.school, 'gate', 'Tom Byrne', `gate${round}@stbrigids.example`)).email);
    expect((await gate.get(at)).status).toBe(403);
    expect((await gate.upload(at, {}, [photo('1.jpg')])).status).toBe(403);
    expect((await gate.post(`${report}/start`, {})).status).toBe(403);
    const parent = await app.signedIn(world.amara.email);
    expect((await parent.get(at)).status).toBe(404);
    expect((await parent.upload(at, {}, [photo('1.jpg')])).status).toBe(404);
    expect((await app.visitor().get(at)).location).toBe('/sign-in');
    expect(await photosOf(amara)).toBe(0);
  });
});
