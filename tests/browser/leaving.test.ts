import { createServer, type Server } from 'node:http';
import net, { type AddressInfo, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/platform/database.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { openBrowser, signIn, type Page, type TestBrowser } from '../support/browser.ts';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';
import { buildWorld, subjectBy, type World } from '../support/world.ts';

let database: TestDatabase;
let app: TestApp;
let world: World;
let browser: TestBrowser;
let neutral: Server;
let thread: string;
const addressOf = (server: net.Server) => `127.0.0.1:${(server.address() as AddressInfo).port}`;

beforeAll(async () => {
  neutral = createServer((_request, response) =>
    response.setHeader('Content-Type', 'text/html').end('<!doctype html><title>Weather</title><h1>Rain later</h1>'),
  );
  await new Promise<void>(resolve => neutral.listen(0, '127.0.0.1', resolve));
  database = await cloneDatabase();
  world = await buildWorld(database);
  app = await startApp(database, { leaveUrl: `http://${addressOf(neutral)}/` });
  browser = await openBrowser();
  thread = (await subjectBy(database, world.daniel, world.familyId, world.theo, 'Inhaler for PE', 'PE has moved to Friday.')).subjectId;
});
afterEach(() => browser.closePages());
afterAll(async () => {
  await browser.close();
  await app.close();
  await database.close();
  neutral.closeAllConnections();
  await new Promise(resolve => neutral.close(resolve));
});

const record = /Inhaler|PE has moved|Amara|Okafor|Daniel|Reyes|Theo|Ines|Brigid|unread|Record unbroken|Sign out/;

/** Signs in and has a thread of the record before her, after a page of the record before it. */
async function atTheRecord(javaScript = true, url = app.url): Promise<Page> {
  const page = await browser.openPage({ javaScript });
  await signIn(page, url, world.amara.email);
  await page.goto(`${url}/messages/${thread}`);
  expect(await page.locator('body').innerText()).toMatch(record);
  return page;
}

const gone = async (page: Page) => {
  await page.getByRole('heading', { name: 'Rain later' }).waitFor();
  expect(await page.locator('body').innerText()).toBe('Rain later');
};
/** Where the page is, if it is not blank: once it leaves it is one or the other. */
const still = (page: Page) => page.evaluate(() => (document.documentElement.hidden ? 'blank' : location.pathname));
const presses = async (page: Page, times: number) => {
  for (let press = 0; press < times; press += 1) await page.keyboard.press('Shift');
};

/** Goes back as far as there is, and reads at every stop what a person would read. */
async function wayBack(page: Page): Promise<string[]> {
  const seen: string[] = [];
  for (let steps = 0; steps < 6; steps += 1) {
    const before = page.url();
    // Not goBack(), which waits for an answer that a page out of the browser's memory never asks for.
    const moved = page
      .waitForURL(url => url.href !== before && url.href !== 'about:blank', { timeout: 3000 })
      .then(
        () => true,
        () => false,
      );
    await page.evaluate(() => history.back()).catch(() => {});
    if (!(await moved)) break;
    await page.waitForLoadState();
    seen.push(await page.locator('body').innerText());
    if (/Sign in/.test(seen.at(-1)!)) break;
  }
  return seen;
}

for (const javaScript of [true, false]) {
  describe(`leaving by the link ${javaScript ? 'with' : 'without'} a script`, () => {
    it('puts the neutral page there, ends the session, and Back brings nothing of the record', async () => {
      const page = await atTheRecord(javaScript);
      await page.getByRole('link', { name: 'Leave this site' }).click();
      await gone(page);
      expect(page.url()).toBe(`http://${addressOf(neutral)}/`);
      expect((await page.context().cookies(app.url)).map(cookie => cookie.name)).toEqual([]);

      const seen = await wayBack(page);
      expect(seen.length).toBeGreaterThan(0);
      for (const words of seen) expect(words).not.toMatch(record);
      expect(seen.at(-1)).toContain('Sign in');
      await page.goto(`${app.url}/messages/${thread}`);
      expect(new URL(page.url()).pathname).toBe('/sign-in');
    });
  });
}

describe('leaving with a script', () => {
  it('takes the page itself out of the history', async () => {
    const page = await atTheRecord();
    const entries = await page.evaluate(() => history.length);
    await page.getByRole('link', { name: 'Leave this site' }).click();
    await gone(page);
    expect(await page.evaluate(() => history.length)).toBe(entries);
  });

  it('blanks the page in the very moment, however long the answer takes', async () => {
    const page = await atTheRecord();
    let seen: unknown;
    await page.exposeFunction('tell', (what: unknown) => void (seen = what));
    await page.evaluate('window.addEventListener("click", () => tell([document.documentElement.checkVisibility(), document.title.trim()]))');
    await page.getByRole('link', { name: 'Leave this site' }).click();
    await gone(page);
    expect(seen).toEqual([false, '']);
  });

  it('leaves another open page of the same person with nothing on it', async () => {
    const page = await atTheRecord();
    const other = await page.context().newPage();
    await other.goto(`${app.url}/record`);
    await other.getByRole('link', { name: 'Leave this site' }).click();
    await gone(other);
    await page.waitForURL('**/sign-in');
    expect(await page.locator('body').innerText()).not.toMatch(record);
  });
});

describe('Shift, three times', () => {
  it('leaves, also from within the box', async () => {
    for (const inBox of [false, true]) {
      const page = await atTheRecord();
      if (inBox) await page.locator('#text').focus();
      await presses(page, 3);
      await gone(page);
    }
  });

  it('leaves from a page that anyone may read', async () => {
    const page = await browser.openPage();
    await page.goto(`${app.url}/help`);
    await presses(page, 3);
    await gone(page);
  });

  it('does nothing when they are further apart than five seconds', async () => {
    const page = await browser.openPage();
    await page.clock.install();
    await page.goto(`${app.url}/help`);
    for (let press = 0; press < 4; press += 1) {
      await presses(page, 1);
      expect(await still(page)).toBe('/help');
      await page.clock.fastForward(2600);
    }
    expect(await still(page)).toBe('/help');
    await presses(page, 2); // the last of the slow ones counts with these
    await gone(page);
  });

  it('does nothing while capitals are typed, or text is selected', async () => {
    const page = await atTheRecord();
    await page.locator('#text').focus();
    for (const key of ['KeyP', 'KeyE', 'KeyT', 'KeyH', 'ArrowLeft', 'ArrowLeft']) {
      await page.keyboard.down('Shift');
      await page.keyboard.press(key);
      await page.keyboard.up('Shift');
    }
    await presses(page, 2);
    await page.keyboard.type('kit');
    await presses(page, 2);
    expect(await still(page)).toBe(`/messages/${thread}`);
    expect(await page.locator('#text').inputValue()).toBe('PEkit');
  });
});

describe('a session that has ended', () => {
  it('shows the way in when the page is loaded again', async () => {
    const page = await atTheRecord(false);
    const other = await page.context().newPage();
    await other.goto(`${app.url}/leave`);
    await page.reload();
    expect(new URL(page.url()).pathname).toBe('/sign-in');
    expect(await page.locator('body').innerText()).not.toMatch(record);
  });

  it('is seen when the page comes out of the browser’s memory: it is blank at once, and asked for again', async () => {
    // This Chromium keeps no pages to go back to, so the test says what a browser that does would say.
    const page = await atTheRecord();
    await page.goto(`${app.url}/record`);
    const other = await page.context().newPage();
    await other.goto(`${app.url}/leave`);
    const shown = await page.evaluate(
      () => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })) && document.documentElement.checkVisibility(),
    );
    expect(shown).toBe(false);
    await page.waitForURL('**/sign-in');
    expect(await page.locator('body').innerText()).not.toMatch(record);
  });

  for (const javaScript of [true, false]) {
    it(`by signing out ${javaScript ? 'with' : 'without'} a script leaves nothing to go back to`, async () => {
      const page = await atTheRecord(javaScript);
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.waitForURL(`${app.url}/`);
      const seen = await wayBack(page);
      expect(seen.length).toBeGreaterThan(0);
      for (const words of seen) expect(words).not.toMatch(record);
      expect(seen.at(-1)).toContain('Sign in');
    });
  }
});

describe('while the database is away', () => {
  for (const how of ['refuses', 'never answers'] as const) {
    it(`and ${how}, leaving works all the same`, async () => {
      const { hostname, port } = new URL(database.appUrl);
      const sockets = new Set<Socket>();
      const line = net.createServer(socket => {
        const beyond = net.connect(Number(port), hostname);
        for (const one of [socket, beyond]) sockets.add(one.on('error', () => {}));
        socket.pipe(beyond).pipe(socket);
      });
      await new Promise<void>(resolve => line.listen(0, '127.0.0.1', resolve));
      const db = openDatabase({ url: database.appUrl.replace(`${hostname}:${port}`, addressOf(line)), onIdleError: () => {} });
      const reached = await startApp({ ...database, db }, { leaveUrl: `http://${addressOf(neutral)}/` });
      try {
        const page = await atTheRecord(how === 'refuses', reached.url);
        if (how === 'refuses') {
          line.close();
          for (const socket of sockets) socket.destroy();
        } else {
          for (const socket of sockets) socket.unpipe().pause();
        }
        await page.getByRole('link', { name: 'Leave this site' }).click();
        await gone(page);
        expect((await page.context().cookies(reached.url)).map(cookie => cookie.name)).toEqual([]);
        await page.goto(`${reached.url}/messages/${thread}`);
        expect(await page.locator('body').innerText()).not.toMatch(record);
      } finally {
        for (const socket of sockets) socket.destroy();
        line.close();
        await reached.close();
        await db.close();
      }
    });
  }
});
