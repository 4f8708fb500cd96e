import { seeSteps } from '../../audit/steps.ts';
import type { ParentUser } from '../../core/actor.ts';
import { Conflict } from '../../core/errors.ts';
import type { ParentId, RequestId } from '../../core/ids.ts';
import { isUuid } from '../../core/ids.ts';
import { findFamilyWith } from '../../families/index.ts';
import { shieldWords } from '../../messages/index.ts';
import { type Problem, ticked, typedFields } from '../../web/form.ts';
import { paths } from '../../web/paths.ts';
import { page, type Reply, seeOther } from '../../web/reply.ts';
import { parentOnly, Routes, type Visit } from '../../web/route.ts';
import type { Services } from '../../web/services.ts';
import type { FamilyCalendars, KnownCalendars } from '../read-calendars.ts';
import { acceptRequest, isRefusedAgreement } from './accept-request.ts';
import { counterRequest } from './counter-request.ts';
import { type Made, makeRequest } from './make-request.ts';
import { pageSize, requestPage, requestsPage, type RequestState } from './pages.ts';
import { activitiesIn, type PointOut } from './point-out.ts';
import { type OpenedRequest, readRequest, readRequestWith } from './read-request.ts';
import { familyIn } from './read-fields.ts';
import { readingOf } from './reading.ts';
import { readTimeForm } from './read-time-form.ts';
import { AnswerForm, KindParams, ListQuery, NewQuery, RequestParams, TimeForm } from './schema.ts';
import { titleOf } from './sentences.ts';
import { declineRequest, type Settled, withdrawRequest } from './settle-request.ts';
import { selectRequests } from './store.ts';
import { noticeOf, type NotDone, shieldOf, shieldProblem } from './tell-outcome.ts';
import { isPlan, isTimeKind, type TimeKind } from './terms.ts';
import { type Filled, timeFormPage, typedFrom } from './time-form-page.ts';
import type { Shield } from './views.ts';

type ParentVisit = Visit<ParentUser>;

/** What one parent asks of the other, and what becomes of it. */
export function requestRoutes<More extends object>({ db, keyring }: Services, calendars: KnownCalendars, pointOut: PointOut<More>): Routes {
  const routes = new Routes();
  routes.get(paths.requests, parentOnly, async ({ actor, query }) => {
    const asked = query(ListQuery);
    const number = (asked.ok && asked.value.page) || 1;
    const family = await findFamilyWith(db, selectRequests, actor, null, [(number - 1) * pageSize, pageSize]);
    return page('schedule/requests', requestsPage(readingOf(family, actor.parentId, Date.now()), family, number));
  });

  // ---------------------------------------------------------------- asking

  const formPage = (around: FamilyCalendars, actor: ParentUser, kind: TimeKind, filled: Filled, counters: OpenedRequest | null, status = 200): Reply => {
    const reading = readingOf(around.family, actor.parentId, Date.now());
    const about =
      counters && !isPlan(counters.asked)
        ? {
            requestId: counters.row.id,
            title: titleOf(counters.asked, reading.today),
            benefits: benefitsOf(counters, kind),
            from: counters.asked.kind,
          }
        : null;
    return page('schedule/time-form', timeFormPage(reading, kind, filled, about), status);
  };

  routes.get(paths.newRequest, parentOnly, async ({ actor, params, query }) => {
    const { kind } = params(KindParams);
    const around = await calendars.read(db, actor);
    const given = query(NewQuery);
    const { day = '', child } = given.ok ? given.value : {};
    const all = around.family.children.map(({ id }) => id as string);
    const filled: Filled = {
      typed: {
        a1day: /^20\d{2}-\d{2}-\d{2}$/.test(day) ? day : '',
        ...(kind === 'first-refusal' || kind === 'travel' || kind === 'change' ? { who: actor.parentId } : {}),
      },
      children: child !== undefined && all.includes(child) ? [child] : all,
      problems: [],
      shield: null,
    };
    return formPage(around, actor, kind, filled, null);
  });

  /** Reads a form about time, and asks. `ask` writes it; what it cannot is said on the form, with all that was typed. */
  async function sendTime(
    { actor, form, request }: ParentVisit,
    around: FamilyCalendars,
    kind: TimeKind,
    counters: OpenedRequest | null,
    ask: (asked: Extract<ReturnType<typeof readTimeForm>, { ok: true }>['request']) => Promise<Made | NotDone>,
  ): Promise<Reply> {
    const typed = form(TimeForm);
    const raw = typedFields(request.body);
    const again = (problems: Problem[], status = 422, shield: Shield | null = null) =>
      formPage(around, actor, kind, { typed: raw, children: ticked(request.body, 'child').filter(isUuid), problems, shield }, counters, status);
    if (!typed.ok) return again(typed.problems);
    const read = readTimeForm(
      { kind, family: around.family, calendars: around.calendars, me: actor.parentId, now: Date.now(), benefits: counters && benefitsOf(counters, kind) },
      typed.value,
    );
    if (!read.ok) return again(read.problems);
    const { note, label, where, placeLabel, confirm = null } = typed.value;
    const finding = await shieldWords(db, keyring, actor, [note, label, where, placeLabel].join('\n'), confirm);
    if (finding.kind !== 'clear') return again([shieldProblem(finding.kind)], 422, shieldOf(finding));
    let outcome: Made | NotDone;
    try {
      outcome = await ask(read.request);
    } catch (error) {
      if (error instanceof Conflict) return again([{ field: 'note', message: error.message }], 409);
      if (isRefusedAgreement(error))
        return again([{ field: 'a1day', message: 'This is no longer so: load the page again and look at what is agreed now' }], 409);
      throw error;
    }
    if (outcome.kind === 'made' || outcome.kind === 'already') return seeOther(paths.request.to({ requestId: outcome.id }));
    if (outcome.kind === 'used')
      return again([{ field: 'a1day', message: 'This form was sent before, with something else in it. Send it once more to ask for this as well' }], 409);
    return again([{ field: 'a1day', message: `${noticeOf(outcome, '').text} What you wrote here was not sent` }], 409);
  }

  const askForTime = async (visit: ParentVisit): Promise<Reply> => {
    const { kind } = visit.params(KindParams);
    const around = await calendars.read(db, visit.actor, familyIn(visit.request.body));
    return sendTime(visit, around, kind, null, asked =>
      db.transact(visit.actor, work => makeRequest(work, keyring, around.family, { ...asked, counters: null })),
    );
  };
  routes.post(paths.newRequest, parentOnly, askForTime, { takes: 'long form' });

  // ---------------------------------------------------------------- one request

  async function show({ actor, isOpening }: ParentVisit, requestId: RequestId, state: Partial<RequestState> = {}, status = 200): Promise<Reply> {
    const opened = await readRequestWith(db, calendars, pointOut.statements, keyring, actor, requestId);
    if (isOpening && opened.unseen)
      await seeSteps(
        db,
        actor.parentId,
        opened.chain.map(({ row }) => row.id),
      );
    const reading = readingOf(opened.family, actor.parentId, Date.now());
    const activities = activitiesIn(reading, opened, pointOut.within);
    return page('schedule/request', requestPage(reading, opened, { activities, note: '', shield: null, notice: null, problems: [], ...state }), status);
  }

  routes.get(paths.request, parentOnly, visit => show(visit, visit.params(RequestParams).requestId));

  /** What an answer came to: its page, or why it changed nothing, with what was written. */
  async function settled(visit: ParentVisit, requestId: RequestId, note: string, act: () => Promise<Settled>): Promise<Reply> {
    let outcome: Settled;
    try {
      outcome = await act();
    } catch (error) {
      if (!isRefusedAgreement(error)) throw error;
      outcome = { kind: 'overtaken' };
    }
    if (outcome.kind === 'done' || outcome.kind === 'already') return seeOther(paths.request.to({ requestId }));
    return show(visit, requestId, { note, notice: noticeOf(outcome, note) }, 409);
  }

  routes.post(paths.answerRequest, parentOnly, async visit => {
    const { actor, params, form } = visit;
    const { requestId } = params(RequestParams);
    const typed = form(AnswerForm);
    if (!typed.ok) return show(visit, requestId, { note: typed.typed.note ?? '', problems: typed.problems }, 422);
    const { answer, note, confirm = null } = typed.value;
    // What is asked first is whether there is anything to answer: a stranger learns nothing from a held-back number.
    await readRequest(db, calendars, keyring, actor, requestId);
    const finding = await shieldWords(db, keyring, actor, note, confirm);
    if (finding.kind !== 'clear') return show(visit, requestId, { note, shield: shieldOf(finding), problems: [shieldProblem(finding.kind)] }, 422);
    const words = note === '' ? null : note;
    return settled(visit, requestId, note, () =>
      db.transact(actor, work => (answer === 'yes' ? acceptRequest(work, keyring, requestId, words) : declineRequest(work, keyring, requestId, words))),
    );
  });

  routes.post(paths.withdrawRequest, parentOnly, visit => {
    const { requestId } = visit.params(RequestParams);
    return settled(visit, requestId, '', () => db.transact(visit.actor, work => withdrawRequest(work, keyring, requestId)));
  });

  // ---------------------------------------------------------------- something else instead

  /** The request that is to be countered, where the other parent may do so; null where it is settled. */
  async function toCounter(actor: ParentUser, requestId: RequestId): Promise<{ opened: OpenedRequest; elsewhere: Reply | null }> {
    const opened = await readRequest(db, calendars, keyring, actor, requestId);
    if (opened.row.state !== 'open' || opened.row.askedBy === actor.parentId) return { opened, elsewhere: seeOther(paths.request.to({ requestId })) };
    if (isPlan(opened.asked)) {
      const forms = { schedule: paths.proposeSchedule, breaks: paths.proposeBreaks, holidays: paths.proposeHolidays };
      return { opened, elsewhere: seeOther(`${forms[opened.asked.kind]}?counter=${requestId}`) };
    }
    return { opened, elsewhere: null };
  }

  routes.get(paths.counterRequest, parentOnly, async ({ actor, params, query }) => {
    const { requestId } = params(RequestParams);
    const { opened, elsewhere } = await toCounter(actor, requestId);
    if (elsewhere || isPlan(opened.asked)) return elsewhere!;
    const given = query(NewQuery);
    const kind = given.ok && given.value.kind === 'swap' ? 'swap' : opened.asked.kind;
    const filled: Filled = {
      typed: typedFrom(kind, opened.asked.kind, opened.asked.terms, actor.parentId),
      children: opened.row.children,
      problems: [],
      shield: null,
    };
    return formPage(opened, actor, kind, filled, opened);
  });

  const suggest = async (visit: ParentVisit): Promise<Reply> => {
    const { actor, params, request } = visit;
    const { requestId } = params(RequestParams);
    const opened = await readRequest(db, calendars, keyring, actor, requestId);
    if (isPlan(opened.asked)) return seeOther(paths.request.to({ requestId }));
    const chosen = typedFields(request.body).kind;
    const kind = chosen !== undefined && isTimeKind(chosen) && (chosen === 'swap' || chosen === opened.asked.kind) ? chosen : opened.asked.kind;
    return sendTime(visit, opened, kind, opened, asked => db.transact(actor, work => counterRequest(work, keyring, requestId, asked)));
  };
  routes.post(paths.counterRequest, parentOnly, suggest, { takes: 'long form' });

  return routes;
}

/** Who would have the children in a counter-offer that keeps to the kind of what was asked. */
function benefitsOf({ asked }: OpenedRequest, kind: TimeKind): ParentId | null {
  if (isPlan(asked) || asked.kind !== kind || kind === 'swap') return null;
  const [first] = asked.terms.pieces;
  return first!.holder === 'third-party' ? null : first!.holder;
}
