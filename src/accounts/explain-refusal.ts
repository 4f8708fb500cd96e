import { localTime } from '../core/time.ts';
import type { SignIn } from './sign-in.ts';

/** Why somebody is not signed in, in the same words wherever they tried, and whether or not there is such an account. */
export function explainRefusal(outcome: Exclude<SignIn, { kind: 'welcome' }>): { message: string; status: 422 | 429; retryAfter: number | null } {
  if (outcome.kind === 'refused') return { message: 'The e-mail address or the password is not right', status: 422, retryAfter: null };
  const { clock } = localTime(new Date(outcome.retryAt.getTime() + 59_000), 'Europe/London');
  return {
    message: `There were several attempts that were not right. Try again at ${clock}`,
    status: 429,
    retryAfter: Math.max(1, Math.ceil((outcome.retryAt.getTime() - Date.now()) / 1000)),
  };
}
