import { canChangeSchoolSettings, canReviewPhotos } from '../../access/policy.ts';
import type { User } from '../../core/actor.ts';
import { Forbidden, NotFound } from '../../core/errors.ts';
import type { ParentId, SubmissionId } from '../../core/ids.ts';
import { findPhotoSettings, findSchool, schoolFrameFor, type SchoolView } from '../../schools/index.ts';
import { paths } from '../../web/paths.ts';
import { file, page, type Reply, seeOther } from '../../web/reply.ts';
import { Routes, signedIn, type Visit } from '../../web/route.ts';
import type { Services } from '../../web/services.ts';
import { fileNameOf, mediaTypeOf, openPhoto } from '../open-photo.ts';
import { changeSettings } from './change-settings.ts';
import { askForAnother, decide } from './decide.ts';
import { hintOf } from './likeness.ts';
import { type Again, anotherPage, type Desk, fresh, queuePage, reviewPage, settingsPage, type SettingsTyped } from './pages.ts';
import { AdultParams, AnotherForm, DecisionForm, KeysForm, PhotoParams, PhotoQuery, ReviewQuery, SettingsForm, SubmissionParams } from './schema.ts';
import { countAgreed } from './likeness-store.ts';
import { selectNext, selectQueue, selectReview } from './queue-store.ts';
import { saveKeys, selectInUse, viewPhoto } from './store.ts';

type StaffVisit = Visit<User>;

export function reviewRoutes({ db, keyring, photos }: Services): Routes {
  const routes = new Routes();

  /** The school of somebody who may decide about its photos. */
  async function findReviewed(actor: User): Promise<SchoolView> {
    const school = await findSchool(db, actor);
    if (!canReviewPhotos(school.role)) throw new Forbidden('Photos are reviewed by the school office. Ask there if a photo is to be looked at.');
    return school;
  }

  const deskOf = (school: SchoolView): Desk => ({ frame: schoolFrameFor(school, 'review'), timeZone: school.timeZone, now: new Date() });

  const after = (next: SubmissionId | undefined, done: SubmissionId): Reply =>
    seeOther(`${next ? paths.reviewSubmission.to({ submissionId: next }) : paths.review}?done=${done}`);

  async function showPhoto({ actor, query }: Pick<StaffVisit, 'actor' | 'query'>, submissionId: SubmissionId, again: Again = fresh): Promise<Reply> {
    const school = await findReviewed(actor);
    const asked = query(ReviewQuery);
    const [row] = await db.query(selectReview, [school.schoolId, submissionId, actor.accountId, asked.ok ? (asked.value.done ?? null) : null]);
    if (!row) throw new NotFound();
    const { place } = row;
    // Decided meanwhile, or long ago: what became of it is said above the next one.
    if (place === null) return after(row.next?.id, submissionId);
    return page(
      'photos/review',
      reviewPage(deskOf(school), { ...row, place }, hintOf(keyring, row.likeness, photos.thresholds.likenessLeast), again),
      again.problems.length > 0 ? 422 : 200,
    );
  }

  routes.get(paths.review, signedIn, async ({ actor, query }) => {
    const school = await findReviewed(actor);
    const asked = query(ReviewQuery);
    const { from = null, done = null } = asked.ok ? asked.value : {};
    return page('photos/review-queue', queuePage(deskOf(school), await db.query(selectQueue, [school.schoolId, from, actor.accountId, done])));
  });

  routes.post(paths.reviewKeys, signedIn, async ({ actor, form }) => {
    await findReviewed(actor);
    const chosen = form(KeysForm);
    if (!chosen.ok) throw new NotFound();
    const { keys, at } = chosen.value;
    await db.transact(actor, work => work.trx.query(saveKeys, [actor.accountId, keys === 'on']));
    return seeOther(at ? paths.reviewSubmission.to({ submissionId: at }) : paths.review);
  });

  routes.get(paths.reviewSubmission, signedIn, visit => showPhoto(visit, visit.params(SubmissionParams).submissionId));

  routes.post(paths.reviewSubmission, signedIn, async visit => {
    const { actor, params, form } = visit;
    const { submissionId } = params(SubmissionParams);
    const decision = form(DecisionForm);
    if (!decision.ok) return showPhoto(visit, submissionId, decision);
    const school = await findReviewed(actor);
    await db.transact(actor, work => decide(work, school, submissionId, decision.value));
    const [next] = await db.query(selectNext, [school.schoolId, submissionId]);
    return after(next?.id, submissionId);
  });

  async function showAnother(actor: User, parentId: ParentId, again: Again = fresh): Promise<Reply> {
    const school = await findReviewed(actor);
    const [inUse] = await db.query(selectInUse, [school.schoolId, parentId]);
    if (!inUse) throw new NotFound();
    return page('photos/review-another', anotherPage(deskOf(school), inUse, parentId, again), again.problems.length > 0 ? 422 : 200);
  }

  routes.get(paths.anotherPhoto, signedIn, ({ actor, params }) => showAnother(actor, params(AdultParams).parentId));

  routes.post(paths.anotherPhoto, signedIn, async ({ actor, params, form }) => {
    const { parentId } = params(AdultParams);
    const asked = form(AnotherForm);
    if (!asked.ok) return showAnother(actor, parentId, asked);
    const school = await findReviewed(actor);
    await db.transact(actor, work => askForAnother(work, school, parentId, asked.value));
    return seeOther(paths.schoolAdult.to({ parentId }));
  });

  routes.get(paths.schoolPhoto, signedIn, async ({ actor, params, query }) => {
    const { photoId, size } = params(PhotoParams);
    const asked = query(PhotoQuery);
    const [seen] = await db.query(viewPhoto, [actor.accountId, photoId, size, (asked.ok && asked.value.on) || 'alone']);
    if (!seen) throw new NotFound();
    return file(await openPhoto(keyring, photos.store, seen, size), mediaTypeOf(size), fileNameOf(size));
  });

  /** The school of somebody who may say how it keeps photos. */
  async function findAdministered(actor: User): Promise<SchoolView> {
    const school = await findSchool(db, actor);
    if (!canChangeSchoolSettings(school.role)) throw new Forbidden('How the school keeps photos is changed by its administrators. Ask one of them.');
    return school;
  }

  async function showSettings(school: SchoolView, typed: SettingsTyped, saved: boolean): Promise<Reply> {
    const [agreed] = await db.query(countAgreed, [school.schoolId]);
    return page('photos/review-settings', settingsPage(schoolFrameFor(school, 'settings'), typed, saved, agreed!.count), typed.problems.length > 0 ? 422 : 200);
  }

  routes.get(paths.schoolSettings, signedIn, async ({ actor, request }) => {
    const school = await findAdministered(actor);
    const { retentionDays, likeness } = await findPhotoSettings(db, school.schoolId);
    return showSettings(school, { days: String(retentionDays), likeness, problems: [] }, request.query.saved === '1');
  });

  routes.post(paths.schoolSettings, signedIn, async ({ actor, form }) => {
    const school = await findAdministered(actor);
    const asked = form(SettingsForm);
    if (!asked.ok) return showSettings(school, { days: asked.typed.days ?? '', likeness: asked.typed.likeness === '1', problems: asked.problems }, false);
    const { days, likeness } = asked.value;
    await db.transact(actor, work => changeSettings(work, school, { retentionDays: days, likeness }));
    return seeOther(`${paths.schoolSettings}?saved=1`);
  });

  return routes;
}
