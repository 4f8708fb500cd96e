import { randomUUID, randomUUIDv7 } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordStep, type StepKind, stepsAbout } from '../../src/audit/steps.ts';
import type { ChildId, FactId } from '../../src/core/ids.ts';
import { insertFact } from '../../src/children/store.ts';
import { addFact, changeFact, type Outcome } from '../../src/children/write-fact.ts';
import { checkRecord } from '../../src/record/check-record.ts';
import type { Client } from '../support/client.ts';
import { testKeyring } from '../support/keyring.ts';
import { type RunningWorld, runningWorld } from '../support/running-world.ts';
import type { Person } from '../support/world.ts';

const names = { owner: 'Amara Okafor', other: 'Daniel Reyes' };
const canary = 'zirconium marmot';

let w: RunningWorld;
beforeAll(async () => {
  w = await runningWorld();
});
afterAll(() => w.close());

type Row = { id: FactId; section: string; kind: string; version: number; removed_at: Date | null; step_id: string };
const rows = async (childId: ChildId = w.world.ines) =>
  (await w.database.admin.query<Row>('select * from parley.facts where child_id = $1 order by added_at, id', [childId])).rows;
const entries = async () =>
  (await w.database.admin.query<{ count: number }>('select count(*)::int as count from record.entries where family_id = $1', [w.world.familyId])).rows[0]!
    .count;
const steps = async (factId: string) => stepsAbout(w.database.db, testKeyring, w.world.familyId, [factId]);

const addAt = (childId: string) => `/children/${childId}/facts`;
async function add(client: Client, values: Record<string, string>, childId = w.world.ines, section = 'health') {
  await client.get(`${addAt(childId)}?section=${section}`);
  return client.submit(addAt(childId), values);
}
/** Adds, and gives the id that the answer leads to. */
async function added(client: Client, values: Record<string, string>, childId = w.world.ines, section = 'health'): Promise<FactId> {
  const answer = await add(client, values, childId, section);
  expect([answer.status, client.text().slice(0, 300)]).toEqual([303, '']);
  return /#fact-([0-9a-f-]{36})$/.exec(answer.location!)![1] as FactId;
}
async function change(client: Client, factId: string, values: Record<string, string>) {
  await client.get(`/facts/${factId}`);
  return client.submit(`/facts/${factId}/change`, values);
}
const sound = async () => expect((await checkRecord(w.database.db, testKeyring, w.world.familyId)).fault).toBeNull();

describe('a fact', () => {
  it('is added by either parent as an entry that says who, about whom and what', async () => {
    const before = await entries();
    const factId = await added(w.daniel, { kind: 'allergies', text: 'Cashew and pistachio. Two adrenaline pens.' });
    expect(await entries()).toBe(before + 1);
    const [step, ...more] = await steps(factId);
    expect(more).toEqual([]);
    expect(step).toMatchObject({
      kind: 'fact.added',
      parentId: w.world.daniel.parentId,
      says: `${names.other} added “Allergies” to what both parents know about Ines Okafor Reyes, under Health.`,
      note: 'Cashew and pistachio. Two adrenaline pens.',
      data: {
        childId: w.world.ines,
        section: 'health',
        kind: 'allergies',
        version: 1,
        before: null,
        after: { label: null, text: 'Cashew and pistachio. Two adrenaline pens.', until: null },
      },
    });
    expect(await rows()).toMatchObject([{ id: factId, section: 'health', kind: 'allergies', version: 1, removed_at: null, step_id: step!.id }]);
    const audit = await w.database.admin.query('select actor_id, details from record.audit_events where target_id = $1', [factId]);
    expect(audit.rows).toEqual([{ actor_id: w.world.daniel.accountId, details: {} }]);
    // The other parent is told by the neutral mail that something waits; the writer is not.
    const told = await w.database.admin.query<{ key: string }>(`select key from graphile_worker.jobs where key like 'messages.tell-step %'`);
    expect(told.rows).toEqual([{ key: `messages.tell-step ${w.world.familyId} ${w.world.amara.parentId}` }]);
    await sound();
  });

  it('is changed by the other, with both wordings in the record and the newest on the page', async () => {
    const [fact] = await rows();
    expect((await change(w.amara, fact!.id, { text: 'Cashew, pistachio and peanut.' })).location).toBe(`/children/${w.world.ines}#fact-${fact!.id}`);
    const [first, second] = await steps(fact!.id);
    expect(second).toMatchObject({
      kind: 'fact.changed',
      parentId: w.world.amara.parentId,
      says: `${names.owner} changed “Allergies” in what both parents know about Ines Okafor Reyes, under Health.`,
      note: 'Cashew, pistachio and peanut.',
      data: { version: 2, before: first!.data.after, after: { label: null, text: 'Cashew, pistachio and peanut.', until: null } },
    });
    expect(await rows()).toMatchObject([{ version: 2, step_id: second!.id }]);
    await w.amara.get(`/facts/${fact!.id}`);
    for (const words of ['Cashew, pistachio and peanut.', 'Cashew and pistachio. Two adrenaline pens.', 'Changed by you', 'Added by Daniel'])
      expect(w.amara.text()).toContain(words);
    await sound();
  });

  it('may be a medicine with a last day, which the record says in full', async () => {
    const factId = await added(w.amara, { kind: 'medicine', text: 'Amoxicillin, 5 ml, three times a day.', until: '2026-03-15' });
    const [step] = await steps(factId);
    expect(step!.says).toBe(
      `${names.owner} added “Medicine now” to what both parents know about Ines Okafor Reyes, under Health. It holds until Sunday 15 March 2026.`,
    );
    await w.daniel.get(`/children/${w.world.ines}`);
    expect(w.daniel.text()).toContain('Was until Sunday 15 March 2026');
    const later = `${new Date().getFullYear() + 1}-03-15`;
    expect((await change(w.daniel, factId, { text: 'Amoxicillin, 5 ml, twice a day.', until: later })).status).toBe(303);
    await w.daniel.get(`/facts/${factId}`);
    expect(w.daniel.text()).toContain(`15 March ${later.slice(0, 4)}`);
  });

  it('may have a name of its writer’s own, and another one later', async () => {
    const factId = await added(w.amara, { kind: 'other', label: '  Library card ', text: 'In the blue purse.' }, w.world.theo, 'school');
    expect((await steps(factId))[0]!.says).toBe(
      `${names.owner} added “Library card” to what both parents know about Theo Okafor Reyes, under School and learning.`,
    );
    await w.daniel.get(`/children/${w.world.theo}`);
    expect(w.daniel.text()).toMatch(/Library card In the blue purse\./);
    expect((await change(w.daniel, factId, { label: 'Library cards', text: 'In the blue purse.' })).status).toBe(303);
    const [, second] = await steps(factId);
    expect(second!.says).toBe(
      `${names.other} changed “Library card”, now called “Library cards”, in what both parents know about Theo Okafor Reyes, under School and learning.`,
    );
    await w.amara.get(`/facts/${factId}`);
    expect(w.amara.text()).toContain('Called Library card');
  });

  it('is removed with a word about it, and stays readable', async () => {
    const factId = await added(w.daniel, { kind: 'dentist', text: 'Riverside Dental.' });
    await w.amara.get(`/facts/${factId}`);
    const answer = await w.amara.submit(`/facts/${factId}/remove`);
    expect([answer.status, answer.location]).toEqual([303, `/facts/${factId}`]);
    const [, removed] = await steps(factId);
    expect(removed).toMatchObject({
      kind: 'fact.removed',
      says: `${names.owner} removed “Dentist” from what both parents know about Ines Okafor Reyes, under Health.`,
      note: null,
      data: { version: 2, before: { text: 'Riverside Dental.' }, after: null },
    });
    await w.daniel.get(`/children/${w.world.ines}`);
    const [facts, history] = w.daniel.text().split('What has changed');
    expect(facts).not.toContain('Riverside Dental.');
    expect(history).toMatch(/Amara removed Dentist \. New It said: Riverside Dental\./);
    await w.daniel.get(`/facts/${factId}`);
    expect(w.daniel.text()).toContain('Amara removed this on');
    expect(w.daniel.text()).toContain('Riverside Dental.');
    expect(w.daniel.page.body).not.toContain('/change"');
    expect((await w.daniel.post(`/facts/${factId}/change`, { text: 'Again', version: '2', submission: randomUUID() })).status).toBe(409);
    await sound();
  });
});

describe('what is typed', () => {
  it.each([
    ['right-to-left text', 'حساسية من الفستق. ١٢٣ (abc)'],
    ['lines', 'One.\r\n\r\nTwo,\r\n  indented.'],
    ['what looks like markup', '<script>alert(1)</script> &amp; "quoted" <%= 7*7 %>'],
    ['2,000 characters of a keyboard', '🙂é x\n'.repeat(400)],
    ['one long word', 'w'.repeat(2000)],
  ])('comes back exactly: %s', async (_name, text) => {
    const factId = await added(w.amara, { kind: 'diet', text }, w.world.theo, 'everyday');
    await w.daniel.get(`/facts/${factId}`);
    expect(w.daniel.form(`/facts/${factId}/change`).fields.text).toBe(text);
    expect(w.daniel.page.body).not.toContain('<script>alert');
    await w.daniel.get(`/children/${w.world.theo}`);
    expect(w.daniel.text()).toContain(text.split(/\s/)[0]);
  });

  it.each([
    ['nothing', { kind: 'doctor', text: '  \n' }, 'Write what both of you should know'],
    ['2,001 characters', { kind: 'doctor', text: 'x'.repeat(2001) }, 'Keep this to 2,000 characters or fewer'],
    ['no kind', { kind: '', text: 'Dr Hanlon' }, 'Choose what it is'],
    ['a kind of another section', { kind: 'bedtime', text: 'Dr Hanlon' }, 'Choose what it is'],
    ['no kind that there is', { kind: 'constructor', text: 'Dr Hanlon' }, 'Choose what it is'],
    ['something else without a name', { kind: 'other', text: 'Dr Hanlon' }, 'Give it a name'],
    ['a name of 61 characters', { kind: 'other', label: 'n'.repeat(61), text: 'Dr Hanlon' }, 'Keep this to 60 characters or fewer'],
    ['a name of two lines', { kind: 'other', label: 'One\nTwo', text: 'Dr Hanlon' }, 'Write this on one line'],
    ['a name where there is one', { kind: 'doctor', label: 'Surgery', text: 'Dr Hanlon' }, 'Choose that, or take the name out'],
    ['a last day of a doctor', { kind: 'doctor', text: 'Dr Hanlon', until: '2027-01-01' }, 'Only a medicine or an insurance has a last day'],
    ['a day that is none', { kind: 'medicine', text: 'Ibuprofen', until: '2026-02-30' }, 'Give the last day as a date'],
    ['a day in another age', { kind: 'medicine', text: 'Ibuprofen', until: '0001-01-01' }, 'Give the last day as a date'],
  ])('is refused with a word beside its field, and kept: %s', async (_name, values: Record<string, string>, words) => {
    const before = await entries();
    const answer = await add(w.amara, values);
    expect(answer.status).toBe(422);
    expect(w.amara.text()).toContain(words);
    expect(answer.body).toContain('<title>Error: ');
    const { fields } = w.amara.form(addAt(w.world.ines));
    if (values.text!.trim() !== '') expect(fields.text).toBe(values.text);
    if (['doctor', 'medicine', 'other'].includes(values.kind!)) expect(fields.kind).toBe(values.kind);
    for (const name of ['label', 'until']) if (values[name] && !values[name].includes('\n')) expect(fields[name]).toBe(values[name]);
    expect(await entries()).toBe(before);
  });

  it('is refused where a form is not one of ours: a NUL, a field twice, one too many, a strange section', async () => {
    const fields = { section: 'health', kind: 'doctor', label: '', text: 'Dr Hanlon', until: '', submission: randomUUID() };
    const before = await entries();
    for (const [more, status] of [
      [{ text: 'Dr\0Hanlon' }, [400, 422]],
      [{ text: ['Dr Hanlon', 'Dr Else'] }, [422]],
      [{ surprise: '1' }, [422]],
      [{ section: 'secrets' }, [422]],
      [{ submission: 'x' }, [422]],
    ] as const) {
      const answer = await w.amara.post(addAt(w.world.ines), { ...fields, ...more } as Record<string, string>);
      expect(status, JSON.stringify(more)).toContain(answer.status);
    }
    const [fact] = await rows();
    for (const more of [{ version: '0' }, { version: 'x' }, { version: '99999999999' }, { label: 'Mine' }, { until: '2027-01-01' }]) {
      const answer = await w.amara.post(`/facts/${fact!.id}/change`, { text: 'Other', version: '2', submission: randomUUID(), ...more } as Record<
        string,
        string
      >);
      expect(answer.status, JSON.stringify(more)).toBe(422);
    }
    expect((await w.amara.post(`/facts/${fact!.id}/remove`, { version: '2', submission: 'x' })).status).toBe(422);
    expect(await entries()).toBe(before);
  });

  it('is recorded only where it says something new', async () => {
    const [fact] = await rows();
    const before = await entries();
    const answer = await change(w.amara, fact!.id, {});
    expect(answer.status).toBe(422);
    expect(w.amara.text()).toContain('This is the wording that is there already');
    expect(await entries()).toBe(before);
  });
});

describe('one form', () => {
  it('adds one fact, however often and however fast it is pressed', async () => {
    await w.amara.get(`${addAt(w.world.ines)}?section=everyday`);
    const { address, fields } = w.amara.form(addAt(w.world.ines));
    const filled = { ...fields, kind: 'shoe-size', text: 'UK 3' };
    const before = await entries();
    const answers = await Promise.all([1, 2, 3].map(() => w.amara.post(address, filled)));
    expect(new Set(answers.map(({ status, location }) => `${status} ${location}`)).size).toBe(1);
    expect(answers[0]!.status).toBe(303);
    expect(await entries()).toBe(before + 1);

    const other = await w.amara.post(address, { ...filled, text: 'UK 4' });
    expect(other.status).toBe(409);
    expect(w.amara.text()).toContain(`This form was sent before, as entry ${before + 1}.`);
    expect(w.amara.form(addAt(w.world.ines)).fields).toMatchObject({ text: 'UK 4', kind: 'shoe-size' });
    expect((await w.amara.submit(addAt(w.world.ines))).status).toBe(303);
    expect(await entries()).toBe(before + 2);
  });

  it('changes once, and removes once', async () => {
    const factId = await added(w.amara, { kind: 'comfort', text: 'Grey rabbit.' }, w.world.ines, 'everyday');
    await w.amara.get(`/facts/${factId}`);
    const before = await entries();
    const changed = { ...w.amara.form(`/facts/${factId}/change`).fields, text: 'Grey rabbit travels with her.' };
    const answers = await Promise.all([1, 2].map(() => w.amara.post(`/facts/${factId}/change`, changed)));
    expect(answers.map(({ status }) => status)).toEqual([303, 303]);
    expect(await entries()).toBe(before + 1);
    await w.amara.get(`/facts/${factId}`);
    const { fields } = w.amara.form(`/facts/${factId}/remove`);
    const removed = await Promise.all([1, 2].map(() => w.amara.post(`/facts/${factId}/remove`, fields)));
    expect(removed.map(({ status }) => status)).toEqual([303, 303]);
    expect(await entries()).toBe(before + 2);
    expect((await rows()).find(({ id }) => id === factId)).toMatchObject({ version: 3 });
  });
});

describe('an old page', () => {
  it('does not write over a newer wording, shows both, and keeps what was typed', async () => {
    const factId = await added(w.amara, { kind: 'bedtime', text: '20:00 on school nights.' }, w.world.ines, 'everyday');
    await w.amara.get(`/facts/${factId}`);
    expect((await change(w.daniel, factId, { text: '20:15 on school nights, in both homes.' })).status).toBe(303);
    const before = await entries();
    const answer = await w.amara.submit(`/facts/${factId}/change`, { text: '19:45, she is tired.' });
    expect(answer.status).toBe(409);
    expect(await entries()).toBe(before);
    for (const words of ['Daniel changed this on', 'What you typed has not been recorded', '20:15 on school nights, in both homes.', '20:00 on school nights.'])
      expect(w.amara.text()).toContain(words);
    expect(w.amara.form(`/facts/${factId}/change`).fields).toMatchObject({ text: '19:45, she is tired.', version: '2' });
    // Read, and meant all the same.
    expect((await w.amara.submit(`/facts/${factId}/change`)).status).toBe(303);
    expect((await steps(factId)).at(-1)!.data).toMatchObject({ version: 3, before: { text: '20:15 on school nights, in both homes.' } });
  });

  it('does not remove a wording that was never seen', async () => {
    const factId = await added(w.amara, { kind: 'clothes', text: 'Age 9 to 10.' }, w.world.ines, 'everyday');
    await w.amara.get(`/facts/${factId}`);
    const { fields } = w.amara.form(`/facts/${factId}/remove`);
    await change(w.daniel, factId, { text: 'Age 10 to 11.' });
    const answer = await w.amara.post(`/facts/${factId}/remove`, fields);
    expect(answer.status).toBe(409);
    expect(w.amara.text()).toContain('Nothing was removed.');
    expect((await rows()).find(({ id }) => id === factId)).toMatchObject({ version: 2, removed_at: null });
  });

  it('of something that was removed meanwhile offers to add what was typed afresh', async () => {
    const factId = await added(w.amara, { kind: 'other', label: 'Bicycle', text: 'Blue, in the shed.' }, w.world.ines, 'everyday');
    await w.amara.get(`/facts/${factId}`);
    const typed = { ...w.amara.form(`/facts/${factId}/change`).fields, text: 'Blue, with a new bell.' };
    await w.daniel.get(`/facts/${factId}`);
    await w.daniel.submit(`/facts/${factId}/remove`);
    const answer = await w.amara.post(`/facts/${factId}/change`, typed);
    expect(answer.status).toBe(409);
    expect(w.amara.text()).toContain('Daniel removed this on');
    expect(w.amara.form(addAt(w.world.ines)).fields).toMatchObject({ section: 'everyday', kind: 'other', label: 'Bicycle', text: 'Blue, with a new bell.' });
    expect((await w.amara.submit(addAt(w.world.ines))).status).toBe(303);
    expect((await rows()).filter(({ kind, removed_at: gone }) => kind === 'other' && gone === null)).toHaveLength(1);
  });

  it('of two who change at the same moment lets one through', async () => {
    const factId = await added(w.amara, { kind: 'reading', text: 'The Railway Children.' }, w.world.ines, 'school');
    const write = (who: Person, text: string): Promise<Outcome> =>
      w.database.db.transact(who, work =>
        changeFact(work, testKeyring, factId, 1, { words: { label: null, text, until: null }, submission: randomUUIDv7(), confirm: null }),
      );
    const outcomes = await Promise.all([write(w.world.amara, 'Matilda.'), write(w.world.daniel, 'The Hobbit.')]);
    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['done', 'stale']);
    expect(await steps(factId)).toHaveLength(2);
    await sound();
  });
});

describe('the contact shield', () => {
  it('asks once about a doctor’s number, and takes it when it is meant', async () => {
    const answer = await add(w.amara, { kind: 'doctor', text: 'Dr Hanlon, 020 7946 0123.' });
    expect(answer.status).toBe(422);
    expect(w.amara.text()).toContain('There is a number or an address in this. Is it meant to be shared?');
    expect(w.amara.text()).toContain('A doctor’s is fine');
    const { fields, names: has } = w.amara.form(addAt(w.world.ines));
    expect([fields.text, has.has('confirm')]).toEqual(['Dr Hanlon, 020 7946 0123.', true]);
    const confirm = /name="confirm" value="([^"]+)"/.exec(answer.body)![1]!;
    // What was agreed to holds for that number alone.
    expect((await w.amara.submit(addAt(w.world.ines), { confirm, text: 'Dr Hanlon, 020 7946 0999.' })).status).toBe(422);
    expect((await add(w.amara, { kind: 'doctor', text: 'Dr Hanlon, 020 7946 0123.' })).status).toBe(422);
    expect((await w.amara.submit(addAt(w.world.ines), { confirm })).status).toBe(303);
  });

  it('holds back one’s own number, address and e-mail, in a name as in the text, whatever is confirmed', async () => {
    const before = await entries();
    for (const values of [
      { kind: 'doctor', text: 'Ring me on 07700 900142.' },
      { kind: 'other', label: '07700 900142', text: 'Mine' },
      { kind: 'doctor', text: 'The spare is at 14 Larkspur Close.' },
      { kind: 'doctor', text: 'Write to amara@parley.example' },
    ]) {
      const answer = await add(w.amara, values);
      expect([values.text, answer.status]).toEqual([values.text, 422]);
      expect(w.amara.text()).toContain('Held back:');
      expect(w.amara.form(addAt(w.world.ines)).fields.text).toBe(values.text);
    }
    const { fields } = w.amara.form(addAt(w.world.ines));
    expect((await w.amara.post(addAt(w.world.ines), { ...fields, confirm: 'x' })).status).toBe(422);
    const [fact] = await rows();
    expect((await change(w.amara, fact!.id, { text: 'Ring me on 07700 900142.' })).status).toBe(422);
    expect(w.amara.text()).toContain('Held back:');
    expect(await entries()).toBe(before);
  });
});

describe('what is kept', () => {
  it('is nowhere in the database but encrypted', async () => {
    const factId = await added(w.amara, { kind: 'other', label: `${canary} name`, text: `The ${canary} is in the drawer.` }, w.world.ines, 'everyday');
    await change(w.daniel, factId, { label: `${canary} name`, text: `The ${canary} is out.` });
    await w.amara.get(`/facts/${factId}`);
    await w.amara.submit(`/facts/${factId}/remove`);
    const { rows: tables } = await w.database.admin.query<{ name: string }>(
      `select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p') and n.nspname in ('parley', 'record', 'guard', 'graphile_worker')`,
    );
    expect(tables.length).toBeGreaterThan(40);
    const forms = [canary, Buffer.from(canary).toString('hex'), Buffer.from(canary).toString('base64').slice(0, 18)];
    for (const { name } of tables) {
      const { rows: found } = await w.database.admin.query<{ line: string }>(`select t::text as line from ${name} t`);
      for (const { line } of found) for (const form of forms) expect(line.includes(form), `${name} has ${form}`).toBe(false);
    }
    await sound();
  });

  it('goes from one version to the next, in the database’s own eyes too', async () => {
    const [fact, other] = (await rows()).filter(({ removed_at: gone }) => gone === null);
    const app_ = (sql: string, values: unknown[]) => w.database.db.pool.query(sql, values);
    await expect(app_('update parley.facts set step_id = $2, version = version + 1 where id = $1', [fact!.id, other!.step_id])).rejects.toThrow(/latest step/);
    await expect(app_('update parley.facts set version = version + 1 where id = $1', [fact!.id])).rejects.toThrow(/next until it is removed/);
    const [first] = (await steps(fact!.id)).toSorted((a, b) => a.pos - b.pos);
    expect(first!.id).not.toBe(fact!.step_id);
    await expect(app_('update parley.facts set step_id = $2, version = version + 1 where id = $1', [fact!.id, first!.id])).rejects.toThrow(/latest step/);
    for (const sql of [`delete from parley.facts where id = $1`, `update parley.facts set child_id = child_id where id = $1`, `truncate parley.facts`])
      await expect(app_(sql, sql.includes('$1') ? [fact!.id] : [])).rejects.toThrow(/permission denied/);
    const gone = (await rows()).find(({ removed_at: at }) => at !== null)!;
    await expect(app_('update parley.facts set version = version + 1 where id = $1', [gone.id])).rejects.toThrow(/until it is removed/);
    await expect(app_('update parley.facts set removed_at = null where id = $1', [gone.id])).rejects.toThrow(/permission denied/);
    // What removes it is the step that says so: no other step does, and that step does nothing else.
    const insert = (kind: StepKind) =>
      w.database.db.transact(w.world.amara, async work => {
        const aboutId = randomUUIDv7();
        const step = { familyId: w.world.familyId, by: { parentId: w.world.amara.parentId }, says: 'x', note: null, data: {}, tells: false };
        const { id } = await recordStep(work, testKeyring, { ...step, kind, aboutId, submission: randomUUIDv7() });
        await work.trx.query(insertFact, [aboutId, w.world.familyId, w.world.ines, 'health', 'doctor', id, 200]);
      });
    await expect(insert('fact.removed')).rejects.toThrow(/begins by being added/);
    await expect(insert('fact.changed')).rejects.toThrow(/begins by being added/);
  });

  it('is at most 200 facts for a child, and the 201st is refused with what to do', async () => {
    const { otherFamilyId: familyId, leila, nour } = w.world;
    const one = (text: string) =>
      w.database.db.transact(nour, work =>
        addFact(
          work,
          testKeyring,
          leila,
          { section: 'everyday', kind: 'contacts' },
          { words: { label: null, text, until: null }, submission: randomUUIDv7(), confirm: null },
        ),
      );
    for (let number = 1; number <= 199; number += 1) expect((await one(`Friend ${number}`)).kind).toBe('done');
    // Both at once: one is the 200th, and the other is told.
    const sam = (text: string) =>
      w.database.db.transact(w.world.sam, work =>
        addFact(
          work,
          testKeyring,
          leila,
          { section: 'health', kind: 'doctor' },
          { words: { label: null, text, until: null }, submission: randomUUIDv7(), confirm: null },
        ),
      );
    const both = await Promise.allSettled([one('Friend 200'), sam('Dr Moreau')]);
    const went = both.filter(result => result.status === 'fulfilled' && result.value.kind === 'done');
    expect(went).toHaveLength(1);
    const client = await w.app.signedIn(nour.email);
    const answer = await add(client, { kind: 'diet', text: 'No aubergines.' }, leila, 'everyday');
    expect(answer.status).toBe(422);
    expect(client.text()).toContain('Leila has 200 facts, which is the most. Remove one that no longer holds, then add this.');
    expect(client.form(addAt(leila)).fields.text).toBe('No aubergines.');
    expect((await client.get(`/children/${leila}`)).status).toBe(200);
    expect(client.page.body.match(/id="fact-/g)).toHaveLength(200);
    expect((await checkRecord(w.database.db, testKeyring, familyId)).fault).toBeNull();
    const { rows: stored } = await w.database.admin.query<{ id: FactId }>('select id from parley.facts where child_id = $1 limit 1', [leila]);
    await client.get(`/facts/${stored[0]!.id}`);
    await client.submit(`/facts/${stored[0]!.id}/remove`);
    expect((await one('Friend 201')).kind).toBe('done');
  });
});
