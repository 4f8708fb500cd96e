import { openStep, type StepKind } from '../audit/steps.ts';
import { NotFound } from '../core/errors.ts';
import { counted, grouped } from '../core/text.ts';
import { longDay, localTime, shortDayWithYear } from '../core/time.ts';
import { findFamily, frameFor, type FamilyView } from '../families/index.ts';
import type { Keyring } from '../platform/keyring.ts';
import { fingerprint, kinds } from '../platform/record/leaf.ts';
import { paths } from '../web/paths.ts';
import { page } from '../web/reply.ts';
import { parentOnly, Routes } from '../web/route.ts';
import type { Services } from '../web/services.ts';
import { actorText, explainEntry, kindText } from './explain-entry.ts';
import { EntryParams, RecordQuery } from './schema.ts';
import { type LedgerRow, selectEntry, selectLedger } from './store.ts';

const rowsAPage = 100;

/** Where the thing a step is about is shown. */
function stepPage(kind: StepKind, aboutId: string): { href: string; text: string } {
  if (kind.startsWith('request.')) return { href: paths.request.to({ requestId: aboutId }), text: 'Open this request' };
  if (kind.startsWith('handover.')) return { href: paths.handover.to({ handoverId: aboutId }), text: 'Open this handover' };
  if (kind.startsWith('activity.')) return { href: paths.activity.to({ activityId: aboutId }), text: 'Open this activity' };
  return { href: paths.fact.to({ factId: aboutId }), text: 'Open what is known' };
}

export function recordRoutes({ db, keyring }: Services): Routes {
  const routes = new Routes();

  routes.get(paths.record, parentOnly, async ({ actor, query }) => {
    const turn = query(RecordQuery);
    if (!turn.ok) throw new NotFound();
    const before = turn.value.before ?? 2 ** 45;
    const family = await findFamily(db, actor);
    const rows = await db.query(selectLedger, [actor.parentId, family.familyId, before, rowsAPage + 1]);
    const shown = rows.slice(0, rowsAPage);
    return page('record/record', {
      frame: frameFor(family, 'record'),
      heading:
        family.brokenAt === null ? `${counted(family.entries, 'entry', 'entries')}, none missing` : `A check failed at entry ${grouped(family.brokenAt)}`,
      lead: 'Everything that either of you put on the record, in the order in which it was recorded. Each entry’s fingerprint is made from the one before it, so a changed or missing entry would show.',
      rows: shown.map(row => ledgerLine(keyring, family, row)),
      older: rows.length > rowsAPage ? `${paths.record}?before=${shown.at(-1)!.pos}` : null,
      newer: turn.value.before === undefined ? null : paths.record,
    });
  });

  routes.get(paths.entry, parentOnly, async ({ actor, params }) => {
    const { familyId, position } = params(EntryParams);
    const [row] = await db.query(selectEntry, [actor.parentId, familyId, position]);
    if (!row) throw new NotFound();
    const family = await findFamily(db, actor, familyId);
    const explained = explainEntry(keyring, family, row);
    const entryHref = (pos: number) => paths.entry.to({ familyId, position: String(pos) });
    return page('record/entry', {
      frame: frameFor(family, 'record'),
      folio: explained.what,
      heading: `Entry ${grouped(row.pos)}`,
      verdict: explained.sound
        ? { sound: true, text: 'This entry is as it was recorded. It was worked out again from what is stored just now.' }
        : { sound: false, text: 'This entry is not as it was recorded. Keep what you see here, and tell whoever runs Parley.' },
      facts: explained.facts,
      checks: explained.checks,
      thread:
        row.subjectId && row.commentPos !== null
          ? {
              href: `${paths.thread.to({ subjectId: row.subjectId })}?at=${row.commentPos}#e${row.commentPos}`,
              text: row.kind === kinds.view ? 'Open the message that was viewed' : 'Open this message',
            }
          : row.subjectId
            ? { href: paths.thread.to({ subjectId: row.subjectId }), text: 'Open this subject' }
            : row.stepKind && row.aboutId
              ? stepPage(row.stepKind, row.aboutId)
              : null,
      previous: row.pos > 1 ? entryHref(row.pos - 1) : null,
      next: row.pos < row.lastPos ? entryHref(row.pos + 1) : null,
    });
  });

  return routes;
}

function ledgerLine(keyring: Keyring, family: FamilyView, row: LedgerRow) {
  const at = localTime(row.at, family.timeZone);
  return {
    href: paths.entry.to({ familyId: family.familyId, position: String(row.pos) }),
    number: grouped(row.pos),
    what: stepText(keyring, row) ?? kindText(row.kind),
    who: actorText(family, row),
    // When the other parent read something is shown to the day, here as everywhere.
    when: row.kind === kinds.view ? longDay(at) : `${shortDayWithYear(at)}, ${at.clock}`,
    fingerprint: fingerprint(row.leafHash),
  };
}

/** The sentence of a step, where it opens as it should; its own page says what is wrong where it does not. */
function stepText(keyring: Keyring, { itemId, contentCt, wrapped }: LedgerRow): string | null {
  if (!contentCt || !wrapped) return null;
  try {
    return openStep(keyring, { id: itemId, contentCt, wrapped }).says;
  } catch {
    return null;
  }
}
