import { randomUUID } from 'node:crypto';
import { canMarkHandover, handoverAheadMs, marksOpenBeforeMs, mayMarkHandover } from '../../access/policy.ts';
import { openSteps, type StepKind, type StepRow } from '../../audit/steps.ts';
import type { FamilyId, HandoverId, ParentId } from '../../core/ids.ts';
import { capitalised, grouped } from '../../core/text.ts';
import { dayAndClock, type LocalTime, localTime, longDay, shortDay } from '../../core/time.ts';
import { type FamilyView, frameFor } from '../../families/index.ts';
import type { Keyring } from '../../platform/keyring.ts';
import type { Problem } from '../../web/form.ts';
import { paths } from '../../web/paths.ts';
import type { Model } from '../../web/reply.ts';
import { timeline } from '../engine/index.ts';
import type { Calendars } from '../read-calendars.ts';
import { atPlace, atPlaceInFull, childNames, decidedWords } from '../words.ts';
import { lateness } from './lateness.ts';
import { closingTimes, goingWords, planActions } from './next-handover.ts';
import type { Planned } from './planned.ts';
import { listView, takesOver } from './show-list.ts';
import { type ItemRow, type MadeHandover, type Mark, type MarkKind, markKinds } from './store.ts';
import type { HandoverPage, Shield, TimelineLine } from './views.ts';
import { markWords, whoWords } from './words.ts';

export type Subject = {
  family: FamilyView;
  calendars: Calendars;
  reader: ParentId;
  now: Date;
  /** Null where it is planned and nobody has needed a row. */
  made: MadeHandover | null;
  planned: Planned;
  isPlanned: boolean;
  items: ItemRow[];
  steps: StepRow<HandoverId>[];
};
/** What was typed into the note, to be shown again. */
export type Typed = { problems: Problem[]; note: string; shield: Shield | null; submission?: string };
export const untouched: Typed = { problems: [], note: '', shield: null };

export function handoverPage(keyring: Keyring, subject: Subject, typed: Typed): Model<'schedule/handovers/handover'> {
  const { family, reader, planned, made, isPlanned, now } = subject;
  const zone = family.timeZone;
  const local = localTime(new Date(planned.at), zone);
  const closing = made ?? closingTimes(planned.at, zone);
  const actions = made ? actionsOf(made.id) : planActions(planned);
  const [from, to] = [whoWords(family, planned.from, reader), whoWords(family, planned.to, reader)];
  const where = atPlace(planned.place);
  return {
    frame: frameFor(family, 'calendar'),
    heading: `From ${from} to ${to}, ${longDay(local)} at ${local.clock}`,
    lead: `${childNames(family, planned.children)}${where === '' ? '' : `, ${where}`}`,
    place: planned.place?.label ?? '',
    isPlanned,
    problems: typed.problems,
    timeline: timelineOf(keyring, subject),
    marks: marksOf(subject),
    ...markOf(subject, closing, actions.mark),
    ...noteOf(subject, closing, actions.note, typed),
    list: listView(keyring, family, reader, { ...planned, ...closing }, subject.items, now.getTime(), { action: actions.list, back: null }),
    decided: isPlanned ? decidedBy(subject) : [],
  };
}

const actionsOf = (handoverId: HandoverId) => ({
  mark: paths.markHandover.to({ handoverId }),
  note: paths.noteHandover.to({ handoverId }),
  list: paths.packHandover.to({ handoverId }),
});

const entryOf = (familyId: FamilyId, pos: number) => ({ href: paths.entry.to({ familyId, position: String(pos) }), text: `Entry ${grouped(pos)}` });

const stepTexts: Partial<Record<StepKind, string>> = {
  'handover.handed-over': 'marked it as handed over',
  'handover.received': 'marked it as received',
  'handover.not-taken-place': 'marked that it did not take place',
  'handover.noted': 'wrote a note',
};

/** The plan and what was done about it, in order of time. */
function timelineOf(keyring: Keyring, { family, reader, planned, steps }: Subject): TimelineLine[] {
  const zone = family.timeZone;
  const day = localTime(new Date(planned.at), zone);
  const clock = (at: number): string => {
    const local = localTime(new Date(at), zone);
    return local.isoDay === day.isoDay ? local.clock : dayAndClock(local, day);
  };
  const lines: (TimelineLine & { at: number })[] = openSteps(keyring, steps).map(({ at, kind, parentId, pos, note }) => ({
    at,
    time: clock(at),
    iso: new Date(at).toISOString(),
    isPlan: false,
    // Only parents do anything about a handover: neither a school nor a time that ran out.
    who: capitalised(whoWords(family, parentId!, reader)),
    text: stepTexts[kind] ?? '',
    caption: kind === 'handover.handed-over' || kind === 'handover.received' ? capitalised(lateness(planned.at, at)) : null,
    words: note === null ? [] : paragraphs(note),
    entry: entryOf(family.familyId, pos),
  }));
  const taken = takesOver(family, reader, planned, goingWords(family, planned.children));
  const plan = {
    at: planned.at,
    time: day.clock,
    iso: new Date(planned.at).toISOString(),
    isPlan: true,
    ...taken,
    caption: atPlaceInFull(planned.place) === '' ? 'As planned' : `As planned, ${atPlaceInFull(planned.place)}`,
    words: [],
    entry: null,
  };
  return [...lines, plan].sort((one, other) => one.at - other.at);
}

const paragraphs = (text: string): string[][] =>
  text
    .replaceAll('\r\n', '\n')
    .trim()
    .split(/\n{2,}/)
    .map(paragraph => paragraph.split('\n'));

const said = (planned: Pick<Planned, 'at'>, mark: Mark): string | null => (mark.kind === 'not-taken-place' ? null : lateness(planned.at, mark.at));

/** Both parents of the handover, with what each marked; who is right is nobody's to say here. */
function marksOf({ family, reader, planned, made, steps }: Subject): HandoverPage['marks'] {
  const day = localTime(new Date(planned.at), family.timeZone);
  return family.members
    .filter(({ id }) => id === planned.from || id === planned.to)
    .map(({ id, givenName, side }) => ({
      side,
      name: id === reader ? `${givenName} (you)` : givenName,
      said: (made?.marks ?? [])
        .filter(mark => mark.parentId === id)
        .map(mark => {
          const local = localTime(new Date(mark.at), family.timeZone);
          const step = steps.find(one => one.parentId === id && one.kind === `handover.${mark.kind}`);
          return {
            text: markWords[mark.kind],
            iso: new Date(mark.at).toISOString(),
            when: markedWhen(local, day),
            lateness: said(planned, mark),
            entry: step ? entryOf(family.familyId, step.pos) : null,
          };
        }),
    }));
}

/** "at 17:57", or "on Sat 14 March at 09:10" where it is another day. */
export const markedWhen = (marked: LocalTime, planned: LocalTime): string =>
  marked.isoDay === planned.isoDay ? `at ${marked.clock}` : `on ${shortDay(marked)} at ${marked.clock}`;

type Closing = { notesCloseAt: number; marksCloseAt: number };

/** What the reader may still mark. */
export const markable = (reader: ParentId, planned: Planned, marks: readonly Mark[]): MarkKind[] => {
  const mine = marks.filter(({ parentId }) => parentId === reader);
  return markKinds.filter(
    kind => mayMarkHandover(reader, planned, kind) && !mine.some(mark => mark.kind === kind) && (kind !== 'not-taken-place' || mine.length === 0),
  );
};

function markOf({ family, reader, planned, made, now }: Subject, closing: Closing, action: string): Pick<HandoverPage, 'mark' | 'markText'> {
  const zone = family.timeZone;
  const kinds = markable(reader, planned, made?.marks ?? []);
  if (kinds.length === 0) return { mark: null, markText: null };
  if (canMarkHandover({ at: planned.at, marksCloseAt: closing.marksCloseAt, now: now.getTime() }))
    return {
      mark: {
        action,
        submission: randomUUID(),
        buttons: kinds.map(kind => ({ value: kind, label: markWords[kind], primary: kind !== 'not-taken-place' })),
      },
      markText: null,
    };
  const lastDay = shortDay(localTime(new Date(closing.marksCloseAt - 1), zone));
  if (now.getTime() >= closing.marksCloseAt) return { mark: null, markText: `It could be marked until the end of ${lastDay}.` };
  const opens = localTime(new Date(planned.at - marksOpenBeforeMs), zone);
  return { mark: null, markText: `You can mark it from ${opens.clock} on ${shortDay(opens)} until the end of ${lastDay}.` };
}

function noteOf(
  { family, reader, planned, now }: Subject,
  closing: Closing,
  action: string,
  { note, shield, submission }: Typed,
): Pick<HandoverPage, 'note' | 'noteText' | 'kept'> {
  const lastDay = shortDay(localTime(new Date(closing.notesCloseAt - 1), family.timeZone));
  if (now.getTime() >= closing.notesCloseAt)
    return { note: null, noteText: `Notes closed at the end of ${lastDay}. What is said later belongs in a message.`, kept: note };
  if (planned.at > now.getTime() + handoverAheadMs) return { note: null, noteText: 'Notes open four weeks before.', kept: note };
  const other = family.members.find(member => member.id !== reader && member.current);
  return {
    note: { action, submission: submission ?? randomUUID(), text: note, shield, reader: other?.givenName ?? 'The other parent', closes: lastDay },
    noteText: '',
    kept: '',
  };
}

/** What was agreed that gives the time on either side of the handover. */
function decidedBy({ calendars, planned }: Subject): HandoverPage['decided'] {
  const calendar = calendars.get(planned.children[0]!);
  if (!calendar) return [];
  const stretches = timeline(calendar, planned.at - 1, planned.at + 1);
  return [
    { term: 'Until then', stretch: stretches[0] },
    { term: 'From then on', stretch: stretches.at(-1) },
  ].flatMap(({ term, stretch }) =>
    stretch?.layer
      ? [
          {
            term,
            text: decidedWords(stretch),
            href: stretch.requestId ? paths.request.to({ requestId: stretch.requestId }) : null,
          },
        ]
      : [],
  );
}

/** "From you to Daniel". */
export const directionOf = (family: FamilyView, reader: ParentId, { from, to }: Pick<Planned, 'from' | 'to'>): string =>
  `from ${whoWords(family, from, reader)} to ${whoWords(family, to, reader)}`;
