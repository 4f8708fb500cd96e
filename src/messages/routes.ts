import type { ParentUser } from '../core/actor.ts';
import { NotFound } from '../core/errors.ts';
import { findFamily, frameFor } from '../families/index.ts';
import { openPart } from '../platform/record/content.ts';
import type { Parsed } from '../web/form.ts';
import { paths } from '../web/paths.ts';
import { file, page, type Reply, stream } from '../web/reply.ts';
import { parentOnly, Routes, type Visit } from '../web/route.ts';
import type { Services } from '../web/services.ts';
import { selectAttachment } from './file-store.ts';
import { KnownRecords } from './known-records.ts';
import type { LiveUpdates } from './live-updates.ts';
import { openFileName } from './open-texts.ts';
import { searchPage, subjectList } from './pages.ts';
import { readThreadIfAny, type Reader } from './read-thread.ts';
import { AttachmentParams, ListQuery, SearchForm, SinceParams, StreamQuery, SubjectParams, ThreadQuery } from './schema.ts';
import { searchMessages } from './search-messages.ts';
import { daysOf } from './show-entries.ts';
import { readAround, threadPage } from './show-thread.ts';
import { selectSubjectHead } from './thread-store.ts';
import { writeRoutes } from './write-routes.ts';

export function messageRoutes(services: Services, live: LiveUpdates): Routes {
  const { db, keyring } = services;
  const routes = new Routes();
  const reader: Reader = { db, keyring, known: new KnownRecords() };

  routes.get(paths.messages, parentOnly, async ({ actor, query }) => {
    const asked = query(ListQuery);
    const all = asked.ok && asked.value.all === '1';
    const { family, reading, subjects } = await readAround(reader, actor, null, all ? 'all' : 'recent');
    return page('messages/index', { frame: frameFor(family, 'messages'), list: subjectList(reading, subjects, null, all) });
  });

  routes.get(paths.entriesSince, parentOnly, async ({ actor, params, isOpening }) => {
    const { subjectId, position } = params(SinceParams);
    const thread = await readThreadIfAny(reader, actor, subjectId, { from: position + 1 }, isOpening);
    if (thread) {
      const { reading } = await readAround(reader, actor, thread.head.familyId);
      return page('messages/entries', { days: daysOf(reading, subjectId, thread.comments, null) });
    }
    const [subject] = await db.query(selectSubjectHead, [actor.parentId, subjectId]);
    if (!subject) throw new NotFound();
    return page('messages/entries', { days: [] });
  });

  routes.get(paths.attachment, parentOnly, async ({ actor, params }) => {
    const { attachmentId } = params(AttachmentParams);
    const [attachment] = await db.query(selectAttachment, [actor.parentId, attachmentId]);
    if (!attachment) throw new NotFound();
    const key = keyring.unwrap(attachment.id, attachment.wrapped);
    return file(
      openPart(key, 'content', attachment.id, attachment.receivedSha256, attachment.contentCt),
      attachment.mediaType,
      openFileName(keyring, attachment),
    );
  });

  // Before what is read of one subject, whose pattern would take "new" for one.
  writeRoutes(services, routes, reader);

  // ---------------------------------------------------------------- finding and hearing

  /** Searched for by POST, so that what was looked for stays out of the browser's history; an address with a query works too. */
  async function search({ actor }: Visit<ParentUser>, form: Parsed<ReturnType<typeof SearchForm.parse>>): Promise<Reply> {
    const { family, reading, subjects } = await readAround(reader, actor, null, 'all');
    const result =
      form.ok && isAsked(form.value)
        ? await searchMessages(reader, actor, { family, subjects }, { ...form.value, words: form.value.q, before: form.value.before ?? 2 ** 45 })
        : null;
    const model = searchPage(reading, frameFor(family, 'messages'), subjects, form, result);
    return page('messages/search', model, form.ok ? 200 : 422);
  }
  routes.get(paths.searchMessages, parentOnly, visit => search(visit, visit.query(SearchForm)));
  routes.post(paths.searchMessages, parentOnly, visit => search(visit, visit.form(SearchForm)));

  routes.get(paths.stream, parentOnly, async ({ actor, query, request, isOpening }) => {
    const asked = query(StreamQuery);
    if (!asked.ok || !isOpening) throw new NotFound();
    const { familyId } = await findFamily(db, actor, asked.value.family);
    const last = Number(request.get('Last-Event-ID') ?? asked.value.after);
    const after = Number.isSafeInteger(last) && last >= 0 ? last : asked.value.after;
    return stream(events => live.open(events, actor, familyId, request.sessionID, after));
  });

  // Last, because its pattern would take /messages/new for a subject.
  routes.get(paths.thread, parentOnly, visit => {
    const turn = visit.query(ThreadQuery);
    if (!turn.ok) throw new NotFound();
    return threadPage(reader, visit, visit.params(SubjectParams).subjectId, turn.value, {});
  });

  return routes;
}

const isAsked = (search: ReturnType<typeof SearchForm.parse>): boolean =>
  search.q.trim() !== '' || [search.sender, search.subject, search.child, search.from, search.to].some(value => value !== null);
