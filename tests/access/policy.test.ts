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
