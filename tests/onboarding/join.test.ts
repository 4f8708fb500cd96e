import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { accountJobs, accountSchedules } from '../../src/accounts/jobs.ts';
import { startWorker } from '../../src/platform/queue.ts';
import type { TestApp } from '../support/app.ts';
import type { Answer, Client } from '../support/client.ts';
import { statementsOf } from '../support/statements.ts';
import type { TestDatabase } from '../support/database.ts';
import { addFamily, invite, type Invited } from '../support/joining.ts';
import { closeWorld, openWorld } from '../support/open-world.ts';
import { openPostOffice, type PostOffice } from '../support/post-office.ts';
import type { World } from '../support/world.ts';

const password = 'maple window tractor seven';
let database: TestDatabase;
let world: World;
let app: TestApp;
let post: PostOffice;
let worker: Awaited<ReturnType<typeof startWorker>>;
let families = 0;

beforeAll(async () => {
  post = await openPostOffice();
  ({ database, world, app } = await openWorld({ mail: post.mail }));
  await work();
});
const work = async () => {
  worker = await startWorker(database.appUrl, undefined, accountJobs(app.services), accountSchedules, app.services.log);
};
afterAll(async () => {
  await worker.stop();
  await closeWorld({ app, database });
  await post.close();
});
beforeEach(async () => {
  await idle();
  post.received.length = 0;
  await database.admin.query('delete from parley.sign_in_delays');
});

type Circle = { familyId: string; childId: string; first: Invited; second: Invited };
/** A family that nobody has joined yet, with a link for each of its two parents. */
async function circle(): Promise<Circle> {
  families += 1;
  const { familyId, childId, parents } = await addFamily(database, world.school, { givenName: `Kwame${families}`, surname: 'Bello' }, [
    'Adaeze Bello',
    'Jonas Lindqvist',
  ]);
  return {
    familyId,
    childId,
    first: await invite(database, world, world.school, parents[0]!),
    second: await invite(database, world, world.school, parents[1]!),
  };
}

const soon = { timeout: 30_000, interval: 25 };
const mailTo = (address: string, nth?: number) => post.mailTo(address, nth);
const confirmLink = (mail: string): string => /\/confirm\/[\w-]{43}/.exec(mail)![0];
const idle = () =>
  vi.waitFor(
    async () => expect((await database.admin.query(`select from graphile_worker.jobs where task_identifier like 'accounts.%'`)).rowCount).toBe(0),
    soon,
  );

async function fill(client: Client, link: Invited, values: Record<string, string>): Promise<Answer> {
  await client.get(link.at);
  return client.submit(link.at, values);
}
const answers = (link: Invited, email: string) => ({ code: link.code, email, password });
const press = async (client: Client, at: string) => {
  await client.get(at);
  await client.submit(at);
  return client.get(at);
};
/** From the link to the account. */
async function join(link: Invited, email: string, client = app.visitor()): Promise<void> {
  expect((await fill(client, link, answers(link, email))).status).toBe(303);
  await press(client, confirmLink(await mailTo(email)));
  expect(client.text()).toContain('Your account is ready');
}
const signedIn = async (email: string, typed = password): Promise<Client> => {
  const client = app.visitor();
  await client.get('/sign-in');
  expect((await client.submit('/sign-in', { email, password: typed })).status).toBe(303);
  return client;
};
const accountsOf = async (link: Invited) =>
  (await database.admin.query<{ id: string }>('select id from parley.accounts where parent_id = $1', [link.parentId])).rows.map(({ id }) => id);
const count = async (sql: string, values: unknown[] = []) =>
  (await database.admin.query<{ n: number }>(`select count(*)::int as n from ${sql}`, values)).rows[0]!.n;

describe('making an account', () => {
  it('closes the circle: from the link to a message that the other parent reads', async () => {
    const { familyId, childId, first, second } = await circle();
    await join(first, 'adaeze@home.example');
    const adaeze = await signedIn('adaeze@home.example');
    expect((await adaeze.get('/today')).status).toBe(200);
    expect(adaeze.text()).toContain('Nothing is waiting for you');
    // Jonas is named as the other parent, and nothing says that he has no account.
    await adaeze.get('/messages/new');
    expect(adaeze.text()).toContain('Jonas');
    await adaeze.submit('/messages/new/review', { title: 'School trip', about: `child:${childId}`, text: 'The trip is on the ninth.' }, []);
    const sent = await adaeze.submit('/messages/new');
    expect(sent.status).toBe(303);
    const thread = sent.location!.split('#')[0]!;

    await join(second, 'jonas@home.example');
    const jonas = await signedIn('jonas@home.example');
    await jonas.get('/today');
    expect(jonas.text()).toContain('1 subject has something new');
    await jonas.get(thread);
    expect(jonas.text()).toContain('The trip is on the ninth.');
    await adaeze.get(thread);
    expect(adaeze.text()).toContain('First viewed by Jonas');
    await jonas.get(thread);
    await jonas.submit(`${thread}/review`, { text: 'I have signed the form.' }, []);
    expect((await jonas.submit(`${thread}/comments`)).status).toBe(303);

    expect(await count('record.members where family_id = $1', [familyId])).toBe(2);
    const names = await database.admin.query(`select action, family_id from record.audit_events where target_id = $1 and action = 'record.entered'`, [
      first.parentId,
    ]);
    expect(names.rows).toEqual([{ action: 'record.entered', family_id: familyId }]);
    await adaeze.get('/record');
    expect(adaeze.page.status).toBe(200);
    // Nobody else has come to see any of it.
    const stranger = await app.signedIn(world.amara.email);
    expect((await stranger.get(thread)).status).toBe(404);
  });

  it('asks for the code first, names nobody until it is right, and counts only whole codes that are wrong', async () => {
    const { first } = await circle();
    const client = app.visitor();
    await client.get(first.at);
    expect(client.text()).toContain('Three answers');
    expect(client.page.body).not.toMatch(/Adaeze|Bello|Jonas|Kwame/);
    const tries = async () =>
      (await database.admin.query('select wrong_codes as n from parley.invitations where id = $1', [first.invitationId])).rows[0].n as number;

    await fill(client, first, { ...answers(first, 'a@home.example'), code: 'K7M' });
    expect([client.page.status, await tries()]).toEqual([422, 0]);
    await fill(client, first, { ...answers(first, 'not an address') });
    expect([client.page.status, await tries()]).toEqual([422, 0]);
    const wrong = first.code.startsWith('2') ? `3${first.code.slice(1)}` : `2${first.code.slice(1)}`;
    await fill(client, first, { ...answers(first, 'a@home.example'), code: wrong });
    expect([client.page.status, await tries()]).toEqual([422, 1]);
    expect(client.text()).toContain('4 tries are left');
    expect(client.form(first.at).fields).toMatchObject({ code: '', email: 'a@home.example', password: '' });
    expect(client.page.body).not.toMatch(/Adaeze|Bello/);
    expect(await count('parley.pending_accounts where invitation_id = $1', [first.invitationId])).toBe(0);

    for (let left = 3; left >= 0; left -= 1) await fill(client, first, { ...answers(first, 'a@home.example'), code: wrong }).catch(() => {});
    expect(client.page.status).toBe(404);
    expect((await app.visitor().get(first.at)).status).toBe(404);
    const right = await app.visitor().post(first.at, { ...answers(first, 'a@home.example'), submission: '0199c5d0-0000-7000-8000-000000000001' });
    expect(right.status).toBe(404);
    await idle();
    expect(post.received).toEqual([]);
  });

  it('forgets the code no sooner than the browser, and asks for it again in another', async () => {
    const { first } = await circle();
    const client = app.visitor();
    await fill(client, first, answers(first, 'again@home.example'));
    expect(client.page.location).toBe(`${first.at}/sent`);
    await client.get(client.page.location!);
    expect(client.text()).toContain('We have sent an e-mail to the address you gave');
    expect(client.page.body).not.toContain('again@home.example');
    await client.get(first.at);
    expect(client.text()).toContain('This link was made for Adaeze Bello');
    expect(client.form(first.at).names.has('code')).toBe(false);
    const other = app.visitor();
    expect((await other.get(`${first.at}/sent`)).location).toBe(first.at);
    expect((await other.get(first.at)).body).not.toContain('Adaeze');
    expect(other.form(first.at).names.has('code')).toBe(true);
  });

  it('turns down weak passwords in plain words, keeps all else, and tells no name before the code', async () => {
    const { first } = await circle();
    const client = app.visitor();
    const wrongCode = first.code.startsWith('2') ? `3${first.code.slice(1)}` : `2${first.code.slice(1)}`;
    for (const [typed, words] of [
      ['', 'Choose a password'],
      ['short', 'Use at least 15 characters. This has 5'],
      ['ééééééééééé🎻🎻🎻', 'Use at least 15 characters. This has 14'],
      ['passwordpassword', 'This repeats the same few characters'],
      ['Correct horse battery staple', 'one of the passwords that are tried first'],
      ['qwertyuiop12345', 'names, rows of keys or common words'],
      ['x'.repeat(500) + 'maple window '.repeat(50), 'Use 1,000 characters or fewer'],
      ['Adaeze Bello 2024', 'names, rows of keys or common words'],
      ['StBrigidsPrimary!', 'names, rows of keys or common words'],
      ['bello.home.2024.example', 'names, rows of keys or common words'],
    ] as const) {
      await fill(client, first, { code: first.code, email: 'bello@home.example', password: typed });
      expect([typed, client.page.status]).toEqual([typed, 422]);
      expect(client.text()).toContain(words);
      expect(client.form(first.at).fields).toMatchObject({ code: first.code, email: 'bello@home.example', password: '' });
    }
    // With a wrong code the same names are not said to be names.
    await fill(client, first, { code: wrongCode, email: 'x@home.example', password: 'Adaeze Bello 2024' });
    expect(client.text()).toContain('This is not the code');
    expect(client.text()).not.toContain('names, rows of keys or');
    await idle();
    expect(post.received).toEqual([]);
  });

  it('takes any long password as it was meant, and only that one', async () => {
    const { first } = await circle();
    const typed = ' Ｆünf Wörter nur für mich 🎻 ';
    const client = app.visitor();
    await fill(client, first, { ...answers(first, 'Funf@Home.example'), password: typed });
    expect(client.page.status).toBe(303);
    await press(client, confirmLink(await mailTo('Funf@home.example').catch(() => mailTo('Funf@Home.example'))));
    await signedIn('funf@home.example', typed.normalize('NFKD'));
    const close = app.visitor();
    await close.get('/sign-in');
    expect((await close.submit('/sign-in', { email: 'funf@home.example', password: typed.trim() })).status).toBe(422);
  });

  it('refuses addresses that are none, or two', async () => {
    const { first } = await circle();
    const client = app.visitor();
    for (const email of [
      '',
      'amara',
      'a@b',
      'a b@home.example',
      'a@home.example, b@home.example',
      'a@home.example，b@home.example',
      'A <a@home.example>',
      `${'a'.repeat(250)}@home.example`,
      // Read in every way that its dots allow, it would hold everybody up for longer than anyone lives.
      `a@${'b.'.repeat(120)}bb"`,
    ]) {
      const before = performance.now();
      await fill(client, first, answers(first, email));
      expect([email, client.page.status]).toEqual([email, 422]);
      expect(performance.now() - before).toBeLessThan(3000);
    }
    await idle();
    expect(post.received).toEqual([]);
  });
});

describe('whether an address is known', () => {
  it('shows on no page: same status, same words, same steps', async () => {
    const { first, second } = await circle();
    const told: { status: number; location: string; page: string; statements: number }[] = [];
    for (const [link, email] of [
      [first, 'nobody-yet@home.example'],
      [second, world.amara.email],
    ] as const) {
      const client = app.visitor();
      const { status, location } = await fill(client, link, answers(link, email));
      await client.get(location!);
      const rows = await count('parley.pending_accounts where invitation_id = $1', [link.invitationId]);
      told.push({ status, location: location!.replace(link.token, 'T'), page: client.page.body.replaceAll(link.token, 'T'), statements: rows });
    }
    expect(told[0]).toEqual(told[1]);

    const [unknown, known] = [await mailTo('nobody-yet@home.example'), await mailTo(world.amara.email)];
    for (const mail of [unknown, known]) {
      expect(mail).toMatch(/^Subject: Confirm your e-mail address\r?$/m);
      expect(mail).not.toMatch(/Adaeze|Bello|Jonas|Lindqvist|Kwame|Brigid|maple/i);
    }
    expect(unknown).toMatch(/\/confirm\/[\w-]{43}/);
    expect(known).not.toContain('/confirm/');
    expect(known).toContain('It has an account already');
    expect(await accountsOf(second)).toEqual([]);
  });

  it('makes no difference to what is done for an answer: the same statements, and a password hashed', async () => {
    const { first, second } = await circle();
    await worker.stop(); // what it asks is not asked for an answer
    try {
      const done: string[][] = [];
      for (const [link, email] of [
        [first, 'nobody-at-all@home.example'],
        [second, world.amara.email],
      ] as const) {
        const client = app.visitor();
        await client.get(link.at);
        done.push(await statementsOf(async () => expect((await client.submit(link.at, answers(link, email))).status).toBe(303)));
      }
      expect(done[0]).toEqual(done[1]);
      expect(done[0]!.length).toBeGreaterThan(5);
    } finally {
      await work();
    }
    const { rows } = await database.admin.query<{ hash: string }>('select password_hash as hash from parley.pending_accounts where invitation_id = any($1)', [
      [first.invitationId, second.invitationId],
    ]);
    expect(rows.map(({ hash }) => hash.slice(0, 7))).toEqual(['$2b$12$', '$2b$12$']);
  });
});

describe('the mail', () => {
  it('opens a page that uses nothing up, and one press makes one account', async () => {
    const { first } = await circle();
    const client = app.visitor();
    await fill(client, first, answers(first, 'press@home.example'));
    const at = confirmLink(await mailTo('press@home.example'));
    for (let look = 0; look < 3; look += 1) {
      await app.visitor().get(at);
      await app.visitor().request('HEAD', at);
    }
    expect(await accountsOf(first)).toEqual([]);
    const other = app.visitor();
    await other.get(at);
    expect(other.text()).toContain('You sign in with press@home.example');
    const pressed = await Promise.all(Array.from({ length: 10 }, () => other.post(at, {})));
    expect(pressed.map(({ status, location }) => [status, location])).toEqual(Array.from({ length: 10 }, () => [303, at]));
    expect(await accountsOf(first)).toHaveLength(1);
    expect(await count('record.members where parent_id = $1', [first.parentId])).toBe(1);
    await other.get(at);
    expect([other.page.status, other.text()]).toEqual([200, expect.stringContaining('Your account is ready')]);
    // It signs nobody in.
    expect((await other.get('/today')).location).toBe('/sign-in');
    const { rows } = await database.admin.query('select email_ct, password_hash from parley.pending_accounts where invitation_id = $1', [first.invitationId]);
    expect(rows).toEqual([{ email_ct: null, password_hash: null }]);
    await client.get(first.at);
    expect(client.text()).toContain('You have an account');
    const late = await client.post(first.at, { submission: '0199c5d0-0000-7000-8000-000000000002', email: 'second@home.example', password });
    expect([late.status, late.location]).toEqual([303, first.at]);
    expect(await accountsOf(first)).toHaveLength(1);
  });

  it('is sent once for a form that is sent twice, and the newest takes the place of those before', async () => {
    const { first } = await circle();
    const client = app.visitor();
    await client.get(first.at);
    const { address, fields } = client.form(first.at);
    const values = { ...fields, ...answers(first, 'slip@home.example') } as Record<string, string>;
    const both = await Promise.all([client.post(address, values), client.post(address, values)]);
    expect(both.map(({ status, location }) => [status, location])).toEqual([
      [303, `${first.at}/sent`],
      [303, `${first.at}/sent`],
    ]);
    expect((await client.post(address, values)).status).toBe(303);
    const slip = confirmLink(await mailTo('slip@home.example'));
    await idle();
    expect(post.received).toHaveLength(1);
    // The same form once more, after going back: another password is another request, not lost in silence.
    expect((await client.post(address, { ...values, password: 'another three or four words' })).status).toBe(303);
    const second = confirmLink(await mailTo('slip@home.example', 2));
    await client.post(address, { ...values, email: 'right@home.example' });
    const right = confirmLink(await mailTo('right@home.example'));
    for (const old of [slip, second]) {
      expect((await client.post(old, {})).status).toBe(303);
      await client.get(old);
      expect([client.page.status, client.text()]).toEqual([410, expect.stringContaining('A newer mail has taken its place')]);
    }
    expect(await accountsOf(first)).toEqual([]);
    await press(client, right);
    expect(await accountsOf(first)).toHaveLength(1);
    await client.get(slip);
    expect(client.text()).toContain('Your account is ready');
  });

  it('is sent five times a day for one link, and then the page says so', async () => {
    const { first } = await circle();
    const client = app.visitor();
    for (let nth = 1; nth <= 5; nth += 1)
      expect((await fill(client, first, nth === 1 ? answers(first, 'n1@home.example') : { email: `n${nth}@home.example`, password })).status).toBe(303);
    const sixth = await fill(client, first, { email: 'n6@home.example', password });
    expect(sixth.status).toBe(429);
    expect(client.text()).toContain('Five mails went out for this link today');
    expect(client.form(first.at).fields).toMatchObject({ email: 'n6@home.example' });
    await database.admin.query(`update parley.pending_accounts set created_at = now() - interval '25 hours' where invitation_id = $1`, [first.invitationId]);
    expect((await fill(client, first, { email: 'n6@home.example', password })).status).toBe(303);
  });

  it('opens nothing when its day is over, or the link was taken back or renewed, or its token is none', async () => {
    const visitor = app.visitor();
    const begun = async (email: string) => {
      const { first } = await circle();
      await fill(app.visitor(), first, answers(first, email));
      return { link: first, at: confirmLink(await mailTo(email)) };
    };
    for (const [email, sql, words] of [
      [
        'late@home.example',
        `update parley.pending_accounts set created_at = now() - interval '2 days', expires_at = now() - interval '1 second' where invitation_id = $1`,
        'This mail has run out',
      ],
      ['revoked@home.example', 'update parley.invitations set revoked_at = now() where id = $1', 'has been replaced'],
      ['renewed@home.example', 'update parley.invitations set round = 2 where id = $1', 'has been replaced'],
      [
        'rejected@home.example',
        `with closed as (update parley.invitations set closed_at = now() where id = $1 returning school_id, parent_id)
         update parley.school_parents sp set status = 'rejected' from closed where sp.school_id = closed.school_id and sp.parent_id = closed.parent_id`,
        'has been replaced',
      ],
    ] as const) {
      const { link, at } = await begun(email);
      await database.admin.query(sql, [link.invitationId]);
      expect((await visitor.get(at)).status).toBe(410);
      expect(visitor.text()).toContain(words);
      expect((await visitor.post(at, {})).status).toBe(303);
      expect(await accountsOf(link)).toEqual([]);
    }
    for (const at of ['/confirm/x', `/confirm/${'A'.repeat(43)}`, `/confirm/${'A'.repeat(42)}%20`]) {
      expect([at, (await visitor.get(at)).status]).toEqual([at, 404]);
      expect([at, (await visitor.post(at, {})).status]).toEqual([at, 404]);
    }
  });

  it('works after the photo was approved, and the link too, until it is taken back', async () => {
    const { first } = await circle();
    await database.admin.query('update parley.invitations set closed_at = now() where id = $1', [first.invitationId]);
    await database.admin.query(`update parley.school_parents set status = 'approved' where parent_id = $1`, [first.parentId]);
    await join(first, 'approved@home.example');
    const { second } = await circle();
    await database.admin.query('update parley.invitations set revoked_at = now() where id = $1', [second.invitationId]);
    expect((await app.visitor().get(second.at)).status).toBe(404);
    const { first: third } = await circle();
    await database.admin.query(`update parley.invitations set created_at = now() - interval '2 days', expires_at = now() - interval '1 second' where id = $1`, [
      third.invitationId,
    ]);
    expect((await app.visitor().get(third.at)).status).toBe(404);
  });

  it('makes one account for one address, whoever is quicker', async () => {
    const [one, two] = [await circle(), await circle()];
    for (const { first } of [one, two]) await fill(app.visitor(), first, answers(first, 'shared@home.example'));
    const [a, b] = [confirmLink(await mailTo('shared@home.example', 1)), confirmLink(await mailTo('shared@home.example', 2))];
    await Promise.all([app.visitor().post(a, {}), app.visitor().post(b, {})]);
    const made = [...(await accountsOf(one.first)), ...(await accountsOf(two.first))];
    expect(made).toHaveLength(1);
    const told: string[] = [];
    for (const at of [a, b]) {
      const client = app.visitor();
      await client.get(at);
      told.push(client.text());
    }
    expect(told.filter(text => text.includes('Your account is ready'))).toHaveLength(1);
    expect(told.filter(text => text.includes('This address has an account already'))).toHaveLength(1);
  });

  it('makes no second account for one who was connected while the button was pressed', async () => {
    const [one, two] = [await circle(), await circle()];
    await join(one.first, 'first@home.example');
    await fill(app.visitor(), two.first, answers(two.first, 'second@home.example'));
    const at = confirmLink(await mailTo('second@home.example'));
    const connecting = new pg.Client(database.adminUrl);
    await connecting.connect();
    try {
      await connecting.query('begin');
      await connecting.query('select from parley.invitations where parent_id = $1 for update', [two.first.parentId]);
      const pressed = app.visitor().post(at, {});
      await vi.waitFor(async () => expect(await count(`pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`)).toBe(1), soon);
      await connecting.query('update parley.parents set same_as = $2 where id = $1', [two.first.parentId, one.first.parentId]);
      await connecting.query('commit');
      expect((await pressed).status).toBe(303);
    } finally {
      await connecting.end();
    }
    expect(await accountsOf(two.first)).toEqual([]);
  });

  it('leaves nothing in the database that opens it, or that says whose address it is', async () => {
    const { first } = await circle();
    await fill(app.visitor(), first, answers(first, 'canary@home.example'));
    const token = confirmLink(await mailTo('canary@home.example'))
      .split('/')
      .at(-1)!;
    await idle();
    const { rows } = await database.admin.query<{ t: string }>(
      `select row_to_json(p)::text as t from parley.pending_accounts p union all select row_to_json(j)::text from graphile_worker._private_jobs j
       union all select row_to_json(e)::text from record.audit_events e union all select row_to_json(s)::text from record.security_events s`,
    );
    const all = rows.map(({ t }) => t).join('\n');
    for (const secret of [token, 'canary', password, first.token, Buffer.from('canary@home.example').toString('hex')]) expect(all).not.toContain(secret);
  });

  it('is forgotten a week after its day, with what was typed for it', async () => {
    const { first, second } = await circle();
    for (const [link, email] of [
      [first, 'old@home.example'],
      [second, 'young@home.example'],
    ] as const) {
      await fill(app.visitor(), link, answers(link, email));
    }
    await idle();
    await database.admin.query(
      `update parley.pending_accounts set created_at = now() - interval '10 days', expires_at = now() - interval '8 days' where invitation_id = $1`,
      [first.invitationId],
    );
    const clear = accountJobs(app.services).find(({ name }) => name === 'accounts.clear-requests')!;
    await clear.run({});
    expect(await count('parley.pending_accounts where invitation_id = any($1)', [[first.invitationId, second.invitationId]])).toBe(1);
    expect(accountSchedules.map(({ job }) => job)).toContain('accounts.clear-requests');
  });
});

describe('somebody who is signed in already', () => {
  it('is told so, and is signed out when another account is made in their browser', async () => {
    const { first } = await circle();
    const client = await app.signedIn(world.nour.email);
    await client.get(first.at);
    expect(client.text()).toContain('Somebody is signed in in this browser already');
    expect(client.page.body).not.toContain('Nour');
    await client.submit(first.at, answers(first, 'same-browser@home.example'));
    const at = confirmLink(await mailTo('same-browser@home.example'));
    const before = client.cookies.get('session')!;
    await press(client, at);
    expect(client.text()).toContain('Your account is ready');
    expect(client.cookies.has('session')).toBe(false);
    client.cookies.set('session', before);
    expect((await client.get('/today')).location).toBe('/sign-in');
  });

  it('and whose link it is, has nothing to do besides the photo', async () => {
    const { first } = await circle();
    await join(first, 'mine@home.example');
    const client = await signedIn('mine@home.example');
    await client.get(first.at);
    await client.submit(first.at, { code: first.code, email: 'mine@home.example', password });
    expect(client.page.location).toBe(first.at);
    await client.get(first.at);
    expect(client.text()).toContain('You have an account');
    expect(client.text()).toContain('besides the photo');
    expect(client.page.body).toContain('href="/today"');
  });
});
