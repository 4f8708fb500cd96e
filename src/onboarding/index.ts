/** The door to links: what the pages below /link/:token begin with, and what a decision about a photo does to one. */
export { closeInvitation, reopenForRetake } from './end-link.ts';
export { askForCode, findLink, type LinkView } from './find-link.ts';
