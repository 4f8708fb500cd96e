import { writeCsv } from '../../core/csv.ts';
import { NotFound } from '../../core/errors.ts';
import type { ImportId } from '../../core/ids.ts';
import type { Problem } from '../../web/form.ts';
import { paths } from '../../web/paths.ts';
import { file, page, type Reply, seeOther } from '../../web/reply.ts';
import { type Routes, signedIn } from '../../web/route.ts';
import type { Services } from '../../web/services.ts';
import { findOffice } from '../find-office.ts';
import { importList, keepList, tryList } from './import-roll.ts';
import { schoolFrameFor, type SchoolView } from '../index.ts';
import { tidy } from '../roll/read-person.ts';
import { importPage, trialPage } from './pages.ts';
import { readList, templateHeadings, templateRow } from './read-list.ts';
import { CommitForm, ImportForm, ImportParams, ImportQuery } from './schema.ts';
import { selectRecentImports } from './store.ts';

const csv = 'text/csv; charset=utf-8';

export function importRoutes({ db, keyring }: Services, routes: Routes): void {
  async function chooseList(school: SchoolView, problems: Problem[], status = 200): Promise<Reply> {
    const recent = await db.query(selectRecentImports, [school.schoolId]);
    return page('schools/import', importPage(schoolFrameFor(school, 'import'), school, recent, problems, new Date()), status);
  }

  routes.get(paths.importRoll, signedIn, async ({ actor }) => chooseList(await findOffice(db, actor), []));

  routes.get(paths.rollTemplate, signedIn, async ({ actor }) => {
    await findOffice(db, actor);
    return file(writeCsv([templateHeadings]), csv, 'Parents and children.csv');
  });

  routes.upload(paths.importRoll, signedIn, async ({ actor, form, files }) => {
    const school = await findOffice(db, actor);
    const refused = (message: string) => chooseList(school, [{ field: 'list', message }], 422);
    if (!form(ImportForm).ok) return refused('Load the page again and choose the list once more');
    const [list] = files;
    if (!list || list.field !== 'list') return refused('Choose a list');
    if (files.length > 1) return refused('Choose one list at a time');
    const read = await readList(list.bytes);
    if ('unreadable' in read) return refused(read.unreadable);
    // What a file is called is the sender's own; here it only says which list this is.
    const name = tidy(list.name.replaceAll('\0', '')).slice(0, 100) || 'a list';
    const importId = await db.transact(actor, work => keepList(work, keyring, school.schoolId, name, read));
    return seeOther(paths.importedRoll.to({ importId }));
  });

  async function showTrial(
    school: SchoolView,
    importId: ImportId,
    asked: { show: 'all' | 'created' | 'matched' | 'wrong'; p: number },
    problems: Problem[],
    status: number,
  ) {
    const trial = await tryList(db, keyring, school, importId, new Date());
    return page('schools/trial', trialPage(schoolFrameFor(school, 'import'), school, trial, asked.show, asked.p, problems), status);
  }

  routes.get(paths.importedRoll, signedIn, async ({ actor, params, query }) => {
    const school = await findOffice(db, actor);
    const asked = query(ImportQuery);
    return showTrial(school, params(ImportParams).importId, asked.ok ? asked.value : { show: 'all', p: 1 }, [], 200);
  });

  routes.get(paths.wrongRows, signedIn, async ({ actor, params }) => {
    const school = await findOffice(db, actor);
    const trial = await tryList(db, keyring, school, params(ImportParams).importId, new Date());
    const wrong = trial.rows.filter(({ outcome }) => outcome === 'wrong');
    const rows = wrong.map(({ row, typed, note }) => [...templateRow(typed), String(row), note ?? '']);
    return file(writeCsv([[...templateHeadings, 'Row of the list', 'What is wrong'], ...rows]), csv, 'Wrong rows.csv');
  });

  routes.post(paths.commitRoll, signedIn, async ({ actor, params, form }) => {
    const school = await findOffice(db, actor);
    const { importId } = params(ImportParams);
    const agreed = form(CommitForm);
    if (!agreed.ok) throw new NotFound();
    const done = await db.transact(actor, work => importList(work, keyring, school.schoolId, importId, agreed.value.plan));
    if (done === 'written') return seeOther(paths.importedRoll.to({ importId }));
    const problems = [
      { field: 'form', message: 'The roll has changed since this page was made, so nothing was written. Look at the rows once more, and create them then' },
    ];
    return showTrial(school, importId, { show: 'all', p: 1 }, problems, 409);
  });
}
