import type { Problem } from '../web/form.ts';
import type { Frame } from '../web/frame.ts';
import type { Shell } from '../web/render.ts';
import type { Confirming } from './confirm-account.ts';

type SignInPage = {
  shell: Shell;
  email: string;
  shared: boolean;
  problems: Problem[];
  /** Why they are here, when they did not ask to be: "You were signed out …" */
  notice: string | null;
  /** The people of the demo world; none in production. */
  demo: { email: string; who: string }[];
};

/** What an account shows to its owner alone. */
type AccountPage = { shell: Shell; frame: Frame | null; name: string; email: string; signedInSince: string };

/** For staff, whose own pages are built with the school's side. */
type StaffPage = { shell: Shell; name: string; schools: { name: string; role: string }[] };

/** What a mail leads to that asked for an address to be confirmed. */
type ConfirmPage = { shell: Shell; action: string; confirming: Confirming };

declare module '../web/render.ts' {
  interface Views {
    'accounts/sign-in': SignInPage;
    'accounts/account': AccountPage;
    'accounts/staff': StaffPage;
    'accounts/confirm': ConfirmPage;
  }
}
