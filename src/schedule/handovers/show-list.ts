import { handoverAheadMs } from '../../access/policy.ts';
import type { ParentId } from '../../core/ids.ts';
import { capitalised } from '../../core/text.ts';
import type { FamilyView } from '../../families/index.ts';
import type { Keyring } from '../../platform/keyring.ts';
import { paths } from '../../web/paths.ts';
import { openLabel } from './change-items.ts';
import type { Planned } from './planned.ts';
import type { ItemRow } from './store.ts';
import type { ListView } from './views.ts';
import { whoWords } from './words.ts';

type About = Pick<Planned, 'at' | 'from' | 'to'> & { marksCloseAt: number };

/** What goes with the children, as its reader may tick it: what was put in, or what arrived. */
export function listView(
  keyring: Keyring,
  family: FamilyView,
  reader: ParentId,
  about: About,
  items: readonly ItemRow[],
  now: number,
  { action, back }: { action: string; back: ListView['back'] },
): ListView {
  const isOpen = now < about.marksCloseAt && about.at <= now + handoverAheadMs;
  const role = reader === about.from ? 'sent' : reader === about.to ? 'arrived' : null;
  const shown = items.map(({ id, labelCt, sent, arrived }) => ({ id, label: openLabel(keyring, labelCt), sent, arrived }));
  const giver = whoWords(family, about.from, reader);
  if (!isOpen || role === null || shown.length === 0) {
    return {
      action: null,
      legend: 'To go with them',
      hint: null,
      was: [],
      back: null,
      items: shown.map(({ sent, arrived, ...item }) => ({
        ...item,
        ticked: sent || arrived,
        also: [sent ? 'Put in' : '', arrived ? 'Arrived' : ''].filter(Boolean).join(', ') || null,
      })),
      manage: paths.travelItems,
    };
  }
  return {
    action,
    legend: role === 'sent' ? 'To go with them' : 'What arrived with them',
    hint: role === 'sent' || about.from === 'third-party' ? null : `“Put in” is what ${giver} ticked.`,
    was: shown.filter(item => item[role]).map(({ id }) => id),
    back,
    items: shown.map(({ sent, arrived, ...item }) => ({
      ...item,
      ticked: role === 'sent' ? sent : arrived,
      also: role === 'sent' ? (arrived ? `Arrived, says ${whoWords(family, about.to, reader)}` : null) : sent ? 'Put in' : null,
    })),
    manage: paths.travelItems,
  };
}

/** "Daniel collects them", "you collect Ines", "somebody else takes them over". */
export function takesOver(family: FamilyView, reader: ParentId, { to, from }: Pick<Planned, 'to' | 'from'>, children: string): { who: string; text: string } {
  const who = capitalised(whoWords(family, to, reader));
  if (to === 'third-party') return { who, text: `takes over ${children}` };
  const verb = to === reader ? 'collect' : 'collects';
  return { who, text: from === 'third-party' ? `${verb} ${children} from somebody else` : `${verb} ${children}` };
}
