import { counted } from '../../core/text.ts';
import { dayOfYear, calendarDay, localTime } from '../../core/time.ts';
import type { Problem, Typed } from '../../web/form.ts';
import { paths } from '../../web/paths.ts';
import type { Model } from '../../web/reply.ts';
import type { SchoolFrame } from '../../web/school-frame.ts';
import type { SchoolView } from '../index.ts';
import { waitingLines } from '../proposals/pages.ts';
import type { WaitingRow } from '../proposals/store.ts';
import { fieldsOf } from '../show-fields.ts';
import type { PupilRow, PupilView } from './store.ts';

const classText = (className: string | null): string => className ?? 'No class';

type PupilsAsked = { q: string; className: string | null };

export function pupilsPage(
  frame: SchoolFrame,
  asked: PupilsAsked,
  roll: { total: number; found: number; classes: string[]; pupils: readonly PupilRow[]; hasPrevious: boolean; hasNext: boolean },
): Model<'schools/pupils'> {
  const { total, found, classes, pupils } = roll;
  const query = (more: Record<string, string>) => {
    const parts = new URLSearchParams({ ...(asked.q === '' ? {} : { q: asked.q }), ...(asked.className === null ? {} : { class: asked.className }), ...more });
    return `${paths.pupils}?${parts.toString()}`;
  };
  const groups: Model<'schools/pupils'>['groups'] = [];
  for (const pupil of pupils) {
    const heading = classText(pupil.className);
    if (groups.at(-1)?.heading !== heading) groups.push({ heading, pupils: [] });
    groups.at(-1)!.pupils.push({
      href: paths.pupil.to({ childId: pupil.id }),
      name: `${pupil.givenName} ${pupil.surname}`,
      adults: pupil.adults.length === 0 ? 'Nobody may collect yet' : pupil.adults.join('; '),
      waiting: pupil.waiting === 0 ? null : counted(pupil.waiting, 'adult to be added', 'adults to be added'),
    });
  }
  return {
    frame,
    heading: total === 0 ? 'No pupils yet' : `${counted(total, 'pupil')} in ${counted(classes.length, 'class', 'classes')}`,
    asked: { q: asked.q },
    classes: [
      { value: '', label: 'All classes', chosen: asked.className === null },
      ...classes.map(name => ({ value: name, label: name, chosen: name === asked.className })),
    ],
    found: asked.q === '' && asked.className === null ? null : `${counted(found, 'pupil')} found`,
    groups,
    previous: roll.hasPrevious && pupils[0] ? query({ before: pupils[0].id }) : null,
    next: roll.hasNext ? query({ after: pupils.at(-1)!.id }) : null,
    add: paths.addAdult,
  };
}

const age = (bornOn: string, today: string): number => Number(today.slice(0, 4)) - Number(bornOn.slice(0, 4)) - (today.slice(5) < bornOn.slice(5) ? 1 : 0);

const notices = {
  added: 'Added to the roll. The adult may collect from now on, and can be invited on their own page.',
  proposed: 'Proposed. The parents who have an account are told. It takes effect after 72 hours, or when a second colleague confirms.',
  changed: 'The changes are on the roll.',
  confirmed: 'Confirmed. The adult may collect from now on.',
  withdrawn: 'Withdrawn. Nothing has changed for the child.',
  ended: 'Ended. From today this adult no longer collects here.',
} as const;
export type Done = keyof typeof notices;

export function pupilPage(
  frame: SchoolFrame,
  school: SchoolView,
  pupil: PupilView,
  waiting: readonly WaitingRow[],
  done: Done | null,
  now: Date,
): Model<'schools/pupil'> {
  const today = localTime(now, school.timeZone);
  const childId = pupil.id;
  return {
    frame,
    name: `${pupil.givenName} ${pupil.surname}`,
    givenName: pupil.givenName,
    folio: pupil.className === null ? 'Pupil, no class' : `Pupil, class ${pupil.className}`,
    lead: `${counted(age(pupil.bornOn, today.isoDay), 'year')} old, born ${dayOfYear(calendarDay(pupil.bornOn))}.`,
    notice: done === null ? null : notices[done],
    adults: pupil.adults.map(({ parentId, givenName, surname, relation, startsOn, listed: isListed }) => ({
      page: isListed ? { href: paths.schoolAdult.to({ parentId }), edit: paths.editAdult.to({ parentId }) } : null,
      end: paths.endCollecting.to({ childId, parentId }),
      name: `${givenName} ${surname}`,
      relation,
      since: `Since ${dayOfYear(calendarDay(startsOn))}`,
    })),
    waiting: waitingLines(school, waiting, now),
    add: `${paths.addAdult}?child=${childId}`,
    edit: paths.editPupil.to({ childId }),
  };
}

export const editPupilPage = (frame: SchoolFrame, pupil: PupilView, typed: Typed, problems: Problem[]): Model<'schools/edit-pupil'> => ({
  frame,
  name: `${pupil.givenName} ${pupil.surname}`,
  back: paths.pupil.to({ childId: pupil.id }),
  action: paths.editPupil.to({ childId: pupil.id }),
  fields: fieldsOf(['childGivenName', 'childSurname', 'className'], '', typed, problems),
  problems,
});
