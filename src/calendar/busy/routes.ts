import { randomUUID } from 'node:crypto';
import type { ParentUser } from '../../core/actor.ts';
import { findFamily, findFamilyWith } from '../../families/index.ts';
import { addDays, dayOf, instantOf } from '../../schedule/index.ts';
import type { Problem } from '../../web/form.ts';
import { paths } from '../../web/paths.ts';
import { page, seeOther } from '../../web/reply.ts';
import { parentOnly, Routes } from '../../web/route.ts';
import type { Services } from '../../web/services.ts';
import type { UploadedFile } from '../../web/uploads.ts';
import { keepBusy } from './keep-busy.ts';
import { busyPage } from './pages.ts';
import { readCalendar } from './read-calendar.ts';
import { removeBusy } from './remove-busy.ts';
import { BusyForm, BusyParams } from './schema.ts';
import { selectBusyCalendars } from './store.ts';

const mostBytes = 1024 * 1024;
const daysAhead = 731;

/** A parent's own busy times, from calendars that are kept elsewhere. */
export function busyRoutes({ db, keyring }: Services): Routes {
  const routes = new Routes();

  const showPage = async (actor: ParentUser, typed: { submission: string; name: string }, problems: Problem[]) =>
    page('calendar/busy', busyPage(keyring, await findFamilyWith(db, selectBusyCalendars, actor), typed, problems), problems.length > 0 ? 422 : 200);

  routes.get(paths.busy, parentOnly, ({ actor }) => showPage(actor, { submission: randomUUID(), name: '' }, []));

  routes.upload(paths.busy, parentOnly, async ({ actor, form, files }) => {
    const typed = form(BusyForm);
    const given = typed.ok ? typed.value : typed.typed;
    const again = { submission: given.submission || randomUUID(), name: given.name ?? '' };
    const problems = [...(typed.ok ? [] : typed.problems), ...faultsOf(files)];
    if (!typed.ok || problems.length > 0) return showPage(actor, again, problems);
    const { timeZone } = await findFamily(db, actor);
    const today = dayOf(Date.now(), timeZone);
    const span = { zone: timeZone, from: instantOf(today, '00:00', timeZone), until: instantOf(addDays(today, daysAhead), '00:00', timeZone) };
    const read = await readCalendar(actor.accountId, files[0]!.bytes, span);
    if ('unreadable' in read) return showPage(actor, again, [{ field: 'file', message: read.unreadable }]);
    await db.transact(actor, work => keepBusy(work, keyring, { ...typed.value, ...read }));
    return seeOther(paths.busy);
  });

  routes.post(paths.removeBusy, parentOnly, async ({ actor, params }) => {
    const { busyId } = params(BusyParams);
    await db.transact(actor, work => removeBusy(work, busyId));
    return seeOther(paths.busy);
  });

  return routes;
}

function faultsOf(files: readonly UploadedFile[]): Problem[] {
  const [file] = files;
  if (!file || file.bytes.length === 0) return [{ field: 'file', message: 'Choose a calendar file' }];
  if (files.length > 1 || file.field !== 'file') return [{ field: 'file', message: 'Choose one calendar file' }];
  return file.bytes.length > mostBytes
    ? [{ field: 'file', message: 'This file is larger than 1 MB. Export a shorter part of the calendar and choose that' }]
    : [];
}
