import { z } from 'zod';
import { job, type Job, type Schedule } from '../platform/queue.ts';
import { Undeliverable } from '../platform/undeliverable.ts';
import { paths } from '../web/paths.ts';
import type { Services } from '../web/services.ts';
import { confirmationToken } from './request-account.ts';
import { deleteOldRequests, selectPendingMail } from './store.ts';

/** One subject for both: what shows on a lock screen does not say whether the address was known. */
const subject = 'Confirm your e-mail address';

const confirmText = (address: string) =>
  `Somebody gave this e-mail address to sign in with. If it was you, open this page and press the button there:\n${address}\n\n` +
  `It works for 24 hours. If it was not you, do nothing, and nothing happens. You need not answer this mail.\n`;

const knownText = (signIn: string) =>
  `Somebody gave this e-mail address to sign in with. It has an account already, so there is nothing to confirm.\n\n` +
  `If it was you: open the link from your school again, choose “I already have an account”, and sign in there. Your account is then connected.\n` +
  `To sign in without connecting anything: ${signIn}\n\n` +
  `If it was not you, do nothing, and nothing happens. You need not answer this mail.\n`;

export function accountJobs({ db, keyring, mail, baseUrl }: Services): Job[] {
  return [
    job({
      name: 'accounts.send-confirmation',
      payload: z.object({ pendingId: z.string() }),
      /** Says to the address's owner, and to nobody else, whether there is an account. */
      async run({ pendingId }) {
        const [pending] = await db.query(selectPendingMail, [pendingId]);
        if (!pending) return;
        const { emailCt, known } = pending;
        const text = known
          ? knownText(`${baseUrl()}${paths.signIn}`)
          : confirmText(`${baseUrl()}${paths.confirmEmail.to({ token: confirmationToken(keyring, pendingId) })}`);
        try {
          await mail({ to: keyring.openField('email', emailCt), subject, text });
        } catch (error) {
          // Nobody receives mail there, and trying again changes nothing. Whoever waits gives another address.
          if (!(error instanceof Undeliverable)) throw error;
        }
      },
    }),
    job({
      name: 'accounts.clear-requests',
      payload: z.object({}),
      async run() {
        await db.query(deleteOldRequests, []);
      },
    }),
  ] as Job[];
}

export const accountSchedules: Schedule[] = [{ job: 'accounts.clear-requests', cron: '37 3 * * *' }];
