import { randomUUID } from 'node:crypto';
import type { ParentUser } from '../core/actor.ts';
import { NotFound } from '../core/errors.ts';
import type { FamilyId, SubjectId } from '../core/ids.ts';
import { findFamily, frameFor } from '../families/index.ts';
import type { Parsed, Problem } from '../web/form.ts';
import { paths } from '../web/paths.ts';
import { file, page, type Reply, seeOther, stream } from '../web/reply.ts';
import { parentOnly, Routes, type Visit } from '../web/route.ts';
import type { Services } from '../web/services.ts';
import { openPart } from '../platform/record/content.ts';
import { type Prepared, prepareDraft, typedUploads, type Written } from './compose.ts';
import type { LiveUpdates } from './live-updates.ts';
import { KnownRecords } from './known-records.ts';
import { openFileName } from './open-texts.ts';
import { aboutText, composeOf, type ComposeState, newSubjectPage, problemsOf, reviewPage, searchPage, shieldOf, subjectList } from './pages.ts';
import { daysOf, foldRuns, readingOf, threadLead } from './show-entries.ts';
import { considerInFamily, considerInSubject, openSubject, type About, type Outcome, postComment } from './post-comment.ts';
import { readFamily, readThread, readThreadIfAny, readThreadInFamily, type Reader, type Turn } from './read-thread.ts';
import {
  AttachmentParams,
  CommentForm,
  ListQuery,
  NewSubjectForm,
  NewSubjectQuery,
  SearchForm,
  SinceParams,
  StreamQuery,
  SubjectParams,
  ThreadQuery,
} from './schema.ts';
import { searchMessages } from './search-messages.ts';
import { selectAttachment, selectSubjectHead } from './store.ts';
import { sharedDesk } from './write-together.ts';

type ParentVisit = Visit<ParentUser>;

export function messageRoutes(services: Services, live: LiveUpdates): Routes {
  const { db, keyring } = services;
  const routes = new Routes();

  const desk = sharedDesk(db);
  const reader: Reader = { db, keyring, known: new KnownRecords() };

  async function readAround(actor: ParentUser, familyId: FamilyId | null, which: 'recent' | 'all' = 'recent') {
    const around = await readFamily(reader, actor, familyId, which);
    return { ...around, reading: readingOf(around.family, actor.parentId, new Date()) };
  }

  async function threadPage(
    visit: ParentVisit,
    subjectId: SubjectId,
    turn: Turn & { correct?: number | undefined },
    state: Partial<ComposeState>,
    status = 200,
  ): Promise<Reply> {
    const { actor } = visit;
    const { family, subjects, thread } = await readThreadInFamily(reader, actor, subjectId, turn, visit.isOpening);
    const reading = readingOf(family, actor.parentId, new Date());
    const here = paths.thread.to({ subjectId });
    const corrected = thread.comments.find(
      comment => (comment.pos === turn.correct || comment.id === state.corrects?.id) && comment.authorId === actor.parentId,
    );
    const compose: ComposeState = {
      text: corrected && state.text === undefined ? corrected.text : '',
      submission: randomUUID(),
      urgent: '',
      problems: [],
      shield: null,
      kept: [],
      ...state,
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
        days: daysOf(reading, subjectId, thread.comments, foldRuns(reading, thread.comments, turn.at ?? turn.correct)),
        compose:
          thread.newer === null ? composeOf(reading, paths.reviewComment.to({ subjectId }), corrected ? 'Your correction' : 'Your reply', compose) : null,
        live:
          thread.newer === null
            ? {
                stream: `${paths.stream}?family=${family.familyId}&after=${thread.comments.at(-1)!.pos}`,
                since: `${here}/since/`,
                position: thread.comments.at(-1)!.pos,
              }
            : null,
      },
      status,
    );
  }

  routes.get(paths.messages, parentOnly, async ({ actor, query }) => {
    const asked = query(ListQuery);
    const all = asked.ok && asked.value.all === '1';
    const { family, reading, subjects } = await readAround(actor, null, all ? 'all' : 'recent');
    return page('messages/index', { frame: frameFor(family, 'messages'), list: subjectList(reading, subjects, null, all) });
  });

  routes.get(paths.entriesSince, parentOnly, async ({ actor, params, isOpening }) => {
    const { subjectId, position } = params(SinceParams);
    const thread = await readThreadIfAny(reader, actor, subjectId, { from: position + 1 }, isOpening);
    if (thread) {
      const { reading } = await readAround(actor, thread.head.familyId);
      return page('messages/entries', { days: daysOf(reading, subjectId, thread.comments, null) });
    }
    const [subject] = await db.query(selectSubjectHead, [actor.parentId, subjectId]);
    if (!subject) throw new NotFound();
    return page('messages/entries', { days: [] });
  });

  routes.get(paths.attachment, parentOnly, async ({ actor, params }) => {
    const { attachmentId } = params(AttachmentParams);
    const [attachment] = await db.query(selectAttachment, [actor.parentId, attachmentId]);
    if (!attachment) throw new NotFound();
    const key = keyring.unwrap(attachment.id, attachment.wrapped);
    return file(
      openPart(key, 'content', attachment.id, attachment.receivedSha256, attachment.contentCt),
      attachment.mediaType,
      openFileName(keyring, attachment),
    );
  });

  // ---------------------------------------------------------------- writing

  /** What a form that comes back is shown with. */
  const stateOf = (form: Parsed<Written>, prepared: Prepared, outcome: Outcome | null, problems: Problem[]): Partial<ComposeState> => {
    const typed = form.ok
      ? { text: form.value.text, urgent: form.value.urgent ?? '', submission: form.value.submission, corrects: form.value.corrects ?? '' }
      : form.typed;
    return {
      text: typed.text ?? '',
      urgent: typed.urgent ?? '',
      // A form that has become a message cannot become another; whatever is in the box now starts afresh.
      submission: outcome?.kind === 'used' || !form.ok ? randomUUID() : form.value.submission,
      corrects: typed.corrects ? { id: typed.corrects, pos: 0, cancel: '' } : null,
      problems,
      shield: outcome ? shieldOf(outcome) : null,
      kept: prepared.files,
    };
  };

  async function comment(visit: ParentVisit, send: boolean): Promise<Reply> {
    const { actor } = visit;
    const { subjectId } = visit.params(SubjectParams);
    const form: Parsed<Written> = visit.form(CommentForm);
    const prepared = await prepareDraft(services, actor, form, typedUploads(visit.request.body?.uploads), visit.files);
    if (!prepared.draft) return threadPage(visit, subjectId, {}, stateOf(form, prepared, null, prepared.problems), 422);
    const { draft } = prepared;
    if (form.ok && form.value.edit) return threadPage(visit, subjectId, {}, stateOf(form, prepared, null, []));
    const outcome = send ? await postComment(db, keyring, actor, subjectId, draft, desk) : await considerInSubject(db, keyring, actor, subjectId, draft);
    if (outcome?.kind === 'posted' || outcome?.kind === 'already') return seeOther(`${paths.thread.to({ subjectId: outcome.subjectId })}#e${outcome.pos}`);
    if (outcome) {
      const { family } = await readAround(actor, null);
      const { problems, status } = problemsOf(outcome, family);
      return threadPage(visit, subjectId, {}, stateOf(form, prepared, outcome, problems), status);
    }
    const thread = await readThread(reader, actor, subjectId, {}, false);
    const { family, reading } = await readAround(actor, thread.head.familyId);
    return page(
      'messages/review',
      reviewPage(reading, frameFor(family, 'messages'), {
        draft,
        files: prepared.files,
        title: null,
        action: paths.comments.to({ subjectId }),
        back: paths.reviewComment.to({ subjectId }),
        fields: [],
      }),
    );
  }

  async function composeSubject(
    visit: ParentVisit,
    familyId: FamilyId | null,
    typed: { title: string; about: string },
    state: Partial<ComposeState>,
    status = 200,
  ): Promise<Reply> {
    const { family, reading, subjects } = await readAround(visit.actor, familyId);
    const compose: ComposeState = { text: '', submission: randomUUID(), urgent: '', corrects: null, problems: [], shield: null, kept: [], ...state };
    return page(
      'messages/new',
      newSubjectPage(
        reading,
        frameFor(family, 'messages'),
        subjectList(reading, subjects, null, false),
        typed,
        composeOf(reading, paths.reviewNewSubject, 'Your message', compose),
      ),
      status,
    );
  }

  routes.get(paths.newSubject, parentOnly, visit => {
    const asked = visit.query(NewSubjectQuery);
    if (!asked.ok) throw new NotFound();
    const { family = null, about } = asked.value;
    return composeSubject(visit, family, { title: '', about: about ? `${about.kind}:${about.id}` : '' }, {});
  });

  async function subject(visit: ParentVisit, send: boolean): Promise<Reply> {
    const { actor } = visit;
    const form = visit.form(NewSubjectForm);
    const prepared = await prepareDraft(services, actor, form, typedUploads(visit.request.body?.uploads), visit.files);
    const typed = form.ok
      ? { title: form.value.title, about: `${form.value.about.kind}:${form.value.about.id}` }
      : { title: form.typed.title ?? '', about: form.typed.about ?? '' };
    const again = (outcome: Outcome | null, problems: Problem[], status: number) =>
      composeSubject(visit, form.ok ? form.value.family : null, typed, stateOf(form, prepared, outcome, problems), status);
    const { draft } = prepared;
    if (!form.ok || !draft) return again(null, prepared.problems, 422);
    if (form.value.edit) return again(null, [], 200);
    const { title, family: familyId } = form.value;
    const { family, reading } = await readAround(actor, familyId);
    const about = aboutOf(form.value.about);
    if (aboutText(family, { childId: null, activityId: null, schoolId: null, ...about }) === 'a school') {
      return again(null, [{ field: 'about', message: 'Choose what it is about' }], 422);
    }
    const outcome = send
      ? await db.transact(actor, work => openSubject(work, keyring, familyId, { title, about }, draft))
      : await considerInFamily(db, keyring, actor, familyId, title, draft);
    if (outcome?.kind === 'posted' || outcome?.kind === 'already') return seeOther(`${paths.thread.to({ subjectId: outcome.subjectId })}#e${outcome.pos}`);
    if (outcome) {
      const { problems, status } = problemsOf(outcome, family);
      return again(outcome, problems, status);
    }
    return page(
      'messages/review',
      reviewPage(reading, frameFor(family, 'messages'), {
        draft,
        files: prepared.files,
        title,
        action: paths.newSubject,
        back: paths.reviewNewSubject,
        fields: [
          { name: 'family', value: familyId },
          { name: 'title', value: title },
          { name: 'about', value: typed.about },
        ],
      }),
    );
  }

  routes.upload(paths.reviewNewSubject, parentOnly, visit => subject(visit, false));
  routes.upload(paths.newSubject, parentOnly, visit => subject(visit, true));
  // After those, because its pattern would take "new" for a subject.
  routes.upload(paths.reviewComment, parentOnly, visit => comment(visit, false));
  routes.upload(paths.comments, parentOnly, visit => comment(visit, true));

  // ---------------------------------------------------------------- finding and hearing

  /** Searched for by POST, so that what was looked for stays out of the browser's history; an address with a query works too. */
  async function search({ actor }: ParentVisit, form: Parsed<ReturnType<typeof SearchForm.parse>>): Promise<Reply> {
    const { family, reading, subjects } = await readAround(actor, null, 'all');
    const result =
      form.ok && isAsked(form.value)
        ? await searchMessages(reader, actor, { family, subjects }, { ...form.value, words: form.value.q, before: form.value.before ?? 2 ** 45 })
        : null;
    const model = searchPage(reading, frameFor(family, 'messages'), subjects, form, result);
    return page('messages/search', model, form.ok ? 200 : 422);
  }
  routes.get(paths.searchMessages, parentOnly, visit => search(visit, visit.query(SearchForm)));
  routes.post(paths.searchMessages, parentOnly, visit => search(visit, visit.form(SearchForm)));

  routes.get(paths.stream, parentOnly, async ({ actor, query, request, isOpening }) => {
    const asked = query(StreamQuery);
    if (!asked.ok || !isOpening) throw new NotFound();
    const { familyId } = await findFamily(db, actor, asked.value.family);
    const last = Number(request.get('Last-Event-ID') ?? asked.value.after);
    const after = Number.isSafeInteger(last) && last >= 0 ? last : asked.value.after;
    return stream(events => live.open(events, actor, familyId, request.sessionID, after));
  });

  // Last, because its pattern would take /messages/new for a subject.
  routes.get(paths.thread, parentOnly, visit => {
    const turn = visit.query(ThreadQuery);
    if (!turn.ok) throw new NotFound();
    const { at, correct } = turn.value;
    return threadPage(visit, visit.params(SubjectParams).subjectId, correct === undefined ? turn.value : { correct, ...(at === undefined ? {} : { at }) }, {});
  });

  return routes;
}

const isAsked = (search: ReturnType<typeof SearchForm.parse>): boolean =>
  search.q.trim() !== '' || [search.sender, search.subject, search.child, search.from, search.to].some(value => value !== null);

const aboutOf = ({ kind, id }: { kind: 'child' | 'activity' | 'school'; id: string }): About =>
  (kind === 'child' ? { childId: id } : kind === 'activity' ? { activityId: id } : { schoolId: id }) as About;
