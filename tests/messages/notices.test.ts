import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SubjectId } from '../../src/core/ids.ts';
import { messageJobs, messageSchedules } from '../../src/messages/jobs.ts';
import { postComment } from '../../src/messages/post-comment.ts';
import { openMail } from '../../src/platform/mail.ts';
import { startWorker } from '../../src/platform/queue.ts';
import type { TestApp } from '../support/app.ts';
import type { TestDatabase } from '../support/database.ts';
import { testKeyring } from '../support/keyring.ts';
import { closeWorld, openWorld } from '../support/open-world.ts';
import { openPostOffice, type PostOffice } from '../support/post-office.ts';
import { messageBy, subjectBy, type World } from '../support/world.ts';

let database: TestDatabase;
let world: World;
let app: TestApp;
let subjectId: SubjectId;
let post: PostOffice;
let worker: Awaited<ReturnType<typeof startWorker>> | undefined;
beforeAll(async () => {
  post = await openPostOffice();
  ({ database, world, app } = await openWorld({ mail: post.mail }));
  ({ subjectId } = await subjectBy(database, world.amara, world.familyId, world.theo, 'Theo: dentist', 'Tuesday at ten.'));
});
afterAll(async () => {
  await closeWorld({ app, database });
  await post.close();
});
beforeEach(async () => {
  post.received.length = 0;
  await database.admin.query(
    'delete from graphile_worker._private_jobs; delete from parley.recipients; delete from parley.waiting_notices; delete from parley.unread_comments',
  );
});
afterEach(async () => {
  await worker?.stop();
  worker = undefined;
});

const work = async (services = app.services) => (worker = await startWorker(database.appUrl, undefined, messageJobs(services), messageSchedules, services.log));
const soon = { timeout: 30_000, interval: 25 };
type Waiting = { due: boolean; attempts: number; error: string | null };
const queue = async () =>
  (await database.admin.query<Waiting>('select run_at <= now() as due, attempts, last_error as error from graphile_worker._private_jobs order by id')).rows;
/** Everything that is due has been done. */
const settled = () => vi.waitFor(async () => expect((await queue()).filter(({ due }) => due)).toEqual([]), soon);
const write = (text = 'One more.') => messageBy(database, world.amara, subjectId, text);
/** As if so many minutes had gone by, for what was sent and for what waits. */
const later = async (minutes: number) => {
  await database.admin.query('update parley.recipients set notified_at = notified_at - make_interval(mins => $1)', [minutes]);
  await database.admin.query('update graphile_worker._private_jobs set run_at = run_at - make_interval(mins => $1)', [minutes]);
};

describe('a notice', () => {
  it('is one neutral mail, to the recipient alone, and says nothing of what or whom it is about', async () => {
    await work();
    await write('The zebra is in the wardrobe.');
    await vi.waitFor(() => expect(post.received).toHaveLength(1), soon);
    const { from, to, raw } = post.received[0]!;
    expect([from, to]).toEqual(['notices@parley.example', ['daniel@parley.example']]);
    const [head, body] = raw.split('\r\n\r\n', 2).concat('') as [string, string];
    const text = raw
      .slice(head.length + 4)
      .replaceAll('\r\n', '\n')
      .replace(/\n+$/, '\n');
    expect(body).not.toBe('');
    expect(text).toBe(
      `Something is waiting for you. Sign in when you are ready:\n${app.url}/sign-in\n\nThis mail never says what it is about. You need not answer it.\n`,
    );
    expect(head).toMatch(/^Subject: Something is waiting for you\r?$/m);
    expect(head).toMatch(/^To: daniel@parley\.example\r?$/m);
    expect(head).not.toMatch(/^(Cc|Bcc|Reply-To|Sender):/im);
    expect(raw).not.toMatch(/amara|okafor|theo|dentist|zebra|wardrobe|brigid|message from|child/i);
    expect(raw).not.toContain(world.familyId);
    await settled();
    expect((await database.admin.query('select from record.views')).rowCount).toBe(0);
  });

  it('does not come twice for a run of messages, nor within half an hour, but does when that is over', async () => {
    await Promise.all(Array.from({ length: 5 }, () => write()));
    await work();
    await vi.waitFor(() => expect(post.received).toHaveLength(1), soon);
    await settled();
    await write();
    await write();
    expect(await queue()).toEqual([{ due: false, attempts: 0, error: null }]);
    // Even a job that runs too soon sends nothing: it comes back when the half hour is over.
    await database.admin.query('update graphile_worker._private_jobs set run_at = now()');
    await settled();
    expect(await queue()).toEqual([{ due: false, attempts: 0, error: null }]);
    expect(post.received).toHaveLength(1);
    await later(31);
    await vi.waitFor(() => expect(post.received).toHaveLength(2), soon);
    await settled();
    expect(await queue()).toEqual([]);
  });

  it('goes to each recipient of each family for itself', async () => {
    await work();
    await write();
    const { subjectId: theirs } = await subjectBy(database, world.sam, world.otherFamilyId, world.leila, 'Leila: choir', 'On Monday.');
    await messageBy(database, world.daniel, subjectId, 'His answer.');
    await vi.waitFor(
      () => expect(new Set(post.received.map(({ to }) => to[0]))).toEqual(new Set(['amara@parley.example', 'daniel@parley.example', 'nour@parley.example'])),
      soon,
    );
    await messageBy(database, world.sam, theirs, 'And on Friday.');
    await settled();
    expect(post.received).toHaveLength(3);
  });

  it('does not come when it was read meanwhile, or when the right to read has ended', async () => {
    const daniel = await app.signedIn(world.daniel.email);
    await write();
    await daniel.get(`/messages/${subjectId}`);
    await work();
    await settled();
    expect(post.received).toEqual([]);

    await worker!.stop();
    await write();
    await database.admin.query('update parley.family_parents set until = now() where parent_id = $1', [world.daniel.parentId]);
    await work();
    await settled();
    await database.admin.query('update parley.family_parents set until = null where parent_id = $1', [world.daniel.parentId]);
    expect(post.received).toEqual([]);
    await write();
    await vi.waitFor(() => expect(post.received).toHaveLength(1), soon);
  });

  it('does not come for what was taken back before it was on the record', async () => {
    const draft = { text: 'Never sent.', submission: randomUUID(), urgent: null, corrects: null, confirm: null, files: [] };
    const rolledBack = database.db.transact(world.amara, async unit => {
      expect((await postComment(unit.trx, testKeyring, unit.actor, subjectId, draft)).kind).toBe('posted');
      throw new Error('the power failed');
    });
    await expect(rolledBack).rejects.toThrow('the power failed');
    expect(await queue()).toEqual([]);
    await work();
    await write();
    await vi.waitFor(() => expect(post.received).toHaveLength(1), soon);
  });

  it('waits while no mail goes out, is not counted as sent, and goes out once when it does', async () => {
    await post.close();
    await work();
    await write();
    await vi.waitFor(
      async () => expect((await queue())[0]).toMatchObject({ attempts: expect.any(Number), error: expect.stringContaining('ECONNREFUSED') }),
      soon,
    );
    expect((await database.admin.query('select from parley.recipients')).rowCount).toBe(0);
    const sent = `select from record.audit_events where action = 'notice.sent' and family_id = $1`;
    const before = (await database.admin.query(sent, [world.familyId])).rowCount!;
    expect((await queue())[0]!.error).not.toContain('daniel@');
    await post.reopen();
    await later(10);
    await vi.waitFor(() => expect(post.received).toHaveLength(1), soon);
    await settled();
    expect([post.received.length, await queue()]).toEqual([1, []]);
    expect((await database.admin.query('select from parley.recipients')).rowCount).toBe(1);
    expect((await database.admin.query(sent, [world.familyId])).rowCount).toBe(before + 1);
  });

  it('that is going out keeps nobody from writing, and what was written meanwhile is told of by the next', async () => {
    let reached = () => {};
    let letGo = () => {};
    const sending = new Promise<void>(resolve => (reached = resolve));
    const held = new Promise<void>(resolve => (letGo = resolve));
    await write();
    await work({
      ...app.services,
      mail: async () => {
        reached();
        await held;
      },
    });
    await sending;
    await write('While the mail goes out.');
    expect(await queue()).toHaveLength(2);
    letGo();
    await settled();
    expect(await queue()).toEqual([{ due: false, attempts: 0, error: null }]);
  });

  it('is a file in the outbox, for nobody else to read, where there is no mail server', async () => {
    const outbox = path.join(await mkdtemp(path.join(os.tmpdir(), 'parley-outbox-')), 'outbox');
    await work({ ...app.services, mail: openMail({ smtpUrl: undefined, from: 'Notices <notices@parley.example>', outbox }) });
    await write();
    const files = await vi.waitFor(async () => {
      const names = (await readdir(outbox)).filter(name => name.endsWith('.eml') && !name.startsWith('.'));
      expect(names).toHaveLength(1);
      return names;
    }, soon);
    const mail = await readFile(path.join(outbox, files[0]!), 'utf8');
    expect(mail).toMatch(/^To: daniel@parley\.example\r$/m);
    expect(mail).toContain('Something is waiting for you. Sign in when you are ready:');
    expect((await stat(path.join(outbox, files[0]!))).mode & 0o077).toBe(0);
    expect(post.received).toEqual([]);
    await rm(path.dirname(outbox), { recursive: true });
  });
});

it('files that were chosen and not sent are cleared after a day, and no sooner', async () => {
  const upload = (hours: number) =>
    database.admin.query(
      `insert into parley.uploads (id, parent_id, size, media_type, received_sha256, content_sha256, wrapped, content_ct, created_at)
    values (gen_random_uuid(), $1, 1, 'application/pdf', ''::bytea, ''::bytea, ''::bytea, ''::bytea, now() - make_interval(hours => $2))`,
      [world.amara.parentId, hours],
    );
  await upload(23);
  await upload(25);
  const clear = messageJobs(app.services).find(({ name }) => name === 'messages.clear-uploads')!;
  await clear.run({});
  const { rows } = await database.admin.query(`select created_at > now() - interval '24 hours' as young from parley.uploads`);
  expect(rows).toEqual([{ young: true }]);
  expect(messageSchedules.map(({ job }) => job)).toContain('messages.clear-uploads');
});
