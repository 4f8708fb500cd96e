import { canChangeCollection } from '../access/policy.ts';
import type { User } from '../core/actor.ts';
import { Forbidden, NotFound } from '../core/errors.ts';
import type { ChildId, ParentId } from '../core/ids.ts';
import { fold } from '../core/text.ts';
import { calendarDay, localTime, longDay } from '../core/time.ts';
import { findSchool, schoolFrameFor, type SchoolView } from '../schools/index.ts';
import type { Problem } from '../web/form.ts';
import { paths } from '../web/paths.ts';
import { page, type Reply, seeOther } from '../web/reply.ts';
import { Routes, signedIn } from '../web/route.ts';
import type { Services } from '../web/services.ts';
import { changeCollection } from './change-collection.ts';
import { addCollectorRoutes } from './collectors/routes.ts';
import { isWithin, lastDay } from './days.ts';
import { dayCode, readCode } from './day-codes.ts';
import { addLockRoutes } from './lock/routes.ts';
import { markCollected } from './mark-collected.ts';
import { cardOf, changePage, foundByCode, type GateClock, gatePage } from './pages.ts';
import { ChangeForm, ChildParams, CodeForm, DayQuery, GateQuery, MarkForm, several } from './schema.ts';
import { selectAllowed, selectChanges, selectChildAt, selectGate, selectKnown } from './store.ts';

export function gateRoutes(services: Services): Routes {
  const { db, keyring } = services;
  const routes = new Routes();

  /** Today is the school's, wherever the machine stands. */
  const clockOf = (school: SchoolView): GateClock => ({ zone: school.timeZone, now: localTime(new Date(), school.timeZone) });

  routes.get(paths.gate, signedIn, async ({ actor, query }) => {
    const school = await findSchool(db, actor);
    const asked = query(GateQuery);
    const q = asked.ok ? (asked.value.q ?? '').trim() : '';
    const c = asked.ok ? (asked.value.c ?? '') : '';
    const clock = clockOf(school);
    const words = q === '' ? null : `%${fold(q).replace(/[\\%_]/g, '\\$&')}%`;
    const [gate] = await db.query(selectGate, [school.schoolId, clock.now.isoDay, c || null, words, null]);
    return page('gate/gate', gatePage(schoolFrameFor(school, 'gate'), clock, { q, c }, gate!, canChangeCollection(school.role)));
  });

  addLockRoutes(routes, services);

  // ---------------------------------------------------------------- a visitor's code

  async function codePage(actor: User, typed: string, problems: Problem[], status = 200): Promise<Reply> {
    const school = await findSchool(db, actor);
    const { now } = clockOf(school);
    return page('gate/code', { frame: schoolFrameFor(school, 'gate'), dayIso: now.isoDay, day: longDay(now), typed, found: null, problems }, status);
  }

  routes.get(paths.gateCode, signedIn, ({ actor }) => codePage(actor, '', []));

  routes.post(paths.gateCode, signedIn, async ({ actor, form }) => {
    const typed = form(CodeForm);
    if (!typed.ok) return codePage(actor, typed.typed.code ?? '', typed.problems, 422);
    const school = await findSchool(db, actor);
    const { now } = clockOf(school);
    const code = readCode(typed.value.code);
    const adult = (await db.query(selectAllowed, [school.schoolId, now.isoDay])).find(({ id }) => dayCode(keyring, id, now.isoDay) === code);
    if (!adult) return codePage(actor, typed.value.code, [{ field: 'code', message: 'This code is not for today at this school' }], 422);
    return page('gate/code', {
      frame: schoolFrameFor(school, 'gate'),
      dayIso: now.isoDay,
      day: longDay(now),
      typed: '',
      found: foundByCode(adult),
      problems: [],
    });
  });

  // ---------------------------------------------------------------- one child

  routes.get(paths.gateChild, signedIn, async ({ actor, params }) => {
    const { childId } = params(ChildParams);
    const school = await findSchool(db, actor);
    const clock = clockOf(school);
    const [gate] = await db.query(selectGate, [school.schoolId, clock.now.isoDay, null, null, childId]);
    const [child] = gate!.children;
    if (!child) throw new NotFound();
    return page('gate/child', {
      frame: schoolFrameFor(school, 'gate'),
      dayIso: clock.now.isoDay,
      day: longDay(clock.now),
      card: cardOf(clock, child, '1024'),
      change: canChangeCollection(school.role) ? paths.changeCollection.to({ childId }) : null,
    });
  });

  for (const [at, collected] of [
    [paths.markCollected, true],
    [paths.undoCollected, false],
  ] as const) {
    routes.post(at, signedIn, async ({ actor, params, form }) => {
      const { childId } = params(ChildParams);
      const from = form(MarkForm);
      await db.transact(actor, work => markCollected(work, childId, collected));
      const search = new URLSearchParams(Object.entries(from.ok ? from.value : {}).filter(([, value]) => value) as [string, string][]);
      return seeOther(search.size === 0 ? paths.gateChild.to({ childId }) : `${paths.gate}?${search.toString()}#c-${childId}`);
    });
  }

  // ---------------------------------------------------------------- what is different on one day

  async function change(
    actor: User,
    childId: ChildId,
    day: string | undefined,
    again: { note: string; may: string[] | null; problems: Problem[] },
    status = 200,
  ): Promise<Reply> {
    const school = await findSchool(db, actor);
    const [child] = await db.query(selectChildAt, [school.schoolId, childId]);
    if (!child) throw new NotFound();
    if (!canChangeCollection(school.role)) throw new Forbidden('Who may collect is changed by the school office.');
    const clock = clockOf(school);
    const latest = lastDay(clock.now.isoDay);
    const asked = day !== undefined && isWithin(clock.now.isoDay, day) ? calendarDay(day) : clock.now;
    const [known, history] = await Promise.all([
      db.query(selectKnown, [school.schoolId, asked.isoDay, childId]),
      db.query(selectChanges, [school.schoolId, asked.isoDay, childId]),
    ]);
    const model = changePage(schoolFrameFor(school, 'gate'), clock, child, { asked, latest }, known, history, again);
    return page('gate/change', { ...model, problems: again.problems }, status);
  }

  routes.get(paths.changeCollection, signedIn, ({ actor, params, query }) => {
    const asked = query(DayQuery);
    return change(actor, params(ChildParams).childId, asked.ok ? asked.value.day : undefined, { note: '', may: null, problems: [] });
  });

  routes.post(paths.changeCollection, signedIn, async ({ actor, params, form, request }) => {
    const { childId } = params(ChildParams);
    const typed = form(ChangeForm);
    if (!typed.ok)
      return change(
        actor,
        childId,
        typed.typed.day,
        {
          note: typed.typed.note ?? '',
          may: several<ParentId>().safeParse((request.body as { may?: unknown } | undefined)?.may).data ?? null,
          problems: typed.problems,
        },
        422,
      );
    const school = await findSchool(db, actor);
    if (!isWithin(clockOf(school).now.isoDay, typed.value.day)) {
      const problems = [{ field: 'day', message: 'Choose today or a day within the next 60' }];
      return change(actor, childId, undefined, { note: typed.value.note ?? '', may: typed.value.may, problems }, 422);
    }
    await db.transact(actor, work => changeCollection(work, childId, typed.value));
    return seeOther(paths.gateChild.to({ childId }));
  });

  addCollectorRoutes(routes, services);
  return routes;
}
