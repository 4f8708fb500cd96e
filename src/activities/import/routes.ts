import type { ParentUser } from '../../core/actor.ts';
import { NotFound } from '../../core/errors.ts';
import type { ActivityImportId, FamilyId } from '../../core/ids.ts';
import { frameFor } from '../../families/index.ts';
import type { KnownCalendars } from '../../schedule/index.ts';
import { writeCsv } from '../../core/csv.ts';
import type { Problem } from '../../web/form.ts';
import { paths } from '../../web/paths.ts';
import { file, page, type Reply, seeOther } from '../../web/reply.ts';
import { parentOnly, type Routes } from '../../web/route.ts';
import type { Services } from '../../web/services.ts';
import { todayIn } from '../pages.ts';
import { FamilyQuery } from '../schema.ts';
import { familyActivities } from '../store.ts';
import { importFamily } from './family.ts';
import { importActivities, keepActivities, tryActivities } from './import-activities.ts';
import { trialPage } from './pages.ts';
import { readTable, templateHeadings } from './read-table.ts';
import { holdBack } from './hold-back.ts';
import { oneLine } from './read-words.ts';
import { CommitForm, ImportForm, ImportParams } from './schema.ts';

/** Activities from a list or another calendar: tried first, then the rows that were chosen. */
export function addImportRoutes(routes: Routes, { db, keyring }: Services, calendars: KnownCalendars): void {
  const readFamily = async (actor: ParentUser, familyId: FamilyId | null) => (await calendars.readWith(db, familyActivities, actor, familyId)).family;

  async function choose(actor: ParentUser, familyId: FamilyId | null, chosen: string, problems: Problem[], status = 200): Promise<Reply> {
    const family = await readFamily(actor, familyId);
    return page(
      'activities/import',
      {
        frame: frameFor(family, 'calendar'),
        problems,
        family: family.familyId,
        children: family.children.map(({ id, givenName }) => ({ value: id, label: givenName, chosen: id === chosen || family.children.length === 1 })),
        headings: [...templateHeadings],
      },
      status,
    );
  }

  routes.get(paths.importActivities, parentOnly, ({ actor, query }) => {
    const asked = query(FamilyQuery);
    if (!asked.ok) throw new NotFound();
    return choose(actor, asked.value.family ?? null, '', []);
  });

  routes.get(paths.activityTemplate, parentOnly, () => file(writeCsv([templateHeadings]), 'text/csv; charset=utf-8', 'Activities.csv'));

  routes.upload(
    paths.importActivities,
    parentOnly,
    async ({ actor, form, files }) => {
      const typed = form(ImportForm);
      if (!typed.ok) return choose(actor, null, typed.typed.child ?? '', typed.problems, 422);
      const { family: familyId, child } = typed.value;
      const refused = (field: string, message: string) => choose(actor, familyId, child ?? '', [{ field, message }], 422);
      const [list] = files;
      if (!list || list.field !== 'list') return refused('list', 'Choose a file');
      const family = await readFamily(actor, familyId);
      if (child !== null && !family.children.some(({ id }) => id === child)) throw new NotFound();
      const known = importFamily(family, child);
      let parsed;
      const { isCalendar, readIcs } = await import('./read-ics.ts'); // a library that is seldom needed
      if (isCalendar(list.bytes)) {
        const of = known.childNamed('');
        if (of === null) return refused('child', 'Choose whose activities these are');
        parsed = readIcs(list.bytes, known, of);
      } else parsed = await readTable(list.bytes, known, todayIn(family, new Date()));
      if ('unreadable' in parsed) return refused('list', parsed.unreadable);
      await holdBack(db, keyring, actor, parsed.rows);
      // What a file is called is the sender's own; here it only says which list this is.
      const name = oneLine(list.name.replaceAll('\0', '').toWellFormed()).slice(0, 100) || 'a list';
      const importId = await db.transact(actor, work => keepActivities(work, keyring, familyId, name, parsed));
      return seeOther(paths.importedActivities.to({ importId }));
    },
    { takes: 'list' },
  );

  async function trial(actor: ParentUser, importId: ActivityImportId, chosen: ReadonlySet<number> | null, problems: Problem[], status = 200): Promise<Reply> {
    const tried = await tryActivities(db, keyring, actor, importId);
    const family = await readFamily(actor, tried.familyId);
    return page('activities/trial', trialPage(frameFor(family, 'calendar'), tried, chosen, problems), status);
  }

  routes.get(paths.importedActivities, parentOnly, ({ actor, params }) => trial(actor, params(ImportParams).importId, null, []));

  routes.upload(
    paths.importedActivities,
    parentOnly,
    async ({ actor, params, form }) => {
      const { importId } = params(ImportParams);
      const agreed = form(CommitForm);
      if (!agreed.ok) throw new NotFound();
      const { plan, rows } = agreed.value;
      if (rows.size === 0) return trial(actor, importId, rows, [{ field: 'form', message: 'Tick at least one row to add' }], 422);
      const done = await db.transact(actor, work => importActivities(work, keyring, importId, plan, rows));
      if (done === 'written') return seeOther(paths.importedActivities.to({ importId }));
      const message = 'The activities have changed since this page was made, so nothing was added. Look at the rows once more, and add them then';
      return trial(actor, importId, rows, [{ field: 'form', message }], 409);
    },
    { takes: 'list' },
  );
}
