import { counted, grouped, listed } from '../../core/text.ts';
import { dayAndClock, localTime, shortDayWithYear } from '../../core/time.ts';
import type { PhotoId } from '../../core/ids.ts';
import type { Problem, Typed } from '../../web/form.ts';
import { paths } from '../../web/paths.ts';
import type { Model } from '../../web/reply.ts';
import type { SchoolFrame } from '../../web/school-frame.ts';
import { adviceText, checkLines, measuredLines } from './checks.ts';
import { reasonsForNew, rejectReasons, type RetakeReason, retakeReasons } from './reasons.ts';
import type { viewPages } from './schema.ts';
import { type DoneRow, type InStrip, type QueueRow, type ReviewRow, rowsShown } from './queue-store.ts';
import type { InUseRow } from './store.ts';
import type { Choice, Done, Picture } from './views.ts';

/** What every page of a school is written with. */
export type Desk = { frame: SchoolFrame; timeZone: string; now: Date };

type ViewPage = (typeof viewPages)[number];

/** The address of a photo, with the page it is shown on: each view is noted with it. */
const photoAddress = (photoId: PhotoId, size: '1024' | '320' | '96', on: ViewPage): string => `${paths.schoolPhoto.to({ photoId, size })}?on=${on}`;

const at = ({ timeZone, now }: Desk, instant: Date): string => dayAndClock(localTime(instant, timeZone), localTime(now, timeZone));

const decided = { approve: 'approved it', retake: 'asked for another', reject: 'rejected it' } as const;

/** What became of the photo before: one's own decision, or that of somebody who was quicker. */
function doneOf(desk: Desk, row: DoneRow | null): Done | null {
  if (row === null) return null;
  const { name } = row;
  if (row.decision === null) return { title: 'Taken back:', name, text: ' has sent another photo in its place, or collects no longer.', mine: false };
  const noLink = row.decision === 'retake' && !row.linkOpen ? ' Their link no longer works: make a new one, so that they can send it.' : '';
  if (!row.mine) {
    const when = at(desk, new Date(row.at)).replace(/^Today/, 'today');
    return { title: 'Decided already:', name, text: `. ${row.by} ${decided[row.decision]} (${when}), and nothing of yours was needed.${noLink}`, mine: false };
  }
  if (row.decision === 'approve')
    return { title: 'Approved:', name, text: row.replaced ? '. A newer photo has taken its place.' : '. The photo is in use from now on.', mine: true };
  if (row.decision === 'reject') return { title: 'Rejected:', name, text: '. The link is closed.', mine: true };
  return { title: 'Asked for another:', name, text: `.${noLink || ' The same link is open.'}`, mine: true };
}

// ------------------------------------------------------------------ the queue

export function queuePage(desk: Desk, rows: readonly QueueRow[]): Model<'photos/review-queue'> {
  const [top] = rows;
  const waiting = rows.filter(row => row.id !== null);
  const shown = waiting.slice(0, rowsShown);
  const total = top?.total ?? 0;
  const [first, last] = [shown[0], shown.at(-1)];
  const href = (id: string) => paths.reviewSubmission.to({ submissionId: id });
  return {
    frame: desk.frame,
    done: doneOf(desk, top?.done ?? null),
    heading: total === 0 ? 'No photo is waiting' : `${counted(total, 'photo')} waiting`,
    first: first ? href(first.id!) : null,
    rows: shown.map(row => ({
      href: href(row.id!),
      picture: { src: photoAddress(row.photoId, '96', 'queue'), alt: '' },
      name: row.name,
      children: row.childrenText,
      sent: at(desk, row.sentAt),
      advice: adviceText(row.checks),
    })),
    pages: {
      summary: first && last ? `${grouped(first.place)} to ${grouped(last.place)} of ${grouped(total)}` : '',
      newest: first && first.place > 1 ? paths.review : null,
      next: waiting.length > rowsShown ? `${paths.review}?from=${waiting[rowsShown]!.id}` : null,
    },
  };
}

// ------------------------------------------------------------------ one photo

/** What was typed before, where the form came back. */
export type Again = { problems: Problem[]; typed: Typed };
export const fresh: Again = { problems: [], typed: {} };

const choices = (reasons: readonly string[], words: Record<string, { choice: string }>, chosen: string | undefined): Choice[] =>
  reasons.map(value => ({ value, label: words[value]!.choice, chosen: value === chosen }));

/** "Mother" as "mother", in the order in which lists are read. */
const relationText = (relations: readonly string[]): string => (relations.length === 0 ? '' : `, as ${listed(relations.map(name => name.toLowerCase()))}`);

const thumb = (row: InStrip, alt: string): Picture & { href: string } => ({
  href: paths.reviewSubmission.to({ submissionId: row.id }),
  src: photoAddress(row.photoId, '96', 'review'),
  alt,
});

export function reviewPage(desk: Desk, row: ReviewRow & { place: number }, likeness: string | null, again: Again): Model<'photos/review'> {
  const strip = row.strip ?? [];
  const more = row.total - strip.length;
  const source = { link: 'Sent', bulk: 'From a batch,', staff: 'Added by the office,' }[row.source];
  const size = row.width !== null && row.height !== null ? `${grouped(row.width)} by ${grouped(row.height)} pixels.` : 'Its size is not known.';
  return {
    frame: desk.frame,
    done: doneOf(desk, row.done),
    problems: again.problems,
    name: row.name,
    lead: `For ${row.childrenText}${relationText(row.relations)}. ${row.total === 1 ? 'The only photo' : `Photo ${grouped(row.place)} of ${grouped(row.total)}`} waiting.`,
    previous: row.previous ? paths.reviewSubmission.to({ submissionId: row.previous }) : null,
    skip: row.next ? paths.reviewSubmission.to({ submissionId: row.next.id }) : null,
    strip: {
      thumbs: strip.map(one => ({ ...thumb(one, `Waiting photo ${one.place}, ${one.name}`), current: one.id === row.id })),
      more: more > 0 ? `${grouped(more)} more` : null,
    },
    photo: {
      src: photoAddress(row.photoId, '1024', 'review'),
      alt: `The new photo of ${row.name}`,
      heading: `${source} ${at(desk, row.sentAt).replace(/^Today/, 'today')}`,
      text: `${size}${row.despiteChecks ? ' Handed in although a check failed.' : ''}`,
    },
    inUse: row.inUse && {
      src: photoAddress(row.inUse.photoId, '1024', 'review'),
      alt: `The photo of ${row.name} that is in use, for comparison`,
      heading: `In use since ${shortDayWithYear(localTime(new Date(row.inUse.since), desk.timeZone))}`,
      text: 'Leaves the gate when you approve.',
    },
    checks: checkLines(row.checks),
    numbers: measuredLines(row.checks),
    likeness,
    action: paths.reviewSubmission.to({ submissionId: row.id }),
    reasons: choices(reasonsForNew, retakeReasons, again.typed.reason),
    rejections: choices(Object.keys(rejectReasons), rejectReasons, again.typed.rejection),
    note: again.typed.note ?? '',
    next: row.next && { ...thumb(row.next, ''), name: row.next.name, children: row.next.childrenText },
    keys: row.keys,
    submissionId: row.id,
  };
}

export function anotherPage(desk: Desk, inUse: InUseRow, parentId: string, again: Again): Model<'photos/review-another'> {
  return {
    frame: desk.frame,
    problems: again.problems,
    name: inUse.name,
    children: inUse.childrenText,
    back: paths.schoolAdult.to({ parentId }),
    action: paths.anotherPhoto.to({ parentId }),
    inUse: {
      src: photoAddress(inUse.photoId, '320', 'adult'),
      alt: `The photo of ${inUse.name} that is in use`,
      heading: `In use since ${shortDayWithYear(localTime(inUse.approvedAt, desk.timeZone))}`,
    },
    reasons: choices(Object.keys(retakeReasons) as RetakeReason[], retakeReasons, again.typed.reason),
    note: again.typed.note ?? '',
  };
}

// ------------------------------------------------------------------ how photos are kept

export type SettingsTyped = { days: string; likeness: boolean; problems: Problem[] };

export const settingsPage = (frame: SchoolFrame, typed: SettingsTyped, saved: boolean, agreed: number): Model<'photos/review-settings'> => ({
  frame,
  ...typed,
  saved,
  agreed: agreed === 0 ? 'Nobody has agreed so far.' : `${counted(agreed, 'adult')} ${agreed === 1 ? 'has' : 'have'} agreed so far.`,
});
