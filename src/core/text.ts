/** Characters as a person counts them on a keyboard: code points, with a line break as one whatever a form sends. */
export const countCharacters = (text: string): number => [...text.replaceAll('\r\n', '\n')].length;

/** Text that PostgreSQL stores and UTF-8 carries without loss: no NUL, no lone surrogate. */
export const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

/** Whether text would stay on one line wherever it is shown: no line break of any kind, and no other control character. */
export const isOneLine = (text: string): boolean => !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text);

/** For comparing what people typed: case, accents and compatibility forms folded away. */
export const fold = (text: string): string => (ascii.test(text) ? text : text.normalize('NFKD').replace(/\p{M}+/gu, '')).toLowerCase();
// oxlint-disable-next-line no-control-regex -- all of ASCII, which has nothing to fold but its case
const ascii = /^[\0-\x7f]*$/;

/** "1 entry", "1,284 entries". */
export const counted = (count: number, one: string, many = `${one}s`): string => `${grouped(count)} ${count === 1 ? one : many}`;

// Made when they are first used: each costs a start some milliseconds.
let number: Intl.NumberFormat | undefined;
let conjunction: Intl.ListFormat | undefined;
let collator: Intl.Collator | undefined;

/** 1284 as "1,284". */
export const grouped = (value: number): string => (number ??= new Intl.NumberFormat('en-GB')).format(value);

/** "with you" as "With you": a sentence begins with it. */
export const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** "Ines", "Ines and Theo", "Ines, Theo and Sam". */
export const listed = (names: readonly string[]): string => (conjunction ??= new Intl.ListFormat('en-GB', { type: 'conjunction' })).format(names);

/** Names in the order of a list: accents beside their letters, 2 before 10. */
export const compareNames = (one: string, other: string): number => (collator ??= new Intl.Collator('en-GB', { numeric: true })).compare(one, other);
