import { randomUUID } from 'node:crypto';
import { canChangeCollection } from '../../access/policy.ts';
import type { ParentUser, User } from '../../core/actor.ts';
import { Forbidden } from '../../core/errors.ts';
import { localTime, weekdayNamed } from '../../core/time.ts';
import { findFamilyWith, frameFor } from '../../families/index.ts';
import { findSchool, readAdult, relations, schoolFrameFor } from '../../schools/index.ts';
import type { Problem, Typed } from '../../web/form.ts';
import { paths } from '../../web/paths.ts';
import { type Model, page, type Reply, seeOther } from '../../web/reply.ts';
import { openQrCodes } from '../../web/qr-code.ts';
import { parentOnly, type Routes, signedIn } from '../../web/route.ts';
import type { Services } from '../../web/services.ts';
import { isWithin, lastDay } from '../days.ts';
import { chooseCollector } from './choose-collector.ts';
import { collectorsPage, mayBeTold, schoolCollectorsPage } from './pages.ts';
import { CollectorForm, CollectorParams, ConfirmForm, RequestParams, TellForm } from './schema.ts';
import { settleCollection } from './settle-collection.ts';
import { confirmCollector, declineCollector, endCollector } from './settle-collector.ts';
import { selectCollecting, selectSchoolCollectors } from './store.ts';
import { tellCollection, withdrawCollection } from './tell-collection.ts';
import { withdrawCollector } from './withdraw-collector.ts';

/** Who else may collect: chosen by parents on their own pages, confirmed by the school on its page. */
export function addCollectorRoutes(routes: Routes, { db, keyring }: Services): void {
  const readFamily = (actor: ParentUser) => findFamilyWith(db, selectCollecting, actor);

  async function mine(actor: ParentUser, typed: Typed, problems: Problem[], status = 200): Promise<Reply> {
    const family = await readFamily(actor);
    return page('gate/collectors', collectorsPage(frameFor(family, 'collectors'), keyring, family, typed, problems, lastDay, await openQrCodes()), status);
  }

  routes.get(paths.collectors, parentOnly, ({ actor }) => mine(actor, {}, []));

  // ---------------------------------------------------------------- somebody else

  async function addPage(actor: ParentUser, more: Partial<Model<'gate/add-collector'>>, chosen: readonly string[], days: readonly string[], status = 200) {
    const family = await readFamily(actor);
    return page(
      'gate/add-collector',
      {
        frame: frameFor(family, 'collectors'),
        submission: randomUUID(),
        children: family.myChildren.map(child => ({
          id: child.id,
          name: child.givenName,
          school: child.schoolName,
          chosen: chosen.includes(child.id) || family.myChildren.length === 1,
        })),
        typed: { givenName: '', surname: '', relation: '', email: '', mobile: '', from: '', until: '' },
        weekdays: [1, 2, 3, 4, 5].map(value => ({ value, name: weekdayNamed(value), chosen: days.includes(String(value)) })),
        relations,
        problems: [],
        ...more,
      },
      status,
    );
  }

  routes.get(paths.addCollector, parentOnly, ({ actor }) => addPage(actor, {}, [], []));

  routes.post(paths.addCollector, parentOnly, async ({ actor, form, request }) => {
    const read = form(CollectorForm);
    const given = read.ok ? read.value : read.typed;
    const typed = {
      givenName: given.givenName ?? '',
      surname: given.surname ?? '',
      relation: given.relation ?? '',
      email: given.email ?? '',
      mobile: given.mobile ?? '',
      from: given.from ?? '',
      until: given.until ?? '',
    };
    const adult = readAdult({ ...typed, childGivenName: '', childSurname: '', bornOn: '', className: '' });
    const problems = [...adult.faults, ...(read.ok ? [] : read.problems)];
    const ticked = (name: 'child' | 'weekdays'): string[] => [(request.body as Record<string, string | string[]> | undefined)?.[name] ?? []].flat();
    if (!read.ok || problems.length > 0) {
      const submission = given.submission ?? '';
      return addPage(actor, { typed, problems, ...(submission === '' ? {} : { submission }) }, ticked('child'), ticked('weekdays'), 422);
    }
    const { child: children, from, until, weekdays, submission } = read.value;
    await db.transact(actor, work => chooseCollector(work, keyring, { adult: adult.value, children, from, until, weekdays, submission }));
    return seeOther(paths.collectors);
  });

  routes.post(paths.withdrawCollector, parentOnly, async ({ actor, params }) => {
    const { collectorId } = params(CollectorParams);
    await db.transact(actor, work => withdrawCollector(work, collectorId));
    return seeOther(paths.collectors);
  });

  // ---------------------------------------------------------------- one day

  routes.post(paths.tellCollection, parentOnly, async ({ actor, form }) => {
    const typed = form(TellForm);
    if (!typed.ok) return mine(actor, typed.typed, typed.problems, 422);
    const { child: childId, who, day, note } = typed.value;
    const kept = { child: childId, who, day, note: note ?? '' };
    const family = await readFamily(actor);
    const child = family.myChildren.find(({ id }) => id === childId);
    if (child && !isWithin(localTime(new Date(), child.timeZone).isoDay, day))
      return mine(actor, kept, [{ field: 'day', message: 'Choose today or a day within the next 60' }], 422);
    if (child && !mayBeTold(family, childId, who))
      return mine(actor, kept, [{ field: 'who', message: `Choose somebody who is confirmed for ${child.givenName}` }], 422);
    await db.transact(actor, work => tellCollection(work, typed.value));
    return seeOther(`${paths.collectors}#told`);
  });

  routes.post(paths.withdrawCollection, parentOnly, async ({ actor, params }) => {
    const { requestId } = params(RequestParams);
    await db.transact(actor, work => withdrawCollection(work, requestId));
    return seeOther(`${paths.collectors}#told`);
  });

  // ---------------------------------------------------------------- the school decides

  async function theirs(actor: User, problems: Problem[], status = 200): Promise<Reply> {
    const school = await findSchool(db, actor);
    if (!canChangeCollection(school.role)) throw new Forbidden('Who else may collect is decided by the school office.');
    const [waiting] = await db.query(selectSchoolCollectors, [school.schoolId, localTime(new Date(), school.timeZone).isoDay]);
    return page('gate/school-collectors', { ...schoolCollectorsPage(schoolFrameFor(school, 'gate'), waiting!), problems }, status);
  }

  routes.get(paths.schoolCollectors, signedIn, ({ actor }) => theirs(actor, []));

  routes.post(paths.confirmCollector, signedIn, async ({ actor, params, form }) => {
    const { collectorId } = params(CollectorParams);
    const chosen = form(ConfirmForm);
    if (!chosen.ok) return theirs(actor, [{ field: `adult-${collectorId}`, message: chosen.problems[0]!.message }], 422);
    await db.transact(actor, work => confirmCollector(work, keyring, collectorId, chosen.value.adult));
    return seeOther(`${paths.schoolCollectors}#confirmed`);
  });
  routes.post(paths.declineCollector, signedIn, async ({ actor, params }) => {
    const { collectorId } = params(CollectorParams);
    await db.transact(actor, work => declineCollector(work, collectorId));
    return seeOther(paths.schoolCollectors);
  });
  routes.post(paths.endCollector, signedIn, async ({ actor, params }) => {
    const { collectorId } = params(CollectorParams);
    await db.transact(actor, work => endCollector(work, collectorId));
    return seeOther(paths.schoolCollectors);
  });
  for (const [at, confirmed] of [
    [paths.confirmCollection, true],
    [paths.declineCollection, false],
  ] as const) {
    routes.post(at, signedIn, async ({ actor, params }) => {
      const { requestId } = params(RequestParams);
      await db.transact(actor, work => settleCollection(work, requestId, confirmed));
      return seeOther(paths.schoolCollectors);
    });
  }
}
