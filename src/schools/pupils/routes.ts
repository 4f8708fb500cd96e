import type { ChildId } from '../../core/ids.ts';
import { fold } from '../../core/text.ts';
import { localTime } from '../../core/time.ts';
import { paths } from '../../web/paths.ts';
import { page, type Reply, seeOther } from '../../web/reply.ts';
import { type Routes, signedIn } from '../../web/route.ts';
import type { Services } from '../../web/services.ts';
import { findOffice } from '../find-office.ts';
import { schoolFrameFor } from '../index.ts';
import { selectWaiting } from '../proposals/store.ts';
import { noPair, readPupil } from '../roll/read-person.ts';
import { changePupil } from './change-pupil.ts';
import { findPupil } from './find-pupil.ts';
import { type Done, editPupilPage, pupilPage, pupilsPage } from './pages.ts';
import { PupilForm, PupilParams, PupilQuery, PupilsQuery } from './schema.ts';
import { selectClasses, selectPupils, selectPupilsBefore } from './store.ts';

/** Pupils on one page of the list. */
const pupilsShown = 50;

/** A pupil's own page, which says what was done. */
export const pupilAt = (childId: ChildId, done: Done): Reply => seeOther(`${paths.pupil.to({ childId })}?done=${done}`);

/** The pupils of a school, and each on a page of their own. */
export function pupilRoutes({ db }: Services, routes: Routes): void {
  routes.get(paths.pupils, signedIn, async ({ actor, query }) => {
    const school = await findOffice(db, actor);
    const parsed = query(PupilsQuery);
    const asked = parsed.ok ? parsed.value : { q: '', class: '', after: undefined, before: undefined };
    const q = asked.q.trim();
    const className = asked.class === '' ? null : asked.class;
    const words = q === '' ? null : fold(q).replace(/[\\%_]/g, '\\$&');
    const values = [school.schoolId, words, className];
    const back = asked.before !== undefined && asked.after === undefined;
    const [rows, [classes]] = await Promise.all([
      db.query(back ? selectPupilsBefore : selectPupils, [...values, back ? asked.before : (asked.after ?? null), pupilsShown + 1]),
      db.query(selectClasses, values),
    ]);
    const more = rows.length > pupilsShown;
    const pupils = back ? rows.slice(0, pupilsShown).reverse() : rows.slice(0, pupilsShown);
    const frame = schoolFrameFor(school, 'pupils');
    return page(
      'schools/pupils',
      pupilsPage(frame, { q, className }, { ...classes!, pupils, hasPrevious: back ? more : asked.after !== undefined, hasNext: back || more }),
    );
  });

  routes.get(paths.pupil, signedIn, async ({ actor, params, query }) => {
    const school = await findOffice(db, actor);
    const pupil = await findPupil(db, school.schoolId, params(PupilParams).childId);
    const waiting = await db.query(selectWaiting, [school.schoolId, pupil.id]);
    const asked = query(PupilQuery);
    const done = asked.ok ? (asked.value.done ?? null) : null;
    return page('schools/pupil', pupilPage(schoolFrameFor(school, 'pupils'), school, pupil, waiting, done, new Date()));
  });

  routes.get(paths.editPupil, signedIn, async ({ actor, params }) => {
    const school = await findOffice(db, actor);
    const pupil = await findPupil(db, school.schoolId, params(PupilParams).childId);
    const typed = { childGivenName: pupil.givenName, childSurname: pupil.surname, className: pupil.className ?? '' };
    return page('schools/edit-pupil', editPupilPage(schoolFrameFor(school, 'pupils'), pupil, typed, []));
  });

  routes.post(paths.editPupil, signedIn, async ({ actor, params, form }) => {
    const school = await findOffice(db, actor);
    const pupil = await findPupil(db, school.schoolId, params(PupilParams).childId);
    const typed = form(PupilForm);
    const read = typed.ok ? readPupil({ ...noPair, ...typed.value }, localTime(new Date(), school.timeZone).isoDay) : null;
    const problems = typed.ok ? read!.faults : typed.problems;
    if (problems.length > 0) {
      return page('schools/edit-pupil', editPupilPage(schoolFrameFor(school, 'pupils'), pupil, typed.ok ? typed.value : typed.typed, problems), 422);
    }
    await db.transact(actor, work => changePupil(work, school.schoolId, pupil.id, read!.value));
    return pupilAt(pupil.id, 'changed');
  });
}
