import type { ChildId } from '../../core/ids.ts';
import type { Problem } from '../../web/form.ts';
import type { Pair } from '../roll/plan.ts';
import { readAdult, readPupil, type TypedPair } from '../roll/read-person.ts';

type Typed = TypedPair & { givenName2: string; surname2: string; relation2: string; email2: string; mobile2: string };

/** The pairs that a form is about: one adult, or with a new child perhaps a second, whose fields end in 2. */
export function pairsOf(childId: ChildId | null, typed: Typed, today: string): { pairs: Pair[]; problems: Problem[] } {
  const first = readAdult(typed);
  const { givenName2, surname2, relation2, email2, mobile2 } = typed;
  const hasSecond = childId === null && [givenName2, surname2, relation2, email2, mobile2].some(text => text.trim() !== '');
  const second = hasSecond ? readAdult({ ...typed, givenName: givenName2, surname: surname2, relation: relation2, email: email2, mobile: mobile2 }) : null;
  const pupil = childId === null ? readPupil(typed, today) : null;
  const isBornOnMissing = pupil !== null && pupil.value.bornOn === null && !pupil.faults.some(({ field }) => field === 'bornOn');
  // In the order of the page.
  const problems: Problem[] = [
    ...(pupil?.faults ?? []),
    ...(isBornOnMissing ? [{ field: 'bornOn', message: 'The date of birth is missing' }] : []),
    ...first.faults,
    ...(second?.faults ?? []).map(({ field, message }) => ({ field: `${field}2`, message })),
  ];
  const child = childId === null ? pupil!.value : { id: childId };
  const pairs = [first, ...(second ? [second] : [])].map(({ value }, index): Pair => ({ row: index + 1, adult: value, reference: null, child }));
  return { pairs, problems };
}
