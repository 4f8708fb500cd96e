import type { ChildId } from '../core/ids.ts';
import {
  addDays,
  type ChildCalendar,
  clockOf,
  decidedWords,
  type Holder,
  instantOf,
  type LayerOnDay,
  layersOn,
  type Stretch,
  timeline,
} from '../schedule/index.ts';
import { paths } from '../web/paths.ts';
import type { Facts } from './known-families.ts';
import { dayText, itemsOf, type Seen, sheetsOf } from './pages.ts';
import { ribbonsOf } from './ribbons.ts';
import type { DayOf, DayPage, DayPart } from './views.ts';
import { whoLine, whoWords } from './wording.ts';

/** What decides a day of one child, and what else was agreed for it. */
type Decided = { stretches: Stretch[]; layers: LayerOnDay[] };

function decidedOn(calendar: ChildCalendar, day: string): Decided {
  const { zone } = calendar;
  return { stretches: timeline(calendar, instantOf(day, '00:00', zone), instantOf(addDays(day, 1), '00:00', zone)), layers: layersOn(calendar, day) };
}

/** "All day", "Until 15:30", "From 15:30", "10:00 to 18:00". */
function timeOf({ from, until }: { from: number; until: number }, day: string, zone: string): string {
  const [start, end] = [instantOf(day, '00:00', zone), instantOf(addDays(day, 1), '00:00', zone)];
  if (from <= start) return until >= end ? 'All day' : `Until ${clockOf(until, zone)}`;
  return until >= end ? `From ${clockOf(from, zone)}` : `${clockOf(from, zone)} to ${clockOf(until, zone)}`;
}

type Said = Pick<Stretch, 'from' | 'until' | 'holder' | 'layer' | 'label' | 'requestId'>;

function partOf(seen: Seen, day: string, { holder, layer, label, requestId, ...span }: Said): DayPart {
  const somebody: Holder | null = holder;
  return {
    time: timeOf(span, day, seen.zone),
    who: somebody === null ? null : whoLine(seen.reading, somebody, label),
    words: somebody === null ? 'Nothing agreed' : `With ${whoWords(seen.reading, somebody, label)}`,
    decides: decidedWords({ layer, label }),
    agreed: requestId === null ? null : paths.request.to({ requestId }),
  };
}

/** Children whose day is decided alike, each with what decides and with what is set aside by it. */
function decidedBy(seen: Seen, facts: Facts, day: string): DayOf[] {
  const alike = new Map<string, { children: ChildId[]; decided: Decided }>();
  for (const { id } of seen.family.children) {
    const calendar = facts.calendars.get(id);
    if (!calendar) continue;
    const decided = decidedOn(calendar, day);
    const key = JSON.stringify(decided);
    const same = alike.get(key);
    if (same) same.children.push(id);
    else alike.set(key, { children: [id], decided });
  }
  return [...alike.values()].map(({ children, decided: { stretches, layers } }) => {
    const group = seen.days.groups.findIndex(one => one.children.includes(children[0]!));
    const decides = (one: LayerOnDay): boolean =>
      stretches.some(({ layer, label, holder }) => layer === one.layer && label === one.label && holder === one.holder);
    const pieces = seen.days.days[0]!.pieces[group]!;
    return {
      children: seen.reading.children(children),
      ribbon: ribbonsOf(seen.reading, [{ children }], [[pieces]])[0]![0]!.segments,
      parts: stretches.map(stretch => partOf(seen, day, stretch)),
      below: layers.filter(one => !decides(one)).map(one => partOf(seen, day, one)),
    };
  });
}

const asks: readonly { kind: string; text: string }[] = [
  { kind: 'swap', text: 'Swap this day for another' },
  { kind: 'change', text: 'Ask for a change' },
  { kind: 'extra', text: 'Ask for extra time' },
  { kind: 'make-up', text: 'Ask for make-up time' },
  { kind: 'travel', text: 'Ask to travel with the children' },
  { kind: 'first-refusal', text: 'Offer this day to the other parent first' },
];

export function dayPage(seen: Seen, facts: Facts, day: string): Omit<DayPage, 'shell' | 'frame' | 'head' | 'nothingAgreed'> {
  const [shown] = seen.days.days;
  const asked = new Set(seen.asked.filter(({ pieces }) => pieces.some(piece => piece.day === day)));
  return {
    lead: dayText(seen, shown!),
    of: decidedBy(seen, facts, day),
    items: itemsOf(seen, shown!),
    asked: sheetsOf({ ...seen, asked: [...asked] }),
    ask: asks
      .filter(({ kind }) => day >= seen.today || kind === 'make-up')
      .map(({ kind, text }) => ({ href: `${paths.newRequest.to({ kind })}?day=${day}`, text })),
  };
}
