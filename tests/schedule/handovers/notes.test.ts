import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordStep } from '../../../src/audit/steps.ts';
import { localTime, startOfNextDay } from '../../../src/core/time.ts';
import { testKeyring } from '../../support/keyring.ts';
import { day, handoverWorld, type HandoverWorld, hour, minute } from './handover-world.ts';

let h: HandoverWorld;
/** A handover of today, whatever the time is. */
let today: number;
let at: string;
beforeAll(async () => {
  h = await handoverWorld();
  const endOfDay = startOfNextDay(localTime(new Date(h.now), 'Europe/London').isoDay, 'Europe/London').getTime();
  today = h.now + hour < endOfDay ? 30 * minute : -30 * minute;
  await h.agree(h.world.daniel, today, today + 3 * day);
  await h.agree(h.world.daniel, -3 * day, -2 * day);
  at = h.address(today);
});
afterAll(() => h.close());

const notes = () => h.rows<{ parent_id: string }>('select * from parley.handover_notes order by at');
const jobs = () =>
  h.count(
    `select from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id where t.identifier = 'messages.tell-recipient'`,
  );

describe('a note', () => {
  it('is read by both, is an entry with its words, and is told of by the neutral mail', async () => {
    await h.daniel.get(at);
    expect((await h.daniel.submit(`${at}/note`, { note: 'Ten minutes late.\n\nسأتأخر عشر دقائق.' })).status, h.daniel.text()).toBe(303);
    at = h.daniel.page.location!;
    expect(await jobs()).toBe(1);
    for (const client of [h.daniel, h.amara]) {
      await client.get(at);
      expect(client.text()).toMatch(/(Daniel|You) wrote a note Ten minutes late\. سأتأخر عشر دقائق\. Entry/);
      expect(client.page.body).toMatch(/<p dir="auto">سأتأخر/);
    }
    const entry = /href="(\/record\/[^"]+)"[^>]*>Entry/.exec(h.amara.page.body)![1]!;
    await h.amara.get(entry);
    expect(h.amara.text()).toContain('Daniel Reyes wrote a note about the handover of Ines and Theo from Amara Okafor to Daniel Reyes');
    expect(h.amara.text()).toContain('In their words Ten minutes late.');
    expect(h.amara.text()).not.toContain('Does not match');
  });

  it('stands beside the other parent’s, and is one however often it is sent', async () => {
    await h.amara.get(at);
    const { address, fields } = h.amara.form(`${at}/note`);
    const again = { ...fields, note: 'I waited at the gate.' };
    const answers = await Promise.all([h.amara.post(address, again), h.amara.post(address, again)]);
    expect(answers.map(({ status }) => status)).toEqual([303, 303]);
    expect((await notes()).map(({ parent_id: by }) => by)).toEqual([h.world.daniel.parentId, h.world.amara.parentId]);
    for (const client of [h.daniel, h.amara]) {
      await client.get(at);
      expect(client.text()).toContain('Ten minutes late.');
      expect(client.text()).toContain('I waited at the gate.');
    }
  });

  it('is not swallowed where its form was sent before with other words', async () => {
    await h.amara.get(at);
    const { address, fields } = h.amara.form(`${at}/note`);
    expect((await h.amara.post(address, { ...fields, note: 'First words.' })).status).toBe(303);
    const before = (await notes()).length;
    expect((await h.amara.post(address, { ...fields, note: 'Second words.' })).status).toBe(409);
    expect(h.amara.text()).toContain('This form was sent before.');
    expect(h.amara.form(`${at}/note`).fields.note).toBe('Second words.');
    expect(await notes()).toHaveLength(before);
    expect((await h.amara.submit(`${at}/note`)).status).toBe(303);
    expect(await notes()).toHaveLength(before + 1);
  });

  it.each([
    ['', 'Write the note'],
    ['   \n ', 'Write the note'],
    ['x'.repeat(1001), 'Keep this to 1,000 characters or fewer'],
    ['NUL \0 here', ''],
  ])('is not taken as %j', async (note, message) => {
    const before = (await notes()).length;
    expect((await h.amara.post(`${at}/note`, { note, submission: randomUUID() })).status).toBe(422);
    expect(h.amara.text()).toContain(message);
    if (note.startsWith('x')) expect(h.amara.page.body).toContain(note);
    expect(await notes()).toHaveLength(before);
  });

  it('takes a thousand characters, line breaks counted once', async () => {
    expect((await h.amara.post(`${at}/note`, { note: `${'é'.repeat(998)}\r\n😀`, submission: randomUUID() })).status).toBe(303);
  });

  it('holds back the writer’s own number, and asks once about another', async () => {
    const before = (await notes()).length;
    await h.amara.get(at);
    expect((await h.amara.submit(`${at}/note`, { note: 'Ring me on 07700 900142.' })).status).toBe(422);
    expect(h.amara.text()).toContain('Held back:');
    expect(h.amara.page.body).toContain('<a href="#note">Take your own number or address out of the note</a>');
    expect(h.amara.page.body).toContain('Ring me on 07700 900142.');
    expect((await h.amara.submit(`${at}/note`, { note: 'The school is on 01632 960001.' })).status).toBe(422);
    expect(h.amara.text()).toContain('Please check:');
    expect(await notes()).toHaveLength(before);
    const confirm = /name="confirm" value="([^"]+)"/.exec(h.amara.page.body)![1]!;
    expect((await h.amara.submit(`${at}/note`, { confirm })).status).toBe(303);
    expect(await notes()).toHaveLength(before + 1);
  });

  it('is one of ten at most, and what was written stays in the box', async () => {
    for (let index = await h.count('select from parley.handover_notes where parent_id = $1', [h.world.daniel.parentId]); index < 10; index++)
      expect((await h.daniel.post(`${at}/note`, { note: `Note ${index}`, submission: randomUUID() })).status).toBe(303);
    expect((await h.daniel.post(`${at}/note`, { note: 'The eleventh', submission: randomUUID() })).status).toBe(409);
    expect(h.daniel.text()).toContain('The eleventh');
    expect(await h.count('select from parley.handover_notes where parent_id = $1', [h.world.daniel.parentId])).toBe(10);
  });

  it('closes with its day: the page says so, and what was written is not lost', async () => {
    const past = h.address(-3 * day);
    await h.amara.get(past);
    expect(h.amara.text()).toContain('Notes closed at the end of');
    expect(h.amara.page.body).not.toContain('name="note"');
    expect((await h.amara.post(`${past}/note`, { note: 'Three days later', submission: randomUUID() })).status).toBe(410);
    expect(h.amara.text()).toContain('What you wrote, to copy into a message Three days later');
  });

  it('closes in the database too, and needs its entry', async () => {
    const { amara, daniel, familyId } = h.world;
    const closed = await h.layMarks(h.now - 3 * day, amara.parentId, daniel.parentId, []);
    const open = await h.layMarks(h.now - minute, amara.parentId, daniel.parentId, []);
    const step = (aboutId: string) =>
      h.database.db.transact(amara, work =>
        recordStep(work, testKeyring, {
          familyId,
          by: { parentId: amara.parentId },
          kind: 'handover.noted',
          aboutId,
          says: 'x',
          note: 'x',
          data: {},
          submission: randomUUID(),
          tells: false,
        }),
      );
    const insert = (handoverId: string, parentId: string, stepId: string) =>
      h.database.db.pool.query('insert into parley.handover_notes (handover_id, parent_id, step_id) values ($1, $2, $3)', [handoverId, parentId, stepId]).then(
        () => 'done',
        (error: { code: string }) => error.code,
      );
    expect(await insert(closed, amara.parentId, (await step(closed)).id)).toBe('P0H05');
    expect(await insert(open, amara.parentId, randomUUID())).toBe('P0H01');
    expect(await insert(open, daniel.parentId, (await step(open)).id)).toBe('P0H01');
    const { id } = await step(open);
    expect(await insert(open, amara.parentId, id)).toBe('done');
    expect(await insert(open, amara.parentId, id)).toBe('23505');
    for (const sql of ['delete from parley.handover_notes', 'update parley.handover_notes set at = now()'])
      await expect(h.database.admin.query(sql), sql).rejects.toMatchObject({ code: 'P0R01' });
  });
});
