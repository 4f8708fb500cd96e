import { expect } from 'vitest';
import type { TestApp } from '../support/app.ts';
import type { Client } from '../support/client.ts';

/** Figures count up to the present minute, so a page of them is the same as another but for its numbers. */
const countsMinutes = /^\/figures/;

/** Every page of a parent as it is now, and those `more`: what it answered, without the ids that each form has anew. */
export async function pagesOf(app: TestApp, client: Client, more: readonly string[] = []): Promise<string[]> {
  const own = app.routes
    .filter(
      ({ method, pattern, access }) => method === 'GET' && (access === 'parent' || access === 'signed in') && !/:|stream|^\/(?:school|gate)/.test(pattern),
    )
    .map(({ pattern }) => pattern);
  expect(own.length).toBeGreaterThan(8);
  const pages: string[] = [];
  for (const at of [...own, ...more]) {
    const { status, location, body } = await client.get(at);
    expect(status, at).toBeLessThan(400);
    const said = body.replaceAll(/name="submission" value="[^"]*"/g, '');
    pages.push(`${at} ${status} ${location}\n${countsMinutes.test(at) ? said.replaceAll(/\d+(?:\.\d+)?/g, '#') : said}`);
  }
  return pages;
}
