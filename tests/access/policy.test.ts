import { describe, expect, it } from 'vitest';
import * as policy from '../../src/access/policy.ts';
import type { AccountId, ParentId } from '../../src/core/ids.ts';

const amara = 'amara' as ParentId;
const daniel = 'daniel' as ParentId;
const ruth = 'ruth' as AccountId;
const tom = 'tom' as AccountId;
const now = new Date('2026-03-09T12:00:00Z');
const before = (ms: number) => new Date(now.getTime() - ms);
const hour = 60 * 60 * 1000;

type Case = [words: string, answer: boolean, expected: boolean];

/** A rule for staff: what each role is told. */
const byRole = (may: (role: policy.SchoolRole) => boolean, expected: Record<policy.SchoolRole, boolean>): Case[] =>
  (['admin', 'office', 'gate'] as const).map(role => [role, may(role), expected[role]]);
const office = { admin: true, office: true, gate: false };

/** Every rule with every kind of actor, and on both sides of every limit. */
const matrix: Record<string, Case[]> = {
  canPostComment: [
    ['the first', policy.canPostComment(0), true],
    ['the 200th within an hour', policy.canPostComment(199), true],
    ['the 201st', policy.canPostComment(200), false],
  ],
  canMarkUrgent: [
    ['never before', policy.canMarkUrgent(null, now), true],
    ['an hour ago', policy.canMarkUrgent(before(hour), now), false],
    ['a moment less than a day ago', policy.canMarkUrgent(before(24 * hour - 1), now), false],
    ['a day ago', policy.canMarkUrgent(before(24 * hour), now), true],
  ],
  canViewFirst: [
    ['the recipient', policy.canViewFirst(daniel, { authorId: amara }), true],
    ['the author', policy.canViewFirst(amara, { authorId: amara }), false],
  ],
  canManageRoll: byRole(policy.canManageRoll, office),
  canInvite: byRole(policy.canInvite, office),
  canImportPhotos: byRole(policy.canImportPhotos, office),
  canReviewPhotos: byRole(policy.canReviewPhotos, office),
  canChangeCollection: byRole(policy.canChangeCollection, office),
  canManageActivities: byRole(policy.canManageActivities, office),
  canChangeSchoolCalendar: byRole(policy.canChangeSchoolCalendar, office),
  canChangeSchoolSettings: byRole(policy.canChangeSchoolSettings, { admin: true, office: false, gate: false }),
  canSendAgain: [
    ['never sent', policy.canSendAgain(null, now), true],
    ['a moment ago', policy.canSendAgain(before(59_999), now), false],
    ['a minute ago', policy.canSendAgain(before(60_000), now), true],
  ],
  canConfirmProposal: [
    ['a second person', policy.canConfirmProposal(tom, { proposedBy: ruth }), true],
    ['the one who proposed', policy.canConfirmProposal(ruth, { proposedBy: ruth }), false],
  ],
  canAddFact: [
    ['the first', policy.canAddFact(0), true],
    ['the 200th', policy.canAddFact(199), true],
    ['the 201st', policy.canAddFact(200), false],
  ],
  canMarkHandover: (() => {
    const handover = { at: now.getTime(), marksCloseAt: now.getTime() + 36 * hour };
    const at = (ms: number) => policy.canMarkHandover({ ...handover, now: now.getTime() + ms });
    return [
      ['a moment more than two hours before', at(-2 * hour - 1), false],
      ['two hours before', at(-2 * hour), true],
      ['at the planned time', at(0), true],
      ['in the last moment of the next day', at(36 * hour - 1), true],
      ['when the next day is over', at(36 * hour), false],
    ] satisfies Case[];
  })(),
  mayMarkHandover: [
    ...(
      [
        [amara, true, false, true],
        [daniel, false, true, true],
        ['nour' as ParentId, false, false, false],
      ] as const
    ).flatMap(([parent, handedOver, received, notTakenPlace]): Case[] => {
      const may = (kind: 'handed-over' | 'received' | 'not-taken-place') => policy.mayMarkHandover(parent, { from: amara, to: daniel }, kind);
      return [
        [`${parent}: handed over`, may('handed-over'), handedOver],
        [`${parent}: received`, may('received'), received],
        [`${parent}: did not take place`, may('not-taken-place'), notTakenPlace],
      ];
    }),
    ['nobody marks for somebody else’s care', policy.mayMarkHandover(daniel, { from: 'third-party', to: amara }, 'handed-over'), false],
  ],
  mayAsk: [
    ['the first', policy.mayAsk(0), true],
    ['the 20th that waits', policy.mayAsk(19), true],
    ['the 21st', policy.mayAsk(20), false],
  ],
  mayAnswer: [
    ['the other parent', policy.mayAnswer(daniel, { askedBy: amara }), true],
    ['who asked', policy.mayAnswer(amara, { askedBy: amara }), false],
  ],
  mayWithdraw: [
    ['who asked', policy.mayWithdraw(amara, { askedBy: amara }), true],
    ['the other parent', policy.mayWithdraw(daniel, { askedBy: amara }), false],
  ],
  mayShareRecord: [
    ...['Mother', 'Father', 'Guardian', 'Grandmother', 'Foster carer'].map((relation): Case => [relation, policy.mayShareRecord(relation), true]),
    ...['Childminder', 'Family friend', 'Neighbour', 'mother', '', 'constructor'].map((relation): Case => [relation, policy.mayShareRecord(relation), false]),
  ],
};

describe('the matrix of rules', () => {
  it('has a row for every rule there is', () => {
    const rules = Object.entries(policy).flatMap(([name, value]) => (typeof value === 'function' ? [name] : []));
    expect(Object.keys(matrix).sort()).toEqual(rules.sort());
  });

  for (const [rule, cases] of Object.entries(matrix)) {
    it.each(cases)(`${rule}: %s`, (_words, answer, expected) => {
      expect(answer).toBe(expected);
    });
  }

  it('keeps the numbers that were decided', () => {
    expect([policy.messagesAnHour, policy.urgentEveryMs, policy.noticeEveryMs, policy.addAdultAfterMs, policy.sharersOfRecord]).toEqual([
      200,
      24 * hour,
      hour / 2,
      72 * hour,
      2,
    ]);
  });
});
