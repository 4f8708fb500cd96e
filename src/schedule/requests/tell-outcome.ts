import type { Problem } from '../../web/form.ts';
import type { Made } from './make-request.ts';
import type { Settled } from './settle-request.ts';
import type { RequestState } from './terms.ts';
import type { Notice, Shield } from './views.ts';

/** What kept something from being asked or answered. */
export type NotDone = Exclude<Made, { kind: 'made' | 'already' }> | Exclude<Settled, { kind: 'done' | 'already' }>;

export const shieldProblem = (kind: 'held' | 'ask'): Problem => ({
  field: 'note',
  message:
    kind === 'held'
      ? 'Held back: this looks like your own number or address. Take it out to go on'
      : 'There is a number or an address in this. Is it meant to be shared?',
});
export const shieldOf = (finding: { kind: 'held' | 'ask'; found: string[]; confirm?: string }): Shield => ({
  kind: finding.kind,
  found: finding.found,
  confirm: finding.confirm ?? '',
});

const states: Record<Exclude<RequestState, 'open'>, string> = {
  accepted: 'It was agreed already.',
  declined: 'It was answered already, and kept as it is.',
  countered: 'It was answered already, with a counter-offer.',
  withdrawn: 'It was taken back before your answer came.',
  expired: 'The time to answer had run out.',
};

export function noticeOf(outcome: NotDone, note: string): Notice {
  if (outcome.kind === 'settled') return { title: 'Nothing changed by this:', text: outcome.state === 'open' ? '' : states[outcome.state], note };
  if (outcome.kind === 'too-late') return { title: 'Nothing changed by this:', text: 'The time to answer had run out.', note };
  return {
    title: 'This was not agreed:',
    text: 'This time was agreed otherwise since it was asked. Look at the calendar as it is now, and ask anew for what still fits.',
    note,
  };
}
