import { hash } from 'node:crypto';
import type { ParentUser } from '../core/actor.ts';
import { NotFound } from '../core/errors.ts';
import { frameFor } from '../families/index.ts';
import { dayOf } from '../schedule/index.ts';
import { paths } from '../web/paths.ts';
import { page, type Reply } from '../web/reply.ts';
import { parentOnly, Routes } from '../web/route.ts';
import type { Services } from '../web/services.ts';
import type { Busy } from './busy/store.ts';
import { addOrAsk } from './add-or-ask.ts';
import { dayPage } from './day-page.ts';
import { dayHead, listHead, monthHead, weekHead } from './heads.ts';
import type { FamilyDays, KnownFamilies } from './known-families.ts';
import { agendaOf, gridOf, isNothingAgreed, keyOf, seenBy, seenUntil, sheetsOf } from './pages.ts';
import { DayParams, MonthParams } from './schema.ts';
import { familyDays } from './store.ts';
import { daysOfMonth, monthOf, monthTitle, weeksAroundMonth, weekOf, weekTitle, type Window } from './windows.ts';

/** Who has the children and what is on, by month, week and day and as a list. Nothing is asked or changed here. */
export function calendarRoutes({ db }: Services, families: KnownFamilies): Routes {
  const routes = new Routes();

  async function read(actor: ParentUser, { first, last }: Window): Promise<FamilyDays<{ busy: Busy[] }>> {
    // The family's zone is not known yet: a day more on either side.
    const found = await families.readIfAny(db, actor, familyDays, [Date.parse(first) - dayLength, Date.parse(last) + 2 * dayLength]);
    if (!found) throw new NotFound();
    return found;
  }

  /** What a page shows of some days, made once while it stays true. */
  function shown<Model extends object>(
    actor: ParentUser,
    { family, facts }: FamilyDays<{ busy: Busy[] }>,
    key: string,
    window: Window,
    make: (seen: ReturnType<typeof seenBy>) => Model,
  ) {
    const now = Date.now();
    const own = family.busy.length === 0 ? '' : hash('sha256', JSON.stringify(family.busy), 'base64url');
    return families.keep(`${actor.parentId} ${family.familyId} ${key} ${own}`, facts, dayOf(now, family.timeZone), now, () => ({
      value: make(seenBy(actor.parentId, family, facts, window, now, family.busy)),
      until: seenUntil(facts, now),
    }));
  }

  async function month(actor: ParentUser, asked: string | null): Promise<Reply> {
    // Where it is today depends on the zone; somewhere it is still yesterday.
    const found = await read(actor, asked === null ? aroundToday() : weeksAroundMonth(asked));
    const chosen = asked ?? monthOf(dayOf(Date.now(), found.family.timeZone));
    const within = daysOfMonth(chosen);
    const model = shown(actor, found, `month ${chosen}`, weeksAroundMonth(chosen), seen => ({
      head: monthHead(chosen, seen.today),
      key: keyOf(seen),
      grid: gridOf(seen, `${monthTitle(chosen)}: who the children are with, and what is on. The same is in the list below.`, within),
      agenda: agendaOf(seen, within, true),
      asked: sheetsOf(seen),
      print: paths.calendarList.to({ month: chosen }),
      nothingAgreed: isNothingAgreed(found.facts),
    }));
    return page('calendar/month', { frame: frameFor(found.family, 'calendar'), ...model });
  }

  routes.get(paths.calendar, parentOnly, ({ actor }) => month(actor, null));

  routes.get(paths.addOrAsk, parentOnly, async ({ actor }) => {
    const { family } = await read(actor, aroundToday());
    return page('calendar/new', { frame: frameFor(family, 'calendar'), groups: addOrAsk });
  });

  routes.get(paths.calendarMonth, parentOnly, ({ actor, params }) => month(actor, params(MonthParams).month));

  routes.get(paths.calendarWeek, parentOnly, async ({ actor, params }) => {
    const { day } = params(DayParams);
    const week = weekOf(day);
    const found = await read(actor, week);
    const model = shown(actor, found, `week ${day}`, week, seen => ({
      head: weekHead(day, seen.today),
      key: keyOf(seen),
      grid: gridOf(seen, `${weekTitle(week)}: who the children are with, and what is on. The same is in the list below.`, week),
      agenda: agendaOf(seen, week, false),
      asked: sheetsOf(seen),
      print: paths.calendarList.to({ month: monthOf(day) }),
      nothingAgreed: isNothingAgreed(found.facts),
    }));
    return page('calendar/month', { frame: frameFor(found.family, 'calendar'), ...model });
  });

  routes.get(paths.calendarList, parentOnly, async ({ actor, params }) => {
    const { month: chosen } = params(MonthParams);
    const within = daysOfMonth(chosen);
    const found = await read(actor, within);
    const model = shown(actor, found, `list ${chosen}`, within, seen => ({
      head: listHead(chosen, seen.today),
      key: keyOf(seen),
      agenda: agendaOf(seen, within, false),
      asked: sheetsOf(seen),
      nothingAgreed: isNothingAgreed(found.facts),
    }));
    return page('calendar/list', { frame: frameFor(found.family, 'calendar'), ...model });
  });

  routes.get(paths.calendarDay, parentOnly, async ({ actor, params }) => {
    const { day } = params(DayParams);
    const found = await read(actor, { first: day, last: day });
    const model = shown(actor, found, `day ${day}`, { first: day, last: day }, seen => ({
      head: dayHead(day, seen.today),
      nothingAgreed: isNothingAgreed(found.facts),
      ...dayPage(seen, found.facts, day),
    }));
    return page('calendar/day', { frame: frameFor(found.family, 'calendar'), ...model });
  });
  return routes;
}

const dayLength = 86_400_000;

/** Every day of any month that it may be now. */
function aroundToday(): Window {
  const dayAt = (instant: number): string => new Date(instant).toISOString().slice(0, 10);
  return {
    first: weeksAroundMonth(monthOf(dayAt(Date.now() - dayLength))).first,
    last: weeksAroundMonth(monthOf(dayAt(Date.now() + dayLength))).last,
  };
}
