import { afterAll, beforeAll, expect, it } from 'vitest';
import { setPhotoStatus } from '../../src/schools/index.ts';
import type { TestApp } from '../support/app.ts';
import { faultsOf, openBrowser, type Page, read, signIn, type TestBrowser } from '../support/browser.ts';
import type { TestDatabase } from '../support/database.ts';
import { manyAdults } from '../support/many-adults.ts';
import { closeWorld, openWorld } from '../support/open-world.ts';
import { type Adult, adultAt } from '../support/photos.ts';
import type { World } from '../support/world.ts';

let database: TestDatabase;
let world: World;
let app: TestApp;
let browser: TestBrowser;
let amara: Adult;

beforeAll(async () => {
  ({ database, world, app } = await openWorld());
  await manyAdults(database, world.school, 60);
  amara = await adultAt(database, world.school, { givenName: 'Aa', surname: 'Aaron', email: 'amara@home.example' });
  await adultAt(database, world.school, { givenName: 'Ab', surname: 'Aaron', phone: '07700 900418' });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await closeWorld({ app, database });
});

const selectFirst = (page: Page) =>
  page
    .getByRole('checkbox', { name: /^Select/ })
    .first()
    .check();
async function printLetter(page: Page): Promise<void> {
  await selectFirst(page);
  await page.getByRole('button', { name: 'Print letters' }).click();
  await page.waitForURL(/letters/);
}

it('a selection is made and sent by keyboard alone, counted as it grows, and announced', async () => {
  const page = await browser.openPage();
  await signIn(page, app.url, world.ruth.email);
  await page.waitForURL(/\/school$/);
  const count = page.locator('.bulk__count');
  expect(await count.textContent()).toBe('0 of 62 adults selected');
  expect(await count.getAttribute('role')).toBe('status');
  await page.getByRole('checkbox', { name: /^Select Aa Aaron/ }).focus();
  await page.keyboard.press('Space');
  expect(await count.textContent()).toBe('1 of 62 adults selected');
  // From one row to the next: its link, its button, the next box.
  for (let step = 0; step < 3; step += 1) await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  expect(await count.textContent()).toBe('2 of 62 adults selected');
  await page.getByRole('checkbox', { name: /^All 62 adults/ }).focus();
  await page.keyboard.press('Space');
  expect(await count.textContent()).toBe('All 62 adults selected');
  await page.keyboard.press('Space');
  await page.getByRole('button', { name: 'Invite', exact: true }).first().focus();
  await page.keyboard.press('Enter');
  await page.waitForURL(/did=/);
  expect(await page.locator('.flash').textContent()).toContain('2 links are on the way');
  expect(await page.getByRole('row', { name: /Aa Aaron/ }).textContent()).toContain('Invited');
  await page.getByRole('checkbox', { name: /^Select Aa Aaron/ }).check();
  await page.getByRole('button', { name: 'Clear' }).click();
  expect([await count.textContent(), new URL(page.url()).pathname]).toEqual(['0 of 62 adults selected', '/school']);
  expect(faultsOf(page)).toEqual([]);
  await page.context().close();
});

it('an open page keeps its counts as they are, and moves nothing else', async () => {
  const page = await browser.openPage();
  await signIn(page, app.url, world.ruth.email);
  await page.waitForURL(/\/school$/);
  const heading = await page.locator('h1').textContent();
  const [, approved] = /^(\d+) of 62 photos approved$/.exec(heading!)!;
  await page.getByRole('checkbox', { name: /^Select Aa Aaron/ }).check();
  await database.db.transact({ kind: 'system', name: 'test' }, ({ trx }) => setPhotoStatus(trx, amara, 'approved'));
  await expect.poll(() => page.locator('h1').textContent()).toBe(`${Number(approved) + 1} of 62 photos approved`);
  expect(await page.locator('[data-count="approved"]').textContent()).toBe(String(Number(approved) + 1));
  expect(await page.locator('#statusbar rect[data-status="approved"]').getAttribute('width')).toBe(String(Number(approved) + 1));
  expect(await page.getByRole('checkbox', { name: /^Select Aa Aaron/ }).isChecked()).toBe(true);
  expect(faultsOf(page)).toEqual([]);
  await page.context().close();
});

it('without a script the same is done with the same form', async () => {
  const page = await browser.openPage({ javaScript: false, width: 390 });
  await signIn(page, app.url, world.ruth.email);
  await page.waitForURL(/\/school$/);
  expect(await page.locator('.bulk__count').textContent()).toBe('With those you select:');
  await page.getByLabel('Status', { exact: true }).selectOption('Expired');
  await page.getByRole('button', { name: 'Show' }).click();
  await page.waitForURL(/status=expired/);
  await selectFirst(page);
  await page.getByRole('button', { name: 'Make new links' }).click();
  await page.waitForURL(/did=/);
  expect(await page.locator('.flash').textContent()).toContain('1 adult has no address for it: print a letter');
  await printLetter(page);
  expect(await page.locator('.letter').count()).toBe(1);
  await page.context().close();
});

it('each page can be read by anyone, in any light, on any screen', async () => {
  const page = await browser.openPage();
  await signIn(page, app.url, world.ruth.email);
  await page.waitForURL(/\/school$/);
  for (const at of [
    '/school',
    '/school?last=1',
    '/school?q=nobody',
    '/school?sort=change&did=remind+2+open:1',
    '/school?status=x',
    `/school/adults/${amara.parentId}`,
  ]) {
    await page.goto(app.url + at);
    expect((await read(page)).problems, at).toEqual([]);
  }
  await page.goto(`${app.url}/school/adults/${amara.parentId}`);
  await page.getByRole('button', { name: 'Show the code' }).click();
  await page.waitForURL(/code$/);
  expect((await read(page)).problems).toEqual([]);
  await page.goto(`${app.url}/school?status=expired`);
  await printLetter(page);
  expect((await read(page)).problems).toEqual([]);
  await page.getByRole('button', { name: 'Show the codes' }).click();
  await page.waitForURL(/codes/);
  expect((await read(page)).problems).toEqual([]);
  await page.goto(`${app.url}/school`);
  await page.emulateMedia({ media: 'print' });
  expect(await page.locator('.bulk').isVisible()).toBe(false);
  expect(await page.locator('.table--people').isVisible()).toBe(true);
  await page.context().close();
});
