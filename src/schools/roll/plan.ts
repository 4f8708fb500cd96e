import type { ChildId, FamilyId, ParentId } from '../../core/ids.ts';
import type { Adult, PairField, Pupil } from './read-person.ts';

/** What a school knows of the adults and children that a list or a form names, and of those around them. */
export type Roll = {
  pupils: { id: ChildId; familyId: FamilyId; givenName: string; surname: string; bornOn: string; className: string | null }[];
  adults: { parentId: ParentId; givenName: string; surname: string; emailHash: string | null; phoneCt: string | null; current: boolean }[];
  parentings: { parentId: ParentId; childId: ChildId; relation: string }[];
  sharers: { familyId: FamilyId; parentId: ParentId }[];
  /** Every child of the pupils’ families, at whatever school. */
  siblings: { familyId: FamilyId; childId: ChildId }[];
  proposals: { parentId: ParentId; childId: ChildId }[];
  classes: string[];
};

/** One adult and one child, as a row of a list or a form names them. A child who was chosen is named by id. */
export type Pair = { row: number; adult: Adult; reference: string | null; child: Pupil | { id: ChildId } };

export type Outcome = 'created' | 'proposed' | 'matched' | 'wrong';
export type PlannedRow = { row: number; outcome: Outcome; note: string | null; field: PairField };

export type NewAdult = { parentId: ParentId; givenName: string; surname: string; email: string | null; mobile: string | null; current: boolean };
export type NewPupil = { id: ChildId; familyId: FamilyId; givenName: string; surname: string; bornOn: string; className: string | null };

/** Everything that agreeing to the rows would write. */
export type RollPlan = {
  rows: PlannedRow[];
  families: FamilyId[];
  pupils: NewPupil[];
  adults: NewAdult[];
  /** On the roll before, and collecting again. */
  returning: ParentId[];
  /** Ways to reach somebody that the school did not have. */
  contacts: { parentId: ParentId; email: string | null; mobile: string | null }[];
  parentings: { parentId: ParentId; childId: ChildId; relation: string }[];
  sharers: { familyId: FamilyId; parentId: ParentId; side: 'a' | 'b' }[];
  proposals: { parentId: ParentId; childId: ChildId; relation: string }[];
  classes: { childId: ChildId; className: string }[];
};

export type Secrets = { hashOf: (email: string) => string; openMobile: (sealed: string) => string };

/** A row that would be wrong, by the field that is to be put right. Thrown and caught while a plan is made. */
export class Wrong extends Error {
  readonly field: PairField;
  constructor(field: PairField, message: string) {
    super(message);
    this.field = field;
  }
}

export const pairKey = (parentId: string, childId: string): string => `${parentId} ${childId}`;
