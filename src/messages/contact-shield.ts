import { hash } from 'node:crypto';
import { fold } from '../core/text.ts';

/** The writer's own ways to be reached, as far as Parley knows them. */
type OwnContact = { phone: string | null; address: string | null; email: string | null };

/**
 * What a text gives away. `held`: the writer's own phone, e-mail or address, which never goes out.
 * `ask`: another number or address, which may be meant; `confirm` is what the form sends back to say so, and holds for these only.
 */
export type ShieldFinding = { kind: 'clear' } | { kind: 'held'; found: string[] } | { kind: 'ask'; found: string[]; confirm: string };

const email = /[\p{L}\p{N}._%+-]{1,64}\s{0,2}(?:@|\(at\)|\[at\])\s{0,2}[\p{L}\p{N}-]{1,63}(?:\s{0,2}(?:\.|\(dot\)|\[dot\])\s{0,2}[\p{L}\p{N}-]{2,63}){1,4}/giu;
const phone = /(?<!\d)(?<!\d[.,])(?:\+|00)?\d(?:[\s().\p{Pd}/]{0,3}\d){8,14}(?!\d)/gu;
const dateLike = /\b\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}\b/g;
const postcode = /\b[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}\b/g;
const street =
  /\b\d{1,4}[a-z]?,?\s(?:\p{Lu}[\p{L}'’-]{1,20}\s){1,3}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Close|Drive|Dr|Court|Ct|Way|Place|Terrace|Gardens|Crescent|Square|Grove|Row|Walk|Mews)\b/gu;

/** Digits of other scripts as the ones on this keyboard, wide or boxed letters as plain ones, and without what nobody sees: it comes along when copied. */
const zeros = [0x0660, 0x06f0, 0x0966];
const plain = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .replace(/[\u0660-\u0669\u06f0-\u06f9\u0966-\u096f]/g, digit => {
      const code = digit.charCodeAt(0);
      return String(code - zeros.findLast(zero => zero <= code)!);
    });

const digitsOf = (text: string): string => text.replace(/\D/g, '');
const squeezed = (text: string): string => fold(text).replace(/[^\p{L}\p{N}@]/gu, '');
const matches = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([found]) => found.trim());

export function shieldContacts(written: string, own: OwnContact): ShieldFinding {
  const text = plain(written);
  const withoutDates = text.replace(dateLike, date => ' '.repeat(date.length));
  const emails = matches(text, email);
  const phones = matches(withoutDates, phone);
  const places = [...matches(text, postcode), ...matches(text, street)];

  const held = [
    ...phones.filter(found => own.phone !== null && sameNumber(found, own.phone)),
    ...emails.filter(
      found =>
        own.email !== null &&
        squeezed(found).replace(/at|dot/g, '') ===
          squeezed(own.email)
            .replaceAll('@', '')
            .replace(/at|dot/g, ''),
    ),
    ...ownPlaces(text, own.address),
  ];
  const spoken = (value: string) =>
    squeezed(value)
      .replaceAll('@', '')
      .replace(/at|dot/g, '');
  if (own.email !== null && held.length === 0 && spoken(text).includes(spoken(own.email))) held.push(own.email);
  // Whatever stands between the digits.
  const digits = own.phone === null ? '' : digitsOf(own.phone).slice(-9);
  if (own.phone !== null && held.length === 0 && digits.length === 9 && digitsOf(text).includes(digits)) held.push(own.phone);
  if (held.length > 0) return { kind: 'held', found: unique(held) };

  const found = unique([...emails, ...phones, ...places]);
  return found.length === 0 ? { kind: 'clear' } : { kind: 'ask', found, confirm: hash('sha256', found.join('\n'), 'base64url').slice(0, 22) };
}

/** The same telephone, whichever way the country is written. */
const sameNumber = (found: string, own: string): boolean => digitsOf(found).slice(-9) === digitsOf(own).slice(-9);

function ownPlaces(text: string, address: string | null): string[] {
  if (address === null) return [];
  const parts = address.split(/[,\n]/).map(part => part.trim());
  const telling = [parts[0] ?? '', ...parts.filter(part => new RegExp(postcode.source).test(part.toUpperCase()))];
  const haystack = squeezed(text);
  return telling.filter(part => squeezed(part).length >= 5 && haystack.includes(squeezed(part)));
}

const unique = (values: string[]): string[] => [...new Set(values)].slice(0, 10);
