import type { ParentId } from '../../core/ids.ts';
import type { FamilyView } from '../../families/index.ts';
import type { Holder } from '../terms.ts';
import { givenName } from '../words.ts';
import type { Settled } from './actual.ts';

/** "Amara", or "Amara (you)" for who reads it; what leaves the site names nobody "you". */
export function holderWords(family: Pick<FamilyView, 'members'>, holder: Holder | null, reader: ParentId | null): string {
  if (holder === null) return 'Nothing agreed';
  if (holder === 'third-party') return 'Somebody else';
  const name = givenName(family, holder);
  return holder === reader ? `${name} (you)` : name;
}

/** What the change of hands before a night rests on. */
export function settledWords(family: Pick<FamilyView, 'members'>, since: Settled | null): { how: string; by: string } {
  if (since === null) return { how: '', by: '' };
  const by = since.by === null ? '' : holderWords(family, since.by, null);
  switch (since.outcome) {
    case 'received':
      return { how: 'Received', by };
    case 'handed-over':
      return { how: 'Handed over', by };
    case 'not-taken-place':
      return { how: 'Did not take place', by };
    case 'disputed':
      return { how: 'The parents say different things; the plan is counted', by: '' };
    case 'not-marked':
      return { how: 'Not marked; the plan is counted', by: '' };
  }
}
