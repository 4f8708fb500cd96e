import { randomUUIDv7 } from 'node:crypto';
import { inject } from 'vitest';
import { addressHash } from '../../src/accounts/index.ts';
import type { ParentUser } from '../../src/core/actor.ts';
import type { AccountId, ChildId, FamilyId, ParentId, SchoolId, SubjectId } from '../../src/core/ids.ts';
import { openSubject, postComment, type Outcome } from '../../src/messages/post-comment.ts';
import { noContext, sealText } from '../../src/platform/record/content.ts';
import { testKeyring } from './keyring.ts';
import type { TestDatabase } from './database.ts';

export type Person = ParentUser & { email: string; givenName: string };
export type World = {
  familyId: FamilyId;
  /** Two parents of one family, and two of another. */
  amara: Person;
  daniel: Person;
  nour: Person;
  sam: Person;
  otherFamilyId: FamilyId;
  theo: ChildId;
  ines: ChildId;
  leila: ChildId;
  school: SchoolId;
  otherSchool: SchoolId;
  swimming: string;
  ruth: { accountId: AccountId; email: string };
};

const phone: Record<string, string> = { Amara: '07700 900142', Daniel: '07700 900418', Nour: '07700 900267', Sam: '07700 900533' };
const address: Record<string, string> = {
  Amara: '14 Larkspur Close, Ellerby Green',
  Daniel: 'Flat 3, 9 Tern Wharf',
  Nour: '22 Quince Row',
  Sam: '5 Old Cooperage',
};

/** The people of the demo world in two families, without the year of messages. Their members are on the record. */
export async function buildWorld({ admin, db }: TestDatabase): Promise<World> {
  const id = () => randomUUIDv7();
  const school = id() as SchoolId;
  const otherSchool = id() as SchoolId;
  await admin.query(`insert into parley.schools (id, name, kind) values ($1, 'St Brigid’s Primary', 'school'), ($2, 'Hillview Primary', 'school')`, [
    school,
    otherSchool,
  ]);

  async function family(people: [string, string, string][], kids: [string, string, SchoolId][]) {
    const familyId = id() as FamilyId;
    await admin.query('insert into parley.families (id) values ($1)', [familyId]);
    const children: ChildId[] = [];
    for (const [givenName, born, schoolId] of kids) {
      const childId = id() as ChildId;
      await admin.query(
        `insert into parley.children (id, family_id, given_name, surname, born_on, school_id, class) values ($1, $2, $3, 'Okafor Reyes', $4, $5, '1B')`,
        [childId, familyId, givenName, born, schoolId],
      );
      children.push(childId);
    }
    const parents: Person[] = [];
    for (const [index, [givenName, surname, email]] of people.entries()) {
      const parentId = id() as ParentId;
      const accountId = id() as AccountId;
      await admin.query('insert into parley.parents (id, given_name, surname, phone_ct, address_ct) values ($1, $2, $3, $4, $5)', [
        parentId,
        givenName,
        surname,
        testKeyring.sealField('phone', phone[givenName]!),
        testKeyring.sealField('address', address[givenName]!),
      ]);
      await admin.query('insert into parley.family_parents (family_id, parent_id, side) values ($1, $2, $3)', [familyId, parentId, index === 0 ? 'a' : 'b']);
      for (const childId of children)
        await admin.query(`insert into parley.parentings (parent_id, child_id, relation) values ($1, $2, 'Mother')`, [parentId, childId]);
      await admin.query(
        'insert into parley.accounts (id, email_hash, email_ct, password_hash, parent_id, display_name, family_id) values ($1, $2, $3, $4, $5, $6, $7)',
        [
          accountId,
          addressHash(testKeyring, email),
          testKeyring.sealField('email', email),
          inject('passwordHash'),
          parentId,
          `${givenName} ${surname}`,
          familyId,
        ],
      );
      const memberId = id();
      const name = sealText(testKeyring, 'name', memberId, noContext, `${givenName} ${surname}`);
      await db.pool.query(
        `with key as (insert into record.content_keys (item_id, wrapped) values ($1, $6))
        insert into record.members (id, family_id, parent_id, commitment, name_ct) values ($1, $2, $3, $4, $5)`,
        [memberId, familyId, parentId, name.commitment, name.ciphertext, name.wrapped],
      );
      parents.push({ kind: 'user', accountId, parentId, email, givenName });
    }
    return { familyId, parents, children };
  }

  const first = await family(
    [
      ['Amara', 'Okafor', 'amara@parley.example'],
      ['Daniel', 'Reyes', 'daniel@parley.example'],
    ],
    [
      ['Ines', '2017-06-14', school],
      ['Theo', '2020-10-02', school],
    ],
  );
  const second = await family(
    [
      ['Nour', 'Haddad', 'nour@parley.example'],
      ['Sam', 'Keller', 'sam@parley.example'],
    ],
    [['Leila', '2019-02-21', otherSchool]],
  );
  const swimming = id();
  await admin.query(`insert into parley.activities (id, family_id, child_id, name, weekdays) values ($1, $2, $3, 'Swimming', '{2}')`, [
    swimming,
    first.familyId,
    first.children[0],
  ]);
  const ruth = { accountId: id() as AccountId, email: 'ruth@stbrigids.example' };
  await admin.query(`insert into parley.accounts (id, email_hash, email_ct, password_hash, display_name) values ($1, $2, $3, $4, 'Ruth Farrell')`, [
    ruth.accountId,
    addressHash(testKeyring, ruth.email),
    testKeyring.sealField('email', ruth.email),
    inject('passwordHash'),
  ]);
  await admin.query(`insert into parley.staff (school_id, account_id, role) values ($1, $2, 'admin')`, [school, ruth.accountId]);
  const [amara, daniel] = first.parents as [Person, Person];
  const [nour, sam] = second.parents as [Person, Person];
  return {
    familyId: first.familyId,
    amara,
    daniel,
    nour,
    sam,
    otherFamilyId: second.familyId,
    ines: first.children[0]!,
    theo: first.children[1]!,
    leila: second.children[0]!,
    school,
    otherSchool,
    swimming,
    ruth,
  };
}

const draft = (text: string) => ({ text, submission: randomUUIDv7(), urgent: null, corrects: null, confirm: null, files: [] });

/** Opens a subject about a child, with its first message, through the program's own verb. */
export async function subjectBy(
  { db }: TestDatabase,
  author: Person,
  familyId: FamilyId,
  childId: ChildId,
  title: string,
  text: string,
): Promise<{ subjectId: SubjectId; pos: number }> {
  const outcome = await db.transact(author as ParentUser, work => openSubject(work, testKeyring, familyId, { title, about: { childId } }, draft(text)));
  return placed(outcome);
}

/** Posts a message through the program's own verb. */
export async function messageBy({ db }: TestDatabase, author: Person, subjectId: SubjectId, text: string): Promise<{ subjectId: SubjectId; pos: number }> {
  return placed(await postComment(db, testKeyring, author, subjectId, draft(text)));
}

function placed(outcome: Outcome): { subjectId: SubjectId; pos: number } {
  if (outcome.kind !== 'posted') throw new Error(`not posted: ${outcome.kind}`);
  return outcome;
}
