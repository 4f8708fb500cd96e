import type { ParentId } from '../../core/ids.ts';
import { localTime, longDay } from '../../core/time.ts';
import type { Holder } from '../terms.ts';
import { atPlaceInFull, childNames, fullName, type Names, somebodyElse } from '../words.ts';
import type { Planned } from './planned.ts';
import type { MarkKind } from './store.ts';

export const markWords: Record<MarkKind, string> = { 'handed-over': 'Handed over', received: 'Received', 'not-taken-place': 'Did not take place' };

/** "you", "Daniel", "somebody else". */
export function whoWords({ members }: Pick<Names, 'members'>, holder: Holder, reader: ParentId): string {
  if (holder === 'third-party') return somebodyElse;
  return holder === reader ? 'you' : (members.find(({ id }) => id === holder)?.givenName ?? 'the other parent');
}

/** A handover as the record names it, for readers who see nothing but the entry. */
export function inFull(family: Names & { timeZone: string }, { at, from, to, children, place }: Planned): string {
  const local = localTime(new Date(at), family.timeZone);
  const named = (holder: Holder): string => (holder === 'third-party' ? somebodyElse : fullName(family, holder));
  const where = atPlaceInFull(place);
  return `the handover of ${childNames(family, children)} from ${named(from)} to ${named(to)} that was planned for ${longDay(local)} at ${local.clock}${where === '' ? '' : `, ${where}`}`;
}
