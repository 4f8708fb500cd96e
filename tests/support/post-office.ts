import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { vi } from 'vitest';
import { openMail, type SendMail } from '../../src/platform/mail.ts';

export type PostOffice = {
  /** Hands mail over to this server, by SMTP. */
  mail: SendMail;
  received: { from: string; to: string[]; raw: string }[];
  /** The nth mail that came to an address, its lines put together again. Waits for it. */
  mailTo(address: string, nth?: number): Promise<string>;
  close(): Promise<void>;
  /** At the same port, after it was closed. */
  reopen(): Promise<void>;
};

/** A mail server that takes everything, but for recipients for whom `refused` gives a code to answer with. */
export async function openPostOffice(refused: (address: string) => number | null = () => null): Promise<PostOffice> {
  const received: PostOffice['received'] = [];
  const open = async (port: number): Promise<SMTPServer> => {
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS', 'AUTH'],
      logger: false,
      onRcptTo({ address }, _session, done) {
        const responseCode = refused(address);
        done(responseCode === null ? null : Object.assign(new Error(`<${address}>: not taken`), { responseCode }));
      },
      onData(stream, { envelope: { mailFrom, rcptTo } }, done) {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          received.push({ from: mailFrom ? mailFrom.address : '', to: rcptTo.map(({ address }) => address), raw: Buffer.concat(chunks).toString() });
          done();
        });
      },
    });
    server.on('error', () => {});
    await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve));
    return server;
  };
  let server = await open(0);
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
    async reopen() {
      server = await open(port);
    },
  };
}
