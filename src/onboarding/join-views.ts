import type { Problem } from '../web/form.ts';
import type { Shell } from '../web/render.ts';

/** Behind a link: makes an account, or connects one. Names nobody before the code was right. */
type JoinPage = {
  shell: Shell;
  schoolName: string;
  /** The invited parent; null while the code is still to be given in this browser. */
  name: string | null;
  join: string;
  submission: string;
  code: string;
  email: string;
  connect: string;
  connecting: { open: boolean; code: string; email: string; shared: boolean };
  problems: Problem[];
  /** Somebody else is signed in in this browser. */
  signedInElse: boolean;
};

type JoinSentPage = { shell: Shell; schoolName: string; join: string };

/** For a parent who has an account already. */
type JoinedPage = { shell: Shell; schoolName: string; name: string; link: string; photo: boolean; signedIn: boolean };

declare module '../web/render.ts' {
  interface Views {
    'onboarding/join': JoinPage;
    'onboarding/join-sent': JoinSentPage;
    'onboarding/joined': JoinedPage;
  }
}
