import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { jobs } from '../../src/jobs.ts';
import { startWorker } from '../../src/platform/queue.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { axe, faultsOf, openBrowser, type Page, signIn, type TestBrowser } from '../support/browser.ts';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';
import { addFamily } from '../support/joining.ts';
import { testKeyring } from '../support/keyring.ts';
import { openPostOffice, type PostOffice } from '../support/post-office.ts';
import { buildWorld, type World } from '../support/world.ts';

let database: TestDatabase;
let app: TestApp;
let world: World;
let browser: TestBrowser;
let post: PostOffice;
let worker: Awaited<ReturnType<typeof startWorker>>;

beforeAll(async () => {
  post = await openPostOffice();
  database = await cloneDatabase();
  world = await buildWorld(database);
  app = await startApp(database, { mail: post.mail });
  worker = await startWorker(database.appUrl, undefined, jobs(app.services), [], app.services.log);
  browser = await openBrowser();
});
afterEach(() => browser.closePages());
afterAll(async () => {
  await browser.close();
  await worker.stop();
  await app.close();
  await database.close();
  await post.close();
});

const password = 'maple window tractor seven';
type Person = { name: string; school: string; own: string };

/** The office invites somebody and tells them the code: the way in as it is told on the telephone. */
async function inviteByOffice(office: Page, parentId: string, person: Person): Promise<{ link: string; code: string }> {
  await office.goto(`${app.url}/school/adults/${parentId}`);
  await office.getByRole('button', { name: 'Invite' }).click();
  await office.getByRole('button', { name: 'Show the code' }).click();
  const code = await office.locator('.code-told').innerText();
  const link = /http:\S+\/link\/[\w-]{43}/.exec(await post.mailTo(person.school))![0];
  return { link, code };
}

/** From the school's mail to Today, on a phone. */
async function join({ link, code }: { link: string; code: string }, person: Person, javaScript: boolean, finds: string): Promise<Page> {
  const page = await browser.openPage({ width: 390, javaScript });
  await page.goto(link);
  expect(await page.locator('main').innerText()).not.toContain(person.name);
  await page.getByLabel('The code your school told you').fill(code.toLowerCase());
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('heading', { name: `Welcome, ${person.name}` }).waitFor();
  // The photo can wait.
  await page.getByRole('link', { name: 'Make your account' }).click();
  await page.getByText(`This link was made for ${person.name}`).waitFor();
  await page.getByLabel('E-mail address', { exact: true }).fill(person.own);
  await page.getByLabel('Password, at least 15 characters').fill(password);
  if (javaScript) {
    await page.getByRole('button', { name: 'Show the password' }).click();
    expect(await page.locator('#password').getAttribute('type')).toBe('text');
    await page.getByRole('button', { name: 'Hide the password' }).click();
    expect(await page.locator('#password').getAttribute('type')).toBe('password');
    expect(await axe(page)).toEqual([]);
  } else expect(await page.getByRole('button', { name: 'Show the password' }).count()).toBe(0);
  await page.getByRole('button', { name: 'Make my account' }).dblclick();
  await page.getByRole('heading', { name: 'Look at your mail' }).waitFor();

  const mail = await post.mailTo(person.own);
  await page.goto(/http:\S+\/confirm\/[\w-]{43}/.exec(mail)![0]);
  await page.getByRole('button', { name: 'Confirm and make my account' }).click();
  await page.getByRole('heading', { name: 'Your account is ready' }).waitFor();
  if (javaScript) expect(await axe(page)).toEqual([]);
  await page.getByRole('link', { name: 'Sign in' }).click();
  await page.getByLabel('E-mail address').fill(person.own);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('heading', { name: finds }).waitFor();
  return page;
}

for (const javaScript of [true, false]) {
  it(`the school invites two parents, each proves who they are, and the record between them begins, ${javaScript ? 'with' : 'without'} a script`, async () => {
    const tag = javaScript ? 'a' : 'b';
    const adaeze = { name: 'Adaeze Bello', school: `adaeze-${tag}@school-list.example`, own: `adaeze-${tag}@home.example` };
    const jonas = { name: 'Jonas Lindqvist', school: `jonas-${tag}@school-list.example`, own: `jonas-${tag}@home.example` };
    const { parents } = await addFamily(database, world.school, { givenName: 'Kwame', surname: 'Bello' }, [adaeze.name, jonas.name]);
    for (const [index, person] of [adaeze, jonas].entries()) {
      await database.admin.query('update parley.school_parents set email_ct = $2 where parent_id = $1', [
        parents[index],
        testKeyring.sealField('email', person.school),
      ]);
    }
    const office = await browser.openPage();
    await signIn(office, app.url, world.ruth.email);
    const links = [await inviteByOffice(office, parents[0]!, adaeze), await inviteByOffice(office, parents[1]!, jonas)] as const;

    const first = await join(links[0], adaeze, javaScript, 'Nothing is waiting for you');
    await first.getByRole('link', { name: 'Write a message' }).click();
    await first.getByLabel('What it is about').selectOption({ label: 'Kwame' });
    await first.getByLabel('Title').fill('School trip');
    await first.locator('#text').fill('The trip is on the ninth. Who signs the form?');
    await first.getByRole('button', { name: 'Review before sending' }).click();
    await first.getByRole('button', { name: 'Send it' }).click();
    await first.locator('.entry').filter({ hasText: 'Who signs the form?' }).waitFor();
    expect(await first.locator('.entry').innerText()).toContain('Not yet viewed');

    const second = await join(links[1], jonas, javaScript, '1 subject has something new');
    await second.getByRole('link', { name: 'School trip' }).click();
    await second.locator('.entry').filter({ hasText: 'Who signs the form?' }).waitFor();
    await first.reload();
    expect(await first.locator('.entry').innerText()).toContain('First viewed by Jonas');

    // What the school sees of it is what it saw before.
    await office.goto(`${app.url}/school`);
    expect(await office.locator('main').innerText()).not.toMatch(/School trip|home\.example|account/i);
    expect([...faultsOf(first), ...faultsOf(second), ...faultsOf(office)]).toEqual([]);
  });
}
