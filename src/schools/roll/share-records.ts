import { randomUUIDv7 } from 'node:crypto';
import { mayShareRecord, sharersOfRecord } from '../../access/policy.ts';
import type { ChildId, FamilyId, ParentId } from '../../core/ids.ts';
import { pairKey, type Roll, type RollPlan } from './plan.ts';

/**
 * Finds each new child its family: that of children with the very same parents, or a new one. At most two adults share a record,
 * and only those who are parents of every child in it.
 */
export function shareRecords(plan: RollPlan, roll: Roll): void {
  const adultsOf = new Map<ChildId, ParentId[]>();
  for (const { childId, parentId, relation } of plan.parentings) if (mayShareRecord(relation)) adultsOf.getOrInsertComputed(childId, () => []).push(parentId);

  const keyOf = (parents: readonly ParentId[]) => [...parents].sort().join(' ');
  const sharersOf = new Map<FamilyId, ParentId[]>();
  for (const { familyId, parentId } of roll.sharers) sharersOf.getOrInsertComputed(familyId, () => []).push(parentId);
  const families = new Map([...sharersOf].map(([familyId, parents]) => [keyOf(parents), familyId]));
  for (const pupil of plan.pupils) {
    const parents = (adultsOf.get(pupil.id) ?? []).slice(0, sharersOfRecord);
    const key = keyOf(parents);
    let familyId = parents.length === 0 ? undefined : families.get(key);
    if (familyId === undefined) {
      familyId = randomUUIDv7() as FamilyId;
      plan.families.push(familyId);
      if (parents.length > 0) families.set(key, familyId);
      for (const [index, parentId] of parents.entries()) plan.sharers.push({ familyId, parentId, side: index === 0 ? 'a' : 'b' });
    }
    pupil.familyId = familyId;
  }

  // Children who were on the roll without a parent, and have some now.
  const held = new Set([...roll.parentings, ...plan.parentings].map(({ parentId, childId }) => pairKey(parentId, childId)));
  for (const familyId of new Set(roll.siblings.map(one => one.familyId))) {
    if (sharersOf.has(familyId)) continue;
    const children = roll.siblings.filter(one => one.familyId === familyId).map(one => one.childId);
    const parents = (adultsOf.get(children[0]!) ?? []).filter(parentId => children.every(childId => held.has(pairKey(parentId, childId))));
    for (const [index, parentId] of parents.slice(0, sharersOfRecord).entries()) plan.sharers.push({ familyId, parentId, side: index === 0 ? 'a' : 'b' });
  }
}
