import type { ParentId, SubjectId } from '../core/ids.ts';
import { grouped, listed } from '../core/text.ts';
import { dayAndClock, type LocalTime, localTime, longDay, shortDay, shortDayWithYear } from '../core/time.ts';
import type { FamilyView } from '../families/index.ts';
import { fingerprint } from '../platform/record/leaf.ts';
import { paths } from '../web/paths.ts';
import type { Comment } from './open-texts.ts';
import type { UrgentReason } from './post-comment.ts';
import type { DayOfEntries, EntryLine } from './views.ts';

/** Rows to what pages show: words, dates and addresses. No database, no clock: the moment is given. */
export type Reading = { family: FamilyView; reader: ParentId; today: LocalTime };

export const readingOf = (family: FamilyView, reader: ParentId, now: Date): Reading => ({ family, reader, today: localTime(now, family.timeZone) });

export const nameOf = (family: FamilyView, id: ParentId): { givenName: string; fullName: string; side: 'a' | 'b' } => {
  const member = family.members.find(candidate => candidate.id === id);
  return member
    ? { givenName: member.givenName, fullName: `${member.givenName} ${member.surname}`, side: member.side }
    : { givenName: 'A parent', fullName: 'A parent', side: 'a' };
};

/** The others in the circle, by given name: "Daniel". */
export const others = ({ family, reader }: Reading): string => {
  const names = family.members.filter(member => member.id !== reader && member.current).map(member => member.givenName);
  return names.length === 0 ? 'nobody else at present' : listed(names);
};

export const urgentWords: Record<UrgentReason, string> = {
  child_ill: 'A child is ill',
  child_hurt: 'A child is hurt',
  medicine_needed: 'A medicine is needed today',
  not_collected: 'A child has not been collected',
  handover_today: 'Today’s handover cannot go as planned',
};

export const urgentText = (reason: string): string => {
  const words = urgentWords[reason as UrgentReason] ?? reason;
  return `Urgent: ${words.charAt(0).toLowerCase()}${words.slice(1)}`;
};

/** Paragraphs of lines: an empty line begins a new paragraph. */
export const paragraphsOf = (text: string): string[][] =>
  text
    .replaceAll('\r\n', '\n')
    .replace(/\n+$/, '')
    .split(/\n{2,}/)
    .map(paragraph => paragraph.split('\n'));

export const sizeText = (bytes: number): string =>
  bytes < 1_000_000 ? `${grouped(Math.max(1, Math.round(bytes / 1000)))} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`;

const kindText: Record<string, string> = {
  'image/jpeg': 'JPEG picture',
  'image/png': 'PNG picture',
  'image/webp': 'WebP picture',
  'application/pdf': 'PDF document',
};
export const fileKind = (mediaType: string): string => kindText[mediaType] ?? 'File';
export const fileIcon = (mediaType: string): 'image' | 'file-text' => (mediaType === 'application/pdf' ? 'file-text' : 'image');

export function daysOf(reading: Reading, subjectId: SubjectId, comments: readonly Comment[], folds: Folds | null): DayOfEntries[] {
  const { family, today } = reading;
  const days: DayOfEntries[] = [];
  const thread = paths.thread.to({ subjectId });
  const proofs = paths.entry.to({ familyId: family.familyId, position: '' });
  for (const comment of comments) {
    const sent = localTime(comment.sentAt, family.timeZone);
    if (days.at(-1)?.iso !== sent.isoDay) {
      days.push({ iso: sent.isoDay, heading: sent.isoDay === today.isoDay ? `Today, ${longDay(sent)}` : longDay(sent), entries: [] });
    }
    const entry = entryLine(reading, thread, proofs, comment, sent);
    const fold = folds?.get(comment.pos);
    if (fold) Object.assign(entry, fold);
    days.at(-1)!.entries.push(entry);
  }
  return days;
}

type Folds = Map<number, Pick<EntryLine, 'foldsHere' | 'foldEnds'>>;

/** Between two messages of one run. */
const runGapMs = 30 * 60 * 1000;
/** Fewer than this are left as they are. */
const leastFolded = 4;

/**
 * A run of messages from one person, close upon each other and unanswered, is shown by its first and its last; those between are a press
 * away. All of it is on the record; only the attention it takes is held down. What is urgent, or was asked for by its number, stays open.
 */
export function foldRuns({ family }: Reading, comments: readonly Comment[], openAt: number | undefined): Folds {
  const folds: Folds = new Map();
  const dayOf = (comment: Comment) => localTime(comment.sentAt, family.timeZone).isoDay;
  const follows = (one: Comment | undefined, next: Comment | undefined): boolean =>
    one !== undefined &&
    next !== undefined &&
    one.authorId === next.authorId &&
    next.sentAt.getTime() - one.sentAt.getTime() <= runGapMs &&
    dayOf(one) === dayOf(next);
  let run: Comment[] = [];
  const close = () => {
    if (run.length >= leastFolded) {
      const [first, last] = [run[0]!, run.at(-1)!];
      const who = nameOf(family, first.authorId).givenName;
      folds.set(first.pos, { foldsHere: `${run.length} more from ${who}, entries ${grouped(first.pos)} to ${grouped(last.pos)}`, foldEnds: false });
      folds.set(last.pos, { foldsHere: null, foldEnds: true });
    }
    run = [];
  };
  for (const [index, comment] of comments.entries()) {
    const inside = follows(comments[index - 1], comment) && follows(comment, comments[index + 1]);
    if (inside && comment.urgentReason === null && comment.pos !== openAt) run.push(comment);
    else close();
  }
  close();
  return folds;
}

/** `thread` is the subject's address, and `proofs` that of the record's entries, to which a position is added. */
function entryLine(reading: Reading, thread: string, proofs: string, comment: Comment, sent: LocalTime): EntryLine {
  const { family, reader } = reading;
  const author = nameOf(family, comment.authorId);
  const toEntry = (pos: number) => `${thread}?at=${pos}#e${pos}`;
  return {
    id: `e${comment.pos}`,
    number: grouped(comment.pos),
    href: toEntry(comment.pos),
    side: author.side,
    author: author.fullName,
    sentIso: comment.sentAt.toISOString(),
    sent: `Sent ${sent.clock}`,
    paragraphs: paragraphsOf(comment.text),
    files: comment.files.map(file => ({
      href: paths.attachment.to({ attachmentId: file.id }),
      icon: fileIcon(file.mediaType),
      name: file.name,
      meta: `${fileKind(file.mediaType)}, ${sizeText(file.size)}`,
    })),
    urgent: comment.urgentReason === null ? null : urgentText(comment.urgentReason),
    corrects: comment.correctsPos === null ? null : { text: `Corrects entry ${grouped(comment.correctsPos)}`, href: toEntry(comment.correctsPos) },
    corrected: comment.correctedPos === null ? null : { text: `Corrected by entry ${grouped(comment.correctedPos)}`, href: toEntry(comment.correctedPos) },
    correct: comment.authorId === reader ? `${thread}?correct=${comment.pos}#text` : null,
    viewed: viewedText(reading, comment),
    fingerprint: fingerprint(comment.leafHash),
    proof: `${proofs}${comment.pos}`,
    foldsHere: null,
    foldEnds: false,
  };
}

/** The reader's own first view to the minute; another's to the day, and no closer, so that nobody can watch the other read. */
function viewedText({ family, reader, today }: Reading, comment: Comment): { label: string; value: string } {
  if (comment.authorId !== reader) {
    const mine = comment.views.find(view => view.viewerId === reader);
    if (!mine) return { label: 'Not yet viewed by you', value: '' };
    return { label: 'First viewed by you', value: dayAndClock(localTime(mine.viewedAt, family.timeZone), today) };
  }
  const [first, ...rest] = comment.views;
  if (!first) return { label: 'Not yet viewed', value: '' };
  const day = (at: Date) => shortDay(localTime(at, family.timeZone));
  return {
    label: `First viewed by ${nameOf(family, first.viewerId).givenName},`,
    value: [day(first.viewedAt), ...rest.map(view => `${nameOf(family, view.viewerId).givenName}, ${day(view.viewedAt)}`)].join('; '),
  };
}

export function threadLead(reading: Reading, openedAt: Date): string {
  const opened = shortDayWithYear(localTime(openedAt, reading.family.timeZone));
  return `Between you and ${others(reading)}. Opened ${opened}. Numbers run across the whole record, so gaps belong to other subjects.`;
}
