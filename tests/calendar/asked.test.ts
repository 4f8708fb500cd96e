import { randomUUIDv7 } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addDays } from '../../src/schedule/index.ts';
import type { Client } from '../support/client.ts';
import type { RunningWorld } from '../support/running-world.ts';
import { agendaOf, calendarWorld, cellOf } from './calendar-world.ts';

let c: RunningWorld;
/** Two Saturdays: the first Amara’s, which Daniel asks for; the second his. */
let asked: string;
let offered: string;

const ask = async (values: { kind: string; terms: object; startsAt: string; respondBy: string; askedBy?: string }): Promise<string> => {
  const id = randomUUIDv7();
  await c.database.admin.query(
    `insert into parley.requests (id, family_id, kind, asked_by, children, terms, starts_at, respond_by, submission) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      id,
      c.world.familyId,
      values.kind,
      values.askedBy ?? c.world.daniel.parentId,
      [c.world.ines, c.world.theo],
      JSON.stringify(values.terms),
      values.startsAt,
      values.respondBy,
      randomUUIDv7(),
    ],
  );
  return id;
};
const span = (day: string, holder: string, was: string) => ({ from: { day, clock: '10:00' }, until: { day, clock: '18:00' }, holder, was: [was] });
let swap: string;

beforeAll(async () => {
  c = await calendarWorld();
  const { amara: mother, daniel: father } = c.world;
  // Weeks are counted from 29 December 2025: the weekend of every second one is Amara’s.
  const weeks = Math.ceil((Date.now() - Date.parse('2025-12-29')) / 604_800_000) + 2;
  asked = addDays('2025-12-29', (weeks + (weeks % 2 === 0 ? 1 : 0)) * 7 + 5);
  offered = addDays(asked, 7);
  swap = await ask({
    kind: 'swap',
    terms: {
      pieces: [span(asked, father.parentId, mother.parentId), span(offered, mother.parentId, father.parentId)],
      label: '',
      where: '',
      place: null,
      missed: null,
    },
    startsAt: `${asked}T10:00Z`,
    respondBy: `${addDays(asked, -3)}T18:00Z`,
  });
});
afterAll(() => c.close());

const month = async (client: Client, day: string): Promise<string> => (await client.get(`/calendar/${day.slice(0, 7)}`)).body;

describe('what is asked and not agreed', () => {
  it('is marked on both days, as each of the two reads it', async () => {
    expect(cellOf(await month(c.amara, asked), asked)?.lines).toContain('Swap asked for');
    expect(cellOf(await month(c.amara, offered), offered)?.lines).toContain('Offered to you');
    expect(cellOf(await month(c.daniel, asked), asked)?.lines).toContain('You ask to swap');
    expect(cellOf(await month(c.daniel, offered), offered)?.lines).toContain('You offer this');
    expect(await month(c.amara, asked)).toContain(`<p class="cal__ask"><a href="/requests/${swap}">`);
    expect(await month(c.amara, asked)).toContain('key__band key__band--ask');
  });

  it('changes nothing of who has the children', async () => {
    expect(cellOf(await month(c.amara, asked), asked)?.spoken).toBe('With Amara,');
    expect(cellOf(await month(c.amara, offered), offered)?.spoken).toBe('With Daniel,');
  });

  it('is in the list, the week and on the day’s page, with whom it waits for', async () => {
    const list = (await c.amara.get(`/calendar/list/${asked.slice(0, 7)}`)).body;
    const line = agendaOf(list, asked)!.lines.find(one => one.includes('swap'))!;
    expect(line).toContain('Daniel asks to swap this day');
    expect(line).toContain('Waiting for you');
    expect(line).toContain('Not agreed.');
    const week = (await c.amara.get(`/calendar/week/${asked}`)).body;
    expect(agendaOf(week, asked)!.lines).toContain(line);
    await c.amara.get(`/calendar/day/${asked}`);
    expect(c.amara.text()).toContain('Daniel asks to swap this day');
    expect(c.amara.page.body).toContain(`href="/requests/${swap}"`);
    await c.daniel.get(`/calendar/day/${asked}`);
    expect(c.daniel.text()).toContain('Waiting for Amara');
    expect(c.daniel.text()).toContain('You ask to swap this day');
  });

  it('is on Today of whoever answers, with what either would have, and not of whoever asked', async () => {
    await c.amara.get('/today');
    for (const words of ['Waiting for your answer', 'Swap of two Saturdays', 'Daniel asks for', 'You would have', 'leaves things as they are'])
      expect(c.amara.text()).toContain(words);
    await c.daniel.get('/today');
    expect(c.daniel.text()).not.toContain('Waiting for your answer');
    expect((await c.nour.get('/today')).body).not.toContain(swap);
  });

  it('has words for each kind', async () => {
    const { daniel: father, amara: mother } = c.world;
    const day = addDays(asked, 14);
    const kinds = {
      change: 'Change asked for',
      extra: 'Extra time asked for',
      'make-up': 'Make-up time asked for',
      travel: 'Travel asked for',
      'first-refusal': 'Offered to you',
    };
    for (const [kind, words] of Object.entries(kinds)) {
      const terms = {
        pieces: [{ from: { day, clock: '00:00' }, until: { day: addDays(day, 2), clock: '00:00' }, holder: father.parentId, was: [mother.parentId] }],
        label: '',
        where: '',
        place: null,
        missed: kind === 'make-up' ? { from: { day: '2026-03-07', clock: '10:00' }, until: { day: '2026-03-07', clock: '18:00' } } : null,
      };
      const id = await ask({ kind, terms, startsAt: `${day}T00:00Z`, respondBy: `${addDays(day, -1)}T18:00Z` });
      // No step was written, so whoever has kept the family is told by its row.
      await c.database.admin.query('update parley.families set time_zone = time_zone where id = $1', [c.world.familyId]);
      for (const covered of [day, addDays(day, 1)]) expect(cellOf(await month(c.amara, covered), covered)?.lines, kind).toContain(words);
      expect(cellOf(await month(c.amara, addDays(day, 2)), addDays(day, 2))?.lines ?? [], kind).not.toContain(words);
      await c.database.admin.query(`update parley.requests set state = 'withdrawn', settled_by = $2 where id = $1`, [id, father.parentId]);
      await c.database.admin.query('update parley.families set time_zone = time_zone where id = $1', [c.world.familyId]);
    }
    expect(cellOf(await month(c.amara, day), day)?.lines).not.toContain('Offered to you');
  });

  it('is gone from every page the moment its time has run out, though nothing was written', async () => {
    const day = addDays(asked, 21);
    const { daniel: father, amara: mother } = c.world;
    await ask({
      kind: 'change',
      terms: { pieces: [span(day, father.parentId, mother.parentId)], label: '', where: '', place: null, missed: null },
      startsAt: `${day}T10:00Z`,
      respondBy: new Date(Date.now() + 2500).toISOString(),
    });
    await c.database.admin.query('update parley.families set time_zone = time_zone where id = $1', [c.world.familyId]);
    expect(cellOf(await month(c.amara, day), day)?.lines).toContain('Change asked for');
    await new Promise(resolve => setTimeout(resolve, 2700));
    expect(cellOf(await month(c.amara, day), day)?.lines).not.toContain('Change asked for');
  });
});
