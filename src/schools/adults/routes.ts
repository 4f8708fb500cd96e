import { randomUUID } from 'node:crypto';
import { NotFound } from '../../core/errors.ts';
import { type ChildId, isUuid, type ParentId } from '../../core/ids.ts';
import { localTime } from '../../core/time.ts';
import type { Problem } from '../../web/form.ts';
import { paths } from '../../web/paths.ts';
import { page, type Reply, seeOther } from '../../web/reply.ts';
import { type Routes, signedIn } from '../../web/route.ts';
import type { Services } from '../../web/services.ts';
import { findOffice } from '../find-office.ts';
import { findAdult, schoolFrameFor, type SchoolView } from '../index.ts';
import { findPupil } from '../pupils/find-pupil.ts';
import { pupilAt } from '../pupils/routes.ts';
import { noPair, readAdult } from '../roll/read-person.ts';
import { addAdults } from './add-adults.ts';
import { changeAdult } from './change-adult.ts';
import { endCollecting } from './end-collecting.ts';
import { addAdultPage, editAdultPage } from './pages.ts';
import { pairsOf } from './read-form.ts';
import { AddAdultForm, AddAdultQuery, AdultForm, AdultParams, CollectingParams } from './schema.ts';
import { selectJoined } from './store.ts';

/** Adding an adult to the roll, changing how one is reached, and ending that one collects a child. */
export function adultRoutes({ db, keyring }: Services, routes: Routes): void {
  async function addAdultForm(
    school: SchoolView,
    childId: ChildId | null,
    state: { typed: Record<string, string>; submission: string; problems: Problem[] },
    status = 200,
  ): Promise<Reply> {
    const pupil = childId === null ? null : await findPupil(db, school.schoolId, childId);
    const child = pupil && { ...pupil, hasAdults: pupil.hasParents };
    return page('schools/add-adult', addAdultPage(schoolFrameFor(school, 'pupils'), child, state), status);
  }

  routes.get(paths.addAdult, signedIn, async ({ actor, query }) => {
    const school = await findOffice(db, actor);
    const asked = query(AddAdultQuery);
    if (!asked.ok) throw new NotFound();
    return addAdultForm(school, asked.value.child ?? null, { typed: {}, submission: randomUUID(), problems: [] });
  });

  routes.post(paths.addAdult, signedIn, async ({ actor, form }) => {
    const school = await findOffice(db, actor);
    const typed = form(AddAdultForm);
    if (!typed.ok) {
      const childId = typed.typed.child ?? '';
      const state = { typed: typed.typed, submission: randomUUID(), problems: typed.problems };
      return addAdultForm(school, isUuid(childId) ? (childId as ChildId) : null, state, 422);
    }
    const { submission, child = null, ...values } = typed.value;
    const again = (problems: Problem[]) => addAdultForm(school, child, { typed: values, submission, problems }, 422);
    const read = pairsOf(child, values, localTime(new Date(), school.timeZone).isoDay);
    if (read.problems.length > 0) return again(read.problems);
    const added = await db.transact(actor, work => addAdults(work, keyring, school.schoolId, submission, read.pairs));
    if (added.kind === 'wrong') return again(added.rows.map(({ row, field, note }) => ({ field: row === 2 ? `${field}2` : field, message: note ?? '' })));
    return pupilAt(added.childId, added.kind);
  });

  const findAdultToChange = async (school: SchoolView, parentId: ParentId) => {
    const adult = await findAdult(db, school.schoolId, parentId);
    const [account] = await db.query(selectJoined, [parentId]);
    return { adult, joined: account!.joined };
  };

  routes.get(paths.editAdult, signedIn, async ({ actor, params }) => {
    const school = await findOffice(db, actor);
    const { adult, joined } = await findAdultToChange(school, params(AdultParams).parentId);
    const open = (purpose: 'email' | 'phone', sealed: Buffer | null) => (sealed === null ? '' : keyring.openField(purpose, sealed));
    const typed = { givenName: adult.givenName, surname: adult.surname, email: open('email', adult.emailCt), mobile: open('phone', adult.phoneCt) };
    return page('schools/edit-adult', editAdultPage(schoolFrameFor(school, 'dashboard'), adult, joined, typed, []));
  });

  routes.post(paths.editAdult, signedIn, async ({ actor, params, form }) => {
    const school = await findOffice(db, actor);
    const { adult, joined } = await findAdultToChange(school, params(AdultParams).parentId);
    const typed = form(AdultForm);
    const values: Record<string, string> = typed.ok ? typed.value : typed.typed;
    const names = joined ? { givenName: adult.givenName, surname: adult.surname } : {};
    // The relation is a child's, and is not changed here.
    const read = typed.ok ? readAdult({ ...noPair, ...typed.value, ...names, relation: 'Parent' }) : null;
    const problems = typed.ok
      ? read!.faults.length > 0
        ? read!.faults
        : await db.transact(actor, work => changeAdult(work, keyring, school.schoolId, adult.parentId, read!.value))
      : typed.problems;
    if (problems.length > 0) return page('schools/edit-adult', editAdultPage(schoolFrameFor(school, 'dashboard'), adult, joined, values, problems), 422);
    return seeOther(paths.schoolAdult.to({ parentId: adult.parentId }));
  });

  routes.post(paths.endCollecting, signedIn, async ({ actor, params }) => {
    const school = await findOffice(db, actor);
    const { childId, parentId } = params(CollectingParams);
    await db.transact(actor, work => endCollecting(work, school.schoolId, childId, parentId));
    return pupilAt(childId, 'ended');
  });
}
