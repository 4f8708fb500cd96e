import { countCharacters, fold, grouped, isStorable } from '../../core/text.ts';

/** What one adult, one child and the relation between them are, as a form or a row of a list gives them. */
export type TypedPair = {
  givenName: string;
  surname: string;
  relation: string;
  email: string;
  mobile: string;
  childGivenName: string;
  childSurname: string;
  bornOn: string;
  className: string;
};
export type PairField = keyof TypedPair;
/** To be filled in by a form that asks for a part of it. */
export const noPair: TypedPair = {
  givenName: '',
  surname: '',
  relation: '',
  email: '',
  mobile: '',
  childGivenName: '',
  childSurname: '',
  bornOn: '',
  className: '',
};

export type Adult = { givenName: string; surname: string; relation: string; email: string | null; mobile: string | null };
/** `bornOn` is null where it was not given. */
export type Pupil = { givenName: string; surname: string; bornOn: string | null; className: string | null };

export type Fault = { field: PairField; message: string };
type Reading<Value> = { value: Value; faults: Fault[] };

/** What people mean by a relation, however it is spelt. The first few are offered by forms; others are taken as they are written. */
export const relations = [
  'Mother',
  'Father',
  'Guardian',
  'Stepmother',
  'Stepfather',
  'Grandmother',
  'Grandfather',
  'Foster carer',
  'Aunt',
  'Uncle',
  'Sister',
  'Brother',
  'Childminder',
  'Family friend',
] as const;

const spelt: Record<string, string> = {
  mum: 'Mother', mom: 'Mother', mummy: 'Mother', parent: 'Parent', dad: 'Father', daddy: 'Father',
  'step mother': 'Stepmother', 'step-mother': 'Stepmother', 'step mum': 'Stepmother', stepmum: 'Stepmother',
  'step father': 'Stepfather', 'step-father': 'Stepfather', 'step dad': 'Stepfather', stepdad: 'Stepfather',
  grandma: 'Grandmother', granny: 'Grandmother', nan: 'Grandmother', grandpa: 'Grandfather', grandad: 'Grandfather',
  'legal guardian': 'Guardian', carer: 'Guardian', 'foster parent': 'Foster carer', nanny: 'Childminder', 'child minder': 'Childminder', friend: 'Family friend',
}; // prettier-ignore

/** Spaces as one, none at the ends. */
export const tidy = (text: string): string =>
  text
    .normalize('NFC')
    .replace(/[\s\u00a0]+/g, ' ')
    .trim();

/** The relation in the words the program uses. */
export function relationOf(text: string): string {
  const said = tidy(text);
  const folded = fold(said);
  return spelt[folded] ?? relations.find(relation => fold(relation) === folded) ?? said.charAt(0).toUpperCase() + said.slice(1);
}

/** What nobody types, nobody sees, and lists carry along. */
const unseen = /\p{Cc}/u;
const most = (field: PairField, text: string, length: number): Fault[] =>
  !isStorable(text) || unseen.test(text)
    ? [{ field, message: 'This has a character that cannot be stored. Take it out and try again' }]
    : countCharacters(text) > length
      ? [{ field, message: `Keep this to ${grouped(length)} characters or fewer` }]
      : [];
const named = (field: PairField, text: string, missing: string): Fault[] => (text === '' ? [{ field, message: missing }] : most(field, text, 100));

/** An adult as typed. Contact details are optional; what is given must be right. */
export function readAdult(typed: TypedPair): Reading<Adult> {
  const [givenName, surname, relation, email] = [tidy(typed.givenName), tidy(typed.surname), relationOf(typed.relation), tidy(typed.email)];
  const mobile = tidy(typed.mobile) === '' ? null : mobileOf(typed.mobile);
  return {
    value: { givenName, surname, relation, email: email === '' ? null : email, mobile: mobile || null },
    faults: [
      ...named('givenName', givenName, 'The adult’s given name is missing'),
      ...named('surname', surname, 'The adult’s surname is missing'),
      ...(relation === ''
        ? [{ field: 'relation' as const, message: 'The relation is missing: Mother, Father, Grandmother …' }]
        : most('relation', relation, 50)),
      ...(email === '' || isEmail(email) ? [] : [{ field: 'email' as const, message: 'This is not an e-mail address. One looks like name@example.com' }]),
      ...(mobile === undefined ? [{ field: 'mobile' as const, message: 'This is not a mobile number. One looks like 07700 900142, or +44 7700 900142' }] : []),
    ],
  };
}

/** A child as typed, for a pupil who may be new. `today` is the school's, as "2026-03-09". */
export function readPupil(typed: TypedPair, today: string): Reading<Pupil> {
  const [givenName, surname, className] = [tidy(typed.childGivenName), tidy(typed.childSurname), tidy(typed.className)];
  const born = tidy(typed.bornOn) === '' ? null : dayOf(typed.bornOn);
  const faults = [
    ...named('childGivenName', givenName, 'The child’s given name is missing'),
    ...named('childSurname', surname, 'The child’s surname is missing'),
    ...most('className', className, 50),
  ];
  if (born === undefined) faults.push({ field: 'bornOn', message: 'The date of birth is not a date. Write it as 14/06/2017 or 2017-06-14' });
  else if (born !== null && born > today) faults.push({ field: 'bornOn', message: 'The date of birth is in the future' });
  else if (born !== null && Number(born.slice(0, 4)) < Number(today.slice(0, 4)) - 25)
    faults.push({ field: 'bornOn', message: 'The date of birth is more than 25 years ago' });
  return { value: { givenName, surname, bornOn: born ?? null, className: className === '' ? null : className }, faults };
}

export const isEmail = (text: string): boolean =>
  text.length <= 254 &&
  isStorable(text) &&
  !/[\p{Cc}\uFFFD]/u.test(text) &&
  /^[^\s@<>()[\]\\,;:"]{1,64}@(?:[^\s@.<>()[\]\\,;:"]+\.)+[^\s@.<>()[\]\\,;:"]{2,}$/u.test(text);

/** A mobile number in E.164 ("+447700900142"); undefined where it is none. A number without a country is of the United Kingdom. */
export function mobileOf(text: string): string | undefined {
  const typed = text.replace(/^\s*'/, '').replace(/[\s\u00a0().\-–/]/g, '');
  // "+44 (0)7700 …": the nought is for dialling at home.
  const international = typed.replace(/^00/, '+').replace(/^\+440(?=7)/, '+44');
  const home = /^(?:0|44)?(7\d{9})$/.exec(international);
  const number = home ? `+44${home[1]}` : international;
  if (!/^\+[1-9]\d{7,14}$/.test(number)) return undefined;
  return number.startsWith('+44') && !/^\+447\d{9}$/.test(number) ? undefined : number;
}

/** A day as "2017-06-14", from that, from "14/06/2017" with any of / . - between, or from a timestamp's beginning; undefined where it is none. */
export function dayOf(text: string): string | undefined {
  const typed = tidy(text);
  const iso = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?$/.exec(typed);
  const british = /^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})$/.exec(typed);
  const [year, month, day] = iso ? [iso[1], iso[2], iso[3]] : british ? [british[3], british[2], british[1]] : [];
  if (year === undefined) return undefined;
  const at = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  if (at.getUTCFullYear() !== Number(year) || at.getUTCMonth() !== Number(month) - 1 || at.getUTCDate() !== Number(day)) return undefined;
  return at.toISOString().slice(0, 10);
}
