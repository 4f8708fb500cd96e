import type { ChildId, RequestId } from '../../core/ids.ts';
import { grouped, listed } from '../../core/text.ts';
import { calendarDay, dayOfYear } from '../../core/time.ts';
import { frameFor } from '../../families/index.ts';
import { paths } from '../../web/paths.ts';
import type { Model } from '../../web/reply.ts';
import type { Calendars } from '../read-calendars.ts';
import type { Reading } from '../requests/reading.ts';
import { titleOf } from '../requests/sentences.ts';
import { childNames } from '../words.ts';
import type { RequestRow } from '../requests/store.ts';
import { isTimeKind, type Plan, type PlanKind, readAsked } from '../requests/terms.ts';
import { describePlan } from './describe-plan.ts';
import type { AgreedEntry } from './store.ts';
import type { InForceLine } from './views.ts';

const layers = [
  {
    kind: 'schedule',
    list: 'regular',
    title: 'Regular schedule',
    none: 'No regular schedule is agreed yet.',
    propose: { href: paths.proposeSchedule, text: 'Propose a regular schedule' },
  },
  {
    kind: 'breaks',
    list: 'breaks',
    title: 'School breaks',
    none: 'Nothing is agreed about school breaks, so the regular schedule goes on through them.',
    propose: { href: paths.proposeBreaks, text: 'Propose school breaks' },
  },
  {
    kind: 'holidays',
    list: 'holidays',
    title: 'Holidays and special days',
    none: 'Nothing is agreed about holidays and special days.',
    propose: { href: paths.proposeHolidays, text: 'Propose holidays' },
  },
] as const;

/** What holds, by child and layer, since when and by which entry; and what is proposed. */
export function schedulePageOf(
  reading: Reading,
  calendars: Calendars,
  { openRequests, agreedAt }: { openRequests: readonly RequestRow[]; agreedAt: readonly AgreedEntry[] },
): Model<'schedule/schedule'> {
  return {
    frame: frameFor(reading.family, 'calendar'),
    layers: layers.map(({ kind, list, title, none, propose }) => ({
      id: kind,
      title,
      none,
      propose,
      inForce: inForceOf(reading, calendars, kind, list, agreedAt),
    })),
    proposed: openRequests
      .filter(row => !isTimeKind(row.kind))
      .map(row => ({
        href: paths.request.to({ requestId: row.id }),
        title: titleOf(readAsked(row.kind, row.terms), reading.today),
        text: `${row.askedBy === reading.me ? 'You' : reading.name(row.askedBy)}, ${reading.moment(row.madeAt)}. ${row.askedBy === reading.me ? `Waiting for ${reading.other}` : 'Waiting for you'} until ${reading.moment(row.respondBy)}.`,
      })),
    waiting: openRequests.filter(row => row.askedBy !== reading.me).length,
  };
}

function inForceOf(
  reading: Reading,
  calendars: Calendars,
  kind: PlanKind,
  list: 'regular' | 'breaks' | 'holidays',
  agreedAt: readonly AgreedEntry[],
): InForceLine[] {
  const { family, today } = reading;
  const found = new Map<string, { plan: { from: string; until: string | null; terms: unknown; requestId: string }; children: ChildId[] }>();
  for (const [id, calendar] of calendars) {
    for (const plan of calendar[list]) {
      if (plan.until !== null && plan.until <= today) continue;
      const key = `${plan.requestId} ${plan.from} ${plan.until}`;
      const known = found.get(key);
      if (known) known.children.push(id);
      else found.set(key, { plan, children: [id] });
    }
  }
  const day = (iso: string) => dayOfYear(calendarDay(iso));
  return [...found.values()]
    .toSorted((a, b) => (a.plan.from < b.plan.from ? -1 : 1))
    .map(({ plan, children }) => {
      const agreed = agreedAt.find(({ requestId }) => requestId === (plan.requestId as RequestId));
      const upcoming = plan.from > today;
      const until = plan.until === null ? '' : `, until ${day(plan.until)}`;
      return {
        children: children.length === family.children.length ? listed(family.children.map(child => child.givenName)) : childNames(family, children),
        lines: describePlan({ kind, terms: { from: plan.from, terms: plan.terms } } as Plan, family, reading.name, reading.day),
        since: `${upcoming ? 'From' : 'Since'} ${day(plan.from)}${until}`,
        entry: agreed
          ? {
              href: paths.entry.to({ familyId: family.familyId, position: String(agreed.pos) }),
              text: `Agreed ${reading.moment(agreed.at)}, entry ${grouped(agreed.pos)}`,
            }
          : null,
        upcoming,
      };
    });
}
