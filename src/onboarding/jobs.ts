import { z } from 'zod';
import { recordAudits } from '../audit/events.ts';
import { system } from '../core/actor.ts';
import type { ParentId, SchoolId } from '../core/ids.ts';
import { localTime, longDay } from '../core/time.ts';
import { job, type Job, type Schedule } from '../platform/queue.ts';
import { Undeliverable } from '../platform/undeliverable.ts';
import { movePhotoStatuses } from '../schools/index.ts';
import { paths } from '../web/paths.ts';
import type { Services } from '../web/services.ts';
import { gatherTallies } from './dashboard-store.ts';
import { type DueRow, markFailed, markSent, selectDue, selectExpired } from './invite-store.ts';
import { linkToken } from './link-secrets.ts';

export function onboardingJobs(services: Services): Job[] {
  const { db } = services;
  return [
    job({
      name: 'onboarding.send-link',
      payload: z.object({ sendingId: z.uuid() }),
      /** One e-mail or SMS with the link as it is now, unless it has ended meanwhile. What went wrong is kept for the office to see. */
      async run({ sendingId }) {
        const actor = system('onboarding.send-link');
        try {
          await db.transact(actor, async ({ trx }) => {
            const [due] = await trx.query(selectDue, [sendingId]);
            if (!due) return;
            if (!due.works) throw new Undeliverable('The link had ended before this was sent');
            await trx.query(markSent, [sendingId]);
            // Last, so that what could not be handed over takes the mark back with it.
            await deliver(services, due);
          });
        } catch (error) {
          const final = error instanceof Undeliverable;
          const failure = final ? error.message : 'Not delivered yet. It is tried again by itself';
          await db.transact(actor, ({ trx }) => trx.query(markFailed, [sendingId, failure]));
          if (!final) throw error;
        }
      },
    }),
    job({
      name: 'onboarding.expire-links',
      payload: z.object({}),
      async run() {
        await db.transact(system('onboarding.expire-links'), async work => {
          const expired = await work.trx.query(selectExpired, []);
          const schools = Map.groupBy(expired, row => row.schoolId);
          for (const [schoolId, rows] of schools as Map<SchoolId, { parentId: ParentId }[]>) {
            await movePhotoStatuses(work.trx, { schoolId, parentIds: rows.map(row => row.parentId) }, ['invited', 'opened', 'retake'], 'expired');
          }
          await recordAudits(
            work,
            expired.map(({ invitationId, schoolId }) => ({ action: 'link.expired' as const, targetId: invitationId, schoolId })),
          );
        });
      },
    }),
    job({
      name: 'onboarding.gather-tallies',
      payload: z.object({}),
      async run() {
        await db.query(gatherTallies, []);
      },
    }),
  ] as Job[];
}

export const onboardingSchedules: Schedule[] = [
  { job: 'onboarding.expire-links', cron: '*/10 * * * *' },
  { job: 'onboarding.gather-tallies', cron: '5,15,25,35,45,55 * * * *' },
];

/** Neutral words: the school, the link and its last day. Never the code, a child, or another adult. */
async function deliver({ keyring, mail, sms, baseUrl }: Services, due: DueRow): Promise<void> {
  const { channel, reason, schoolName, timeZone, expiresAt, emailCt, phoneCt } = due;
  const link = `${baseUrl()}${paths.link.to({ token: linkToken(keyring, due) })}`;
  const until = longDay(localTime(new Date(expiresAt.getTime() - 1), timeZone));
  const opening = {
    invite: 'has a page for you',
    remind: 'still has a page for you',
    renew: 'has a new link for you',
    retake: 'has something new on your page',
  };
  if (channel === 'sms') {
    if (phoneCt === null) throw new Undeliverable('There is no telephone number any more');
    await sms({ to: keyring.openField('phone', phoneCt), text: `${schoolName} ${opening[reason]}: ${link} It works until ${until}.` });
    return;
  }
  if (emailCt === null) throw new Undeliverable('There is no e-mail address any more');
  await mail({
    to: keyring.openField('email', emailCt),
    subject: `A link from ${schoolName}`,
    text: `${schoolName} ${opening[reason]}:\n${link}\n\nThe link works until ${until}. It asks for a code, which the school’s office tells you in person, by telephone or on paper, never by e-mail.\n\nIf you did not expect this, ask the school’s office. Nobody else is told whether you open it.\n`,
  });
}
