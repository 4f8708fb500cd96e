import type { ParentId } from '../core/ids.ts';
import type { Keyring } from '../platform/keyring.ts';

/** Without I, L, O and U: what is read out or typed is never mistaken for a digit. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Eight characters that one adult can show on one day. Computed anew each time and stored nowhere; without the key nobody can make one. */
export function dayCode(keyring: Keyring, parentId: ParentId, isoDay: string): string {
  const bytes = keyring.lookup('gate-code', `${parentId} ${isoDay}`);
  return Array.from({ length: 8 }, (_, index) => alphabet[bytes[index]! & 31]).join('');
}

/** "K7QX 42MD": easier to read out in two halves. */
export const spelt = (code: string): string => `${code.slice(0, 4)} ${code.slice(4)}`;

/** What was typed or scanned, as a code is written: capitals, no spaces, and the letters that are not used as the digits they look like. */
export const readCode = (typed: string): string => typed.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1');
