import { hash } from 'node:crypto';
import { expect, it } from 'vitest';
import type { ChildId, FamilyId, ParentId } from '../../src/core/ids.ts';
import type { Pair, Roll } from '../../src/schools/roll/plan.ts';
import { planRoll } from '../../src/schools/roll/plan-roll.ts';

const nobody: Roll = { pupils: [], adults: [], parentings: [], sharers: [], siblings: [], proposals: [], classes: [] };
const secrets = { hashOf: (email: string) => hash('sha256', email), openMobile: (sealed: string) => sealed };
const pair = (row: number, givenName: string, email: string | null): Pair => ({
  row,
  adult: { givenName, surname: 'Reyes', relation: 'Father', email, mobile: null },
  reference: null,
  child: { givenName: `Child ${row}`, surname: 'Reyes', bornOn: '2019-05-06', className: '1B' },
});

it('of rows with one address for two names each says which row has the other', () => {
  const plan = planRoll([pair(2, 'Daniel', 'one@families.example'), pair(3, 'Samuel', 'one@families.example'), pair(4, 'Daniel', null)], nobody, secrets);
  expect(plan.rows.slice(0, 2).map(({ outcome, note }) => [outcome, note])).toEqual([
    ['wrong', 'Same e-mail address as row 3. Each adult needs their own.'],
    ['wrong', 'Same e-mail address as row 2. Each adult needs their own.'],
  ]);
  expect(plan.rows[2]!.outcome).toBe('created');
});

it('five thousand rows with one address are planned in a moment', () => {
  const started = performance.now();
  const plan = planRoll(
    Array.from({ length: 5000 }, (_, index) => pair(index + 2, 'Daniel', 'one@families.example')),
    nobody,
    secrets,
  );
  expect(performance.now() - started).toBeLessThan(2000);
  expect(plan.adults).toHaveLength(1);
});

it('a namesake of another relation to the same child is not taken for the one who is here, nor is their number', () => {
  const [parentId, childId, familyId] = ['p1' as ParentId, 'c1' as ChildId, 'f1' as FamilyId];
  const roll: Roll = {
    ...nobody,
    pupils: [{ id: childId, familyId, givenName: 'Tim', surname: 'Reyes', bornOn: '2019-05-06', className: '1B' }],
    adults: [{ parentId, givenName: 'Daniel', surname: 'Reyes', emailHash: null, phoneCt: null, current: true }],
    parentings: [{ parentId, childId, relation: 'Father' }],
  };
  const plan = (relation: string, mobile: string | null) =>
    planRoll(
      [{ row: 2, adult: { givenName: 'Daniel', surname: 'Reyes', relation, email: null, mobile }, reference: null, child: { id: childId } }],
      roll,
      secrets,
    );
  expect(plan('Grandfather', '+447700900001')).toMatchObject({ contacts: [], rows: [{ outcome: 'wrong', field: 'relation' }] });
  expect(plan('Father', '+447700900001')).toMatchObject({ contacts: [{ parentId, mobile: '+447700900001' }], rows: [{ outcome: 'matched' }] });
  expect(plan('Grandfather', null).rows).toMatchObject([{ outcome: 'matched', note: 'Already here. Here as Father, which stays.' }]);
});

it('a child who is called like a pupil and born on another day is created, and the row asks whether it is a second child', () => {
  const roll: Roll = {
    ...nobody,
    pupils: [{ id: 'c1' as ChildId, familyId: 'f1' as FamilyId, givenName: 'Tim', surname: 'Reyes', bornOn: '2019-05-06', className: '1B' }],
  };
  const child = { givenName: 'Tim', surname: 'Reyes', bornOn: '2019-06-05', className: '2B' };
  const plan = planRoll(
    [
      { ...pair(2, 'Eve', null), child },
      { ...pair(3, 'Adam', null), child },
    ],
    roll,
    secrets,
  );
  expect(plan.rows).toMatchObject([
    { outcome: 'created', note: expect.stringMatching(/Another pupil is called Tim Reyes, with another date of birth\. Is this a second child\?/) },
    { outcome: 'created', note: null },
  ]);
});
