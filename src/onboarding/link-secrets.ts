import { hash, timingSafeEqual } from 'node:crypto';
import type { InvitationId } from '../core/ids.ts';
import type { Keyring } from '../platform/keyring.ts';

/** Which link: an invitation, and how often it was renewed. Renewing changes the address, the code and every proof. */
type LinkKey = { invitationId: InvitationId; round: number };

const about = ({ invitationId, round }: LinkKey): string => `${invitationId} ${round}`;

/** The secret in the address. Computed, so that a reminder sends the same working link and the database holds nothing that opens it. */
export const linkToken = (keyring: Keyring, link: LinkKey): string => keyring.lookup('invitation', about(link)).toString('base64url');

/** What the database keeps of a token; null where the text cannot be one. */
export const tokenHash = (token: string): Buffer | null => (/^[\w-]{43}$/.test(token) ? hash('sha256', token, 'buffer') : null);

/** Without 0 and O, 1, I and L: it is read out over a telephone and copied by hand. */
const alphabet = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';
const codeLength = 8;

/** The second secret, told apart from the link: "K7MR 2QXD". */
export function linkCode(keyring: Keyring, link: LinkKey): string {
  let rest = BigInt(`0x${keyring.lookup('invitation-code', about(link)).toString('hex')}`);
  let code = '';
  for (let count = 0; count < codeLength; count += 1) {
    code += alphabet[Number(rest % BigInt(alphabet.length))]!;
    rest /= BigInt(alphabet.length);
  }
  return `${code.slice(0, 4)} ${code.slice(4)}`;
}

/** A code as it was typed, with or without its gap, in any case; null where it cannot be one, which is a slip and no guess. */
export function readCode(typed: string): string | null {
  const code = typed
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s.\-–]/g, '');
  return code.length === codeLength && [...code].every(character => alphabet.includes(character)) ? code : null;
}

export const codeMatches = (keyring: Keyring, link: LinkKey, code: string): boolean =>
  timingSafeEqual(hash('sha256', code, 'buffer'), hash('sha256', linkCode(keyring, link).replace(' ', ''), 'buffer'));

const proofHours = 12;

/** What a browser shows after the code was right there: signed, for this link alone, and good for half a day. */
export function newProof(keyring: Keyring, link: LinkKey, now: Date): string {
  const minute = Math.floor(now.getTime() / 60_000);
  return `${minute}.${markOf(keyring, link, minute)}`;
}

export function proofHolds(keyring: Keyring, link: LinkKey, proof: string, now: Date): boolean {
  const [, minute, mark] = /^(\d{1,10})\.([\w-]{43})$/.exec(proof) ?? [];
  if (minute === undefined || mark === undefined) return false;
  const age = now.getTime() / 60_000 - Number(minute);
  return age >= 0 && age < proofHours * 60 && timingSafeEqual(Buffer.from(markOf(keyring, link, Number(minute))), Buffer.from(mark));
}

const markOf = (keyring: Keyring, link: LinkKey, minute: number): string =>
  keyring.lookup('invitation-proof', `${about(link)} ${minute}`).toString('base64url');
