import { capitalised, counted } from '../core/text.ts';
import { localTime } from '../core/time.ts';
import { type SchoolView, schoolFrameFor } from '../schools/index.ts';
import type { Problem } from '../web/form.ts';
import { paths } from '../web/paths.ts';
import type { Model } from '../web/reply.ts';
import { outline } from './describe.ts';
import { activityForm, type Filled } from './form-page.ts';
import { isOver, manageOf } from './pages.ts';
import type { SchoolYears } from './occurrences.ts';
import type { SchoolActivity } from './store.ts';
import type { Stale } from './views.ts';

const withClass = (child: string, className: string | null): string => (className === null ? child : `${child}, ${className}`);

/** What the school offers, each with the pupils who come. */
export function schoolActivitiesPage(
  school: SchoolView,
  rows: readonly SchoolActivity[],
  now: Date,
  notice: string | null,
): Omit<Model<'activities/school'>, 'shell'> {
  const today = localTime(now, school.timeZone).isoDay;
  const groups = new Map<string, Model<'activities/school'>['groups'][number]>();
  for (const { activity, child, class: className } of rows) {
    const when = capitalised(outline({ ...activity, provider: null }));
    const key = JSON.stringify([activity.name, when]);
    const group = groups.get(key) ?? { name: activity.name, when, pupils: [] };
    const meta = activity.cancelledFrom !== null ? 'Cancelled' : isOver(activity, today) ? 'Over' : '';
    group.pupils.push({ href: paths.editSchoolActivity.to({ activityId: activity.id }), name: withClass(child, className), meta });
    groups.set(key, group);
  }
  const current = rows.filter(({ activity }) => !isOver(activity, today)).length;
  return {
    frame: schoolFrameFor(school, 'activities'),
    heading: rows.length === 0 ? 'No activities yet' : `${counted(current, 'place')} taken in activities`,
    notice,
    groups: [...groups.values()],
  };
}

export type SchoolFormState = { filled: Filled; submission: string; problems: Problem[]; stale: Stale | null; typedFrom?: string; version?: string };

export function newSchoolPage(
  school: SchoolView,
  pupils: readonly { id: string; name: string; class: string | null }[],
  chosen: string | null,
  state: SchoolFormState,
): Omit<Model<'activities/school-form'>, 'shell'> {
  const groups = new Map<string, { value: string; label: string; chosen: boolean }[]>();
  for (const { id, name, class: className } of pupils) {
    const label = className === null ? 'No class' : `Class ${className}`;
    groups.set(label, [...(groups.get(label) ?? []), { value: id, label: name, chosen: id === chosen }]);
  }
  return {
    frame: schoolFrameFor(school, 'activities'),
    heading: 'Add an activity for a pupil',
    lead: `Both parents see it in their calendar, as offered by ${school.name}, and it is an entry in their record.`,
    back: { href: paths.schoolActivities, text: 'Activities' },
    problems: state.problems,
    stale: null,
    form: activityForm({
      action: paths.newSchoolActivity,
      family: null,
      submission: state.submission,
      version: null,
      child: {
        groups: [...groups].map(([label, options]) => ({ label, options })),
        error: state.problems.find(({ field }) => field === 'child')?.message ?? null,
      },
      filled: state.filled,
      problems: state.problems,
      schoolTerms: [],
      shield: null,
      by: null,
      button: 'Add this activity',
      cancel: paths.schoolActivities,
    }),
    manage: null,
  };
}

export function editSchoolPage(
  school: SchoolView,
  { activity, child, class: className }: SchoolActivity,
  around: { years: SchoolYears; today: string; now: Date; newId: () => string },
  state: SchoolFormState,
): Omit<Model<'activities/school-form'>, 'shell'> {
  return {
    frame: schoolFrameFor(school, 'activities'),
    heading: activity.name,
    lead: `${withClass(child, className)}. ${capitalised(outline({ ...activity, provider: null }))}.`,
    back: { href: paths.schoolActivities, text: 'Activities' },
    problems: state.problems,
    stale: state.stale,
    form: activityForm({
      action: paths.editSchoolActivity.to({ activityId: activity.id }),
      family: null,
      submission: state.submission,
      version: state.version ?? String(activity.version),
      child: { name: withClass(child, className) },
      filled: state.filled,
      problems: state.problems,
      schoolTerms: [],
      shield: null,
      by: null,
      button: state.stale === null ? 'Save the change' : 'Save this instead',
      cancel: paths.schoolActivities,
    }),
    manage: manageOf(activity, {
      side: 'school',
      reader: null,
      years: around.years,
      today: around.today,
      now: around.now.getTime(),
      newId: around.newId,
      problems: state.problems,
      hasSubjects: true,
      ...(state.typedFrom === undefined ? {} : { typedFrom: state.typedFrom }),
    }),
  };
}
