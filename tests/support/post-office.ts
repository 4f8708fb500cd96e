import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { vi } from 'vitest';
import { openMail, type SendMail } from '../../src/platform/mail.ts';

export type PostOffice = {
  /** Hands mail over to this server, by SMTP. */
  mail: SendMail;
  received: { to: string[]; raw: string }[];
  /** The nth mail that came to an address, its lines put together again. Waits for it. */
  mailTo(address: string, nth?: number): Promise<string>;
  close(): Promise<void>;
};

/** A mail server that takes everything. */
export async function openPostOffice(): Promise<PostOffice> {
  const received: PostOffice['received'] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    logger: false,
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        received.push({ to: session.envelope.rcptTo.map(({ address }) => address), raw: Buffer.concat(chunks).toString() });
        done();
      });
    },
  });
  server.on('error', () => {});
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  return {
    mail: openMail({ smtpUrl: `smtp://127.0.0.1:${port}`, from: 'Notices <notices@parley.example>', outbox: '/nowhere' }),
    received,
    mailTo: (address, nth = 1) =>
      vi.waitFor(
        () => {
          const mail = received.filter(({ to }) => to.includes(address))[nth - 1];
          if (!mail) throw new Error(`no mail number ${nth} to ${address}`);
          return mail.raw.replace(/=\r\n/g, '').replace(/=3D/g, '=');
        },
        { timeout: 30_000, interval: 25 },
      ),
    close: () => new Promise(resolve => server.close(() => resolve())),
  };
}
