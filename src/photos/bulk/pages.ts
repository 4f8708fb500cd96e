import { counted, grouped } from '../../core/text.ts';
import { dayAndClock, localTime } from '../../core/time.ts';
import type { SchoolView } from '../../schools/index.ts';
import type { Problem } from '../../web/form.ts';
import { paths } from '../../web/paths.ts';
import type { Model } from '../../web/reply.ts';
import type { SchoolFrame } from '../../web/school-frame.ts';
import type { FileRow, ImportRow } from './store.ts';
import type { BulkFile } from './views.ts';

export function bulkPage(
  frame: SchoolFrame,
  school: SchoolView,
  recent: readonly (ImportRow & { files: number; matched: number })[],
  problems: Problem[],
  now: Date,
): Model<'photos/bulk'> {
  return {
    frame,
    problems,
    recent: recent.map(one => ({
      href: paths.importedPhotos.to({ importId: one.id }),
      text: `${counted(one.files, 'file')}, ${grouped(one.matched)} matched${one.startedAt ? '' : one.expired ? ', never brought in' : ', not brought in yet'}`,
      when: dayAndClock(localTime(one.createdAt, school.timeZone), localTime(now, school.timeZone)),
      whenIso: one.createdAt.toISOString(),
    })),
  };
}

const badges = {
  matched: { kind: 'done', icon: 'circle-check', outcome: 'Matched' },
  unmatched: { kind: 'note', icon: 'circle-dashed', outcome: 'Unmatched' },
  duplicate: { kind: 'note', icon: 'circle-dot', outcome: 'Duplicate' },
  wrong: { kind: 'strong', icon: 'circle-x', outcome: 'Wrong' },
} as const;

/** What became of a file: of the trial, and once it was started, of the photo. */
function fileOf({ name, adult, number, outcome, note, status, sentAt, checks }: FileRow): BulkFile {
  const who = adult === null ? null : `${adult}, number ${number}`;
  const line = (badge: Pick<BulkFile, 'kind' | 'icon' | 'outcome'>, words: string | null): BulkFile => ({ name, adult: who, ...badge, note: words });
  if (status === null) return line(badges[outcome], note);
  if (status === 'checking') return line({ kind: 'wait', icon: 'clock', outcome: 'Being checked' }, null);
  if (sentAt !== null) {
    const failed = checks?.checks.filter(check => check.verdict === 'fix') ?? [];
    return line({ kind: 'done', icon: 'circle-check', outcome: 'In the queue' }, failed.length > 0 ? failed.map(check => check.note).join(' ') : note);
  }
  const reasons = checks?.unreadable ? [`${checks.unreadable}.`] : (checks?.checks.filter(check => check.verdict === 'fix').map(check => check.note) ?? []);
  return line(
    { kind: 'strong', icon: 'circle-x', outcome: 'Not taken' },
    reasons.join(' ') || 'Another photo of this adult came meanwhile, or they left the roll',
  );
}

export function reportPage(frame: SchoolFrame, { id, startedAt, expired }: ImportRow, rows: readonly FileRow[]): Model<'photos/bulk-report'> {
  const files = rows.map(fileOf);
  const count = (outcome: string) => rows.filter(row => row.outcome === outcome).length;
  const matched = count('matched');
  const checking = rows.filter(row => row.status === 'checking').length;
  const queued = rows.filter(row => row.sentAt !== null).length;
  const here = paths.importedPhotos.to({ importId: id });
  return {
    frame,
    heading:
      startedAt === null
        ? `${grouped(matched)} of ${counted(rows.length, 'file')} matched`
        : `${grouped(queued)} of ${counted(rows.length, 'file')} in the queue`,
    lead:
      startedAt !== null
        ? 'Each is reviewed like a photo that a parent sent. What was not taken is listed with its reason.'
        : expired
          ? 'This trial is more than a day old, and its photos have been deleted. Choose the files once more.'
          : 'This was a trial. Nobody has a photo by it until you bring them in; after a day the files are deleted.',
    running: checking > 0,
    here,
    progress:
      startedAt === null ? null : { done: matched - checking, of: Math.max(1, matched), text: `${grouped(matched - checking)} of ${grouped(matched)} checked` },
    stats: [
      { label: 'Matched', value: grouped(matched) },
      { label: 'Unmatched', value: grouped(count('unmatched')) },
      { label: 'Duplicate', value: grouped(count('duplicate')) },
      { label: 'Wrong', value: grouped(count('wrong')) },
    ],
    start:
      startedAt === null && !expired && matched > 0
        ? { action: paths.startPhotoImport.to({ importId: id }), label: `Bring in ${counted(matched, 'photo')}` }
        : null,
    files,
  };
}
