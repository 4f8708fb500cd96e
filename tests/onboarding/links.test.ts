import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { InvitationId, ParentId } from '../../src/core/ids.ts';
import { closeInvitation, reopenForRetake } from '../../src/onboarding/end-link.ts';
import { resolveLink } from '../../src/onboarding/find-link.ts';
import { onboardingJobs, onboardingSchedules } from '../../src/onboarding/jobs.ts';
import { linkCode, linkToken } from '../../src/onboarding/link-secrets.ts';
import { openGuessLimit } from '../../src/platform/guesses.ts';
import { startWorker } from '../../src/platform/queue.ts';
import { startApp, type TestApp } from '../support/app.ts';
import type { Answer, Client } from '../support/client.ts';
import type { TestDatabase } from '../support/database.ts';
import { testKeyring } from '../support/keyring.ts';
import { closeWorld, openWorld } from '../support/open-world.ts';
import { type Adult, adultAt, staffAt } from '../support/photos.ts';
import { openPostOffice, type PostOffice } from '../support/post-office.ts';
import type { World } from '../support/world.ts';

let post: PostOffice;
let database: TestDatabase;
let world: World;
let app: TestApp;
let amara: Adult;
let daniel: Adult;
let ruth: Client;
let worker: Awaited<ReturnType<typeof startWorker>> | undefined;

beforeAll(async () => {
  post = await openPostOffice(address => (address.startsWith('nobody') ? 550 : null));
  ({ database, world, app } = await openWorld({ mail: post.mail }));
  const children = 'Theo, 1B and Ines, 1B';
  const { amara: a, daniel: d } = world;
  amara = await adultAt(database, world.school, { givenName: 'Amara', surname: 'Okafor', parentId: a.parentId, email: 'amara@home.example', children });
  daniel = await adultAt(database, world.school, { givenName: 'Daniel', surname: 'Reyes', parentId: d.parentId, phone: '07700 900418', children });
  ruth = await app.signedIn(world.ruth.email);
});
afterAll(async () => {
  await closeWorld({ app, database });
  await post.close();
});
beforeEach(async () => {
  post.received.length = 0;
  app.texted.length = 0;
  await database.admin.query(
    `delete from parley.invitation_sendings; delete from parley.invitations; delete from graphile_worker._private_jobs;
     update parley.school_parents set status = 'not_invited', until = null`,
  );
});
afterEach(async () => {
  await worker?.stop();
  worker = undefined;
});

const soon = { timeout: 20_000, interval: 20 };
/** Does everything that waits in the queue. */
async function work(): Promise<void> {
  worker ??= await startWorker(database.appUrl, undefined, onboardingJobs(app.services), onboardingSchedules, app.services.log);
  const due = async () => (await database.admin.query('select from graphile_worker._private_jobs where run_at <= now() and attempts < max_attempts')).rowCount;
  await vi.waitFor(async () => expect(await due()).toBe(0), soon);
}
type Row = {
  id: InvitationId;
  round: number;
  status: string;
  opened: Date | null;
  proved: Date | null;
  revoked: Date | null;
  wrong: number;
};
const linkRows = async ({ schoolId, parentId }: Adult): Promise<Row[]> =>
  (
    await database.admin.query<Row>(
      `select i.id, i.round, sp.status, i.opened_at as opened, i.proved_at as proved, i.revoked_at as revoked, i.wrong_codes as wrong
         from parley.invitations i join parley.school_parents sp using (school_id, parent_id) where school_id = $1 and parent_id = $2 order by i.id`,
      [schoolId, parentId],
    )
  ).rows;
const statusOf = async ({ schoolId, parentId }: Adult): Promise<string> =>
  (await database.admin.query<{ status: string }>('select status from parley.school_parents where school_id = $1 and parent_id = $2', [schoolId, parentId]))
    .rows[0]!.status;
const audits = async (action: string, id: string): Promise<number> =>
  (await database.admin.query<{ count: number }>('select count(*)::int as count from record.audit_events where action = $1 and target_id = $2', [action, id]))
    .rows[0]!.count;
const later = (minutes: number) => database.admin.query('update parley.invitation_sendings set created_at = created_at - make_interval(mins => $1)', [minutes]);

/** Presses a button of the office on an adult's page. */
async function press(
  client: Client,
  adult: Adult,
  what: 'invite' | 'remind' | 'renew' | 'revoke' | 'code',
  fields: Record<string, string> = {},
): Promise<Answer> {
  const at = `/school/adults/${adult.parentId}`;
  await client.get(at);
  return client.submit(`${at}/${what}`, fields);
}
type Link = { at: string; code: string; id: InvitationId; token: string; round: number };
const linkOf = async (adult: Adult): Promise<Link> => {
  const { id, round } = (await linkRows(adult)).at(-1)!;
  const key = { invitationId: id, round };
  const token = linkToken(testKeyring, key);
  return { id, round, token, at: `/link/${token}`, code: linkCode(testKeyring, key) };
};
const invited = async (adult: Adult): Promise<Link> => {
  expect((await press(ruth, adult, 'invite')).status).toBe(303);
  return linkOf(adult);
};
const give = async (client: Client, link: Link, code: string): Promise<Answer> => {
  await client.get(link.at);
  return client.submit(`${link.at}/code`, { code });
};
const wrongCode = (link: Link, index = 0): string => {
  const last = '23456789ABCDEFGHJKMNPQRSTUVWXYZ'.replace(link.code.at(-1)!, '')[index % 30]!;
  return `${link.code.slice(0, -1)}${last}`;
};

describe('an invitation', () => {
  it('is one neutral mail to one address, whose link works, and whose code is nowhere in it', async () => {
    const link = await invited(amara);
    await work();
    expect(post.received).toHaveLength(1);
    const { to, raw } = post.received[0]!;
    expect(to).toEqual(['amara@home.example']);
    const text = raw
      .split('\r\n\r\n')
      .slice(1)
      .join('\n\n')
      .replace(/=\r\n/g, '')
      .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
    expect(text).toContain(`${app.url}${link.at}`);
    expect(text).toMatch(/works until \w+day \d+ \w+ \d{4}\./);
    expect(raw).not.toMatch(/amara okafor|daniel|reyes|theo|ines|1B|photo|mother/i);
    expect(raw.replace(/\s/g, '')).not.toContain(link.code.replace(' ', ''));
    expect((await app.visitor().get(link.at)).status).toBe(200);
    const { rows } = await database.admin.query('select channel, reason, sent_at is not null as sent, failure from parley.invitation_sendings');
    expect(rows).toEqual([{ channel: 'email', reason: 'invite', sent: true, failure: null }]);
  });

  it('leaves nothing in the database that opens it', async () => {
    const link = await invited(amara);
    await work();
    const { rows } = await database.admin.query<{ text: string }>(
      `select coalesce(string_agg(r::text, ' '), '') as text from (
         select i::text as r from parley.invitations i union all select s::text from parley.invitation_sendings s
         union all select e::text from record.audit_events e union all select j::text from graphile_worker._private_jobs j) all_rows`,
    );
    const bytes = Buffer.from(link.token, 'base64url').toString('hex');
    expect(rows[0]!.text.length).toBeGreaterThan(300);
    for (const secret of [link.token, bytes, link.code, link.code.replace(' ', '')]) expect(rows[0]!.text).not.toContain(secret);
  });

  it('goes by SMS where the school has a number alone, in as neutral words', async () => {
    const link = await invited(daniel);
    await work();
    expect(app.texted).toEqual([{ to: '07700 900418', text: expect.stringContaining(`${app.url}${link.at}`) as string }]);
    expect(app.texted[0]!.text).not.toMatch(/daniel|amara|theo|ines|photo/i);
    expect(app.texted[0]!.text).not.toContain(link.code);
    expect(post.received).toEqual([]);
  });

  it('for someone who has one is refused kindly, and nothing goes out', async () => {
    await invited(amara);
    await later(2);
    await ruth.get(`/school/adults/${amara.parentId}`);
    expect(ruth.page.body).not.toContain(`/school/adults/${amara.parentId}/invite"`);
    const again = await ruth.post(`/school/adults/${amara.parentId}/invite`, { channel: 'either', days: '14' });
    expect([again.status, ruth.text()]).toEqual([409, expect.stringContaining('There is a link that works already')]);
    expect(await linkRows(amara)).toHaveLength(1);
    expect((await database.admin.query('select from parley.invitation_sendings')).rowCount).toBe(1);
  });

  it('pressed twice, or by two people at once, is one link and one mail', async () => {
    const tess = await staffAt(database, world.school, 'office', 'Tess Osei', `tess-${Date.now()}@stbrigids.example`);
    const other = await app.signedIn(tess.email);
    const at = `/school/adults/${amara.parentId}`;
    const fields = { channel: 'email', days: '14' };
    const answers = await Promise.all([ruth, other, ruth, other].map(client => client.post(`${at}/invite`, fields)));
    expect(answers.filter(({ status }) => status === 303).length).toBeGreaterThan(0);
    expect(await linkRows(amara)).toHaveLength(1);
    await work();
    expect(post.received).toHaveLength(1);
  });

  it('says what went wrong where the address takes nothing, and is not tried for ever', async () => {
    const lost = await adultAt(database, world.school, { givenName: 'Lena', surname: 'Lost', email: 'nobody@home.example' });
    await invited(lost);
    await work();
    await ruth.get(`/school/adults/${lost.parentId}`);
    expect(ruth.text()).toContain('The mail server refused this address (550)');
    expect((await database.admin.query('select from graphile_worker._private_jobs')).rowCount).toBe(0);
    expect(await statusOf(lost)).toBe('invited');
  });

  it('is not sent when it has been taken back meanwhile', async () => {
    await invited(amara);
    expect((await press(ruth, amara, 'revoke')).status).toBe(303);
    await work();
    expect(post.received).toEqual([]);
    expect(await statusOf(amara)).toBe('not_invited');
  });

  it('is refused where there is no address of the kind', async () => {
    const bare = await adultAt(database, world.school, { givenName: 'Bea', surname: 'Bare' });
    await ruth.get(`/school/adults/${bare.parentId}`);
    expect(ruth.text()).toContain('neither an e-mail address nor a telephone number');
    expect((await ruth.post(`/school/adults/${bare.parentId}/invite`, { channel: 'either', days: '14' })).status).toBe(409);
    expect((await ruth.post(`/school/adults/${amara.parentId}/invite`, { channel: 'sms', days: '14' })).status).toBe(409);
    expect((await ruth.post(`/school/adults/${amara.parentId}/invite`, { channel: 'pigeon', days: '14' })).status).toBe(422);
    expect((await ruth.post(`/school/adults/${amara.parentId}/invite`, { channel: 'email', days: '9999' })).status).toBe(422);
    expect((await database.admin.query('select from parley.invitations')).rowCount).toBe(0);
  });
});

describe('reminding and renewing', () => {
  it('a reminder carries the same link; a new link stops the old one, its code and its proof', async () => {
    const first = await invited(amara);
    await later(2);
    expect((await press(ruth, amara, 'remind')).status).toBe(303);
    await work();
    expect(post.received).toHaveLength(2);
    for (const { raw } of post.received) expect(raw.replace(/=\r\n/g, '')).toContain(first.token);
    const visitor = app.visitor();
    expect((await give(visitor, first, first.code)).status).toBe(303);
    await later(2);
    expect((await press(ruth, amara, 'renew')).status).toBe(303);
    const second = await linkOf(amara);
    expect([second.id, second.round]).toEqual([first.id, 2]);
    expect(second.token).not.toBe(first.token);
    expect(second.code).not.toBe(first.code);
    expect((await visitor.get(first.at)).status).toBe(404);
    expect((await visitor.get(second.at)).body).not.toContain('Amara');
    expect((await linkRows(amara)).map(({ opened, proved, status }) => ({ opened, proved, status }))).toEqual([
      { opened: expect.any(Date), proved: null, status: 'opened' },
    ]);
    await work();
    expect(post.received).toHaveLength(3);
  });

  it('a form that was sent twice renews once', async () => {
    await invited(amara);
    await later(2);
    const fields = { channel: 'email', days: '7', round: '1' };
    const [one, two] = await Promise.all([1, 2].map(() => ruth.post(`/school/adults/${amara.parentId}/renew`, fields)));
    expect([one!.status, two!.status]).toEqual([303, 303]);
    expect((await linkRows(amara)).map(({ round }) => round)).toEqual([2]);
  });

  it('reminds nobody who has no link that works', async () => {
    expect((await ruth.post(`/school/adults/${amara.parentId}/remind`, { channel: 'either' })).status).toBe(409);
    expect((await database.admin.query('select from parley.invitation_sendings')).rowCount).toBe(0);
  });

  it('a link runs out, is told as expired, and can be made anew', async () => {
    const link = await invited(amara);
    await database.admin.query(`update parley.invitations set created_at = now() - interval '20 days', expires_at = now() - interval '1 minute'`);
    expect((await app.visitor().get(link.at)).status).toBe(404);
    await database.admin.query(`select graphile_worker.add_job('onboarding.expire-links')`);
    await work();
    expect(await statusOf(amara)).toBe('expired');
    expect(await audits('link.expired', link.id)).toBe(1);
    await later(2);
    expect((await press(ruth, amara, 'renew')).status).toBe(303);
    expect([await statusOf(amara), (await app.visitor().get((await linkOf(amara)).at)).status]).toEqual(['invited', 200]);
    expect(onboardingSchedules.map(({ job }) => job)).toContain('onboarding.expire-links');
  });

  it('a photo that waits or is approved is not told as expired with its link', async () => {
    await invited(amara);
    await database.admin.query(`update parley.invitations set created_at = now() - interval '20 days', expires_at = now() - interval '1 minute'`);
    for (const status of ['waiting', 'approved']) {
      await database.admin.query('update parley.school_parents set status = $2 where parent_id = $1', [amara.parentId, status]);
      await database.admin.query(`select graphile_worker.add_job('onboarding.expire-links')`);
      await work();
      expect(await statusOf(amara)).toBe(status);
    }
  });
});

describe('opening', () => {
  it('is recorded once, at a person’s own opening; a HEAD or a look ahead is none; and it uses nothing up', async () => {
    const link = await invited(amara);
    const visitor = app.visitor();
    expect((await visitor.request('HEAD', link.at)).status).toBe(200);
    for (const headers of [{ 'sec-purpose': 'prefetch' }, { purpose: 'prefetch' }, { 'sec-purpose': 'prefetch;prerender' }, { 'x-moz': 'prefetch' }]) {
      expect((await visitor.get(link.at, headers)).status).toBe(503);
    }
    expect([(await linkRows(amara))[0]!.opened, await statusOf(amara)]).toEqual([null, 'invited']);
    await Promise.all([visitor.get(link.at), app.visitor().get(link.at), app.visitor().get(link.at)]);
    const { opened } = (await linkRows(amara))[0]!;
    expect([opened, await statusOf(amara), await audits('link.opened', link.id)]).toEqual([expect.any(Date), 'opened', 1]);
    await pause(5);
    for (let count = 0; count < 3; count += 1) expect((await app.visitor().get(link.at)).status).toBe(200);
    expect((await linkRows(amara))[0]!.opened).toEqual(opened);
    expect((await give(visitor, link, link.code)).status).toBe(303);
  });

  it('names the school and nobody else before the code, and only the invited parent after it', async () => {
    const link = await invited(amara);
    const visitor = app.visitor();
    const { body, headers } = await visitor.get(link.at);
    expect(visitor.text()).toContain('St Brigid’s Primary');
    expect(body).not.toMatch(/amara|okafor|daniel|reyes|theo|ines|1B/i);
    expect(body).toMatch(/<title>A page for you – Parley<\/title>/);
    expect([headers.get('referrer-policy'), headers.get('cache-control')]).toEqual(['no-referrer', 'no-store']);
    expect((await give(visitor, link, link.code.toLowerCase().replace(' ', '-'))).status).toBe(303);
    const welcome = await visitor.get(link.at);
    expect(visitor.text()).toContain('Welcome, Amara Okafor');
    expect(welcome.body).not.toMatch(/daniel|reyes|theo|ines/i);
    expect(welcome.body).toContain(`href="${link.at}/photo"`);
    expect(welcome.body).toContain(`href="${link.at}/join"`);
    // The link alone, in another browser, is a link alone.
    const other = app.visitor();
    expect((await other.get(link.at)).body).not.toMatch(/amara|okafor/i);
  });

  it('remembers the code in that browser, for that link, for half a day, and believes no other mark', async () => {
    const [link, theirs] = [await invited(amara), await invited(daniel)];
    const visitor = app.visitor();
    await give(visitor, link, link.code);
    const cookie = visitor.page.headers.getSetCookie().find(line => line.startsWith('link='))!;
    expect(cookie).toMatch(/; HttpOnly/);
    expect(cookie).toMatch(/; SameSite=Lax/);
    expect(cookie).toContain(`; Path=${link.at};`);
    expect(cookie).not.toMatch(/Max-Age|Expires/);
    const proof = visitor.cookies.get('link')!;
    const named = async (at: string, value: string) => /Welcome/.test((await app.visitor().get(at, { cookie: `link=${value}` })).body);
    expect(await named(link.at, proof)).toBe(true);
    expect(await named(theirs.at, proof)).toBe(false);
    const [minute, mark] = proof.split('.') as [string, string];
    expect(await named(link.at, `${Number(minute) - 1}.${mark}`)).toBe(false);
    expect(await named(link.at, `${minute}.${mark.slice(0, -2)}${mark.endsWith('AA') ? 'BB' : 'AA'}`)).toBe(false);
    for (const broken of ['', '.', 'x.y', `${minute}.`, `99999999999.${mark}`]) expect(await named(link.at, broken)).toBe(false);
    vi.useFakeTimers({ now: Date.now() + 12 * 3_600_000 + 60_000, toFake: ['Date'] });
    try {
      expect(await named(link.at, proof)).toBe(false);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('the code', () => {
  it('is told by the office alone, is recorded, and is eight characters that nobody mistakes', async () => {
    const link = await invited(amara);
    expect((await ruth.get(`/school/adults/${amara.parentId}`)).body).not.toContain(link.code);
    expect((await press(ruth, amara, 'code')).status).toBe(200);
    expect(ruth.text()).toContain(link.code);
    expect(link.code).toMatch(/^[2-9A-HJKMNP-Z]{4} [2-9A-HJKMNP-Z]{4}$/);
    expect(await audits('codes.shown', link.id)).toBe(1);
    expect((await ruth.get(`/school/adults/${amara.parentId}/code`)).status).toBe(404);
    await press(ruth, amara, 'revoke');
    expect((await ruth.post(`/school/adults/${amara.parentId}/code`, {})).status).toBe(409);
  });

  it('may be wrong four times; the fifth stops the link, and then the right one opens nothing', async () => {
    const link = await invited(amara);
    const visitor = app.visitor();
    await visitor.get(link.at);
    for (const slip of ['', 'K7MR', 'K7MR 2QX0', 'IIII IIII', 'K7MR 2QXDD']) {
      expect([(await visitor.post(`${link.at}/code`, { code: slip })).status, (await linkRows(amara))[0]!.wrong], slip).toEqual([422, 0]);
    }
    for (const left of ['4 tries are', '3 tries are', '2 tries are', 'One try is']) {
      expect((await give(visitor, link, wrongCode(link))).status).toBe(422);
      expect(visitor.text()).toContain(`${left} left`);
      expect(visitor.page.body).not.toContain(wrongCode(link));
    }
    expect((await give(visitor, link, wrongCode(link))).status).toBe(404);
    expect((await visitor.get(link.at)).status).toBe(404);
    expect((await visitor.post(`${link.at}/code`, { code: link.code })).status).toBe(404);
    expect([await statusOf(amara), await audits('link.burnt', link.id), await audits('link.proved', link.id)]).toEqual(['expired', 1, 0]);
    await ruth.get(`/school/adults/${amara.parentId}`);
    expect(ruth.text()).toContain('Stopped after five wrong codes');
  });

  it('gets no more than five tries out of thirty at once, one of them right', async () => {
    const link = await invited(amara);
    const codes = Array.from({ length: 30 }, (_, index) => wrongCode(link, index));
    const answers = await Promise.all(codes.map(code => app.visitor().post(`${link.at}/code`, { code })));
    expect(answers.filter(({ status }) => status === 422)).toHaveLength(4);
    expect(answers.filter(({ status }) => status === 404)).toHaveLength(26);
    expect([await audits('link.code-refused', link.id), await audits('link.burnt', link.id)]).toEqual([4, 1]);
    expect((await app.visitor().post(`${link.at}/code`, { code: link.code })).status).toBe(404);
  });

  it('given right many times at once takes no try away', async () => {
    const link = await invited(amara);
    const answers = await Promise.all(Array.from({ length: 12 }, () => app.visitor().post(`${link.at}/code`, { code: link.code })));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([303]));
    expect((await linkRows(amara)).map(({ wrong, proved }) => ({ wrong, proved }))).toEqual([{ wrong: 0, proved: expect.any(Date) }]);
  });

  it('given right on the fifth try is right, and leaves four wrong ones counted', async () => {
    const link = await invited(amara);
    for (let count = 0; count < 4; count += 1) await give(app.visitor(), link, wrongCode(link, count));
    expect((await give(app.visitor(), link, link.code)).status).toBe(303);
    expect((await linkRows(amara))[0]!.wrong).toBe(4);
  });

  it('of one link opens no other', async () => {
    const [link, theirs] = [await invited(amara), await invited(daniel)];
    expect((await give(app.visitor(), link, theirs.code)).status).toBe(422);
  });
});

describe('a link that opens nothing', () => {
  it('is one page, byte for byte, whatever the reason, for every way of asking', async () => {
    const told = ({ status, body, headers }: Answer) => ({ status, body, type: headers.get('content-type'), cookies: headers.getSetCookie() });
    const dead: Record<string, string> = { unknown: `/link/${'A'.repeat(43)}`, short: '/link/x', long: `/link/${'A'.repeat(300)}`, odd: '/link/%F0%9F%94%91' };
    const revoked = await invited(amara);
    await press(ruth, amara, 'revoke');
    dead.revoked = revoked.at;
    const burnt = await invited(daniel);
    for (let count = 0; count < 5; count += 1) await give(app.visitor(), burnt, wrongCode(burnt, count));
    dead.burnt = burnt.at;
    const old = await invited(await adultAt(database, world.school, { givenName: 'Otto', surname: 'Old', email: 'otto@home.example' }));
    await database.admin.query('update parley.invitations set token_hash = sha256(token_hash), round = 2 where id = $1', [old.id]);
    dead.renewed = old.at;
    const expired = await invited(await adultAt(database, world.school, { givenName: 'Eva', surname: 'Expired', email: 'eva@home.example' }));
    await database.admin.query(
      `update parley.invitations set created_at = now() - interval '20 days', expires_at = now() - interval '1 second' where id = $1`,
      [expired.id],
    );
    dead.expired = expired.at;
    const gone = await adultAt(database, world.school, { givenName: 'Gus', surname: 'Gone', email: 'gus@home.example' });
    dead.left = (await invited(gone)).at;
    await database.admin.query('update parley.school_parents set until = now() where parent_id = $1', [gone.parentId]);
    const rejected = await adultAt(database, world.school, { givenName: 'Rey', surname: 'Rejected', email: 'rey@home.example' });
    const closed = await invited(rejected);
    await database.db.transact({ kind: 'system', name: 'test' }, ({ trx }) => closeInvitation(trx, closed.id));
    await database.admin.query(`update parley.school_parents set status = 'rejected' where parent_id = $1`, [rejected.parentId]);
    dead.closed = closed.at;

    const words = told(await app.visitor().get(dead.unknown!));
    expect([words.status, words.cookies]).toEqual([404, []]);
    expect(words.body).toContain('This link does not open anything');
    for (const [why, at] of Object.entries(dead)) {
      expect(told(await app.visitor().get(at)), why).toEqual(words);
      expect(told(await app.visitor().post(`${at}/code`, { code: 'K7MR 2QXD' })), `${why}, with a code`).toEqual(words);
      expect(told(await app.visitor().post(`${at}/code`, {})), `${why}, with nothing`).toEqual(words);
      expect(told(await app.visitor().get(`${at}/code`)), `${why}, its form's address`).toEqual(words);
    }
  });

  it('tried too often from one address is a wait, for links that work too, and not from elsewhere', async () => {
    const guarded = await startApp(database, { guesses: openGuessLimit({ most: 5, seconds: 600 }) });
    try {
      const link = await invited(amara);
      const visitor = guarded.visitor();
      for (let count = 0; count < 5; count += 1) expect((await visitor.get(`/link/${'B'.repeat(42)}${count}`)).status).toBe(404);
      const [unknown, known] = [await visitor.get(`/link/${'B'.repeat(43)}`), await visitor.get(link.at)];
      expect([unknown.status, known.status, known.body === unknown.body]).toEqual([429, 429, true]);
      expect(Number(known.headers.get('retry-after'))).toBeGreaterThan(0);
      expect((await visitor.post(`${link.at}/code`, { code: link.code })).status).toBe(429);
      expect((await app.visitor().get(link.at)).status).toBe(200);
    } finally {
      await guarded.close();
    }
  });

  it('counts what is wrong for a household, and nothing that is right', async () => {
    const limit = openGuessLimit({ most: 2, seconds: 600 });
    await limit.count('2001:db8:1:2::7');
    await limit.count('2001:db8:1:2:ffff::9');
    await expect(limit.check('2001:db8:1:2:3:4:5:6')).rejects.toThrow('many attempts');
    await limit.check('2001:db8:1:3::7');
    await limit.count('::ffff:10.0.0.1');
    await limit.count('10.0.0.1');
    await expect(limit.check('10.0.0.1')).rejects.toThrow('many attempts');
    await limit.check('10.0.0.2');
    for (let count = 0; count < 10; count += 1) await limit.check('::1');
  });
});

describe('what a decision about the photo does', () => {
  const decide = (act: (work: Parameters<Parameters<TestDatabase['db']['transact']>[1]>[0]) => Promise<unknown>) =>
    database.db.transact({ kind: 'system', name: 'test' }, act as never);

  it('approved: the link takes no photo any more, and lets its parent join until it runs out', async () => {
    const link = await invited(amara);
    await decide(({ trx }) => closeInvitation(trx, link.id));
    expect((await app.visitor().get(link.at)).status).toBe(404);
    await database.admin.query(`update parley.school_parents set status = 'approved' where parent_id = $1`, [amara.parentId]);
    const visitor = app.visitor();
    expect((await give(visitor, link, link.code)).status).toBe(303);
    const cookie = `link=${visitor.cookies.get('link')}`;
    expect(await resolveLink(database.db, testKeyring, link.token, cookie)).toMatchObject({ state: 'closed', proved: true, parent: { photo: 'approved' } });
    await visitor.get(link.at);
    expect(visitor.text()).toContain('has approved your photo');
    expect(visitor.page.body).not.toContain(`${link.at}/photo`);
    // A new link takes its place.
    await later(2);
    expect((await ruth.post(`/school/adults/${amara.parentId}/invite`, { channel: 'either', days: '14' })).status).toBe(303);
    expect((await app.visitor().get(link.at)).status).toBe(404);
    expect(await statusOf(amara)).toBe('approved');
  });

  it('another one asked for: the same link is open again, long enough, and a neutral word goes out', async () => {
    const link = await invited(amara);
    await decide(({ trx }) => closeInvitation(trx, link.id));
    await database.admin.query(`update parley.invitations set created_at = now() - interval '20 days', expires_at = now() - interval '1 day'`);
    expect(await decide(work => reopenForRetake(work, link.id))).toBe(true);
    await database.admin.query(`update parley.school_parents set status = 'retake' where parent_id = $1`, [amara.parentId]);
    expect((await app.visitor().get(link.at)).status).toBe(200);
    await work();
    expect(post.received.map(({ to }) => to)).toEqual([['amara@home.example'], ['amara@home.example']]);
    expect(post.received.map(({ raw }) => raw.replace(/=\r\n/g, '')).join('')).not.toMatch(/amara okafor|retake|photo|another|dark|blur/i);
    const { rows } = await database.admin.query(`select expires_at > now() + interval '13 days' as long from parley.invitations`);
    expect(rows).toEqual([{ long: true }]);
  });

  it('opens no link that was taken back, burnt, or replaced, and tells nobody without an address', async () => {
    const link = await invited(amara);
    await press(ruth, amara, 'revoke');
    expect(await decide(work => reopenForRetake(work, link.id))).toBe(false);
    await later(2);
    const second = await invited(amara);
    expect(await decide(work => reopenForRetake(work, link.id))).toBe(false);
    await database.admin.query('update parley.invitations set wrong_codes = 5 where id = $1', [second.id]);
    expect(await decide(work => reopenForRetake(work, second.id))).toBe(false);
    expect([(await app.visitor().get(link.at)).status, (await app.visitor().get(second.at)).status]).toEqual([404, 404]);
  });
});

describe('whose it is', () => {
  it('another school’s adults are not there for any of its buttons; a parent and a visitor have no school’s page at all', async () => {
    const head = await app.signedIn((await staffAt(database, world.otherSchool, 'admin', 'The head', 'head@hillview.example')).email);
    const [gate, parent] = [
      await app.signedIn((await staffAt(database, world.school, 'gate', 'Tom Byrne', 'tom@stbrigids.example')).email),
      await app.signedIn(world.amara.email),
    ];
    const link = await invited(amara);
    await later(2);
    const at = `/school/adults/${amara.parentId}`;
    const forms: [string, Record<string, string>][] = [
      ['invite', { channel: 'either', days: '14' }],
      ['remind', { channel: 'either' }],
      ['renew', { channel: 'either', days: '14', round: '1' }],
      ['revoke', {}],
      ['code', {}],
    ];
    for (const [client, expected] of [
      [head, 404],
      [parent, 404],
      [gate, 403],
      [app.visitor(), 403],
    ] as const) {
      for (const [what, fields] of forms) expect((await client.post(`${at}/${what}`, fields)).status, what).toBe(expected);
      expect((await client.get(at)).status).toBe(expected === 403 && client !== gate ? 303 : expected);
    }
    expect(await linkRows(amara)).toMatchObject([{ round: 1, revoked: null }]);
    expect((await database.admin.query('select from parley.invitation_sendings')).rowCount).toBe(1);
    expect((await app.visitor().get(link.at)).status).toBe(200);
    const picked = await head.post('/school/selection', { q: '', class: '', status: '', sort: 'name', pick: amara.parentId, do: 'renew' });
    expect([picked.status, decodeURIComponent(picked.location!)]).toEqual([303, expect.stringContaining('renew+0')]);
    expect(await linkRows(amara)).toMatchObject([{ round: 1 }]);
  });

  it('two adults of one child have pages that say nothing of each other', async () => {
    await invited(daniel);
    await ruth.get(`/school/adults/${amara.parentId}`);
    expect(ruth.text()).toContain('No link yet');
    expect(ruth.page.body).not.toMatch(/daniel|reyes|900418/i);
    expect(await statusOf(amara)).toBe('not_invited');
  });

  it('an adult of two schools has two links, and neither tells of the other', async () => {
    const there = await adultAt(database, world.otherSchool, {
      givenName: 'Amara',
      surname: 'Okafor',
      parentId: world.amara.parentId as ParentId,
      email: 'amara@home.example',
    });
    const link = await invited(amara);
    expect(await linkRows(there)).toEqual([]);
    expect(await statusOf({ ...there, schoolId: world.otherSchool })).toBe('not_invited');
    expect((await app.visitor().get(link.at)).body).not.toContain('Hillview');
  });
});
