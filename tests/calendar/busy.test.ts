import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { busyColumns } from '../../src/calendar/busy/store.ts';
import { findFamilyWith, familyViewWith } from '../../src/families/index.ts';
import type { Client } from '../support/client.ts';
import { type RunningWorld, runningWorld } from '../support/running-world.ts';
import type { Person } from '../support/world.ts';
import { pagesOf } from './pages-of-parent.ts';

let w: RunningWorld;
beforeAll(async () => {
  w = await runningWorld();
});
afterAll(() => w.close());
beforeEach(async () => {
  await w.database.admin.query('delete from parley.busy_times');
  await w.database.admin.query('delete from parley.busy_calendars');
});

const hour = 3_600_000;
const tomorrow = Math.ceil(Date.now() / (24 * hour)) * 24 * hour + 9 * hour;
const stamp = (instant: number) => new Date(instant).toISOString().replaceAll(/[-:]|\.\d+/g, '');
const calendar = (...starts: number[]): string =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    ...starts.flatMap((from, index) => [
      'BEGIN:VEVENT',
      `UID:${index}`,
      'SUMMARY:Solicitor at Tern Wharf',
      'LOCATION:9 Tern Wharf',
      'DESCRIPTION:Do not tell',
      'ATTENDEE:mailto:secret@firm.example',
      `DTSTART:${stamp(from)}`,
      'DURATION:PT1H',
      'END:VEVENT',
    ]),
    'END:VCALENDAR',
    '',
  ].join('\r\n');

const fileOf = (text: string | Buffer, field = 'file') => [{ field, name: 'My private diary.ics', type: 'text/calendar', bytes: Buffer.from(text) }];
async function bring(client: Client, name: string, text: string | Buffer) {
  const { body } = await client.get('/busy');
  // With calendars on the page, the first form that begins like this is the one that removes.
  return client.upload('/busy', { submission: /name="submission" value="([^"]+)"/.exec(body)![1]!, name }, fileOf(text));
}
const busyOf = async (person: Person): Promise<{ from: number; until: number }[]> => {
  const { rows } = await w.database.admin.query<{ from: number; until: number }>(
    `select (extract(epoch from lower(b.during)) * 1000)::float8 as from, (extract(epoch from upper(b.during)) * 1000)::float8 as until
       from (select unnest(range_agg(t.during)) as during from parley.busy_times t join parley.busy_calendars c on c.id = t.calendar_id where c.account_id = $1) b`,
    [person.accountId],
  );
  return rows;
};
const count = async (table: string): Promise<number> =>
  Number((await w.database.admin.query<{ count: string }>(`select count(*) from parley.${table}`)).rows[0]!.count);

describe('a calendar that is brought in', () => {
  it('leaves its times and nothing else', async () => {
    expect((await bring(w.amara, ' Work ', calendar(tomorrow, tomorrow + 5 * hour))).location).toBe('/busy');
    await w.amara.get('/busy');
    expect(w.amara.text()).toContain('Work 2 busy times ahead. Brought in on');
    expect(await busyOf(w.world.amara)).toEqual([
      { from: tomorrow, until: tomorrow + hour },
      { from: tomorrow + 5 * hour, until: tomorrow + 6 * hour },
    ]);
    const { rows } = await w.database.admin.query<{ text: string }>(
      `select query_to_xml('select * from parley.busy_calendars', true, false, '')::text || query_to_xml('select * from parley.busy_times', true, false, '')::text
              || query_to_xml('select * from record.audit_events', true, false, '')::text as text`,
    );
    expect(rows[0]!.text).toContain('busy.uploaded');
    expect(rows[0]!.text).not.toMatch(/Solicitor|Wharf|Do not|firm\.example|diary|Work/);
  });

  it('takes the place of the one of the same name, and stands beside one of another', async () => {
    await bring(w.amara, 'Work', calendar(tomorrow, tomorrow + 3 * hour));
    await bring(w.amara, 'Choir', calendar(tomorrow + hour));
    expect(await busyOf(w.world.amara)).toHaveLength(2); // those that touch are one
    await bring(w.amara, 'WORK', calendar(tomorrow + 7 * hour));
    expect(await busyOf(w.world.amara)).toEqual([
      { from: tomorrow + hour, until: tomorrow + 2 * hour },
      { from: tomorrow + 7 * hour, until: tomorrow + 8 * hour },
    ]);
    await w.amara.get('/busy');
    expect(w.amara.page.body.match(/\/remove"/g)).toHaveLength(2);
  });

  it('is kept once by a double press', async () => {
    await w.amara.get('/busy');
    const { fields } = w.amara.form('/busy');
    const filled = { ...fields, name: 'Work' };
    const others = [0, 1].map(() => Object.assign(w.app.visitor(), { cookies: w.amara.cookies }));
    const answers = await Promise.all(others.map(client => client.upload('/busy', filled, fileOf(calendar(tomorrow)))));
    expect(answers.map(({ status }) => status)).toEqual([303, 303]);
    expect([await count('busy_calendars'), await count('busy_times')]).toEqual([1, 1]);
    const { rows } = await w.database.admin.query(
      `select from record.audit_events where action = 'busy.uploaded' and target_id = (select id from parley.busy_calendars)`,
    );
    expect(rows).toHaveLength(1);
  });

  it('is gone at once when it is removed, and is nobody else’s to remove', async () => {
    await bring(w.amara, 'Work', calendar(tomorrow));
    await bring(w.daniel, 'Work', calendar(tomorrow));
    await w.amara.get('/busy');
    const id = /\/busy\/([0-9a-f-]{36})\/remove/.exec(w.amara.page.body)![1]!;
    expect((await w.daniel.post(`/busy/${id}/remove`, {})).status).toBe(404);
    expect((await w.daniel.post('/busy/x/remove', {})).status).toBe(404);
    expect((await w.app.visitor().post(`/busy/${id}/remove`, {})).status).toBe(403);
    expect((await w.amara.submit(`/busy/${id}/remove`)).location).toBe('/busy');
    expect([await busyOf(w.world.amara), (await busyOf(w.world.daniel)).length]).toEqual([[], 1]);
    expect([await count('busy_calendars'), await count('busy_times')]).toEqual([1, 1]);
    expect((await w.amara.post(`/busy/${id}/remove`, {})).status).toBe(404);
  });

  it('says how much of it could not be understood', async () => {
    const odd = calendar(tomorrow).replace(
      'END:VCALENDAR',
      `BEGIN:VEVENT\r\nUID:x\r\nDTSTART:${stamp(tomorrow)}\r\nDURATION:PT1S\r\nRRULE:FREQ=SECONDLY\r\nEND:VEVENT\r\nEND:VCALENDAR`,
    );
    await bring(w.amara, 'Work', odd);
    await w.amara.get('/busy');
    expect(w.amara.text()).toContain('1 busy time ahead.');
    expect(w.amara.text()).toContain('1 entry could not be understood and was left out.');
  });

  it('is not taken without a name, without a file, too large, or of another kind; the name stays', async () => {
    const tried: [string, Buffer | null, string][] = [
      ['', Buffer.from(calendar(tomorrow)), 'Give this calendar a name'],
      ['x'.repeat(41), Buffer.from(calendar(tomorrow)), 'Keep this to 40 characters or fewer'],
      ['Work', null, 'Choose a calendar file'],
      ['Work', Buffer.alloc(0), 'Choose a calendar file'],
      ['Work', Buffer.alloc(1024 * 1024 + 1, 'x'), 'larger than 1 MB'],
      ['Work', Buffer.from('not a calendar'), 'This file is not a calendar'],
      ['Work', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 1]), 'This file is not a calendar'],
    ];
    for (const [name, bytes, words] of tried) {
      await w.amara.get('/busy');
      const { status } = await w.amara.submit('/busy', { name }, bytes === null ? [] : fileOf(bytes));
      expect([status, w.amara.text()], words).toEqual([422, expect.stringContaining(words)]);
      expect(w.amara.form('/busy').fields.name).toBe(name);
    }
    await w.amara.get('/busy');
    expect((await w.amara.submit('/busy', { name: 'Work' }, fileOf(calendar(tomorrow), 'other'))).status).toBe(422);
    expect((await w.amara.submit('/busy', { name: 'Work' }, [...fileOf(calendar(tomorrow)), ...fileOf(calendar(tomorrow))])).status).toBe(422);
    expect(await count('busy_calendars')).toBe(0);
  });

  it('is one of ten at most', async () => {
    for (let index = 0; index < 10; index += 1) expect((await bring(w.amara, `Calendar ${index}`, calendar())).status).toBe(303);
    expect((await bring(w.amara, 'Another', calendar())).status).toBe(409);
    expect((await bring(w.amara, 'calendar 3', calendar(tomorrow))).status).toBe(303);
    expect(await count('busy_calendars')).toBe(10);
  });
});

describe('busy times', () => {
  const selectBusy = familyViewWith<{ busy: { from: number; until: number }[] }>('test.busy', busyColumns('$4', '$5'));

  it('ride along with the family, for the one who looks', async () => {
    await bring(w.amara, 'Work', calendar(tomorrow, tomorrow + 48 * hour));
    const span = [tomorrow - hour, tomorrow + 24 * hour];
    const [hers, his] = await Promise.all([w.world.amara, w.world.daniel].map(person => findFamilyWith(w.database.db, selectBusy, person, null, span)));
    expect([hers!.busy, his!.busy]).toEqual([[{ from: tomorrow, until: tomorrow + hour }], []]);
  });

  it('stand on their owner’s month, week, list and day, and on nobody else’s', async () => {
    await bring(w.amara, 'Work', calendar(tomorrow));
    const day = new Date(tomorrow).toISOString().slice(0, 10);
    const pages = [`/calendar/${day.slice(0, 7)}`, `/calendar/week/${day}`, `/calendar/list/${day.slice(0, 7)}`, `/calendar/day/${day}`];
    for (const one of pages) {
      expect((await w.amara.get(one)).body, one).toContain('Only you see this.');
      expect((await w.daniel.get(one)).body, one).not.toContain('Busy');
    }
    expect((await w.amara.get(pages[0]!)).body).toContain('Busy (only you see this)');
    // What was kept of the page is not given again once they are gone.
    await w.database.admin.query('delete from parley.busy_times');
    for (const one of pages) expect((await w.amara.get(one)).body, one).not.toContain('Busy');
  });

  it('change nothing on any page of the other parent, byte for byte', async () => {
    const look = () => pagesOf(w.app, w.daniel, [`/children/${w.world.theo}`]);
    const before = await look();
    await bring(w.amara, 'Work', calendar(tomorrow, tomorrow + 48 * hour));
    expect(await look()).toEqual(before);
  });
});
