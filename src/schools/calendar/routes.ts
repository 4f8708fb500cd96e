import type { User } from '../../core/actor.ts';
import { NotFound } from '../../core/errors.ts';
import type { SchoolPeriodId } from '../../core/ids.ts';
import type { Problem } from '../../web/form.ts';
import { paths } from '../../web/paths.ts';
import { page, type Reply, seeOther } from '../../web/reply.ts';
import { type Routes, signedIn } from '../../web/route.ts';
import type { Services } from '../../web/services.ts';
import type { SchoolView } from '../index.ts';
import { addPeriod, changePeriod, findCalendarOffice, orOverlap, removePeriod } from './change-period.ts';
import { calendarPage, changePage, overlapProblem } from './pages.ts';
import { CalendarQuery, ChangePeriodForm, PeriodForm, PeriodParams, RemovePeriodForm } from './schema.ts';
import { type PeriodRow, selectPeriod, selectPeriods } from './store.ts';

const doneWords = {
  added: 'Added. Parents’ calendars follow it from now on.',
  changed: 'Changed. Parents’ calendars follow it from now on.',
  removed: 'Removed. Parents’ calendars follow it from now on.',
} as const;

/** When a school has term, holidays and closed days: entered by its office, followed by parents' calendars. */
export function calendarRoutes({ db }: Services, routes: Routes): void {
  async function list(school: SchoolView, state: Parameters<typeof calendarPage>[2], status = 200): Promise<Reply> {
    return page('schools/calendar', calendarPage(school, await db.query(selectPeriods, [school.schoolId]), state), status);
  }
  const listAt = (done: keyof typeof doneWords): Reply => seeOther(`${paths.schoolCalendar}?done=${done}`);

  routes.get(paths.schoolCalendar, signedIn, async ({ actor, query }) => {
    const school = await findCalendarOffice(db, actor);
    const asked = query(CalendarQuery);
    const done = asked.ok ? asked.value.done : undefined;
    return list(school, { notice: done ? doneWords[done] : null, typed: {}, problems: [] });
  });

  routes.post(paths.schoolCalendar, signedIn, async ({ actor, form }) => {
    const school = await findCalendarOffice(db, actor);
    const typed = form(PeriodForm);
    if (!typed.ok) return list(school, { notice: null, typed: typed.typed, problems: typed.problems }, 422);
    const done = await db.transact(actor, work => addPeriod(work, typed.value)).catch(orOverlap);
    if (done.kind === 'overlaps') return list(school, { notice: null, typed: typed.value, problems: [overlapProblem(typed.value.kind, done)] }, 422);
    return listAt('added');
  });

  async function findPeriod(actor: User, periodId: SchoolPeriodId): Promise<{ school: SchoolView; period: PeriodRow }> {
    const school = await findCalendarOffice(db, actor);
    const [period] = await db.query(selectPeriod, [school.schoolId, periodId]);
    if (!period) throw new NotFound();
    return { school, period };
  }
  const change = (
    { school, period }: { school: SchoolView; period: PeriodRow },
    state: { typed: Record<string, string> | null; problems: Problem[]; stale: boolean },
    status = 200,
  ): Reply => page('schools/calendar-period', changePage(school, period, state), status);

  routes.get(paths.changeSchoolPeriod, signedIn, async ({ actor, params }) =>
    change(await findPeriod(actor, params(PeriodParams).periodId), { typed: null, problems: [], stale: false }),
  );

  routes.post(paths.changeSchoolPeriod, signedIn, async ({ actor, params, form }) => {
    const { periodId } = params(PeriodParams);
    const found = await findPeriod(actor, periodId);
    const typed = form(ChangePeriodForm);
    if (!typed.ok) return change(found, { typed: typed.typed, problems: typed.problems, stale: false }, 422);
    const { was, ...period } = typed.value;
    const done = await db.transact(actor, work => changePeriod(work, periodId, period, was)).catch(orOverlap);
    if (done.kind === 'overlaps') return change(found, { typed: period, problems: [overlapProblem(period.kind, done)], stale: false }, 422);
    if (done.kind === 'stale') return change({ ...found, period: done.now }, { typed: period, problems: [], stale: true }, 409);
    return listAt('changed');
  });

  routes.post(paths.removeSchoolPeriod, signedIn, async ({ actor, params, form }) => {
    const { periodId } = params(PeriodParams);
    const found = await findPeriod(actor, periodId);
    const typed = form(RemovePeriodForm);
    if (!typed.ok) return change(found, { typed: null, problems: typed.problems, stale: false }, 422);
    const done = await db.transact(actor, work => removePeriod(work, periodId, typed.value.was));
    if (done.kind === 'stale') return change({ ...found, period: done.now }, { typed: null, problems: [], stale: true }, 409);
    return listAt('removed');
  });
}
