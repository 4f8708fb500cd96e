import { afterAll, beforeAll, expect, it } from 'vitest';
import { jobs } from '../../src/jobs.ts';
import { startWorker } from '../../src/platform/queue.ts';
import type { TestApp } from '../support/app.ts';
import type { TestDatabase } from '../support/database.ts';
import { makeLink, provedBrowser } from '../support/links.ts';
import { closeWorld, openWorld } from '../support/open-world.ts';
import { adultAt, type Staff, staffAt } from '../support/photos.ts';
import { largePhoto } from '../support/pictures.ts';
import type { World } from '../support/world.ts';

let database: TestDatabase;
let app: TestApp;
let world: World;
let office: Staff;
let worker: Awaited<ReturnType<typeof startWorker>>;

beforeAll(async () => {
  ({ database, world, app } = await openWorld());
  office = await staffAt(database, world.school, 'office', 'Ruth Farrell', 'office@stbrigids.example');
  worker = await startWorker(database.appUrl, undefined, jobs(app.services), [], app.services.log);
});
afterAll(async () => {
  await worker.stop();
  await closeWorld({ app, database });
});

it('twenty photos of twelve megapixels at once are answered at once, checked one after another, and other pages are answered meanwhile', async () => {
  const bytes = await largePhoto();
  const browsers = [];
  for (let index = 0; index < 20; index += 1) {
    const link = await makeLink(database, await adultAt(database, world.school, { givenName: 'Parent', surname: `Number${index}` }), office);
    browsers.push({ link, browser: provedBrowser(app, link) });
  }
  const amara = await app.signedIn(world.amara.email);
  const uploads = Promise.all(
    browsers.map(({ link, browser }) => browser.upload(link.photo, {}, [{ field: 'photo', name: 'IMG.jpg', type: 'image/jpeg', bytes }])),
  );
  let pages = 0;
  for (let checked = 0; checked < 4;) {
    expect((await amara.get('/today')).status).toBe(200);
    pages += 1;
    await new Promise(resolve => setTimeout(resolve, 50));
    const { rows } = await database.admin.query<{ checked: number }>(`select count(*)::int as checked from parley.submissions where status = 'draft'`);
    checked = rows[0]!.checked;
  }
  expect((await uploads).map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 303));
  // Answered all the while: none of them waited for a photo.
  expect(pages).toBeGreaterThan(4);
});
