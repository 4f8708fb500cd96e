import { randomUUIDv7 } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NotFound } from '../../src/core/errors.ts';
import type { ChildId, CommentId, FamilyId, ParentId, SubjectId } from '../../src/core/ids.ts';
import { KnownRecords } from '../../src/messages/known-records.ts';
import { openBody } from '../../src/messages/open-texts.ts';
import { readFamily, type Reader } from '../../src/messages/read-thread.ts';
import { type Found, type Search, searchMessages } from '../../src/messages/search-messages.ts';
import { layRecord } from '../bench/records.ts';
import { startApp, type TestApp } from '../support/app.ts';
import type { Client } from '../support/client.ts';
import type { TestDatabase } from '../support/database.ts';
import { testKeyring } from '../support/keyring.ts';
import { closeWorld, openWorld } from '../support/open-world.ts';
import { messageBy, subjectBy, type World } from '../support/world.ts';

let database: TestDatabase;
let app: TestApp;
let world: World;
let amara: Client;
let aboutTheo: SubjectId;
let aboutInes: SubjectId;

beforeAll(async () => {
  ({ database, world, app } = await openWorld());
  amara = await app.signedIn(world.amara.email);
  ({ subjectId: aboutTheo } = await subjectBy(database, world.amara, world.familyId, world.theo, 'Inhaler', 'The blue inhaler is in the front pocket.'));
  ({ subjectId: aboutInes } = await subjectBy(database, world.amara, world.familyId, world.ines, 'Swimming', 'Swimming costs more from May.'));
  const texts = [
    'Théo liked the CAFÉ by the river.',
    'Straße 5 is the new address of the club.',
    'من فضلك أحضر المعطف غداً',
    `${'Before it. '.repeat(60)}The needle stands here. ${'After it. '.repeat(60)}`,
    'Price: 5% off <b>today</b> & tomorrow, "really".',
    'Bring the 🎸 and the ﬁle.',
    'Η ΟΔΟΣ είναι κλειστή.',
  ];
  for (const text of texts) await messageBy(database, world.amara, aboutTheo, text);
});
afterAll(() => closeWorld({ app, database }));

type Hit = { pos: number; words: string; mark: string | null };

const hitsOf = (body: string): Hit[] =>
  [...body.matchAll(/<li class="hit">[\s\S]*?#e(\d+)"[\s\S]*?<p class="words" dir="auto">([\s\S]*?)<\/p>/g)].map(([, pos, words]) => ({
    pos: Number(pos),
    words: words!.replace(/<\/?mark>/g, ''),
    mark: /<mark>([\s\S]*?)<\/mark>/.exec(words!)?.[1] ?? null,
  }));

const find = async (fields: Record<string, string>, who: Client = amara): Promise<Hit[]> => {
  const answer = await who.post('/messages/search', { q: '', ...fields });
  expect(answer.status).toBe(200);
  return hitsOf(answer.body);
};
const marks = async (q: string) => (await find({ q })).map(({ mark }) => mark);

describe('words', () => {
  it('are found whatever their case and accents, in the text as it was written', async () => {
    expect(await marks('inhaler')).toEqual(['inhaler']);
    expect(await marks('BLUE')).toEqual(['blue']);
    expect(await marks('cafe')).toEqual(['CAFÉ']);
    expect(await marks('théo')).toEqual(['Théo']);
    expect(await marks('file')).toEqual(['ﬁle']);
    expect(await marks('المعطف')).toEqual(['المعطف']);
    expect(await marks('🎸')).toEqual(['🎸']);
    expect(await marks('οδός')).toEqual(['ΟΔΟΣ']);
  });

  it('must all be there, in any order', async () => {
    expect(await find({ q: 'pocket inhaler' })).toHaveLength(1);
    expect(await find({ q: 'pocket swimming' })).toEqual([]);
    expect(amara.text()).toContain('No message has this');
  });

  it('mean themselves, and never a pattern or a mark-up', async () => {
    expect(await find({ q: '.*' })).toEqual([]);
    expect(await marks('5%')).toEqual(['5%']);
    expect(await marks('<b>today</b>')).toEqual(['&lt;b&gt;today&lt;/b&gt;']);
    expect(amara.page.body).not.toContain('<b>today');
  });

  it('stand in their context, cut between words', async () => {
    const [hit] = await find({ q: 'needle' });
    expect(hit!.words).toMatch(/^… (?:Before it\. |it\. )/);
    expect(hit!.words).toContain('The needle stands here.');
    expect(hit!.words).toMatch(/After it\. (?:After )?…$|it\. …$|After …$/);
    expect(hit!.words.length).toBeLessThan(300);
  });

  it('longer than two hundred characters are refused, and stay in the form', async () => {
    const q = 'a'.repeat(201);
    const answer = await amara.post('/messages/search', { q });
    expect(answer.status).toBe(422);
    expect(amara.text()).toContain('Search for 200 characters or fewer');
    expect(answer.body).toContain(`value="${q}"`);
  });
});

describe('the rest of the form', () => {
  it('narrows by sender, subject and child', async () => {
    const fromDaniel = await messageBy(database, world.daniel, aboutInes, 'I can pay for May.');
    await amara.get(`/messages/${aboutInes}`);
    expect((await find({ sender: world.daniel.parentId })).map(({ pos }) => pos)).toEqual([fromDaniel.pos]);
    expect(await find({ q: 'may' })).toHaveLength(2);
    expect(await find({ q: 'may', sender: world.amara.parentId })).toHaveLength(1);
    expect(await find({ q: 'may', subject: aboutTheo })).toEqual([]);
    expect(await find({ q: 'may', child: world.ines })).toHaveLength(2);
    expect(await find({ q: 'may', child: world.theo })).toEqual([]);
    expect(await find({ sender: world.nour.parentId })).toEqual([]);
  });

  it('says what is no day, and keeps the rest', async () => {
    const answer = await amara.post('/messages/search', { q: 'inhaler', from: '2026-02-30' });
    expect(answer.status).toBe(422);
    expect(answer.body).toContain('value="inhaler"');
    await amara.post('/messages/search', { q: '', sender: world.daniel.parentId, child: world.ines, from: '2026-03-09', to: '2026-03-08' });
    expect([amara.page.status, amara.text().includes('The last day is before the first')]).toEqual([422, true]);
    for (const chosen of [world.daniel.parentId, world.ines]) expect(amara.page.body).toMatch(new RegExp(`value="${chosen}" selected`));
    for (const day of ['2026-03-09', '2026-03-08']) expect(amara.page.body).toContain(`value="${day}"`);
  });
});

describe('a record that has been searched', () => {
  it('is searched with what was written since, and never with another family’s', async () => {
    expect(await find({ q: 'kettle' })).toEqual([]);
    const { pos } = await messageBy(database, world.amara, aboutTheo, 'The kettle is broken.');
    expect((await find({ q: 'kettle' })).map(hit => hit.pos)).toEqual([pos]);
    const nour = await app.signedIn(world.nour.email);
    expect(await find({ q: 'kettle' }, nour)).toEqual([]);
  });
});

describe('a long record', () => {
  const familyId = randomUUIDv7() as FamilyId;
  /** What the record holds, opened here one by one, newest first. */
  let all: { pos: number; authorId: string; at: Date; text: string }[];
  let daniel: Client;
  const freya = randomUUIDv7() as ParentId;

  beforeAll(async () => {
    const { admin } = database;
    const child = randomUUIDv7() as ChildId;
    await admin.query(`insert into parley.families (id, time_zone) values ($1, 'Europe/London')`, [familyId]);
    await admin.query(
      `insert into parley.children (id, family_id, given_name, surname, born_on, school_id) values ($1, $2, 'Milo', 'Reyes', '2019-05-04', $3)`,
      [child, familyId, world.school],
    );
    await admin.query(`insert into parley.parents (id, given_name, surname) values ($1, 'Freya', 'Lindqvist')`, [freya]);
    await admin.query(`insert into parley.family_parents (family_id, parent_id, side) values ($1, $2, 'a'), ($1, $3, 'b')`, [
      familyId,
      world.daniel.parentId,
      freya,
    ]);
    await admin.query('update parley.accounts set family_id = $1 where id = $2', [familyId, world.daniel.accountId]);
    // A past is laid down with the stamps off; each entry still has to extend the chain.
    const stamped = ['members', 'subjects', 'comments', 'views'];
    for (const table of stamped) await admin.query(`alter table record.${table} disable trigger a_append`);
    await admin.query('begin');
    await layRecord(admin, testKeyring, { familyId, parentIds: [world.daniel.parentId, freya], childId: child, entries: 1700 });
    await admin.query('commit');
    for (const table of stamped) await admin.query(`alter table record.${table} enable always trigger a_append`);
    await admin.query('delete from parley.unread_comments where family_id = $1', [familyId]);
    const { rows } = await admin.query<{ id: CommentId; pos: number; subjectId: SubjectId; authorId: string; at: Date; bodyCt: Buffer; wrapped: Buffer }>(
      `select c.id, c.pos::int, c.subject_id as "subjectId", c.author_id as "authorId", c.created_at as at, c.body_ct as "bodyCt", k.wrapped
         from record.comments c join record.content_keys k on k.item_id = c.id where c.family_id = $1 order by c.pos desc`,
      [familyId],
    );
    all = rows.map(row => ({ ...row, text: openBody(testKeyring, { ...row, urgentReason: null }) }));
    expect(all.length).toBeGreaterThan(1100); // more than two batches
    daniel = await app.signedIn(world.daniel.email);
  });

  /** Every page of what is found, as a reader asks for them. */
  async function everyPage(fields: Record<string, string>): Promise<number[]> {
    const found = (await find(fields, daniel)).map(({ pos }) => pos);
    for (;;) {
      const further = /<form class="note--l"[\s\S]*?<\/form>/.exec(daniel.page.body)?.[0];
      if (!further) break;
      const hidden = [...further.matchAll(/name="(\w+)" value="([^"]*)"/g)].map(([, name, value]) => [name!, value!]);
      expect((await daniel.post('/messages/search', Object.fromEntries(hidden) as Record<string, string>)).status).toBe(200);
      const more = hitsOf(daniel.page.body);
      expect(more.length).toBeGreaterThan(0);
      found.push(...more.map(({ pos }) => pos));
    }
    return found;
  }

  it('is searched to its end, twenty at a time, nothing twice and nothing left out', async () => {
    const wanted = all.filter(({ text }) => text.includes('dentist') && text.includes('football')).map(({ pos }) => pos);
    expect(wanted.length).toBeGreaterThan(60);
    expect(await everyPage({ q: 'dentist football' })).toEqual(wanted);
  });

  it('is searched by days of the family’s zone, the first and the last included', async () => {
    const dayOf = (at: Date) => new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/London', dateStyle: 'short' }).format(at);
    const [to, from] = [dayOf(all[100]!.at), dayOf(all[180]!.at)];
    const wanted = all.filter(({ at }) => dayOf(at) >= from && dayOf(at) <= to).map(({ pos }) => pos);
    expect(wanted.length).toBeGreaterThanOrEqual(81);
    expect(await everyPage({ from, to })).toEqual(wanted);
  });

  describe('while it is searched', () => {
    const search = (words: string, subject: SubjectId | null = null): Search => {
      return { words, sender: null, subject, child: null, from: null, to: null, before: 2 ** 45 };
    };
    const actor = (parentId: string) => ({ ...world.daniel, parentId: parentId as ParentId });
    /** A reader that has kept nothing, and whose search is held up before it reads on for the `nth` time. */
    const readerHeldUp = (nth: number, hold: () => Promise<unknown>): Reader => {
      let asked = 0;
      const query: typeof database.db.query = async (statement, values) => {
        if (statement.name === 'messages.words' && (asked += 1) === nth) await hold();
        return database.db.query(statement, values);
      };
      return { db: { ...database.db, query }, keyring: testKeyring, known: new KnownRecords() };
    };
    const positions = ({ hits }: Found) => hits.map(({ row }) => row.pos);
    const until = (parentId: string, when: string) =>
      database.admin.query(`update parley.family_parents set until = ${when} where family_id = $1 and parent_id = $2`, [familyId, parentId]);

    it('and the right to it ends, it is no longer there, and nothing of it is missing for the other', async () => {
      const oldest = all.at(-1)!;
      const [first] = oldest.text.split(' ');
      const reader = readerHeldUp(2, () => until(world.daniel.parentId, 'now()'));
      const around = await readFamily(reader, actor(world.daniel.parentId), familyId, 'all');
      await expect(searchMessages(reader, actor(world.daniel.parentId), around, search('no message has this'))).rejects.toThrow(NotFound);
      await until(world.daniel.parentId, 'null');
      const wanted = all.filter(({ text }) => text.includes(first!)).map(({ pos }) => pos);
      const found = await searchMessages(reader, actor(freya), await readFamily(reader, actor(freya), familyId, 'all'), {
        ...search(first!),
        before: oldest.pos + 1,
      });
      expect(wanted).toContain(oldest.pos);
      expect(positions(found)).toEqual([oldest.pos]);
    });

    it('and grows, what was written meanwhile is not shown before it counts as unread', async () => {
      const daniel = actor(world.daniel.parentId);
      const [{ subjectId }] = (
        await database.admin.query<{ subjectId: SubjectId }>(`select id as "subjectId" from record.subjects where family_id = $1`, [familyId])
      ).rows as [{ subjectId: SubjectId }];
      const write = (text: string) => messageBy(database, { ...world.amara, parentId: freya }, subjectId, text);
      const reader = readerHeldUp(0, async () => {});
      const around = await readFamily(reader, daniel, familyId, 'all');
      expect(positions(await searchMessages(reader, daniel, around, search('quicksilver')))).toEqual([]);
      // Read by this search, which knows the record as it was.
      const { pos } = await write('The quicksilver has risen.');
      expect(positions(await searchMessages(reader, daniel, around, search('quicksilver')))).toEqual([]);
      // Kept by the other's search meanwhile.
      const hers = await searchMessages(reader, actor(freya), await readFamily(reader, actor(freya), familyId, 'all'), search('quicksilver'));
      expect(positions(hers)).toEqual([pos]);
      expect(positions(await searchMessages(reader, daniel, around, search('quicksilver')))).toEqual([]);
      const now = await searchMessages(reader, daniel, await readFamily(reader, daniel, familyId, 'all'), search('quicksilver'));
      expect(now.hits.map(({ row, match, after }) => [row.pos, match, after])).toEqual([[pos, '', 'You have not opened this message yet.']]);
    });
  });

  it('gives the same to two who search at once', async () => {
    const wanted = all.filter(({ text }) => text.includes('medicine')).map(({ pos }) => pos);
    const again = await startApp(database);
    const both = await Promise.all([again.signedIn(world.daniel.email), again.signedIn(world.daniel.email)]);
    const found = await Promise.all(both.map(one => find({ q: 'medicine' }, one)));
    for (const hits of found) expect(hits.map(({ pos }) => pos)).toEqual(wanted.slice(0, 20));
    await again.close();
  });
});
