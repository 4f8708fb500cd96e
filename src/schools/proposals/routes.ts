import type { User } from '../../core/actor.ts';
import type { ChildId, ProposalId } from '../../core/ids.ts';
import type { Work } from '../../platform/database.ts';
import { paths } from '../../web/paths.ts';
import { page } from '../../web/reply.ts';
import { type Routes, signedIn, type Visit } from '../../web/route.ts';
import type { Services } from '../../web/services.ts';
import { findOffice } from '../find-office.ts';
import { schoolFrameFor, type SchoolView } from '../index.ts';
import type { Done } from '../pupils/pages.ts';
import { pupilAt } from '../pupils/routes.ts';
import { proposalsPage } from './pages.ts';
import { ProposalParams } from './schema.ts';
import { confirmProposal, withdrawProposal } from './settle-proposal.ts';
import { selectWaiting } from './store.ts';

/** Adults who are to be added to a child: confirmed by a second colleague, or withdrawn. */
export function proposalRoutes({ db, keyring }: Services, routes: Routes): void {
  routes.get(paths.proposals, signedIn, async ({ actor }) => {
    const school = await findOffice(db, actor);
    const waiting = await db.query(selectWaiting, [school.schoolId, null]);
    return page('schools/proposals', proposalsPage(schoolFrameFor(school, 'proposals'), school, waiting, new Date()));
  });

  const settle = (done: Done, act: (work: Work<User>, school: SchoolView, proposalId: ProposalId) => Promise<ChildId>) => async (visit: Visit<User>) => {
    const school = await findOffice(db, visit.actor);
    const { proposalId } = visit.params(ProposalParams);
    return pupilAt(await db.transact(visit.actor, work => act(work, school, proposalId)), done);
  };
  routes.post(
    paths.confirmProposal,
    signedIn,
    settle('confirmed', (work, school, id) => confirmProposal(work, keyring, school.schoolId, id)),
  );
  routes.post(
    paths.withdrawProposal,
    signedIn,
    settle('withdrawn', (work, school, id) => withdrawProposal(work, school.schoolId, id)),
  );
}
