import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addDays } from '../../../src/schedule/engine/index.ts';
import { answer, monday, requestsWorld, type RequestsWorld, today } from './requests-world.ts';

let w: RequestsWorld;
beforeAll(async () => {
  w = await requestsWorld();
});
afterAll(() => w.close());

/** What is asked in a family is read by all its pages: what could not be read would close them for good. */
const allOpen = async () => {
  for (const at of ['/requests', '/schedule', '/calendar', '/today', '/activities']) expect((await w.daniel.get(at)).status, at).toBe(200);
};

describe('what is asked can be read again', () => {
  it('a destination of long signs is agreed to: its label is cut between characters', async () => {
    for (const [weeks, where] of [`a${'🏕'.repeat(79)}`, `ab${'🏕'.repeat(78)}`, `a${'🏕'.repeat(38)}`].entries()) {
      await w.amara.get('/requests/new/travel');
      const sent = await w.amara.submit('/requests/new/travel', {
        a1day: monday(5 + weeks),
        a1until: addDays(monday(5 + weeks), 6),
        who: w.world.amara.parentId,
        where,
        placeKind: 'other',
        placeLabel: '👩‍👩‍👧'.repeat(16),
      });
      expect(sent.status, w.amara.text()).toBe(303);
      expect((await answer(w.daniel, sent.location!, true)).status, w.daniel.text()).toBe(303);
      await allOpen();
    }
  });

  it('a holiday that the country does not have is refused, however long its name', async () => {
    for (const name of ['x'.repeat(130), 'The day of nobody', 'Thanksgiving Day']) {
      await w.amara.get('/schedule/holidays');
      const values = { from: monday(3), on1: `public:${name}`, method1: 'alternate', even1: w.world.amara.parentId, step: 'send' };
      expect((await w.amara.submit('/schedule/holidays', values)).status).toBe(422);
      expect(w.amara.text()).toContain(name.length > 120 ? 'This page was out of date' : 'has no public holiday of this name');
      await allOpen();
    }
    expect(await w.rows(`select from parley.requests where kind = 'holidays'`)).toEqual([]);
  });
});

describe('a line break in what a form has on one line', () => {
  it.each([
    ['/requests/new/change', 'label'],
    ['/requests/new/travel', 'where'],
    ['/requests/new/extra', 'placeLabel'],
    ['/schedule/new', 'named'],
    ['/schedule/new', 'schoolLabel'],
    ['/schedule/new', 'otherLabel'],
    ['/schedule/breaks', 'name'],
    ['/schedule/breaks', 'placeLabel'],
    ['/schedule/holidays', 'label'],
    ['/schedule/holidays', 'placeLabel'],
  ])('%s: its %s is refused in words, and all that was typed is kept', async (at, field) => {
    const before = await w.rows('select id from parley.requests');
    await w.amara.get(at);
    // Rows are numbered, and the last is one whose words are the parent's own.
    const name = [...w.amara.form(at).names].findLast(one => one.replace(/\d+$/, '') === field)!;
    const typed = { [name]: 'Grandma’s\r\nhouse', note: 'For the\r\nweekend' };
    expect((await w.amara.submit(at, { ...typed, ...(at.startsWith('/schedule') ? { step: 'send' } : {}) })).status).toBe(422);
    expect(w.amara.text()).toContain('Write this on one line');
    expect(w.amara.form(at).fields).toMatchObject(typed);
    expect(await w.rows('select id from parley.requests')).toEqual(before);
  });
});

it('a split over midnight changes hands between its beginning and its end', async () => {
  await w.amara.get('/schedule/holidays');
  const values = { from: monday(3), method1: 'split', even1: w.world.amara.parentId, from1: '18:00', until1: '10:00', next1: '1', step: 'preview' };
  expect((await w.amara.submit('/schedule/holidays', { ...values, split1: '12:00' })).status).toBe(422);
  expect(w.amara.text()).toContain('Choose a time between the beginning and the end');
  for (const split1 of ['23:00', '06:00']) {
    await w.amara.get('/schedule/holidays');
    expect((await w.amara.submit('/schedule/holidays', { ...values, split1 })).status, w.amara.text()).toBe(200);
    expect(w.amara.text()).toContain(`changing hands at ${split1}`);
  }
});

it('breaks and holidays begin tomorrow or after, also the first: today’s may have begun', async () => {
  for (const kind of ['breaks', 'holidays']) {
    await w.nour.get(`/schedule/${kind}`);
    const values = kind === 'breaks' ? { name1: 'any', time: '18:00' } : {};
    await w.nour.submit(`/schedule/${kind}`, { ...values, from: today(), method1: 'alternate', even1: w.world.nour.parentId, step: 'preview' });
    expect(w.nour.page.status).toBe(422);
    expect(w.nour.text()).toContain('or a later day. What has been stays as it was');
  }
});
