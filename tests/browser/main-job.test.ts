import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { demoPassword } from '../../seeds/demo-world.ts';
import type { SubjectId } from '../../src/core/ids.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { faultsOf, openBrowser, signIn, type Page, type TestBrowser } from '../support/browser.ts';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';
import { buildWorld, messageBy, subjectBy, type World } from '../support/world.ts';

let database: TestDatabase;
let app: TestApp;
let world: World;
let browser: TestBrowser;

beforeAll(async () => {
  database = await cloneDatabase();
  world = await buildWorld(database);
  app = await startApp(database);
  browser = await openBrowser();
});
afterEach(async () => {
  await browser.closePages();
  await expect.poll(() => app.app.live.count()).toBe(0);
});
afterAll(async () => {
  await browser.close();
  await app.close();
  await database.close();
});

let subjects = 0;
/** Daniel opens a subject; what it is called is said on no other page than Theo's. */
async function daniels(text: string): Promise<{ subjectId: SubjectId; title: string; address: string }> {
  const title = `Theo: PE kit, part ${(subjects += 1)}`;
  const { subjectId } = await subjectBy(database, world.daniel, world.familyId, world.theo, title, text);
  return { subjectId, title, address: `${app.url}/messages/${subjectId}` };
}

const heard = () => expect.poll(() => app.app.live.count());
const entry = (page: Page, words: string) => page.locator('.entry').filter({ hasText: words });

async function write(page: Page, words: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Your reply' }).fill(words);
  await page.getByRole('button', { name: 'Review before sending' }).click();
  await page.getByRole('heading', { name: 'Send this message?' }).waitFor();
  expect(await page.locator('main').innerText()).toContain(words);
}
async function send(page: Page, words: string): Promise<void> {
  await page.getByRole('button', { name: 'Send it' }).click();
  await entry(page, words).waitFor();
}

for (const javaScript of [true, false]) {
  describe(`two parents ${javaScript ? 'with' : 'without'} a script`, () => {
    it('write, read once more, send, read and answer', async () => {
      const { title } = await daniels('PE has moved to Friday.');
      const [amara, daniel] = [await browser.openPage({ javaScript }), await browser.openPage({ javaScript })];
      await signIn(amara, app.url, world.amara.email);
      expect(new URL(amara.url()).pathname).toBe('/today');
      expect(await amara.locator('main').innerText()).not.toContain('PE has moved');
      await amara.getByRole('link', { name: title }).click();
      await entry(amara, 'PE has moved to Friday.').waitFor();
      await write(amara, 'I will pack the kit on Thursday.');
      await send(amara, 'I will pack the kit on Thursday.');
      expect(await entry(amara, 'I will pack').innerText()).toContain('Not yet viewed');

      await signIn(daniel, app.url, world.daniel.email);
      await daniel.getByRole('link', { name: title }).click();
      expect(await entry(daniel, 'I will pack').innerText()).toContain('First viewed by you');
      await write(daniel, 'Thank you, that works.');
      await send(daniel, 'Thank you, that works.');
      if (!javaScript) await amara.reload();
      await entry(amara, 'Thank you, that works.').waitFor();
      expect([...faultsOf(amara), ...faultsOf(daniel)]).toEqual([]);
    });

    it('a second press on “Send it” sends nothing more', async () => {
      const { address } = await daniels('Which day is the trip?');
      const page = await browser.openPage({ javaScript });
      await signIn(page, app.url, world.amara.email);
      await page.goto(address);
      await write(page, 'The trip is on the ninth.');
      await page.getByRole('button', { name: 'Send it' }).dblclick();
      await entry(page, 'The trip is on the ninth.').waitFor();
      await page.goto(address);
      expect(await entry(page, 'The trip is on the ninth.').count()).toBe(1);
    });
  });
}

describe('an open subject', () => {
  it('shows an answer as it comes, without loading again, under one heading of the day', async () => {
    const { subjectId, address } = await daniels('Who collects on Tuesday?');
    const page = await browser.openPage();
    await signIn(page, app.url, world.amara.email);
    await page.goto(address);
    await page.evaluate('window.stayed = true');
    await page.getByRole('textbox', { name: 'Your reply' }).fill('Half a thou');
    await heard().toBe(1);
    const headings = await page.locator('.record__day').allInnerTexts();

    await messageBy(database, world.daniel, subjectId, 'I can, at four.');
    await entry(page, 'I can, at four.').waitFor();
    await page.getByText('A new message has arrived', { exact: true }).waitFor({ state: 'attached' });
    expect(await page.locator('.record__day').allInnerTexts()).toEqual(headings);
    expect(await page.locator('.record > li').last().innerText()).toContain('I can, at four.');
    expect(await page.evaluate('window.stayed')).toBe(true);
    expect(await page.getByRole('textbox', { name: 'Your reply' }).inputValue()).toBe('Half a thou');
    expect(await page.evaluate('document.activeElement.id')).toBe('text');
    expect(faultsOf(page)).toEqual([]);
  });

  it('has each message once after the connection was lost for a while', async () => {
    const { subjectId, address } = await daniels('The bus leaves at nine.');
    const page = await browser.openPage();
    await signIn(page, app.url, world.amara.email);
    await page.goto(address);
    await heard().toBe(1);
    await page.context().setOffline(true);
    app.server.closeAllConnections();
    await heard().toBe(0);
    await messageBy(database, world.daniel, subjectId, 'No, at half past eight.');
    await messageBy(database, world.daniel, subjectId, 'Bring a packed lunch.');
    await page.context().setOffline(false);
    await entry(page, 'Bring a packed lunch.').waitFor();
    await heard().toBe(1);
    await messageBy(database, world.daniel, subjectId, 'And a coat.');
    await entry(page, 'And a coat.').waitFor();
    for (const words of ['at nine', 'half past eight', 'packed lunch', 'And a coat']) expect(await entry(page, words).count(), words).toBe(1);
    const positions = await page.locator('.entry').evaluateAll(entries => entries.map(entry => entry.id));
    expect(positions).toEqual([...new Set(positions)]);
  });

  it('has each message also where more came at once than are fetched at once', async () => {
    const { subjectId, address } = await daniels('A long evening.');
    const page = await browser.openPage();
    await signIn(page, app.url, world.amara.email);
    await page.goto(address);
    await heard().toBe(1);
    await page.route('**/since/*', route => route.abort());
    for (let count = 1; count <= 60; count += 1) await messageBy(database, world.daniel, subjectId, `Number ${count} of many`);
    await page.unroute('**/since/*');
    await messageBy(database, world.daniel, subjectId, 'Number 61 of many');
    await entry(page, 'Number 61 of many').waitFor();
    const said = await page.locator('.entry .words').allInnerTexts();
    expect(said.slice(1).map(words => words.trim())).toEqual(Array.from({ length: 61 }, (_, index) => `Number ${index + 1} of many`));
  });

  it('listens again after it was told that it cannot, and not only after a broken line', async () => {
    const { subjectId, address } = await daniels('Parley is away for a moment.');
    const page = await browser.openPage();
    await signIn(page, app.url, world.amara.email);
    await page.goto(address);
    await heard().toBe(1);
    const refused = page.waitForResponse(response => response.url().includes('/messages/stream') && response.status() === 503);
    await page.route('**/messages/stream*', route => route.fulfill({ status: 503, body: 'away' }));
    app.server.closeAllConnections();
    await refused;
    await messageBy(database, world.daniel, subjectId, 'Written meanwhile.');
    await page.unroute('**/messages/stream*');
    await entry(page, 'Written meanwhile.').waitFor();
    await heard().toBe(1);
    await messageBy(database, world.daniel, subjectId, 'And since.');
    await entry(page, 'And since.').waitFor();
  });

  it('leaves once its session has ended while it could not be told', async () => {
    const { address } = await daniels('Nobody is here.');
    const page = await browser.openPage();
    await signIn(page, app.url, world.amara.email);
    await page.goto(address);
    await heard().toBe(1);
    await database.admin.query(`delete from parley.sessions where account_id = $1`, [world.amara.accountId]);
    app.server.closeAllConnections();
    await page.waitForURL('**/sign-in');
    expect(await page.locator('body').innerText()).not.toContain('Nobody is here.');
  });

  it('tells that somebody is writing, once a minute, and not that it stands open', async () => {
    const { address } = await daniels('Take your time.');
    const page = await browser.openPage();
    await page.clock.install();
    await signIn(page, app.url, world.amara.email);
    await page.goto(address);
    const told: number[] = [];
    page.on('response', response => response.url().endsWith('/writing') && told.push(response.status()));
    const box = page.getByRole('textbox', { name: 'Your reply' });
    await box.pressSequentially('At once');
    await page.clock.fastForward(10 * 60_000);
    expect(told).toEqual([]);
    await box.pressSequentially(', and after ten minutes');
    await expect.poll(() => told).toEqual([204]);
    await page.clock.fastForward(61_000);
    await box.pressSequentially('.');
    await expect.poll(() => told).toEqual([204, 204]);
  });

  it('out of sight gives its line up, so that other pages load, and counts nothing as viewed', async () => {
    const { subjectId, address } = await daniels('Shoes are size 31 now.');
    const page = await browser.openPage();
    await page.addInitScript(
      'window.inSight = true; Object.defineProperty(document, "visibilityState", { get: () => (window.inSight ? "visible" : "hidden") })',
    );
    const sight = (inSight: boolean) => page.evaluate(`window.inSight = ${inSight}; document.dispatchEvent(new Event('visibilitychange'))`);
    await signIn(page, app.url, world.amara.email);
    await page.goto(address);
    await heard().toBe(1);
    const fetched: string[] = [];
    page.on('request', request => fetched.push(request.url()));
    const daniel = await app.signedIn(world.daniel.email);
    const receipt = async () => (await daniel.get(`/messages/${subjectId}`)).body.split('<li class="entry').at(-1)!;

    await sight(false);
    await heard().toBe(0);
    // Another page of theirs is in sight: when it hears of the message, the first would have.
    const { address: elsewhere } = await daniels('Something else altogether.');
    const other = await page.context().newPage();
    await other.goto(elsewhere);
    await heard().toBe(1);
    await messageBy(database, world.daniel, subjectId, 'The shop has them on Saturday.');
    await other.getByText('A new message has arrived in another subject').waitFor({ state: 'attached' });
    expect(fetched).toEqual([]);
    expect(await receipt()).toContain('Not yet viewed');

    await sight(true);
    await entry(page, 'The shop has them on Saturday.').waitFor();
    await heard().toBe(2);
    expect(await receipt()).toContain('First viewed by Amara');
  });
});

describe('a keyboard alone', () => {
  type Stop = { name: string; ring: boolean; inSight: boolean };
  const press = async (page: Page): Promise<Stop> => {
    await page.keyboard.press('Tab');
    return page.evaluate<Stop>(`(() => {
      const stop = document.activeElement;
      const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(stop);
      const box = stop.getClientRects()[0] ?? new DOMRect(-1, -1);
      const over = document.elementFromPoint(box.x + box.width / 2, Math.min(box.y + box.height / 2, innerHeight - 1));
      return {
        name: (stop.labels?.[0] ?? stop).textContent.trim().replace(/\\s+/g, ' '),
        ring: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 && !/, 0\\)$/.test(outlineColor),
        inSight: over !== null && (stop.contains(over) || over.contains(stop)) && box.x >= 0 && box.right <= innerWidth && box.bottom > 0,
      };
    })()`);
  };
  /** Presses Tab until something of this name is reached. Whatever is passed on the way must be seen to have the focus. */
  async function reach(page: Page, name: string): Promise<void> {
    const passed: string[] = [];
    for (let presses = 0; presses < 80; presses += 1) {
      const stop = await press(page);
      passed.push(stop.name);
      expect(stop, `on ${page.url()} after ${passed.join(' > ')}`).toMatchObject({ ring: true, inSight: true });
      if (stop.name.startsWith(name)) return;
    }
    throw new Error(`${name} was not reached: ${passed.join(' > ')}`);
  }
  const begins = async (page: Page) => expect(await press(page)).toEqual({ name: 'Skip to main content', ring: true, inSight: true });

  for (const width of [1280, 390]) {
    it(`does the whole job, and shows where it is at every stop, ${width} wide`, async () => {
      const { title } = await daniels('Is the form signed?');
      const page = await browser.openPage({ width });
      await page.goto(`${app.url}/sign-in`);
      await begins(page);
      await reach(page, 'E-mail address');
      await page.keyboard.type(world.amara.email);
      await reach(page, 'Password');
      await page.keyboard.type(demoPassword);
      await reach(page, 'Continue');
      await page.keyboard.press('Enter');
      await page.waitForURL('**/today');

      await begins(page);
      await page.keyboard.press('Enter');
      await reach(page, title);
      await page.keyboard.press('Enter');
      await entry(page, 'Is the form signed?').waitFor();

      // The link led to the new message itself, so that is where the way on begins.
      await reach(page, 'Entry');
      await reach(page, 'Your reply');
      await page.keyboard.type('Signed, and in the bag.');
      await reach(page, 'Review before sending');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Send this message?' }).waitFor();

      await begins(page);
      await page.keyboard.press('Enter');
      await reach(page, 'Send it');
      await page.keyboard.press('Enter');
      await entry(page, 'Signed, and in the bag.').waitFor();
      expect(faultsOf(page)).toEqual([]);
    });
  }
});
