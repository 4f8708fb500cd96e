import { randomUUID } from 'node:crypto';
import type { User } from '../core/actor.ts';
import { NotFound } from '../core/errors.ts';
import type { ChildId, ProposalId } from '../core/ids.ts';
import { fold } from '../core/text.ts';
import { localTime } from '../core/time.ts';
import type { Work } from '../platform/database.ts';
import type { Problem } from '../web/form.ts';
import { paths } from '../web/paths.ts';
import { page, type Reply, seeOther } from '../web/reply.ts';
import { Routes, signedIn, type Visit } from '../web/route.ts';
import type { Services } from '../web/services.ts';
import { addAdults } from './add-adults.ts';
import { changeAdult, changePupil, endCollecting } from './change-roll.ts';
import { calendarRoutes } from './calendar/routes.ts';
import { chooseSchool } from './choose-school.ts';
import { findOffice } from './find-office.ts';
import { importRoutes } from './import-routes.ts';
import { findAdult, schoolFrameFor } from './index.ts';
import { addAdultPage, type Done, editAdultPage, editPupilPage, proposalsPage, pupilPage, pupilsPage } from './pages.ts';
import { pairsOf } from './read-form.ts';
import { readAdult, readPupil, type TypedPair } from './read-person.ts';
import {
  AddAdultForm,
  AddAdultQuery,
  AdultForm,
  AdultParams,
  ChooseSchoolForm,
  CollectingParams,
  ProposalParams,
  PupilForm,
  PupilParams,
  PupilQuery,
  PupilsQuery,
} from './schema.ts';
import { confirmProposal, withdrawProposal } from './settle-proposal.ts';
import { type SchoolView, selectClasses, selectJoined, selectPupil, selectPupils, selectPupilsBefore, selectWaiting } from './store.ts';

/** Pupils on one page of the list. */
const pupilsShown = 50;
const noPair: TypedPair = { givenName: '', surname: '', relation: '', email: '', mobile: '', childGivenName: '', childSurname: '', bornOn: '', className: '' };

export function schoolRoutes(services: Services): Routes {
  const { db, keyring } = services;
  const routes = new Routes();

  routes.post(paths.chooseSchool, signedIn, async ({ actor, form }) => {
    const chosen = form(ChooseSchoolForm);
    if (!chosen.ok) throw new NotFound();
    await db.transact(actor, work => chooseSchool(work, chosen.value.school));
    return seeOther(paths.school);
  });

  // ---------------------------------------------------------------- pupils

  const findPupil = async (school: SchoolView, childId: ChildId) => {
    const [pupil] = await db.query(selectPupil, [school.schoolId, childId]);
    if (!pupil) throw new NotFound();
    return pupil;
  };
  const pupilAt = (childId: ChildId, done: Done): Reply => seeOther(`${paths.pupil.to({ childId })}?done=${done}`);

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
    const pupil = await findPupil(school, params(PupilParams).childId);
    const waiting = await db.query(selectWaiting, [school.schoolId, pupil.id]);
    const asked = query(PupilQuery);
    const done = asked.ok ? (asked.value.done ?? null) : null;
    return page('schools/pupil', pupilPage(schoolFrameFor(school, 'pupils'), school, pupil, waiting, done, new Date()));
  });

  routes.get(paths.editPupil, signedIn, async ({ actor, params }) => {
    const school = await findOffice(db, actor);
    const pupil = await findPupil(school, params(PupilParams).childId);
    const typed = { childGivenName: pupil.givenName, childSurname: pupil.surname, className: pupil.className ?? '' };
    return page('schools/edit-pupil', editPupilPage(schoolFrameFor(school, 'pupils'), pupil, typed, []));
  });

  routes.post(paths.editPupil, signedIn, async ({ actor, params, form }) => {
    const school = await findOffice(db, actor);
    const pupil = await findPupil(school, params(PupilParams).childId);
    const typed = form(PupilForm);
    const read = typed.ok ? readPupil({ ...noPair, ...typed.value }, localTime(new Date(), school.timeZone).isoDay) : null;
    const problems = typed.ok ? read!.faults : typed.problems;
    if (problems.length > 0) {
      return page('schools/edit-pupil', editPupilPage(schoolFrameFor(school, 'pupils'), pupil, typed.ok ? typed.value : typed.typed, problems), 422);
    }
    await db.transact(actor, work => changePupil(work, school.schoolId, pupil.id, read!.value));
    return pupilAt(pupil.id, 'changed');
  });

  // ---------------------------------------------------------------- adults

  async function addAdultForm(
    school: SchoolView,
    childId: ChildId | null,
    state: { typed: Record<string, string>; submission: string; problems: Problem[] },
    status = 200,
  ): Promise<Reply> {
    const pupil = childId === null ? null : await findPupil(school, childId);
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
    if (!typed.ok) return addAdultForm(school, null, { typed: typed.typed, submission: randomUUID(), problems: typed.problems }, 422);
    const { submission, child = null, ...values } = typed.value;
    const again = (problems: Problem[]) => addAdultForm(school, child, { typed: values, submission, problems }, 422);
    const read = pairsOf(child, values, localTime(new Date(), school.timeZone).isoDay);
    if (read.problems.length > 0) return again(read.problems);
    const added = await db.transact(actor, work => addAdults(work, keyring, school.schoolId, submission, read.pairs));
    if (added.kind === 'wrong') return again(added.rows.map(({ row, field, note }) => ({ field: row === 2 ? `${field}2` : field, message: note ?? '' })));
    return pupilAt(added.childId, added.kind);
  });

  routes.get(paths.editAdult, signedIn, async ({ actor, params }) => {
    const school = await findOffice(db, actor);
    const { adult, joined } = await findAdultToChange(school, params(AdultParams).parentId);
    const open = (purpose: 'email' | 'phone', sealed: Buffer | null) => (sealed === null ? '' : keyring.openField(purpose, sealed));
    const typed = { givenName: adult.givenName, surname: adult.surname, email: open('email', adult.emailCt), mobile: open('phone', adult.phoneCt) };
    return page('schools/edit-adult', editAdultPage(schoolFrameFor(school, 'dashboard'), adult, joined, typed, []));
  });

  const findAdultToChange = async (school: SchoolView, parentId: Parameters<typeof findAdult>[2]) => {
    const adult = await findAdult(db, school.schoolId, parentId);
    const [account] = await db.query(selectJoined, [parentId]);
    return { adult, joined: account!.joined };
  };

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

  // ---------------------------------------------------------------- adults to be added

  routes.get(paths.proposals, signedIn, async ({ actor }) => {
    const school = await findOffice(db, actor);
    const waiting = await db.query(selectWaiting, [school.schoolId, null]);
    return page('schools/proposals', proposalsPage(schoolFrameFor(school, 'proposals'), school, waiting, new Date()));
  });

  const settle = (done: Done, act: (work: Work<User>, school: SchoolView, proposalId: ProposalId) => Promise<ChildId>) => async (visit: Visit<User>) => {
    const school = await findOffice(db, visit.actor);
    const { proposalId } = visit.params(ProposalParams);
    return pupilAt(await db.transact(visit.actor, work => act(work, school, proposalId)), done);
  };
  routes.post(
    paths.confirmProposal,
    signedIn,
    settle('confirmed', (work, school, id) => confirmProposal(work, keyring, school.schoolId, id)),
  );
  routes.post(
    paths.withdrawProposal,
    signedIn,
    settle('withdrawn', (work, school, id) => withdrawProposal(work, school.schoolId, id)),
  );

  importRoutes(services, routes);
  calendarRoutes(services, routes);
  return routes;
}
