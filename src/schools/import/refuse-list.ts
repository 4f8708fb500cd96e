import { grouped } from '../../core/text.ts';

/** Most rows that one list may have. */
export const mostRows = 5000;

/** What cannot be read as a list, in words that say what to do. */
export type Unreadable = { unreadable: string };

export const unreadable = (words: string): Unreadable => ({ unreadable: words });
export const tooManyRows = (most: number): Unreadable =>
  unreadable(`There are more than ${grouped(most)} rows. Divide the list into parts and import them one after another.`);
