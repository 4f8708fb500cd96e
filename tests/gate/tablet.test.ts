import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { faultsOf, openBrowser, type Page, read, signIn, type TestBrowser } from '../support/browser.ts';
import { demoPassword } from '../../seeds/demo-world.ts';
import { type GateWorld, gateWorld } from './gate-world.ts';

let g: GateWorld;
let browser: TestBrowser;

const pin = '470813';

beforeAll(async () => {
  g = await gateWorld();
  browser = await openBrowser();
  const tom = await g.app.signedIn(g.tom.email);
  await tom.get('/gate/pin');
  await tom.submit('/gate/pin', { password: demoPassword, pin, again: pin });
});
afterEach(() => browser.closePages());
afterAll(async () => {
  await browser.close();
  await g.close();
});

const tablet = async (options: { javaScript?: boolean } = {}) => {
  const page = await browser.openPage({ width: 1024, height: 768, touch: true, ...options });
  await signIn(page, g.app.url, g.tom.email);
  await page.goto(`${g.app.url}/gate`);
  return page;
};
const text = (page: Page) => page.locator('body').innerText();
const press = (page: Page, role: 'button' | 'link', name: string | RegExp) => page.getByRole(role, { name, exact: true }).first().tap();

describe('Tom at the gate, with a tablet', () => {
  it('finds a class, sees adults larger than the child, marks who was collected, locks and unlocks', async () => {
    const page = await tablet();
    await press(page, 'link', '1B');
    await page.getByRole('heading', { name: 'Theo Okafor Reyes' }).waitFor();
    const photo = page.locator('.gate__adult img').first();
    await expect.poll(() => photo.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(320);
    const [adult, child] = [(await photo.boundingBox())!, (await page.locator('.gate__who .portrait').first().boundingBox())!];
    expect(adult.width * adult.height).toBeGreaterThan(2 * child.width * child.height);
    const button = (await page.getByRole('button', { name: /^Collected ?, Theo/ }).boundingBox())!;
    expect(Math.min(button.width, button.height)).toBeGreaterThanOrEqual(44);

    await press(page, 'button', /^Collected ?, Theo/);
    await page.getByText(/Collected at \d\d:\d\d/).waitFor();
    expect(new URL(page.url()).search).toBe('?c=1B');
    await press(page, 'button', /^Undo ?, Theo/);
    await page.getByRole('button', { name: /^Collected ?, Theo/ }).waitFor();

    await press(page, 'button', 'Lock screen');
    await page.getByRole('heading', { name: 'This screen is locked' }).waitFor();
    expect(await text(page)).not.toMatch(/Theo|Amara|Daniel/);
    await page.goBack();
    await page.getByRole('heading', { name: 'This screen is locked' }).waitFor();
    expect(await page.locator('img').count()).toBe(0);

    await page.getByLabel('PIN').fill('123450');
    await press(page, 'button', 'Unlock');
    await page.getByText('4 attempts left').first().waitFor();
    await page.getByLabel('PIN').fill(pin);
    await press(page, 'button', 'Unlock');
    await page.getByRole('heading', { name: 'Who may collect today' }).waitFor();
    expect(faultsOf(page)).toEqual([]);
  });

  it('hides other windows as well, and a screen that nobody touched for two minutes', async () => {
    const page = await tablet();
    const other = await page.context().newPage();
    await other.goto(`${g.app.url}/gate/${g.world.theo}`);
    await press(page, 'button', 'Lock screen');
    await other.getByRole('heading', { name: 'This screen is locked' }).waitFor();
    expect(await text(other)).not.toMatch(/Theo|Amara/);
    await page.getByLabel('PIN').fill(pin);
    await press(page, 'button', 'Unlock');
    await page.getByRole('heading', { name: 'Who may collect today' }).waitFor();

    await page.clock.install();
    await page.goto(`${g.app.url}/gate?c=1B`);
    await page.getByRole('heading', { name: 'Theo Okafor Reyes' }).waitFor();
    await page.clock.fastForward(100_000);
    await page.mouse.move(300, 300);
    await page.clock.fastForward(60_000);
    expect(await page.getByRole('heading', { name: 'Theo Okafor Reyes' }).isVisible()).toBe(true);
    await page.clock.runFor(70_000);
    await page.getByRole('heading', { name: 'This screen is locked' }).waitFor();
    const tom = await g.database.admin.query('select from parley.sessions where account_id = $1 and locked_at is not null', [g.tom.accountId]);
    expect(tom.rowCount).toBeGreaterThan(0);
  });

  it('without a script: the same', async () => {
    const page = await tablet({ javaScript: false });
    await page.getByRole('searchbox').fill('theo');
    await press(page, 'button', 'Show');
    await page.getByRole('heading', { name: 'Theo Okafor Reyes' }).waitFor();
    await press(page, 'button', 'Lock screen');
    await page.getByRole('heading', { name: 'This screen is locked' }).waitFor();
    await page.goto(`${g.app.url}/gate/${g.world.theo}`);
    expect(await text(page)).not.toContain('Theo');
    await page.getByLabel('PIN').fill(pin);
    await press(page, 'button', 'Unlock');
    await page.waitForURL(`${g.app.url}/gate/${g.world.theo}`);
    await page.goto(`${g.app.url}/gate/code`);
    const amara = await g.app.signedIn(g.world.amara.email);
    await amara.get('/collectors');
    await page.getByLabel('Code, typed or scanned').fill(/my-code__text"><code class="code">([^<]+)</.exec(amara.page.body)![1]!);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Amara Okafor' }).waitFor();
    expect(await page.locator('.code-found img').evaluate((image: HTMLImageElement) => image.complete)).toBe(true);
  });
});

describe('every page of the gate', () => {
  it('can be read by anyone, in any light, on any screen', async () => {
    const { theo } = g.world;
    const office = await g.app.signedIn(g.office.email);
    const amara = await g.app.signedIn(g.world.amara.email);
    const long = 'Wolfeschlegelsteinhausenbergerdorff';
    await amara.get('/collectors/new');
    await amara.submit('/collectors/new', { givenName: long, surname: long, relation: 'Grandmother', child: [theo] });
    await amara.get('/collectors');
    await amara.submit('/collectors/today', { child: theo, who: 'me', day: Temporal.Now.plainDateISO('Europe/London').toString(), note: long });
    await office.get(`/gate/${theo}/change`);
    await office.submit(`/gate/${theo}/change`, { may: [g.world.daniel.parentId], note: long });
    const pages: [client: typeof office, paths: string[]][] = [
      [office, ['/gate', '/gate?q=okafor', '/gate?q=nobody', `/gate/${theo}`, `/gate/${theo}/change`, '/gate/code', '/gate/pin', '/school/collectors']],
      [amara, ['/collectors', '/collectors/new']],
    ];
    for (const [client, paths] of pages) {
      const page = await browser.openPage();
      await page.context().addCookies([...client.cookies].map(([name, value]) => ({ name, value, url: g.app.url })));
      for (const at of paths) {
        expect((await page.goto(g.app.url + at))!.status(), at).toBe(200);
        expect((await read(page)).problems, at).toEqual([]);
      }
      if (client === amara) {
        await page.getByRole('button', { name: 'Ask the school to confirm' }).click();
        await page.waitForLoadState();
        expect((await read(page)).problems, 'an empty form').toEqual([]);
        continue;
      }
      await page.goto(`${g.app.url}/gate/code`);
      await page.getByRole('button', { name: 'Check' }).click();
      expect((await read(page)).problems, 'no code').toEqual([]);
      await page.goto(`${g.app.url}/gate`);
      await page.getByRole('button', { name: 'Lock screen' }).click();
      await page.getByRole('heading', { name: 'This screen is locked' }).waitFor();
      expect((await read(page)).problems, 'locked').toEqual([]);
    }
  });
});
