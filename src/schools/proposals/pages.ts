import { counted } from '../../core/text.ts';
import { dayAndClock, localTime, shortDay } from '../../core/time.ts';
import { paths } from '../../web/paths.ts';
import type { Model } from '../../web/reply.ts';
import type { SchoolFrame } from '../../web/school-frame.ts';
import type { SchoolView } from '../index.ts';
import { withClass } from '../with-class.ts';
import type { WaitingRow } from './store.ts';
import type { WaitingLine } from './views.ts';

export const waitingLines = (school: SchoolView, waiting: readonly WaitingRow[], now: Date): WaitingLine[] =>
  waiting.map(row => {
    const effective = localTime(row.effectiveAt, school.timeZone);
    return {
      id: row.id,
      name: `${row.givenName} ${row.surname}`,
      relation: row.relation,
      child: withClass(row.childName, row.className),
      childHref: paths.pupil.to({ childId: row.childId }),
      effective: `Takes effect on ${shortDay(effective)} at ${effective.clock}`,
      effectiveIso: row.effectiveAt.toISOString(),
      proposed: `Proposed by ${row.proposedBy === school.accountId ? 'you' : row.proposer}, ${dayAndClock(localTime(row.createdAt, school.timeZone), localTime(now, school.timeZone))}`,
      own: row.proposedBy === school.accountId,
      confirm: paths.confirmProposal.to({ proposalId: row.id }),
      withdraw: paths.withdrawProposal.to({ proposalId: row.id }),
    };
  });

export const proposalsPage = (frame: SchoolFrame, school: SchoolView, waiting: readonly WaitingRow[], now: Date): Model<'schools/proposals'> => ({
  frame,
  heading: waiting.length === 0 ? 'No adult waits to be added' : `${counted(waiting.length, 'adult waits', 'adults wait')} to be added`,
  waiting: waitingLines(school, waiting, now),
});

/** An adult to be added, as a parent of the child reads of it. */
export type Proposal = { school: string; timeZone: string; adult: string; relation: string; child: string; effectiveAt: string };

/** What a parent reads on their own page. Who is to be added is named, because that is what they must know; how to reach them is not. */
export function proposalSentence(proposal: Proposal): string {
  const { school, timeZone, adult, relation, child, effectiveAt } = proposal;
  const effective = localTime(new Date(effectiveAt), timeZone);
  return `${school} proposes to add an adult for ${child}: ${adult}, ${relation.charAt(0).toLowerCase()}${relation.slice(1)}. It takes effect on ${shortDay(effective)} at ${effective.clock} unless the school withdraws it.`;
}
