/** The door to links: what the pages below /link/:token begin with, and what a decision about a photo does to one. */
export { closeInvitation, reopenForRetake } from './end-link.ts';
export { askForCode, findLink, type LinkView, proofOf, resolveLink } from './find-link.ts';
export { type CodeOutcome, tryCode } from './try-code.ts';
