import { randomUUID } from 'node:crypto';
import type { ParentUser } from '../core/actor.ts';
import { type FamilyId, isUuid, type SubjectId } from '../core/ids.ts';
import { frameFor } from '../families/index.ts';
import { paths } from '../web/paths.ts';
import { page, type Reply } from '../web/reply.ts';
import type { Visit } from '../web/route.ts';
import { aboutText, composeOf, type ComposeState, problemsOf, subjectList } from './pages.ts';
import type { Outcome } from './post-comment.ts';
import { readFamily, readThreadInFamily, type Reader, type Turn } from './read-thread.ts';
import { daysOf, foldRuns, readingOf, threadLead } from './show-entries.ts';
import { selectOwnPosition } from './thread-store.ts';

/** The family around a page of messages, its subjects, and how whoever asks reads them. */
export async function readAround(reader: Reader, actor: ParentUser, familyId: FamilyId | null, which: 'recent' | 'all' = 'recent') {
  const around = await readFamily(reader, actor, familyId, which);
  return { ...around, reading: readingOf(around.family, actor.parentId, new Date()) };
}

/** Where a message of one's own stands that is being corrected, however far back. */
async function correctedPos({ db }: Reader, actor: ParentUser, subjectId: SubjectId, id: string | undefined): Promise<number | undefined> {
  if (id === undefined || !isUuid(id)) return undefined;
  return (await db.query(selectOwnPosition, [actor.parentId, subjectId, id]))[0]?.pos;
}

/**
 * A page of a subject, with the form for a reply as `state` has it. `correct` is the position of what is being corrected: it is on the page.
 * `outcome` is why what was written did not go out.
 */
export async function threadPage(
  reader: Reader,
  visit: Visit<ParentUser>,
  subjectId: SubjectId,
  { correct, ...turn }: Turn & { correct?: number | undefined },
  state: Partial<ComposeState>,
  { status = 200, outcome = null }: { status?: number; outcome?: Outcome | null } = {},
): Promise<Reply> {
  const { actor } = visit;
  const correcting = correct ?? (await correctedPos(reader, actor, subjectId, state.corrects?.id));
  const shown: Turn = correcting === undefined ? turn : { at: correcting };
  const { family, subjects, thread } = await readThreadInFamily(reader, actor, subjectId, shown, visit.isOpening);
  const reading = readingOf(family, actor.parentId, new Date());
  const here = paths.thread.to({ subjectId });
  const corrected = thread.comments.find(comment => comment.pos === correcting && comment.authorId === actor.parentId);
  const refused = outcome && problemsOf(outcome, family);
  const compose: ComposeState = {
    text: corrected && state.text === undefined ? corrected.text : '',
    submission: randomUUID(),
    urgent: '',
    problems: [],
    shield: null,
    kept: [],
    ...state,
    ...(refused && { problems: refused.problems }),
    corrects: corrected ? { id: corrected.id, pos: corrected.pos, cancel: here } : null,
  };
  return page(
    'messages/thread',
    {
      frame: frameFor(family, 'messages'),
      list: subjectList(reading, subjects, subjectId, false),
      subject: { id: subjectId, title: thread.title, about: aboutText(family, thread.head), lead: threadLead(reading, new Date(thread.head.openedAt)) },
      older: thread.older === null ? null : `${here}?before=${thread.older}`,
      newer: thread.newer === null ? null : `${here}?from=${thread.newer}`,
      days: daysOf(reading, subjectId, thread.comments, foldRuns(reading, thread.comments, shown.at)),
      compose:
        thread.newer === null || corrected
          ? composeOf(reading, paths.reviewComment.to({ subjectId }), corrected ? 'Your correction' : 'Your reply', compose)
          : null,
      live:
        thread.newer === null
          ? {
              stream: `${paths.stream}?family=${family.familyId}&after=${thread.comments.at(-1)!.pos}`,
              since: `${here}/since/`,
              position: thread.comments.at(-1)!.pos,
            }
          : null,
    },
    refused?.status ?? status,
  );
}
