import { randomUUIDv7 } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import type { CommentId, FamilyId, SubjectId } from '../../src/core/ids.ts';
import { type Draft, type Outcome, postComment } from '../../src/messages/post-comment.ts';
import { stageUploads } from '../../src/messages/stage-upload.ts';
import { sharedDesk } from '../../src/messages/write-together.ts';
import { type Database, OutcomeUnknown } from '../../src/platform/database.ts';
import type { Keyring } from '../../src/platform/keyring.ts';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';
import { testKeyring } from '../support/keyring.ts';
import { buildWorld, type Person, subjectBy, type World } from '../support/world.ts';

let database: TestDatabase;
let world: World;
let ours: SubjectId;
let theirs: SubjectId;
beforeAll(async () => {
  database = await cloneDatabase();
  world = await buildWorld(database);
  ({ subjectId: ours } = await subjectBy(database, world.amara, world.familyId, world.theo, 'Theo: dentist', 'Tuesday at ten.'));
  ({ subjectId: theirs } = await subjectBy(database, world.nour, world.otherFamilyId, world.leila, 'Leila: piano', 'Monday at four.'));
});
afterAll(() => database.close());

/** How many messages each writing statement was given. */
let groups: number[];
/** The same database, with each statement that writes counted. */
const heard = (): Database => ({
  ...database.db,
  write(statement, values) {
    groups.push((values[0] as unknown[]).length);
    return database.db.write(statement, values);
  },
});
let db: Database;
let desk: ReturnType<typeof sharedDesk>;
beforeEach(() => {
  groups = [];
  db = heard();
  desk = sharedDesk(db);
});

const draft = (text: string, more: Partial<Draft> = {}): Draft => ({
  text,
  submission: randomUUIDv7(),
  urgent: null,
  corrects: null,
  confirm: null,
  files: [],
  ...more,
});
const post = (author: Person, subjectId: SubjectId, written: Draft, keyring: Keyring = testKeyring): Promise<Outcome> =>
  postComment(db, keyring, author, subjectId, written, desk);

const stored = async (): Promise<{ comments: number; keys: number; unread: number; audits: number; entries: number }> => {
  const { rows } = await database.admin.query(`
    select (select count(*)::int from record.comments) as comments, (select count(*)::int from record.content_keys) as keys,
           (select count(*)::int from parley.unread_comments) as unread, (select count(*)::int from record.entries) as entries,
           (select count(*)::int from record.audit_events where action like 'comment.%') as audits`);
  return rows[0];
};
const grown = (before: Awaited<ReturnType<typeof stored>>, by: number) => Object.fromEntries(Object.entries(before).map(([name, count]) => [name, count + by]));
const brokenLinks = async (familyId: FamilyId): Promise<number> => {
  const { rowCount } = await database.admin.query(
    `select from (select *, lag(leaf_hash) over (order by pos) as before, row_number() over (order by pos) as nth from record.entries where family_id = $1) e
      where prev_hash <> coalesce(before, record.genesis(family_id)) or leaf_hash <> record.leaf_hash(leaf) or pos <> nth`,
    [familyId],
  );
  return rowCount!;
};

it('whoever posts at the same moment is written in one statement, each whole, on an unbroken chain', async () => {
  const before = await stored();
  const outcomes = await Promise.all([
    post(world.amara, ours, draft('From Amara.')),
    post(world.nour, theirs, draft('From Nour.')),
    post(world.daniel, ours, draft('From Daniel.')),
    post(world.sam, theirs, draft('From Sam.')),
  ]);
  expect(outcomes.map(({ kind }) => kind)).toEqual(['posted', 'posted', 'posted', 'posted']);
  expect(groups).toEqual([4]);
  expect(await stored()).toEqual(grown(before, 4));
  expect([await brokenLinks(world.familyId), await brokenLinks(world.otherFamilyId)]).toEqual([0, 0]);
  const { rows } = await database.admin.query(
    `select a.actor_id, a.target_id, c.author_id, (a.details ->> 'pos')::int = c.pos as at, u.parent_id as told, exists (
              select from parley.waiting_notices w where w.family_id = c.family_id and w.parent_id = u.parent_id) as waits
       from record.comments c join record.audit_events a on a.target_id = c.id join parley.unread_comments u on u.comment_id = c.id
      order by c.created_at desc limit 4`,
  );
  const between = (author: Person, reader: Person) =>
    expect.objectContaining({ actor_id: author.accountId, author_id: author.parentId, told: reader.parentId, at: true, waits: true });
  expect(rows).toEqual(
    expect.arrayContaining([
      between(world.amara, world.daniel),
      between(world.daniel, world.amara),
      between(world.nour, world.sam),
      between(world.sam, world.nour),
    ]),
  );
});

it('one that the record refuses takes nobody else’s with it', async () => {
  const before = await stored();
  const broken: Keyring = { ...testKeyring, newItemKey: id => ({ ...testKeyring.newItemKey(id), wrapped: Buffer.alloc(3) }) };
  const [amara, nour, sam] = await Promise.allSettled([
    post(world.amara, ours, draft('This has no proper key.'), broken),
    post(world.nour, theirs, draft('This is whole.')),
    post(world.sam, theirs, draft('This too.')),
  ]);
  expect(amara).toMatchObject({ status: 'rejected', reason: { constraint: 'content_keys_wrapped_check' } });
  expect([nour, sam]).toMatchObject([{ value: { kind: 'posted' } }, { value: { kind: 'posted' } }]);
  // Together, then each by itself.
  expect(groups).toEqual([3, 1, 1, 1]);
  expect(await stored()).toEqual(grown(before, 2));
});

it('a form that is pressed twice within one moment makes one message, and two forms of one author make two', async () => {
  const before = await stored();
  const twice = draft('Pressed twice.');
  const outcomes = await Promise.all([post(world.amara, ours, twice), post(world.amara, ours, twice), post(world.amara, ours, draft('Another.'))]);
  expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(['already', 'posted', 'posted']);
  const [first, second, third] = outcomes as { pos: number }[];
  expect(second!.pos).toBe(first!.pos);
  expect(third!.pos).not.toBe(first!.pos);
  expect(await stored()).toEqual(grown(before, 2));
});

it('a form with a file that is pressed twice finds the message, also where the other press took the file a moment ago', async () => {
  const { staged } = await stageUploads(database.db, testKeyring, world.amara, [{ field: 'files', name: 'a.pdf', bytes: Buffer.from('%PDF-1.4\n%%EOF\n') }]);
  const twice = draft('With a file.', { files: [{ id: staged[0]!.id, name: 'Document 1.pdf' }] });
  const whole = db;
  let first: Outcome | undefined;
  db = {
    ...whole,
    async query(statement, values) {
      // The facts have been read by now, and the files have not.
      if (statement.name === 'messages.uploads') first ??= await postComment(whole, testKeyring, world.amara, ours, twice);
      return whole.query(statement, values);
    },
  };
  const second = await post(world.amara, ours, twice);
  expect(first).toMatchObject({ kind: 'posted' });
  expect(second).toEqual({ ...first, kind: 'already' });
});

it('the stops hold within one moment: urgent goes out once', async () => {
  const urgent = (text: string) => post(world.sam, theirs, draft(text, { urgent: 'child_ill' }));
  const outcomes = await Promise.all([urgent('Leila has a fever.'), urgent('Leila is in bed.'), post(world.nour, theirs, draft('I am on my way.'))]);
  expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(['posted', 'posted', 'urgent-used']);
});

it('who shares the record no longer, and what corrects another’s words, is refused while the others are written', async () => {
  const { rows } = await database.admin.query<{ id: CommentId }>('select id from record.comments where author_id = $1 limit 1', [world.daniel.parentId]);
  const [stranger, corrector, daniel] = await Promise.allSettled([
    post(world.nour, ours, draft('I should not be here.')),
    post(world.amara, ours, draft('He never said that.', { corrects: rows[0]!.id })),
    post(world.daniel, ours, draft('I said it.')),
  ]);
  expect([stranger, corrector].map(one => one.status)).toEqual(['rejected', 'rejected']);
  expect(daniel).toMatchObject({ value: { kind: 'posted' } });
});

it('a record that is held up holds up nobody else’s', async () => {
  await database.admin.query('begin');
  await database.admin.query('select record.lock_family($1)', [world.familyId]);
  const late = vi.fn();
  const amara = post(world.amara, ours, draft('This waits.')).finally(late);
  try {
    expect(await post(world.nour, theirs, draft('This does not.'))).toMatchObject({ kind: 'posted' });
    expect(await post(world.nour, theirs, draft('Nor does this.'))).toMatchObject({ kind: 'posted' });
    expect(late).not.toHaveBeenCalled();
  } finally {
    await database.admin.query('commit');
  }
  expect(await amara).toMatchObject({ kind: 'posted' });
});

it('where the line breaks, each of them may be stored, and nobody is written a second time', async () => {
  const before = await stored();
  const lost = draft('Was this sent?');
  const alsoLost = draft('And this?');
  const whole = db;
  db = {
    ...whole,
    async write(statement, values) {
      await whole.write(statement, values);
      throw new OutcomeUnknown('the line broke');
    },
  };
  desk = sharedDesk(db);
  const outcomes = await Promise.allSettled([post(world.amara, ours, lost), post(world.nour, theirs, alsoLost)]);
  expect(outcomes.map(one => one.status === 'rejected' && one.reason instanceof OutcomeUnknown)).toEqual([true, true]);
  expect(groups).toEqual([2]);
  db = whole;
  desk = sharedDesk(db);
  const again = await Promise.all([post(world.amara, ours, lost), post(world.nour, theirs, alsoLost)]);
  expect(again.map(({ kind }) => kind)).toEqual(['already', 'already']);
  expect(await stored()).toEqual(grown(before, 2));
});
