import { hash, randomBytes } from 'node:crypto';
import { system } from '../core/actor.ts';
import { Conflict, NotFound, TooMany } from '../core/errors.ts';
import { askForCode, findLink, type LinkView } from '../onboarding/index.ts';
import { StorageFull } from '../platform/photo-store.ts';
import type { Problem } from '../web/form.ts';
import { paths } from '../web/paths.ts';
import { file, page, type Reply, type ReplyCookie, seeOther } from '../web/reply.ts';
import { anyone, Routes, type Visit } from '../web/route.ts';
import type { Services } from '../web/services.ts';
import type { Takes } from '../web/uploads.ts';
import { fileNameOf, mediaTypeOf, openPhoto } from './open-photo.ts';
import { choosePage, previewPage, type ProvedLink, statePage } from './pages.ts';
import { DraftParams, PhotoForm, UsesForm } from './schema.ts';
import { changeUses, sendPhoto } from './send-photo.ts';
import { type DraftRow, photoUses, selectDraft, selectLinkPhoto, type Use } from './store.ts';
import { readPhoto, stagePhoto, takePhoto, unstagePhoto } from './take-photo.ts';

type AnyVisit = Visit<unknown>;
const visitor = system('photos.link');
const holderCookie = 'photo';

/** The pages behind a link where its parent chooses a photo, sees it once more, and sends it. Nothing here ever shows a photo that was sent. */
export function photoRoutes(services: Services): Routes {
  const { db, keyring, photos, log } = services;
  const routes = new Routes();

  const linkPhoto = (link: LinkView, holder: Buffer) => db.query(selectLinkPhoto, [link.invitationId, holder, link.schoolId, link.parentId]);

  /** A link whose code was given in this browser. Otherwise the page that asks for it. */
  const proved = async (visit: Pick<AnyVisit, 'params' | 'request'>): Promise<ProvedLink | Reply> => {
    const link = await findLink(services, visit);
    return isProved(link) ? link : askForCode(link);
  };

  /** Whether a photo can be chosen now: not while one waits to be looked at, and not once the link's work is done. */
  const takesPhoto = (link: ProvedLink): boolean => link.state === 'open' && link.parent.photo !== 'waiting';

  async function chooser(visit: AnyVisit, link: ProvedLink, problems: Problem[]): Promise<Reply> {
    const [row] = await linkPhoto(link, holderOf(visit).hash);
    return page('photos/choose', choosePage(link, row!, photos.thresholds, problems), problems.length > 0 ? 422 : 200);
  }

  async function state(visit: AnyVisit, link: ProvedLink, saved: boolean): Promise<Reply> {
    const [row] = await linkPhoto(link, holderOf(visit).hash);
    return page('photos/state', statePage(link, row!, saved));
  }

  routes.get(paths.linkPhoto, anyone, async visit => {
    const link = await proved(visit);
    if (isReply(link)) return link;
    return takesPhoto(link) ? chooser(visit, link, []) : state(visit, link, visit.request.query.saved === '1');
  });

  routes.upload(
    paths.linkPhoto,
    anyone,
    async visit => {
      const link = await proved(visit);
      if (isReply(link)) return link;
      if (!takesPhoto(link)) return seeOther(paths.linkPhoto.to({ token: link.token }));
      const refused = (message: string) => chooser(visit, link, [{ field: 'photo', message }]);
      if (!visit.form(PhotoForm).ok) return refused('This form had a part that does not belong to it. Choose the photo again');
      const [given] = visit.files;
      if (!given) return refused('Choose a photo, or take one with the camera');
      const ready = await readPhoto(given.bytes);
      if ('refused' in ready) return refused(ready.refused);
      const holder = holderOf(visit);
      const staged = await stagePhoto(services, ready).catch((error: unknown) => {
        if (error instanceof StorageFull) log.error('the photo store is full: no photo can be taken in');
        throw error;
      });
      const to = { ...link, source: 'link', holderHash: holder.hash, createdBy: null, despiteChecks: false } as const;
      const taken = await db
        .transact(visitor, work => takePhoto(work, ready, staged, to))
        .catch(async (error: unknown) => {
          // An answer, so there is no row; where there is none there may be one, and the sweep will know.
          if (error instanceof TooMany || error instanceof NotFound) await unstagePhoto(services, staged);
          throw error;
        });
      if (taken.kind !== 'taken') await unstagePhoto(services, staged);
      if (taken.kind === 'waiting') return seeOther(paths.linkPhoto.to({ token: link.token }));
      return seeOther(paths.linkPreview.to({ token: link.token, submissionId: taken.submissionId }), [holder.cookie(link)]);
    },
    { takes: 'photo' satisfies Takes, first: visit => requireProof(visit) },
  );

  /** A stranger's photo is not read only to be thrown away. */
  async function requireProof(visit: Pick<AnyVisit, 'params' | 'request'>): Promise<void> {
    const link = await findLink(services, visit);
    if (!isProved(link))
      throw new Conflict(
        'This browser has not given the code that goes with the link, or it was too long ago. Open the link again and start there. Nothing was sent.',
      );
  }

  /** The draft of this browser on this link; for any other it is not there. */
  async function draftOf(visit: AnyVisit, link: ProvedLink): Promise<DraftRow> {
    const { submissionId } = visit.params(DraftParams);
    const [draft] = await db.query(selectDraft, [submissionId, link.invitationId, holderOf(visit).hash]);
    if (!draft) throw new NotFound();
    return draft;
  }

  async function preview(visit: AnyVisit, link: ProvedLink, problems: Problem[], typed?: readonly Use[]): Promise<Reply> {
    const draft = await draftOf(visit, link);
    const isThere = draft.status === 'checking' || draft.status === 'draft' || (draft.status === 'withdrawn' && draft.checks?.unreadable);
    if (!isThere) return seeOther(paths.linkPhoto.to({ token: link.token }));
    const [row] = await linkPhoto(link, holderOf(visit).hash);
    return page('photos/preview', previewPage(link, draft, { ...row!, uses: typed ?? row!.uses }, problems), problems.length > 0 ? 422 : 200);
  }

  routes.get(paths.linkPreview, anyone, async visit => {
    const link = await proved(visit);
    return isReply(link) ? link : preview(visit, link, []);
  });

  routes.get(paths.linkPreviewImage, anyone, async visit => {
    const link = await proved(visit);
    if (isReply(link)) throw new NotFound();
    const { status, storedAt, wrapped, ...photo } = await draftOf(visit, link);
    if (status !== 'draft' || storedAt === null || wrapped === null) throw new NotFound();
    return file(await openPhoto(keyring, photos.store, { ...photo, wrapped }, '1024'), mediaTypeOf('1024'), fileNameOf('1024'));
  });

  // Where the form goes to, a page is: loading it again leads back.
  routes.get(paths.sendPhoto, anyone, async visit => {
    const link = await proved(visit);
    return isReply(link) ? link : seeOther(paths.linkPreview.to({ token: link.token, submissionId: visit.params(DraftParams).submissionId }));
  });

  routes.post(paths.sendPhoto, anyone, async visit => {
    const link = await proved(visit);
    if (isReply(link)) return link;
    const form = visit.form(UsesForm);
    if (!form.ok) return preview(visit, link, form.problems);
    const { submissionId } = visit.params(DraftParams);
    const uses = usesOf(form.value);
    const outcome = await db.transact(visitor, work => sendPhoto(work, link, holderOf(visit).hash, submissionId, uses));
    if (outcome === 'blocked') return preview(visit, link, [{ field: 'photo', message: 'This photo cannot be sent as it is. Choose another' }], uses);
    if (outcome === 'unfinished')
      return preview(visit, link, [{ field: 'form', message: 'The photo is still being checked. Look at it once more, then send it' }], uses);
    return seeOther(paths.linkPhoto.to({ token: link.token }));
  });

  routes.get(paths.photoUses, anyone, async visit => seeOther(paths.linkPhoto.to({ token: (await findLink(services, visit)).token })));

  routes.post(paths.photoUses, anyone, async visit => {
    const link = await proved(visit);
    if (isReply(link)) return link;
    const form = visit.form(UsesForm);
    if (form.ok) await db.transact(visitor, work => changeUses(work, link, usesOf(form.value)));
    return seeOther(`${paths.linkPhoto.to({ token: link.token })}?saved=1`);
  });

  return routes;
}

const isProved = (link: LinkView): link is ProvedLink => link.parent !== null;
const isReply = (one: ProvedLink | Reply): one is Reply => 'kind' in one;
const usesOf = (form: Record<Use, boolean>): Use[] => photoUses.filter(use => form[use]);

/** Which browser this is, to the link alone: a random value that it was given with its first photo, or is given now. */
function holderOf({ request }: AnyVisit): { hash: Buffer; cookie(link: LinkView): ReplyCookie } {
  const given = new RegExp(`(?:^|;\\s*)${holderCookie}=([\\w-]{32})(?:;|$)`).exec(request.headers.cookie ?? '')?.[1];
  const value = given ?? randomBytes(24).toString('base64url');
  return {
    hash: hash('sha256', value, 'buffer'),
    cookie: ({ token }) => ({ name: holderCookie, value, maxAgeSeconds: null, path: paths.link.to({ token }) }),
  };
}
