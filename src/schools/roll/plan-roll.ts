import { mayShareRecord } from '../../access/policy.ts';
import type { ChildId } from '../../core/ids.ts';
import { emailClashes, filling, knownAdults } from './match-adults.ts';
import { knownPupils, moveOf } from './match-pupils.ts';
import type { PairField } from './read-person.ts';
import { type Outcome, type Pair, pairKey, type Roll, type RollPlan, type Secrets, Wrong } from './plan.ts';
import { shareRecords } from './share-records.ts';

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
