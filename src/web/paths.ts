/** Every address of the program. A pattern knows its parameters, so a link that lacks one does not compile. */
type Params<Pattern extends string> = Pattern extends `${string}:${infer Name}/${infer Rest}`
  ? { [key in Name | keyof Params<`/${Rest}`>]: string }
  : Pattern extends `${string}:${infer Name}`
    ? { [key in Name]: string }
    : Record<never, string>;

export type Path<Pattern extends string = string> = { pattern: Pattern; to(params: Params<Pattern>): string };

const path = <const Pattern extends string>(pattern: Pattern): Path<Pattern> => ({
  pattern,
  to: params => pattern.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent((params as Record<string, string>)[name]!)),
});

export const paths = {
  home: '/',
  help: '/help',
  devices: '/help/devices',
  howTheRecordWorks: '/how-the-record-works',
  forSchools: '/schools',
  privacy: '/privacy',
  accessibility: '/accessibility',
  signIn: '/sign-in',
  signOut: '/sign-out',
  leave: '/leave',
  appearance: '/appearance',
  health: '/healthz',
  ready: '/readyz',

  account: '/account',
  family: '/family',
  today: '/today',
  messages: '/messages',
  newSubject: '/messages/new',
  reviewNewSubject: '/messages/new/review',
  searchMessages: '/messages/search',
  stream: '/messages/stream',
  thread: path('/messages/:subjectId'),
  reviewComment: path('/messages/:subjectId/review'),
  comments: path('/messages/:subjectId/comments'),
  entriesSince: path('/messages/:subjectId/since/:position'),
  attachment: path('/attachments/:attachmentId'),
  record: '/record',
  entry: path('/record/:familyId/:position'),
} as const;
