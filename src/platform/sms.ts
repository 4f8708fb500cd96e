import { randomUUID } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Twilio } from 'twilio';
import { Undeliverable } from './undeliverable.ts';

/** `to` as people write it: "07700 900142" or "+44 7700 900142". */
export type Sms = { to: string; text: string };

/** Sends one SMS, or throws: `Undeliverable` where trying again is of no use. */
export type SendSms = (sms: Sms) => Promise<void>;

type TwilioSettings = { accountSid: string; authToken: string; from: string; baseUrl: string | undefined };

/** Through Twilio where that is configured; otherwise each SMS becomes a file that anyone can read. */
export function openSms(options: { twilio: TwilioSettings | undefined; countryCode: string; outbox: string }): SendSms {
  const { twilio, countryCode, outbox } = options;
  const hand = twilio ? throughTwilio(twilio) : intoOutbox(outbox);
  return async ({ to, text }) => {
    const number = inFull(to, countryCode);
    if (number === null) throw new Undeliverable('This telephone number cannot be sent an SMS');
    await hand({ to: number, text: plain(text) });
  };
}

/** "07700 900142" as "+447700900142"; null where it cannot be a telephone number. */
function inFull(number: string, countryCode: string): string | null {
  const bare = number.replace(/\(0\)/, '').replace(/[\s().\-/–]/g, '');
  const full = bare.startsWith('+') ? bare : bare.startsWith('00') ? `+${bare.slice(2)}` : bare.startsWith('0') ? `+${countryCode}${bare.slice(1)}` : '';
  return /^\+[1-9]\d{6,14}$/.test(full) ? full : null;
}

/** One character outside the telephone alphabet makes an SMS hold 70 characters instead of 160, and our only ones are printers' signs. */
const plain = (text: string): string => text.replace(/[‘’]/g, "'").replace(/[“”]/g, '"').replace(/[–—]/g, '-').replace(/…/g, '...');

const intoOutbox =
  (outbox: string): SendSms =>
  async ({ to, text }) => {
    await mkdir(outbox, { recursive: true, mode: 0o700 });
    const name = `${new Date().toISOString().replaceAll(':', '-')}-${randomUUID().slice(0, 8)}.sms.txt`;
    const aside = path.join(outbox, `.${name}`);
    await writeFile(aside, `To: ${to}\n\n${text}\n`, { mode: 0o600 });
    await rename(aside, path.join(outbox, name));
  };

const throughTwilio = (settings: TwilioSettings): SendSms => {
  // Loaded with the first SMS: the package is large, and most starts never need it.
  let opened: Promise<Twilio> | undefined;
  return async ({ to, text }) => {
    const client = await (opened ??= openTwilio(settings));
    await client.messages.create({ to, from: settings.from, body: text }).catch((error: unknown) => {
      const { status, code } = error as { status?: number; code?: number };
      // Its own words may quote the number.
      if (status !== undefined && status >= 400 && status < 500 && ![401, 403, 408, 429].includes(status)) {
        throw new Undeliverable(code === 21610 ? 'This telephone has asked for no SMS' : `The SMS service refused this number (${code ?? status})`);
      }
      throw new Error(`the SMS service did not take it (${code ?? status ?? (error instanceof Error ? error.name : 'unknown')})`);
    });
  };
};

async function openTwilio({ accountSid, authToken, baseUrl }: TwilioSettings): Promise<Twilio> {
  const { default: twilio } = await import('twilio');
  const { default: RequestClient } = await import('twilio/lib/base/RequestClient.js');
  if (baseUrl === undefined) return twilio(accountSid, authToken, { timeout: 15_000 });
  // The SDK has no setting for its address.
  class Redirected extends RequestClient {
    override request<Data>(asked: Parameters<InstanceType<typeof RequestClient>['request']>[0]) {
      return super.request<Data>({ ...asked, uri: asked.uri.replace('https://api.twilio.com', baseUrl!.replace(/\/+$/, '')) } as never);
    }
  }
  return twilio(accountSid, authToken, { httpClient: new Redirected({ timeout: 15_000 }) });
}
