import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { type Browser, chromium, type Page } from 'playwright-core';
import { demoPassword } from '../../seeds/demo-world.ts';

export type { Page } from 'playwright-core';

export type TestBrowser = {
  /** A browser of somebody's own, with one page: nothing is shared with another's. */
  openPage(options?: { width?: number; height?: number; theme?: 'light' | 'dark'; javaScript?: boolean; touch?: boolean }): Promise<Page>;
  /** Closes every page, as people do at the end of the day. */
  closePages(): Promise<void>;
  close(): Promise<void>;
};

const faults = new WeakMap<Page, string[]>();

/** What a page complained of so far: errors of scripts, refused by the content security policy, missing files. */
export const faultsOf = (page: Page): string[] => faults.get(page) ?? [];

/** One Chromium, for a test file. */
export async function openBrowser(): Promise<TestBrowser> {
  const browser: Browser = await chromium.launch({
    executablePath: await extracted(),
    args: ['--no-sandbox', '--disable-gpu', '--headless=shell', '--disable-background-networking'],
  });
  return {
    async openPage({ width = 1280, height = width < 700 ? 844 : 900, theme = 'light', javaScript = true, touch = false } = {}) {
      const context = await browser.newContext({
        viewport: { width, height },
        hasTouch: touch,
        colorScheme: theme,
        javaScriptEnabled: javaScript,
        locale: 'en-GB',
        timezoneId: 'Europe/London',
      });
      context.setDefaultTimeout(15_000);
      const page = await context.newPage();
      const list: string[] = [];
      faults.set(page, list);
      page.on('pageerror', error => list.push(`${page.url()}: ${error.message}`));
      page.on('console', message => {
        // That a page is itself an error page is what its test is about.
        const isPage = message.text().startsWith('Failed to load resource') && !/\/(assets|favicon)/.test(message.location().url);
        if (message.type() === 'error' && !isPage) list.push(`${page.url()}: ${message.text()}`);
      });
      return page;
    },
    closePages: async () => void (await Promise.all(browser.contexts().map(context => context.close()))),
    close: () => browser.close(),
  };
}

/** Signs in through the form, as a person does. */
export async function signIn(page: Page, url: string, email: string): Promise<void> {
  await page.goto(`${url}/sign-in`);
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password').fill(demoPassword);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.waitForURL(at => at.pathname !== '/sign-in');
}

type Finding = { id: string; nodes: { target: string[]; failureSummary: string }[] };

/** axe-core as @axe-core/playwright has it, whose own way puts it into the page anew for every look: four times slower. */
const { source } = createRequire(createRequire(import.meta.url).resolve('@axe-core/playwright'))('axe-core') as { source: string };
const options = JSON.stringify({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice'], resultTypes: ['violations'] });

/** What axe finds on the page as it is now: the rule, what breaks it, and where. WCAG 2.0 to 2.2, A and AA, and best practice. */
export async function axe(page: Page): Promise<string[]> {
  const there = await page.evaluate("'axe' in window");
  if (!there) await page.evaluate(`${source};0`);
  // Colours that change by degrees have arrived.
  await page.evaluate(() => document.getAnimations().forEach(animation => animation.finish()));
  const violations = await page.evaluate<Finding[]>(`axe.run(document, ${options}).then(({ violations }) => violations)`);
  const where = `${new URL(page.url()).pathname} at ${page.viewportSize()!.width}`;
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')} on ${where}: ${failureSummary}`));
}

/** What is wrong with the page in any light and on any screen, and where its links lead. It is not left as it was. */
export async function read(page: Page): Promise<{ problems: string[]; hrefs: string[] }> {
  const here = new URL(page.url()).pathname;
  const { hrefs, ...facts } = await page.evaluate(() => {
    const all = [...document.querySelectorAll('*')];
    const inline = all.filter(
      one => one.matches('style, script:not([src])') || [...one.attributes].some(({ name }) => name === 'style' || name.startsWith('on')),
    );
    const ids = all.filter(({ id }) => id !== '').map(({ id }) => id);
    const targets = [...document.querySelectorAll('a[href]')].map(link => link.getAttribute('href')!);
    // Of the summary of errors: where each line leads, which should be a field, and in the order of the page.
    const led = [...document.querySelectorAll('.flash--error a[href^="#"]')].map(link => document.getElementById(link.getAttribute('href')!.slice(1)));
    const described = new Set(all.flatMap(one => (one.getAttribute('aria-describedby') ?? '').split(' ')));
    return {
      headings: document.querySelectorAll('h1').length === 1 ? [] : [`${document.querySelectorAll('h1').length} h1`],
      inline: inline.map(one => `inline: ${one.outerHTML.slice(0, 90)}`),
      ids: ids.filter((id, index) => ids.indexOf(id) !== index).map(id => `twice: #${id}`),
      fields: led
        .filter(field => field && !field.matches('input:not([type="hidden"]), select, textarea'))
        .map(field => `no field to go to: ${field!.outerHTML.slice(0, 90)}`),
      order: led.flatMap((field, index) =>
        index > 0 && field && led[index - 1] && field.compareDocumentPosition(led[index - 1]!) & Node.DOCUMENT_POSITION_FOLLOWING
          ? [`out of order: the error of #${field.id}`]
          : [],
      ),
      errors: [...document.querySelectorAll('.error-text')]
        .filter(error => !described.has(error.id))
        .map(error => `no field says that this is wrong with it: ${error.textContent.trim()}`),
      nowhere: targets.filter(href => href.startsWith('#') && !ids.includes(href.slice(1))).map(href => `leads nowhere: ${href}`),
      hrefs: targets.filter(href => href.startsWith('/')),
    };
  });
  const problems = Object.values(facts)
    .flat()
    .map(problem => `${problem} on ${here}`);
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 844 });
    for (const theme of ['light', 'dark'] as const) {
      // Once as the device asks for it, once as a person chooses it.
      if (width === 1280) await page.emulateMedia({ colorScheme: theme });
      else await page.evaluate(chosen => document.documentElement.setAttribute('data-theme', chosen), theme);
      problems.push(...(await axe(page)).map(problem => `${theme}: ${problem}`));
    }
  }
  for (const width of [1280, 390, 320]) {
    await page.setViewportSize({ width, height: 844 });
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (wider > 0) problems.push(`${here} is ${wider} wider than a screen of ${width}`);
    const cut = await page.evaluate(() =>
      [...document.querySelectorAll('main, main :not(.vh, .vh *, input, .cal *, .week *, .table--stack thead)')]
        .filter(one => /clip|hidden/.test(getComputedStyle(one).overflowX) && getComputedStyle(one).textOverflow !== 'ellipsis')
        .filter(one => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 1)
        .map(one => one.outerHTML.slice(0, 90)),
    );
    problems.push(...cut.map(one => `cut off at ${width}: ${one} on ${here}`));
  }
  await page.setViewportSize({ width: 1280, height: 844 });
  return { problems: [...problems, ...faultsOf(page).splice(0)], hrefs };
}

/**
 * Where the browser is. It comes packed, and its own unpacking takes any file of the right name for a whole one,
 * so it is unpacked aside and moved into place at once: two files may do so at the same time, and one that is stopped leaves nothing half.
 */
async function extracted(): Promise<string> {
  const module = path.join(import.meta.dirname, '../../node_modules/@sparticuz/chromium');
  const { version } = JSON.parse(readFileSync(path.join(module, 'package.json'), 'utf8')) as { version: string };
  const place = path.join(os.tmpdir(), `parley-chromium-${version}`);
  const executable = path.join(place, 'chromium');
  if (existsSync(executable)) return executable;
  const aside = await mkdtemp(`${place}-`);
  const unpack = "import('@sparticuz/chromium').then((module) => module.default.executablePath())";
  await promisify(execFile)(process.execPath, ['--input-type=module', '-e', unpack], { cwd: module, env: { ...process.env, TMPDIR: aside } });
  await rename(aside, place).catch(async (error: unknown) => {
    await rm(aside, { recursive: true, force: true });
    if (!existsSync(executable)) throw error;
  });
  return executable;
}
