import type { Logger } from 'pino';
import type { Database } from '../platform/database.ts';
import type { GuessLimit } from '../platform/guesses.ts';
import type { Keyring } from '../platform/keyring.ts';
import type { SendMail } from '../platform/mail.ts';
import type { PhotoStore } from '../platform/photo-store.ts';
import type { FaceInspector } from '../platform/photo/inspect-faces.ts';
import type { Thresholds } from '../platform/photo/thresholds.ts';
import type { SendSms } from '../platform/sms.ts';
import type { Sessions } from './session.ts';

/** What features are given. Built once, at the top. */
export type Services = {
  db: Database;
  keyring: Keyring;
  mail: SendMail;
  sms: SendSms;
  /** Who has tried too many links or codes. */
  guesses: GuessLimit;
  /** Where photos lie, who looks for faces in them, and where a photo is not good enough. */
  photos: { store: PhotoStore; inspect: FaceInspector; thresholds: Thresholds };
  log: Logger;
  sessions: Sessions;
  /** The address that people type; links in mail begin with it. */
  baseUrl: () => string;
  leaveUrl: string;
  /** Whether the demo world's sign-ins are shown. */
  demo: boolean;
};
