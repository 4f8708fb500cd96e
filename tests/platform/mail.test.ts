import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { expect, it } from 'vitest';
import { openMail } from '../../src/platform/mail.ts';
import { Undeliverable } from '../../src/platform/undeliverable.ts';

it('a mail that is not taken fails in words that name nobody: the queue keeps them, and the log shows them', async () => {
  let responseCode = 450;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    logger: false,
    onRcptTo({ address }, _session, done) {
      done(Object.assign(new Error(`<${address}>: try later`), { responseCode }));
    },
  });
  server.on('error', () => {});
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  const mail = openMail({ smtpUrl: `smtp://127.0.0.1:${port}`, from: 'Notices <notices@parley.example>', outbox: '/nowhere' });
  const failed = () => mail({ to: 'amara@home.example', subject: 'A', text: 'B' }).catch((error: unknown) => error as Error);
  const later = (await failed())!;
  expect(later).not.toBeInstanceOf(Undeliverable);
  expect([later.message, `${later.stack}`.includes('amara'), later.cause]).toEqual(['the mail server did not take it (450)', false, undefined]);
  responseCode = 550;
  const never = (await failed())!;
  expect(never).toBeInstanceOf(Undeliverable);
  expect(never.message).not.toContain('amara');
  await new Promise<void>(resolve => server.close(() => resolve()));
  expect(((await failed()) as Error).message).toBe('the mail server did not take it (ECONNREFUSED)');
});
