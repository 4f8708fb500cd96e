import type { PhotoStatus } from '../schools/index.ts';

/** How a status is told everywhere: by an icon and a word, never by colour alone. */
type Badge = { word: string; icon: string; badge: string };

export const badges: Record<PhotoStatus, Badge> = {
  not_invited: { word: 'Not invited', icon: 'circle-minus', badge: 'badge' },
  invited: { word: 'Invited', icon: 'circle', badge: 'badge' },
  opened: { word: 'Opened', icon: 'circle-dot', badge: 'badge badge--note' },
  waiting: { word: 'Photo waiting', icon: 'clock', badge: 'badge badge--wait' },
  approved: { word: 'Approved', icon: 'circle-check', badge: 'badge badge--done' },
  retake: { word: 'Retake', icon: 'refresh-cw', badge: 'badge badge--note' },
  rejected: { word: 'Rejected', icon: 'circle-x', badge: 'badge badge--strong' },
  expired: { word: 'Expired', icon: 'circle-dashed', badge: 'badge badge--ended' },
};

/** In the order of the bar, with the class of its piece. */
export const barOrder: [PhotoStatus, string][] = [
  ['approved', 'f-approved'],
  ['waiting', 'f-waiting'],
  ['retake', 'f-retake'],
  ['opened', 'f-opened'],
  ['invited', 'f-invited'],
  ['not_invited', 'f-uninvited'],
  ['rejected', 'f-other'],
  ['expired', 'f-ended'],
];
