import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addDays } from '../../src/schedule/index.ts';
import type { Client, SentFile } from '../support/client.ts';
import { type ActivitiesWorld, activitiesWorld, add, anyId, next, today } from './activities-world.ts';

let at: ActivitiesWorld;
beforeAll(async () => {
  at = await activitiesWorld();
});
afterAll(() => at.close());

const named = (name: string) => at.rows<{ id: string }>('select id from parley.activities where name = $1 and family_id = $2', [name, at.world.familyId]);
const list = (text: string | Buffer, name = 'clubs.csv'): SentFile[] => [
  { field: 'list', name, type: 'text/csv', bytes: Buffer.isBuffer(text) ? text : Buffer.from(text) },
];

/** Tries a file, and stands on its trial page. */
async function tried(client: Client, file: SentFile[], child = ''): Promise<string> {
  await client.get('/activities/import');
  const answer = await client.submit('/activities/import', { child }, file);
  if (answer.status !== 303) return `${answer.status} ${client.text()}`;
  await client.get(answer.location!);
  return answer.location!;
}
const commit = (client: Client, address: string, fields: Record<string, string | string[]> = {}) => client.submit(address, fields, []);

const compact = (day: string): string => day.replaceAll('-', '');
const ics = (...events: string[]): string => ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Test//EN', ...events, 'END:VCALENDAR', ''].join('\r\n');
const event = (...lines: string[]): string => ['BEGIN:VEVENT', ...lines, 'END:VEVENT'].join('\r\n');

describe('a list', () => {
  const head = 'Child,Activity,Days,Start,End,First day,Last day,Term time only,Place,With,Brings,Collects,Cost\r\n';

  it('is tried row by row, adds what was chosen, and adds nothing a second time', async () => {
    const { amara, daniel, world } = at;
    const csv = `${head}Ines,Swimming club,Tuesday,17:00,18:00,${today},,yes,Mill Road pool,Mill Road Swimming Club,Daniel,Grandma,£6\r\nTheo,Football,"Sat, Sun",9.30,10:30am,,,no,Parkside,,,,\r\nTheo,Trampoline,Fridays,16:00,17:00,,,,,St Brigid’s Primary,,,\r\n`;
    const address = await tried(amara, list(csv));
    expect(amara.text()).toContain('3 activities to add');
    expect(amara.text()).toContain('A trial run of clubs.csv. Nothing is added yet');
    expect(await named('Swimming club')).toEqual([]);
    expect((await commit(amara, address, { row: ['2', '3'] })).location).toBe(address);
    await amara.get(address);
    expect(amara.text()).toContain('2 activities added');
    expect(amara.text()).toContain('Left out');
    const [made] = await at.rows(
      `select name, weekdays, to_char(starts_at, 'HH24:MI') as starts, term_only, place, provider_name, brings_id, collects_words, cost_note, added_by from parley.activities where name = 'Swimming club'`,
    );
    expect(made).toEqual({ name: 'Swimming club', weekdays: [2], starts: '17:00', term_only: true, place: 'Mill Road pool', provider_name: 'Mill Road Swimming Club', brings_id: world.daniel.parentId, collects_words: 'Grandma', cost_note: '£6', added_by: world.amara.parentId }); // prettier-ignore
    expect(await at.rows(`select weekdays, to_char(ends_at, 'HH24:MI') as ends from parley.activities where name = 'Football'`)).toEqual([
      { weekdays: [6, 7], ends: '10:30' },
    ]);
    // Each is an entry, and new to the other parent.
    const steps = await at.rows<{ n: number }>(
      `select count(*)::int as n from record.steps s join parley.activities a on a.id = s.about_id where a.name in ('Swimming club', 'Football')`,
    );
    expect(steps[0]!.n).toBe(2);
    await daniel.get(`/activities/${(await named('Swimming club'))[0]!.id}`);
    expect(daniel.text()).toContain('Amara Okafor added Swimming club for Ines: on Tuesdays from');

    // The same list again, by either parent: only what was left out is still to be added.
    for (const client of [daniel, amara]) {
      const again = await tried(client, list(csv));
      expect(client.text()).toContain('1 activity to add');
      expect(client.text()).toContain('It is here already, so nothing is added.');
      expect(client.page.body.match(/name="row"/g)).toHaveLength(1);
      if (client === amara) await commit(client, again);
    }
    await tried(daniel, list(csv));
    expect(daniel.text()).toContain('Nothing to add');
    expect(daniel.page.body).not.toContain('Add the ticked rows');
    expect(await named('Swimming club')).toHaveLength(1);
    expect(await named('Trampoline')).toHaveLength(1);
    expect(await at.rows(`select provider_id from parley.activities where name = 'Trampoline'`)).toEqual([{ provider_id: world.school }]);
  });

  it('says of each wrong row what is wrong with it, and takes formulas for text', async () => {
    const { amara } = at;
    const csv = `${head}Oscar,Judo,Tue,17:00,18:00,,,,,,,,\r\nInes,,Tue,17:00,18:00,,,,,,,,\r\nInes,Judo,Someday,17:00,18:00,,,,,,,,\r\nInes,Judo,Tue,17:00,,,,,,,,,\r\nInes,Judo,Tue,18:00,17:00,,,,,,,,\r\nInes,Judo,Tue,quarter to,18:00,,,,,,,,\r\nInes,Judo,Tue,17:00,18:00,30/02/2026,,,,,,,\r\nInes,Judo,Tue,17:00,18:00,02/03/2026,01/03/2026,,,,,,\r\nInes,Judo,Tue,17:00,18:00,,,maybe,,,,,\r\nInes,${'x'.repeat(81)},Tue,,,,,,,,,,\r\nInes,Judo,,,,,,,,,,,\r\nInes,'=1+1,Wed,,,,,,"=HYPERLINK(""http://x"")",,,,\r\nInes,'=1+1,Wed,,,,,,,,,,\r\n`;
    const address = await tried(amara, list(csv));
    const text = amara.text();
    for (const reason of [
      'There is no child called Oscar in this family.',
      'Say what the activity is called.',
      'Someday is no day of the week.',
      'Give both times, or neither for a whole day.',
      'It ends before it begins.',
      'The start is no time: write it as 17:00.',
      'The first day is no day: write it as 03/03/2026.',
      'The last day is before the first.',
      'Term time only is yes or no.',
      'The activity is longer than 80 characters.',
      'Say on which days of the week.',
    ])
      expect(text).toContain(reason);
    expect(text).toContain('1 activity to add');
    await commit(amara, address);
    expect(await at.rows(`select place from parley.activities where name = '=1+1'`)).toEqual([{ place: '=HYPERLINK("http://x")' }]);
  });

  it('is refused where it cannot be read, with what to do', async () => {
    const { amara } = at;
    const tries: [SentFile[], string][] = [
      [[], 'Choose a file'],
      [list(''), 'The file is empty'],
      [list('Name of the dog,Colour\nRex,brown\n'), 'The list has no column for the activity, the days and the child'],
      [list('Activity,Days,Day\nJudo,Tue,Wed\n'), 'The list has no column for the child'],
      [list('Child,Activity,Days,Weekday\nInes,Judo,Tue,Wed\n'), 'Two columns are for the same thing'],
      [list('Child,Activity,Days\n'), 'no rows under them'],
      [list(`Child,Activity,Days\n${'Ines,Judo,Tue\n'.repeat(251)}`), 'There are more than 250 rows'],
      [list('Child,Activity,Days\n"Ines,Judo,Tue\n'), 'a quotation mark that is opened there is not closed'],
      [list(Buffer.from('%PDF-1.4')), 'This is a PDF'],
      [list(Buffer.from([0, 1, 2, 3, 4, 5, 6, 7, 8, 0])), 'This is not a list that can be read'],
    ];
    for (const [file, message] of tries) {
      const answer = await tried(amara, file);
      expect(answer).toMatch(/^422 /);
      expect(answer).toContain(message);
    }
    await amara.get('/activities/import');
    expect((await amara.submit('/activities/import', { child: '' }, list(Buffer.alloc(1024 * 1024 + 1, 'a')))).status).toBe(413);
    expect((await amara.upload('/activities/import', { child: '', family: at.world.familyId }, [list('a')[0]!, list('b')[0]!])).status).toBe(413);
    expect(await amara.get('/activities/import/template.csv')).toMatchObject({ status: 200 });
    expect(amara.page.body.trim()).toBe(
      '"Child","Activity","Days","Start","End","First day","Last day","Term time only","Place","With","Brings","Collects","Cost"',
    );
  });

  it('is its reader’s alone, is written once, and not where the activities have changed since', async () => {
    const { amara, daniel, nour, world } = at;
    const csv = `Child,Activity,Days,Start,End\nInes,Kept,Mon,10:00,11:00\nInes,Other,Mon,12:00,13:00\n`;
    const address = await tried(amara, list(csv));
    for (const client of [daniel, nour]) {
      expect((await client.get(address)).status).toBe(404);
      expect((await client.upload(address, { plan: 'a'.repeat(43), row: '2' }, [])).status).toBe(404);
    }
    expect((await amara.get(`/activities/import/${anyId()}`)).status).toBe(404);
    await amara.get(address);
    const { fields } = amara.form(address);
    expect((await amara.upload(address, { ...fields, plan: 'x' }, [])).status).toBe(404);
    expect((await amara.upload(address, { plan: fields.plan! }, [])).status).toBe(422);
    expect(amara.text()).toContain('Tick at least one row to add');
    // Somebody else adds the same meanwhile.
    const same = await add(daniel, world.ines, { name: 'kept', weekdays: ['1'], startsAt: '10:00', endsAt: '11:00' });
    expect((await amara.upload(address, fields, [])).status).toBe(409);
    expect(amara.text()).toContain('The activities have changed since this page was made');
    expect(await named('Other')).toEqual([]);
    await amara.get(address);
    const now = amara.form(address).fields;
    const both = await Promise.all([amara.upload(address, now, []), amara.upload(address, now, [])]);
    expect(both.map(({ status }) => status)).toEqual([303, 303]);
    expect(await named('Other')).toHaveLength(1);
    expect(await named('Kept')).toEqual([]);
    expect(same).toMatch(/^\/activities\//);
    // What was in it is kept a week.
    await at.database.admin.query(`update parley.activity_imports set wrapped = null, content_ct = null where id = $1`, [address.split('/').at(-1)]);
    expect((await amara.get(address)).status).toBe(410);
    // Nothing of a list lies open in the database.
    const kept = await at.rows<{ content: string }>(`select encode(content_ct, 'escape') as content from parley.activity_imports where content_ct is not null`);
    expect(kept.length).toBeGreaterThan(0);
    for (const { content } of kept) expect(content).not.toContain('Swimming');
  });

  it('holds back one’s own number, and leaves out rows with another', async () => {
    const { amara } = at;
    await tried(amara, list('Child,Activity,Days,Place\nInes,Ours,Mon,07700 900142\nInes,Theirs,Mon,Call 020 7946 0123\nInes,Clean,Mon,Hall\n'));
    expect(amara.text()).toContain('1 activity to add');
    expect(amara.text()).toContain('Held back: this looks like your own number or address. Take it out of the file.');
    expect(amara.text()).toContain('There is a number or address in it. Take it out, or add this activity by hand.');
  });

  it('may name only this family', async () => {
    const { amara, nour, world } = at;
    await amara.get('/activities/import');
    expect((await amara.upload('/activities/import', { family: world.otherFamilyId, child: '' }, list('Child,Activity,Days\nLeila,X,Mon\n'))).status).toBe(404);
    expect((await amara.upload('/activities/import', { family: world.familyId, child: world.leila }, list('Activity,Days\nX,Mon\n'))).status).toBe(404);
    expect((await nour.get(`/activities/import?family=${world.familyId}`)).status).toBe(404);
    expect((await at.office.get('/activities/import')).status).toBe(404);
  });
});

describe('a calendar', () => {
  const monday = next(1);
  const calendar = ics(
    event('UID:guitar@example', 'SUMMARY:Guitar\\, beginners', `DTSTART;TZID=Europe/London:${compact(monday)}T170000`, `DTEND;TZID=Europe/London:${compact(monday)}T174500`, 'RRULE:FREQ=WEEKLY;BYDAY=MO,WE;COUNT=20', `EXDATE;TZID=Europe/London:${compact(addDays(monday, 7))}T170000`, 'LOCATION:Music school\\, 14 High Street\\, Ellerby', 'DESCRIPTION:Call me on 07700 900142'), // prettier-ignore
    event('UID:guitar@example', `RECURRENCE-ID;TZID=Europe/London:${compact(addDays(monday, 9))}T170000`, 'SUMMARY:Guitar', `DTSTART;TZID=Europe/London:${compact(addDays(monday, 10))}T180000`, `DTEND;TZID=Europe/London:${compact(addDays(monday, 10))}T184500`), // prettier-ignore
    event('UID:camp@example', 'SUMMARY:Camp', `DTSTART;VALUE=DATE:${compact(addDays(monday, 30))}`, `DTEND;VALUE=DATE:${compact(addDays(monday, 33))}`),
    event(
      'UID:dentist@example',
      'SUMMARY:Trial lesson',
      `DTSTART:${compact(addDays(monday, 4))}T093000`,
      'DURATION:PT1H30M',
      'BEGIN:VALARM',
      'TRIGGER:-PT15M',
      'DURATION:PT5M',
      'END:VALARM',
    ),
  );

  it('becomes activities of the chosen child, and adds nothing a second time', async () => {
    const { amara, daniel, world } = at;
    expect(await tried(amara, list(calendar, 'basic.ics'))).toContain('Choose whose activities these are');
    const address = await tried(amara, list(calendar, 'basic.ics'), world.theo);
    expect(amara.text()).toContain('3 activities to add');
    expect(amara.text()).toContain('Guitar, beginners');
    expect(amara.text()).toContain('2 days of it are different.');
    expect(amara.text()).not.toContain('07700');
    await commit(amara, address);
    const [guitar] = await at.rows<{ id: string }>(
      `select id, weekdays, to_char(starts_at, 'HH24:MI') as starts, to_char(ends_at, 'HH24:MI') as ends, starts_on::text, ends_on::text, place, ical_uid from parley.activities where name = 'Guitar, beginners'`,
    );
    // Twenty times, twice a week: ten weeks.
    expect(guitar).toMatchObject({ weekdays: [1, 3], starts: '17:00', ends: '17:45', starts_on: monday, ends_on: addDays(monday, 9 * 7 + 2), place: 'Music school', ical_uid: 'guitar@example' }); // prettier-ignore
    const days = await at.rows(
      `select on_day::text, kind, to_day::text, to_char(starts_at, 'HH24:MI') as starts from parley.activity_days where activity_id = $1 order by on_day`,
      [guitar!.id],
    );
    expect(days).toEqual([
      { on_day: addDays(monday, 7), kind: 'cancelled', to_day: null, starts: null },
      { on_day: addDays(monday, 9), kind: 'moved', to_day: addDays(monday, 10), starts: '18:00' },
    ]);
    expect(await at.rows(`select starts_on::text, ends_on::text, starts_at from parley.activities where name = 'Camp'`)).toEqual([{ starts_on: addDays(monday, 30), ends_on: addDays(monday, 32), starts_at: null }]); // prettier-ignore
    expect(await at.rows(`select to_char(ends_at, 'HH24:MI') as ends from parley.activities where name = 'Trial lesson'`)).toEqual([{ ends: '11:00' }]);
    // Even if its name was changed here meanwhile, the other calendar's own name of it tells.
    await amara.get(`/activities/${guitar!.id}/edit`);
    await amara.submit(`/activities/${guitar!.id}/edit`, { name: 'Guitar lesson', startsAt: '17:15' });
    for (const client of [amara, daniel]) {
      await tried(client, list(calendar, 'basic.ics'), world.theo);
      expect(client.text()).toContain('Nothing to add');
    }
    // For the other child it is another activity.
    await tried(amara, list(calendar, 'basic.ics'), world.ines);
    expect(amara.text()).toContain('3 activities to add');
  });

  it('is taken by what it is, whatever it is called', async () => {
    const { amara, world } = at;
    await tried(amara, list(`\ufeff${calendar}`, 'list.csv'), world.ines);
    expect(amara.text()).toContain('3 activities to add');
  });
});
