import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { openBrowser, signIn, type Page, type TestBrowser } from '../support/browser.ts';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';
import { buildWorld, messageBy, subjectBy, type World } from '../support/world.ts';

let database: TestDatabase;
let app: TestApp;
let world: World;
let browser: TestBrowser;
let thread: string;

beforeAll(async () => {
  database = await cloneDatabase();
  world = await buildWorld(database);
  app = await startApp(database);
  browser = await openBrowser();
  const { subjectId } = await subjectBy(database, world.daniel, world.familyId, world.theo, 'Inhaler for PE', 'PE has moved to Friday.');
  await messageBy(database, world.amara, subjectId, 'The spare one is in the front pocket.');
  thread = `${app.url}/messages/${subjectId}`;
});
afterAll(async () => {
  await browser.close();
  await app.close();
  await database.close();
});

/** How light the page is, from 0 to 1. */
const lightness = (page: Page): Promise<number> =>
  page.evaluate<number>(`(() => {
    const [html, body] = [document.documentElement, document.body].map((element) => getComputedStyle(element).backgroundColor);
    const canvas = new OffscreenCanvas(1, 1).getContext('2d');
    canvas.fillStyle = html === 'rgba(0, 0, 0, 0)' ? body : html;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue] = canvas.getImageData(0, 0, 1, 1).data;
    return (red + green + blue) / (3 * 255);
  })()`);
const looks = async (page: Page) => ((await lightness(page)) > 0.5 ? 'light' : 'dark');

const choose = async (page: Page, label: 'Device' | 'Light' | 'Dark') => {
  const answer = page.waitForResponse(response => response.request().method() === 'POST');
  await page.getByRole('button', { name: label, exact: true }).click();
  await answer;
  await page.locator(`button[aria-pressed="true"][value="${label.toLowerCase()}"]`).waitFor({ state: 'attached' });
};

for (const javaScript of [true, false]) {
  describe(`appearance ${javaScript ? 'with' : 'without'} a script`, () => {
    it('follows the device until a person chooses, keeps the choice on every page, and goes back to the device', async () => {
      const page = await browser.openPage({ theme: 'dark', javaScript });
      await signIn(page, app.url, world.amara.email);
      await page.goto(thread);
      expect(await looks(page)).toBe('dark');

      await choose(page, 'Light');
      expect(page.url()).toBe(thread);
      expect(await looks(page)).toBe('light');
      await page.goto(`${app.url}/record`);
      expect(await looks(page)).toBe('light');
      await page.goto(`${app.url}/help`);
      expect(await looks(page)).toBe('light');
      const missing = await page.goto(`${app.url}/nothing-here`);
      expect(missing!.status()).toBe(404);
      expect(await looks(page)).toBe('light');

      await page.goto(`${app.url}/today`);
      await choose(page, 'Dark');
      await page.emulateMedia({ colorScheme: 'light' });
      expect(await looks(page)).toBe('dark');
      await page.goto(`${app.url}/nothing-here`);
      expect(await looks(page)).toBe('dark');

      await page.goto(`${app.url}/account`);
      await choose(page, 'Device');
      expect(await looks(page)).toBe('light');
      await page.emulateMedia({ colorScheme: 'dark' });
      expect(await looks(page)).toBe('dark');
    });

    it('is in the menu of a phone', async () => {
      const page = await browser.openPage({ width: 390, theme: 'light', javaScript });
      await signIn(page, app.url, world.amara.email);
      expect(await page.getByRole('button', { name: 'Dark', exact: true }).isVisible()).toBe(false);
      await page.getByRole('button', { name: 'Menu' }).click();
      await choose(page, 'Dark');
      expect(await looks(page)).toBe('dark');
      expect(await page.getByRole('link', { name: 'Leave this site' }).isVisible()).toBe(true);
    });
  });
}

describe('a choice', () => {
  it('paints the same colours as a device that asks for them', async () => {
    const page = await browser.openPage({ theme: 'dark' });
    await signIn(page, app.url, world.amara.email);
    const colours = () =>
      page.evaluate<Record<string, string>>(`(() => {
        const names = (rules) => [...rules].flatMap((rule) => [...(rule.style ?? [])].filter((name) => name.startsWith('--')).concat(rule.cssRules ? names(rule.cssRules) : []));
        const style = getComputedStyle(document.documentElement);
        return Object.fromEntries(names(document.styleSheets[0].cssRules).sort().map((name) => [name, style.getPropertyValue(name)]));
      })()`);
    for (const theme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme: theme });
      const device = await colours();
      expect(Object.keys(device).length).toBeGreaterThan(20);
      await page.emulateMedia({ colorScheme: theme === 'dark' ? 'light' : 'dark' });
      expect(await colours()).not.toEqual(device);
      await choose(page, theme === 'dark' ? 'Dark' : 'Light');
      expect(await colours()).toEqual(device);
      await choose(page, 'Device');
    }
  });
});

describe('a printed thread', () => {
  it('has every word and number and none of the controls, on white whatever the theme', async () => {
    const page = await browser.openPage({ theme: 'dark' });
    await signIn(page, app.url, world.amara.email);
    await page.goto(thread);
    await choose(page, 'Dark');
    await page.emulateMedia({ media: 'print' });
    expect(await lightness(page)).toBe(1);

    const shown = await page.locator('body').innerText();
    for (const word of [
      'Inhaler for PE',
      'PE has moved to Friday.',
      'The spare one is in the front pocket.',
      'Amara Okafor',
      'Daniel Reyes',
      'Sent ',
      'Fingerprint',
      'First viewed by you',
    ]) {
      expect(shown).toContain(word);
    }
    expect(await page.locator('.entry__no:visible').allInnerTexts()).toEqual([expect.stringMatching(/4$/), expect.stringMatching(/5$/)]);
    for (const control of ['.topbar', '.leave', '.skip', '.sidebar', '.tabbar', '.compose', '.mail__list', 'button', 'input', 'textarea', 'select']) {
      expect(await page.locator(`${control}:visible`).count(), control).toBe(0);
    }
    expect(shown).not.toMatch(/Leave this site|Review before sending|Sign out|Correct this/);
  });

  it('fits on the paper', async () => {
    const page = await browser.openPage({ width: 680 });
    await signIn(page, app.url, world.amara.email);
    await page.goto(thread);
    await page.emulateMedia({ media: 'print' });
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  });
});

describe('reduced motion', () => {
  it('leaves nothing that moves', async () => {
    const page = await browser.openPage();
    await signIn(page, app.url, world.amara.email);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await page.goto(thread);
    const moving = await page.evaluate<string[]>(`(() => {
      const slow = (durations) => durations.split(',').some((duration) => parseFloat(duration) > 0.001);
      return [...document.querySelectorAll('*')].filter((element) => {
        const style = getComputedStyle(element);
        return slow(style.transitionDuration) || slow(style.animationDuration) || style.animationIterationCount === 'infinite' || style.scrollBehavior === 'smooth';
      }).map((element) => element.outerHTML.slice(0, 80));
    })()`);
    expect(moving).toEqual([]);
  });
});
