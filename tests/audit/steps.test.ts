import { randomUUIDv7 } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type NewStep, recordStep, seeSteps, stepKinds, stepsAbout } from '../../src/audit/steps.ts';
import { brokenConstraint, type Queryable } from '../../src/platform/database.ts';
import { stepPayload } from '../../src/platform/record/content.ts';
import { decodeLeaf, kinds } from '../../src/platform/record/leaf.ts';
import { checkRecord } from '../../src/record/check-record.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';
import { testKeyring } from '../support/keyring.ts';
import { buildWorld, type Person, type World } from '../support/world.ts';

let database: TestDatabase;
let world: World;
let app: TestApp;
const about = randomUUIDv7();

const stepOf = (more: Partial<NewStep> = {}): NewStep => ({
  familyId: world.familyId,
  by: { parentId: world.amara.parentId },
  kind: 'request.made',
  aboutId: about,
  says: 'Amara Okafor asks for Saturday 21 March 2026.',
  note: 'It is my mother’s 70th.',
  data: { day: '2026-03-21' },
  submission: randomUUIDv7(),
  tells: true,
  ...more,
});
const record = (who: Person, more: Partial<NewStep> = {}) =>
  database.db.transact(who, work => recordStep(work, testKeyring, stepOf({ by: { parentId: who.parentId }, ...more })));
const unseenBy = async (who: Person): Promise<number> =>
  (await database.admin.query<{ n: number }>('select count(*)::int as n from parley.unseen_steps where parent_id = $1', [who.parentId])).rows[0]!.n;
const jobs = async (): Promise<string[]> =>
  (await database.admin.query<{ key: string }>(`select key from graphile_worker.jobs where task_identifier = 'messages.tell-recipient' order by key`)).rows.map(
    row => row.key,
  );

beforeAll(async () => {
  database = await cloneDatabase();
  world = await buildWorld(database);
  app = await startApp(database);
});
afterAll(async () => {
  await app.close();
  await database.close();
});

describe('a step', () => {
  it('is an entry of kind 15 whose bytes bind its words, what it is about and its kind', async () => {
    const { id, pos } = await record(world.amara);
    expect(pos).toBe(3);
    const { rows } = await database.admin.query<{ leaf: Buffer; commitment: Buffer; content_ct: Buffer }>(
      'select e.leaf, s.commitment, s.content_ct from record.entries e join record.steps s using (family_id, pos) where s.id = $1',
      [id],
    );
    const leaf = decodeLeaf(rows[0]!.leaf);
    expect(leaf).toMatchObject({ kind: kinds.step, familyId: world.familyId, pos: 3n, actorId: world.amara.parentId, itemId: id });
    expect(leaf.payload).toEqual(stepPayload(rows[0]!.commitment, about, 'request.made'));
    expect(rows[0]!.content_ct.includes('mother')).toBe(false);
    expect((await stepsAbout(database.db, testKeyring, world.familyId, [about]))[0]).toMatchObject({
      pos: 3,
      parentId: world.amara.parentId,
      says: 'Amara Okafor asks for Saturday 21 March 2026.',
      note: 'It is my mother’s 70th.',
      data: { day: '2026-03-21' },
    });
    expect(await stepsAbout(database.db, testKeyring, world.otherFamilyId, [about])).toEqual([]);
  });

  it('is new for the other parent until they open its page, and tells them once', async () => {
    expect([await unseenBy(world.amara), await unseenBy(world.daniel), await unseenBy(world.nour)]).toEqual([0, 1, 0]);
    await record(world.amara, { tells: false });
    expect(await unseenBy(world.daniel)).toBe(2);
    expect(await jobs()).toEqual([`messages.tell-step ${world.familyId} ${world.daniel.parentId}`]);
    await seeSteps(database.db, world.daniel.parentId, [randomUUIDv7()]);
    expect(await unseenBy(world.daniel)).toBe(2);
    await seeSteps(database.db, world.daniel.parentId, [about]);
    expect(await unseenBy(world.daniel)).toBe(0);
  });

  it('is found among thousands that a parent never looked at without reading them', async () => {
    const client = database.admin;
    try {
      await client.query('begin');
      await client.query(
        `insert into parley.unseen_steps (parent_id, step_id, family_id, about_id) select $1, gen_random_uuid(), $2, gen_random_uuid() from generate_series(1, 6000)`,
        [world.nour.parentId, world.otherFamilyId],
      );
      await client.query('analyze parley.unseen_steps');
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(
        `explain (analyze, costs off, timing off) select from parley.unseen_steps u where u.parent_id = '${world.nour.parentId}' and u.about_id = '${about}'`,
      );
      const plan = rows.map(row => row['QUERY PLAN']).join('\n');
      expect(plan).toContain('unseen_steps_by_thing');
      expect(plan).not.toContain('Rows Removed');
    } finally {
      await client.query('rollback');
    }
  });

  it('comes from one form once', async () => {
    const submission = randomUUIDv7();
    await record(world.daniel, { submission });
    const again = await record(world.daniel, { submission }).catch((error: unknown) => error);
    expect(brokenConstraint(again)).toBe('steps_family_id_parent_id_school_id_submission_key');
    await record(world.amara, { submission }); // another person's form is another form
  });

  it('may be a school’s, or nobody’s where a time ran out', async () => {
    const ruth = { kind: 'user' as const, accountId: world.ruth.accountId, parentId: null };
    await database.db.transact(ruth, work =>
      recordStep(work, testKeyring, stepOf({ by: { schoolId: world.school }, kind: 'activity.added', says: 'St Brigid’s Primary added Choir.' })),
    );
    const clock = { kind: 'system' as const, name: 'a clock' };
    const { pos } = await database.db.transact(clock, work =>
      recordStep(work, testKeyring, stepOf({ by: null, kind: 'request.expired', says: 'Nobody answered in time, so nothing changes.' })),
    );
    const amara = await app.signedIn(world.amara.email);
    await amara.get('/record');
    expect(amara.page.body).toContain('St Brigid’s Primary added Choir.');
    expect(amara.page.body).toContain('Nobody answered in time, so nothing changes.');
    await amara.get(`/record/${world.familyId}/${pos}`);
    expect(amara.page.body).toContain('Nobody: a time ran out');
    expect(amara.page.body).toContain('This entry is as it was recorded');
    const nour = await app.signedIn(world.nour.email);
    expect((await nour.get(`/record/${world.familyId}/${pos}`)).status).toBe(404);
  });

  it('is not by somebody who is no member of the record, and of no kind that is not listed', async () => {
    await expect(database.db.transact(world.nour, work => recordStep(work, testKeyring, stepOf({ by: { parentId: world.nour.parentId } })))).rejects.toThrow(
      /foreign key/,
    );
    expect(stepKinds.every(kind => /^[a-z]+\.[a-z]+(-[a-z]+)*$/.test(kind))).toBe(true);
    await expect(record(world.amara, { kind: 'Request Made' as never })).rejects.toThrow(/check constraint/);
  });

  it('is all or nothing', async () => {
    const before = await unseenBy(world.daniel);
    await database.db
      .transact(world.amara, async work => {
        await recordStep(work, testKeyring, stepOf());
        throw new Error('a change that failed');
      })
      .catch(() => {});
    expect(await unseenBy(world.daniel)).toBe(before);
  });
});

describe('the check of the record', () => {
  async function after(sql: string): Promise<string | null> {
    const client = new pg.Client(database.adminUrl);
    await client.connect();
    try {
      await client.query('begin');
      await client.query(
        'alter table record.steps disable trigger all; alter table record.entries disable trigger all; alter table record.content_keys disable trigger all',
      );
      expect((await client.query(sql)).rowCount, 'nothing was tampered with').not.toBe(0);
      await client.query('set local role parley_app');
      const asProgram: Queryable = { ...database.db, query: async (statement, values) => (await client.query(statement.text, values as unknown[])).rows };
      const { fault } = await checkRecord(asProgram, testKeyring, world.familyId);
      return fault && `${fault.pos}: ${fault.text}`;
    } finally {
      await client.query('rollback');
      await client.end();
    }
  }

  it('finds nothing wrong with steps as they were written', async () => {
    const { fault } = await checkRecord(database.db, testKeyring, world.familyId);
    expect(fault).toBeNull();
  });

  it.each([
    [
      'other words',
      `update record.steps set content_ct = set_byte(content_ct, 20, get_byte(content_ct, 20) # 1) where pos = 3`,
      /^3: what is written does not open/,
    ],
    ['another kind', `update record.steps set kind = 'request.accepted' where pos = 3`, /^3: the ledger commits to another step/],
    ['another thing', `update record.steps set about_id = gen_random_uuid() where pos = 3`, /^3: the ledger commits to another step/],
    ['another author', `update record.steps set parent_id = null where pos = 3`, /^3: the time or author shown differs/],
    ['another time', `update record.steps set created_at = created_at - interval '1 hour' where pos = 3`, /^3: the time or author shown differs/],
    ['a step gone', `delete from record.steps where pos = 3`, /^3: what it is about is not stored/],
    [
      'a step that the ledger does not have',
      `insert into record.steps select gen_random_uuid(), family_id, 99, parent_id, null, kind, about_id, commitment, content_ct, gen_random_uuid(), created_at from record.steps where pos = 3`,
      /^99: something is stored as entry 99/,
    ],
    ['a destroyed key', `delete from record.content_keys where item_id = (select id from record.steps where pos = 3)`, /^3: its key is gone/],
  ])('finds %s', async (_, sql, says) => {
    expect(await after(sql)).toMatch(says);
  });

  it('is not needed against the program: it may neither change nor remove a step, nor choose its place', async () => {
    const app = new pg.Client(database.appUrl);
    await app.connect();
    try {
      for (const sql of [
        `update record.steps set kind = 'request.accepted'`,
        'delete from record.steps',
        'truncate record.steps',
        `insert into record.steps (id, family_id, pos, kind, about_id, commitment, content_ct, submission) select gen_random_uuid(), family_id, 1, kind, about_id, commitment, content_ct, gen_random_uuid() from record.steps limit 1`,
      ]) {
        await expect(app.query(sql)).rejects.toThrow(/permission denied/);
      }
    } finally {
      await app.end();
    }
    await expect(database.admin.query('delete from record.steps')).rejects.toThrow(/what is written stays/);
  });
});
