import { leastTimeToAnswerMs } from '../../access/policy.ts';
import { NotFound } from '../../core/errors.ts';
import type { ChildId, ParentId } from '../../core/ids.ts';
import type { FamilyView } from '../../families/index.ts';
import type { Problem } from '../../web/form.ts';
import { addDays, dayOf, instantOf, timeline } from '../engine/index.ts';
import type { Calendars } from '../read-calendars.ts';
import { type Holder, Place } from '../terms.ts';
import { childNames, givenName } from '../words.ts';
import { instantsOf } from './lay-time.ts';
import { readRespondBy } from './respond-by.ts';
import type { RowName, TimeForm } from './schema.ts';
import type { RequestDetails, Span, TimeKind, TimePiece, TimeTerms } from './terms.ts';

/** Who asks, of whom, and what is known: everything against which a form is read. */
export type Asking = {
  kind: TimeKind;
  family: FamilyView;
  calendars: Calendars;
  me: ParentId;
  now: number;
  /** Who would have the children, where a counter-offer keeps to what was asked. */
  benefits: ParentId | null;
};

export type ReadTime = { ok: true; request: { kind: TimeKind; terms: TimeTerms } & RequestDetails } | { ok: false; problems: Problem[] };

type Row = TimePiece & { row: RowName; starts: number; ends: number };

const longestDays = 92;
const furthestDays = 2 * 366;

export const otherParent = ({ members }: FamilyView, me: ParentId): ParentId | null => members.find(({ id, current }) => current && id !== me)?.id ?? null;

/** What a filled-in form asks for, checked against the clock and against what is agreed. Children of somebody else are not there. */
export function readTimeForm(asking: Asking, form: TimeForm): ReadTime {
  const { kind, family, calendars, me, now } = asking;
  const problems: Problem[] = [];
  const children = form.child.map(id => family.children.find(child => child.id === id)?.id);
  if (children.includes(undefined)) throw new NotFound();
  const ids = children as ChildId[];

  if (otherParent(family, me) === null)
    return { ok: false, problems: [{ field: 'child', message: 'Nobody else shares this record yet, so there is nobody to ask' }] };
  const holder = readHolder(asking, form, problems);
  const rows = kind === 'swap' ? (['a1', 'a2', 'a3', 'b1', 'b2', 'b3'] as const) : (['a1', 'a2', 'a3'] as const);
  const pieces: Row[] = [];
  for (const row of rows) {
    const span = readSpan(form, row, family.timeZone, problems);
    if (!span) continue;
    const { from: starts, until: ends } = instantsOf(span, family.timeZone);
    if (starts < now) problems.push({ field: `${row}day`, message: 'This begins in the past. What has been stays as it was' });
    else if (span.from.day > addDays(dayOf(now, family.timeZone), furthestDays))
      problems.push({ field: `${row}day`, message: 'Choose a day within the next two years' });
    const other = otherParent(family, me);
    const who: Holder | null = kind === 'swap' ? (row.startsWith('a') ? me : other) : holder;
    if (who !== null) pieces.push({ ...span, holder: who, was: wasWith(calendars, ids, starts, ends), row, starts, ends });
  }
  if (problems.length === 0) checkTogether(asking, ids, pieces, problems);
  const missed = kind === 'make-up' ? readSpan(form, 'missed', family.timeZone, problems) : null;
  if (kind === 'make-up' && !missed && !problems.some(({ field }) => field.startsWith('missed')))
    problems.push({ field: 'missedday', message: 'Choose the time that was missed' });
  const label = kind === 'change' || kind === 'travel' ? form.label : '';
  if (holder === 'third-party' && label === '') problems.push({ field: 'label', message: 'Say who they would be with, such as Grandparents or Camp' });
  const startsAt = Math.min(...pieces.map(({ starts }) => starts));
  const respondBy = problems.length === 0 ? readRespondBy(form, { now, startsAt, zone: family.timeZone, startField: pieces[0]!.row + 'day' }, problems) : null;
  if (problems.length > 0 || respondBy === null) return { ok: false, problems };

  const terms: TimeTerms = {
    pieces: pieces.toSorted((a, b) => a.starts - b.starts).map(({ from, until, holder: who, was }) => ({ from, until, holder: who, was })),
    label: holder === 'third-party' ? label : '',
    where: kind === 'travel' ? form.where : '',
    place:
      form.placeKind === ''
        ? form.placeLabel === ''
          ? null
          : { kind: 'other', label: form.placeLabel }
        : Place.parse({ kind: form.placeKind, label: form.placeLabel }),
    missed,
  };
  return { ok: true, request: { kind, terms, children: ids, startsAt, respondBy, note: form.note === '' ? null : form.note, submission: form.submission } };
}

/** With whom the children would be; null of a swap, where each row says it. */
function readHolder({ kind, family, me, benefits }: Asking, form: TimeForm, problems: Problem[]): Holder | null {
  if (kind === 'swap') return null;
  if (kind === 'extra' || kind === 'make-up') return benefits ?? me;
  if (kind === 'first-refusal') return benefits ?? otherParent(family, me);
  if (form.who === 'other') return 'third-party';
  const parent = family.members.find(({ id, current }) => current && id === form.who);
  if (!parent) problems.push({ field: 'who', message: 'Choose who they would be with' });
  return parent?.id ?? null;
}

/** The span of a row; null where it is empty or cannot be read. Without clocks it is whole days. */
function readSpan(form: TimeForm, row: RowName | 'missed', zone: string, problems: Problem[]): Span | null {
  const [day, start, until, end] = [form[`${row}day`], form[`${row}start`], form[`${row}until`], form[`${row}end`]];
  if (day === '') {
    if (start !== '' || until !== '' || end !== '') problems.push({ field: `${row}day`, message: 'Choose the day on which this begins' });
    return null;
  }
  const last = until === '' ? day : until;
  if (last < day) {
    problems.push({ field: `${row}until`, message: 'The last day is before the first' });
    return null;
  }
  const span: Span = {
    from: { day, clock: start === '' ? '00:00' : start },
    until: end === '' ? { day: addDays(last, 1), clock: '00:00' } : { day: last, clock: end },
  };
  const { from, until: ends } = instantsOf(span, zone);
  if (ends <= from) {
    problems.push({ field: `${row}end`, message: 'The end is not after the beginning' });
    return null;
  }
  if (ends > instantOf(addDays(day, longestDays), '00:00', zone)) {
    problems.push({ field: `${row}until`, message: `Ask for ${longestDays} days or fewer at a time` });
    return null;
  }
  return span;
}

function checkTogether({ kind, family, now }: Asking, children: readonly ChildId[], pieces: readonly Row[], problems: Problem[]): void {
  const names = childNames(family, children);
  if (!pieces.some(({ row }) => row.startsWith('a'))) problems.push({ field: 'a1day', message: 'Choose a day' });
  if (kind === 'swap' && !pieces.some(({ row }) => row.startsWith('b')))
    problems.push({ field: 'b1day', message: 'A swap is time for time: choose what you would give' });
  for (const [index, piece] of pieces.entries()) {
    if (pieces.slice(0, index).some(other => other.starts < piece.ends && piece.starts < other.ends))
      problems.push({ field: `${piece.row}day`, message: 'This overlaps with another time on this page' });
    else if (piece.holder !== 'third-party' && piece.was.length > 0 && piece.was.every(one => one === piece.holder))
      problems.push({ field: `${piece.row}day`, message: `${names} would be with ${givenName(family, piece.holder)} then already` });
    else if (piece.starts < now + leastTimeToAnswerMs)
      problems.push({ field: `${piece.row}day`, message: 'This begins within the hour, so there is no time left to answer. Choose a later time' });
  }
}

/** Who has the children in a span by what is agreed now, in turn. */
export function wasWith(calendars: Calendars, children: readonly ChildId[], from: number, until: number): (Holder | null)[] {
  const holders = children.flatMap(id => timeline(calendars.get(id)!, from, until).map(({ holder }) => holder));
  return [...new Set(holders)].slice(0, 20);
}
