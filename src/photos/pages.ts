import { counted, grouped } from '../core/text.ts';
import { localTime, longDay } from '../core/time.ts';
import type { LinkView } from '../onboarding/index.ts';
import type { Thresholds } from '../platform/photo/thresholds.ts';
import type { Problem } from '../web/form.ts';
import { paths } from '../web/paths.ts';
import type { Model } from '../web/reply.ts';
import { type Check, isBlocked, type Verdict } from './judge-photo.ts';
import { toldToParent } from './review/reasons.ts';
import { type DraftRow, type LinkPhotoRow, photoUses, type Use } from './store.ts';
import type { CheckLine, Chooser, UseLine } from './views.ts';

/** A link whose code was given right in this browser. */
export type ProvedLink = LinkView & { parent: NonNullable<LinkView['parent']> };

const chooserOf = (link: LinkView, problems: Problem[], small: boolean): Chooser => ({ action: paths.linkPhoto.to({ token: link.token }), problems, small });
const nameOf = ({ parent }: ProvedLink): string => `${parent.givenName} ${parent.surname}`;

/** Who sees a photo and for how long, as the school has set it. */
const keptText = ({ keptDays }: Pick<LinkPhotoRow, 'keptDays'>): string =>
  `Only office and gate staff see it. It is deleted ${counted(keptDays, 'day')} after you no longer collect there, or after a newer photo takes its place.`;

export function choosePage(link: ProvedLink, row: LinkPhotoRow, thresholds: Thresholds, problems: Problem[]): Model<'photos/choose'> {
  const { token, schoolName, timeZone, expiresAt, parent, mayJoin } = link;
  return {
    schoolName,
    mayJoin,
    name: nameOf(link),
    until: longDay(localTime(new Date(expiresAt.getTime() - 1), timeZone)),
    again: parent.photo === 'retake' && row.reasonCode !== null ? { told: toldToParent(row.reasonCode), note: row.note } : null,
    draft: row.draftId === null ? null : paths.linkPreview.to({ token, submissionId: row.draftId }),
    chooser: chooserOf(link, problems, false),
    kept: keptText(row),
    expected: [
      { name: 'One face', note: 'You alone, looking straight ahead, with nothing over the face.' },
      { name: 'Sharp', note: 'Held still, with a clean lens.' },
      { name: 'Bright', note: 'Facing a window is best. It may be imperfect and still be sent.' },
      { name: 'Size', note: `The camera’s own file, at least ${grouped(thresholds.shortSideLeast)} by ${grouped(thresholds.longSideLeast)} pixels.` },
    ],
  };
}

const lines: Record<Verdict, Pick<CheckLine, 'kind' | 'icon'>> = {
  fine: { kind: 'ok', icon: 'circle-check' },
  advice: { kind: 'fix', icon: 'triangle-alert' },
  fix: { kind: 'must', icon: 'circle-alert' },
  unknown: { kind: 'unknown', icon: 'circle-dashed' },
};
const lineOf = ({ name, verdict, note }: Check): CheckLine => ({ ...lines[verdict], name, note });
const waitingChecks: CheckLine[] = ['One face', 'Sharp', 'Bright', 'Size'].map(name => ({ ...lines.unknown, name, note: 'Looking …' }));

export function previewPage(
  link: ProvedLink,
  draft: DraftRow,
  allowed: Pick<LinkPhotoRow, 'usesLikeness' | 'keptDays'> & { uses: readonly Use[] },
  problems: Problem[],
): Model<'photos/preview'> {
  const to = { token: link.token, submissionId: draft.submissionId };
  const unreadable = draft.checks?.unreadable ?? null;
  const state = draft.status === 'checking' || !draft.checks ? 'checking' : unreadable !== null ? 'unreadable' : isBlocked(draft.checks) ? 'blocked' : 'ready';
  const checks = draft.checks?.checks ?? [];
  const fine = checks.filter(check => check.verdict === 'fine').length;
  return {
    schoolName: link.schoolName,
    mayJoin: link.mayJoin,
    state,
    image: state === 'ready' || state === 'blocked' ? paths.linkPreviewImage.to(to) : null,
    here: paths.linkPreview.to(to),
    kept: keptText(allowed),
    checks: state === 'checking' ? waitingChecks : checks.map(lineOf),
    summary:
      state === 'checking' ? 'This takes a few seconds' : fine === checks.length ? `All ${checks.length} are fine` : `${fine} of ${checks.length} are fine`,
    unreadable,
    problems,
    send: paths.sendPhoto.to(to),
    uses: useLines(allowed),
    chooser: chooserOf(link, [], true),
  };
}

const useLabels: Record<Use, string> = {
  directory: 'in its directory for families of the school',
  newsletter: 'in its newsletter',
  likeness: 'to a program on its own computer, which tells whoever looks at a new photo whether it looks like the one in use; a person decides',
};
const useLines = ({ uses, usesLikeness }: Pick<LinkPhotoRow, 'usesLikeness'> & { uses: readonly Use[] }): UseLine[] =>
  photoUses.filter(name => name !== 'likeness' || usesLikeness).map(name => ({ name, label: useLabels[name], given: uses.includes(name) }));

export function statePage(link: ProvedLink, row: LinkPhotoRow, saved: boolean): Model<'photos/state'> {
  return {
    schoolName: link.schoolName,
    name: nameOf(link),
    // A link that is closed and still opens is one whose photo was approved.
    state: link.state === 'closed' ? 'approved' : 'waiting',
    saved,
    uses: useLines(row),
    usesAction: paths.photoUses.to({ token: link.token }),
    join: link.mayJoin ? paths.join.to({ token: link.token }) : null,
  };
}
