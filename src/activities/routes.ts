import { randomUUID } from 'node:crypto';
import type { ParentUser } from '../core/actor.ts';
import { NotFound } from '../core/errors.ts';
import type { ChildId, FamilyId } from '../core/ids.ts';
import { frameFor } from '../families/index.ts';
import type { Calendars, KnownCalendars } from '../schedule/index.ts';
import { type Problem, ticked, type Typed } from '../web/form.ts';
import { paths } from '../web/paths.ts';
import { page, type Reply } from '../web/reply.ts';
import { parentOnly, Routes } from '../web/route.ts';
import type { Services } from '../web/services.ts';
import { addActivity } from './add-activity.ts';
import { changeActivity, termsOf } from './change-activity.ts';
import { wordsOf } from './describe.ts';
import { findActivity, type Found, historyOf } from './find-activity.ts';
import { activityForm, type Filled, filledOf, knownSchools, termsByParent, termsOfSchools } from './form-page.ts';
import { addImportRoutes } from './import/routes.ts';
import { activityAt, addOneRoutes } from './one-routes.ts';
import { activitiesPage, type FamilyActivities, staleOf, todayIn } from './pages.ts';
import { ActivityParams, AddForm, ChangeForm, ListQuery, NewQuery } from './schema.ts';
import { addSchoolRoutes } from './school-routes.ts';
import { shieldOf } from './shield.ts';
import { familyActivities } from './store.ts';
import type { Shield, Stale } from './views.ts';

/** The version that a form was filled in from: shown again, it is still that one. */
const sentVersion = ({ version }: Typed): { version?: string } => (version === undefined ? {} : { version });

export function activityRoutes(services: Services, calendars: KnownCalendars): Routes {
  const { db, keyring } = services;
  const routes = new Routes();

  routes.get(paths.activities, parentOnly, async ({ actor, query }) => {
    const asked = query(ListQuery);
    if (!asked.ok) throw new NotFound();
    const { family, calendars: known } = await calendars.readWith(db, familyActivities, actor, asked.value.family ?? null);
    const notice = asked.value.done === 'removed' ? 'Taken out again. The record says that it was added and taken out.' : null;
    return page('activities/activities', activitiesPage(family, known, todayIn(family, new Date()), notice));
  });

  // ---------------------------------------------------------------- adding and changing

  const formFamily = (family: FamilyActivities, known: Calendars, actor: ParentUser) => ({
    schoolTerms: termsOfSchools(family, known, todayIn(family, new Date())),
    by: {
      schools: knownSchools(family, family.activityRows),
      parents: family.members
        .filter(({ current }) => current)
        .map(({ id, givenName }) => ({ id, name: id === actor.parentId ? `${givenName} (you)` : givenName })),
    },
  });

  async function newPage(
    actor: ParentUser,
    familyId: FamilyId | null,
    state: { child: ChildId | string | null; filled: Filled | null; submission: string; problems: Problem[]; shield?: Shield },
    status = 200,
  ): Promise<Reply> {
    const { family, calendars: known } = await calendars.readWith(db, familyActivities, actor, familyId);
    const back = `${paths.activities}?family=${family.familyId}`;
    const children = family.children.map(({ id, givenName }) => ({ value: id, label: givenName, chosen: id === state.child || family.children.length === 1 }));
    return page(
      'activities/form',
      {
        frame: frameFor(family, 'calendar'),
        heading: 'Add an activity',
        lead: 'The other parent sees it at once, with who added it. Where it falls in their time, both of you are told; nothing is forbidden.',
        back: { href: back, text: 'Activities' },
        problems: state.problems,
        stale: null,
        form: activityForm({
          action: paths.newActivity,
          family: family.familyId,
          submission: state.submission,
          version: null,
          child: { groups: [{ label: 'Children', options: children }], error: state.problems.find(({ field }) => field === 'child')?.message ?? null },
          filled: state.filled ?? { fields: { startsOn: todayIn(family, new Date()) }, weekdays: [] },
          problems: state.problems,
          shield: state.shield ?? null,
          ...formFamily(family, known, actor),
          button: 'Add this activity',
          cancel: back,
        }),
      },
      status,
    );
  }

  routes.get(paths.newActivity, parentOnly, ({ actor, query }) => {
    const asked = query(NewQuery);
    if (!asked.ok) throw new NotFound();
    return newPage(actor, asked.value.family ?? null, { child: asked.value.child ?? null, filled: null, submission: randomUUID(), problems: [] });
  });

  routes.post(paths.newActivity, parentOnly, async visit => {
    const { actor } = visit;
    const typed = visit.form(AddForm);
    if (!typed.ok) {
      const { family, child, submission } = typed.typed;
      const known = family !== undefined && ListQuery.safeParse({ family }).success ? (family as FamilyId) : null;
      const state = {
        child: child ?? null,
        filled: { fields: typed.typed, weekdays: ticked(visit.request.body, 'weekdays') },
        submission: submission ?? randomUUID(),
      };
      return newPage(actor, known, { ...state, problems: typed.problems }, 422);
    }
    const { child, submission, family, confirm } = typed.value;
    const terms = termsByParent(typed.value);
    const held = await shieldOf(db, keyring, actor, wordsOf(terms), confirm);
    if (held) return newPage(actor, family, { child, filled: filledOf(terms), submission, problems: [held.problem], shield: held.shield }, 422);
    const made = await db.transact(actor, work => addActivity(work, keyring, 'parent', child, terms, submission));
    return activityAt(made.id, made.again ? 'again' : 'added');
  });

  function editPage(
    { family, row, calendars: known }: Found,
    actor: ParentUser,
    state: { filled: Filled; submission: string; problems: Problem[]; stale: Stale | null; shield?: Shield; version?: string },
    status = 200,
  ): Reply {
    const here = paths.activity.to({ activityId: row.id });
    return page(
      'activities/form',
      {
        frame: frameFor(family, 'calendar'),
        heading: 'Change this activity',
        lead: 'The calendar then shows it as it is from now on, past weeks included; how it was before stays in its history. For one day alone, change that day.',
        back: { href: here, text: row.name },
        problems: state.problems,
        stale: state.stale,
        form: activityForm({
          action: paths.editActivity.to({ activityId: row.id }),
          family: null,
          submission: state.submission,
          // Of the page that was filled in, until a newer change has been shown.
          version: state.version ?? String(row.version),
          child: { name: family.children.find(({ id }) => id === row.childId)!.givenName },
          filled: state.filled,
          problems: state.problems,
          shield: state.shield ?? null,
          ...formFamily(family, known, actor),
          button: state.stale === null ? 'Save the change' : 'Save this instead',
          cancel: here,
        }),
      },
      status,
    );
  }

  routes.get(paths.editActivity, parentOnly, async ({ actor, params }) => {
    const found = await findActivity(db, calendars, actor, params(ActivityParams).activityId);
    return editPage(found, actor, { filled: filledOf(termsOf(found.row)), submission: randomUUID(), problems: [], stale: null });
  });

  routes.post(paths.editActivity, parentOnly, async visit => {
    const { actor } = visit;
    const { activityId } = visit.params(ActivityParams);
    const typed = visit.form(ChangeForm);
    if (!typed.ok) {
      const found = await findActivity(db, calendars, actor, activityId);
      const submission = typed.typed.submission ?? randomUUID();
      return editPage(
        found,
        actor,
        {
          filled: { fields: typed.typed, weekdays: ticked(visit.request.body, 'weekdays') },
          submission,
          problems: typed.problems,
          stale: null,
          ...sentVersion(typed.typed),
        },
        422,
      );
    }
    const { version, submission, confirm } = typed.value;
    const terms = termsByParent(typed.value);
    const held = await shieldOf(db, keyring, actor, wordsOf(terms), confirm);
    if (held) {
      const found = await findActivity(db, calendars, actor, activityId);
      return editPage(
        found,
        actor,
        { filled: filledOf(terms), submission, problems: [held.problem], stale: null, shield: held.shield, version: String(version) },
        422,
      );
    }
    const done = await db.transact(actor, work => changeActivity(work, keyring, 'parent', activityId, terms, version, submission));
    if (done !== 'stale') return activityAt(activityId, done);
    const found = await findActivity(db, calendars, actor, activityId);
    const stale = staleOf(found.row, await historyOf(db, keyring, found), version);
    return editPage(found, actor, { filled: filledOf(terms), submission, problems: [], stale }, 409);
  });

  addImportRoutes(routes, services, calendars);
  addSchoolRoutes(routes, services);
  // Last, because its pattern would take /activities/new and /activities/import for an activity.
  addOneRoutes(routes, services, calendars);
  return routes;
}
