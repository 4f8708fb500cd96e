import { paths } from './paths.ts';

/** An address of ours to go back to, or the front page: never one that leads elsewhere ("//host", "/\host", "javascript:"). */
export const safeLocalPath = (given: string | undefined): string =>
  given !== undefined && /^\/(?![/\\])[\w\-./~%]*$/.test(given) && given.length <= 200 ? given : paths.home;
