import { randomUUIDv7 } from 'node:crypto';
import { mayShareRecord, sharersOfRecord } from '../access/policy.ts';
import type { ChildId, FamilyId, ParentId } from '../core/ids.ts';
import { fold } from '../core/text.ts';
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

type NewAdult = { parentId: ParentId; givenName: string; surname: string; email: string | null; mobile: string | null; current: boolean };
type NewPupil = { id: ChildId; familyId: FamilyId; givenName: string; surname: string; bornOn: string; className: string | null };

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

/** `namesakes` counts pupils who are called the same and are somebody else. */
type KnownPupil = Omit<NewPupil, 'familyId'> & { familyId: FamilyId | null; firstRow: number | null; namesakes: number };
type KnownAdult = {
  parentId: ParentId;
  name: string;
  emailHash: string | null;
  mobile: () => string | null;
  current: boolean;
  added: NewAdult | null;
  filled: { email: string | null; mobile: string | null } | null;
};

class Wrong extends Error {
  readonly field: PairField;
  constructor(field: PairField, message: string) {
    super(message);
    this.field = field;
  }
}

const nameKey = (one: { givenName: string; surname: string }): string => `${fold(one.surname)}, ${fold(one.givenName)}`;
const pairKey = (parentId: string, childId: string): string => `${parentId} ${childId}`;
const grow = <Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void => {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
};

/**
 * What the rows would do to the roll: each is created, proposed, matched or wrong. Knows no clock and no database, and writes nothing.
 * Adults are one and the same by e-mail address; by name with mobile number, reference or child; never by name alone,
 * because two fathers may be called the same and only one may collect.
 */
export function planRoll(pairs: readonly Pair[], roll: Roll, secrets: Secrets): RollPlan {
  const plan: RollPlan = {
    rows: [],
    families: [],
    pupils: [],
    adults: [],
    returning: [],
    contacts: [],
    parentings: [],
    sharers: [],
    proposals: [],
    classes: [],
  };
  const pupils = knownPupils(roll);
  const adults = knownAdults(roll, secrets);
  const clashes = emailClashes(pairs, secrets);
  const held = new Map(roll.parentings.map(({ parentId, childId, relation }) => [pairKey(parentId, childId), relation]));
  const waiting = new Set(roll.proposals.map(({ parentId, childId }) => pairKey(parentId, childId)));
  const seen = new Map<string, number>();
  const withParents = new Set(roll.parentings.map(({ childId }) => childId));
  const sharedFamilies = new Set(roll.sharers.map(({ familyId }) => familyId));
  const moved = new Map<ChildId, { className: string; row: number }>();

  for (const pair of pairs) {
    const add = (outcome: Outcome, note: string | null, field: PairField = 'givenName') => plan.rows.push({ row: pair.row, outcome, note, field });
    try {
      const clash = clashes.get(pair.row);
      if (clash !== undefined) throw new Wrong('email', clash);
      const child = pupils.find(pair);
      const adult = adults.find(pair, id => [held, waiting, seen].some(known => known.has(pairKey(id, child.id))));
      const notes: string[] = [];
      const move = moveOf(child, pair, moved);
      const key = pairKey(adult.parentId, child.id);
      const relation = held.get(key);
      const earlier = seen.get(key);
      const fill = earlier === undefined ? filling(adult, pair.adult) : null;
      const isCertain = pair.adult.email !== null && adult.emailHash === secrets.hashOf(pair.adult.email);
      if (fill && relation !== undefined && relation !== pair.adult.relation && !isCertain)
        throw new Wrong(
          'relation',
          `An adult of this name is here with the same child as ${relation}. If it is the same person, change how they are reached on their own page.`,
        );
      const hasParents = withParents.has(child.id) || (child.familyId !== null && sharedFamilies.has(child.familyId));

      // Nothing is kept of a row until all of it is right.
      if (move) {
        moved.set(child.id, { className: move, row: pair.row });
        plan.classes.push({ childId: child.id, className: move });
        notes.push(`${child.givenName} moves to ${move}.`);
      }
      if (earlier !== undefined) {
        add('matched', [`The same as row ${earlier}. Counted once.`, ...notes].join(' '));
        continue;
      }
      seen.set(key, pair.row);
      if (child.firstRow === pair.row) pupils.keep(child, plan);
      if (fill) {
        adult.filled = { email: adult.filled?.email ?? fill.email, mobile: adult.filled?.mobile ?? fill.mobile };
        if (fill.email) adults.reachable(adult, fill.email);
        plan.contacts.push({ parentId: adult.parentId, ...fill });
        notes.push(
          fill.email && fill.mobile ? 'The e-mail address and mobile number are added.' : `The ${fill.email ? 'e-mail address' : 'mobile number'} is added.`,
        );
      }
      if (relation !== undefined) {
        if (relation !== pair.adult.relation) notes.push(`Here as ${relation}, which stays.`);
        add('matched', notes.length > 0 ? `Already here. ${notes.join(' ')}` : 'Already here, with the same child. Nothing changes.');
        continue;
      }
      if (waiting.has(key)) {
        add('matched', ['Waiting to be added already.', ...notes].join(' '));
        continue;
      }
      adults.keep(adult, pair, plan);
      if (hasParents) {
        plan.proposals.push({ parentId: adult.parentId, childId: child.id, relation: pair.adult.relation });
        notes.unshift(`${child.givenName} has parents here; those with an account are told. Starts after 72 hours, or when a second colleague confirms.`);
        add('proposed', notes.join(' '));
        continue;
      }
      plan.parentings.push({ parentId: adult.parentId, childId: child.id, relation: pair.adult.relation });
      if (adult.added) adult.added.current = true;
      else if (!adult.current && !plan.returning.includes(adult.parentId)) plan.returning.push(adult.parentId);
      if (child.firstRow === pair.row && child.className !== null && !roll.classes.includes(child.className))
        notes.push(`${child.className} is a new class here.`);
      // A date mistyped makes a second child of the first, without the parents of the first hearing of it.
      if (child.firstRow === pair.row && child.namesakes > 0)
        notes.push(`Another pupil is called ${child.givenName} ${child.surname}, with another date of birth. Is this a second child?`);
      if (!mayShareRecord(pair.adult.relation)) notes.push('May collect, and has no part in the record.');
      add('created', notes.join(' ') || null);
    } catch (error) {
      if (!(error instanceof Wrong)) throw error;
      add('wrong', error.message, error.field);
    }
  }
  shareRecords(plan, roll);
  return plan;
}

// ------------------------------------------------------------------ children

function knownPupils(roll: Roll) {
  const byId = new Map<ChildId, KnownPupil>();
  const byName = new Map<string, KnownPupil[]>();
  const know = (pupil: KnownPupil) => {
    byId.set(pupil.id, pupil);
    grow(byName, nameKey(pupil), pupil);
  };
  for (const pupil of roll.pupils) know({ ...pupil, firstRow: null, namesakes: 0 });

  return {
    find({ row, child }: Pair): KnownPupil {
      if ('id' in child) return byId.get(child.id)!;
      const named = byName.get(nameKey(child)) ?? [];
      const inClass = named.filter(one => child.className !== null && one.className !== null && fold(one.className) === fold(child.className));
      const who = `${child.givenName} ${child.surname}`;
      if (child.bornOn !== null) {
        const exact = named.find(one => one.bornOn === child.bornOn);
        if (exact) return exact;
        if (inClass.length > 0)
          throw new Wrong(
            'bornOn',
            `${inClass[0]!.firstRow === null ? 'A pupil of this name is' : `Row ${inClass[0]!.firstRow} has a child of this name`} in ${inClass[0]!.className} with another date of birth.`,
          );
        return {
          id: randomUUIDv7() as ChildId,
          familyId: null,
          givenName: child.givenName,
          surname: child.surname,
          bornOn: child.bornOn,
          className: child.className,
          firstRow: row,
          namesakes: named.length,
        };
      }
      const same = child.className === null ? named : inClass;
      if (same.length === 1) return same[0]!;
      if (same.length > 1) throw new Wrong('bornOn', `More than one pupil is called ${who}. Give the date of birth.`);
      if (named.length > 0)
        throw new Wrong(
          'bornOn',
          `A pupil of this name is in ${named[0]!.className ?? 'no class'}. Give the date of birth to say whether it is the same child.`,
        );
      throw new Wrong('bornOn', `${who} is not on the roll yet, so the date of birth is needed.`);
    },
    /** A new child, from the row that is right. */
    keep(pupil: KnownPupil, plan: RollPlan): void {
      if (byId.has(pupil.id)) return;
      know(pupil);
      // The family is found when all its adults are known.
      const { id, givenName, surname, bornOn, className } = pupil;
      plan.pupils.push({ id, givenName, surname, bornOn, className, familyId: '' as FamilyId });
    },
  };
}

/** The class a pupil moves to, where the row says another. */
function moveOf(child: KnownPupil, { row, child: asked }: Pair, moved: Map<ChildId, { className: string; row: number }>): string | null {
  if ('id' in asked || asked.className === null || child.firstRow === row) return null;
  const earlier = moved.get(child.id);
  const now = earlier?.className ?? child.className;
  if (now !== null && fold(now) === fold(asked.className)) return null;
  const elsewhere = earlier?.row ?? child.firstRow;
  if (elsewhere !== null) throw new Wrong('className', `Row ${elsewhere} has the same child in ${now ?? 'no class'}.`);
  return asked.className;
}

// ------------------------------------------------------------------ adults

/** Rows that share an e-mail address with another name. */
function emailClashes(pairs: readonly Pair[], { hashOf }: Secrets): Map<number, string> {
  const byEmail = new Map<string, Pair[]>();
  for (const pair of pairs) if (pair.adult.email !== null) grow(byEmail, hashOf(pair.adult.email), pair);
  const clashes = new Map<number, string>();
  for (const sharing of byEmail.values()) {
    const first = sharing[0]!;
    const isFirst = (pair: Pair) => nameKey(pair.adult) === nameKey(first.adult);
    const other = sharing.find(pair => !isFirst(pair));
    if (!other) continue;
    for (const pair of sharing) clashes.set(pair.row, `Same e-mail address as row ${(isFirst(pair) ? other : first).row}. Each adult needs their own.`);
  }
  return clashes;
}

function knownAdults(roll: Roll, { hashOf, openMobile }: Secrets) {
  const byEmail = new Map<string, KnownAdult>();
  const byName = new Map<string, KnownAdult[]>();
  const byReference = new Map<string, { adult: KnownAdult; row: number }>();
  const kept = new Set<ParentId>();
  const know = (adult: KnownAdult) => {
    grow(byName, adult.name, adult);
    if (adult.emailHash !== null) byEmail.set(adult.emailHash, adult);
  };
  for (const { parentId, givenName, surname, emailHash, phoneCt, current } of roll.adults) {
    know({
      parentId,
      name: nameKey({ givenName, surname }),
      emailHash,
      mobile: () => (phoneCt === null ? null : openMobile(phoneCt)),
      current,
      added: null,
      filled: null,
    });
  }

  return {
    find({ adult, reference }: Pair, isTheirs: (parentId: ParentId) => boolean): KnownAdult {
      const name = nameKey(adult);
      const emailHash = adult.email === null ? null : hashOf(adult.email);
      const referred = reference === null ? undefined : byReference.get(reference);
      if (referred && referred.adult.name !== name) throw new Wrong('givenName', `Row ${referred.row} has the same reference and another name.`);
      const reached = emailHash === null ? undefined : byEmail.get(emailHash);
      if (reached && reached.name !== name) throw new Wrong('email', 'This e-mail address belongs to another adult here. Each adult needs their own.');
      if (reached) return reached;
      if (referred) return referred.adult;
      const named = byName.get(name) ?? [];
      const theirs = named.find(one => isTheirs(one.parentId));
      if (theirs) {
        if (emailHash !== null && theirs.emailHash !== null)
          throw new Wrong('email', 'An adult of this name is here with the same child and another e-mail address. Change it on their own page.');
        return theirs;
      }
      const rung = adult.mobile === null ? undefined : named.find(one => one.mobile() === adult.mobile && (emailHash === null || one.emailHash === null));
      if (rung) return rung;
      if (named.length > 0 && emailHash === null && adult.mobile === null && reference === null)
        throw new Wrong(
          'email',
          'An adult of this name is here with another child. An e-mail address or mobile number would say whether it is the same person.',
        );
      const parentId = randomUUIDv7() as ParentId;
      const added = { parentId, givenName: adult.givenName, surname: adult.surname, email: adult.email, mobile: adult.mobile, current: false };
      return { parentId, name, emailHash, mobile: () => adult.mobile, current: false, added, filled: null };
    },
    /** An adult whose row is right; a new one is known to the rows that follow. */
    keep(adult: KnownAdult, { row, reference }: Pair, plan: RollPlan): void {
      if (adult.added && !kept.has(adult.parentId)) {
        kept.add(adult.parentId);
        plan.adults.push(adult.added);
        know(adult);
      }
      if (reference !== null && !byReference.has(reference)) byReference.set(reference, { adult, row });
    },
    reachable(adult: KnownAdult, email: string): void {
      adult.emailHash = hashOf(email);
      byEmail.set(adult.emailHash, adult);
    },
  };
}

/** What the row knows of an adult that the school does not; what it knows already stays. */
function filling(known: KnownAdult, adult: Adult): { email: string | null; mobile: string | null } | null {
  if (known.added) return null;
  const email = known.emailHash === null ? adult.email : null;
  const mobile = (known.filled?.mobile ?? known.mobile()) === null ? adult.mobile : null;
  return email === null && mobile === null ? null : { email, mobile };
}

// ------------------------------------------------------------------ who shares a record

/**
 * Finds each new child its family: that of children with the very same parents, or a new one. At most two adults share a record,
 * and only those who are parents of every child in it.
 */
function shareRecords(plan: RollPlan, roll: Roll): void {
  const adultsOf = new Map<ChildId, ParentId[]>();
  for (const { childId, parentId, relation } of plan.parentings) if (mayShareRecord(relation)) grow(adultsOf, childId, parentId);

  const keyOf = (parents: readonly ParentId[]) => [...parents].sort().join(' ');
  const sharersOf = new Map<FamilyId, ParentId[]>();
  for (const { familyId, parentId } of roll.sharers) grow(sharersOf, familyId, parentId);
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
