import { randomUUIDv7 } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addDays } from '../../../src/schedule/engine/index.ts';
import { layAgreement } from '../../support/agreements.ts';
import { ahead, answer, ask, idOf, requestsWorld, type RequestsWorld, respondByIs, today } from './requests-world.ts';

let w: RequestsWorld;
beforeAll(async () => {
  w = await requestsWorld();
});
afterAll(() => w.close());

/** As the program signs in, by hand: what a mistake in it, or somebody in its place, could try. */
const tried = (sql: string, values: unknown[] = []): Promise<string> =>
  w.database.db.pool.query(sql, values).then(
    () => 'done',
    (error: { code?: string }) => error.code ?? 'failed',
  );
const settle = (id: string, state: string, by: string | null) => tried('update parley.requests set state = $2, settled_by = $3 where id = $1', [id, state, by]);
const open = async (): Promise<string> => idOf(await ask(w.daniel, 'change', { a1day: ahead(6), who: 'other', label: 'Camp' }));
const accepted = async (): Promise<string> => {
  const at = await ask(w.daniel, 'change', { a1day: ahead(6, 1), who: 'other', label: 'Camp' });
  expect((await answer(w.amara, at, true)).status).toBe(303);
  return idOf(at);
};
const permission = '42501';

describe('the database refuses', () => {
  it('an answer by whoever asked, by a stranger, and by nobody', async () => {
    const id = await open();
    for (const state of ['accepted', 'declined', 'countered']) {
      expect(await settle(id, state, w.world.daniel.parentId)).toBe('P0S02');
      expect(await settle(id, state, w.world.nour.parentId)).toBe('P0S02');
      expect(await settle(id, state, null)).toBe('P0S02');
    }
    expect(await settle(id, 'withdrawn', w.world.amara.parentId)).toBe('P0S02');
    expect(await settle(id, 'withdrawn', null)).toBe('P0S02');
    expect(await settle(id, 'expired', null)).toBe('P0S03');
    expect(await settle(id, 'expired', w.world.amara.parentId)).toBe('P0S03');
    expect(await settle(id, 'open', null)).toBe('P0S01');
    expect(await settle(id, 'withdrawn', w.world.daniel.parentId)).toBe('done');
  });

  it('a second answer, and one that is changed', async () => {
    const id = await open();
    expect(await settle(id, 'declined', w.world.amara.parentId)).toBe('done');
    for (const [state, by] of [
      ['accepted', w.world.amara.parentId],
      ['withdrawn', w.world.daniel.parentId],
      ['open', null],
      ['declined', w.world.amara.parentId],
    ] as const)
      expect(await settle(id, state, by)).toBe('P0S01');
  });

  it('an answer that comes too late', async () => {
    const at = await ask(w.daniel, 'change', { a1day: ahead(6), who: 'other', label: 'Camp' });
    await respondByIs(w, at, `clock_timestamp() - interval '1 ms'`);
    for (const state of ['accepted', 'declined', 'countered']) expect(await settle(idOf(at), state, w.world.amara.parentId)).toBe('P0S03');
    expect(await settle(idOf(at), 'expired', null)).toBe('done');
  });

  it('a request of a stranger, about somebody else’s child, without time to answer, or against one that was not answered so', async () => {
    const insert = (askedBy: string, children: string[], respondBy: string, counters: string | null = null) =>
      tried(
        `insert into parley.requests (id, family_id, kind, asked_by, children, terms, starts_at, respond_by, counters_id, submission)
         values ($1, $2, 'change', $3, $4, '{}', now() + interval '9 days', now() + $5::interval, $6, $7)`,
        [randomUUIDv7(), w.world.familyId, askedBy, children, respondBy, counters, randomUUIDv7()],
      );
    const { amara, daniel, nour, theo, leila } = w.world;
    expect(await insert(nour.parentId, [theo], '1 day')).toBe('P0S02');
    expect(await insert(daniel.parentId, [theo, leila], '1 day')).toBe('P0S02');
    expect(await insert(daniel.parentId, [theo], '-1 day')).toBe('P0S03');
    expect(await insert(daniel.parentId, [theo], '10 days')).toBe('23514'); // after it begins
    const id = await open();
    expect(await insert(amara.parentId, [theo], '1 day', id)).toBe('P0S02');
    expect(await settle(id, 'countered', amara.parentId)).toBe('done');
    expect(await insert(daniel.parentId, [theo], '1 day', id)).toBe('P0S02');
    expect(await insert(amara.parentId, [theo], '1 day', id)).toBe('done');
    expect(await insert(amara.parentId, [theo], '1 day', id)).toBe('23505');
    expect(
      await tried(
        `insert into parley.requests (id, family_id, kind, asked_by, children, terms, starts_at, respond_by, submission, state) values ($1, $2, 'change', $3, $4, '{}', now(), now(), $1, 'accepted')`,
        [randomUUIDv7(), w.world.familyId, daniel.parentId, [theo]],
      ),
    ).toBe(permission);
  });

  it('other words in a request, and taking one away', async () => {
    const id = await open();
    expect(await tried(`update parley.requests set terms = '{}' where id = $1`, [id])).toBe(permission);
    expect(await tried(`update parley.requests set respond_by = now() + interval '1 day' where id = $1`, [id])).toBe(permission);
    expect(await tried(`update parley.requests set settled_at = now() where id = $1`, [id])).toBe(permission);
    expect(await tried(`delete from parley.requests where id = $1`, [id])).toBe(permission);
    await settle(id, 'withdrawn', w.world.daniel.parentId);
  });

  it('time without a request that was agreed to, time that is taken, and a parent of another family', async () => {
    const { familyId, theo, ines, leila, nour, amara } = w.world;
    const insert = (child: string, days: string, holder: string | null, request: string, family: string = familyId, layer = 'change') =>
      tried(
        `insert into parley.agreed_time (family_id, child_id, layer, during, holder_id, label, request_id) values ($1, $2, $7, tstzrange($3, $4), $5, '', $6)`,
        [family, child, `${addDays(today(), Number(days))}T10:00Z`, `${addDays(today(), Number(days))}T12:00Z`, holder, request, layer],
      );
    const pending = await open();
    expect(await insert(theo, '3', null, pending)).toBe('P0S05');
    const agreed = await accepted();
    expect(await insert(theo, '3', nour.parentId, agreed)).toBe('P0S05');
    expect(await insert(leila, '3', null, agreed)).toBe('P0S05');
    expect(await insert(leila, '3', null, agreed, w.world.otherFamilyId)).toBe('P0S05');
    expect(await insert(theo, '-3', null, agreed)).toBe('P0S04');
    // With somebody else was agreed, and as a change: not with a parent, and not as travel.
    expect(await insert(theo, '4', amara.parentId, agreed)).toBe('P0S05');
    expect(await insert(theo, '4', null, agreed, familyId, 'vacation')).toBe('P0S05');
    expect(await insert(theo, '4', null, agreed)).toBe('done');
    expect(await insert(theo, '4', null, agreed)).toBe('23P01');
    expect(await insert(ines, '4', null, agreed)).toBe('done');
    await settle(pending, 'withdrawn', w.world.daniel.parentId);
  });

  it('plans that nobody agreed to, and any other past', async () => {
    const { familyId, theo, daniel } = w.world;
    const pending = await open();
    const agreed = await accepted();
    const insert = (from: string, request: string) =>
      tried(
        `insert into parley.agreed_plans (family_id, child_id, layer, during, terms, request_id) values ($1, $2, 'regular', daterange($3, null), '{}', $4)`,
        [familyId, theo, from, request],
      );
    expect(await insert(addDays(today(), 9), pending)).toBe('P0S05');
    expect(await insert(today(), agreed)).toBe('P0S04');
    expect(await insert(addDays(today(), -9), agreed)).toBe('P0S04');
    // Agreed to, but to something else.
    expect(await insert(addDays(today(), 9), agreed)).toBe('P0S05');
    const end = (day: string) =>
      tried(`update parley.agreed_plans set during = daterange(lower(during), $2) where child_id = $1 and layer = 'regular'`, [theo, day]);
    expect(await end(today())).toBe('P0S04');
    expect(await end(addDays(today(), -30))).toBe('P0S04');
    expect(await tried(`delete from parley.agreed_plans where child_id = $1`, [theo])).toBe('P0S04');
    expect(await tried(`update parley.agreed_plans set terms = '{}' where child_id = $1`, [theo])).toBe(permission);
    await settle(pending, 'withdrawn', daniel.parentId);
  });

  it('another yesterday', async () => {
    const { familyId, theo, amara } = w.world;
    await layAgreement(
      w.database,
      { familyId, children: [theo], askedBy: amara.parentId },
      { layer: 'change', from: `${addDays(today(), -3)}T10:00Z`, until: `${addDays(today(), 1)}T10:00Z`, holder: null, label: 'Camp' },
    );
    const of = `child_id = '${theo}' and label = 'Camp' and lower(during) < now()`;
    expect(await tried(`delete from parley.agreed_time where ${of}`)).toBe('P0S04');
    expect(await tried(`update parley.agreed_time set during = tstzrange(lower(during) + interval '1 day', upper(during)) where ${of}`)).toBe('P0S04');
    expect(await tried(`update parley.agreed_time set during = tstzrange(lower(during), now() - interval '1 day') where ${of}`)).toBe('P0S04');
    expect(await tried(`update parley.agreed_time set during = tstzrange(lower(during), upper(during) + interval '1 day') where ${of}`)).toBe('P0S04');
    expect(await tried(`update parley.agreed_time set holder_id = '${amara.parentId}' where ${of}`)).toBe(permission);
    expect(await tried(`update parley.agreed_time set during = tstzrange(lower(during), now() + interval '1 hour') where ${of}`)).toBe('done');
  });
});

it('time that has begun is cut by a later agreement, and what has been of it stays', async () => {
  const { familyId, ines, amara, daniel } = w.world;
  await layAgreement(
    w.database,
    { familyId, children: [ines], askedBy: amara.parentId },
    { layer: 'vacation', from: `${addDays(today(), -3)}T00:00Z`, until: `${addDays(today(), 6)}T00:00Z`, holder: amara.parentId, label: 'Travel' },
  );
  const at = await ask(w.daniel, 'travel', { child: ines, a1day: addDays(today(), 2), a1until: addDays(today(), 3), who: daniel.parentId });
  expect((await answer(w.amara, at, true)).status).toBe(303);
  const rows = await w.rows<{ from: string; until: string; holder: string }>(
    `select to_char(lower(during), 'YYYY-MM-DD') as from, to_char(upper(during), 'YYYY-MM-DD') as until, holder_id as holder from parley.agreed_time where child_id = $1 and layer = 'vacation' order by 1`,
    [ines],
  );
  expect(rows).toEqual([
    { from: addDays(today(), -3), until: addDays(today(), 2), holder: amara.parentId },
    { from: addDays(today(), 2), until: addDays(today(), 4), holder: daniel.parentId },
    { from: addDays(today(), 4), until: addDays(today(), 6), holder: amara.parentId },
  ]);
});
