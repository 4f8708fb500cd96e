import type { ParentUser } from '../core/actor.ts';
import { shieldWords } from '../messages/index.ts';
import type { Queryable } from '../platform/database.ts';
import type { Keyring } from '../platform/keyring.ts';
import type { Problem } from '../web/form.ts';
import type { Shield } from './views.ts';

/** What words of a parent give away: their own number or address is held back, another is asked about. Null where nothing is. */
export async function shieldOf(
  db: Queryable,
  keyring: Keyring,
  actor: ParentUser,
  words: readonly (string | null | undefined)[],
  confirm: string | undefined,
): Promise<{ shield: Shield; problem: Problem } | null> {
  const finding = await shieldWords(db, keyring, actor, words.filter(Boolean).join('\n'), confirm ?? null);
  if (finding.kind === 'clear') return null;
  const { kind, found } = finding;
  return kind === 'held'
    ? {
        shield: { kind, found, confirm: '' },
        problem: { field: 'form', message: 'Held back: this looks like your own number or address. Take it out to go on' },
      }
    : {
        shield: { kind, found, confirm: finding.confirm },
        problem: { field: 'confirm', message: 'There is a number or address in this. Take it out, or say that it is meant to be shared' },
      };
}
