import { fold } from '../../core/text.ts';

/** Surname, given name, folded: what lists are sorted by, and what says whether two people are called the same. */
export const sortName = (one: { givenName: string; surname: string }): string => `${fold(one.surname)}, ${fold(one.givenName)}`;
