import { countCharacters, counted, fold } from '../core/text.ts';
import { commonPasswords, commonWords } from './common-passwords.ts';

/** Of a password that stands alone (NIST SP 800-63B-4); no rule says what it must be made of. */
const leastCharacters = 15;
const mostCharacters = 1000;

/** What is left of a password once all that is guessed first is taken out of it must be at least this long. */
const leastOwn = 6;

/** What stands for a letter where somebody meant to be clever: guessers know these too. */
const lookalikes: Record<string, string> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '8': 'b',
  '@': 'a',
  $: 's',
  '!': 'i',
  '|': 'l',
  '€': 'e',
};

const rows = ['abcdefghijklmnopqrstuvwxyz', '01234567890', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm', 'qwertzuiop', 'azertyuiop', 'qazwsxedcrfvtgbyhnujmikolp'];
const runs = [...rows, ...rows.map(row => [...row].reverse().join(''))];

/**
 * Why a password will not do, in a sentence; null where it will. `own` is what somebody near would try: the address, names of the person,
 * the children and the school. The words never repeat what was typed.
 */
export function passwordProblem(password: string, own: readonly string[]): string | null {
  const text = password.normalize('NFKC');
  const length = countCharacters(text);
  if (length < leastCharacters) return `Use at least ${leastCharacters} characters. This has ${length}`;
  if (countCharacters(password) > mostCharacters || password.length > mostCharacters) return `Use ${counted(mostCharacters, 'character')} or fewer`;

  const plain = fold(text).replace(/[^\p{L}\p{N}@$!|€]/gu, '');
  const spelt = [...plain].map(character => lookalikes[character] ?? character).join('');
  if (new Set(fold(text)).size < 5 || isRepeated(fold(text)) || isRepeated(plain))
    return 'This repeats the same few characters. Use words that do not belong together';
  if ([plain, spelt].some(form => commonPasswords.has(onlyLetters(form)) || commonPasswords.has(form))) {
    return 'This is one of the passwords that are tried first. Use words that only you would put together';
  }
  const known = [...own.flatMap(piecesOf), ...commonWords].sort((a, b) => b.length - a.length);
  const signs = new Set(fold(text).replace(/[\p{L}\p{N}\s]/gu, '')).size;
  if ([plain, spelt].some(form => ownPart(form, known) + signs < leastOwn)) {
    return 'This is made of names, rows of keys or common words that are tried first. Use words that only you would put together';
  }
  return null;
}

const onlyLetters = (text: string): string => text.replace(/[^\p{L}]/gu, '');

/** One piece over and over, the last perhaps cut off, where the piece itself would be too short. */
function isRepeated(text: string): boolean {
  for (let piece = 1; piece < Math.min(leastCharacters, text.length / 2 + 1); piece += 1) {
    if (
      piece * 2 <= text.length &&
      text ===
        text
          .slice(0, piece)
          .repeat(Math.ceil(text.length / piece))
          .slice(0, text.length)
    )
      return true;
  }
  return false;
}

/** "Amara Okafor" and "amara@parley.example" as what would be typed of them. */
const piecesOf = (name: string): string[] =>
  fold(name)
    .split(/[^\p{L}\p{N}]+/u)
    .filter(piece => piece.length >= 3);

/** How much is left when rows of keys and known words are taken out. A digit has less to say than a letter: half counts years and dates as little. */
function ownPart(text: string, known: readonly string[]): number {
  let rest = withoutRuns(text);
  for (const word of known) rest = rest.replaceAll(word, ' ');
  return countCharacters(onlyLetters(rest)) + Math.floor(countCharacters(rest.replace(/[^\p{N}]/gu, '')) / 2);
}

/** Four or more characters in the order of a keyboard or an alphabet are one piece to a guesser. */
function withoutRuns(text: string): string {
  let rest = '';
  for (let at = 0; at < text.length;) {
    const run = longestRun(text, at);
    rest += run >= 4 ? ' ' : text[at];
    at += run >= 4 ? run : 1;
  }
  return rest;
}

function longestRun(text: string, from: number): number {
  let longest = 0;
  for (const row of runs) {
    const start = row.indexOf(text[from]!);
    if (start === -1) continue;
    let length = 1;
    while (start + length < row.length && text[from + length] === row[start + length]) length += 1;
    longest = Math.max(longest, length);
  }
  return longest;
}
