import type { ParentUser } from '../../core/actor.ts';
import type { Queryable } from '../../platform/database.ts';
import type { Keyring } from '../../platform/keyring.ts';
import { wordsOf } from '../describe.ts';
import { shieldOf } from '../shield.ts';
import type { ParsedRow } from './parsed.ts';

const reasons = {
  held: 'Held back: this looks like your own number or address. Take it out of the file',
  ask: 'There is a number or address in it. Take it out, or add this activity by hand',
};

/** Rows that give a number or address away are wrong. A file without any is looked at once as a whole. */
export async function holdBack(db: Queryable, keyring: Keyring, actor: ParentUser, rows: ParsedRow[]): Promise<void> {
  const words = (row: ParsedRow): (string | null)[] => (row.terms === null ? [] : [...wordsOf(row.terms), ...row.days.map(({ place }) => place)]);
  const found = await shieldOf(db, keyring, actor, rows.flatMap(words), undefined);
  if (found === null) return;
  for (const row of rows) {
    const held = row.terms && (await shieldOf(db, keyring, actor, words(row), undefined));
    if (held) Object.assign(row, { terms: null, faults: [reasons[held.shield.kind]] });
  }
}
