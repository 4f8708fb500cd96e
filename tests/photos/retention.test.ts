import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jobs, schedules } from '../../src/jobs.ts';
import type { PhotoStore } from '../../src/platform/photo-store.ts';
import { deleteExpired } from '../../src/photos/review/retention.ts';
import type { TestApp } from '../support/app.ts';
import type { TestDatabase } from '../support/database.ts';
import { closeWorld, openWorld } from '../support/open-world.ts';
import { type Adult, adultAt, type HandedIn, photoOf } from '../support/photos.ts';
import type { World } from '../support/world.ts';

let database: TestDatabase;
let app: TestApp;
let world: World;
let store: PhotoStore;
beforeAll(async () => {
  ({ database, world, app } = await openWorld());
  store = app.services.photos.store;
  await database.admin.query('update parley.schools set photo_retention_days = case when id = $1 then 30 else 400 end', [world.school]);
});
afterAll(() => closeWorld({ app, database }));

let adults = 0;
const adult = (school = world.school): Promise<Adult> => adultAt(database, school, { givenName: 'Sami', surname: `Haddad${(adults += 1)}` });
const photo = async (options: Parameters<typeof photoOf>[3], who?: Adult): Promise<HandedIn> => photoOf(database, store, who ?? (await adult()), options);
const run = () => deleteExpired(app.services);
const ended = (who: Adult, days: number) =>
  database.admin.query(
    'update parley.school_parents set since = now() - interval $$9 years$$, until = now() - make_interval(days => $2) where parent_id = $1',
    [who.parentId, days],
  );
const parenting = (who: Adult, child: string, endedDaysAgo: number | null) =>
  database.admin.query(
    `insert into parley.parentings (parent_id, child_id, relation, starts_on, ends_on) values ($1, $2, 'Aunt', current_date - 900, current_date - $3::int)`,
    [who.parentId, child, endedDaysAgo],
  );

type Row = { wrapped: Buffer | null; deleted: boolean; status: string };
const rowOf = async ({ photoId }: HandedIn): Promise<Row> =>
  (
    await database.admin.query<Row>(
      `select p.wrapped, p.deleted_at is not null as deleted, s.status from parley.photos p join parley.submissions s on s.photo_id = p.id where p.id = $1`,
      [photoId],
    )
  ).rows[0]!;
const filesOf = async ({ storeKey }: HandedIn): Promise<string[]> => {
  const keys: string[] = [];
  for await (const { key } of store.list()) if (key.startsWith(storeKey)) keys.push(key.slice(storeKey.length + 1));
  return keys.sort();
};
const whole = ['1024', '320', '96', 'master'];
const isKept = async (one: HandedIn) => {
  const row = await rowOf(one);
  return [row.deleted, row.wrapped !== null, await filesOf(one)];
};
const kept = [false, true, whole];
const gone = [true, false, []];

describe('photos whose time is over', () => {
  it('go with every size of them, and their key; the row and the review stay', async () => {
    for (const status of ['superseded', 'rejected', 'retake'] as const) {
      const [old, young] = [await photo({ status, days: 31 }), await photo({ status, days: 29 })];
      const before = await database.admin.query<{ id: string }>(
        `insert into parley.photo_reviews (submission_id, decision, reason_code, note, reviewed_by) values ($1, 'retake', 'face_small', 'Closer, please', $2) returning id`,
        [old.submissionId, world.ruth.accountId],
      );
      await database.admin.query(`insert into parley.photo_views (photo_id, viewer_id, size, page) values ($1, $2, '1024', 'review')`, [
        old.photoId,
        world.ruth.accountId,
      ]);
      expect(await isKept(old), status).toEqual(kept);
      await run();
      expect(await isKept(old), status).toEqual(gone);
      expect(await isKept(young), status).toEqual(kept);
      expect((await rowOf(old)).status).toBe(status);
      const review = await database.admin.query('select decision, note from parley.photo_reviews where id = $1', [before.rows[0]!.id]);
      expect(review.rows).toEqual([{ decision: 'retake', note: 'Closer, please' }]);
      expect((await database.admin.query('select from parley.photo_views where photo_id = $1', [old.photoId])).rowCount).toBe(1);
    }
  });

  it('are no longer shown to anybody', async () => {
    const client = await app.signedIn(world.ruth.email);
    const old = await photo({ status: 'superseded', days: 40 });
    expect((await client.get(`/school/photos/${old.photoId}/320?on=review`)).status).toBe(200);
    await run();
    expect((await client.get(`/school/photos/${old.photoId}/320?on=review`)).status).toBe(404);
  });

  it('each school keeps them for as long as it has chosen', async () => {
    const theirs = await photo({ status: 'superseded', days: 399 }, await adult(world.otherSchool));
    const longer = await photo({ status: 'superseded', days: 401 }, await adult(world.otherSchool));
    await run();
    expect([await isKept(theirs), await isKept(longer)]).toEqual([kept, gone]);
  });

  it('that were never sent go after a day, whatever the school has chosen', async () => {
    const hours = async (one: HandedIn, count: number) =>
      database.admin.query('update parley.photos set uploaded_at = now() - make_interval(hours => $2) where id = $1', [one.photoId, count]);
    for (const status of ['draft', 'checking'] as const) {
      const [old, young] = [await photo({ status }), await photo({ status })];
      await store.put(`${old.storeKey}/received`, Buffer.from('as it came'));
      await hours(old, 25);
      await hours(young, 23);
      await run();
      expect([await isKept(old), await isKept(young)], status).toEqual([gone, kept]);
      expect((await rowOf(old)).status).toBe('withdrawn');
    }
  });

  it('one that is sent while others are being deleted stays', async () => {
    const [first, second] = [await photo({ status: 'draft', days: 2 }), await photo({ status: 'draft', days: 2 })];
    let sent = false;
    const watching: PhotoStore = {
      ...store,
      async delete(key) {
        if (!sent && key.startsWith(first.storeKey)) {
          sent = true;
          await database.admin.query(`update parley.submissions set status = 'waiting', sent_at = now(), status_at = now() where photo_id = $1`, [
            second.photoId,
          ]);
        }
        await store.delete(key);
      },
    };
    await deleteExpired({ ...app.services, photos: { store: watching } });
    expect([sent, await isKept(first), await isKept(second), (await rowOf(second)).status]).toEqual([true, gone, kept, 'waiting']);
  });

  it('in use and waiting ones stay, however old, of somebody who collects', async () => {
    const [inUse, waiting] = [await photo({ status: 'approved', days: 3000 }), await photo({ status: 'waiting', days: 3000 })];
    await run();
    expect([await isKept(inUse), await isKept(waiting)]).toEqual([kept, kept]);
  });
});

describe('photos of adults who no longer collect', () => {
  it('go when the school’s days are over, in use or not', async () => {
    const [left, stillKept] = [await adult(), await adult()];
    const photos = [await photo({ status: 'approved', days: 500 }, left), await photo({ status: 'waiting', days: 60 }, left)];
    const recent = await photo({ status: 'approved', days: 500 }, stillKept);
    await ended(left, 31);
    await ended(stillKept, 29);
    await run();
    for (const one of photos) expect([await isKept(one), (await rowOf(one)).status]).toEqual([gone, 'withdrawn']);
    expect(await isKept(recent)).toEqual(kept);
  });

  it('when all their parentings here have ended; one that goes on is enough to stay', async () => {
    const [all, one, recent] = [await adult(), await adult(), await adult()];
    for (const who of [all, one, recent]) await parenting(who, world.theo, 40);
    await parenting(one, world.ines, null);
    await parenting(recent, world.ines, 20);
    // At another school: no reason for this one to keep a photo.
    await parenting(all, world.leila, null);
    const photos = [];
    for (const who of [all, one, recent]) photos.push(await photo({ status: 'approved', days: 500 }, who));
    await run();
    expect(await Promise.all(photos.map(isKept))).toEqual([gone, kept, kept]);
    const { rows } = await database.admin.query('select parent_id, status from parley.school_parents where parent_id = any ($1)', [
      [all.parentId, one.parentId],
    ]);
    expect(new Map(rows.map(row => [row.parent_id, row.status]))).toEqual(
      new Map([
        [all.parentId, 'not_invited'],
        [one.parentId, 'approved'],
      ]),
    );
  });

  it('a grandmother whom a parent chose has no parenting, and her photo stays until the choice ends', async () => {
    const [chosen, over] = [await adult(), await adult()];
    for (const [who, state] of [
      [chosen, 'confirmed'],
      [over, 'ended'],
    ] as const) {
      await database.admin.query(
        `insert into parley.collectors (school_id, chosen_by, parent_id, given_name, surname, relation, submission, state, state_at)
         values ($1, $2, $3, 'Rosa', 'Reyes', 'Grandmother', gen_random_uuid(), $4, now() - interval '40 days')`,
        [world.school, world.amara.parentId, who.parentId, state],
      );
    }
    const nobody = await photo({ status: 'approved', days: 500 });
    const photos = [await photo({ status: 'approved', days: 500 }, chosen), await photo({ status: 'approved', days: 500 }, over), nobody];
    await run();
    expect(await Promise.all(photos.map(isKept))).toEqual([kept, gone, kept]);
  });
});

describe('the deletion itself', () => {
  it('runs every night, and is recorded with its cause', async () => {
    expect(schedules.find(({ job }) => job === 'photos.delete-expired')?.cron).toMatch(/^\d+ \d+ \* \* \*$/);
    const old = await photo({ status: 'rejected', days: 31 });
    await jobs(app.services)
      .find(({ name }) => name === 'photos.delete-expired')!
      .run({});
    expect(await isKept(old)).toEqual(gone);
    const { rows } = await database.admin.query('select action, actor_name, details, school_id from record.audit_events where target_id = $1', [old.photoId]);
    expect(rows).toEqual([{ action: 'photo.deleted', actor_name: 'photos.delete-expired', details: { cause: 'replaced' }, school_id: world.school }]);
    await run();
    expect((await database.admin.query('select from record.audit_events where target_id = $1', [old.photoId])).rowCount).toBe(1);
  });

  it('keeps the row and the key of a photo whose files would not go, goes on with the others, and finishes the next night', async () => {
    const stubborn = await photo({ status: 'rejected', days: 50 });
    const other = await photo({ status: 'rejected', days: 50 });
    const failing: PhotoStore = {
      ...store,
      delete: async key => {
        if (key === `${stubborn.storeKey}/320`) throw new Error('the disk is away');
        await store.delete(key);
      },
    };
    await expect(deleteExpired({ ...app.services, photos: { ...app.services.photos, store: failing } })).rejects.toThrow('1 photo could not be deleted');
    const row = await rowOf(stubborn);
    expect([row.deleted, row.wrapped !== null, (await filesOf(stubborn)).includes('320')]).toEqual([false, true, true]);
    expect(await isKept(other)).toEqual(gone);
    await run();
    expect(await isKept(stubborn)).toEqual(gone);
  });
});
