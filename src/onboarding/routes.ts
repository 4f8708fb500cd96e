import { canInvite, mostLetters } from '../access/policy.ts';
import { recordAudit } from '../audit/events.ts';
import type { User } from '../core/actor.ts';
import { NotFound } from '../core/errors.ts';
import { counted, grouped } from '../core/text.ts';
import { localTime, longDay } from '../core/time.ts';
import { findSchool, schoolFrameFor, type SchoolView } from '../schools/index.ts';
import { paths } from '../web/paths.ts';
import { file, page, type Reply, seeOther, stream } from '../web/reply.ts';
import { Routes, signedIn } from '../web/route.ts';
import type { Services } from '../web/services.ts';
import { dashboardQuery, matchingQuery, selectStillInOffice } from './dashboard-store.ts';
import { linkDays } from './end-link.ts';
import { exportAdults } from './export-adults.ts';
import { findOffice } from './find-office.ts';
import { codesOf, lettersOf } from './letters.ts';
import type { LiveCounts } from './live-counts.ts';
import { dashboardPage, type DashboardState, decodeDone, encodeDone, listAddress, pageLength, placeOf, selectionPage } from './pages.ts';
import {
  type BulkAction,
  ExportQuery,
  filterOf,
  LetterCodesForm,
  type Listed,
  ListQuery,
  type Selection,
  SelectionForm,
  LettersQuery,
  StreamQuery,
  turnOf,
} from './schema.ts';
import { sendLinks } from './send-links.ts';

/** The page that the office lives in: who has a photo and who is missing, and links for one, for some or for all. */
export function dashboardRoutes(services: Services, live: LiveCounts): Routes {
  const { db, keyring, baseUrl } = services;
  const routes = new Routes();

  async function showList(school: SchoolView, asked: Listed, state: Partial<DashboardState> = {}, status = 200): Promise<Reply> {
    const turn = turnOf(asked);
    const { statement, values, reversed } = dashboardQuery(school.schoolId, filterOf(asked), asked.sort, turn, pageLength);
    const [found] = await db.query(statement, values);
    // A place whose neighbours went, or that never was: the list begins at its beginning.
    const few = (found!.rows ?? []).length;
    if (((turn.kind === 'after' && few === 0) || (turn.kind === 'before' && few < pageLength)) && status === 200)
      return seeOther(listAddress(paths.school, asked));
    const frame = schoolFrameFor(school, 'dashboard');
    const model = dashboardPage(
      frame,
      school,
      asked,
      { ...found!, reversed, kind: turn.kind },
      { flash: null, problems: [], picked: new Set(), ...state },
      new Date(),
    );
    return page('onboarding/dashboard', model, status);
  }

  routes.get(paths.school, signedIn, async ({ actor, query }) => {
    const school = await findSchool(db, actor);
    if (!canInvite(school.role)) return seeOther(paths.gate);
    const asked = query(ListQuery);
    if (!asked.ok) return showList(school, ListQuery.parse({}), { problems: asked.problems }, 422);
    return showList(school, asked.value, { flash: decodeDone(asked.value.did) });
  });

  routes.get(paths.schoolParents, signedIn, async ({ actor, query, isOpening }) => {
    const school = await findOffice(db, actor);
    const asked = query(ExportQuery);
    if (!asked.ok) throw new NotFound();
    const filter = filterOf(asked.value);
    if (isOpening) await db.transact(actor, work => recordAudit(work, 'adults.exported', { targetId: school.schoolId, schoolId: school.schoolId }));
    const today = localTime(new Date(), school.timeZone).isoDay;
    return file(exportAdults(db, school, filter), 'text/csv; charset=utf-8', `Parents and photos ${today}.csv`);
  });

  // Of the school that the page shows, whichever the account has chosen since in another window.
  routes.get(paths.schoolStream, signedIn, async ({ actor, query, request, isOpening }) => {
    const asked = query(StreamQuery);
    if (!asked.ok || !isOpening) throw new NotFound();
    const { school } = asked.value;
    const [working] = await db.query(selectStillInOffice, [[actor.accountId], [school]]);
    if (!working) throw new NotFound();
    return stream(events => live.open(events, actor, school, request.sessionID));
  });

  // ---------------------------------------------------------------- a selection

  routes.post(paths.schoolSelection, signedIn, async ({ actor, form }) => {
    const school = await findOffice(db, actor);
    const asked = form(SelectionForm);
    if (!asked.ok) return showList(school, ListQuery.parse({}), { problems: asked.problems }, 422);
    const chosen = asked.value;
    const action = chosen.one?.action ?? chosen.do ?? null;
    const refuse = (message: string) => showList(school, chosen, { problems: [{ field: 'adults', message }], picked: new Set<string>(chosen.pick) }, 422);
    if (action === 'clear') return seeOther(listAddress(paths.school, chosen, placeOf(chosen)));
    if (action === null) return refuse('Choose what to do with the adults you selected');
    if (chosen.one === null && chosen.all === undefined && chosen.pick.length === 0) return refuse('Select at least one adult first');

    const matching = chosen.one === null && chosen.all !== undefined ? await matchingIn(school, chosen) : null;
    const parentIds = matching ?? (chosen.one ? [chosen.one.parentId] : chosen.pick);
    if (action === 'letters' && parentIds.length > mostLetters) {
      return refuse(`At most ${grouped(mostLetters)} letters are printed at once. Choose a class or a status, so that fewer are left`);
    }
    if (matching && chosen.sure === undefined)
      return page('onboarding/selection', selectionPage(schoolFrameFor(school, 'dashboard'), chosen, action, matching.length));
    return sendTo(actor, school, chosen, action, parentIds);
  });

  const matchingIn = async (school: SchoolView, chosen: Selection) => {
    const { statement, values } = matchingQuery(school.schoolId, filterOf(chosen));
    return (await db.query(statement, values)).map(row => row.parentId);
  };

  async function sendTo(actor: User, school: SchoolView, chosen: Selection, action: BulkAction, parentIds: Selection['pick']): Promise<Reply> {
    const order = { action, parentIds, channel: 'either', days: linkDays, single: chosen.one !== null } as const;
    const sent = await db.transact(actor, work => sendLinks(work, keyring, school, order));
    if (sent.letters !== null) return seeOther(`${paths.letters}?made=${sent.letters}`);
    return seeOther(listAddress(paths.school, chosen, { ...placeOf(chosen), did: encodeDone(action, sent) }));
  }

  // ---------------------------------------------------------------- letters

  routes.get(paths.letters, signedIn, async ({ actor, query, isOpening }) => {
    const school = await findOffice(db, actor);
    const asked = query(LettersQuery);
    if (!asked.ok) throw new NotFound();
    const { made } = asked.value;
    const letters = await lettersOf(db, keyring, baseUrl(), actor, school, made);
    if (isOpening) {
      const details = { count: letters.length };
      await db.transact(actor, work => recordAudit(work, 'letters.shown', { targetId: made, schoolId: school.schoolId, details }));
    }
    const frame = schoolFrameFor(school, 'dashboard');
    return page('onboarding/letters', { frame, school: school.name, made, countText: counted(letters.length, 'letter'), letters });
  });

  routes.post(paths.letterCodes, signedIn, async ({ actor, form }) => {
    const school = await findOffice(db, actor);
    const asked = form(LetterCodesForm);
    if (!asked.ok) throw new NotFound();
    const { made } = asked.value;
    const rows = await codesOf(db, keyring, actor, school, made);
    const details = { count: rows.length };
    await db.transact(actor, work => recordAudit(work, 'codes.shown', { targetId: made, schoolId: school.schoolId, details }));
    const day = longDay(localTime(new Date(), school.timeZone));
    return page('onboarding/codes', { frame: schoolFrameFor(school, 'dashboard'), school: school.name, day, rows });
  });

  return routes;
}
