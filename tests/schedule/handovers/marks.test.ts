import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ParentUser } from '../../../src/core/actor.ts';
import type { HandoverId } from '../../../src/core/ids.ts';
import { recordStep } from '../../../src/audit/steps.ts';
import type { Client } from '../../support/client.ts';
import { testKeyring } from '../../support/keyring.ts';
import { day, handoverWorld, type HandoverWorld, hour, minute } from './handover-world.ts';

let h: HandoverWorld;
beforeAll(async () => {
  h = await handoverWorld();
  const { daniel } = h.world;
  // Long over; over since two days; 22 minutes ago, and the way back tomorrow; next month.
  await h.agree(daniel, -20 * day, -19 * day);
  await h.agree(daniel, -5 * day, -2.5 * day);
  await h.agree(daniel, -22 * minute, 26 * hour);
  await h.agree(null, 10 * day, 12 * day, { label: 'Camp', place: { kind: 'third-party', label: 'Camp bus stop' } });
  await h.agree(daniel, 40 * day, 41 * day);
});
afterAll(() => h.close());

const made = () =>
  h.rows<{ id: HandoverId; planned_at: Date; children: string[]; place_label: string; from_id: string | null; to_id: string | null }>(
    'select * from parley.handovers order by planned_at',
  );
const marks = () => h.rows<{ kind: string; parent_id: string; at: Date }>('select * from parley.handover_marks order by at');
const jobs = () =>
  h.count(
    `select from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id where t.identifier = 'messages.tell-recipient'`,
  );
const near = -22 * minute;

describe('a planned handover', () => {
  it('is shown without anything being written, to both parents alike', async () => {
    for (const [client, words] of [
      [h.amara, 'From you to Daniel'],
      [h.daniel, 'From Amara to you'],
    ] as const) {
      expect((await client.get(h.address(near))).status).toBe(200);
      expect(client.text()).toContain(words);
      expect(client.text()).toContain('As planned, at school (St Brigid’s, main gate)');
      expect(client.text()).toContain('An agreed change: Agreed');
    }
    expect(h.daniel.text()).toContain('You collect them');
    expect(h.amara.text()).toContain('Daniel collects them');
    expect(await made()).toEqual([]);
    expect(h.amara.page.body).not.toMatch(/latitude|longitude|coordinates/i);
  });

  it('is nowhere for a stranger, at another minute, for another child, or at a broken address', async () => {
    expect((await h.nour.get(h.address(near))).status).toBe(404);
    expect((await h.nour.post(`${h.address(near)}/mark`, { mark: 'received', submission: randomUUID() })).status).toBe(404);
    for (const at of [
      h.address(near + minute),
      `${h.address(near)}?child=${h.world.leila}`,
      `${h.address(near)}?child=x`,
      '/handovers/at/2026-99-13T15.30Z',
      '/handovers/at/now',
      '/handovers/at/2026-03-13T15.30',
    ])
      expect((await h.amara.get(at)).status, at).toBe(404);
    expect((await h.app.visitor().get(h.address(near))).location).toBe('/sign-in');
    const ruth = await h.app.signedIn(h.world.ruth.email);
    expect((await ruth.get(h.address(near))).status).toBe(404);
  });

  it('offers each parent their own mark alone', async () => {
    const buttons = (client: Client) => [...client.page.body.matchAll(/name="mark" value="([^"]+)"/g)].map(([, value]) => value);
    await h.amara.get(h.address(near));
    expect(buttons(h.amara)).toEqual(['handed-over', 'not-taken-place']);
    await h.daniel.get(h.address(near));
    expect(buttons(h.daniel)).toEqual(['received', 'not-taken-place']);
  });
});

describe('a mark', () => {
  it('is the parent’s who had or took the children; the other’s is refused, and nothing is made', async () => {
    expect((await h.daniel.post(`${h.address(near)}/mark`, { mark: 'handed-over', submission: randomUUID() })).status).toBe(403);
    expect((await h.amara.post(`${h.address(near)}/mark`, { mark: 'received', submission: randomUUID() })).status).toBe(403);
    expect(await made()).toEqual([]);
  });

  it.each([
    [{ mark: 'stolen', submission: randomUUID() }, 422],
    [{ mark: ['handed-over', 'handed-over'], submission: randomUUID() }, 422],
    [{ submission: randomUUID() }, 422],
    [{ mark: 'handed-over', submission: 'x' }, 422],
    [{ mark: 'handed-over', submission: randomUUID(), at: '2020-01-01' }, 422],
    [{ mark: 'handed-over\0', submission: randomUUID() }, 422],
  ])('is no other form than this: %j', async (fields, status) => {
    expect((await h.amara.post(`${h.address(near)}/mark`, fields)).status).toBe(status);
    expect(await made()).toEqual([]);
  });

  it('makes the row as the plan stood, has the time of the database, and is an entry that tells nobody by mail', async () => {
    const before = Date.now();
    await h.amara.get(h.address(near));
    expect((await h.amara.submit(`${h.address(near)}/mark`, { mark: 'handed-over' })).status, h.amara.text()).toBe(303);
    const [row] = await made();
    expect([row!.planned_at.getTime(), row!.from_id, row!.to_id, row!.place_label, row!.children]).toEqual([
      h.now + near,
      h.world.amara.parentId,
      h.world.daniel.parentId,
      'St Brigid’s, main gate',
      [h.world.ines, h.world.theo].sort(),
    ]);
    const [mark] = await marks();
    expect(mark!.kind).toBe('handed-over');
    expect(Math.abs(mark!.at.getTime() - before)).toBeLessThan(30_000);
    expect(h.amara.page.location).toBe(`/handovers/${row!.id}`);
    await h.amara.get(`/handovers/${row!.id}`);
    expect(h.amara.text()).toMatch(/Amara \(you\) Handed over [^:]*\d\d:\d\d , 2\d minutes after the planned time Entry \d/);
    expect(h.amara.text()).toContain('Daniel Nothing marked');
    expect(await jobs()).toBe(0);
    expect(await h.count('select from parley.unseen_steps where parent_id = $1', [h.world.daniel.parentId])).toBe(1);
    await h.amara.get('/record');
    expect(h.amara.text()).toContain('Amara Okafor marked the handover of Ines and Theo from Amara Okafor to Daniel Reyes that was planned for');
  });

  it('is one, however often it is pressed, on whatever device', async () => {
    const [row] = await made();
    const submission = randomUUID();
    const fields = { mark: 'handed-over', submission };
    const answers = await Promise.all([
      h.amara.post(`/handovers/${row!.id}/mark`, fields),
      h.amara.post(`/handovers/${row!.id}/mark`, fields),
      h.amara.post(`${h.address(near)}/mark`, { ...fields, submission: randomUUID() }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([303, 303, 303]);
    expect(await marks()).toHaveLength(1);
    expect(await made()).toHaveLength(1);
    await h.amara.get(h.address(near));
    expect(h.amara.page.location).toBe(`/handovers/${row!.id}`);
  });

  it('is not taken back', async () => {
    const [row] = await made();
    expect((await h.amara.post(`/handovers/${row!.id}/mark`, { mark: 'not-taken-place', submission: randomUUID() })).status).toBe(409);
    expect(h.amara.text()).toContain('say so in a note');
    expect(await marks()).toHaveLength(1);
  });

  it('of the other parent stands beside it; what one page shows both show', async () => {
    const [row] = await made();
    await h.daniel.request('HEAD', `/handovers/${row!.id}`);
    expect(await h.count('select from parley.unseen_steps where parent_id = $1', [h.world.daniel.parentId])).toBe(1);
    await h.daniel.get('/handovers');
    expect(h.daniel.text()).toMatch(/Handed over: Amara .* New/);
    await h.daniel.get(`/handovers/${row!.id}`);
    expect(await h.count('select from parley.unseen_steps where parent_id = $1', [h.world.daniel.parentId])).toBe(0);
    await h.daniel.get('/handovers');
    expect(h.daniel.text()).not.toContain('New');
    await h.daniel.get(`/handovers/${row!.id}`);
    expect((await h.daniel.submit(`/handovers/${row!.id}/mark`, { mark: 'received' })).status).toBe(303);
    for (const client of [h.amara, h.daniel]) {
      await client.get(`/handovers/${row!.id}`);
      expect(client.text()).toMatch(/Amara(?: \(you\))? Handed over [^:]*\d\d:\d\d , 2\d minutes after the planned time/);
      expect(client.text()).toMatch(/Daniel(?: \(you\))? Received [^:]*\d\d:\d\d , 2\d minutes after the planned time/);
      expect(client.page.body).not.toContain('name="mark"');
    }
  });

  it('comes no sooner than two hours before and no later than the next day', async () => {
    await h.daniel.get(h.address(26 * hour));
    expect(h.daniel.page.body).not.toContain('name="mark"');
    expect(h.daniel.text()).toMatch(/You can mark it from \d\d:\d\d on/);
    expect((await h.daniel.post(`${h.address(26 * hour)}/mark`, { mark: 'handed-over', submission: randomUUID() })).status).toBe(409);
    expect(h.daniel.text()).toContain('from two hours before');
    await h.daniel.get(h.address(-2.5 * day));
    expect(h.daniel.text()).toContain('It could be marked until the end of');
    expect((await h.daniel.post(`${h.address(-2.5 * day)}/mark`, { mark: 'not-taken-place', submission: randomUUID() })).status).toBe(410);
    expect(await made()).toHaveLength(1);
  });

  it('that it did not take place is told by the neutral mail', async () => {
    await h.agree(h.world.daniel, 30 * hour, 31 * hour);
    await h.database.admin.query('begin; set local session_replication_role = replica');
    await h.database.admin.query(`update parley.agreed_time set during = tstzrange($1, $2) where during @> $3::timestamptz`, [
      new Date(h.now - 22 * minute),
      new Date(h.now + hour),
      new Date(h.now + 30 * minute),
    ]);
    await h.database.admin.query('commit');
    await h.renew();
    await h.amara.get(h.address(hour));
    expect((await h.amara.submit(`${h.address(hour)}/mark`, { mark: 'not-taken-place' })).status).toBe(303);
    expect(await jobs()).toBe(1);
    const at = h.amara.page.location!;
    await h.amara.get(at);
    expect(h.amara.text()).toMatch(/You marked that it did not take place Entry/);
    // It took place after all.
    expect((await h.amara.submit(`${at}/mark`, { mark: 'received' })).status).toBe(303);
    await h.amara.get('/handovers');
    expect(h.amara.text()).toMatch(/Did not take place: you .* Received: you .* before the planned time/);
  });

  it('is not said to be made where another button of the same form was pressed before', async () => {
    const id = await h.layMarks(h.now - 5 * minute, h.world.amara.parentId, h.world.daniel.parentId, []);
    const submission = randomUUID();
    expect((await h.daniel.post(`/handovers/${id}/mark`, { mark: 'not-taken-place', submission })).status).toBe(303);
    expect((await h.daniel.post(`/handovers/${id}/mark`, { mark: 'received', submission })).status).toBe(409);
    expect(h.daniel.text()).toContain('Another button of this form was pressed before');
    expect(await h.count('select from parley.handover_marks where handover_id = $1', [id])).toBe(1);
  });

  it('is for the other family not even there', async () => {
    const [row] = await made();
    expect((await h.nour.get(`/handovers/${row!.id}`)).status).toBe(404);
    for (const [verb, fields] of [
      ['mark', { mark: 'received', submission: randomUUID() }],
      ['note', { note: 'Hello', submission: randomUUID() }],
      ['list', {}],
    ] as const) {
      expect((await h.nour.post(`/handovers/${row!.id}/${verb}`, fields)).status, verb).toBe(404);
      expect((await h.amara.post(`/handovers/${randomUUID()}/${verb}`, fields)).status, verb).toBe(404);
      expect((await h.amara.post(`/handovers/x/${verb}`, fields)).status, verb).toBe(404);
    }
    expect((await h.amara.get(`/handovers/${row!.id.toUpperCase()}`)).status).toBe(404);
  });
});

describe('somebody else’s care', () => {
  it('gives and takes without a mark of its own', async () => {
    await h.amara.get(h.address(10 * day));
    expect(h.amara.text()).toContain('From you to somebody else');
    expect(h.amara.text()).toContain('Somebody else takes over them');
    await h.daniel.get(h.address(12 * day));
    expect(h.daniel.text()).toContain('From somebody else to Amara');
    expect((await h.daniel.post(`${h.address(12 * day)}/mark`, { mark: 'not-taken-place', submission: randomUUID() })).status).toBe(403);
  });
});

describe('what is planned otherwise', () => {
  it('keeps its page and says so', async () => {
    const [row] = await made();
    const planned = await h.rows<{ during: string }>(`select during::text from parley.agreed_time where during @> $1::timestamptz`, [new Date(h.now)]);
    await h.database.admin.query('begin; set local session_replication_role = replica');
    await h.database.admin.query(`update parley.agreed_time set during = tstzrange($1, upper(during)) where during @> $2::timestamptz`, [
      new Date(h.now - 40 * minute),
      new Date(h.now),
    ]);
    await h.database.admin.query('commit');
    await h.renew();
    expect(planned).not.toEqual([]);
    await h.daniel.get(`/handovers/${row!.id}`);
    expect(h.daniel.text()).toContain('No longer planned.');
    expect(h.daniel.text()).toContain('Received');
    await h.daniel.get('/handovers');
    expect(h.daniel.text()).toContain('No longer planned');
    expect((await h.daniel.get(h.address(near))).status).toBe(404);
    expect((await h.daniel.get(h.address(-40 * minute))).status).toBe(200);
  });

  it('is not prepared more than four weeks ahead', async () => {
    expect((await h.amara.get(h.address(40 * day))).status).toBe(200);
    expect((await h.amara.post(`${h.address(40 * day)}/note`, { note: 'Early', submission: randomUUID() })).status).toBe(409);
    expect(h.amara.text()).toContain('What you wrote, to copy into a message Early');
  });
});

describe('the database itself', () => {
  const as = (person: ParentUser): ParentUser => person;
  const step = (person: ParentUser, kind: 'handover.handed-over' | 'handover.received' | 'handover.not-taken-place' | 'handover.noted', aboutId: string) =>
    h.database.db.transact(as(person), work =>
      recordStep(work, testKeyring, {
        familyId: h.world.familyId,
        by: { parentId: person.parentId },
        kind,
        aboutId,
        says: 'x',
        note: null,
        data: {},
        submission: randomUUID(),
        tells: false,
      }),
    );
  const app = (sql: string, values: unknown[] = []) =>
    h.database.db.pool.query(sql, values).then(
      () => 'done',
      (error: { code: string }) => error.code,
    );
  const insertMark = (handoverId: string, parentId: string, kind: string, stepId: string) =>
    app('insert into parley.handover_marks (handover_id, parent_id, kind, step_id) values ($1, $2, $3, $4)', [handoverId, parentId, kind, stepId]);

  it('takes a mark only with its entry, from whom it concerns, in its time, and not back again', async () => {
    const { amara, daniel } = h.world;
    const late = await h.layMarks(h.now - 3 * day, amara.parentId, daniel.parentId, []);
    const early = await h.layMarks(h.now + 3 * hour, amara.parentId, daniel.parentId, []);
    const open = await h.layMarks(h.now - minute, amara.parentId, daniel.parentId, []);
    expect(await insertMark(open, amara.parentId, 'handed-over', randomUUID())).toBe('P0H01');
    const given = (await step(amara, 'handover.handed-over', open)).id;
    expect(await insertMark(open, amara.parentId, 'not-taken-place', given)).toBe('P0H01');
    expect(await insertMark(open, daniel.parentId, 'handed-over', given)).toBe('P0H01');
    expect(await insertMark(open, daniel.parentId, 'handed-over', (await step(daniel, 'handover.handed-over', open)).id)).toBe('P0H02');
    expect(await insertMark(open, amara.parentId, 'received', (await step(amara, 'handover.received', open)).id)).toBe('P0H02');
    expect(await insertMark(late, amara.parentId, 'handed-over', (await step(amara, 'handover.handed-over', late)).id)).toBe('P0H03');
    expect(await insertMark(early, amara.parentId, 'handed-over', (await step(amara, 'handover.handed-over', early)).id)).toBe('P0H03');
    expect(await insertMark(open, amara.parentId, 'handed-over', given)).toBe('done');
    expect(await insertMark(open, amara.parentId, 'handed-over', (await step(amara, 'handover.handed-over', open)).id)).toBe('23505');
    expect(await insertMark(open, amara.parentId, 'not-taken-place', (await step(amara, 'handover.not-taken-place', open)).id)).toBe('P0H04');
    // Its time is the entry's, and nobody sends one.
    const [row] = await h.rows<{ same: boolean }>(
      'select m.at = s.created_at as same from parley.handover_marks m join record.steps s on s.id = m.step_id where m.step_id = $1',
      [given],
    );
    expect(row).toEqual({ same: true });
    expect(
      await app(`insert into parley.handover_marks (handover_id, parent_id, kind, step_id, at) values ($1, $2, 'received', $3, now())`, [
        open,
        daniel.parentId,
        given,
      ]),
    ).toBe('42501');
  });

  it('takes no handover of two families, and dates it itself', async () => {
    const { familyId, amara, nour, ines, leila } = h.world;
    const insert = (to: string, children: string[]) =>
      app('insert into parley.handovers (family_id, planned_at, from_id, to_id, children) values ($1, now(), $2, $3, $4)', [
        familyId,
        amara.parentId,
        to,
        children,
      ]);
    expect(await insert(nour.parentId, [ines])).toBe('P0H01');
    expect(await insert(h.world.daniel.parentId, [ines, leila])).toBe('P0H01');
    expect(await insert(amara.parentId, [ines])).toBe('23514');
    expect(await insert(h.world.daniel.parentId, [])).toBe('23514');
    expect(await app('insert into parley.handovers (family_id, planned_at, children, note_closes_at) values ($1, now(), $2, now())', [familyId, [ines]])).toBe(
      '42501',
    );
    await h.database.db.pool.query(`insert into parley.handovers (family_id, planned_at, from_id, children) values ($1, '2026-10-24T22:30:00Z', $2, $3)`, [
      familyId,
      amara.parentId,
      [ines],
    ]);
    const [row] = await h.rows<{ note: string; marks: string }>(
      `select note_closes_at::text as note, marks_close_at::text as marks from parley.handovers where planned_at = '2026-10-24T22:30:00Z'`,
    );
    // The night after has twenty-five hours.
    expect([new Date(row!.note).toISOString(), new Date(row!.marks).toISOString()]).toEqual(['2026-10-24T23:00:00.000Z', '2026-10-26T00:00:00.000Z']);
  });

  it('changes and removes nothing of it, whoever asks', async () => {
    for (const table of ['handovers', 'handover_marks', 'handover_notes']) {
      const column = table === 'handovers' ? 'made_at' : 'at';
      expect(await app(`delete from parley.${table}`), table).toBe('42501');
      expect(await app(`update parley.${table} set ${column} = now()`), table).toBe('42501');
      expect(await app(`truncate parley.${table}`), table).toBe('42501');
      for (const sql of [`delete from parley.${table}`, `update parley.${table} set ${column} = now()`, `truncate parley.${table} cascade`]) {
        if (table === 'handover_notes' && !sql.startsWith('truncate')) continue;
        await expect(h.database.admin.query(sql), sql).rejects.toMatchObject({ code: 'P0R01' });
      }
    }
  });
});
