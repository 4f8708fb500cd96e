import { randomUUIDv7 } from 'node:crypto';
import type { ParentId } from '../../core/ids.ts';
import type { Adult } from './read-person.ts';
import { type NewAdult, type Pair, type Roll, type RollPlan, type Secrets, Wrong } from './plan.ts';
import { sortName } from './sort-name.ts';

type KnownAdult = {
  parentId: ParentId;
  name: string;
  emailHash: string | null;
  mobile: () => string | null;
  current: boolean;
  added: NewAdult | null;
  filled: { email: string | null; mobile: string | null } | null;
};

/** Rows that share an e-mail address with another name. */
export function emailClashes(pairs: readonly Pair[], { hashOf }: Secrets): Map<number, string> {
  const byEmail = new Map<string, Pair[]>();
  for (const pair of pairs) if (pair.adult.email !== null) byEmail.getOrInsertComputed(hashOf(pair.adult.email), () => []).push(pair);
  const clashes = new Map<number, string>();
  for (const sharing of byEmail.values()) {
    const first = sharing[0]!;
    const isFirst = (pair: Pair) => sortName(pair.adult) === sortName(first.adult);
    const other = sharing.find(pair => !isFirst(pair));
    if (!other) continue;
    for (const pair of sharing) clashes.set(pair.row, `Same e-mail address as row ${(isFirst(pair) ? other : first).row}. Each adult needs their own.`);
  }
  return clashes;
}

/** The adults of a roll, and those that the rows bring, as a row's adult is found among them. */
export function knownAdults(roll: Roll, { hashOf, openMobile }: Secrets) {
  const byEmail = new Map<string, KnownAdult>();
  const byName = new Map<string, KnownAdult[]>();
  const byReference = new Map<string, { adult: KnownAdult; row: number }>();
  const kept = new Set<ParentId>();
  const know = (adult: KnownAdult) => {
    byName.getOrInsertComputed(adult.name, () => []).push(adult);
    if (adult.emailHash !== null) byEmail.set(adult.emailHash, adult);
  };
  for (const { parentId, givenName, surname, emailHash, phoneCt, current } of roll.adults) {
    know({
      parentId,
      name: sortName({ givenName, surname }),
      emailHash,
      mobile: () => (phoneCt === null ? null : openMobile(phoneCt)),
      current,
      added: null,
      filled: null,
    });
  }

  return {
    find({ adult, reference }: Pair, isTheirs: (parentId: ParentId) => boolean): KnownAdult {
      const name = sortName(adult);
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
export function filling(known: KnownAdult, adult: Adult): { email: string | null; mobile: string | null } | null {
  if (known.added) return null;
  const email = known.emailHash === null ? adult.email : null;
  const mobile = (known.filled?.mobile ?? known.mobile()) === null ? adult.mobile : null;
  return email === null && mobile === null ? null : { email, mobile };
}
