import { randomUUIDv7 } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schoolJobs } from '../../src/schools/jobs.ts';
import { templateHeadings } from '../../src/schools/import/read-list.ts';
import type { TestApp } from '../support/app.ts';
import type { Client } from '../support/client.ts';
import type { TestDatabase } from '../support/database.ts';
import { closeWorld, openWorld } from '../support/open-world.ts';
import { staffAt } from '../support/photos.ts';
import { enrol } from '../support/roll.ts';
import { workbook } from '../support/workbook.ts';
import type { World } from '../support/world.ts';

let database: TestDatabase;
let app: TestApp;
let world: World;
const clients = {} as Record<'ruth' | 'una' | 'margaret' | 'amara', Client>;

beforeAll(async () => {
  ({ database, world, app } = await openWorld());
  await enrol(database, world);
  const una = await staffAt(database, world.school, 'office', 'Una Marsh');
  const margaret = await staffAt(database, world.otherSchool, 'admin', 'Margaret Osei');
  for (const [who, email] of Object.entries({ ruth: world.ruth.email, una: una.email, margaret: margaret.email, amara: world.amara.email }))
    clients[who as keyof typeof clients] = await app.signedIn(email);
});
afterAll(() => closeWorld({ app, database }));

const csv = (...lines: string[]) => Buffer.from([templateHeadings.join(','), ...lines].join('\r\n'));

async function tryList(client: Client, bytes: Buffer, name = 'parents.csv'): Promise<string> {
  await client.get('/school/import');
  const answer = await client.submit('/school/import', {}, [{ field: 'list', name, type: 'text/csv', bytes }]);
  if (answer.status !== 303) throw new Error(`${answer.status}: ${client.text()}`);
  await client.get(answer.location!);
  return answer.location!;
}
/** What the page says of each row: number, outcome, note. */
const outcomes = (client: Client): string[] =>
  [...client.page.body.matchAll(/<tr role="row"[^>]*>\s*<td role="cell" class="cell-row"[^>]*>(\d+)<[\s\S]*?<\/svg>([^<]*)<\/span>([\s\S]*?)<\/td>/g)].map(
    ([, row, outcome, rest]) => [row, outcome, (/class="sub"[^>]*>([^<]*)</.exec(rest!)?.[1] ?? '').replaceAll('&#39;', "'")].join(' | ').replace(/ \| $/, ''),
  );
const tables = ['families', 'parents', 'children', 'parentings', 'family_parents', 'school_parents', 'parent_proposals'];
async function everything(): Promise<Record<string, object[]>> {
  const all: Record<string, object[]> = {};
  for (const table of tables) all[table] = await database.rows(`select * from parley.${table} t order by t::text`);
  return all;
}

const list = csv(
  'Amara,Okafor,Mother,amara@parley.example,,Theo,Okafor Reyes,,1B',
  'Priya,Nair,Mum,priya@families.example,07700 900001,Anika,Nair,14/06/2019,1B',
  'Arun,Nair,Dad,arun@families.example,,Anika,Nair,14/06/2019,1B',
  'Priya,Nair,Mother,priya@families.example,,Dev,Nair,01/02/2017,4A',
  'Arun,Nair,Father,arun@families.example,,Dev,Nair,01/02/2017,4A',
  'Tomasz,Nowak,Father,nowak@families.example,,Zofia,Nowak,2018-01-02,2K',
  'Ewa,Nowak,Mother,nowak@families.example,,Zofia,Nowak,2018-01-02,2K',
  'Grace,Asante,Grandmother,,07700 900002,Theo,Okafor Reyes,,1B',
  ',Lind,Father,,,Oscar,Lind,2016-02-03,4M',
  'Hannah,Lind,Childminder,,,Oscar,Lind,2016-02-03,4M',
  'Hannah,Lind,Childminder,,,Oscar,Lind,03/02/2016,4M',
  'Rhys,Morgan,Father,rhys,0207,Carys,Morgan,31/02/2017,7Q',
  'Daniel,Reyes,Father,,,Ines,Okafor Reyes,14/06/2017,2K',
  'Daniel,Reyes,Father,,,Oscar,Lind,2016-02-03,4M',
  'Megan,Morgan,Mother,,,Carys,Morgan,,3F',
);
const expected = [
  '2 | Matched | Already here, with the same child. Nothing changes.',
  '3 | Will be created',
  '4 | Will be created',
  '5 | Will be created | 4A is a new class here.',
  '6 | Will be created',
  '7 | Wrong | Same e-mail address as row 8. Each adult needs their own.',
  '8 | Wrong | Same e-mail address as row 7. Each adult needs their own.',
  '9 | Will wait | Theo has parents here; those with an account are told. Starts after 72 hours, or when a second colleague confirms.',
  '10 | Wrong | The adult’s given name is missing.',
  '11 | Will be created | 4M is a new class here. May collect, and has no part in the record.',
  '12 | Matched | The same as row 11. Counted once.',
  '13 | Wrong | This is not an e-mail address. One looks like name@example.com. This is not a mobile number. One looks like 07700 900142, or +44 7700 900142. The date of birth is not a date. Write it as 14/06/2017 or 2017-06-14.',
  '14 | Matched | Already here. Ines moves to 2K. Here as Mother, which stays.',
  '15 | Wrong | An adult of this name is here with another child. An e-mail address or mobile number would say whether it is the same person.',
  '16 | Wrong | Carys Morgan is not on the roll yet, so the date of birth is needed.',
];

describe('a list', () => {
  it('is tried first: row by row what it would do, and nothing of it is written', async () => {
    const before = await everything();
    const at = await tryList(clients.ruth, list);
    expect(outcomes(clients.ruth)).toEqual(expected);
    const text = clients.ruth.text();
    expect(text).toContain('4 adults and 3 pupils can be created A trial run of parents.csv. Nothing is written yet.');
    expect(text).toMatch(/rows in the list 15 will be created 6 matched, 1 with a change 3 wrong, left out 6/);
    for (const [show, count] of [
      ['created', 6],
      ['matched', 3],
      ['wrong', 6],
    ] as const) {
      await clients.ruth.get(`${at}?show=${show}`);
      expect(outcomes(clients.ruth), show).toHaveLength(count);
    }
    expect(await everything()).toEqual(before);
  });

  it('is written whole and once, by whoever of the office says so, in the families that belong together', async () => {
    const at = await tryList(clients.ruth, list);
    await clients.una.get(at);
    const { address, fields } = clients.una.form(`${at}/commit`);
    const answers = await Promise.all([1, 2, 3].map(() => clients.una.post(address, fields)));
    expect(answers.map(({ status, location }) => [status, location])).toEqual([1, 2, 3].map(() => [303, at]));
    await clients.una.get(at);
    expect(clients.una.text()).toContain('The list is on the roll');
    expect(outcomes(clients.una)).toEqual(expected.map(line => line.replace('Will be created', 'Created').replace('Will wait', 'Waits')));
    expect(() => clients.una.form(`${at}/commit`)).toThrow();

    const made = await database.rows<{ adult: string; child: string; relation: string; side: string | null; family: string }>(
      `select p.given_name as adult, c.given_name as child, pg.relation, fp.side, c.family_id as family from parley.parentings pg
         join parley.parents p on p.id = pg.parent_id join parley.children c on c.id = pg.child_id
         left join parley.family_parents fp on fp.parent_id = p.id and fp.family_id = c.family_id
        where c.surname in ('Nair', 'Lind', 'Nowak', 'Morgan') order by c.given_name, p.given_name desc`,
    );
    expect(made.map(({ family: _family, ...line }) => line)).toEqual([
      { adult: 'Priya', child: 'Anika', relation: 'Mother', side: 'a' },
      { adult: 'Arun', child: 'Anika', relation: 'Father', side: 'b' },
      { adult: 'Priya', child: 'Dev', relation: 'Mother', side: 'a' },
      { adult: 'Arun', child: 'Dev', relation: 'Father', side: 'b' },
      { adult: 'Hannah', child: 'Oscar', relation: 'Childminder', side: null },
    ]);
    expect(made[0]!.family).toBe(made[2]!.family);
    const listed = await database.rows(
      `select sort_name as name, children_text as children, until is not null as waiting from parley.school_parents where school_id = $1 order by number`,
      [world.school],
    );
    expect(listed).toEqual([
      { name: 'okafor, amara', children: 'Theo, 1B and Ines, 2K', waiting: false },
      { name: 'reyes, daniel', children: 'Theo, 1B and Ines, 2K', waiting: false },
      { name: 'nair, priya', children: 'Anika, 1B and Dev, 4A', waiting: false },
      { name: 'nair, arun', children: 'Anika, 1B and Dev, 4A', waiting: false },
      { name: 'asante, grace', children: '', waiting: true },
      { name: 'lind, hannah', children: 'Oscar, 4M', waiting: false },
    ]);
    expect(await database.rows('select from parley.parent_proposals where outcome is null')).toHaveLength(1);
    expect(await database.rows(`select from graphile_worker._private_jobs where key like 'schools.proposal %'`)).toHaveLength(1);
    expect(await database.rows(`select details from record.audit_events where action = 'roll.imported'`)).toEqual([
      { details: { rows: 15, adults: 4, pupils: 3, proposed: 1, wrong: 6 } },
    ]);
    await clients.amara.get('/today');
    expect(clients.amara.text()).toContain('proposes to add an adult for Theo: Grace Asante, grandmother');

    await tryList(clients.ruth, list);
    expect(outcomes(clients.ruth).filter(line => /created|wait/.test(line))).toEqual([]);
    expect(outcomes(clients.ruth)[7]).toBe('9 | Matched | Waiting to be added already.');
    expect(clients.ruth.text()).toContain('Nothing in this list is new');
  });

  it('whose outcome has changed since it was looked at is not written, and shown once more', async () => {
    const at = await tryList(
      clients.ruth,
      csv('Nia,Bevan,Mother,nia@families.example,,Gwen,Bevan,2018-05-05,2K', 'Huw,Bevan,Father,huw@families.example,,Gwen,Bevan,2018-05-05,2K'),
    );
    const form = clients.ruth.form(`${at}/commit`);
    await clients.una.get('/school/adults/new');
    await clients.una.submit('/school/adults/new', {
      childGivenName: 'Gwen',
      childSurname: 'Bevan',
      bornOn: '2018-05-05',
      givenName: 'Nia',
      surname: 'Bevan',
      relation: 'Mother',
      email: 'nia@families.example',
    });
    expect(clients.una.page.status).toBe(303);
    const answer = await clients.ruth.post(form.address, form.fields);
    expect([answer.status, clients.ruth.text()]).toEqual([409, expect.stringContaining('nothing was written')]);
    expect(outcomes(clients.ruth).map(line => line.split(' | ')[1])).toEqual(['Matched', 'Will wait']);
    expect(await database.rows(`select from parley.parents where given_name = 'Huw'`)).toEqual([]);
    await clients.ruth.submit(`${at}/commit`);
    expect(clients.ruth.page.status).toBe(303);
  });

  it('adds an address that the school did not have, and never changes one that it has', async () => {
    const at = await tryList(
      clients.ruth,
      csv(
        'Hannah,Lind,Childminder,hannah@families.example,07700900077,Oscar,Lind,2016-02-03,',
        'Priya,Nair,Mother,other@families.example,,Anika,Nair,2019-06-14,',
        'Priya,Nair,Aunt,priya@families.example,07700900099,Anika,Nair,2019-06-14,',
      ),
    );
    expect(outcomes(clients.ruth)).toEqual([
      '2 | Matched | Already here. The e-mail address and mobile number are added.',
      '3 | Wrong | An adult of this name is here with the same child and another e-mail address. Change it on their own page.',
      '4 | Matched | Already here. Here as Mother, which stays.',
    ]);
    await clients.ruth.submit(`${at}/commit`);
    const [hannah] = await database.rows<{ parent: string }>(`select parent_id as parent from parley.school_parents where sort_name = 'lind, hannah'`);
    await clients.ruth.get(`/school/adults/${hannah!.parent}/edit`);
    expect(clients.ruth.form('/school/adults').fields).toMatchObject({ email: 'hannah@families.example', mobile: '+447700900077' });
  });

  it('gives its wrong rows back, with the reason, safe to open and to import again as they were', async () => {
    const at = await tryList(clients.ruth, csv('=cmd|calc,Evil,Father,@x,+1,Oscar,"Li""nd, jr",2016-02-03,4M'));
    const { body, headers } = await clients.ruth.get(`${at}/wrong.csv`);
    expect(headers.get('content-disposition')).toMatch(/^attachment; filename="Wrong rows\.csv"/);
    expect(headers.get('cache-control')).toContain('no-store');
    expect(body).toContain(`"'=cmd|calc","Evil","Father","'@x","'+1","Oscar","Li""nd, jr","2016-02-03","4M","2","This is not an e-mail address. One looks`);
    expect((await clients.ruth.get('/school/import/template.csv')).body.trim()).toBe(templateHeadings.map(heading => `"${heading}"`).join(','));
  });

  it('whose wrong rows are put right and come back is written as it was typed, without what keeps spreadsheets from reckoning', async () => {
    const names = ['=1+1', '+Ada', '-Bea', '@Cem', '%Dov', "'=Eve", "'Fay", '＝Gus'];
    const inFile = names.map(name => name.replace("'=", "''="));
    const typed = inFile.map((name, index) => [name, '-Wrong', 'Mother', '', '+447700900500x', '@Kim', `=Wrong${index}`, '2018-05-05', '-1B'].join(','));
    const wrong = (await clients.ruth.get(`${await tryList(clients.ruth, csv(...typed))}/wrong.csv`)).body;
    for (const cell of ["'=1+1", "'+Ada", "'-Bea", "'@Cem", "'%Dov", "''=Eve", "'Fay", "'＝Gus", "'+447700900500x"]) expect(wrong).toContain(`"${cell}"`);
    const corrected = names.reduce((text, _name, index) => text.replace('+447700900500x', `+44770090050${index}`), wrong);
    await clients.ruth.submit(`${await tryList(clients.ruth, Buffer.from(corrected))}/commit`);
    expect(clients.ruth.page.status).toBe(303);
    expect(
      await database.rows(
        `select p.given_name as name, p.surname, c.given_name as child, c.surname as "childSurname", c.class from parley.parentings pg
           join parley.parents p on p.id = pg.parent_id join parley.children c on c.id = pg.child_id where c.given_name = '@Kim' order by c.surname`,
      ),
    ).toEqual(names.map((name, index) => ({ name, surname: '-Wrong', child: '@Kim', childSurname: `=Wrong${index}`, class: '-1B' })));
  });

  it('that is none is refused in words, and the page is as it was', async () => {
    for (const [bytes, words] of [
      [Buffer.from('%PDF-1.4'), 'This is a PDF'],
      [Buffer.from('a,b\n1,2'), 'The list has no column for'],
      [Buffer.alloc(0), 'The file is empty'],
    ] as const) {
      await clients.ruth.get('/school/import');
      const answer = await clients.ruth.submit('/school/import', {}, [{ field: 'list', name: 'x.csv', type: 'text/csv', bytes }]);
      expect([answer.status, clients.ruth.text()]).toEqual([422, expect.stringContaining(words)]);
      expect(clients.ruth.page.body).toContain('id="list"');
    }
    await clients.ruth.get('/school/import');
    expect((await clients.ruth.submit('/school/import', {}, [])).status).toBe(422);
  });

  it('of a workbook of 5,000 rows is tried and written in seconds, on pages of fifty', async () => {
    const many = Array.from({ length: 5000 }, (_, n) => {
      const pair = Math.floor(n / 2);
      return [
        `Adult${n}`,
        `Many${pair}`,
        n % 2 ? 'Father' : 'Mother',
        `many${n}@families.example`,
        '',
        `Child${pair}`,
        `Many${pair}`,
        '2018-03-04',
        `${(pair % 12) + 1}X`,
      ];
    });
    const at = await tryList(clients.ruth, workbook([templateHeadings, ...many]), 'many.xlsx');
    expect(clients.ruth.text()).toContain('5,000 adults and 2,500 pupils can be created');
    expect(outcomes(clients.ruth)).toHaveLength(50);
    await clients.ruth.get(`${at}?show=created&p=100`);
    expect(outcomes(clients.ruth).at(-1)).toMatch(/^5001 /);
    expect(clients.ruth.page.body).not.toContain('p=101');
    await clients.ruth.get(at);
    await clients.ruth.submit(`${at}/commit`);
    expect(clients.ruth.page.status).toBe(303);
    expect(await database.rows(`select from parley.school_parents where sort_name like 'many%' and until is null`)).toHaveLength(5000);
    expect(await database.rows(`select distinct family_id from parley.children where surname like 'Many%'`)).toHaveLength(2500);
  });

  it('fails whole or not at all', async () => {
    const at = await tryList(clients.ruth, csv('Ida,Whole,Mother,,,Kit,Whole,2018-05-05,2K'));
    const form = clients.ruth.form(`${at}/commit`);
    await database.admin.query(
      `create function parley.break() returns trigger language plpgsql as 'begin raise exception ''no''; end'; create trigger break before insert on parley.parentings for each row execute function parley.break()`,
    );
    const before = await everything();
    expect((await clients.ruth.post(form.address, form.fields)).status).toBe(500);
    await database.admin.query('drop trigger break on parley.parentings; drop function parley.break()');
    expect(await everything()).toEqual(before);
    expect((await clients.ruth.post(form.address, form.fields)).status).toBe(303);
    expect(await database.rows(`select from parley.children where given_name = 'Kit'`)).toHaveLength(1);
  });
});

describe('what a list held', () => {
  it('is encrypted, there for the office of its school alone, and gone after a week', async () => {
    const at = await tryList(clients.ruth, csv('Secret,Zanzibar,Mother,,,Kit,Zanzibar,2018-05-05,2K'), 'Zanzibar list.csv');
    expect(
      await database.rows(`select from parley.roll_imports i where position('anzibar' in encode(i.content_ct, 'escape')) > 0 or i::text ~ 'anzibar'`),
    ).toEqual([]);
    for (const path of [at, `${at}/wrong.csv`]) {
      for (const who of ['margaret', 'amara'] as const) expect((await clients[who].get(path)).status, `${who} ${path}`).toBe(404);
      expect((await app.visitor().get(path)).location).toBe('/sign-in');
      expect((await clients.ruth.get(path.replace(/[0-9a-f-]{36}/, randomUUIDv7()))).status).toBe(404);
    }
    await clients.ruth.get(at);
    const { fields } = clients.ruth.form(`${at}/commit`);
    expect((await clients.margaret.post(`${at}/commit`, fields)).status).toBe(404);
    const tidy = schoolJobs(app.services).find(({ name }) => name === 'schools.tidy')!;
    await tidy.run({});
    expect((await clients.ruth.get(at)).status).toBe(200);
    await database.admin.query(`update parley.roll_imports set created_at = now() - interval '8 days'`);
    await tidy.run({});
    expect(await database.rows('select from parley.roll_imports where content_ct is not null or wrapped is not null')).toEqual([]);
    expect((await clients.ruth.get(at)).status).toBe(410);
    expect((await clients.ruth.post(`${at}/commit`, fields)).status).toBe(410);
    expect((await clients.ruth.get('/school/import')).body).toMatch(/15 rows, Ruth Farrell\./);
  });
});
