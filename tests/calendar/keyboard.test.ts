import { afterAll, beforeAll, expect, it } from 'vitest';
import { axe, openBrowser, type Page, signIn, type TestBrowser } from '../support/browser.ts';
import type { RunningWorld } from '../support/running-world.ts';
import { calendarWorld } from './calendar-world.ts';

let c: RunningWorld;
let browser: TestBrowser;
let page: Page;

beforeAll(async () => {
  c = await calendarWorld();
  browser = await openBrowser();
  page = await browser.openPage();
  await signIn(page, c.app.url, c.world.amara.email);
});
afterAll(async () => {
  await browser.close();
  await c.close();
});

/** Presses Tab until this link or button has the focus, as somebody without a mouse does. */
async function tabTo(name: string | RegExp): Promise<void> {
  for (let press = 0; press < 120; press += 1) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => document.activeElement?.textContent?.replace(/\s+/g, ' ').trim() ?? '');
    if (typeof name === 'string' ? focused === name : name.test(focused)) return;
  }
  throw new Error(`the keyboard does not reach ${String(name)} on ${page.url()}`);
}
const press = async (name: string | RegExp): Promise<void> => {
  await tabTo(name);
  await Promise.all([page.waitForEvent('domcontentloaded'), page.keyboard.press('Enter')]);
};
const at = (): string => new URL(page.url()).pathname;

it('the keyboard goes from month to week to list and to a day, and on to what can be asked', async () => {
  await page.goto(`${c.app.url}/calendar/2027-03`);
  await press('Week');
  expect(at()).toBe('/calendar/week/2027-03-01');
  await press('List');
  expect(at()).toBe('/calendar/list/2027-03');
  await press('Month');
  expect(at()).toBe('/calendar/2027-03');
  await press('April 2027');
  expect(at()).toBe('/calendar/2027-04');
  await press('March 2027');
  // The link of a day is its number, and what is heard before it says whose day it is.
  await press('With Daniel, 9');
  expect(at()).toBe('/calendar/day/2027-03-09');
  await press('Wednesday 10 March 2027');
  expect(at()).toBe('/calendar/day/2027-03-10');
  await press('Swap this day for another');
  expect(at()).toBe('/requests/new/swap');
  await page.goBack();
  await press('Add or ask');
  expect(at()).toBe('/calendar/new');
  await press(/^Swap days/);
  expect(at()).toBe('/requests/new/swap');
});

it('a press anywhere in a cell opens the day, but for what leads somewhere of its own', async () => {
  await page.goto(`${c.app.url}/calendar/2026-03`);
  const cell = page.locator('td', { has: page.locator('a[href="/calendar/day/2026-03-15"]') });
  const box = (await cell.boundingBox())!;
  await page.mouse.click(box.x + box.width / 2, box.y + box.height - 6);
  await page.waitForURL('**/calendar/day/*');
  expect(at()).toBe('/calendar/day/2026-03-15');
  await page.goto(`${c.app.url}/calendar/2026-03`);
  await page.getByText('Mothering Sunday').first().click({ force: true });
  await page.waitForURL('**/calendar/day/*');
  expect(at()).toBe('/calendar/day/2026-03-15');
  await page.goto(`${c.app.url}/calendar/2026-03`);
  await page.locator('.cal__events a', { hasText: 'Swimming' }).first().click();
  await page.waitForURL('**/activities/*');
  expect(at()).toBe(`/activities/${c.world.swimming}`);
});

it('the drawing is hidden from a screen reader, and the words beside it are not', async () => {
  await page.goto(`${c.app.url}/calendar/2026-06`);
  const grid = await page.locator('table.cal').ariaSnapshot();
  expect(grid).toContain('Ines: with Amara; Theo: handover to neither parent (Beaver camp) at 10:00, 13');
  expect(grid).not.toMatch(/^\s*- text: Daniel$/m);
  expect(await page.locator('.ribbon:not([aria-hidden="true"])').count()).toBe(0);
  expect(await axe(page)).toEqual([]);
});

it('everything is there without a script, and nothing is lost on a telephone', async () => {
  const phone = await browser.openPage({ width: 390, javaScript: false, touch: true });
  await signIn(phone, c.app.url, c.world.amara.email);
  await phone.goto(`${c.app.url}/calendar/2026-03`);
  const list = await phone.locator('#agenda').innerText();
  for (const words of ['Swimming', 'Mothering Sunday', 'Handover', 'Spring term ends']) expect(list).toContain(words);
  expect(await phone.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
  await phone.context().close();
});

it('paper has the whole of a month: what a narrow screen leaves out is printed', async () => {
  await page.setViewportSize({ width: 670, height: 900 });
  await page.emulateMedia({ media: 'print' });
  await page.goto(`${c.app.url}/calendar/2026-03`);
  for (const selector of ['.cal__note >> nth=0', '.cal__events >> nth=0', '#agenda .agenda__item >> nth=0']) {
    const box = (await page.locator(selector).boundingBox())!;
    expect(box.width > 20 && box.height > 5, selector).toBe(true);
  }
  for (const selector of ['.sidebar', '.topbar', '.leave', '.page-head__actions'])
    expect(await page.locator(selector).first().isVisible(), selector).toBe(false);
  await page.emulateMedia({ media: 'screen' });
});
