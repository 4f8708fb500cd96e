import { afterAll, beforeAll, expect, it } from 'vitest';
import { dayFor } from '../../../src/schedule/requests/sentences.ts';
import { addDays } from '../../../src/schedule/engine/index.ts';
import { add } from '../../activities/activities-world.ts';
import { ahead, answer, ask, requestsWorld, type RequestsWorld, today } from './requests-world.ts';

let w: RequestsWorld;
beforeAll(async () => {
  w = await requestsWorld();
});
afterAll(() => w.close());

const saturday = ahead(6);
const day = (iso: string) => dayFor(today())(iso);
let swimming: string;
const camp = { who: 'other', label: 'Camp' };

it('a request says what is on within its time, with what it is about, and only while it waits', async () => {
  const { ines, theo } = w.world;
  swimming = await add(w.amara, ines, { name: 'Swimming', weekdays: ['6'], startsAt: '10:00', endsAt: '11:00' });
  const choir = await add(w.daniel, theo, { name: 'חוג <b>', weekdays: ['6', '7'], startsAt: '', endsAt: '' });
  const at = await ask(w.daniel, 'change', { a1day: saturday, a1start: '09:00', a1end: '18:00', ...camp });
  for (const client of [w.amara, w.daniel]) {
    await client.get(at);
    expect(client.text()).toContain(`Activities within this time. חוג <b> , Theo: ${day(saturday)}, all day Swimming , Ines: ${day(saturday)}, 10:00 to 11:00`);
    expect(client.page.body).toContain(`href="${swimming}"`);
    expect(client.page.body).toContain(`href="${choir}"`);
  }
  await answer(w.amara, at, false);
  expect((await w.amara.get(at)).body).not.toContain('Activities within this time');
});

it('not what is outside it, of another child, or off on the day; several days are named together', async () => {
  const { ines } = w.world;
  const outside = await ask(w.daniel, 'change', { child: ines, a1day: saturday, a1start: '11:00', a1end: '18:00', ...camp });
  expect((await w.amara.get(outside)).body).not.toContain('Activities within this time');
  await w.amara.get(`${swimming}/day?day=${saturday}`);
  expect((await w.amara.submit(`${swimming}/day`, { kind: 'cancelled' })).status).toBe(303);
  const off = await ask(w.daniel, 'change', { child: ines, a1day: saturday, ...camp });
  expect((await w.amara.get(off)).body).not.toContain('Activities within this time');
  const weeks = await ask(w.daniel, 'travel', { child: ines, a1day: saturday, a1until: addDays(saturday, 36), ...camp });
  await w.amara.get(weeks);
  const days = [1, 2, 3].map(week => `${day(addDays(saturday, week * 7))}, 10:00 to 11:00`).join('; ');
  expect(w.amara.text()).toContain(`Swimming , Ines: ${days}; and 2 more days`);
});
