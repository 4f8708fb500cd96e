import { randomUUID } from 'node:crypto';
import { NotFound } from '../core/errors.ts';
import type { ActivityId } from '../core/ids.ts';
import { capitalised } from '../core/text.ts';
import { localTime } from '../core/time.ts';
import { ticked } from '../web/form.ts';
import { type SchoolView, schoolFrameFor } from '../schools/index.ts';
import { paths } from '../web/paths.ts';
import { page, type Reply, seeOther } from '../web/reply.ts';
import { type Routes, signedIn } from '../web/route.ts';
import type { Services } from '../web/services.ts';
import { addActivity } from './add-activity.ts';
import { findActivityOffice } from './author.ts';
import { cancelActivity, changeActivity, termsOf } from './change-activity.ts';
import { changeDay } from './change-day.ts';
import { dayPage, dayProblem } from './day-page.ts';
import { outline } from './describe.ts';
import { filledOf, termsTyped } from './form-page.ts';
import { ActivityParams, ActivityQuery, CancelForm, DayForm, DayQuery, RestoreForm, SchoolAddForm, SchoolChangeForm } from './schema.ts';
import { editSchoolPage, newSchoolPage, schoolActivitiesPage, type SchoolFormState } from './school-pages.ts';
import { type SchoolActivity, selectPupils, selectSchoolActivities, selectSchoolActivity } from './store.ts';
import { typedDay } from './typed.ts';

const doneWords = {
  added: 'Added. Both parents see it in their calendar.',
  changed: 'Changed. Both parents see it in their calendar, and the earlier wording stays in their record.',
  cancelled: 'Cancelled. What was before stays as it was.',
  restored: 'It goes on.',
  day: 'The day is changed.',
  same: 'Nothing was different, so nothing was written.',
  again: 'This form was sent before, and what it did is here.',
} as const;

type Found = Omit<SchoolActivity, 'periods'> & { years: Parameters<typeof dayProblem>[1]; today: string };

/** What a school offers to its own pupils: added, changed and cancelled by its office. */
export function addSchoolRoutes(routes: Routes, { db, keyring }: Services): void {
  async function findOffered(school: SchoolView, activityId: ActivityId): Promise<Found> {
    const [found] = await db.query(selectSchoolActivity, [school.schoolId, activityId]);
    if (!found) throw new NotFound();
    const { periods, timeZone, ...rest } = found;
    return { ...rest, years: new Map([[found.activity.childId, { school: periods }]]), today: localTime(new Date(), timeZone).isoDay };
  }

  const listAt = (done: keyof typeof doneWords): Reply => seeOther(`${paths.schoolActivities}?done=${done}`);

  routes.get(paths.schoolActivities, signedIn, async ({ actor, query }) => {
    const school = await findActivityOffice(db, actor);
    const asked = query(ActivityQuery);
    const rows = await db.query(selectSchoolActivities, [school.schoolId]);
    const done = asked.ok ? asked.value.done : undefined;
    return page('activities/school', schoolActivitiesPage(school, rows, new Date(), done ? doneWords[done] : null));
  });

  async function newPage(school: SchoolView, chosen: string | null, state: SchoolFormState, status = 200): Promise<Reply> {
    const pupils = await db.query(selectPupils, [school.schoolId]);
    return page('activities/school-form', newSchoolPage(school, pupils, chosen, state), status);
  }

  routes.get(paths.newSchoolActivity, signedIn, async ({ actor }) => {
    const school = await findActivityOffice(db, actor);
    const filled = { fields: { startsOn: localTime(new Date(), school.timeZone).isoDay, termOnly: '1' }, weekdays: [] };
    return newPage(school, null, { filled, submission: randomUUID(), problems: [], stale: null });
  });

  routes.post(paths.newSchoolActivity, signedIn, async visit => {
    const { actor } = visit;
    const school = await findActivityOffice(db, actor);
    const typed = visit.form(SchoolAddForm);
    if (!typed.ok) {
      const filled = { fields: typed.typed, weekdays: ticked(visit.request.body, 'weekdays') };
      return newPage(
        school,
        typed.typed.child ?? null,
        { filled, submission: typed.typed.submission ?? randomUUID(), problems: typed.problems, stale: null },
        422,
      );
    }
    const { child, submission } = typed.value;
    const terms = { ...termsTyped(typed.value), providerId: school.schoolId, provider: school.name, brings: null, collects: null };
    const { again } = await db.transact(actor, work => addActivity(work, keyring, 'school', child, terms, submission));
    return listAt(again ? 'again' : 'added');
  });

  const editPage = (school: SchoolView, found: Found, state: Partial<SchoolFormState>, status = 200): Reply =>
    page(
      'activities/school-form',
      editSchoolPage(
        school,
        found,
        { years: found.years, today: found.today, now: new Date(), newId: randomUUID },
        { filled: filledOf(termsOf(found.activity)), submission: randomUUID(), problems: [], stale: null, ...state },
      ),
      status,
    );
  /** What a parent changed is between the parents and the school only as far as it shows here: how it is now. */
  const staleNow = ({ activity }: Found) => ({ changes: [], now: capitalised(outline({ ...activity, provider: null })) });

  routes.get(paths.editSchoolActivity, signedIn, async ({ actor, params }) => {
    const school = await findActivityOffice(db, actor);
    return editPage(school, await findOffered(school, params(ActivityParams).activityId), {});
  });

  routes.post(paths.editSchoolActivity, signedIn, async (visit): Promise<Reply> => {
    const { actor } = visit;
    const school = await findActivityOffice(db, actor);
    const { activityId } = visit.params(ActivityParams);
    const typed = visit.form(SchoolChangeForm);
    if (!typed.ok) {
      const filled = { fields: typed.typed, weekdays: ticked(visit.request.body, 'weekdays') };
      return editPage(
        school,
        await findOffered(school, activityId),
        { filled, submission: typed.typed.submission ?? randomUUID(), problems: typed.problems, version: typed.typed.version ?? '' },
        422,
      );
    }
    const { version, submission } = typed.value;
    const terms = termsTyped(typed.value);
    const done = await db.transact(actor, work => changeActivity(work, keyring, 'school', activityId, terms, version, submission));
    if (done !== 'stale') return listAt(done);
    const found = await findOffered(school, activityId);
    return editPage(school, found, { filled: filledOf({ ...termsOf(found.activity), ...terms }), submission, stale: staleNow(found) }, 409);
  });

  routes.post(paths.cancelSchoolActivity, signedIn, async (visit): Promise<Reply> => {
    const { actor } = visit;
    const school = await findActivityOffice(db, actor);
    const { activityId } = visit.params(ActivityParams);
    const back = visit.form(RestoreForm);
    const typed = back.ok ? back : visit.form(CancelForm);
    const found = await findOffered(school, activityId);
    if (!typed.ok) return editPage(school, found, { problems: typed.problems, typedFrom: typed.typed.from ?? '' }, 422);
    const from = 'from' in typed.value ? typed.value.from : null;
    if (from !== null && from < found.today)
      return editPage(school, found, { problems: [{ field: 'from', message: 'Choose today or a day to come' }], typedFrom: from }, 422);
    const { version, submission } = typed.value;
    const done = await db.transact(actor, work => cancelActivity(work, keyring, 'school', activityId, from, version, submission));
    if (done !== 'stale') return listAt(done === 'changed' ? (from === null ? 'restored' : 'cancelled') : done);
    const now = await findOffered(school, activityId);
    return editPage(school, now, { stale: staleNow(now), ...(from === null ? {} : { typedFrom: from }) }, 409);
  });

  // ---------------------------------------------------------------- one day

  type DayState = { day: string | null; typed: Record<string, string>; submission: string; problems: { field: string; message: string }[]; stale: boolean };
  const dayReply = (school: SchoolView, { activity, years }: Found, state: DayState, status = 200): Reply =>
    page(
      'activities/school-day',
      { frame: schoolFrameFor(school, 'activities'), ...dayPage({ side: 'school', row: activity, years, shield: null, ...state }) },
      status,
    );

  routes.get(paths.schoolActivityDay, signedIn, async ({ actor, params, query }) => {
    const school = await findActivityOffice(db, actor);
    const found = await findOffered(school, params(ActivityParams).activityId);
    const asked = query(DayQuery);
    if (!asked.ok) throw new NotFound();
    return dayReply(school, found, { day: asked.value.day ?? null, typed: {}, submission: randomUUID(), problems: [], stale: false });
  });

  routes.post(paths.schoolActivityDay, signedIn, async ({ actor, params, form }): Promise<Reply> => {
    const school = await findActivityOffice(db, actor);
    const { activityId } = params(ActivityParams);
    const found = await findOffered(school, activityId);
    const typed = form(DayForm);
    if (!typed.ok) {
      const { day = '', submission = randomUUID() } = typed.typed;
      const known = DayQuery.safeParse({ day }).success ? day : null;
      return dayReply(school, found, { day: known, typed: typed.typed, submission, problems: typed.problems, stale: false }, 422);
    }
    const change = typed.value;
    const kept = { day: change.day, typed: typedDay(change), submission: change.submission };
    const problem = dayProblem(found.activity, found.years, found.today, change);
    if (problem) return dayReply(school, found, { ...kept, problems: [problem], stale: false }, 422);
    const done = await db.transact(actor, work => changeDay(work, keyring, 'school', activityId, change));
    if (done === 'stale') return dayReply(school, await findOffered(school, activityId), { ...kept, problems: [], stale: true }, 409);
    return listAt(done === 'changed' ? 'day' : done);
  });
}
