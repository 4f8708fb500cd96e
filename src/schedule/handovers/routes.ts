import { randomUUID } from 'node:crypto';
import type { ParentUser } from '../../core/actor.ts';
import { seeSteps } from '../../audit/steps.ts';
import { Conflict, Gone, NotFound } from '../../core/errors.ts';
import type { ChildId, HandoverId } from '../../core/ids.ts';
import { capitalised } from '../../core/text.ts';
import { localTime, longDay } from '../../core/time.ts';
import { frameFor } from '../../families/index.ts';
import { shieldWords } from '../../messages/index.ts';
import { paths } from '../../web/paths.ts';
import { page, type Reply, seeOther } from '../../web/reply.ts';
import { parentOnly, Routes, type Visit } from '../../web/route.ts';
import type { Services } from '../../web/services.ts';
import type { FamilyCalendars, KnownCalendars } from '../read-calendars.ts';
import { childNames } from '../words.ts';
import { addItem, takeOffItem } from './change-items.ts';
import { handoversPage, itemsPage, rangeOf } from './list-pages.ts';
import type { HandoverRef } from './make-handover.ts';
import { markHandover } from './mark-handover.ts';
import { handoverHref } from './next-handover.ts';
import { noteHandover } from './note-handover.ts';
import { directionOf, handoverPage, type Subject, type Typed, untouched } from './pages.ts';
import { isSame, plannedAt } from './planned.ts';
import { saveList } from './save-list.ts';
import { ChildQuery, HandoverParams, ItemForm, ItemParams, ListForm, MarkForm, MomentParams, MonthQuery, NoteForm } from './schema.ts';
import { familyWithHandovers, familyWithItems, planValues, selectHandoverFamily, selectHandoverPage, selectPlanned } from './store.ts';

/** A handover that was found for its reader, and how a verb is told which it is. */
type Found = { where: FamilyCalendars; ref: HandoverRef };
type ParentVisit = Visit<ParentUser>;

const shieldProblems = { held: 'Take your own number or address out of the note', ask: 'Say whether a number or address is meant to be shared' };

export function handoverRoutes({ db, keyring }: Services, calendars: KnownCalendars): Routes {
  const routes = new Routes();

  routes.get(paths.handovers, parentOnly, async ({ actor, query }) => {
    const asked = query(MonthQuery);
    if (!asked.ok) throw new NotFound();
    const month = asked.value.month ?? null;
    const now = new Date();
    const { family, calendars: days } = await calendars.readWith(db, familyWithHandovers, actor, null, rangeOf(month, now));
    if (month !== null && month > localTime(now, family.timeZone).isoDay.slice(0, 7)) throw new NotFound();
    return page('schedule/handovers/index', handoversPage(family, days, actor.parentId, month, now));
  });

  // ---------------------------------------------------------------- what travels with the children

  async function itemsReply(
    actor: ParentUser,
    typed: Parameters<typeof itemsPage>[2],
    problems: Parameters<typeof itemsPage>[3],
    status = 200,
  ): Promise<Reply> {
    const { family } = await calendars.readWith(db, familyWithItems, actor);
    return page('schedule/handovers/items', itemsPage(keyring, family, typed, problems), status);
  }

  routes.get(paths.travelItems, parentOnly, ({ actor }) => itemsReply(actor, { label: '', child: 'all' }, []));

  routes.post(paths.travelItems, parentOnly, async ({ actor, form }) => {
    const read = form(ItemForm);
    if (!read.ok) {
      const { label = '', child = 'all', submission } = read.typed;
      return itemsReply(actor, { label, child, ...(submission ? { submission } : {}) }, read.problems, 422);
    }
    const { family } = await calendars.read(db, actor);
    await db.transact(actor, work => addItem(work, keyring, family, read.value));
    return seeOther(paths.travelItems);
  });

  routes.post(paths.removeTravelItem, parentOnly, async ({ actor, params }) => {
    const { itemId } = params(ItemParams);
    await db.transact(actor, work => takeOffItem(work, itemId));
    return seeOther(paths.travelItems);
  });

  // ---------------------------------------------------------------- one handover

  async function madePage(actor: ParentUser, handoverId: HandoverId, typed: Typed, status = 200, isOpening = false): Promise<Reply> {
    const [row] = await db.query(selectHandoverPage, [actor.parentId, handoverId]);
    if (!row) throw new NotFound();
    const { handover, items, steps } = row;
    const where = await calendars.read(db, actor, row.familyId);
    if (isOpening && handover.unseen) await seeSteps(db, actor.parentId, [handoverId]);
    const isPlanned = plannedAt(where.calendars, handover.at, null).some(planned => isSame(planned, handover));
    const subject: Subject = { ...where, reader: actor.parentId, now: new Date(), made: handover, planned: handover, isPlanned, items, steps };
    return page('schedule/handovers/handover', handoverPage(keyring, subject, typed), status);
  }

  async function planPage(actor: ParentUser, { where, ref }: Found, typed: Typed, status = 200): Promise<Reply> {
    if ('id' in ref) return madePage(actor, ref.id, typed, status);
    const { planned, familyId } = ref;
    const [around] = await db.query(selectPlanned, [actor.parentId, ...planValues(familyId, planned)]);
    if (!around) throw new NotFound();
    if (around.made) return status === 200 ? seeOther(paths.handover.to({ handoverId: around.made.id })) : madePage(actor, around.made.id, typed, status);
    const subject: Subject = { ...where, reader: actor.parentId, now: new Date(), made: null, planned, isPlanned: true, items: around.items, steps: [] };
    return page('schedule/handovers/handover', handoverPage(keyring, subject, typed), status);
  }

  const childOf = (query: ParentVisit['query']): ChildId | null => {
    const asked = query(ChildQuery);
    if (!asked.ok) throw new NotFound();
    return asked.value.child ?? null;
  };

  routes.get(paths.handoverAt, parentOnly, async ({ actor, params, query }) => {
    const { moment } = params(MomentParams);
    const where = await calendars.read(db, actor);
    const { family } = where;
    const found = plannedAt(where.calendars, moment, childOf(query));
    if (found.length === 0) throw new NotFound();
    if (found.length === 1) return planPage(actor, { where, ref: { familyId: family.familyId, planned: found[0]! } }, untouched);
    const local = localTime(new Date(moment), family.timeZone);
    return page('schedule/handovers/choose', {
      frame: frameFor(family, 'calendar'),
      heading: `${found.length} handovers on ${longDay(local)} at ${local.clock}`,
      choices: found.map(planned => ({
        href: handoverHref(planned.at, planned.children[0]),
        text: childNames(family, planned.children),
        meta: capitalised(directionOf(family, actor.parentId, planned)),
      })),
    });
  });

  /** The planned handover of an address; what was planned when the page was shown may not be any more. */
  async function findPlanned({ actor, params, query }: ParentVisit): Promise<Found> {
    const { moment } = params(MomentParams);
    const where = await calendars.read(db, actor);
    const found = plannedAt(where.calendars, moment, childOf(query));
    if (found.length !== 1) throw new NotFound();
    return { where, ref: { familyId: where.family.familyId, planned: found[0]! } };
  }

  async function findMade({ actor, params }: ParentVisit): Promise<Found> {
    const { handoverId } = params(HandoverParams);
    const [row] = await db.query(selectHandoverFamily, [actor.parentId, handoverId]);
    if (!row) throw new NotFound();
    return { where: await calendars.read(db, actor, row.familyId), ref: { id: handoverId } };
  }

  const mark = (find: (visit: ParentVisit) => Promise<Found>) => async (visit: ParentVisit) => {
    const { actor, form } = visit;
    const { where, ref } = await find(visit);
    const read = form(MarkForm);
    if (!read.ok) return planPage(actor, { where, ref }, { ...untouched, problems: read.problems }, 422);
    const { mark: kind, submission } = read.value;
    const handoverId = await db.transact(actor, work => markHandover(work, keyring, where.family, ref, { kind, submission }));
    return seeOther(paths.handover.to({ handoverId }));
  };

  const note = (find: (visit: ParentVisit) => Promise<Found>) => async (visit: ParentVisit) => {
    const { actor, form } = visit;
    const found = await find(visit);
    const read = form(NoteForm);
    const again = (typed: Partial<Typed>, status: number) => {
      const { submission } = read.ok ? read.value : read.typed;
      const text = read.ok ? read.value.note : (read.typed.note ?? '');
      return planPage(actor, found, { ...untouched, note: text, ...(submission ? { submission } : {}), ...typed }, status);
    };
    if (!read.ok) return again({ problems: read.problems }, 422);
    const { note: words, submission, confirm = null } = read.value;
    const finding = await shieldWords(db, keyring, actor, words, confirm);
    if (finding.kind !== 'clear') return again({ shield: finding, problems: [{ field: 'note', message: shieldProblems[finding.kind] }] }, 422);
    try {
      const handoverId = await db.transact(actor, work => noteHandover(work, keyring, found.where.family, found.ref, { note: words, submission }));
      return seeOther(paths.handover.to({ handoverId }));
    } catch (error) {
      // What was written stays in the box, whatever came first.
      if (error instanceof Gone || error instanceof Conflict)
        return again({ problems: [{ field: 'form', message: error.message }], submission: randomUUID() }, error instanceof Gone ? 410 : 409);
      throw error;
    }
  };

  const list = (find: (visit: ParentVisit) => Promise<Found>) => async (visit: ParentVisit) => {
    const { actor, form } = visit;
    const found = await find(visit);
    const read = form(ListForm);
    if (!read.ok) return planPage(actor, found, { ...untouched, problems: read.problems.map(({ message }) => ({ field: 'form', message })) }, 422);
    await db.transact(actor, work => saveList(work, found.ref, read.value));
    if (read.value.back === 'today') return seeOther(paths.today);
    return seeOther('id' in found.ref ? paths.handover.to({ handoverId: found.ref.id }) : handoverHref(found.ref.planned.at, found.ref.planned.children[0]));
  };

  routes.post(paths.markHandoverAt, parentOnly, mark(findPlanned));
  routes.post(paths.noteHandoverAt, parentOnly, note(findPlanned));
  routes.post(paths.packHandoverAt, parentOnly, list(findPlanned));
  routes.get(paths.handover, parentOnly, ({ actor, params, isOpening }) => madePage(actor, params(HandoverParams).handoverId, untouched, 200, isOpening));
  routes.post(paths.markHandover, parentOnly, mark(findMade));
  routes.post(paths.noteHandover, parentOnly, note(findMade));
  routes.post(paths.packHandover, parentOnly, list(findMade));
  return routes;
}
