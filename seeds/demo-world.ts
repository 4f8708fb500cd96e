import { randomUUIDv7 } from 'node:crypto';
import pg from 'pg';
import { addressHash, hashPassword } from '../src/accounts/index.ts';
import { fold } from '../src/core/text.ts';
import type { Keyring } from '../src/platform/keyring.ts';
import { commentContext, commentPayload, encodeManifest, noContext, type SealedText, sealText, stepPayload } from '../src/platform/record/content.ts';
import { encodeLeaf, genesis, kinds, leafHash, uuidToBytes } from '../src/platform/record/leaf.ts';
import type { ChildId, ParentId } from '../src/core/ids.ts';
import { listing } from '../src/schools/index.ts';
import { layFacts } from './lay-facts.ts';
import { laySchedule } from './lay-schedule.ts';
import { type Family, story } from './story/index.ts';
import { rollFamilies } from './story/roll.ts';
import { schedules, travelItems } from './story/schedule.ts';
import { schoolYears } from './story/school-years.ts';

export const demoPassword = 'the demo password is long';

type Ids = Record<string, string>;
type Story = typeof story;

/**
 * Lays the demo world down in an empty database: people, and a year of a family's record.
 * The record stamps its own time, so a past can only be laid down by a superuser who takes the stamping triggers off for one transaction,
 * on a database where nobody has written anything. Every entry still passes the check that it extends the chain.
 */
export async function loadDemoWorld(adminUrl: string, keyring: Keyring, now: Temporal.Instant): Promise<void> {
  const hashes = Promise.all(story.accounts.map(() => hashPassword(keyring, demoPassword)));
  const client = new pg.Client({ connectionString: adminUrl, application_name: 'parley demo world' });
  await client.connect();
  try {
    await client.query('begin');
    await client.query('select pg_advisory_xact_lock(7236102)');
    const { rows } = await client.query<{ written: boolean }>('select exists (select from record.entries) or exists (select from parley.accounts) as written');
    if (!rows[0]!.written) {
      const ids = idsFor();
      await layPeople(client, keyring, ids, now, await hashes);
      await layRoll(client, keyring, ids, now);
      await laySchoolYears(client, ids, now);
      await layTravelItems(client, keyring, ids, now);
      await client.query('set constraints all immediate'); // a table with checks still to come cannot be altered
      for (const table of stamped) await client.query(`alter table record.${table} disable trigger a_append`);
      for (const table of past) await client.query(`alter table parley.${table} disable trigger user`);
      await client.query('set constraints all deferred'); // an entry is checked against its row, which comes after it
      for (const family of story.families) await layRecord(client, keyring, ids, family, now);
      await client.query('set constraints all immediate');
      for (const table of stamped) await client.query(`alter table record.${table} enable always trigger a_append`);
      for (const table of past) await client.query(`alter table parley.${table} enable trigger user`);
    }
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  } finally {
    await hashes;
    await client.end();
  }
}

const stamped = ['members', 'subjects', 'comments', 'views', 'steps'];
/** What was asked, agreed and known in the past, which their triggers refuse to everybody. */
const past = ['requests', 'agreed_plans', 'agreed_time', 'facts'];

const idsFor = (): Ids => {
  const keys = [
    ...story.families.map(family => `family ${family.key}`),
    ...story.parents.map(parent => `parent ${parent.key}`),
    ...story.children.map(child => `child ${child.key}`),
    ...story.schools.map(school => `school ${school.key}`),
    ...story.activities.map(activity => `activity ${activity.key}`),
    ...story.accounts.map(account => `account ${account.key}`),
  ];
  return Object.fromEntries(keys.map(key => [key, randomUUIDv7()]));
};

/** Inserts rows of one shape. */
async function insert(client: pg.Client, table: string, rows: readonly Record<string, unknown>[]): Promise<void> {
  if (rows.length === 0) return;
  const columns = Object.keys(rows[0]!);
  const perRow = columns.length;
  for (let from = 0; from < rows.length; from += 500) {
    const some = rows.slice(from, from + 500);
    const places = some.map((_, row) => `(${columns.map((__, column) => `$${row * perRow + column + 1}`).join(', ')})`);
    await client.query(
      `insert into ${table} (${columns.join(', ')}) values ${places.join(', ')}`,
      some.flatMap(row => columns.map(column => row[column])),
    );
  }
}

async function layPeople(client: pg.Client, keyring: Keyring, ids: Ids, now: Temporal.Instant, hashes: readonly string[]): Promise<void> {
  const today = now.toZonedDateTimeISO('Europe/London').toPlainDate();
  const familyStart = (family: Family) => new Date(joinedAt(family, now));
  await insert(
    client,
    'parley.families',
    story.families.map(family => ({
      id: ids[`family ${family.key}`],
      time_zone: family.timeZone,
      country: 'GB',
      region: 'ENG',
      created_at: familyStart(family),
    })),
  );
  await insert(
    client,
    'parley.parents',
    story.parents.map(parent => ({
      id: ids[`parent ${parent.key}`],
      given_name: parent.givenName,
      surname: parent.surname,
      phone_ct: keyring.sealField('phone', parent.phone),
      address_ct: keyring.sealField('address', parent.address),
    })),
  );
  await insert(
    client,
    'parley.family_parents',
    story.families.flatMap(family =>
      family.parents.map(({ parent, side }) => ({
        family_id: ids[`family ${family.key}`],
        parent_id: ids[`parent ${parent}`],
        side,
        since: familyStart(family),
      })),
    ),
  );
  await insert(
    client,
    'parley.schools',
    story.schools.map(school => ({ id: ids[`school ${school.key}`], name: school.name, kind: school.kind, time_zone: school.timeZone })),
  );
  await insert(
    client,
    'parley.children',
    story.children.map(child => {
      const thisYear = today.with({ month: child.bornMonth, day: child.bornDay });
      const latest = Temporal.PlainDate.compare(thisYear, today) > 0 ? thisYear.subtract({ years: 1 }) : thisYear;
      return {
        id: ids[`child ${child.key}`],
        family_id: ids[`family ${child.family}`],
        given_name: child.givenName,
        surname: child.surname,
        born_on: latest.subtract({ years: child.bornYearsAgo }).toString(),
        school_id: child.school && ids[`school ${child.school}`],
        class: child.class,
      };
    }),
  );
  await insert(
    client,
    'parley.parentings',
    story.parentings.map(({ parent, child, relation }) => ({
      parent_id: ids[`parent ${parent}`],
      child_id: ids[`child ${child}`],
      relation,
      starts_on: today.subtract({ years: 3 }).toString(),
    })),
  );
  await insert(
    client,
    'parley.activities',
    story.activities.map(activity => ({
      id: ids[`activity ${activity.key}`],
      family_id: ids[`family ${activity.family}`],
      child_id: ids[`child ${activity.child}`],
      provider_id: ids[`school ${activity.provider}`],
      name: activity.name,
      weekdays: activity.weekdays,
      starts_at: activity.startsAt,
      ends_at: activity.endsAt,
      place: activity.place,
      term_only: activity.termOnly,
    })),
  );
  await insert(
    client,
    'parley.accounts',
    story.accounts.map((account, index) => ({
      id: ids[`account ${account.key}`],
      email_hash: addressHash(keyring, account.email),
      email_ct: keyring.sealField('email', account.email),
      password_hash: hashes[index],
      parent_id: account.parent && ids[`parent ${account.parent}`],
      display_name: account.displayName,
      family_id: account.family && ids[`family ${account.family}`],
    })),
  );
  await insert(
    client,
    'parley.staff',
    story.staff.map(({ account, school, role }) => ({ school_id: ids[`school ${school}`], account_id: ids[`account ${account}`], role })),
  );
}

/** Who may collect, as each school has them on its list. Nobody has been invited by these schools yet. */
async function layRoll(client: pg.Client, keyring: Keyring, ids: Ids, now: Temporal.Instant): Promise<void> {
  const school = ids['school st-brigids']!;
  const today = now.toZonedDateTimeISO('Europe/London').toPlainDate();
  const families = rollFamilies.map(family => ({ ...family, id: randomUUIDv7() }));
  const adults = families.flatMap(family =>
    family.adults.map((adult, index) => ({
      ...adult,
      surname: adult.surname ?? family.surname,
      family: family.id,
      side: index === 0 ? 'a' : 'b',
      id: randomUUIDv7(),
    })),
  );
  const children = families.flatMap(family => family.children.map(one => ({ ...one, surname: family.surname, family: family.id, id: randomUUIDv7() })));
  await insert(
    client,
    'parley.families',
    families.map(({ id }) => ({ id, time_zone: 'Europe/London' })),
  );
  await insert(
    client,
    'parley.parents',
    adults.map(({ id, givenName, surname }) => ({ id, given_name: givenName, surname })),
  );
  await insert(
    client,
    'parley.family_parents',
    adults.map(({ id, family, side }) => ({ family_id: family, parent_id: id, side })),
  );
  await insert(
    client,
    'parley.children',
    children.map((one, index) => ({
      id: one.id,
      family_id: one.family,
      given_name: one.givenName,
      surname: one.surname,
      born_on: today.subtract({ years: one.bornYearsAgo, days: 20 + ((index * 37) % 320) }).toString(),
      school_id: school,
      class: one.class,
    })),
  );
  await insert(
    client,
    'parley.parentings',
    adults.flatMap(adult =>
      children
        .filter(one => one.family === adult.family)
        .map(one => ({ parent_id: adult.id, child_id: one.id, relation: adult.relation, starts_on: today.subtract({ months: 2 }).toString() })),
    ),
  );

  const listed = story.schools
    .filter(({ kind }) => kind === 'school')
    .flatMap(({ key }) => {
      const pupils = story.children.filter(one => one.school === key);
      const parents = story.parents.filter(parent => story.parentings.some(one => one.parent === parent.key && pupils.some(pupil => pupil.key === one.child)));
      return [
        ...parents.map(parent => ({
          school: ids[`school ${key}`]!,
          id: ids[`parent ${parent.key}`]!,
          givenName: parent.givenName,
          surname: parent.surname,
          email: story.accounts.find(account => account.parent === parent.key)?.email ?? null,
          mobile: `+44${parent.phone.replaceAll(' ', '').slice(1)}`,
          pupils: pupils.filter(pupil => story.parentings.some(one => one.parent === parent.key && one.child === pupil.key)),
        })),
        ...(key === 'st-brigids' ? adults : []).map((adult, index) => ({
          school,
          id: adult.id,
          givenName: adult.givenName,
          surname: adult.surname,
          email: `${fold(adult.givenName)}.${fold(adult.surname)}@families.example`,
          mobile: `+447700900${600 + index}`,
          pupils: children.filter(one => one.family === adult.family),
        })),
      ].map((adult, index) => ({ ...adult, number: index + 1 }));
    });
  await insert(
    client,
    'parley.school_parents',
    listed.map(({ pupils, ...adult }) => {
      const lines = listing({
        ...adult,
        children: pupils
          .toSorted((a, b) => ((a.class ?? '') < (b.class ?? '') ? -1 : 1))
          .map(pupil => ({ givenName: pupil.givenName, surname: pupil.surname, className: pupil.class })),
      });
      return {
        school_id: adult.school,
        parent_id: adult.id,
        number: adult.number,
        sort_name: lines.sortName,
        search_text: lines.searchText,
        children_text: lines.childrenText,
        classes: lines.classes,
        email_ct: adult.email && keyring.sealField('email', adult.email),
        email_hash: adult.email && addressHash(keyring, adult.email),
        phone_ct: keyring.sealField('phone', adult.mobile),
      };
    }),
  );
}

/** Terms, breaks and days off of the schools, around the day on which the demo is loaded. */
async function laySchoolYears(client: pg.Client, ids: Ids, now: Temporal.Instant): Promise<void> {
  await insert(
    client,
    'parley.school_periods',
    story.schools.flatMap(({ key, timeZone }) =>
      schoolYears(key, now.toZonedDateTimeISO(timeZone).toPlainDate().toString()).map(({ kind, name, from, until }) => ({
        school_id: ids[`school ${key}`],
        kind,
        name,
        during: `[${from},${until}]`,
      })),
    ),
  );
}

/** The lists of what goes with the children. */
async function layTravelItems(client: pg.Client, keyring: Keyring, ids: Ids, now: Temporal.Instant): Promise<void> {
  await insert(
    client,
    'parley.travel_items',
    travelItems.map(({ family, child, label, by, daysAgo }) => ({
      family_id: ids[`family ${family}`],
      child_id: child && ids[`child ${child}`],
      label_ct: keyring.sealField('travel item', label),
      added_by: ids[`parent ${by}`],
      submission: randomUUIDv7(),
      added_at: new Date(now.subtract({ hours: daysAgo * 24 }).epochMilliseconds),
    })),
  );
}

type Row = Record<string, unknown>;
/** Something that happened at a moment: the entry it becomes, and the row beside the ledger. What a step says may name entries before it. */
type Happening = {
  at: number;
  kind: number;
  actorId: string;
  itemId: string;
  payload: Buffer | ((pos: number) => Buffer);
  table: string;
  row: (pos: number, at: Date) => Row;
};

async function layRecord(client: pg.Client, keyring: Keyring, ids: Ids, family: Story['families'][number], now: Temporal.Instant): Promise<void> {
  const familyId = ids[`family ${family.key}`]!;
  const keys: Row[] = [];
  const unread: Row[] = [];
  const happenings: Happening[] = [];
  const sealed = (part: 'name' | 'title' | 'body', id: string, context: Buffer, text: string): SealedText => {
    const seal = sealText(keyring, part, id, context, text);
    keys.push({ item_id: id, wrapped: seal.wrapped });
    return seal;
  };

  for (const [index, { parent }] of family.parents.entries()) {
    const { givenName, surname } = story.parents.find(candidate => candidate.key === parent)!;
    const id = randomUUIDv7();
    const seal = sealed('name', id, noContext, `${givenName} ${surname}`);
    const parentId = ids[`parent ${parent}`]!;
    happenings.push({
      at: joinedAt(family, now) + index * 600_000,
      kind: kinds.member,
      actorId: parentId,
      itemId: id,
      payload: Buffer.concat([Buffer.from([1]), seal.commitment]),
      table: 'members',
      row: (pos, at) => ({ id, family_id: familyId, pos, parent_id: parentId, commitment: seal.commitment, name_ct: seal.ciphertext, created_at: at }),
    });
  }
  const clock = clockOf(family.timeZone, now);
  for (const subject of family.subjects) layOut(subject);

  function layOut(subject: Story['families'][number]['subjects'][number]): void {
    const subjectId = randomUUIDv7();
    const title = sealed('title', subjectId, noContext, subject.title);
    const about =
      'child' in subject.about
        ? { kind: 1, id: ids[`child ${subject.about.child}`]! }
        : 'activity' in subject.about
          ? { kind: 2, id: ids[`activity ${subject.about.activity}`]! }
          : { kind: 3, id: ids[`school ${subject.about.school}`]! };
    const opener = ids[`parent ${subject.openedBy}`]!;
    happenings.push({
      at: clock(subject.messages[0]!) - 1,
      kind: kinds.subject,
      actorId: opener,
      itemId: subjectId,
      payload: Buffer.concat([Buffer.from([1]), title.commitment, Buffer.from([about.kind]), uuidToBytes(about.id)]),
      table: 'subjects',
      row: (pos, at) => ({
        id: subjectId,
        family_id: familyId,
        pos,
        opened_by: opener,
        child_id: about.kind === 1 ? about.id : null,
        activity_id: about.kind === 2 ? about.id : null,
        school_id: about.kind === 3 ? about.id : null,
        commitment: title.commitment,
        title_ct: title.ciphertext,
        submission: randomUUIDv7(),
        created_at: at,
      }),
    });
    const commentIds = subject.messages.map(() => randomUUIDv7());
    for (const [index, message] of subject.messages.entries()) {
      const id = commentIds[index]!;
      const author = ids[`parent ${message.by}`]!;
      const urgent = message.urgent ?? null;
      const correctsId = message.corrects === undefined ? null : commentIds[message.corrects]!;
      const body = sealed('body', id, commentContext(subjectId, urgent), message.text);
      const at = clock(message);
      happenings.push({
        at,
        kind: correctsId ? kinds.correction : kinds.comment,
        actorId: author,
        itemId: id,
        payload: commentPayload(body.commitment, encodeManifest([]), correctsId),
        table: 'comments',
        row: (pos, createdAt) => {
          if (viewedAt === null)
            unread.push(...readers.map(reader => ({ parent_id: reader, comment_id: id, family_id: familyId, subject_id: subjectId, pos })));
          return {
            id,
            family_id: familyId,
            pos,
            subject_id: subjectId,
            author_id: author,
            corrects_id: correctsId,
            urgent_reason: urgent,
            commitment: body.commitment,
            manifest: encodeManifest([]),
            body_ct: body.ciphertext,
            submission: randomUUIDv7(),
            created_at: createdAt,
          };
        },
      });
      const readers = family.parents.map(({ parent }) => ids[`parent ${parent}`]!).filter(reader => reader !== author);
      const viewed = message.viewedAfterMinutes === undefined ? null : at + message.viewedAfterMinutes * 60_000;
      const viewedAt = viewed !== null && viewed < now.epochMilliseconds ? viewed : null;
      if (viewedAt !== null) {
        for (const reader of readers) {
          happenings.push({
            at: viewedAt,
            kind: kinds.view,
            actorId: reader,
            itemId: id,
            payload: Buffer.alloc(0),
            table: 'views',
            row: (pos, createdAt) => ({ id: randomUUIDv7(), family_id: familyId, pos, comment_id: id, viewer_id: reader, created_at: createdAt }),
          });
        }
      }
    }
  }

  const parentId = (key: string): ParentId => ids[`parent ${key}`] as ParentId;
  const childId = (key: string): ChildId => ids[`child ${key}`] as ChildId;
  const people = {
    timeZone: family.timeZone,
    members: story.parents
      .filter(({ key }) => family.parents.some(({ parent }) => parent === key))
      .map(({ key, givenName, surname }) => ({ id: parentId(key), givenName, surname })),
    children: story.children.filter(child => child.family === family.key).map(({ key, givenName }) => ({ id: childId(key), givenName })),
  };
  const today = now.toZonedDateTimeISO(family.timeZone).toPlainDate().toString();
  const agreements = schedules[family.key]?.(today, { parent: parentId, child: childId }) ?? [];
  const schedule = laySchedule(agreements, familyId, people, { parent: parentId, child: childId });
  const known =
    family.key === 'okafor-reyes'
      ? layFacts(
          familyId,
          { parent: key => named(story.parents, parentId, key), child: key => named(story.children, childId, key) },
          clock,
          Temporal.PlainDate.from(today),
        )
      : { steps: [], rows: [] };
  const unseen: Row[] = [];
  for (const { id, at, by, kind, aboutId, words, seen } of [...schedule.steps, ...known.steps]) {
    let seal: SealedText;
    happenings.push({
      at,
      kind: kinds.step,
      actorId: by,
      itemId: id,
      payload: pos => {
        seal = sealed('body', id, noContext, JSON.stringify(words(pos)));
        return stepPayload(seal.commitment, aboutId, kind);
      },
      table: 'steps',
      row: (pos, createdAt) => ({
        id,
        family_id: familyId,
        pos,
        parent_id: by,
        school_id: null,
        kind,
        about_id: aboutId,
        commitment: seal.commitment,
        content_ct: seal.ciphertext,
        submission: randomUUIDv7(),
        created_at: createdAt,
      }),
    });
    if (!seen)
      unseen.push(
        ...people.members.filter(member => member.id !== by).map(member => ({ parent_id: member.id, step_id: id, family_id: familyId, about_id: aboutId })),
      );
  }

  happenings.sort((a, b) => a.at - b.at || a.kind - b.kind);
  const entries: Row[] = [];
  const beside: Record<string, Row[]> = Object.fromEntries(stamped.map(table => [table, []]));
  let previous = genesis(familyId);
  for (const [index, happening] of happenings.entries()) {
    const pos = index + 1;
    const at = new Date(happening.at);
    const leaf = encodeLeaf({
      kind: happening.kind,
      familyId,
      pos: BigInt(pos),
      prevHash: previous,
      at: BigInt(happening.at) * 1000n,
      actorId: happening.actorId,
      itemId: happening.itemId,
      payload: typeof happening.payload === 'function' ? happening.payload(pos) : happening.payload,
    });
    const hash = leafHash(leaf);
    entries.push({
      family_id: familyId,
      pos,
      kind: happening.kind,
      at,
      actor_id: happening.actorId,
      item_id: happening.itemId,
      prev_hash: previous,
      leaf,
      leaf_hash: hash,
    });
    beside[happening.table]!.push(happening.row(pos, at));
    previous = hash;
  }
  await insert(client, 'record.content_keys', keys);
  await insert(client, 'record.entries', entries);
  for (const table of stamped) await insert(client, `record.${table}`, beside[table]!);
  await insert(client, 'parley.unread_comments', unread);
  await insert(client, 'parley.unseen_steps', unseen);
  await insert(client, 'parley.requests', schedule.requests);
  await insert(client, 'parley.agreed_plans', schedule.plans);
  await insert(client, 'parley.agreed_time', schedule.time);
  await insert(client, 'parley.facts', known.rows);
}

/** Somebody of the story by the id they were laid with, and their whole name. */
function named<Key extends string, Id>(
  all: readonly { key: Key; givenName: string; surname: string }[],
  idOf: (key: Key) => Id,
  key: Key,
): { id: Id; name: string } {
  const { givenName, surname } = all.find(one => one.key === key)!;
  return { id: idOf(key), name: `${givenName} ${surname}` };
}

/** A week before the story says, so that moving its days (below) never puts a message before it. */
const joinedAt = (family: Pick<Family, 'joinedDaysAgo'>, now: Temporal.Instant): number =>
  now.subtract({ hours: 24 * (family.joinedDaysAgo + 7) }).epochMilliseconds;

/** When a message of the story was sent. Days are moved so that its Tuesdays are Tuesdays, whatever day the demo is loaded on. */
function clockOf(zone: string, now: Temporal.Instant) {
  const local = now.toZonedDateTimeISO(zone);
  const shift = (local.dayOfWeek - story.writtenOnWeekday + 7) % 7;
  return (when: { daysAgo: number; at: string } | { minutesAgo: number }): number => {
    if ('minutesAgo' in when) return now.subtract({ minutes: when.minutesAgo }).epochMilliseconds;
    const day = local.toPlainDate().subtract({ days: when.daysAgo + (when.daysAgo === 0 ? 0 : shift) });
    return day.toZonedDateTime({ timeZone: zone, plainTime: when.at }).epochMilliseconds;
  };
}
