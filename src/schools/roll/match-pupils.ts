import { randomUUIDv7 } from 'node:crypto';
import type { ChildId, FamilyId } from '../../core/ids.ts';
import { fold } from '../../core/text.ts';
import { type NewPupil, type Pair, type Roll, type RollPlan, Wrong } from './plan.ts';
import { sortName } from './sort-name.ts';

/** `namesakes` counts pupils who are called the same and are somebody else. */
type KnownPupil = Omit<NewPupil, 'familyId'> & { familyId: FamilyId | null; firstRow: number | null; namesakes: number };

/** The pupils of a roll, and those that the rows bring, as a row's child is found among them. */
export function knownPupils(roll: Roll) {
  const byId = new Map<ChildId, KnownPupil>();
  const byName = new Map<string, KnownPupil[]>();
  const know = (pupil: KnownPupil) => {
    byId.set(pupil.id, pupil);
    byName.getOrInsertComputed(sortName(pupil), () => []).push(pupil);
  };
  for (const pupil of roll.pupils) know({ ...pupil, firstRow: null, namesakes: 0 });

  return {
    find({ row, child }: Pair): KnownPupil {
      if ('id' in child) return byId.get(child.id)!;
      const named = byName.get(sortName(child)) ?? [];
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
export function moveOf(child: KnownPupil, { row, child: asked }: Pair, moved: Map<ChildId, { className: string; row: number }>): string | null {
  if ('id' in asked || asked.className === null || child.firstRow === row) return null;
  const earlier = moved.get(child.id);
  const now = earlier?.className ?? child.className;
  if (now !== null && fold(now) === fold(asked.className)) return null;
  const elsewhere = earlier?.row ?? child.firstRow;
  if (elsewhere !== null) throw new Wrong('className', `Row ${elsewhere} has the same child in ${now ?? 'no class'}.`);
  return asked.className;
}
