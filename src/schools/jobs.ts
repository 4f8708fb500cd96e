import { z } from 'zod';
import { recordAudit } from '../audit/events.ts';
import { system } from '../core/actor.ts';
import type { ParentId, ProposalId } from '../core/ids.ts';
import { job, type Job, type Schedule } from '../platform/queue.ts';
import type { Services } from '../web/services.ts';
import { waitingNotice } from '../web/waiting-notice.ts';
import { deleteOldForms } from './adults/store.ts';
import { forgetOldImports } from './import/store.ts';
import { carryOutProposal } from './proposals/settle-proposal.ts';
import { selectTold } from './proposals/store.ts';

export function schoolJobs({ db, keyring, mail, baseUrl }: Services): Job[] {
  return [
    job({
      name: 'schools.add-proposed-adult',
      payload: z.object({ proposalId: z.string().transform(id => id as ProposalId) }),
      async run({ proposalId }) {
        await db.transact(system('schools.add-proposed-adult'), work => carryOutProposal(work, keyring, proposalId));
      },
    }),
    job({
      name: 'schools.tell-parent',
      payload: z.object({ parentId: z.string().transform(id => id as ParentId) }),
      /** One neutral e-mail, however many adults are to be added, if one still is. */
      async run({ parentId }) {
        await db.transact(system('schools.tell-parent'), async work => {
          const [told] = await work.trx.query(selectTold, [parentId]);
          if (!told) return;
          await recordAudit(work, 'notice.sent', { targetId: parentId });
          await mail({ to: keyring.openField('email', told.emailCt), ...waitingNotice(baseUrl()) });
        });
      },
    }),
    job({
      name: 'schools.tidy',
      payload: z.object({}),
      async run() {
        await db.query(forgetOldImports, []);
        await db.query(deleteOldForms, []);
      },
    }),
  ] as Job[];
}

export const schoolSchedules: Schedule[] = [{ job: 'schools.tidy', cron: '41 3 * * *' }];
