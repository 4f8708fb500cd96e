import { randomUUIDv7 } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { onboardingJobs, onboardingSchedules } from '../../src/onboarding/jobs.ts';
import { setPhotoStatus } from '../../src/schools/index.ts';
import type { TestApp } from '../support/app.ts';
import type { Client } from '../support/client.ts';
import { statementsOf } from '../support/statements.ts';
import type { TestDatabase } from '../support/database.ts';
import { manyAdults } from '../support/many-adults.ts';
import { closeWorld, openWorld } from '../support/open-world.ts';
import { type Adult, adultAt, staffAt } from '../support/photos.ts';
import type { World } from '../support/world.ts';

let database: TestDatabase;
let world: World;
let app: TestApp;
let office: Client;
let head: Client;
const many = 10_000;

beforeAll(async () => {
  ({ database, world, app } = await openWorld());
  await manyAdults(database, world.otherSchool, many);
  head = await app.signedIn((await staffAt(database, world.otherSchool, 'admin', 'The Head', 'head@hillview.example')).email);
  office = await app.signedIn(world.ruth.email);
});
afterAll(() => closeWorld({ app, database }));

const idsOf = ({ page }: Client): string[] => [...page.body.matchAll(/name="pick" value="([0-9a-f-]{36})"/g)].map(match => match[1]!);
const linkTo = ({ page }: Client, label: string): string | null => {
  const nav = /<nav class="pagination[\s\S]*?<\/nav>/.exec(page.body)?.[0] ?? '';
  for (const [, href, text] of nav.matchAll(/<a class="pagination__link"[^>]*href="([^"]*)"[^>]*>([\s\S]*?)<\/a>/g)) {
    if (text!.replace(/<[^>]*>/g, '') === label) return href!.replaceAll('&amp;', '&');
  }
  return null;
};
const plain = async (where: string, order: string): Promise<string[]> =>
  (
    await database.admin.query<{ id: string }>(
      `select parent_id as id from parley.school_parents where school_id = $1 and until is null and ${where} order by ${order}`,
      [world.otherSchool],
    )
  ).rows.map(row => row.id);
const byName = 'sort_name, parent_id';
const byChange = 'status_at desc, parent_id desc';

describe('ten thousand adults', () => {
  const walk = async (client: Client, start: string, label: 'Next' | 'Previous'): Promise<string[][]> => {
    const pages: string[][] = [];
    for (let at: string | null = start; at !== null; at = linkTo(client, label)) {
      let answer = await client.get(at);
      if (answer.status === 303) answer = await client.get(answer.location!);
      expect(answer.status).toBe(200);
      pages.push(idsOf(client));
      if (pages.length > many / 25 + 2) throw new Error('the pages do not end');
    }
    return pages;
  };

  for (const [sort, order] of [
    ['name', byName],
    ['change', byChange],
  ] as const) {
    it(`by ${sort}: pages forwards, and backwards from the last, are the plain sort`, async () => {
      const expected = await plain('true', order);
      expect(expected).toHaveLength(many);
      const query = sort === 'name' ? '' : `?sort=${sort}`;
      expect((await walk(head, `/school${query}`, 'Next')).flat()).toEqual(expected);
      await head.get(`/school${query}`);
      const backwards = await walk(head, linkTo(head, 'Last')!, 'Previous');
      expect(backwards.toReversed().flat()).toEqual(expected);
      // However far back: the first page is the first page.
      expect(backwards.at(-1)).toEqual(expected.slice(0, 25));
      expect([linkTo(head, 'First'), linkTo(head, 'Previous')]).toEqual([null, null]);
    });
  }

  it('of one status, one class or one name are the plain ones, counted as many', async () => {
    const cases: [string, string, string][] = [
      ['?status=retake', `status = 'retake'`, byName],
      ['?status=waiting&sort=change', `status = 'waiting'`, byChange],
      ['?class=12A', `classes @> '{12A}'`, byName],
      ['?class=12A&status=approved&sort=change', `classes @> '{12A}' and status = 'approved'`, byChange],
      ['?q=HADDAD+nour', `search_text like '%haddad%' and search_text like '%nour%'`, byName],
      ['?q=h%C3%A1ddad&status=opened', `search_text like '%haddad%' and status = 'opened'`, byName],
    ];
    for (const [query, where, order] of cases) {
      const expected = await plain(where, order);
      expect(expected.length, query).toBeGreaterThan(3);
      expect((await walk(head, `/school${query}`, 'Next')).flat(), query).toEqual(expected);
      await head.get(`/school${query}`);
      expect(head.text(), query).toContain(`${expected.length.toLocaleString('en-GB')} adults`);
      if (expected.length > 25) expect((await walk(head, linkTo(head, 'Last')!, 'Previous')).toReversed().flat(), query).toEqual(expected);
    }
    for (const nobody of ['?q=zebra', '?q=%25', '?q=_', '?q=%27%7C%21%26', '?q=adda', '?class=99Z']) {
      await head.get(`/school${nobody}`);
      expect([head.page.status, idsOf(head), head.text()], nobody).toEqual([200, [], expect.stringContaining('Nobody here matches')]);
    }
  });

  it('a page asks three statements, the session’s included, wherever it stands and whatever is filtered', async () => {
    for (const at of ['/school', '/school?last=1', '/school?status=invited&sort=change&last=1', '/school?q=haddad', '/school?class=3A&status=approved']) {
      const { length } = await statementsOf(async () => expect((await head.get(at)).status).toBe(200));
      expect(length, at).toBeGreaterThan(0);
      expect(length, at).toBeLessThanOrEqual(3);
    }
  });

  it('the heading, the bar and its key say how many are at each stage', async () => {
    const { rows } = await database.admin.query<{ status: string; count: number }>(
      'select status, count(*)::int as count from parley.school_parents where school_id = $1 group by status',
      [world.otherSchool],
    );
    await head.get('/school?status=expired');
    const approved = rows.find(row => row.status === 'approved')!.count;
    expect(head.text()).toContain(`${approved.toLocaleString('en-GB')} of 10,000 photos approved`);
    for (const { status, count } of rows) {
      expect(head.page.body).toContain(`<b data-count="${status}">${count.toLocaleString('en-GB')}</b>`);
      expect(head.page.body).toMatch(new RegExp(`data-status="${status}" x="\\d+" y="0" width="${count}"`));
    }
  });

  it('a word that folds into thousands of bytes finds nobody, and breaks nothing', async () => {
    await office.get(`/school?q=${encodeURIComponent('㌖'.repeat(200))}`);
    expect(office.page.status).toBe(200);
    expect(idsOf(office)).toEqual([]);
  });

  it('a wrong place or a wrong filter is a page all the same', async () => {
    const first = (await plain('true', byName)).slice(0, 25);
    for (const odd of [`?after=${randomUUIDv7()}`, `?after=123_${randomUUIDv7()}`, `?sort=change&after=${randomUUIDv7()}`, `?before=${first[0]}`]) {
      let answer = await head.get(`/school${odd}`);
      if (answer.status === 303) answer = await head.get(answer.location!);
      expect(answer.status, odd).toBe(200);
    }
    for (const wrong of ['?status=lost', '?sort=age', '?after=x', '?last=2']) expect((await head.get(`/school${wrong}`)).status, wrong).toBe(422);
    expect([(await office.get(`/school?after=${first[3]}`)).status, office.page.location]).toEqual([303, '/school']);
  });

  it('all of them as a file, in the order of names, with the filter of the page', async () => {
    const started = await head.get('/school/parents.csv');
    expect([started.status, started.headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8']);
    expect(started.headers.get('content-disposition')).toMatch(/^attachment; filename="Parents and photos \d{4}-\d\d-\d\d\.csv"/);
    const lines = started.body.trimEnd().split('\r\n');
    expect(lines).toHaveLength(many + 1);
    const numbers = (
      await database.admin.query<{ number: number }>(`select number from parley.school_parents where school_id = $1 order by ${byName}`, [world.otherSchool])
    ).rows;
    expect(lines.slice(1).map(line => Number(/^"(\d+)"/.exec(line)![1]))).toEqual(numbers.map(row => row.number));
    await head.get('/school/parents.csv?status=retake&class=12A');
    expect(head.page.body.trimEnd().split('\r\n')).toHaveLength(1 + (await plain(`status = 'retake' and classes @> '{12A}'`, byName)).length);
    expect((await head.get('/school/parents.csv?status=lost')).status).toBe(404);
    expect(
      (await database.admin.query(`select from record.audit_events where action = 'adults.exported' and school_id = $1`, [world.otherSchool])).rowCount,
    ).toBe(2);
  });
});

describe('a small school', () => {
  let amara: Adult;
  let daniel: Adult;
  beforeEach(async () => {
    await database.admin.query('delete from parley.invitation_sendings; delete from parley.invitations; delete from graphile_worker._private_jobs');
    await database.admin.query('delete from parley.school_parents where school_id = $1', [world.school]);
    amara = await adultAt(database, world.school, { givenName: 'Amara', surname: 'Okafor', parentId: world.amara.parentId, email: 'amara@home.example' });
    daniel = await adultAt(database, world.school, { givenName: 'Daniel', surname: 'Reyes', parentId: world.daniel.parentId, phone: '07700 900418' });
  });
  const status = async (adult: Adult): Promise<string> =>
    (
      await database.admin.query<{ status: string }>('select status from parley.school_parents where school_id = $1 and parent_id = $2', [
        adult.schoolId,
        adult.parentId,
      ])
    ).rows[0]!.status;
  const sendings = async () =>
    (
      await database.admin.query<{ parent: string; channel: string; reason: string }>(
        `select i.parent_id as parent, s.channel, s.reason from parley.invitation_sendings s join parley.invitations i on i.id = s.invitation_id order by s.created_at, i.parent_id`,
      )
    ).rows;
  const follow = async (client: Client) => {
    expect(client.page.status).toBe(303);
    return client.get(client.page.location!);
  };

  it('is empty in words where it knows nobody', async () => {
    await database.admin.query('delete from parley.school_parents where school_id = $1', [world.school]);
    await office.get('/school');
    expect([office.page.status, office.text()]).toEqual([200, expect.stringContaining('The school knows no adults yet')]);
  });

  it('lists two parents of a child as two rows, each with its own state', async () => {
    await database.admin.query(`update parley.school_parents set status = 'approved' where parent_id = $1`, [amara.parentId]);
    await office.get('/school');
    const rows = [...office.page.body.matchAll(/<tr role="row">[\s\S]*?<\/tr>/g)]
      .map(([row]) => row.replace(/<svg[\s\S]*?<\/svg>|<[^>]*>/g, ' ').replace(/\s+/g, ' '))
      .slice(1);
    expect(rows).toEqual([
      expect.stringMatching(/Amara Okafor for Theo, 1B Mother Approved/),
      expect.stringMatching(/Daniel Reyes for Theo, 1B Mother Not invited .* Invite Daniel Reyes/),
    ]);
    for (const word of ['circle-check', 'circle-minus']) expect(office.page.body).toContain(`#i-${word}"`);
  });

  it('invites a selection, each by the way there is, and says what became of it', async () => {
    await office.get('/school');
    await office.submit('/school/selection', { pick: [amara.parentId, daniel.parentId], do: 'invite' });
    await follow(office);
    expect(office.text()).toContain('2 links are on the way');
    expect([await status(amara), await status(daniel)]).toEqual(['invited', 'invited']);
    expect((await sendings()).map(({ channel, reason }) => `${reason} ${channel}`).sort()).toEqual(['invite email', 'invite sms']);
    await office.submit('/school/selection', { pick: [amara.parentId, daniel.parentId], do: 'invite' });
    await follow(office);
    expect(office.text()).toContain('2 adults have a link that works already');
    expect(await sendings()).toHaveLength(2);
    await office.submit('/school/selection', { pick: [amara.parentId], do: 'remind' });
    await follow(office);
    expect(office.text()).toContain('1 adult was sent a link within the last minute');
  });

  it('by a row’s own button does it to that row alone', async () => {
    await office.get('/school');
    await office.submit('/school/selection', { one: `invite:${daniel.parentId}` });
    await follow(office);
    expect(office.text()).toContain('1 link is on the way');
    expect([await status(amara), await status(daniel)]).toEqual(['not_invited', 'invited']);
  });

  it('asks first what to do with whom, and keeps what was selected', async () => {
    await office.get('/school?status=not_invited&sort=change');
    const nobody = await office.submit('/school/selection', { do: 'invite' });
    expect([nobody.status, office.text()]).toEqual([422, expect.stringContaining('Select at least one adult first')]);
    const nothing = await office.submit('/school/selection', { pick: [daniel.parentId] });
    expect([nothing.status, office.text()]).toEqual([422, expect.stringContaining('Choose what to do')]);
    expect(office.page.body).toMatch(new RegExp(`value="${daniel.parentId}" checked`));
    expect(office.form('/school/selection').fields).toMatchObject({ status: 'not_invited', sort: 'change' });
    for (const odd of [{ do: 'delete' }, { one: 'remove:x' }, { pick: 'x', do: 'invite' }, { do: 'invite', extra: '1' }]) {
      expect((await office.post('/school/selection', odd as Record<string, string>)).status).toBe(422);
    }
    await office.get('/school?sort=change');
    await office.submit('/school/selection', { pick: [daniel.parentId], do: 'clear' });
    expect(office.page.location).toBe('/school?sort=change');
    expect(await sendings()).toEqual([]);
  });

  it('does it for everyone whom the filter leaves, once it has said for how many', async () => {
    await database.admin.query(`update parley.school_parents set status = 'approved' where parent_id = $1`, [amara.parentId]);
    for (let count = 0; count < 40; count += 1)
      await adultAt(database, world.school, { givenName: 'Extra', surname: `Adult ${count}`, email: `extra${count}@home.example` });
    await adultAt(database, world.school, { givenName: 'Extra', surname: 'Without' });
    await office.get('/school?q=extra');
    await office.submit('/school/selection', { all: '1', do: 'invite' });
    expect([office.page.status, office.text()]).toEqual([200, expect.stringContaining('41 adults match')]);
    expect(await sendings()).toEqual([]);
    await office.submit('/school/selection');
    await follow(office);
    expect(office.text()).toContain('40 links are on the way');
    expect(office.text()).toContain('1 adult has no address for it: print a letter');
    expect([await status(amara), await status(daniel)]).toEqual(['approved', 'not_invited']);
    // Everyone without any filter: those with an approved photo are left alone.
    await office.get('/school');
    await office.submit('/school/selection', { all: '1', do: 'renew' });
    await office.submit('/school/selection');
    await follow(office);
    expect(office.text()).toMatch(
      /1 new link is on the way\. .*1 adult needs none.*1 adult has no address for it.*40 adults were sent a link within the last minute/,
    );
    const { rows } = await database.admin.query(`select from parley.invitations where parent_id = $1`, [amara.parentId]);
    expect(rows).toEqual([]);
  });

  it('prints letters with a QR code that says the link, and the codes on a sheet of their own', async () => {
    await office.get('/school');
    await office.submit('/school/selection', { pick: [amara.parentId, daniel.parentId], do: 'letters' });
    const at = office.page.location!;
    await follow(office);
    expect(office.text()).toContain('2 letters to print');
    const links = [...office.page.body.matchAll(/http:\/\/[^<]+\/link\/[\w-]{43}/g)].map(([link]) => link);
    expect(new Set(links).size).toBe(2);
    for (const link of links) expect((await app.visitor().get(new URL(link).pathname)).status).toBe(200);
    expect(office.page.body.match(/<path class="qr-ink"/g)).toHaveLength(2);
    const codes = /[2-9A-HJKMNP-Z]{4} [2-9A-HJKMNP-Z]{4}/;
    expect(office.text().replaceAll(/http\S+/g, '')).not.toMatch(codes);
    const letters = office.page.body;
    await office.submit('/school/letters/codes');
    expect([office.page.status, office.text().match(new RegExp(codes, 'g'))]).toEqual([200, expect.objectContaining({ length: 2 })]);
    expect(office.page.body).not.toContain('/link/');
    for (const shown of ['letters.shown', 'codes.shown']) {
      expect((await database.admin.query(`select from record.audit_events where action = $1 and school_id = $2`, [shown, world.school])).rowCount).toBe(1);
    }
    // They are for whoever made them, for a day, and for nobody else.
    const tess = await app.signedIn((await staffAt(database, world.school, 'office', 'Tess Osei', `tess${Date.now()}@stbrigids.example`)).email);
    const made = new URL(at, app.url).searchParams.get('made')!;
    for (const client of [tess, head]) {
      expect((await client.get(at)).status).toBe(404);
      expect((await client.post('/school/letters/codes', { made })).status).toBe(404);
    }
    await database.admin.query(`update parley.invitation_sendings set created_at = created_at - interval '25 hours'`);
    expect((await office.get(at)).status).toBe(404);
    expect(letters).toContain('noindex');
    expect((await office.get('/school/letters')).status).toBe(404);
  });

  it('prints no more than three hundred letters at once', async () => {
    await head.get('/school?status=invited');
    await head.submit('/school/selection', { all: '1', do: 'letters' });
    expect([head.page.status, head.text()]).toEqual([422, expect.stringContaining('At most 300 letters')]);
  });

  it('gives a file in which no name is a formula', async () => {
    const names = ['=1+1', '+cmd', '-2+3', '@SUM(A1)', '\t=1', ' =HYPERLINK("x")', '\u200B=1', '|calc', '"quoted", with comma', 'Ordinary-Name', '＝1'];
    for (const [index, name] of names.entries()) await adultAt(database, world.school, { givenName: name, surname: `Zed ${index}`, children: name });
    const raw = await fetch(`${app.url}/school/parents.csv`, {
      headers: { cookie: office.cookie },
    });
    const bytes = Buffer.from(await raw.arrayBuffer());
    expect(bytes.subarray(0, 3).toString('hex')).toBe('efbbbf');
    const cells = [
      ...bytes
        .toString('utf8')
        .slice(1)
        .matchAll(/"((?:[^"]|"")*)"/g),
    ].map(match => match[1]!.replaceAll('""', '"'));
    expect(cells.filter(cell => /^[\s\p{Cf}]*[=+\-@|＝]/u.test(cell))).toEqual([]);
    for (const name of names)
      expect(
        cells.some(cell => cell === name || cell === `'${name}`),
        name,
      ).toBe(true);
    expect(cells).toContain('Ordinary-Name');
    expect(cells).toContain('"quoted", with comma');
    expect(cells.join(' ')).not.toMatch(/home\.example|900418/);
  });

  it('is the office’s: the gate is sent to the gate, a parent and a visitor find nothing', async () => {
    const gate = await app.signedIn((await staffAt(database, world.school, 'gate', 'Tom Byrne', `tom${Date.now()}@stbrigids.example`)).email);
    const parent = await app.signedIn(world.amara.email);
    expect([(await gate.get('/school')).status, gate.page.location]).toEqual([303, '/gate']);
    for (const at of ['/school/parents.csv', `/school/letters?made=${randomUUIDv7()}`]) expect((await gate.get(at)).status, at).toBe(403);
    for (const client of [gate, head]) expect((await client.get(`/school/stream?school=${world.school}`)).status).toBe(404);
    expect((await gate.post('/school/selection', { do: 'invite', pick: amara.parentId })).status).toBe(403);
    for (const at of ['/school', '/school/parents.csv', `/school/stream?school=${world.school}`, `/school/letters?made=${randomUUIDv7()}`]) {
      expect((await parent.get(at)).status, at).toBe(404);
      expect((await app.visitor().get(at)).status, at).toBe(303);
    }
    expect((await parent.post('/school/selection', { do: 'invite', pick: amara.parentId })).status).toBe(404);
    expect(await sendings()).toEqual([]);
  });

  it('is where staff come after signing in', async () => {
    const client = app.visitor();
    await client.get('/sign-in');
    expect((await client.submit('/sign-in', { email: world.ruth.email, password: 'the demo password is long' })).location).toBe('/school');
    expect((await client.get('/account')).body).toContain('href="/school"');
  });
});

describe('what is tallied', () => {
  const counted = async () =>
    (
      await database.admin.query(
        `select school_id, 'status' as kind, status as value, count(*)::int as count from parley.school_parents where until is null group by 1, 3
         union all select school_id, 'class', c, count(*)::int from parley.school_parents, unnest(classes) c where until is null group by 1, 3 order by 1, 2, 3`,
      )
    ).rows;
  const tallied = async () =>
    (
      await database.admin.query(
        `select school_id, kind, value, sum(change)::int as count from parley.school_tallies group by 1, 2, 3 having sum(change) <> 0 order by 1, 2, 3`,
      )
    ).rows;

  it('is what is counted, whatever was changed, by whom, at once, taken back, and gathered up meanwhile', async () => {
    expect(await tallied()).toEqual(await counted());
    const some: Adult[] = [];
    for (const letter of 'abcdefgh') some.push(await adultAt(database, world.otherSchool, { givenName: letter, surname: `Tally ${letter}` }));
    const gather = onboardingJobs(app.services).find(({ name }) => name === 'onboarding.gather-tallies')!;
    const set = (adult: Adult, to: 'invited' | 'opened' | 'waiting', fail = false) =>
      database.db.transact({ kind: 'system', name: 'test' }, async ({ trx }) => {
        await setPhotoStatus(trx, adult, to);
        if (fail) throw new Error('taken back');
      });
    await Promise.allSettled(some.flatMap(adult => [set(adult, 'invited'), gather.run({}), set(adult, 'opened'), set(adult, 'waiting', true), gather.run({})]));
    await database.admin.query(`update parley.school_parents set classes = '{2C,4A}' where parent_id = $1`, [some[0]!.parentId]);
    await database.admin.query('update parley.school_parents set until = now() where parent_id = $1', [some[1]!.parentId]);
    expect(await tallied()).toEqual(await counted());
    await gather.run({});
    expect(await tallied()).toEqual(await counted());
    const { rows } = await database.admin.query('select from parley.school_tallies group by school_id, kind, value having count(*) > 1 or sum(change) = 0');
    expect(rows).toEqual([]);
    expect(onboardingSchedules.map(({ job }) => job)).toContain('onboarding.gather-tallies');
  });
});

describe('live counts', () => {
  type Stream = { status: number; counts: Record<string, number>[]; names: string[]; open: boolean; cut(): void };
  const streams: Stream[] = [];
  afterEach(() => streams.splice(0).forEach(stream => stream.cut()));
  const soon = { timeout: 20_000, interval: 20 };

  async function listen(client: Client, school: string = world.school): Promise<Stream> {
    const stop = new AbortController();
    const response = await fetch(`${app.url}/school/stream?school=${school}`, {
      redirect: 'manual',
      signal: stop.signal,
      headers: { cookie: client.cookie },
    });
    const stream: Stream = { status: response.status, counts: [], names: [], open: response.status === 200, cut: () => stop.abort() };
    streams.push(stream);
    const read = async () => {
      const decoder = new TextDecoder();
      let rest = '';
      for await (const bytes of response.body!) {
        const blocks = (rest + decoder.decode(bytes as Uint8Array, { stream: true })).split('\n\n');
        rest = blocks.pop()!;
        for (const block of blocks) {
          const name = /^event: (.*)$/m.exec(block)?.[1];
          if (!name) continue;
          stream.names.push(name);
          if (name === 'counts') stream.counts.push(JSON.parse(/^data: (.*)$/m.exec(block)![1]!) as Record<string, number>);
        }
      }
    };
    void read()
      .catch(() => {})
      .finally(() => (stream.open = false));
    return stream;
  }
  const change = (adult: Adult, to: 'waiting' | 'approved' | 'opened') =>
    database.db.transact({ kind: 'system', name: 'test' }, ({ trx }) => setPhotoStatus(trx, adult, to));

  it('come as they are, and then as they change, for one school alone and naming nobody', async () => {
    const adult = await adultAt(database, world.school, { givenName: 'Live', surname: 'One' });
    const [mine, theirs] = [await listen(office), await listen(head, world.otherSchool)];
    await vi.waitFor(() => expect([mine.counts.length, theirs.counts.length]).toEqual([1, 1]), soon);
    const before = mine.counts[0]!.waiting ?? 0;
    await change(adult, 'waiting');
    await vi.waitFor(() => expect(mine.counts.at(-1)!.waiting).toBe(before + 1), soon);
    expect(Object.keys(mine.counts.at(-1)!)).not.toContain('Live');
    expect(theirs.counts).toHaveLength(1);
    expect(Object.values(theirs.counts[0]!).reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(many);
    // Many changes at once are told once or twice, not once each.
    const told = mine.counts.length;
    const adults: Adult[] = [];
    for (const letter of 'abcdefgh') adults.push(await adultAt(database, world.school, { givenName: letter, surname: `Live ${letter}` }));
    await Promise.all(adults.map(one => change(one, 'approved')));
    await vi.waitFor(async () => {
      const { rows } = await database.admin.query<{ count: number }>(
        `select count(*)::int as count from parley.school_parents where school_id = $1 and status = 'approved'`,
        [world.school],
      );
      expect(mine.counts.at(-1)!.approved).toBe(rows[0]!.count);
    }, soon);
    expect(mine.counts.length - told).toBeLessThan(5);
  });

  it('come again after the line to the database broke', async () => {
    const adult = await adultAt(database, world.school, { givenName: 'Broken', surname: 'Line' });
    const stream = await listen(office);
    await vi.waitFor(() => expect(stream.counts).toHaveLength(1), soon);
    await vi.waitFor(async () => {
      const { rowCount } = await database.admin.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'parley listener' and datname = current_database()`,
      );
      expect(rowCount).toBeGreaterThan(0);
    }, soon);
    const before = stream.counts[0]!.opened ?? 0;
    await change(adult, 'opened');
    await vi.waitFor(() => expect(stream.counts.at(-1)!.opened).toBe(before + 1), soon);
  });

  it('end with the session, and with the work at the school', async () => {
    const tess = await staffAt(database, world.school, 'office', 'Tess Osei', `tess-live${Date.now()}@stbrigids.example`);
    const [one, two] = [await app.signedIn(tess.email), await app.signedIn(tess.email)];
    const [first, second] = [await listen(one), await listen(two)];
    await one.get('/account');
    await one.submit('/sign-out');
    await vi.waitFor(() => expect(first.open).toBe(false), soon);
    expect([first.names.at(-1), second.open]).toEqual(['end', true]);
    await database.admin.query('update parley.staff set until = now() where account_id = $1', [tess.accountId]);
    await vi.waitFor(() => expect(second.open).toBe(false), soon);
    expect((await listen(two)).status).toBe(404);
  });
});
