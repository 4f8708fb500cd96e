import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { faultsOf, openBrowser, type Page, read, signIn, type TestBrowser } from '../support/browser.ts';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';
import { provedLink } from '../support/links.ts';
import { adultAt, type HandedIn, photoOf } from '../support/photos.ts';
import { buildWorld, type World } from '../support/world.ts';

let database: TestDatabase;
let app: TestApp;
let world: World;
let browser: TestBrowser;
let photos: HandedIn[];

beforeAll(async () => {
  database = await cloneDatabase();
  world = await buildWorld(database);
  app = await startApp(database);
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await app.close();
  await database.close();
});
let adults = 0;
/** Ten photos wait, the first of them the longest. */
beforeEach(async () => {
  await database.admin.query(`update parley.submissions set status = 'withdrawn' where status = 'waiting'`);
  photos = [];
  for (let days = 10; days > 0; days -= 1) {
    const who = await adultAt(database, world.school, { givenName: 'Kofi', surname: `Asante ${(adults += 1)}` });
    const invitationId = await provedLink(database, who, world.ruth);
    if (days === 9) await photoOf(database, app.services.photos.store, who, { status: 'approved', days: 300, picture: '#5f5a4a' });
    photos.push(await photoOf(database, app.services.photos.store, who, { days, invitationId }));
  }
});
afterEach(async () => {
  await browser.closePages();
});

const decisions = async (): Promise<(string | null)[]> => {
  const { rows } = await database.admin.query<{ said: string | null }>(
    `select r.decision || coalesce(' ' || r.reason_code, '') as said from unnest($1::uuid[]) with ordinality as p (id, nth)
       left join parley.photo_reviews r on r.submission_id = p.id order by nth`,
    [photos.map(photo => photo.submissionId)],
  );
  return rows.map(({ said }) => said);
};

async function begin(options: Parameters<TestBrowser['openPage']>[0] = {}): Promise<Page> {
  const page = await browser.openPage(options);
  await signIn(page, app.url, world.ruth.email);
  await page.goto(`${app.url}/school/review`);
  await page.getByRole('link', { name: 'Start reviewing' }).click();
  await shows(page, photos[0]!);
  return page;
}
/** The page of this photo, seen for long enough to decide. */
async function shows(page: Page, { name }: HandedIn): Promise<void> {
  await page.getByRole('heading', { level: 1, name }).waitFor();
  // Asked from here: without script a page's own frames may wait for something to draw.
  const width = () => page.evaluate(() => (document.getElementById('photo') as HTMLImageElement | null)?.naturalWidth);
  await expect.poll(width, { timeout: 30_000 }).toBe(1024);
  await page.waitForTimeout(350);
}

describe('an admin with ten photos and a keyboard', () => {
  it('approves, asks for another, rejects and skips, without the mouse', async () => {
    const page = await begin();
    const press = async (...keys: string[]) => {
      for (const key of keys) await page.keyboard.press(key);
    };
    await press('a');
    await shows(page, photos[1]!);
    await page.getByText(`Approved: ${photos[0]!.name}`).waitFor();
    await press('t', 'ArrowDown', 'Enter');
    await shows(page, photos[2]!);
    await press('x', 'Space', 'Enter');
    await shows(page, photos[3]!);
    await press('n');
    await shows(page, photos[4]!);
    await press('ArrowRight');
    await shows(page, photos[5]!);
    await press('p');
    await shows(page, photos[4]!);
    await press('A');
    for (const next of photos.slice(5)) {
      await shows(page, next);
      await press('a');
    }
    // Round to the one that was left for later, and the queue is empty.
    await shows(page, photos[3]!);
    await press('x', 'ArrowDown', 'ArrowDown', 'Escape', 'x');
    await page.getByRole('heading', { name: 'No photo is waiting' }).waitFor();
    expect(await decisions()).toEqual([
      'approve',
      'retake face_hidden',
      'reject someone_else',
      'reject unsuitable',
      ...Array.from({ length: 6 }, () => 'approve'),
    ]);
    expect(faultsOf(page)).toEqual([]);
  });

  it('writes to the parent without any letter deciding, nor one with Ctrl, nor before the photo is in sight', async () => {
    const page = await begin();
    await page.keyboard.press('t');
    await page.keyboard.press('Tab');
    await page.keyboard.type('a tax on nap');
    expect(await page.locator('#note').inputValue()).toBe('a tax on nap');
    await page.keyboard.press('Escape');
    for (const key of ['Control+x', 'Alt+a', 'Meta+n', 'q']) await page.keyboard.press(key);
    expect(new URL(page.url()).pathname).toContain(photos[0]!.submissionId);
    expect(await decisions()).toEqual(photos.map(() => null));

    // A held key, and a letter meant for the photo before.
    await page.route('**/school/photos/*/1024**', async route => {
      await new Promise(resolve => setTimeout(resolve, 700));
      await route.continue();
    });
    await page.keyboard.press('a');
    await page.getByRole('heading', { level: 1, name: photos[1]!.name }).waitFor();
    for (let count = 0; count < 4; count += 1) await page.keyboard.press('a');
    expect(await decisions()).toEqual(['approve', ...photos.slice(1).map(() => null)]);
    await shows(page, photos[1]!);
    await page.keyboard.press('a');
    await page.getByRole('heading', { level: 1, name: photos[2]!.name }).waitFor();
    expect((await decisions()).slice(0, 3)).toEqual(['approve', 'approve', null]);
  });

  it('turns the keys off, and they stay off', async () => {
    const page = await begin();
    await page.getByRole('button', { name: 'Turn keys off' }).click();
    await page.getByText('Single letters can decide here').waitFor();
    await shows(page, photos[0]!);
    for (const key of ['a', 'x', 'n']) await page.keyboard.press(key);
    await page.goto(`${app.url}/school/review/${photos[1]!.submissionId}`);
    await shows(page, photos[1]!);
    await page.keyboard.press('a');
    expect(await page.locator('kbd').count()).toBe(0);
    expect(await decisions()).toEqual(photos.map(() => null));
    await page.getByRole('button', { name: 'Turn keys on' }).click();
    await shows(page, photos[1]!);
    await page.keyboard.press('n');
    await shows(page, photos[2]!);
  });

  it('has the photo, the one in use and the first button in sight without scrolling', async () => {
    const page = await begin();
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.goto(`${app.url}/school/review/${photos[1]!.submissionId}?done=${photos[0]!.submissionId}`);
    await shows(page, photos[1]!);
    for (const one of [page.getByRole('button', { name: 'Approve this photo' }), page.locator('#photo'), page.getByAltText(/that is in use/)]) {
      const box = (await one.boundingBox())!;
      expect([box.y > 0, box.y + box.height <= 800]).toEqual([true, true]);
    }
    const [fresh, before] = [(await page.locator('#photo').boundingBox())!, (await page.getByAltText(/that is in use/).boundingBox())!];
    expect([Math.round(fresh.width), Math.round(fresh.y)]).toEqual([Math.round(before.width), Math.round(before.y)]);
  });
});

describe('without a script', () => {
  it('reviews by buttons alone, and a missing reason loses nothing', async () => {
    const page = await begin({ javaScript: false });
    await page.getByRole('button', { name: 'Approve this photo' }).click();
    await page.getByText(`Approved: ${photos[0]!.name}`).waitFor();
    await page.getByLabel('A line to the parent').fill('Please take off the hat.');
    await page.getByRole('button', { name: 'Ask for another photo' }).click();
    await page.getByRole('link', { name: 'Choose why another photo is needed' }).waitFor();
    expect(await page.getByLabel('A line to the parent').inputValue()).toBe('Please take off the hat.');
    await page.getByLabel('Face partly hidden or turned').check();
    await page.getByRole('button', { name: 'Ask for another photo' }).click();
    await page.getByText(`Asked for another: ${photos[1]!.name}`).waitFor();
    await page.getByRole('link', { name: 'Skip for now' }).click();
    await page.getByRole('heading', { level: 1, name: photos[3]!.name }).waitFor();
    await page.getByLabel('It shows no person').check();
    await page.getByRole('button', { name: 'Reject and close the link' }).click();
    await page.getByText(`Rejected: ${photos[3]!.name}`).waitFor();
    expect((await decisions()).slice(0, 4)).toEqual(['approve', 'retake face_hidden', null, 'reject no_person']);
  });
});

describe('the pages', () => {
  it('can be read by anyone, in any light, on any screen', async () => {
    const page = await begin();
    const [first, second] = photos as [HandedIn, HandedIn];
    const check = async (at: string) => {
      await page.goto(app.url + at);
      expect((await read(page)).problems, at).toEqual([]);
    };
    await check('/school/review');
    await check(`/school/review/${first.submissionId}`);
    await check(`/school/review/${second.submissionId}`);
    await page.locator('summary').click();
    expect((await read(page)).problems).toEqual([]);
    await page.getByRole('button', { name: 'Reject and close the link' }).click();
    await page.getByRole('link', { name: 'Choose why the photo is rejected' }).waitFor();
    expect((await read(page)).problems).toEqual([]);
    await check(`/school/adults/${second.parentId}/another-photo`);
    await database.admin.query(`update parley.submissions set status = 'withdrawn' where status = 'waiting'`);
    await check('/school/review');
  });
});
