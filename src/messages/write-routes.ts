import { randomUUID } from 'node:crypto';
import type { ParentUser } from '../core/actor.ts';
import { NotFound } from '../core/errors.ts';
import { type FamilyId, isUuid } from '../core/ids.ts';
import { frameFor } from '../families/index.ts';
import type { Parsed, Problem } from '../web/form.ts';
import { paths } from '../web/paths.ts';
import { page, type Reply, seeOther } from '../web/reply.ts';
import { parentOnly, type Routes, type Visit } from '../web/route.ts';
import type { Services } from '../web/services.ts';
import { type Prepared, prepareDraft, typedUploads, type Written } from './compose.ts';
import { aboutText, composeOf, type ComposeState, newSubjectPage, problemsOf, reviewPage, shieldOf, subjectList } from './pages.ts';
import { considerInFamily, considerInSubject, openSubject, type About, type Outcome, postComment } from './post-comment.ts';
import { readThread, type Reader } from './read-thread.ts';
import { CommentForm, NewSubjectForm, NewSubjectQuery, SubjectParams } from './schema.ts';
import { readAround, threadPage } from './show-thread.ts';
import { sharedDesk } from './write-together.ts';

type ParentVisit = Visit<ParentUser>;

/** Replies and new subjects: typed, read once more, sent. A form that comes back holds every word. */
export function writeRoutes(services: Services, routes: Routes, reader: Reader): void {
  const { db, keyring } = services;
  const desk = sharedDesk(db);

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
    if (!prepared.draft) return threadPage(reader, visit, subjectId, {}, stateOf(form, prepared, null, prepared.problems), { status: 422 });
    const { draft } = prepared;
    if (form.ok && form.value.edit) return threadPage(reader, visit, subjectId, {}, stateOf(form, prepared, null, []));
    const outcome = send ? await postComment(db, keyring, actor, subjectId, draft, desk) : await considerInSubject(db, keyring, actor, subjectId, draft);
    if (outcome?.kind === 'posted' || outcome?.kind === 'already') return seeOther(`${paths.thread.to({ subjectId: outcome.subjectId })}#e${outcome.pos}`);
    if (outcome) return threadPage(reader, visit, subjectId, {}, stateOf(form, prepared, outcome, []), { outcome });
    const thread = await readThread(reader, actor, subjectId, {}, false);
    const { family, reading } = await readAround(reader, actor, thread.head.familyId);
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
    const { family, reading, subjects } = await readAround(reader, visit.actor, familyId);
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
    // Whatever is wrong with it, a form stays of the family it was opened in: the other tab may show another by now.
    const openedIn = form.ok ? form.value.family : isUuid(form.typed.family ?? '') ? (form.typed.family as FamilyId) : null;
    const again = (outcome: Outcome | null, problems: Problem[], status: number) =>
      composeSubject(visit, openedIn, typed, stateOf(form, prepared, outcome, problems), status);
    const { draft } = prepared;
    if (!form.ok || !draft) return again(null, prepared.problems, 422);
    if (form.value.edit) return again(null, [], 200);
    const { title, family: familyId } = form.value;
    const { family, reading } = await readAround(reader, actor, familyId);
    const about = aboutOf(form.value.about);
    if (aboutText(family, { childId: null, activityId: null, schoolId: null, ...about }) === 'a school') {
      return again(null, [{ field: 'about', message: 'Choose what it is about' }], 422);
    }
    const outcome = send
      ? await db.transact(actor, work => openSubject(work, keyring, familyId, { title, about }, draft))
      : await considerInFamily(db, keyring, actor, familyId, { title, about }, draft);
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
}

const aboutOf = ({ kind, id }: { kind: 'child' | 'activity' | 'school'; id: string }): About =>
  (kind === 'child' ? { childId: id } : kind === 'activity' ? { activityId: id } : { schoolId: id }) as About;
