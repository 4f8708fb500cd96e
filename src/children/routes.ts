import { seeSteps } from '../audit/steps.ts';
import type { ParentUser } from '../core/actor.ts';
import { NotFound } from '../core/errors.ts';
import type { ChildId, FactId, FamilyId, ParentId } from '../core/ids.ts';
import { type FamilyView, findFamily, findFamilyWith, frameFor } from '../families/index.ts';
import { handoversOf, type KnownCalendars, timeline, withWhom } from '../schedule/index.ts';
import { recent } from '../platform/recent.ts';
import type { Problem } from '../web/form.ts';
import { paths } from '../web/paths.ts';
import { page, type Reply, seeOther } from '../web/reply.ts';
import { parentOnly, Routes } from '../web/route.ts';
import type { Services } from '../web/services.ts';
import { mayEnd, otherKind, type Section } from './fact-kinds.ts';
import { addFactPage, asIs, factPage, type FormState, stateOf, wordingsShown } from './fact-page.ts';
import { changesShown, childPage, type Reading } from './pages.ts';
import { AddForm, AddQuery, ChangeForm, ChildParams, ChildQuery, FactParams, FactQuery, RemoveForm } from './schema.ts';
import { type FactPageRow, selectFact, selectFamilyOf, selectFamilyWithChild, selectTimeAndChild } from './store.ts';
import { addFact, changeFact, removeFact } from './write-fact.ts';

/** How far ahead the page looks for where the child is and the next handover. */
const horizonMs = 60 * 24 * 60 * 60 * 1000;
/** All changes there are, as far as one page can show them. */
const mostChanges = 1000;

/** A child's page: what both parents know, fact by fact, and where the child is. */
export function childRoutes({ db, keyring }: Services, known: KnownCalendars): Routes {
  const routes = new Routes();

  /** A child never changes families. Whether somebody may see one is asked each time. */
  const families = recent<ChildId, FamilyId>(50_000);
  async function familyOf(actor: ParentUser, childId: ChildId): Promise<FamilyId> {
    const kept = families.get(childId);
    if (kept) return kept;
    const [found] = await db.query(selectFamilyOf, [actor.parentId, childId]);
    if (!found) throw new NotFound();
    families.set(childId, found.familyId);
    return found.familyId;
  }

  const readingOf = (family: FamilyView, actor: ParentUser): Reading => ({ family, reader: actor.parentId, now: new Date() });

  routes.get(paths.child, parentOnly, async ({ actor, params, query, isOpening }) => {
    const { childId } = params(ChildParams);
    const asked = query(ChildQuery);
    if (!asked.ok) throw new NotFound();
    const all = asked.value.changes === 'all';
    const wanted = [childId, all ? mostChanges : changesShown + 1];
    const { family, calendars } = await known.readWith(db, selectTimeAndChild, actor, await familyOf(actor, childId), wanted);
    const { child } = family;
    if (!child) throw new NotFound();
    const reading = readingOf(family, actor);
    const now = reading.now.getTime();
    const stretches = timeline(calendars.get(childId)!, now, now + horizonMs);
    const names = new Map<ParentId, string>(family.members.map(({ id, givenName }) => [id, givenName]));
    const model = childPage(reading, frameFor(family, { child: childId }), keyring, {
      child,
      childId,
      where: withWhom([{ name: child.givenName, stretches }], actor.parentId, names, now, family.timeZone),
      handovers: handoversOf(stretches),
      activities: family.activityRows,
      all,
    });
    if (isOpening && child.unseen.length > 0) await seeSteps(db, actor.parentId, [...new Set(child.unseen.map(({ factId }) => factId))]);
    return page('children/child', model);
  });

  // ---------------------------------------------------------------- adding

  async function addPage(actor: ParentUser, childId: ChildId, section: Section, state: (child: string) => FormState, status = 200): Promise<Reply> {
    const family = await findFamilyWith(db, selectFamilyWithChild, actor, await familyOf(actor, childId), [childId, 0]);
    const { child } = family;
    if (!child) throw new NotFound();
    const frame = frameFor(family, { child: childId });
    return page('children/add-fact', addFactPage(readingOf(family, actor), frame, keyring, { child, childId, section }, state(child.givenName)), status);
  }

  routes.get(paths.addFact, parentOnly, ({ actor, params, query }) => {
    const { childId } = params(ChildParams);
    const asked = query(AddQuery);
    if (!asked.ok) throw new NotFound();
    return addPage(actor, childId, asked.value.section ?? 'health', () => asIs);
  });

  routes.post(paths.addFact, parentOnly, async ({ actor, params, form }) => {
    const { childId } = params(ChildParams);
    const read = form(AddForm);
    if (!read.ok) {
      const section = AddQuery.safeParse({ section: read.typed.section }).data?.section ?? 'health';
      return addPage(actor, childId, section, () => ({ ...asIs, ...read }), 422);
    }
    const { section, kind, label, text, until, submission, confirm } = read.value;
    const outcome = await db.transact(actor, work =>
      addFact(work, keyring, childId, { section, kind }, { words: { label, text, until }, submission, confirm }),
    );
    if (outcome.kind === 'done') return seeOther(`${paths.child.to({ childId })}#fact-${outcome.factId}`);
    const typed = { kind, label: label ?? '', text, until: until ?? '', submission };
    return addPage(actor, childId, section, child => stateOf(outcome, typed, child), outcome.kind === 'used' ? 409 : 422);
  });

  // ---------------------------------------------------------------- one fact

  async function readFact(actor: ParentUser, factId: FactId, before: number | null) {
    const [fact] = await db.query(selectFact, [actor.parentId, factId, before ?? 2 ** 45, wordingsShown + 1]);
    if (!fact) throw new NotFound();
    return fact;
  }

  type Shown = { before?: number | null; state?: FormState; stale?: { removing: boolean } | null; status?: number };
  async function showFact(
    actor: ParentUser,
    factId: FactId,
    fact: FactPageRow,
    { before = null, state = asIs, stale = null, status = 200 }: Shown,
  ): Promise<Reply> {
    const family = await findFamily(db, actor, fact.familyId);
    const frame = frameFor(family, { child: fact.childId });
    return page('children/fact', factPage(readingOf(family, actor), frame, keyring, { fact, factId, before }, state, stale), status);
  }

  routes.get(paths.fact, parentOnly, async ({ actor, params, query, isOpening }) => {
    const { factId } = params(FactParams);
    const asked = query(FactQuery);
    if (!asked.ok) throw new NotFound();
    const before = asked.value.before ?? null;
    const fact = await readFact(actor, factId, before);
    const reply = await showFact(actor, factId, fact, { before });
    if (isOpening && fact.unseen) await seeSteps(db, actor.parentId, [factId]);
    return reply;
  });

  routes.post(paths.changeFact, parentOnly, async ({ actor, params, form }) => {
    const { factId } = params(FactParams);
    const read = form(ChangeForm);
    const fact = await readFact(actor, factId, null);
    const problems = read.ok ? unfit(fact.kind, read.value) : read.problems;
    if (!read.ok || problems.length > 0) {
      const { label, until, text, submission } = read.ok ? read.value : read.typed;
      const typed = { text: text ?? '', label: label ?? '', until: until ?? '', submission: submission ?? '' };
      return showFact(actor, factId, fact, { state: { ...asIs, typed, problems }, status: 422 });
    }
    const { label, text, until, version, submission, confirm } = read.value;
    const outcome = await db.transact(actor, work => changeFact(work, keyring, factId, version, { words: { label, text, until }, submission, confirm }));
    if (outcome.kind === 'done') return seeOther(`${paths.child.to({ childId: outcome.childId })}#fact-${factId}`);
    const state = stateOf(outcome, { label: label ?? '', text, until: until ?? '', submission }, fact.givenName);
    const stale = outcome.kind === 'stale' ? { removing: false } : null;
    return showFact(actor, factId, await readFact(actor, factId, null), { state, stale, status: stale || outcome.kind === 'used' ? 409 : 422 });
  });

  routes.post(paths.removeFact, parentOnly, async ({ actor, params, form }) => {
    const { factId } = params(FactParams);
    const read = form(RemoveForm);
    const fact = await readFact(actor, factId, null);
    if (!read.ok) return showFact(actor, factId, fact, { state: { ...asIs, problems: read.problems }, status: 422 });
    const { version, submission } = read.value;
    const outcome = await db.transact(actor, work => removeFact(work, keyring, factId, version, submission));
    if (outcome.kind === 'done') return seeOther(paths.fact.to({ factId }));
    const stale = outcome.kind === 'stale' ? { removing: true } : null;
    return showFact(actor, factId, await readFact(actor, factId, null), { state: stateOf(outcome, {}, fact.givenName), stale, status: 409 });
  });

  return routes;
}

/** What the kind of a fact wants, or has no field for. */
function unfit(kind: string, { label, until }: { label: string | null; until: string | null }): Problem[] {
  if (kind === otherKind && label === null) return [{ field: 'label', message: 'Give it a name' }];
  const strange = (kind !== otherKind && label !== null) || (until !== null && !mayEnd(kind));
  return strange ? [{ field: 'form', message: 'This form had a part that does not belong to it. Load the page again and retry.' }] : [];
}
