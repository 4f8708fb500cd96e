import { createServer, type IncomingMessage, type Server } from 'node:http';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { openSms } from '../../src/platform/sms.ts';
import { Undeliverable } from '../../src/platform/undeliverable.ts';

const accountSid = `AC${'0123456789abcdef'.repeat(2)}`;
const authToken = 'a token that only tests know';
type Asked = { url: string; to: string | null; from: string | null; body: string | null };
let asked: Asked[] = [];
let service: Server;
let baseUrl: string;

const read = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
};

/** Answers as Twilio does, by the end of the number: …400 is none, …610 has said STOP, …500 breaks, …429 is too many. */
beforeAll(async () => {
  service = createServer((request, response) => {
    void read(request).then(text => {
      const form = new URLSearchParams(text);
      asked.push({ url: request.url!, to: form.get('To'), from: form.get('From'), body: form.get('Body') });
      const answer = (status: number, body: object) => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(body));
      };
      const refuse = (status: number, code: number) => answer(status, { code, message: `no, ${form.get('To')}`, more_info: '', status });
      if (request.headers.authorization !== `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`) return refuse(401, 20003);
      if (form.get('To')!.endsWith('400')) return refuse(400, 21211);
      if (form.get('To')!.endsWith('610')) return refuse(400, 21610);
      if (form.get('To')!.endsWith('500')) return refuse(500, 20500);
      if (form.get('To')!.endsWith('429')) return refuse(429, 20429);
      answer(201, { sid: `SM${'f'.repeat(32)}`, status: 'queued', to: form.get('To'), from: form.get('From'), body: form.get('Body') });
    });
  });
  await new Promise<void>(resolve => service.listen(0, '127.0.0.1', resolve));
  baseUrl = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
});
afterAll(() => new Promise(resolve => service.close(resolve)));
beforeEach(() => {
  asked = [];
});
const open = (token = authToken) =>
  openSms({ twilio: { accountSid, authToken: token, from: '+447700900000', baseUrl }, countryCode: '44', outbox: '/nowhere' });

describe('through Twilio', () => {
  it('an SMS goes to the number in full, from ours, in the telephone’s own alphabet', async () => {
    await open()({ to: '07700 900142', text: 'St Brigid’s Primary has a page for you – here…' });
    expect(asked).toEqual([
      {
        url: `/2010-04-01/Accounts/${accountSid}/Messages.json`,
        to: '+447700900142',
        from: '+447700900000',
        body: "St Brigid's Primary has a page for you - here...",
      },
    ]);
  });

  it('a number is read as people write it', async () => {
    const send = open();
    for (const to of ['+44 (0)7700 900 142', '0044 7700-900142', '07700.900142', '+447700900142']) await send({ to, text: 'x' });
    await send({ to: '+353 85 012 3456', text: 'x' });
    expect(asked.map(one => one.to)).toEqual([...Array<string>(4).fill('+447700900142'), '+353850123456']);
  });

  it('what trying again will not mend is said so, without the number', async () => {
    const send = open();
    for (const to of ['07700 900400', '07700 900610', 'none', '0', '', '12', '+0123456789', '07700 900142 ext 5']) {
      const error = await send({ to, text: 'x' }).then(
        () => null,
        (thrown: unknown) => thrown,
      );
      expect(error, to).toBeInstanceOf(Undeliverable);
      expect((error as Error).message).not.toMatch(/900400|900610|\+44/);
    }
    expect(asked).toHaveLength(2);
    await expect(send({ to: '07700 900610', text: 'x' })).rejects.toThrow('has asked for no SMS');
  });

  it('what may be mended is thrown as that: a broken service, too many, a wrong token, nobody there', async () => {
    const failing: [ReturnType<typeof open>, string][] = [
      [open(), '07700 900500'],
      [open(), '07700 900429'],
      [open('another token that is wrong'), '07700 900142'],
      [
        openSms({ twilio: { accountSid, authToken, from: '+447700900000', baseUrl: 'http://127.0.0.1:9' }, countryCode: '44', outbox: '/nowhere' }),
        '07700 900142',
      ],
    ];
    for (const [send, to] of failing) {
      const error = await send({ to, text: 'x' }).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(Error);
      expect(error).not.toBeInstanceOf(Undeliverable);
      expect((error as Error).message).not.toMatch(/7700/);
    }
  });
});

it('without Twilio each SMS is a file that only its owner reads', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'parley-sms-'));
  try {
    const send = openSms({ twilio: undefined, countryCode: '44', outbox: path.join(folder, 'outbox') });
    await send({ to: '07700 900142', text: 'A page for you' });
    const [name, ...rest] = await readdir(path.join(folder, 'outbox'));
    expect([name, rest]).toEqual([expect.stringMatching(/\.sms\.txt$/), []]);
    const file = path.join(folder, 'outbox', name!);
    expect(await readFile(file, 'utf8')).toBe('To: +447700900142\n\nA page for you\n');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(asked).toEqual([]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

it('settings are all there or none, and each is what it must be', () => {
  const whole = { TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: authToken, TWILIO_FROM: '+447700900000' };
  expect(readConfig(whole).twilio).toEqual({ accountSid, authToken, from: '+447700900000', baseUrl: undefined });
  expect(readConfig({}).twilio).toBeUndefined();
  expect(() => readConfig({ TWILIO_FROM: '+447700900000' })).toThrow('TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN: must be set too');
  expect(() => readConfig({ ...whole, TWILIO_FROM: '07700 900000' })).toThrow('TWILIO_FROM');
  expect(() => readConfig({ ...whole, TWILIO_ACCOUNT_SID: 'AC1' })).toThrow('TWILIO_ACCOUNT_SID');
});
