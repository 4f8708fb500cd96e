import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addDays, dayOf } from '../../src/schedule/index.ts';
import { layAgreement } from '../support/agreements.ts';
import type { Client } from '../support/client.ts';
import type { RunningWorld } from '../support/running-world.ts';
import { messageBy, subjectBy } from '../support/world.ts';
import { calendarWorld } from './calendar-world.ts';

let c: RunningWorld;
beforeAll(async () => {
  c = await calendarWorld();
});
afterAll(() => c.close());

const h1 = (client: Client): string => /<h1[^>]*>([\s\S]*?)<\/h1>/.exec(client.page.body)![1]!;
const week = (html: string): string[] =>
  [...html.matchAll(/<li class="week__day">([\s\S]*?)<\/li>/g)].map(
    ([, day]) => /<span class="vh">([^<]*)<\/span>/.exec(day!.replace(/<div class="ribbon[\s\S]*?<\/div>/g, ''))![1]!,
  );

describe('today', () => {
  it('begins with who has the children and until when, for each reader in their own words', async () => {
    await c.amara.get('/today');
    await c.daniel.get('/today');
    expect(h1(c.amara)).toMatch(/^Ines and Theo are with (?:you|Daniel) until (?:today|tomorrow|\w+day) at \d\d:\d\d$/);
    expect(h1(c.daniel)).toBe(
      h1(c.amara).includes('with you') ? h1(c.amara).replace('with you', 'with Amara') : h1(c.amara).replace('with Daniel', 'with you'),
    );
  });

  it('shows the next seven days with their ribbons and what is on', async () => {
    await c.amara.get('/today');
    const days = week(c.amara.page.body);
    expect(days).toHaveLength(7);
    for (const words of days) expect(words).toMatch(/^(With (Amara|Daniel)|Handover to (Amara|Daniel) at \d\d:\d\d)/);
    expect(c.amara.page.body).toContain('<span class="week__name">Today <b>');
    expect(c.amara.text()).toContain('Swimming , Ines');
    expect(c.amara.text()).toContain('Handover');
  });

  it('names the next handover with its place, and leads to it', async () => {
    await c.amara.get('/today');
    expect(c.amara.text()).toMatch(/Next handover .*(Daniel collects them|You collect them)/);
    expect(c.amara.page.body).toMatch(/href="\/handovers\/at\/\d{4}-\d\d-\d\dT\d\d\.\d\dZ/);
  });

  it('lists what is coming up in fourteen days, and no day on which nothing is', async () => {
    await c.amara.get('/today');
    const coming = /<h2 id="coming">[\s\S]*$/.exec(c.amara.page.body)![0];
    const days = [...coming.matchAll(/<time datetime="(\d{4}-\d\d-\d\d)">/g)].map(([, day]) => day!);
    const today = dayOf(Date.now(), 'Europe/London');
    expect(days.length).toBeGreaterThan(4);
    for (const day of days) expect(day >= today && day <= addDays(today, 13)).toBe(true);
    expect(
      coming
        .split('<li class="agenda__day">')
        .slice(1)
        .every(day => day.includes('agenda__item')),
    ).toBe(true);
  });

  it('shows what is unread by subject and length, never the text', async () => {
    const { subjectId } = await subjectBy(c.database, c.world.daniel, c.world.familyId, c.world.theo, 'Inhaler for PE', 'PE has moved to Friday.');
    await messageBy(c.database, c.world.daniel, subjectId, 'Second words that nobody may see here.');
    await c.amara.get('/today');
    expect(c.amara.text()).toContain('Inhaler for PE From Daniel, 1 line');
    expect(c.amara.page.body).toContain(`href="/messages/${subjectId}#e`);
    expect(c.amara.page.body).not.toContain('Second words');
    await c.daniel.get('/today');
    expect(c.daniel.text()).not.toContain('Inhaler for PE');
    await c.amara.get(`/messages/${subjectId}`);
    await c.amara.get('/today');
    expect(c.amara.text()).toContain('You have seen everything');
  });

  it('has no hole where nothing is agreed: a calm sentence, and a way to propose it', async () => {
    await c.nour.get('/today');
    expect(h1(c.nour)).toBe('Nothing is waiting for you');
    expect(c.nour.text()).toContain('No regular schedule is agreed yet');
    expect(c.nour.page.body).toContain('href="/schedule/new"');
    expect(c.nour.page.body).not.toContain('class="week"');
    expect(c.nour.text()).not.toContain('Coming up');
  });

  it('says each child’s where they are apart, and somebody else’s care by its name', async () => {
    const now = Date.now();
    await layAgreement(
      c.database,
      { familyId: c.world.familyId, children: [c.world.theo], askedBy: c.world.daniel.parentId },
      {
        layer: 'change',
        from: new Date(now - 3_600_000).toISOString(),
        until: new Date(now + 26 * 3_600_000).toISOString(),
        holder: null,
        label: 'Grandparents',
      },
    );
    await c.database.admin.query('update parley.families set time_zone = time_zone where id = $1', [c.world.familyId]);
    await c.amara.get('/today');
    expect(h1(c.amara)).toMatch(/^Ines is with (?:you|Daniel) until .*; Theo is with neither parent \(Grandparents\) until (?:tomorrow|\w+day) at \d\d:\d\d$/);
    expect(c.amara.page.body).toContain('week week--each');
    expect(c.amara.page.body).toContain('<bdi class="ribbon__of">Theo</bdi>');
  });
});
