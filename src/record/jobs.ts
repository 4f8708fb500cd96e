import { z } from 'zod';
import { recordAudit } from '../audit/events.ts';
import { system } from '../core/actor.ts';
import type { FamilyId } from '../core/ids.ts';
import { enqueue, job, type Job, type Schedule } from '../platform/queue.ts';
import type { Services } from '../web/services.ts';
import { checkRecord } from './check-record.ts';
import { selectFamilyIds, upsertCheck } from './store.ts';

/** Every record is worked out again each night; the state in the top bar is what this found. */
export function recordJobs({ db, keyring, log }: Services): Job[] {
  return [
    job({
      name: 'record.check-all',
      payload: z.object({}),
      async run() {
        await db.transact(system('record.check-all'), async work => {
          for (const { id } of await work.trx.query(selectFamilyIds, [])) {
            await enqueue(work.trx, 'record.check', { familyId: id }, { key: `record.check ${id}` });
          }
        });
      },
    }),
    job({
      name: 'record.check',
      payload: z.object({ familyId: z.string().transform(id => id as FamilyId) }),
      async run({ familyId }) {
        const { entries, fault } = await checkRecord(db, keyring, familyId);
        if (fault) log.fatal({ familyId, pos: fault.pos, fault: fault.text }, 'a record is not as it was written');
        await db.transact(system('record.check'), async work => {
          await work.trx.query(upsertCheck, [familyId, entries, fault?.pos ?? null]);
          await recordAudit(work, 'record.checked', { familyId, details: { entries, sound: fault === null } });
        });
      },
    }),
  ] as Job[];
}

export const recordSchedules: Schedule[] = [{ job: 'record.check-all', cron: '41 2 * * *' }];
