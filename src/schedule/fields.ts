import { z } from 'zod';
import { isUuid } from '../core/ids.ts';
import { countCharacters, grouped, isOneLine } from '../core/text.ts';
import { plainText } from '../web/form.ts';
import { placeKinds } from './terms.ts';

/** Fields that the forms about time have in common. Each may be left out, and is then empty. */

const optional = <Schema extends z.ZodType<string>>(schema: Schema) => schema.optional().transform(text => text ?? '');

/** "2026-03-21", a day that exists, or nothing. */
export const maybeDay = optional(plainText('').refine(text => text === '' || isDay(text), 'Write this as a day that exists'));
/** "15:30", or nothing. A browser may send seconds, and a person "9.30". */
export const maybeClock = optional(
  plainText('')
    .refine(text => text === '' || clock.test(text), 'Write this as a time, such as 15:30')
    .transform(text => {
      const [, hour, minute] = clock.exec(text) ?? [];
      return hour === undefined ? '' : `${hour.padStart(2, '0')}:${minute}`;
    }) as unknown as z.ZodType<string>,
);
const clock = /^([01]?\d|2[0-3])[:.]([0-5]\d)(?::\d\d)?$/;

function isDay(text: string): boolean {
  if (!/^20\d{2}-\d{2}-\d{2}$/.test(text)) return false;
  const at = new Date(`${text}T12:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
}

/**
 * Words of at most so many characters, without the space around them. A line break is one character, as it is counted: with two, words that were
 * taken here would be too long for whatever keeps them.
 */
export const maybeWords = (most: number) =>
  optional(plainText('').refine(text => countCharacters(text) <= most, { error: () => `Keep this to ${grouped(most)} characters or fewer` })).transform(text =>
    text.replaceAll('\r\n', '\n').trim(),
  );

/** The same on one line: a name, a label, a place. */
export const maybeLine = (most: number) => maybeWords(most).refine(isOneLine, 'Write this on one line');

/** One of a list, or nothing. */
export const maybeOneOf = (values: readonly string[], message: string) =>
  optional(plainText(message).refine(text => text === '' || values.includes(text), message));

/** An id that was chosen from a list of the page's, or nothing. */
export const maybeId = (message: string) => optional(plainText(message).refine(text => text === '' || isUuid(text), message));

/** Boxes of one name: none, one or several. */
export const several = (test: (value: string) => boolean, message: string, most = 60) =>
  z
    .union([z.string(), z.array(z.string()).max(most)], message)
    .optional()
    .transform(given => (given === undefined ? [] : [...new Set([given].flat())]))
    .refine(values => values.every(test), message);

export const severalIds = several(isUuid, 'This page was out of date. Load it again and retry.');

/** Where the children change hands: a kind of place and what the parents call it. */
export const placeFields = { placeKind: maybeOneOf(placeKinds, 'Choose a kind of place'), placeLabel: maybeLine(80) };
