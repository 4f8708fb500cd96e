import { randomUUIDv7 } from 'node:crypto';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { confirmationToken } from '../src/accounts/request-account.ts';
import type { SubjectId } from '../src/core/ids.ts';
import { openDatabase } from '../src/platform/database.ts';
import { layAgreement } from './support/agreements.ts';
import { startApp, type TestApp } from './support/app.ts';
import { openBrowser, type Page, read, type TestBrowser } from './support/browser.ts';
import type { Client } from './support/client.ts';
import { cloneDatabase, type TestDatabase } from './support/database.ts';
import { addFamily, invite } from './support/joining.ts';
import { testKeyring } from './support/keyring.ts';
import { adultAt, type HandedIn, photoOf } from './support/photos.ts';
import { buildWorld, messageBy, subjectBy, type World } from './support/world.ts';

type Who = 'visitor' | 'much' | 'empty' | 'two' | 'former' | 'staff';
let database: TestDatabase;
let app: TestApp;
let away: TestApp;
let broken: TestApp;
let world: World;
let browser: TestBrowser;
const clients = {} as Record<Who, Client>;
const tabs = {} as Record<Who, Page>;
const made = {
  request: '',
  toAnswer: '',
  plan: '',
  handover: '',
  planned: '',
  thread: '' as SubjectId,
  plain: '' as SubjectId,
  attachment: '',
  used: '',
  mine: 0,
  waiting: {} as HandedIn,
  inUse: {} as HandedIn,
  join: '',
  confirm: '',
  trial: '',
  photoImport: '',
  fact: '',
  removed: '',
  activity: '',
  offered: '',
  activityTrial: '',
  period: '',
  feed: '',
};
const longWord = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft';

/** Amara has much; Nour’s family has written nothing; Daniel shares a second family; Sam shares none any more; Ruth is staff. */
beforeAll(async () => {
  database = await cloneDatabase();
  world = await buildWorld(database);
  const { admin } = database;
  await admin.query('update parley.parents set surname = $2 where id = $1', [world.daniel.parentId, longWord]);
  await admin.query(`insert into parley.family_parents (family_id, parent_id, side, since) values ($1, $2, 'b', now() + interval '1 ms')`, [
    world.otherFamilyId,
    world.daniel.parentId,
  ]);
  await admin.query('update parley.family_parents set until = now() where parent_id = $1', [world.sam.parentId]);
  app = await startApp(database);
  clients.visitor = app.visitor();
  for (const [who, email] of [
    ['much', world.amara.email],
    ['empty', world.nour.email],
    ['two', world.daniel.email],
    ['former', world.sam.email],
    ['staff', world.ruth.email],
  ] as const) {
    clients[who] = await app.signedIn(email);
  }
  await writeMuch();
  await handOver();
  await negotiate();
  const { store } = app.services.photos;
  const adult = await adultAt(database, world.school, { givenName: longWord, surname: 'حداد' });
  made.inUse = await photoOf(database, store, adult, { status: 'approved', days: 40 });
  const review = `insert into parley.photo_reviews (submission_id, decision, reviewed_by) values ($1, 'approve', $2)`;
  await admin.query(review, [made.inUse.submissionId, world.ruth.accountId]);
  made.waiting = await photoOf(database, store, adult);
  await clients.staff.get('/school/photos/import');
  const pictures = [{ field: 'photos', name: '999999.png', type: 'image/png', bytes: await drawing() }];
  expect((await clients.staff.submit('/school/photos/import', {}, pictures)).status).toBe(303);
  made.photoImport = clients.staff.page.location!;
  const { parents: invited } = await addFamily(database, world.school, { givenName: 'Kwame', surname: 'Bello' }, [`Adaeze ${longWord}`]);
  const { at, code } = await invite(database, world, world.school, invited[0]!);
  made.join = at;
  const joining = app.visitor();
  await joining.get(at);
  await joining.submit(at, { code, email: `${longWord.slice(0, 60).replaceAll('ä', 'a')}@home.example`, password: 'maple window tractor seven' });
  const asked = await admin.query<{ id: string }>('select id from parley.pending_accounts');
  made.confirm = `/confirm/${confirmationToken(testKeyring, asked.rows[0]!.id)}`;
  away = await startApp({ ...database, db: openDatabase({ url: 'postgres://nobody:nothing@127.0.0.1:9/none', onIdleError: () => {} }) });
  const closed = openDatabase({ url: database.appUrl, onIdleError: () => {} });
  broken = await startApp({ ...database, db: closed });
  await closed.close();
  browser = await openBrowser();
  for (const who of Object.keys(clients) as Who[]) tabs[who] = await openAs(who);
});
afterAll(async () => {
  await browser?.close();
  await Promise.all([app, away, broken].map(one => one?.close()));
  await database.close();
});

async function openAs(who: Who): Promise<Page> {
  const page = await browser.openPage();
  await page.context().addCookies([...clients[who].cookies].map(([name, value]) => ({ name, value, url: app.url })));
  return page;
}

/** Long names, 5,000 characters, right-to-left text, an urgent message, a correction, attachments. */
async function writeMuch(): Promise<void> {
  const { amara, daniel, familyId, theo, ines } = world;
  const post = async (client: Client, values: Record<string, string>, files?: Parameters<Client['submit']>[2], at = '') => {
    await client.get(`/messages/${made.thread}${at}`);
    await client.submit(`/messages/${made.thread}/review`, values, files);
    expect(client.text()).toContain('Send this message?');
    made.used = client.form(`/messages/${made.thread}/comments`).fields.submission as string;
    expect((await client.submit(`/messages/${made.thread}/comments`)).status).toBe(303);
    return Number(/#e(\d+)$/.exec(client.page.location!)![1]);
  };
  made.thread = (await subjectBy(database, daniel, familyId, theo, `Inhaler ${longWord}`, 'PE has moved to Friday.')).subjectId;
  made.trial = await tryList();
  made.plain = (await subjectBy(database, amara, familyId, ines, 'اجتماع أولياء الأمور: Swimming', 'متى يبدأ الاجتماع؟ At 18:30.')).subjectId;
  await messageBy(database, daniel, made.thread, 'word '.repeat(800) + longWord.repeat(8) + 'y'.repeat(1000 - longWord.length * 8));
  await messageBy(database, daniel, made.thread, 'سأحضر الحقيبة في الساعة الثامنة.\n\nAnd a second paragraph, left to right.');
  await post(clients.much, { text: 'He needs the inhaler at noon.', urgent: 'medicine_needed' });
  made.mine = await post(clients.much, { text: 'The spare inhaler is blue.' });
  const files = [
    { field: 'files', name: 'a.png', type: 'image/png', bytes: await drawing() },
    { field: 'files', name: 'b.pdf', type: 'application/pdf', bytes: Buffer.from('%PDF-1.4\ntrailer <<>>\n%%EOF\n') },
  ];
  await post(clients.much, { text: 'No: the spare inhaler is brown.' }, files, `?correct=${made.mine}`);
  await messageBy(database, daniel, made.plain, 'I will be there.');
  await clients.much.get(`/messages/${made.thread}`);
  made.attachment = /\/attachments\/([0-9a-f-]{36})/.exec(clients.much.page.body)![1]!;
  made.fact = await tellFacts();
  await addActivities();
  made.feed = await subscribe();
}

const drawing = (): Promise<Buffer> =>
  sharp({ create: { width: 40, height: 30, channels: 3, background: '#7b5c96' } })
    .png()
    .toBuffer();

/** A calendar’s own address, and busy times, under long names. Gives the address. */
async function subscribe(): Promise<string> {
  await clients.much.get('/busy');
  const bytes = Buffer.from('BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n');
  await clients.much.submit('/busy', { name: longWord.slice(0, 40) }, [{ field: 'file', name: 'x.ics', type: 'text/calendar', bytes }]);
  expect(clients.much.page.status).toBe(303);
  await clients.much.get('/feeds/new');
  expect((await clients.much.submit('/feeds/new', { name: longWord.slice(0, 40), detail: 'full' })).status).toBe(200);
  return /\/feed\/[\w-]+\.ics/.exec(clients.much.page.body)![0];
}

/** What both parents know about Theo: long, right-to-left, with a last day that has passed, changed, and removed. Gives the one that was changed. */
async function tellFacts(): Promise<string> {
  const add = async (client: Client, section: string, values: Record<string, string>) => {
    await client.get(`/children/${world.theo}/facts?section=${section}`);
    expect((await client.submit(`/children/${world.theo}/facts`, values)).status).toBe(303);
    return /#fact-(.+)$/.exec(client.page.location!)![1]!;
  };
  await add(clients.two, 'health', { kind: 'allergies', text: `حساسية من الفستق. ${longWord}` });
  await add(clients.two, 'health', { kind: 'medicine', text: 'Amoxicillin', until: '2026-01-05' });
  await add(clients.much, 'everyday', { kind: 'other', label: longWord.slice(0, 60), text: 'x'.repeat(2000) });
  made.removed = await add(clients.two, 'school', { kind: 'reading', text: 'The Railway Children.' });
  await clients.much.get(`/facts/${made.removed}`);
  await clients.much.submit(`/facts/${made.removed}/remove`);
  const fact = await add(clients.much, 'health', { kind: 'doctor', text: longWord });
  await clients.two.get(`/facts/${fact}`);
  expect((await clients.two.submit(`/facts/${fact}/change`, { text: 'Dr Hanlon\n\nMill Road Surgery' })).status).toBe(303);
  return fact;
}

/** A handover of a moment ago with marks, notes and a list, and one of tomorrow that nobody has needed yet. */
async function handOver(): Promise<void> {
  const { amara, daniel, familyId, ines, theo } = world;
  const now = Math.floor(Date.now() / 60_000) * 60_000;
  const [ago, tomorrow] = [now - 22 * 60_000, now + 26 * 3_600_000].map(at => new Date(at).toISOString()) as [string, string];
  const about = { familyId, children: [ines, theo], askedBy: amara.parentId };
  const place = { kind: 'kerbside' as const, label: `${longWord.slice(0, 60)} قرب` };
  await layAgreement(
    database,
    about,
    { layer: 'change', from: new Date(now - 86_400_000).toISOString(), until: ago, holder: amara.parentId, label: longWord.slice(0, 80), place },
    { layer: 'change', from: ago, until: tomorrow, holder: daniel.parentId, label: 'عطلة', place },
    { layer: 'change', from: tomorrow, until: new Date(now + 20 * 86_400_000).toISOString(), holder: null, label: 'Camp', place },
  );
  const address = (at: string) => `/handovers/at/${at.slice(0, 16).replace(':', '.')}Z`;
  made.planned = address(tomorrow);
  const send = async (client: Client, at: string, fields: Record<string, string>) => {
    expect((await client.post(at, { submission: randomUUIDv7(), ...fields })).status, client.text()).toBe(303);
    return client.page.location!;
  };
  await send(clients.much, '/handovers/items', { label: longWord.slice(0, 80), child: theo });
  await send(clients.two, '/handovers/items', { label: 'حقيبة السباحة', child: 'all' });
  made.handover = await send(clients.much, `${address(ago)}/mark`, { mark: 'handed-over' });
  await send(clients.two, `${made.handover}/mark`, { mark: 'received' });
  await clients.much.get(made.handover);
  if (!clients.much.text().includes('Notes closed')) await send(clients.two, `${made.handover}/note`, { note: `تأخرت قليلا.\n\n${longWord}` });
}

/** A request of each parent under long and right-to-left words, one of them countered, and a proposal of holidays. */
async function negotiate(): Promise<void> {
  const { much, two } = clients;
  const day = (ahead: number) => Temporal.Now.plainDateISO('Europe/London').add({ days: ahead }).toString();
  const ask = async (client: Client, kind: string, values: Record<string, string>) => {
    await client.get(`/requests/new/${kind}`);
    expect((await client.submit(`/requests/new/${kind}`, values)).status, client.text()).toBe(303);
    return client.page.location!;
  };
  const label = longWord.slice(0, 80);
  made.request = await ask(much, 'travel', {
    a1day: day(40),
    a1until: day(44),
    who: 'other',
    label,
    where: 'الساحل',
    placeLabel: label,
    note: `سأعود مساء.\n\n${longWord}`,
  });
  const first = await ask(much, 'change', { a1day: day(50), who: 'other', label: 'الجدة' });
  await two.get(`${first}/counter`);
  expect((await two.submit(`${first}/counter`, { a1day: day(51), a1start: '10:00', a1end: '18:00', note: longWord })).status, two.text()).toBe(303);
  made.toAnswer = two.page.location!;
  await much.get('/schedule/holidays');
  const own = /name="label(\d+)"/.exec(much.page.body)![1]!;
  const values = {
    from: day(60),
    method1: 'split',
    [`method${own}`]: 'alternate',
    [`label${own}`]: `عيد ${longWord}`.slice(0, 80),
    [`date${own}`]: '2024-03-20',
  };
  expect((await much.submit('/schedule/holidays', { ...values, step: 'send' })).status, much.text()).toBe(303);
  made.plan = much.page.location!;
}

/** Activities under long and right-to-left names, one cancelled and with days that are different, one of the school; a list on trial; and a school year. */
async function addActivities(): Promise<void> {
  const { much, two, staff } = clients;
  const add = async (values: Record<string, string | string[]>) => {
    await much.get('/activities/new');
    const filled = { child: world.theo, weekdays: ['1', '4'], startsAt: '17:00', endsAt: '18:00', ...values };
    expect((await much.submit('/activities/new', filled)).status, much.text()).toBe(303);
    return much.page.location!.split('?')[0]!;
  };
  made.activity = await add({
    name: longWord.slice(0, 80),
    place: longWord,
    provider: 'other',
    providerOther: longWord,
    brings: 'other',
    bringsOther: 'الجدة',
    cost: longWord,
  });
  made.offered = (await add({ name: 'درس السباحة', provider: world.school })).split('/').at(-1)!;
  await two.get(`${made.activity}/edit`);
  await two.submit(`${made.activity}/edit`, { name: 'Fencing', place: 'قاعة' });
  await two.get(made.activity);
  const day = /day\?day=([\d-]+)/.exec(two.page.body)![1]!;
  await two.get(`${made.activity}/day?day=${day}`);
  expect((await two.submit(`${made.activity}/day`, { kind: 'cancelled' })).status).toBe(303);
  const cancelled = await add({ name: 'Cancelled' });
  await much.get(cancelled);
  expect((await much.submit(`${cancelled}/cancel`)).status).toBe(303);
  await much.get('/activities/import');
  const rows = ['Child,Activity,Days,Start,End', `Theo,${longWord.slice(0, 70)} 2,Mon,10:00,11:00`, `${longWord},سباحة,Noday,25:00,`];
  await much.submit('/activities/import', { child: '' }, [{ field: 'list', name: `${longWord}.csv`, type: 'text/csv', bytes: Buffer.from(rows.join('\n')) }]);
  made.activityTrial = much.page.location!;
  for (const [kind, name, from, until] of [
    ['term', longWord, '2026-01-05', '2026-03-27'],
    ['break', 'عطلة', '2026-02-16', '2026-02-20'],
  ] as const) {
    await staff.get('/school/calendar');
    expect((await staff.submit('/school/calendar', { kind, name, from, until })).status).toBe(303);
  }
  await staff.get('/school/calendar');
  made.period = /\/school\/calendar\/[0-9a-f-]{36}/.exec(staff.page.body)![0];
}

/** A list with a row that will be created, one that will wait, and some that are wrong, long and right-to-left; and an adult who waits to be added. */
async function tryList(): Promise<string> {
  const { staff } = clients;
  const rows = [
    'Parent,Relation,Child,Date of birth,Class',
    `Nura حداد,Mother,Samir ${longWord},2018-02-03,1B`,
    'Grace Asante,Grandmother,"Okafor Reyes, Theo",,',
    `${longWord},Father,Nobody ${longWord},31/02/2018,${longWord.slice(0, 60)}`,
  ];
  await staff.get('/school/import');
  await staff.submit('/school/import', {}, [{ field: 'list', name: `${longWord}.csv`, type: 'text/csv', bytes: Buffer.from(rows.join('\n')) }]);
  const trial = staff.page.location!;
  await staff.get(`/school/adults/new?child=${world.ines}`);
  await staff.submit('/school/adults/new', { givenName: longWord, surname: 'حداد', relation: 'Grandfather' });
  expect(staff.page.status).toBe(303);
  return trial;
}

// ------------------------------------------------------------------ who sees what

/** In the order: a visitor, a parent with much, with nothing yet, in two families, in none any more, staff. */
const order: Who[] = ['visitor', 'much', 'empty', 'two', 'former', 'staff'];
const open = [200, 200, 200, 200, 200, 200];
const staffs = [303, 404, 404, 404, 404, 200];
const parents = [303, 200, 200, 200, 404, 404];
const family = [303, 200, 404, 200, 404, 404];
const statuses: [pattern: string, at: () => string, expected: number[]][] = [
  ['/', () => '/', open],
  ['/help', () => '/help', open],
  ['/help/devices', () => '/help/devices', open],
  ['/how-the-record-works', () => '/how-the-record-works', open],
  ['/schools', () => '/schools', open],
  ['/privacy', () => '/privacy', open],
  ['/accessibility', () => '/accessibility', open],
  ['/sign-in', () => '/sign-in', [200, 303, 303, 303, 303, 303]],
  ['/account', () => '/account', [303, 200, 200, 200, 200, 200]],
  ['/today', () => '/today', [303, 200, 200, 200, 303, 303]],
  ['/calendar', () => '/calendar', parents],
  ['/calendar/new', () => '/calendar/new', parents],
  ['/calendar/:month', () => `/calendar/${thisMonth()}`, parents],
  ['/calendar/week/:day', () => `/calendar/week/${thisMonth()}-15`, parents],
  ['/calendar/list/:month', () => `/calendar/list/${thisMonth()}`, parents],
  ['/calendar/day/:day', () => `/calendar/day/${thisMonth()}-15`, parents],
  ['/messages', () => '/messages', parents],
  ['/messages/new', () => '/messages/new', parents],
  ['/messages/search', () => '/messages/search', parents],
  ['/messages/stream', () => '/messages/stream', [303, 404, 404, 404, 404, 404]], // nothing without its parameters
  ['/messages/:subjectId', () => `/messages/${made.thread}`, family],
  ['/messages/:subjectId/since/:position', () => `/messages/${made.thread}/since/1`, family],
  ['/attachments/:attachmentId', () => `/attachments/${made.attachment}`, family],
  ['/children/:childId', () => `/children/${world.theo}`, family],
  ['/children/:childId/facts', () => `/children/${world.theo}/facts`, family],
  ['/facts/:factId', () => `/facts/${made.fact}`, family],
  ['/activities', () => '/activities', parents],
  ['/activities/new', () => '/activities/new', parents],
  ['/activities/:activityId', () => made.activity, family],
  ['/activities/:activityId/edit', () => `${made.activity}/edit`, family],
  ['/activities/:activityId/day', () => `${made.activity}/day`, family],
  ['/activities/import', () => '/activities/import', parents],
  ['/activities/import/template.csv', () => '/activities/import/template.csv', [303, 200, 200, 200, 200, 404]], // an empty list, whoever's parent one is
  ['/activities/import/:importId', () => made.activityTrial, [303, 200, 404, 404, 404, 404]], // its reader's alone
  ['/schedule', () => '/schedule', parents],
  ['/schedule/new', () => '/schedule/new', parents],
  ['/schedule/breaks', () => '/schedule/breaks', parents],
  ['/schedule/holidays', () => '/schedule/holidays', parents],
  ['/requests', () => '/requests', parents],
  ['/requests/new/:kind', () => '/requests/new/swap', parents],
  ['/requests/:requestId', () => made.request, family],
  ['/requests/:requestId/counter', () => `${made.toAnswer}/counter`, [303, 200, 404, 303, 404, 404]], // whoever asked answers nothing
  ['/handovers', () => '/handovers', parents],
  ['/handovers/items', () => '/handovers/items', parents],
  ['/handovers/at/:moment', () => made.planned, family],
  ['/handovers/:handoverId', () => made.handover, family],
  ['/figures', () => '/figures', parents],
  ['/figures/file.csv', () => '/figures/file.csv', parents],
  ['/feeds', () => '/feeds', parents],
  ['/feeds/new', () => '/feeds/new', parents],
  ['/feed/:token', () => made.feed, open],
  ['/busy', () => '/busy', parents],
  ['/record', () => '/record', parents],
  ['/record/:familyId/:position', () => `/record/${world.familyId}/4`, family],
  ['/link/:token', () => made.join.replace('/join', ''), open],
  ['/link/:token/code', () => made.join.replace('/join', '/code'), [303, 303, 303, 303, 303, 303]],
  ['/link/:token/join', () => made.join, open],
  ['/link/:token/join/sent', () => `${made.join}/sent`, [303, 303, 303, 303, 303, 303]], // the code comes first
  ['/link/:token/join/sign-in', () => `${made.join}/sign-in`, [303, 303, 303, 303, 303, 303]],
  ['/confirm/:token', () => made.confirm, open],
  ['/school', () => '/school', staffs],
  ['/school/parents.csv', () => '/school/parents.csv', staffs],
  ['/school/stream', () => '/school/stream', [303, 404, 404, 404, 404, 404]], // nothing without its parameter
  ['/school/letters', () => '/school/letters', [303, 404, 404, 404, 404, 404]],
  ['/school/adults/:parentId', () => `/school/adults/${made.inUse.parentId}`, staffs],
  ['/school/calendar', () => '/school/calendar', staffs],
  ['/school/calendar/:periodId', () => made.period, staffs],
  ['/school/activities', () => '/school/activities', staffs],
  ['/school/activities/new', () => '/school/activities/new', staffs],
  ['/school/activities/:activityId', () => `/school/activities/${made.offered}`, staffs],
  ['/school/activities/:activityId/day', () => `/school/activities/${made.offered}/day`, staffs],
  ['/school/pupils', () => '/school/pupils', staffs],
  ['/school/pupils/:childId', () => `/school/pupils/${world.theo}`, staffs],
  ['/school/pupils/:childId/edit', () => `/school/pupils/${world.theo}/edit`, staffs],
  ['/school/adults/new', () => '/school/adults/new', staffs],
  ['/school/adults/:parentId/edit', () => `/school/adults/${made.inUse.parentId}/edit`, staffs],
  ['/school/proposals', () => '/school/proposals', staffs],
  ['/school/import', () => '/school/import', staffs],
  ['/school/import/template.csv', () => '/school/import/template.csv', staffs],
  ['/school/import/:importId', () => made.trial, staffs],
  ['/school/import/:importId/wrong.csv', () => `${made.trial}/wrong.csv`, staffs],
  // The code comes first; what follows it is opened in tests/browser/photo.test.ts.
  ['/link/:token/photo', () => made.join.replace('/join', '/photo'), [303, 303, 303, 303, 303, 303]],
  ['/link/:token/photo/:submissionId', () => made.join.replace('/join', `/photo/${made.waiting.submissionId}`), [303, 303, 303, 303, 303, 303]],
  ['/link/:token/photo/:submissionId/image', () => made.join.replace('/join', `/photo/${made.waiting.submissionId}/image`), [404, 404, 404, 404, 404, 404]],
  ['/link/:token/photo/:submissionId/send', () => made.join.replace('/join', `/photo/${made.waiting.submissionId}/send`), [303, 303, 303, 303, 303, 303]],
  ['/link/:token/uses', () => made.join.replace('/join', '/uses'), [303, 303, 303, 303, 303, 303]],
  ['/school/photos/import', () => '/school/photos/import', staffs],
  ['/school/photos/import/:importId', () => made.photoImport, staffs],
  ['/school/review', () => '/school/review', staffs],
  ['/school/review/:submissionId', () => `/school/review/${made.waiting.submissionId}`, staffs],
  ['/school/adults/:parentId/another-photo', () => `/school/adults/${made.inUse.parentId}/another-photo`, staffs],
  ['/school/photos/:photoId/:size', () => `/school/photos/${made.waiting.photoId}/320?on=review`, staffs],
  ['/school/settings', () => '/school/settings', staffs],
  ['/gate', () => '/gate', staffs],
  ['/gate/pin', () => '/gate/pin', staffs],
  ['/gate/code', () => '/gate/code', staffs],
  ['/gate/:childId', () => `/gate/${world.theo}`, staffs],
  ['/gate/:childId/change', () => `/gate/${world.theo}/change`, staffs],
  ['/school/lock', () => '/school/lock', [303, 404, 404, 404, 404, 303]],
  ['/school/collectors', () => '/school/collectors', staffs],
  ['/collectors', () => '/collectors', parents],
  ['/collectors/new', () => '/collectors/new', parents],
];

/** In which the families of this file hand over. */
const thisMonth = (): string => Temporal.Now.plainDateISO('Europe/London').toString().slice(0, 7);

describe('every page', () => {
  it('is in the table below', () => {
    const gets = app.routes.filter(({ method }) => method === 'GET');
    expect(statuses.map(([pattern]) => pattern).sort()).toEqual(gets.map(({ pattern }) => pattern).sort());
  });

  it('is there for those it is for, and for nobody else', async () => {
    const seen: [string, number[]][] = [];
    for (const [pattern, at] of statuses) {
      const row: number[] = [];
      for (const who of order) row.push((await clients[who].get(at())).status);
      seen.push([pattern, row]);
    }
    expect(seen).toEqual(statuses.map(([pattern, , expected]) => [pattern, expected]));
  });
});

// ------------------------------------------------------------------ what a page is

const titles =
  /^(Error: )?(Welcome|Help|Devices|How the record works|For schools|Privacy|Accessibility|Sign in|A page for you|Parents and photos|An adult|A code|Letters|Codes|Make your account|Confirm your e-mail address|Account|School|Today|Messages|New subject|Search messages|Read once more|The record|Requests|Request|New request|Schedule|Propose a schedule|Propose school breaks|Propose holidays|Look at the plan|A child|Add to what is known|What is known|Pupils|Pupil|Change a pupil|Add an adult|Contact details|Adults to be added|Import|Import photos|Trial run|Photo review|Another photo|At the gate|Change for a day|Check a code|Your PIN|Who may collect|Calendar, [\w ]+|Add or ask|Activities|Activity|Terms and holidays|Handovers|Handover|What travels|Figures|Calendar on your phone|New address|Busy times|Who else may collect|Settings|There is no page here|This was not accepted|This is too large to send|Parley cannot reach its records just now|This did not work, and it is our fault) – Parley$/;
const links = new Map<string, { who: Who; href: string; from: string }>();

/** What holds for every page, whoever sees it and whatever its status; its links are followed at the end. */
async function inspect(page: Page, who: Who): Promise<void> {
  const { problems, hrefs } = await read(page);
  expect(problems).toEqual([]);
  expect(await page.title()).toMatch(titles);
  const from = new URL(page.url()).pathname;
  for (const href of hrefs) if (href !== '/leave') links.set(`${who} ${href}`, { who, href, from });
}

const shown = async (page: Page, at: string, status = 200) => expect((await page.goto(at.startsWith('http') ? at : app.url + at))!.status(), at).toBe(status);

const visits: Record<Who, (string | (() => string))[]> = {
  visitor: [
    '/',
    '/help',
    '/help/devices',
    '/how-the-record-works',
    '/schools',
    '/privacy',
    '/accessibility',
    '/sign-in',
    () => made.join.replace('/join', ''),
    () => made.join,
    () => made.confirm,
  ],
  much: [
    '/',
    '/today',
    '/calendar',
    '/calendar/new',
    () => `/calendar/week/${thisMonth()}-15`,
    () => `/calendar/list/${thisMonth()}`,
    () => `/calendar/day/${Temporal.Now.plainDateISO('Europe/London').toString()}`,
    '/messages',
    '/messages?all=1',
    '/messages/new',
    '/messages/search',
    '/record',
    '/account',
    '/schedule',
    '/schedule/new',
    '/schedule/breaks',
    '/schedule/holidays',
    '/requests',
    '/requests/new/swap',
    '/requests/new/change',
    '/requests/new/extra',
    '/requests/new/make-up',
    '/requests/new/travel',
    '/requests/new/first-refusal',
    () => made.request,
    () => made.toAnswer,
    () => `${made.toAnswer}/counter`,
    () => `${made.toAnswer}/counter?kind=swap`,
    () => made.plan,
    '/activities',
    '/activities/new',
    '/activities/import',
    () => made.activity,
    () => `${made.activity}?done=changed`,
    () => `${made.activity}/edit`,
    () => `${made.activity}/day`,
    () => made.activityTrial,
    () => `/activities/${made.offered}`,
    '/handovers',
    '/handovers/items',
    () => made.planned,
    () => made.handover,
    '/figures',
    '/figures?period=last-12-months',
    '/feeds',
    '/feeds/new',
    '/busy',
    () => `/messages/${made.thread}`,
    () => `/messages/${made.plain}`,
    () => `/children/${world.theo}`,
    () => `/children/${world.theo}?changes=all`,
    () => `/children/${world.theo}/facts?section=health`,
    () => `/children/${world.ines}/facts?section=school`,
    () => `/facts/${made.fact}`,
    () => `/facts/${made.removed}`,
    () => `/record/${world.familyId}/4`,
  ],
  empty: [
    '/today',
    '/calendar',
    () => `/calendar/day/${thisMonth()}-15`,
    '/messages',
    '/messages/new',
    '/messages/search',
    '/record',
    '/account',
    '/collectors',
    '/collectors/new',
    '/schedule',
    '/schedule/new',
    '/schedule/breaks',
    '/schedule/holidays',
    '/requests',
    '/requests/new/swap',
    '/activities',
    '/activities/new',
    '/activities/import',
    '/handovers',
    '/handovers/items',
    '/figures',
    () => `/children/${world.leila}`,
    () => `/record/${world.otherFamilyId}/1`,
  ],
  two: ['/today', '/calendar', '/messages', '/account'],
  former: ['/account'],
  staff: [
    '/account',
    '/school',
    '/school?sort=change&status=waiting',
    '/school?q=zebra',
    () => `/school/adults/${made.inUse.parentId}`,
    '/school/calendar',
    () => made.period,
    '/school/activities',
    '/school/activities/new',
    () => `/school/activities/${made.offered}`,
    () => `/school/activities/${made.offered}/day`,
    '/school/pupils',
    '/school/pupils?q=ines&class=1B',
    '/school/pupils?q=zebra',
    '/school/adults/new',
    '/school/proposals',
    '/school/import',
    () => made.trial,
    '/school/photos/import',
    () => made.photoImport,
    () => `${made.trial}?show=wrong`,
    () => `/school/pupils/${world.theo}`,
    () => `/school/pupils/${world.theo}/edit`,
    () => `/school/adults/new?child=${world.theo}`,
    () => `/school/adults/${made.inUse.parentId}/edit`,
    '/school/review',
    () => `/school/review/${made.waiting.submissionId}`,
    () => `/school/adults/${made.inUse.parentId}/another-photo`,
    '/school/settings',
    '/gate',
    '/gate?q=o',
    '/gate/pin',
    '/gate/code',
    '/school/collectors',
    () => `/gate/${world.theo}`,
    () => `/gate/${world.theo}/change`,
  ],
};
for (const who of order) {
  describe(`for ${{ visitor: 'a visitor', much: 'a parent with much', empty: 'a parent with nothing yet', two: 'a parent in two families', former: 'a parent who shares none any more', staff: 'staff' }[who]}`, () => {
    for (const at of visits[who]) {
      it(`${typeof at === 'string' ? at : at.toString().slice(7, -1)} can be read by anyone, in any light, on any screen`, async () => {
        await shown(tabs[who], typeof at === 'string' ? at : at());
        await inspect(tabs[who], who);
      });
    }
  });
}

// ------------------------------------------------------------------ what comes back

describe('what comes back from a form', () => {
  const write = async (page: Page, text: string, at = '') => {
    await shown(page, `/messages/${made.thread}${at}`);
    await page.getByRole('textbox', { name: /^Your (reply|correction)$/ }).fill(text);
  };
  const review = async (page: Page) => {
    const answer = page.waitForResponse(response => response.request().method() === 'POST');
    await page.getByRole('button', { name: 'Review before sending' }).click();
    const status = (await answer).status();
    await page.waitForLoadState();
    return status;
  };
  const cases: [name: string, status: number, arrange: (page: Page) => Promise<unknown>][] = [
    [
      'a message to be read once more, urgent, with a file',
      200,
      async page => {
        await write(page, 'Is it the brown one?');
        await page.getByText('Is it urgent?', { exact: true }).first().click();
        await page.getByLabel('A child is ill').check();
        await page.locator('#files').setInputFiles({ name: 'x.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4\ntrailer <<>>\n%%EOF\n') });
      },
    ],
    ['a correction to be read once more', 200, page => write(page, 'Grey, I looked.', `?correct=${made.mine}`)],
    ['nothing written', 422, page => write(page, ' ')],
    ['one’s own number', 422, page => write(page, 'Ring me on 07700 900142.')],
    ['some number', 422, page => write(page, 'The surgery has 020 7946 0123.')],
    [
      'a file of another kind',
      422,
      async page => {
        await write(page, 'Here it is.');
        await page.locator('#files').setInputFiles({ name: 'x.txt', mimeType: 'text/plain', buffer: Buffer.from('text') });
      },
    ],
    [
      'a form that was sent before',
      409,
      async page => {
        await write(page, 'Other words.');
        await page.locator('input[name=submission]').evaluate((input, used) => input.setAttribute('value', used), made.used);
      },
    ],
    ['more than is taken', 413, page => write(page, 'word '.repeat(24_000))],
    ['a new subject without anything', 422, page => shown(page, '/messages/new')],
    [
      'a new subject to be read once more',
      200,
      async page => {
        await shown(page, '/messages/new');
        await page.getByLabel('What it is about').selectOption({ label: 'Theo' });
        await page.getByLabel('Title').fill(longWord);
        await page.locator('#text').fill('z'.repeat(500));
      },
    ],
    [
      'a session that is over',
      403,
      async page => {
        await write(page, 'Too late.');
        await page.context().clearCookies();
      },
    ],
  ];
  for (const [name, status, arrange] of cases) {
    it(`${name}: ${status}`, async () => {
      const page = await openAs(name.includes('urgent') ? 'two' : 'much'); // one urgent message a day
      await arrange(page);
      expect(await review(page)).toBe(status);
      await inspect(page, status === 403 ? 'visitor' : 'much');
      await page.context().close();
    });
  }

  it('what is known: nothing typed, a number that is asked about, one’s own, and a page that was too old', async () => {
    const send = async (page: Page, name: string) => {
      const answer = page.waitForResponse(response => response.request().method() === 'POST');
      await page.getByRole('button', { name }).click();
      const status = (await answer).status();
      await page.waitForLoadState();
      await inspect(page, 'much');
      return status;
    };
    const { much } = tabs;
    for (const [kind, text] of [
      ['', ''],
      ['Doctor', 'Dr Hanlon, 020 7946 0123'],
      ['Something else', 'Ring me on 07700 900142.'],
    ] as const) {
      await shown(much, `/children/${world.theo}/facts?section=health`);
      if (kind) await much.getByLabel('What it is').selectOption({ label: kind });
      if (kind === 'Something else') await much.getByLabel('Name of your own').fill('Anything');
      await much.getByLabel('What both of you should know').fill(text);
      expect(await send(much, 'Add this')).toBe(422);
    }
    for (const fact of [made.fact, made.removed]) {
      await shown(much, `/facts/${made.fact}`);
      await much.getByLabel('What both of you should know').fill('Dr Hanlon, Mondays.');
      // As a page that was opened before the other parent changed it, or removed it.
      await much.locator('form[action$="/change"]').evaluate((form, id) => {
        form.setAttribute('action', `/facts/${id}/change`);
        form.querySelector('[name=version]')!.setAttribute('value', '1');
      }, fact);
      expect(await send(much, 'Keep this wording')).toBe(409);
    }
  });

  it('handovers and figures: nothing typed, a number that is asked about, one’s own, and days that are none', async () => {
    const { much } = tabs;
    const send = async (name: string) => {
      const answer = much.waitForResponse(response => response.request().method() === 'POST');
      await much.getByRole('button', { name }).click();
      expect((await answer).status()).toBe(422);
      await much.waitForLoadState();
      await inspect(much, 'much');
    };
    for (const note of ['', 'The school is on 020 7946 0123.', 'Ring me on 07700 900142.']) {
      await shown(much, made.planned);
      await much.getByLabel('Note', { exact: true }).fill(note);
      await send('Write the note');
    }
    await shown(much, '/handovers/items');
    await send('Add it');
    for (const query of ['from=2025-02-30', 'from=2026-01-02&until=2026-01-01', 'from=2000-01-01&until=2090-01-01']) {
      await shown(much, `/figures?${query}`, 422);
      await inspect(much, 'much');
    }
  });

  it('activities and the school year: nothing typed, one’s own number, a day that is none, and pages that were too old', async () => {
    const send = async (who: 'much' | 'staff', name: string, status: number) => {
      const page = tabs[who];
      const answer = page.waitForResponse(response => response.request().method() === 'POST');
      await page.getByRole('button', { name, exact: true }).click();
      expect((await answer).status()).toBe(status);
      await page.waitForLoadState();
      await inspect(page, who);
    };
    const { much, staff } = tabs;
    await shown(much, '/activities/new');
    await send('much', 'Add this activity', 422);
    for (const place of ['Ring me on 07700 900142', 'The club is on 020 7946 0123']) {
      await shown(much, `${made.activity}/edit`);
      await much.getByLabel('Place').fill(place);
      await send('much', 'Save the change', 422);
    }
    await shown(much, `${made.activity}/day`);
    await send('much', 'Change this day', 422);
    await shown(much, '/activities/import');
    await send('much', 'Try this file', 422);
    await shown(much, made.activityTrial);
    await much.getByRole('checkbox').first().uncheck();
    await send('much', 'Add the ticked rows', 422);
    // As pages that were opened before the other parent changed it.
    const older = (form: string) => much.locator(`form[action$="/${form}"] [name=version]`).evaluate(input => input.setAttribute('value', '1'));
    await shown(much, `${made.activity}/edit`);
    await older('edit');
    await send('much', 'Save the change', 409);
    await shown(much, made.activity);
    await older('cancel');
    await send('much', 'Cancel this activity', 409);
    await shown(staff, '/school/calendar');
    await send('staff', 'Add it', 422);
    await shown(staff, made.period);
    await staff
      .locator('[name=was]')
      .first()
      .evaluate(input => input.setAttribute('value', 'older'));
    await staff.getByLabel('Name').fill('Another');
    await send('staff', 'Save the change', 409);
    await shown(staff, '/school/activities/new');
    await send('staff', 'Add this activity', 422);
    await shown(staff, `/school/activities/${made.offered}/day`);
    await send('staff', 'Change this day', 422);
  });

  it('requests, plans, the roll and the gate: nothing typed', async () => {
    for (const [who, at, button] of [
      ['much', '/requests/new/swap', 'Ask for this swap'],
      ['much', '/requests/new/make-up', 'Ask for this time'],
      ['much', '/requests/new/travel', 'Ask about this travel'],
      ['much', '/schedule/new', 'Look at the plan'],
      ['much', '/feeds/new', 'Make the address'],
      ['much', '/busy', 'Bring it in'],
      ['staff', '/school/adults/new', 'Add to the roll'],
      ['staff', '/school/import', 'Try this list'],
      ['staff', '/gate/pin', 'Set this PIN'],
      ['staff', '/gate/code', 'Check'],
      ['staff', `/school/review/${made.waiting.submissionId}`, 'Ask for another photo'],
    ] as const) {
      const page = tabs[who];
      await shown(page, at);
      const answer = page.waitForResponse(response => response.request().method() === 'POST');
      await page.getByRole('button', { name: button }).click();
      expect((await answer).status(), at).toBe(422);
      await page.waitForLoadState();
      expect(await page.title(), at).toMatch(/^Error: /);
      await inspect(page, who);
    }
  });

  it('search: hits, none, and a day that is none', async () => {
    for (const [query, status] of [
      ['?q=inhaler', 200],
      ['?q=zebra', 200],
      ['?from=never', 422],
    ] as const) {
      await shown(tabs.much, `/messages/search${query}`, status);
      if (query === '?q=inhaler') expect(await tabs.much.locator('mark').count()).toBeGreaterThan(2);
      await inspect(tabs.much, 'much');
    }
  });

  it('sign-in: nothing typed, 422, and too many attempts, 429', async () => {
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await clients.visitor.get('/sign-in');
      await clients.visitor.submit('/sign-in', { email: 'nobody@parley.example', password: 'guess' });
    }
    for (const [email, status] of [
      ['', 422],
      ['nobody@parley.example', 429],
    ] as const) {
      await shown(tabs.visitor, '/sign-in');
      await tabs.visitor.getByLabel('E-mail address').fill(email);
      await tabs.visitor.getByLabel('Password').fill(email && 'guess');
      const answer = tabs.visitor.waitForResponse(response => response.request().method() === 'POST');
      await tabs.visitor.getByRole('button', { name: 'Continue' }).click();
      expect((await answer).status()).toBe(status);
      await tabs.visitor.waitForLoadState();
      await inspect(tabs.visitor, 'visitor');
    }
  });

  it('nothing there, 404; the database away, 503; a fault of ours, 500', async () => {
    for (const [at, status] of [
      [`/messages/${randomUUIDv7()}`, 404],
      ['/nothing', 404],
      [`${away.url}/today`, 503],
      [`${broken.url}/today`, 500],
    ] as const) {
      await shown(tabs.much, at, status);
      await inspect(tabs.much, 'much');
    }
  });
});

describe('every link', () => {
  it('of every page leads to something that is there, and to a part of it that is there', async () => {
    expect(links.size).toBeGreaterThan(60);
    const lost: string[] = [];
    for (const { who, href, from } of links.values()) {
      const [at, part] = href.split('#');
      const { status, body } = await clients[who].get(at!);
      if (status !== 200 && status !== 303) lost.push(`${who}: ${href} on ${from} is ${status}`);
      else if (part && status === 200 && !body.includes(`id="${part}"`)) lost.push(`${who}: ${href} on ${from} has no such part`);
    }
    expect(lost).toEqual([]);
    expect((await app.visitor().get('/leave')).status).toBe(303);
  });
});
