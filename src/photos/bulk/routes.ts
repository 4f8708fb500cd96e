import { canImportPhotos } from '../../access/policy.ts';
import type { User } from '../../core/actor.ts';
import { Forbidden, NotFound } from '../../core/errors.ts';
import type { PhotoImportId } from '../../core/ids.ts';
import { findSchool, schoolFrameFor, type SchoolView } from '../../schools/index.ts';
import { paths } from '../../web/paths.ts';
import { page, type Reply, seeOther } from '../../web/reply.ts';
import { Routes, signedIn } from '../../web/route.ts';
import type { Services } from '../../web/services.ts';
import { BadArchive } from './open-archive.ts';
import { bulkPage, reportPage } from './pages.ts';
import { FilesForm, ImportParams, StartForm } from './schema.ts';
import { startImport } from './start-import.ts';
import { selectFiles, selectImport, selectImports } from './store.ts';
import { tryImport } from './try-import.ts';

/** Photos that a school has already, brought in at once: tried first, then through the same checks into the same queue. */
export function bulkRoutes(services: Services): Routes {
  const { db } = services;
  const routes = new Routes();

  const office = async (actor: User): Promise<SchoolView> => {
    const school = await findSchool(db, actor);
    if (!canImportPhotos(school.role)) throw new Forbidden('Photos are brought in by the school’s office.');
    return school;
  };

  async function choose(school: SchoolView, message: string | null): Promise<Reply> {
    const recent = await db.query(selectImports, [school.schoolId]);
    const problems = message === null ? [] : [{ field: 'files', message }];
    return page('photos/bulk', bulkPage(schoolFrameFor(school, 'import-photos'), school, recent, problems, new Date()), message === null ? 200 : 422);
  }

  async function report(school: SchoolView, importId: PhotoImportId): Promise<Reply> {
    const [found] = await db.query(selectImport, [importId, school.schoolId]);
    if (!found) throw new NotFound();
    return page('photos/bulk-report', reportPage(schoolFrameFor(school, 'import-photos'), found, await db.query(selectFiles, [importId])));
  }

  routes.get(paths.importPhotos, signedIn, async ({ actor }) => choose(await office(actor), null));

  routes.upload(
    paths.importPhotos,
    signedIn,
    async ({ actor, form, files }) => {
      const school = await office(actor);
      if (!form(FilesForm).ok) return choose(school, 'This form had a part that does not belong to it. Choose the files again');
      if (files.length === 0) return choose(school, 'Choose photos, or a zip file of them');
      try {
        const importId = await tryImport(services, actor, school.schoolId, files);
        return importId === null ? choose(school, 'There was no photo among these files') : seeOther(paths.importedPhotos.to({ importId }));
      } catch (error) {
        if (error instanceof BadArchive) return choose(school, error.message);
        throw error;
      }
    },
    { takes: 'photos', first: ({ actor }) => office(actor) },
  );

  routes.get(paths.importedPhotos, signedIn, async ({ actor, params }) => report(await office(actor), params(ImportParams).importId));

  routes.post(paths.startPhotoImport, signedIn, async ({ actor, params, form }) => {
    const school = await office(actor);
    const { importId } = params(ImportParams);
    const started = form(StartForm);
    if (!started.ok) throw new NotFound();
    await db.transact(actor, work => startImport(work, school.schoolId, importId, started.value.despite));
    return seeOther(paths.importedPhotos.to({ importId }));
  });

  return routes;
}
