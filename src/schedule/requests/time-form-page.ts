import { randomUUID } from 'node:crypto';
import type { ParentId, RequestId } from '../../core/ids.ts';
import { addDays } from '../engine/index.ts';
import { frameFor, type FamilyView } from '../../families/index.ts';
import type { Problem, Typed } from '../../web/form.ts';
import { paths } from '../../web/paths.ts';
import type { Model } from '../../web/reply.ts';
import { placeKinds } from '../terms.ts';
import { placeKindNames } from '../words.ts';
import type { Reading } from './reading.ts';
import { otherParent } from './read-time-form.ts';
import type { RowName } from './schema.ts';
import { wholeDays } from './sentences.ts';
import type { Span, TimeKind, TimeTerms } from './terms.ts';
import type { Field, PlaceFields, Shield, TimeRow } from './views.ts';

/** What is in a form: what was typed, or what it begins with. */
export type Filled = { typed: Typed; children: readonly string[]; problems: Problem[]; shield: Shield | null };

const headings: Record<TimeKind, [heading: string, lead: string]> = {
  swap: ['Swap days', 'Time for time. Nothing changes until it is agreed.'],
  change: ['Ask for a change', 'Time that would be with somebody else, once. Nothing changes until it is agreed.'],
  extra: ['Ask for extra time', 'Time with you that would otherwise not be. Nothing changes until it is agreed.'],
  'make-up': ['Ask for make-up time', 'Time for time that was missed. Nothing changes until it is agreed.'],
  travel: ['Ask about travel', 'A journey or holiday away. Nothing changes until it is agreed. Say where to in a word or two, without an address.'],
  'first-refusal': ['Offer time before a sitter', 'You offer the time to the other parent before you ask anybody else. Without an answer, nothing changes.'],
};
const sends: Record<TimeKind, string> = {
  swap: 'Ask for this swap',
  change: 'Ask for this change',
  extra: 'Ask for this time',
  'make-up': 'Ask for this time',
  travel: 'Ask about this travel',
  'first-refusal': 'Offer this time',
};

export const fieldOf = (name: string, typed: Typed, problems: readonly Problem[]): Field => ({
  name,
  value: typed[name] ?? '',
  error: problems.find(({ field }) => field === name)?.message ?? null,
});

export const placeOf = (prefix: '' | 'school' | 'other', typed: Typed, problems: readonly Problem[]): PlaceFields => {
  const kind = prefix === '' ? 'placeKind' : `${prefix}Kind`;
  const label = prefix === '' ? 'placeLabel' : `${prefix}Label`;
  return {
    kinds: [
      { value: '', name: 'As usual', chosen: !typed[kind] },
      ...placeKinds.map(value => ({ value, name: placeKindNames[value], chosen: typed[kind] === value })),
    ],
    label: fieldOf(label, typed, problems),
  };
};

export const childOptions = ({ children }: FamilyView, chosen: readonly string[]) =>
  children.map(({ id, givenName }) => ({ value: id, name: givenName, chosen: chosen.includes(id) }));

function rowOf(name: RowName | 'missed', legend: string, { typed, problems }: Filled): TimeRow {
  const field = (part: 'day' | 'start' | 'until' | 'end', label: string, type: string) => ({ ...fieldOf(`${name}${part}`, typed, problems), label, type });
  const fields = [field('day', 'First day', 'date'), field('start', 'From', 'time'), field('until', 'Last day', 'date'), field('end', 'Until', 'time')];
  return { legend, fields, more: !/1$|^missed$/.test(name), open: fields.some(({ value, error }) => value !== '' || error !== null) };
}

export function timeFormPage(
  reading: Reading,
  kind: TimeKind,
  filled: Filled,
  counters: { requestId: RequestId; title: string; benefits: ParentId | null; from: TimeKind } | null,
): Model<'schedule/time-form'> {
  const { family, me } = reading;
  const { typed, problems, shield } = filled;
  const other = otherParent(family, me);
  const otherName = other === null ? 'the other parent' : reading.name(other);
  const benefits = counters?.benefits ?? (kind === 'first-refusal' ? other : me);
  const rows = (side: 'a' | 'b') =>
    [1, 2, 3].map(number => rowOf(`${side}${number}` as RowName, number === 1 ? 'Time' : `Another time (${number} of 3)`, filled));
  const withWhom = benefits === me ? 'with you' : `with ${benefits === null ? otherName : reading.name(benefits)}`;
  const clocks = 'Leave the times empty for whole days, from midnight to midnight, and the last day empty for one day.';
  const groups =
    kind === 'swap'
      ? [
          { legend: 'Time that would be with you', hint: clocks, rows: rows('a') },
          { legend: `Time that would be with ${otherName} for it`, hint: clocks, rows: rows('b') },
        ]
      : [{ legend: kind === 'change' || kind === 'travel' ? 'When' : `Time that would be ${withWhom}`, hint: clocks, rows: rows('a') }];
  const [heading, lead] = headings[kind];
  const hasWho = kind === 'change' || kind === 'travel';
  return {
    frame: frameFor(family, 'calendar'),
    heading: counters ? 'Suggest something else' : heading,
    lead: counters ? `Instead of: ${counters.title}. That request is closed when you send this, and ${otherName} answers yours.` : lead,
    back: counters ? { href: paths.request.to({ requestId: counters.requestId }), text: counters.title } : { href: paths.requests, text: 'Requests' },
    action: counters ? paths.counterRequest.to({ requestId: counters.requestId }) : paths.newRequest.to({ kind }),
    kind: counters ? kind : null,
    family: family.familyId,
    submission: randomUUID(),
    children: childOptions(family, filled.children),
    childError: problems.find(({ field }) => field === 'child')?.message ?? null,
    groups,
    who: hasWho
      ? {
          options: [
            ...family.members
              .filter(({ current }) => current)
              .map(({ id, givenName }) => ({ value: id, name: id === me ? `${givenName} (you)` : givenName, chosen: typed.who === id })),
            { value: 'other', name: 'Somebody else, such as grandparents or a camp', chosen: typed.who === 'other' },
          ],
          error: problems.find(({ field }) => field === 'who')?.message ?? null,
          label: fieldOf('label', typed, problems),
        }
      : null,
    where: kind === 'travel' ? fieldOf('where', typed, problems) : null,
    missed: kind === 'make-up' ? rowOf('missed', 'The time that was missed', filled) : null,
    place: placeOf('', typed, problems),
    note: fieldOf('note', typed, problems),
    respond: { day: fieldOf('respondDay', typed, problems), clock: fieldOf('respondClock', typed, problems) },
    shield,
    send: counters ? 'Send this instead' : sends[kind],
    promise: `${otherName} is told that something waits, and reads this here. It goes on the record at once; nothing changes unless ${otherName} agrees in time.`,
    others:
      counters && counters.from !== 'swap'
        ? [
            kind === 'swap'
              ? { href: paths.counterRequest.to({ requestId: counters.requestId }), text: 'Suggest another day instead' }
              : { href: `${paths.counterRequest.to({ requestId: counters.requestId })}?kind=swap`, text: 'Offer a swap instead' },
          ]
        : [],
    problems: problems.toSorted((one, another) => placeOnPage(one) - placeOnPage(another)),
  };
}

/** How the names of the fields begin, in the order of the page: the summary of errors reads as the page does. */
const namesInOrder = ['child', 'who', 'label', 'missed', 'a', 'b', 'where', 'place', 'confirm', 'note', 'respond'];
const placeOnPage = ({ field }: Problem): number => namesInOrder.findIndex(name => field.startsWith(name));

/** The fields of a span, as a form has them. */
function spanFields(name: RowName | 'missed', span: Span): Typed {
  const whole = wholeDays(span);
  if (whole) return { [`${name}day`]: whole.first, [`${name}until`]: whole.last === whole.first ? '' : whole.last };
  const { from, until } = span;
  const toMidnight = until.clock === '00:00';
  const last = toMidnight ? addDays(until.day, -1) : until.day;
  return {
    [`${name}day`]: from.day,
    [`${name}start`]: from.clock === '00:00' ? '' : from.clock,
    [`${name}until`]: last === from.day ? '' : last,
    [`${name}end`]: toMidnight ? '' : until.clock,
  };
}

/** What was asked, as the other parent's form begins: their side of a swap is the other one. */
export function typedFrom(kind: TimeKind, asked: TimeKind, terms: TimeTerms, me: ParentId): Typed {
  const typed: Typed = { label: terms.label, where: terms.where, placeKind: terms.place?.kind ?? '', placeLabel: terms.place?.label ?? '' };
  const count = { a: 0, b: 0 };
  for (const piece of terms.pieces) {
    const side = kind === 'swap' && piece.holder !== me ? 'b' : 'a';
    if (count[side] === 3) continue;
    count[side]++;
    Object.assign(typed, spanFields(`${side}${count[side]}` as RowName, piece));
    typed.who = piece.holder === 'third-party' ? 'other' : piece.holder;
  }
  if (terms.missed && kind === asked) Object.assign(typed, spanFields('missed', terms.missed));
  return typed;
}
