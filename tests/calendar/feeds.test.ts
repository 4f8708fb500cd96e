import { hash } from 'node:crypto';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openGuessLimit } from '../../src/platform/guesses.ts';
import { createApp } from '../../src/app.ts';
import { layAgreement, twoTwoFiveFive } from '../support/agreements.ts';
import type { Client } from '../support/client.ts';
import { type RunningWorld, runningWorld } from '../support/running-world.ts';
import { pagesOf } from './pages-of-parent.ts';

let w: RunningWorld;
beforeAll(async () => {
  w = await runningWorld(async (database, world) => {
    const about = { familyId: world.familyId, children: [world.ines, world.theo], askedBy: world.daniel.parentId };
    await layAgreement(database, about, {
      layer: 'regular',
      from: '2024-01-01',
      terms: twoTwoFiveFive(world.amara.parentId, world.daniel.parentId, '2024-01-01'),
    });
    const other = { familyId: world.otherFamilyId, children: [world.leila], askedBy: world.nour.parentId };
    await layAgreement(database, other, { layer: 'regular', from: '2024-01-01', terms: twoTwoFiveFive(world.sam.parentId, world.nour.parentId, '2024-01-03') });
  });
});
afterAll(() => w.close());
beforeEach(async () => {
  await w.database.admin.query('delete from parley.feed_events');
  await w.database.admin.query('delete from parley.feeds');
});

const addressOn = (client: Client): string => /<textarea[^>]*id="address"[^>]*>(https?:[^<]+)<\/textarea>/.exec(client.page.body)![1]!;
/** Makes an address through the form, and gives its path. */
async function make(client: Client, name = 'Phone', detail = 'minimal', more: Record<string, string> = {}): Promise<string> {
  await client.get('/feeds/new');
  const made = await client.submit('/feeds/new', { name, detail, ...more });
  expect(made.status).toBe(200);
  return new URL(addressOn(client)).pathname;
}
const fetched = (at: string, headers: Record<string, string> = {}) => w.app.visitor().get(at, headers);
const one = async <Row>(sql: string, values: unknown[] = []): Promise<Row> => (await w.database.admin.query(sql, values)).rows[0] as Row;

describe('an address', () => {
  it('is shown once, by the answer to its form: in no address of ours, and stored as a hash', async () => {
    const at = await make(w.amara, '  Phone  ');
    expect(at).toMatch(/^\/feed\/[\w-]{43}\.ics$/);
    expect(addressOn(w.amara).startsWith(`${w.app.url}/feed/`)).toBe(true);
    expect(w.amara.page.body).toContain(`href="webcal://${new URL(w.app.url).host}${at}"`);
    expect([w.amara.page.location, w.amara.page.headers.get('cache-control')]).toEqual([null, 'no-store']);
    const token = at.slice('/feed/'.length, -4);
    for (const page of ['/feeds', '/feeds/new', '/account', '/today']) {
      await w.amara.get(page);
      expect(w.amara.page.body, page).not.toContain(token);
    }
    const row = await one<{ token_hash: Buffer; name_ct: Buffer; detail: string }>('select * from parley.feeds');
    expect(row.token_hash).toEqual(hash('sha256', token, 'buffer'));
    expect([row.name_ct.includes('Phone'), row.detail]).toEqual([false, 'minimal']);
    const everything = await w.database.admin.query<{ text: string }>(
      `select query_to_xml('select * from parley.feeds', true, false, '')::text || query_to_xml('select * from record.audit_events', true, false, '')::text as text`,
    );
    expect(everything.rows[0]!.text).not.toContain(token);
    await w.amara.get('/feeds');
    expect(w.amara.text()).toContain('Phone Made on');
    expect(w.amara.text()).toContain('Not used yet. Only “Handover”');
  });

  it('is made once by a double press, and both answers show it; an old page shows it no more', async () => {
    await w.amara.get('/feeds/new');
    const { fields } = w.amara.form('/feeds/new');
    const filled = { ...fields, name: 'Phone' };
    const others = [0, 1].map(() => Object.assign(w.app.visitor(), { cookies: w.amara.cookies }));
    const pages = await Promise.all(others.map(client => client.post('/feeds/new', filled)));
    expect(pages.map(({ status }) => status)).toEqual([200, 200]);
    expect(new Set(others.map(addressOn)).size).toBe(1);
    expect((await one<{ count: string }>('select count(*) from parley.feeds')).count).toBe('1');
    await w.database.admin.query(`update parley.feeds set made_at = now() - interval '2 minutes'`);
    expect((await w.amara.post('/feeds/new', filled)).status).toBe(200);
    expect(w.amara.text()).toContain('This address was shown before');
    expect(w.amara.page.body).not.toMatch(/feed\/[\w-]{43}/);
    expect((await one<{ count: string }>('select count(*) from parley.feeds')).count).toBe('1');
  });

  it('is one of several, each with a name and an end of its own', async () => {
    const [phone, laptop] = [await make(w.amara, 'Phone'), await make(w.amara, 'حاسوب', 'full')];
    await w.amara.get('/feeds');
    expect(w.amara.page.body).toContain('<span class="row__title" dir="auto">حاسوب</span>');
    expect(w.amara.text()).toContain('Names and places');
    expect([(await fetched(phone)).status, (await fetched(laptop)).status]).toEqual([200, 200]);
    const first = /\/feeds\/([0-9a-f-]{36})\/revoke/.exec(w.amara.page.body)![1]!;
    expect((await w.amara.submit(`/feeds/${first}/revoke`)).location).toBe('/feeds');
    expect([(await fetched(phone)).status, (await fetched(laptop)).status]).toEqual([404, 200]);
    expect((await w.amara.post(`/feeds/${first}/revoke`, {})).status).toBe(303);
    await w.amara.get('/feeds');
    expect(w.amara.text()).not.toContain('Phone Made');
    const events = await w.database.admin.query<{ action: string }>(`select action from record.audit_events where target_id = $1 order by at`, [first]);
    expect(events.rows.map(({ action }) => action)).toEqual(['feed.made', 'feed.revoked']);
    expect(await one('select count(*)::int from parley.feed_events where feed_id = $1', [first])).toEqual({ count: 0 });
  });

  it('is not made without a name, of a wrong kind, or with what does not belong; what was typed stays', async () => {
    const tried: [Record<string, string | string[]>, string][] = [
      [{ name: '  ' }, 'Give it a name'],
      [{ name: 'x'.repeat(41) }, 'Keep this to 40 characters or fewer'],
      [{ name: 'a\0b' }, 'cannot be stored'],
      [{ name: 'Tab', detail: 'everything' }, 'Choose how much'],
      [{ name: 'Tab', detail: ['minimal', 'full'] }, 'Choose how much'],
      [{ name: 'Tab', submission: 'x' }, 'out of date'],
      [{ name: 'Tab', more: 'x' }, 'does not belong'],
    ];
    for (const [fields, words] of tried) {
      await w.amara.get('/feeds/new');
      const form = w.amara.form('/feeds/new').fields;
      const { status } = await w.amara.post('/feeds/new', { ...form, ...fields });
      expect([status, w.amara.text()], words).toEqual([422, expect.stringContaining(words)]);
      if (fields.name === 'Tab') expect(w.amara.form('/feeds/new').fields.name).toBe('Tab');
    }
    await w.amara.get('/feeds/new');
    const { detail: _, ...rest } = w.amara.form('/feeds/new').fields;
    expect((await w.amara.post('/feeds/new', { ...rest, name: 'Tab' })).status).toBe(422);
    expect(await one('select count(*)::int from parley.feeds')).toEqual({ count: 0 });
  });

  it('is one of ten in use: those of a family that its owner shares no longer are not counted, as they are not listed', async () => {
    await w.database.admin.query(
      `insert into parley.feeds (account_id, family_id, token_hash, name_ct, detail, submission)
       select $1, $2, sha256(n::text::bytea), 'x', 'minimal', gen_random_uuid() from generate_series(1, 10) n`,
      [w.world.amara.accountId, w.world.otherFamilyId],
    );
    await make(w.amara);
    await w.amara.get('/feeds');
    expect(w.amara.text()).toContain('Phone Made');
  });

  it('that was ended stays so in the database too', async () => {
    await make(w.amara);
    const app_ = (sql: string) => w.database.db.pool.query(sql);
    await app_(`update parley.feeds set revoked_at = '2020-01-01'`);
    expect(await one(`select revoked_at > now() - interval '1 minute' as now from parley.feeds`)).toEqual({ now: true });
    await expect(app_('update parley.feeds set revoked_at = null')).rejects.toMatchObject({ code: 'P0F01' });
    await expect(app_('update parley.feeds set asked_on = now()')).rejects.toMatchObject({ code: 'P0F01' });
  });

  it('is of a family that its owner shares, and no other', async () => {
    await w.amara.get('/feeds/new');
    const form = w.amara.form('/feeds/new').fields;
    expect((await w.amara.post('/feeds/new', { ...form, name: 'Phone', family: w.world.otherFamilyId })).status).toBe(404);
    expect(await one('select count(*)::int from parley.feeds')).toEqual({ count: 0 });
  });

  it('is nobody else’s to end', async () => {
    const at = await make(w.amara);
    const { id } = await one<{ id: string }>('select id from parley.feeds');
    expect((await w.daniel.post(`/feeds/${id}/revoke`, {})).status).toBe(404);
    expect((await w.daniel.post(`/feeds/x/revoke`, {})).status).toBe(404);
    expect((await w.app.visitor().post(`/feeds/${id}/revoke`, {})).status).toBe(403);
    expect((await fetched(at)).status).toBe(200);
  });

  it('is one of ten at most', async () => {
    for (let count = 0; count < 10; count += 1) await make(w.amara, `Phone ${count}`);
    await w.amara.get('/feeds/new');
    expect((await w.amara.submit('/feeds/new', { name: 'One more' })).status).toBe(409);
    await w.amara.get('/feeds');
    await w.amara.submit('/feeds/');
    await make(w.amara, 'One more');
  });
});

describe('what a calendar fetches', () => {
  it('needs no session, makes none, is not kept, and is a calendar', async () => {
    const at = await make(w.amara);
    const { status, headers, body } = await fetched(at);
    expect([status, headers.get('content-type'), headers.get('cache-control'), headers.get('set-cookie'), headers.get('etag')]).toEqual([
      200,
      'text/calendar; charset=utf-8',
      'private, no-store',
      null,
      null,
    ]);
    expect(headers.get('content-disposition')).toMatch(/^attachment; filename="calendar.ics"/);
    expect(body.startsWith('BEGIN:VCALENDAR\r\n')).toBe(true);
    expect(body.match(/BEGIN:VEVENT/g)!.length).toBeGreaterThan(200);
    expect(body).not.toMatch(/Amara|Daniel|Ines|Theo|library|Brigid|@|[0-9a-f]{8}-[0-9a-f]{4}/);
    expect((await fetched(at.replace('.ics', ''))).body).toBe(body);
    const head = await w.app.visitor().request('HEAD', at);
    expect([head.status, head.body, head.headers.get('content-type')]).toEqual([200, '', 'text/calendar; charset=utf-8']);
    await w.amara.get('/feeds');
    expect(w.amara.text()).toContain('Last asked for on');
  });

  it('says the same when it is asked again, and writes nothing then', async () => {
    const at = await make(w.amara);
    const first = (await fetched(at)).body;
    const rows = async () => (await w.database.admin.query('select xmin::text, uid from parley.feed_events order by uid')).rows;
    const before = await rows();
    await w.database.admin.query('select pg_sleep(1.1)');
    expect((await fetched(at)).body).toBe(first);
    expect(await rows()).toEqual(before);
  });

  it('says the same to several that ask at once', async () => {
    const at = await make(w.amara, 'Phone', 'full');
    const all = await Promise.all(Array.from({ length: 6 }, () => fetched(at)));
    expect(new Set(all.map(({ body }) => body)).size).toBe(1);
  });

  it('learns of a change under the same id with a higher number, and of a handover that is off', async () => {
    const at = await make(w.amara);
    const before = events((await fetched(at)).body);
    const [next, after, third] = before.filter(({ from }) => from > Date.now() + 2 * 86_400_000);
    await layAgreement(
      w.database,
      { familyId: w.world.familyId, children: [w.world.ines, w.world.theo], askedBy: w.world.amara.parentId },
      { layer: 'change', from: new Date(next!.from).toISOString(), until: new Date(next!.from + 3_600_000).toISOString(), holder: null },
      {
        layer: 'change',
        from: new Date(after!.from - 3_600_000).toISOString(),
        until: new Date(third!.from + 3_600_000).toISOString(),
        holder: w.world.daniel.parentId,
      },
    );
    await touchRecord();
    const now = events((await fetched(at)).body);
    const found = (uid: string) => now.find(event => event.uid === uid);
    const changed = now.filter(({ sequence }) => sequence > 0).map(({ uid }) => uid);
    expect(changed.length).toBeGreaterThan(0);
    expect(changed.every(uid => before.some(event => event.uid === uid))).toBe(true);
    expect(now.filter(({ status }) => status === 'CANCELLED').every(({ sequence }) => sequence === 1)).toBe(true);
    expect(now.some(({ status }) => status === 'CANCELLED')).toBe(true);
    expect(found(before.at(-1)!.uid)).toMatchObject({ sequence: 0, status: 'CONFIRMED' });
    await w.database.admin.query('begin; set local session_replication_role = replica; delete from parley.agreed_time; commit');
    await touchRecord();
    const back = events((await fetched(at)).body);
    expect(back.filter(({ status }) => status !== 'CANCELLED').map(({ uid, from }) => [uid, from])).toEqual(before.map(({ uid, from }) => [uid, from]));
  });

  it('with “names and places” has them, and the other parent’s contact details never', async () => {
    const body = (await fetched(await make(w.amara, 'Laptop', 'full'))).body.replaceAll('\r\n ', '');
    expect(body).toContain('SUMMARY:Handover: Ines and Theo to Daniel\r\n');
    expect(body).toContain('LOCATION:');
    expect(body).toContain('SUMMARY:Ines: Swimming\r\n');
    expect(body).not.toMatch(/07700 900|Tern Wharf|Larkspur|example|Reyes|Okafor/);
  });

  it('is of the one family it was made for, where its owner shares two', async () => {
    await w.database.admin.query(`insert into parley.family_parents (family_id, parent_id, side, since) values ($1, $2, 'b', now())`, [
      w.world.otherFamilyId,
      w.world.daniel.parentId,
    ]);
    try {
      const first = await make(w.daniel, 'First', 'full', { family: w.world.familyId });
      const second = await make(w.daniel, 'Second', 'full', { family: w.world.otherFamilyId });
      await w.daniel.get('/feeds');
      expect(w.daniel.text()).toMatch(/First Ines and Theo \. Made.*Second Leila \. Made/);
      expect((await fetched(first)).body).toMatch(/Ines|Theo/);
      expect((await fetched(first)).body).not.toContain('Leila');
      expect((await fetched(second)).body).not.toMatch(/Ines|Theo/);
      // Ended with the sharing, and the other one stays.
      await w.database.admin.query(`update parley.family_parents set until = now() where family_id = $1 and parent_id = $2`, [
        w.world.otherFamilyId,
        w.world.daniel.parentId,
      ]);
      expect([(await fetched(first)).status, (await fetched(second)).status]).toEqual([200, 404]);
      await w.daniel.get('/feeds');
      expect(w.daniel.text()).not.toContain('Second');
    } finally {
      await w.database.admin.query('delete from parley.feed_events');
      await w.database.admin.query(
        'begin; set local session_replication_role = replica; delete from parley.family_parents where family_id = $1 and parent_id = $2; commit'
          .replaceAll('$1', `'${w.world.otherFamilyId}'`)
          .replaceAll('$2', `'${w.world.daniel.parentId}'`),
      );
    }
  });

  it('ends with the account', async () => {
    const at = await make(w.amara);
    expect((await fetched(at)).status).toBe(200);
    await w.database.admin.query('update parley.accounts set closed_at = now() where id = $1', [w.world.amara.accountId]);
    expect((await fetched(at)).status).toBe(404);
    await w.database.admin.query('update parley.accounts set closed_at = null where id = $1', [w.world.amara.accountId]);
  });

  it('is told apart by its token alone: each parent’s address shows that parent’s own, and what is not one is the same 404', async () => {
    const [mine, theirs] = [await make(w.amara), await make(w.daniel)];
    const [hers, his] = [events((await fetched(mine)).body), events((await fetched(theirs)).body)];
    expect(his.map(({ from }) => from)).toEqual(hers.map(({ from }) => from));
    expect(his.filter(({ uid }) => hers.some(event => event.uid === uid))).toEqual([]);
    const { id } = await one<{ id: string }>('select id from parley.feeds where account_id = $1', [w.world.amara.accountId]);
    await w.amara.post(`/feeds/${id}/revoke`, {});
    const never = [
      mine,
      `/feed/${'A'.repeat(43)}.ics`,
      `/feed/${'A'.repeat(43)}`,
      '/feed/x',
      '/feed/x.ics',
      `/feed/${'é'.repeat(43)}`,
      `/feed/${'A'.repeat(4000)}`,
      `/feed/${id}`,
    ];
    const answers = await Promise.all(never.map(at => fetched(at)));
    const told = answers.map(({ status, body, headers }, index) => ({
      status,
      type: headers.get('content-type'),
      kept: headers.get('cache-control'),
      body: body.replaceAll(new URL(never[index]!, w.app.url).pathname, ''),
    }));
    for (const one of told) expect(one).toEqual(told[0]);
    expect(told[0]!.status).toBe(404);
    expect((await fetched(theirs)).status).toBe(200);
  });
});

describe('an activity in the night when the clocks go forward', () => {
  it('ends no sooner than it begins, and the calendar is sent', async () => {
    const at = await make(w.amara, 'Phone', 'full');
    // The last Sunday of a March within two years: 01:15 does not exist on it in London, and 02:00 is before what comes of it.
    await w.database.admin.query(
      `update parley.activities set weekdays = '{7}', starts_at = '01:15', ends_at = '02:00', starts_on = '2026-01-01', ends_on = null where id = $1`,
      [w.world.swimming],
    );
    // Without an entry of the record, and activities are read each time.
    const { status, body } = await fetched(at);
    expect(status).toBe(200);
    expect(body).toContain('SUMMARY:Ines: Swimming');
  });
});

describe('guessing', () => {
  it('makes whoever guesses from one address wait, and is never in the log', async () => {
    const at = await make(w.amara);
    const lines: string[] = [];
    const log = pino({ level: 'info' }, new Writable({ write: (chunk: Buffer, _, done) => (lines.push(chunk.toString()), done()) }));
    const services = { ...w.app.services, log, guesses: openGuessLimit({ most: 5, seconds: 600 }) };
    const strict = createApp(services, { trustProxy: 0, isReady: async () => true });
    const server = strict.express.listen(0, '127.0.0.1');
    await new Promise(resolve => server.once('listening', resolve));
    try {
      const { port } = server.address() as { port: number };
      const get = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).status;
      expect(await get(at)).toBe(200);
      for (let count = 0; count < 5; count += 1) expect(await get(`/feed/${String(count).repeat(43)}.ics`)).toBe(404);
      // What is right is answered all the same: many people's calendars ask from one address.
      expect([await get(`/feed/${'9'.repeat(43)}.ics`), await get(at)]).toEqual([429, 200]);
    } finally {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
      await strict.live.close();
    }
    expect(lines.filter(line => line.includes('"pattern":"/feed/:token"'))).toHaveLength(8);
    expect(lines.join('')).not.toMatch(/[\w-]{43}/);
  });
});

describe('the other parent', () => {
  it('finds every page the same, byte for byte, whether or not there are addresses', async () => {
    const look = () => pagesOf(w.app, w.daniel, [`/children/${w.world.theo}`]);
    const before = await look();
    const at = await make(w.amara, 'Phone', 'full');
    await fetched(at);
    expect(await look()).toEqual(before);
  });
});

/** Something else on the record, so that what is kept of it is read anew. */
async function touchRecord(): Promise<void> {
  await w.amara.get('/messages/new');
  await w.amara.submit('/messages/new/review', { title: 'A word', about: `child:${w.world.theo}`, text: 'Nothing in particular.' }, []);
  expect((await w.amara.submit('/messages/new')).status).toBe(303);
}

type Event = { uid: string; sequence: number; status: string; from: number };
/** What a feed says, read line by line. */
const events = (text: string): Event[] =>
  text
    .split('BEGIN:VEVENT')
    .slice(1)
    .map(part => {
      const value = (name: string) => new RegExp(`^${name}[^:\\r\\n]*:(.*)\\r$`, 'm').exec(part)?.[1] ?? '';
      const [, year, month, day, hour, minute] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)/.exec(value('DTSTART'))!;
      const local = Temporal.PlainDateTime.from(`${year}-${month}-${day}T${hour}:${minute}`);
      return {
        uid: value('UID'),
        sequence: Number(value('SEQUENCE')),
        status: value('STATUS'),
        from: local.toZonedDateTime('Europe/London').epochMilliseconds,
      };
    });
