import { randomUUID } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type Nodemailer from 'nodemailer';
import { Undeliverable } from './undeliverable.ts';

export type Mail = { to: string; subject: string; text: string };

/** Sends one mail, or throws so that the job is tried again: `Undeliverable` where that is of no use. */
export type SendMail = (mail: Mail) => Promise<void>;

/** Over SMTP where that is configured; otherwise each mail becomes a file that any mail program opens. */
export function openMail(options: { smtpUrl: string | undefined; from: string; outbox: string }): SendMail {
  const { smtpUrl, from, outbox } = options;
  const common = {
    from,
    // Answered by no machine and no out-of-office; nothing in it tells one mail from another.
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
    disableFileAccess: true,
    disableUrlAccess: true,
  };
  if (smtpUrl) {
    const transport = openedOnce(nodemailer => nodemailer.createTransport(smtpUrl, { connectionTimeout: 10_000, socketTimeout: 20_000 } as object));
    return async mail => {
      const server = await transport();
      await server.sendMail({ ...common, ...mail }).catch((error: unknown) => {
        const { code, command, responseCode, message } = error as Error & { code?: string; command?: string; responseCode?: number };
        // Only a refused recipient: whatever else a server refuses may be mended by whoever runs it.
        if (code === 'EENVELOPE' && command === 'RCPT TO' && (responseCode ?? 0) >= 500) {
          throw new Undeliverable(`The mail server refused this address (${responseCode})`);
        }
        // The server's own words often repeat the address, and the queue keeps what a job failed with.
        // "connect ECONNREFUSED 127.0.0.1:25" has none of its words.
        const reason = responseCode ?? /^\w+ (E[A-Z]+)\b/.exec(message)?.[1] ?? code ?? 'unknown';
        throw new Error(`the mail server did not take it (${reason})`);
      });
    };
  }
  const transport = openedOnce(nodemailer => nodemailer.createTransport({ streamTransport: true, buffer: true, newline: 'windows' }));
  return async mail => {
    const writer = await transport();
    const { message } = await writer.sendMail({ ...common, ...mail });
    await mkdir(outbox, { recursive: true, mode: 0o700 });
    const name = `${new Date().toISOString().replaceAll(':', '-')}-${randomUUID().slice(0, 8)}.eml`;
    const aside = path.join(outbox, `.${name}`);
    await writeFile(aside, message as Buffer, { mode: 0o600 });
    await rename(aside, path.join(outbox, name));
  };
}

/** Loaded with the first mail: a process that only answers pages sends none. */
const openedOnce = <Transport>(open: (nodemailer: typeof Nodemailer) => Transport): (() => Promise<Transport>) => {
  let opened: Promise<Transport> | undefined;
  return () => (opened ??= import('nodemailer').then(library => open(library.default)));
};
