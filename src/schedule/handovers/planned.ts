import type { ChildId } from '../../core/ids.ts';
import { handoversOf, timeline } from '../engine/index.ts';
import type { Calendars } from '../read-calendars.ts';
import type { Holder, Place } from '../terms.ts';

/** A change of hands of one or more children, as it is planned now. */
export type Planned = { at: number; from: Holder; to: Holder; place: Place | null; children: ChildId[] };

const keyOf = ({ at, from, to, place }: Omit<Planned, 'children'>): string => JSON.stringify([at, from, to, place?.kind, place?.label]);

/**
 * Every planned handover from an instant until another, children who change hands together in one. Where nothing was agreed before, or is
 * agreed no longer, nobody hands over.
 */
export function plannedHandovers(calendars: Calendars, from: number, until: number): Planned[] {
  const together = new Map<string, Planned>();
  for (const [childId, calendar] of calendars) {
    // From a moment earlier, so that one at the very beginning is among them.
    for (const { at, from: giver, to: receiver, place } of handoversOf(timeline(calendar, from - 1, until))) {
      if (at < from || giver === null || receiver === null) continue;
      const handover = { at, from: giver, to: receiver, place };
      const key = keyOf(handover);
      const known = together.get(key);
      if (known) known.children.push(childId);
      else together.set(key, { ...handover, children: [childId] });
    }
  }
  return [...together.values()].sort((one, other) => one.at - other.at);
}

/** Whether a handover is planned as another was. */
export const isSame = (one: Planned, other: Planned): boolean =>
  keyOf(one) === keyOf(other) && one.children.length === other.children.length && one.children.every(child => other.children.includes(child));

const minute = 60_000;

/** The minute of a handover in its address, in UTC: "2026-03-13T15.30Z" is one minute on every night of the year. */
export const momentOf = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace(':', '.')}Z`;

export const fromMoment = (moment: string): number => Date.parse(`${moment.slice(0, -1).replace('.', ':')}:00Z`);

/** The planned handovers of one minute; with a child, the one of that child. */
export const plannedAt = (calendars: Calendars, at: number, childId: ChildId | null): Planned[] =>
  plannedHandovers(calendars, at, at + minute).filter(({ children }) => childId === null || children.includes(childId));
