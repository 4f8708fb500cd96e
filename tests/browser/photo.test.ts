import { writeFile, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { jobs } from '../../src/jobs.ts';
import { startWorker } from '../../src/platform/queue.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { axe, faultsOf, openBrowser, type Page, signIn, type TestBrowser } from '../support/browser.ts';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';
import { makeLink, type TestLink } from '../support/links.ts';
import { adultAt, type Staff, staffAt } from '../support/photos.ts';
import { catPhoto, goodPhoto, greyPhoto } from '../support/pictures.ts';
import { buildWorld, type World } from '../support/world.ts';

let database: TestDatabase;
let app: TestApp;
let world: World;
let browser: TestBrowser;
let office: Staff;
let worker: Awaited<ReturnType<typeof startWorker>>;
let folder: string;
const files = { good: '', grey: '', cat: '' };

beforeAll(async () => {
  database = await cloneDatabase();
  world = await buildWorld(database);
  app = await startApp(database);
  browser = await openBrowser();
  office = await staffAt(database, world.school, 'office', 'Ruth Farrell', 'office@stbrigids.example');
  worker = await startWorker(database.appUrl, undefined, jobs(app.services), [], app.services.log);
  folder = await mkdtemp(path.join(os.tmpdir(), 'parley-pictures-'));
  for (const [name, make] of Object.entries({ good: goodPhoto, grey: greyPhoto, cat: catPhoto })) {
    files[name as keyof typeof files] = path.join(folder, `${name}.jpg`);
    await writeFile(files[name as keyof typeof files], await make());
  }
});
afterEach(() => browser.closePages());
afterAll(async () => {
  await worker.stop();
  await browser.close();
  await app.close();
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

let adults = 0;
const newLink = async (): Promise<TestLink & { parentId: string }> => {
  const adult = await adultAt(database, world.school, { givenName: 'Amara', surname: `Okafor${(adults += 1)}` });
  return { ...(await makeLink(database, adult, office)), parentId: adult.parentId };
};
const statusOf = async (parentId: string) =>
  (await database.admin.query<{ status: string }>('select status from parley.school_parents where parent_id = $1', [parentId])).rows[0]!.status;

/** Through the page that asks for the code, as everybody comes. */
async function openLink(page: Page, link: TestLink): Promise<void> {
  await page.goto(app.url + link.at);
  await page.getByLabel(/code/i).fill(link.code);
  await page.getByRole('button').first().click();
  await page.getByRole('link', { name: 'Add a photo of you' }).click();
  await page.getByRole('heading', { name: /A photo of you/ }).waitFor();
}
const wider = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
/** On a phone in the light and in the dark, and no wider than the screen. */
async function sound(page: Page): Promise<void> {
  expect(await axe(page)).toEqual([]);
  expect(await wider(page)).toBeLessThanOrEqual(0);
}

describe('a parent on a phone', () => {
  it('comes from the link to "sent": chooses, is told what will not do, chooses another, sees it once more and sends it', async () => {
    const link = await newLink();
    const page = await browser.openPage({ width: 390 });
    await openLink(page, link);
    await sound(page);

    await page.getByLabel('Choose or drop a photo').setInputFiles(files.cat);
    await page.getByRole('heading', { name: 'Please choose another photo' }).waitFor();
    expect(await page.locator('.check--must').innerText()).toMatch(/No face was found/);
    expect(await page.getByRole('button', { name: 'Send this photo' }).count()).toBe(0);
    await sound(page);

    await page.getByLabel('Choose or drop a different photo').setInputFiles(files.grey);
    await page.getByRole('heading', { name: 'Look at it once more' }).waitFor();
    expect(await page.locator('main').innerText()).toMatch(/3 of 4 are fine[\s\S]*It can be sent as it is/);
    const shown = page.getByRole('img', { name: 'The photo you chose, as it will be shown' });
    await expect.poll(() => shown.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(300);
    await sound(page);
    expect(await statusOf(link.parentId)).not.toBe('waiting');

    await page.getByRole('button', { name: 'Send this photo' }).click();
    await page.getByRole('heading', { name: 'Your photo has been sent' }).waitFor();
    expect(await page.locator('main img').count()).toBe(0);
    await sound(page);
    expect(await statusOf(link.parentId)).toBe('waiting');

    await page.goBack();
    await page.getByRole('heading', { name: 'Your photo has been sent' }).waitFor();
    expect(faultsOf(page)).toEqual([]);
  });

  it('does the same without a script, on a page that looks again by itself', async () => {
    const link = await newLink();
    const page = await browser.openPage({ width: 390, javaScript: false });
    await openLink(page, link);
    await page.getByLabel('Choose or drop a photo').setInputFiles(files.good);
    await page.getByRole('button', { name: 'Check this photo' }).click();
    await page.getByRole('heading', { name: 'Look at it once more' }).waitFor();
    await page.getByRole('button', { name: 'Send this photo' }).click();
    await page.getByRole('heading', { name: 'Your photo has been sent' }).waitFor();
    expect(await statusOf(link.parentId)).toBe('waiting');
  });
});

it('is sound on a desk, in the light and in the dark', async () => {
  for (const theme of ['light', 'dark'] as const) {
    const link = await newLink();
    const page = await browser.openPage({ theme });
    await openLink(page, link);
    await sound(page);
    await page.getByLabel('Choose or drop a photo').setInputFiles(files.good);
    await page.getByRole('heading', { name: 'Look at it once more' }).waitFor();
    await page.getByRole('img', { name: 'The photo you chose, as it will be shown' }).evaluate((image: HTMLImageElement) => image.decode());
    await sound(page);
    expect(faultsOf(page)).toEqual([]);
  }
});

describe('the office', () => {
  it('brings in photos of many adults, sees whose each would be, and watches them being checked', async () => {
    const adult = await adultAt(database, world.school, { givenName: 'Nadia', surname: 'Rahman' });
    const { rows } = await database.admin.query<{ number: number }>('select number from parley.school_parents where parent_id = $1', [adult.parentId]);
    const named = path.join(folder, `${rows[0]!.number} Rahman.jpg`);
    await writeFile(named, await goodPhoto());
    for (const theme of ['light', 'dark'] as const) {
      const page = await browser.openPage({ theme, width: theme === 'dark' ? 390 : 1280 });
      await signIn(page, app.url, office.email);
      await page.goto(`${app.url}/school/photos/import`);
      await sound(page);
      await page.getByLabel('Choose or drop photos, or a zip file').setInputFiles([named, files.cat]);
      await page.getByRole('button', { name: 'Try these photos' }).click();
      await page.getByRole('heading', { name: theme === 'light' ? '1 of 2 files matched' : '0 of 2 files matched' }).waitFor();
      expect(await page.locator('main').innerText()).toMatch(/cat\.jpg[\s\S]*Unmatched/);
      await sound(page);
      if (theme === 'light') {
        await page.getByRole('button', { name: 'Bring in 1 photo' }).click();
        await page.getByRole('heading', { name: '1 of 2 files in the queue' }).waitFor();
        await sound(page);
        expect(await statusOf(adult.parentId)).toBe('waiting');
      }
      expect(faultsOf(page)).toEqual([]);
    }
  });
});
