import type { ParentUser } from '../../core/actor.ts';
import { Conflict, NotFound } from '../../core/errors.ts';
import type { ChildId, RequestId } from '../../core/ids.ts';
import { isUuid } from '../../core/ids.ts';
import { shieldWords } from '../../messages/index.ts';
import { type Parsed, type Problem, ticked, type Typed, typedFields } from '../../web/form.ts';
import { paths } from '../../web/paths.ts';
import { page, type Reply, seeOther } from '../../web/reply.ts';
import { parentOnly, Routes, type Visit } from '../../web/route.ts';
import type { Services } from '../../web/services.ts';
import type { InForce } from '../engine/index.ts';
import type { Calendars, KnownCalendars } from '../read-calendars.ts';
import { isRefusedAgreement } from '../requests/accept-request.ts';
import { counterRequest } from '../requests/counter-request.ts';
import { makeRequest } from '../requests/make-request.ts';
import { type OpenedRequest, readRequestWith } from '../requests/read-request.ts';
import { type Reading, readingOf } from '../requests/reading.ts';
import { familyIn } from '../requests/read-fields.ts';
import { noticeOf, shieldOf, shieldProblem } from '../requests/tell-outcome.ts';
import { titleOf } from '../requests/sentences.ts';
import type { PlanKind } from '../requests/terms.ts';
import type { Shield } from '../requests/views.ts';
import { breakNames, breaksPage, choicesOf, type FilledPlan, holidaysPage, schedulePage } from './form-pages.ts';
import { groundOf, type HolidayGround } from './holiday-choices.ts';
import { planPreviewPage } from './preview-page.ts';
import { readBreaksForm } from './read-breaks-form.ts';
import { readHolidaysForm } from './read-holidays-form.ts';
import type { Proposing, ReadPlan } from './read-plan.ts';
import { readScheduleForm } from './read-schedule-form.ts';
import { schedulePageOf } from './schedule-page.ts';
import { BreaksForm, CounterQuery, HolidaysForm, ScheduleForm } from './schema.ts';
import { formStatements, scheduleStatements } from './store.ts';
import { typedFromBreaks, typedFromHolidays, typedFromSchedule } from './typed-from-plan.ts';

type ParentVisit = Visit<ParentUser>;
type Around = Proposing & { reading: Reading; counter: OpenedRequest | null; ground: HolidayGround };
type Begun = { typed: Typed; weekends: string[] };
type AnyForm = { note: string; step: string; confirm?: string | undefined; placeLabel?: string; schoolLabel?: string; otherLabel?: string };

/** One kind of plan: where its form is, how it is read, and how it is shown. */
type Form = {
  kind: PlanKind;
  path: string;
  parse: (form: ParentVisit['form']) => Parsed<AnyForm>;
  read: (around: Around, value: AnyForm) => ReadPlan;
  show: (around: Around, filled: FilledPlan, status: number) => Reply;
  /** What holds now, or is proposed, as the form begins with it. */
  begin: (around: Around, terms: unknown) => Begun;
  inForce: (calendars: Calendars, child: ChildId) => InForce<unknown>[];
};

const forms: Form[] = [
  {
    kind: 'schedule',
    path: paths.proposeSchedule,
    parse: form => form(ScheduleForm),
    read: (around, value) => readScheduleForm(around, value as ScheduleForm),
    show: ({ reading }, filled, status) => page('schedule/propose-schedule', schedulePage(reading, filled), status),
    begin: (_, terms) => typedFromSchedule(terms as Parameters<typeof typedFromSchedule>[0]),
    inForce: (calendars, child) => calendars.get(child)!.regular,
  },
  {
    kind: 'breaks',
    path: paths.proposeBreaks,
    parse: form => form(BreaksForm),
    read: (around, value) => readBreaksForm(around, value as BreaksForm),
    show: ({ reading, calendars }, filled, status) => page('schedule/propose-breaks', breaksPage(reading, calendars, filled), status),
    begin: ({ calendars }, terms) => ({ typed: typedFromBreaks(terms as Parameters<typeof typedFromBreaks>[0], breakNames(calendars)), weekends: [] }),
    inForce: (calendars, child) => calendars.get(child)!.breaks,
  },
  {
    kind: 'holidays',
    path: paths.proposeHolidays,
    parse: form => form(HolidaysForm),
    read: (around, value) => readHolidaysForm(around, value as HolidaysForm),
    show: ({ reading, ground, calendars }, filled, status) => page('schedule/propose-holidays', holidaysPage(reading, ground, calendars, filled), status),
    begin: ({ reading, ground, calendars }, terms) => ({
      typed: typedFromHolidays(terms as Parameters<typeof typedFromHolidays>[0], choicesOf(reading, ground, calendars)),
      weekends: [],
    }),
    inForce: (calendars, child) => calendars.get(child)!.holidays,
  },
];

/** What repeats: what holds, and proposing something else. */
export function planRoutes({ db, keyring }: Services, calendars: KnownCalendars): Routes {
  const routes = new Routes();

  routes.get(paths.schedule, parentOnly, async ({ actor }) => {
    const { family, calendars: known } = await calendars.readWith(db, scheduleStatements, actor);
    return page('schedule/schedule', schedulePageOf(readingOf(family, actor.parentId, Date.now()), known, family));
  });

  /** The family, and the proposal that is to be countered, if one is. */
  async function around(
    actor: ParentUser,
    kind: PlanKind,
    counter: RequestId | null,
    familyId: ReturnType<typeof familyIn>,
    asked: { country?: string | undefined; region?: string | undefined },
  ): Promise<Around> {
    const now = Date.now();
    if (counter === null) {
      const { family, calendars: known } = await calendars.readWith(db, formStatements, actor, familyId);
      const holds = kind === 'holidays' ? [...known.values()][0]?.holidays.at(-1)?.terms : undefined;
      const ground = kind === 'holidays' ? groundOf(asked.country, asked.region, holds ?? family) : family;
      return { family, calendars: known, me: actor.parentId, now, reading: readingOf(family, actor.parentId, now), counter: null, ground };
    }
    const opened = await readRequestWith(db, calendars, formStatements, keyring, actor, counter);
    if (opened.asked.kind !== kind) throw new NotFound();
    const { family, calendars: known } = opened;
    const ground = opened.asked.kind === 'holidays' ? groundOf(asked.country, asked.region, opened.asked.terms.terms) : family;
    return { family, calendars: known, me: actor.parentId, now, reading: readingOf(family, actor.parentId, now), counter: opened, ground };
  }

  const counterOf = ({ counter, reading }: Around): FilledPlan['counter'] =>
    counter ? { id: counter.row.id, title: titleOf(counter.asked, reading.today) } : null;
  const canCounter = ({ counter, me }: Around): boolean => counter === null || (counter.row.state === 'open' && counter.row.askedBy !== me);

  for (const form of forms) {
    routes.get(form.path, parentOnly, async ({ actor, query }) => {
      const asked = query(CounterQuery);
      if (!asked.ok) throw new NotFound();
      const known = await around(actor, form.kind, asked.value.counter ?? null, null, asked.value);
      if (!canCounter(known)) return seeOther(paths.request.to({ requestId: known.counter!.row.id }));
      const countered = known.counter?.asked as { terms: { from: string; terms: unknown } } | undefined;
      const children = known.counter?.row.children ?? known.family.children.map(({ id }) => id);
      const first = children[0];
      const holds = first === undefined ? undefined : form.inForce(known.calendars, first).at(-1);
      const begun = countered ? form.begin(known, countered.terms.terms) : holds ? form.begin(known, holds.terms) : { typed: {}, weekends: [] };
      const from = countered?.terms.from ?? '';
      // Night 1 is chosen with the day from which a new plan holds.
      const anchor = countered ? {} : { anchor: '' };
      return form.show(known, { typed: { ...begun.typed, from, ...anchor }, children, weekends: begun.weekends, problems: [], counter: counterOf(known) }, 200);
    });

    const propose = async (visit: ParentVisit): Promise<Reply> => {
      const { actor, request } = visit;
      const raw = typedFields(request.body);
      const counter = raw.counter !== undefined && isUuid(raw.counter) ? (raw.counter as RequestId) : null;
      const known = await around(actor, form.kind, counter, familyIn(request.body), raw);
      const again = (problems: Problem[], status: number) =>
        form.show(
          known,
          { typed: raw, children: ticked(request.body, 'child'), weekends: ticked(request.body, 'weekend'), problems, counter: counterOf(known) },
          status,
        );
      const parsed = form.parse(visit.form);
      if (!parsed.ok) return again(parsed.problems, 422);
      const value = parsed.value;
      if (value.step === 'edit') return again([], 200);
      const read = form.read(known, value);
      if (!read.ok) return again(read.problems, 422);
      const words = Object.entries(raw).flatMap(([name, text]) => (/^(?:note|named|\w*[lL]abel\d*|name\d+)$/.test(name) ? [text] : []));
      const finding = await shieldWords(db, keyring, actor, words.join('\n'), value.confirm ?? null);
      const shown = (shield: Shield | null, problems: Problem[], status: number) =>
        page(
          'schedule/plan-preview',
          planPreviewPage(known.reading, known.calendars, read.request, { action: form.path, body: request.body, shield, problems }),
          status,
        );
      if (finding.kind !== 'clear') return shown(shieldOf(finding), [shieldProblem(finding.kind)], 422);
      if (value.step !== 'send') return shown(null, [], 200);
      return send(actor, known, read.request, again);
    };
    routes.post(form.path, parentOnly, propose, { takes: 'long form' });
  }

  async function send(
    actor: ParentUser,
    { family, counter }: Around,
    asked: Extract<ReadPlan, { ok: true }>['request'],
    again: (problems: Problem[], status: number) => Reply,
  ): Promise<Reply> {
    try {
      const outcome = await db.transact(actor, work =>
        counter ? counterRequest(work, keyring, counter.row.id, asked) : makeRequest(work, keyring, family, { ...asked, counters: null }),
      );
      if (outcome.kind === 'made' || outcome.kind === 'already') return seeOther(paths.request.to({ requestId: outcome.id }));
      if (outcome.kind === 'used')
        return again([{ field: 'from', message: 'This form was sent before, with something else in it. Look at it once more to propose this as well' }], 409);
      return again([{ field: 'from', message: `${noticeOf(outcome, '').text} What you wrote here was not sent` }], 409);
    } catch (error) {
      if (error instanceof Conflict) return again([{ field: 'note', message: error.message }], 409);
      if (isRefusedAgreement(error)) return again([{ field: 'from', message: 'This is no longer so: look at what is agreed now, and choose anew' }], 409);
      throw error;
    }
  }

  return routes;
}
