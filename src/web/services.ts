import type { Logger } from 'pino';
import type { Database } from '../platform/database.ts';
import type { Keyring } from '../platform/keyring.ts';
import type { SendMail } from '../platform/mail.ts';
import type { Sessions } from './session.ts';

/** What features are given. Built once, at the top. */
export type Services = {
  db: Database;
  keyring: Keyring;
  mail: SendMail;
  log: Logger;
  sessions: Sessions;
  /** The address that people type; links in mail begin with it. */
  baseUrl: () => string;
  leaveUrl: string;
  /** Whether the demo world's sign-ins are shown. */
  demo: boolean;
};
