import { randomUUID } from 'node:crypto';
import { seeSteps } from '../audit/steps.ts';
import type { ParentUser } from '../core/actor.ts';
import { NotFound } from '../core/errors.ts';
import type { ActivityId } from '../core/ids.ts';
import { frameFor } from '../families/index.ts';
import { openSubjects } from '../messages/index.ts';
import type { KnownCalendars } from '../schedule/index.ts';
import type { Problem } from '../web/form.ts';
import { paths } from '../web/paths.ts';
import { page, type Reply, seeOther } from '../web/reply.ts';
import { parentOnly, type Routes, type Visit } from '../web/route.ts';
import type { Services } from '../web/services.ts';
import { cancelActivity, removeActivity } from './change-activity.ts';
import { changeDay } from './change-day.ts';
import { dayPage, dayProblem } from './day-page.ts';
import { findActivity, type Found, historyOf } from './find-activity.ts';
import { activityPage, staleOf, todayIn } from './pages.ts';
import { ActivityParams, ActivityQuery, CancelForm, DayForm, DayQuery, RemoveForm, RestoreForm } from './schema.ts';
import { shieldOf } from './shield.ts';
import { type Done, typedDay } from './typed.ts';
import type { Shield } from './views.ts';

/** What a change came to, in the page's words. */
const doneWords: Record<Done, string> = {
  added: 'Added. It is an entry in the record, and the other parent finds it in their calendar.',
  again: 'This form was sent before, and what it did is here. Change the activity below if it should be different.',
  changed: 'Changed. The earlier wording stays in the record.',
  cancelled: 'Cancelled. What was before stays as it was.',
  restored: 'It goes on.',
  day: 'The day is changed.',
  same: 'Nothing was different, so nothing was written.',
};

export const activityAt = (activityId: ActivityId, done: Done): Reply => seeOther(`${paths.activity.to({ activityId })}?done=${done}`);

/** One activity: its page, its end, and days that are different. */
export function addOneRoutes(routes: Routes, { db, keyring }: Services, calendars: KnownCalendars): void {
  async function onePage(
    visit: Pick<Visit<ParentUser>, 'actor' | 'isOpening'>,
    activityId: ActivityId,
    state: { notice: string | null; problems: Problem[]; staleSince?: number; typedFrom?: string },
    status = 200,
  ): Promise<Reply> {
    const { actor } = visit;
    const found = await findActivity(db, calendars, actor, activityId);
    const steps = await historyOf(db, keyring, found);
    if (visit.isOpening) await seeSteps(db, actor.parentId, [activityId]);
    const { family, row, calendars: known } = found;
    const facts = { family, row, calendars: known, reader: actor.parentId, now: new Date(), steps, subjects: openSubjects(keyring, family) };
    const stale = state.staleSince === undefined ? null : staleOf(row, steps, state.staleSince);
    return page('activities/activity', activityPage(facts, { ...state, stale, newId: randomUUID }), status);
  }

  routes.post(paths.cancelActivity, parentOnly, async visit => {
    const { actor } = visit;
    const { activityId } = visit.params(ActivityParams);
    const back = visit.form(RestoreForm);
    const typed = back.ok ? back : visit.form(CancelForm);
    if (!typed.ok) return onePage(visit, activityId, { notice: null, problems: typed.problems, typedFrom: typed.typed.from ?? '' }, 422);
    const { version, submission } = typed.value;
    const from = 'from' in typed.value ? typed.value.from : null;
    if (from !== null) {
      const { family } = await findActivity(db, calendars, actor, activityId);
      if (from < todayIn(family, new Date()))
        return onePage(visit, activityId, { notice: null, problems: [{ field: 'from', message: 'Choose today or a day to come' }], typedFrom: from }, 422);
    }
    const done = await db.transact(actor, work => cancelActivity(work, keyring, 'parent', activityId, from, version, submission));
    if (done === 'stale')
      return onePage(visit, activityId, { notice: null, problems: [], staleSince: version, ...(from === null ? {} : { typedFrom: from }) }, 409);
    return activityAt(activityId, done === 'changed' ? (from === null ? 'restored' : 'cancelled') : done);
  });

  routes.post(paths.removeActivity, parentOnly, async ({ actor, params, form }) => {
    const { activityId } = params(ActivityParams);
    const typed = form(RemoveForm);
    if (!typed.ok) throw new NotFound();
    const family = await db.transact(actor, work => removeActivity(work, keyring, activityId, typed.value.submission));
    return seeOther(`${paths.activities}?family=${family}&done=removed`);
  });

  // ---------------------------------------------------------------- one day

  const dayReply = (
    { family, row, calendars: years }: Found,
    state: { day: string | null; typed: Record<string, string>; submission: string; problems: Problem[]; stale: boolean; shield?: Shield },
    status = 200,
  ) => page('activities/day', { frame: frameFor(family, 'calendar'), ...dayPage({ side: 'parent', row, years, shield: null, ...state }) }, status);

  routes.get(paths.activityDay, parentOnly, async ({ actor, params, query }) => {
    const found = await findActivity(db, calendars, actor, params(ActivityParams).activityId);
    const asked = query(DayQuery);
    if (!asked.ok) throw new NotFound();
    return dayReply(found, { day: asked.value.day ?? null, typed: {}, submission: randomUUID(), problems: [], stale: false });
  });

  routes.post(paths.activityDay, parentOnly, async ({ actor, params, form }) => {
    const { activityId } = params(ActivityParams);
    const found = await findActivity(db, calendars, actor, activityId);
    const typed = form(DayForm);
    if (!typed.ok) {
      const { day = '', submission = randomUUID() } = typed.typed;
      const known = DayQuery.safeParse({ day }).success ? day : null;
      return dayReply(found, { day: known, typed: typed.typed, submission, problems: typed.problems, stale: false }, 422);
    }
    const change = typed.value;
    const kept = { day: change.day, typed: typedDay(change), submission: change.submission };
    const problem = dayProblem(found.row, found.calendars, todayIn(found.family, new Date()), change);
    if (problem) return dayReply(found, { ...kept, problems: [problem], stale: false }, 422);
    const held = await shieldOf(db, keyring, actor, [change.place], change.confirm);
    if (held) return dayReply(found, { ...kept, problems: [held.problem], stale: false, shield: held.shield }, 422);
    const done = await db.transact(actor, work => changeDay(work, keyring, 'parent', activityId, change));
    if (done === 'stale') return dayReply(await findActivity(db, calendars, actor, activityId), { ...kept, problems: [], stale: true }, 409);
    return activityAt(activityId, done === 'changed' ? 'day' : done);
  });

  // Last, because its pattern would take /activities/new and /activities/import for an activity.
  routes.get(paths.activity, parentOnly, visit => {
    const asked = visit.query(ActivityQuery);
    const done = asked.ok ? asked.value.done : undefined;
    return onePage(visit, visit.params(ActivityParams).activityId, { notice: done ? doneWords[done] : null, problems: [] });
  });
}
