import { paths } from './paths.ts';

/** The neutral mail that something waits: the same whatever it is, because a mail shows on lock screens. */
export const waitingNotice = (baseUrl: string): { subject: string; text: string } => ({
  subject: 'Something is waiting for you',
  text: `Something is waiting for you. Sign in when you are ready:\n${baseUrl}${paths.signIn}\n\nThis mail never says what it is about. You need not answer it.\n`,
});
